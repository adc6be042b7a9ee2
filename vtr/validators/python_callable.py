"""A Python function as a validator, in this process: the request as JSON would give it in, rows or an answer out.

A function cannot be ended from outside, so its time limit is an alarm signal that interrupts the main thread, whatever
the function catches. Without such signals (Windows, another thread) there is no limit.

What the function prints stays off stdout, where the rows go. While its module is imported, prints go to stderr; while
it runs, pytest captures them and shows them with a failure.
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

    def validate(self, request: Request, *, wait: Wait) -> Answer:  # noqa: ARG002 (a user's function waits by its own means)
        """The function's answer. Raises ValidatorError if it raises, takes too long, or returns no valid answer."""
        try:
            with _time_limit(self.limits.seconds):
                answer = self.function(request)
        except _TimeIsUp as error:
            message = f"validator {self.name} gave no answer within {self.limits.seconds:g} s{error}"
            raise ValidatorError(message) from error
        except (Exception, SystemExit) as error:  # the user's code may raise anything, which is a result
            raise ValidatorError(f"validator {self.name} raised {_describe_exception(error)}") from error
        return answer_of(answer, self.name, self.limits.columns)

    def close(self) -> None:
        """Do nothing: a function keeps nothing open."""


class _TimeIsUp(BaseException):
    """Not an Exception, so that a validator which catches every Exception is interrupted too."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not usable or signal.getitimer(signal.ITIMER_REAL)[0]:  # an alarm that is already set has another owner
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
    """The callable of a module, which may lie in the working folder. Raises ValidatorError if it does not exist.

    name: the validator's, for messages. attribute: the callable's name in the module; dots lead into classes.
    """
    folder = str(Path.cwd())
    if folder not in sys.path:
        # Last, so that nothing in the user's folder can shadow an installed package.
        sys.path.append(folder)
    try:
        with redirect_stdout(sys.stderr):
            function: object = import_module(module)
    except ModuleNotFoundError as error:
        raise ValidatorError(
            f"validator {name}: no module {error.name!r}; looked in {folder} and in Python's path"
        ) from error
    except (Exception, SystemExit) as error:  # importing runs the user's code, which may raise anything
        raise ValidatorError(f"validator {name}: importing {module!r} raised {_describe_exception(error)}") from error
    for part in attribute.split("."):
        if not hasattr(function, part):
            raise ValidatorError(f"validator {name}: module {module!r} has no {attribute!r}")
        function = getattr(function, part)
    if not callable(function):
        raise ValidatorError(f"validator {name}: {attribute!r} is {short(function)}, and cannot be called")
    return function


def _describe_exception(error: BaseException) -> str:
    """An exception in one line, with the file and line that raised it."""
    # A syntax error already names its place; the traceback would end in Python itself.
    frames = [] if isinstance(error, SyntaxError) else extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
