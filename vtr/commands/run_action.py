"""What `vtr run` does: run the scenarios, write the results where they are wanted, and give the exit status.

`vtr run` is a thin front on pytest. It ignores the user's pytest options, ini files, conftest files and plugins,
so a suite gives the same result in every repository; and it prints its own output, in one order, whatever ran in
parallel. Rows go to stdout, words to stderr.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vtr.console import Format, to_stdout
from vtr.errors import ScenarioError
from vtr.reference import files
from vtr.reference.console import ExitStatus, progress_bar
from vtr.suite import accept as acceptance
from vtr.suite import ci_output, collecting, interrupts, last_failed, pytest_run, run_text
from vtr.suite.options import RunOptions
from vtr.suite.pytest_run import SuiteResult
from vtr.suite.results import Result

if TYPE_CHECKING:
    from vtr.commands.coverage_action import CoverageMeter, MeasuredCoverage


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the results of a run go.

    format: of the results on stdout, or in the file `out`.
    rows: of how many scenarios the table shows the report's rows.
    out: a file for the results in `format`; stdout gets the table.
    junit: a file for JUnit's XML.
    html: a file for a page.
    annotate: whether to print GitHub's annotations; None: where GitHub runs the command.
    coverage_min: what must be covered, as `--coverage-min` takes it.
    coverage_out: a file for the coverage as JSON.
    coverage_against: the `coverage_out` of an earlier run.
    """

    format: Format = Format.TABLE
    rows: int = 3
    out: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    annotate: bool | None = None
    coverage_min: tuple[str, ...] = ()
    coverage_out: Path | None = None
    coverage_against: Path | None = None


def check_acceptable(paths: Sequence[Path]) -> None:
    """Raise ScenarioError where `--accept` must not rewrite files: in CI, and without paths."""
    if os.environ.get("CI"):
        raise ScenarioError(
            "--accept is refused in CI (the variable CI is set), where the change is not read; run it locally"
        )
    if not paths:
        raise ScenarioError("--accept rewrites scenario files; name the files or folders")


def run_suite(options: RunOptions, outputs: Outputs, *, accept: bool = False) -> ExitStatus | int:
    """Run scenarios and write the results; the exit status. accept: rewrite what failed scenarios expect.

    Raises ScenarioError for misuse, ValidatorError for a validator that is not there, VtrError for a file that cannot
    be written.
    """
    meter = _coverage_meter(outputs) if options.coverage else None
    for target in filter(None, (outputs.out, outputs.junit, outputs.html, outputs.coverage_out)):
        files.check_target(target)
    if options.last_failed and not last_failed.load():
        typer.echo("nothing failed when it was last run from here; running all", err=True)
    with interrupts.handle_sigterm() as stop:
        try:
            with progress_bar(sys.stderr, "running scenarios") as progress:
                finished = pytest_run.run(options, progress)
        except KeyboardInterrupt:
            typer.echo("vtr: interrupted; what the validator had started was ended, nothing was written", err=True)
            return stop.status
    selected = options.keyword or options.tags or options.only or options.last_failed
    unsaved = last_failed.save(finished.results, whole=not selected)
    coverage = None if meter is None else meter.measure(finished.results)
    _write_results(finished, outputs, coverage)
    _print_annotations(finished, outputs)
    for line in (
        *([unsaved] if unsaved else ()),
        *(_accept(finished) if accept else ()),
        *([] if coverage is None else coverage.lines),
        *run_text.words(finished),
    ):
        typer.echo(line, err=True)
    return exit_status(finished.results, enough=coverage is None or coverage.is_enough)


def exit_status(results: Sequence[Result], *, enough: bool = True) -> ExitStatus:
    """The exit status of a run. enough: whether its coverage is as it must be."""
    if any(result["misused"] for result in results):
        return ExitStatus.MISUSED
    if any(result["outcome"] == "error" for result in results):
        return ExitStatus.COULD_NOT_RUN
    if not enough or any(result["outcome"] == "failed" for result in results):
        return ExitStatus.DIFFERENT
    return ExitStatus.UNANSWERED if any(result["unanswered"] for result in results) else ExitStatus.AS_EXPECTED


def _coverage_meter(outputs: Outputs) -> "CoverageMeter":
    """What measures the run's coverage. Raises ScenarioError for wrong options, before anything is run."""
    from vtr.commands import coverage_action  # noqa: PLC0415 (loads DuckDB, which other runs may not need)

    return coverage_action.coverage_meter(outputs.coverage_min, outputs.coverage_out, outputs.coverage_against)


def _write_results(finished: SuiteResult, outputs: Outputs, coverage: "MeasuredCoverage | None") -> None:
    """Write the results to stdout or to a file, with the table on stdout; and the files for other programs."""
    table = run_text.as_table(finished, reports=outputs.rows) + "\n"
    if outputs.format is Format.JSON:
        text = run_text.as_json(finished, None if coverage is None else coverage.json) + "\n"
    else:
        text = run_text.as_csv(finished) if outputs.format is Format.CSV else table
    if outputs.out is not None:
        files.write_text(outputs.out, text)
    to_stdout(text if outputs.out is None else table)
    for file, content in ((outputs.junit, ci_output.junit), (outputs.html, run_text.page_bytes)):
        if file is not None:
            files.write_bytes(file, content(finished))


def _print_annotations(finished: SuiteResult, outputs: Outputs) -> None:
    """Print GitHub's annotations where they are wanted, to stderr if stdout is for a program: GitHub reads both."""
    by_github = os.environ.get("GITHUB_ACTIONS") == "true"
    if not (by_github if outputs.annotate is None else outputs.annotate):
        return
    lines = "".join(f"{line}\n" for line in ci_output.annotations(finished))
    if outputs.out is not None or outputs.format is Format.TABLE:
        to_stdout(lines)
    else:
        typer.echo(lines, err=True, nl=False)


def _accept(finished: SuiteResult) -> list[str]:
    """Rewrite what failed scenarios expect; a line for each change, and for each scenario that was left."""
    accepted = acceptance.accept(
        finished.results, profile=finished.options.profile, spelling=cache(collecting.carrier_spelling)
    )
    return [
        *map(str, accepted.changes),
        *(f"not accepted: {problem}" for problem in accepted.left),
        *(["review the changes and run again; this run fails all the same"] if accepted.changes else []),
    ]
