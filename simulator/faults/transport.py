"""Faults of the transport: the answer is right, but does not arrive as it should.

They change only how an answer is delivered (`Delivery`), never what it says. Both doors perform them: the server at the
socket, the in-process door by raising what `requests` raises for the same bytes.
"""

from dataclasses import dataclass, replace

from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.exchange import Chunk, Delivery, Ending, Response
from simulator.faults.entry import Entry, Number


@dataclass(frozen=True, slots=True)
class SlowAnswer:
    """The first byte comes late."""

    seconds: float

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The answer, delayed."""
        return replace(answer, delivery=replace(answer.delivery, delay_seconds=self.seconds))


@dataclass(frozen=True, slots=True)
class SlowBody:
    """The body comes in pieces, with pauses between them."""

    pieces: int
    seconds: float

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The answer in pieces of equal size."""
        size = -(-len(answer.body) // self.pieces)  # rounded up, so that nothing is left over
        sizes = [min(size, len(answer.body) - start) for start in range(0, len(answer.body), size or 1)]
        chunks = tuple(Chunk(self.seconds if index else 0.0, length) for index, length in enumerate(sizes))
        return replace(answer, delivery=replace(answer.delivery, chunks=chunks))


@dataclass(frozen=True, slots=True)
class Silence:
    """The request is accepted, and no answer ever comes."""

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The answer, never delivered."""
        return replace(answer, delivery=Delivery(ending="silence"))


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset before the answer."""

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The answer, lost to a reset."""
        return replace(answer, delivery=Delivery(ending="reset"))


@dataclass(frozen=True, slots=True)
class BrokenBody:
    """Part of the body comes, then the connection ends: closed, reset, or open and silent."""

    percent: float
    ending: Ending

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The answer with part of its body delivered; its length is declared in full."""
        part = min(int(len(answer.body) * self.percent / 100), max(len(answer.body) - 1, 0))
        delivery = Delivery(chunks=(Chunk(0.0, part),), declared_length=len(answer.body), ending=self.ending)
        return replace(answer, delivery=delivery)


@dataclass(frozen=True, slots=True)
class EmptyReply:
    """The connection is closed without a byte."""

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The answer, lost to a closed connection."""
        return replace(answer, delivery=Delivery(ending="hangup"))


@dataclass(frozen=True, slots=True)
class WrongLength:
    """Content-Length says more or fewer bytes than the body has."""

    by: int

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The answer with another declared length."""
        declared = max(len(answer.body) + self.by, 0)
        return replace(answer, delivery=replace(answer.delivery, declared_length=declared))


_PERCENT = Number("percent", "percent of the body", 50, 0, 99, "how much of the body comes")

ENTRIES = (
    Entry(
        "slow_answer",
        "transport",
        "the first byte of the answer comes late",
        "clients give up after 5 s (mediocre/bloodhound)",
        "C",
        SlowAnswer,
        (Number("seconds", "seconds", 10, 0, 3600, "how long nothing comes"),),
    ),
    Entry(
        "slow_body",
        "transport",
        "the body comes in pieces with pauses between them",
        "our own: read time-outs count from the last byte, so a slow body can take for ever",
        "D",
        SlowBody,
        (
            Number("pieces", "pieces", 4, 2, 1000, "into how many", whole=True),
            Number("seconds", "seconds", 2, 0, 3600, "the pause before each but the first"),
        ),
    ),
    Entry(
        "silence",
        "transport",
        "the request is taken, and no answer ever comes",
        "answers beyond the client's time-out (mediocre/bloodhound)",
        "C",
        Silence,
    ),
    Entry(
        "connection_reset",
        "transport",
        "the connection is reset before the answer",
        "our own: what a load balancer does to a connection whose server dies",
        "D",
        Reset,
    ),
    Entry(
        "empty_reply",
        "transport",
        "the connection is closed without a byte of an answer",
        "our own: what a closing keep-alive connection does to a request that crosses it",
        "D",
        EmptyReply,
    ),
    Entry(
        "cut_off_body",
        "transport",
        "part of the body comes, then the connection is closed",
        "truncated JSON reached clients (karrio)",
        "C",
        lambda percent: BrokenBody(percent, "close"),
        (_PERCENT,),
    ),
    Entry(
        "reset_in_body",
        "transport",
        "part of the body comes, then the connection is reset",
        "our own: as cut_off_body, when the server dies",
        "D",
        lambda percent: BrokenBody(percent, "reset"),
        (_PERCENT,),
    ),
    Entry(
        "stalled_body",
        "transport",
        "part of the body comes, then nothing more, on an open connection",
        "our own: as silence, but after a time-out for the first byte has been passed",
        "D",
        lambda percent: BrokenBody(percent, "silence"),
        (_PERCENT,),
    ),
    Entry(
        "length_too_long",
        "transport",
        "Content-Length promises bytes that never come",
        "our own: a proxy that changes a body and not its length",
        "D",
        WrongLength,
        (Number("by", "bytes", 20, 1, 1_000_000, "how many too many", whole=True),),
    ),
    Entry(
        "length_too_short",
        "transport",
        "Content-Length ends before the body does",
        "our own: a length counted in characters, not in bytes",
        "D",
        lambda by: WrongLength(-by),
        (Number("by", "bytes", 20, 1, 1_000_000, "how many too few", whole=True),),
    ),
)
