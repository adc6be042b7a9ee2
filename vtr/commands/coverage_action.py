"""What `vtr run --coverage` adds to a run: its coverage, held against minimums and an earlier run's."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vtr.errors import ScenarioError
from vtr.reference import files
from vtr.suite.coverage import report, text
from vtr.suite.results import Result


@dataclass(frozen=True, slots=True)
class MeasuredCoverage:
    """The coverage of a run: as JSON values, as lines for people, and whether it is as it must be."""

    json: dict[str, Any]
    lines: list[str]
    is_enough: bool


@dataclass(frozen=True, slots=True)
class CoverageMeter:
    """Measures the coverage of a run.

    minimums: what must be covered.
    earlier: what an earlier run covered; None for none.
    out: a file for the coverage as JSON.
    """

    minimums: tuple[report.Minimum, ...]
    earlier: report.Earlier | None
    out: Path | None

    def measure(self, results: Sequence[Result]) -> MeasuredCoverage:
        """The coverage of a run by its results; written to `out`. Raises VtrError."""
        coverage = report.measure(results, self.minimums, self.earlier)
        if self.out is not None:
            files.write_text(self.out, text.as_text(coverage))
        return MeasuredCoverage(text.as_json(coverage), text.lines(coverage), coverage.is_enough)


def coverage_meter(minimums: Sequence[str], out: Path | None, against: Path | None) -> CoverageMeter:
    """What the options `--coverage-min`, `--coverage-out`, `--coverage-against` ask for. Raises ScenarioError."""
    parsed = tuple(report.parse_minimum(minimum) for minimum in minimums)
    if out is not None and against is not None and out.resolve() == against.resolve():
        raise ScenarioError(f"--coverage-out {out} would overwrite what is compared with; give another file")
    return CoverageMeter(parsed, None if against is None else text.read_earlier(against), out)
