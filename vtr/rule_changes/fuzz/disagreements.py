"""Where two validators differ about a story: the expected one, whose answer counts as right, and the one under test.

Both are called by the runner that runs scenarios, and their answers are compared like an answer with a scenario's
expectation. So a story on which they differ, written to a file, fails when it is run, and for the same reason.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from vtr.errors import ScenarioError, ValidatorError
from vtr.language.yaml_values import escape_dollar, row_name, sole_parcel, tracking_value
from vtr.language.yaml_writer import Document
from vtr.play import comparison, runner
from vtr.play.comparison import Difference
from vtr.play.doors import Door
from vtr.story import builder
from vtr.story.builder import Spelling
from vtr.story.story import Story
from vtr.validators import Validator
from vtr.validators.answer import Answer, ReportedRow, cell_text

_VERDICT = ("tracking_id", "no_valid_tracking", "reason")
_RATES = ("confirmed", "exempt", "counted", "valid", "rate", "status")
_INVALID_ID = re.compile(r".*-InvalidId")
_REASON = re.compile(r"reason '(\w*)'")

Disagreement = tuple[str, str, str]
"""What two validators disagree on: column, expected, reported, without the values that differ from story to story."""

COULD_NOT_RUN = "could not run"
RATES: Disagreement = ("rates", "", "")


@dataclass(frozen=True, slots=True)
class ValidatorAtDoor:
    """A validator, and the door through which it reaches the carriers."""

    validator: Validator
    door: Door

    def answers(self, story: Story) -> tuple[Answer, ...]:
        """The validator's answer at each report. Raises ValidatorError, ScenarioError."""
        return runner.collect_answers(story, self.validator, self.door)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A story on which two validators differ.

    document: the scenario, with the expected validator's answer as its expectation.
    orders: the indexes of the orders concerned.
    disagreements: all of them, each once.
    """

    document: Document
    orders: frozenset[int]
    disagreements: frozenset[Disagreement]


@dataclass(frozen=True, slots=True)
class DifferentialTest:
    """A differential test of two validators.

    expected: the validator whose answer becomes a scenario's expectation.
    tested: the validator under test.
    profile: of stories that name none.
    spelling: of a profile's carriers, by the profile's name.
    place: the file in which a story would be; numbers are minted from it.
    """

    expected: ValidatorAtDoor
    tested: ValidatorAtDoor
    profile: str
    spelling: Spelling
    place: PurePath

    def run(self, document: Document) -> Counterexample | None:
        """Run both validators on a story; None if they agree.

        Raises ScenarioError for an invalid scenario, or if the expected validator has no answer.
        """
        story = self.story(_without_expectation(document))
        expected = self.expected.answers(story)
        try:
            actual = self.tested.answers(story)
        except ValidatorError:
            scenario = self._with_expectation(document, story, expected, ())
            return Counterexample(scenario, frozenset(range(len(story.orders))), frozenset({(COULD_NOT_RUN, "", "")}))
        # A row that differs explains more than the rate that it changes.
        for rates in (False, True):
            scenario = self._with_expectation(document, story, expected, actual, rates=rates)
            differences = [
                difference
                for report, answer in zip(self.story(scenario).reports, actual, strict=True)
                for difference in comparison.compare(report.expected, answer).differences
            ]
            if differences:
                return _counterexample(scenario, story, differences)
        return None

    def disagreements(self, document: Document) -> frozenset[Disagreement]:
        """What they disagree on; nothing for an invalid scenario, or if the expected validator has no answer."""
        with suppress(ScenarioError):
            counterexample = self.run(document)
            return counterexample.disagreements if counterexample is not None else frozenset()
        return frozenset()

    def story(self, document: Document) -> Story:
        """The story of a document. Raises ScenarioFileError."""
        return builder.story_of(document, place=self.place, profile=self.profile, spelling=self.spelling)

    def seed(self, document: Document) -> str:
        """The seed of everything minted in a story. Raises ScenarioFileError."""
        return self.story(_without_expectation(document)).seed

    def _with_expectation(
        self,
        document: Document,
        story: Story,
        expected: tuple[Answer, ...],
        actual: tuple[Answer, ...],
        *,
        rates: bool = False,
    ) -> Document:
        """The scenario with the expected answer to each report, in the columns that the actual one has too."""
        named = _with_ids(document, story, expected)
        parts = [
            _expectation(named, story, answer, actual[index] if actual else answer, rates=rates)
            for index, answer in enumerate(expected)
        ]
        if len(parts) == 1:
            return {**named, "expect": parts[0]}
        times = _report_times(document)
        return {**named, "expect": [{"at": at, **part} for at, part in zip(times, parts, strict=True)]}


def _report_times(document: Document) -> list[str]:
    """The times of the reports, if the document gives any."""
    times = document.get("report_at")
    if times is not None:
        return list(times) if isinstance(times, list) else [times]
    expect = document.get("expect")
    parts = expect if isinstance(expect, list) else [expect or {}]
    return [part["at"] for part in parts if "at" in part]


def _without_expectation(document: Document) -> Document:
    """The document with the times of its reports, and with an expectation of no rows for each."""
    times = _report_times(document)
    with_times = {**document, "report_at": times} if times else document
    return {**with_times, "expect": [{"at": at, "rows": []} for at in times] if len(times) > 1 else {"rows": []}}


def _with_ids(document: Document, story: Story, expected: tuple[Answer, ...]) -> Document:
    """The document with an id for every order that has a row without a parcel, or whose id is part of a cell."""
    times = _report_times(document)
    named = {key: value for key, value in document.items() if key != "expect"}
    if times:
        named["report_at"] = times
    ids = {order.order_id for order in story.orders}
    cells = {cell_text(row.get("tracking_id")) for answer in expected for row in answer.rows}
    in_cells = {order_id for order_id in ids for cell in cells if cell.startswith(order_id)}
    need_ids = [
        index
        for index, order in enumerate(story.orders)
        if order.order_id in in_cells
        or any(sole_parcel(package.parcel, story.packed_parcels) is None for package in order.packages)
    ]
    if not need_ids:
        return named
    orders = [dict(order) for order in document.get("orders") or [{"parcel": name} for name in document["parcels"]]]
    for index in need_ids:
        orders[index] = {"id": orders[index].get("id") or story.orders[index].order_id, **orders[index]}
    return {**named, "orders": orders}


def _expectation(document: Document, story: Story, expected: Answer, actual: Answer, *, rates: bool) -> dict[str, Any]:
    """The expected answer to one report, in the columns that the actual one has too. rates: whether with its rates."""
    columns = [name for name in _VERDICT if name != "reason" or any("reason" in row for row in actual.rows)]
    rows = {_key(row): row for row in expected.rows}
    listed = {_key(row) for row in expected.unanswered or ()}
    row_parts, unanswered = [], []
    for order in story.orders:
        for package in order.packages:
            key = (order.order_id, str(package.number))
            name = _row_name(document, story, order.order_id, package.number, package.parcel)
            if key in rows:
                row_parts.append({**name, **_cells(rows[key], columns, story, package.parcel)})
            elif key in listed:
                unanswered.append(name)
            elif package.submissions:
                row_parts.append({**name, "absent": "true"})
    expectation: dict[str, Any] = {"rows": row_parts}
    if unanswered:
        expectation["unanswered"] = unanswered
    differing = _differing_rates(expected, actual) if rates else []
    return {**expectation, "rates": differing} if differing else expectation


def _key(row: ReportedRow) -> tuple[str, str]:
    return cell_text(row.get("order_id")), cell_text(row.get("package"))


def _row_name(document: Document, story: Story, order_id: str, number: int, parcel: str | None) -> dict[str, str]:
    """The keys by which an expectation names a row. document: its orders have ids where a row needs them."""
    index = next(index for index, order in enumerate(story.orders) if order.order_id == order_id)
    written = (document.get("orders") or [{}] * len(story.orders))[index].get("id", "")
    only_package = len(story.orders[index].packages) == 1
    return row_name(parcel, story.packed_parcels, written, None if only_package else number)


def _cells(row: ReportedRow, columns: list[str], story: Story, parcel: str | None) -> dict[str, str]:
    own = {parcel: story.parcels[parcel].tracking_number} if parcel is not None else {}
    texts = {name: cell_text(row.get(name)) for name in columns}
    return {
        name: tracking_value(text, own) if name == "tracking_id" else escape_dollar(text)
        for name, text in texts.items()
    }


def _differing_rates(expected: Answer, actual: Answer) -> list[dict[str, str]]:
    """The expected rates of the categories in which they differ."""
    by_category = {cell_text(rate.get("category")): rate for rate in actual.rates or ()}
    differing = []
    for rate in expected.rates or ():
        other = by_category.get(cell_text(rate.get("category")))
        columns = [name for name in _RATES if name in rate and (other is None or name in other)]
        if actual.rates is not None and (other is None or any(rate[name] != other[name] for name in columns)):
            category = {"category": cell_text(rate.get("category"))} if rate.get("category") is not None else {}
            differing.append({**category, **{name: cell_text(rate[name]) for name in columns}})
    return differing


def _counterexample(scenario: Document, story: Story, differences: list[Difference]) -> Counterexample:
    ids = {difference.key.partition("/")[0] for difference in differences}
    orders = frozenset(index for index, order in enumerate(story.orders) if order.order_id in ids)
    return Counterexample(scenario, orders, frozenset(_disagreements(differences)))


def _disagreements(differences: list[Difference]) -> set[Disagreement]:
    """Each disagreement once. Where a row is extra or its reason differs, its other cells differ only as a result."""
    explained = {difference.key for difference in differences if difference.column in _CAUSES}
    return {
        RATES
        if difference.column in _RATES
        else (difference.column or "row", _generalize(difference.expected), _generalize(difference.actual))
        for difference in differences
        if difference.column in _CAUSES or difference.key not in explained
    }


_CAUSES = (comparison.WHOLE_ROW, "reason")


def _generalize(text: str | None) -> str:
    """A cell without values that belong to one story only."""
    if text is None:
        return "nothing"
    reason = _REASON.search(text)
    if reason is not None:
        return reason[1]
    if _INVALID_ID.fullmatch(text):
        return "InvalidId"
    return text if text.replace("_", "").isalpha() or not text else "a number"


def describe(disagreement: Disagreement) -> str:
    """A disagreement in words, fit for the name of a scenario."""
    column, expected, reported = disagreement
    if column == COULD_NOT_RUN:
        return "The validator could not run"
    if (column, expected, reported) == RATES:
        return "Other rates are expected"
    if column == "row":
        return f"A row {expected} is expected" if reported == "nothing" else f"No row is expected, {reported} reported"
    return f"{column} {expected or 'blank'} is expected, {reported or 'blank'} reported"
