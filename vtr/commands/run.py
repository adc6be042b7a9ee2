"""The command `vtr run`: its options. What it does is in `run_action`, which is imported when the command runs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vtr import defaults
from vtr.bundled import CASES
from vtr.console import DoorName, Format


class Annotations(StrEnum):
    """For which service the YAML lines of failures are annotated."""

    GITHUB = "github"
    NONE = "none"


def run(  # noqa: PLR0913 (a command's options)
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Scenario files, or folders with them. Default: the bundled ones."),
    ] = None,
    *,
    validator: Annotated[
        str,
        typer.Option(
            help="'vtr', 'python:package.module:callable', 'cmd:program arguments' (request as JSON on stdin),"
            " 'cmd+lines:program' (a line each), or a URL that is posted to."
        ),
    ] = "vtr",
    door: Annotated[
        DoorName | None,
        typer.Option(help="How it reaches the carriers. Default: in-process for vtr, server for all others."),
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long the validator has for one answer.")] = (
        defaults.ANSWER_SECONDS
    ),
    columns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML with the validator's names of the columns.")
    ] = None,
    session: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="One session for all scenarios in turn ('demo'), for a service that has the carriers' URLs and"
            " credentials in its own configuration.",
        ),
    ] = "",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the fake carriers' server; 0 picks a free one.")
    ] = 0,
    profile: Annotated[str, typer.Option(help="The profile of scenarios that name none.")] = defaults.PROFILE,
    keyword: Annotated[
        str,
        typer.Option("-k", metavar="EXPRESSION", help="Only scenarios whose name, tags or rules match, as in pytest."),
    ] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option(
            metavar="EXPRESSION", help="Only scenarios with this tag, or 'a and not b'. Repeated: one must hold."
        ),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only the scenario of this name.")] = None,
    last_failed: Annotated[
        bool, typer.Option("--last-failed", help="Only scenarios that failed when they were last run from here.")
    ] = False,
    workers: Annotated[
        str, typer.Option("-n", metavar="N", help="Run in N processes, or 'auto' (needs pytest-xdist).")
    ] = "",
    output: Annotated[Format, typer.Option("--format", help="How results are printed.")] = Format.TABLE,
    rows: Annotated[int, typer.Option(min=0, help="Show the report rows of the first N scenarios (table only).")] = 3,
    out: Annotated[
        Path | None, typer.Option(help="Write the results to this file in --format; stdout gets the table.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="Write the results to this file as JUnit's XML too.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the results to this file as a page too, to be opened from disk.")
    ] = None,
    annotate: Annotated[
        Annotations | None,
        typer.Option(help="Annotate the YAML lines of failures. Default: github where GITHUB_ACTIONS is 'true'."),
    ] = None,
    covering: Annotated[
        bool, typer.Option("--coverage", help="Say which rules, comparisons, scan codes, faults… the run exercised.")
    ] = False,
    coverage_min: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[KIND=]PERCENT",
            help="Exit 1 if less is covered: of rules and comparisons, or of that kind (faults=50). May be repeated.",
        ),
    ] = None,
    coverage_out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the coverage to this file as JSON, to compare with.")
    ] = None,
    coverage_against: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Name what an earlier run's --coverage-out has and this run lacks; exit 1."),
    ] = None,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help="Rewrite what failed scenarios expect to what was reported, for review. Still fails."
        ),
    ] = False,
) -> None:
    """Run scenarios against a validator and compare its report with what they expect."""
    from vtr.commands import run_action  # noqa: PLC0415 (loads pytest)
    from vtr.suite.options import RunOptions  # noqa: PLC0415 (loads pytest, by its package)

    options = RunOptions(
        paths=tuple(paths or (CASES,)),
        validator=validator,
        door=door.value if door is not None else None,
        profile=profile,
        keyword=keyword,
        tags=tuple(tag or ()),
        workers=workers,
        timeout=timeout,
        columns=columns,
        session=session,
        port=port,
        only=tuple(only or ()),
        last_failed=last_failed,
        coverage=bool(covering or coverage_min or coverage_out or coverage_against),
    )
    outputs = run_action.Outputs(
        format=output,
        rows=rows,
        out=out,
        junit=junit,
        html=html,
        annotate=None if annotate is None else annotate is Annotations.GITHUB,
        coverage_min=tuple(coverage_min or ()),
        coverage_out=coverage_out,
        coverage_against=coverage_against,
    )
    if accept:
        run_action.check_acceptable(paths or ())
    raise typer.Exit(run_action.run_suite(options, outputs, accept=accept))
