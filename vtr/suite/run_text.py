"""What `vtr run` prints: results as a table or a page for people, JSON or CSV for programs, and a summary."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from vtr.reference.console import aligned
from vtr.reference.messages import counted
from vtr.suite import collecting, pages
from vtr.suite.pytest_run import SuiteResult
from vtr.suite.results import ReportedRows, Result

# The columns that matter in a report, in this order; what else a validator returns is in its own report.
_COLUMNS = ("order_id", "package", "category", "carrier", "tracking_id", "no_valid_tracking", "reason")


def as_json(finished: SuiteResult, coverage: Mapping[str, Any] | None = None) -> str:
    """The run as one JSON text; keys are documented, and never renamed. coverage: for the key `coverage`."""
    results = [_result_fields(result) for result in finished.results]
    more = {} if coverage is None else {"coverage": coverage}
    return json.dumps({**_totals(finished), "results": results, **more}, ensure_ascii=False, indent=2)


def page_bytes(finished: SuiteResult) -> bytes:
    """The run as a self-contained page (HTML, UTF-8): what JSON has, the reports' rows and how to run each again."""
    rows = (
        {
            **_result_fields(result),
            "reports": result["reports"],
            "judged": result["judged"],
            "again": finished.options.to_command(result["file"], result["scenario"]) if result["scenario"] else "",
        }
        for result in finished.results
    )
    title = f"Scenarios against {finished.options.validator}"
    return "".join(pages.stream_page("run", title, _totals(finished), rows)).encode("utf-8", "backslashreplace")


def _totals(finished: SuiteResult) -> dict[str, Any]:
    counts = _counts(finished.results)
    return {
        "validator": finished.options.validator,
        "profile": finished.options.profile,
        "scenarios": len(finished.results),
        "passed": counts["passed"],
        "failed": counts["failed"],
        "errors": counts["error"],
        "seconds": round(finished.seconds, 3),
    }


def _result_fields(result: Result) -> dict[str, Any]:
    return {
        "file": result["file"],
        "line": result["line"],
        "scenario": result["scenario"],
        "outcome": result["outcome"],
        "differences": result["differences"],
        "message": result["message"],
        "skipped": result["skipped"],
        "seed": result["seed"],
        "seconds": round(result["seconds"], 3),
    }


def as_csv(finished: SuiteResult) -> str:
    """The run as CSV: one line for each difference, and one for each scenario without any."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(
        ("file", "line", "scenario", "outcome", "key", "column", "expected", "actual", "expected_line", "message")
    )
    for result in finished.results:
        start = (result["file"], result["line"], result["scenario"], result["outcome"])
        for difference in result["differences"]:
            cells = (difference[name] for name in ("key", "column", "expected", "actual", "line"))
            writer.writerow((*start, *cells, ""))
        if not result["differences"]:
            writer.writerow((*start, "", "", "", "", "", result["message"]))
    return stream.getvalue()


def as_table(finished: SuiteResult, *, reports: int) -> str:
    """The run for people. reports: of how many scenarios, from the first on, the report's rows are shown."""
    lines = aligned(
        [
            ("outcome", "scenario", "file"),
            *(
                (result["outcome"], result["scenario"] or "(the file)", f"{result['file']}:{result['line']}")
                for result in finished.results
            ),
        ]
    )
    for result in [result for result in finished.results if result["reports"]][:reports]:
        lines += ["", result["scenario"]]
        for report in result["reports"]:
            lines += _report_lines(report)
    for result in finished.results:
        if result["message"]:
            lines += ["", result["message"]]
            if result["scenario"]:
                again = finished.options.to_command(result["file"], result["scenario"])
                lines += [f"  again: {again}"]
                lines += [f"  seed:  {result['seed']}"] if result["seed"] else []
    return "\n".join(lines)


def reason_table(finished: SuiteResult) -> list[str]:
    """Expected rows by reason and carrier: how many, or how many of them came as expected. For several scenarios."""
    rows = [row for result in finished.results for row in result["judged"]]
    if not rows or len(finished.results) == 1:
        return []
    carriers = sorted({row["carrier"] for row in rows})
    table = [["expected rows", *carriers]]
    for reason in sorted({row["reason"] for row in rows}):
        cells = []
        for carrier in carriers:
            met = [row["as_expected"] for row in rows if (row["reason"], row["carrier"]) == (reason, carrier)]
            cells.append("" if not met else str(len(met)) if all(met) else f"{sum(met)} of {len(met)}")
        table.append([reason, *cells])
    return aligned(table)


def _report_lines(report: ReportedRows) -> list[str]:
    columns = [column for column in _COLUMNS if any(column in row for row in report["rows"])]
    if not report["rows"]:
        return [f"  report of {report['at']}: no rows"]
    table = [columns, *([row.get(column, "") for column in columns] for row in report["rows"])]
    return [f"  report of {report['at']}", *aligned(table, "  ")]


def words(finished: SuiteResult) -> list[str]:
    """The lines for stderr: expected rows by reason, what was not compared, and the summary."""
    counts = _counts(finished.results)
    unanswered = sum(result["unanswered"] for result in finished.results)
    return [
        *reason_table(finished),
        *collecting.skipped_lines(finished.results),
        *([f"rows unanswered in {counted(unanswered, 'scenario')} that say nothing of it"] if unanswered else []),
        (
            f"{counted(len(finished.results), 'scenario')}: {counts['passed']} passed, {counts['failed']} failed, "
            f"{counted(counts['error'], 'error')} in {finished.seconds:.2f} s "
            f"(validator {finished.options.validator}, profile {finished.options.profile})"
        ),
    ]


def _counts(results: Sequence[Result]) -> dict[str, int]:
    outcomes = [result["outcome"] for result in results]
    return {outcome: outcomes.count(outcome) for outcome in ("passed", "failed", "error")}
