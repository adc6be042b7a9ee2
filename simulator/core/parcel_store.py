"""The protocol of a store of parcels that a simulation doesn't hold in memory, but reads one by one when it needs them.

A dataset of millions of parcels is served that way. What a store holds never changes.
"""

from collections.abc import Sequence
from typing import Protocol

from simulator.parcel import Parcel


class ParcelStore(Protocol):
    """Parcels by carrier and number, each with its events oldest first, as `Simulation.add` keeps them."""

    def __len__(self) -> int:
        """How many parcels there are."""

    def under(self, carrier: str, number: str) -> Sequence[Parcel]:
        """A carrier's parcels under a number; empty if there are none. number: without blanks and in upper case."""

    def page(self, first: int, count: int) -> Sequence[Parcel]:
        """Up to `count` parcels from the position `first` on, in an order that is the same each time."""
