"""Builds simulations, parcels and fault envelopes from the requests of the admin API."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from simulator import carriers, journeys, places, tracking_numbers
from simulator.admin.requests import FaultRequest, ParcelRequest, ScanRequest, SessionRequest, checked_instant
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

_SINCE_LAST_EVENT = timedelta(hours=1)  # of a journey without times: it has just ended


def build_simulation(
    name: str, request: SessionRequest, reader: StoryReader | None, limits: SessionLimits
) -> HostedSimulation:
    """A new simulation for a session.

    name: the session's, from which its credentials are derived.
    reader: reads the request's story; None where the server can't.

    Raises MisuseError for a request that contradicts itself, exceeds a limit, or has a story with mistakes.
    """
    credentials = replace(Credentials.of(name), withheld=frozenset(request.withheld))
    if request.story is not None:
        return _simulation_of_story(request, credentials, reader, limits)
    simulation = Simulation(
        credentials=credentials,
        clock=Clock(request.now or START),
        seed=request.seed or 0,
        journal_limit=limits.journal,
        cache_bytes=limits.cache_bytes,
    )
    random = Random(f"{simulation.seed}/numbers")
    simulation.add(*build_parcels(request.parcels or (), simulation, random, limits))
    simulation.put(*build_envelopes(request.faults or ()))
    return HostedSimulation(simulation)


def _simulation_of_story(
    request: SessionRequest, credentials: Credentials, reader: StoryReader | None, limits: SessionLimits
) -> HostedSimulation:
    conflicting = [key for key in ("now", "seed", "parcels", "faults") if getattr(request, key) is not None]
    if conflicting:
        raise MisuseError(f"{', '.join(conflicting)}: the story says that itself; leave out one or the other")
    if reader is None:
        raise MisuseError("story: this server can't read scenarios; start it with `vtr serve`, or send parcels")
    try:
        story = reader(request.story or "")
    except ValueError as error:
        raise MisuseError(f"story: {error}") from error
    if len(story.parcels) > limits.parcels:
        raise MisuseError(f"story: {len(story.parcels)} parcels, and the limit is {limits.parcels}; split it")
    simulation = Simulation(
        story.parcels,
        credentials=credentials,
        clock=Clock(story.now),
        seed=story.seed,
        journal_limit=limits.journal,
        cache_bytes=limits.cache_bytes,
    )
    simulation.put(*story.faults)
    return HostedSimulation(simulation, story.requests(simulation))


def build_parcels(
    requests: Sequence[ParcelRequest], simulation: Simulation, random: Random, limits: SessionLimits
) -> list[Parcel]:
    """The parcels, checked but not yet added to the simulation. random: draws the numbers that are minted.

    Raises MisuseError that names the wrong one, or says that there are too many.
    """
    present = len(simulation.parcels())
    if present + len(requests) > limits.parcels:
        raise MisuseError(
            f"parcels: {present} and {len(requests)} more, and the limit of a session is {limits.parcels}; "
            "use another session"
        )
    taken = {(each.carrier, normalise(each.tracking_number)) for each in requests if each.tracking_number}

    def is_taken(carrier: str, number: str) -> bool:
        return (carrier, normalise(number)) in taken or simulation.holds(carrier, number)

    parcels = []
    for index, request in enumerate(requests):
        try:
            parcel = _build_parcel(request, simulation.clock.now, is_taken, random)
            _check_parcel(parcel)  # all of them, before anything is added
            parcels.append(parcel)
        except ValueError as error:
            raise MisuseError(f"parcels[{index}]: {error}") from error
        taken.add((parcel.carrier, normalise(parcel.tracking_number)))
    return parcels


def _check_parcel(parcel: Parcel) -> None:
    carrier = carriers.by_name(parcel.carrier)
    if parcel.api and parcel.api not in carrier.apis:
        raise MisuseError(f"api: {carrier.name} has no interface {parcel.api!r}; it has {', '.join(carrier.apis)}")
    for event in parcel.events:
        checked_instant(event.happened)
        if not event.code and event.kind is not None:
            carrier.codes.of_kind(event.kind)


def _build_parcel(
    request: ParcelRequest, now: datetime, is_taken: Callable[[str, str], bool], random: Random
) -> Parcel:
    carrier = carriers.by_name(request.carrier)
    route = Route.between(
        _find_place(request.origin, journeys.ships_from(carrier.name), places.origin_in),
        _find_place(request.destination, journeys.HOME, places.destination_in),
    )
    if request.scans is not None:
        if request.journey is not None:
            raise MisuseError("journey and scans: a parcel has one of them; leave out the other")
        name, events = "", tuple(_build_scan(scan, route) for scan in request.scans)
    else:
        journey = journeys.find("delivered" if request.journey is None else request.journey)
        name, events = journey.name, _journey_scans(request, journey, carrier, route, now)
    number = request.tracking_number
    while number is None or (request.tracking_number is None and is_taken(carrier.name, number)):
        number = tracking_numbers.mint(carrier.name, random=random)
    return Parcel(
        carrier.name,
        number,
        events,
        route.origin,
        route.destination,
        service=request.service,
        api=request.api,
        journey=name,
        shipment=request.shipment,
        owner=request.owner,
    )


def _journey_scans(
    request: ParcelRequest, journey: journeys.Journey, carrier: Carrier, route: Route, now: datetime
) -> tuple[ScanEvent, ...]:
    transit = timedelta(days=carrier.transit_days)
    extent = max((step.fraction or 0.0 for step in journey.steps), default=0.0)
    first = request.first_scan_at
    if first is None and request.label_at is not None:
        first = request.label_at + journeys.LABEL_LEAD
    elif first is None and request.delivered_at is not None:
        first = request.delivered_at - transit
    elif first is None:
        first = now - transit * extent - journey.scan_delay - _SINCE_LAST_EVENT
    label = request.label_at or first - journeys.LABEL_LEAD
    delivered = request.delivered_at or first + transit
    if not label <= first <= delivered:
        raise MisuseError(
            f"label_at {label.isoformat()}, first_scan_at {first.isoformat()}, delivered_at {delivered.isoformat()}: "
            "give them in this order"
        )
    return journeys.events(journey, route, label_at=label, first_scan_at=first, delivered_at=delivered)


def _build_scan(request: ScanRequest, route: Route) -> ScanEvent:
    place = route.destination if request.kind in journeys.AT_DESTINATION else route.origin
    if request.place is not None:
        place = places.place(request.place)
    if request.kind is not None and request.code:
        raise MisuseError("scans: kind (our word) and code (the carrier's own) stand together; give one of them")
    return ScanEvent(request.at, request.kind, place, request.code, request.published)


def _find_place(text: str | None, default_country: str, usual_place_in: Callable[[str], places.Place]) -> places.Place:
    """The place that a text names; of a country alone, the usual place there."""
    country = default_country if text is None else text.strip()
    return places.place(country) if "," in country else usual_place_in(country)


def build_envelopes(requests: Iterable[FaultRequest]) -> list[Envelope]:
    """The faults in their envelopes, not yet in force. Raises MisuseError that names the wrong one."""
    envelopes = []
    for index, request in enumerate(requests):
        calls = calls_named(request.calls) if isinstance(request.calls, str) else Calls(frozenset(request.calls))
        try:
            _check_times(request)
            conditions = Conditions(
                request.carrier,
                request.operation,
                frozenset(request.numbers),
                calls or ALL_CALLS,
                request.chance,
                request.since,
                request.until,
            )
            envelopes.append(catalogue.envelope(request.fault, request.parameters, conditions))
        except MisuseError as error:
            raise MisuseError(f"faults[{index}]: {error}") from error
    return envelopes


def _check_times(request: FaultRequest) -> None:
    if request.since is not None and request.until is not None and request.until <= request.since:
        raise MisuseError("until is not after since, so the fault would never act")
