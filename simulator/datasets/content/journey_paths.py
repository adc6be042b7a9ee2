"""What carriers record of a parcel on each path: its events, in each carrier's own codes.

The paths are the journeys of `vtr journeys`, and a few that only datasets have.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from simulator.carriers.chinapost import events as chinapost_events
from simulator.carriers.common.scan_codes import ScanCode, ScanCodes
from simulator.carriers.dhl import events as dhl_events
from simulator.carriers.fedex import events as fedex_events
from simulator.carriers.ups import events as ups_events
from simulator.carriers.usps import events as usps_events
from simulator.datasets.content.stored_parcels import RECORD_WITHOUT_EVENTS
from simulator.errors import UnknownKindError
from simulator.journeys import JOURNEYS, Route
from simulator.parcel import Kind, ScanEvent
from simulator.places import place

LABELLED = -1  # instead of a fraction: when the label is made
_STEPS = 1000
_TABLES: dict[str, ScanCodes[Any]] = {
    "ups": ups_events.CODES,
    "usps": usps_events.CODES,
    "fedex": fedex_events.CODES,
    "dhl": dhl_events.CODES,
    "chinapost": chinapost_events.CODES,
}


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of a path.

    what: a kind of event, or the carrier's code.
    arrived: whether it is at the destination, not at the origin.
    fraction, offset: as in PathEvent.
    """

    what: str | Kind
    fraction: int
    arrived: bool = False
    offset: int = 0


_HOUR, _DAY = 3600, 86400
_LABEL = _Step(Kind.LABEL_CREATED, LABELLED)
_OWN_PATHS: dict[str, tuple[_Step, ...]] = {
    "inferred_only": (_LABEL, _Step(Kind.INFERRED_TRANSIT, 0)),
    "scan_taken_back": (_LABEL, _Step(Kind.ARRIVED, 0), _Step("I/CA", 200)),
    "carried_back": (
        _LABEL, _Step(Kind.ACCEPTED, 0), _Step(Kind.ARRIVED, 200), _Step(Kind.ATTEMPTED, 400, arrived=True),
        _Step(Kind.RETURNING, 600, arrived=True),
    ),
    "return_delivered": (
        _LABEL, _Step(Kind.ACCEPTED, 0), _Step(Kind.ARRIVED, 200), _Step(Kind.ATTEMPTED, 400, arrived=True),
        _Step(Kind.RETURNING, 600, arrived=True), _Step(Kind.RETURNED, 1000),
    ),
    "return_label": (
        _LABEL, _Step(Kind.PICKED_UP, 0, arrived=True), _Step(Kind.DEPARTED, 60, arrived=True),
        _Step(Kind.ARRIVED, 600), _Step(Kind.DELIVERED, 1000),
    ),
    "awaiting_customs": (_LABEL, _Step(Kind.CUSTOMS_ENTERED, 0), _Step(Kind.CUSTOMS_HELD, 200)),
    "form_only": (_LABEL, _Step("TM", 0)),
    "form_then_own_scan": (
        _LABEL, _Step("TM", 0), _Step(Kind.ARRIVED, 600), _Step(Kind.OUT_FOR_DELIVERY, 930, arrived=True),
        _Step(Kind.DELIVERED, 1000, arrived=True),
    ),
    "first_read_at_destination": (
        _LABEL, _Step(Kind.PARTNER_RECEIVED, 0), _Step("82", 100), _Step("AD", 600, arrived=True),
        _Step(Kind.OUT_FOR_DELIVERY, 930, arrived=True), _Step(Kind.DELIVERED, 1000, arrived=True),
    ),
    "inbound": (
        _Step("NP", LABELLED), _Step(Kind.CUSTOMS_ENTERED, 0, arrived=True),
        _Step(Kind.CUSTOMS_RELEASED, 100, arrived=True), _Step(Kind.ARRIVED, 200, arrived=True),
        _Step(Kind.AT_DELIVERY_OFFICE, 800, arrived=True), _Step(Kind.OUT_FOR_DELIVERY, 930, arrived=True),
        _Step(Kind.DELIVERED, 1000, arrived=True),
    ),
}  # fmt: skip


def _before_the_first_scan(kind: Kind) -> Callable[[tuple[_Step, ...]], tuple[_Step, ...]]:
    """Add a notice two hours before the first scan, at the destination."""
    return lambda steps: (steps[0], _Step(kind, 0, arrived=True, offset=-2 * _HOUR), *steps[1:])


