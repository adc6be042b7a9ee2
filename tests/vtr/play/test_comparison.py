from collections.abc import Mapping
from decimal import Decimal

import pytest

from vtr.play import comparison as compare
from vtr.play import comparison_text
from vtr.play.comparison import Difference
from vtr.story.expected import Cell, Expected, ExpectedListed, ExpectedRate, ExpectedRow, Near, Text
from vtr.validators.answer import Answer

ORDER = "114-3941689-8772232"


def _text(*any_of: str) -> Text:
    return Text(any_of)


def _row(
    package: int = 1,
    *,
    order: str = ORDER,
    absent: bool = False,
    line: int = 9,
    submitted: tuple[str, ...] = (),
    **cells: Cell,
) -> ExpectedRow:
    return ExpectedRow(order, package, cells, line, absent, submitted)


def _rows(*rows: ExpectedRow) -> Expected:
    return Expected(rows, None, None, 8)


def _reported(package: object = 1, *, order: str = ORDER, **cells: object) -> dict[str, object]:
    return {"order_id": order, "package": package, **cells}


def _differences(expected: Expected, *rows: Mapping[str, object]) -> tuple[Difference, ...]:
    return compare.compare(expected, Answer(rows)).differences


def test_equal_rows_have_no_difference() -> None:
    expected = _rows(_row(tracking_id=_text("1Z1"), no_valid_tracking=_text("")))
    assert _differences(expected, _reported(tracking_id="1Z1", no_valid_tracking="")) == ()


def test_columns_that_are_not_named_are_not_compared() -> None:
    assert (
        _differences(_rows(_row(no_valid_tracking=_text("X"))), _reported(tracking_id="?", no_valid_tracking="X")) == ()
    )


def test_other_cell_is_a_difference_with_its_line() -> None:
    found = _differences(_rows(_row(no_valid_tracking=_text("X"), line=17)), _reported(no_valid_tracking=""))
    assert found == (Difference(f"{ORDER}/1", "no_valid_tracking", "X", "", 17),)


@pytest.mark.parametrize("blank", [None, ""])
def test_null_and_empty_text_are_both_blank(blank: object) -> None:
    assert _differences(_rows(_row(no_valid_tracking=_text(""))), _reported(no_valid_tracking=blank)) == ()


def test_leading_zeros_are_part_of_a_number() -> None:
    found = _differences(_rows(_row(tracking_id=_text("0094"))), _reported(tracking_id=94))
    assert [(one.expected, one.actual) for one in found] == [("0094", "94")]


def test_truth_value_is_not_the_mark() -> None:
    (found,) = _differences(_rows(_row(no_valid_tracking=_text("X"))), _reported(no_valid_tracking=True))
    assert found.actual == "true"


def test_any_of_several_texts_will_do() -> None:
    expected = _rows(_row(tracking_id=_text("A", "B")))
    assert _differences(expected, _reported(tracking_id="B")) == ()
    (found,) = _differences(expected, _reported(tracking_id="C"))
    assert found.expected == "any of: 'A', 'B'"


def test_missing_row_is_a_difference() -> None:
    (found,) = _differences(_rows(_row(reason=_text("VALID"), line=12)))
    assert found == Difference(f"{ORDER}/1", None, "reason 'VALID'", None, 12)


def test_row_that_no_expectation_names_is_a_difference() -> None:
    found = _differences(_rows(_row()), _reported(1), _reported(2, tracking_id="1Z1"))
    assert found == (Difference(f"{ORDER}/2", None, None, "tracking_id '1Z1'", 8),)


def test_row_of_an_order_that_is_not_in_the_story_is_a_difference() -> None:
    (found,) = _differences(_rows(), _reported(order="X"))
    assert (found.key, found.expected) == ("X/1", None)


def test_absent_row_is_none() -> None:
    assert _differences(_rows(_row(absent=True))) == ()


def test_row_that_must_be_absent_is_a_difference_at_its_line() -> None:
    (found,) = _differences(_rows(_row(absent=True, line=21)), _reported(tracking_id="1Z1"))
    assert found == Difference(f"{ORDER}/1", None, None, "tracking_id '1Z1'", 21)


def test_same_row_reported_twice_is_a_difference() -> None:
    (found,) = _differences(_rows(_row()), _reported(), _reported())
    assert (found.column, found.expected) == (None, None)


def test_package_number_as_text_is_the_same_number() -> None:
    assert _differences(_rows(_row(2)), _reported("2")) == ()


