"""What a carrier's answer says about one order: was the parcel ever read, when first, when delivered (R5, R14)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from oracle.carriers import CODES
from oracle.story import Event


@dataclass(frozen=True, slots=True)
class Seen:
    """Physical scans of a number, its first one with a time, its first delivery with a time."""

    scans: int
    first: datetime | None
    delivered: datetime | None


def sightings(carrier: str, events: Iterable[Event], *, as_of: datetime, placed_at: datetime, prior_scans: str) -> Seen:
    """Read an answer as it was at the report."""
    standing: list[Event] = []
    for event in events:
        if not _visible(event, as_of):
            continue
        meaning = CODES[carrier][event.code]
        if meaning.takes_back:
            standing = [earlier for earlier in standing if earlier.code not in meaning.takes_back]
        else:
            standing.append(event)
    mine = [event for event in standing if _of_this_shipment(event, placed_at, prior_scans)]
    physical = [event for event in mine if _physical(carrier, event)]
    delivered = [event for event in mine if CODES[carrier][event.code].delivered]
    return Seen(len(physical), _earliest(physical), _earliest(delivered))


def _visible(event: Event, as_of: datetime) -> bool:
    happened = event.at is None or event.at <= as_of
    return happened and (event.published is None or event.published <= as_of)


def _of_this_shipment(event: Event, placed_at: datetime, prior_scans: str) -> bool:
    """A number is used again: a scan from before the order was placed is another parcel's."""
    return prior_scans == "count" or event.at is None or event.at >= placed_at


def _physical(carrier: str, event: Event) -> bool:
    """The carrier's own flag is its own answer to the question."""
    return CODES[carrier][event.code].physical if event.flag is None else event.flag


def _earliest(events: list[Event]) -> datetime | None:
    return min((event.at for event in events if event.at is not None), default=None)
