"""Plans how a response goes out: which bytes, after which pauses, and how it ends.

A `Delivery` holds what a fault asks for; whether the client gets a complete answer follows from it, the body and the
declared length. That is worked out here, once, so that the doors can't differ: the server writes these pieces to a
socket, the in-process door lets `http.client` read them.
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

    delay_seconds: silence before the first byte, or before the ending where no byte goes out.
    head: status line and headers; empty when no byte goes out.
    pieces: the body.
    ending: what follows the last byte; "keep" only after a complete answer.
    """

    delay_seconds: float
    head: bytes
    pieces: tuple[Piece, ...]
    ending: Ending


def plan(method: str, response: Response) -> DeliveryPlan:
    """How the response to a request goes out. method: of the request.

    A reset or a silence replaces the answer, unless chunks or a declared length make part of the answer go out first. A
    kept connection whose body is shorter than its declared length is silent from there on, like a server that believes
    it has sent everything; one whose body is longer is closed. An answer whose connection is not kept has the header
    `connection: close`.
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
    """The standard reason phrase of a status; empty for a status without one."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
