"""Redirect the carriers' real host names to this machine, so that a client can be tried unchanged.

It does what an entry in the hosts file would do, but for this process alone, and with the port: port 443 needs the
rights of an administrator, and the user's hosts file must not be changed. The client itself stays untouched: it
resolves names, makes TLS handshakes for them, checks certificates (or not) and sends HTTP as always.
"""

import socket
from typing import Any

PRODUCTION = ("onlinetools.ups.com", "apis.usps.com", "apis.fedex.com", "api-eu.dhl.com", "express.api.dhl.com")
TEST_SYSTEMS = ("wwwcie.ups.com", "apis-tem.usps.com", "apis-sandbox.fedex.com")  # DHL's have the production hosts
HOSTS = frozenset((*PRODUCTION, *TEST_SYSTEMS))

_HERE = "127.0.0.1"
_HTTPS_PORT = 443


def redirect_real_hosts(port: int) -> None:
    """Redirect the carriers' hosts to 127.0.0.1 and this port. Any other name is refused, so nothing leaves."""
    resolve, connect = socket.getaddrinfo, socket.socket.connect

    def resolve_here(host: str | bytes, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (as getaddrinfo)
        name = host.decode("ascii") if isinstance(host, bytes) else host
        if name not in {*HOSTS, _HERE}:
            raise OSError(f"{name} is not one of the carriers' hosts")
        return resolve(_HERE, *args, **kwargs)

    def connect_here(self: socket.socket, address: Any) -> None:  # noqa: ANN401 (of any family)
        connect(self, (_HERE, port) if address == (_HERE, _HTTPS_PORT) else address)

    socket.getaddrinfo = resolve_here
    socket.socket.connect = connect_here
