"""Orders from files and from requests of the validator protocol."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from vtr.reference.errors import InputError
from vtr.reference.records.cell_parsers import (
    choice_parser,
    parse_amount,
    parse_country,
    parse_currency,
    parse_date,
    parse_instant,
    parse_nonblank_text,
)
from vtr.reference.records.columns import Column, parse_rows, required_column
from vtr.reference.records.issues import Problems
from vtr.reference.records.model import Order
from vtr.reference.records.rows import Header, Row, read_bytes, read_rows, rows_of_json

_COLUMNS = (
    required_column("order_id", parse_nonblank_text),
    required_column("placed_at", parse_instant),
    required_column("category", parse_nonblank_text),
    Column("current_category", parse_nonblank_text),
    required_column("promised_delivery_date", parse_date),
    Column("promised_ship_date", parse_date),
    required_column("item_price", parse_amount),
    Column("shipping_price", parse_amount, Decimal(0)),
    Column("currency", parse_currency, "USD"),
    Column("ship_from", parse_country, "US"),
    Column("ship_to", parse_country, "US"),
    Column("fulfilled_by", choice_parser("seller", "amazon"), "seller"),
    Column("cancelled_at", parse_instant),
)

_REPORT_SUFFIXES = ("", ".txt", ".tsv", ".csv")
_REPORT_KEYS = {b"amazon-order-id", b"purchase-date"}  # of both reports: all orders, and those to be shipped


def read_orders(path: Path) -> tuple[Order, ...]:
    """Read the orders of a CSV, TSV, JSON, JSON Lines or Parquet file, in its order.

    JSON is a list of orders, or an object with `orders` such as a request of the validator protocol. Raises InputError
    with the first twenty problems, each with file, line and column; a duplicated order id is one.
    """
    if path.suffix.lower() in _REPORT_SUFFIXES:
        _refuse_amazon_report(path)
    problems = Problems()
    return _orders(read_rows(path, ("orders",), problems), problems)


def _refuse_amazon_report(path: Path) -> None:
    """Raise InputError for Amazon's own order reports, with the reason: they lack what the rate needs (A)."""
    first = read_bytes(path).partition(b"\n")[0]
    if _REPORT_KEYS & {cell.strip(b' \r"') for cell in first.split(b"\t")}:
        raise InputError(
            f"{path}: is an order report of Amazon's, which holds neither the category when ordered nor the promised"
            " delivery date; make a file with at least "
            + ", ".join(column.name for column in _COLUMNS if column.column_needed)
        )


def orders_from(orders: Sequence[Mapping[str, object]]) -> tuple[Order, ...]:
    """The `orders` of a request of the validator protocol; raises InputError as `read_orders` does."""
    problems = Problems()
    return _orders(rows_of_json(orders, "orders", ("orders",), problems), problems)


def _orders(rows: Iterable[Header | Row], problems: Problems) -> tuple[Order, ...]:
    orders: list[Order] = []
    places: dict[str, str] = {}
    for row, cells in parse_rows(rows, _COLUMNS, problems):
        order = _order(cells)
        first = places.setdefault(order.order_id, row.where)
        if first != row.where:
            problems.add(row.where, f"column 'order_id': {order.order_id!r} is already in {first}; keep one")
        orders.append(order)
    problems.raise_any()
    return tuple(orders)


def _order(cells: dict[str, Any]) -> Order:  # the columns' parsers have checked the types
    return Order(**{**cells, "current_category": cells["current_category"] or cells["category"]})
