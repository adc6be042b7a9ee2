"""The values that cross the boundary between the core and the doors: requests, responses, and their delivery.

A door makes a Request of what its transport brings, and sends the Response; it adds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Ending = Literal["keep", "close", "reset", "silence", "hangup"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of the body: how long the carrier pauses before it (seconds), and how many bytes it has."""

    pause_seconds: float
    size: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a response goes out.

    delay_seconds: silence before the first byte.
    chunks: the body in pieces; empty for one piece. Bytes of the body beyond them are never sent.
    declared_length: the Content-Length to claim, None for the true one.
    ending: what happens after the last byte: keep the connection, close it, reset it, or send nothing more until the
        client gives up. A reset or a silence with neither chunks nor a declared length replaces the answer. A hangup
        always does: it closes the connection without a byte.
    """

    delay_seconds: float = 0.0
    chunks: tuple[Chunk, ...] = ()
    declared_length: int | None = None
    ending: Ending = "keep"


PROMPT = Delivery()


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the carrier's real host would see it.

    method: in capitals.
    host: the carrier's real host in lower case, also when the request came in under a prefix.
    path: as sent, undecoded, without the query.
    query: decoded pairs in the order sent.
    headers: names in lower case.
    body: its bytes, whatever the transfer encoding.
    """

    method: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def parameter(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)


@dataclass(frozen=True, slots=True)
class Response:
    """A carrier's answer. headers: names in lower case; the core sets Content-Length. delivery: how it goes out."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delivery: Delivery = PROMPT
