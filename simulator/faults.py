"""Faults: the three places where they act, and the envelope that says where, when and how often.

A fault is a small frozen value that changes one thing and never rolls dice. Where it applies is the envelope's
business: which carrier, operation and numbers, which calls, with what chance, within what time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from simulator.carrier import Call, Carrier, World
from simulator.errors import MisuseError
from simulator.exchange import Response
from simulator.numbers import normalise
from simulator.parcel import Parcel, Submission


@runtime_checkable
class SubmissionFault(Protocol):
    """Changes what the seller submits: typing errors, the wrong carrier, a blank."""

    def on_submission(self, submission: Submission) -> Submission:
        """The submission as the seller sends it."""


@runtime_checkable
class ScanFault(Protocol):
    """Changes the scans of a parcel: late publication, duplicates, a missing scan."""

    def on_scans(self, parcel: Parcel) -> Parcel:
        """The parcel as the carrier records it, published or not."""


@runtime_checkable
class AnswerFault(Protocol):
    """Changes the answer to a call: its status, its body, or how it is delivered."""

    def on_answer(self, answer: Response, call: Call, carrier: Carrier, world: World) -> Response:
        """The answer as the carrier sends it."""


Fault = SubmissionFault | ScanFault | AnswerFault


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a fault applies; every condition left out holds.

    carrier, operation: names. numbers: tracking numbers (as `normalise` gives them). calls: ordinals, from 1, of the
    calls that meet the other conditions. chance: 0 to 1, by the simulation's seeded random. since, until: simulated
    instants, the second exclusive.
    """

    fault: Fault
    carrier: str | None = None
    operation: str | None = None
    numbers: frozenset[str] = frozenset()
    calls: frozenset[int] = frozenset()
    chance: float = 1.0
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.chance <= 1.0:
            raise MisuseError(f"fault: chance {self.chance} is no probability; give a number from 0 to 1")
        if any(call < 1 for call in self.calls):
            raise MisuseError(f"fault: calls {sorted(self.calls)}: calls are counted from 1")

    def covers(self, carrier: str, operation: str | None, numbers: Collection[str], now: datetime) -> bool:
        """Whether carrier, operation (None: any), numbers and time are within the envelope."""
        return (
            self.carrier in {None, carrier}
            and (operation is None or self.operation in {None, operation})
            and (not self.numbers or any(normalise(number) in self.numbers for number in numbers))
            and (self.since is None or self.since <= now)
            and (self.until is None or now < self.until)
        )
