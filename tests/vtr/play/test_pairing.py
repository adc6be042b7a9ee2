from rows_by_hand import ORDER, differences, expected_row, expected_rows, text

from vtr.play.comparison import Difference


def test_rows_without_package_numbers_are_told_apart_by_tracking_text() -> None:
    expected = expected_rows(
        expected_row(1, tracking_id=text("A"), no_valid_tracking=text("")),
        expected_row(2, tracking_id=text("B"), no_valid_tracking=text("X")),
    )
    reported = (
        {"order_id": ORDER, "tracking_id": "B", "no_valid_tracking": "X"},
        {"order_id": ORDER, "tracking_id": "A", "no_valid_tracking": ""},
    )
    assert differences(expected, *reported) == ()


def test_two_rows_that_look_alike_are_a_multiset() -> None:
    invalid = f"{ORDER}-InvalidId"
    expected = expected_rows(expected_row(1, tracking_id=text(invalid)), expected_row(2, tracking_id=text(invalid)))
    once = {"order_id": ORDER, "tracking_id": invalid}
    assert differences(expected, once, once) == ()
    assert [one.column for one in differences(expected, once)] == [None]
    assert [one.column for one in differences(expected, once, once, once)] == [None]


def test_rows_are_paired_so_that_as_many_as_possible_agree() -> None:
    # Pairing the first with whatever fits it first would leave the second without its only partner.
    expected = expected_rows(expected_row(1, tracking_id=text("A", "B")), expected_row(2, tracking_id=text("A")))
    reported = ({"order_id": ORDER, "tracking_id": "A"}, {"order_id": ORDER, "tracking_id": "B"})
    assert differences(expected, *reported) == ()


def test_rows_that_differ_are_paired_by_likeness() -> None:
    expected = expected_rows(
        expected_row(1, tracking_id=text("A"), no_valid_tracking=text("X")),
        expected_row(2, tracking_id=text("B"), no_valid_tracking=text("X")),
    )
    reported = (
        {"order_id": ORDER, "tracking_id": "B", "no_valid_tracking": ""},
        {"order_id": ORDER, "tracking_id": "A", "no_valid_tracking": "X"},
    )
    assert [(one.key, one.column) for one in differences(expected, *reported)] == [(f"{ORDER}/2", "no_valid_tracking")]


def _unnumbered(tracking_id: str | None, no_valid_tracking: str) -> dict[str, object]:
    text = {} if tracking_id is None else {"tracking_id": tracking_id}
    return {"order_id": ORDER, **text, "no_valid_tracking": no_valid_tracking}


BOTH_VALID = expected_rows(
    expected_row(1, tracking_id=text("A"), no_valid_tracking=text(""), line=10),
    expected_row(2, tracking_id=text("B"), no_valid_tracking=text(""), line=11),
)


def test_one_wrong_tracking_text_of_an_order_is_a_difference_of_that_cell() -> None:
    found = differences(BOTH_VALID, _unnumbered("C", ""), _unnumbered("A", "X"))
    assert set(found) == {
        Difference(f"{ORDER}/1", "no_valid_tracking", "", "X", 10),
        Difference(f"{ORDER}/2", "tracking_id", "B", "C", 11),
    }


def test_two_wrong_tracking_texts_of_an_order_are_rows_missing_and_rows_too_many() -> None:
    assert differences(BOTH_VALID, _unnumbered("C", ""), _unnumbered("D", "")) == (
        Difference(f"{ORDER}/1", None, "tracking_id 'A', no_valid_tracking ''", None, 10),
        Difference(f"{ORDER}/2", None, "tracking_id 'B', no_valid_tracking ''", None, 11),
        Difference(ORDER, None, None, "tracking_id 'C', no_valid_tracking ''", 8),
        Difference(ORDER, None, None, "tracking_id 'D', no_valid_tracking ''", 8),
    )


def test_rows_whose_text_is_not_expected_are_told_apart_by_what_was_submitted() -> None:
    expected = expected_rows(
        expected_row(1, no_valid_tracking=text(""), submitted=("", "1Z1 ")),
        expected_row(2, no_valid_tracking=text("X"), submitted=("1Z2",)),
    )
    assert differences(expected, _unnumbered("1Z2", "X"), _unnumbered("1z1", "")) == ()
    swapped = differences(expected, _unnumbered("1Z2", ""), _unnumbered("1z1", "X"))
    assert {(one.key, one.column, one.actual) for one in swapped} == {
        (f"{ORDER}/1", "no_valid_tracking", "X"),
        (f"{ORDER}/2", "no_valid_tracking", ""),
    }


def test_row_that_must_be_absent_takes_no_other_row_s_place() -> None:
    expected = expected_rows(
        expected_row(1, no_valid_tracking=text(""), submitted=("1Z1",), line=10),
        expected_row(2, absent=True, submitted=("1Z2",), line=11),
        expected_row(3, absent=True, submitted=("1Z3",), line=12),
    )
    assert differences(expected, _unnumbered("1Z1", "")) == ()
    assert differences(expected, _unnumbered("1Z3", "")) == (
        Difference(f"{ORDER}/1", None, "no_valid_tracking ''", None, 10),
        Difference(ORDER, None, None, "tracking_id '1Z3', no_valid_tracking ''", 12),
    )


def test_rows_without_a_text_are_told_apart_by_their_order_alone() -> None:
    expected = expected_rows(expected_row(1, no_valid_tracking=text("")), expected_row(2, no_valid_tracking=text("X")))
    assert differences(expected, _unnumbered(None, "X"), _unnumbered(None, "")) == ()
    (found,) = differences(expected, _unnumbered(None, "X"), _unnumbered(None, "X"))
    assert (found.key, found.column, found.expected, found.actual) == (f"{ORDER}/1", "no_valid_tracking", "", "X")
    found_texts = differences(BOTH_VALID, _unnumbered(None, ""), _unnumbered(None, ""))
    assert {(one.column, one.actual) for one in found_texts} == {("tracking_id", "(not returned)")}
