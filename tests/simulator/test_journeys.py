"""Named journeys: which scans they tell, where and when."""

from datetime import UTC, datetime, timedelta

import pytest

from simulator import journeys, places
from simulator.errors import UnknownJourneyError
from simulator.journeys import JOURNEYS, Journey, Route
from simulator.parcel import Kind, ScanEvent

LABEL = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
FIRST = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
DELIVERED = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)  # three days of transit
DOMESTIC = Route.between(places.place("Tulsa, OK, US"), places.place("Denver, CO, US"))
ABROAD = Route.between(places.place("Shenzhen, CN"), places.place("Denver, CO, US"))


def told(name: str, route: Route = DOMESTIC, delivered: datetime = DELIVERED) -> tuple[ScanEvent, ...]:
    return journeys.events(journeys.find(name), route, label_at=LABEL, first_scan_at=FIRST, delivered_at=delivered)


def kinds(name: str, route: Route = DOMESTIC) -> list[str]:
    return [str(event.kind) for event in told(name, route)]


def at(name: str, kind: Kind, route: Route = DOMESTIC) -> datetime:
    return next(event.happened for event in told(name, route) if event.kind is kind)


def test_a_delivered_parcel_starts_with_its_label_and_ends_with_its_delivery() -> None:
    story = kinds("delivered")
    assert (story[0], story[1], story[-1]) == ("label_created", "accepted", "delivered")


def test_the_label_is_made_at_its_own_time() -> None:
    assert at("delivered", Kind.LABEL_CREATED) == LABEL


def test_the_first_scan_is_the_acceptance() -> None:
    assert at("delivered", Kind.ACCEPTED) == FIRST


def test_the_delivery_is_at_the_end_of_the_transit_time() -> None:
    assert at("delivered", Kind.DELIVERED) == DELIVERED


def test_a_domestic_parcel_meets_no_customs() -> None:
    assert not [kind for kind in kinds("delivered") if kind.startswith("customs")]


def test_a_parcel_from_abroad_is_cleared_by_customs() -> None:
    assert [kind for kind in kinds("delivered", ABROAD) if kind.startswith("customs")] == [
        "customs_entered",
        "customs_released",
    ]


def test_steps_lie_twice_as_far_apart_when_the_transit_takes_twice_as_long() -> None:
    slow = told("delivered", delivered=FIRST + 2 * (DELIVERED - FIRST))
    since_first = [event.happened - FIRST for event in told("delivered")[1:]]
    assert [event.happened - FIRST for event in slow[1:]] == [2 * gap for gap in since_first]


def test_a_late_first_scan_comes_five_days_later() -> None:
    assert at("late_first_scan", Kind.ACCEPTED) == datetime(2026, 3, 8, 16, 0, tzinfo=UTC)


def test_a_late_first_scan_leaves_the_label_where_it_was() -> None:
    assert at("late_first_scan", Kind.LABEL_CREATED) == LABEL


def test_a_return_takes_as_long_as_the_way_there() -> None:
    assert at("returned_to_sender", Kind.RETURNED) == DELIVERED + timedelta(days=3)


def test_a_returned_parcel_ends_where_it_began() -> None:
    assert told("returned_to_sender")[-1].place == DOMESTIC.origin


def test_a_failed_attempt_comes_before_the_delivery() -> None:
    story = kinds("attempted_then_delivered")
    assert story.index("attempted") < story.index("delivered")


@pytest.mark.parametrize(
    ("name", "story"),
    [
        ("label_only", ["label_created"]),
        ("lost_after_first_scan", ["label_created", "accepted"]),
        ("delivered_without_earlier_scans", ["label_created", "delivered"]),
        ("partner_only", ["label_created", "partner_received"]),
        ("voided", ["label_created", "voided"]),
        ("unknown", []),
    ],
)
def test_short_journeys_tell_this(name: str, story: list[str]) -> None:
    assert kinds(name) == story


def test_a_parcel_held_in_customs_is_not_released() -> None:
    story = kinds("held_in_customs", ABROAD)
    assert story[-1] == "customs_held"
    assert "customs_released" not in story


def test_a_parcel_in_transit_is_not_delivered() -> None:
    assert "delivered" not in kinds("in_transit")


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
@pytest.mark.parametrize("route", [DOMESTIC, ABROAD], ids=["domestic", "abroad"])
def test_scans_are_told_oldest_first(journey: Journey, route: Route) -> None:
    times = [event.happened for event in told(journey.name, route)]
    assert times == sorted(times)


def test_scans_are_published_when_they_happen() -> None:
    assert all(event.visible_from == event.happened for event in told("delivered"))


def test_a_route_passes_the_hub_of_each_country() -> None:
    assert [ABROAD.export_hub.city, ABROAD.import_hub.city] == ["Shanghai", "Memphis"]


def test_a_misspelt_journey_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownJourneyError, match=r"'deliverd' is unknown; did you mean 'delivered'\?"):
        journeys.find("deliverd")


def test_a_journey_like_no_other_is_refused_with_the_list() -> None:
    with pytest.raises(UnknownJourneyError, match="there are delivered, in_transit"):
        journeys.find("zzz")


def test_names_of_journeys_are_all_different() -> None:
    assert len({journey.name for journey in JOURNEYS}) == len(JOURNEYS)
