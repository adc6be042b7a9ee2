"""What a carrier's event is taken for: its class, a cancelled one, one before the order, one without a time."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile_reader import Profile

if TYPE_CHECKING:
    from conftest import Stories


def test_the_carriers_own_flag_makes_an_unknown_code_a_scan(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("Q/Q9", story.at(4), physical=True)]) == "VALID"


def test_the_carriers_own_flag_makes_a_known_scan_none(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("I/OR", story.at(4), physical=False)]) == "NO_SCAN"


def test_a_code_that_no_table_knows_decides_nothing(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("Q/Q9", story.at(4))]) == "NO_SCAN"


def test_a_subcode_that_says_no_parcel_outweighs_the_code(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("I/OR", story.at(4), subcode="#003")]) == "NO_SCAN"


def test_a_grey_code_alone_is_no_scan(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("I/OC", story.at(4))]) == "NO_SCAN"


def test_a_partners_scan_is_not_the_carriers(story: "Stories") -> None:
    answers = [story.known("usps", story.number, story.scan("80", story.at(4)))]
    assert story.reason(submissions=[{"carrier_code": "USPS"}], answers=answers) == "NO_SCAN"


def test_the_profile_says_which_classes_count(story: "Stories", changed_profile: Callable[..., Profile]) -> None:
    case = story.case(
        submissions=[{"carrier_code": "USPS"}],
        answers=[story.known("usps", story.number, story.scan("80", story.at(4)))],
    )
    with Engine(changed_profile({"counting_classes: [scan]": "counting_classes: [scan, partner]"})) as engine:
        assert [row.reason for row in engine.decide(case.given(), case.as_of).rows] == ["VALID"]


def test_a_cancelled_scan_is_none(story: "Stories") -> None:
    scans = [story.scan("I/AR", story.at(4)), story.scan("I/CA", story.at(5))]
    assert story.reason(scans=scans) == "NO_SCAN"


def test_a_cancellation_takes_back_only_what_came_before_it(story: "Stories") -> None:
    scans = [story.scan("I/AR", story.at(4)), story.scan("I/CA", story.at(5)), story.scan("I/AR", story.at(6))]
    (row,) = story.report(scans=scans).rows
    assert (row.reason, row.first_scan) == ("VALID", story.at(6))


def test_a_cancellation_takes_back_only_its_own_codes(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("I/OR", story.at(4)), story.scan("I/CA", story.at(5))]) == "VALID"


def test_a_cancellation_after_the_report_is_not_known_to_it(story: "Stories") -> None:
    scans = [story.scan("I/AR", story.at(4)), story.scan("I/CA", story.as_of.replace(second=1))]
    assert story.reason(scans=scans) == "VALID"


@pytest.mark.parametrize(("second", "expected"), [("09:59:59", "NO_SCAN"), ("10:00:00", "VALID")])
def test_scans_before_the_order_are_another_parcels(story: "Stories", second: str, expected: str) -> None:
    assert story.reason(scans=[story.scan("I/OR", story.at(2, second))]) == expected


def test_a_recycled_number_with_new_scans_is_valid(story: "Stories") -> None:
    old = [story.scan("I/OR", story.at(-20)), story.scan("D/FS", story.at(-18))]
    new = [story.scan("I/OR", story.at(4)), story.scan("D/FS", story.at(6))]
    assert story.reason(scans=[*old, *new]) == "VALID"


def test_with_the_switch_a_recycled_number_was_delivered_before_it_was_uploaded(
    story: "Stories", changed_profile: Callable[..., Profile]
) -> None:
    old = [story.scan("I/OR", story.at(-20)), story.scan("D/FS", story.at(-18))]
    case = story.case(scans=[*old, story.scan("I/OR", story.at(4))])
    with Engine(changed_profile({"prior_scans: ignore": "prior_scans: count"})) as engine:
        assert [row.reason for row in engine.decide(case.given(), case.as_of).rows] == ["UPLOADED_AFTER_DELIVERY"]


def test_a_scan_without_a_time_is_a_scan(story: "Stories") -> None:
    (row,) = story.report(scans=[story.scan("I/OR", None)]).rows
    assert (row.reason, row.first_scan) == ("VALID", None)


def test_a_delivery_without_a_time_makes_no_upload_late(story: "Stories") -> None:
    lines = [{"submitted_at": story.at(20)}]
    assert story.reason(scans=[story.scan("D/FS", None)], submissions=lines) == "VALID"


def test_inner_blanks_are_taken_out_when_the_switch_says_so(
    story: "Stories", changed_profile: Callable[..., Profile]
) -> None:
    spaced = f"{story.number[:6]} {story.number[6:]}"
    case = story.case(submissions=[{"tracking_number": spaced}])
    with Engine(changed_profile({"inner_space: reject": "inner_space: strip"})) as engine:
        (row,) = engine.decide(case.given(), case.as_of).rows
        asked = engine.pairs_to_ask(case.given().orders, case.given().submissions, case.as_of)
    assert (row.reason, row.tracking_id, asked) == ("VALID", spaced, (("ups", story.number),))


def test_a_stage_can_be_looked_at(story: "Stories") -> None:
    case = story.case()
    rows = story.engine.rows_of_stage("classified_scans", case.given(), case.as_of)
    assert [(row["code"], row["class"], row["counts"], row["delivers"]) for row in rows] == [
        ("I/OR", "scan", True, False),
        ("D/FS", "scan", True, True),
    ]
