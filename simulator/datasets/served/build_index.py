"""Making the file that a dataset's parcels are read from (`parcel_index.py` has its form), in memory that stays small.

Scans are written as they come. A run of scans, those of one number that stand together, and a parcel are each a record
with the hash of carrier and number; records are laid out by the first bits of the hash in as many temporary files, and
each of these is sorted and joined alone. So no more than a share of the parcels is in memory at a time.

The file stands under its name when it is whole. Where the folder cannot be written it has no name, and is gone with
the process.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulator import carriers, places
from simulator.admin.requests import in_bounds
from simulator.datasets.files import table_batches
from simulator.datasets.files.manifest import Dataset, TableFile
from simulator.datasets.served.parcel_index import (
    HASH_BITS,
    HASH_FACTOR,
    HASH_SHIFT,
    HASH_START,
    MAGIC,
    NO_INSTANT,
    NUMBER_BYTES,
    PLACES,
    VERSION,
    Head,
    ParcelIndex,
)
from simulator.errors import MisuseError

_TEXT, _INSTANT = pa.string(), pa.timestamp("us")
_PARCEL_COLUMNS = {
    "carrier": _TEXT, "tracking_number": _TEXT, "journey": _TEXT, "origin": _TEXT, "destination": _TEXT,
    "labelled_at": _INSTANT,
}  # fmt: skip
_SCAN_COLUMNS = {
    "carrier": _TEXT, "tracking_number": _TEXT, "position": pa.int64(), "at": _INSTANT, "published_at": _INSTANT,
    "code": _TEXT, "location": _TEXT,
}  # fmt: skip
_NUMBER = f"S{NUMBER_BYTES}"
_SCAN = np.dtype([("at", "<i8"), ("published_at", "<i8"), ("code", "<u4"), ("location", "<u4")])
_PARCEL = np.dtype([
    ("hash", "<u8"), ("number", _NUMBER), ("carrier", "<u4"), ("journey", "<u4"), ("origin", "<u4"),
    ("destination", "<u4"), ("labelled_at", "<i8"), ("first", "<u8"), ("count", "<u4"),
])  # fmt: skip
_RUN = np.dtype([("hash", "<u8"), ("number", _NUMBER), ("carrier", "<u4"), ("first", "<u8"), ("count", "<u4")])
_PER_SHARE = 1 << 15  # records, about
_MOST_SHARE_BITS = 6  # each share has two temporary files, and a process may have a thousand or so
_PER_RANGE = 8  # records, about, that a question reads

Records = NDArray[np.void]
Bits = NDArray[np.uint64]


def make(dataset: Dataset, made_of: Mapping[str, Any], path: Path) -> ParcelIndex:
    """Make the file of a dataset's parcels under a path, or nowhere where that can't be written, and read it.

    made_of: what stands in the file, to tell whether it still holds. Raises MisuseError for a dataset whose files are
    not as the manifest says, or hold what carriers can't answer about.
    """
    for name in ("parcels", "scans"):
        _check_whole(dataset.tables[name])
    building = path.with_name(f"{path.name}.{os.getpid()}")
    where: Path | None = path.parent
    try:
        file: BinaryIO = building.open("w+b")
    except OSError:  # a folder that cannot be written: the file is this process's own, and goes with it
        where, file = None, TemporaryFile()  # noqa: SIM115 (the index closes it)
    try:
        _write(dataset, made_of, file, where)
        made = ParcelIndex(file)
        if where is not None:
            building.replace(path)
    except BaseException as error:
        file.close()
        building.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise MisuseError(
                f"{path}: cannot be made: {error.strerror or error}; make room, then try again"
            ) from error
        raise
    return made


def _check_whole(table: TableFile) -> None:
    with table.path.open("rb") as stream:
        if file_digest(stream, "sha256").hexdigest() != table.sha256:
            raise MisuseError(f"{table.path}: is not as the manifest says; make the dataset again")


def _write(dataset: Dataset, made_of: Mapping[str, Any], file: BinaryIO, where: Path | None) -> None:
    """Write the file. where: the folder for temporary ones, None for the system's."""
    parcels, scans = dataset.tables["parcels"], dataset.tables["scans"]
    pools = _Pools()
    with ExitStack() as stack:
        bits = min(_MOST_SHARE_BITS, (parcels.rows // _PER_SHARE).bit_length())
        runs, shares = (
            _Shares([stack.enter_context(TemporaryFile(dir=where)) for _ in range(1 << bits)], kind)
            for kind in (_RUN, _PARCEL)
        )
        with _Blaming(scans.path):
            written = 0
            for records, found in _scans(dataset, pools):
                file.write(records.tobytes())
                written += len(records)
                runs.add(found)
        with _Blaming(parcels.path):
            for records in _parcels(dataset, pools):
                shares.add(records)
        begin = file.tell()
        range_bits = max(bits, (parcels.rows // _PER_RANGE).bit_length())
        starts = []
        count = 0
        for share, (few, their_runs) in enumerate(zip(shares.each(), runs.each(), strict=True)):
            joined = _joined(dataset, few, their_runs)
            file.write(joined.tobytes())
            ranges = np.arange(1 << range_bits - bits, dtype=np.uint64) + np.uint64(share << range_bits - bits)
            lowest = ranges << np.uint64(HASH_BITS - range_bits) if range_bits else ranges
            starts.append(np.searchsorted(joined["hash"], lowest).astype("<u8") + np.uint64(count))
            count += len(joined)
    directory = file.tell()
    file.writelines(each.tobytes() for each in starts)
    file.write(np.array([count], "<u8").tobytes())
    head = Head(VERSION, dict(made_of), count, begin, directory, range_bits, *pools.listed())
    at = file.tell()
    file.write(json.dumps(asdict(head)).encode() + PLACES.pack(at) + MAGIC)
    file.flush()
    os.fsync(file.fileno())


class _Blaming:
    """Words about a file for what goes wrong while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, MisuseError):
            raise MisuseError(f"{self._path}: {error}; make the dataset again") from error
        if isinstance(error, KeyError):
            raise MisuseError(f"{self._path}: a column is missing: {error.args[0]}; make the dataset again") from error
        if isinstance(error, pa.ArrowException | ValueError):
            raise MisuseError(f"{self._path}: cannot be read: {str(error).splitlines()[0]}") from error


class _Pools:
    """The texts that records name by number."""

    def __init__(self) -> None:
        self._carriers = {carrier.name: at for at, carrier in enumerate(carriers.CARRIERS)}
        self._journeys: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        self._locations: dict[str, int] = {"": 0}

    def listed(self) -> tuple[list[str], ...]:
        return tuple(list(each) for each in (self._carriers, self._journeys, self._codes, self._locations))

    def carriers(self, column: pa.Array) -> NDArray[np.uint32]:
        return self._numbered(column, self._carriers, carriers.by_name)

    def journeys(self, column: pa.Array) -> NDArray[np.uint32]:
        return self._numbered(column, self._journeys)

    def codes(self, column: pa.Array) -> NDArray[np.uint32]:
        return self._numbered(column, self._codes)

    def locations(self, column: pa.Array) -> NDArray[np.uint32]:
        return self._numbered(column, self._locations, lambda text: text and places.place(text))

    def _numbered(
        self, column: pa.Array, pool: dict[str, int], check: Callable[[str], object] = lambda _: None
    ) -> NDArray[np.uint32]:
        """Each text by its number in a pool, which gets those that are new, after a check."""
        encoded = pc.dictionary_encode(pc.fill_null(column, ""))
        numbers = []
        for text in encoded.dictionary.to_pylist():
            if text not in pool:
                check(text)
                pool[text] = len(pool)
            numbers.append(pool[text])
        chosen: NDArray[np.uint32] = np.array(numbers, np.uint32)[encoded.indices.to_numpy(zero_copy_only=False)]
        return chosen


class _Shares:
    """Records in temporary files, by the first bits of their hashes, each file in the order of adding."""

    def __init__(self, files: Sequence[BinaryIO], kind: np.dtype[np.void]) -> None:
        """files: empty ones, a power of two of them."""
        self._files = files
        self._bits = len(files).bit_length() - 1
        self._shift = np.uint64(HASH_BITS - self._bits)
        self._kind = kind

    def add(self, records: Records) -> None:
        if not self._bits:
            self._files[0].write(records.tobytes())
            return
        share = records["hash"] >> self._shift
        order = np.argsort(share, kind="stable")
        ends = np.searchsorted(share[order], np.arange(len(self._files)), side="right")
        for file, few in zip(self._files, np.split(records[order], ends[:-1]), strict=True):
            file.write(few.tobytes())

    def each(self) -> Iterator[Records]:
        for file in self._files:
            file.seek(0)
            yield np.frombuffer(file.read(), self._kind)


def _scans(dataset: Dataset, pools: _Pools) -> Iterator[tuple[Records, Records]]:
    """Records of scans as they stand, and of the runs that are known to have ended."""
    pending = np.zeros(0, _RUN)  # the run that the last batch ended in
    last: tuple[str, str, int] | None = None
    done = 0
    for whole in _batches(dataset, "scans", _SCAN_COLUMNS):
        # A row without a code says that the carrier has a record; the parcel's journey says so too.
        batch = whole.filter(pc.greater(pc.binary_length(whole["code"]), 0)).combine_chunks()
        rows = batch.num_rows
        if not rows:
            continue
        numbers, names = batch["tracking_number"].chunk(0), batch["carrier"].chunk(0)
        position = _whole(batch["position"].chunk(0), "position")
        records = np.zeros(rows, _SCAN)
        for name in ("at", "published_at"):
            records[name] = _instants(batch[name].chunk(0), name)
        records["code"] = pools.codes(batch["code"].chunk(0))
        records["location"] = pools.locations(batch["location"].chunk(0))
        begins = np.ones(rows, np.bool_)
        begins[1:] = (
            pc.not_equal(numbers[1:], numbers[:-1]).to_numpy(zero_copy_only=False)
            | pc.not_equal(names[1:], names[:-1]).to_numpy(zero_copy_only=False)
            | (position[1:] <= position[:-1])
        )
        begins[0] = last is None or last[:2] != (names[0].as_py(), numbers[0].as_py()) or position[0] <= last[2]
        first = np.flatnonzero(begins)
        heads = pa.array(first)
        found = np.zeros(len(first), _RUN)
        _identify(found, pools.carriers(names.take(heads)), numbers.take(heads))
        found["first"] = first + done
        last = names[-1].as_py(), numbers[-1].as_py(), int(position[-1])
        done += rows
        pending = np.concatenate((pending, found))
        ended = pending[:-1]
        ended["count"] = np.diff(pending["first"])
        yield records, ended
        pending = pending[-1:].copy()
    pending["count"] = done - pending["first"].astype(np.int64)
    yield np.zeros(0, _SCAN), pending


def _parcels(dataset: Dataset, pools: _Pools) -> Iterator[Records]:
    for batch in _batches(dataset, "parcels", _PARCEL_COLUMNS):
        if not batch.num_rows:
            continue
        records = np.zeros(batch.num_rows, _PARCEL)
        _identify(records, pools.carriers(batch["carrier"].chunk(0)), batch["tracking_number"].chunk(0))
        records["journey"] = pools.journeys(batch["journey"].chunk(0))
        for name in ("origin", "destination"):
            column = batch[name].chunk(0)
            if column.null_count:
                raise MisuseError(f"{name} is empty in a row")
            records[name] = pools.locations(column)
        records["labelled_at"] = _instants(batch["labelled_at"].chunk(0), "labelled_at", absent=NO_INSTANT)
        yield records


def _batches(dataset: Dataset, table: str, columns: Mapping[str, pa.DataType]) -> Iterator[pa.Table]:
    return table_batches.batches(dataset.tables[table].path, dataset.format, dataset.compression, columns)


def _whole(column: pa.Array, name: str) -> NDArray[np.int64]:
    if column.null_count:
        raise MisuseError(f"{name} is empty in a row")
    whole: NDArray[np.int64] = column.to_numpy(zero_copy_only=False)
    return whole


def _instants(column: pa.Array, name: str, absent: int | None = None) -> NDArray[np.int64]:
    if absent is None and column.null_count:
        raise MisuseError(f"{name} is empty in a row")
    bounds = pc.min_max(column)
    for bound in (bounds["min"].as_py(), bounds["max"].as_py()):
        if bound is not None:
            try:
                in_bounds(bound)
            except ValueError as error:
                raise MisuseError(f"{name}: {error}") from error
    plain = pc.cast(column, pa.int64())
    told: NDArray[np.int64] = (plain if absent is None else pc.fill_null(plain, absent)).to_numpy(zero_copy_only=False)
    return told


def _identify(records: Records, carrier: NDArray[np.uint32], numbers: pa.Array) -> None:
    """Give records their carriers, numbers and hashes."""
    records["carrier"] = carrier
    written = _characters(numbers)
    records["number"] = written.view(_NUMBER)[:, 0]
    asked = pc.utf8_upper(pc.replace_substring_regex(numbers, r"\s", ""))  # as `numbers.normalise`
    if not asked.equals(numbers):
        written = _characters(asked)
    mixed: Bits = carrier.astype(np.uint64) + np.uint64(HASH_START)
    for word in written.view("<u8").T:
        mixed = (mixed ^ word) * np.uint64(HASH_FACTOR)
        mixed ^= mixed >> np.uint64(HASH_SHIFT)
    records["hash"] = mixed * np.uint64(HASH_FACTOR)


def _characters(numbers: pa.Array) -> NDArray[np.uint8]:
    """Texts as rows of bytes, with zeros behind them."""
    lengths = pc.binary_length(numbers)
    if numbers.null_count or pc.min(lengths).as_py() == 0:
        raise MisuseError("tracking_number is empty in a row")
    if pc.max(lengths).as_py() > NUMBER_BYTES:
        longest = numbers[pc.index(lengths, pc.max(lengths)).as_py()].as_py()
        raise MisuseError(f"tracking_number {longest!r} has more than {NUMBER_BYTES} bytes")
    _, offsets, text = numbers.buffers()
    places_of = np.frombuffer(offsets, np.int32, len(numbers) + 1, numbers.offset * 4)
    characters = np.zeros((len(numbers), NUMBER_BYTES), np.uint8)
    there = np.arange(NUMBER_BYTES) < lengths.to_numpy()[:, None]
    characters[there] = np.frombuffer(text, np.uint8)[places_of[0] : places_of[-1]]
    return characters


def _joined(dataset: Dataset, parcels: Records, runs: Records) -> Records:
    """The parcels of a share, sorted by hash, each with its scans: a number's first run to its first row, and so on."""
    parcels, groups = _grouped(parcels)
    runs, groups_of_runs = _grouped(runs)
    if not len(runs):
        return parcels
    heads, run_heads = parcels[groups[:-1]], runs[groups_of_runs[:-1]]
    at = np.searchsorted(heads["hash"], run_heads["hash"])
    while True:  # once, but where two numbers share a hash
        there = at < len(heads)
        there[there] = heads["hash"][at[there]] == run_heads["hash"][there]
        if not there.all():
            _refuse(dataset, run_heads[np.flatnonzero(~there)[0]], "which no row of parcels has")
        others = _differs(heads[at], run_heads)
        if not others.any():
            break
        at = at + others
    sizes = np.diff(groups_of_runs)
    rank = np.arange(len(runs)) - np.repeat(groups_of_runs[:-1], sizes)
    target = np.repeat(groups[:-1][at], sizes) + rank
    beyond = target >= np.repeat(groups[1:][at], sizes)
    if beyond.any():
        _refuse(dataset, runs[np.flatnonzero(beyond)[0]], "which stand in more places than parcels have it")
    parcels["first"][target] = runs["first"]
    parcels["count"][target] = runs["count"]
    return parcels


def _grouped(records: Records) -> tuple[Records, NDArray[np.int64]]:
    """Records by their hashes, and where each number begins among them, and an end."""
    records = records[np.argsort(records["hash"], kind="stable")]
    if (records["hash"][1:] == records["hash"][:-1]).any():
        records = records[np.lexsort((records["carrier"], records["number"], records["hash"]))]
    begins = np.ones(len(records), np.bool_)
    begins[1:] = _differs(records[1:], records[:-1])
    return records, np.append(np.flatnonzero(begins), len(records))


def _differs(some: Records, others: Records) -> NDArray[np.bool_]:
    differs: NDArray[np.bool_] = (some["number"] != others["number"]) | (some["carrier"] != others["carrier"])
    return differs


def _refuse(dataset: Dataset, run: Sequence[Any], why: str) -> None:
    number, carrier = run[1].decode(), carriers.CARRIERS[run[2]].name
    raise MisuseError(f"{dataset.tables['scans'].path}: has scans of {carrier} {number}, {why}; make the dataset again")
