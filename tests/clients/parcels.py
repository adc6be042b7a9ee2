"""The parcels that the clients look up at each carrier, at one instant: three known, and one unknown number.

The numbers are valid; parcels and numbers are the same in every run, so that what a client must report can be written
down by hand (`expected.py`). MyDHL knows the parcels of DHL's unified interface too: they are Express parcels.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import MappingProxyType

from simulator import Clock, Credentials, Parcel, Route, Sessions, Simulation, journeys
from simulator.places import Place, place

NAME = "clients"
"""The session, and every field of its credentials."""

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)

NUMBERS = MappingProxyType({
    "ups": {
        "delivered": "1Z999AA10390000109",
        "moving": "1ZTST0016676543218",
        "label only": "1ZA1B2C3YW00424245",
        "unknown": "1Z12345E6605272234",
    },
    "usps": {
        "delivered": "9205590000000100000018",
        "moving": "9261291234567876543219",
        "label only": "9405591234567876543212",
        "unknown": "9274890000000000000010",
    },
    "fedex": {
        "delivered": "900000000016",
        "moving": "779900001232",
        "label only": "399000004569",
        "unknown": "900000000050",
    },
    "dhl": {
        "delivered": "9000000015",
        "moving": "1234567891",
        "label only": "5647382915",
        "unknown": "1234000003",
    },
})  # fmt: skip

_ROUTES = {"dhl": ("Berlin, DE", "Denver, CO, US")}
_DOMESTIC = ("Tulsa, OK, US", "Denver, CO, US")

# The journey; and when the label was made, the parcel first scanned, and (to be) delivered, all in March 2026, UTC.
# Of the moving parcel, five scans lie before NOW: the label, the acceptance, and what happens in the origin's country.
_HISTORIES = {
    "delivered": ("delivered", (13, 20), (14, 18), (17, 18)),
    "moving": ("in_transit", (18, 20), (19, 6), (22, 6)),
    "label only": ("label_only", (17, 20), (18, 20), (21, 20)),
    "unknown": ("unknown", (17, 20), (18, 20), (21, 20)),
}


def build_sessions() -> Sessions:
    """New sessions with that of the clients, its clock at NOW."""
    sessions = Sessions()
    sessions.add(NAME, Simulation(all_parcels(), credentials=Credentials.of(NAME), clock=Clock(NOW)))
    return sessions


def all_parcels() -> Iterator[Parcel]:
    """Every parcel."""
    for carrier, numbers in NUMBERS.items():
        origin, destination = (place(text) for text in _ROUTES.get(carrier, _DOMESTIC))
        for parcel, number in numbers.items():
            yield _parcel(carrier, parcel, number, origin, destination)


def _parcel(carrier: str, parcel: str, number: str, origin: Place, destination: Place) -> Parcel:
    journey, label_at, first_scan_at, delivered_at = _HISTORIES[parcel]
    events = journeys.events(
        journeys.find(journey),
        Route.between(origin, destination),
        label_at=_at(*label_at),
        first_scan_at=_at(*first_scan_at),
        delivered_at=_at(*delivered_at),
    )
    return Parcel(carrier, number, events, origin, destination, journey=journey)


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)
