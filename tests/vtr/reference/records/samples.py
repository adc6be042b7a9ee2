"""An order and a submission as lines, as JSON of the validator protocol and as values; and how a file is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from vtr.reference.errors import InputError
from vtr.reference.records import Order, Submission, read_orders, read_scans, read_submissions

ORDER_HEADER = "order_id,placed_at,category,promised_delivery_date,item_price"
ORDER_LINE = "114-1,2026-03-02T10:00:00Z,Kitchen,2026-03-09,25.00"
ORDER = Order(
    order_id="114-1",
    placed_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
    category="Kitchen",
    current_category="Kitchen",
    promised_delivery_date=date(2026, 3, 9),
    item_price=Decimal("25.00"),
)

LINE_HEADER = "order_id,package,confirmed_at,submitted_at,carrier_code,carrier_name,tracking_number,ship_method"
LINE = "114-1,1,2026-03-03T09:00:00Z,2026-03-03T09:00:00Z,UPS,,1Z999AA10390000109,Ground"
SUBMISSION = Submission(
    order_id="114-1",
    package=1,
    confirmed_at=datetime(2026, 3, 3, 9, tzinfo=UTC),
    submitted_at=datetime(2026, 3, 3, 9, tzinfo=UTC),
    seq=1,
    carrier_code="UPS",
    tracking_number="1Z999AA10390000109",
    ship_method="Ground",
)

PROTOCOL_ORDER = {
    "order_id": "114-1",
    "placed_at": "2026-03-02T10:00:00Z",
    "category": "Kitchen",
    "current_category": "Garden",
    "promised_delivery_date": "2026-03-09",
    "item_price": "25.00",
    "shipping_price": "4.99",
    "currency": "USD",
    "ship_from": "CN",
    "ship_to": "US",
    "fulfilled_by": "amazon",
    "cancelled_at": None,
}
PROTOCOL_PACKAGE = {
    "order_id": "114-1",
    "package": 2,
    "confirmed_at": "2026-03-03T09:00:00Z",
    "buy_shipping": True,
    "submissions": [
        {
            "submitted_at": "2026-03-03T09:00:00Z",
            "carrier_code": "UPS",
            "carrier_name": "",
            "tracking_number": "1Z",
            "ship_method": "",
        },
        {"submitted_at": "2026-03-04T09:00:00Z", "carrier_code": "USPS", "tracking_number": None},
    ],
}


READERS: dict[str, Callable[[Path], object]] = {
    "orders": read_orders,
    "submissions": read_submissions,
    "scans": read_scans,
}


def write_lines(folder: Path, name: str, *lines: str) -> Path:
    """Write a file of these lines."""
    path = folder / name
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return path


def refusal(path: Path, kind: str = "orders") -> str:
    """The message with which the reader of this kind refuses a file."""
    with pytest.raises(InputError) as caught:
        READERS[kind](path)
    return str(caught.value)
