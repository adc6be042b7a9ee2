"""The validator under test and the door by which it reaches the fake carriers: put together in one place.

The rule is stated here only: the bundled validator runs in this process with its calls intercepted, every other one
gets a server, and the door `in-process` needs a validator that runs in this process.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from vtr import validators
from vtr.errors import ScenarioError
from vtr.play import doors
from vtr.play.doors import CarrierDoor
from vtr.suite.collecting import shown_path
from vtr.suite.options import RunOptions, check_timeout
from vtr.validators import Validator, columns


class Bench:
    """A validator and its door, each made when it is first used.

    options: which validator, and its door, time limit, column names, session and port.
    root: the folder from which messages name the file of column names.
    """

    def __init__(self, options: RunOptions, root: Path | None = None) -> None:
        """Load nothing yet, and start nothing."""
        self._options = options
        self._root = root or Path.cwd()
        self._stack = ExitStack()

    @cached_property
    def validator(self) -> Validator:
        """The validator. Raises ScenarioError, ValidatorError when it is not there."""
        options = self._options
        check_timeout(options.timeout)
        names = validators.Columns()
        if options.columns is not None:
            names = columns.read(options.columns, shown_path(options.columns, self._root))
        loaded = validators.load(options.validator, validators.Limits(seconds=options.timeout, columns=names))
        self._stack.callback(loaded.close)
        return loaded

    @cached_property
    def door(self) -> CarrierDoor:
        """The door, by default the one that the validator can use. Raises ScenarioError for one that it cannot use."""
        options = self._options
        if (options.door or usual_door(options)) == doors.IN_PROCESS:
            check_runs_here(options.validator)
            return doors.in_process
        server = doors.ServerDoor(options.session, options.port)
        self._stack.callback(server.close)
        return server

    def close(self) -> None:
        """End the validator, and stop the server if one was started."""
        self._stack.close()


@contextmanager
def open_bench(options: RunOptions) -> Iterator[Bench]:
    """A bench that is closed when the block ends."""
    bench = Bench(options)
    try:
        yield bench
    finally:
        bench.close()


def usual_door(options: RunOptions) -> str:
    """The name of the default door."""
    return doors.IN_PROCESS if options.validator == validators.BUNDLED and not options.session else doors.SERVER


def check_runs_here(validator: str) -> None:
    """Raise ScenarioError for a validator of another process, whose calls cannot be intercepted in this one."""
    if not validators.runs_here(validator):
        raise ScenarioError(f"validator {validator!r} runs in another process: it needs --door server")
