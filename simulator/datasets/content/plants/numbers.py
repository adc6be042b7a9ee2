"""Plants in the number that the seller submits: the outcomes that go with a retyped text, and numbers of no parcel."""

from simulator.datasets.content.plants.common import Plant
from simulator.datasets.content.shipments import UNKNOWN, Shipments
from simulator.datasets.content.streams import Integers


def rejected(shipments: Shipments, rows: Integers) -> None:
    """The text that is submitted cannot be processed."""
    shipments.expect(rows, "INVALID_ID_CHARS")


def blanked(shipments: Shipments, rows: Integers) -> None:
    """Nothing is submitted."""
    shipments.expect(rows, "INVALID_ID_BLANK")


def unknown_text(carrier: str = "", form: str = "") -> Plant:
    """The text that is submitted is clean, and no carrier has that number."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        if carrier:
            shipments.relabel(rows, carrier, form)
        shipments.expect(rows, "NUMBER_UNKNOWN")

    return plant


def never_known(shipments: Shipments, rows: Integers) -> None:
    """A number that no carrier knows; no carrier had the parcel either."""
    shipments.send_on(rows, "unknown")
    shipments.submitted_number[rows] = UNKNOWN
    shipments.expect(rows, "NUMBER_UNKNOWN")
