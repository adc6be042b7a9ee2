"""The carriers' answers in a story, collected for one report or for all of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from vtr.errors import ScenarioError
from vtr.play.reference_evidence import evidence_of, evidence_of_report, inputs_of, pairs_of
from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile_reader import load_profile
from vtr.story.story import Story

Tell = Callable[..., tuple[Story, ...]]

TWO_REPORTS = """\
scenario: The first query fails
parcels: {box: {carrier: ups}}
faults: [{fault: forbidden, carrier: ups, operation: track, calls: [1]}]
expect:
  - {at: day 25, rows: []}
  - {at: day 30, rows: []}
"""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(load_profile("us-2019"))


def test_each_report_is_queried_after_the_one_before(tell: Tell, engine: Engine) -> None:
    (story,) = tell(TWO_REPORTS)
    first, second = evidence_of(story, pairs_of(engine))
    assert first.pairs == second.pairs == (("ups", story.parcels["box"].tracking_number),)
    assert first.codes == set()
    assert second.codes
    assert first.observed["ups"].counts["calls"] == 1


def test_one_report_is_queried_alone(tell: Tell, engine: Engine) -> None:
    (story,) = tell(TWO_REPORTS)
    second = evidence_of_report(story, 1, pairs_of(engine))
    assert second.codes == set()
    assert second.inputs.as_of == story.reports[1].at


def test_inputs_are_those_of_the_evidence(tell: Tell, engine: Engine) -> None:
    (story,) = tell(TWO_REPORTS)
    for inputs, evidence in zip(inputs_of(story), evidence_of(story, pairs_of(engine)), strict=True):
        assert inputs == evidence.inputs
        assert evidence.tables.orders == inputs.orders


def test_pairs_of_several_engines_are_queried_once(tell: Tell, engine: Engine) -> None:
    (story,) = tell(TWO_REPORTS)
    (inputs, _) = inputs_of(story)
    assert list(pairs_of(engine, engine)(inputs)) == list(pairs_of(engine)(inputs))


def test_a_story_that_cannot_be_played_is_a_scenario_error(tell: Tell, engine: Engine) -> None:
    (story,) = tell(TWO_REPORTS)
    odd = replace(story, parcels={"box": replace(story.parcels["box"], api="telex")})
    for collect in (inputs_of, lambda story: evidence_of(story, pairs_of(engine))):
        with pytest.raises(ScenarioError, match="ups has no interface 'telex'"):
            collect(odd)
