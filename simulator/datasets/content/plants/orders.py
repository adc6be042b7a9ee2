"""Plants in the order: promises, exemptions, cancellations, and how parcels are shared out over orders."""

import numpy as np

from simulator.datasets.content.plants.common import Plant
from simulator.datasets.content.shipments import (
    AS_OF,
    CARRIER_CODES,
    CATEGORIES,
    DAY,
    HAULIER,
    HOUR,
    METHODS,
    Shipments,
)
from simulator.datasets.content.streams import Integers


def cancelled_before(shipments: Shipments, rows: Integers) -> None:
    """Cancelled an hour before it was confirmed."""
    shipments.send_on(rows, "label_only")
    shipments.cancelled[rows] = shipments.confirmed[rows] - HOUR
    shipments.expect(rows, "CANCELLED_BEFORE_CONFIRMATION")


def cancelled_after(shipments: Shipments, rows: Integers) -> None:
    """Cancelled an hour after it was confirmed, and on its way."""
    shipments.cancelled[rows] = shipments.confirmed[rows] + HOUR


def refunded(shipments: Shipments, rows: Integers) -> None:
    """Confirmed, cancelled, never handed over."""
    shipments.send_on(rows, "label_only")
    shipments.cancelled[rows] = shipments.confirmed[rows] + DAY
    shipments.expect(rows, "NO_SCAN")


def not_confirmed(shipments: Shipments, rows: Integers) -> None:
    """Never confirmed."""
    shipments.send_on(rows, "unknown")
    shipments.confirmed[rows] = AS_OF + DAY  # no line is written for it
    shipments.expect(rows, "NOT_CONFIRMED")


def by_amazon(shipments: Shipments, rows: Integers) -> None:
    """Amazon ships it."""
    shipments.amazon[rows] = True
    shipments.expect(rows, "NOT_SELLER_FULFILLED")


def promised(day: int, outcome: str) -> Plant:
    """Promised for a day, in days since 1970."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        shipments.promised[rows] = day
        shipments.expect(rows, outcome, evidence=True)

    return plant


def envelope(price: int, outcome: str, method: str = "First Class Mail envelope") -> Plant:
    """A small article in an envelope, with its price in cents and no number."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        shipments.relabel(rows, "usps", "impb-22")
        shipments.send_on(rows, "unknown")
        shipments.method[rows] = METHODS.index(method)
        shipments.price[rows], shipments.shipping[rows] = price - 100, 100
        shipments.texts.update(dict.fromkeys(rows.tolist(), ""))
        shipments.expect(rows, outcome)

    return plant


def freight(shipments: Shipments, rows: Integers) -> None:
    """Freight with a haulier of no list."""
    shipments.named[rows] = CARRIER_CODES.index(HAULIER)
    shipments.method[rows] = METHODS.index("Freight")
    shipments.expect(rows, "EXEMPT_FREIGHT")


def from_abroad(price: int, outcome: str) -> Plant:
    """Sent from China, with its price in cents."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        shipments.ship_from[rows] = 1
        shipments.price[rows], shipments.shipping[rows] = price - 100, 100
        shipments.expect(rows, outcome, evidence=True)

    return plant


def second_blank(shipments: Shipments, rows: Integers) -> None:
    """Nothing submitted for an order's second parcel."""
    blank = rows[shipments.package[rows] > 1]
    shipments.texts.update(dict.fromkeys(blank.tolist(), ""))
    shipments.expect(blank, "INVALID_ID_BLANK")


def both_blank(shipments: Shipments, rows: Integers) -> None:
    """Nothing submitted for an order's parcels."""
    shipments.texts.update(dict.fromkeys(rows.tolist(), ""))
    shipments.expect(rows, "INVALID_ID_BLANK")


def one_number(shipments: Shipments, rows: Integers) -> None:
    """Two orders in one parcel: the first order's label, scanned after both were placed."""
    key = shipments.key[rows] // 2 * 2
    shipments.number_from[rows] = key
    # All of the second order's own times give way to those of the first.
    for name in ("placed", "promised", "labelled", "confirmed", "first_scan", "delivery"):
        column: Integers = getattr(shipments, name)
        column[rows] = np.repeat(column[rows][::2], 2)


def combined_one_blank(shipments: Shipments, rows: Integers) -> None:
    """Two orders in one parcel, and nothing submitted for the second."""
    one_number(shipments, rows)
    blank = rows[shipments.key[rows] % 2 == 1]
    shipments.texts.update(dict.fromkeys(blank.tolist(), ""))
    shipments.expect(blank, "INVALID_ID_BLANK")


def half_confirmed(shipments: Shipments, rows: Integers) -> None:
    """The second parcel is not confirmed yet, so Amazon does not know of it and no row is expected."""
    later = rows[shipments.package[rows] > 1]
    shipments.send_on(later, "unknown")
    shipments.confirmed[later] = AS_OF + DAY


def recategorised(shipments: Shipments, rows: Integers) -> None:
    """The category is another today than when it was ordered."""
    shift = shipments.random("recategorised", rows, 1, len(CATEGORIES) - 1)
    shipments.current_category[rows] = (shipments.category[rows] + shift) % len(CATEGORIES)


def bought_from_amazon(shipments: Shipments, rows: Integers) -> None:
    """The label was bought from Amazon, which fills in carrier and number."""
    shipments.buy_shipping[rows] = True
