"""The Arrow tables that the stages read: orders, submissions, answers, scans.

Instants are UTC in columns without a zone: DuckDB's TIMESTAMPTZ follows the zone of the machine. Parquet files are read
by their own engine and must have the same columns.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pyarrow as pa

from vtr.reference.clients.answers import Answer
from vtr.reference.records import CollectedScans, Order, Submission, number_key

_INSTANT = pa.timestamp("us")
_MONEY = pa.decimal128(18, 2)

ORDERS_SCHEMA = pa.schema(
    [
        pa.field("order_id", pa.string(), nullable=False),
        pa.field("placed_at", _INSTANT, nullable=False),
        pa.field("category", pa.string(), nullable=False),
        pa.field("current_category", pa.string(), nullable=False),
        pa.field("promised_delivery_date", pa.date32(), nullable=False),
        pa.field("promised_ship_date", pa.date32()),
        pa.field("item_price", _MONEY, nullable=False),
        pa.field("shipping_price", _MONEY, nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("ship_from", pa.string(), nullable=False),
        pa.field("ship_to", pa.string(), nullable=False),
        pa.field("fulfilled_by", pa.string(), nullable=False),
        pa.field("cancelled_at", _INSTANT),
    ]
)
"""One row per order."""

SUBMISSIONS_SCHEMA = pa.schema(
    [
        pa.field("order_id", pa.string(), nullable=False),
        pa.field("package", pa.int32(), nullable=False),
        pa.field("confirmed_at", _INSTANT, nullable=False),
        pa.field("buy_shipping", pa.bool_(), nullable=False),
        pa.field("submitted_at", _INSTANT, nullable=False),
        pa.field("seq", pa.int32(), nullable=False),
        pa.field("carrier_code", pa.string(), nullable=False),
        pa.field("carrier_name", pa.string(), nullable=False),
        pa.field("tracking_number", pa.string(), nullable=False),
        pa.field("ship_method", pa.string(), nullable=False),
    ]
)
"""One row per submission of a package; seq counts from 1 within the package."""

ANSWERS_SCHEMA = pa.schema(
    [
        pa.field("carrier", pa.string(), nullable=False),
        pa.field("tracking_number", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("why", pa.string(), nullable=False),
    ]
)
"""One row per carrier and number asked (the number as `number_key` writes it): known, unknown or unanswered."""

SCANS_SCHEMA = pa.schema(
    [
        pa.field("carrier", pa.string(), nullable=False),
        pa.field("tracking_number", pa.string(), nullable=False),
        pa.field("position", pa.int32(), nullable=False),
        pa.field("at", _INSTANT),
        pa.field("code", pa.string(), nullable=False),
        pa.field("subcode", pa.string(), nullable=False),
        pa.field("physical", pa.bool_()),
        pa.field("description", pa.string(), nullable=False),
        pa.field("location", pa.string(), nullable=False),
        pa.field("published_at", _INSTANT),
    ]
)
"""One row per event; position 0 is the oldest of its number; published_at is null unless a scan file gives it."""

VERDICTS_SCHEMA = pa.schema(
    [
        pa.field("order_id", pa.string()),
        pa.field("package", pa.int32()),
        pa.field("placed_at", _INSTANT),
        pa.field("category", pa.string()),
        pa.field("promised_delivery_date", pa.date32()),
        pa.field("promised_ship_date", pa.date32()),
        pa.field("confirmed_at", _INSTANT),
        pa.field("carrier", pa.string()),
        pa.field("trimmed_number", pa.string()),
        pa.field("ship_method", pa.string()),
        pa.field("first_scan_at", _INSTANT),
        pa.field("delivered_at", _INSTANT),
        pa.field("last_possible", pa.int32()),
        pa.field("unanswered_why", pa.string()),
        pa.field("decision", pa.string()),
        pa.field("state", pa.string()),
    ]
)
"""The rows of the stage verdict, one per package (`stages/verdict.sql`), which the later stages read."""


def orders_to_arrow(orders: Iterable[Order]) -> pa.Table:
    """Orders as a table of ORDERS_SCHEMA."""
    return _table(ORDERS_SCHEMA, list(orders))


def submissions_to_arrow(submissions: Iterable[Submission]) -> pa.Table:
    """Submissions as a table of SUBMISSIONS_SCHEMA."""
    return _table(SUBMISSIONS_SCHEMA, list(submissions))


def answers_to_arrow(answers: Iterable[Answer]) -> tuple[pa.Table, pa.Table]:
    """Carriers' answers as the tables answers and scans.

    Two spellings of one number (blanks around it, lower case) are one number. Its first usable answer is taken.
    """
    by_key: dict[tuple[str, str], Answer] = {}
    for answer in answers:
        key = (answer.carrier, number_key(answer.tracking_number))
        known = by_key.get(key)
        if known is None or (known.outcome == "unanswered" and answer.outcome != "unanswered"):
            by_key[key] = answer
    answer_rows = [
        {"carrier": carrier, "tracking_number": number, "outcome": answer.outcome, "why": answer.why}
        for (carrier, number), answer in by_key.items()
    ]
    scan_rows = [
        {
            "carrier": carrier,
            "tracking_number": number,
            "position": scan.position,
            "at": _without_zone(scan.at),
            "code": scan.code,
            "subcode": scan.subcode,
            "physical": scan.physical,
            "description": scan.description,
            "location": scan.location,
            "published_at": None,
        }
        for (carrier, number), answer in by_key.items()
        for scan in answer.scans
    ]
    return (
        pa.Table.from_pylist(answer_rows, schema=ANSWERS_SCHEMA),
        pa.Table.from_pylist(scan_rows, schema=SCANS_SCHEMA),
    )


def collected_scans_to_arrow(collected: CollectedScans) -> tuple[pa.Table, pa.Table]:
    """A scan file as the tables answers and scans."""
    return _table(ANSWERS_SCHEMA, collected.answers), _table(SCANS_SCHEMA, collected.scans)


def _table(schema: pa.Schema, rows: Sequence[object]) -> pa.Table:
    """The attributes that the schema names, of every row, as columns."""
    return pa.Table.from_arrays(
        [pa.array([_without_zone(getattr(row, field.name)) for row in rows], field.type) for field in schema],
        schema=schema,
    )


def _without_zone(value: object) -> object:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
