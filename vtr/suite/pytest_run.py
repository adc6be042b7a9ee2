"""Run scenarios by pytest, without anything of the user's pytest: options, ini and conftest files, plugins, cache.

pytest's own output is kept from the terminal; it is shown only when pytest itself fails.
"""

import io
import json
import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import pytest

from vtr import validators
from vtr.errors import ScenarioError
from vtr.language import loader, schema
from vtr.play import doors
from vtr.reference.messages import counted, did_you_mean
from vtr.reference.rules.profile_reader import load_profile
from vtr.suite import collecting, last_failed, results
from vtr.suite.bench import check_runs_here
from vtr.suite.options import RunOptions, check_timeout
from vtr.suite.results import Result
from vtr.validators import columns

_INI = Path(__file__).parent / "run.ini"
_PRINTED_KEPT = 4_000

Progress = Callable[[int, int], None]  # how many scenarios are done, of how many

_PYTEST_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """A run of scenarios.

    results: in the order of files and lines.
    seconds: of wall time.
    """

    options: RunOptions
    results: tuple[Result, ...]
    seconds: float


def run(options: RunOptions, progress: Progress | None = None) -> SuiteResult:
    """Run scenarios by pytest.

    options: which scenarios, and how.
    progress: called with how many scenarios are done, of how many.

    Raises ScenarioError for misuse, such as a path without scenarios; ValidatorError; KeyboardInterrupt when it was
    interrupted, with what the validator started ended.
    """
    begun = perf_counter()
    _check_validator(options)
    load_profile(options.profile)
    files = find_scenario_files(options.paths)
    collected = _Collected(progress or (lambda _done, _total: None))
    output, errors = io.StringIO(), io.StringIO()
    with _without_user_settings(), redirect_stdout(output), redirect_stderr(errors):
        status = pytest.main(_pytest_arguments(options, files), plugins=[collected])
    if status == pytest.ExitCode.USAGE_ERROR:  # such as an invalid expression after -k
        message = errors.getvalue().strip().removeprefix("ERROR: ")
        raise ScenarioError(message.replace("passed to '-m'", "passed to '--tag'"))
    if status == pytest.ExitCode.INTERNAL_ERROR:
        raise RuntimeError(f"pytest failed:\n{output.getvalue()}{errors.getvalue()}")
    if status == pytest.ExitCode.INTERRUPTED:  # the results so far are not those of the run
        raise KeyboardInterrupt
    _check_names(options, files, collected.results)
    if not collected.results:
        raise ScenarioError(
            f"no scenario was selected in {counted(len(files), 'file')}; loosen {_selecting_options(options)}"
        )
    ordered = sorted(collected.results, key=lambda result: (result["file"], result["line"], result["scenario"]))
    return SuiteResult(options, tuple(ordered), perf_counter() - begun)


def _check_validator(options: RunOptions) -> None:
    """Check, before the run, the validator and the options about it. Raises ScenarioError."""
    check_timeout(options.timeout)
    if options.columns is not None:
        columns.load_columns(options.columns, str(options.columns))
    if options.session and options.workers:
        raise ScenarioError("--session runs one scenario after another; leave -n out")
    if options.door == doors.IN_PROCESS and (options.session or options.port):
        raise ScenarioError("--session and --port are about the server; leave --door in-process out")
    validators.load(options.validator)
    if options.door == doors.IN_PROCESS:
        check_runs_here(options.validator)


def _check_names(options: RunOptions, files: tuple[Path, ...], found: list[Result]) -> None:
    """Raise ScenarioError for a name to run that no scenario has. A file that could not be used may have any."""
    titles = {result["scenario"] for result in found}
    absent = [name for name in options.only if not any(each == name or each.startswith(f"{name} [") for each in titles)]
    if not absent or "" in titles:
        return
    known: dict[str, None] = {}  # read only now, as a run by right names has no need of them
    for file in files:
        with suppress(ScenarioError):
            for draft in loader.load_file(file, str(file)).drafts:
                name = draft.scenario.scenario
                known.update(dict.fromkeys((name, *([f"{name} [{draft.combination}]"] * bool(draft.combination)))))
    for name in absent:
        if name not in known:
            hint = did_you_mean(name, known) or "; -k takes a part of a name"
            raise ScenarioError(f"--only {name!r}: no scenario in {counted(len(files), 'file')} has it{hint}")


