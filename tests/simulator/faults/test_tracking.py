"""Faults of tracking: which events a parcel has under each, by hand, from one and the same life."""

from datetime import datetime, timedelta

import pytest

from simulator import Kind, Parcel, ScanEvent
from simulator.faults import ScanFault, catalogue
from simulator.faults.catalogue import CATALOGUE
from simulator.places import place

TULSA, DENVER = place("Tulsa, OK, US"), place("Denver, CO, US")
LABEL = ScanEvent(datetime.fromisoformat("2026-03-02T18:00:00Z"), Kind.LABEL_CREATED, TULSA)
FIRST = ScanEvent(datetime.fromisoformat("2026-03-03T16:00:00Z"), Kind.ACCEPTED, TULSA)
ARRIVED = ScanEvent(datetime.fromisoformat("2026-03-05T02:00:00Z"), Kind.ARRIVED, DENVER)
DELIVERED = ScanEvent(datetime.fromisoformat("2026-03-06T14:00:00Z"), Kind.DELIVERED, DENVER)
LIFE = Parcel("ups", "1Z999AA10390000109", (LABEL, FIRST, ARRIVED, DELIVERED), TULSA, DENVER)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Summary = tuple[Kind | None, datetime, datetime]


def summary(*events: ScanEvent) -> list[Summary]:
    """What matters of events: kind, when it happened, when it is shown."""
    return sorted((event.kind, event.happened, event.visible_from) for event in events)


def later(event: ScanEvent, hours: float) -> ScanEvent:
    return ScanEvent(event.happened, event.kind, event.place, published=event.happened + timedelta(hours=hours))


def at(event: ScanEvent, kind: Kind, offset: timedelta = timedelta()) -> ScanEvent:
    return ScanEvent(event.happened + offset, kind, event.place)


BEHIND = [
    ScanEvent(event.happened - HOUR, event.kind, event.place, published=event.happened)
    for event in (LABEL, FIRST, ARRIVED, DELIVERED)
]
MIDNIGHT = ScanEvent(datetime.fromisoformat("2026-03-03T06:00:00Z"), Kind.ACCEPTED, TULSA)  # in Tulsa, UTC-6

EVENTS: dict[str, list[ScanEvent]] = {
    "unknown_number": [],
    "record_without_events": [],
    "label_only": [LABEL],
    "late_publication": [LABEL, later(FIRST, 48), later(ARRIVED, 48), later(DELIVERED, 48)],
    "late_delivery_report": [LABEL, FIRST, ARRIVED, later(DELIVERED, 72)],
    "stale_after_first_scan": [LABEL, FIRST],
    "first_scan_missing": [LABEL, ARRIVED, DELIVERED],
    "delivery_only": [LABEL, DELIVERED],
    "delivery_missing": [LABEL, FIRST, ARRIVED],
    "scans_twice": [LABEL, FIRST, ARRIVED, DELIVERED] * 2,
    "scan_after_delivery": [LABEL, FIRST, ARRIVED, DELIVERED, at(DELIVERED, Kind.ARRIVED, 20 * HOUR)],
    "recycled_number": [
        *(LABEL, FIRST, ARRIVED, DELIVERED),
        *(at(LABEL, Kind.ACCEPTED, -120 * DAY), at(LABEL, Kind.DELIVERED, -119 * DAY)),
    ],
    "returned": [LABEL, FIRST, ARRIVED, at(DELIVERED, Kind.RETURNING), at(DELIVERED, Kind.RETURNED, 3 * DAY)],
    "partner_only": [LABEL, *(at(event, Kind.PARTNER_RECEIVED) for event in (FIRST, ARRIVED, DELIVERED))],
    "inferred_only": [LABEL, *(at(event, Kind.INFERRED_TRANSIT) for event in (FIRST, ARRIVED, DELIVERED))],
    "voided": [LABEL, at(LABEL, Kind.VOIDED, HOUR)],
    "voided_after_scan": [LABEL, FIRST, ARRIVED, DELIVERED, at(FIRST, Kind.VOIDED, HOUR)],
    "pickup_at_midnight": [LABEL, MIDNIGHT, ARRIVED, DELIVERED],
    "notice_before_scan": [LABEL, FIRST, ARRIVED, DELIVERED, at(FIRST, Kind.DELAYED, -2 * HOUR)],
    "customs_before_scan": [LABEL, FIRST, ARRIVED, DELIVERED, at(FIRST, Kind.CUSTOMS_ENTERED, -2 * HOUR)],
    "clock_behind": BEHIND,
    "places_missing": [LABEL, FIRST, ARRIVED, DELIVERED],
}


def under(name: str) -> Parcel:
    fault = catalogue.find(name).fault({})
    assert isinstance(fault, ScanFault)
    return fault.on_scans(LIFE)


def test_every_fault_of_scans_has_its_events_here() -> None:
    assert {entry.name for entry in CATALOGUE if isinstance(entry.fault({}), ScanFault)} == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_the_events_are_those_that_are_claimed(name: str) -> None:
    assert summary(*under(name).events) == summary(*EVENTS[name])


@pytest.mark.parametrize("name", EVENTS)
def test_the_parcel_stays_the_same_otherwise(name: str) -> None:
    changed = under(name)
    assert (changed.carrier, changed.tracking_number, changed.origin, changed.destination) == (
        LIFE.carrier,
        LIFE.tracking_number,
        TULSA,
        DENVER,
    )


def test_a_record_without_events_begins_with_the_label() -> None:
    assert under("record_without_events").registered == LABEL.happened
    assert under("unknown_number").registered is None


def test_only_places_missing_takes_places_away() -> None:
    assert {event.place for event in under("places_missing").events} == {None}
    assert None not in {event.place for event in under("scans_twice").events}


@pytest.mark.parametrize("name", EVENTS)
def test_a_parcel_without_events_stays_without(name: str) -> None:
    fault = catalogue.find(name).fault({})
    assert isinstance(fault, ScanFault)
    assert fault.on_scans(Parcel("ups", "1Z999AA10390000109", (), TULSA, DENVER)).events == ()
