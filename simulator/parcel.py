"""Parcels and their scan events, independent of any carrier.

Each carrier renders these values in its own codes (`carriers/*/events.py`). A scan has two times: when it happened, and
when the carrier's API publishes it. The clock decides which scans are visible. Instants are aware datetimes in UTC;
local times exist only on the wire and come from the scan's place.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from simulator.errors import MisuseError
from simulator.places import Place


class Kind(StrEnum):
    """What happened to a parcel. Each carrier has a scan code for it, or lists it as one that it doesn't have."""

    LABEL_CREATED = "label_created"  # the shipper printed a label: electronic
    MANIFESTED = "manifested"  # the shipper's data reached the carrier: electronic
    PARTNER_RECEIVED = "partner_received"  # a consolidator has the parcel, the carrier has not
    PICKED_UP = "picked_up"
    ACCEPTED = "accepted"
    ARRIVED = "arrived"
    DEPARTED = "departed"
    IN_TRANSIT = "in_transit"
    INFERRED_TRANSIT = "inferred_transit"  # a system assumes that it moves; it was not scanned
    CUSTOMS_ENTERED = "customs_entered"
    CUSTOMS_HELD = "customs_held"
    CUSTOMS_RELEASED = "customs_released"
    AT_DELIVERY_OFFICE = "at_delivery_office"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"  # delivered back to the sender
    DELAYED = "delayed"  # a notice of delay; the parcel need not have been scanned
    VOIDED = "voided"  # the shipment was cancelled before the carrier had it


@dataclass(frozen=True, slots=True)
class ScanEvent:
    """One event of a parcel's history.

    happened: when it took place (UTC).
    kind: what took place, whatever the carrier; each has its own code for it.
    place: where; None if the carrier gives no place.
    code: what took place, as the carrier's own code; it wins over a kind.
    published: when the carrier's API starts to show it (UTC), by default at once.

    Raises MisuseError for a time without zone, or an event with neither kind nor code.
    """

    happened: datetime
    kind: Kind | None = None
    place: Place | None = None
    code: str = ""
    published: datetime | None = None

    def __post_init__(self) -> None:
        for name, instant in (("happened", self.happened), ("published", self.published)):
            if instant is not None and instant.tzinfo is None:
                raise MisuseError(f"scan event: {name} {instant} has no time zone; give an aware datetime, e.g. in UTC")
        if self.kind is None and not self.code:
            raise MisuseError("scan event: neither kind nor code; say what happened, e.g. kind=Kind.ACCEPTED")

    @property
    def visible_from(self) -> datetime:
        """The instant from which the carrier's API shows the event."""
        return self.happened if self.published is None else self.published


@dataclass(frozen=True, slots=True)
class Parcel:
    """A physical parcel under one carrier and one tracking number, with all its events, past and to come.

    Two parcels may share carrier and number: a recycled number. A number that two carriers know is two parcels.

    carrier: its name.
    tracking_number: as it is printed.
    events: its scans.
    origin, destination: where it starts and ends.
    service: the carrier's service; empty for the usual one.
    api: which of the carrier's interfaces knows it; empty for the main one.
    journey: the name of the journey that the events are from, if any.
    registered: from when the carrier has a record even without events (UTC); None: from the first published event on.
    shipment: any text; parcels of one carrier with the same text travel under one shipment, and the first that is
        recorded leads it. What that means is each carrier's matter. Empty for a parcel that travels alone.
    owner: the only client id that may see the parcel, at carriers with such a rule (USPS: 403; UPS: as if unknown);
        empty for every client.
    """

    carrier: str
    tracking_number: str
    events: tuple[ScanEvent, ...]
    origin: Place
    destination: Place
    service: str = ""
    api: str = ""
    journey: str = ""
    registered: datetime | None = None
    shipment: str = ""
    owner: str = ""

    def shown_to(self, client_id: str) -> bool:
        """Whether a client may see the parcel, at carriers with such a rule."""
        return self.owner in {"", client_id}

    def at(self, now: datetime) -> "Parcel | None":
        """The parcel as the carrier knows it at an instant: only published events, or None before its record exists."""
        visible = tuple(event for event in self.events if event.visible_from <= now)
        if not visible and (self.registered is None or self.registered > now):
            return None
        return self if len(visible) == len(self.events) else replace(self, events=visible)


@dataclass(frozen=True, slots=True)
class Submission:
    """What a seller submits for a package: the ship confirmation, or an edit of it. Seller faults act on it.

    submitted_at: when (UTC).
    carrier_code, carrier_name: the carrier as the seller spells it.
    tracking_number: as the seller types it.
    ship_method: as the seller names it.
    """

    submitted_at: datetime
    carrier_code: str
    tracking_number: str
    carrier_name: str = ""
    ship_method: str = ""
