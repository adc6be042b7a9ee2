"""The edits by which what a scenario expects becomes what a validator returned.

Each combination of a matrix proposes its own, by the place in the file: `accept` decides whether they go together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from vtr.language import schema, times, yaml_edits, yaml_tree
from vtr.language.loader import Draft
from vtr.language.yaml_edits import CannotRewriteError, Edit
from vtr.language.yaml_tree import Node, Path_, Span
from vtr.language.yaml_values import escape_dollar, row_name, tracking_value
from vtr.play import comparison
from vtr.reference.instants import instant_text
from vtr.story.expected import Around, Cell, Expected, ExpectedListed, ExpectedRate, ExpectedRow, Near
from vtr.story.story import Order, Report, Story
from vtr.suite import results
from vtr.suite.results import Result
from vtr.validators.answer import Answer, ReportedRow, cell_text

_APPENDED = ("tracking_id", "no_valid_tracking", "reason")


@dataclass(frozen=True, slots=True)
class Case:
    """One combination of a scenario.

    draft: as it is written in the file.
    story: as it is built from the draft.
    result: of the run; None where it was not run.
    """

    draft: Draft
    story: Story
    result: Result | None

    @property
    def answers(self) -> list[Answer]:
        """The validator's answer at each report."""
        return [results.answer_of(report) for report in self.result["reports"]] if self.result is not None else []


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one combination needs at a place of the file.

    label: of the combination.
    what: the row and column.
    line, column: of the place, from 1.
    edit: None where the text must stay as it is.
    """

    label: str
    what: str
    line: int
    column: int
    edit: Edit | None


@dataclass(slots=True)
class Proposals:
    """What the combinations of a scenario need, by place."""

    text: str
    by_place: dict[tuple[str, Span], list[Proposal]] = field(default_factory=dict)

    def add(self, case: Case, kind: str, node: Node, what: str, edit: Edit | None) -> None:
        """Add what a combination needs at a node. kind: what of the node is edited."""
        proposal = Proposal(case.draft.combination, what, node.line, node.column, edit)
        self.by_place.setdefault((kind, node.span), []).append(proposal)


def propose_report(proposals: Proposals, case: Case, report: Report, answer: Answer, path: Path_) -> None:
    """Propose the edits that make the expectation of a report agree with the answer. path: of the expectation."""
    expected = report.expected
    if expected.rows is not None:
        _propose_rows(proposals, case, expected, answer, (*path, "rows"))
    if expected.rates is not None and answer.rates is not None:
        _propose_rates(proposals, case, expected.rates, answer.rates, (*path, "rates"))
    if expected.unanswered is not None:
        _propose_list(proposals, case, expected.unanswered, answer.unanswered or (), (*path, "unanswered"))
    if expected.excluded is not None and answer.excluded is not None:
        _propose_list(proposals, case, expected.excluded, answer.excluded, (*path, "excluded"))


def _propose_rows(proposals: Proposals, case: Case, expected: Expected, answer: Answer, path: Path_) -> None:
    rows = expected.rows or ()
    pairs = comparison.compare(Expected(rows, None, None, 0), answer).pairs
    unexpected = [pair.actual for pair in pairs if pair.expected is None and pair.actual is not None]
    for index, row in enumerate(rows):
        node = find_node(case, (*path, index))
        key = f"{row.order_id}/{row.package}"
        pair = next((pair for pair in pairs if pair.expected is row), None)
        edit = None
        if row.absent:
            there = next((actual for actual in unexpected if _is_row_of(actual, row)), None)
            if there is not None and isinstance(node, yaml_tree.Mapping):
                unexpected.remove(there)
                cells = _appended_cells(there, case.story, row.order_id, row.package)
                edit = yaml_edits.edit_to_present(proposals.text, node, cells)
        elif pair is not None and pair.actual is None and isinstance(node, yaml_tree.Mapping):
            edit = yaml_edits.edit_to_absent(proposals.text, node)
        proposals.add(case, "row", node, key, edit)
        if not row.absent and edit is None:
            changed = {} if pair is None or pair.actual is None else dict.fromkeys(pair.changed, pair.actual)
            _propose_cells(proposals, case, row.cells, changed, (*path, index), (key, row.order_id, row.package))
    claimed = {(row.order_id, row.package) for row in rows}
    added = []
    for actual in unexpected:
        order, package = _package_of(case.story, actual, claimed)
        claimed.add((order.order_id, package))
        added.append({**_row_name(case.story, order, package), **_appended_cells(actual, case.story, order.order_id,
                                                                              package)})  # fmt: skip
    _propose_appended(proposals, case, added, path, "a row that was not expected")


def _is_row_of(actual: ReportedRow, row: ExpectedRow) -> bool:
    package = cell_text(actual.get("package"))
    return cell_text(actual.get("order_id")) == row.order_id and package in {"", str(row.package)}


def _propose_cells(
    proposals: Proposals,
    case: Case,
    cells: Mapping[str, Cell],
    changed: Mapping[str, ReportedRow],
    path: Path_,
    row: tuple[str, str, int],
) -> None:
    """The cells of one row. changed: by column that differs, the row as reported. row: its name, order and package."""
    key, order_id, package = row
    for column, cell in cells.items():
        node = find_node(case, (*path, column))
        actual = changed.get(column)
        edit = None
        if actual is not None:
            if column not in actual:
                raise CannotRewriteError(f"{key}: the validator returns no {column}; take the column out by hand")
            content = cell_text(actual[column])
            written = (
                content if column != "tracking_id" else _tracking_as_written(content, case.story, order_id, package)
            )
            edit = _cell_edit(proposals.text, node, cell, content, written)
        proposals.add(case, "cell", node, f"{key} {column}", edit)


def _cell_edit(text: str, node: Node, cell: Cell, content: str, written: str) -> Edit:
    """The edit of a cell: a tolerance stays where the new value is of its kind."""
    value = node.values.get("value") if isinstance(node, yaml_tree.Mapping) else None
    place = value if value is not None else node
    if isinstance(cell, Near) and schema.decimal(content) is not None:
        return yaml_edits.edit_cell(text, place, content)
    if isinstance(cell, Around):
        try:
            instant = datetime.fromisoformat(content)
        except ValueError:
            pass
        else:
            instant = (instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)).astimezone(UTC)
            return yaml_edits.edit_cell(text, place, _instant_as_written(instant, yaml_tree.plain(place)))
    return yaml_edits.edit_cell(text, node, written if written != content else escape_dollar(content))


def _instant_as_written(instant: datetime, before: yaml_tree.Tree) -> str:
    """An instant in the form of the one before it: counted from day 0, or by the calendar."""
    if not isinstance(before, str) or not before.strip().startswith("day"):
        return instant_text(instant)
    clock = f"{instant:%H:%M:%S}" if instant.second else f"{instant:%H:%M}"
    return f"day {(instant.date() - times.DAY_ZERO).days} {clock} Z"


def _tracking_as_written(content: str, story: Story, order_id: str, package: int) -> str:
    """A tracking text as scenarios write it: the number of a parcel by its name, the package's own parcel first."""
    own = [
        entry.parcel
        for order in story.orders
        if order.order_id == order_id
        for entry in order.packages
        if entry.number == package and entry.parcel is not None
    ]
    return tracking_value(content, story.tracking_numbers, own)


