"""SM4 and the two digests, on vectors computed by other programs."""

from base64 import b64decode, b64encode
from typing import NoReturn

import pytest
from cryptography.exceptions import UnsupportedAlgorithm

from simulator.carriers.chinapost import crypto
from simulator.errors import MisuseError

KEY = "MDEyMzQ1Njc4OWFiY2RlZg=="
BODY = '{"waybillNo":"EV900000019CN","direction":"0"}'
# Computed with OpenSSL from KEY and BODY by the scheme that clients of the API use.
SEALED = (
    "|$4|dk2hutryyQSq0wUjkM6sjPEtrCCjzYispQWSqaPZ8WjBEAzgMwF29by1oQ0/LbI3/vkPai/Ngto8XCYTZqKy1DJdUB/WoUhfa6ykyLZ7yWA="
)


def test_cipher_is_sm4_as_in_the_standards_first_example() -> None:
    # GB/T 32907-2016, appendix A.1: the same 16 bytes as key and as plain text.
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = crypto._cipher(b64encode(block).decode()).encryptor()
    assert encryptor.update(block).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sealed_body_is_the_one_that_openssl_makes() -> None:
    assert crypto.encrypt_body(BODY, KEY) == SEALED


def test_unsealed_text_is_body_and_tail_key() -> None:
    assert crypto.decrypt_body(SEALED, KEY) == BODY + KEY


def test_prefix_may_be_missing() -> None:
    assert crypto.decrypt_body(SEALED.removeprefix("|$4|"), KEY) == BODY + KEY


@pytest.mark.parametrize(
    "value",
    [
        "",
        "|$4|",
        "|$4|not base64!",
        "|$4|" + b64encode(b"half a block").decode(),
        SEALED[:-8],
        "|$4|短信",
    ],
)
def test_a_value_that_cannot_be_decrypted_is_none(value: str) -> None:
    assert crypto.decrypt_body(value, KEY) is None


def test_another_key_does_not_open_it() -> None:
    assert crypto.decrypt_body(SEALED, "ZGVtb2RlbW9kZW1vZGVtbw==") is None


@pytest.mark.parametrize("key", ["", "demo", "ZGVtbw==", "!!!!"])
def test_key_that_is_not_16_bytes_is_misuse(key: str) -> None:
    with pytest.raises(MisuseError, match="not 16 bytes in Base64"):
        crypto.decrypt_body(SEALED, key)


def test_openssl_without_sm4_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cut:
        def encryptor(self) -> NoReturn:
            raise UnsupportedAlgorithm("no SM4 here")

        decryptor = encryptor

    monkeypatch.setattr(crypto, "_cipher", lambda _: Cut())
    with pytest.raises(MisuseError, match="pip install"):
        crypto.decrypt_body(SEALED, KEY)
    with pytest.raises(MisuseError, match="pip install"):
        crypto.encrypt_body(BODY, KEY)


TRACE = '{"traceNo":"EV900000019CN"}'
HEX_DIGEST = "M2U2ZGY1NjhmMzY3MmQ1YmNjZTAxMjBmZDY2NjBhNWI="
RAW_DIGEST = "Pm31aPNnLVvM4BIP1mYKWw=="


def test_digest_of_the_hex_text_matches_the_published_vector() -> None:
    assert crypto.digests(TRACE, "FAKEKEY0123456789")[0] == HEX_DIGEST


def test_digest_of_the_raw_bytes_matches_the_published_vector() -> None:
    assert crypto.digests(TRACE, "FAKEKEY0123456789")[1] == RAW_DIGEST


def test_vectors_of_both_digests_are_the_same_md5() -> None:
    assert b64decode(HEX_DIGEST).decode() == b64decode(RAW_DIGEST).hex()


@pytest.mark.parametrize("digest", [HEX_DIGEST, RAW_DIGEST])
def test_either_digest_matches(digest: str) -> None:
    assert crypto.digest_matches(digest, TRACE, "FAKEKEY0123456789")


@pytest.mark.parametrize("digest", ["", "x", "é", HEX_DIGEST.lower(), "\ud800"])
def test_other_digests_do_not_match(digest: str) -> None:
    assert not crypto.digest_matches(digest, TRACE, "FAKEKEY0123456789")


def test_digest_of_another_key_does_not_match() -> None:
    assert not crypto.digest_matches(HEX_DIGEST, TRACE, "OTHERKEY")
