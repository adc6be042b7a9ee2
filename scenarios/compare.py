"""Expected rows against a validator's answer: pure, no clock, no files, no simulator.

Rows are told apart by order and package number when the validator returns one, else by order and tracking text: the
one that an expected row names, or any that was submitted for its package. Several packages of one order may look alike
there (two blank numbers give two equal texts), so rows of one key are compared as a multiset: as many as possible are
paired without a difference (a maximum matching, not the first that fits), and the others with what is left of the key.

A wrong tracking text would so be one row missing and another too many. Where an order has just one of each, they are
held against each other all the same, since that says it better: this cell, that text expected, this one reported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from scenarios import tables
from scenarios.conducting import ExpectedConduct, Observed, different

ReportedRow = Mapping[str, object]
NOT_RETURNED = "(not returned)"
WHOLE_ROW = None  # the column of a difference that is a whole row: missing, or not expected


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
        """Whether a reported cell is as expected. A truth value is no number."""
        if isinstance(actual, bool):
            return False
        try:
            return abs(Decimal(cell_text(actual)) - self.value) <= self.within
        except ArithmeticError:  # no number, or one that overflows
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


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """A row that must be in the report (absent: must not be).

    cells: by column; columns not named are not compared. submitted: the tracking texts submitted for the package so
    far, by which the rows of a validator without package numbers are told apart. line: where the expectation stands.
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
    """What one report must show; None: not compared. line: where the expectation of the whole stands."""

    rows: tuple[ExpectedRow, ...] | None
    rates: tuple[ExpectedRate, ...] | None
    unanswered: tuple[ExpectedListed, ...] | None
    line: int
    excluded: tuple[ExpectedListed, ...] | None = None
    conduct: tuple[ExpectedConduct, ...] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A validator's answer: its rows, its rates, what is unanswered and what is left out (None: it returns none).

    remarks: what was met while it was got and is no difference, such as processes left behind.
    """

    rows: tuple[ReportedRow, ...]
    rates: tuple[ReportedRow, ...] | None = None
    unanswered: tuple[ReportedRow, ...] | None = None
    excluded: tuple[ReportedRow, ...] | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. column None: a whole row, expected but missing (actual None) or not expected (expected None)."""

    key: str
    column: str | None
    expected: str | None
    actual: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Pair:
    """An expected row and the reported row it was held against, for showing; one of them may be missing."""

    key: str
    expected: ExpectedRow | None
    actual: ReportedRow | None
    changed: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing gave: the differences, the row pairs that differ, and what was not compared, with the reason."""

    differences: tuple[Difference, ...]
    pairs: tuple[Pair, ...]
    skipped: tuple[str, ...]


def cell_text(value: object) -> str:
    """A reported cell as text: nothing for null, `true` and `false` as JSON writes them, else what is printed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


@dataclass(slots=True)
class _Findings:
    differences: list[Difference] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def compare(expected: Expected, answer: Answer, observed: Mapping[str, Observed] | None = None) -> Comparison:
    """What differs between expectation and answer. observed: the validator's conduct, by carrier that it called."""
    found = _Findings()
    if expected.rows is not None:
        _rows(expected.rows, answer.rows, expected.line, found)
    if expected.rates is not None:
        _rates(expected.rates, answer.rates, found)
    if expected.unanswered is not None:
        _listed("unanswered", expected.unanswered, answer.unanswered or (), expected.line, found)
    if expected.excluded is not None:
        if answer.excluded is None:
            found.skipped.append("excluded (the validator returns none)")
        else:
            _listed("excluded", expected.excluded, answer.excluded, expected.line, found)
    for conduct in expected.conduct or ():
        key = f"conduct towards {conduct.carrier}"
        found.differences.extend(
            Difference(key, what, wanted, was, line)
            for what, wanted, was, line in different(conduct, (observed or {}).get(conduct.carrier, Observed()))
        )
    return Comparison(tuple(found.differences), tuple(found.pairs), tuple(found.skipped))


Key = tuple[str, str]  # order id, package number (empty where the validator returns none)


