"""What a failed scenario says to people."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from vtr.play import doors, explanations, runner
from vtr.story.story import Story
from vtr.suite import results
from vtr.validators import BUNDLED, PythonCallable, load

Tell = Callable[..., tuple[Story, ...]]

TOO_EARLY = """\
scenario: S
report_at: [day 2 13:00]
parcels:
  box: {carrier: ups}
orders:
  - {id: 114-3941689-8772232, parcel: box}
expect:
  rows:
    - {parcel: box, reason: VALID}
"""


def test_missing_row_is_told_with_why_it_was_left_out(tell: Tell) -> None:
    (story,) = tell(TOO_EARLY)
    message = results.result_of(story, runner.run(story, load(BUNDLED), doors.in_process))["message"]
    assert message.endswith("  the validator left 114-3941689-8772232 out: AFTER_WINDOW")


MISTYPED = """\
scenario: S
parcels:
  box: {carrier: ups}
orders:
  - {id: 114-1, parcel: box, confirm: {tracking: WRONG1}}
  - {id: 114-2, parcel: box}
expect:
  rows:
    - {order: 114-1, no_valid_tracking: X}
    - {order: 114-2, no_valid_tracking: ""}
"""


def _always_valid(request: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "order_id": package["order_id"],
            "tracking_id": package["submissions"][0]["tracking_number"],
            "no_valid_tracking": "",
        }
        for package in request["packages"]
    ]


@pytest.mark.parametrize("door", ["in-process", "server"])
def test_failure_is_followed_by_what_the_reference_says_of_its_rows(tell: Tell, door: str) -> None:
    (story,) = tell(MISTYPED)
    server = doors.ServerDoor()
    try:
        opened = doors.in_process if door == "in-process" else server
        result = results.result_of(story, runner.run(story, PythonCallable("python:own", _always_valid), opened))
    finally:
        server.close()
    (difference,) = result["differences"]
    explanation = str(difference["explanation"])
    assert explanation.splitlines()[:3] == [
        "114-1/1: X, NUMBER_UNKNOWN. The named carrier does not know the number.",
        "  judged:     the one submission, 2026-03-03T09:00:00Z: UPS, 'WRONG1'",
        "  answer:     UPS does not know WRONG1",
    ]
    shown = [
        line.removeprefix("    ")
        for line in result["message"].partition("the reference validator says:\n")[2].split("\n")
    ]
    assert shown == explanation.splitlines()


def test_reference_that_cannot_judge_the_story_says_nothing(tell: Tell) -> None:
    (story,) = tell(MISTYPED)
    assert explanations.explanations({"protocol": 99}, wait=lambda _: None) == {}
    (run,) = runner.run(story, PythonCallable("python:own", lambda _: []), doors.in_process)
    assert results.result_of(story, [replace(run, explanations={})])["differences"][0]["explanation"] is None
