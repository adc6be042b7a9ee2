"""Making the SQLite file that a dataset's parcels are read from; `parcel_index.py` has its tables.

Rows go from Arrow batches into the database, so memory stays small whatever the size of the dataset. A run of scans,
those of one number that follow each other, belongs to one parcel: a number's first run to its first row in `parcels`,
and so on. SQLite joins the two when both are read.

The file gets its name when it is whole. Where the folder cannot be written, it is a temporary database of this
process, which SQLite deletes with the connection.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator import carriers, places
from simulator.admin.requests import checked_instant
from simulator.carriers.common.number_form import normalise
from simulator.datasets.files import table_batches
from simulator.datasets.files.manifest import Dataset, TableFile
from simulator.datasets.served import parcel_index
from simulator.datasets.served.parcel_index import APPLICATION_ID, SCHEMA, VERSION, ParcelIndex
from simulator.errors import MisuseError

_NUMBER_BYTES = 40  # of a tracking number, at most
_TEXT, _INSTANT = pa.string(), pa.timestamp("us")
_PARCEL_COLUMNS = {
    "carrier": _TEXT, "tracking_number": _TEXT, "journey": _TEXT, "origin": _TEXT, "destination": _TEXT,
    "labelled_at": _INSTANT,
}  # fmt: skip
_SCAN_COLUMNS = {
    "carrier": _TEXT, "tracking_number": _TEXT, "position": pa.int64(), "at": _INSTANT, "published_at": _INSTANT,
    "code": _TEXT, "location": _TEXT,
}  # fmt: skip
# A file that gets its name when it is whole needs no journal, and is synchronised once, at the end.
_PRAGMAS = (
    f"application_id = {APPLICATION_ID}", f"user_version = {VERSION}", "journal_mode = OFF", "synchronous = OFF",
    "cache_size = -16384",
)  # fmt: skip
_STAGING = "CREATE TEMP TABLE runs (id INTEGER PRIMARY KEY, carrier, tracking_number);"
_JOIN = """
    CREATE TEMP TABLE ranked_runs AS
        SELECT *, row_number() OVER (PARTITION BY tracking_number, carrier ORDER BY id) AS rank FROM runs;
    CREATE UNIQUE INDEX temp.runs_by_number ON ranked_runs (tracking_number, carrier, rank);
    INSERT INTO parcel_runs
        SELECT parcel.id, run.id
        FROM (
            SELECT id, tracking_number, carrier,
                row_number() OVER (PARTITION BY tracking_number, carrier ORDER BY id) AS rank
            FROM parcels
        ) AS parcel
        JOIN ranked_runs AS run USING (tracking_number, carrier, rank)
        ORDER BY parcel.id;
    CREATE INDEX parcels_by_number ON parcels (number, carrier);
"""
_RUN_WITHOUT_PARCEL = """
    SELECT text, tracking_number, rank
    FROM ranked_runs AS run JOIN texts ON texts.id = carrier
    WHERE run.id NOT IN (SELECT run FROM parcel_runs)
    ORDER BY rank, run.id LIMIT 1
