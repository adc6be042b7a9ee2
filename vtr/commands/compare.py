"""The command `vtr compare`: its options. What it does is in `compare_action`, which is imported when it runs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vtr import defaults
from vtr.bundled import CASES
from vtr.console import DoorName

_SAMPLES, _SAMPLES_OF_A_PAGE = 10, 1_000


class CompareFormat(StrEnum):
    """How a comparison is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"


def compare(  # noqa: PLR0913 (a command's options)
    base: Annotated[
        str,
        typer.Argument(
            metavar="BASE",
            help="A profile's name or file, a validator ('vtr', 'python:…', 'cmd:…', 'cmd+lines:…', a URL), 'git:REF:'"
            " and one of them at a commit, or 'git:REF': the other side at a commit.",
        ),
    ],
    head: Annotated[str, typer.Argument(metavar="HEAD", help="The same, after the change.")],
    *,
    scenarios: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Scenario files, or folders with them; repeated. Default: the bundled ones."),
    ] = None,
    dataset: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A dataset of `vtr generate`, in place of scenarios.")
    ] = None,
    orders: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own files, as `vtr check` reads them: orders,")
    ] = None,
    confirmations: Annotated[
        list[str] | None, typer.Option(metavar="FILE[@INSTANT]", help="confirmations and edits,")
    ] = None,
    scans: Annotated[Path | None, typer.Option(metavar="FILE", help="and scans collected before.")] = None,
    as_of: Annotated[
        str, typer.Option(metavar="INSTANT", help="When the reports over files are made. Default: the dataset's.")
    ] = "",
    samples: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="How many flipped rows are printed in full, with both explanations. Default: 10, or 1,000 for html.",
        ),
    ] = None,
    max_flips: Annotated[int | None, typer.Option(min=0, help="More flipped rows than this: exit status 1.")] = None,
    max_rate_change: Annotated[
        float | None,
        typer.Option(
            metavar="POINTS",
            min=0,
            help="A rate, of a category or of all, that changes by more percentage points: exit status 1.",
        ),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="The profile of scenarios that name none, where both sides are validators.")
    ] = defaults.PROFILE,
    door: Annotated[
        DoorName | None, typer.Option(help="How a `python:` validator reaches the carriers. Default: server.")
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long a validator has for one answer.")] = (
        defaults.ANSWER_SECONDS
    ),
    columns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML with the validators' names of the columns.")
    ] = None,
    output: Annotated[
        CompareFormat,
        typer.Option(
            "--format",
            help="How it is printed; markdown: for a comment on a pull request; html: a page of its own, with every"
            " row's story, to be opened from disk.",
        ),
    ] = CompareFormat.TABLE,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there, whole or not at all.")] = None,
) -> None:
    """Show what a change of rules flips: which rows, by which clause, and what it does to the rates.

    Without a budget (--max-flips, --max-rate-change) nothing is expected, so flips are not a failure: exit status 0.
    """
    from vtr.commands import compare_action  # noqa: PLC0415 (loads sqlglot)

    if samples is None:
        samples = _SAMPLES_OF_A_PAGE if output is CompareFormat.HTML else _SAMPLES
    status = compare_action.compare_sides(
        base,
        head,
        compare_action.ScenarioInputs(
            tuple(scenarios or (CASES,)),
            profile,
            door.value if door is not None else None,
            timeout,
            columns,
            are_named=bool(scenarios),
        ),
        compare_action.FileInputs(dataset, orders, tuple(confirmations or ()), scans, as_of),
        compare_action.Outputs(output.value, samples, compare_action.Budget(max_flips, max_rate_change), out),
    )
    raise typer.Exit(status)
