"""The parcels of a story: carriers, numbers, and their lives, as named journeys or as scans by hand.

Nothing is drawn at random but the numbers, and each comes from a stream of its own of the scenario's seed: adding a
parcel doesn't change the number of another.
"""

from collections.abc import Iterator, Sequence
from random import Random

from simulator import carriers, journeys, places, tracking_numbers
from simulator.carriers.common.number_form import normalise
from simulator.errors import MisuseError
from simulator.parcel import Kind, Parcel, ScanEvent
from simulator.places import Place
from vtr.language import schema
from vtr.language.yaml_tree import Path_
from vtr.story.build_context import BuildContext
from vtr.story.story import PERFECT

MINTED = "minted"

# With those at the destination, all kinds whose usual place is not the origin.
_AT_BORDER = frozenset((Kind.CUSTOMS_ENTERED, Kind.CUSTOMS_HELD, Kind.CUSTOMS_RELEASED))


def carriers_of(notes: BuildContext) -> dict[str, str]:
    """The carrier of each parcel; a parcel of an unknown carrier is complained about, and left out."""
    known = {}
    for name, parcel in notes.scenario.parcels.items():
        try:
            known[name] = carriers.by_name(parcel.carrier).name
        except MisuseError as error:
            notes.complain(("parcels", name, "carrier"), error)
    return known


def numbers_of(notes: BuildContext) -> dict[str, str]:
    """The tracking number of each parcel; minted ones differ from all others."""
    written = {name: part.number for name, part in notes.scenario.parcels.items()}
    borrowed = {name: other for name, text in written.items() if (other := schema.name_of(text)) is not None}
    numbers = {name: schema.literal(text) for name, text in written.items() if name not in borrowed and text != MINTED}
    taken = {normalise(number) for number in numbers.values()}
    for name, carrier in notes.carriers.items():
        if written[name] == MINTED:
            random = Random(f"{notes.seed}/number/{name}")
            number = tracking_numbers.mint(carrier, random=random)
            while normalise(number) in taken:
                number = tracking_numbers.mint(carrier, random=random)
            taken.add(normalise(number))
            numbers[name] = number
    for name, other in borrowed.items():
        lender = other
        for _ in borrowed:
            lender = borrowed.get(lender, lender)
        if lender in borrowed:
            message = f"'${other}' leads back to itself; give one of these parcels a number"
            notes.complain(("parcels", name, "number"), message)
        elif lender in numbers:
            numbers[name] = numbers[lender]
    return numbers


def parcels_of(notes: BuildContext, orders: Sequence[schema.OrderPart]) -> dict[str, Parcel]:
    """The parcels with their whole lives, by name; one that cannot be told is complained about, and left out."""
    parcels = {}
    for name, part in notes.scenario.parcels.items():
        path: Path_ = ("parcels", name)
        carrier = notes.carriers.get(name)
        if carrier is None:
            continue
        try:
            route = _route(orders, name, carrier)
        except MisuseError as error:
            notes.complain(path, error)
            continue
        if part.scans is None:
            journey = journeys.find(part.journey or PERFECT.journey)
            events = journeys.events(
                journey,
                route,
                label_at=notes.default(PERFECT.label),
                first_scan_at=notes.default(PERFECT.first_scan),
                delivered_at=notes.default(PERFECT.delivered),
            )
            _check_kinds(notes, carrier, {event.kind for event in events if event.kind}, (*path, "journey"))
        else:
            journey = None
            events = tuple(_scans(notes, part.scans, (*path, "scans"), carrier, route))
        parcels[name] = Parcel(
            carrier,
            notes.numbers.get(name, ""),
            events,
            route.origin,
            route.destination,
            service=part.service,
            journey=journey.name if journey is not None else "",
            shipment=part.shipment,
        )
    return parcels


def _route(orders: Sequence[schema.OrderPart], parcel: str, carrier: str) -> journeys.Route:
    """From and to where a parcel goes: as its (first) order says, else as its carrier usually does."""
    order = next(
        (part for part in orders if parcel in {package.parcel for package in part.packages or (part,)}),
        None,
    )
    ship_from = (order.ship_from if order is not None else None) or journeys.ships_from(carrier)
    ship_to = order.ship_to if order is not None else journeys.HOME
    return journeys.Route.between(places.origin_in(ship_from), places.destination_in(ship_to))


def _scans(
    notes: BuildContext, parts: list[schema.Scan], path: Path_, carrier: str, route: journeys.Route
) -> Iterator[ScanEvent]:
    before = notes.default(PERFECT.label)
    for index, part in enumerate(parts):
        here: Path_ = (*path, index)
        at = notes.instant(part.at, (*here, "at"), before)
        if (part.kind is None) == (part.code is None):
            notes.complain(here, "a scan has either 'kind' (our word) or 'code' (the carrier's own); give one of them")
            continue
        kind = part.kind
        if kind is not None:
            _check_kinds(notes, carrier, {kind}, (*here, "kind"))
        elif part.code:
            kind = _kind_of(carrier, part.code)
        published = None if part.published is None else notes.instant(part.published, (*here, "published"), at)
        place = _usual_place(kind, route)
        if part.place is not None:
            try:
                place = places.place(part.place)
            except MisuseError as error:
                notes.complain((*here, "place"), error)
        yield ScanEvent(at, part.kind, place, part.code or "", published)
        before = at


def _kind_of(carrier: str, text: str) -> Kind | None:
    """What a carrier's code means to us; of a composite one (`I/DP`) the last field may stand alone."""
    codes = carriers.by_name(carrier).codes
    known = codes.by_code.get(text)
    if known is None:
        known = next((code for code in codes.all if code.code.rpartition("/")[2] == text), None)
    return known.kind if known is not None else None


def _check_kinds(notes: BuildContext, carrier: str, kinds: set[Kind], path: Path_) -> None:
    for kind in sorted(kinds):
        try:
            carriers.by_name(carrier).codes.of_kind(kind)
        except MisuseError as error:
            notes.complain(path, error)


def _usual_place(kind: Kind | None, route: journeys.Route) -> Place:
    if kind in journeys.AT_DESTINATION:
        return route.destination
    return route.import_hub if kind in _AT_BORDER else route.origin
