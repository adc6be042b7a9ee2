"""Scenario files as pytest items: one for each scenario and combination of its matrix.

So selecting, running in parallel, JUnit and re-runs are pytest's own. Only YAML files named on the command line, and
those in folders named by the ini option `vtr_scenarios`, are collected: a repository is full of other
YAML. pytest loads this module in every run, so it imports nothing heavy.

A failure is the text of the differences, without a Python traceback. Each report of an item carries its result
(`report.vtr_scenario`, plain values), which survives the transfer from a worker process; `vtr run` reads it there.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vtr.errors import ScenarioError, ValidatorError
from vtr.suite import collecting, options

if TYPE_CHECKING:
    from vtr.play.runner import ReportRun
    from vtr.story.story import Story
    from vtr.suite.bench import Bench
    from vtr.suite.results import Result


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options."""
    options.add_pytest_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Read the options. The validator and its door are made by the first scenario that needs them."""
    setup = _Setup(config, options.RunOptions.from_config(config))
    if setup.options.session and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--vtr-session runs one scenario after another; leave -n out")
    config.stash[_SETUP] = setup


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the validator, and stop the server if one was started."""
    setup = config.stash.get(_SETUP, None)
    if setup is not None:
        setup.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """Collect a scenario file that is named on the command line or by the ini option."""
    if file_path.suffix in collecting.SUFFIXES and (
        parent.session.isinitpath(file_path) or collecting.in_scenario_folders(file_path, parent.config)
    ):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the result of a scenario to its report."""
    report = yield
    if isinstance(item, ScenarioItem) and item.result is not None:
        setattr(report, collecting.RESULT, item.result)
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 (pytest exports no type for it)
    """Print what was not compared."""
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
        from vtr.story import builder  # noqa: PLC0415 (heavy, and only for runs that have scenarios)

        shown = collecting.display_path(self.path, self.config.rootpath)
        setup = self.config.stash[_SETUP]
        try:
            stories = builder.build_stories(
                self.path, loader.load_file(self.path, shown), profile=setup.options.profile, spelling=setup.spelling
            )
        except ScenarioError as error:
            raise self.CollectError(str(error)) from error
        for story in stories:
            for tag in story.tags:
                self.config.addinivalue_line("markers", f"{tag}: scenarios with this tag")
            yield ScenarioItem.from_parent(self, name=_item_name(story.title), story=story)


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

        try:
            bench = self.config.stash[_SETUP].bench
            runs = runner.run(self.story, bench.validator, bench.door)
        except ScenarioError as error:
            # Either an option is wrong (a validator of no known form), or the validator itself.
            misused = not isinstance(error, ValidatorError)
            message = self._message(error)
            self.result = results.error_result(
                self.story.file, self.story.line, self.story.title, message, misused=misused
            )
            if not misused:
                self._add_coverage(self.result, ())
            raise
        self.result = results.result_of(self.story, runs)
        self._add_coverage(self.result, runs)
        if self.result["differences"]:
            raise DifferencesFoundError(self.result["message"])

    def _add_coverage(self, result: Result, runs: Sequence[ReportRun]) -> None:
        """Add what the story exercises to its result, whatever the validator made of it, where coverage is wanted."""
        if self.config.stash[_SETUP].options.coverage:
            from vtr.suite.coverage import exercised  # noqa: PLC0415 (only where coverage is wanted)

            result["exercised"], problem = exercised.exercised_by(self.story, runs)
            result["remarks"] += [problem] if problem else []

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,  # noqa: ANN401 (pytest keeps its names of styles to itself)
    ) -> Any:  # noqa: ANN401 (a text, or what pytest makes of an exception)
        """The differences, or what kept the validator from running; a traceback only for a defect of the harness."""
        if isinstance(excinfo.value, DifferencesFoundError):
            return str(excinfo.value)
        if isinstance(excinfo.value, ScenarioError):
            return self._message(excinfo.value)
        return super().repr_failure(excinfo, style)

    def _message(self, error: BaseException) -> str:
        return f"{self.story.file}:{self.story.line}: {self.story.title}\n{error}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the scenario is; pytest counts lines from 0."""
        return self.path, self.story.line - 1, self.name


class DifferencesFoundError(Exception):
    """The report is not as expected; the message shows how."""


class _Setup:
    """What the scenarios of a run share: the options, the validator with its door, and how profiles spell carriers."""

    def __init__(self, config: pytest.Config, given: options.RunOptions) -> None:
        self.options = given
        self._root = config.rootpath
        self._stack = ExitStack()
        self._spellings: dict[str, dict[str, str]] = {}

    @cached_property
    def bench(self) -> Bench:
        from vtr.suite.bench import Bench  # noqa: PLC0415 (heavy, and only for runs that have scenarios)

        made = Bench(self.options, self._root)
        self._stack.callback(made.close)
        return made

    def spelling(self, profile: str) -> dict[str, str]:
        """How a profile spells each carrier; a profile is read once. Raises ValueError."""
        if profile not in self._spellings:
            self._spellings[profile] = collecting.carrier_spelling(profile)
        return self._spellings[profile]

    def close(self) -> None:
        self._stack.close()


_SETUP = pytest.StashKey[_Setup]()


def _item_name(title: str) -> str:
    """A title as an item's name: pytest puts it into the environment, which takes what the machine's encoding has."""
    encoding = sys.getfilesystemencoding()
    return title.replace("::", ":").encode(encoding, "backslashreplace").decode(encoding)
