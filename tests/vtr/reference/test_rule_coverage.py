"""Which sides of a rule's comparisons can matter, and which did; every expectation is worked out by hand."""

from typing import TYPE_CHECKING

import pytest

from vtr.reference import rule_coverage
from vtr.reference.rules.profile_reader import load_profile, read_profile

if TYPE_CHECKING:
    from conftest import Stories

CANCELLED = "CANCELLED_BEFORE_CONFIRMATION"
EDIT = "EDIT_BEFORE_DELIVERY"
SHOWS = "REFLECTED_WITHIN_72_HOURS"
LATE = "UPLOADED_AFTER_DELIVERY"
ENVELOPE = "EXEMPT_SMALL_ENVELOPE"


def possible(when: str) -> set[tuple[str, str]]:
    """The sides of a rule of the evidence stage with that condition."""
    text = f"profile: own\nextends: us-2019\nrules: [{{change: NO_SCAN, when: {when!r}}}]\n"
    found = rule_coverage.sides(read_profile(text, "own.yaml"))
    return {(side.comparison, side.side) for side in found if side.rule == "NO_SCAN"}


def of(name: str) -> set[tuple[str, str]]:
    found = rule_coverage.sides(load_profile("us-2019"))
    return {(side.comparison, side.side) for side in found if side.rule == name}


def test_a_null_that_cannot_matter_is_no_side() -> None:
    # cancelled_at < confirmed_at is NULL if never cancelled (then the first comparison is NULL too, and decides), or
    # never confirmed (then IS NULL holds, and decides).
    assert of(CANCELLED) == {
        *(("cancelled_at <= as_of", side) for side in ("true", "false", "NULL", "equal")),
        *(("confirmed_at IS NULL", side) for side in ("true", "false")),
        *(("cancelled_at < confirmed_at", side) for side in ("true", "false", "equal")),
    }
    assert of(LATE) == {("submitted_at > delivered_at", side) for side in ("true", "false", "NULL", "equal")}


@pytest.mark.parametrize(
    ("when", "sides"),
    [
        ("NOT number_known", {("number_known", "true"), ("number_known", "false")}),
        ("physical_scans = 0 OR TRUE", set()),
        (
            "physical_scans BETWEEN 2 AND 4",
            {
                ("physical_scans BETWEEN 2 AND 4", side)
                for side in ("true", "false", "equal to the lower bound", "equal to the upper bound")
            },
        ),
        (
            "carrier_code IN ('UPS', 'USPS')",
            {("carrier_code IN ('UPS', 'USPS')", side) for side in ("true", "false", "= 'UPS'", "= 'USPS'")},
        ),
        (
            "coalesce(delivered_at, as_of) >= first_scan_at + INTERVAL 2 DAY",
            {
                ("coalesce(delivered_at, as_of) >= first_scan_at + INTERVAL 2 DAY", s)
                for s in ("true", "false", "equal", "NULL")  # NULL without a first scan
            },
        ),
        # The same comparison twice is one.
        (
            "(seq = 1 AND buy_shipping) OR (seq = 1 AND number_known)",
            {(text, side) for text in ("seq = 1", "buy_shipping", "number_known") for side in ("true", "false")},
        ),
    ],
)
def test_sides_are_those_that_can_turn_the_rule(when: str, sides: set[tuple[str, str]]) -> None:
    assert possible(when) == sides


def seen(story: "Stories", rule: str, **changed: object) -> set[tuple[str, str]]:
    case = story.case(**changed)
    found = rule_coverage.coverage_of(story.engine, case.given(), case.as_of)
    return {(side.comparison, side.side) for side in found.sides if side.rule == rule}


def test_a_comparison_shows_only_the_side_that_mattered(story: "Stories") -> None:
    envelope = {"carrier_code": "USPS", "ship_method": "First Class Mail envelope"}
    method = "ship_method IN ('Standard Mail envelope', 'First Class Mail envelope')"
    from_10 = {"order": {"item_price": 10}, "submissions": [envelope]}
    # At 10 dollars exactly only the price keeps the rule from holding; nothing else would turn it.
    assert seen(story, ENVELOPE, **from_10) == {("total_price < 10.00", "false"), ("total_price < 10.00", "equal")}
    # At 9 it holds by all four together.
    assert seen(story, ENVELOPE, **{**from_10, "order": {"item_price": 9}}) == {
        ("carrier_code = 'USPS'", "true"),
        (method, "true"),
        (method, "= 'First Class Mail envelope'"),
        ("total_price < 10.00", "true"),
        ("currency = 'USD'", "true"),
    }
    # A perfect order fails it three times over.
    assert seen(story, ENVELOPE) == set()


def test_a_rule_behind_the_one_that_decided_shows_nothing(story: "Stories") -> None:
    late = story.at(6, "14:00:01")  # a second after the delivery
    assert seen(story, LATE, submissions=[{"submitted_at": late}]) == {("submitted_at > delivered_at", "true")}
    blank = {"submitted_at": late, "tracking_number": ""}
    assert seen(story, LATE, submissions=[blank]) == set()
    assert seen(story, LATE, answers=[story.silent("ups", story.number)]) == set()


def test_of_a_submission_the_rule_that_keeps_it_out_is_covered(story: "Stories") -> None:
    case = story.case(submissions=[{}, {"submitted_at": story.at(6, "14:00:00")}])  # at the instant of the delivery
    found = rule_coverage.coverage_of(story.engine, case.given(), case.as_of)
    assert found.decisions == {"VALID", EDIT}
    late = ("submitted_at < delivered_so_far", "false"), ("submitted_at < delivered_so_far", "equal")
    assert {*late, ("delivered_so_far IS NULL", "false")} <= seen(story, EDIT, submissions=case.submissions)


def test_an_edit_that_does_not_show_yet_is_covered_though_nobody_is_asked_about_its_number(story: "Stories") -> None:
    edit = {"submitted_at": story.as_of.replace(month=3, day=31), "tracking_number": "1Z999AA10123456775"}
    case = story.case(submissions=[{}, edit])
    assert rule_coverage.coverage_of(story.engine, case.given(), case.as_of).decisions == {"VALID", SHOWS}


def test_codes_names_and_carriers_are_those_of_answers(story: "Stories") -> None:
    scans = [story.scan("I/OR", story.at(3, "16:00:00")), story.scan("I/ZZ", story.at(4))]  # the second in no table
    case = story.case(scans=scans)
    found = rule_coverage.coverage_of(story.engine, case.given(), case.as_of)
    assert (found.codes, found.known) == ({("ups", "I/OR")}, {"ups"})
    assert found.carrier_names == {"UPS"}
