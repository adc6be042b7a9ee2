from decimal import Decimal

from rows_by_hand import ORDER, expected_row, expected_rows, reported_row, text

from vtr.play import comparison as compare
from vtr.play import comparison_text
from vtr.story.expected import Expected, ExpectedRate, Near
from vtr.validators.answer import Answer


def test_text_marks_the_cells_that_differ() -> None:
    expected = expected_rows(expected_row(no_valid_tracking=text("X"), reason=text("NO_SCAN"), line=14))
    reported = reported_row(no_valid_tracking="", reason="NO_SCAN")
    assert comparison_text.render(compare.compare(expected, Answer((reported,)))) == (
        "     line  order/package          no_valid_tracking  reason\n"
        "  -  14    114-3941689-8772232/1  X                  NO_SCAN\n"
        "  +  14    114-3941689-8772232/1  >(blank)<          NO_SCAN"
    )


def test_text_shows_rows_that_are_missing_and_rows_too_many() -> None:
    expected = expected_rows(expected_row(1, no_valid_tracking=text("X"), line=14))
    reported = reported_row(2, tracking_id="1Z1", no_valid_tracking="")
    assert comparison_text.render(compare.compare(expected, Answer((reported,)))) == (
        "     line  order/package          no_valid_tracking  tracking_id  reason\n"
        "  -  14    114-3941689-8772232/1  X\n"
        "  +  14    114-3941689-8772232/1  (no such row)\n"
        "  -  8     114-3941689-8772232/2  (no such row)\n"
        "  +  8     114-3941689-8772232/2  (blank)            1Z1          (not returned)"
    )


def test_text_names_rates_and_unanswered_rows() -> None:
    expected = Expected(None, (ExpectedRate(None, {"rate": Near(Decimal(1))}, 20),), (), 8)
    answer = Answer((), ({"category": None, "rate": 0.5},), ({"order_id": ORDER, "package": 1, "why": "429"},))
    assert comparison_text.render(compare.compare(expected, answer)) == (
        "  rates overall: rate: expected '1', reported '0.5' (line 20)\n"
        "  114-3941689-8772232/1: unanswered: expected nothing, reported '429' (line 8)"
    )
