"""The result of a scenario, in plain texts, numbers, lists and dicts: it must cross from pytest's workers unchanged.

The message for people is made here too, where the differences are known, so that pytest and `vtr run` print the same.
"""

from collections.abc import Sequence
from typing import TypedDict

from vtr.play import comparison_text, explanations
from vtr.play.runner import ReportRun
from vtr.reference.instants import instant_text
from vtr.story.expected import Expected, ExpectedRow
from vtr.story.story import Story
from vtr.validators.answer import Answer, ReportedRow, cell_text


class ReportedRows(TypedDict):
    """One report as the validator returned it.

    at: the report's instant, in UTC with Z.
    rows: each cell as text.
    rates, unanswered, excluded: likewise; None for a list that the validator does not return.
    """

    at: str
    rows: list[dict[str, str]]
    rates: list[dict[str, str]] | None
    unanswered: list[dict[str, str]] | None
    excluded: list[dict[str, str]] | None


class JudgedRow(TypedDict):
    """An expected row.

    reason: the expected one, or the expected mark in brackets.
    carrier: of its parcel.
    as_expected: whether it was reported as expected.
    """

    reason: str
    carrier: str
    as_expected: bool


class Exercised(TypedDict):
    """What a scenario exercises, for coverage.

    profile: as in its story.
    items: kind, owner and name of each.
    """

    profile: str
    items: list[list[str]]


class Result(TypedDict):
    """The result of a scenario.

    file, line: where it is.
    scenario: its name; empty for a file that cannot be used.
    outcome: "passed", "failed" or "error".
    differences: between expected and reported, each with the instant of its report.
    message: for people; empty when the scenario passed.
    misused: whether an error is one of the scenario or of the options, not of the validator.
    skipped: what was not compared, and why.
    reports: what the validator returned.
    remarks: what else was noticed.
    judged: every expected row.
    unanswered: whether the validator left rows unanswered that the scenario does not expect to be so.
    seed: of everything minted.
    seconds: how long it took; 0 until pytest has timed it.
    exercised: None where no coverage is measured.
    """

    file: str
    line: int
    scenario: str
    outcome: str
    differences: list[dict[str, str | int | None]]
    message: str
    misused: bool
    skipped: list[str]
    reports: list[ReportedRows]
    remarks: list[str]
    judged: list[JudgedRow]
    unanswered: bool
    seed: str
    seconds: float
    exercised: Exercised | None


def result_of(story: Story, runs: Sequence[ReportRun]) -> Result:
    """The result of a scenario whose validator ran."""
    different = any(run.comparison.differences for run in runs)
    return {
        "file": story.file,
        "line": story.line,
        "scenario": story.title,
        "outcome": "failed" if different else "passed",
        "differences": [
            {
                "key": difference.key,
                "column": difference.column,
                "expected": difference.expected,
                "actual": difference.actual,
                "line": difference.line,
                "as_of": _report_instant(run),
                "explanation": "\n".join(explanations.lines_about({difference.key}, run.explanations)) or None,
            }
            for run in runs
            for difference in run.comparison.differences
        ],
        "message": _message(story, runs) if different else "",
        "misused": False,
        "skipped": list(dict.fromkeys(reason for run in runs for reason in run.comparison.skipped)),
        "reports": [
            {
                "at": _report_instant(run),
                "rows": _text_rows(run.answer.rows),
                "rates": None if run.answer.rates is None else _text_rows(run.answer.rates),
                "unanswered": None if run.answer.unanswered is None else _text_rows(run.answer.unanswered),
                "excluded": None if run.answer.excluded is None else _text_rows(run.answer.excluded),
            }
            for run in runs
        ],
        "remarks": list(dict.fromkeys(remark for run in runs for remark in run.answer.remarks)),
        "judged": [
            row
            for report, run in zip(story.reports, runs, strict=True)
            for row in _judged_rows(story, report.expected, run)
        ],
        "unanswered": any(
            run.answer.unanswered and report.expected.unanswered is None
            for report, run in zip(story.reports, runs, strict=True)
        ),
        "seed": story.seed,
        "seconds": 0.0,
        "exercised": None,
    }


def _judged_rows(story: Story, expected: Expected, run: ReportRun) -> list[JudgedRow]:
    carriers = {
        (order.order_id, package.number): package.carrier for order in story.orders for package in order.packages
    }
    different = {difference.key for difference in run.comparison.differences}
    return [
        {
            "reason": _reason_text(row),
            "carrier": carriers.get((row.order_id, row.package)) or "no parcel",
            "as_expected": different.isdisjoint((f"{row.order_id}/{row.package}", row.order_id)),
        }
        for row in expected.rows or ()
    ]


def _reason_text(row: ExpectedRow) -> str:
    if row.absent:
        return "(absent)"
    if "reason" in row.cells:
        return str(row.cells["reason"])
    mark = row.cells.get("no_valid_tracking")
    return "(a row)" if mark is None else f"({mark})" if str(mark) else "(no X)"


def error_result(file: str, line: int, scenario: str, message: str, *, misused: bool) -> Result:
    """The result of a scenario that could not be run."""
    return {
        "file": file,
        "line": line,
        "scenario": scenario,
        "outcome": "error",
        "differences": [],
        "message": message,
        "misused": misused,
        "skipped": [],
        "reports": [],
        "remarks": [],
        "judged": [],
        "unanswered": False,
        "seed": "",
        "seconds": 0.0,
        "exercised": None,
    }


def answer_of(report: ReportedRows) -> Answer:
    """The validator's answer, from its texts."""

    def optional_rows(rows: list[dict[str, str]] | None) -> tuple[ReportedRow, ...] | None:
        return None if rows is None else tuple(rows)

    return Answer(
        tuple(report["rows"]),
        optional_rows(report["rates"]),
        optional_rows(report["unanswered"]),
        optional_rows(report["excluded"]),
    )


def _text_rows(rows: Sequence[ReportedRow]) -> list[dict[str, str]]:
    return [{str(column): cell_text(cell) for column, cell in row.items()} for row in rows]


def _message(story: Story, runs: Sequence[ReportRun]) -> str:
    lines = [f"{story.file}:{story.line}: {story.title}"]
    for run in runs:
        if run.comparison.differences:
            lines.extend(
                (f"report of {_report_instant(run)}: - expected, + reported", comparison_text.render(run.comparison))
            )
            if run.answer.unanswered:
                orders = ", ".join(cell_text(row.get("order_id")) for row in run.answer.unanswered)
                lines.append(f"  the validator got no usable answer from a carrier about: {orders}")
            lines.extend(_explanation_lines(run))
            lines.extend(_exclusion_lines(run))
    return "\n".join(lines)


def _exclusion_lines(run: ReportRun) -> list[str]:
    """Why expected rows are missing, where the validator's answer gives a reason for excluding their order."""
    missing = {difference.key.partition("/")[0] for difference in run.comparison.differences if not difference.actual}
    return [
        f"  the validator left {cell_text(row.get('order_id'))} out: {cell_text(row.get('why'))}"
        for row in run.answer.excluded or ()
        if cell_text(row.get("order_id")) in missing
    ]


def _explanation_lines(run: ReportRun) -> list[str]:
    """The reference validator's explanation of the packages that differ, once each."""
    keys = {difference.key for difference in run.comparison.differences}
    lines = [*explanations.lines_about(keys, run.explanations)]
    return ["  the reference validator says:", *(f"    {line}" for line in lines)] if lines else []


def _report_instant(run: ReportRun) -> str:
    return instant_text(run.at)
