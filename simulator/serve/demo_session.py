"""The demo session: parcels at every stage, at every carrier, at one fixed instant.

Numbers come from a fixed seed, so that what was printed, bookmarked or noted is still right at the next start.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from simulator import carriers, journeys, places, tracking_numbers
from simulator.carriers.common.carrier import Carrier
from simulator.carriers.common.credentials import Credentials
from simulator.clock import Clock
from simulator.core.sessions import DEMO, HostedSimulation, Sessions
from simulator.core.simulation import Simulation
from simulator.journeys import Route
from simulator.parcel import Parcel, ScanEvent

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
_PUBLISHED_LATE = NOW + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Stage:
    """How far a parcel is in its journey at NOW.

    journey: its name.
    transits, days: how long ago the first scan was, in transit times of the carrier, and in days on top.
    """

    journey: str
    transits: float
    days: float


_STAGES = (
    _Stage("delivered", 1.0, 2),
    _Stage("in_transit", 0.7, 0),
    _Stage("label_only", 0.0, 3),
    _Stage("lost_after_first_scan", 1.0, 15),
    _Stage("attempted_then_delivered", 1.0, 1),
    _Stage("returned_to_sender", 2.0, 1),
    _Stage("held_in_customs", 1.0, 4),
    _Stage("unknown", 0.0, 0),
)
_NOT_YET_KNOWN = _Stage("delivered", 0.0, 0.1)  # scanned, but nothing of it is published before tomorrow

_OTHER_INTERFACES_STAGES = _STAGES[:3]  # of interfaces other than a carrier's main one

_ORIGINS = {"chinapost": "CN", "dhl": "DE"}  # the others ship within the country


def demo_simulation() -> Simulation:
    """A new demo simulation; its credentials are `demo`, and its clock stands at 2026-03-20 12:00 UTC."""
    parcels = [parcel for carrier in carriers.CARRIERS for parcel in _parcels(carrier)]
    return Simulation(parcels, credentials=Credentials.of(DEMO), clock=Clock(NOW))


def demo_sessions(make: Callable[[], Simulation] = demo_simulation) -> Sessions:
    """New sessions with only the demo one. make: makes its simulation, now and at each reset."""
    sessions = Sessions()
    sessions.add(DEMO, make(), make=lambda: HostedSimulation(make()))
    return sessions


def describe_state(parcel: Parcel, now: datetime) -> str:
    """What the carrier reports about a parcel at an instant, in a few words."""
    known = parcel.at(now)
    if known is None:
        later = min((event.visible_from for event in parcel.events), default=None)
        return "no record" if later is None else f"no record yet, from {later:%Y-%m-%d %H:%M} UTC"
    if not known.events:
        return "a record without events"
    last = known.events[-1]
    event = last.code or str(last.kind)
    city = f", {last.place.city}" if last.place is not None and last.place.city else ""
    return f"{event} {last.happened:%Y-%m-%d %H:%M} UTC{city}"


def _parcels(carrier: Carrier) -> Iterator[Parcel]:
    random = Random(f"{DEMO}/{carrier.name}")
    for stage in _STAGES:
        yield _parcel(carrier, stage, random)
    late = _parcel(carrier, _NOT_YET_KNOWN, random)
    yield replace(late, events=tuple(_publish_from(_PUBLISHED_LATE, event) for event in late.events))
    for api in carrier.apis[1:]:
        for stage in _OTHER_INTERFACES_STAGES:
            yield replace(_parcel(carrier, stage, random), api=api)


def _parcel(carrier: Carrier, stage: _Stage, random: Random) -> Parcel:
    transit = timedelta(days=carrier.transit_days)
    first_scan_at = NOW - transit * stage.transits - timedelta(days=stage.days)
    route = _route(carrier, stage.journey)
    events = journeys.events(
        journeys.find(stage.journey),
        route,
        label_at=first_scan_at - journeys.LABEL_LEAD,
        first_scan_at=first_scan_at,
        delivered_at=first_scan_at + transit,
    )
    number = tracking_numbers.mint(carrier.name, random=random)
    return Parcel(carrier.name, number, events, route.origin, route.destination, journey=stage.journey)


def _route(carrier: Carrier, journey: str) -> Route:
    origin = _ORIGINS.get(carrier.name, "US")
    # Only a parcel that crosses a border is held in customs.
    destination = "CA" if journey == "held_in_customs" and origin == "US" else "US"
    return Route.between(places.origin_in(origin), places.destination_in(destination))


def _publish_from(earliest: datetime, event: ScanEvent) -> ScanEvent:
    return replace(event, published=max(event.happened, earliest))
