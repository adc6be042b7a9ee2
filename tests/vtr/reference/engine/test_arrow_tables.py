from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import duckdb

from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.engine.arrow_tables import (
    ANSWERS_SCHEMA,
    ORDERS_SCHEMA,
    SCANS_SCHEMA,
    SUBMISSIONS_SCHEMA,
    answers_to_arrow,
    collected_scans_to_arrow,
    orders_to_arrow,
    submissions_to_arrow,
)
from vtr.reference.records import AnswerLine, CollectedScans, Order, ScanLine, Submission

CHICAGO_WINTER = timezone(timedelta(hours=-6))


def test_orders_become_columns_in_utc_without_a_zone() -> None:
    order = Order(
        "114-1", datetime(2026, 3, 2, 10, tzinfo=CHICAGO_WINTER), "Kitchen", "Garden", date(2026, 3, 9), Decimal("25.5")
    )
    table = orders_to_arrow([order])
    assert table.schema == ORDERS_SCHEMA
    (row,) = table.to_pylist()
    assert row["placed_at"] == datetime(2026, 3, 2, 16)  # noqa: DTZ001 (without a zone, as meant)
    assert (row["item_price"], row["shipping_price"]) == (Decimal("25.50"), Decimal("0.00"))
    assert (row["promised_delivery_date"], row["cancelled_at"]) == (date(2026, 3, 9), None)


def test_submissions_become_columns() -> None:
    at = datetime(2026, 3, 3, 9, tzinfo=UTC)
    table = submissions_to_arrow([Submission("114-1", 2, at, at, 1, "UPS", tracking_number=" 1z ")])
    assert table.schema == SUBMISSIONS_SCHEMA
    (row,) = table.to_pylist()
    assert (row["package"], row["seq"], row["tracking_number"], row["buy_shipping"]) == (2, 1, " 1z ", False)


def test_no_rows_still_make_typed_tables() -> None:
    assert orders_to_arrow([]).schema == ORDERS_SCHEMA
    assert submissions_to_arrow([]).schema == SUBMISSIONS_SCHEMA
    answers, scans = answers_to_arrow([])
    assert (answers.schema, scans.schema) == (ANSWERS_SCHEMA, SCANS_SCHEMA)


def test_duckdb_sees_timestamps_without_zone() -> None:
    orders = orders_to_arrow([])
    connection = duckdb.connect()
    connection.register("orders", orders)
    types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE orders").fetchall()}
    assert (types["placed_at"], types["promised_delivery_date"]) == ("TIMESTAMP", "DATE")
    assert types["item_price"] == "DECIMAL(18,2)"


def test_answers_are_keyed_by_the_trimmed_upper_case_number() -> None:
    at = datetime(2026, 3, 3, 16, tzinfo=UTC)
    scan = ScanRow(0, at, "I/OR", "#005", physical=True, description="Origin Scan", location="Tulsa")
    answers, scans = answers_to_arrow(
        [Answer("ups", " 1zabc ", "known", (scan,)), Answer("usps", "1", "unknown", why="no")]
    )
    assert answers.to_pylist() == [
        {"carrier": "ups", "tracking_number": "1ZABC", "outcome": "known", "why": ""},
        {"carrier": "usps", "tracking_number": "1", "outcome": "unknown", "why": "no"},
    ]
    assert scans.to_pylist() == [
        {
            "carrier": "ups",
            "tracking_number": "1ZABC",
            "position": 0,
            "at": at.replace(tzinfo=None),
            "code": "I/OR",
            "subcode": "#005",
            "physical": True,
            "description": "Origin Scan",
            "location": "Tulsa",
            "published_at": None,
        }
    ]


def test_a_number_asked_in_two_spellings_is_one_and_a_usable_answer_stands() -> None:
    scan = ScanRow(0, None, "I/OR")
    answers, scans = answers_to_arrow(
        [
            Answer("ups", "1z", "unanswered", why="503"),
            Answer("ups", "1Z", "known", (scan,)),
            Answer("ups", "1Z ", "known", (scan,)),
        ]
    )
    assert answers["outcome"].to_pylist() == ["known"]
    assert scans.num_rows == 1


def test_a_scan_file_keeps_when_an_event_was_published() -> None:
    at, published = datetime(2026, 3, 3, 16, tzinfo=UTC), datetime(2026, 3, 4, 16, tzinfo=UTC)
    collected = CollectedScans(
        (AnswerLine("usps", "1", "known"),), (ScanLine("usps", "1", 0, at, "03", published_at=published),)
    )
    answers, scans = collected_scans_to_arrow(collected)
    assert (answers.schema, scans.schema) == (ANSWERS_SCHEMA, SCANS_SCHEMA)
    assert scans["published_at"].to_pylist() == [published.replace(tzinfo=None)]
