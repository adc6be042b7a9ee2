"""Packages per second of `vtr check` on Parquet files, compared with a query that only joins, counts and writes.

    python tests/benchmarks/check.py [--packages 1000000] [--rounds 3]

DuckDB makes the orders, the confirmations and eight events per package. Of a hundred packages two were edited, two have
a number that no carrier knows, one has a blank number, three were never scanned, and one has a cancelled event. Numbers
are made from the packages' by a bijection, so that none is repeated. Both write the whole report as TSV: `vtr check` as
a user calls it, start of Python included, and a query of one page as written by someone who needs the numbers but no
rules (no edits, no windows, no exemptions, no reasons). Each runs in a process of its own, in turn.

Rates of a busy machine mean little, so the ratio is that of the medians. Memory is the peak of the process as reported
by the kernel, on Linux only. Every round must write the same bytes.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import duckdb

TARGET = 0.4
MEMORY_TARGET_MEGABYTES = 1500
EVENTS = 8

# 7,919 and 10,000,019 have no common divisor, so no two packages below that count have one number.
_NUMBERS = """
    CREATE TABLE package AS
    SELECT
        i,
        '114-' || lpad(CAST(i AS VARCHAR), 14, '0') AS order_id,
        '1Z999AA1' || lpad(CAST(i * 7919 % 10000019 AS VARCHAR), 10, '0') AS number,
        i % 4 AS carrier,
        TIMESTAMP '2026-03-02 10:00:00' + to_seconds(i % 86400) AS placed_at
    FROM range({packages}) AS made(i)
"""
_FILES = {
    "orders": """
        SELECT order_id, placed_at, ['Kitchen', 'Garden', 'Toys'][1 + i % 3] AS category,
            DATE '2026-03-09' + CAST(i % 5 AS INTEGER) AS promised_delivery_date,
            CAST(25 AS DECIMAL(18, 2)) AS item_price
        FROM package ORDER BY i""",
    "confirmations": """
        SELECT order_id, 1 AS package, placed_at + INTERVAL 23 HOUR AS submitted_at,
            ['UPS', 'USPS', 'FedEx', 'DHL'][1 + carrier] AS carrier_code,
            CASE WHEN i % 100 IN (0, 1) THEN 'WRONG' || i WHEN i % 100 = 2 THEN '' ELSE number END AS tracking_number,
            'Ground' AS ship_method
        FROM package
        UNION ALL
        SELECT order_id, 1, placed_at + INTERVAL 30 HOUR, ['UPS', 'USPS', 'FedEx', 'DHL'][1 + carrier], number, 'Ground'
        FROM package WHERE i % 100 IN (1, 3)
        ORDER BY order_id, submitted_at""",
    "scans": """
        SELECT ['ups', 'usps', 'fedex', 'dhl'][1 + carrier] AS carrier, number AS tracking_number,
            placed_at + to_hours(24 + 9 * event) AS "at",
            CASE
                WHEN i % 100 IN (4, 5, 6) THEN ['M/MP', 'GX', 'OC', 'pre-transit'][1 + carrier]
                WHEN i % 100 = 8 AND event = 6 THEN ['I/CA', '03', 'PU', 'transit'][1 + carrier]
                WHEN event = 7 THEN ['D/FS', '01', 'DL', 'delivered'][1 + carrier]
                ELSE ['I/AR', '03', 'PU', 'transit'][1 + carrier]
            END AS code
        FROM package, range({events}) AS happening(event) ORDER BY event, i""",
}
# A query by someone who trusts the files: the last submission, any event of a handful of codes, and the same columns.
_BY_HAND = r"""
    COPY (
        WITH seen AS (
            SELECT carrier, upper(trim(tracking_number)) AS number,
                min("at") FILTER (code NOT IN ('M/MP', 'GX', 'OC', 'pre-transit', 'I/CA')) AS first_scan,
                min("at") FILTER (code IN ('D/FS', '01', 'DL', 'delivered')) AS delivered
            FROM read_parquet('{folder}/scans.parquet')
            GROUP BY ALL
        ),
        submitted AS (
            SELECT order_id, package, min(submitted_at) AS confirmed_at, max(submitted_at) AS submitted_at,
                arg_max(carrier_code, submitted_at) AS carrier, arg_max(tracking_number, submitted_at) AS number,
                arg_max(ship_method, submitted_at) AS ship_method
            FROM read_parquet('{folder}/confirmations.parquet')
            GROUP BY ALL
        )
        SELECT
            ordered.order_id AS "Order ID", CAST(ordered.placed_at AS DATE) AS "Order Date",
            ordered.category AS "Product Category", submitted.carrier AS "Carrier", submitted.number AS "Tracking ID",
            submitted.ship_method AS "Ship Method", NULL AS "Promised Ship Date",
            CAST(submitted.confirmed_at AS DATE) AS "Ship Confirm Date",
            ordered.promised_delivery_date AS "Promised Delivery Date",
            strftime(seen.first_scan, '%Y-%m-%dT%H:%M:%SZ') AS "First Scan",
            strftime(seen.delivered, '%Y-%m-%dT%H:%M:%SZ') AS "Actual Delivery", NULL AS "Shipped Late",
            CASE WHEN CAST(seen.delivered AS DATE) > ordered.promised_delivery_date THEN 'X' END AS "Delivered Late",
            CASE WHEN seen.first_scan IS NULL OR submitted.submitted_at > seen.delivered THEN 'X' END
                AS "No Valid Tracking"
        FROM read_parquet('{folder}/orders.parquet') AS ordered
        JOIN submitted ON submitted.order_id = ordered.order_id
        LEFT JOIN seen
            ON seen.number = upper(trim(submitted.number))
            AND seen.carrier = CASE submitted.carrier
                WHEN 'UPS' THEN 'ups' WHEN 'USPS' THEN 'usps' WHEN 'FedEx' THEN 'fedex' WHEN 'DHL' THEN 'dhl' END
        ORDER BY ordered.promised_delivery_date, ordered.order_id, submitted.package
    ) TO '{out}' (FORMAT csv, DELIMITER '\t', HEADER)
