"""What the commands share: exit statuses, formats, tables, messages, and a progress bar.

Rows go to stdout, messages to stderr. A user's mistake is one line and an exit status, without a traceback.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum, StrEnum
from typing import Annotated, Any
from unicodedata import combining, east_asian_width

import typer


class ExitStatus(IntEnum):
    """How a command ends; scripts rely on the numbers."""

    FINDINGS = 1
    MISUSED = 2
    INTERRUPTED = 130  # Ctrl-C, as shells count it


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="How rows are printed.")]


def print_rows(output: Format, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> None:
    """Print rows to stdout. columns: those of a table, which has no room for all of them; by default all."""
    if output is Format.JSON:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif output is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows[0] if rows else columns)
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
    else:
        shown = columns or (tuple(rows[0]) if rows else ())
        table = format_table([{column: _cell(row[column]) for column in shown} for row in rows])
        if table:
            typer.echo(table)


def format_table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows with the same keys in columns, under the keys. Each column is as wide as its widest cell on a terminal."""
    lines = [tuple(rows[0]), *(tuple(row.values()) for row in rows)] if rows else []
    widths = [max(map(cell_width, column)) for column in zip(*lines, strict=True)]
    padded = (
        "  ".join(cell + " " * (width - cell_width(cell)) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)


def cell_width(text: str) -> int:
    """The number of terminal columns that a text takes: a Chinese character takes two, a combining mark none."""
    return sum(0 if combining(character) else 1 + (east_asian_width(character) in "WF") for character in text)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def print_message(text: str) -> None:
    """Print a message to stderr."""
    typer.echo(text, err=True)


@contextmanager
def misuse_exits() -> Iterator[None]:
    """End the command when MisuseError is raised inside: with its message, and the exit status of misuse."""
    from simulator.errors import MisuseError  # noqa: PLC0415 (`vtr --help` loads nothing of the simulator)

    try:
        yield
    except MisuseError as error:
        print_message(f"vtr: {error}")
        raise typer.Exit(ExitStatus.MISUSED) from None


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr that is gone when the block ends: gives a callback `(done, total)`; None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 (only a terminal needs it)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
