"""What both of DHL's interfaces share: which parcels they know, where a scan was, and whose call it is.

A DHL Express parcel is found through both interfaces, as in reality. Express is what a parcel's service says, or the
form of its number; a parcel whose story names the MyDHL interface is Express by that. Parcels of other divisions are
known to the unified interface alone.
"""

from collections.abc import Sequence
from datetime import datetime

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import CarrierView
from simulator.carriers.common.number_form import normalise
from simulator.carriers.dhl.events import DhlCode
from simulator.carriers.dhl.numbers import division, waybill_of
from simulator.exchange import Request
from simulator.parcel import Parcel, ScanEvent
from simulator.places import COUNTRY_NAMES, Place

SERVICES = frozenset(
    (
        *("express", "parcel-de", "ecommerce", "dgf", "parcel-uk", "post-de", "sameday", "freight"),
        *("parcel-nl", "parcel-pl", "dsc"),
        *("ecommerce-europe", "svb", "ecommerce-apac", "ecommerce-ppl", "ecommerce-iberia", "post-international"),
    )
)
"""The divisions, as `service` names them: version 1.3.1 of the unified API (A); the last line later additions (C)."""

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
    """What the unified interface knows under a number or piece id: its own parcels, and all Express ones."""
    waybill = waybill_of(normalise(number))
    own = view.parcels(waybill) + view.parcels(waybill, "mydhl")
    # A piece id may also be the very number that a story gave its parcel.
    return own or view.parcels(number) + view.parcels(number, "mydhl")


def newest(told: Sequence[tuple[ScanEvent, DhlCode]]) -> tuple[ScanEvent, DhlCode]:
    """The latest event, also where a fault has put the list out of order; of equals the last. Not for an empty list."""
    return max(reversed(told), key=lambda pair: pair[0].happened)


def first_instant(parcel: Parcel) -> datetime | None:
    """When a parcel's record begins: its first event, or the bare record."""
    return min((event.happened for event in parcel.events), default=parcel.registered)


def express_parcels(view: CarrierView, number: str) -> tuple[Parcel, ...]:
    """What MyDHL knows under a number or piece id: Express parcels only."""
    return tuple(parcel for parcel in unified_parcels(view, number) if service_of(parcel) == "express")


def locality(place: Place) -> str:
    """A place in the unified interface's words, such as DENVER-USA; where no city is known, the country alone."""
    country = _SHORT_COUNTRIES.get(place.country) or COUNTRY_NAMES.get(place.country, place.country).upper()
    return f"{place.city.upper()}-{country}" if place.city else country


def area_code(place: Place) -> str:
    """The three letters of a place's service area; those of its name where DHL's are not known here."""
    return _AREAS.get(place.city) or "".join(letter for letter in place.city if letter.isalpha())[:3].upper()


def area(place: Place) -> str:
    """A service area in MyDHL's words, such as DENVER-US."""
    return f"{place.city.upper()}-{place.country}" if place.city else place.country


def client_of(request: Request) -> str | None:
    """The API key of a call to the unified interface, or the user of one to MyDHL."""
    key = request.headers.get("dhl-api-key")
    if key:
        return key
    login = oauth.basic_credentials(request)
    return login[0] if login else None