# Without package numbers the order and the tracking text tell rows apart.


def test_rows_without_package_numbers_are_told_apart_by_tracking_text() -> None:
    expected = _rows(
        _row(1, tracking_id=_text("A"), no_valid_tracking=_text("")),
        _row(2, tracking_id=_text("B"), no_valid_tracking=_text("X")),
    )
    reported = (
        {"order_id": ORDER, "tracking_id": "B", "no_valid_tracking": "X"},
        {"order_id": ORDER, "tracking_id": "A", "no_valid_tracking": ""},
    )
    assert _differences(expected, *reported) == ()


def test_two_rows_that_look_alike_are_a_multiset() -> None:
    invalid = f"{ORDER}-InvalidId"
    expected = _rows(_row(1, tracking_id=_text(invalid)), _row(2, tracking_id=_text(invalid)))
    once = {"order_id": ORDER, "tracking_id": invalid}
    assert _differences(expected, once, once) == ()
    assert [one.column for one in _differences(expected, once)] == [None]
    assert [one.column for one in _differences(expected, once, once, once)] == [None]


def test_rows_are_paired_so_that_as_many_as_possible_agree() -> None:
    # Pairing the first with whatever fits it first would leave the second without its only partner.
    expected = _rows(_row(1, tracking_id=_text("A", "B")), _row(2, tracking_id=_text("A")))
    reported = ({"order_id": ORDER, "tracking_id": "A"}, {"order_id": ORDER, "tracking_id": "B"})
    assert _differences(expected, *reported) == ()


def test_rows_that_differ_are_paired_by_likeness() -> None:
    expected = _rows(
        _row(1, tracking_id=_text("A"), no_valid_tracking=_text("X")),
        _row(2, tracking_id=_text("B"), no_valid_tracking=_text("X")),
    )
    reported = (
        {"order_id": ORDER, "tracking_id": "B", "no_valid_tracking": ""},
        {"order_id": ORDER, "tracking_id": "A", "no_valid_tracking": "X"},
    )
    assert [(one.key, one.column) for one in _differences(expected, *reported)] == [(f"{ORDER}/2", "no_valid_tracking")]


def _unnumbered(tracking_id: str | None, no_valid_tracking: str) -> dict[str, object]:
    text = {} if tracking_id is None else {"tracking_id": tracking_id}
    return {"order_id": ORDER, **text, "no_valid_tracking": no_valid_tracking}


BOTH_VALID = _rows(
    _row(1, tracking_id=_text("A"), no_valid_tracking=_text(""), line=10),
    _row(2, tracking_id=_text("B"), no_valid_tracking=_text(""), line=11),
)


def test_one_wrong_tracking_text_of_an_order_is_a_difference_of_that_cell() -> None:
    found = _differences(BOTH_VALID, _unnumbered("C", ""), _unnumbered("A", "X"))
    assert set(found) == {
        Difference(f"{ORDER}/1", "no_valid_tracking", "", "X", 10),
        Difference(f"{ORDER}/2", "tracking_id", "B", "C", 11),
    }


def test_two_wrong_tracking_texts_of_an_order_are_rows_missing_and_rows_too_many() -> None:
    assert _differences(BOTH_VALID, _unnumbered("C", ""), _unnumbered("D", "")) == (
        Difference(f"{ORDER}/1", None, "tracking_id 'A', no_valid_tracking ''", None, 10),
        Difference(f"{ORDER}/2", None, "tracking_id 'B', no_valid_tracking ''", None, 11),
        Difference(ORDER, None, None, "tracking_id 'C', no_valid_tracking ''", 8),
        Difference(ORDER, None, None, "tracking_id 'D', no_valid_tracking ''", 8),
    )


def test_rows_whose_text_is_not_expected_are_told_apart_by_what_was_submitted() -> None:
    expected = _rows(
        _row(1, no_valid_tracking=_text(""), submitted=("", "1Z1 ")),
        _row(2, no_valid_tracking=_text("X"), submitted=("1Z2",)),
    )
    assert _differences(expected, _unnumbered("1Z2", "X"), _unnumbered("1z1", "")) == ()
    swapped = _differences(expected, _unnumbered("1Z2", ""), _unnumbered("1z1", "X"))
    assert {(one.key, one.column, one.actual) for one in swapped} == {
        (f"{ORDER}/1", "no_valid_tracking", "X"),
        (f"{ORDER}/2", "no_valid_tracking", ""),
    }


