"""Writing a dataset: in parts by several processes, then joined, with a manifest last.

Parts have a fixed number of shipments whatever the number of processes, so the bytes do not depend on it. A part gets
its name when it is whole, with its checksums; an interrupted run goes on from there. The files of the dataset appear
when all parts are done, and `manifest.json` when all files are.
"""

import json
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import file_digest
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import pyarrow as pa

from simulator.datasets.content import mix
from simulator.datasets.content.streams import SCHEMA_VERSION, SHIPMENT_BITS
from simulator.datasets.files import amazon_feed, write
from simulator.datasets.files.manifest import MANIFEST, UNFINISHED
from simulator.datasets.files.write import Compression, FileFormat
from simulator.datasets.tables import TABLES, tables
from simulator.errors import MisuseError

AS_OF, PROFILE = "2026-04-01T12:00:00Z", "us-2019"
MOST_SHIPMENTS = 1 << SHIPMENT_BITS
FEED, EDITS, WIRE = "feed.txt", "feed-edits.txt", "wire.jsonl"
"""Amazon's flat file as sellers upload it, first submissions and edits, and the carriers' raw answers."""
_PLAN, _SUMS, _LOCK = "plan.json", "sums.json", "lock"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides the bytes of a dataset.

    mix: by condition, its share of all shipments.
    feed, wire: whether the flat file of confirmations and the carriers' raw answers are written too.
    lines_compression: of these files.
    part: shipments that are made, and written as one row group, at a time.
    """

    shipments: int
    seed: int
    mix: Mapping[str, float]
    format: FileFormat = FileFormat.PARQUET
    compression: Compression = Compression.ZSTD
    feed: bool = False
    wire: bool = False
    lines_compression: Compression = Compression.NONE
    part: int = 32_768

    def as_json(self) -> dict[str, Any]:
        """As in the manifest, with the version of pyarrow, because another version writes other bytes."""
        return {
            "schema_version": SCHEMA_VERSION,
            "written_by": f"pyarrow {pa.__version__}",
            "profile": PROFILE,
            "as_of": AS_OF,
            **asdict(self),
        }

    @property
    def parts(self) -> int:
        """The number of parts."""
        return -(-self.shipments // self.part)

    @property
    def line_files(self) -> tuple[str, ...]:
        """The files of lines that are written besides the tables."""
        return (*((FEED, EDITS) if self.feed else ()), *((WIRE,) if self.wire else ()))

    def file_name(self, name: str) -> str:
        """The name of a table's file, or of a file of lines."""
        if name in TABLES:
            return write.file_name(name, self.format, self.compression)
        return name + write.ENDINGS[self.lines_compression]


def generate(folder: Path, plan: Plan, workers: int = 1, progress: Progress | None = None) -> dict[str, Any]:
    """Write a dataset into a folder, or the rest of an unfinished one, and return its manifest.

    progress: called with the number of parts written so far, and of all parts. Raises MisuseError for a folder that
    holds something else or that another run is writing, an impossible plan, and a folder that cannot be written.
    """
    if not 1 <= plan.shipments <= MOST_SHIPMENTS:
        raise MisuseError(f"{plan.shipments} shipments: from 1 to {MOST_SHIPMENTS} can be made")
    try:
        finished = _existing_manifest(folder, plan)
        if finished is None:
            with _locked(folder):
                finished = _prepare(folder, plan)
                if finished is None:
                    _write_parts(folder / UNFINISHED, plan, max(1, min(workers, plan.parts)), progress)
                    finished = _join_parts(folder, plan)
        shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
    except OSError as error:
        raise MisuseError(_write_error(folder, error)) from error
    return finished


