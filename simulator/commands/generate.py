"""`vtr generate`: labelled datasets."""

from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.console import ExitStatus, Format, misuse_exits, print_message, print_rows, progress_bar

if TYPE_CHECKING:
    from simulator.datasets.generate import Plan


class GenerateFormat(StrEnum):
    """How the tables of a dataset are written, or the list of conditions is printed."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    TABLE = "table"
    JSON = "json"


_OF_TABLES = (GenerateFormat.PARQUET, GenerateFormat.CSV, GenerateFormat.JSONL)
_OF_CONDITIONS = (GenerateFormat.TABLE, GenerateFormat.JSON, GenerateFormat.CSV)


class DatasetCompression(StrEnum):
    """How the files of a dataset are compressed."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


def generate(  # noqa: PLR0913 (the options of a command)
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A new folder, or one whose run was interrupted.")
    ] = None,
    *,
    shipments: Annotated[int, typer.Option(min=1, metavar="N", help="How many shipments.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal bytes.")] = 0,
    mix: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML with a line `condition: rate` each; all other shipments go well."),
    ] = None,
    output: Annotated[
        GenerateFormat | None,
        typer.Option(
            "--format",
            help="How tables are written: parquet, csv, jsonl. With --list-conditions: table, json, csv.",
            show_default="parquet; table",
        ),
    ] = None,
    compression: Annotated[
        DatasetCompression | None,
        typer.Option(help="How files are compressed.", show_default="zstd inside Parquet, none for text"),
    ] = None,
    feed: Annotated[
        bool, typer.Option("--feed", help="Also write the confirmations, and the edits, as Amazon's flat file.")
    ] = False,
    wire: Annotated[
        bool, typer.Option("--wire", help="Also write the carriers' raw answers, one line of JSON for each number.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=256, metavar="W", help="Processes; the bytes stay the same.")] = 1,
    list_conditions: Annotated[
        bool, typer.Option("--list-conditions", help="List what can be planted and what is then expected.")
    ] = False,
) -> None:
    """Write a labelled dataset: orders, confirmations, parcels, scans, and the rows that the report must show.

    The same command continues a run that was interrupted. `manifest.json` is written last.
    """
    with misuse_exits():
        if list_conditions:
            _print_conditions(Format(_choose_format(output, _OF_CONDITIONS, "the list of conditions")))
            return
        if folder is None:
            from simulator.errors import MisuseError  # noqa: PLC0415 (`vtr --help` loads nothing of the simulator)

            raise MisuseError("name the folder for the dataset, as in `vtr generate data --shipments 100000`")
        form = _choose_format(output, _OF_TABLES, "a dataset")
        _write_dataset(folder, _plan(shipments, seed, mix, form, compression, feed=feed, wire=wire), workers)


def _choose_format(output: GenerateFormat | None, possible: tuple[GenerateFormat, ...], what: str) -> GenerateFormat:
    """The format that was given, or the first possible one. Raises MisuseError for an impossible one."""
    if output is None:
        return possible[0]
    if output not in possible:
        from simulator.errors import MisuseError  # noqa: PLC0415 (`vtr --help` loads nothing of the simulator)

        raise MisuseError(f"--format {output}: {what} is written as {', '.join(possible[:-1])} or {possible[-1]}")
    return output


def _plan(
    shipments: int,
    seed: int,
    mix: Path | None,
    form: GenerateFormat,
    compression: DatasetCompression | None,
    *,
    feed: bool,
    wire: bool,
) -> "Plan":
    from simulator.datasets import generate as generating  # noqa: PLC0415 (loads NumPy and PyArrow)
    from simulator.datasets.content import mix as mixes  # noqa: PLC0415 (loads NumPy)
    from simulator.datasets.files import write  # noqa: PLC0415 (loads PyArrow)

    chosen = compression or (DatasetCompression.ZSTD if form is GenerateFormat.PARQUET else DatasetCompression.NONE)
    return generating.Plan(
        shipments,
        seed,
        mixes.USUAL if mix is None else mixes.read_mix(mix),
        write.FileFormat(form),
        write.Compression(chosen),
        feed=feed,
        wire=wire,
        lines_compression=write.Compression(compression or DatasetCompression.NONE),
    )


def _write_dataset(folder: Path, plan: "Plan", workers: int) -> None:
    from simulator.datasets import generate as generating  # noqa: PLC0415 (loads NumPy and PyArrow)

    with progress_bar("writing") as progress:
        try:
            manifest = generating.generate(folder, plan, workers, progress)
        except KeyboardInterrupt:
            print_message(f"vtr: {folder}: interrupted; what is whole is kept, and the same command goes on from there")
            raise typer.Exit(ExitStatus.INTERRUPTED) from None
    for file in manifest["tables"].values():
        print_message(f"{folder / file['file']}: {file['rows']:,} rows")
    for file in manifest["beside"].values():
        print_message(f"{folder / file['file']}: {file['rows']:,} lines")
    print_message(f"\nvtr check --dataset {quote(str(folder))}")


def _print_conditions(output: Format) -> None:
    from simulator.datasets.content.conditions import CONDITIONS  # noqa: PLC0415 (loads NumPy)
    from simulator.datasets.content.fault_conditions import NOT_PLANTED, REPRESENTED  # noqa: PLC0415 (loads NumPy)

    print_rows(
        output,
        [
            {
                "condition": condition.name,
                "rate": f"{condition.rate:g}",
                "expected": condition.outcome,
                "plants": condition.plants,
                "stands for": REPRESENTED[condition.name],
                "source": condition.source,
            }
            for condition in CONDITIONS
        ],
    )
    print_message("\nCannot be planted:")
    for fault, reason in NOT_PLANTED.items():
        print_message(f"{fault}: {reason}")