def test_row_that_must_be_absent_takes_no_other_row_s_place() -> None:
    expected = _rows(
        _row(1, no_valid_tracking=_text(""), submitted=("1Z1",), line=10),
        _row(2, absent=True, submitted=("1Z2",), line=11),
        _row(3, absent=True, submitted=("1Z3",), line=12),
    )
    assert _differences(expected, _unnumbered("1Z1", "")) == ()
    assert _differences(expected, _unnumbered("1Z3", "")) == (
        Difference(f"{ORDER}/1", None, "no_valid_tracking ''", None, 10),
        Difference(ORDER, None, None, "tracking_id '1Z3', no_valid_tracking ''", 12),
    )


def test_rows_without_a_text_are_told_apart_by_their_order_alone() -> None:
    expected = _rows(_row(1, no_valid_tracking=_text("")), _row(2, no_valid_tracking=_text("X")))
    assert _differences(expected, _unnumbered(None, "X"), _unnumbered(None, "")) == ()
    (found,) = _differences(expected, _unnumbered(None, "X"), _unnumbered(None, "X"))
    assert (found.key, found.column, found.expected, found.actual) == (f"{ORDER}/1", "no_valid_tracking", "", "X")
    found_texts = _differences(BOTH_VALID, _unnumbered(None, ""), _unnumbered(None, ""))
    assert {(one.column, one.actual) for one in found_texts} == {("tracking_id", "(not returned)")}


# What a validator need not return.


def test_reason_is_not_compared_when_no_row_has_one_and_that_is_said() -> None:
    comparison = compare.compare(_rows(_row(reason=_text("VALID"))), Answer((_reported(),)))
    assert (comparison.differences, comparison.skipped) == ((), ("reason (the validator returns none)",))


def test_reason_that_some_rows_lack_is_a_difference() -> None:
    expected = _rows(_row(1, reason=_text("VALID")), _row(2, reason=_text("NO_SCAN")))
    (found,) = _differences(expected, _reported(1, reason="VALID"), _reported(2))
    assert (found.column, found.actual) == ("reason", "(not returned)")


def test_other_column_that_is_not_returned_is_a_difference() -> None:
    (found,) = _differences(_rows(_row(category=_text("Kitchen"))), _reported())
    assert (found.column, found.actual) == ("category", "(not returned)")


def test_empty_expectation_of_a_column_that_is_not_returned_is_met() -> None:
    assert _differences(_rows(_row(ship_method=_text(""))), _reported()) == ()


# Rates.


def _rates(*rates: ExpectedRate) -> Expected:
    return Expected(None, rates, None, 8)


def _rate_differences(expected: Expected, *rates: Mapping[str, object]) -> tuple[Difference, ...]:
    return compare.compare(expected, Answer((), rates)).differences


@pytest.mark.parametrize("rate", [1, 1.0, "1.0", "1", Decimal("1.00")])
def test_rates_are_numbers_however_written(rate: object) -> None:
    expected = _rates(ExpectedRate("Kitchen", {"rate": Near(Decimal("1.0"))}, 9))
    assert _rate_differences(expected, {"category": "Kitchen", "rate": rate}) == ()


def test_other_rate_is_a_difference() -> None:
    expected = _rates(ExpectedRate("Kitchen", {"valid": Near(Decimal(2))}, 9))
    found = _rate_differences(expected, {"category": "Kitchen", "valid": 1})
    assert found == (Difference("rates of Kitchen", "valid", "2", "1", 9),)


def test_rates_within_the_tolerance_agree() -> None:
    near = Near(Decimal("0.95"), Decimal("0.01"))
    assert (near.holds(0.96), near.holds(0.9601), near.holds("n/a"), near.holds(None)) == (True, False, False, False)


def test_truth_value_is_no_rate() -> None:
    assert not Near(Decimal(1)).holds(actual=True)


def test_overall_rate_is_the_one_without_category() -> None:
    expected = _rates(ExpectedRate(None, {"counted": Near(Decimal(2))}, 9))
    assert _rate_differences(expected, {"category": "Kitchen", "counted": 1}, {"category": None, "counted": 2}) == ()


def test_missing_category_is_a_difference() -> None:
    (found,) = _rate_differences(_rates(ExpectedRate("Toys", {"counted": _text("1")}, 9)))
    assert found == Difference("rates of Toys", None, "counted 1", None, 9)


