"""The envelope of a fault: at which carrier and operation, about which numbers, on which calls, with what chance, when.

A fault does not know about them, so each fault can be combined with every condition here.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from simulator.carriers.common.number_form import normalise
from simulator.errors import MisuseError
from simulator.faults.base import Fault

_NAMED = re.compile(r"(first|every) ([1-9]\d{0,8})", re.ASCII)

Reach = Mapping[str, frozenset[str]]  # by carrier, its operations; an empty set: all of them


@dataclass(frozen=True, slots=True)
class Calls:
    """Which calls, of those that meet the other conditions of an envelope; they are counted from 1.

    listed: these calls.
    first: this many from the beginning.
    every: each n-th call.

    A call is included if any of the three includes it. If none is given, every call is.
    """

    listed: frozenset[int] = frozenset()
    first: int = 0
    every: int = 0

    def __post_init__(self) -> None:
        if any(call < 1 for call in self.listed):
            raise MisuseError(f"fault: calls {sorted(self.listed)}: calls are counted from 1")
        if self.first < 0 or self.every < 0:
            raise MisuseError(f"fault: first {self.first}, every {self.every}: give a number from 1 on")

    def __contains__(self, ordinal: int) -> bool:
        """Whether the call with that number is included."""
        if not (self.listed or self.first or self.every):
            return True
        return ordinal in self.listed or ordinal <= self.first or (self.every > 0 and ordinal % self.every == 0)


ALL_CALLS = Calls()


def calls_named(text: str) -> Calls | None:
    """Parse `first 3` or `every 5`; None for any other text."""
    match = _NAMED.fullmatch(text)
    if match is None:
        return None
    return Calls(first=int(match[2])) if match[1] == "first" else Calls(every=int(match[2]))


@dataclass(frozen=True, slots=True)
class Conditions:
    """Where and when a fault applies; a condition left out always holds.

    carrier, operation: names.
    numbers: tracking numbers; blanks and case don't matter.
    calls: which of the calls that meet the other conditions.
    chance: 0 to 1, by the simulation's seeded random.
    since, until: simulated instants (UTC), the second exclusive.

    Raises MisuseError for a chance that is not from 0 to 1.
    """

    carrier: str | None = None
    operation: str | None = None
    numbers: frozenset[str] = frozenset()
    calls: Calls = ALL_CALLS
    chance: float = 1.0
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.chance <= 1.0:
            raise MisuseError(f"fault: chance {self.chance} is no probability; give a number from 0 to 1")
        object.__setattr__(self, "numbers", frozenset(normalise(number) for number in self.numbers))


ALWAYS = Conditions()


@dataclass(frozen=True, slots=True)
class Envelope:
    """A fault and its conditions.

    reach: the carriers and operations at which the fault means anything; None: all of them.
    name: the fault's name in the catalogue; empty for a fault that isn't in it.
    """

    fault: Fault
    conditions: Conditions = ALWAYS
    reach: Reach | None = field(default=None, hash=False)
    name: str = ""

    def covers(self, carrier: str, operation: str | None, numbers: Collection[str], now: datetime) -> bool:
        """Whether carrier, operation (None: any), numbers and time are within the envelope."""
        where = self.conditions
        return (
            where.carrier in {None, carrier}
            and (operation is None or where.operation in {None, operation})
            and self._reaches(carrier, operation)
            and (not where.numbers or any(normalise(number) in where.numbers for number in numbers))
            and (where.since is None or where.since <= now)
            and (where.until is None or now < where.until)
        )

    def _reaches(self, carrier: str, operation: str | None) -> bool:
        if self.reach is None:
            return True
        operations = self.reach.get(carrier)
        return operations is not None and (operation is None or not operations or operation in operations)
