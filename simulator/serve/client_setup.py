"""How a client that knows only the carriers' real hosts reaches the fake ones: name resolution and trust.

Nothing here is done for the user: a line in a hosts file and a variable of one process are easily taken back, while a
certificate installed in a system is forgotten.
"""

import socket
from ipaddress import ip_address
from shlex import quote
from urllib.parse import urlsplit

from simulator.carriers import HOSTS
from simulator.core.simulation import Simulation
from simulator.http_server.certificates import Certificates
from simulator.serve.curl_examples import CURL, real_host_line

HTTPS_PORT = 443


def hosts_line(url: str) -> str:
    """The line of a hosts file that maps the carriers' host names to the server at a URL; addresses can't be mapped."""
    host = urlsplit(url).hostname or ""
    address = host if _is_address(host) else str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    return " ".join((address, *(name for name in HOSTS if not _is_address(name))))


def tls_advice(simulation: Simulation, url: str, certificates: Certificates) -> str:
    """What `vtr serve --tls` prints about such clients. url: where the server listens."""
    ca = quote(str(certificates.ca))
    parts = urlsplit(url)
    curl = f"{CURL} --cacert {ca} --connect-to ::{parts.netloc}"
    port = ""
    if parts.port != HTTPS_PORT:
        port = (
            f"Such a client asks port {HTTPS_PORT}, and this server listens at {parts.port}: serve with "
            f"--port {HTTPS_PORT}, which may need more rights.\n\n"
        )
    return (
        "A client that knows nothing but the real hosts needs a line in its hosts file, to be taken out afterwards:\n\n"
        f"{hosts_line(url)}\n\n"
        f"It leads names, not addresses: {', '.join(filter(_is_address, HOSTS))} needs another base URL.\n\n"
        f"{port}"
        "And it must trust the authority, by a variable of that one process, not for the whole system. Node trusts it "
        "beside others, the rest trust nothing else then:\n\n"
        f"SSL_CERT_FILE={ca}  # OpenSSL, Python's ssl, Go, Ruby\n"
        f"REQUESTS_CA_BUNDLE={ca}  # Python's requests\n"
        f"CURL_CA_BUNDLE={ca}  # curl\n"
        f"NODE_EXTRA_CA_CERTS={ca}  # Node\n\n"
        "# a real host, without a line in a hosts file\n"
        f"{real_host_line(simulation, curl)}\n\n"
    )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
