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


def real_hosts_lead_to(port: int) -> None:
    """From now on the carriers' hosts are at 127.0.0.1 and this port. Any other name is refused: nothing leaves."""
    resolve = socket.getaddrinfo

    def resolved(host: str, asked_port: int | str | None, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (as resolved)
        if host not in HOSTS:
            raise OSError(f"{host} is not one of the carriers' hosts")
        return resolve("127.0.0.1", port if asked_port in {443, "https"} else asked_port, *args, **kwargs)

    socket.getaddrinfo = resolved
