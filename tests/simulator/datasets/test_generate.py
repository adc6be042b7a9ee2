"""A dataset's bytes: the same for any number of processes, after any interruption, and never half there."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.datasets import generate
from simulator.datasets.content import mix
from simulator.datasets.files import write
from simulator.datasets.files.write import Compression, FileFormat
from simulator.datasets.generate import Plan
from simulator.errors import MisuseError

Planned = Callable[[int], Plan]
FILES = ["orders", "confirmations", "parcels", "scans", "expected"]
GOLDEN = {
    "orders": "8903be3058b30913",
    "confirmations": "88b8e63e632aa6c7",
    "parcels": "d179b318810078db",
    "scans": "69e82044cb9b95a1",
    "expected": "77bffdd95a443dfe",
}
"""Checksums of 500 shipments as CSV: a change of any value of schema version 1 shows here, and needs a new version."""


def sums(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_one_two_and_seven_processes_write_the_same_bytes(tmp_path: Path, every_condition: Planned) -> None:
    plan = replace(every_condition(700), feed=True, lines_compression=Compression.GZIP, part=50)
    for workers in (1, 2, 7):
        generate.generate(tmp_path / str(workers), plan, workers)
    assert sums(tmp_path / "1") == sums(tmp_path / "2") == sums(tmp_path / "7")


_COMMAND = (
    "import sys; from pathlib import Path;"
    "from simulator.datasets import generate; from simulator.datasets.content import mix;"
    "generate.generate(Path(sys.argv[1]), generate.Plan(6_000, 3, mix.USUAL, part=100))"
)


def test_killed_three_times_it_ends_with_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _COMMAND]
    subprocess.run([*command, tmp_path / "whole"], check=True)
    folder = tmp_path / "killed"
    unfinished = folder / ".unfinished"
    for wanted in (3, 17, 41):
        process = subprocess.Popen([*command, folder])
        while process.poll() is None and not (unfinished / f"{wanted:05}").exists():
            time.sleep(0.001)
        assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not (folder / "manifest.json").exists()
    subprocess.run([*command, folder], check=True)
    assert sums(folder) == sums(tmp_path / "whole")


# A shell's background job, as CI may be one, begins with SIGINT ignored; here it is heeded as in the foreground.
_ALL_THERE = """
import signal
import sys
from vtr.cli import main
sys.argv[1:] = ["generate", sys.argv[1], "--shipments", "150000", "--seed", "3", "--workers", "2"]
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
"""


def test_while_one_run_writes_another_is_refused_and_ctrl_c_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (tmp_path / "run.py").write_text(_ALL_THERE, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "run.py"), str(folder)]
    # In a group of its own, which is interrupted as a whole: a terminal sends Ctrl-C to all.
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while process.poll() is None and not (folder / ".unfinished" / "plan.json").exists():
        time.sleep(0.001)
    plan = Plan(150_000, 3, mix.USUAL)
    with pytest.raises(MisuseError, match=r"data: another run is writing there; wait until it has ended"):
        generate.generate(folder, plan)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate()
    words = f"vtr: {folder}: interrupted; what is whole is kept, and the same command goes on from there\n"
    assert (process.returncode, told) == (130, words)
    with generate._locked(folder):  # nobody holds it any more
        assert not (folder / "manifest.json").exists()


def test_two_processes_write_the_same_raw_answers_as_one(tmp_path: Path, every_condition: Planned) -> None:
    plan = replace(every_condition(60), wire=True, part=20)
    for workers in (1, 2):
        generate.generate(tmp_path / str(workers), plan, workers)
    assert sums(tmp_path / "1") == sums(tmp_path / "2")


def test_ended_while_joining_it_goes_on_from_the_parts(
    tmp_path: Path, every_condition: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = replace(every_condition(200), feed=True, part=40)
    generate.generate(tmp_path / "whole", plan)
    join, folder = write.join, tmp_path / "ended"

    def ended(parts: Sequence[Path], out: BinaryIO, form: FileFormat | None) -> None:
        if parts[0].name == "scans":
            out.write(b"half")
            raise KeyboardInterrupt
        join(parts, out, form)

    with monkeypatch.context() as patch:
        patch.setattr(write, "join", ended)
        with pytest.raises(KeyboardInterrupt):
            generate.generate(folder, plan)
    assert not {"scans.parquet", "manifest.json"} & {path.name for path in folder.iterdir()}
    generate.generate(folder, plan)
    assert sums(folder) == sums(tmp_path / "whole")


def test_a_part_that_was_damaged_is_written_again(tmp_path: Path, every_condition: Planned) -> None:
    plan = replace(every_condition(200), wire=True, part=40)
    generate.generate(tmp_path / "whole", plan)
    folder = tmp_path / "again"
    generate._prepare(folder, plan)
    generate._write_parts(folder / ".unfinished", plan, 1, None)
    (folder / ".unfinished" / "00002" / "scans").write_bytes(b"half")
    (folder / ".unfinished" / "00003" / "wire.jsonl").unlink()
    generate.generate(folder, plan)
    assert sums(folder) == sums(tmp_path / "whole")


@pytest.mark.parametrize("form", list(FileFormat))
@pytest.mark.parametrize("compression", list(Compression))
def test_parts_join_to_files_that_others_can_read(
    tmp_path: Path, every_condition: Planned, form: FileFormat, compression: Compression
) -> None:
    plan = replace(every_condition(250), format=form, compression=compression, part=100)
    manifest = generate.generate(tmp_path / "data", plan)
    readers = {"parquet": "read_parquet", "csv": "read_csv", "jsonl": "read_json"}
    for name in FILES:
        told = manifest["tables"][name]
        path = tmp_path / "data" / told["file"]
        assert sha256(path.read_bytes()).hexdigest() == told["sha256"]
        with duckdb.connect() as connection:
            found = connection.execute(f"SELECT count(*) FROM {readers[form]}('{path}')").fetchone()  # noqa: S608 (paths of ours)
        assert found == (told["rows"],)


@pytest.mark.parametrize(("compression", "ending"), [("none", ""), ("gzip", ".gz"), ("zstd", ".zst")])
def test_lines_beside_the_tables_are_compressed_as_asked(
    tmp_path: Path, every_condition: Planned, compression: str, ending: str
) -> None:
    plan = replace(every_condition(60), feed=True, wire=True, lines_compression=Compression(compression), part=30)
    manifest = generate.generate(tmp_path / "data", plan)
    for name, heading in (("feed.txt", 2), ("feed-edits.txt", 2), ("wire.jsonl", 0)):
        told = manifest["beside"][name]
        assert told["file"] == name + ending
        content = (tmp_path / "data" / told["file"]).read_bytes()
        assert sha256(content).hexdigest() == told["sha256"]
        with pa.CompressedInputStream(pa.BufferReader(content), compression) if ending else BytesIO(content) as stream:
            assert len(stream.read().splitlines()) == told["rows"] + heading


def test_a_joined_parquet_file_holds_its_parts_rows_in_order(tmp_path: Path, every_condition: Planned) -> None:
    plan = every_condition(330)
    generate.generate(tmp_path / "one", plan)
    generate.generate(tmp_path / "many", replace(plan, part=10))
    for name in FILES:
        one, many = (pq.ParquetFile(tmp_path / folder / f"{name}.parquet") for folder in ("one", "many"))
        assert (one.metadata.num_row_groups, many.metadata.num_row_groups) == (1, 33)
        assert many.read().equals(one.read())


def test_values_are_those_of_schema_version_1(tmp_path: Path, every_condition: Planned) -> None:
    plan = replace(every_condition(500), format=FileFormat.CSV, compression=Compression.NONE)
    manifest = generate.generate(tmp_path / "data", plan)
    assert {name: table["sha256"][:16] for name, table in manifest["tables"].items()} == GOLDEN


def test_more_shipments_begin_with_the_same_ones(tmp_path: Path, every_condition: Planned) -> None:
    few, many = (
        replace(every_condition(count), format=FileFormat.CSV, compression=Compression.NONE) for count in (100, 300)
    )
    generate.generate(tmp_path / "few", few)
    generate.generate(tmp_path / "many", many)
    for name in FILES:
        start = (tmp_path / "few" / f"{name}.csv").read_bytes()
        assert (tmp_path / "many" / f"{name}.csv").read_bytes().startswith(start)


def test_the_manifest_says_what_was_made(tmp_path: Path, every_condition: Planned) -> None:
    told = generate.generate(tmp_path / "data", every_condition(40))
    assert json.loads((tmp_path / "data" / "manifest.json").read_text()) == told
    assert (told["seed"], told["shipments"], told["schema_version"]) == (20, 40, 1)
    assert (told["profile"], told["as_of"]) == ("us-2019", "2026-04-01T12:00:00Z")
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == sorted(
        ["manifest.json", *(f"{name}.parquet" for name in FILES)]
    )


def test_the_same_dataset_again_changes_nothing(tmp_path: Path, every_condition: Planned) -> None:
    generate.generate(tmp_path / "data", every_condition(40))
    before = sums(tmp_path / "data")
    generate.generate(tmp_path / "data", every_condition(40))
    assert sums(tmp_path / "data") == before


def test_a_folder_with_another_dataset_is_refused(tmp_path: Path, every_condition: Planned) -> None:
    plan = every_condition(40)
    generate.generate(tmp_path / "data", plan)
    with pytest.raises(MisuseError, match=r"holds another dataset \(seed is 20, not 21\)"):
        generate.generate(tmp_path / "data", replace(plan, seed=21))


def test_an_unfinished_dataset_is_not_mixed_with_another(tmp_path: Path, every_condition: Planned) -> None:
    plan = every_condition(40)
    generate._prepare(tmp_path / "data", plan)
    with pytest.raises(MisuseError, match=r"holds another dataset \(shipments is 40, not 50\)"):
        generate.generate(tmp_path / "data", replace(plan, shipments=50))


def test_a_folder_with_foreign_files_is_left_alone(tmp_path: Path, every_condition: Planned) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(MisuseError, match="holds files that are no dataset"):
        generate.generate(tmp_path, every_condition(40))
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_is_no_folder(tmp_path: Path, every_condition: Planned) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(MisuseError, match="is a file"):
        generate.generate(tmp_path / "data", every_condition(40))


def test_a_file_changed_since_is_found(tmp_path: Path, every_condition: Planned) -> None:
    generate.generate(tmp_path / "data", every_condition(40))
    (tmp_path / "data" / "scans.parquet").write_bytes(b"")
    with pytest.raises(MisuseError, match=r"scans\.parquet: is not as the manifest says"):
        generate.generate(tmp_path / "data", every_condition(40))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_leaves_no_file_under_its_name(tmp_path: Path, every_condition: Planned, workers: int) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, before[1]))  # inherited by the processes
    try:
        with pytest.raises(MisuseError, match="cannot be written"):
            generate.generate(tmp_path / "data", replace(every_condition(400), part=100), workers)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in (tmp_path / "data").iterdir()] == [".unfinished"]


@pytest.mark.parametrize("shipments", [0, (1 << 30) + 1])
def test_more_shipments_than_there_are_numbers_are_refused(
    tmp_path: Path, every_condition: Planned, shipments: int
) -> None:
    with pytest.raises(MisuseError, match="from 1 to 1073741824"):
        generate.generate(tmp_path / "data", replace(every_condition(1), shipments=shipments))
    assert not (tmp_path / "data").exists()
