"""The door for any validator in any language: the carriers over HTTP.

Each carrier is under a prefix, its real path after it (`/ups/api/track/v1/details/1Z...`), and answers by Host header
at the root as well. Exact bytes and header names go out; the delays, cut-off bodies, resets and silences of a delivery
are performed on the socket.
"""

from simulator.http_server.protocol import Limits
from simulator.http_server.server import DEFAULT_LIMITS, LOOPBACK, is_loopback, running, serve

__all__ = ["DEFAULT_LIMITS", "LOOPBACK", "Limits", "is_loopback", "running", "serve"]
