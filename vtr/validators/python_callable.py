"""A Python function as a validator, in this process: the request as JSON would give it in, rows or an answer out.

A function cannot be ended from outside, so its time limit is an alarm of the system: it interrupts what the main thread
does, whatever the function catches. Where there is none (Windows, another thread) there is no limit.

What it prints stays off stdout, where the rows go: while its module is imported it goes to stderr, and while it runs
pytest keeps it and shows it beside a failure.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from types import FrameType

from vtr.errors import ValidatorError
from vtr.validators.answer import Answer
from vtr.validators.base import Limits, Request, Wait
from vtr.validators.parse_answer import answer_of, short


@dataclass(frozen=True, slots=True)
class PythonCallable:
    """A function of the user's, in this process."""

    name: str
    function: Callable[[Request], object]
    limits: Limits = field(default_factory=Limits)

    def validate(self, request: Request, *, wait: Wait) -> Answer:  # noqa: ARG002 (its waiting is its own)
        """The function's answer. Raises ValidatorError when it raises, takes too long, or returns no answer."""
        try:
            with _alarm(self.limits.seconds):
                answer = self.function(request)
        except _TimeIsUp as error:
            message = f"validator {self.name} gave no answer within {self.limits.seconds:g} s{error}"
            raise ValidatorError(message) from error
        except (Exception, SystemExit) as error:  # foreign code may raise anything, and that is a finding about it
            raise ValidatorError(f"validator {self.name} raised {_raised(error)}") from error
        return answer_of(answer, self.name, self.limits.columns)

    def close(self) -> None:
        """Nothing is kept."""


class _TimeIsUp(BaseException):
    """Not an Exception: a validator that catches all of those is ended too."""


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not usable or signal.getitimer(signal.ITIMER_REAL)[0]:  # an alarm that is set is someone else's
        yield
        return

    def ring(_: int, frame: FrameType | None) -> None:
        raise _TimeIsUp("" if frame is None else f"; it was at {frame.f_code.co_filename}:{frame.f_lineno}")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def find(name: str, module: str, attribute: str) -> Callable[[Request], object]:
    """The callable of a module. Raises ValidatorError when there is none."""
    folder = str(Path.cwd())
    if folder not in sys.path:
        # At the end: nothing in the user's folder may take the place of an installed package.
        sys.path.append(folder)
    try:
        with redirect_stdout(sys.stderr):
            function: object = import_module(module)
    except ModuleNotFoundError as error:
        raise ValidatorError(
            f"validator {name}: no module {error.name!r}; looked in {folder} and in Python's path"
        ) from error
    except (Exception, SystemExit) as error:  # importing runs foreign code, which may raise anything
        raise ValidatorError(f"validator {name}: importing {module!r} raised {_raised(error)}") from error
    for part in attribute.split("."):
        if not hasattr(function, part):
            raise ValidatorError(f"validator {name}: module {module!r} has no {attribute!r}")
        function = getattr(function, part)
    if not callable(function):
        raise ValidatorError(f"validator {name}: {attribute!r} is {short(function)}, and cannot be called")
    return function


def _raised(error: BaseException) -> str:
    """An exception in one line, with the place that raised it."""
    # A syntax error names its own place; what raised it is Python.
    frames = [] if isinstance(error, SyntaxError) else extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
