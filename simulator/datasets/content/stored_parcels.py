"""A parcel of a dataset as carriers know it: a Parcel made of a row of `parcels` and its rows of `scans`.

Every reader of a dataset that needs carriers' answers uses this module, so that they all agree.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from simulator import carriers, places
from simulator.parcel import Parcel, ScanEvent
from simulator.places import Place

RECORD_WITHOUT_EVENTS = "record_without_events"
"""The journey of a parcel that its carrier has a record of from the label on, but never an event."""


def parcel_of(row: Mapping[str, Any], scans: Iterable[Mapping[str, Any]]) -> Parcel:
    """Make the parcel of a row of `parcels`, with the events of its scans, oldest first.

    Instants are datetimes or, as in CSV and JSON, ISO 8601 texts; without a zone they are UTC. A scan's location may be
    empty or None. Raises MisuseError for an unknown carrier, UnknownPlaceError for a place without a zone.
    """
    codes = carriers.by_name(row["carrier"]).codes.by_code
    events = []
    for scan in scans:
        if not scan["code"]:
            continue  # not an event: the carrier has a record
        known = codes.get(scan["code"])
        events.append(
            ScanEvent(
                _instant(scan["at"]),
                kind=None if known is None else known.kind,
                place=_place(scan["location"]) if scan["location"] else None,
                code=scan["code"],
                published=_instant(scan["published_at"]),
            )
        )
    recorded = row["journey"] == RECORD_WITHOUT_EVENTS
    return Parcel(
        row["carrier"],
        row["tracking_number"],
        tuple(sorted(events, key=lambda event: event.happened)),
        _place(row["origin"]),
        _place(row["destination"]),
        journey=row["journey"],
        registered=_instant(row["labelled_at"]) if recorded else None,
    )


@cache
def _place(text: str) -> Place:
    return places.place(text)  # a dataset has about twenty of them


def _instant(cell: datetime | str) -> datetime:
    instant = datetime.fromisoformat(cell) if isinstance(cell, str) else cell
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
