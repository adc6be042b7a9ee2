"""What all plants are made of."""

from collections.abc import Callable

from simulator.datasets.content.shipments import Shipments
from simulator.datasets.content.streams import Whole

Plant = Callable[[Shipments, Whole], None]
"""Changes some rows of shipments, and their expected outcome."""


def nothing(_shipments: Shipments, _rows: Whole) -> None:
    """All is as it should be."""


def within(*plants: Plant) -> Plant:
    """Several, one after the other."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        for each in plants:
            each(shipments, rows)

    return plant


def with_number(carrier: str, form: str, then: Plant) -> Plant:
    """On numbers of one form only."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.give(rows, carrier, form)
        then(shipments, rows)

    return plant
