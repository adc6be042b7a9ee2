"""Two profiles over files: both are judged by the engine for Parquet, and DuckDB joins the verdicts.

Only flipped rows leave DuckDB. Scans are read once for both profiles, unless the profiles classify them differently.
Each side's verdicts go to a Parquet file, so the two sides never need memory at the same time. The details of samples,
and which of several changes flips a row, come from the flipped packages alone, which are read from the files once more.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from vtr.errors import ScenarioError
from vtr.reference import records
from vtr.reference.engine.arrow_tables import collected_scans_to_arrow, orders_to_arrow, submissions_to_arrow
from vtr.reference.engine.in_memory import Engine
from vtr.reference.engine.parquet import ParquetEngine, ParquetFiles
from vtr.reference.instants import instant_text
from vtr.reference.memory import DUCKDB_MEMORY_LIMIT
from vtr.reference.report.report import Rate
from vtr.reference.rules.profile import Profile
from vtr.rule_changes.compare import timeline
from vtr.rule_changes.compare.findings import (
    COUNTED,
    DIRECTIONS,
    CompareResult,
    Counts,
    Flip,
    FlipDetail,
    Group,
    PackageVerdict,
    RatePair,
    group_order,
)
from vtr.rule_changes.compare.profile_diff import diff_profiles
from vtr.rule_changes.compare.responsible_clauses import ClauseFinder
from vtr.rule_changes.compare.sides import ComparedSide

Key = tuple[str, int | None]

_CHUNK = 10_000
_PARQUET = ".parquet"
_TABLES = ("orders", "confirmations", "scans")
_KEY = "base.order_id = head.order_id AND base.package IS NOT DISTINCT FROM head.package"
# Rows whose verdict differs, or that are displayed differently.
_DIFFERENT = f"""
    CREATE TABLE different AS
    SELECT
        base.order_id,
        base.package,
        coalesce(head.category, '') AS category,
        coalesce(nullif(head.carrier, ''), base.carrier, '') AS carrier,
        base.decision <> head.decision OR base.state <> head.state AS flips,
        base.state <> head.state AS of_verdict,
        {
    ", ".join(
        f"{side}.{name} AS {side}_{name}"
        for side in ("base", "head")
        for name in ("decision", "state", "carrier", "tracking_id", "first_scan_at", "delivered_at")
    )
}
    FROM read_parquet($base) AS base
    JOIN read_parquet($head) AS head ON {_KEY}
    WHERE base.decision <> head.decision OR base.state <> head.state
        OR (base.state IN ('valid', 'invalid') AND (base.carrier, base.tracking_id) <> (head.carrier, head.tracking_id))
"""  # noqa: S608 (only constants of this module)
# turn: a row's number among those of the same two decisions; samples are taken by it, so they show every pair.
_FLIPPED = """
    CREATE TABLE flipped AS
    SELECT different.*, coalesce(ordered.origin, '') AS origin,
        row_number() OVER (PARTITION BY base_decision, head_decision ORDER BY different.order_id, package) AS turn
    FROM different
    LEFT JOIN (
        SELECT order_id, {origin} AS origin
        FROM read_parquet($1)
        SEMI JOIN (SELECT order_id FROM different WHERE flips) AS concerned USING (order_id)
    ) AS ordered ON ordered.order_id = different.order_id
    WHERE flips