def _rows(expected: Sequence[ExpectedRow], reported: Sequence[ReportedRow], line: int, found: _Findings) -> None:
    numbered = all(cell_text(row.get("package")) for row in reported)
    skipped = _columns_to_skip(expected, reported)
    found.skipped.extend(f"{column} (the validator returns none)" for column in skipped)

    def key_of_expected(row: ExpectedRow) -> Key:
        return row.order_id, str(row.package) if numbered else ""

    def key_of_reported(row: ReportedRow) -> Key:
        return cell_text(row.get("order_id")), cell_text(row.get("package")) if numbered else ""

    wanted: dict[Key, list[ExpectedRow]] = {}
    given: dict[Key, list[ReportedRow]] = {}
    absent: dict[Key, list[ExpectedRow]] = {}
    for row in expected:
        (absent if row.absent else wanted).setdefault(key_of_expected(row), []).append(row)
    for reported_row in reported:
        given.setdefault(key_of_reported(reported_row), []).append(reported_row)
    for key in dict.fromkeys((*wanted, *given)):
        rows, unwanted = _Rows(wanted.get(key, []), given.get(key, []), skipped), absent.get(key, [])
        for row_, actual in _paired(rows) if numbered else _paired_by_text(rows, unwanted):
            lines = [each.line for each in unwanted if actual is not None and _is_of_text(each, actual)]
            _report_pair(row_, actual, [*lines, *(each.line for each in unwanted), line][0], skipped, found)


def _columns_to_skip(expected: Sequence[ExpectedRow], reported: Sequence[ReportedRow]) -> tuple[str, ...]:
    """Only the reason is the validator's own affair; every other column that an expectation names must be there."""
    named = any("reason" in row.cells for row in expected)
    returned = any("reason" in row for row in reported)
    return ("reason",) if named and reported and not returned else ()


def _changed(row: ExpectedRow, actual: ReportedRow, skipped: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        column for column, cell in row.cells.items() if column not in skipped and not cell.holds(actual.get(column))
    )


