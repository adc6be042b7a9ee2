"""What must hold for any package: found by random stories, and held against a small judge in plain Python."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vtr.reference.engine.in_memory import Engine
from vtr.reference.errors import ProfileError
from vtr.reference.rules.profile_reader import Profile

if TYPE_CHECKING:
    from conftest import Stories

quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
HOURS = st.integers(0, 24 * 25)  # after the order was placed; the report is 29 days after it
NUMBERS = ("1Z999AA10123456784", "1Z999AA10123456799", "", "94-00")
SCANS = st.lists(st.tuples(st.sampled_from(["M/MP", "I/OR", "D/FS"]), HOURS), max_size=4)
LINES = st.lists(st.tuples(HOURS, st.sampled_from(["UPS", "ups"]), st.sampled_from(NUMBERS)), min_size=1, max_size=3)
Drawn = tuple[list[tuple[int, str, str]], list[tuple[str, int]], list[tuple[str, int]], bool]
STORIES = st.tuples(LINES, SCANS, SCANS, st.booleans())


@dataclass(frozen=True)
class Told:
    """A story's values: submissions in order, scans of the two numbers (None: the carrier does not know it)."""

    lines: list[tuple[datetime, str, str]]
    scans: dict[str, list[tuple[str, datetime]] | None]


def told(story: "Stories", drawn: Drawn) -> Told:
    lines, first, second, second_known = drawn
    placed = story.at(2, "10:00:00")

    def when(hours: int) -> datetime:
        return placed + timedelta(hours=hours)

    in_order = sorted(lines, key=lambda line: line[0])
    return Told(
        [(when(hours), code, number) for hours, code, number in in_order],
        {
            NUMBERS[0]: sorted(((code, when(hours)) for code, hours in first), key=lambda event: event[1]),
            NUMBERS[1]: sorted(((code, when(hours)) for code, hours in second), key=lambda event: event[1])
            if second_known
            else None,
        },
    )


def reported(story: "Stories", engine: Engine, words: Told) -> str:
    answers = [
        story.unknown("ups", number)
        if events is None
        else story.known("ups", number, *(story.scan(code, when) for code, when in events))
        for number, events in words.scans.items()
    ]
    lines = [
        {"submitted_at": when, "carrier_code": code, "tracking_number": number} for when, code, number in words.lines
    ]
    case = story.case(submissions=lines, answers=answers)
    report = engine.decide(case.given(), case.as_of)
    overall = report.overall
    assert (
        overall.counted == len(report.rows) == overall.valid + sum(row.no_valid_tracking == "X" for row in report.rows)
    )
    assert all(row.no_valid_tracking == "X" for row in report.rows if row.tracking_id.endswith("-InvalidId"))
    assert sum(rate.counted for rate in report.rates[1:]) == overall.counted
    return report.rows[0].reason if report.rows else f"excluded {report.excluded[0].why}"


def expected(words: Told, as_of: datetime) -> str:
    """The same, decided in plain Python from the reference's catalogue."""

    def delivered(code: str, number: str) -> datetime | None:
        events = words.scans.get(number) if code == "UPS" else None
        return min((when for name, when in events or () if name == "D/FS"), default=None)

    so_far: datetime | None = None
    judged = None
    for place, (when, code, number) in enumerate(words.lines):
        own = delivered(code, number)
        so_far = min((instant for instant in (so_far, own) if instant is not None), default=None)
        if (place == 0 or so_far is None or when < so_far) and when + timedelta(hours=72) <= as_of:
            judged = (when, code, number)
    if judged is None:
        return "excluded NOT_YET_REFLECTED"
    when, code, number = judged
    if number in ("", "94-00"):
        return "INVALID_ID_CHARS" if number else "INVALID_ID_BLANK"
    if code != "UPS":
        return "CARRIER_UNSUPPORTED"
    events = words.scans[number]
    if events is None:
        return "NUMBER_UNKNOWN"
    if all(name == "M/MP" for name, _ in events):
        return "NO_SCAN"
    own = delivered(code, number)
    return "UPLOADED_AFTER_DELIVERY" if own is not None and when > own else "VALID"


