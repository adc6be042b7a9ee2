"""Which reports share a run of the engine, and that each gets its own answer back."""

from collections.abc import Callable

from vtr.play import comparison
from vtr.play.reference_evidence import inputs_of
from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.mutate.batches import batches_by_instant, collect_evidence, make_batches
from vtr.story.story import Story

STORIES = """
scenario: Valid
parcels: {box: {carrier: ups, number: 1Z999AA10123456784}}
expect: {rows: [{parcel: box, reason: VALID}]}
---
scenario: The same number
parcels: {box: {carrier: ups, number: 1Z999AA10123456784, journey: label_only}}
expect: {rows: [{parcel: box, reason: NO_SCAN}]}
---
scenario: Another instant
report_at: day 31
parcels: {box: {carrier: usps}}
expect: {rows: [{parcel: box, reason: VALID}]}
---
scenario: Another number
parcels: {box: {carrier: usps}}
orders: [{parcel: box, confirm: {tracking: ""}}]
expect: {rows: [{parcel: box, reason: INVALID_ID_BLANK}]}
"""


def test_reports_share_a_batch_if_instant_and_numbers_allow_it(stories_of: Callable[[str], tuple[Story, ...]]) -> None:
    inputs = {(at, 0): inputs_of(story)[0] for at, story in enumerate(stories_of(STORIES))}
    assert [batch.reports for batch in make_batches(inputs, ())] == [((0, 0), (3, 0)), ((1, 0),), ((2, 0),)]
    assert [batch.reports for batch in make_batches(inputs, {(3, 0)})] == [((0, 0),), ((1, 0),), ((2, 0),), ((3, 0),)]
    assert [batch.reports for batch in batches_by_instant(inputs)] == [((0, 0), (1, 0), (3, 0)), ((2, 0),)]


def test_each_report_of_a_batch_gets_its_own_answer(stories_of: Callable[[str], tuple[Story, ...]]) -> None:
    stories = stories_of(STORIES)
    with Engine(load_profile("us-2019")) as engine:
        evidence = {(at, 0): reports[0] for at, reports in enumerate(collect_evidence(engine, stories))}
        inputs = {key: each.inputs for key, each in evidence.items()}
        answers = {key: answer for b in make_batches(inputs, ()) for key, answer in b.answers(engine, evidence).items()}
    assert len(answers) == len(stories)
    for (at, number), answer in answers.items():
        expected = stories[at].reports[number].expected
        assert comparison.compare(expected, answer, evidence[at, number].observed).differences == ()
