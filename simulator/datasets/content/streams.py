"""Random numbers by position: the value of a column at a row, without the rows before it.

A column's key is a hash of (seed, schema version, table, column); a row's value is SplitMix64 of key and row. So a new
column changes no other one, and rows can be made in any order, in any process.
"""

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

SCHEMA_VERSION = 1

Integers = NDArray[np.int64]
UnsignedIntegers = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(32)
SHIPMENT_BITS = 30
_MASK = np.uint64((1 << SHIPMENT_BITS) - 1)


@dataclass(frozen=True, slots=True)
class RandomColumns:
    """The random columns of a dataset."""

    seed: int

    def bits(self, table: str, column: str, rows: Integers) -> UnsignedIntegers:
        """64 random bits for each row."""
        mixed: UnsignedIntegers = rows.astype(np.uint64) * _GOLDEN + self._key(table, column)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return mixed ^ (mixed >> np.uint64(31))

    def integers(self, table: str, column: str, rows: Integers, low: int, high: int) -> Integers:
        """An integer for each row, from low to high, both included; at most 2**32 different ones."""
        scaled = (self.bits(table, column, rows) >> _HALF) * np.uint64(high - low + 1) >> _HALF
        return scaled.astype(np.int64) + low

    def fractions(self, table: str, column: str, rows: Integers) -> NDArray[np.float64]:
        """A number for each row, from 0 up to, but not including, 1."""
        return (self.bits(table, column, rows) >> np.uint64(11)).astype(np.float64) / float(1 << 53)

    def permute(self, shipments: Integers) -> Integers:
        """Each shipment's place among 2**30: a bijection, so no two shipments share one."""
        placed = shipments.astype(np.uint64)
        for turn in range(3):
            odd = self._key("shipments", f"place {turn}") | np.uint64(1)
            placed = (placed * odd + self._key("shipments", f"start {turn}")) & _MASK
            placed ^= placed >> np.uint64(SHIPMENT_BITS // 2)
        return placed.astype(np.int64)

    def _key(self, table: str, column: str) -> np.uint64:
        text = f"{self.seed}/{SCHEMA_VERSION}/{table}/{column}"
        return np.uint64(int.from_bytes(sha256(text.encode()).digest()[:8], "little"))
