"""What a comparison found, as values: flipped rows, their groups, the rates on both sides, and what was changed.

A row is flipped when its state or its reason differs. `state` is what becomes of a package: valid, invalid, exempt,
excluded, unanswered, or absent (a validator says nothing of it). Where a validator gives no reasons only states are
compared. Rows can be many, so they are read when they are shown; what is counted is counted before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from vtr.rule_changes.compare.profile_diff import Change

OVERALL = None
COUNTED = ("valid", "invalid")
DIRECTIONS = ("reason", "carrier", "category", "origin")
"""What flipped rows are grouped by: the rules on both sides, and three things about the package."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A package on one side. reason: a rule's name, VALID or unanswered; empty where a validator gives none.

    carrier, tracking_id: of the submission that was judged, as the report shows them. first_scan, actual_delivery:
    instants as text, empty if there are none.
    """

    state: str
    reason: str
    carrier: str = ""
    tracking_id: str = ""
    first_scan: str = ""
    actual_delivery: str = ""

    @property
    def word(self) -> str:
        """The one word for it: the reason, or the state where there is none."""
        return self.reason or self.state.upper()


@dataclass(frozen=True, slots=True)
class FlipDetail:
    """Why a sampled row is what it is on both sides.

    window: the promised delivery dates that each side's report is about. timeline: what happened, by time.
    explanations: by side, as `vtr check --explain` has them; `reference` where the sides are validators.
    """

    window: Mapping[str, Any]
    timeline: tuple[Mapping[str, Any], ...]
    explanations: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Where a row of a scenario comes from."""

    file: str
    line: int
    scenario: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A row that is not the same on both sides.

    package: None for an order without a confirmation. clauses: which changes made it flip, by their place; empty where
    a side is a validator. told: only of samples.
    """

    order_id: str
    package: int | None
    carrier: str
    category: str
    origin: str
    base: Judged
    head: Judged
    clauses: tuple[int, ...] = ()
    scenario: Scenario | None = None
    told: FlipDetail | None = None

    @property
    def key(self) -> str:
        """How rows are named everywhere: order id and package."""
        return self.order_id if self.package is None else f"{self.order_id}/{self.package}"

    @property
    def of_verdict(self) -> bool:
        """Whether more than the reason differs."""
        return self.base.state != self.head.state


@dataclass(frozen=True, slots=True)
class Counts:
    """What a rate is made of; status: GOOD, BAD or NONE."""

    confirmed: int = 0
    exempt: int = 0
    unanswered: int = 0
    counted: int = 0
    valid: int = 0
    status: str = "NONE"

    @property
    def rate(self) -> float | None:
        """Valid by counted."""
        return self.valid / self.counted if self.counted else None


@dataclass(frozen=True, slots=True)
class RatePair:
    """The rate of a category (None: of all) on both sides."""

    category: str | None
    base: Counts
    head: Counts

    @property
    def change_points(self) -> float | None:
        """By how many percentage points it changes; None where a side counts nothing."""
        before, after = self.base.rate, self.head.rate
        return None if before is None or after is None else (after - before) * 100

    @property
    def one_sided(self) -> bool:
        """Whether only one side has a rate at all."""
        return (self.base.rate is None) != (self.head.rate is None)


@dataclass(frozen=True, slots=True)
class Group:
    """How many flipped rows share something; base and head: the words on both sides, for groups by reason."""

    by: str
    rows: int
    name: str = ""
    base: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class CompareResult:
    """A comparison.

    over: what was compared, as JSON has it, and `over_words` as people read it. compared: packages. flipped: rows,
    of which of_verdict differ in more than the reason. shown_otherwise: rows of the same verdict with another carrier
    or tracking id. targets: of both sides. unanswered: rows that a side could not judge; over scenarios, that only one
    could. clauses: how many rows each change flips. rows: all flipped rows, samples with what is told of them.
    """

    base: str
    head: str
    over: Mapping[str, Any]
    over_words: str
    compared: int
    changes: tuple[Change, ...]
    flipped: int
    of_verdict: int
    shown_otherwise: int
    groups: tuple[Group, ...]
    rates: tuple[RatePair, ...]
    targets: tuple[Decimal, Decimal]
    unanswered: int
    clauses: Mapping[int, int]
    rows: Callable[[], Iterable[Flip]]
    samples: tuple[Flip, ...] = ()
    notes: tuple[str, ...] = ()
    shown: Callable[[str], str] = field(default=str)


def judged(state: str, reason: str, row: Mapping[str, Any]) -> Judged:
    """A side of a row from what it shows; what it does not return is empty."""
    names = ("carrier", "tracking_id", "first_scan", "actual_delivery")
    return Judged(state, reason, *("" if row.get(name) is None else str(row[name]) for name in names))


def groups_of(flips: Sequence[Flip]) -> tuple[Group, ...]:
    """Flipped rows by each of DIRECTIONS, the most first."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for flip in flips:
        for key in (
            ("reason", "", flip.base.word, flip.head.word),
            *((by, getattr(flip, by), "", "") for by in DIRECTIONS[1:]),
        ):
            counts[key] = counts.get(key, 0) + 1
    groups = [Group(by, rows, name, base, head) for (by, name, base, head), rows in counts.items()]
    return tuple(sorted(groups, key=group_order))


def group_order(group: Group) -> tuple[int, int, str, str, str]:
    """By what, then the most first, then by name."""
    return DIRECTIONS.index(group.by), -group.rows, group.name, group.base, group.head


def spread(flips: Sequence[Flip], wanted: int) -> list[int]:
    """The places of at most so many flips, of every pair of reasons in turn."""
    turns: dict[tuple[str, str], int] = {}
    ordered = []
    for place, flip in enumerate(flips):
        pair = (flip.base.word, flip.head.word)
        turn = turns[pair] = turns.get(pair, 0) + 1
        ordered.append((turn, place))
    return [place for _, place in sorted(ordered)[:wanted]]


def with_status(counts: Counts, target: Decimal, met_at: str) -> Counts:
    """Counts with what a profile calls their rate. met_at: its switch target_met_at."""
    if not counts.counted:
        return counts
    above = Decimal(counts.valid) - target * counts.counted
    met = above > 0 or (above == 0 and met_at == "equal")
    return replace(counts, status="GOOD" if met else "BAD")
