from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import PurePath

import pytest

from simulator.parcel import Kind
from vtr.errors import ScenarioFileError
from vtr.language import loader, yaml_tree
from vtr.story import builder
from vtr.story.expected import Text
from vtr.story.story import Story

Told = Callable[[str], Story]
Tell = Callable[..., tuple[Story, ...]]

BOX = "parcels: {box: {carrier: ups}}"


def _march(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_scans_tell_the_life_of_a_parcel_where_a_journey_stands_too(told: Told) -> None:
    scan = "{at: day 1 16:00, kind: accepted}"
    story = told(f"parcels: {{box: {{carrier: ups, journey: delivered, scans: [{scan}]}}}}")
    assert [event.kind for event in story.parcels["box"].events] == [Kind.ACCEPTED]


def test_parcels_travel_under_the_shipment_that_they_name_and_alone_without_one(told: Told) -> None:
    ups = "carrier: ups"
    story = told(f"parcels: {{lead: {{{ups}, shipment: S1}}, second: {{{ups}, shipment: S1}}, other: {{{ups}}}}}")
    assert {name: parcel.shipment for name, parcel in story.parcels.items()} == {
        "lead": "S1", "second": "S1", "other": "",
    }  # fmt: skip


# The perfect order, fact by fact.


def test_perfect_order_is_placed_on_day_0_at_10(told: Told) -> None:
    assert told(BOX).orders[0].placed == _march(2, 10)


def test_perfect_order_is_of_the_category_kitchen(told: Told) -> None:
    assert told(BOX).orders[0].category == "Kitchen"
    assert told(BOX).orders[0].recategorised is None


def test_perfect_order_is_promised_for_day_7(told: Told) -> None:
    assert told(BOX).orders[0].promised == date(2026, 3, 9)


def test_perfect_order_costs_25_dollars(told: Told) -> None:
    price = told(BOX).orders[0].price
    assert (price.amount, price.currency) == ("25.00", "USD")


@pytest.mark.parametrize(
    ("carrier", "origin"), [("ups", "US"), ("usps", "US"), ("fedex", "US"), ("dhl", "US"), ("chinapost", "CN")]
)
def test_perfect_order_goes_from_where_its_carrier_is_to_the_us(told: Told, carrier: str, origin: str) -> None:
    story = told(f"parcels: {{box: {{carrier: {carrier}}}}}")
    assert (story.orders[0].ship_from, story.orders[0].ship_to) == (origin, "US")
    assert (story.parcels["box"].origin.country, story.parcels["box"].destination.country) == (origin, "US")


def test_perfect_order_is_the_sellers_and_not_cancelled(told: Told) -> None:
    assert (told(BOX).orders[0].fulfilled_by, told(BOX).orders[0].cancelled) == ("seller", None)


@pytest.mark.parametrize(
    ("carrier", "spelled"),
    [("ups", "UPS"), ("usps", "USPS"), ("fedex", "FedEx"), ("dhl", "DHL"), ("chinapost", "China Post")],
)
def test_perfect_order_is_confirmed_on_day_1_at_9_with_carrier_and_number(
    told: Told, carrier: str, spelled: str
) -> None:
    story = told(f"parcels: {{box: {{carrier: {carrier}}}}}")
    (package,) = story.orders[0].packages
    (submission,) = package.submissions
    assert submission.submitted_at == _march(3, 9)
    assert submission.carrier_code == spelled
    assert submission.tracking_number == story.parcels["box"].tracking_number
    assert (submission.carrier_name, submission.ship_method, package.buy_shipping) == ("", "", False)


def test_perfect_parcel_has_its_label_on_day_0_at_18(told: Told) -> None:
    first = told(BOX).parcels["box"].events[0]
    assert (first.kind, first.happened) == (Kind.LABEL_CREATED, _march(2, 18))


def test_perfect_parcel_is_first_scanned_on_day_1_at_16(told: Told) -> None:
    second = told(BOX).parcels["box"].events[1]
    assert (second.kind, second.happened) == (Kind.ACCEPTED, _march(3, 16))


@pytest.mark.parametrize("carrier", ["ups", "usps", "fedex", "dhl", "chinapost"])
def test_perfect_parcel_is_delivered_on_day_4_at_14(told: Told, carrier: str) -> None:
    last = told(f"parcels: {{box: {{carrier: {carrier}}}}}").parcels["box"].events[-1]
    assert (last.kind, last.happened) == (Kind.DELIVERED, _march(6, 14))


def test_scan_is_published_when_it_happens(told: Told) -> None:
    assert all(event.visible_from == event.happened for event in told(BOX).parcels["box"].events)


def test_perfect_report_is_drawn_on_day_30(told: Told) -> None:
    (report,) = told(BOX).reports
    assert report.at == datetime(2026, 4, 1, tzinfo=UTC)


def test_order_id_is_minted_with_3_7_and_7_digits(told: Told) -> None:
    parts = told(BOX).orders[0].order_id.split("-")
    assert [len(part) for part in parts] == [3, 7, 7]
    assert "".join(parts).isdecimal()


def test_time_zone_moves_the_whole_perfect_order(told: Told) -> None:
    story = told(f"timezone: America/Chicago\n{BOX}")
    assert story.orders[0].placed == _march(2, 16)
    assert story.parcels["box"].events[-1].happened == _march(6, 20)
    assert story.reports[0].at == datetime(2026, 4, 1, 5, tzinfo=UTC)  # daylight saving by then
    assert story.orders[0].promised == date(2026, 3, 9)


def test_scenario_without_orders_has_one_for_each_parcel(told: Told) -> None:
    story = told("parcels: {a: {carrier: ups}, b: {carrier: usps}}")
    assert [order.packages[0].parcel for order in story.orders] == ["a", "b"]


def test_only_order_gets_the_only_parcel(told: Told) -> None:
    assert told(f"{BOX}\norders: [{{category: Garden}}]").orders[0].packages[0].parcel == "box"


# Seeds.


def test_same_file_and_name_give_the_same_ids_and_numbers(told: Told) -> None:
    assert told(BOX).orders == told(BOX).orders


def test_folder_above_the_reason_does_not_change_the_numbers(tell: Tell) -> None:
    text = f"scenario: S\n{BOX}\nexpect: {{rows: []}}\n"
    here, there, other = (tell(text, file)[0] for file in ("/a/r/s.yaml", "/b/c/r/s.yaml", "/a/r/t.yaml"))
    assert here.parcels == there.parcels
    assert here.parcels != other.parcels


def test_seed_decides_whatever_the_file(tell: Tell) -> None:
    text = f"scenario: S\nseed: 7\n{BOX}\nexpect: {{rows: []}}\n"
    assert tell(text, "/a/r/s.yaml")[0].orders == tell(text, "/a/r/t.yaml")[0].orders


def test_another_parcel_does_not_change_a_parcels_number(told: Told) -> None:
    alone = told(BOX).parcels["box"].tracking_number
    assert told("parcels: {a: {carrier: ups}, box: {carrier: ups}}").parcels["box"].tracking_number == alone


def test_minted_numbers_differ_from_each_other(told: Told) -> None:
    parcels = ", ".join(f"p{index}: {{carrier: chinapost}}" for index in range(40))
    story = told(f"parcels: {{{parcels}}}")
    assert len({parcel.tracking_number for parcel in story.parcels.values()}) == 40
    assert len({order.order_id for order in story.orders}) == 40


# What a scenario says.


def test_number_given_is_kept_as_it_is(told: Told) -> None:
    story = told("parcels: {box: {carrier: usps, number: 0094001118992200000000}}")
    assert story.parcels["box"].tracking_number == "0094001118992200000000"
    assert story.orders[0].packages[0].submissions[0].tracking_number == "0094001118992200000000"


def test_number_may_be_another_parcels(told: Told) -> None:
    story = told("parcels: {c: {carrier: usps, number: $b}, b: {carrier: usps, number: $a}, a: {carrier: usps}}")
    numbers = [parcel.tracking_number for parcel in story.parcels.values()]
    assert numbers[0] == numbers[1] == numbers[2]


def test_parcels_name_stands_for_its_number_in_confirmations_and_edits(told: Told) -> None:
    story = told(
        "parcels: {a: {carrier: ups, number: A1}, b: {carrier: ups, number: B2}}\n"
        "orders: [{parcel: a, confirm: {tracking: $b}, edits: [{at: +1h, tracking: $a}]}]"
    )
    assert [one.tracking_number for one in story.orders[0].packages[0].submissions] == ["B2", "A1"]


@pytest.mark.parametrize(
    ("written", "submitted"), [("$$box", "$box"), ("$5", "$5"), ("a$box", "a$box"), ('""', ""), ("1Z 9-9", "1Z 9-9")]
)
def test_text_that_is_no_name_is_submitted_as_written(told: Told, written: str, submitted: str) -> None:
    story = told(f"{BOX}\norders: [{{confirm: {{tracking: {written}}}}}]")
    assert story.orders[0].packages[0].submissions[0].tracking_number == submitted


def test_matrix_value_stands_for_its_name(tell: Tell) -> None:
    text = (
        "scenario: S\nmatrix: {carrier: [ups, usps], category: [Toys]}\n"
        "parcels: {box: {carrier: $carrier}}\norders: [{category: $category}]\nexpect: {rows: []}\n"
    )
    assert [(s.parcels["box"].carrier, s.orders[0].category) for s in tell(text)] == [("ups", "Toys"), ("usps", "Toys")]


def test_parcels_name_stands_for_its_number_in_expected_cells(tell: Tell) -> None:
    (story,) = tell(
        "scenario: S\nparcels: {box: {carrier: ups, number: 1Z1}}\n"
        "expect: {rows: [{parcel: box, tracking_id: {any_of: [X9, $box]}}]}\n"
    )
    rows = story.reports[0].expected.rows
    assert rows is not None
    assert rows[0].cells["tracking_id"] == Text(("X9", "1Z1"))


def test_edit_keeps_what_it_does_not_name(told: Told) -> None:
    story = told(
        f"{BOX}\norders: [{{confirm: {{carrier: Other, carrier_name: USPS, tracking: A, ship_method: Ground}}, "
        "edits: [{at: +2h, tracking: B}, {at: +1h, carrier: UPS}]}]"
    )
    told_ = [
        (one.submitted_at, one.carrier_code, one.carrier_name, one.tracking_number, one.ship_method)
        for one in story.orders[0].packages[0].submissions
    ]
    assert told_ == [
        (_march(3, 9), "Other", "USPS", "A", "Ground"),
        (_march(3, 11), "Other", "USPS", "B", "Ground"),
        (_march(3, 12), "UPS", "", "B", "Ground"),
    ]


def test_confirmation_of_null_is_none(told: Told) -> None:
    assert told(f"{BOX}\norders: [{{confirm: null}}]").orders[0].packages[0].submissions == ()


def test_package_without_parcel_submits_what_its_confirmation_says(told: Told) -> None:
    story = told("orders: [{confirm: {carrier: OnTrac, tracking: C1}}]")
    (package,) = story.orders[0].packages
    assert (package.parcel, package.submissions[0].carrier_code) == (None, "OnTrac")


def test_packages_are_numbered_from_1(told: Told) -> None:
    story = told("parcels: {a: {carrier: ups}, b: {carrier: ups}}\norders: [{packages: [{parcel: a}, {parcel: b}]}]")
    assert [(package.number, package.parcel) for package in story.orders[0].packages] == [(1, "a"), (2, "b")]


def test_times_of_an_order_may_count_from_its_placing(told: Told) -> None:
    story = told(
        f"{BOX}\norders: [{{placed: day 1 08:00, confirm: {{at: +2h}}, cancelled: +1d, promised: +5d, "
        "recategorised: {at: +3d, to: Garden}}]"
    )
    order = story.orders[0]
    assert order.packages[0].submissions[0].submitted_at == _march(3, 10)
    assert order.cancelled == _march(4, 8)
    assert order.promised == date(2026, 3, 8)
    assert (order.category_at(_march(6, 7)), order.category_at(_march(6, 8))) == ("Kitchen", "Garden")


def test_scans_by_hand_count_from_the_scan_above(told: Told) -> None:
    story = told(
        "parcels: {box: {carrier: ups, scans: [{at: +1h, kind: manifested}, {at: day 1, kind: accepted}, "
        "{at: +2h, kind: departed, published: +1d}]}}"
    )
    events = story.parcels["box"].events
    assert [event.happened for event in events] == [_march(2, 19), _march(3), _march(3, 2)]
    assert events[2].published == _march(4, 2)


def test_scan_by_hand_without_place_is_at_the_origin_or_at_the_destination(told: Told) -> None:
    story = told(
        "parcels: {box: {carrier: ups, scans: [{at: day 1, kind: accepted}, {at: day 4, kind: delivered}]}}\n"
        "orders: [{ship_from: DE}]"
    )
    accepted, delivered = story.parcels["box"].events
    assert accepted.place is not None
    assert delivered.place is not None
    assert (accepted.place.country, delivered.place.country) == ("DE", "US")


def test_scan_by_hand_names_its_place(told: Told) -> None:
    story = told('parcels: {box: {carrier: ups, scans: [{at: day 1, kind: accepted, place: "El Paso, TX, US"}]}}')
    (event,) = story.parcels["box"].events
    assert event.place is not None
    assert event.place.zone == "America/Denver"


def test_scan_may_name_the_carriers_own_code(told: Told) -> None:
    story = told("parcels: {box: {carrier: usps, scans: [{at: day 1, code: '03'}]}}")
    (event,) = story.parcels["box"].events
    assert (event.code, event.kind) == ("03", None)


def test_parcel_without_scans_has_none(told: Told) -> None:
    assert told("parcels: {box: {carrier: ups, scans: []}}").parcels["box"].events == ()


def test_named_journey_is_told(told: Told) -> None:
    parcel = told("parcels: {box: {carrier: ups, journey: label_only}}").parcels["box"]
    assert ([event.kind for event in parcel.events], parcel.journey) == ([Kind.LABEL_CREATED], "label_only")


def test_several_reports_stand_in_the_order_of_their_expectations(tell: Tell) -> None:
    (story,) = tell(
        f"scenario: S\n{BOX}\nreport_at: [day 2 13:00, +72h]\n"
        "expect: [{at: day 2 13:00, rows: []}, {at: +72h, rows: []}]\n"
    )
    assert [report.at for report in story.reports] == [_march(4, 13), _march(7, 13)]


def test_report_is_drawn_when_its_expectation_says(tell: Tell) -> None:
    (story,) = tell(f"scenario: S\n{BOX}\nexpect: {{at: day 9, rows: []}}\n")
    assert story.reports[0].at == _march(11)


def test_row_is_named_by_order_and_package_where_a_parcel_is_shared(tell: Tell) -> None:
    (story,) = tell(
        f"scenario: S\n{BOX}\norders: [{{id: A, parcel: box}}, {{id: B, parcel: box}}]\n"
        "expect: {rows: [{order: B, package: 1, reason: VALID}, {order: A, absent: true}]}\n"
    )
    rows = story.reports[0].expected.rows
    assert rows is not None
    assert [(row.order_id, row.package, row.absent) for row in rows] == [("B", 1, False), ("A", 1, True)]


def test_expected_numbers_and_times_may_have_a_tolerance(tell: Tell) -> None:
    (story,) = tell(
        f"scenario: S\n{BOX}\nexpect:\n"
        "  rows: [{parcel: box, first_scan_at: {value: day 1 16:00, within: 1h}, delivered_at: day 4 14:00}]\n"
        "  rates: [{category: null, rate: {value: 0.33, within: 0.01}, counted: 1, status: GOOD}]\n"
    )
    expected = story.reports[0].expected
    assert expected.rows is not None
    assert expected.rates is not None
    first, delivered = expected.rows[0].cells["first_scan_at"], expected.rows[0].cells["delivered_at"]
    assert [first.holds("2026-03-03T17:00:00Z"), first.holds("2026-03-03T17:00:01Z")] == [True, False]
    assert [delivered.holds("2026-03-06T14:00:00+00:00"), delivered.holds("2026-03-06T14:00:01Z")] == [True, False]
    rate = expected.rates[0]
    assert (rate.category, rate.cells["rate"].holds(0.334), rate.cells["rate"].holds(0.35)) == (None, True, False)
    assert (rate.cells["counted"].holds(1.0), rate.cells["status"].holds("GOOD")) == (True, True)


def test_profile_itself_says_how_carriers_are_spelled_where_nothing_else_does() -> None:
    text = "scenario: S\nparcels: {box: {carrier: chinapost}}\nexpect: {rows: []}\n"
    reading = loader.parse_documents(yaml_tree.parse(text, "s.yaml"), "s.yaml")
    (story,) = builder.build_stories(PurePath("s.yaml"), reading, profile="us-2019")
    assert story.orders[0].packages[0].submissions[0].carrier_code == "China Post"
    with pytest.raises(ScenarioFileError, match=r"^s\.yaml:1:1: .*'xx-1999'"):
        builder.build_stories(PurePath("s.yaml"), reading, profile="xx-1999")
