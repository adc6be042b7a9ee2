"""Two profiles over files: both judged by the engine for Parquet, joined by DuckDB; only flipped rows leave it.

What the scans say is read once for both, unless the profiles read them differently. Each side's verdicts go to a
Parquet file of their own, so that neither side's memory is needed for the other. What is told of samples, and which of
several changes flips a row, is found on the flipped packages alone, read from the files a last time.
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
    Judged,
    RatePair,
    group_order,
)
from vtr.rule_changes.compare.profile_diff import changes
from vtr.rule_changes.compare.responsible_clauses import Trials
from vtr.rule_changes.compare.sides import Side

Key = tuple[str, int | None]

_MEMORY = "1200MB"
_CHUNK = 10_000
_PARQUET = ".parquet"
_TABLES = ("orders", "confirmations", "scans")
_KEY = "base.order_id = head.order_id AND base.package IS NOT DISTINCT FROM head.package"
# A verdict that differs, or one that is shown otherwise; orders only of these.
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
"""  # noqa: S608 (names of ours)
# turn: its place among those of the same two decisions, so that samples show every pair.
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
class Over:
    """Files, and the instant of the reports. told: what they are, as JSON has it; words: as people read it."""

    files: ParquetFiles
    as_of: datetime
    told: Mapping[str, Any]
    words: str


@contextmanager
def compared(base: Side, head: Side, over: Over, samples: int) -> Iterator[CompareResult]:
    """What two profiles make of the same files, while it can be read.

    Raises ScenarioError for a side that is no profile, VtrError for files that cannot be used.
    """
    before, after = _profile(base), _profile(head)
    changed = changes(before, after, (base.what, head.what))
    with (
        TemporaryDirectory(prefix="vtr-", ignore_cleanup_errors=True) as name,
        duckdb.connect(":memory:", config={"memory_limit": _MEMORY, "temp_directory": name}) as connection,
        Trials(before, after, changed) as trials,
        ParquetEngine(before, over.files) as engine,
    ):
        connection.execute("SET enable_progress_bar = false")
        sides = {"base": Path(name) / "base.parquet", "head": Path(name) / "head.parquet"}
        engine.decide(over.as_of, keep=True)
        rates = [_written(engine, sides["base"])]
        engine.turn_to(after)
        engine.decide(over.as_of)
        rates.append(_written(engine, sides["head"]))
        engine.forget()
        compared_rows: int = pq.read_metadata(sides["base"]).num_rows
        connection.execute(_DIFFERENT, {side: str(path) for side, path in sides.items()})
        origin = "ship_from" if "ship_from" in pq.read_schema(over.files.orders).names else "'US'"
        connection.execute(_FLIPPED.format(origin=origin), [str(over.files.orders)])
        for path in sides.values():
            path.unlink()
        flipped, of_verdict, otherwise = connection.execute(_COUNTS).fetchone() or (0, 0, 0)
        sampled = tuple(
            _flips(connection, f"QUALIFY row_number() OVER (ORDER BY turn, order_id, package) <= {samples}")
        )
        told, clauses = _closer(connection, trials, engine, before, over, sampled)

        def completed(flip: Flip) -> Flip:
            key = (flip.order_id, flip.package)
            return replace(flip, clauses=clauses.get(key, trials.without_trying or ()), told=told.get(key))

        everywhere = trials.without_trying
        yield CompareResult(
            base=base.name,
            head=head.name,
            over=over.told,
            over_words=over.words,
            compared=compared_rows,
            changes=changed,
            flipped=flipped,
            of_verdict=of_verdict,
            shown_otherwise=otherwise,
            groups=tuple(sorted(_groups(connection), key=group_order)),
            rates=_pairs(*rates),
            targets=(before.target, after.target),
            unanswered=sum(pair.unanswered for pair in (rates[0][None], rates[1][None])),
            clauses=(
                Counter(place for places in clauses.values() for place in places)
                if everywhere is None
                else dict.fromkeys(everywhere, flipped)
            ),
            rows=lambda: map(completed, _flips(connection, "")),
            samples=tuple(map(completed, sampled)),
            shown=lambda text: head.shown(base.shown(text)),
        )


def _profile(side: Side) -> Profile:
    if side.profile is None:
        raise ScenarioError(
            f"{side.name} is a validator, which asks carriers; files hold what they said before. Compare it over"
            " --scenarios, or give a profile"
        )
    return side.profile


def _written(engine: ParquetEngine, path: Path) -> dict[str | None, Counts]:
    """Write a side's verdicts; gives its rates by category."""
    reader = engine.verdicts()
    with pq.ParquetWriter(path, reader.schema, compression="lz4", write_statistics=False) as writer:
        for batch in reader:
            writer.write_batch(batch)
    return {rate.category: _counts(rate) for rate in engine.rates()}


