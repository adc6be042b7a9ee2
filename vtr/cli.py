"""The one command, `vtr`: it mounts the commands of the harness, of the simulator and of the reference validator.

A command's options are in its module of `vtr.commands`; what it does is imported when it runs, because `vtr --help`
must be quick. A user's mistake is one message and an exit status.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import simulator.cli
import vtr.reference.cli
from simulator.errors import MisuseError
from vtr.commands import authoring, compare, datasets, fuzz, mutate, run
from vtr.console import to_stdout
from vtr.errors import ScenarioError, ValidatorError
from vtr.reference.console import ExitStatus
from vtr.reference.errors import VtrError

if TYPE_CHECKING:
    from simulator.admin.story_reader import StorySession

_DISTRIBUTION = "vtr-harness"

app = typer.Typer(
    help="Test anything that computes Amazon's Valid Tracking Rate, against five fake carriers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(*, wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 (reads what is installed)

    try:
        to_stdout(f"{_DISTRIBUTION} {version(_DISTRIBUTION)}\n")
    except PackageNotFoundError:
        raise ScenarioError(
            f"{_DISTRIBUTION} is not installed, so it has no version; install it, or see pyproject.toml"
        ) from None
    raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda wanted: _print_version(wanted=wanted),
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Test anything that computes Amazon's Valid Tracking Rate, against five fake carriers."""


_TEST, _RULE_CHANGES, _DATASETS = "Test a validator", "Rule changes", "Datasets"
for _panel, _commands in {
    _TEST: (run.run, fuzz.fuzz, fuzz.shrink, authoring.init, authoring.schema),
    _RULE_CHANGES: (compare.compare, mutate.mutate),
    _DATASETS: (datasets.score, datasets.extract),
}.items():
    for _command in _commands:
        app.command(rich_help_panel=_panel)(_command)

# Without a name of their own, their commands are listed with the ones above.
app.add_typer(simulator.cli.app)
app.add_typer(vtr.reference.cli.app)


_CTRL_C_IN_DUCKDB = "Query interrupted"  # which turns a KeyboardInterrupt into a RuntimeError


def main() -> None:
    """Run the command; a user's mistake is one message and an exit status, never a traceback."""
    _open_closed_streams()
    try:
        app(obj=_stories)
    except ValidatorError as error:
        _exit_with_message(error, ExitStatus.COULD_NOT_RUN)
    except (ScenarioError, MisuseError, VtrError) as error:
        _exit_with_message(error, ExitStatus.MISUSED)
    except OSError as error:  # such as a full disk; for files that are read there are messages of their own
        where = f"{error.filename}: " if error.filename else "output cannot be written: "
        _exit_with_message(OSError(f"{where}{error.strerror or error}"), ExitStatus.MISUSED)
    except RuntimeError as error:
        if str(error) != _CTRL_C_IN_DUCKDB:
            raise
        _exit_with_message(KeyboardInterrupt("interrupted"), ExitStatus.INTERRUPTED)


def _open_closed_streams() -> None:
    """Connect a stream that our caller has closed (`>&-`) to the null device, for the processes that we start too.

    Otherwise the next file to be opened would get its number, and pytest fails without stderr.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 (open until the process ends)
            os.set_inheritable(nowhere.fileno(), True)  # noqa: FBT003 (takes no keyword)
            setattr(sys, name, nowhere)
            setattr(sys, f"__{name}__", nowhere)


def _stories(text: str) -> "StorySession":
    """Read a scenario for `vtr serve`: the simulator's commands know nothing of scenarios."""
    from vtr.play import session_reader  # noqa: PLC0415 (loads the reference validator's profiles)

    return session_reader.read_session(text)


def _exit_with_message(error: BaseException, status: int) -> None:
    typer.echo(f"vtr: {error}", err=True)
    sys.exit(status)
