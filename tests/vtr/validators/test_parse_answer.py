import pytest

from vtr.errors import ValidatorError
from vtr.validators import answer_of

ROW = {"order_id": "A", "tracking_id": "1Z1", "no_valid_tracking": ""}


def test_rows_alone_are_an_answer_without_rates() -> None:
    answer = answer_of([ROW], "v")
    assert (answer.rows, answer.rates, answer.unanswered) == ((ROW,), None, None)


def test_answer_carries_rates_and_unanswered_rows() -> None:
    answer = answer_of({"rows": [], "rates": [{"rate": 1}], "unanswered": [{"order_id": "A"}]}, "v")
    assert (answer.rates, answer.unanswered) == (({"rate": 1},), ({"order_id": "A"},))


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, r"expected a mapping with 'rows' \(or the list of rows\), got None"),
        ({"row": []}, r"got the keys \['row'\]"),
        ({"rows": None}, "expected a list of rows, got None"),
        ({"rows": "A"}, "expected a list of rows, got 'A'"),
        ({"rows": [{"order": "A"}]}, r"rows\[0\]: expected a mapping with 'order_id', got {'order': 'A'}"),
        ({"rows": [], "rates": [1]}, r"rates\[0\]: expected a mapping, got 1"),
        ([ROW, "A"], r"rows\[1\]: expected a mapping with 'order_id', got 'A'"),
        ("x" * 200, "got 'x{79}…$"),
    ],
)
def test_value_that_is_not_an_answer_is_refused_with_its_place(returned: object, message: str) -> None:
    with pytest.raises(ValidatorError, match=message):
        answer_of(returned, "v")
