"""Faults of tracking: the carrier's records are wrong, late, or mixed with those of another parcel.

They act once on all scans of a parcel, before any answer is made of them, so all interfaces of the carrier agree. A
parcel without what a fault changes stays as it is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from simulator import carriers
from simulator.faults.entry import Entry, Number
from simulator.faults.envelope import Reach
from simulator.parcel import Kind, Parcel, ScanEvent

_ELECTRONIC = frozenset({Kind.LABEL_CREATED, Kind.MANIFESTED, Kind.VOIDED})
_NO_READING = _ELECTRONIC | {Kind.PARTNER_RECEIVED, Kind.INFERRED_TRANSIT, Kind.DELAYED}
_DELIVERIES = frozenset({Kind.DELIVERED, Kind.RETURNED})


@dataclass(frozen=True, slots=True)
class ScansChange:
    """Records other events. change: from a parcel to its events."""

    change: Callable[[Parcel], Iterable[ScanEvent]]

    def on_scans(self, parcel: Parcel) -> Parcel:
        """The parcel with the changed events."""
        return replace(parcel, events=tuple(self.change(parcel)))


@dataclass(frozen=True, slots=True)
class NoRecord:
    """The carrier knows nothing of the parcel."""

    def on_scans(self, parcel: Parcel) -> Parcel:
        """The parcel without events or a record."""
        return replace(parcel, events=(), registered=None)


@dataclass(frozen=True, slots=True)
class RecordOnly:
    """The carrier has a record from the first event on, but shows no event."""

    def on_scans(self, parcel: Parcel) -> Parcel:
        """The parcel without events, recorded since its first one became visible."""
        first = min((event.visible_from for event in parcel.events), default=None)
        return replace(parcel, events=(), registered=parcel.registered or first)


def _is_reading(event: ScanEvent) -> bool:
    """Whether the carrier read the parcel. For an event given by code, its kind decides, if it has one."""
    return event.kind not in _NO_READING


def _first_reading(parcel: Parcel) -> ScanEvent | None:
    return next((event for event in parcel.events if _is_reading(event)), None)


def _publish_later(event: ScanEvent, hours: float) -> ScanEvent:
    return replace(event, published=event.visible_from + timedelta(hours=hours))


def _late(hours: float) -> ScansChange:
    return ScansChange(
        lambda parcel: [_publish_later(event, hours) if _is_reading(event) else event for event in parcel.events]
    )


def _delivery_late(hours: float) -> ScansChange:
    return ScansChange(
        lambda parcel: [_publish_later(event, hours) if event.kind in _DELIVERIES else event for event in parcel.events]
    )


def _only(kept: Callable[[ScanEvent], bool]) -> ScansChange:
    return ScansChange(lambda parcel: [event for event in parcel.events if kept(event)])


def _until_first_reading(parcel: Parcel) -> Iterable[ScanEvent]:
    first = _first_reading(parcel)
    return [event for event in parcel.events if not _is_reading(event) or event is first]


def _without_first_reading(parcel: Parcel) -> Iterable[ScanEvent]:
    first = _first_reading(parcel)
    return [event for event in parcel.events if event is not first]


def _readings_as(kind: Kind) -> ScansChange:
    """Turn every reading of the parcel into an event that is not a reading."""
    return ScansChange(
        lambda parcel: [replace(event, kind=kind, code="") if _is_reading(event) else event for event in parcel.events]
    )


def _voided(parcel: Parcel) -> Iterable[ScanEvent]:
    """The label, and an hour later its cancellation."""
    labels = [event for event in parcel.events if event.kind in _ELECTRONIC]
    at = (labels or parcel.events)[-1].happened if parcel.events else None
    if at is None:
        return ()
    return (*labels, ScanEvent(at + timedelta(hours=1), Kind.VOIDED, parcel.origin))


def _voided_after_scan(parcel: Parcel) -> Iterable[ScanEvent]:
    first = _first_reading(parcel)
    if first is None:
        return parcel.events
    return (*parcel.events, ScanEvent(first.happened + timedelta(hours=1), Kind.VOIDED, parcel.origin))


def _scan_after_delivery(hours: float) -> ScansChange:
    def change(parcel: Parcel) -> Iterable[ScanEvent]:
        last = next((event for event in reversed(parcel.events) if event.kind in _DELIVERIES), None)
        if last is None:
            return parcel.events
        after = ScanEvent(last.happened + timedelta(hours=hours), Kind.ARRIVED, last.place)
        return (*parcel.events, after)

    return ScansChange(change)


def _older_history(days: float) -> ScansChange:
    """A stranger's parcel under the same number, delivered before this one's label."""

    def change(parcel: Parcel) -> Iterable[ScanEvent]:
        if not parcel.events:
            return ()
        begun = parcel.events[0].happened - timedelta(days=days)
        old = (
            ScanEvent(begun, Kind.ACCEPTED, parcel.destination),
            ScanEvent(begun + timedelta(days=1), Kind.DELIVERED, parcel.origin),
        )
        return (*old, *parcel.events)

    return ScansChange(change)


def _at_midnight(parcel: Parcel) -> Iterable[ScanEvent]:
    first = _first_reading(parcel)
    return [replace(event, happened=_local_midnight(event, parcel)) if event is first else event
            for event in parcel.events]  # fmt: skip


def _local_midnight(event: ScanEvent, parcel: Parcel) -> datetime:
    local = (event.place or parcel.origin).local(event.happened)
    return datetime.combine(local.date(), time(), tzinfo=local.tzinfo).astimezone(event.happened.tzinfo)


def _notice_before_scan(kind: Kind) -> ScansChange:
    def change(parcel: Parcel) -> Iterable[ScanEvent]:
        first = _first_reading(parcel)
        if first is None:
            return parcel.events
        return (*parcel.events, ScanEvent(first.happened - timedelta(hours=2), kind, parcel.destination))

    return ScansChange(change)


def _shift_clock(hours: float) -> ScansChange:
    by = timedelta(hours=hours)
    return ScansChange(
        lambda parcel: [
            replace(event, happened=event.happened + by, published=event.visible_from) for event in parcel.events
        ]
    )


def _twice(parcel: Parcel) -> Iterable[ScanEvent]:
    return [event for event in parcel.events for _ in range(2)]


def _without_place(parcel: Parcel) -> Iterable[ScanEvent]:
    return [replace(event, place=None) for event in parcel.events]


def _return_to_sender(parcel: Parcel) -> Iterable[ScanEvent]:
    """What was delivered to the buyer goes back to the sender instead."""
    events: list[ScanEvent] = []
    for event in parcel.events:
        if event.kind is Kind.DELIVERED:
            events.append(replace(event, kind=Kind.RETURNING))
            back = ScanEvent(event.happened + timedelta(days=3), Kind.RETURNED, parcel.origin)
            events.append(back)
        else:
            events.append(event)
    return events


def _with_kind(kind: Kind) -> Reach:
    """The carriers that have an event of a kind."""
    return {carrier.name: frozenset() for carrier in carriers.CARRIERS if kind in carrier.codes.by_kind}


def _hours(default: float, says: str) -> Number:
    return Number("hours", "hours", default, 0, 8760, says)


_OWN = "our own"

ENTRIES = (
    Entry(
        "unknown_number",
        "tracking",
        "the carrier knows nothing of the parcel",
        "UPS-API/api-documentation#198: the website knows it, the interface does not",
        "B",
        NoRecord,
    ),
    Entry(
        "record_without_events",
        "tracking",
        "the carrier has a record, and no event",
        "Shopify/active_shipping#112; travishaynes/trackerific#10",
        "B",
        RecordOnly,
        reach={name: frozenset() for name in ("ups", "usps", "fedex", "dhl")},
    ),
    Entry(
        "label_only",
        "tracking",
        "nothing but the label and the shipper's data",
        "karrioapi/karrio#478",
        "B",
        lambda: _only(lambda event: event.kind in _ELECTRONIC),
    ),
    Entry(
        "late_publication",
        "tracking",
        "scans appear in the interface hours after they happened, with their right time",
        "DHL's help; netresearch/dhl-shipping-m2#23",
        "B",
        _late,
        (_hours(48, "how much later"),),
    ),
    Entry(
        "late_delivery_report",
        "tracking",
        "the delivery appears hours after it happened",
        "postmaster/postmaster-api#69: still processing although delivered",
        "B",
        _delivery_late,
        (_hours(72, "how much later"),),
    ),
    Entry(
        "stale_after_first_scan",
        "tracking",
        "nothing appears after the first scan",
        "Amazon's help on valid tracking: one scan suffices, so lost parcels count",
        "A",
        lambda: ScansChange(_until_first_reading),
    ),
    Entry(
        "first_scan_missing",
        "tracking",
        "the first scan was never made; later ones were",
        "USPS event codes: a parcel can jump from its label to a plant",
        "B",
        lambda: ScansChange(_without_first_reading),
    ),
    Entry(
        "delivery_only",
        "tracking",
        "the only scan is the delivery",
        "Amazon's help on valid tracking: partial tracking is fine",
        "A",
        lambda: _only(lambda event: event.kind in _DELIVERIES | _ELECTRONIC),
    ),
    Entry(
        "delivery_missing",
        "tracking",
        "the delivery is never reported",
        "postmaster/postmaster-api#69",
        "B",
        lambda: _only(lambda event: event.kind not in _DELIVERIES),
    ),
    Entry(
        "scans_twice",
        "tracking",
        "every event stands twice",
        "FedEx captures; allegro/allegro-api#1133",
        "B",
        lambda: ScansChange(_twice),
    ),
    Entry(
        "scan_after_delivery",
        "tracking",
        "a facility reports the parcel after its delivery",
        "nearmerch.com#214",
        "B",
        _scan_after_delivery,
        (_hours(20, "how long after"),),
    ),
    Entry(
        "recycled_number",
        "tracking",
        "a stranger's parcel was delivered under the same number, long before",
        "Shopify/active_shipping#42, #260; python-fedex#17",
        "B",
        _older_history,
        (Number("days", "days", 120, 2, 3650, "how long before this parcel's first event"),),
    ),
    Entry(
        "returned",
        "tracking",
        "the parcel goes back, and its return reads like a delivery",
        "DHL's help 47001251916",
        "B",
        lambda: ScansChange(_return_to_sender),
    ),
    Entry(
        "partner_only",
        "tracking",
        "a consolidator has the parcel, the carrier never reads it",
        "USPS event codes 81 and 82",
        "A",
        lambda: _readings_as(Kind.PARTNER_RECEIVED),
        reach=_with_kind(Kind.PARTNER_RECEIVED),
    ),
    Entry(
        "inferred_only",
        "tracking",
        "a system says that it moves, and nobody has read it",
        "USPS event codes TL and NT",
        "A",
        lambda: _readings_as(Kind.INFERRED_TRANSIT),
        reach=_with_kind(Kind.INFERRED_TRANSIT),
    ),
    Entry(
        "voided",
        "tracking",
        "the shipment is cancelled after its label",
        "UPS code VP; FedEx's sandbox answer for a cancelled shipment",
        "A",
        lambda: ScansChange(_voided),
        reach=_with_kind(Kind.VOIDED),
    ),
    Entry(
        "voided_after_scan",
        "tracking",
        "the shipment is cancelled after its first scan, and moves on all the same",
        "UPS code VP",
        "A",
        lambda: ScansChange(_voided_after_scan),
        reach=_with_kind(Kind.VOIDED),
    ),
    Entry(
        "pickup_at_midnight",
        "tracking",
        "the first scan is stamped midnight of its day, before the parcel's own label",
        "a capture in a client's fixture (karrio)",
        "B",
        lambda: ScansChange(_at_midnight),
    ),
    Entry(
        "notice_before_scan",
        "tracking",
        "a notice of delay stands before the first scan",
        "UPS exceptions that say nothing of possession",
        "B",
        lambda: _notice_before_scan(Kind.DELAYED),
        reach=_with_kind(Kind.DELAYED),
    ),
    Entry(
        "customs_before_scan",
        "tracking",
        "customs paperwork at the destination stands before the first scan",
        "DHL Express code RR can be earlier than arrival",
        "A",
        lambda: _notice_before_scan(Kind.CUSTOMS_ENTERED),
        reach=_with_kind(Kind.CUSTOMS_ENTERED),
    ),
    Entry(
        "clock_behind",
        "tracking",
        "the scanners' clocks are hours behind",
        _OWN,
        "D",
        lambda hours: _shift_clock(-hours),
        (_hours(1, "how much"),),
    ),
    Entry(
        "places_missing",
        "tracking",
        "no event says where it was",
        "itsvic-dev/deliveries#211; sailrish/shipit#23",
        "B",
        lambda: ScansChange(_without_place),
    ),
)
