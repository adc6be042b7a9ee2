"""Plants in the carrier that the seller names."""

from simulator.datasets.content.number_forms import CARRIERS
from simulator.datasets.content.plants.common import Plant
from simulator.datasets.content.shipments import (
    CARRIER_CODES,
    LOWER_CASE,
    OTHER,
    TYPED_NAMES,
    UNSUPPORTED,
    WITH_BLANK,
    Shipments,
)
from simulator.datasets.content.streams import Integers


def wrong_carrier(shipments: Shipments, rows: Integers) -> None:
    """Another of the five is named."""
    shift = shipments.random("wrong_carrier", rows, 1, len(CARRIERS) - 1)
    shipments.named[rows] = (shipments.carrier[rows] + shift) % len(CARRIERS)
    shipments.expect(rows, "CARRIER_MISMATCH")


def unsupported(shipments: Shipments, rows: Integers) -> None:
    """A carrier of no list is named."""
    shipments.named[rows] = CARRIER_CODES.index(UNSUPPORTED)
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def other_case(shipments: Shipments, rows: Integers) -> None:
    """The right carrier in small letters."""
    shipments.named[rows] = shipments.carrier[rows] + LOWER_CASE
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def typed(shipments: Shipments, rows: Integers) -> None:
    """Other is chosen and the right name typed."""
    shipments.named[rows] = OTHER
    shipments.typed[rows] = shipments.carrier[rows]
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def with_blank(shipments: Shipments, rows: Integers) -> None:
    """A blank behind the right carrier's name."""
    shipments.named[rows] = shipments.carrier[rows] + WITH_BLANK
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def typed_as(carrier: str, form: str, name: str) -> Plant:
    """Other is chosen, and a name typed that is in no list."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        shipments.relabel(rows, carrier, form)
        shipments.named[rows] = OTHER
        shipments.typed[rows] = TYPED_NAMES.index(name)
        shipments.expect(rows, "CARRIER_UNSUPPORTED")

    return plant


def named_as(carrier: str, form: str, code: str) -> Plant:
    """Another of the carrier's own names in the list."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        shipments.relabel(rows, carrier, form)
        shipments.named[rows] = CARRIER_CODES.index(code)

    return plant


def carried_by_usps(carrier: str, form: str, path: str) -> Plant:
    """Another carrier's number that USPS reads, as it does with what is handed over to it, and that names USPS."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        shipments.relabel(rows, carrier, form)
        shipments.carrier[rows] = shipments.named[rows] = CARRIERS.index("usps")
        shipments.send_on(rows, path)

    return plant


def first_mile(shipments: Shipments, rows: Integers) -> None:
    """China Post's own number under the carrier of the last mile, who has none of it."""
    shipments.relabel(rows, "chinapost", "domestic-13")
    shipments.named[rows] = CARRIERS.index("usps")
    shipments.expect(rows, "CARRIER_MISMATCH")