def test_rates_that_no_expectation_names_are_no_difference() -> None:
    assert _rate_differences(_rates(), {"category": "Kitchen", "counted": 1}) == ()


def test_rates_are_not_compared_when_none_are_returned_and_that_is_said() -> None:
    comparison = compare.compare(_rates(ExpectedRate(None, {"counted": _text("1")}, 9)), Answer(()))
    assert (comparison.differences, comparison.skipped) == ((), ("rates (the validator returns none)",))


# Unanswered rows.


def _unanswered(*rows: ExpectedListed) -> Expected:
    return Expected(None, None, rows, 8)


def test_unanswered_row_that_is_expected_is_no_difference() -> None:
    answer = Answer((), None, ({"order_id": ORDER, "package": 1, "why": "429"},))
    assert compare.compare(_unanswered(ExpectedListed(ORDER, 1, None, 9)), answer).differences == ()


def test_unanswered_row_that_is_not_expected_is_a_difference() -> None:
    answer = Answer((), None, ({"order_id": ORDER, "package": 1, "why": "429"},))
    assert compare.compare(_unanswered(), answer).differences == (
        Difference(f"{ORDER}/1", "unanswered", None, "429", 8),
    )


@pytest.mark.parametrize("listed", [None, ()])
def test_unanswered_row_that_is_missing_is_a_difference(listed: tuple[Mapping[str, object], ...] | None) -> None:
    expected = _unanswered(ExpectedListed(ORDER, 1, None, 9))
    assert compare.compare(expected, Answer((), None, listed)).differences == (
        Difference(f"{ORDER}/1", "unanswered", "unanswered", None, 9),
    )


def test_other_reason_for_an_unanswered_row_is_a_difference() -> None:
    answer = Answer((), None, ({"order_id": ORDER, "package": 1, "why": "429"},))
    expected = _unanswered(ExpectedListed(ORDER, 1, _text("timeout"), 9))
    (found,) = compare.compare(expected, answer).differences
    assert (found.column, found.expected, found.actual) == ("unanswered.why", "timeout", "429")


# Packages that are left out.


def _excluded(*packages: ExpectedListed) -> Expected:
    return Expected(None, None, None, 8, packages)


def test_package_left_out_for_another_reason_is_a_difference() -> None:
    answer = Answer((), excluded=({"order_id": ORDER, "package": 1, "why": "NOT_CONFIRMED"},))
    expected = _excluded(ExpectedListed(ORDER, 1, _text("AFTER_WINDOW"), 9))
    assert compare.compare(expected, answer).differences == (
        Difference(f"{ORDER}/1", "excluded.why", "AFTER_WINDOW", "NOT_CONFIRMED", 9),
    )


def test_order_left_out_without_a_package_is_named_by_the_order() -> None:
    answer = Answer((), excluded=({"order_id": ORDER, "package": None, "why": "NOT_CONFIRMED"},))
    assert compare.compare(_excluded(ExpectedListed(ORDER, 1, None, 9)), answer).differences == ()


def test_package_left_out_unexpectedly_is_a_difference() -> None:
    answer = Answer((), excluded=({"order_id": ORDER, "package": 1, "why": "NOT_CONFIRMED"},))
    assert compare.compare(_excluded(), answer).differences == (
        Difference(f"{ORDER}/1", "excluded", None, "NOT_CONFIRMED", 8),
    )


def test_left_out_packages_are_not_compared_with_a_validator_that_lists_none() -> None:
    compared = compare.compare(_excluded(ExpectedListed(ORDER, 1, None, 9)), Answer(()))
    assert (compared.differences, compared.skipped) == ((), ("excluded (the validator returns none)",))


# The text for people.


def test_text_marks_the_cells_that_differ() -> None:
    expected = _rows(_row(no_valid_tracking=_text("X"), reason=_text("NO_SCAN"), line=14))
    reported = _reported(no_valid_tracking="", reason="NO_SCAN")
    assert comparison_text.render(compare.compare(expected, Answer((reported,)))) == (
        "     line  order/package          no_valid_tracking  reason\n"
        "  -  14    114-3941689-8772232/1  X                  NO_SCAN\n"
        "  +  14    114-3941689-8772232/1  >(blank)<          NO_SCAN"
    )


def test_text_shows_rows_that_are_missing_and_rows_too_many() -> None:
    expected = _rows(_row(1, no_valid_tracking=_text("X"), line=14))
    reported = _reported(2, tracking_id="1Z1", no_valid_tracking="")
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
