"""Faults of the transport: how each has the answer delivered; status, body and headers are the clean ones."""

from collections.abc import Callable

from simulator import Chunk, Delivery, Response
from simulator.faults.catalogue import CATALOGUE
from simulator.faults.entry import Entry

Both = Callable[..., tuple[Response, Response]]
FAMILY = "transport"  # of the cases that `entry` and `carrier` stand for

TRANSPORT: dict[str, Callable[[int], Delivery]] = {  # by the length of the body
    "slow_answer": lambda _: Delivery(delay_seconds=10.0),
    "slow_body": lambda length: Delivery(chunks=_in_four(length)),
    "silence": lambda _: Delivery(ending="silence"),
    "connection_reset": lambda _: Delivery(ending="reset"),
    "empty_reply": lambda _: Delivery(ending="hangup"),
    "cut_off_body": lambda length: Delivery(chunks=(Chunk(0.0, length // 2),), declared_length=length, ending="close"),
    "reset_in_body": lambda length: Delivery(chunks=(Chunk(0.0, length // 2),), declared_length=length, ending="reset"),
    "stalled_body": lambda length: Delivery(
        chunks=(Chunk(0.0, length // 2),), declared_length=length, ending="silence"
    ),
    "length_too_long": lambda length: Delivery(declared_length=length + 20),
    "length_too_short": lambda length: Delivery(declared_length=length - 20),
}


def _in_four(length: int) -> tuple[Chunk, ...]:
    size = -(-length // 4)
    return tuple(Chunk(2.0 if part else 0.0, min(size, length - part * size)) for part in range(4))


def test_every_fault_of_the_transport_has_its_claim_here() -> None:
    assert {entry.name for entry in CATALOGUE if entry.family == FAMILY} == {*TRANSPORT}


def test_a_delivery_is_the_one_that_is_claimed(entry: Entry, carrier: str, answers: Both) -> None:
    clean, faulty = answers(carrier, entry.name)
    assert (faulty.status, faulty.body) == (clean.status, clean.body)
    assert [pair for pair in faulty.headers if pair[0] != "content-length"] == [
        pair for pair in clean.headers if pair[0] != "content-length"
    ]
    assert faulty.delivery == TRANSPORT[entry.name](len(clean.body))
