"""Make the carriers' real host names lead to this machine, so that a client can be tried without being told of it.

What an entry in the hosts file would do, but for this process alone, and with the port: the port 443 needs the rights
of an administrator, and the user's hosts file is not ours to write. The client itself stays untouched: it resolves
names, shakes hands over TLS for the name, checks the certificate (or not) and speaks HTTP as ever.
"""

import socket
from typing import Any

PRODUCTION = ("onlinetools.ups.com", "apis.usps.com", "apis.fedex.com", "api-eu.dhl.com", "express.api.dhl.com")
TEST_SYSTEMS = ("wwwcie.ups.com", "apis-tem.usps.com", "apis-sandbox.fedex.com")  # DHL's have the production hosts
HOSTS = frozenset((*PRODUCTION, *TEST_SYSTEMS))

_HERE = "127.0.0.1"
_HTTPS_PORT = 443


def real_hosts_lead_to(port: int) -> None:
    """From now on the carriers' hosts are at 127.0.0.1 and this port. Any other name is refused: nothing leaves."""
    resolve, connect = socket.getaddrinfo, socket.socket.connect

    def resolved(host: str | bytes, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (as resolved)
        name = host.decode("ascii") if isinstance(host, bytes) else host
        if name not in {*HOSTS, _HERE}:
            raise OSError(f"{name} is not one of the carriers' hosts")
        return resolve(_HERE, *args, **kwargs)

    def connected(self: socket.socket, address: Any) -> None:  # noqa: ANN401 (of any family)
        connect(self, (_HERE, port) if address == (_HERE, _HTTPS_PORT) else address)

    socket.getaddrinfo = resolved
    socket.socket.connect = connected
