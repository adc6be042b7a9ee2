"""Orders from files of every format."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from records.samples import (
    ORDER,
    ORDER_HEADER,
    ORDER_LINE,
    PROTOCOL_ORDER,
    refusal,
    write_lines,
)

from vtr.reference.records import (
    read_orders,
)


def test_csv_orders_are_read_with_their_defaults(tmp_path: Path) -> None:
    assert read_orders(write_lines(tmp_path, "orders.csv", ORDER_HEADER, ORDER_LINE)) == (ORDER,)


@pytest.mark.parametrize("content", [[PROTOCOL_ORDER], {"orders": [PROTOCOL_ORDER], "protocol": 1}])
def test_json_orders_are_in_a_list_or_under_orders(tmp_path: Path, content: object) -> None:
    (order,) = read_orders(write_lines(tmp_path, "orders.json", json.dumps(content)))
    assert (order.current_category, order.ship_from, order.fulfilled_by) == ("Garden", "CN", "amazon")
    assert order.shipping_price == Decimal("4.99")


def test_json_lines_are_one_order_each(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path, "o.jsonl", json.dumps(PROTOCOL_ORDER), "", json.dumps({**PROTOCOL_ORDER, "order_id": "b"})
    )
    assert [order.order_id for order in read_orders(path)] == ["114-1", "b"]


def test_an_order_id_is_unique(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "orders.csv", ORDER_HEADER, ORDER_LINE, ORDER_LINE)
    message = refusal(path)
    assert "orders.csv:3: column 'order_id': '114-1' is already in " in message
    assert message.endswith("orders.csv:2; keep one")
