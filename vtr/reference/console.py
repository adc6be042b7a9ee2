"""What commands share: exit statuses, formats, stdout in UTF-8, aligned tables, and a progress bar on a terminal."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum, StrEnum
from typing import TextIO
from unicodedata import combining, east_asian_width

import typer

from vtr.reference.errors import VtrError


class ExitStatus(IntEnum):
    """How a command ends; scripts rely on the numbers."""

    AS_EXPECTED = 0
    DIFFERENT = 1
    MISUSED = 2  # a bad file, flag or profile, or no scenario
    COULD_NOT_RUN = 3  # the validator
    UNANSWERED = 4  # complete, but some rows have no answer
    INTERRUPTED = 130  # Ctrl-C


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@contextmanager
def mistakes_as_message() -> Iterator[None]:
    """Turn a VtrError into one message on stderr and the exit status of misuse."""
    try:
        yield
    except VtrError as error:
        typer.echo(f"vtr: {error}", err=True)
        raise typer.Exit(ExitStatus.MISUSED) from None


def write_stdout(pieces: Iterable[str]) -> None:
    """Write to stdout in UTF-8 whatever the locale: a report must not depend on it."""
    stream = typer.get_binary_stream("stdout")
    stream.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)
    stream.flush()


def aligned(rows: Sequence[Sequence[str]], indent: str = "") -> list[str]:
    """Rows as lines of text, whatever the width of the terminal, so that they can be copied and searched.

    rich is not used: its tables wrap or cut cells at the width of the terminal.

    Each column is as wide as its widest cell, with two blanks between columns. Rows may be of unequal length.
    """
    widths: list[int] = []
    for row in rows:
        widths.extend([0] * (len(row) - len(widths)))
        for index, cell in enumerate(row):
            widths[index] = max(widths[index], cell_width(cell))
    return [
        indent + "  ".join(cell + " " * (widths[index] - cell_width(cell)) for index, cell in enumerate(row)).rstrip()
        for row in rows
    ]


def cell_width(text: str) -> int:
    """The number of terminal columns that a text takes: a Chinese character takes two, a combining mark none."""
    return sum(0 if combining(character) else 1 + (east_asian_width(character) in "WF") for character in text)


@contextmanager
def progress_bar(stream: TextIO, title: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar that is gone when the block ends: gives a callback `(done, total)`, None where `stream` is no terminal."""
    if not stream.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 (only a terminal needs it)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # pytest takes the descriptor of stderr for itself while a scenario runs; a copy of it still leads to the terminal.
    with (
        os.fdopen(os.dup(stream.fileno()), "w", encoding="utf-8") as terminal,
        Progress(
            *columns,
            console=Console(file=terminal),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        ) as bar,
    ):
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
