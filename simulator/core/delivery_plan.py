"""What of a response goes out, in which pieces, after which pauses, and how it ends: one reading for both doors.

A `Delivery` says what a fault wants; whether the client gets a complete answer follows from it, the body and the
declared length. That is worked out here once, so that the doors cannot differ in it: the server writes these pieces to
a socket, the in-process door has `http.client` read them.
"""

from dataclasses import dataclass
from http import HTTPStatus

from simulator.exchange import Ending, Response

_BODILESS = frozenset((HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED))


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes, and the pause before them in seconds."""

    pause_seconds: float
    content: bytes


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """A response as it goes out.

    delay_seconds: silence before the first byte, or before the ending where there is none. head: status line and
    headers, empty when nothing at all goes out. ending: what follows the last byte; "keep" only after a whole answer.
    """

    delay_seconds: float
    head: bytes
    pieces: tuple[Piece, ...]
    ending: Ending


def plan(method: str, response: Response) -> DeliveryPlan:
    """How the response to a request of that method goes out.

    A reset or a silence comes in place of the answer, unless chunks or a declared length say that part of the answer
    goes out first. A kept connection whose body falls short of its declared length is silent from there on, as a server
    is that believes to have sent everything; one whose body exceeds it is closed. An answer whose connection is not
    kept says `connection: close`.
    """
    delivery = response.delivery
    if delivery.ending == "hangup":
        return DeliveryPlan(delivery.delay_seconds, b"", (), "close")
    if delivery.ending in {"reset", "silence"} and not delivery.chunks and delivery.declared_length is None:
        return DeliveryPlan(delivery.delay_seconds, b"", (), delivery.ending)
    pieces = () if method == "HEAD" or response.status in _BODILESS else _pieces(response)
    ending = delivery.ending
    if ending == "keep" and pieces:
        declared = len(response.body) if delivery.declared_length is None else delivery.declared_length
        sent = sum(len(piece.content) for piece in pieces)
        ending = "keep" if sent == declared else "silence" if sent < declared else "close"
    return DeliveryPlan(delivery.delay_seconds, _head(response, kept=ending == "keep"), pieces, ending)


def _pieces(response: Response) -> tuple[Piece, ...]:
    if not response.delivery.chunks:
        return (Piece(0.0, response.body),)
    pieces, start = [], 0
    for chunk in response.delivery.chunks:
        pieces.append(Piece(chunk.pause_seconds, response.body[start : start + chunk.size]))
        start += chunk.size
    return tuple(pieces)


def _head(response: Response, *, kept: bool) -> bytes:
    headers = response.headers if kept else (*response.headers, ("connection", "close"))
    lines = (f"HTTP/1.1 {response.status} {reason(response.status)}", *(f"{name}: {value}" for name, value in headers))
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1")


def reason(status: int) -> str:
    """The standard phrase of a status; empty for one that has none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