"""
_COUNTS = """
    SELECT count(*) FILTER (flips), count(*) FILTER (of_verdict), count(*) FILTER (NOT flips)
    FROM different"""
_ORDER = "ORDER BY order_id, package NULLS FIRST"


@dataclass(frozen=True, slots=True)
class FileInputs:
    """The files, and the instant of the reports.

    files: orders, confirmations and scans.
    as_of: the instant, aware.
    over: files and instant, as JSON values.
    text: the same, for people.
    """

    files: ParquetFiles
    as_of: datetime
    over: Mapping[str, Any]
    text: str


@contextmanager
def compare_files(base: ComparedSide, head: ComparedSide, over: FileInputs, samples: int) -> Iterator[CompareResult]:
    """Compare two profiles over the same files; the result can be read within the context.

    samples: how many flipped rows get details.
    Raises ScenarioError for a side that is not a profile, VtrError for files that cannot be used.
    """
    before, after = _profile(base), _profile(head)
    changes = diff_profiles(before, after, (base.what, head.what))
    with (
        TemporaryDirectory(prefix="vtr-", ignore_cleanup_errors=True) as name,
        duckdb.connect(":memory:", config={"memory_limit": DUCKDB_MEMORY_LIMIT, "temp_directory": name}) as connection,
        ClauseFinder(before, after, changes) as finder,
        ParquetEngine(before, over.files) as engine,
    ):
        connection.execute("SET enable_progress_bar = false")
        sides = {"base": Path(name) / "base.parquet", "head": Path(name) / "head.parquet"}
        engine.decide(over.as_of, keep=True)
        rates = [_write_verdicts(engine, sides["base"])]
        engine.turn_to(after)
        engine.decide(over.as_of)
        rates.append(_write_verdicts(engine, sides["head"]))
        engine.forget()
        compared_rows: int = pq.read_metadata(sides["base"]).num_rows
        connection.execute(_DIFFERENT, {side: str(path) for side, path in sides.items()})
        origin = "ship_from" if "ship_from" in pq.read_schema(over.files.orders).names else "'US'"
        connection.execute(_FLIPPED.format(origin=origin), [str(over.files.orders)])
        for path in sides.values():
            path.unlink()
        flipped, of_verdict, displayed_differently = connection.execute(_COUNTS).fetchone() or (0, 0, 0)
        sampled = tuple(
            _flips(connection, f"QUALIFY row_number() OVER (ORDER BY turn, order_id, package) <= {samples}")
        )
        details, clauses = _explain(connection, finder, engine, before, over, sampled)

        known = finder.without_trials

        def with_explanation(flip: Flip) -> Flip:
            key = (flip.order_id, flip.package)
            return replace(flip, clauses=clauses.get(key, known or ()), detail=details.get(key))

        yield CompareResult(
            base=base.name,
            head=head.name,
            over=over.over,
            over_text=over.text,
            compared=compared_rows,
            changes=changes,
            flipped=flipped,
            of_verdict=of_verdict,
            displayed_differently=displayed_differently,
            groups=tuple(sorted(_groups(connection), key=group_order)),
            rates=_rate_pairs(*rates),
            targets=(before.target, after.target),
            unanswered=sum(pair.unanswered for pair in (rates[0][None], rates[1][None])),
            clauses=(
                Counter(index for indexes in clauses.values() for index in indexes)
                if known is None
                else dict.fromkeys(known, flipped)
            ),
            rows=lambda: map(with_explanation, _flips(connection, "")),
            samples=tuple(map(with_explanation, sampled)),
            display_path=lambda text: head.shown(base.shown(text)),
        )


def _profile(side: ComparedSide) -> Profile:
    if side.profile is None:
        raise ScenarioError(
            f"{side.name} is a validator, which queries carriers; files hold answers from before. Compare it over"
            " --scenarios, or give a profile"
        )
    return side.profile


def _write_verdicts(engine: ParquetEngine, path: Path) -> dict[str | None, Counts]:
    """Write a side's verdicts; return its counts by category, None for all."""
    reader = engine.verdicts()
    with pq.ParquetWriter(path, reader.schema, compression="lz4", write_statistics=False) as writer:
        for batch in reader:
            writer.write_batch(batch)
    return {rate.category: _counts(rate) for rate in engine.rates()}


def _counts(rate: Rate) -> Counts:
    return Counts(rate.confirmed, rate.exempt, rate.unanswered, rate.counted, rate.valid, rate.status)


def _rate_pairs(before: Mapping[str | None, Counts], after: Mapping[str | None, Counts]) -> tuple[RatePair, ...]:
    names = sorted({*before, *after}, key=lambda name: (name is not None, name or ""))
    return tuple(RatePair(name, before.get(name, Counts()), after.get(name, Counts())) for name in names)


