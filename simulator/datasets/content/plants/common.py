"""Plants: functions that change rows of shipments, and how to combine them."""

from collections.abc import Callable

from simulator.datasets.content.shipments import Shipments
from simulator.datasets.content.streams import Integers

Plant = Callable[[Shipments, Integers], None]
"""Changes some rows of shipments, and their expected outcome."""


def nothing(_shipments: Shipments, _rows: Integers) -> None:
    """Change nothing."""


def chain(*plants: Plant) -> Plant:
    """Several plants, one after the other."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        for each in plants:
            each(shipments, rows)

    return plant


def with_number(carrier: str, form: str, then: Plant) -> Plant:
    """A plant on numbers of one form: the parcels are relabelled first."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        shipments.relabel(rows, carrier, form)
        then(shipments, rows)

    return plant
