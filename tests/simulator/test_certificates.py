"""The throw-away authority: what clients of every kind make of it, when it is kept, and what is never overwritten."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Barrier, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import verification

from simulator import MisuseError
from simulator.certificates import Certificates, kept_in
from simulator.demo import demo_sessions
from simulator.http_server import running

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONG = 60.0
REAL_HOSTS = [  # one of each carrier's at least, written apart from the code
    "onlinetools.ups.com",
    "wwwcie.ups.com",
    "apis.usps.com",
    "apis.fedex.com",
    "api-eu.dhl.com",
    "express.api.dhl.com",
    "api.ems.com.cn",
    "211.156.195.29",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates that are valid now, for real clients, whose clock is the real one."""
    return kept_in(tmp_path_factory.mktemp("tls") / "new", REAL_HOSTS, now=datetime.now(UTC))


@pytest.fixture(scope="module")
def url(made: Certificates) -> Iterator[str]:
    with running(demo_sessions(), certificates=made) as url:
        yield url


def contents(certificates: Certificates) -> list[bytes]:
    return [path.read_bytes() for path in (certificates.ca, certificates.certificate, certificates.key)]


def parsed(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


# -- what is made


def test_files_have_these_names_and_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    kept = kept_in(tmp_path / "a" / "b", REAL_HOSTS, now=NOW)
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["ca.pem", "server.key", "server.pem"]
    assert stat.S_IMODE(kept.key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_the_key_of_the_authority_is_nowhere(tmp_path: Path) -> None:
    kept = kept_in(tmp_path, REAL_HOSTS, now=NOW)
    assert [text.count(b"PRIVATE KEY-----") for text in contents(kept)] == [0, 0, 2]  # where it begins and ends
    key = serialization.load_pem_private_key(kept.key.read_bytes(), None)
    assert key.public_key() == parsed(kept.certificate).public_key() != parsed(kept.ca).public_key()


def test_validity_is_at_most_397_days_and_covers_now(tmp_path: Path) -> None:
    kept = kept_in(tmp_path, REAL_HOSTS, now=NOW)
    for path in (kept.ca, kept.certificate):
        found = parsed(path)
        assert found.not_valid_before_utc <= NOW < found.not_valid_after_utc
        assert found.not_valid_after_utc - found.not_valid_before_utc <= timedelta(days=397)


@pytest.mark.parametrize("host", [*REAL_HOSTS, "localhost", "127.0.0.1", "::1"])
def test_a_strict_verifier_takes_the_chain_for_every_host(made: Certificates, host: str) -> None:
    subject = x509.DNSName(host) if host[-1].isalpha() else x509.IPAddress(ip_address(host))
    verifier = verification.PolicyBuilder().store(verification.Store([parsed(made.ca)])).build_server_verifier(subject)
    assert len(verifier.verify(parsed(made.certificate), [])) == 2


def test_a_strict_verifier_refuses_the_chain_for_another_host(made: Certificates) -> None:
    store = verification.Store([parsed(made.ca)])
    verifier = verification.PolicyBuilder().store(store).build_server_verifier(x509.DNSName("www.ups.com"))
    with pytest.raises(verification.VerificationError):
        verifier.verify(parsed(made.certificate), [])


def test_the_authority_is_limited_to_the_hosts(made: Certificates) -> None:
    constraint = parsed(made.ca).extensions.get_extension_for_class(x509.NameConstraints)
    assert constraint.critical
    allowed = [str(name.value) for name in constraint.value.permitted_subtrees or ()]
    assert sorted(allowed) == sorted([*REAL_HOSTS[:-1], "211.156.195.29/32", "localhost", "127.0.0.1/32", "::1/128"])


def test_no_two_authorities_have_the_same_name(tmp_path: Path) -> None:
    first, second = (kept_in(tmp_path / name, (), now=NOW) for name in "ab")
    assert parsed(first.ca).subject != parsed(second.ca).subject


def test_a_host_may_be_an_address_with_a_zone_or_a_name_of_other_letters(tmp_path: Path) -> None:
    kept = kept_in(tmp_path, ("fe80::1%eth0", "Bücher.example"), now=NOW)
    names = parsed(kept.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names][:2] == ["fe80::1", "xn--bcher-kva.example"]


# -- when it is kept


def test_what_still_fits_is_kept(tmp_path: Path) -> None:
    first = kept_in(tmp_path, REAL_HOSTS, now=NOW)
    before = contents(first)
    again = kept_in(tmp_path, reversed(REAL_HOSTS), now=NOW + timedelta(days=395))
    assert first.made
    assert (again.made, contents(again)) == ("", before)


@pytest.mark.parametrize(
    ("hosts", "now", "why"),
    [
        ([*REAL_HOSTS, "10.0.0.7"], NOW, "the last ones did not cover 10.0.0.7"),
        (
            REAL_HOSTS,
            NOW + timedelta(days=396, hours=1),
            "the last ones were valid from 2026-11-24 to 2027-12-26",
        ),
        (REAL_HOSTS, NOW - timedelta(days=1), "the last ones were valid from 2026-11-24 to 2027-12-26"),
    ],
    ids=["another host", "ends within a day", "not valid yet"],
)
def test_what_does_not_fit_is_made_anew(tmp_path: Path, hosts: list[str], now: datetime, why: str) -> None:
    before = contents(kept_in(tmp_path, REAL_HOSTS, now=NOW))
    again = kept_in(tmp_path, hosts, now=now)
    assert again.made == why
    assert not set(before) & set(contents(again))
    assert kept_in(tmp_path, hosts, now=now).made == ""


@pytest.mark.parametrize("name", ["ca.pem", "server.key"])
def test_with_a_file_missing_all_are_made_anew(tmp_path: Path, name: str) -> None:
    before = contents(kept_in(tmp_path, REAL_HOSTS, now=NOW))
    (tmp_path / name).unlink()
    again = kept_in(tmp_path, REAL_HOSTS, now=NOW)
    assert again.made == "some of the files were missing"
    assert not set(before) & set(contents(again))


def test_an_authority_of_ours_that_signed_another_certificate_is_made_anew(tmp_path: Path) -> None:
    kept_in(tmp_path / "other", REAL_HOSTS, now=NOW)
    kept = kept_in(tmp_path, REAL_HOSTS, now=NOW)
    shutil.copy(tmp_path / "other" / "ca.pem", kept.ca)
    assert kept_in(tmp_path, REAL_HOSTS, now=NOW).made == "the certificate was another authority's"


def test_servers_that_start_together_share_what_one_has_made(tmp_path: Path) -> None:
    barrier, found = Barrier(8), []

    def start() -> None:
        barrier.wait(LONG)
        found.append(kept_in(tmp_path, REAL_HOSTS, now=NOW).made)

    threads = [Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert sorted(found) == [""] * 7 + ["there were none"]


# -- what is never overwritten


def foreign(folder: Path) -> dict[str, bytes]:
    """Files of another authority, as somebody's own might be: the names in them are not ours."""
    kept = kept_in(folder, (), now=NOW)
    ours = kept.ca.read_bytes()
    key = serialization.load_pem_private_key(kept.key.read_bytes(), None)
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Example Ltd")])
    other = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())  # type: ignore[arg-type]  # an elliptic one, as the file holds it
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, x509.load_pem_x509_certificate(ours).signature_hash_algorithm)  # type: ignore[arg-type]  # as above
    )
    return {
        "certificate": other.public_bytes(serialization.Encoding.PEM),
        "key": kept.key.read_bytes(),
        "sealed key": key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        ),
        "text": b"my notes\n",
        "nothing": b"",
    }