def _groups(connection: duckdb.DuckDBPyConnection) -> Iterator[Group]:
    for base, head, rows in connection.execute(
        "SELECT base_decision, head_decision, count(*) FROM flipped GROUP BY ALL"
    ).fetchall():
        yield Group("reason", rows, base=base.upper(), head=head.upper())
    for by in DIRECTIONS[1:]:
        for name, rows in connection.execute(f"SELECT {by}, count(*) FROM flipped GROUP BY ALL").fetchall():  # noqa: S608 (only constants of this module)
            yield Group(by, rows, name)


def _explain(
    connection: duckdb.DuckDBPyConnection,
    finder: ClauseFinder,
    engine: ParquetEngine,
    base: Profile,
    over: FileInputs,
    sampled: tuple[Flip, ...],
) -> tuple[dict[Key, FlipDetail], dict[Key, tuple[int, ...]]]:
    """The details of samples, and the changes that flip each row where these are not the same for all rows."""
    keys = [(flip.order_id, flip.package) for flip in sampled]
    decisions: dict[Key, tuple[str, str]] = {}
    if finder.without_trials is None:
        rows = connection.execute("SELECT order_id, package, base_decision, head_decision FROM flipped").fetchall()
        decisions = {(order_id, package): (base, head) for order_id, package, base, head in rows}
    orders = {order_id for order_id, _ in (*keys, *decisions)}
    if not orders:
        return {}, {}
    evidence = engine.given_of(orders)
    clauses = finder.responsible(evidence, over.as_of, decisions)
    with Engine(base) as before, Engine(engine.profile) as after:
        return timeline.flip_details({"base": before, "head": after}, evidence, over.as_of, keys), clauses


def _flips(connection: duckdb.DuckDBPyConnection, clause: str) -> Iterator[Flip]:
    """Flipped rows, selected by an SQL clause. The connection can run no other query until all are read."""
    result = connection.execute(f"SELECT * FROM flipped {clause} {_ORDER}")  # noqa: S608 (only constants of this module)
    names = [column[0] for column in result.description or ()]
    while rows := result.fetchmany(_CHUNK):
        for cells in rows:
            row = dict(zip(names, cells, strict=True))
            base, head = (_verdict(row, side) for side in ("base", "head"))
            yield Flip(row["order_id"], row["package"], row["carrier"], row["category"], row["origin"], base, head)


def _verdict(row: Mapping[str, Any], side: str) -> PackageVerdict:
    has_row = row[f"{side}_state"] in COUNTED
    return PackageVerdict(
        row[f"{side}_state"],
        row[f"{side}_decision"],
        row[f"{side}_carrier"] or "",
        (row[f"{side}_tracking_id"] or "") if has_row else "",
        *(_instant_text(row[f"{side}_{name}"]) for name in ("first_scan_at", "delivered_at")),
    )


def _instant_text(instant: datetime | None) -> str:
    return "" if instant is None else instant_text(instant.replace(tzinfo=UTC))


@contextmanager
def as_parquet(orders: Path, confirmations: Sequence[str], scans: Path) -> Iterator[ParquetFiles]:
    """Files that `vtr check` reads, as Parquet: unchanged if they are Parquet, else converted. Raises VtrError."""
    uploads = tuple(records.upload_named(text) for text in confirmations)
    paths = (orders, *(upload.path for upload in uploads), scans)
    one_upload = len(uploads) == 1 and uploads[0].submitted_at is None
    if one_upload and all(path.suffix.lower() == _PARQUET for path in paths):
        yield ParquetFiles(orders, uploads[0].path, scans)
        return
    with TemporaryDirectory(prefix="vtr-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        files = ParquetFiles(*(folder / f"{table}{_PARQUET}" for table in _TABLES))
        pq.write_table(orders_to_arrow(records.read_orders(orders)), files.orders)
        confirmed = records.read_confirmations(uploads, None)
        pq.write_table(submissions_to_arrow(confirmed.submissions), files.confirmations)
        answers, events = collected_scans_to_arrow(records.read_scans(scans))
        # A carrier's answer about a number is a line without an event.
        parts = [_nullable(events), _nullable(answers)]
        pq.write_table(pa.concat_tables(parts, promote_options="default"), files.scans)
        yield files


def _nullable(table: pa.Table) -> pa.Table:
    return table.cast(pa.schema([field.with_nullable(nullable=True) for field in table.schema]))
