"""A parcel of a dataset as carriers know one: a row of `parcels` and its rows of `scans`, made a Parcel.

Every reader of a dataset that lets the carriers answer goes by this module, so that they all tell the same story.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from simulator import carriers, places
from simulator.parcel import Parcel, ScanEvent
from simulator.places import Place

RECORD_WITHOUT_EVENTS = "record_without_events"
"""The journey of a parcel that its carrier has a record of from the label on, and never an event."""


def parcel_of(row: Mapping[str, Any], scans: Iterable[Mapping[str, Any]]) -> Parcel:
    """The parcel of a row of `parcels`, with the events of its scans, whatever their order, from the oldest on.

    Instants are datetimes, or ISO 8601 texts as CSV and JSON have them; without a zone they are UTC. A scan's location
    may be empty or None. Raises MisuseError for an unknown carrier, UnknownPlaceError for a place without a zone.
    """
    codes = carriers.by_name(row["carrier"]).codes.by_code
    events = []
    for scan in scans:
        if not scan["code"]:
            continue  # it says that the carrier has a record, and is no event
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
    return places.place(text)  # a dataset has a score of them


def _instant(cell: datetime | str) -> datetime:
    told = datetime.fromisoformat(cell) if isinstance(cell, str) else cell
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told
