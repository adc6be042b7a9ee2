"""The commands about datasets of `vtr generate`, `score` and `extract`: their options.

What they do is in `datasets_action`, which is imported when one of them runs.
"""

from pathlib import Path
from typing import Annotated

import typer

from vtr.console import Format


def score(
    report: Annotated[
        Path,
        typer.Argument(
            metavar="REPORT", help="A validator's rows: TSV, CSV, JSON, JSON Lines or Parquet, Amazon's headings too."
        ),
    ],
    *,
    dataset: Annotated[Path, typer.Option(metavar="DIR", help="The folder of `vtr generate` that it judged.")],
    columns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML with the validator's names of the columns.")
    ] = None,
    min_recall: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="SHARE", help="Good enough is: every condition has at least this recall."),
    ] = None,
    min_precision: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="SHARE", help="Good enough is: every verdict has at least this precision."),
    ] = None,
    rows: Annotated[int, typer.Option(min=0, help="Show the first N rows of each confusion.")] = 3,
    output: Annotated[
        Format, typer.Option("--format", help="How it is printed; CSV has the conditions alone.")
    ] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there, whole or not at all.")] = None,
) -> None:
    """Score a report against the labels of a dataset: precision and recall by condition, rates, confusions.

    Exit status 1 means that something does not agree; with --min-recall or --min-precision, that one is not reached.
    """
    from vtr.commands import datasets_action  # noqa: PLC0415 (loads DuckDB)

    minimums = datasets_action.Minimums(min_recall, min_precision)
    raise typer.Exit(datasets_action.score_report(report, dataset, columns, minimums, rows, output, out))


def extract(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of `vtr generate`.")],
    rows: Annotated[
        list[str],
        typer.Argument(
            metavar="ROW...", help="An order's id, perhaps with / and a package, or a row of `expected`, from 1."
        ),
    ],
    *,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there, whole or not at all.")] = None,
) -> None:
    """Turn rows of a dataset into scenarios: each order's story, and what the report must show of it."""
    from vtr.commands import datasets_action  # noqa: PLC0415 (loads DuckDB)

    datasets_action.extract_scenarios(folder, rows, out)
