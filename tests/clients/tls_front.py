"""TLS in front of the server, with a certificate for the carriers' real names that is good for one run.

It only takes the TLS off and passes bytes on: what a client asked of `https://apis.usps.com` reaches the server as the
client wrote it, `Host` header and all.
"""

import asyncio
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LOOPBACK = "127.0.0.1"
_PIECE = 65536


@contextmanager
def tls_front(server_port: int, hosts: Iterable[str], folder: Path) -> Iterator[tuple[int, Path]]:
    """Listen on the loopback interface while the block lasts; gives the port, and the certificate to trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = _certificate(hosts, folder)
    context.load_cert_chain(certificate, key)
    started: Queue[tuple[int, asyncio.AbstractEventLoop]] = Queue()
    ended = asyncio.Event()

    async def serve() -> None:
        listener = await asyncio.start_server(passing, _LOOPBACK, 0, ssl=context)
        async with listener:
            started.put((listener.sockets[0].getsockname()[1], asyncio.get_running_loop()))
            await ended.wait()

    async def passing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(_LOOPBACK, server_port)
        await asyncio.gather(_pass_on(reader, inner_writer), _pass_on(inner_reader, writer))

    thread = Thread(target=lambda: asyncio.run(serve()), name="tls")
    thread.start()
    port, loop = started.get(timeout=10)
    try:
        yield port, certificate
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, ssl.SSLError):  # a client may end as it likes
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()


def _certificate(hosts: Iterable[str], folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for the hosts, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fake carriers")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "carriers.pem", folder / "carriers.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file
