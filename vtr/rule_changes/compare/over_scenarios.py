"""Two sides over scenarios: every story is played once for each side, and the verdicts are compared.

Both sides get the same story: carriers are spelled as in the base's profile (or the head's, where the base has no such
carrier), and ids and numbers come from the same seed. A scenario about a profile that belongs to neither side is left
out, because both sides would judge it alike.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from vtr import validators
from vtr.errors import ScenarioError, ValidatorError
from vtr.language import loader
from vtr.play import runner
from vtr.play.doors import Door
from vtr.play.runner import ReportRun
from vtr.reference.instants import instant_text
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.compare.findings import COUNTED, CompareResult, Flip, PackageVerdict, Scenario
from vtr.rule_changes.compare.package_verdicts import (
    NOT_LISTED,
    comparable,
    last_named_carrier,
    packages_at,
    verdicts_of,
)
from vtr.rule_changes.compare.scenario_result import Report, Tally, result_of
from vtr.rule_changes.compare.sides import ComparedSide
from vtr.story import builder
from vtr.story.story import Order, Package, Story
from vtr.suite import pytest_run
from vtr.suite.bench import open_bench
from vtr.suite.collecting import display_path
from vtr.suite.options import RunOptions
from vtr.validators import Limits, Validator

Progress = Callable[[int, int], None]  # (done, total)


@dataclass(frozen=True, slots=True)
class ScenarioInputs:
    """The scenarios, and how validators are run.

    paths: scenario files, or folders with them.
    profile: of scenarios that name none, where both sides are validators.
    door: None for each validator's default.
    limits: of validators.
    """

    paths: tuple[Path, ...]
    profile: str
    door: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class _Player:
    """A side that is ready to judge stories, through a door to the carriers."""

    side: ComparedSide
    validator: Validator
    door: Door

    def run(self, story: Story) -> tuple[ReportRun, ...]:
        """The side's reports of a story. Raises ValidatorError, ScenarioError; both name the scenario and the side."""
        side = self.side
        with_profile = story if side.profile is None else replace(story, profile=side.what)
        try:
            with _silenced():
                return runner.run(with_profile, self.validator, self.door)
        except ValidatorError as error:
            raise ValidatorError(f"{story.file}:{story.line}: {story.title}\n{side.name}: {error}") from error
        except ScenarioError as error:
            raise ScenarioError(f"{story.file}:{story.line}: {story.title}\n{side.name}: {error}") from error


def compare_scenarios(
    base: ComparedSide, head: ComparedSide, over: ScenarioInputs, samples: int, progress: Progress | None = None
) -> CompareResult:
    """Compare two sides over scenarios.

    samples: how many flipped rows get details.
    Raises ScenarioError for scenarios that cannot be used, ValidatorError for a validator that could not run.
    """
    stories, left_out = _load_stories(base, head, over)
    if not stories:
        raise ScenarioError(
            f"no scenario to compare: all {left_out} name other profiles than {base.name} and {head.name}; name the"
            " profile that they are about, or other scenarios"
        )
    tally = Tally(played=len(stories), left_out=left_out)
    with ExitStack() as stack:
        players = {name: _player(side, over, stack) for name, side in (("base", base), ("head", head))}
        for index, story in enumerate(stories):
            _compare_story(story, players, tally)
            if progress is not None:
                progress(index + 1, len(stories))
    return result_of(base, head, over.profile, tally, samples)


def _load_stories(base: ComparedSide, head: ComparedSide, over: ScenarioInputs) -> tuple[list[Story], int]:
    """The stories to compare, and how many name other profiles."""
    profiles = {side.what: side.profile for side in (base, head) if side.profile is not None}
    default = next(iter(profiles), over.profile)

    @cache
    def spelling(name: str) -> Mapping[str, str]:
        spellings = [profile.spelling for profile in reversed(profiles.values())]
        return {**load_profile(name).spelling, **{key: value for each in spellings for key, value in each.items()}}

    @cache
    def name_of(profile: str) -> str:
        return load_profile(profile).name

    names = {profile.name for profile in profiles.values()}
    kept: list[Story] = []
    left_out = 0
    for file in pytest_run.find_scenario_files(over.paths):
        read = loader.load_file(file, display_path(file, Path.cwd()))
        for story in builder.build_stories(file, read, profile=default, spelling=spelling):
            if not profiles or story.profile == default or name_of(story.profile) in names:
                kept.append(story)
            else:
                left_out += 1
    return kept, left_out


def _player(side: ComparedSide, over: ScenarioInputs, stack: ExitStack) -> _Player:
    """A side with its validator and door; both are closed with the stack."""
    validator = side.validator(over.limits)
    in_this_process = isinstance(validator, validators.Bundled | validators.PythonCallable)
    options = RunOptions(door=over.door if in_this_process else None)
    bench = stack.enter_context(open_bench(options, load=lambda _: validator))
    return _Player(side, bench.validator, bench.door)


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep the output of validators out of the rows; their errors have their own messages."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield


# -- comparing


def _compare_story(story: Story, players: Mapping[str, _Player], tally: Tally) -> None:
    reports = {name: player.run(story) for name, player in players.items()}
    for name, runs in reports.items():
        tally.failed[name] += any(run.comparison.differences for run in runs)
    for number, runs in enumerate(zip(reports["base"], reports["head"], strict=True)):
        at = runs[0].at
        base, head = (
            verdicts_of(run.answer, story, at, player.side.profile)
            for run, player in zip(runs, (players["base"], players["head"]), strict=True)
        )
        for order, package in packages_at(story, at):
            key = (order.order_id, None if package is None else package.number)
            pair = comparable(base.get(key, NOT_LISTED), head.get(key, NOT_LISTED))
            _compare_package((story, number), order, package, pair, tally)


def _compare_package(
    source: Report, order: Order, package: Package | None, pair: tuple[PackageVerdict, PackageVerdict], tally: Tally
) -> None:
    """Count a package of a report, and keep it if it flips. pair: its verdicts in base and head."""
    (story, number), (base, head) = source, pair
    report = story.reports[number]
    tally.compared += 1
    for name, verdict in (("base", base), ("head", head)):
        tally.count(name, order.category, verdict.state)
    # A scenario with a silent carrier may expect that rows are unanswered.
    only_one_answers = (base.state == "unanswered") != (head.state == "unanswered")
    tally.unanswered += only_one_answers and report.expected.unanswered is None
    if (base.state, base.reason) == (head.state, head.reason):
        same_cells = (base.carrier, base.tracking_id) == (head.carrier, head.tracking_id)
        tally.displayed_differently += base.state in COUNTED and not same_cells
        return
    scenario = Scenario(story.file, story.line, story.title, instant_text(report.at))
    carrier = head.carrier or base.carrier or last_named_carrier(package, report.at)
    key = (order.order_id, None if package is None else package.number)
    tally.add_flip(Flip(*key, carrier, order.category, order.ship_from, base, head, scenario=scenario), source)
