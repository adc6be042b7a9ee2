"""Plants in what the carrier records and publishes: other journeys, missing scans, late or wrong times."""

from datetime import datetime

import numpy as np

from simulator.datasets.content.number_forms import CARRIERS
from simulator.datasets.content.plants.common import Plant
from simulator.datasets.content.routes import origin_zones
from simulator.datasets.content.shipments import AS_OF, DAY, HOUR, MINUTE, Shipments
from simulator.datasets.content.streams import Integers


def journey(path: str, carrier: str = "", form: str = "") -> Plant:
    """Another journey; of a carrier and form where only some have it."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        if carrier:
            shipments.relabel(rows, carrier, form)
        shipments.send_on(rows, path)

    return plant


def unseen(path: str, carrier: str = "", form: str = "") -> Plant:
    """A journey without a physical scan."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        journey(path, carrier, form)(shipments, rows)
        shipments.expect(rows, "NO_SCAN")

    return plant


def delivered_only(shipments: Shipments, rows: Integers) -> None:
    """Not for China Post: the delivery abroad is another post's reading, and no scan of its own."""
    chinese = rows[shipments.carrier[rows] == CARRIERS.index("chinapost")]
    shipments.relabel(chinese, "usps", "impb-22")
    shipments.send_on(rows, "delivered_without_earlier_scans")


def late_first_scan(shipments: Shipments, rows: Integers) -> None:
    """The carrier first reads it five days late."""
    shipments.first_scan[rows] += 5 * DAY
    shipments.delivery[rows] += 5 * DAY


def recycled(shipments: Shipments, rows: Integers) -> None:
    """All scans are a stranger's, from before the order."""
    shipments.first_scan[rows] = shipments.placed[rows] - 90 * DAY
    shipments.delivery[rows] = shipments.placed[rows] - 85 * DAY
    shipments.labelled[rows] = shipments.placed[rows] - 91 * DAY
    shipments.expect(rows, "NO_SCAN")


def published_late(shipments: Shipments, rows: Integers) -> None:
    """Scanned in time, published after the report."""
    shipments.send_on(rows, "lost_after_first_scan")
    shipments.publish_delay[rows] = AS_OF + HOUR - shipments.first_scan[rows]
    shipments.expect(rows, "NO_SCAN")


def scanned_late(shipments: Shipments, rows: Integers) -> None:
    """First scanned after the report."""
    shipments.first_scan[rows] = AS_OF + HOUR
    shipments.delivery[rows] = AS_OF + 3 * DAY
    shipments.expect(rows, "NO_SCAN")


def not_known(shipments: Shipments, rows: Integers) -> None:
    """The right number, of which the carrier knows nothing."""
    shipments.send_on(rows, "unknown")
    shipments.expect(rows, "NUMBER_UNKNOWN")


def published_two_days_later(shipments: Shipments, rows: Integers) -> None:
    """Every scan is published 48 hours later, and long before the report."""
    shipments.publish_delay[rows] = 48 * HOUR


def delivery_published_later(shipments: Shipments, rows: Integers) -> None:
    """The delivery is published 72 hours later, and long before the report."""
    shipments.delivery_delay[rows] = 72 * HOUR


def clock_behind(shipments: Shipments, rows: Integers) -> None:
    """The scanners' clocks are an hour behind; what is published is published when it happened."""
    for column in (shipments.labelled, shipments.first_scan, shipments.delivery):
        column[rows] -= HOUR
    shipments.publish_delay[rows] = HOUR


def at_midnight(shipments: Shipments, rows: Integers) -> None:
    """The first scan is stamped midnight of its day, hours before the label; the order is older all the same."""
    for row, zone in zip(rows.tolist(), origin_zones(shipments, rows), strict=True):
        read = datetime.fromtimestamp(int(shipments.first_scan[row]) + DAY, zone)
        shipments.first_scan[row] = int(read.replace(hour=0, minute=0, second=0).timestamp())
    shipments.delivery[rows] += DAY
    shipments.labelled[rows] = shipments.first_scan[rows] + shipments.random("midnight", rows, 6 * HOUR, 12 * HOUR)
    shipments.confirmed[rows] = shipments.labelled[rows] + 10 * MINUTE


def without_places(shipments: Shipments, rows: Integers) -> None:
    """No event says where it was. Only where an answer's times do not need that: not at USPS or DHL."""
    others = np.isin(shipments.carrier[rows], [CARRIERS.index("usps"), CARRIERS.index("dhl")])
    shipments.relabel(rows[others], "ups", "1z")
    shipments.placeless[rows] = True
