from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from spying import TWO_REPORTS, Spy

from vtr.errors import ScenarioError, ValidatorError
from vtr.play import doors, runner
from vtr.story.story import Story
from vtr.validators import Request, Wait
from vtr.validators.answer import Answer

Tell = Callable[..., tuple[Story, ...]]


def test_waits_of_the_validator_do_not_move_the_next_report(tell: Tell) -> None:
    spy = Spy(wait_seconds=1_000_000_000)
    runs = runner.run(tell(TWO_REPORTS)[0], spy, doors.in_process)
    assert [run.at for run in runs] == [datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)]
    assert [request["as_of"] for request in spy.requests] == ["2026-03-04T00:00:00Z", "2026-04-01T00:00:00Z"]


def test_clock_stands_at_the_report_when_the_validator_asks(tell: Tell) -> None:
    seen = []

    class Looking:
        name = "looking"

        def validate(self, request: Request, *, wait: Wait) -> Answer:
            seen.append(wait.__self__.now)  # type: ignore[attr-defined]  # the clock's own method
            return Answer(())

    runner.run(tell(TWO_REPORTS)[0], Looking(), doors.in_process)
    assert seen == [datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)]


def test_story_that_the_simulator_cannot_play_is_no_fault_of_the_validator(tell: Tell) -> None:
    (story,) = tell("scenario: S\nparcels: {box: {carrier: ups}}\nexpect: {rows: []}\n")
    odd = replace(story, parcels={"box": replace(story.parcels["box"], api="telex")})
    with pytest.raises(ScenarioError, match="ups has no interface 'telex'; it has track") as caught:
        runner.run(odd, Spy(), doors.in_process)
    assert not isinstance(caught.value, ValidatorError)


def test_validator_that_could_not_run_is_no_difference(tell: Tell) -> None:
    class Failing:
        name = "failing"

        def validate(self, request: Request, *, wait: Wait) -> Answer:
            raise ValidatorError("no")

    with pytest.raises(ValidatorError):
        runner.run(tell(TWO_REPORTS)[0], Failing(), doors.in_process)
