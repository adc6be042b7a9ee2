"""Cells of every type: what is accepted, and the message for everything else."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from records.samples import (
    LINE,
    LINE_HEADER,
    ORDER,
    PROTOCOL_ORDER,
    refusal,
    write_lines,
)

from vtr.reference.errors import InputError
from vtr.reference.records import (
    orders_from,
    read_orders,
)


def test_parquet_gives_typed_values_and_naive_timestamps_are_utc(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    columns = {
        "order_id": ["114-1"],
        "placed_at": pa.array([datetime(2026, 3, 2, 10)], pa.timestamp("us")),  # noqa: DTZ001 (as Parquet holds it)
        "category": ["Kitchen"],
        "promised_delivery_date": [date(2026, 3, 9)],
        "item_price": [Decimal("25.00")],
    }
    pq.write_table(pa.table(columns), path)
    assert read_orders(path) == (ORDER,)


def test_parquet_timestamps_with_a_zone_are_converted(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    instant = pa.array([datetime(2026, 3, 2, 10, tzinfo=UTC)], pa.timestamp("us", tz="America/Chicago"))
    columns = {"order_id": ["a"], "placed_at": instant, "category": ["K"], "item_price": [1]}
    pq.write_table(pa.table({**columns, "promised_delivery_date": [date(2026, 3, 9)]}), path)
    assert read_orders(path)[0].placed_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("placed_at", "2026-03-02T10:00:00", "has no zone; add Z for UTC"),
        ("placed_at", "3/2/2026 10:00", "is not an instant; an instant is written like 2026-03-02T10:00:00Z"),
        ("placed_at", "2026-02-30T10:00:00Z", "is not an instant (day is out of range"),
        ("placed_at", "0001-01-01T00:00:00+10:00", "is not an instant"),
        ("placed_at", 1772445600, "is not an instant"),
        ("promised_delivery_date", "9.3.2026", "is not a date; a date is written like 2026-03-09"),
        ("promised_delivery_date", "2026-03-09T00:00:00Z", "is not a date"),
        ("promised_delivery_date", "2026-13-01", "is not a date (month must be"),
        ("promised_delivery_date", "", "is blank; a value is needed"),
        ("item_price", "$25.00", "is not an amount; an amount is written like 25.00"),
        ("item_price", "25,00", "is not an amount"),
        ("item_price", "-1.00", "is not an amount"),
        ("item_price", "1.005", "is not an amount"),
        ("item_price", 1.005, "is not an amount"),
        ("item_price", True, "is not an amount"),
        ("item_price", 1e300, "is not an amount"),
        ("item_price", "12345678901234567", "is not an amount"),
        ("item_price", "\uff11\uff12", "is not an amount"),  # full-width digits
        ("fulfilled_by", "Seller", "is not one of seller, amazon; did you mean 'seller'?"),
        ("currency", "usd", "is not a currency code"),
        ("ship_from", "USA", "is not a country code"),
        ("category", "  ", "is blank; a text is needed"),
        ("order_id", 1141, "is a number; write it as text (in quotes)"),
        ("order_id", ["a"], "is not text"),
        ("order_id", "\ud800", "holds half of a character"),
    ],
)
def test_a_cell_that_cannot_be_used_is_reported_with_its_column(column: str, value: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        orders_from([{**PROTOCOL_ORDER, column: value}])
    assert str(caught.value).startswith(f"orders: row 1: column {column!r}")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-02T10:00:00Z",
        "2026-03-02T10:00Z",
        "2026-03-02 10:00:00+00:00",
        "2026-03-02T04:00:00-06:00",
        "2026-03-02T18:00:00+0800",
        "2026-03-02T10:00:00.000000999Z",
    ],
)
def test_instants_with_any_offset_are_the_same_instant(value: str) -> None:
    assert orders_from([{**PROTOCOL_ORDER, "placed_at": value}])[0].placed_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_a_tracking_number_must_not_be_a_json_number(tmp_path: Path) -> None:
    line = {"order_id": "a", "submitted_at": "2026-03-03T09:00:00Z", "carrier_code": "USPS", "tracking_number": 10**21}
    message = refusal(write_lines(tmp_path, "c.json", json.dumps([line])), "submissions")
    assert "column 'tracking_number': 1000000000000000000000 is a number; write it as text" in message


def test_buy_shipping_is_true_or_false(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "c.csv", f"{LINE_HEADER},buy_shipping", f"{LINE},yes")
    assert "column 'buy_shipping': 'yes' is neither true nor false" in refusal(path, "submissions")
