"""Plants in the number that the seller submits: the outcomes that go with a retyped text, and numbers of no parcel."""

from simulator.datasets.content.plants.common import Plant
from simulator.datasets.content.shipments import NOBODYS, Shipments
from simulator.datasets.content.streams import Whole


def rejected(shipments: Shipments, rows: Whole) -> None:
    """The text that is submitted cannot be processed."""
    shipments.expect(rows, "INVALID_ID_CHARS")


def blanked(shipments: Shipments, rows: Whole) -> None:
    """Nothing is submitted."""
    shipments.expect(rows, "INVALID_ID_BLANK")


def unknown_text(carrier: str = "", form: str = "") -> Plant:
    """The text that is submitted is clean, and nobody has that number."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        if carrier:
            shipments.give(rows, carrier, form)
        shipments.expect(rows, "NUMBER_UNKNOWN")

    return plant


def never_known(shipments: Shipments, rows: Whole) -> None:
    """A number that no carrier knows, of a parcel that none had."""
    shipments.travel(rows, "unknown")
    shipments.submitted_number[rows] = NOBODYS
    shipments.expect(rows, "NUMBER_UNKNOWN")