# Changes of the steps of the journey `delivered`.
_CHANGED: dict[str, Callable[[tuple[_Step, ...]], tuple[_Step, ...]]] = {
    "first_scan_missing": lambda steps: tuple(step for step in steps if step.what is not Kind.ACCEPTED),
    "delivery_missing": lambda steps: tuple(step for step in steps if step.what is not Kind.DELIVERED),
    "scans_twice": lambda steps: tuple(step for step in steps for _ in range(2)),
    "out_of_order": lambda steps: (*steps[::2], *steps[1::2]),
    "scan_after_delivery": lambda steps: (*steps, _Step(Kind.ARRIVED, _STEPS, arrived=True, offset=20 * _HOUR)),
    "stranger_then_own": lambda steps: (
        _Step(Kind.ACCEPTED, LABELLED, offset=-95 * _DAY),
        _Step(Kind.DELIVERED, LABELLED, arrived=True, offset=-90 * _DAY),
        *steps,
    ),
    "voided_after_scan": lambda steps: (*steps[:2], _Step(Kind.VOIDED, 0, offset=_HOUR), *steps[2:]),
    "notice_before_scan": _before_the_first_scan(Kind.DELAYED),
    "customs_before_scan": _before_the_first_scan(Kind.CUSTOMS_ENTERED),
}
_FROM_JOURNEYS = tuple(
    journey.name for journey in JOURNEYS if journey.name not in {"returned_to_sender", "late_first_scan"}
)
PATHS = (*_FROM_JOURNEYS, *_OWN_PATHS, *_CHANGED, RECORD_WITHOUT_EVENTS)


@dataclass(frozen=True, slots=True)
class PathEvent:
    """An event of a path.

    code: empty for the start of a carrier's record that has no events.
    fraction: thousandths of the way, or LABELLED.
    offset: seconds after that.
    stop: 0 origin, 1 destination.
    counts: whether it is a physical scan of this order's parcel.
    delivers: whether it is the delivery of this order's parcel.
    """

    code: str
    description: str
    fraction: int
    offset: int
    stop: int
    counts: bool
    delivers: bool


@cache
def events_on(carrier: str, path: str) -> tuple[PathEvent, ...]:
    """The events of a path at a carrier, in the path's order. Raises UnknownKindError if the carrier lacks one."""
    if path == RECORD_WITHOUT_EVENTS:
        return (PathEvent("", "", LABELLED, 0, 0, counts=False, delivers=False),)
    abroad = carrier == "chinapost"
    route = Route.between(place("Shenzhen, CN" if abroad else "Tulsa, OK, US"), place("Denver, CO, US"))
    if path in _OWN_PATHS:
        steps = _OWN_PATHS[path]
    elif path in _CHANGED:
        steps = _CHANGED[path](_journey_steps("delivered", route))
    else:
        steps = _journey_steps(path, route)
    return tuple(_event(carrier, step, route) for step in steps)


def _journey_steps(name: str, route: Route) -> tuple[_Step, ...]:
    journey = next(each for each in JOURNEYS if each.name == name)
    return tuple(
        _Step(
            step.kind,
            LABELLED if step.fraction is None else round(step.fraction * _STEPS),
            step.stop(route).country != route.origin.country or step.stop(route) == route.destination,
        )
        for step in journey.steps
        if route.crosses_border or not step.border
    )


def _event(carrier: str, step: _Step, route: Route) -> PathEvent:
    code: ScanCode
    what = step.what
    if not isinstance(what, Kind):
        if what not in _TABLES[carrier].by_code:
            raise UnknownKindError(f"{carrier} has no code {what!r}")
        code = _TABLES[carrier].by_code[what]
    elif carrier == "chinapost":
        where = route.destination if step.arrived else route.origin
        code = chinapost_events.code_of(ScanEvent(happened=_ANY, kind=what, place=where))
    else:
        code = _TABLES[carrier].of_kind(what)
    strangers = step.fraction == LABELLED and step.offset < 0
    return PathEvent(
        code.code,
        code.text,
        step.fraction,
        step.offset,
        int(step.arrived),
        counts=code.physical == "yes" and not strangers,
        delivers=what is Kind.DELIVERED and not strangers,
    )


_ANY = datetime(2026, 1, 1, tzinfo=UTC)  # an event has an instant; its code does not depend on it
