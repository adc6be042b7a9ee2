"""What a report holds: rows, rates at their boundary, and everything given that is not in it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from vtr.reference.engine.arrow_tables import answers_to_arrow, orders_to_arrow, submissions_to_arrow
from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.errors import InputError, VtrError
from vtr.reference.records import Order, Submission
from vtr.reference.report.report import Report
from vtr.reference.rules.profile_reader import Profile

if TYPE_CHECKING:
    from conftest import Stories


def many(
    engine: Engine,
    story: "Stories",
    valid: int,
    blank: int,
    categories: Sequence[str] = ("Kitchen",),
    **order: Any,  # noqa: ANN401 (fields of an order)
) -> Report:
    """So many good packages and so many with blank numbers, an order each; categories in turn."""
    case = story.case(order=order)
    (perfect,), (line,) = case.orders(), case.submitted()
    orders: list[Order] = []
    lines: list[Submission] = []
    for place in range(valid + blank):
        order_id = f"001-{place:07d}-0000000"
        orders.append(replace(perfect, order_id=order_id, category=categories[place % len(categories)]))
        lines.append(replace(line, order_id=order_id, tracking_number=story.number if place < valid else ""))
    answers, scans = answers_to_arrow(case.answered())
    return engine.decide(Evidence(orders_to_arrow(orders), submissions_to_arrow(lines), answers, scans), case.as_of)


@pytest.mark.parametrize(
    ("valid", "blank", "status"),
    [(190, 10, "GOOD"), (189, 11, "BAD"), (19, 1, "GOOD"), (18, 1, "BAD"), (20, 0, "GOOD"), (0, 3, "BAD")],
)
def test_exactly_95_percent_is_good(engine: Engine, story: "Stories", valid: int, blank: int, status: str) -> None:
    overall = many(engine, story, valid, blank).overall
    assert (overall.counted, overall.valid, overall.status) == (valid + blank, valid, status)
    assert overall.rate == valid / (valid + blank)


def test_the_switch_makes_the_target_something_to_exceed(
    story: "Stories", changed_profile: Callable[..., Profile]
) -> None:
    with Engine(changed_profile({"target_met_at: equal": "target_met_at: above"})) as engine:
        assert many(engine, story, 190, 10).overall.status == "BAD"
        assert many(engine, story, 191, 9).overall.status == "GOOD"


def test_rates_are_overall_and_per_category(engine: Engine, story: "Stories") -> None:
    rates = many(engine, story, 6, 2, categories=("Toys", "Garden")).rates
    assert [(rate.category, rate.counted, rate.valid) for rate in rates] == [
        (None, 8, 6),
        ("Garden", 4, 3),
        ("Toys", 4, 3),
    ]


def test_nothing_counted_has_no_rate(engine: Engine, story: "Stories") -> None:
    (overall,) = many(engine, story, 3, 0, fulfilled_by="amazon").rates
    assert (overall.counted, overall.rate, overall.status) == (0, None, "NONE")


def test_a_report_of_nothing_is_empty(engine: Engine, story: "Stories") -> None:
    report = many(engine, story, 0, 0)
    assert (report.rows, report.excluded, report.unanswered) == ((), (), ())
    assert (report.overall.category, report.overall.status) == (None, "NONE")


def test_exempt_packages_are_confirmed_and_leave_both_counts(engine: Engine, story: "Stories") -> None:
    report = many(engine, story, 1, 2, ship_from="CN", item_price=5)
    assert [(rate.confirmed, rate.exempt, rate.counted) for rate in report.rates] == [(3, 3, 0), (3, 3, 0)]
    assert {package.why for package in report.excluded} == {"EXEMPT_ABROAD_LOW_VALUE"}


def test_the_category_is_that_of_the_order(story: "Stories") -> None:
    report = story.report(order={"category": "Kitchen", "current_category": "Garden"})
    assert [rate.category for rate in report.rates] == [None, "Kitchen"]
    assert report.rows[0].category == "Kitchen"


def test_a_row_has_dates_of_the_marketplace_and_instants_in_utc(story: "Stories") -> None:
    (row,) = story.report(
        order={"placed_at": story.at(2, "07:59:59"), "promised_ship_date": date(2026, 3, 2)},
        submissions=[{"submitted_at": story.at(3, "08:00:00")}],
    ).rows
    assert (row.order_date, row.ship_confirm_date) == (date(2026, 3, 1), date(2026, 3, 3))
    assert (row.first_scan, row.actual_delivery) == (story.at(3, "16:00:00"), story.at(6, "14:00:00"))
    assert (row.shipped_late, row.delivered_late, row.no_valid_tracking) == ("X", "", "")


@pytest.mark.parametrize(("hour", "late"), [("06:59:59", ""), ("07:00:00", "X")])
def test_a_delivery_is_late_when_the_promised_day_is_over_there(story: "Stories", hour: str, late: str) -> None:
    scans = [story.scan("D/FS", story.at(10, hour))]  # the 10th begins at 07:00 UTC in Los Angeles, in summer time
    assert story.report(scans=scans).rows[0].delivered_late == late


def test_two_packages_of_an_order_are_two_rows(story: "Stories") -> None:
    lines = [{}, {"package": 2, "seq": 1, "tracking_number": ""}]
    rows = story.report(submissions=lines).rows
    assert [(row.package, row.tracking_id, row.no_valid_tracking) for row in rows] == [
        (1, story.number, ""),
        (2, "114-3941689-8772232-InvalidId", "X"),
    ]


def test_two_blank_packages_have_the_same_cell_and_both_rows(story: "Stories") -> None:
    lines = [{"tracking_number": ""}, {"package": 2, "seq": 1, "tracking_number": ""}]
    rows = story.report(submissions=lines).rows
    assert [row.tracking_id for row in rows] == ["114-3941689-8772232-InvalidId"] * 2


def test_the_stand_in_keeps_whatever_order_id_there_is(story: "Stories") -> None:
    order = {"order_id": "001-12345-67890"}
    (row,) = story.report(order=order, submissions=[{"tracking_number": ""}]).rows
    assert row.tracking_id == "001-12345-67890-InvalidId"


def test_rows_are_sorted_by_promised_date_then_order(engine: Engine, story: "Stories") -> None:
    rows = many(engine, story, 3, 0).rows
    assert [row.order_id for row in rows] == sorted(row.order_id for row in rows)


def test_a_confirmation_of_an_order_that_was_not_given_is_listed(engine: Engine, story: "Stories") -> None:
    given = replace(story.case().given(), orders=orders_to_arrow([]))
    report = engine.decide(given, story.as_of)
    assert [(package.order_id, package.package, package.why) for package in report.excluded] == [
        ("114-3941689-8772232", 1, "ORDER_NOT_GIVEN")
    ]


def test_an_order_given_twice_is_refused(engine: Engine, story: "Stories") -> None:
    case = story.case()
    given = replace(case.given(), orders=orders_to_arrow(case.orders() * 2))
    with pytest.raises(InputError, match="order '114-3941689-8772232' is given twice"):
        engine.decide(given, story.as_of)


def test_an_instant_without_a_zone_is_refused(engine: Engine, story: "Stories") -> None:
    with pytest.raises(VtrError, match="has no zone"):
        engine.decide(story.case().given(), story.as_of.replace(tzinfo=None))


def test_the_json_has_the_keys_that_programs_read(story: "Stories") -> None:
    shown = story.report(order={"fulfilled_by": "seller"}).as_json()
    assert (shown["profile"], shown["as_of"]) == ("us-2019", "2026-04-01T00:00:00Z")
    (row,) = shown["rows"]
    assert {"order_id", "package", "category", "carrier", "tracking_id", "no_valid_tracking", "reason"} <= set(row)
    assert shown["rates"][0] == {
        "category": None,
        "confirmed": 1,
        "exempt": 0,
        "unanswered": 0,
        "counted": 1,
        "valid": 1,
        "rate": 1.0,
        "status": "GOOD",
    }
    assert (shown["unanswered"], shown["excluded"]) == ([], [])


def test_the_json_names_what_is_left_out(story: "Stories") -> None:
    (left_out,) = story.report(order={"fulfilled_by": "amazon"}).as_json()["excluded"]
    assert (left_out["order_id"], left_out["package"], left_out["why"]) == (
        "114-3941689-8772232",
        1,
        "NOT_SELLER_FULFILLED",
    )
    (silent,) = story.report(answers=[story.silent("ups", story.number)]).as_json()["unanswered"]
    assert (silent["order_id"], silent["package"], silent["why"]) == ("114-3941689-8772232", 1, "ups answered 503")