@quick
@given(drawn=STORIES)
def test_the_sql_agrees_with_a_judge_in_plain_python(story: "Stories", engine: Engine, drawn: Drawn) -> None:
    words = told(story, drawn)
    assert reported(story, engine, words) == expected(words, story.as_of)


@quick
@given(drawn=STORIES, hours=HOURS)
def test_one_more_scan_never_makes_a_valid_package_invalid(
    story: "Stories", engine: Engine, drawn: Drawn, hours: int
) -> None:
    words = told(story, drawn)
    if reported(story, engine, words) == "VALID":
        more = {
            number: None if events is None else [*events, ("I/OR", story.at(2, "10:00:00") + timedelta(hours=hours))]
            for number, events in words.scans.items()
        }
        assert reported(story, engine, replace(words, scans=more)) == "VALID"


@quick
@given(drawn=STORIES, hours=st.integers(1, 600))
def test_an_earlier_upload_never_makes_a_valid_package_invalid(
    story: "Stories", engine: Engine, drawn: Drawn, hours: int
) -> None:
    words = told(story, drawn)
    words = replace(words, lines=words.lines[:1])
    if reported(story, engine, words) == "VALID":
        (when, code, number) = words.lines[0]
        earlier = max(when - timedelta(hours=hours), story.at(2, "10:00:00"))
        assert reported(story, engine, replace(words, lines=[(earlier, code, number)])) == "VALID"


@quick
@given(drawn=STORIES)
def test_renaming_the_category_afterwards_changes_nothing(story: "Stories", engine: Engine, drawn: Drawn) -> None:
    words = told(story, drawn)
    lines = [
        {"submitted_at": when, "carrier_code": code, "tracking_number": number} for when, code, number in words.lines
    ]
    case = story.case(submissions=lines)
    renamed = story.case(submissions=lines, order={"current_category": "Garden"})
    assert engine.decide(case.given(), case.as_of) == engine.decide(renamed.given(), case.as_of)


def test_a_rule_changed_by_a_line_changes_the_verdict(
    story: "Stories", changed_profile: Callable[..., Profile]
) -> None:
    case = story.case(submissions=[{"submitted_at": story.at(24)}], as_of=story.at(26))
    with Engine(changed_profile({"INTERVAL 72 HOUR": "INTERVAL 48 HOUR"})) as engine:
        assert [row.reason for row in engine.decide(case.given(), case.as_of).rows] == ["UPLOADED_AFTER_DELIVERY"]
    assert (
        story.reason(submissions=[{"submitted_at": story.at(24)}], as_of=story.at(26)) == "excluded NOT_YET_REFLECTED"
    )


def test_a_pattern_that_is_none_is_told_before_anything_runs(changed_profile: Callable[..., Profile]) -> None:
    with pytest.raises(ProfileError, match=r"INVALID_ID_CHARS: '\^1LS7\[' is not a regular expression: missing"):
        changed_profile({"'^1LS7[0-9]+-1$'": "'^1LS7['"})


def test_an_engine_reaches_no_file_and_cannot_be_unlocked(engine: Engine) -> None:
    for statement in (
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/vtr-test.csv'",
        "ATTACH '/tmp/vtr-test.db'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            engine._connection.execute(statement)


ZONES = """
import sys
sys.path[:0] = [{tests!r}]
from conftest import Case
from vtr.reference.engine.in_memory import Engine
from vtr.reference.errors import ProfileError
from vtr.reference.rules.profile_reader import Profile
from vtr.reference.rules.profile_reader import load_profile
with Engine(load_profile("us-2019")) as engine:
    case = Case()
    print(engine.decide(case.given(), case.as_of).as_json())
"""


def test_the_machines_zone_does_not_matter(story: "Stories", engine: Engine) -> None:
    program = ZONES.format(tests=str(Path(__file__).parents[1]))
    case = story.case()
    here = f"{engine.decide(case.given(), case.as_of).as_json()}\n"
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "TZ": zone, "PYTHONPATH": str(Path(__file__).parents[4])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone in ("Asia/Tokyo", "America/Los_Angeles")
    ]
    assert outputs == [here, here]
    assert "'first_scan': '2026-03-03T16:00:00Z'" in here
