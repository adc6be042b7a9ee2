"""How far a run is, for a person who waits: a bar on stderr, only where that is a terminal, gone when the run ends."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def shown(stream: TextIO, words: str = "running scenarios") -> Iterator[Callable[[int, int], None] | None]:
    """What to call with the counts of what is done and of all there is, or None when nobody would see it."""
    if not stream.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 (only a terminal needs it)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
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