Pairs = list[tuple[ExpectedRow | None, ReportedRow | None]]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one key, expected and reported; skipped: the columns that are not compared."""

    wanted: Sequence[ExpectedRow]
    given: Sequence[ReportedRow]
    skipped: Sequence[str]


def _paired(rows: _Rows) -> Pairs:
    """Rows of one key, each expected one with a reported one: equal ones first, then the most alike, then the rest."""
    wanted, given, skipped = rows.wanted, rows.given, rows.skipped
    partner = _matching([[not _changed(row, actual, skipped) for actual in given] for row in wanted])
    free_wanted = [index for index in range(len(wanted)) if index not in partner.values()]
    free_given = [index for index in range(len(given)) if index not in partner]

    def unlike(pair: tuple[int, int]) -> int:
        return len(_changed(wanted[pair[0]], given[pair[1]], skipped))

    while free_wanted and free_given:
        best = min(((row, actual) for row in free_wanted for actual in free_given), key=unlike)
        partner[best[1]] = best[0]
        free_wanted.remove(best[0])
        free_given.remove(best[1])
    pairs: Pairs = [(wanted[row], given[actual]) for actual, row in sorted(partner.items(), key=lambda entry: entry[1])]
    pairs.extend((wanted[index], None) for index in free_wanted)
    pairs.extend((None, given[index]) for index in free_given)
    return pairs


def _paired_by_text(rows: _Rows, absent: Sequence[ExpectedRow]) -> Pairs:
    """Rows of one order without package numbers: those of one tracking text first, then those that no text tells apart.

    No text tells a row apart whose tracking text is not expected, or not reported: it may be any one of its order, but
    not one that must be absent.
    """
    wanted, given, skipped = rows.wanted, rows.given, rows.skipped
    # As many rows with a partner of their text as can be, among them as many without a difference as can be.
    by_text = [[_is_of_text(row, actual) for actual in given] for row in wanted]
    partner = _matching(
        [
            [fits and not _changed(row, actual, skipped) for fits, actual in zip(fitting, given, strict=True)]
            for row, fitting in zip(wanted, by_text, strict=True)
        ]
    )
    partner = _matching(by_text, partner)
    pairs: Pairs = [(wanted[row], given[actual]) for actual, row in sorted(partner.items(), key=lambda entry: entry[1])]
    left = [row for index, row in enumerate(wanted) if index not in partner.values()]
    more = [actual for index, actual in enumerate(given) if index not in partner]
    unwanted = [actual for actual in more if any(_is_of_text(row, actual) for row in absent)]
    extra = [actual for actual in more if actual not in unwanted]
    if len(left) == len(extra) == 1:
        return [*pairs, (left[0], extra[0]), *((None, actual) for actual in unwanted)]
    nameless = [row for row in left if "tracking_id" not in row.cells]
    pairs += _take_pairs(left, extra, _paired(_Rows(nameless, extra, skipped)))
    textless = [actual for actual in extra if not cell_text(actual.get("tracking_id"))]
    pairs += _take_pairs(left, extra, _paired(_Rows(left, textless, skipped)))
    return [*pairs, *((row, None) for row in left), *((None, actual) for actual in (*extra, *unwanted))]


def _take_pairs(left: list[ExpectedRow], extra: list[ReportedRow], pairs: Pairs) -> Pairs:
    """The pairs of two rows; these rows are taken from what is left."""
    whole = [(row, actual) for row, actual in pairs if row is not None and actual is not None]
    for row, actual in whole:
        left.remove(row)
        extra.remove(actual)
    return [*whole]


def _is_of_text(row: ExpectedRow, actual: ReportedRow) -> bool:
    """Whether a reported row has the tracking text that is expected or, if none is, one that its package may have."""
    reported = actual.get("tracking_id")
    expected = row.cells.get("tracking_id")
    if expected is not None:
        return expected.holds(reported)
    text = cell_text(reported).strip().upper()
    return text in {f"{row.order_id}-InvalidId".upper(), *(submitted.strip().upper() for submitted in row.submitted)}


def _matching(fits: Sequence[Sequence[bool]], begun: Mapping[int, int] | None = None) -> dict[int, int]:
    """A maximum matching of rows to columns that fit: from column to row (augmenting paths).

    begun: a matching that fits, to go on from; its rows and columns stay matched.
    """
    row_of = dict(begun or {})

    def place(row: int, tried: set[int]) -> bool:
        for column, fit in enumerate(fits[row]):
            if fit and column not in tried:
                tried.add(column)
                if column not in row_of or place(row_of[column], tried):
                    row_of[column] = row
                    return True
        return False

    for row in set(range(len(fits))) - set(row_of.values()):
        place(row, set())
    return row_of


def _report_pair(
    row: ExpectedRow | None, actual: ReportedRow | None, line: int, skipped: Sequence[str], found: _Findings
) -> None:
    if row is None and actual is not None:
        key = _key(cell_text(actual.get("order_id")), cell_text(actual.get("package")))
        found.differences.append(Difference(key, WHOLE_ROW, None, row_text(actual), line))
        found.pairs.append(Pair(key, None, actual, (), line))
    elif row is not None and actual is None:
        key = _key(row.order_id, str(row.package))
        shown = ", ".join(f"{column} {str(cell)!r}" for column, cell in row.cells.items()) or "a row"
        found.differences.append(Difference(key, WHOLE_ROW, shown, None, row.line))
        found.pairs.append(Pair(key, row, None, (), row.line))
    elif row is not None and actual is not None:
        changed = _changed(row, actual, skipped)
        key = _key(row.order_id, str(row.package))
        found.differences.extend(
            Difference(key, column, str(row.cells[column]), _shown(actual, column), row.line) for column in changed
        )
        if changed:
            found.pairs.append(Pair(key, row, actual, changed, row.line))


def row_text(row: ReportedRow) -> str:
    """A reported row in one line: the columns that a report is read for."""
    named = ("tracking_id", "no_valid_tracking", "reason")
    return ", ".join(f"{column} {cell_text(row[column])!r}" for column in named if column in row) or "a row"


def _shown(row: ReportedRow, column: str) -> str:
    return cell_text(row[column]) if column in row else NOT_RETURNED


def _key(order_id: str, package: str) -> str:
    return f"{order_id}/{package}" if package else order_id


def _rates(expected: Sequence[ExpectedRate], reported: Sequence[ReportedRow] | None, found: _Findings) -> None:
    if reported is None:
        found.skipped.append("rates (the validator returns none)")
        return
    for rate, actual in paired_rates(expected, reported):
        key = f"rates of {rate.category}" if rate.category is not None else "rates overall"
        if actual is None:
            shown = ", ".join(f"{column} {cell}" for column, cell in rate.cells.items())
            found.differences.append(Difference(key, WHOLE_ROW, shown, None, rate.line))
            continue
        found.differences.extend(
            Difference(key, column, str(cell), _shown(actual, column), rate.line)
            for column, cell in rate.cells.items()
            if not cell.holds(actual.get(column))
        )


def paired_rates(
    expected: Sequence[ExpectedRate], reported: Sequence[ReportedRow]
) -> list[tuple[ExpectedRate, ReportedRow | None]]:
    """Each expected rate with the reported one of its category; rates that no expectation names are left alone."""
    by_category: dict[str, ReportedRow] = {}
    for row in reported:
        by_category.setdefault(cell_text(row.get("category")), row)
    return [(rate, by_category.get(rate.category or "")) for rate in expected]


def _listed(
    word: str, expected: Sequence[ExpectedListed], reported: Sequence[ReportedRow], line: int, found: _Findings
) -> None:
    """What differs in a list beside the report; word: what being in it means."""
    for want, row in paired_listed(expected, reported):
        if want is None:
            key = _listed_key(row or {})
            found.differences.append(Difference(key, word, None, cell_text((row or {}).get("why")) or word, line))
            continue
        key = _key(want.order_id, str(want.package))
        if row is None:
            found.differences.append(Difference(key, word, word, None, want.line))
        elif want.why is not None and not want.why.holds(row.get("why")):
            found.differences.append(Difference(key, f"{word}.why", str(want.why), _shown(row, "why"), want.line))


def paired_listed(
    expected: Sequence[ExpectedListed], reported: Sequence[ReportedRow]
) -> list[tuple[ExpectedListed | None, ReportedRow | None]]:
    """Each expected package with its entry in a list beside the report, then the entries that nobody named."""
    left = [(_listed_key(row), row) for row in reported]
    pairs: list[tuple[ExpectedListed | None, ReportedRow | None]] = []
    for want in expected:
        key = _key(want.order_id, str(want.package))
        # A validator may leave the package out of its list: the order alone names the row then.
        match = next((entry for entry in left if entry[0] in {key, want.order_id}), None)
        pairs.append((want, None if match is None else match[1]))
        if match is not None:
            left.remove(match)
    return [*pairs, *((None, row) for _, row in left)]


def _listed_key(row: ReportedRow) -> str:
    return _key(cell_text(row.get("order_id")), cell_text(row.get("package")))


MISSING_LINE = "(no such row)"
LISTS = ("unanswered", "excluded")


def text(comparison: Comparison) -> str:
    """The differences for people: `-` expected, `+` reported, changed cells between `>` and `<`."""
    lines: list[str] = []
    if comparison.pairs:
        lines.extend(_table(comparison.pairs))
    paired = {pair.key for pair in comparison.pairs}
    lines.extend(
        f"  {difference.key}: {difference.column or 'row'}: "
        f"expected {_quoted(difference.expected)}, reported {_quoted(difference.actual)} (line {difference.line})"
        for difference in comparison.differences
        if difference.key not in paired or (difference.column or "").startswith(LISTS)
    )
    return "\n".join(lines)


def _quoted(value: str | None) -> str:
    return "nothing" if value is None else repr(value)


def _table(pairs: Sequence[Pair]) -> list[str]:
    columns = list(dict.fromkeys(column for pair in pairs for column in (pair.expected.cells if pair.expected else ())))
    if any(pair.expected is None for pair in pairs):
        columns = list(dict.fromkeys((*columns, "tracking_id", "no_valid_tracking", "reason")))
    rows: list[tuple[str, ...]] = [(" ", "line", "order/package", *columns)]
    for pair in pairs:
        line = str(pair.line)
        if pair.expected is None:
            rows.append(("-", line, pair.key, MISSING_LINE))
        else:
            cells = pair.expected.cells
            rows.append(("-", line, pair.key, *(_cell(str(cells[name])) if name in cells else "" for name in columns)))
        if pair.actual is None:
            rows.append(("+", line, pair.key, MISSING_LINE))
        else:
            shown = (
                f">{_cell(_shown(pair.actual, name))}<" if name in pair.changed else _cell(_shown(pair.actual, name))
                for name in columns
            )
            rows.append(("+", line, pair.key, *shown))
    return tables.aligned(rows, "  ")


def _cell(content: str) -> str:
    return content or "(blank)"
