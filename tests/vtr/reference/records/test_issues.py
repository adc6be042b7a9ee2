"""Problems of an input together, up to a limit."""

import pytest
from records.samples import PROTOCOL_ORDER

from vtr.reference.errors import InputError
from vtr.reference.records import (
    orders_from,
)


def test_all_problems_are_reported_at_once_and_at_most_twenty() -> None:
    with pytest.raises(InputError) as caught:
        orders_from([{**PROTOCOL_ORDER, "order_id": str(n), "item_price": "x"} for n in range(33)])
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 13 more"
