"""A result of a scenario, and runs of such results, written by hand."""

from vtr.suite.options import RunOptions
from vtr.suite.pytest_run import SuiteResult
from vtr.suite.results import Result


def finished(*results: Result) -> SuiteResult:
    return SuiteResult(RunOptions(), results, 1.25)


RESULT: Result = {
    "file": "a.yaml",
    "line": 3,
    "scenario": "一个包裹",
    "outcome": "failed",
    "differences": [
        {"key": "A/1", "column": None, "expected": "a, b", "actual": None, "line": 7, "as_of": "2026-04-01T00:00:00Z"}
    ],
    "message": "a.yaml:3: 一个包裹",
    "misused": False,
    "skipped": [],
    "reports": [{"at": "2026-04-01T00:00:00Z", "rows": [], "rates": None, "unanswered": None, "excluded": None}],
    "judged": [{"reason": "VALID", "carrier": "ups", "as_expected": False}],
    "unanswered": False,
    "seed": "a.yaml/一个包裹",
    "seconds": 0.5,
}
