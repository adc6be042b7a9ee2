"""The validator under test and the door by which it reaches the fake carriers: put together in one place.

The rule is stated here only: the bundled validator runs in this process with its calls intercepted, every other one
gets a server, and the door `in-process` needs a validator that runs in this process.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property, partial
from pathlib import Path

from vtr import validators
from vtr.errors import ScenarioError
from vtr.play import doors
from vtr.play.doors import Door
from vtr.suite.collecting import display_path
from vtr.suite.options import RunOptions, check_timeout
from vtr.validators import Limits, Validator, columns

LoadValidator = Callable[[Limits], Validator]


class Bench:
    """A validator and its door, each made when it is first used.

    options: which validator, and its door, time limit, column names, session and port.
    root: the folder from which messages name the file of column names; by default the working directory.
    load: makes the validator, in place of loading it by its name.
    """

    def __init__(self, options: RunOptions, root: Path | None = None, load: LoadValidator | None = None) -> None:
        """Load nothing yet, and start nothing."""
        self._options = options
        self._root = root or Path.cwd()
        self._load = load or partial(validators.load, options.validator)
        self._stack = ExitStack()

    @cached_property
    def validator(self) -> Validator:
        """The validator. Raises ScenarioError, ValidatorError when it is not there."""
        options = self._options
        check_timeout(options.timeout)
        names = validators.Columns()
        if options.columns is not None:
            names = columns.load_columns(options.columns, display_path(options.columns, self._root))
        loaded = self._load(Limits(seconds=options.timeout, columns=names))
        self._stack.callback(loaded.close)
        return loaded

    @cached_property
    def door(self) -> Door:
        """The door, by default the one that the validator can use. Raises ScenarioError for one that it cannot use."""
        options, validator = self._options, self.validator
        usual = doors.SERVER
        if isinstance(validator, validators.Bundled) and not options.session:
            usual = doors.IN_PROCESS
        if (options.door or usual) == doors.IN_PROCESS:
            if not isinstance(validator, validators.Bundled | validators.PythonCallable):
                raise _needs_server(validator.name)
            return doors.in_process
        server = doors.ServerDoor(options.session, options.port)
        self._stack.callback(server.close)
        return server

    def close(self) -> None:
        """End the validator, and stop the server if one was started."""
        self._stack.close()


@contextmanager
def open_bench(options: RunOptions, load: LoadValidator | None = None) -> Iterator[Bench]:
    """A bench that is closed when the block ends."""
    bench = Bench(options, load=load)
    try:
        yield bench
    finally:
        bench.close()


def check_runs_here(validator: str) -> None:
    """Raise ScenarioError for a validator of another process, whose calls cannot be intercepted in this one."""
    if not validators.runs_here(validator):
        raise _needs_server(validator)


def _needs_server(validator: str) -> ScenarioError:
    return ScenarioError(f"validator {validator!r} runs in another process: it needs --door server")
