"""The result of a comparison: flipped rows, their groups, the rates on both sides, and the changes between them.

A row is flipped when its state or its reason differs. The state of a package is valid, invalid, exempt, excluded,
unanswered, or absent (not in a validator's answer). Where a validator gives no reasons, only states are compared. There
can be many rows, so they are read when they are printed; counts are known before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from vtr.rule_changes.compare.profile_diff import Change

COUNTED = ("valid", "invalid")
"""The states that count in a rate."""

DIRECTIONS = ("reason", "carrier", "category", "origin")
"""What flipped rows are grouped by: the rules on both sides, and three things about the package."""


@dataclass(frozen=True, slots=True)
class PackageVerdict:
    """One side's verdict on a package.

    state: see the module.
    reason: a rule's name, VALID or unanswered; empty where a validator gives none.
    carrier, tracking_id: of the submission that was judged, as the report shows them.
    first_scan, actual_delivery: instants as text, empty if there are none.
    """

    state: str
    reason: str
    carrier: str = ""
    tracking_id: str = ""
    first_scan: str = ""
    actual_delivery: str = ""

    @property
    def word(self) -> str:
        """The reason, or the state in capitals where there is no reason."""
        return self.reason or self.state.upper()


@dataclass(frozen=True, slots=True)
class FlipDetail:
    """Why a sampled row has its verdicts.

    window: the instant of the report, and the promised delivery dates that each side's report covers.
    timeline: what happened, by time; `timeline` documents the entries.
    explanations: by side, as `vtr check --explain` has them; under `reference` where the sides are validators.
    """

    window: Mapping[str, Any]
    timeline: tuple[Mapping[str, Any], ...]
    explanations: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """The scenario that a row comes from, and the instant of its report as text."""

    file: str
    line: int
    scenario: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A row that differs between the sides.

    order_id: of the row.
    package: None for an order without a confirmation.
    carrier, category, origin: of the package; origin is a country.
    base, head: the verdicts.
    clauses: indexes of the changes that made it flip; empty where a side is a validator.
    scenario: None for rows of files.
    detail: of samples only.
    """

    order_id: str
    package: int | None
    carrier: str
    category: str
    origin: str
    base: PackageVerdict
    head: PackageVerdict
    clauses: tuple[int, ...] = ()
    scenario: Scenario | None = None
    detail: FlipDetail | None = None

    @property
    def key(self) -> str:
        """The row's name in every output: order id and package."""
        return self.order_id if self.package is None else f"{self.order_id}/{self.package}"

    @property
    def of_verdict(self) -> bool:
        """Whether more than the reason differs."""
        return self.base.state != self.head.state


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of packages behind a rate. status: GOOD, BAD or NONE."""

    confirmed: int = 0
    exempt: int = 0
    unanswered: int = 0
    counted: int = 0
    valid: int = 0
    status: str = "NONE"

    @property
    def rate(self) -> float | None:
        """Valid divided by counted; None if nothing is counted."""
        return self.valid / self.counted if self.counted else None


@dataclass(frozen=True, slots=True)
class RatePair:
    """The rate of a category (None: of all) on both sides."""

    category: str | None
    base: Counts
    head: Counts

    @property
    def change_points(self) -> float | None:
        """The change in percentage points; None where a side counts nothing."""
        before, after = self.base.rate, self.head.rate
        return None if before is None or after is None else (after - before) * 100

    @property
    def one_sided(self) -> bool:
        """Whether only one side has a rate."""
        return (self.base.rate is None) != (self.head.rate is None)


@dataclass(frozen=True, slots=True)
class Group:
    """Flipped rows that have something in common.

    by: one of DIRECTIONS.
    rows: how many there are.
    name: the carrier, category or origin; empty for groups by reason.
    base, head: the words on both sides, for groups by reason.
    """

    by: str
    rows: int
    name: str = ""
    base: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class CompareResult:
    """A comparison.

    base, head: the sides as they were named.
    over: what was compared, as JSON values.
    over_text: the same, for people.
    compared: the number of packages.
    changes: between the profiles; none where a side is a validator.
    flipped: the number of flipped rows.
    of_verdict: those of them that differ in more than the reason.
    displayed_differently: the number of rows of the same verdict with another carrier or tracking id.
    groups: of flipped rows.
    rates: of all packages, and by category.
    targets: of base and head.
    unanswered: rows that a side could not judge; over scenarios, those that only one side could judge.
    clauses: by index of a change, how many rows it flips.
    rows: reads all flipped rows; samples among them have details.
    samples: flipped rows with details.
    notes: further lines for people.
    display_path: replaces the temporary paths of commits in a text.
    """

    base: str
    head: str
    over: Mapping[str, Any]
    over_text: str
    compared: int
    changes: tuple[Change, ...]
    flipped: int
    of_verdict: int
    displayed_differently: int
    groups: tuple[Group, ...]
    rates: tuple[RatePair, ...]
    targets: tuple[Decimal, Decimal]
    unanswered: int
    clauses: Mapping[int, int]
    rows: Callable[[], Iterable[Flip]]
    samples: tuple[Flip, ...] = ()
    notes: tuple[str, ...] = ()
    display_path: Callable[[str], str] = field(default=str)


def verdict_of_row(state: str, reason: str, row: Mapping[str, Any]) -> PackageVerdict:
    """A verdict with the cells of a validator's row; missing cells are empty."""
    names = ("carrier", "tracking_id", "first_scan", "actual_delivery")
    return PackageVerdict(state, reason, *("" if row.get(name) is None else str(row[name]) for name in names))


def groups_of(flips: Sequence[Flip]) -> tuple[Group, ...]:
    """Flipped rows grouped by each of DIRECTIONS, the largest groups first."""
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
    """The key that sorts groups: by direction, the largest first, then by name."""
    return DIRECTIONS.index(group.by), -group.rows, group.name, group.base, group.head


def pick_samples(flips: Sequence[Flip], limit: int) -> list[int]:
    """The indexes of up to `limit` flips, taken from every pair of reasons in turn."""
    turns: dict[tuple[str, str], int] = {}
    ordered = []
    for index, flip in enumerate(flips):
        pair = (flip.base.word, flip.head.word)
        turn = turns[pair] = turns.get(pair, 0) + 1
        ordered.append((turn, index))
    return [index for _, index in sorted(ordered)[:limit]]


def add_status(counts: Counts, target: Decimal, met_at: str) -> Counts:
    """Counts with the status of their rate. target, met_at: the profile's target and its switch target_met_at."""
    if not counts.counted:
        return counts
    above = Decimal(counts.valid) - target * counts.counted
    met = above > 0 or (above == 0 and met_at == "equal")
    return replace(counts, status="GOOD" if met else "BAD")
