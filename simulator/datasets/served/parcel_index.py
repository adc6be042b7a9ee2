"""A dataset's parcels by carrier and number, read from a file, one when it is asked for.

The file is made of the tables `parcels` and `scans` (`parcel_indexing.py`): fixed-width records of scans, those of a
parcel together; records of parcels, sorted by a hash of carrier and number; a directory that says where each range of
hashes begins; the texts that records name by number, in JSON; and the places of all these. A parcel takes three reads
of a few hundred bytes each. Nothing is mapped into memory: pages that were touched would count as the server's own.

Little-endian throughout. Nothing here needs NumPy or Arrow, so a server whose file is ready starts without them.
"""

import json
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from simulator.carriers.common.number_form import normalise
from simulator.datasets.content.stored_parcels import parcel_of
from simulator.parcel import Parcel

VERSION = 1
MAGIC = b"vtr parcels\n"
NUMBER_BYTES = 40
SCAN = struct.Struct("<qqII")  # at and published_at in microseconds since 1970, code, location
# hash, number, carrier, journey, origin, destination, labelled_at, first scan, scans
PARCEL = struct.Struct(f"<Q{NUMBER_BYTES}sIIIIqQI")
NO_INSTANT = -(1 << 63)
HASH_BITS = 64
PLACES = struct.Struct("<Q")  # of the JSON text, before the magic letters that end the file

_MASK = (1 << HASH_BITS) - 1
_WORDS = struct.Struct(f"<{NUMBER_BYTES // 8}Q")
HASH_START, HASH_FACTOR, HASH_SHIFT = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 29
_RANGE = struct.Struct("<QQ")
_HASH = struct.Struct("<Q")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED = 256  # parcels; an answer reads each of its parcels twice or more


class UnreadableError(Exception):
    """A file that is no index, or one of another version, or not whole."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the end of the file.

    of: what the file was made of. parcels, directory: where these begin; scans begin at 0. bits: of a hash, that choose
    a range.
    """

    version: int
    of: dict[str, Any]
    count: int
    parcels: int
    directory: int
    bits: int
    carriers: list[str]
    journeys: list[str]
    codes: list[str]
    locations: list[str]


def hash_of(carrier: int, number: bytes) -> int:
    """The hash of a carrier (its index) and a number; `parcel_indexing` has the same for columns."""
    mixed = HASH_START + carrier
    for word in _WORDS.unpack(number.ljust(NUMBER_BYTES, b"\0")):
        mixed = (mixed ^ word) * HASH_FACTOR & _MASK
        mixed ^= mixed >> HASH_SHIFT
    return mixed * HASH_FACTOR & _MASK


class ParcelIndex:
    """The parcels of an index file: a `ParcelStore`. It keeps the file open until `close`."""

    def __init__(self, file: BinaryIO) -> None:
        """file: at any position; it is closed with this. Raises UnreadableError."""
        self._file = file
        self._descriptor = file.fileno()
        self.head = _head(file)
        self._carriers = {name: index for index, name in enumerate(self.head.carriers)}
        self._shift = HASH_BITS - self.head.bits
        self._remembered = lru_cache(_REMEMBERED)(self._under)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __len__(self) -> int:
        """How many parcels there are."""
        return self.head.count

    def under(self, carrier: str, number: str) -> Sequence[Parcel]:
        """A carrier's parcels under a number, without blanks and in upper case, in the order of the dataset."""
        return self._remembered(carrier, number)

    def page(self, first: int, count: int) -> Sequence[Parcel]:
        """So many parcels from a position on, in the order of the index, which mixes carriers."""
        count = max(0, min(count, self.head.count - first))
        return tuple(self._parcel(record) for record in self._records(first, first + count))

    def _under(self, carrier: str, number: str) -> tuple[Parcel, ...]:
        index = self._carriers.get(carrier)
        encoded = number.encode("utf-8", "replace")
        if index is None or len(encoded) > NUMBER_BYTES:
            return ()
        hashed = hash_of(index, encoded)
        at = self.head.directory + (hashed >> self._shift) * _HASH.size
        first, end = _RANGE.unpack(self._read(at, _RANGE.size))
        return tuple(
            self._parcel(record)
            for record in self._records(first, end)
            if record[0] == hashed and record[2] == index and normalise(_number(record)) == number
        )

    def _records(self, first: int, end: int) -> Iterator[tuple[Any, ...]]:
        return PARCEL.iter_unpack(self._read(self.head.parcels + first * PARCEL.size, (end - first) * PARCEL.size))

    def _parcel(self, record: tuple[Any, ...]) -> Parcel:
        head = self.head
        _, _, carrier, journey, origin, destination, labelled, first, count = record
        row = {
            "carrier": head.carriers[carrier],
            "tracking_number": _number(record),
            "journey": head.journeys[journey],
            "origin": head.locations[origin],
            "destination": head.locations[destination],
            "labelled_at": None if labelled == NO_INSTANT else _instant(labelled),
        }
        scans = sorted(  # as `Simulation.add` has them; the dataset's order among those of one instant
            SCAN.iter_unpack(self._read(first * SCAN.size, count * SCAN.size)), key=_happened
        )
        return parcel_of(
            row,
            (
                {
                    "at": _instant(at),
                    "published_at": _instant(published),
                    "code": head.codes[code],
                    "location": head.locations[location],
                }
                for at, published, code, location in scans
            ),
        )

    def _read(self, at: int, count: int) -> bytes:
        return os.pread(self._descriptor, count, at)


def read(path: Path) -> ParcelIndex:
    """The index of a file. Raises UnreadableError."""
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise UnreadableError(str(error)) from error
    try:
        return ParcelIndex(file)
    except BaseException:
        file.close()
        raise


def _head(file: BinaryIO) -> Head:
    with suppress(OSError, ValueError, TypeError, struct.error):
        descriptor = file.fileno()
        size = os.fstat(descriptor).st_size
        end = os.pread(descriptor, PLACES.size + len(MAGIC), size - PLACES.size - len(MAGIC))
        if end.endswith(MAGIC):
            (at,) = PLACES.unpack(end[: PLACES.size])
            told = json.loads(os.pread(descriptor, size - at - len(end), at))
            if told["version"] == VERSION:
                return Head(**told)
    raise UnreadableError("no index of this version")


def _number(record: tuple[Any, ...]) -> str:
    encoded: bytes = record[1]
    return encoded.rstrip(b"\0").decode()


def _happened(scan: tuple[int, ...]) -> int:
    return scan[0]


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
