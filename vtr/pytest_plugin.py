"""Scenario files as pytest items: one for each scenario and combination of its matrix.

So selecting, running in parallel, JUnit and re-runs are pytest's own. Only YAML files named on the command line, and
those in folders named by the ini option `vtr_scenarios`, are collected: a repository is full of YAML that is none of
ours. pytest loads this module in every run, so it imports nothing heavy.

A failure is the text of the differences, without a Python traceback. Each report of an item carries its result
(`report.vtr_scenario`, plain values), which survives the way from a worker process; `vtr run` reads it there.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vtr.errors import ScenarioError, ValidatorError
from vtr.suite import collecting

if TYPE_CHECKING:
    from vtr.play.doors import Door
    from vtr.play.runner import ReportRun
    from vtr.story.story import Story
    from vtr.suite.results import Result
    from vtr.validators import Validator


def pytest_addoption(parser: pytest.Parser) -> None:
    """The plugin's options."""
    group = parser.getgroup("vtr", "Valid Tracking Rate scenarios")
    group.addoption(
        "--vtr-validator",
        default="vtr",
        metavar="VALIDATOR",
        help="the validator that scenarios judge: vtr (default), python:package.module:callable, cmd:program, or a URL",
    )
    group.addoption(
        "--vtr-timeout", type=float, default=60.0, metavar="SECONDS", help="how long one answer may take (default: 60)"
    )
    group.addoption(
        "--vtr-columns", metavar="FILE", help="YAML: which of the validator's columns is which (or ini vtr_columns)"
    )
    group.addoption(
        "--vtr-session",
        default="",
        metavar="NAME",
        help="one session for all scenarios in turn, for services with carrier URLs and credentials of their own",
    )
    group.addoption(
        "--vtr-port", type=int, default=0, metavar="PORT", help="port of the fake carriers (default: a free one)"
    )
    group.addoption(
        "--vtr-door",
        choices=("in-process", "server"),
        help="how the validator reaches the fake carriers (default: in-process for vtr, server for all others)",
    )
    group.addoption(
        "--vtr-profile", metavar="PROFILE", help="the profile of scenarios that name none (default: us-2019)"
    )
    group.addoption(
        "--vtr-coverage",
        action="store_true",
        help="keep what each scenario exercises with its result; `vtr run --coverage` shows it",
    )
    parser.addini("vtr_scenarios", "folders with scenario files, relative to the root folder", type="args", default=[])
    parser.addini("vtr_columns", "file with the validator's column names, relative to the root folder", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's validator and door ready to be used."""
    if config.getoption("--vtr-session") and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--vtr-session runs one scenario after another; leave -n out")
    config.stash[_BENCH] = _Bench(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, if one was started."""
    bench = config.stash.get(_BENCH, None)
    if bench is not None:
        bench.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """Collect a scenario file that was asked for."""
    if file_path.suffix in collecting.SUFFIXES and (
        parent.session.isinitpath(file_path) or collecting.in_scenario_folders(file_path, parent.config)
    ):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report of a scenario carry its result."""
    report = yield
    if isinstance(item, ScenarioItem) and item.result is not None:
        setattr(report, collecting.RESULT, item.result)
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 (pytest exports no type for it)
    """Say what was not compared."""
    results = (
        getattr(report, collecting.RESULT, None)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
    )
    for line in collecting.skipped_lines(result for result in results if result is not None):
        terminalreporter.write_line(line)


class ScenarioFile(pytest.File):
    """A scenario file."""

    def collect(self) -> Iterable[ScenarioItem]:
        """One item for each scenario and combination. All problems of a broken file are one collection error."""
        from vtr.language import loader  # noqa: PLC0415 (heavy, and only for runs that have scenarios)
        from vtr.story import builder, story  # noqa: PLC0415 (heavy, and only for runs that have scenarios)

        shown = collecting.shown_path(self.path, self.config.rootpath)
        try:
            stories = builder.build_stories(
                self.path,
                loader.read(self.path, shown),
                profile=self.config.getoption("--vtr-profile") or story.DEFAULT_PROFILE,
                spelling=self.config.stash[_BENCH].spelling,
            )
        except ScenarioError as error:
            raise self.CollectError(str(error)) from error
        for told in stories:
            for tag in told.tags:
                self.config.addinivalue_line("markers", f"{tag}: scenarios with this tag")
            yield ScenarioItem.from_parent(self, name=_item_name(told.title), story=told)


class ScenarioItem(pytest.Item):
    """A scenario in one combination."""

    def __init__(self, *, story: Story, **kwargs: Any) -> None:  # noqa: ANN401 (pytest's own arguments)
        """Tags become markers, tags and rules keywords."""
        super().__init__(**kwargs)
        self.story = story
        self.result: Result | None = None
        self.extra_keyword_matches.update(story.tags, story.rules)
        for tag in story.tags:
            self.add_marker(getattr(pytest.mark, tag))

    def runtest(self) -> None:
        """Run the scenario. Raises DifferencesFoundError; ValidatorError when the validator could not run."""
        from vtr.play import runner  # noqa: PLC0415 (heavy, and only for runs that have scenarios)
        from vtr.suite import results  # noqa: PLC0415 (heavy, and only for runs that have scenarios)

        bench = self.config.stash[_BENCH]
        try:
            runs = runner.run(self.story, bench.validator, bench.door)
        except ScenarioError as error:
            # What was asked for may be wrong (a validator of no known form), or the validator itself.
            misused = not isinstance(error, ValidatorError)
            message = self._headed(error)
            self.result = results.error(self.story.file, self.story.line, self.story.title, message, misused=misused)
            if not misused:
                self._exercise(self.result, ())
            raise
        self.result = results.of(self.story, runs)
        self._exercise(self.result, runs)
        if self.result["differences"]:
            raise DifferencesFoundError(self.result["message"])

    def _exercise(self, result: Result, runs: Sequence[ReportRun]) -> None:
        """Let the result say what the story exercises, whatever its validator made of it, if that is asked for."""
        if self.config.getoption("--vtr-coverage"):
            from vtr.suite import coverage  # noqa: PLC0415 (only for runs that ask for it)

            result["exercised"], problem = coverage.exercised_by(self.story, runs)
            result["remarks"] += [problem] if problem else []

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,  # noqa: ANN401 (pytest keeps its names of styles to itself)
    ) -> Any:  # noqa: ANN401 (a text, or what pytest makes of an exception)
        """The differences, or what kept the validator from running; a traceback only for a defect of ours."""
        if isinstance(excinfo.value, DifferencesFoundError):
            return str(excinfo.value)
        if isinstance(excinfo.value, ScenarioError):
            return self._headed(excinfo.value)
        return super().repr_failure(excinfo, style)

    def _headed(self, error: BaseException) -> str:
        return f"{self.story.file}:{self.story.line}: {self.story.title}\n{error}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the scenario stands; pytest counts lines from 0."""
        return self.path, self.story.line - 1, self.name


class DifferencesFoundError(Exception):
    """The report is not as expected; the message shows how."""


class _Bench:
    """What the items of a run share: the validator, the door, and how profiles spell carriers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._closing: list[Any] = []
        self._spellings: dict[str, dict[str, str]] = {}

    @cached_property
    def validator(self) -> Validator:
        """The validator. Raises ScenarioError."""
        from vtr import validators  # noqa: PLC0415 (only for runs that have scenarios)
        from vtr.validators import columns  # noqa: PLC0415 (the same)

        config = self._config
        given = config.getoption("--vtr-columns") or config.getini("vtr_columns")
        path = config.rootpath / given if given else None
        names = (
            validators.Columns() if path is None else columns.read(path, collecting.shown_path(path, config.rootpath))
        )
        limits = validators.Limits(seconds=config.getoption("--vtr-timeout"), columns=names)
        loaded = validators.load(config.getoption("--vtr-validator"), limits)
        self._closing.append(loaded)
        return loaded

    @cached_property
    def door(self) -> Door:
        """The door, by default the one that the validator can use."""
        from vtr import validators  # noqa: PLC0415 (only for runs that have scenarios)
        from vtr.play import doors  # noqa: PLC0415 (only for runs that have scenarios)

        name, session = self.validator.name, self._config.getoption("--vtr-session")
        usual = doors.IN_PROCESS if name == validators.BUNDLED and not session else doors.SERVER
        if (self._config.getoption("--vtr-door") or usual) == doors.IN_PROCESS:
            if not validators.runs_here(name):
                raise ScenarioError(f"validator {name!r} runs in another process: it needs --door server")
            return doors.in_process
        server = doors.ServerDoor(session, self._config.getoption("--vtr-port"))
        self._closing.append(server)
        return server.open

    def spelling(self, profile: str) -> dict[str, str]:
        """How a profile spells each carrier; a profile is read once. Raises ValueError."""
        if profile not in self._spellings:
            self._spellings[profile] = collecting.spelling_of(profile)
        return self._spellings[profile]

    def close(self) -> None:
        for server in self._closing:
            server.close()


_BENCH = pytest.StashKey[_Bench]()


def _item_name(title: str) -> str:
    """A title as an item's name: pytest puts it into the environment, which takes what the machine's encoding has."""
    encoding = sys.getfilesystemencoding()
    return title.replace("::", ":").encode(encoding, "backslashreplace").decode(encoding)
