from collections.abc import Mapping
from decimal import Decimal

import pytest
from rows_by_hand import ORDER, differences, expected_row, expected_rows, reported_row, text

from vtr.play import comparison as compare
from vtr.play.comparison import Difference
from vtr.story.expected import Expected, ExpectedListed, ExpectedRate, Near
from vtr.validators.answer import Answer


def test_equal_rows_have_no_difference() -> None:
    expected = expected_rows(expected_row(tracking_id=text("1Z1"), no_valid_tracking=text("")))
    assert differences(expected, reported_row(tracking_id="1Z1", no_valid_tracking="")) == ()


def test_columns_that_are_not_named_are_not_compared() -> None:
    assert (
        differences(
            expected_rows(expected_row(no_valid_tracking=text("X"))),
            reported_row(tracking_id="?", no_valid_tracking="X"),
        )
        == ()
    )


def test_other_cell_is_a_difference_with_its_line() -> None:
    found = differences(
        expected_rows(expected_row(no_valid_tracking=text("X"), line=17)), reported_row(no_valid_tracking="")
    )
    assert found == (Difference(f"{ORDER}/1", "no_valid_tracking", "X", "", 17),)


@pytest.mark.parametrize("blank", [None, ""])
def test_null_and_empty_text_are_both_blank(blank: object) -> None:
    assert (
        differences(expected_rows(expected_row(no_valid_tracking=text(""))), reported_row(no_valid_tracking=blank))
        == ()
    )


def test_leading_zeros_are_part_of_a_number() -> None:
    found = differences(expected_rows(expected_row(tracking_id=text("0094"))), reported_row(tracking_id=94))
    assert [(one.expected, one.actual) for one in found] == [("0094", "94")]


def test_truth_value_is_not_the_mark() -> None:
    (found,) = differences(
        expected_rows(expected_row(no_valid_tracking=text("X"))), reported_row(no_valid_tracking=True)
    )
    assert found.actual == "true"


def test_any_of_several_texts_will_do() -> None:
    expected = expected_rows(expected_row(tracking_id=text("A", "B")))
    assert differences(expected, reported_row(tracking_id="B")) == ()
    (found,) = differences(expected, reported_row(tracking_id="C"))
    assert found.expected == "any of: 'A', 'B'"


def test_missing_row_is_a_difference() -> None:
    (found,) = differences(expected_rows(expected_row(reason=text("VALID"), line=12)))
    assert found == Difference(f"{ORDER}/1", None, "reason 'VALID'", None, 12)


def test_row_that_no_expectation_names_is_a_difference() -> None:
    found = differences(expected_rows(expected_row()), reported_row(1), reported_row(2, tracking_id="1Z1"))
    assert found == (Difference(f"{ORDER}/2", None, None, "tracking_id '1Z1'", 8),)


def test_row_of_an_order_that_is_not_in_the_story_is_a_difference() -> None:
    (found,) = differences(expected_rows(), reported_row(order="X"))
    assert (found.key, found.expected) == ("X/1", None)


def test_absent_row_is_none() -> None:
    assert differences(expected_rows(expected_row(absent=True))) == ()


def test_row_that_must_be_absent_is_a_difference_at_its_line() -> None:
    (found,) = differences(expected_rows(expected_row(absent=True, line=21)), reported_row(tracking_id="1Z1"))
    assert found == Difference(f"{ORDER}/1", None, None, "tracking_id '1Z1'", 21)


def test_same_row_reported_twice_is_a_difference() -> None:
    (found,) = differences(expected_rows(expected_row()), reported_row(), reported_row())
    assert (found.column, found.expected) == (None, None)


def test_package_number_as_text_is_the_same_number() -> None:
    assert differences(expected_rows(expected_row(2)), reported_row("2")) == ()


# What a validator need not return.


def test_reason_is_not_compared_when_no_row_has_one_and_that_is_said() -> None:
    comparison = compare.compare(expected_rows(expected_row(reason=text("VALID"))), Answer((reported_row(),)))
    assert (comparison.differences, comparison.skipped) == ((), ("reason (the validator returns none)",))


def test_reason_that_some_rows_lack_is_a_difference() -> None:
    expected = expected_rows(expected_row(1, reason=text("VALID")), expected_row(2, reason=text("NO_SCAN")))
    (found,) = differences(expected, reported_row(1, reason="VALID"), reported_row(2))
    assert (found.column, found.actual) == ("reason", "(not returned)")


def test_other_column_that_is_not_returned_is_a_difference() -> None:
    (found,) = differences(expected_rows(expected_row(category=text("Kitchen"))), reported_row())
    assert (found.column, found.actual) == ("category", "(not returned)")


def test_empty_expectation_of_a_column_that_is_not_returned_is_met() -> None:
    assert differences(expected_rows(expected_row(ship_method=text(""))), reported_row()) == ()


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
    (found,) = _rate_differences(_rates(ExpectedRate("Toys", {"counted": text("1")}, 9)))
    assert found == Difference("rates of Toys", None, "counted 1", None, 9)


def test_rates_that_no_expectation_names_are_no_difference() -> None:
    assert _rate_differences(_rates(), {"category": "Kitchen", "counted": 1}) == ()


def test_rates_are_not_compared_when_none_are_returned_and_that_is_said() -> None:
    comparison = compare.compare(_rates(ExpectedRate(None, {"counted": text("1")}, 9)), Answer(()))
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
    expected = _unanswered(ExpectedListed(ORDER, 1, text("timeout"), 9))
    (found,) = compare.compare(expected, answer).differences
    assert (found.column, found.expected, found.actual) == ("unanswered.why", "timeout", "429")


# Packages that are left out.


def _excluded(*packages: ExpectedListed) -> Expected:
    return Expected(None, None, None, 8, packages)


def test_package_left_out_for_another_reason_is_a_difference() -> None:
    answer = Answer((), excluded=({"order_id": ORDER, "package": 1, "why": "NOT_CONFIRMED"},))
    expected = _excluded(ExpectedListed(ORDER, 1, text("AFTER_WINDOW"), 9))
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