"""


def make(folder: Path, packages: int) -> None:
    """Write the three files."""
    with duckdb.connect() as connection:
        connection.execute(_NUMBERS.format(packages=packages))
        for name, select in _FILES.items():
            path = folder / f"{name}.parquet"
            connection.execute(f"COPY ({select.format(events=EVENTS)}) TO '{path}' (FORMAT parquet)")


def by_hand(folder: str, out: str) -> None:
    """Run the query written by hand."""
    with duckdb.connect() as connection:
        connection.execute(_BY_HAND.format(folder=folder, out=out))


@dataclass(frozen=True, slots=True)
class Round:
    """One run of a process: seconds, peak of memory, and the digest of its output."""

    seconds: float
    megabytes: float
    digest: str


def run(command: list[str], out: Path) -> Round:
    """Run a command that writes `out`."""
    out.unlink(missing_ok=True)
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} ended with {process.returncode}")
    with out.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return Round(seconds, usage.ru_maxrss / 1024, digest)


def measure(packages: int, rounds: int) -> None:
    """Measure both and print what was found."""
    with TemporaryDirectory(prefix="vtr-benchmark-") as name:
        folder = Path(name)
        # Not in this process: the kernel counts what the parent holds as the peak of a child.
        subprocess.run([sys.executable, __file__, "make", name, str(packages)], stdout=subprocess.DEVNULL, check=True)
        out = folder / "report.tsv"
        plain = [sys.executable, __file__, "by-hand", name, str(out)]
        command = [sys.executable, "-c", "from vtr.cli import main; main()", "check"]
        ours = [*command, "--as-of", "2026-04-01T00:00:00Z", "--out", str(out)]
        for option in _FILES:
            ours += [f"--{option}", str(folder / f"{option}.parquet")]
        say(f"{packages:,} packages, {EVENTS * packages:,} events; both write {out.name}")
        plain_rounds, our_rounds = [], []
        for turn in range(1, rounds + 1):
            plain_rounds.append(run(plain, out))
            our_rounds.append(run(ours, out))
            say(f"round {turn}   by hand {_round_text(plain_rounds[-1])}   vtr check {_round_text(our_rounds[-1])}")
    plain_rate, our_rate = (packages / median(one.seconds for one in each) for each in (plain_rounds, our_rounds))
    peak = max(one.megabytes for one in our_rounds)
    say(f"by hand       {plain_rate:11,.0f} packages/s {max(one.megabytes for one in plain_rounds):7,.0f} MB")
    say(f"vtr check     {our_rate:11,.0f} packages/s {peak:7,.0f} MB (target under {MEMORY_TARGET_MEGABYTES:,} MB)")
    say(f"ratio         {our_rate / plain_rate:11.2f} (target {TARGET})")
    say(f"same bytes    {'yes' if len({one.digest for one in our_rounds}) == 1 else 'NO'}")


def say(line: str) -> None:
    """A line of the result, at once."""
    print(line, flush=True)  # noqa: T201 (a script's result)


def _round_text(one: Round) -> str:
    return f"{one.seconds:6.2f} s {one.megabytes:6,.0f} MB"


def main() -> None:
    """Measure, or run one of the processes that measuring starts."""
    if sys.argv[1:2] == ["by-hand"]:
        by_hand(sys.argv[2], sys.argv[3])
        return
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]))
        return
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--packages", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    measure(chosen.packages, chosen.rounds)


if __name__ == "__main__":
    main()
