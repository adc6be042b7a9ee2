"""Origins and destinations: the places of a dataset, and those of each parcel."""

from zoneinfo import ZoneInfo

import numpy as np

from simulator.datasets.content.shipments import Shipments
from simulator.datasets.content.streams import Integers
from simulator.places import place

_ORIGINS = ("Tulsa, OK, US", "Ontario, CA, US", "Memphis, TN, US", "Atlanta, GA, US", "Cincinnati, OH, US")
_CHINESE = ("Shenzhen, Guangdong, CN", "Guangzhou, Guangdong, CN", "Yiwu, Zhejiang, CN", "Hangzhou, Zhejiang, CN")
_DESTINATIONS = (
    "Denver, CO, US", "Seattle, WA, US", "Phoenix, AZ, US", "Dallas, TX, US", "Chicago, IL, US", "Miami, FL, US",
    "New York, NY, US", "Boston, MA, US", "San Francisco, CA, US", "Honolulu, HI, US", "Anchorage, AK, US",
)  # fmt: skip
PLACES = (*_ORIGINS, *_CHINESE, *_DESTINATIONS)


def origins(made: Shipments) -> Integers:
    """The origin of each parcel, as an index into PLACES."""
    draw = made.streams.integers
    domestic = draw("parcels", "origin", made.key, 0, len(_ORIGINS) - 1)
    chinese = draw("parcels", "origin", made.key, len(_ORIGINS), len(_ORIGINS) + len(_CHINESE) - 1)
    return np.where(made.ship_from == 1, chinese, domestic)


def destinations(made: Shipments) -> Integers:
    """The destination of each parcel, as an index into PLACES."""
    start = len(_ORIGINS) + len(_CHINESE)
    return made.streams.integers("parcels", "destination", made.key, start, len(PLACES) - 1)


def origin_zones(made: Shipments, rows: Integers) -> list[ZoneInfo]:
    """The time zones of the origins of some parcels."""
    zones = [ZoneInfo(place(text).zone) for text in PLACES]
    return [zones[at] for at in origins(made)[rows].tolist()]
