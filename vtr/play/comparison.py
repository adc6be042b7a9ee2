"""Compare what is expected with a validator's answer. Pure: no clock, no files, no simulator.

`pairing` decides which reported row is compared with which expected one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vtr.play.conduct import ObservedConduct, conduct_differences
from vtr.play.pairing import Rows, changed_columns, has_text, pair_by_text, pair_rows
from vtr.story.expected import Expected, ExpectedListed, ExpectedRate, ExpectedRow
from vtr.validators.answer import Answer, ReportedRow, cell_text

NOT_RETURNED = "(not returned)"
WHOLE_ROW = None  # the column of a difference that is a whole row: missing, or not expected


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    key: order id and package, or which rate, list or conduct.
    column: None for a whole row, which is expected but missing (actual None) or not expected (expected None).
    line: of the expectation in its file.
    """

    key: str
    column: str | None
    expected: str | None
    actual: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Pair:
    """An expected row and the reported row that it was compared with, to be shown; one of them may be missing.

    changed: the columns that differ.
    line: of the expectation in its file.
    """

    key: str
    expected: ExpectedRow | None
    actual: ReportedRow | None
    changed: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of a comparison.

    differences: each one.
    pairs: the row pairs that differ.
    skipped: what was not compared, with the reason.
    """

    differences: tuple[Difference, ...]
    pairs: tuple[Pair, ...]
    skipped: tuple[str, ...]


@dataclass(slots=True)
class _Findings:
    differences: list[Difference] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def compare(expected: Expected, answer: Answer, observed: Mapping[str, ObservedConduct] | None = None) -> Comparison:
    """Compare an answer with what is expected. observed: the validator's conduct, by carrier that it called."""
    found = _Findings()
    if expected.rows is not None:
        _compare_rows(expected.rows, answer.rows, expected.line, found)
    if expected.rates is not None:
        _compare_rates(expected.rates, answer.rates, found)
    if expected.unanswered is not None:
        _compare_lists("unanswered", expected.unanswered, answer.unanswered or (), expected.line, found)
    if expected.excluded is not None:
        if answer.excluded is None:
            found.skipped.append("excluded (the validator returns none)")
        else:
            _compare_lists("excluded", expected.excluded, answer.excluded, expected.line, found)
    for conduct in expected.conduct or ():
        key = f"conduct towards {conduct.carrier}"
        found.differences.extend(
            Difference(key, what, wanted, was, line)
            for what, wanted, was, line in conduct_differences(
                conduct, (observed or {}).get(conduct.carrier, ObservedConduct())
            )
        )
    return Comparison(tuple(found.differences), tuple(found.pairs), tuple(found.skipped))


Key = tuple[str, str]  # order id, package number (empty where the validator returns none)


def _compare_rows(
    expected: Sequence[ExpectedRow], reported: Sequence[ReportedRow], line: int, found: _Findings
) -> None:
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
        rows, unwanted = Rows(wanted.get(key, []), given.get(key, []), skipped), absent.get(key, [])
        for wanted_row, actual in pair_rows(rows) if numbered else pair_by_text(rows, unwanted):
            lines = [each.line for each in unwanted if actual is not None and has_text(each, actual)]
            _add_pair(wanted_row, actual, [*lines, *(each.line for each in unwanted), line][0], skipped, found)


def _columns_to_skip(expected: Sequence[ExpectedRow], reported: Sequence[ReportedRow]) -> tuple[str, ...]:
    """A validator need not return reasons; every other column that an expectation names must be there."""
    named = any("reason" in row.cells for row in expected)
    returned = any("reason" in row for row in reported)
    return ("reason",) if named and reported and not returned else ()


def _add_pair(
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
        changed = changed_columns(row, actual, skipped)
        key = _key(row.order_id, str(row.package))
        found.differences.extend(
            Difference(key, column, str(row.cells[column]), reported_cell(actual, column), row.line)
            for column in changed
        )
        if changed:
            found.pairs.append(Pair(key, row, actual, changed, row.line))


def row_text(row: ReportedRow) -> str:
    """A reported row in one line: the columns that matter in a report."""
    named = ("tracking_id", "no_valid_tracking", "reason")
    return ", ".join(f"{column} {cell_text(row[column])!r}" for column in named if column in row) or "a row"


def reported_cell(row: ReportedRow, column: str) -> str:
    """A cell of a reported row as text, or that the validator returned no such column."""
    return cell_text(row[column]) if column in row else NOT_RETURNED


def _key(order_id: str, package: str) -> str:
    return f"{order_id}/{package}" if package else order_id


def _compare_rates(expected: Sequence[ExpectedRate], reported: Sequence[ReportedRow] | None, found: _Findings) -> None:
    if reported is None:
        found.skipped.append("rates (the validator returns none)")
        return
    for rate, actual in pair_rates(expected, reported):
        key = f"rates of {rate.category}" if rate.category is not None else "rates overall"
        if actual is None:
            shown = ", ".join(f"{column} {cell}" for column, cell in rate.cells.items())
            found.differences.append(Difference(key, WHOLE_ROW, shown, None, rate.line))
            continue
        found.differences.extend(
            Difference(key, column, str(cell), reported_cell(actual, column), rate.line)
            for column, cell in rate.cells.items()
            if not cell.holds(actual.get(column))
        )


def pair_rates(
    expected: Sequence[ExpectedRate], reported: Sequence[ReportedRow]
) -> list[tuple[ExpectedRate, ReportedRow | None]]:
    """Each expected rate with the reported one of its category; rates that no expectation names are left out."""
    by_category: dict[str, ReportedRow] = {}
    for row in reported:
        by_category.setdefault(cell_text(row.get("category")), row)
    return [(rate, by_category.get(rate.category or "")) for rate in expected]


def _compare_lists(
    word: str, expected: Sequence[ExpectedListed], reported: Sequence[ReportedRow], line: int, found: _Findings
) -> None:
    """Compare one of the lists that come with a report. word: what being in it means."""
    for want, row in pair_listed(expected, reported):
        if want is None:
            key = _listed_key(row or {})
            found.differences.append(Difference(key, word, None, cell_text((row or {}).get("why")) or word, line))
            continue
        key = _key(want.order_id, str(want.package))
        if row is None:
            found.differences.append(Difference(key, word, word, None, want.line))
        elif want.why is not None and not want.why.holds(row.get("why")):
            found.differences.append(
                Difference(key, f"{word}.why", str(want.why), reported_cell(row, "why"), want.line)
            )


def pair_listed(
    expected: Sequence[ExpectedListed], reported: Sequence[ReportedRow]
) -> list[tuple[ExpectedListed | None, ReportedRow | None]]:
    """Each expected package with its entry in a list that comes with a report, then the unexpected entries."""
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
