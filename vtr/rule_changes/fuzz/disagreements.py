"""Where two validators differ about a story: one whose word is taken for what is expected, and one under test.

Both are asked by the runner that runs scenarios, and their answers are compared as a scenario's expectation is. So
what is found here fails when it is written down and run, and for the same reason.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from vtr.errors import ScenarioError, ValidatorError
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
_FORM = re.compile(r".*-InvalidId")
_REASON = re.compile(r"reason '(\w*)'")

Disagreement = tuple[str, str, str]
"""What two validators disagree on, without what differs from story to story: column, expected, reported."""

COULD_NOT_RUN = "could not run"
RATES: Disagreement = ("rates", "", "")


@dataclass(frozen=True, slots=True)
class Side:
    """A validator and the door by which it reaches the carriers."""

    validator: Validator
    door: Door

    def answers(self, story: Story) -> tuple[Answer, ...]:
        """Its answer at each report. Raises ValidatorError, ScenarioError."""
        return runner.answers(story, self.validator, self.door)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A story on which they differ, with what is expected written into it.

    orders: the places of the orders concerned. disagreements: all of them, without repetitions.
    """

    document: Document
    orders: frozenset[int]
    disagreements: frozenset[Disagreement]


@dataclass(frozen=True, slots=True)
class Court:
    """Both sides. expected: the one whose word becomes what a scenario expects. place: the file a story would be."""

    expected: Side
    tested: Side
    profile: str
    spelling: Spelling
    place: PurePath

    def heard(self, document: Document) -> Dispute | None:
        """What they disagree on in a story; None where they agree. Raises ScenarioError for what is no scenario."""
        story = self.story({**_reports_named(document), "expect": _unexpecting(document)})
        theirs = self.expected.answers(story)
        try:
            ours = self.tested.answers(story)
        except ValidatorError:
            told = self._told(document, story, theirs, ())
            return Dispute(told, frozenset(range(len(story.orders))), frozenset({(COULD_NOT_RUN, "", "")}))
        # A row that differs says more than the rate that it changes.
        for rates in (False, True):
            told = self._told(document, story, theirs, ours, rates=rates)
            expected = self.story(told)
            differences = [
                difference
                for report, answer in zip(expected.reports, ours, strict=True)
                for difference in comparison.compare(report.expected, answer).differences
            ]
            if differences:
                return _dispute(told, story, differences)
        return None

    def disagreements(self, document: Document) -> frozenset[Disagreement]:
        """What they disagree on; nothing for what is no scenario, or where the expected side has no answer."""
        with suppress(ScenarioError):
            dispute = self.heard(document)
            return dispute.disagreements if dispute is not None else frozenset()
        return frozenset()

    def story(self, document: Document) -> Story:
        """The story of a document. Raises ScenarioFileError."""
        return builder.story_of(document, place=self.place, profile=self.profile, spelling=self.spelling)

    def seed(self, document: Document) -> str:
        """The seed of everything minted in a story. Raises ScenarioFileError."""
        return self.story({**_reports_named(document), "expect": _unexpecting(document)}).seed

    def _told(
        self,
        document: Document,
        story: Story,
        theirs: tuple[Answer, ...],
        ours: tuple[Answer, ...],
        *,
        rates: bool = False,
    ) -> Document:
        """The document, expecting at each report what the expected side says, as far as the other one says it too."""
        named = _with_ids(document, story, theirs)
        told = [
            _expectation(named, story, answer, ours[index] if ours else answer, rates=rates)
            for index, answer in enumerate(theirs)
        ]
        if len(told) == 1:
            return {**named, "expect": told[0]}
        return {**named, "expect": [{"at": at, **each} for at, each in zip(_reports(document), told, strict=True)]}


def _reports(document: Document) -> list[str]:
    """The reports that a document names, if it names any."""
    given = document.get("report_at")
    if given is not None:
        return list(given) if isinstance(given, list) else [given]
    expect = document.get("expect")
    parts = expect if isinstance(expect, list) else [expect or {}]
    return [part["at"] for part in parts if "at" in part]


def _reports_named(document: Document) -> Document:
    """The document with its reports named apart from what is expected of them."""
    reports = _reports(document)
    return {**document, "report_at": reports} if reports else document


def _unexpecting(document: Document) -> object:
    """An expectation for each report, that nothing is held against."""
    reports = _reports(document)
    return [{"at": at, "rows": []} for at in reports] if len(reports) > 1 else {"rows": []}


def _with_ids(document: Document, story: Story, theirs: tuple[Answer, ...]) -> Document:
    """The document with an id for every order whose rows no parcel names, or whose id is part of a cell."""
    reports = _reports(document)
    named = {key: value for key, value in document.items() if key != "expect"}
    if reports:
        named["report_at"] = reports
    ids = {order.order_id for order in story.orders}
    cells = {cell_text(row.get("tracking_id")) for answer in theirs for row in answer.rows}
    shown = {order_id for order_id in ids for cell in cells if cell.startswith(order_id)}
    lacking = [
        index
        for index, order in enumerate(story.orders)
        if any(_naming_parcel(story, package.parcel) is None for package in order.packages) or order.order_id in shown
    ]
    if not lacking:
        return named
    orders = [dict(order) for order in document.get("orders") or [{"parcel": name} for name in document["parcels"]]]
    for index in lacking:
        orders[index] = {"id": orders[index].get("id") or story.orders[index].order_id, **orders[index]}
    return {**named, "orders": orders}


