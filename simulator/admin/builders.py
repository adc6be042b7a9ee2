"""From what is asked of the admin side to simulations, parcels and envelopes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from simulator import carriers, journeys, places, tracking_numbers
from simulator.admin.requests import FaultRequest, ParcelRequest, ScanRequest, SessionRequest, in_bounds
from simulator.admin.story_reader import StoryReader
from simulator.carriers.common.carrier import Carrier
from simulator.carriers.common.credentials import Credentials
from simulator.carriers.common.number_form import normalise
from simulator.clock import Clock
from simulator.core.sessions import HostedSimulation, SessionLimits
from simulator.core.simulation import START, Simulation
from simulator.errors import MisuseError
from simulator.faults import ALL_CALLS, Calls, Conditions, Envelope, calls_named, catalogue
from simulator.journeys import Route
from simulator.parcel import Parcel, ScanEvent

_JUST_NOW = timedelta(hours=1)  # since the last event of a journey that is over


def build_simulation(
    name: str, asked: SessionRequest, reader: StoryReader | None, limits: SessionLimits
) -> HostedSimulation:
    """A new simulation as asked. Raises MisuseError."""
    credentials = replace(Credentials.of(name), withheld=frozenset(asked.withheld))
    if asked.story is not None:
        return _of_story(asked, credentials, reader, limits)
    simulation = Simulation(
        credentials=credentials,
        clock=Clock(asked.now or START),
        seed=asked.seed or 0,
        journal_limit=limits.journal,
        cache_bytes=limits.cache_bytes,
    )
    random = Random(f"{simulation.seed}/numbers")
    simulation.add(*build_parcels(asked.parcels or (), simulation, random, limits))
    simulation.put(*build_envelopes(asked.faults or ()))
    return HostedSimulation(simulation)


def _of_story(
    asked: SessionRequest, credentials: Credentials, reader: StoryReader | None, limits: SessionLimits
) -> HostedSimulation:
    beside = [key for key in ("now", "seed", "parcels", "faults") if getattr(asked, key) is not None]
    if beside:
        raise MisuseError(f"{', '.join(beside)}: the story says that itself; leave out one or the other")
    if reader is None:
        raise MisuseError("story: this server can't read scenarios; start it with `vtr serve`, or send parcels")
    try:
        told = reader(asked.story or "")
    except ValueError as error:
        raise MisuseError(f"story: {error}") from error
    if len(told.parcels) > limits.parcels:
        raise MisuseError(f"story: {len(told.parcels)} parcels, and the limit is {limits.parcels}; split it")
    simulation = Simulation(
        told.parcels,
        credentials=credentials,
        clock=Clock(told.now),
        seed=told.seed,
        journal_limit=limits.journal,
        cache_bytes=limits.cache_bytes,
    )
    simulation.put(*told.faults)
    return HostedSimulation(simulation, told.requests(simulation))


def build_parcels(
    asked: Sequence[ParcelRequest], simulation: Simulation, random: Random, limits: SessionLimits
) -> list[Parcel]:
    """The parcels, not added yet. random: of the numbers that are minted.

    Raises MisuseError that names the wrong one, or that there are too many.
    """
    before = len(simulation.parcels())
    if before + len(asked) > limits.parcels:
        raise MisuseError(
            f"parcels: {before} and {len(asked)} more, and the limit of a session is {limits.parcels}; "
            "use another session"
        )
    named = {(each.carrier, normalise(each.tracking_number)) for each in asked if each.tracking_number}

    def taken(carrier: str, number: str) -> bool:
        return (carrier, normalise(number)) in named or simulation.holds(carrier, number)

    told = []
    for index, each in enumerate(asked):
        try:
            parcel = _parcel(each, simulation.clock.now, taken, random)
            _check(parcel)  # all of them, before anything is added
            told.append(parcel)
        except ValueError as error:
            raise MisuseError(f"parcels[{index}]: {error}") from error
        named.add((parcel.carrier, normalise(parcel.tracking_number)))
    return told


def _check(parcel: Parcel) -> None:
    carrier = carriers.by_name(parcel.carrier)
    if parcel.api and parcel.api not in carrier.apis:
        raise MisuseError(f"api: {carrier.name} has no interface {parcel.api!r}; it has {', '.join(carrier.apis)}")
    for event in parcel.events:
        in_bounds(event.happened)
        if not event.code and event.kind is not None:
            carrier.codes.of_kind(event.kind)


def _parcel(asked: ParcelRequest, now: datetime, taken: Callable[[str, str], bool], random: Random) -> Parcel:
    carrier = carriers.by_name(asked.carrier)
    route = Route.between(
        _place(asked.origin, journeys.ships_from(carrier.name), origin=True), _place(asked.destination, journeys.HOME)
    )
    if asked.scans is not None:
        if asked.journey is not None:
            raise MisuseError("journey and scans: a parcel has one of them; leave out the other")
        name, events = "", tuple(_scan(scan, route) for scan in asked.scans)
    else:
        journey = journeys.find("delivered" if asked.journey is None else asked.journey)
        name, events = journey.name, _told(asked, journey, carrier, route, now)
    number = asked.tracking_number
    while number is None or (asked.tracking_number is None and taken(carrier.name, number)):
        number = tracking_numbers.mint(carrier.name, random=random)
    return Parcel(
        carrier.name,
        number,
        events,
        route.origin,
        route.destination,
        service=asked.service,
        api=asked.api,
        journey=name,
        shipment=asked.shipment,
        owner=asked.owner,
    )


def _told(
    asked: ParcelRequest, journey: journeys.Journey, carrier: Carrier, route: Route, now: datetime
) -> tuple[ScanEvent, ...]:
    transit = timedelta(days=carrier.transit_days)
    extent = max((step.fraction or 0.0 for step in journey.steps), default=0.0)
    first = asked.first_scan_at
    if first is None and asked.label_at is not None:
        first = asked.label_at + journeys.LABEL_LEAD
    elif first is None and asked.delivered_at is not None:
        first = asked.delivered_at - transit
    elif first is None:
        first = now - transit * extent - journey.scan_delay - _JUST_NOW
    label = asked.label_at or first - journeys.LABEL_LEAD
    delivered = asked.delivered_at or first + transit
    if not label <= first <= delivered:
        raise MisuseError(
            f"label_at {label.isoformat()}, first_scan_at {first.isoformat()}, delivered_at {delivered.isoformat()}: "
            "give them in this order"
        )
    return journeys.events(journey, route, label_at=label, first_scan_at=first, delivered_at=delivered)


def _scan(asked: ScanRequest, route: Route) -> ScanEvent:
    place = route.destination if asked.kind in journeys.AT_DESTINATION else route.origin
    if asked.place is not None:
        place = places.place(asked.place)
    if asked.kind is not None and asked.code:
        raise MisuseError("scans: kind (our word) and code (the carrier's own) stand together; give one of them")
    return ScanEvent(asked.at, asked.kind, place, asked.code, asked.published)


def _place(text: str | None, usual: str, *, origin: bool = False) -> places.Place:
    country = usual if text is None else text.strip()
    if "," in country:
        return places.place(country)
    return places.origin_in(country) if origin else places.destination_in(country)


def _check_times(asked: FaultRequest) -> None:
    if asked.since is not None and asked.until is not None and asked.until <= asked.since:
        raise MisuseError("until is not after since, so the fault would never act")


def build_envelopes(asked: Iterable[FaultRequest]) -> list[Envelope]:
    """The faults in their envelopes, not in force yet. Raises MisuseError that names the wrong one."""
    told = []
    for index, each in enumerate(asked):
        calls = calls_named(each.calls) if isinstance(each.calls, str) else Calls(frozenset(each.calls))
        try:
            _check_times(each)
            conditions = Conditions(
                each.carrier,
                each.operation,
                frozenset(each.numbers),
                calls or ALL_CALLS,
                each.chance,
                each.since,
                each.until,
            )
            told.append(catalogue.envelope(each.fault, each.parameters, conditions))
        except MisuseError as error:
            raise MisuseError(f"faults[{index}]: {error}") from error
    return told