@pytest.mark.parametrize(
    ("name", "what", "says"),
    [
        ("ca.pem", "text", "no certificate that could be read"),
        ("ca.pem", "nothing", "no certificate that could be read"),
        ("ca.pem", "certificate", "a certificate of another authority than ours"),
        ("server.pem", "certificate", "a certificate of another authority than ours"),
        ("server.pem", "key", "no certificate that could be read"),
        ("server.key", "text", "no private key that could be read"),
        ("server.key", "sealed key", "no private key that could be read"),
        ("server.key", "key", "not the key of a certificate of ours"),
    ],
)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "among ours"])
def test_a_foreign_file_is_left_as_it_is(tmp_path: Path, name: str, what: str, says: str, *, alone: bool) -> None:
    folder = tmp_path / "tls"
    folder.mkdir()
    if not alone:
        kept_in(folder, REAL_HOSTS, now=NOW)
    (folder / name).write_bytes(foreign(tmp_path / "foreign")[what])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(MisuseError) as refused:
        kept_in(folder, [*REAL_HOSTS, "10.0.0.7"], now=NOW)
    assert str(refused.value) == f"{folder / name}: {says}; it was left as it is; move it away, or name another folder"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tls").write_text("mine")
    for folder in (tmp_path / "tls", tmp_path / "tls" / "below"):
        with pytest.raises(MisuseError, match=r"certificates in '.*': .*; name a folder that can be written to"):
            kept_in(folder, (), now=NOW)
    assert (tmp_path / "tls").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_can_not_be_written_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(MisuseError, match="permission denied; name a folder that can be written to"):
        kept_in(tmp_path, (), now=NOW)


def test_a_folder_that_can_not_be_written_to_will_do_if_its_files_fit(tmp_path: Path) -> None:
    kept_in(tmp_path, REAL_HOSTS, now=NOW)
    tmp_path.chmod(0o500)
    assert kept_in(tmp_path, REAL_HOSTS, now=NOW).made == ""


def test_files_that_can_not_be_written_whole_are_not_written_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_in(tmp_path, REAL_HOSTS, now=NOW)
    before = contents(kept)
    synced: list[int] = []

    def full(_: int) -> None:
        synced.append(1)
        if len(synced) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MisuseError, match="no space left on device"):
        kept_in(tmp_path, [*REAL_HOSTS, "10.0.0.7"], now=NOW)
    assert contents(kept) == before
    assert len(list(tmp_path.iterdir())) == 3