def _counts(rate: Rate) -> Counts:
    return Counts(rate.confirmed, rate.exempt, rate.unanswered, rate.counted, rate.valid, rate.status)


def _pairs(before: Mapping[str | None, Counts], after: Mapping[str | None, Counts]) -> tuple[RatePair, ...]:
    names = sorted({*before, *after}, key=lambda name: (name is not None, name or ""))
    return tuple(RatePair(name, before.get(name, Counts()), after.get(name, Counts())) for name in names)


def _groups(connection: duckdb.DuckDBPyConnection) -> Iterator[Group]:
    for base, head, rows in connection.execute(
        "SELECT base_decision, head_decision, count(*) FROM flipped GROUP BY ALL"
    ).fetchall():
        yield Group("reason", rows, base=_word(base), head=_word(head))
    for by in DIRECTIONS[1:]:
        for name, rows in connection.execute(f"SELECT {by}, count(*) FROM flipped GROUP BY ALL").fetchall():  # noqa: S608 (ours)
            yield Group(by, rows, name)


def _word(decision: str) -> str:
    return decision.upper()


def _closer(
    connection: duckdb.DuckDBPyConnection,
    trials: Trials,
    files: ParquetEngine,
    base: Profile,
    over: Over,
    sampled: tuple[Flip, ...],
) -> tuple[dict[Key, FlipDetail], dict[Key, tuple[int, ...]]]:
    """What is told of samples; and which changes flip each row, where that is not the same for all."""
    keys = [(flip.order_id, flip.package) for flip in sampled]
    words: dict[Key, tuple[str, str]] = {}
    if trials.without_trying is None:
        rows = connection.execute("SELECT order_id, package, base_decision, head_decision FROM flipped").fetchall()
        words = {(order_id, package): (base, head) for order_id, package, base, head in rows}
    orders = {order_id for order_id, _ in (*keys, *words)}
    if not orders:
        return {}, {}
    given = files.given_of(orders)
    clauses = trials.responsible(given, over.as_of, words)
    with Engine(base) as before, Engine(files.profile) as after:
        return timeline.told({"base": before, "head": after}, given, over.as_of, keys), clauses


def _flips(connection: duckdb.DuckDBPyConnection, selecting: str) -> Iterator[Flip]:
    """Flipped rows, as they are read; nothing else can be asked until they are."""
    result = connection.execute(f"SELECT * FROM flipped {selecting} {_ORDER}")  # noqa: S608 (ours)
    names = [column[0] for column in result.description or ()]
    while rows := result.fetchmany(_CHUNK):
        for cells in rows:
            row = dict(zip(names, cells, strict=True))
            base, head = (_judged(row, side) for side in ("base", "head"))
            yield Flip(row["order_id"], row["package"], row["carrier"], row["category"], row["origin"], base, head)


def _judged(row: Mapping[str, Any], side: str) -> Judged:
    shown = row[f"{side}_state"] in COUNTED
    return Judged(
        row[f"{side}_state"],
        row[f"{side}_decision"],
        row[f"{side}_carrier"] or "",
        (row[f"{side}_tracking_id"] or "") if shown else "",
        *(_instant(row[f"{side}_{name}"]) for name in ("first_scan_at", "delivered_at")),
    )


def _instant(instant: datetime | None) -> str:
    return "" if instant is None else instant_text(instant.replace(tzinfo=UTC))


@contextmanager
def as_parquet(orders: Path, confirmations: Sequence[str], scans: Path) -> Iterator[ParquetFiles]:
    """Files that `vtr check` reads, as Parquet: as they are if they are so, else written anew. Raises VtrError."""
    uploads = tuple(records.upload_named(text) for text in confirmations)
    paths = (orders, *(upload.path for upload in uploads), scans)
    plain = len(uploads) == 1 and uploads[0].submitted_at is None
    if plain and all(path.suffix.lower() == _PARQUET for path in paths):
        yield ParquetFiles(orders, uploads[0].path, scans)
        return
    with TemporaryDirectory(prefix="vtr-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        files = ParquetFiles(*(folder / f"{table}{_PARQUET}" for table in _TABLES))
        pq.write_table(orders_to_arrow(records.read_orders(orders)), files.orders)
        confirmed = records.read_confirmations(uploads, None)
        pq.write_table(submissions_to_arrow(confirmed.submissions), files.confirmations)
        answers, events = collected_scans_to_arrow(records.read_scans(scans))
        # What a carrier said about a number is a line without an event.
        lines = [_nullable(events), _nullable(answers)]
        pq.write_table(pa.concat_tables(lines, promote_options="default"), files.scans)
        yield files


def _nullable(table: pa.Table) -> pa.Table:
    return table.cast(pa.schema([field.with_nullable(nullable=True) for field in table.schema]))
