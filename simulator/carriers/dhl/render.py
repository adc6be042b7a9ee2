"""The parts of answers that both of DHL's interfaces share: the parcels each knows, and the names of places.

A DHL Express parcel is found through both interfaces, as in reality. A parcel is Express by its service or by the form
of its number; one that was registered for the MyDHL interface is always Express. The unified interface alone knows the
parcels of other divisions.
"""

from collections.abc import Sequence
from datetime import datetime

from simulator.carriers.common.carrier import CarrierView
from simulator.carriers.common.number_form import normalise
from simulator.carriers.dhl.events import DhlCode
from simulator.carriers.dhl.numbers import division, waybill_of
from simulator.parcel import Parcel, ScanEvent
from simulator.places import COUNTRY_NAMES, Place

SERVICES = frozenset(
    (
        *("express", "parcel-de", "ecommerce", "dgf", "parcel-uk", "post-de", "sameday", "freight"),
        *("parcel-nl", "parcel-pl", "dsc"),
        *("ecommerce-europe", "svb", "ecommerce-apac", "ecommerce-ppl", "ecommerce-iberia", "post-international"),
    )
)
"""The divisions, as `service` names them: version 1.3.1 of the unified API (A), in the last line later ones (C)."""

_SHORT_COUNTRIES = {"US": "USA", "GB": "UK", "KR": "SOUTH KOREA"}

_AREAS = {
    "Denver": "DEN", "Boise": "BOI", "Tulsa": "TUL", "Ontario": "ONT", "Los Angeles": "LAX", "San Francisco": "SFO",
    "Seattle": "SEA", "Phoenix": "PHX", "Dallas": "DFW", "El Paso": "ELP", "Chicago": "ORD", "Memphis": "MEM",
    "Knoxville": "TYS", "Louisville": "SDF", "Atlanta": "ATL", "Pensacola": "PNS", "Miami": "MIA", "New York": "JFK",
    "Boston": "BOS", "Cincinnati": "CVG", "Honolulu": "HNL", "Anchorage": "ANC", "Shenzhen": "SZX", "Guangzhou": "CAN",
    "Yiwu": "YIW", "Hangzhou": "HGH", "Shanghai": "SHA", "Beijing": "BJS", "Hong Kong": "HKG", "Leipzig": "LEJ",
    "Berlin": "BER", "Frankfurt": "FRA", "London": "LON", "Birmingham": "BHX", "Tokyo": "TYO", "Paris": "PAR",
    "Toronto": "YYZ", "Vancouver": "YVR",
}  # fmt: skip
"""Service areas as MyDHL codes them: IATA city or airport codes (A for the form; which of a city's codes is D)."""


def service_of(parcel: Parcel) -> str:
    """The division that carries a parcel, as the unified interface names it."""
    named = parcel.service.lower()
    if named in SERVICES:
        return named
    return "express" if parcel.api == "mydhl" else division(normalise(parcel.tracking_number))


def unified_parcels(view: CarrierView, number: str) -> tuple[Parcel, ...]:
    """The parcels of the unified interface under a number or piece id: its own, and all of DHL Express."""
    waybill = waybill_of(normalise(number))
    parcels = view.parcels(waybill) + view.parcels(waybill, "mydhl")
    # A piece id may itself be the tracking number of a parcel.
    return parcels or view.parcels(number) + view.parcels(number, "mydhl")


def newest(scans: Sequence[tuple[ScanEvent, DhlCode]]) -> tuple[ScanEvent, DhlCode]:
    """The latest scan, even where a fault has reordered the list; the last one of equals. Fails for an empty list."""
    return max(reversed(scans), key=lambda pair: pair[0].happened)


def first_instant(parcel: Parcel) -> datetime | None:
    """The instant at which a parcel's record begins: that of its first event, or of the bare record."""
    return min((event.happened for event in parcel.events), default=parcel.registered)


def express_parcels(view: CarrierView, number: str) -> tuple[Parcel, ...]:
    """The parcels of MyDHL under a number or piece id: those of DHL Express only."""
    return tuple(parcel for parcel in unified_parcels(view, number) if service_of(parcel) == "express")


def locality(place: Place) -> str:
    """A place in the spelling of the unified interface, such as DENVER-USA; without a city, the country alone."""
    country = _SHORT_COUNTRIES.get(place.country) or COUNTRY_NAMES.get(place.country, place.country).upper()
    return f"{place.city.upper()}-{country}" if place.city else country


def area_code(place: Place) -> str:
    """The three letters of a place's service area; where DHL's code is unknown, the first three of the city."""
    return _AREAS.get(place.city) or "".join(letter for letter in place.city if letter.isalpha())[:3].upper()


def area(place: Place) -> str:
    """A service area in the spelling of MyDHL, such as DENVER-US."""
    return f"{place.city.upper()}-{place.country}" if place.city else place.country
