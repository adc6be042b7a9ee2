"""Every situation of the catalogue is a bundled scenario, is marked as sure as it is, and every boundary has two sides.

The catalogue numbers 65 situations that a package can be in; a scenario carries the number as the tag `situation-N`.
Situations whose outcome nobody documented are marked `graded-x` (a choice of ours), those of which the sources make
nobody sure `low`. The tables are written by hand.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

import scenarios
from scenarios import compare, doors, reading, runner, telling, validators
from scenarios.story import Story
from vtr.profile import Profile, load_profile, profile_text

CASES = Path(scenarios.__file__).parent / "cases"
SITUATIONS = range(1, 66)
TAG = "situation-"

# What still needs a part of the harness that is not there: then its scenario comes with that part.
AWAITED = {
    45: "the profile of Japan",
    59: "faults in scenarios",
    61: "the profile of the US of 2025",
    62: "the profile of the US of 2025",
    63: "the profile of the US of 2025",
    64: "the profile of Europe of 2021",
    65: "the profile of the US of 2025",
}
GRADED_X = {13, 17, 47, 51}
LOW = {32, 42, 46, 48, 59, 65}


def stories_of(case: str, profile: str = "us-2019") -> tuple[Story, ...]:
    """Every combination of a bundled scenario file."""
    path = CASES / f"{case}.yaml"
    return telling.read(path, reading.read(path, case), profile=profile, spelling=_spelling)


def _spelling(profile: str) -> dict[str, str]:
    names = reversed(load_profile(profile).carriers)
    return {entry.asks: entry.name for entry in names if entry.asks is not None}


@pytest.fixture(scope="module")
def tags() -> dict[str, set[str]]:
    """The tags of each scenario file."""
    found: dict[str, set[str]] = {}
    for path in sorted(CASES.rglob("*.yaml")):
        case = str(path.relative_to(CASES).with_suffix(""))
        found[case] = {tag for draft in reading.read(path, case).drafts for tag in draft.scenario.tags}
    return found


def _numbers(tags: set[str]) -> set[int]:
    return {int(tag.removeprefix(TAG)) for tag in tags if tag.startswith(TAG)}


def test_every_situation_has_a_scenario(tags: dict[str, set[str]]) -> None:
    met = {number for names in tags.values() for number in _numbers(names)}
    assert met - set(SITUATIONS) == set()
    assert set(SITUATIONS) - met <= set(AWAITED)


@pytest.mark.parametrize(("numbers", "mark"), [(GRADED_X, {"choice", "graded-x"}), (LOW, {"low"})])
def test_situations_are_marked_as_sure_as_they_are(
    tags: dict[str, set[str]], numbers: set[int], mark: set[str]
) -> None:
    unmarked = {case for case, names in tags.items() if _numbers(names) & numbers and not mark <= names}
    assert unmarked == set()


# Of each rule: a case in which it holds, and one just on the other side of its boundary. Two parcels or two reports of
# one file may be the two sides. A rule about submissions gives no reason: the word is what is judged instead.
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
                if isinstance(cell, compare.Text):
                    yield from cell.any_of


# Where a switch or a line of the profile decides, the other reading: what to replace, the scenario, and what its rows
# say then (the text E, the mark, the reason), in the order of the report; absent rows and their words are left out.
OTHER_READINGS = {
    "situation-13: the same instant is late": (
        ("when: submitted_at > delivered_at", "when: submitted_at >= delivered_at"),
        "uploaded-after-delivery/at-the-same-instant",
        [("$box", "X", "UPLOADED_AFTER_DELIVERY")],
    ),
    "situation-17: an edit counts only after more than 72 hours": (
        ("INTERVAL 72 HOUR <= as_of", "INTERVAL 72 HOUR < as_of"),
        "edits/exactly-72-hours",
        [("WRONG1", "X", "NUMBER_UNKNOWN"), ("WRONG1", "X", "NUMBER_UNKNOWN")],
    ),
    "situation-24: spaces inside a number are taken out": (
        ("inner_space: reject", "inner_space: strip"),
        "invalid-id-chars/inner-spaces",
        [("9400 1118 9922 0000 0000 00", "X", "NUMBER_UNKNOWN")],
    ),
    "situation-41: a partner's scan is as good as the carrier's": (
        ("counting_classes: [scan]", "counting_classes: [scan, partner]"),
        "no-scan/partner-only",
        [("$box", "", "VALID")],
    ),
    "situation-38: one receipt for the whole form is a scan": (
        ("counting_classes: [scan]", "counting_classes: [scan, inferred]"),
        "valid/scan-form-then-own-scan",
        [("$box", "", "VALID"), ("$box", "", "VALID")],
    ),
    "situation-46 and 47: scans before the order count": (
        ("prior_scans: ignore", "prior_scans: count"),
        "no-scan/scanned-before-the-order",
        [("$old", "X", "UPLOADED_AFTER_DELIVERY"), ("$recycled", "X", "UPLOADED_AFTER_DELIVERY")],
    ),
    "situation-51: the report's day is the day in UTC": (
        ("zone: America/Los_Angeles", "zone: Etc/UTC"),
        "excluded/window-ends-at-midnight-in-the-marketplace",
        [("$box", "", "VALID"), ("$box", "", "VALID")],
    ),
    "situation-54: the metric is ten days behind": (
        ("lag_days: 14", "lag_days: 10"),
        "excluded/window-of-promised-dates",
        [("$last", "", "VALID"), ("$after", "", "VALID")],  # the window is 2026-02-21 to 2026-03-22
    ),
}


@pytest.mark.parametrize("reading_", OTHER_READINGS)
def test_the_other_reading_of_a_situation(reading_: str, tmp_path: Path) -> None:
    (usual, other), case, expected = OTHER_READINGS[reading_]
    text, _ = profile_text("us-2019")
    assert text.count(usual) == 1
    changed = tmp_path / "other.yaml"
    changed.write_text(text.replace(usual, other), encoding="utf-8")
    story = stories_of(case, str(changed))[0]
    names = {parcel.tracking_number: f"${name}" for name, parcel in story.parcels.items()}
    rows = [
        (names.get(str(row["tracking_id"]), row["tracking_id"]), row["no_valid_tracking"], row["reason"])
        for report in runner.run(story, validators.load(validators.BUNDLED), doors.in_process)
        for row in report.answer.rows
    ]
    assert sorted(rows) == sorted(expected)


def test_the_target_missed_by_being_met_exactly(tmp_path: Path) -> None:
    """situation-60: with the strict reading nineteen of twenty is BAD."""
    text, _ = profile_text("us-2019")
    changed = tmp_path / "other.yaml"
    changed.write_text(text.replace("target_met_at: equal", "target_met_at: above"), encoding="utf-8")
    (story,) = stories_of("rates/target-met-exactly", str(changed))
    (report,) = runner.run(story, validators.load(validators.BUNDLED), doors.in_process)
    overall = next(rate for rate in report.answer.rates or () if rate["category"] is None)
    assert (overall["valid"], overall["counted"], overall["status"]) == (19, 20, "BAD")
