"""The demo session: what its parcels' carriers say at its instant."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from simulator import Kind, Parcel, carriers
from simulator.serve.demo_session import NOW, demo_sessions, demo_simulation, describe_state

CARRIERS = [carrier.name for carrier in carriers.CARRIERS]


def last_shown(carrier: str, journey: str) -> str:
    """The last event that the carrier shows at the demo's instant."""
    for parcel in demo_simulation().parcels():
        if (parcel.carrier, parcel.api, parcel.journey) == (carrier, "", journey):
            known = parcel.at(NOW)
            if known is not None:
                return str(known.events[-1].kind)
    return "no record"


def test_the_demo_stands_at_its_instant() -> None:
    assert demo_simulation().clock.now == datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def test_the_demo_answers_to_demo_in_every_field() -> None:
    own = demo_simulation().credentials
    assert {own.client_id, own.client_secret, own.api_key, own.username, own.password, own.sender_no, own.send_id} == {
        "demo"
    }


def test_two_demos_have_the_same_parcels() -> None:
    assert demo_simulation().parcels() == demo_simulation().parcels()


def test_the_session_is_called_demo() -> None:
    assert demo_sessions().names() == ("demo",)


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize(
    ("journey", "last"),
    [
        ("delivered", "delivered"),
        ("label_only", "label_created"),
        ("lost_after_first_scan", "accepted"),
        ("attempted_then_delivered", "delivered"),
        ("returned_to_sender", "returned"),
        ("held_in_customs", "customs_held"),
        ("unknown", "no record"),
    ],
)
def test_each_journey_stands_where_its_name_says(carrier: str, journey: str, last: str) -> None:
    assert last_shown(carrier, journey) == last


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_parcel_in_transit_is_beyond_its_first_scan(carrier: str) -> None:
    assert last_shown(carrier, "in_transit") in {"departed", "arrived", "customs_entered", "customs_released"}


def late(carrier: str) -> Parcel:
    [found] = [
        parcel
        for parcel in demo_simulation().parcels()
        if parcel.carrier == carrier and parcel.events and parcel.at(NOW) is None
    ]
    return found


@pytest.mark.parametrize("carrier", CARRIERS)
def test_one_parcel_is_scanned_and_not_yet_known(carrier: str) -> None:
    assert [event.kind for event in late(carrier).events if event.happened < NOW] == [Kind.LABEL_CREATED, Kind.ACCEPTED]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_the_parcel_that_is_not_yet_known_is_known_a_day_later(carrier: str) -> None:
    assert late(carrier).at(NOW + timedelta(days=1)) is not None


def test_numbers_are_all_different() -> None:
    counted = Counter(parcel.tracking_number for parcel in demo_simulation().parcels())
    assert counted.most_common(1)[0][1] == 1


@pytest.mark.parametrize("carrier", CARRIERS)
def test_only_parcels_that_cross_a_border_are_held_in_customs(carrier: str) -> None:
    held = next(p for p in demo_simulation().parcels() if (p.carrier, p.journey) == (carrier, "held_in_customs"))
    assert held.origin.country != held.destination.country


def test_parcels_of_china_post_go_from_china_to_the_united_states() -> None:
    routes = {
        (p.origin.country, p.destination.country) for p in demo_simulation().parcels() if p.carrier == "chinapost"
    }
    assert routes == {("CN", "US")}


def test_each_interface_of_a_carrier_has_parcels() -> None:
    assert {f"{parcel.carrier} {parcel.api}".strip() for parcel in demo_simulation().parcels()} == {
        "ups", "usps", "fedex", "dhl", "dhl mydhl", "chinapost", "chinapost jdpt",
    }  # fmt: skip


def test_every_parcel_is_named_by_what_its_carrier_says() -> None:
    said = {describe_state(parcel, NOW).partition(" ")[0] for parcel in demo_simulation().parcels()}
    assert {"delivered", "label_created", "accepted", "returned", "customs_held", "no"} <= said


def test_of_an_unknown_parcel_the_state_says_when_it_will_be_known() -> None:
    assert describe_state(late("ups"), NOW) == "no record yet, from 2026-03-21 12:00 UTC"
