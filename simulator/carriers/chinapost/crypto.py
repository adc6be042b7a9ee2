"""The two ways in which requests to China Post are protected: SM4 (EMS open platform) and a digest (JDPT).

The cipher is that of `cryptography`, whose wheels include an OpenSSL with SM4. Builds against an OpenSSL without it get
an error that names the package to install; a slower cipher of our own would serve only them. Both schemes as seen in
clients of the API (B).
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from hashlib import md5
from hmac import compare_digest

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.padding import PKCS7

from simulator.errors import MisuseError

PREFIX = "|$4|"
BLOCK_BYTES = 16
_PADDING = PKCS7(BLOCK_BYTES * 8)


def _cipher(key_text: str) -> Cipher[ECB]:
    try:
        key = b64decode(key_text, validate=True)
    except Base64Error:
        key = b""
    if len(key) != BLOCK_BYTES:
        raise MisuseError(f"SM4 key {key_text!r}: not 16 bytes in Base64; give 24 characters that end in '=='")
    return Cipher(SM4(key), ECB())  # noqa: S305 (the carrier's choice of mode)


def encrypt_body(text: str, key_text: str) -> str:
    """The value of `logitcsInterface` for a business body: the prefix, then text and key, encrypted, in Base64.

    key_text: 16 bytes in Base64. Raises MisuseError for any other key, or where SM4 is missing.
    """
    padder = _PADDING.padder()
    plain = padder.update((text + key_text).encode()) + padder.finalize()
    try:
        encryptor = _cipher(key_text).encryptor()
    except UnsupportedAlgorithm:
        raise _missing() from None
    return PREFIX + b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def decrypt_body(value: str, key_text: str) -> str | None:
    """The decrypted value of `logitcsInterface`, including the key at its end; None if this key does not decrypt it.

    The prefix may be missing: one client of the API leaves it out. Raises MisuseError for an invalid key, or where SM4
    is missing.
    """
    cipher = _cipher(key_text)
    try:
        encrypted = b64decode(value.removeprefix(PREFIX), validate=True)
        decryptor = cipher.decryptor()
        unpadder = _PADDING.unpadder()
        padded = decryptor.update(encrypted) + decryptor.finalize()
        return (unpadder.update(padded) + unpadder.finalize()).decode()
    except UnsupportedAlgorithm:
        raise _missing() from None
    except ValueError:  # bad Base64, incomplete blocks, bad padding or bad UTF-8: a wrong key or a damaged text
        return None


def _missing() -> MisuseError:
    return MisuseError(
        "SM4: the OpenSSL behind this `cryptography` has no such cipher; install its wheel from PyPI: "
        "pip install --force-reinstall --only-binary :all: cryptography"
    )


def digests(body: str, key: str) -> tuple[str, str]:
    """JDPT's `dataDigest` over body and key in both forms: of the lower-case hex text (B), of the 16 raw bytes (C)."""
    digest = md5((body + key).encode("utf-8", "replace"), usedforsecurity=False)
    return b64encode(digest.hexdigest().encode()).decode(), b64encode(digest.digest()).decode()


def digest_matches(given: str, body: str, key: str) -> bool:
    """Whether a `dataDigest` is one of the two digests of body and key."""
    return any(compare_digest(given.encode("utf-8", "replace"), digest.encode()) for digest in digests(body, key))
