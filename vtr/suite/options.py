"""The options of a run of scenarios, each stated once.

An option travels from `vtr run` to pytest as text, because pytest's workers take nothing else, and back into the
command that runs one failed scenario again. Field `x` of `RunOptions` is the option `--x` of `vtr run` and the option
`--vtr-x` of the pytest plugin. The plugin loads this module in every run of pytest, so it imports nothing heavy.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vtr import defaults
from vtr.errors import ScenarioError

if TYPE_CHECKING:
    import pytest


@dataclass(frozen=True, slots=True)
class _PytestOption:
    """How pytest knows an option that it shares with `vtr run`. name: of the field of RunOptions."""

    name: str
    help: str
    metavar: str | None = None
    type: Callable[[str], object] | None = None
    choices: tuple[str, ...] | None = None

    @property
    def flag(self) -> str:
        return f"--vtr-{self.name}"


_SHARED = (
    _PytestOption(
        "validator",
        "the validator that scenarios judge: vtr (default), python:package.module:callable, cmd:program, or a URL",
        "VALIDATOR",
    ),
    _PytestOption(
        "door",
        "how the validator reaches the fake carriers (default: in-process for vtr, server for all others)",
        choices=("in-process", "server"),
    ),
    _PytestOption("profile", f"the profile of scenarios that name none (default: {defaults.PROFILE})", "PROFILE"),
    _PytestOption("timeout", f"how long one answer may take (default: {defaults.ANSWER_SECONDS:g})", "SECONDS", float),
    _PytestOption("columns", "YAML: which of the validator's columns is which (or ini vtr_columns)", "FILE"),
    _PytestOption(
        "session",
        "one session for all scenarios in turn, for services with carrier URLs and credentials of their own",
        "NAME",
    ),
    _PytestOption("port", "port of the fake carriers (default: a free one)", "PORT", int),
)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What to run, and how.

    paths: files and folders with scenarios.
    validator: as the command line names it.
    door: how it reaches the carriers; None for the usual one.
    profile: of scenarios that name none.
    keyword: pytest's expression after -k, empty for all.
    tags: expressions, of which one must hold.
    workers: a number, "auto", or empty for this process alone.
    timeout: of one answer, in seconds.
    columns: a file with the validator's column names.
    session: one for all scenarios in turn.
    port: of the fake carriers, 0 for a free one.
    only: whole names of scenarios.
    last_failed: only what failed when it was last run.
    coverage: whether results list what their scenarios exercise.
    """

    paths: tuple[Path, ...] = ()
    validator: str = "vtr"
    door: str | None = None
    profile: str = defaults.PROFILE
    keyword: str = ""
    tags: tuple[str, ...] = ()
    workers: str = ""
    timeout: float = defaults.ANSWER_SECONDS
    columns: Path | None = None
    session: str = ""
    port: int = 0
    only: tuple[str, ...] = ()
    last_failed: bool = False
    coverage: bool = False

    def to_flags(self) -> list[str]:
        """The same options as flags of the pytest plugin. A file is named by its whole path."""
        flags = [
            f"--vtr-{name}={value.resolve() if isinstance(value, Path) else value}"
            for name, value in self._not_default()
        ]
        return [*flags, *(["--vtr-coverage"] if self.coverage else [])]

    @classmethod
    def from_config(cls, config: pytest.Config) -> RunOptions:
        """The options that the pytest plugin was given; files lie under the root folder."""
        given: dict[str, Any] = {}
        for option in _SHARED:
            value = config.getoption(option.flag)
            if value is not None:
                given[option.name] = value
        columns = given.get("columns") or config.getini("vtr_columns")
        given["columns"] = config.rootpath / columns if columns else None
        return cls(**given, coverage=config.getoption("--vtr-coverage"))

    def to_command(self, file: str, scenario: str) -> str:
        """The command line that runs one scenario of a file again in the same way."""
        command = ["vtr", "run", file, "--only", scenario]
        for name, value in self._not_default():
            command += [f"--{name}", f"{value:.15g}" if isinstance(value, float) else str(value)]
        return shlex.join(command)

    def _not_default(self) -> Iterator[tuple[str, object]]:
        """Name and value of each shared option that is not at its default."""
        usual = RunOptions()
        for option in _SHARED:
            value = getattr(self, option.name)
            if value != getattr(usual, option.name):
                yield option.name, value


def add_pytest_options(parser: pytest.Parser) -> None:
    """Register the plugin's options and ini options. Without a value an option is at the default of RunOptions."""
    group = parser.getgroup("vtr", "Valid Tracking Rate scenarios")
    for option in _SHARED:
        more = {"metavar": option.metavar, "type": option.type, "choices": option.choices}
        group.addoption(
            option.flag, help=option.help, **{key: value for key, value in more.items() if value is not None}
        )
    group.addoption(
        "--vtr-coverage",
        action="store_true",
        help="keep what each scenario exercises with its result; `vtr run --coverage` shows it",
    )
    parser.addini("vtr_scenarios", "folders with scenario files, relative to the root folder", type="args", default=[])
    parser.addini("vtr_columns", "file with the validator's column names, relative to the root folder", default="")


def check_timeout(seconds: float) -> None:
    """Raise ScenarioError for a time limit that is not more than 0 seconds, or is longer than a day."""
    if not 0 < seconds <= defaults.LONGEST_ANSWER_SECONDS:
        raise ScenarioError(
            f"--timeout {seconds:g}: expected seconds, more than 0 and at most {defaults.LONGEST_ANSWER_SECONDS}"
        )
