"""The bundled suite finds each of twelve plausible mistakes, in the scenarios that are about it and in no other."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from by_hand import READINGS
from faulty import base
from faulty.base import Answers, Judging, Mistake, Reply, Request, Scope

from vtr import bundled
from vtr.language import loader
from vtr.play import comparison, doors, runner
from vtr.reference.rules.profile import DEFAULT_PROFILE
from vtr.story import builder
from vtr.story.expected import Expected
from vtr.story.story import Story
from vtr.validators import Wait, answer_of
from vtr.validators.answer import Answer

CASES = bundled.CASES

WHOLE = bool(os.environ.get("VTR_WHOLE_SUITE"))
"""Whether all scenarios are run and judged with all twelve mistakes, which takes a minute or two.

Otherwise a mistake meets examples of each reason for which it must fail a file, or must not, and its share of the files
in which no mistake matters; of each matrix the first combination.
"""
EXAMPLES = 1  # of each reason, where not all are run
SPARSE = 10  # of the files in which no mistake matters one in so many is run then; the mistakes take turns

Case = str


def _texts() -> dict[Case, str]:
    paths = {path.relative_to(CASES).with_suffix("").as_posix(): path for path in sorted(CASES.rglob("*.yaml"))}
    return {case: path.read_text(encoding="utf-8") for case, path in paths.items()}


def _chosen() -> dict[Case, set[str]]:
    """The files to run, each with the mistakes to judge it with."""
    texts, names = _texts(), list(READINGS)
    if WHOLE:
        return {case: set(names) for case in texts}
    chosen: dict[Case, set[str]] = {}
    for name, read in READINGS.items():
        for case in sorted(read.examples(EXAMPLES)):
            chosen.setdefault(case, set()).add(name)
    read_for_any = set[Case]().union(*(read.failing() | read.spared() for read in READINGS.values()))
    idle = [case for case in texts if case not in read_for_any][::SPARSE]
    return chosen | {case: {names[index % len(names)]} for index, case in enumerate(idle)}


CHOSEN = _chosen()


@dataclass(frozen=True, slots=True)
class RecordedReport:
    """A report of a scenario: the request, the carriers' answers, and what is expected."""

    case: Case
    request: Request
    answers: Answers
    expected: Expected


class Recorder:
    """A validator that records requests and the carriers' answers, and gives the right reply.

    scope: as of `base.collect_answers`.
    """

    name = "recorder"

    def __init__(self, judging: Judging, scope: Scope) -> None:
        self._judging = judging
        self._scope: Scope = scope
        self.recorded: list[tuple[Request, Answers]] = []

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        answers = base.collect_answers(request, wait, scope=self._scope)
        self.recorded.append((request, answers))
        return answer_of(self._judging(request, answers), self.name)

    def close(self) -> None:
        """Nothing is open."""


def _stories(case: Case) -> Iterable[Story]:
    path = CASES / f"{case}.yaml"
    stories = builder.build_stories(path, loader.load_file(path, case), profile=DEFAULT_PROFILE)
    if WHOLE:
        return stories
    return {story.name: story for story in reversed(stories)}.values()


def _without_conduct(story: Story) -> Story:
    """The story without expected conduct: carriers may be queried for every number here."""
    reports = (replace(report, expected=replace(report.expected, conduct=None)) for report in story.reports)
    return replace(story, reports=tuple(reports))


@pytest.fixture(scope="module")
def judging() -> Judging:
    """The right judgement, made once for what is the same but for the credentials."""
    known: dict[tuple[str, Answers], Reply] = {}

    def judge(request: Request, answers: Answers) -> Reply:
        key = (json.dumps({**request, "carriers": None}), answers)
        if key not in known:
            known[key] = base.judge(request, answers)
        return known[key]

    return judge


@pytest.fixture(scope="module")
def suite(judging: Judging) -> list[RecordedReport]:
    """The reports of the scenarios that are run, with the carriers' answers: collected once, judged by all twelve."""
    found = []
    for case, names in CHOSEN.items():
        scope: Scope = "all" if "ignores_the_carrier" in names else "named"
        for story in map(_without_conduct, _stories(case)):
            recorder = Recorder(judging, scope)
            runner.run(story, recorder, doors.in_process)
            recorded = zip(recorder.recorded, story.reports, strict=True)
            found += [RecordedReport(case, *each, report.expected) for each, report in recorded]
    return found


def failing(mistake: Mistake, suite: Iterable[RecordedReport], judging: Judging) -> set[Case]:
    """The scenario files in which a validator with this mistake differs from what is expected."""

    def differs(report: RecordedReport) -> bool:
        reply: Any = base.reply(mistake, report.request, report.answers, judging)
        return bool(comparison.compare(report.expected, answer_of(reply, mistake.says)).differences)

    return {report.case for report in suite if differs(report)}


def test_there_are_twelve() -> None:
    modules = {path.stem for path in Path(base.__file__).parent.glob("*.py")} - {"__init__", "base"}
    assert set(READINGS) == modules
    assert len(modules) == 12


@pytest.mark.parametrize("name", READINGS)
def test_every_file_that_says_what_a_mistake_is_about_was_read_for_it(name: str) -> None:
    read = READINGS[name]
    assert {case for case, text in _texts().items() if read.matters(text)} == read.failing() | read.spared()
    assert not read.failing() & read.spared()


def test_validator_without_a_mistake_passes(suite: list[RecordedReport], judging: Judging) -> None:
    assert failing(base.NONE, suite, judging) == set()


@pytest.mark.parametrize("name", READINGS)
def test_mistake_fails_the_scenarios_about_it_and_no_other(
    name: str, suite: list[RecordedReport], judging: Judging
) -> None:
    mistake: Mistake = import_module(f"faulty.{name}").MISTAKE
    met = [report for report in suite if name in CHOSEN[report.case]]
    assert failing(mistake, met, judging) == READINGS[name].failing() & {report.case for report in met}
