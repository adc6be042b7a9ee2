"""Named journeys: the typical histories of parcels, as carrier-neutral scans.

A journey is a table of steps. Each step is at a fraction of the way from the first physical scan (0) to the delivery
(1), so a journey keeps its shape whatever the transit time: a slow carrier's steps are further apart. Fractions go on
after the delivery (a return takes as long again). Steps before the first scan are at the label's instant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from simulator import places
from simulator.errors import UnknownJourneyError
from simulator.parcel import Kind, ScanEvent
from simulator.places import Place

LABEL = None  # the fraction of a step that happens when the label is printed


@dataclass(frozen=True, slots=True)
class Route:
    """The places that a parcel passes: its origin, the hubs of both countries, its destination."""

    origin: Place
    export_hub: Place
    import_hub: Place
    destination: Place

    @classmethod
    def between(cls, origin: Place, destination: Place) -> "Route":
        """The route between two places, through the hub of each one's country."""
        return cls(origin, places.hub_in(origin.country), places.hub_in(destination.country), destination)

    @property
    def crosses_border(self) -> bool:
        """Whether the parcel goes through customs."""
        return self.origin.country != self.destination.country


Stop = Callable[[Route], Place]


def _origin(route: Route) -> Place:
    return route.origin


def _export(route: Route) -> Place:
    return route.export_hub


def _import(route: Route) -> Place:
    return route.import_hub


def _destination(route: Route) -> Place:
    return route.destination


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a journey.

    fraction: when, as a fraction of the transit time, or LABEL.
    kind: what happens.
    stop: where, given the route.
    border: whether it happens only on a route that crosses a border.
    """

    fraction: float | None
    kind: Kind
    stop: Stop
    border: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """A named journey.

    name: by which it is chosen.
    says: what happens, for catalogues.
    steps: in order.
    scan_delay: how much later than usual the first physical scan, and all that follow, happen.
    """

    name: str
    says: str
    steps: tuple[Step, ...]
    scan_delay: timedelta = timedelta(0)


_LABEL = (Step(LABEL, Kind.LABEL_CREATED, _origin),)
_FIRST = (Step(0.0, Kind.ACCEPTED, _origin),)
_MIDDLE = (
    Step(0.06, Kind.DEPARTED, _origin),
    Step(0.20, Kind.ARRIVED, _export),
    Step(0.28, Kind.DEPARTED, _export),
    Step(0.55, Kind.CUSTOMS_ENTERED, _import, border=True),
    Step(0.62, Kind.CUSTOMS_RELEASED, _import, border=True),
)
_LAST = (
    Step(0.80, Kind.AT_DELIVERY_OFFICE, _destination),
    Step(0.93, Kind.OUT_FOR_DELIVERY, _destination),
)
_DELIVERY = (Step(1.0, Kind.DELIVERED, _destination),)

JOURNEYS = (
    Journey("delivered", "Label, first scan, transit, delivery.", _LABEL + _FIRST + _MIDDLE + _LAST + _DELIVERY),
    Journey("in_transit", "On its way, not delivered yet.", _LABEL + _FIRST + _MIDDLE),
    Journey("label_only", "A label was made; the carrier never got the parcel.", _LABEL),
    Journey("lost_after_first_scan", "Accepted, then never seen again.", _LABEL + _FIRST),
    Journey(
        "attempted_then_delivered",
        "A first attempt fails, the next one succeeds.",
        _LABEL
        + _FIRST
        + _MIDDLE
        + (
            Step(0.66, Kind.AT_DELIVERY_OFFICE, _destination),
            Step(0.70, Kind.OUT_FOR_DELIVERY, _destination),
            Step(0.74, Kind.ATTEMPTED, _destination),
            Step(0.94, Kind.OUT_FOR_DELIVERY, _destination),
        )
        + _DELIVERY,
    ),
    Journey(
        "returned_to_sender",
        "Undeliverable, carried back and delivered to the sender.",
        _LABEL
        + _FIRST
        + _MIDDLE
        + _LAST
        + (
            Step(0.97, Kind.ATTEMPTED, _destination),
            Step(1.30, Kind.RETURNING, _destination),
            Step(2.00, Kind.RETURNED, _origin),
        ),
    ),
    Journey(
        "held_in_customs",
        "Carried to the border and held there.",
        _LABEL
        + _FIRST
        + (
            Step(0.06, Kind.DEPARTED, _origin),
            Step(0.20, Kind.ARRIVED, _export),
            Step(0.28, Kind.DEPARTED, _export),
            Step(0.55, Kind.CUSTOMS_ENTERED, _import),
            Step(0.60, Kind.CUSTOMS_HELD, _import),
        ),
    ),
    Journey(
        "late_first_scan",
        "The carrier first reads the parcel five days late; then all goes well.",
        _LABEL + _FIRST + _MIDDLE + _LAST + _DELIVERY,
        scan_delay=timedelta(days=5),
    ),
    Journey("delivered_without_earlier_scans", "The delivery is the only scan.", _LABEL + _DELIVERY),
    Journey("partner_only", "A consolidator has it; the named carrier never reads it.", (
        *_LABEL,
        Step(0.0, Kind.PARTNER_RECEIVED, _origin),
    )),
    Journey("voided", "The label was cancelled before the carrier had the parcel.", (
        *_LABEL,
        Step(0.0, Kind.VOIDED, _origin),
    )),
    Journey("unknown", "The carrier has no record of the number.", ()),
)  # fmt: skip

LABEL_LEAD = timedelta(hours=22)  # from the label to the first scan, by default
HOME = "US"
_SHIPS_FROM = {"chinapost": "CN"}

# Kinds of scans that happen at the destination when they name no place; all others happen at the origin.
AT_DESTINATION = frozenset((
    Kind.AT_DELIVERY_OFFICE, Kind.OUT_FOR_DELIVERY, Kind.ATTEMPTED, Kind.AVAILABLE_FOR_PICKUP, Kind.DELIVERED,
    Kind.RETURNING,
))  # fmt: skip

_BY_NAME = {journey.name: journey for journey in JOURNEYS}


def ships_from(carrier: str) -> str:
    """The country where a carrier's parcels start by default."""
    return _SHIPS_FROM.get(carrier, HOME)


def find(name: str) -> Journey:
    """The journey of that name. Raises UnknownJourneyError with the nearest name."""
    journey = _BY_NAME.get(name)
    if journey is None:
        near = get_close_matches(name, _BY_NAME, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_BY_NAME)}"
        raise UnknownJourneyError(f"journey {name!r} is unknown; {hint}")
    return journey


def events(
    journey: Journey, route: Route, *, label_at: datetime, first_scan_at: datetime, delivered_at: datetime
) -> tuple[ScanEvent, ...]:
    """The journey's scans along a route, oldest first. All instants are aware datetimes in UTC.

    label_at, first_scan_at, delivered_at: when label, first physical scan and delivery happen, without any scan_delay.
    """
    transit = delivered_at - first_scan_at
    start = first_scan_at + journey.scan_delay
    return tuple(
        ScanEvent(
            happened=label_at if step.fraction is None else start + transit * step.fraction,
            kind=step.kind,
            place=step.stop(route),
        )
        for step in journey.steps
        if route.crosses_border or not step.border
    )