def find_scenario_files(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The scenario files in paths, each once, in order. Raises ScenarioError for a path without any."""
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix in collecting.SUFFIXES and file.is_file())
            if not found:
                raise ScenarioError(f"{path}: no scenario in this folder; give one with .yaml files")
            files.update(dict.fromkeys(file.resolve() for file in found))
        elif not path.exists():
            raise ScenarioError(f"{path}: no such file or folder; give a scenario file, or a folder with some")
        elif path.suffix not in collecting.SUFFIXES:
            raise ScenarioError(f"{path}: not a scenario file; its name must end in .yaml or .yml")
        else:
            files[path.resolve()] = None
    return tuple(files)


def _pytest_arguments(options: RunOptions, files: tuple[Path, ...]) -> list[str]:
    folders = sorted({_nameable_folder(file.parent) for file in files})
    tops = [folder for folder in folders if set(folder.parents).isdisjoint(folders)]
    arguments = [
        *map(str, tops),
        *("-o", f"vtr_scenarios={shlex.join(map(str, files))}"),
        *("-c", str(_INI)),
        f"--rootdir={Path.cwd()}",
        "--noconftest",
        "--continue-on-collection-errors",
        *("-p", "no:cacheprovider", "-p", "vtr.pytest_plugin", "-p", "vtr.pytest_selection"),
        *options.to_flags(),
        *_selection_flags(options),
    ]
    if options.workers:
        if not (options.workers == "auto" or options.workers.isdecimal()):
            raise ScenarioError(f"-n {options.workers!r}: expected a number of processes, or 'auto'")
        if find_spec("xdist") is None:
            raise ScenarioError("-n needs pytest-xdist; install it, or leave -n out")
        arguments += ["-p", "xdist.plugin", "-n", options.workers]
    return arguments


def _selection_flags(options: RunOptions) -> list[str]:
    """The flags that select among what was collected."""
    arguments = []
    if options.keyword:
        arguments += ["-k", options.keyword]
    for expression in options.tags:
        _check_tags(expression)
    if options.tags:
        several = len(options.tags) > 1
        arguments += ["-m", " or ".join(f"({each})" if several else each for each in options.tags)]
    selected: list[tuple[str | None, str]] = [(None, title) for title in options.only]
    if options.last_failed:
        selected += last_failed.load()
    if selected:
        arguments.append(f"--vtr-selected={json.dumps(selected)}")
    return arguments


def _check_tags(expression: str) -> None:
    """Raise ScenarioError for what cannot be tags with `and`, `or`, `not` and brackets between; pytest parses them."""
    words = expression.replace("(", " ").replace(")", " ").split()
    for word in words:
        if not schema.is_tag(word) and word not in {"and", "or", "not"}:
            raise ScenarioError(
                f"--tag {expression!r}: {word!r} is not a tag; write tags with 'and', 'or', 'not' between"
            )
    if not words:
        raise ScenarioError("--tag '' is empty; write a tag, or leave the option out")


def _selecting_options(options: RunOptions) -> str:
    """The options that may have left nothing to run."""
    given = {
        "-k": options.keyword,
        "--tag": options.tags,
        "--only": options.only,
        "--last-failed": options.last_failed,
    }
    return " or ".join(option for option, value in given.items() if value) or "what the files hold"


def _nameable_folder(folder: Path) -> Path:
    """The nearest folder that can be named on pytest's command line, where brackets and `::` name tests."""
    return next(above for above in (folder, *folder.parents) if "[" not in str(above) and "::" not in str(above))


@contextmanager
def _without_user_settings() -> Iterator[None]:
    """Hide pytest's environment variables, from workers too, and load no plugin that isn't named."""
    kept = {name: os.environ.pop(name) for name in _PYTEST_VARIABLES if name in os.environ}
    autoload = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.environ.update(kept)
        if autoload is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = autoload


class _Collected:
    """A pytest plugin that collects the results of scenarios, and files that could not be used."""

    def __init__(self, progress: Progress) -> None:
        self.results: list[Result] = []
        self._broken: set[str] = set()
        self._progress = progress
        self._total = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._total = len(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._total = len(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result: Result | None = getattr(report, collecting.RESULT, None)
        if result is not None and report.when == "call":
            printed = _printed_text(report) if result["message"] else ""
            timed: Result = {**result, "seconds": report.duration, "message": result["message"] + printed}
            self.results.append(timed)
            self._progress(len(self.results), self._total)
        elif report.failed:  # a defect of the harness: not an error of the scenario, and never to be lost
            file, line, name = report.location
            self.results.append(results.error_result(file, (line or 0) + 1, name, report.longreprtext, misused=False))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        # Every worker reports the same broken file.
        if report.failed and report.nodeid not in self._broken:
            self._broken.add(report.nodeid)
            message = report.longreprtext
            line = message.removeprefix(f"{report.nodeid}:").partition(":")[0]
            number = int(line) if line.isdecimal() else 1
            self.results.append(results.error_result(report.nodeid, number, "", message, misused=True))


def _printed_text(report: pytest.TestReport) -> str:
    """What the validator printed, the end of it, for the message of a scenario that did not pass."""
    streams = (("stdout", report.capstdout), ("stderr", report.capstderr))
    return "".join(
        f"\nprinted by the validator to {name}:\n{text.strip()[-_PRINTED_KEPT:]}"
        for name, text in streams
        if text.strip()
    )
