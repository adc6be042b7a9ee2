"""Every rule of us-2019, with a case on each side of its boundary. Expected words are the reference's, by hand."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vtr.reference.rules.profile_reader import load_profile

if TYPE_CHECKING:
    from conftest import Stories

DAY = date


def test_the_perfect_order_is_valid(story: "Stories") -> None:
    assert story.reason() == "VALID"


def test_an_order_that_amazon_ships_is_not_measured(story: "Stories") -> None:
    assert story.reason(order={"fulfilled_by": "amazon"}) == "excluded NOT_SELLER_FULFILLED"


@pytest.mark.parametrize(
    ("cancelled", "expected"),
    [
        ((3, "08:59:59"), "excluded CANCELLED_BEFORE_CONFIRMATION"),
        ((3, "09:00:00"), "VALID"),
        ((4, "09:00:00"), "VALID"),
    ],
)
def test_a_cancellation_counts_only_before_the_confirmation(
    story: "Stories", cancelled: tuple[int, str], expected: str
) -> None:
    assert story.reason(order={"cancelled_at": story.at(*cancelled)}) == expected


def test_a_cancelled_order_without_a_confirmation_is_listed_as_cancelled(story: "Stories") -> None:
    assert story.reason(order={"cancelled_at": story.at(3)}, submissions=[]) == "excluded CANCELLED_BEFORE_CONFIRMATION"


def test_a_cancellation_after_the_report_is_not_known_to_it(story: "Stories") -> None:
    as_of = story.at(26)
    assert story.reason(order={"cancelled_at": story.at(27)}, submissions=[], as_of=as_of) == "excluded NOT_CONFIRMED"


def test_an_order_without_a_confirmation_is_listed_without_a_package(story: "Stories") -> None:
    (left_out,) = story.report(submissions=[]).excluded
    assert (left_out.order_id, left_out.package, left_out.why) == ("114-3941689-8772232", None, "NOT_CONFIRMED")


def test_a_confirmation_after_the_report_is_not_known_to_it(story: "Stories") -> None:
    later = [{"submitted_at": story.at(26, "00:00:01")}]
    assert story.reason(submissions=later, as_of=story.at(26)) == "excluded NOT_CONFIRMED"


@pytest.mark.parametrize(
    ("promised", "expected"),
    [
        (DAY(2026, 2, 15), "excluded BEFORE_WINDOW"),
        (DAY(2026, 2, 16), "VALID"),
        (DAY(2026, 3, 17), "VALID"),
        (DAY(2026, 3, 18), "excluded AFTER_WINDOW"),
    ],
)
def test_both_ends_of_the_window_are_in_it(story: "Stories", promised: date, expected: str) -> None:
    assert story.reason(order={"promised_delivery_date": promised}) == expected


@pytest.mark.parametrize(
    ("hour", "expected"), [("06:59:59", "excluded AFTER_WINDOW"), ("07:00:00", "VALID")]
)  # summer time in Los Angeles: its day begins at 07:00 UTC
def test_the_report_day_begins_at_midnight_in_the_marketplace(story: "Stories", hour: str, expected: str) -> None:
    order = {"promised_delivery_date": DAY(2026, 3, 12)}  # the last day of the window of 26 March
    assert story.reason(order=order, as_of=story.at(26, hour)) == expected


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [((23, "00:00:01"), "excluded NOT_YET_REFLECTED"), ((23, "00:00:00"), "UPLOADED_AFTER_DELIVERY")],
)
def test_a_submission_is_reflected_at_exactly_72_hours(
    story: "Stories", submitted: tuple[int, str], expected: str
) -> None:
    lines = [{"submitted_at": story.at(*submitted)}]
    assert story.reason(submissions=lines, as_of=story.at(26)) == expected


def test_freight_with_an_unsupported_carrier_is_exempt(story: "Stories") -> None:
    line = {"carrier_code": "Other", "carrier_name": "Estes", "tracking_number": "123", "ship_method": "Freight"}
    assert story.reason(submissions=[line]) == "excluded EXEMPT_FREIGHT"


def test_freight_with_a_supported_carrier_is_measured(story: "Stories") -> None:
    assert story.reason(submissions=[{"ship_method": "Freight"}]) == "VALID"


@pytest.mark.parametrize("method", ["Standard Mail envelope", "First Class Mail envelope"])
@pytest.mark.parametrize(
    ("price", "shipping", "expected"),
    [("9.98", "0.01", "excluded EXEMPT_SMALL_ENVELOPE"), ("9.99", "0.01", "INVALID_ID_BLANK")],
)
def test_a_small_envelope_is_exempt_below_ten_dollars(
    story: "Stories", method: str, price: str, shipping: str, expected: str
) -> None:
    order = {"item_price": Decimal(price), "shipping_price": Decimal(shipping)}
    line = {"carrier_code": "USPS", "tracking_number": "", "ship_method": method}
    assert story.reason(order=order, submissions=[line]) == expected


def test_a_small_envelope_of_another_carrier_is_measured(story: "Stories") -> None:
    line = {"ship_method": "First Class Mail envelope"}
    assert story.reason(order={"item_price": Decimal("2.00")}, submissions=[line]) == "VALID"


@pytest.mark.parametrize(
    ("ship_from", "price", "expected"),
    [
        ("CN", "5.00", "excluded EXEMPT_ABROAD_LOW_VALUE"),
        ("CN", "5.01", "VALID"),
        ("US", "5.00", "VALID"),
    ],
)
def test_from_abroad_five_dollars_are_exempt(story: "Stories", ship_from: str, price: str, expected: str) -> None:
    assert story.reason(order={"ship_from": ship_from, "item_price": Decimal(price)}) == expected


@pytest.mark.parametrize("text", ["", " ", "\t \r\n", "\u00a0", " \u00a0\u3000 "])
def test_blank_tracking_text_is_invalid_id(story: "Stories", text: str) -> None:
    assert story.reason(submissions=[{"tracking_number": text}]) == "INVALID_ID_BLANK"


@pytest.mark.parametrize(
    "text",
    [
        "9400-1118-9922",
        "9400 1118 9922",
        "'9400111899",
        "9.40011E+21",
        "#9400111899",
        "USPS:9400111899",
        "a,b",
        "a;b",
        "a/b",
        "N/A",
        "-",
        ".",
        "\uff19\uff14\uff10\uff10",  # full-width digits
        "9400\uff0c1118",  # full-width comma
        "【9400】",
        "无单号",
        "9400\u200b1118",
        "\ufeff94001118",
        "📦",
        "١٢٣",
        "9400\u00a01118",
        "9400é",
        "9400\n1118",
    ],
)
def test_text_with_other_characters_is_invalid_id(story: "Stories", text: str) -> None:
    (row,) = story.report(submissions=[{"tracking_number": text}]).rows
    assert (row.reason, row.tracking_id) == ("INVALID_ID_CHARS", "114-3941689-8772232-InvalidId")


@pytest.mark.parametrize("text", ["ABC", "none", "handdelivered", "1z999aa10123456785"])
def test_a_clean_text_keeps_its_own_cell_and_fails_verification(story: "Stories", text: str) -> None:
    answers = [story.unknown("ups", text.upper())]
    (row,) = story.report(submissions=[{"tracking_number": text}], answers=answers).rows
    assert (row.reason, row.tracking_id, row.no_valid_tracking) == ("NUMBER_UNKNOWN", text, "X")


def test_white_space_around_a_number_is_no_mistake(story: "Stories") -> None:
    (row,) = story.report(submissions=[{"tracking_number": f" {story.number}\r\n"}]).rows
    assert (row.reason, row.tracking_id) == ("VALID", story.number)


def test_lower_case_is_the_same_number(story: "Stories") -> None:
    (row,) = story.report(submissions=[{"tracking_number": story.number.lower()}]).rows
    assert (row.reason, row.tracking_id) == ("VALID", story.number.lower())


def test_the_form_of_laser_ship_with_its_hyphen_is_processable(story: "Stories") -> None:
    line = {"carrier_code": "LaserShip", "tracking_number": "1LS7119016221900-1"}
    assert story.reason(submissions=[line]) == "unanswered"


def test_that_form_under_another_carrier_is_not(story: "Stories") -> None:
    assert story.reason(submissions=[{"tracking_number": "1LS7119016221900-1"}]) == "INVALID_ID_CHARS"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("ups", ""),
        ("UPS ", ""),
        ("Other", "UPS"),
        ("Other", "U.P.S."),
        ("", "UPS"),
        ("Yanwen", ""),
        ("Other", "中国邮政"),
        ("Fedex", ""),
        ("DHL Ecommerce", ""),
        ("US Postal Service", ""),
    ],
)
def test_only_the_exact_spelling_of_a_supported_carrier_counts(story: "Stories", code: str, name: str) -> None:
    line = {"carrier_code": code, "carrier_name": name}
    assert story.reason(submissions=[line]) == "CARRIER_UNSUPPORTED"


def test_a_typed_carrier_shows_under_its_typed_name(story: "Stories") -> None:
    (row,) = story.report(submissions=[{"carrier_code": "Other", "carrier_name": "UPS"}]).rows
    assert row.carrier == "UPS"


def test_text_that_cannot_be_processed_decides_before_the_carrier(story: "Stories") -> None:
    line = {"carrier_code": "Yanwen", "tracking_number": "9400-1118"}
    assert story.reason(submissions=[line]) == "INVALID_ID_CHARS"


def test_a_number_that_only_another_carrier_knows_is_a_mismatch(story: "Stories") -> None:
    answers = [
        story.unknown("usps", story.number),
        story.known("ups", story.number, story.scan("I/OR", story.at(3, "16:00:00"))),
    ]
    assert story.reason(submissions=[{"carrier_code": "USPS"}], answers=answers) == "CARRIER_MISMATCH"


def test_a_number_that_both_know_is_judged_by_the_named_carrier(story: "Stories") -> None:
    answers = [
        story.known("usps", story.number, story.scan("03", story.at(3, "16:00:00"))),
        story.known("ups", story.number),
    ]
    assert story.reason(submissions=[{"carrier_code": "USPS"}], answers=answers) == "VALID"


def test_a_silent_other_carrier_leaves_the_number_unknown(story: "Stories") -> None:
    answers = [story.unknown("usps", story.number), story.silent("ups", story.number)]
    assert story.reason(submissions=[{"carrier_code": "USPS"}], answers=answers) == "NUMBER_UNKNOWN"


def test_a_known_number_without_events_has_no_scan(story: "Stories") -> None:
    assert story.reason(scans=[]) == "NO_SCAN"


def test_a_label_alone_is_no_scan(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("M/MP", story.at(3, "10:00:00"))]) == "NO_SCAN"


def test_a_scan_at_the_instant_of_the_report_is_in_it(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("I/OR", story.as_of)]) == "VALID"


def test_a_scan_a_second_after_the_report_is_not(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("I/OR", story.as_of.replace(second=1))]) == "NO_SCAN"


def test_one_scan_that_says_delivered_is_enough(story: "Stories") -> None:
    assert story.reason(scans=[story.scan("D/FS", story.at(6))]) == "VALID"


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [("13:59:59", "VALID"), ("14:00:00", "VALID"), ("14:00:01", "UPLOADED_AFTER_DELIVERY")],
)
def test_a_number_may_be_uploaded_until_the_instant_of_delivery(
    story: "Stories", submitted: str, expected: str
) -> None:
    assert story.reason(submissions=[{"submitted_at": story.at(6, submitted)}]) == expected


def test_without_a_delivery_no_upload_is_late(story: "Stories") -> None:
    scans = [story.scan("I/OR", story.at(3, "16:00:00"))]
    assert story.reason(submissions=[{"submitted_at": story.at(20)}], scans=scans) == "VALID"


def test_a_delivery_after_the_report_is_not_known_to_it(story: "Stories") -> None:
    scans = [story.scan("I/OR", story.at(3, "16:00:00")), story.scan("D/FS", story.as_of.replace(second=1))]
    (row,) = story.report(scans=scans).rows
    assert (row.reason, row.actual_delivery) == ("VALID", None)


def test_every_reason_of_the_profile_has_a_case_here() -> None:
    words = Path(__file__).read_text(encoding="utf-8")
    missing = [
        rule.name for rule in load_profile("us-2019").rules if rule.stage != "submission" and rule.name not in words
    ]
    assert missing == []