"""

Check = Callable[[str], object]
Rows = Iterator[tuple[Any, ...]]


def make(dataset: Dataset, source: Mapping[str, Any], path: Path) -> ParcelIndex:
    """Make the file of a dataset's parcels under a path, or nowhere where that can't be written, and read it.

    source: what the file is made of; it is stored, to see later whether the file is still right. Raises MisuseError
    for a dataset whose files differ from the manifest, or hold what carriers cannot answer about, and for a full disk.
    """
    for name in ("parcels", "scans"):
        _check_digest(dataset.tables[name])
    building = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        building.open("wb").close()
    except OSError:  # a folder that cannot be written
        return ParcelIndex(_filled("", dataset, source, path), path)
    try:
        _filled(str(building), dataset, source, path).close()
        with building.open("rb+") as file:
            os.fsync(file.fileno())
        building.replace(path)
    except OSError as error:
        raise _not_made(path, error.strerror or str(error)) from error
    finally:
        building.unlink(missing_ok=True)
    return parcel_index.read(path)


def _check_digest(table: TableFile) -> None:
    with table.path.open("rb") as stream:
        if file_digest(stream, "sha256").hexdigest() != table.sha256:
            raise MisuseError(f"{table.path}: is not as the manifest says; make the dataset again")


def _not_made(path: Path, why: str) -> MisuseError:
    return MisuseError(f"{path}: cannot be made: {why}; make room, then try again")


def _filled(name: str, dataset: Dataset, source: Mapping[str, Any], path: Path) -> sqlite3.Connection:
    """A new database with the dataset's parcels. name: its file, or "" for a temporary one."""
    connection = sqlite3.connect(name, check_same_thread=False)
    try:
        _fill(connection, dataset, source)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise _not_made(path, str(error)) from error
        raise
    return connection


def _fill(connection: sqlite3.Connection, dataset: Dataset, source: Mapping[str, Any]) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(SCHEMA + _STAGING)
    parcels, scans = (dataset.tables[name].path for name in ("parcels", "scans"))
    texts = _Texts()
    with _named_in_errors(scans):
        for scan_rows, runs in _scans(dataset, texts):
            connection.executemany("INSERT INTO scans VALUES (?, ?, ?, ?, ?, ?)", scan_rows)
            connection.executemany("INSERT INTO runs VALUES (?, ?, ?)", runs)
    with _named_in_errors(parcels):
        for parcel_rows in _parcels(dataset, texts):
            connection.executemany("INSERT INTO parcels VALUES (?, ?, ?, ?, ?, ?, ?, ?)", parcel_rows)
    connection.executemany("INSERT INTO texts (text, id) VALUES (?, ?)", texts.ids.items())
    connection.execute("INSERT INTO about VALUES (?)", (json.dumps(source),))
    connection.executescript(_JOIN)
    for carrier, number, rank in connection.execute(_RUN_WITHOUT_PARCEL):
        why = "which no row of parcels has" if rank == 1 else "which are in more places than parcels have it"
        raise MisuseError(f"{scans}: has scans of {carrier} {number}, {why}; make the dataset again")
    connection.commit()


@contextmanager
def _named_in_errors(path: Path) -> Iterator[None]:
    """Name the file in what goes wrong while it is read. Raises MisuseError."""
    try:
        yield
    except MisuseError as error:
        raise MisuseError(f"{path}: {error}; make the dataset again") from error
    except KeyError as error:
        raise MisuseError(f"{path}: a column is missing: {error.args[0]}; make the dataset again") from error
    except (pa.ArrowException, ValueError) as error:
        raise MisuseError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from error


class _Texts:
    """The texts that rows name by their ids."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def ids_of(self, column: pa.Array, check: Check = lambda _: None) -> list[int]:
        """Each text's id. check: called with each different text of the column; it raises MisuseError for a bad one."""
        encoded = pc.dictionary_encode(pc.fill_null(column, ""))
        different = encoded.dictionary.to_pylist()
        for text in different:
            check(text)
        ids = np.array([self.ids.setdefault(text, len(self.ids)) for text in different], np.int64)
        found: list[int] = ids[encoded.indices.to_numpy(zero_copy_only=False)].tolist()
        return found


