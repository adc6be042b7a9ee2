"""Places, instants and parcels that the tests of several carriers use."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from simulator.parcel import Kind, Parcel, ScanEvent
from simulator.places import place

MakeView = Callable[..., Any]  # the fixture `make_view`

BERLIN = place("Berlin, DE")
BOISE = place("Boise, ID, US")
DENVER = place("Denver, CO, US")
ONTARIO = place("Ontario, CA, US")
SHENZHEN = place("Shenzhen, CN")
TULSA = place("Tulsa, OK, US")


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant of March 2026 (UTC)."""
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


USPS_NUMBER = "9205590000000100000018"
USPS_MOVING = Parcel(
    "usps",
    USPS_NUMBER,
    (
        ScanEvent(at(1, 15, 14, 2), Kind.LABEL_CREATED),
        ScanEvent(at(2, 21, 5, 37), Kind.ACCEPTED, TULSA),
        ScanEvent(at(2, 23, 40, 11), code="SF", place=TULSA),
    ),
    TULSA,
    BOISE,
)
