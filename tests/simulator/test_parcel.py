"""Parcels and scan events: what is visible when, and to which client."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator import Kind, MisuseError, Parcel, ScanEvent
from simulator.places import place

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TULSA = place("Tulsa, OK, US")
ACCEPTED = ScanEvent(NOON, Kind.ACCEPTED, TULSA)
LATE = ScanEvent(NOON + HOUR, Kind.ARRIVED, TULSA, published=NOON + 3 * HOUR)
PARCEL = Parcel("ups", "1Z999AA10123456784", (ACCEPTED, LATE), TULSA, TULSA)


def test_an_event_is_visible_from_its_publication_or_else_from_when_it_happened() -> None:
    assert (ACCEPTED.visible_from, LATE.visible_from) == (NOON, NOON + 3 * HOUR)


def test_the_carrier_knows_the_published_events_only() -> None:
    known = PARCEL.at(NOON + 2 * HOUR)
    assert known is not None
    assert known.events == (ACCEPTED,)
    assert PARCEL.at(NOON + 3 * HOUR) is PARCEL


def test_the_carrier_has_no_record_before_the_first_event_or_the_registration() -> None:
    assert PARCEL.at(NOON - HOUR) is None
    registered = replace(PARCEL, registered=NOON - 2 * HOUR).at(NOON - HOUR)
    assert registered is not None
    assert registered.events == ()


def test_a_parcel_with_an_owner_is_shown_to_that_client_only() -> None:
    owned = replace(PARCEL, owner="alice")
    assert [PARCEL.shown_to("bob"), owned.shown_to("alice"), owned.shown_to("bob")] == [True, True, False]


def test_an_event_without_kind_and_code_is_refused() -> None:
    with pytest.raises(MisuseError, match="neither kind nor code"):
        ScanEvent(NOON)


@pytest.mark.parametrize("name", ["happened", "published"])
def test_an_event_without_time_zone_is_refused(name: str) -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 (the mistake in question)
    instants = {"happened": NOON} | {name: naive}
    with pytest.raises(MisuseError, match=f"scan event: {name} .* has no time zone"):
        ScanEvent(kind=Kind.ACCEPTED, **instants)