def _scans(dataset: Dataset, texts: _Texts) -> Iterator[tuple[Rows, Rows]]:
    """Batch by batch, the rows of `scans` and of `runs`."""
    runs = 0
    last: tuple[str, str, int] | None = None
    for whole in _batches(dataset, "scans", _SCAN_COLUMNS):
        # A row without a code says that the carrier has a record; the parcel's journey says so too.
        batch = whole.filter(pc.greater(pc.binary_length(whole["code"]), 0)).combine_chunks()
        if not batch.num_rows:
            continue
        columns = {name: batch[name].chunk(0) for name in batch.column_names}
        names, numbers = columns["carrier"], columns["tracking_number"]
        position = _filled_in(columns["position"], "position").to_numpy(zero_copy_only=False)
        starts = np.ones(batch.num_rows, np.bool_)
        starts[1:] = (
            pc.not_equal(numbers[1:], numbers[:-1]).to_numpy(zero_copy_only=False)
            | pc.not_equal(names[1:], names[:-1]).to_numpy(zero_copy_only=False)
            | (position[1:] <= position[:-1])
        )
        starts[0] = last is None or last[:2] != (names[0].as_py(), numbers[0].as_py()) or position[0] <= last[2]
        last = names[-1].as_py(), numbers[-1].as_py(), int(position[-1])
        run = np.cumsum(starts) + (runs - 1)
        heads = pa.array(np.flatnonzero(starts))
        run_rows = zip(
            run[starts].tolist(),
            texts.ids_of(names.take(heads), carriers.by_name),
            _numbers(numbers.take(heads)),
            strict=True,
        )
        scan_rows = zip(
            run.tolist(),
            position.tolist(),
            *(_instants(_filled_in(columns[name], name), name) for name in ("at", "published_at")),
            texts.ids_of(columns["code"]),
            texts.ids_of(columns["location"], _check_place),
            strict=True,
        )
        runs = int(run[-1]) + 1
        yield scan_rows, run_rows


def _parcels(dataset: Dataset, texts: _Texts) -> Iterator[Rows]:
    """Batch by batch, the rows of `parcels`."""
    count = 0
    for batch in _batches(dataset, "parcels", _PARCEL_COLUMNS):
        if not batch.num_rows:
            continue
        columns = {name: batch[name].chunk(0) for name in batch.column_names}
        numbers = _numbers(columns["tracking_number"])
        yield zip(
            range(count, count + batch.num_rows),
            texts.ids_of(columns["carrier"], carriers.by_name),
            numbers,
            [normalise(number) for number in numbers],
            texts.ids_of(columns["journey"]),
            *(texts.ids_of(_filled_in(columns[name], name), _check_place) for name in ("origin", "destination")),
            _instants(columns["labelled_at"], "labelled_at"),
            strict=True,
        )
        count += batch.num_rows


def _batches(dataset: Dataset, table: str, columns: Mapping[str, pa.DataType]) -> Iterator[pa.Table]:
    return table_batches.batches(dataset.tables[table].path, dataset.format, dataset.compression, columns)


def _check_place(text: str) -> None:
    if text:
        places.place(text)


def _filled_in(column: pa.Array, name: str) -> pa.Array:
    if column.null_count:
        raise MisuseError(f"{name} is empty in a row")
    return column


def _instants(column: pa.Array, name: str) -> list[int | None]:
    """Microseconds since 1970 (UTC)."""
    bounds = pc.min_max(column)
    for bound in (bounds["min"].as_py(), bounds["max"].as_py()):
        if bound is not None:
            try:
                checked_instant(bound)
            except ValueError as error:
                raise MisuseError(f"{name}: {error}") from error
    whole = column.cast(pa.int64())
    instants: list[int | None] = whole.to_pylist() if whole.null_count else whole.to_numpy().tolist()
    return instants


def _numbers(column: pa.Array) -> list[str]:
    lengths = pc.binary_length(column)
    if column.null_count or pc.min(lengths).as_py() == 0:
        raise MisuseError("tracking_number is empty in a row")
    longest = pc.max(lengths).as_py()
    if longest > _NUMBER_BYTES:
        number = column[pc.index(lengths, longest).as_py()].as_py()
        raise MisuseError(f"tracking_number {number!r} has more than {_NUMBER_BYTES} bytes")
    numbers: list[str] = column.to_pylist()
    return numbers
