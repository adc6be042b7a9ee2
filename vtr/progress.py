"""How far the asking of carriers is, for a person who waits: a bar on stderr, only where that is a terminal.

It is gone when the asking ends, so what is said afterwards stands where it always stands.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def asking_shown(stream: TextIO) -> Iterator[Callable[[int, int], None] | None]:
    """What to call with the counts of answers and of questions, or None when nobody would see it."""
    if not stream.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 (only a terminal needs it)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("asking the carriers"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, asked: bar.update(task, completed=done, total=asked)
