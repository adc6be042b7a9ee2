"""`vtr run --accept`: what a validator returned becomes what its scenarios expect, so that someone reads the change.

Each failed scenario is told anew from its file, held against the answers of the run, and edited where it differs. A
scenario is accepted as a whole or not at all: before anything is written, the new text is told again and held against
the same answers, those of every combination of its matrix among them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vtr.errors import Problem, ScenarioError, ScenarioFileError
from vtr.language import loader, schema, times, yaml_edits, yaml_tree
from vtr.language.loader import Draft
from vtr.language.yaml_edits import CannotRewriteError, Edit
from vtr.language.yaml_tree import Node, Path_, Span
from vtr.play import comparison
from vtr.reference import files
from vtr.story import builder
from vtr.story.builder import Spelling
from vtr.story.expected import Around, Cell, Expected, ExpectedListed, ExpectedRate, ExpectedRow, Near
from vtr.story.story import Order, Report, Story
from vtr.suite import results
from vtr.suite.results import Result
from vtr.validators.answer import Answer, ReportedRow, cell_text

_APPENDED = ("tracking_id", "no_valid_tracking", "reason")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Change:
    """A part of a file that was rewritten. what: the row and column."""

    file: str
    line: int
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}: {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was rewritten, and what was left as it is, with the reason."""

    changes: tuple[Change, ...]
    left: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One combination of a scenario: as written, as told, and what became of it."""

    draft: Draft
    story: Story
    result: Result | None

    @property
    def answers(self) -> list[Answer]:
        return [results.answer_of(report) for report in self.result["reports"]] if self.result is not None else []


@dataclass(frozen=True, slots=True)
class _Wish:
    """What one combination wants at a place: an edit, or (None) that it stays as it is."""

    label: str
    what: str
    line: int
    column: int
    edit: Edit | None


@dataclass(slots=True)
class _Wishes:
    """What the combinations of a scenario want, by place."""

    text: str
    by_place: dict[tuple[str, Span], list[_Wish]] = field(default_factory=dict)

    def add(self, case: _Case, kind: str, node: Node, what: str, edit: Edit | None) -> None:
        wish = _Wish(case.draft.combination, what, node.line, node.column, edit)
        self.by_place.setdefault((kind, node.span), []).append(wish)


def accept(found: Sequence[Result], *, profile: str, spelling: Spelling) -> Accepted:
    """Rewrite the files of failed scenarios. profile: of scenarios that name none. Raises ScenarioError."""
    changes: list[Change] = []
    left: list[Problem] = []
    for file in dict.fromkeys(result["file"] for result in found if result["outcome"] == "failed"):
        own = [result for result in found if result["file"] == file and result["scenario"]]
        changed, refused = _accept_file(file, own, profile, spelling)
        changes.extend(changed)
        left.extend(refused)
    return Accepted(tuple(changes), tuple(left))


def _accept_file(
    file: str, found: Sequence[Result], profile: str, spelling: Spelling
) -> tuple[list[Change], list[Problem]]:
    path = Path(file).resolve()
    marked, text = _read(path)
    by_title = {(result["line"], result["scenario"]): result for result in found}
    cases = [
        _Case(draft, story, by_title.get((story.line, story.title)))
        for draft, story in _told(text, path, file, profile, spelling)
    ]
    edits: list[tuple[str, Edit]] = []
    left: list[Problem] = []
    for line in dict.fromkeys(case.draft.line for case in cases):
        own = [case for case in cases if case.draft.line == line]
        if not any(case.result is not None and case.result["outcome"] == "failed" for case in own):
            continue
        wanted, refused = _edits(text, own)
        if not refused and not _passes(yaml_edits.applied(text, [edit for _, edit in wanted]), path, line, cases,
                                       (profile, spelling)):  # fmt: skip
            refused = [Problem(file, line, 1, "rewritten, this scenario would not pass; change it by hand")]
        left.extend(refused)
        if not refused:
            edits.extend(wanted)
    if edits:
        new = yaml_edits.applied(text, [edit for _, edit in edits])
        files.write_bytes(path, (_BOM if marked else b"") + new.encode())
    return [Change(file, edit.line, what, edit.before, edit.after) for what, edit in edits], left


def _read(path: Path) -> tuple[bool, str]:
    """Whether a file begins with a byte order mark, and its text without it."""
    content = path.read_bytes()
    return content.startswith(_BOM), content.decode("utf-8-sig")


def _told(text: str, path: Path, shown: str, profile: str, spelling: Spelling) -> list[tuple[Draft, Story]]:
    found = loader.scenarios_of(yaml_tree.parse(text, shown), shown)
    if found.problems:
        raise ScenarioFileError(found.problems)
    return [
        (draft, builder.build_story(draft, place=path, profile=profile, spelling=spelling)) for draft in found.drafts
    ]  # fmt: skip


def _edits(text: str, cases: Sequence[_Case]) -> tuple[list[tuple[str, Edit]], list[Problem]]:
    """The edits of one scenario, or why it cannot be rewritten."""
    file, line = cases[0].story.file, cases[0].story.line
    for case in cases:
        if case.result is None or case.result["outcome"] == "error":
            how = "was not run" if case.result is None else "could not be run"
            message = f"[{case.draft.combination}] {how}, so what it needs is unknown; run all combinations"
            return [], [Problem(file, line, 1, message)]
    wishes = _Wishes(text)
    for case in cases:
        for index, (report, answer) in enumerate(zip(case.story.reports, case.answers, strict=True)):
            path: Path_ = ("expect", index) if isinstance(_node(case, ("expect",)), yaml_tree.Sequence) else ("expect",)
            try:
                _report(wishes, case, report, answer, path)
            except CannotRewriteError as error:
                place = yaml_tree.find(case.draft.tree, path)
                return [], [Problem(file, place.line, place.column, f"not accepted: {error}")]
    edits, left = [], []
    for (_, span), wanted in wishes.by_place.items():
        first = next((wish for wish in wanted if wish.edit is not None), None)
        if first is None or first.edit is None:
            continue
        if len({wish.edit.text if wish.edit is not None else None for wish in wanted}) > 1:
            left.append(Problem(file, first.line, first.column, _conflict(first.what, wanted)))
        elif _shared(cases[0].draft, span):
            message = f"{first.what}: this value of the matrix stands for something else too; change it by hand"
            left.append(Problem(file, first.line, first.column, message))
        else:
            edits.append((first.what, first.edit))
    return edits, left


def _conflict(what: str, wanted: Sequence[_Wish]) -> str:
    needs = ", ".join(f"[{wish.label}] {wish.edit.after if wish.edit is not None else 'as it is'}" for wish in wanted)
    return f"{what}: the combinations need different values here ({needs}); give the matrix a name for it, or split it"


def _shared(draft: Draft, span: Span) -> bool:
    """Whether a place lies in the matrix, and in a value that is used more than once."""
    tree = draft.tree
    matrix = tree.values.get("matrix") if isinstance(tree, yaml_tree.Mapping) else None
    if not isinstance(matrix, yaml_tree.Mapping):
        return False
    for values in matrix.values.values():
        if values.span.start <= span.start < values.span.end:
            return sum(node.span == span for node in _nodes(tree, "matrix")) != 1
    return False


def _nodes(node: Node, without: str = "") -> Iterator[Node]:
    """A node and all nodes in it. without: a key of the outermost mapping that is passed over."""
    yield node
    if isinstance(node, yaml_tree.Mapping):
        for key, value in node.values.items():
            if key != without:
                yield from _nodes(value)
    elif isinstance(node, yaml_tree.Sequence):
        for item in node.items:
            yield from _nodes(item)


def _node(case: _Case, path: Path_) -> Node:
    return yaml_tree.find(case.draft.tree, path)


def _report(wishes: _Wishes, case: _Case, report: Report, answer: Answer, path: Path_) -> None:
    """What one report wants changed of its expectation."""
    expected = report.expected
    if expected.rows is not None:
        _rows(wishes, case, expected, answer, (*path, "rows"))
    if expected.rates is not None and answer.rates is not None:
        _rates(wishes, case, expected.rates, answer.rates, (*path, "rates"))
    if expected.unanswered is not None:
        _listed(wishes, case, expected.unanswered, answer.unanswered or (), (*path, "unanswered"))
    if expected.excluded is not None and answer.excluded is not None:
        _listed(wishes, case, expected.excluded, answer.excluded, (*path, "excluded"))


def _rows(wishes: _Wishes, case: _Case, expected: Expected, answer: Answer, path: Path_) -> None:
    rows = expected.rows or ()
    pairs = comparison.compare(Expected(rows, None, None, 0), answer).pairs
    unexpected = [pair.actual for pair in pairs if pair.expected is None and pair.actual is not None]
    for index, row in enumerate(rows):
        node = _node(case, (*path, index))
        key = f"{row.order_id}/{row.package}"
        pair = next((pair for pair in pairs if pair.expected is row), None)
        edit = None
        if row.absent:
            there = next((actual for actual in unexpected if _is_about(actual, row)), None)
            if there is not None and isinstance(node, yaml_tree.Mapping):
                unexpected.remove(there)
                cells = _reported_cells(there, case.story, row.order_id, row.package)
                edit = yaml_edits.present(wishes.text, node, cells)
        elif pair is not None and pair.actual is None and isinstance(node, yaml_tree.Mapping):
            edit = yaml_edits.absent(wishes.text, node)
        wishes.add(case, "row", node, key, edit)
        if not row.absent and edit is None:
            changed = {} if pair is None or pair.actual is None else dict.fromkeys(pair.changed, pair.actual)
            _cells(wishes, case, row.cells, changed, (*path, index), (key, row.order_id, row.package))
    claimed = {(row.order_id, row.package) for row in rows}
    added = []
    for actual in unexpected:
        order, package = _place_of(case.story, actual, claimed)
        claimed.add((order.order_id, package))
        added.append({**_name(case.story, order, package), **_reported_cells(actual, case.story, order.order_id,
                                                                              package)})  # fmt: skip
    _append(wishes, case, added, path, "a row that nobody named")


def _is_about(actual: ReportedRow, row: ExpectedRow) -> bool:
    package = cell_text(actual.get("package"))
    return cell_text(actual.get("order_id")) == row.order_id and package in {"", str(row.package)}


def _cells(
    wishes: _Wishes,
    case: _Case,
    cells: Mapping[str, Cell],
    changed: Mapping[str, ReportedRow],
    path: Path_,
    row: tuple[str, str, int],
) -> None:
    """The cells of one row. changed: by column that differs, the row as reported. row: its name, order and package."""
    key, order_id, package = row
    for column, cell in cells.items():
        node = _node(case, (*path, column))
        actual = changed.get(column)
        edit = None
        if actual is not None:
            if column not in actual:
                raise CannotRewriteError(f"{key}: the validator returns no {column}; take the column out by hand")
            content = cell_text(actual[column])
            written = content if column != "tracking_id" else _tracking(content, case.story, order_id, package)
            edit = _cell(wishes.text, node, cell, content, written)
        wishes.add(case, "cell", node, f"{key} {column}", edit)


def _cell(text: str, node: Node, cell: Cell, content: str, written: str) -> Edit:
    """The edit of a cell: a tolerance stays where the new value is of its kind."""
    value = node.values.get("value") if isinstance(node, yaml_tree.Mapping) else None
    place = value if value is not None else node
    if isinstance(cell, Near) and schema.decimal(content) is not None:
        return yaml_edits.cell(text, place, content)
    if isinstance(cell, Around):
        try:
            instant = datetime.fromisoformat(content)
        except ValueError:
            pass
        else:
            instant = (instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)).astimezone(UTC)
            return yaml_edits.cell(text, place, _instant(instant, yaml_tree.plain(place)))
    return yaml_edits.cell(text, node, written if written != content else _literal(content))


def _instant(instant: datetime, before: yaml_tree.Tree) -> str:
    """An instant in the form of the one before it: counted from day 0, or by the calendar."""
    if not isinstance(before, str) or not before.strip().startswith("day"):
        return instant.isoformat().replace("+00:00", "Z")
    clock = f"{instant:%H:%M:%S}" if instant.second else f"{instant:%H:%M}"
    return f"day {(instant.date() - times.DAY_ZERO).days} {clock} Z"


def _literal(content: str) -> str:
    """A text as scenarios write it: a dollar sign at its start is doubled."""
    return f"${content}" if content.startswith("$") else content


def _tracking(content: str, story: Story, order_id: str, package: int) -> str:
    """A tracking text as scenarios write it: the number of a parcel by the parcel's name."""
    own = [entry.parcel for order in story.orders if order.order_id == order_id for entry in order.packages
           if entry.number == package and entry.parcel is not None]  # fmt: skip
    named = [name for name in (*own, *story.parcels) if content and story.parcels[name].tracking_number == content]
    return f"${named[0]}" if named else _literal(content)


