"""Let SIGTERM end a run as Ctrl-C does: what a validator started is ended with it, and no file is left half written.

By itself SIGTERM ends this process alone. A validator's program is in a session of its own and would run on.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import current_thread, main_thread
from types import FrameType


@dataclass(slots=True)
class Stop:
    """How a run is stopped, if it is. number: of the signal."""

    number: int = signal.SIGINT

    @property
    def status(self) -> int:
        """The exit status that shells use for it."""
        return 128 + self.number


@contextmanager
def handle_sigterm() -> Iterator[Stop]:
    """While the context lasts, SIGTERM raises KeyboardInterrupt, once: a second one doesn't disturb the cleaning up.

    Outside the main thread, where Python handles no signals, nothing is changed.
    """
    stop = Stop()
    if current_thread() is not main_thread():
        yield stop
        return

    def raise_interrupt(number: int, _frame: FrameType | None) -> None:
        stop.number = number
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, raise_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)
