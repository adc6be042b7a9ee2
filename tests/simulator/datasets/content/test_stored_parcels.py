"""A dataset's rows as a parcel that the simulator's carriers answer about."""

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.datasets.content.stored_parcels import parcel_of
from simulator.parcel import Kind

ROW: dict[str, Any] = {
    "carrier": "usps", "tracking_number": "9405511899223197428490", "journey": "delivered",
    "origin": "Tulsa, OK, US", "destination": "Denver, CO, US",
    "labelled_at": datetime.fromisoformat("2026-03-01T09:00"),
}  # fmt: skip
ACCEPTED = {
    "at": datetime.fromisoformat("2026-03-02T09:00"), "published_at": datetime.fromisoformat("2026-03-02T10:00"),
    "code": "03", "location": "Tulsa, OK, US",
}  # fmt: skip


def test_a_scan_keeps_its_two_instants_its_code_and_its_place() -> None:
    (event,) = parcel_of(ROW, [ACCEPTED]).events
    assert (event.happened, event.published) == (
        datetime(2026, 3, 2, 9, tzinfo=UTC),
        datetime(2026, 3, 2, 10, tzinfo=UTC),
    )
    assert (event.code, event.kind) == ("03", Kind.ACCEPTED)
    assert event.place is not None
    assert (event.place.city, event.place.zone) == ("Tulsa", "America/Chicago")


def test_events_stand_from_the_oldest_on_whatever_the_order_of_the_scans() -> None:
    label = {**ACCEPTED, "at": datetime.fromisoformat("2026-03-01T09:00"), "code": "GX"}
    assert [event.code for event in parcel_of(ROW, [ACCEPTED, label]).events] == ["GX", "03"]


def test_instants_of_text_files_are_read_too() -> None:
    (event,) = parcel_of(ROW, [{**ACCEPTED, "at": "2026-03-02T09:00:00Z"}]).events
    assert event.happened == datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("nowhere", [None, ""])
def test_a_scan_may_say_nothing_of_its_place(nowhere: str | None) -> None:
    (event,) = parcel_of(ROW, [{**ACCEPTED, "location": nowhere}]).events
    assert event.place is None


def test_a_parcel_without_scans_is_unknown_unless_its_journey_is_a_record() -> None:
    late = datetime(2026, 4, 1, tzinfo=UTC)
    assert parcel_of({**ROW, "journey": "unknown"}, []).at(late) is None
    word = {"at": None, "published_at": None, "code": "", "location": None}
    recorded = parcel_of({**ROW, "journey": "record_without_events"}, [word])
    assert recorded.at(late) is recorded
    assert recorded.at(datetime(2026, 3, 1, tzinfo=UTC)) is None
