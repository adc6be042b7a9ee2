"""Defaults of the values, and the key of a number."""

from decimal import Decimal

import pytest
from records.samples import ORDER

from vtr.reference.records import (
    number_key,
)


def test_defaults_of_an_order_are_a_sellers_us_order_in_dollars_without_shipping() -> None:
    assert (ORDER.ship_from, ORDER.ship_to, ORDER.currency, ORDER.fulfilled_by) == ("US", "US", "USD", "seller")
    assert (ORDER.shipping_price, ORDER.cancelled_at, ORDER.promised_ship_date) == (Decimal(0), None, None)


@pytest.mark.parametrize(("text", "key"), [(" 1zAb\t\r\n", "1ZAB"), ("1 z", "1 Z"), ("\u00a01z", "\u00a01Z")])
def test_a_number_key_is_upper_case_without_ascii_blanks_around_it(text: str, key: str) -> None:
    assert number_key(text) == key
