"""A throw-away certificate authority and one server certificate, in a folder that the user names.

A client whose base URL can't be set asks the carriers' real hosts, by TLS. It takes our answers for theirs only if it
trusts an authority that has signed for those hosts, and an authority that can do so is dangerous to have around. So it
is kept harmless: it is installed nowhere (the user names `ca.pem` to one client), its private key is never written and
is gone once it has signed the one certificate (so nobody can sign another with it, ever; a new certificate costs a new
authority, made in milliseconds), and a critical name constraint limits it to the hosts of that certificate, for clients
that heed one in an authority they were given.

Keys are on the curve P-256: Java 7, Node 0.12, OpenSSL 1.0 and everything newer take them, and the server's part of a
handshake is cheaper than with RSA. Extensions are what the strictest readers ask for (RFC 5280; the CA/Browser Forum's
baseline requirements: subjectAltName, no more than 398 days).
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

_OURS = "vtr-harness throw-away authority"  # the organisation in both names; tells our files from anybody else's
_BEFORE = timedelta(hours=1)  # a client's clock may be late
_LEAST_LEFT = timedelta(days=1)  # so that no certificate ends in the midst of a run
_KEY_MODE = 0o600
_PUBLIC_MODE = 0o644
_FOLDER_MODE = 0o700
_MOVE_AWAY = "it was left as it is; move it away, or name another folder"


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the files are. ca: what a client must trust. made: why they were made just now; empty for those found."""

    ca: Path
    certificate: Path
    key: Path
    made: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What a folder holds already; all of it is ours. with_key: whether the certificate's key is there."""

    ca: x509.Certificate | None
    certificate: x509.Certificate | None
    with_key: bool


def kept_in(folder: Path, hosts: Iterable[str], *, now: datetime) -> Certificates:
    """The certificates in a folder, made there if it has none that cover the hosts and are valid now and for a day.

    hosts: names and addresses, in any order; those of this machine are always covered too. now: with its zone.
    The folder is made if it is missing, for its owner only. Raises MisuseError when it can't be used, when it has
    files under our names that aren't ours (those stay as they are), and for a host that can't be one.
    """
    names = _general_names((*hosts, *THIS_MACHINE))
    certificates = Certificates(folder / AUTHORITY, folder / CERTIFICATE, folder / KEY, "")
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        with _alone_in(folder):
            lacking = _lacking(_found(certificates), names, now)
            if lacking:
                _write(certificates, _made(names, now))
    except OSError as error:
        raise MisuseError(
            f"certificates in {str(folder)!r}: {error.filename or folder}: {(error.strerror or str(error)).lower()}; "
            "name a folder that can be written to"
        ) from error
    return Certificates(certificates.ca, certificates.certificate, certificates.key, lacking)


def _lacking(found: _Found, names: Sequence[x509.GeneralName], now: datetime) -> str:
    """Why what was found is of no use, in a few words; empty if it is."""
    if found.ca is None and found.certificate is None:
        return "there were none"
    if found.ca is None or found.certificate is None or not found.with_key:
        return "some of the files were missing"
    try:
        found.certificate.verify_directly_issued_by(found.ca)
    except (ValueError, TypeError, InvalidSignature):
        return "the certificate was another authority's"
    alternatives = found.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    missing = [str(name.value) for name in names if name not in alternatives]
    if missing:
        return f"the last ones did not cover {', '.join(missing)}"
    both = (found.ca, found.certificate)
    if not all(one.not_valid_before_utc <= now <= one.not_valid_after_utc - _LEAST_LEFT for one in both):
        begins, ends = found.certificate.not_valid_before_utc, found.certificate.not_valid_after_utc
        return f"the last ones were valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}"
    return ""


# -- making


def _made(names: Sequence[x509.GeneralName], now: datetime) -> tuple[bytes, bytes, bytes]:
    """A new authority, a certificate signed by it, and the certificate's key, as PEM. The authority's key ends here."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = _name(f"fake carriers {x509.random_serial_number():x}"[:40])  # no two alike: clients look them up by name
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
    begins = now - _BEFORE
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
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, _OURS), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _general_names(hosts: Iterable[str]) -> list[x509.GeneralName]:
    """Hosts as certificates name them, each once."""
    return list(dict.fromkeys(_general_name(host) for host in hosts))


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host.partition("%")[0]))  # a zone is this machine's own matter
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
    """A name as what an authority may sign for: an address as the network of that address alone."""
    return x509.IPAddress(ip_network(name.value)) if isinstance(name, x509.IPAddress) else name


# -- files


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes of ours out of a folder meanwhile: servers that start together share what one has made."""
    try:
        from fcntl import LOCK_EX, flock  # noqa: PLC0415 (not every system has it)
    except ImportError:
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        flock(opened, LOCK_EX)
        yield
    finally:
        os.close(opened)


def _found(at: Certificates) -> _Found:
    """What is in the folder. Raises MisuseError for what isn't ours, which we must not overwrite."""
    ca, certificate = _own_certificate(at.ca), _own_certificate(at.certificate)
    text = _text(at.key)
    if text is None:
        return _Found(ca, certificate, with_key=False)
    try:
        key = serialization.load_pem_private_key(text, None)
    except (ValueError, TypeError) as error:  # TypeError: one with a password
        raise MisuseError(f"{at.key}: no private key that could be read; {_MOVE_AWAY}") from error
    # Only with its certificate can a key be told from anybody else's.
    if certificate is None or key.public_key() != certificate.public_key():
        raise MisuseError(f"{at.key}: not the key of a certificate of ours; {_MOVE_AWAY}")
    return _Found(ca, certificate, with_key=True)


def _own_certificate(path: Path) -> x509.Certificate | None:
    text = _text(path)
    if text is None:
        return None
    try:
        certificate = x509.load_pem_x509_certificate(text)
        organisations = certificate.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    except ValueError as error:
        raise MisuseError(f"{path}: no certificate that could be read; {_MOVE_AWAY}") from error
    if [attribute.value for attribute in organisations] != [_OURS]:
        raise MisuseError(f"{path}: a certificate of another authority than ours; {_MOVE_AWAY}")
    return certificate


def _text(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(at: Certificates, made: tuple[bytes, bytes, bytes]) -> None:
    """Write the three files, each whole or not at all, and none before all of them are on disk under other names.

    The old key goes first and the new one comes last, so that an end in between leaves files that are made anew the
    next time, and never a key that looks like somebody else's.
    """
    modes = (_PUBLIC_MODE, _PUBLIC_MODE, _KEY_MODE)
    with ExitStack() as cleaning:
        written = []
        for path, content, mode in zip((at.ca, at.certificate, at.key), made, modes, strict=True):
            opened, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # readable by its owner only
            cleaning.callback(_remove, Path(name))
            with os.fdopen(opened, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            written.append((Path(name), path))
        _remove(at.key)
        for temporary, path in written:
            temporary.replace(path)


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
