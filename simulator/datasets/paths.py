"""What carriers record of a parcel on each named journey: codes, classes and fractions of the way, as small arrays.

The journeys are those of `vtr journeys`, in each carrier's own codes, and a few that only a dataset plants.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from simulator.carriers.chinapost import events as chinapost_events
from simulator.carriers.dhl import events as dhl_events
from simulator.carriers.fedex import events as fedex_events
from simulator.carriers.ups import events as ups_events
from simulator.carriers.usps import events as usps_events
from simulator.errors import UnknownKindError
from simulator.journeys import JOURNEYS, Route
from simulator.parcel import Kind, ScanEvent
from simulator.places import place
from simulator.scan_codes import ScanCode, ScanCodes

LABELLED = -1  # in place of a fraction: when the label is made
_TABLES: dict[str, ScanCodes[Any]] = {
    "ups": ups_events.CODES,
    "usps": usps_events.CODES,
    "fedex": fedex_events.CODES,
    "dhl": dhl_events.CODES,
    "chinapost": chinapost_events.CODES,
}
_OWN_PATHS: dict[str, tuple[str | Kind, ...]] = {
    "inferred_only": (Kind.LABEL_CREATED, Kind.INFERRED_TRANSIT),
    "scan_taken_back": (Kind.LABEL_CREATED, Kind.ARRIVED, "I/CA"),
    "carried_back": (Kind.LABEL_CREATED, Kind.ACCEPTED, Kind.ARRIVED, Kind.ATTEMPTED, Kind.RETURNING),
    "awaiting_customs": (Kind.LABEL_CREATED, Kind.CUSTOMS_ENTERED, Kind.CUSTOMS_HELD),
}
_FROM_JOURNEYS = tuple(
    journey.name for journey in JOURNEYS if journey.name not in {"returned_to_sender", "late_first_scan"}
)
PATHS = (*_FROM_JOURNEYS, *_OWN_PATHS)
_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of a path. fraction: thousandths of the way, or LABELLED. stop: 0 origin, 1 destination."""

    code: str
    description: str
    fraction: int
    stop: int
    counts: bool
    delivers: bool


@cache
def recorded(carrier: str, path: str) -> tuple[Recorded, ...]:
    """The events of a path at a carrier, oldest first. Raises UnknownKindError where the carrier has no such event."""
    abroad = carrier == "chinapost"
    route = Route.between(place("Shenzhen, CN" if abroad else "Tulsa, OK, US"), place("Denver, CO, US"))
    if path in _OWN_PATHS:
        return tuple(
            _recorded(carrier, step, LABELLED if at == 0 else _STEPS * (at - 1) // 5, at > 2, route)  # noqa: PLR2004 (past the hub)
            for at, step in enumerate(_OWN_PATHS[path])
        )
    journey = next(each for each in JOURNEYS if each.name == path)
    return tuple(
        _recorded(
            carrier,
            step.kind,
            LABELLED if step.fraction is None else round(step.fraction * _STEPS),
            step.stop(route).country != route.origin.country or step.stop(route) == route.destination,
            route,
        )
        for step in journey.steps
        if route.crosses_border or not step.border
    )


def _recorded(carrier: str, step: str | Kind, fraction: int, arrived: bool, route: Route) -> Recorded:  # noqa: FBT001 (a column)
    code: ScanCode
    if not isinstance(step, Kind):
        if step not in _TABLES[carrier].by_code:
            raise UnknownKindError(f"{carrier} has no code {step!r}")
        code = _TABLES[carrier].by_code[step]
    elif carrier == "chinapost":
        where = route.destination if arrived else route.origin
        code = chinapost_events.code_of(ScanEvent(happened=_ANY, kind=step, place=where))
    else:
        code = _TABLES[carrier].of_kind(step)
    return Recorded(code.code, code.text, fraction, int(arrived), code.physical == "yes", step is Kind.DELIVERED)


_ANY = datetime(2026, 1, 1, tzinfo=UTC)  # an event has an instant; its code does not depend on it
