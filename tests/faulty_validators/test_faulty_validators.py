"""The bundled suite finds each of twelve plausible mistakes, in the scenarios that are about it and in no other."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from faulty import base
from faulty.base import Answers, Judging, Mistake, Reply, Request

import scenarios
from scenarios import compare, doors, reading, runner, telling
from scenarios.compare import Answer
from scenarios.story import DEFAULT_PROFILE, Story
from scenarios.validators import Wait, answer_of
from vtr.profile import load_profile

CASES = Path(scenarios.__file__).parent / "cases"

# The files that a mistake must fail. Some are about something else and only use what it gets wrong: a label that nobody
# scanned is the invalid package of many scenarios, and each of them fails when labels count.
EXPECTED: dict[str, set[str]] = {
    "accepts_digits_of_all_scripts": {
        "invalid-id-chars/beyond-ascii",
    },
    "compares_local_times": {
        "edits/corrected-just-before-delivery",
        "no-scan/scanned-at-the-instant-of-the-order",
        "other-readings/uploaded-at-the-same-instant",
        "uploaded-after-delivery/at-the-same-instant",
        "uploaded-after-delivery/in-the-night-clocks-go-forward",
        "uploaded-after-delivery/instants-decide",
        "valid/attempted-then-delivered",
    },
    "counts_by_current_category": {
        "rates/category-when-ordered",
    },
    "counts_label_created": {
        "carrier-mismatch/shared-number-not-scanned-by-the-named-one",
        "excluded/cancelled-after-confirmation",
        "excluded/confirmed-never-shipped-refunded",
        "excluded/freight-without-supported-carrier",
        "no-scan/bought-label-never-scanned",
        "no-scan/china-post-electronic-events",
        "no-scan/dhl-information-received",
        "no-scan/fedex-electronic-events",
        "no-scan/first-scan-after-the-report",
        "no-scan/label-created-only",
        "no-scan/label-voided",
        "no-scan/partner-only",
        "no-scan/published-after-the-report",
        "no-scan/scan-form-only-parcel-lost",
        "no-scan/ups-electronic-events",
        "no-scan/usps-electronic-events",
        "other-readings/delivery-is-the-only-scan",
        "other-readings/scan-form",
        "other-readings/target-must-be-exceeded",
        "packages/three-under-one-shipment",
        "rates/per-category",
        "rates/target-met-exactly",
        "rates/target-missed",
        "uk-2021/cross-border",
        "uk-2021/untracked-letter-for-letter",
        "unanswered/carrier-down-at-the-report",
        "us-2025/other-origins",
        "us-2025/untracked-from-britain-and-india",
        "valid/scan-form-then-own-scan",
    },
    "counts_scans_before_the_order": {
        "no-scan/scanned-at-the-instant-of-the-order",
        "no-scan/scanned-before-the-order",
    },
    "ignores_cancellations": {
        "excluded/cancelled-before-confirmation",
    },
    "ignores_case_of_carriers": {
        "carrier-unsupported/spelling",
        "carrier-unsupported/spelling-of-each-carrier",
        "jp-2022/carrier-outside-the-list",
        "uk-2021/carrier-not-integrated",
        "uk-2021/untracked-letter-for-letter",
    },
    "ignores_the_carrier": {
        "carrier-mismatch/each-carrier-under-another-name",
        "carrier-mismatch/first-mile-number-under-the-last-mile-carrier",
        "carrier-mismatch/ups-parcel-confirmed-as-usps",
        "carrier-unsupported/chinese-name-typed",
        "carrier-unsupported/other-with-typed-name",
        "carrier-unsupported/regional-carrier",
        "carrier-unsupported/spelling",
        "carrier-unsupported/spelling-of-each-carrier",
        "excluded/freight-without-supported-carrier",
        "uk-2021/carrier-not-integrated",
        "uk-2021/untracked-letter-for-letter",
        "unanswered/carrier-without-client",
        "us-2025/freight-is-measured",
        "us-2025/untracked-from-britain-and-india",
    },
    "judges_the_first_submission": {
        "edits/blank-filled-in-transit",
        "edits/carrier-corrected",
        "edits/corrected-before-delivery",
        "edits/corrected-just-before-delivery",
        "edits/exactly-72-hours",
        "edits/overwritten-before-delivery",
        "edits/within-72-hours",
        "other-readings/more-than-72-hours",
        "packages/second-confirmation-under-the-same-reference",
    },
    "lets_late_uploads_pass": {
        "other-readings/scans-before-the-order",
        "other-readings/uploaded-at-the-same-instant",
        "uploaded-after-delivery/days-late",
        "uploaded-after-delivery/in-the-night-clocks-go-forward",
        "uploaded-after-delivery/instants-decide",
        "uploaded-after-delivery/one-second-late",
    },
    "shows_each_number_once": {
        "other-readings/target-must-be-exceeded",
        "packages/both-blank",
        "packages/one-parcel-for-two-orders",
        "valid/handed-over-to-the-post",
    },
    "takes_silence_for_no": {
        "unanswered/carrier-down-at-the-report",
    },
}

WHOLE = os.environ.get("VTR_WHOLE_SUITE") == "1"
"""Whether all scenarios are run, which takes two minutes. Otherwise the files of all twelve lists, of each matrix the
first combination and the last."""

LISTED = frozenset[str]().union(*EXPECTED.values())


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that a scenario wants: the request, what all carriers say, and what is expected."""

    case: str
    request: Request
    answers: Answers
    expected: compare.Expected


