"""Shipments per second of `vtr generate`, compared with writing ready arrays and with a loop that calls Faker.

    python tests/benchmarks/generate.py [--shipments 1000000] [--rounds 3] [--workers 1]

Each runs in a process of its own, in turn. `ready` holds one part of the dataset in memory and writes it as often as
there are parts: all of the encoding, none of the generating. The Faker loop makes the same columns for a hundredth of
the shipments (at least a thousand) in the obvious way, one call for each value, and writes them too. Starting Python
counts for `vtr generate` only. Rates on a busy machine mean little, so ratios are of the medians. Memory is the peak of
the process, or of the largest of its processes, as the kernel counts it (Linux).
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

READY_TARGET, FAKER_TARGET, MEMORY_TARGET_MEGABYTES = 0.4, 60, 1000
EVENTS = 8
_PART = 32_768


def ready(folder: Path, shipments: int) -> float:
    """Seconds that it takes to write ready arrays of the dataset's schema, size and compression."""
    from simulator.datasets.content import mix  # noqa: PLC0415 (in the process that needs it)
    from simulator.datasets.files import write  # noqa: PLC0415 (in the process that needs it)
    from simulator.datasets.tables import tables  # noqa: PLC0415 (as above)

    made = tables(0, mix.cumulative_rates(mix.USUAL), 0, min(_PART, shipments))
    started = time.perf_counter()
    for part in range(-(-shipments // _PART)):
        for name, table in made.items():
            path = folder / f"{name}.{part}"
            write.write_part(table, path, write.FileFormat.PARQUET, write.Compression.ZSTD, header=True)
    return time.perf_counter() - started


def faker_loop(folder: Path, shipments: int) -> float:
    """Seconds that a plain loop takes for so many shipments."""
    import pyarrow as pa  # noqa: PLC0415 (in the process that needs it)
    import pyarrow.parquet as pq  # noqa: PLC0415 (as above)
    from faker import Faker  # noqa: PLC0415 (as above)

    fake = Faker("en_US")
    fake.seed_instance(0)
    started = time.perf_counter()
    orders, confirmations, parcels, scans, expected = [], [], [], [], []
    for _ in range(shipments):
        order_id = fake.bothify("114-#######-#######")
        number = fake.bothify("1Z######03########")
        carrier = fake.random_element(("UPS", "USPS", "FedEx", "DHL", "China Post"))
        placed = fake.date_time_between("-60d", "-40d")
        confirmed = placed + timedelta(hours=fake.random_int(4, 30))
        first_scan = confirmed + timedelta(hours=fake.random_int(1, 20))
        delivered = first_scan + timedelta(hours=fake.random_int(48, 120))
        category = fake.random_element(("Kitchen", "Toys & Games", "Beauty", "Electronics"))
        price = fake.pydecimal(left_digits=3, right_digits=2, positive=True)
        promised = (placed + timedelta(days=fake.random_int(5, 9))).date()
        orders.append(
            {
                "order_id": order_id,
                "placed_at": placed,
                "category": category,
                "item_price": price,
                "promised_delivery_date": promised,
                "currency": "USD",
                "ship_from": "US",
                "ship_to": "US",
            }
        )
        confirmations.append(
            {
                "order_id": order_id,
                "package": 1,
                "confirmed_at": confirmed,
                "carrier_code": carrier,
                "submitted_at": confirmed,
                "tracking_number": number,
                "ship_method": "Ground",
            }
        )
        origin, destination = fake.city(), fake.city()
        parcels.append(
            {
                "order_id": order_id,
                "tracking_number": number,
                "origin": origin,
                "destination": destination,
                "first_scan_at": first_scan,
                "delivered_at": delivered,
            }
        )
        for event in range(EVENTS):
            at = first_scan + (delivered - first_scan) * event / EVENTS
            scans.append(
                {
                    "carrier": carrier,
                    "tracking_number": number,
                    "position": event,
                    "at": at,
                    "published_at": at + timedelta(minutes=fake.random_int(0, 120)),
                    "location": fake.city(),
                    "code": fake.random_element(("I/OR", "I/AR", "I/DP", "I/OT")),
                }
            )
        expected.append(
            {
                "order_id": order_id,
                "package": 1,
                "tracking_id": number,
                "carrier": carrier,
                "category": category,
                "first_scan": first_scan,
                "actual_delivery": delivered,
                "no_valid_tracking": "",
                "reason": "VALID",
            }
        )
    made = {"orders": orders, "confirmations": confirmations, "parcels": parcels, "scans": scans, "expected": expected}
    for name, rows in made.items():
        pq.write_table(pa.Table.from_pylist(rows), folder / name, compression="zstd", compression_level=1)
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds, and megabytes at the peak."""

    seconds: float
    megabytes: float


def run(command: list[str], *, prints_seconds: bool) -> Round:
    """Run a command. prints_seconds: whether it prints them itself."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    printed = process.stdout.read() if process.stdout is not None else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:4]} ended with {process.returncode}")
    return Round(float(printed) if prints_seconds else seconds, usage.ru_maxrss / 1024)


def measure(shipments: int, rounds: int, workers: int) -> None:
    """Measure all three and print what was found."""
    few = max(1000, shipments // 100)
    found: dict[str, list[Round]] = {"ready": [], "faker": [], "generate": []}
    for turn in range(1, rounds + 1):
        with TemporaryDirectory(prefix="vtr-benchmark-") as name:
            own = [sys.executable, __file__]
            found["ready"].append(run([*own, "ready", name, str(shipments)], prints_seconds=True))
        with TemporaryDirectory(prefix="vtr-benchmark-") as name:
            found["faker"].append(run([*own, "faker", name, str(few)], prints_seconds=True))
        with TemporaryDirectory(prefix="vtr-benchmark-") as name:
            command = [sys.executable, "-c", "from vtr.cli import main; main()", "generate", f"{name}/data"]
            command += ["--shipments", str(shipments), "--workers", str(workers)]
            found["generate"].append(run(command, prints_seconds=False))
        words = "   ".join(f"{which} {each[-1].seconds:.2f} s" for which, each in found.items())
        say(f"round {turn}   {words}")
    counts = {"ready": shipments, "faker": few, "generate": shipments}
    rates = {which: counts[which] / median(one.seconds for one in each) for which, each in found.items()}
    for which, rate in rates.items():
        say(f"{which:9} {rate:11,.0f} shipments/s {max(one.megabytes for one in found[which]):7,.0f} MB")
    say(f"of ready  {rates['generate'] / rates['ready']:11.2f} (target {READY_TARGET})")
    say(f"x Faker   {rates['generate'] / rates['faker']:11.0f} (target {FAKER_TARGET})")
    peak = max(one.megabytes for one in found["generate"])
    say(f"memory    {peak:11,.0f} MB (target under {MEMORY_TARGET_MEGABYTES:,} MB)")


def say(line: str) -> None:
    """A line of the result, at once."""
    print(line, flush=True)  # noqa: T201 (a script's result)


def main() -> None:
    """Measure, or be a process that measuring needs."""
    if sys.argv[1:2] == ["ready"]:
        say(str(ready(Path(sys.argv[2]), int(sys.argv[3]))))
        return
    if sys.argv[1:2] == ["faker"]:
        say(str(faker_loop(Path(sys.argv[2]), int(sys.argv[3]))))
        return
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--shipments", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--workers", type=int, default=1)
    chosen = options.parse_args()
    measure(chosen.shipments, chosen.rounds, chosen.workers)


if __name__ == "__main__":
    main()