def _naming_parcel(story: Story, parcel: str | None) -> str | None:
    """The parcel, if it is that of one package alone."""
    carried = [package.parcel for order in story.orders for package in order.packages]
    return parcel if parcel is not None and carried.count(parcel) == 1 else None


def _expectation(document: Document, story: Story, theirs: Answer, ours: Answer, *, rates: bool) -> dict[str, Any]:
    """What the expected side says, in the columns that the tested side has too."""
    columns = [name for name in _VERDICT if name != "reason" or any("reason" in row for row in ours.rows)]
    rows = {_key(row): row for row in theirs.rows}
    listed = {_key(row) for row in theirs.unanswered or ()}
    expected, unanswered = [], []
    for order in story.orders:
        for package in order.packages:
            key = (order.order_id, str(package.number))
            naming = _naming(document, story, order.order_id, package.number, package.parcel)
            if key in rows:
                expected.append({**naming, **_cells(rows[key], columns, story, package.parcel)})
            elif key in listed:
                unanswered.append(naming)
            elif package.submissions:
                expected.append({**naming, "absent": "true"})
    told: dict[str, Any] = {"rows": expected}
    if unanswered:
        told["unanswered"] = unanswered
    differing = _rates(theirs, ours) if rates else []
    return {**told, "rates": differing} if differing else told


def _key(row: ReportedRow) -> tuple[str, str]:
    return cell_text(row.get("order_id")), cell_text(row.get("package"))


def _naming(document: Document, story: Story, order_id: str, number: int, parcel: str | None) -> dict[str, str]:
    naming = _naming_parcel(story, parcel)
    if naming is not None:
        return {"parcel": naming}
    index = next(index for index, order in enumerate(story.orders) if order.order_id == order_id)
    alone = len(story.orders[index].packages) == 1
    return {"order": document["orders"][index]["id"], **({} if alone else {"package": str(number)})}


def _cells(row: ReportedRow, columns: list[str], story: Story, parcel: str | None) -> dict[str, str]:
    number = story.parcels[parcel].tracking_number if parcel is not None else None
    cells = {}
    for name in columns:
        text = cell_text(row.get(name))
        # In a scenario a parcel's number is said by its name, and a dollar sign of its own is doubled.
        cells[name] = (
            f"${parcel}"
            if name == "tracking_id" and text == number
            else text.replace("$", "$$", 1)
            if (text.startswith("$"))
            else text
        )
    return cells


def _rates(theirs: Answer, ours: Answer) -> list[dict[str, str]]:
    """The rates of each category on which they differ."""
    by_category = {cell_text(rate.get("category")): rate for rate in ours.rates or ()}
    told = []
    for rate in theirs.rates or ():
        other = by_category.get(cell_text(rate.get("category")))
        columns = [name for name in _RATES if name in rate and (other is None or name in other)]
        if ours.rates is not None and (other is None or any(rate[name] != other[name] for name in columns)):
            category = {"category": cell_text(rate.get("category"))} if rate.get("category") is not None else {}
            told.append({**category, **{name: cell_text(rate[name]) for name in columns}})
    return told


def _dispute(told: Document, story: Story, differences: list[Difference]) -> Dispute:
    ids = {difference.key.partition("/")[0] for difference in differences}
    orders = frozenset(index for index, order in enumerate(story.orders) if order.order_id in ids)
    return Dispute(told, orders, frozenset(_disagreements(differences)))


def _disagreements(differences: list[Difference]) -> set[Disagreement]:
    """Each disagreement once. Where a row is extra or its reason differs, what follows from that is no news."""
    telling = {difference.key for difference in differences if difference.column in _TELLING}
    return {
        RATES
        if difference.column in _RATES
        else (difference.column or "row", _kind(difference.expected), _kind(difference.actual))
        for difference in differences
        if difference.column in _TELLING or difference.key not in telling
    }


_TELLING = (comparison.WHOLE_ROW, "reason")


def _kind(text: str | None) -> str:
    """A cell without what is only of its story."""
    if text is None:
        return "nothing"
    reason = _REASON.search(text)
    if reason is not None:
        return reason[1]
    if _FORM.fullmatch(text):
        return "InvalidId"
    return text if text.replace("_", "").isalpha() or not text else "a number"


def words(disagreement: Disagreement) -> str:
    """A disagreement as the name of a scenario."""
    column, expected, reported = disagreement
    if column == COULD_NOT_RUN:
        return "The validator could not run"
    if (column, expected, reported) == RATES:
        return "Other rates are expected"
    if column == "row":
        return f"A row {expected} is expected" if reported == "nothing" else f"No row is expected, {reported} reported"
    return f"{column} {expected or 'blank'} is expected, {reported or 'blank'} reported"