def _write_error(folder: Path, error: OSError) -> str:
    return f"{folder}: cannot be written: {error.strerror or error}; what is whole is kept, so run it again to go on"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder. The system releases the lock when a run ends, however it ends."""
    unfinished = folder / UNFINISHED
    unfinished.mkdir(parents=True, exist_ok=True)
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock  # noqa: PLC0415 (not every system has it)
    except ImportError:
        yield
        return
    with (unfinished / _LOCK).open("ab") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise MisuseError(
                f"{folder}: another run is writing there; wait until it has ended, or name another folder"
            ) from None
        yield


def _prepare(folder: Path, plan: Plan) -> dict[str, Any] | None:
    """Prepare the folder. Returns the manifest of a dataset that is there already, whole and the same."""
    manifest = _existing_manifest(folder, plan)
    path = folder / UNFINISHED / _PLAN
    if manifest is None and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_json(path, plan.as_json())
    return manifest


def _existing_manifest(folder: Path, plan: Plan) -> dict[str, Any] | None:
    """The folder's manifest, or None. Raises MisuseError for anything but this dataset or a part of it."""
    wanted = plan.as_json()
    if folder.exists() and not folder.is_dir():
        raise MisuseError(f"{folder}: is a file; name a folder for the dataset")
    if (folder / MANIFEST).exists():
        manifest = _read_json(folder / MANIFEST)
        _check_same(folder, manifest, wanted)
        _check_digests(folder, manifest)
        return manifest
    if (folder / UNFINISHED / _PLAN).exists():
        _check_same(folder, _read_json(folder / UNFINISHED / _PLAN), wanted)
    elif folder.exists() and any(entry.name != UNFINISHED for entry in folder.iterdir()):
        raise MisuseError(f"{folder}: holds files that are no dataset; name an empty folder, or a new one")
    return None


def _check_same(folder: Path, there: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    for key, value in wanted.items():
        if there.get(key) != value:
            known, given = ("another", "this") if key == "mix" else (there.get(key), value)
            raise MisuseError(
                f"{folder}: holds another dataset ({key} is {known}, not {given}); name another folder, or delete it"
            )


def _check_digests(folder: Path, manifest: Mapping[str, Any]) -> None:
    for written in (*manifest["tables"].values(), *manifest["beside"].values()):
        path = folder / written["file"]
        if not path.is_file() or _sha256(path) != written["sha256"]:
            raise MisuseError(f"{path}: is not as the manifest says; delete the folder and make the dataset again")


def _write_parts(folder: Path, plan: Plan, workers: int, progress: Progress | None) -> None:
    missing = [part for part in range(plan.parts) if not _is_whole(folder / f"{part:05}", plan)]
    done = plan.parts - len(missing)
    if progress is not None:
        progress(done, plan.parts)
    if workers == 1 or len(missing) <= 1:
        for part in missing:
            _write_part(folder, plan, part)
            done += 1
            if progress is not None:
                progress(done, plan.parts)
        return
    for _ in _write_in_processes(folder, plan, missing, workers):
        done += 1
        if progress is not None:
            progress(done, plan.parts)


def _write_in_processes(folder: Path, plan: Plan, missing: list[int], workers: int) -> Iterator[None]:
    """Write parts in several processes; yields once for each part that is written."""
    # Spawned, not forked: the parent may have threads, of a progress bar or of Arrow.
    context = multiprocessing.get_context("spawn")
    processes: dict[Connection, SpawnProcess] = {}
    try:
        for worker in range(workers):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(folder, plan, missing[worker::workers], theirs), daemon=True)
            with _interrupts_held_back():
                process.start()
            theirs.close()
            processes[ours] = process
        while processes:
            for ready in wait(list(processes)):
                assert isinstance(ready, Connection)  # noqa: S101 (wait returns what it was given)
                try:
                    failure = ready.recv()
                except EOFError:
                    process = processes.pop(ready)
                    process.join()
                    if process.exitcode:
                        raise MisuseError(
                            f"{folder.parent}: a process ended with {process.exitcode}; run it again to go on"
                        ) from None
                    continue
                if failure is not None:
                    raise MisuseError(failure)
                yield
    finally:
        for process in processes.values():
            process.terminate()
            process.join()


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, which a terminal sends to all processes; the parent ends them itself.

    An interrupt of the parent is held back until the block ends: interrupted while it starts a process, it would leave
    that process with half of its input, and a traceback.
    """
    try:
        from signal import SIG_BLOCK, SIG_SETMASK, SIGINT, pthread_sigmask  # noqa: PLC0415 (not every system has it)
    except ImportError:
        yield
        return
    resource_tracker.ensure_running()  # or the first process would start it, which unblocks the signal
    received: list[int] = []
    ours = threading.current_thread() is threading.main_thread()  # only it has handlers, and is interrupted
    handler = signal.signal(SIGINT, lambda number, _: received.append(number)) if ours else None
    before = pthread_sigmask(SIG_BLOCK, {SIGINT})  # inherited; a handler is not
    try:
        yield
    finally:
        pthread_sigmask(SIG_SETMASK, before)
        if ours:
            signal.signal(SIGINT, handler)
    if received:
        raise KeyboardInterrupt


def _work(folder: Path, plan: Plan, parts: list[int], results: Connection) -> None:
    """Write a process's share of the parts. Sends None for each part, or the error; ends when the pipe is closed."""
    pa.set_cpu_count(1)  # the processes are the threads
    try:
        for part in parts:
            _write_part(folder, plan, part)
            results.send(None)
    except BrokenPipeError:
        return
    except OSError as error:
        results.send(_write_error(folder.parent, error))
    finally:
        results.close()


