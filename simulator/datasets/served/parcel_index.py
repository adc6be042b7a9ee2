"""A dataset's parcels by carrier and number, each read from an SQLite file when it is asked for.

`build_index.py` makes the file from the tables `parcels` and `scans`. It never changes afterwards: a newer one is
written under another name and renamed. So it is opened read-only and immutable, without locks, and one connection
serves all threads of the process. SQLite keeps up to `_CACHE_KIBIBYTES` of it in memory and maps nothing.

Nothing here needs NumPy or Arrow, so a server whose file is ready starts without them.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from simulator.datasets.content.stored_parcels import parcel_of
from simulator.errors import MisuseError
from simulator.parcel import Parcel

APPLICATION_ID = 0x76747270  # "vtrp": what the file holds, as SQLite's header has it
VERSION = 2  # of the tables below; version 1 was not SQLite
SCHEMA = """
    CREATE TABLE about (source TEXT NOT NULL);  -- what the file is made of, in JSON
    CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
    CREATE TABLE parcels (
        id INTEGER PRIMARY KEY,      -- the row's position in the dataset, from 0
        carrier INTEGER NOT NULL,    -- carrier, journey, origin, destination, code, location: ids of texts
        tracking_number TEXT NOT NULL,
        number TEXT NOT NULL,        -- without blanks, in upper case
        journey INTEGER NOT NULL,
        origin INTEGER NOT NULL,
        destination INTEGER NOT NULL,
        labelled_at INTEGER          -- instants: microseconds since 1970 (UTC)
    );
    CREATE TABLE parcel_runs (parcel INTEGER PRIMARY KEY, run INTEGER NOT NULL);
    CREATE TABLE scans (
        run INTEGER NOT NULL,
        position INTEGER NOT NULL,
        at INTEGER NOT NULL,
        published_at INTEGER NOT NULL,
        code INTEGER NOT NULL,
        location INTEGER NOT NULL,
        PRIMARY KEY (run, position)
    ) WITHOUT ROWID;
"""
_PARCEL = """
    SELECT carrier, tracking_number, journey, origin, destination, labelled_at, run
    FROM parcels LEFT JOIN parcel_runs ON parcel = id
"""
_BY_NUMBER = f"{_PARCEL} WHERE number = ? AND carrier = ? ORDER BY id"
_PAGE = f"{_PARCEL} WHERE id >= ? ORDER BY id LIMIT ?"
# As `Simulation.add` has them; the dataset's order among those of one instant.
_SCANS = "SELECT at, published_at, code, location FROM scans WHERE run = ? ORDER BY at, position"
_CACHE_KIBIBYTES = 8192
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED = 256  # parcels; an answer reads each of its parcels twice or more

Row = tuple[Any, ...]


class UnreadableError(Exception):
    """A file that is not an index, or has another version, or is not whole."""


class ParcelIndex:
    """The parcels of an index file: a `ParcelStore`. It keeps the connection open until `close`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Take over a connection to an index. path: its name in messages. Raises UnreadableError."""
        self._connection = connection
        self._lock = Lock()  # one statement at a time, however SQLite was built
        self._path = path
        try:
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
            if (
                _pragma(connection, "application_id") != APPLICATION_ID
                or _pragma(connection, "user_version") != VERSION
            ):
                raise UnreadableError("not an index of this version")
            (source,) = connection.execute("SELECT source FROM about").fetchone()
            self.source: dict[str, Any] = json.loads(source)
            self._count: int
            (self._count,) = connection.execute("SELECT ifnull(max(id) + 1, 0) FROM parcels").fetchone()
            self._texts = dict(connection.execute("SELECT id, text FROM texts"))
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise UnreadableError(str(error)) from error
        self._carriers = {text: id_ for id_, text in self._texts.items()}
        self._remembered = lru_cache(_REMEMBERED)(self._find)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __len__(self) -> int:
        """How many parcels there are."""
        return self._count

    def under(self, carrier: str, number: str) -> Sequence[Parcel]:
        """A carrier's parcels under a number, without blanks and in upper case, in the order of the dataset."""
        return self._remembered(carrier, number)

    def page(self, first: int, count: int) -> Sequence[Parcel]:
        """Up to `count` parcels from a position on, in the order of the dataset."""
        return tuple(self._parcel(row) for row in self._rows(_PAGE, first, max(0, count)))

    def _find(self, carrier: str, number: str) -> tuple[Parcel, ...]:
        try:
            rows = self._rows(_BY_NUMBER, number, self._carriers.get(carrier))
        except UnicodeEncodeError:  # half of a surrogate pair, which is in no file
            return ()
        return tuple(self._parcel(row) for row in rows)

    def _parcel(self, row: Row) -> Parcel:
        texts = self._texts
        carrier, number, journey, origin, destination, labelled_at, run = row
        return parcel_of(
            {
                "carrier": texts[carrier],
                "tracking_number": number,
                "journey": texts[journey],
                "origin": texts[origin],
                "destination": texts[destination],
                "labelled_at": None if labelled_at is None else _instant(labelled_at),
            },
            (
                {
                    "at": _instant(at),
                    "published_at": _instant(published_at),
                    "code": texts[code],
                    "location": texts[location],
                }
                for at, published_at, code, location in (() if run is None else self._rows(_SCANS, run))
            ),
        )

    def _rows(self, query: str, *values: object) -> list[Row]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise MisuseError(f"{self._path}: is damaged ({error}); delete it and start again") from error


def read(path: Path) -> ParcelIndex:
    """The index of a file. Raises UnreadableError."""
    if not path.is_file():
        raise UnreadableError("no such file")
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise UnreadableError(str(error)) from error
    try:
        _check_size(connection, path)
        return ParcelIndex(connection, path)
    except BaseException:
        connection.close()
        raise


def _check_size(connection: sqlite3.Connection, path: Path) -> None:
    """SQLite itself reads zeros where the last page ends early."""
    try:
        size = _pragma(connection, "page_count") * _pragma(connection, "page_size")
    except sqlite3.Error as error:
        raise UnreadableError(str(error)) from error
    if size != path.stat().st_size:
        raise UnreadableError("not whole")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
