"""Orders from files and from requests of the validator protocol."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from vtr.reference.errors import InputError
from vtr.reference.records.cells import calendar_date, country, currency, instant, money, named_text, one_of
from vtr.reference.records.fields import Field, needed, typed_rows
from vtr.reference.records.problems import Problems
from vtr.reference.records.rows import Header, Row, bytes_of, read_rows, rows_of
from vtr.reference.records.values import Order

_FIELDS = (
    needed("order_id", named_text),
    needed("placed_at", instant),
    needed("category", named_text),
    Field("current_category", named_text),
    needed("promised_delivery_date", calendar_date),
    Field("promised_ship_date", calendar_date),
    needed("item_price", money),
    Field("shipping_price", money, Decimal(0)),
    Field("currency", currency, "USD"),
    Field("ship_from", country, "US"),
    Field("ship_to", country, "US"),
    Field("fulfilled_by", one_of("seller", "amazon"), "seller"),
    Field("cancelled_at", instant),
)

_REPORT_SUFFIXES = ("", ".txt", ".tsv", ".csv")
_REPORT_KEYS = {b"amazon-order-id", b"purchase-date"}  # of both reports: all orders, and those to be shipped


def read_orders(path: Path) -> tuple[Order, ...]:
    """The orders of a CSV, TSV, JSON, JSON Lines or Parquet file, in its order.

    JSON is a list of orders, or an object with `orders` such as a request of the validator protocol. Raises InputError
    with the first twenty problems, each with file, line and column; an order id that stands twice is one.
    """
    if path.suffix.lower() in _REPORT_SUFFIXES:
        _check_no_report(path)
    problems = Problems()
    return _orders(read_rows(path, ("orders",), problems), problems)


def _check_no_report(path: Path) -> None:
    """Refuse Amazon's own order reports in words of their own: what the rate needs is not in them (A)."""
    first = bytes_of(path).partition(b"\n")[0]
    if _REPORT_KEYS & {cell.strip(b' \r"') for cell in first.split(b"\t")}:
        raise InputError(
            f"{path}: is an order report of Amazon's, which holds neither the category when ordered nor the promised"
            " delivery date; make a file with at least "
            + ", ".join(field.name for field in _FIELDS if field.column_needed)
        )


def orders_from(orders: Sequence[Mapping[str, object]]) -> tuple[Order, ...]:
    """The `orders` of a request of the validator protocol; raises InputError as `read_orders` does."""
    problems = Problems()
    return _orders(rows_of(orders, "orders", ("orders",), problems), problems)


def _orders(rows: Iterable[Header | Row], problems: Problems) -> tuple[Order, ...]:
    orders: list[Order] = []
    places: dict[str, str] = {}
    for row, cells in typed_rows(rows, _FIELDS, problems):
        order = _order(cells)
        first = places.setdefault(order.order_id, row.where)
        if first != row.where:
            problems.add(row.where, f"column 'order_id': {order.order_id!r} stands in {first} too; keep one")
        orders.append(order)
    problems.raise_any()
    return tuple(orders)


def _order(cells: dict[str, Any]) -> Order:  # the readers of the fields have checked the types
    return Order(**{**cells, "current_category": cells["current_category"] or cells["category"]})
