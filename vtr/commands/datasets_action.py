"""What `vtr score` and `vtr extract` do with a dataset of `vtr generate`."""

from dataclasses import dataclass
from pathlib import Path

import typer

from vtr.console import Format, to_stdout
from vtr.reference import files
from vtr.reference.console import ExitStatus
from vtr.reference.records.dataset import open_dataset
from vtr.scoring import extract, score, score_text
from vtr.validators import columns as column_names


@dataclass(frozen=True, slots=True)
class Minimums:
    """From which recall and precision on (0 to 1) a report is good; without either, everything must agree."""

    recall: float | None
    precision: float | None


def score_report(  # noqa: PLR0917 (the options of the command, in its order)
    report: Path,
    dataset: Path,
    columns: Path | None,
    minimums: Minimums,
    rows: int,
    output: Format,
    out: Path | None,
) -> ExitStatus:
    """Score a report against a dataset's labels and write the scores; the exit status.

    columns: a file with the validator's names of the columns.
    rows: how many rows of each confusion are shown.
    out: a file in place of stdout.
    """
    if out is not None:
        files.check_target(out)
    names = column_names.Columns() if columns is None else column_names.load_columns(columns, str(columns))
    scored = score.score(report, open_dataset(dataset), names, rows)
    render = {Format.JSON: score_text.as_json, Format.CSV: score_text.as_csv}.get(output, score_text.as_table)
    _write(render(scored), out)
    for line in score_text.summary_lines(scored):
        typer.echo(line, err=True)
    good = scored.is_good(minimums.recall, minimums.precision)
    return ExitStatus.AS_EXPECTED if good else ExitStatus.DIFFERENT


def extract_scenarios(folder: Path, rows: list[str], out: Path | None) -> None:
    """Write rows of a dataset as scenarios. out: a file in place of stdout."""
    if out is not None:
        files.check_target(out)
    _write(extract.extract(open_dataset(folder), rows), out)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        to_stdout(text)
    else:
        files.write_text(out, text)
