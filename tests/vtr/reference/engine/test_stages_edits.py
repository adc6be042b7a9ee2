"""Which submission is judged (R10, R11, R12), and when nobody can tell because an answer is missing."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from vtr.reference.clients.answers import Answer
from vtr.reference.engine.in_memory import Pair

if TYPE_CHECKING:
    from conftest import Stories

GOOD = "1Z999AA10123456784"
WRONG = "1Z999AA10123456799"


def edited(story: "Stories", second_at: datetime, first: str = WRONG, second: str = GOOD) -> list[dict[str, Any]]:
    return [
        {"tracking_number": first, "submitted_at": story.at(3, "09:00:00")},
        {"tracking_number": second, "submitted_at": second_at},
    ]


def answers(story: "Stories") -> list[Answer]:
    return [
        story.unknown("ups", WRONG),
        story.known(
            "ups", GOOD, story.scan("I/OR", story.at(3, "16:00:00")), story.scan("D/FS", story.at(6, "14:00:00"))
        ),
    ]


@pytest.mark.parametrize(
    ("edit", "shown", "reason"),
    [
        ((6, "13:59:59"), GOOD, "VALID"),
        ((6, "14:00:00"), WRONG, "NUMBER_UNKNOWN"),
        ((6, "14:00:01"), WRONG, "NUMBER_UNKNOWN"),
    ],
)
def test_an_edit_counts_only_before_the_delivery(
    story: "Stories", edit: tuple[int, str], shown: str, reason: str
) -> None:
    (row,) = story.report(submissions=edited(story, story.at(*edit)), answers=answers(story)).rows
    assert (row.tracking_id, row.reason) == (shown, reason)


@pytest.mark.parametrize(("as_of", "shown"), [((26, "11:59:59"), WRONG), ((26, "12:00:00"), GOOD)])
def test_an_edit_shows_at_exactly_72_hours(story: "Stories", as_of: tuple[int, str], shown: str) -> None:
    lines = edited(story, story.at(23, "12:00:00"))
    parcel = [story.unknown("ups", WRONG), story.known("ups", GOOD, story.scan("I/OR", story.at(3, "16:00:00")))]
    (row,) = story.report(submissions=lines, answers=parcel, as_of=story.at(*as_of)).rows
    assert row.tracking_id == shown


def test_a_good_number_overwritten_by_a_bad_one_is_judged_by_the_bad_one(story: "Stories") -> None:
    lines = edited(story, story.at(4), first=GOOD, second=WRONG)
    (row,) = story.report(submissions=lines, answers=answers(story)).rows
    assert (row.tracking_id, row.reason) == (WRONG, "NUMBER_UNKNOWN")


def test_a_good_number_edited_after_its_delivery_stays(story: "Stories") -> None:
    lines = edited(story, story.at(7), first=GOOD, second=WRONG)
    (row,) = story.report(submissions=lines, answers=answers(story)).rows
    assert (row.tracking_id, row.reason) == (GOOD, "VALID")


def test_sending_the_same_number_again_after_delivery_does_no_harm(story: "Stories") -> None:
    lines = edited(story, story.at(7), first=GOOD, second=GOOD)
    assert story.reason(submissions=lines, answers=answers(story)) == "VALID"


def test_a_blank_first_number_stays_invalid_id_when_corrected_after_delivery(story: "Stories") -> None:
    lines = edited(story, story.at(7), first="")
    assert story.reason(submissions=lines, answers=answers(story)) == "INVALID_ID_BLANK"


def test_a_blank_first_number_corrected_in_time_is_forgotten(story: "Stories") -> None:
    assert story.reason(submissions=edited(story, story.at(5), first=""), answers=answers(story)) == "VALID"


def test_carrier_and_number_of_one_submission_are_never_mixed(story: "Stories") -> None:
    lines = [
        {"carrier_code": "USPS", "tracking_number": WRONG},
        {"carrier_code": "UPS", "tracking_number": GOOD, "submitted_at": story.at(5)},
    ]
    (row,) = story.report(submissions=lines, answers=[*answers(story), story.unknown("usps", WRONG)]).rows
    assert (row.carrier, row.tracking_id) == ("UPS", GOOD)


def test_a_third_number_is_held_to_the_delivery_of_the_second(story: "Stories") -> None:
    third = "1Z999AA10123456777"
    lines = [*edited(story, story.at(5)), {"tracking_number": third, "submitted_at": story.at(7)}]
    known = [*answers(story), story.known("ups", third, story.scan("I/OR", story.at(8)))]
    (row,) = story.report(submissions=lines, answers=known).rows
    assert (row.tracking_id, row.reason) == (GOOD, "VALID")


def test_a_package_whose_carrier_is_silent_is_unanswered_and_not_marked(story: "Stories") -> None:
    report = story.report(answers=[story.silent("ups", GOOD)])
    (package,) = report.unanswered
    assert report.rows == ()
    assert (package.order_id, package.package, package.why) == ("114-3941689-8772232", 1, "ups answered 503")


def test_a_number_nobody_was_asked_about_is_unanswered(story: "Stories") -> None:
    assert story.reason(answers=[]) == "unanswered"


def test_a_supported_carrier_without_a_client_is_unanswered(story: "Stories") -> None:
    report = story.report(submissions=[{"carrier_code": "OnTrac", "tracking_number": "C11031500001879"}])
    assert [package.why for package in report.unanswered] == ["no client for OnTrac"]


def test_what_is_decided_without_an_answer_needs_none(story: "Stories") -> None:
    line = {"carrier_code": "OnTrac", "tracking_number": "C1103-1500"}
    assert story.reason(submissions=[line], answers=[]) == "INVALID_ID_CHARS"


def test_an_edit_after_an_unanswered_number_is_unanswered_too(story: "Stories") -> None:
    known = [story.silent("ups", WRONG), answers(story)[1]]
    report = story.report(submissions=edited(story, story.at(5)), answers=known)
    assert [package.why for package in report.unanswered] == ["ups answered 503"]


def test_an_edit_after_a_known_delivery_cannot_count_whatever_the_silent_carrier_would_say(story: "Stories") -> None:
    """GOOD was delivered before the edit to WRONG; WRONG is silent, but its own delivery can only be another reason."""
    lines = edited(story, story.at(7), first=GOOD, second=WRONG)
    assert story.reason(submissions=lines, answers=[answers(story)[1], story.silent("ups", WRONG)]) == "VALID"


def test_an_edit_younger_than_72_hours_needs_no_answer(story: "Stories") -> None:
    lines = edited(story, story.at(31, "23:00:00"), first=GOOD, second=WRONG)
    assert story.reason(submissions=lines, answers=[answers(story)[1], story.silent("ups", WRONG)]) == "VALID"


def test_an_unanswered_package_is_confirmed_and_not_counted(story: "Stories") -> None:
    overall = story.report(answers=[]).overall
    assert (overall.confirmed, overall.unanswered, overall.counted, overall.rate, overall.status) == (
        1,
        1,
        0,
        None,
        "NONE",
    )


def test_an_order_that_is_exempt_itself_needs_no_answer_about_its_edits(story: "Stories") -> None:
    cheap = {"ship_from": "CN", "item_price": Decimal("5.00")}
    lines = edited(story, story.at(5), first=WRONG, second=GOOD)
    assert story.reason(order=cheap, submissions=lines, answers=[]) == "excluded EXEMPT_ABROAD_LOW_VALUE"
    assert ask(story, order=cheap, submissions=lines) == ()


def ask(story: "Stories", **changed: Any) -> tuple[Pair, ...]:  # noqa: ANN401 (fields of a case)
    case = story.case(**changed)
    given = case.given()
    return story.engine.pairs_to_ask(given.orders, given.submissions, case.as_of)


def test_a_number_is_asked_about_in_capitals_and_without_blanks(story: "Stories") -> None:
    assert ask(story, submissions=[{"tracking_number": f" {GOOD.lower()} "}]) == (("ups", GOOD),)


def test_every_submitted_number_is_asked_about(story: "Stories") -> None:
    assert ask(story, submissions=edited(story, story.at(5))) == (("ups", GOOD), ("ups", WRONG))


def test_the_carriers_of_one_client_ask_it(story: "Stories") -> None:
    names = {
        "FedEx SmartPost": "fedex",
        "DHL Global Mail": "dhl",
        "EUB": "chinapost",
        "EMS": "chinapost",
        "UPSMI": "ups",
    }
    asked = {name: ask(story, submissions=[{"carrier_code": name}])[0][0] for name in names}
    assert asked == names


@pytest.mark.parametrize(
    "line",
    [
        {"tracking_number": ""},
        {"tracking_number": "9400-1118"},
        {"carrier_code": "ups"},
        {"carrier_code": "Other", "carrier_name": "UPS"},
        {"carrier_code": "OnTrac", "tracking_number": "C11031500001879"},
    ],
)
def test_nobody_is_asked_about_what_nobody_can_answer(story: "Stories", line: dict[str, Any]) -> None:
    assert ask(story, submissions=[line]) == ()


def test_nobody_is_asked_about_a_package_outside_the_report(story: "Stories") -> None:
    assert ask(story, order={"fulfilled_by": "amazon"}) == ()
    assert ask(story, as_of=story.at(10)) == ()


def test_nobody_is_asked_about_an_edit_too_young_to_count(story: "Stories") -> None:
    assert ask(story, submissions=edited(story, story.at(31, "23:00:00"))) == (("ups", WRONG),)