def _row_name(story: Story, order: Order, package: int) -> dict[str, str]:
    """The keys that name a row."""
    parcel = next((entry.parcel for entry in order.packages if entry.number == package), None)
    several = len(order.packages) > 1
    return row_name(parcel, story.packed_parcels, escape_dollar(order.order_id), package if several else None)


def _appended_cells(actual: ReportedRow, story: Story, order_id: str, package: int) -> dict[str, str]:
    cells = {column: cell_text(actual[column]) for column in _APPENDED if column in actual}
    return {
        column: _tracking_as_written(content, story, order_id, package)
        if column == "tracking_id"
        else escape_dollar(content)
        for column, content in cells.items()
    }


def _package_of(story: Story, actual: ReportedRow, claimed: set[tuple[str, int]]) -> tuple[Order, int]:
    """The order and package that a reported row is about."""
    order_id, package = cell_text(actual.get("order_id")), cell_text(actual.get("package"))
    order = next((order for order in story.orders if order.order_id == order_id), None)
    if order is None:
        raise CannotRewriteError(f"order {order_id!r} is reported, which this scenario does not have")
    numbers = [entry.number for entry in order.packages] or [1]
    free = [number for number in numbers if (order_id, number) not in claimed and package in {"", str(number)}]
    if len(free) != 1:
        raise CannotRewriteError(f"order {order_id!r} has a row too many, which could be any of its packages")
    return order, free[0]


def _propose_rates(
    proposals: Proposals,
    case: Case,
    expected: Sequence[ExpectedRate],
    reported: Sequence[ReportedRow],
    path: Path_,
) -> None:
    gone = set()
    for index, (rate, actual) in enumerate(comparison.pair_rates(expected, reported)):
        if actual is None:
            gone.add(index)
            continue
        key = f"rates of {rate.category}" if rate.category is not None else "rates overall"
        changed = {column: actual for column, cell in rate.cells.items() if not cell.holds(actual.get(column))}
        _propose_cells(proposals, case, rate.cells, changed, (*path, index), (key, "", 0))
    _propose_removed(proposals, case, gone, path, "rates that are not reported")


def _propose_list(
    proposals: Proposals,
    case: Case,
    expected: Sequence[ExpectedListed],
    reported: Sequence[ReportedRow],
    path: Path_,
) -> None:
    pairs = comparison.pair_listed(expected, reported)
    gone = set()
    for index, (want, actual) in enumerate(pairs[: len(expected)]):
        if actual is None:
            gone.add(index)
        elif want is not None and want.why is not None:
            changed = {} if want.why.holds(actual.get("why")) else {"why": actual}
            key = f"{path[-1]} {want.order_id}/{want.package}"
            _propose_cells(
                proposals, case, {"why": want.why}, changed, (*path, index), (key, want.order_id, want.package)
            )
    claimed = {(want.order_id, want.package) for want, actual in pairs if want is not None and actual is not None}
    added = []
    for _, actual in pairs[len(expected) :]:
        order, package = _package_of(case.story, actual or {}, claimed)
        claimed.add((order.order_id, package))
        why = cell_text((actual or {}).get("why"))
        added.append({**_row_name(case.story, order, package), **({"why": escape_dollar(why)} if why else {})})
    if gone and added:
        raise CannotRewriteError(f"{path[-1]}: other packages than those listed here; list them by hand")
    _propose_removed(proposals, case, gone, path, f"{path[-1]}, which it is not")
    _propose_appended(proposals, case, added, path, str(path[-1]))


def _propose_appended(
    proposals: Proposals, case: Case, added: Sequence[Mapping[str, str]], path: Path_, what: str
) -> None:
    node = find_node(case, path)
    proposals.add(case, "end", node, what, yaml_edits.append_rows(proposals.text, node, added) if added else None)


def _propose_removed(proposals: Proposals, case: Case, gone: set[int], path: Path_, what: str) -> None:
    node = find_node(case, path)
    proposals.add(
        case, "list", node, what, yaml_edits.remove_rows(proposals.text, node, frozenset(gone)) if gone else None
    )


def find_node(case: Case, path: Path_) -> Node:
    """The node of a scenario at a path."""
    return yaml_tree.find(case.draft.tree, path)
