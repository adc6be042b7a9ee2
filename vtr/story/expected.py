"""What a report must show, as values: rows, rates, packages listed apart, and the conduct of the validator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from vtr.validators.answer import cell_text


@dataclass(frozen=True, slots=True)
class Text:
    """A cell that must hold one of these texts. Empty text: an empty cell."""

    any_of: tuple[str, ...]

    def holds(self, actual: object) -> bool:
        """Whether a reported cell is as expected."""
        return cell_text(actual) in self.any_of

    def __str__(self) -> str:
        return self.any_of[0] if len(self.any_of) == 1 else f"any of: {', '.join(map(repr, self.any_of))}"


@dataclass(frozen=True, slots=True)
class Near:
    """A cell that must hold a number, give or take a tolerance."""

    value: Decimal
    within: Decimal = Decimal(0)

    def holds(self, actual: object) -> bool:
        """Whether a reported cell is as expected. A boolean is not a number."""
        if isinstance(actual, bool):
            return False
        try:
            return abs(Decimal(cell_text(actual)) - self.value) <= self.within
        except ArithmeticError:  # not a number, or one that overflows
            return False

    def __str__(self) -> str:
        return str(self.value) if not self.within else f"{self.value} within {self.within}"


@dataclass(frozen=True, slots=True)
class Around:
    """A cell that must hold an instant (ISO 8601; without an offset it is UTC), give or take a tolerance."""

    value: datetime
    within: timedelta = timedelta(0)

    def holds(self, actual: object) -> bool:
        """Whether a reported cell is as expected."""
        try:
            instant = datetime.fromisoformat(cell_text(actual))
        except ValueError:
            return False
        instant = instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
        return abs(instant - self.value) <= self.within

    def __str__(self) -> str:
        shown = self.value.isoformat().replace("+00:00", "Z")
        return shown if not self.within else f"{shown} within {self.within}"


Cell = Text | Near | Around


COUNTS = ("calls", "tokens", "batch_size")


@dataclass(frozen=True, slots=True)
class Bound:
    """How many; None where nothing is said."""

    at_least: int | None = None
    at_most: int | None = None
    exactly: int | None = None

    def holds(self, count: int) -> bool:
        """Whether a count is within."""
        return (
            (self.at_least is None or count >= self.at_least)
            and (self.at_most is None or count <= self.at_most)
            and self.exactly in {None, count}
        )

    def problem(self) -> str:
        """What is wrong with the bound itself; empty when it says something that can hold."""
        if self.at_least is None and self.at_most is None and self.exactly is None:
            return "nothing is expected; give at_least, at_most or exactly"
        if self.exactly is not None and (self.at_least is not None or self.at_most is not None):
            return "'exactly' stands alone; remove it, or at_least and at_most"
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            return f"no number is at least {self.at_least} and at most {self.at_most}"
        return ""

    def __str__(self) -> str:
        bounds = (("at least", self.at_least), ("at most", self.at_most), ("exactly", self.exactly))
        return ", ".join(f"{words} {count}" for words, count in bounds if count is not None)


@dataclass(frozen=True, slots=True)
class ExpectedConduct:
    """How a validator must behave towards a carrier.

    counts: bounds by name (`COUNTS`).
    findings: the names of all findings there must be; None: not compared.
    lines: of each expectation, by its key.
    """

    carrier: str
    counts: Mapping[str, Bound]
    waits_after_429: bool
    findings: frozenset[str] | None
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """A row that must be in the report (absent: must not be).

    cells: by column; columns not named are not compared.
    line: of the expectation.
    submitted: the tracking texts submitted for the package so far, which identify the rows of a validator that returns
    no package numbers.
    """

    order_id: str
    package: int
    cells: Mapping[str, Cell]
    line: int
    absent: bool = False
    submitted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedRate:
    """Rates of a category (None: overall)."""

    category: str | None
    cells: Mapping[str, Cell]
    line: int


@dataclass(frozen=True, slots=True)
class ExpectedListed:
    """A package that must be listed beside the report, as unanswered or as left out; why: compared only if given."""

    order_id: str
    package: int
    why: Cell | None
    line: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What one report must show; None: not compared. line: of the whole expectation."""

    rows: tuple[ExpectedRow, ...] | None
    rates: tuple[ExpectedRate, ...] | None
    unanswered: tuple[ExpectedListed, ...] | None
    line: int
    excluded: tuple[ExpectedListed, ...] | None = None
    conduct: tuple[ExpectedConduct, ...] | None = None
