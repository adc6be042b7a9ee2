"""Build the parcels of a story with their scan events, from named journeys or from scans by hand."""

from collections.abc import Iterator, Sequence

from simulator import carriers, journeys, places
from simulator.errors import MisuseError
from simulator.parcel import Kind, Parcel, ScanEvent
from simulator.places import Place
from vtr.language import schema
from vtr.language.yaml_tree import Path_
from vtr.story.build_context import BuildContext
from vtr.story.story import PERFECT

# With those at the destination, all kinds whose usual place is not the origin.
_AT_BORDER = frozenset((Kind.CUSTOMS_ENTERED, Kind.CUSTOMS_HELD, Kind.CUSTOMS_RELEASED))


def build_parcels(context: BuildContext, orders: Sequence[schema.OrderPart]) -> dict[str, Parcel]:
    """The parcels with all their scan events, by name. One that cannot be built is a problem and is left out."""
    parcels = {}
    for name, part in context.scenario.parcels.items():
        path: Path_ = ("parcels", name)
        carrier = context.carriers.get(name)
        if carrier is None:
            continue
        try:
            route = _route(orders, name, carrier)
        except MisuseError as error:
            context.add_problem(path, error)
            continue
        if part.scans is None:
            journey = journeys.find(part.journey or PERFECT.journey)
            events = journeys.events(
                journey,
                route,
                label_at=context.default(PERFECT.label),
                first_scan_at=context.default(PERFECT.first_scan),
                delivered_at=context.default(PERFECT.delivered),
            )
            _check_kinds(context, carrier, {event.kind for event in events if event.kind}, (*path, "journey"))
        else:
            journey = None
            events = tuple(_scans(context, part.scans, (*path, "scans"), carrier, route))
        parcels[name] = Parcel(
            carrier,
            context.numbers.get(name, ""),
            events,
            route.origin,
            route.destination,
            service=part.service,
            journey=journey.name if journey is not None else "",
            shipment=part.shipment,
        )
    return parcels


def _route(orders: Sequence[schema.OrderPart], parcel: str, carrier: str) -> journeys.Route:
    """A parcel's origin and destination: those of its first order, else the usual ones of its carrier."""
    order = next(
        (part for part in orders if parcel in {package.parcel for package in part.packages or (part,)}),
        None,
    )
    ship_from = (order.ship_from if order is not None else None) or journeys.ships_from(carrier)
    ship_to = order.ship_to if order is not None else journeys.HOME
    return journeys.Route.between(places.origin_in(ship_from), places.destination_in(ship_to))


def _scans(
    context: BuildContext, parts: list[schema.Scan], path: Path_, carrier: str, route: journeys.Route
) -> Iterator[ScanEvent]:
    before = context.default(PERFECT.label)
    for index, part in enumerate(parts):
        here: Path_ = (*path, index)
        at = context.instant(part.at, (*here, "at"), before)
        if (part.kind is None) == (part.code is None):
            context.add_problem(
                here, "a scan has either 'kind' (our word) or 'code' (the carrier's own); give one of them"
            )
            continue
        kind = part.kind
        if kind is not None:
            _check_kinds(context, carrier, {kind}, (*here, "kind"))
        elif part.code:
            kind = _kind_of(carrier, part.code)
        published = None if part.published is None else context.instant(part.published, (*here, "published"), at)
        place = _usual_place(kind, route)
        if part.place is not None:
            try:
                place = places.place(part.place)
            except MisuseError as error:
                context.add_problem((*here, "place"), error)
        yield ScanEvent(at, part.kind, place, part.code or "", published)
        before = at


def _kind_of(carrier: str, text: str) -> Kind | None:
    """The kind of scan that a carrier's code means; of a composite code (`I/DP`) the last field alone is enough."""
    codes = carriers.by_name(carrier).codes
    known = codes.by_code.get(text)
    if known is None:
        known = next((code for code in codes.all if code.code.rpartition("/")[2] == text), None)
    return known.kind if known is not None else None


def _check_kinds(context: BuildContext, carrier: str, kinds: set[Kind], path: Path_) -> None:
    for kind in sorted(kinds):
        try:
            carriers.by_name(carrier).codes.of_kind(kind)
        except MisuseError as error:
            context.add_problem(path, error)


def _usual_place(kind: Kind | None, route: journeys.Route) -> Place:
    if kind in journeys.AT_DESTINATION:
        return route.destination
    return route.import_hub if kind in _AT_BORDER else route.origin
