"""Starts and stops the server: in a thread for tests and scenario runs, in the foreground for `vtr serve`."""

# What uvicorn doesn't document but is used here, each with a test in tests/simulator/http_server/test_server.py:
# - Server.startup(sockets), after which it listens, and Server.handle_exit(sig, frame), which are overridden
# - Server.force_exit

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn

from simulator.admin.application import admin_application
from simulator.admin.story_reader import StoryReader
from simulator.core.sessions import Sessions
from simulator.errors import MisuseError
from simulator.http_server.app import CarrierApp
from simulator.http_server.protocol import CarrierProtocol, Limits

if TYPE_CHECKING:  # it loads cryptography, which only TLS needs
    from simulator.http_server.certificates import Certificates

LOOPBACK = "127.0.0.1"
DEFAULT_LIMITS = Limits()
_KEEP_ALIVE_SECONDS = 75
_START_SECONDS = 30.0
_BACKLOG = 2048


@contextmanager
def running(
    sessions: Sessions,
    *,
    port: int = 0,
    admin_token: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    certificates: "Certificates | None" = None,
    stories: StoryReader | None = None,
) -> Iterator[str]:
    """Serve sessions on the loopback interface, from a thread, while the block lasts; gives the server's URL.

    port: 0 picks a free one.
    admin_token: what the admin API asks for; None for no token.
    limits: what a client may send.
    certificates: with them, every connection is TLS.
    stories: reads scenarios, so that sessions can be created from them.

    Raises MisuseError when the port is not available.
    """
    with _open_listener(LOOPBACK, port) as listener:
        listening = Event()
        server = _Uvicorn(_config(sessions, admin_token, limits, certificates, stories), listening.set)
        thread = Thread(target=server.run, args=([listener],), name="carriers", daemon=True)
        thread.start()
        try:
            if not listening.wait(_START_SECONDS):
                raise RuntimeError(f"the server did not start within {_START_SECONDS:.0f} seconds")
            yield _url(listener, LOOPBACK, certificates)
        finally:
            server.should_exit = True
            thread.join()


def serve(
    sessions: Sessions,
    host: str,
    port: int,
    *,
    announce: Callable[[str], None],
    admin_token: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    certificates: "Certificates | None" = None,
    stories: StoryReader | None = None,
) -> None:
    """Serve sessions until SIGINT or SIGTERM, then return.

    host, port: where to listen; port 0 picks a free one.
    announce: called with the server's URL as soon as it listens.
    admin_token: what the admin API asks for; None for no token.
    limits: what a client may send.
    certificates: with them, every connection is TLS.
    stories: reads scenarios, so that sessions can be created from them.

    Raises MisuseError when address or port is not available, or when the address is not a loopback one and there is no
    admin_token: other machines could then read the sessions.
    """
    with _open_listener(host, port) as listener:
        if admin_token is None and not ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback:
            raise MisuseError(f"host {host!r} can be reached from other machines; give an admin token")
        config = _config(sessions, admin_token, limits, certificates, stories)
        server = _Uvicorn(config, lambda: announce(_url(listener, host, certificates)))
        server.run([listener])


def is_loopback(host: str) -> bool:
    """Whether a host, an address or a name, is reached from this machine only. Raises MisuseError if it is unknown."""
    *_, address = _resolve(host, 0)
    return ip_address(address[0].partition("%")[0]).is_loopback


class _Uvicorn(uvicorn.Server):
    """uvicorn's server, with a callback for when it listens, and a quiet end on a signal."""

    def __init__(self, config: uvicorn.Config, on_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_listening()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 (signal handlers get it)
        # The inherited one would raise the signal again when the server has ended.
        self.force_exit = self.should_exit
        self.should_exit = True


def _config(
    sessions: Sessions,
    admin_token: str | None,
    limits: Limits,
    certificates: "Certificates | None",
    stories: StoryReader | None,
) -> uvicorn.Config:
    return uvicorn.Config(
        CarrierApp(sessions, admin_application(sessions, admin_token, stories), limits),
        http=CarrierProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,  # it would wrap the application
        server_header=False,
        date_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=1,
        ssl_certfile=None if certificates is None else certificates.certificate,
        ssl_keyfile=None if certificates is None else certificates.key,
        ssl_ciphers="DEFAULT",  # of OpenSSL; older releases of uvicorn offer only those of TLS 1.0
    )


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, socket.SocketKind, int, tuple[Any, ...]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that isn't valid in the DNS
        raise MisuseError(
            f"host {host!r}: {_reason(error)}; give an address of this machine, e.g. {LOOPBACK}"
        ) from error
    family, kind, protocol, _, address = found[0]
    return family, kind, protocol, address


def _open_listener(host: str, port: int) -> socket.socket:
    family, kind, protocol, address = _resolve(host, port)
    try:
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise MisuseError(
            f"host {host!r}: {_reason(error)}; give an address of this machine, e.g. {LOOPBACK}"
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        hint = f"give another port, 0 for a free one, or an address of this machine such as {LOOPBACK}"
        raise MisuseError(f"cannot listen at {host}, port {port}: {_reason(error)}; {hint}") from error
    return listener


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


def _url(listener: socket.socket, host: str, certificates: "Certificates | None") -> str:
    """The server's URL for clients on this machine."""
    address, port = listener.getsockname()[:2]
    if ip_address(address.partition("%")[0]).is_unspecified:
        host = "[::1]" if listener.family == socket.AF_INET6 else LOOPBACK
    elif ":" in host:
        host = f"[{host}]"
    scheme = "http" if certificates is None else "https"
    return f"{scheme}://{host}:{port}"