def _reported_cells(actual: ReportedRow, story: Story, order_id: str, package: int) -> dict[str, str]:
    cells = {column: cell_text(actual[column]) for column in _APPENDED if column in actual}
    return {
        column: _tracking(content, story, order_id, package) if column == "tracking_id" else _literal(content)
        for column, content in cells.items()
    }


def _place_of(story: Story, actual: ReportedRow, claimed: set[tuple[str, int]]) -> tuple[Order, int]:
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


def _name(story: Story, order: Order, package: int) -> dict[str, str]:
    """How a row is named: by its parcel, if no other package has it."""
    parcel = next((entry.parcel for entry in order.packages if entry.number == package), None)
    packages = [entry for each in story.orders for entry in each.packages if entry.parcel == parcel]
    if parcel is not None and len(packages) == 1:
        return {"parcel": parcel}
    return {"order": _literal(order.order_id), **({"package": str(package)} if len(order.packages) > 1 else {})}


def _rates(
    wishes: _Wishes,
    case: _Case,
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
        _cells(wishes, case, rate.cells, changed, (*path, index), (key, "", 0))
    _remove(wishes, case, gone, path, "rates that are not reported")


def _listed(
    wishes: _Wishes,
    case: _Case,
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
            _cells(wishes, case, {"why": want.why}, changed, (*path, index), (key, want.order_id, want.package))
    claimed = {(want.order_id, want.package) for want, actual in pairs if want is not None and actual is not None}
    added = []
    for _, actual in pairs[len(expected) :]:
        order, package = _place_of(case.story, actual or {}, claimed)
        claimed.add((order.order_id, package))
        why = cell_text((actual or {}).get("why"))
        added.append({**_name(case.story, order, package), **({"why": _literal(why)} if why else {})})
    if gone and added:
        raise CannotRewriteError(f"{path[-1]}: other packages than those listed here; list them by hand")
    _remove(wishes, case, gone, path, f"{path[-1]}, which it is not")
    _append(wishes, case, added, path, str(path[-1]))


def _append(wishes: _Wishes, case: _Case, added: Sequence[Mapping[str, str]], path: Path_, what: str) -> None:
    node = _node(case, path)
    wishes.add(case, "end", node, what, yaml_edits.appended(wishes.text, node, added) if added else None)


def _remove(wishes: _Wishes, case: _Case, gone: set[int], path: Path_, what: str) -> None:
    node = _node(case, path)
    wishes.add(case, "list", node, what, yaml_edits.removed(wishes.text, node, frozenset(gone)) if gone else None)


def _passes(
    text: str, path: Path, line: int, cases: Sequence[_Case], told_by: tuple[str, Spelling]
) -> bool:  # fmt: skip
    """Whether a scenario, told from its new text, expects what was answered, and the file still tells as many."""
    try:
        told = _told(text, path, "", *told_by)
    except ScenarioError:
        return False
    return len(told) == len(cases) and not any(
        comparison.compare(report.expected, answer).differences
        for (_, story), case in zip(told, cases, strict=True)
        if case.draft.line == line
        for report, answer in zip(story.reports, case.answers, strict=True)
    )
