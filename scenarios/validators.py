"""Any validator, behind one call: a request of the protocol in, an answer out.

A validator is named as on the command line: `vtr` is the bundled one, `python:package.module:callable` a function that
takes the request (a dict as JSON would give it) and returns the answer (a dict, or the list of rows alone). Whatever it
returns is checked here, so a comparison never meets anything but rows; what is no answer is said to be none.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from typing import Any, Protocol

from scenarios.compare import Answer, ReportedRow
from scenarios.errors import ScenarioError, ValidatorError

BUNDLED = "vtr"
FORMS = f"'{BUNDLED}' or 'python:package.module:callable'"

Request = Mapping[str, Any]
Wait = Callable[[float], None]


class Validator(Protocol):
    """What judges orders. Its own waiting goes through `wait` where it can be told to (seconds)."""

    @property
    def name(self) -> str:
        """How the command line names it."""

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        """Its answer to a request of the protocol. Raises ValidatorError when it could not run, or gave no answer."""


def load(name: str) -> Validator:
    """The validator of that name.

    Raises ScenarioError for a name of no known form, ValidatorError when there is no such module or callable.
    """
    if name == BUNDLED:
        return Bundled()
    kind, _, rest = name.partition(":")
    module, _, attribute = rest.partition(":")
    if kind != "python" or not all(part.isidentifier() for part in (*module.split("."), *attribute.split("."))):
        raise ScenarioError(f"validator {name!r} has no form that is known; give {FORMS}")
    return PythonCallable(name, _callable(name, module, attribute))


@dataclass(frozen=True, slots=True)
class Bundled:
    """The reference validator, in this process; its waits turn the simulated clock."""

    name: str = BUNDLED

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        """The reference validator's answer.

        Raises ValidatorError when it refuses the request, ScenarioError for a profile that cannot be used.
        """
        from vtr.errors import ProfileError, VtrError  # noqa: PLC0415 (beside the next)
        from vtr.protocol import validate  # noqa: PLC0415 (loads DuckDB, which collecting doesn't need)

        try:
            answer = validate(request, wait=wait)
        except ProfileError as error:  # a condition that only running shows to be wrong: the user's file, not the run
            raise ScenarioError(str(error)) from error
        except VtrError as error:
            raise ValidatorError(f"validator {self.name}: {error}") from error
        return answer_of(answer, self.name)


@dataclass(frozen=True, slots=True)
class PythonCallable:
    """A function of the user's, in this process."""

    name: str
    function: Callable[[Request], object]

    def validate(self, request: Request, *, wait: Wait) -> Answer:  # noqa: ARG002 (its waiting is its own)
        """The function's answer. Raises ValidatorError when it raises, or returns no answer."""
        try:
            answer = self.function(request)
        except (Exception, SystemExit) as error:  # foreign code may raise anything, and that is a finding about it
            raise ValidatorError(f"validator {self.name} raised {_raised(error)}") from error
        return answer_of(answer, self.name)


def answer_of(returned: object, validator: str) -> Answer:
    """What a validator returned, as an answer. Raises ValidatorError when it is none of the protocol."""
    if isinstance(returned, list):
        return Answer(_rows(returned, "rows", validator))
    if not isinstance(returned, Mapping) or "rows" not in returned:
        shown = f"the keys {sorted(map(str, returned))}" if isinstance(returned, Mapping) else _short(returned)
        raise ValidatorError(
            f"validator {validator}: expected a mapping with 'rows' (or the list of rows), got {shown}"
        )
    rates, unanswered, excluded = (returned.get(name) for name in ("rates", "unanswered", "excluded"))
    return Answer(
        _rows(returned["rows"], "rows", validator),
        None if rates is None else _rows(rates, "rates", validator, key=None),
        None if unanswered is None else _rows(unanswered, "unanswered", validator),
        None if excluded is None else _rows(excluded, "excluded", validator),
    )


def _rows(returned: object, what: str, validator: str, *, key: str | None = "order_id") -> tuple[ReportedRow, ...]:
    if not isinstance(returned, list | tuple):
        raise ValidatorError(f"validator {validator}: expected a list of {what}, got {_short(returned)}")
    for index, row in enumerate(returned):
        if not isinstance(row, Mapping) or (key is not None and key not in row):
            expectation = "a mapping" if key is None else f"a mapping with {key!r}"
            message = f"validator {validator}: {what}[{index}]: expected {expectation}, got {_short(row)}"
            raise ValidatorError(message)
    return tuple(returned)


def _callable(name: str, module: str, attribute: str) -> Callable[[Request], object]:
    folder = str(Path.cwd())
    if folder not in sys.path:
        # At the end: nothing in the user's folder may take the place of an installed package.
        sys.path.append(folder)
    try:
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
        raise ValidatorError(f"validator {name}: {attribute!r} is {_short(function)}, and cannot be called")
    return function


def _raised(error: BaseException) -> str:
    """An exception in one line, with the place that raised it."""
    # A syntax error names its own place; what raised it is Python.
    frames = [] if isinstance(error, SyntaxError) else extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def _short(value: object) -> str:
    shown = repr(value)
    limit = 80
    return shown if len(shown) <= limit else f"{shown[:limit]}…"
