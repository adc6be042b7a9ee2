"""Packages per second of `vtr check --dataset` and of `vtr score`, compared with a bare scan of the same files.

    python tests/benchmarks/check_dataset.py [--shipments 1000000] [--rounds 3] [--workers 2]

The dataset is the usual mix of `vtr generate`. The bare scan reads every column of orders, confirmations and scans in
DuckDB and only hashes them, the least that any program over these files must do. `vtr check` writes the whole report as
TSV, and `vtr score` scores that report and the same one as Parquet; both run as a user calls them, with the start of
Python. Each runs in a process of its own, in turn. Every score must be full, so each run of this benchmark compares
a million labels with the reference.

Rates on a busy machine mean little, so ratios are of the medians. Memory is the peak of the process as the kernel
counts it (Linux).
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import duckdb

MEMORY_TARGET_MEGABYTES = 1500
_TABLES = ("orders", "confirmations", "scans")
_VTR = (sys.executable, "-c", "from vtr.cli import main; main()")


def bare_scan(folder: Path) -> None:
    """Read every value of the tables that a report is made from."""
    with duckdb.connect() as connection:
        for table in _TABLES:
            path = folder / f"{table}.parquet"
            connection.execute(f"SELECT bit_xor(hash(COLUMNS(*))) FROM read_parquet('{path}')").fetchall()  # noqa: S608 (a path of ours)


@dataclass(frozen=True, slots=True)
class Round:
    """What one process has taken: seconds, and its peak of memory."""

    seconds: float
    megabytes: float


def run(command: Sequence[str | Path]) -> Round:
    """Run a command that must end well."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[3:]} ended with {process.returncode}")
    return Round(seconds, usage.ru_maxrss / 1024)


def measure(shipments: int, rounds: int, workers: int) -> None:
    """Measure all and print what was found."""
    with TemporaryDirectory(prefix="vtr-benchmark-") as name:
        folder, report, whole = (Path(name) / each for each in ("data", "report.tsv", "report.parquet"))
        run([*_VTR, "generate", folder, "--shipments", str(shipments), "--workers", str(workers)])
        with duckdb.connect() as connection:
            counted = connection.execute(f"SELECT count(*) FROM '{folder}/expected.parquet'").fetchone()  # noqa: S608 (a path of ours)
        packages = counted[0] if counted else 0
        run([*_VTR, "check", "--dataset", folder, "--out", whole])
        commands = {
            "bare scan": [sys.executable, __file__, "scan", folder],
            "vtr check": [*_VTR, "check", "--dataset", folder, "--out", report],
            "score, TSV": [*_VTR, "score", report, "--dataset", folder],
            "score, Parquet": [*_VTR, "score", whole, "--dataset", folder],
        }
        say(f"{packages:,} packages of {shipments:,} shipments")
        taken: dict[str, list[Round]] = {each: [] for each in commands}
        for turn in range(1, rounds + 1):
            for each, command in commands.items():
                taken[each].append(run(command))
            shown = "   ".join(f"{each} {runs[-1].seconds:.2f} s" for each, runs in taken.items())
            say(f"round {turn}   {shown}")
    bare = median(one.seconds for one in taken["bare scan"])
    for each, runs in taken.items():
        seconds = median(one.seconds for one in runs)
        speed = f"{packages / seconds:11,.0f} packages/s {bare / seconds:6.2f} of the scan"
        peak = max(one.megabytes for one in runs)
        target = f" (target under {MEMORY_TARGET_MEGABYTES:,})" if each != "bare scan" else ""
        say(f"{each:15} {speed} {peak:7,.0f} MB{target}")
    say("every label      agrees in every round")


def say(line: str) -> None:
    """A line of the result, at once."""
    print(line, flush=True)  # noqa: T201 (a script's result)


def main() -> None:
    """Measure, or be the process that scans."""
    if sys.argv[1:2] == ["scan"]:
        bare_scan(Path(sys.argv[2]))
        return
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--shipments", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    measure(chosen.shipments, chosen.rounds, chosen.workers)


if __name__ == "__main__":
    main()