def _write_part(folder: Path, plan: Plan, part: int) -> None:
    first = part * plan.part
    made = tables(plan.seed, mix.cumulative_rates(plan.mix), first, min(first + plan.part, plan.shipments))
    building = folder / f"{part:05}.{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        sums = {}
        for name, table in made.items():
            path = building / name
            write.write_part(table, path, plan.format, plan.compression, header=part == 0)
            sums[name] = {"rows": table.num_rows, "sha256": _sha256(path)}
        for name in plan.line_files:
            path = building / name
            heading = amazon_feed.heading() if part == 0 and name in {FEED, EDITS} else b""
            rows = write.write_lines(_lines(name, made, part), path, plan.lines_compression, heading=heading)
            sums[name] = {"rows": rows, "sha256": _sha256(path)}
        _write_json(building / _SUMS, sums)
        whole = folder / f"{part:05}"
        shutil.rmtree(whole, ignore_errors=True)
        building.rename(whole)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def _lines(name: str, made: Mapping[str, pa.Table], part: int) -> Iterator[bytes]:
    if name == WIRE:
        from simulator.datasets.files import carrier_answers  # noqa: PLC0415 (loads all carriers, which only this file needs)

        return carrier_answers.lines(made, first=part == 0)
    return amazon_feed.lines(made["confirmations"], edits=name == EDITS)


def _is_whole(part: Path, plan: Plan) -> bool:
    if not (part / _SUMS).is_file():
        return False
    sums = _read_json(part / _SUMS)
    return all(
        name in sums and (part / name).is_file() and _sha256(part / name) == sums[name]["sha256"]
        for name in (*TABLES, *plan.line_files)
    )


def _join_parts(folder: Path, plan: Plan) -> dict[str, Any]:
    unfinished = folder / UNFINISHED
    parts = [unfinished / f"{part:05}" for part in range(plan.parts)]
    sums = [_read_json(part / _SUMS) for part in parts]
    written = {}
    for name in (*TABLES, *plan.line_files):
        file = plan.file_name(name)
        joining = unfinished / f"{file}.joining"
        with joining.open("wb") as stream:
            write.join([part / name for part in parts], stream, plan.format if name in TABLES else None)
            stream.flush()
            os.fsync(stream.fileno())
        written[name] = {"file": file, "rows": sum(each[name]["rows"] for each in sums), "sha256": _sha256(joining)}
        joining.rename(folder / file)
    manifest = {
        **plan.as_json(),
        "tables": {name: written[name] for name in TABLES},
        "beside": {name: written[name] for name in plan.line_files},
    }
    _write_json(folder / MANIFEST, manifest)
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        document = None
    if not isinstance(document, dict):
        raise MisuseError(f"{path}: cannot be read as a dataset's own; delete the folder and make the dataset again")
    return document


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a file whole or not at all."""
    building = path.with_name(f".{path.name}.{os.getpid()}")
    building.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    building.replace(path)
