"""A throw-away certificate authority and one server certificate, in a folder that the user names.

A client whose base URL can't be set sends its requests to the carriers' real hosts, over TLS. It accepts the fake
carriers only if it trusts an authority that has signed for those hosts, and such an authority is dangerous. So it is
kept harmless: it is installed nowhere (the user gives `ca.pem` to one client), its private key is never written and is
gone once it has signed the one certificate (no other can be signed with it, ever; a new certificate needs a new
authority, made in milliseconds), and a critical name constraint limits it to the hosts of that certificate, for clients
that respect one in an authority that they were given.

Keys are on the curve P-256: Java 7, Node 0.12, OpenSSL 1.0 and everything newer accept them, and the server's part of a
handshake is cheaper than with RSA. Extensions are what the strictest clients require (RFC 5280; the CA/Browser Forum's
baseline requirements: subjectAltName, at most 398 days).

It is written with `cryptography`, because trustme sets no name constraints and reuses no certificates in a folder.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from simulator.errors import MisuseError

AUTHORITY = "ca.pem"
CERTIFICATE = "server.pem"
KEY = "server.key"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
VALID = timedelta(days=397)

_ORGANISATION = "vtr-harness throw-away authority"  # in both names; it marks the files that may be overwritten
_BACKDATED = timedelta(hours=1)  # a client's clock may be slow
_MINIMUM_LEFT = timedelta(days=1)  # so that no certificate expires during a run
_KEY_MODE = 0o600
_PUBLIC_MODE = 0o644
_FOLDER_MODE = 0o700
_MOVE_AWAY = "it was left as it is; move it away, or name another folder"


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files.

    ca: the authority, which a client must trust.
    certificate: the server's.
    key: the certificate's private key.
    made: why they were made just now; empty if they were there before.
    """

    ca: Path
    certificate: Path
    key: Path
    made: str


@dataclass(frozen=True, slots=True)
class _ExistingFiles:
    """Our files that a folder holds already. has_key: whether the certificate's key is among them."""

    ca: x509.Certificate | None
    certificate: x509.Certificate | None
    has_key: bool


def ensure_certificates(folder: Path, hosts: Iterable[str], *, now: datetime) -> Certificates:
    """The certificates in a folder, made there unless it has some that cover the hosts and are valid for another day.

    folder: made if it is missing, for its owner only.
    hosts: names and addresses, in any order; those of this machine are always covered too.
    now: an aware datetime.

    Raises MisuseError when the folder can't be used, when it has other files under these names (they stay as they are),
    and for an invalid host.
    """
    names = _general_names((*hosts, *THIS_MACHINE))
    certificates = Certificates(folder / AUTHORITY, folder / CERTIFICATE, folder / KEY, "")
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        with _locked(folder):
            reason = _reason_to_make(_read_existing(certificates), names, now)
            if reason:
                _write(certificates, _make(names, now))
    except OSError as error:
        raise MisuseError(
            f"certificates in {str(folder)!r}: {error.filename or folder}: {(error.strerror or str(error)).lower()}; "
            "name a folder that can be written to"
        ) from error
    return Certificates(certificates.ca, certificates.certificate, certificates.key, reason)


def _reason_to_make(existing: _ExistingFiles, names: Sequence[x509.GeneralName], now: datetime) -> str:
    """Why the existing files can't be used, in a few words; empty if they can."""
    if existing.ca is None and existing.certificate is None:
        return "there were none"
    if existing.ca is None or existing.certificate is None or not existing.has_key:
        return "some of the files were missing"
    try:
        existing.certificate.verify_directly_issued_by(existing.ca)
    except (ValueError, TypeError, InvalidSignature):
        return "the certificate was another authority's"
    alternatives = existing.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    missing = [str(name.value) for name in names if name not in alternatives]
    if missing:
        return f"the last ones did not cover {', '.join(missing)}"
    both = (existing.ca, existing.certificate)
    if not all(one.not_valid_before_utc <= now <= one.not_valid_after_utc - _MINIMUM_LEFT for one in both):
        begins, ends = existing.certificate.not_valid_before_utc, existing.certificate.not_valid_after_utc
        return f"the last ones were valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}"
    return ""


