"""Every situation of the catalogue has a bundled scenario with its grade, and every rule has one on each side.

The catalogue numbers 65 situations that a package can be in; a scenario carries the number as the tag `situation-N`.
Situations without a documented outcome are marked `graded-x` (a choice of ours), those with doubtful sources `low`. The
tables are written by hand.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from vtr import bundled
from vtr.language import loader
from vtr.reference.rules.profile import DEFAULT_PROFILE, Profile
from vtr.reference.rules.profile_reader import load_profile
from vtr.story import builder
from vtr.story.expected import Text
from vtr.story.story import Story

CASES = bundled.CASES
SITUATIONS = range(1, 66)
TAG = "situation-"

GRADED_X = {13, 17, 47, 51}
LOW = {32, 42, 46, 48, 59, 65}


def stories_of(case: str, profile: str = DEFAULT_PROFILE) -> tuple[Story, ...]:
    """Every combination of a bundled scenario file."""
    path = CASES / f"{case}.yaml"
    return builder.build_stories(path, loader.load_file(path, case), profile=profile, spelling=_spelling)


def _spelling(profile: str) -> dict[str, str]:
    return load_profile(profile).spelling


@pytest.fixture(scope="module")
def tags() -> dict[str, set[str]]:
    """The tags of each scenario file."""
    found: dict[str, set[str]] = {}
    for path in sorted(CASES.rglob("*.yaml")):
        case = str(path.relative_to(CASES).with_suffix(""))
        found[case] = {tag for draft in loader.load_file(path, case).drafts for tag in draft.scenario.tags}
    return found


def _numbers(tags: set[str]) -> set[int]:
    return {int(tag.removeprefix(TAG)) for tag in tags if tag.startswith(TAG)}


def test_every_situation_has_a_scenario(tags: dict[str, set[str]]) -> None:
    met = {number for names in tags.values() for number in _numbers(names)}
    assert met == set(SITUATIONS)


@pytest.mark.parametrize(("numbers", "mark"), [(GRADED_X, {"choice", "graded-x"}), (LOW, {"low"})])
def test_situations_are_marked_as_sure_as_they_are(
    tags: dict[str, set[str]], numbers: set[int], mark: set[str]
) -> None:
    unmarked = {case for case, names in tags.items() if _numbers(names) & numbers and not mark <= names}
    assert unmarked == set()


# Of each rule: a case in which it holds, and one just on the other side of its boundary. Two parcels or two reports of
# one file may be the two sides. A rule about submissions gives no reason: JUDGED_INSTEAD has the reason that results.
BOUNDARIES = {
    "NOT_SELLER_FULFILLED": ("excluded/fulfilled-by-amazon", "valid/delivered"),
    "CANCELLED_BEFORE_CONFIRMATION": (
        "excluded/cancelled-before-confirmation",
        "excluded/cancelled-after-confirmation",
    ),
    "NOT_CONFIRMED": ("excluded/confirmed-at-the-reports-instant", "excluded/confirmed-at-the-reports-instant"),
    "BEFORE_WINDOW": ("excluded/window-of-promised-dates", "excluded/window-of-promised-dates"),
    "AFTER_WINDOW": ("excluded/window-of-promised-dates", "excluded/window-of-promised-dates"),
    "NOT_YET_REFLECTED": (
        "excluded/submitted-less-than-72-hours-ago",
        "excluded/submitted-less-than-72-hours-ago",
    ),
    "EXEMPT_ABROAD_LOW_VALUE": ("excluded/low-value-from-abroad", "excluded/low-value-from-abroad"),
    "EXEMPT_FREIGHT": (
        "excluded/freight-without-supported-carrier",
        "excluded/freight-without-supported-carrier",
    ),
    "EXEMPT_SMALL_ENVELOPE": ("excluded/small-envelope", "excluded/small-envelope"),
    "EDIT_BEFORE_DELIVERY": ("edits/corrected-at-the-instant-of-delivery", "edits/corrected-just-before-delivery"),
    "REFLECTED_WITHIN_72_HOURS": ("edits/exactly-72-hours", "edits/exactly-72-hours"),
    "INVALID_ID_BLANK": ("invalid-id-blank/only-white-space", "valid/blanks-around-the-number"),
    "INVALID_ID_CHARS": ("invalid-id-chars/punctuation", "number-unknown/word-instead-of-number"),
    "CARRIER_UNSUPPORTED": ("carrier-unsupported/spelling", "valid/delivered"),
    "CARRIER_MISMATCH": ("carrier-mismatch/each-carrier-under-another-name", "carrier-mismatch/known-to-both"),
    "NUMBER_UNKNOWN": ("number-unknown/not-yet-known", "number-unknown/not-yet-known"),
    "NO_SCAN": ("no-scan/first-scan-after-the-report", "no-scan/first-scan-after-the-report"),
    "UPLOADED_AFTER_DELIVERY": (
        "uploaded-after-delivery/one-second-late",
        "uploaded-after-delivery/at-the-same-instant",
    ),
}
JUDGED_INSTEAD = {"EDIT_BEFORE_DELIVERY": "NUMBER_UNKNOWN", "REFLECTED_WITHIN_72_HOURS": "NUMBER_UNKNOWN"}


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile("us-2019")


def test_every_rule_of_the_profile_has_two_sides(profile: Profile) -> None:
    assert set(BOUNDARIES) == {rule.name for rule in profile.rules}


@pytest.mark.parametrize("rule", BOUNDARIES)
def test_each_side_of_a_rule_is_expected_by_a_scenario(rule: str) -> None:
    inside, outside = BOUNDARIES[rule]
    word = JUDGED_INSTEAD.get(rule, rule)
    assert word in set(_expected_words(inside))
    assert set(_expected_words(outside)) - {word}


def _expected_words(case: str) -> Iterator[str]:
    """Every reason, and every word for what is left out, that a file expects."""
    for story in stories_of(case):
        for report in story.reports:
            cells = [row.cells.get("reason") for row in report.expected.rows or ()]
            cells += [listed.why for listed in report.expected.excluded or ()]
            for cell in cells:
                if isinstance(cell, Text):
                    yield from cell.any_of


def test_every_other_reading_is_shown_by_a_scenario_and_still_another_than_the_profiles(profile: Profile) -> None:
    """A reading is a profile that extends us-2019 and changes one thing."""
    readings = {path.stem: load_profile(path) for path in (CASES.parent / "readings").glob("*.yaml")}
    shown = {
        Path(draft.scenario.profile or "").stem
        for path in (CASES / "other-readings").glob("*.yaml")
        for draft in loader.load_file(path, path.stem).drafts
    }
    assert shown == set(readings)
    for name, other in readings.items():
        assert other.name == name
        assert replace(other, name=profile.name, extends=profile.extends, origin=profile.origin) != profile