class Recorder:
    """A validator that keeps what it is asked and what the carriers say, and gives the right reply."""

    name = "recorder"

    def __init__(self, judging: Judging) -> None:
        self._judging = judging
        self.heard: list[tuple[Request, Answers]] = []

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        answers = base.asked(request, wait)
        self.heard.append((request, answers))
        return answer_of(self._judging(request, answers), self.name)


@cache
def _spelling(profile: str) -> Mapping[str, str]:
    names = reversed(load_profile(profile).carriers)
    return {entry.asks: entry.name for entry in names if entry.asks is not None}


def _stories(path: Path, case: str) -> Iterable[Story]:
    stories = telling.read(path, reading.read(path, case), profile=DEFAULT_PROFILE, spelling=_spelling)
    if WHOLE:
        return stories
    first = {story.name: story for story in reversed(stories)}
    last = {story.name: story for story in stories}
    return {story.title: story for ends in (first, last) for story in ends.values()}.values()


@pytest.fixture(scope="module")
def judging() -> Judging:
    """The right judgement, made once for what is the same but for the credentials."""
    known: dict[tuple[str, Answers], Reply] = {}

    def judge(request: Request, answers: Answers) -> Reply:
        key = (json.dumps({**request, "carriers": None}), answers)
        if key not in known:
            known[key] = base.judged(request, answers)
        return known[key]

    return judge


@pytest.fixture(scope="module")
def suite(judging: Judging) -> list[Asked]:
    """The reports of the bundled scenarios, with the carriers' answers: collected once, judged by all twelve."""
    found = []
    for path in sorted(CASES.rglob("*.yaml")):
        case = path.relative_to(CASES).with_suffix("").as_posix()
        if not WHOLE and case not in LISTED:
            continue
        for story in _stories(path, case):
            recorder = Recorder(judging)
            runner.run(story, recorder, doors.in_process)
            heard = zip(recorder.heard, story.reports, strict=True)
            found += [Asked(case, *each, report.expected) for each, report in heard]
    return found


def failing(mistake: Mistake, suite: list[Asked], judging: Judging) -> set[str]:
    """The scenario files in which a validator with this mistake differs from what is expected."""

    def differs(asked: Asked) -> bool:
        reply: Any = base.reply(mistake, asked.request, asked.answers, judging)
        return bool(compare.compare(asked.expected, answer_of(reply, mistake.says)).differences)

    return {asked.case for asked in suite if differs(asked)}


def test_validator_without_a_mistake_passes(suite: list[Asked], judging: Judging) -> None:
    assert failing(base.NONE, suite, judging) == set()


def test_every_listed_file_is_there() -> None:
    assert [case for case in sorted(LISTED) if not (CASES / f"{case}.yaml").is_file()] == []


def test_there_are_twelve() -> None:
    modules = {path.stem for path in Path(base.__file__).parent.glob("*.py")} - {"__init__", "base"}
    assert set(EXPECTED) == modules
    assert len(modules) == 12


@pytest.mark.parametrize("name", EXPECTED)
def test_mistake_fails_the_scenarios_about_it_and_no_other(name: str, suite: list[Asked], judging: Judging) -> None:
    mistake: Mistake = import_module(f"faulty.{name}").MISTAKE
    assert failing(mistake, suite, judging) == EXPECTED[name]
