import pytest

from vtr.play.conduct import ObservedConduct, conduct_differences
from vtr.story.expected import Bound, ExpectedConduct

LINES = {"calls": 3, "waits_after_429": 4, "findings": 5}


def expected(
    *, counts: dict[str, Bound] | None = None, waits: bool = False, findings: frozenset[str] | None = None
) -> ExpectedConduct:
    return ExpectedConduct("ups", counts or {}, waits, findings, LINES)


def test_count_outside_its_bound_is_a_difference() -> None:
    four = expected(counts={"calls": Bound(at_most=4)})
    assert list(conduct_differences(four, ObservedConduct({"calls": 4}))) == []
    assert list(conduct_differences(four, ObservedConduct({"calls": 5}))) == [("calls", "at most 4", "5", 3)]


@pytest.mark.parametrize("name", ["retry_after_ignored", "no_pause_after_429"])
def test_validator_that_did_not_wait_is_a_difference(name: str) -> None:
    observed = ObservedConduct(refused_for_frequency=1, findings={name: "1 times, first at call 2"})
    assert list(conduct_differences(expected(waits=True), observed)) == [
        ("waits_after_429", "true", f"{name} (1 times, first at call 2)", 4)
    ]


def test_wait_that_was_never_needed_is_a_difference() -> None:
    assert list(conduct_differences(expected(waits=True), ObservedConduct(refused_for_frequency=1))) == []
    assert list(conduct_differences(expected(waits=True), ObservedConduct())) == [
        ("waits_after_429", "true", "there was no 429 to wait after", 4)
    ]


def test_findings_are_all_that_there_are() -> None:
    none, storm = expected(findings=frozenset()), ObservedConduct(findings={"retry_storm": "9 times, first at call 1"})
    assert list(conduct_differences(none, ObservedConduct())) == []
    assert list(conduct_differences(none, storm)) == [("findings", "none", "retry_storm (9 times, first at call 1)", 5)]