# -- making


def _make(names: Sequence[x509.GeneralName], now: datetime) -> tuple[bytes, bytes, bytes]:
    """A new authority, a certificate signed by it, and its key, as PEM. The authority's own key is not kept."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = _name(f"fake carriers {x509.random_serial_number():x}"[:40])  # unique: clients find authorities by name
    ca = (
        _builder(ca_name, ca_name, ca_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.NameConstraints([_constraint(name) for name in names], None), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    certificate = (
        _builder(_name("fake carriers"), ca_name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return (
        ca.public_bytes(pem),
        certificate.public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    begins = now - _BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + VALID)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _general_names(hosts: Iterable[str]) -> list[x509.GeneralName]:
    """Hosts as certificates name them, each once."""
    return list(dict.fromkeys(_general_name(host) for host in hosts))


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host.partition("%")[0]))  # a zone means something on this machine only
    except ValueError:
        pass
    try:
        name = host.encode("idna").decode().lower()
    except UnicodeError as error:
        raise MisuseError(f"host {host!r}: {error}; give a name such as apis.example.com, or an address") from error
    if not name:
        raise MisuseError(f"host {host!r}: it is empty; give a name such as apis.example.com, or an address")
    return x509.DNSName(name)


def _constraint(name: x509.GeneralName) -> x509.GeneralName:
    """The constraint that allows one name; for an address, a network of that address alone."""
    return x509.IPAddress(ip_network(name.value)) if isinstance(name, x509.IPAddress) else name


# -- files


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock a folder against other processes: of servers that start together, one makes the files for all."""
    try:
        from fcntl import LOCK_EX, flock  # noqa: PLC0415 (Windows has none)
    except ImportError:
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        flock(opened, LOCK_EX)
        yield
    finally:
        os.close(opened)


def _read_existing(at: Certificates) -> _ExistingFiles:
    """The files in the folder. Raises MisuseError for files that aren't ours, which must not be overwritten."""
    ca, certificate = _read_certificate(at.ca), _read_certificate(at.certificate)
    text = _read(at.key)
    if text is None:
        return _ExistingFiles(ca, certificate, has_key=False)
    try:
        key = serialization.load_pem_private_key(text, None)
    except (ValueError, TypeError) as error:  # TypeError: a key with a password
        raise MisuseError(f"{at.key}: no private key that could be read; {_MOVE_AWAY}") from error
    # Only its certificate shows whose a key is.
    if certificate is None or key.public_key() != certificate.public_key():
        raise MisuseError(f"{at.key}: not the key of a certificate of ours; {_MOVE_AWAY}")
    return _ExistingFiles(ca, certificate, has_key=True)


def _read_certificate(path: Path) -> x509.Certificate | None:
    text = _read(path)
    if text is None:
        return None
    try:
        certificate = x509.load_pem_x509_certificate(text)
        organisations = certificate.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    except ValueError as error:
        raise MisuseError(f"{path}: no certificate that could be read; {_MOVE_AWAY}") from error
    if [attribute.value for attribute in organisations] != [_ORGANISATION]:
        raise MisuseError(f"{path}: a certificate of another authority than ours; {_MOVE_AWAY}")
    return certificate


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(at: Certificates, contents: tuple[bytes, bytes, bytes]) -> None:
    """Write the three files, each completely or not at all, and none before all are on disk under temporary names.

    The old key is removed first and the new one put in place last. An interruption in between leaves files that are
    made again the next time, and never a key without its certificate, which would not be overwritten.
    """
    modes = (_PUBLIC_MODE, _PUBLIC_MODE, _KEY_MODE)
    with ExitStack() as cleaning:
        temporaries = []
        for path, content, mode in zip((at.ca, at.certificate, at.key), contents, modes, strict=True):
            opened, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # readable by its owner only
            cleaning.callback(_remove, Path(name))
            with os.fdopen(opened, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            temporaries.append((Path(name), path))
        _remove(at.key)
        for temporary, path in temporaries:
            temporary.replace(path)


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
