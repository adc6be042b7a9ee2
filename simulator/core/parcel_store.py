"""Parcels that a simulation does not hold in memory: somebody keeps them, and reads one when a carrier is asked for it.

A dataset of millions is served that way (`datasets/parcel_index.py`). What a store holds never changes.
"""

from collections.abc import Sequence
from typing import Protocol

from simulator.parcel import Parcel


class ParcelStore(Protocol):
    """Parcels by carrier and number, as `Simulation.add` would have them: each one's events oldest first."""

    def __len__(self) -> int:
        """How many parcels there are."""

    def under(self, carrier: str, number: str) -> Sequence[Parcel]:
        """A carrier's parcels under a number, without blanks and in upper case; none if it has none."""

    def page(self, first: int, count: int) -> Sequence[Parcel]:
        """So many parcels from a position on, in an order that is the same each time; fewer at the end."""
