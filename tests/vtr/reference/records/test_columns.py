"""Unknown and missing columns, and rows of another width."""

from pathlib import Path

from records.samples import ORDER_HEADER, ORDER_LINE, refusal, write_lines


def test_an_unknown_column_is_reported_with_the_one_meant(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "orders.csv", f"{ORDER_HEADER},Cancelled_At", f"{ORDER_LINE},")
    assert refusal(path).endswith("orders.csv:1: unknown column 'Cancelled_At'; did you mean 'cancelled_at'?")


def test_missing_columns_are_reported_once_and_not_for_each_row(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "orders.csv", "order_id,category", "a,b", "c,d")
    assert refusal(path).count("is missing") == 3


def test_wrong_columns_are_reported_even_without_rows(tmp_path: Path) -> None:
    assert "unknown column 'orderid'" in refusal(write_lines(tmp_path, "orders.csv", "orderid"))


def test_a_row_of_another_width_is_reported_with_the_other_problems(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "orders.csv", ORDER_HEADER, f"{ORDER_LINE},x", ORDER_LINE.replace("25.00", "free"))
    first, second = refusal(path).splitlines()
    assert first.endswith("orders.csv:2: has 6 cells, the first line 5 columns; quote a cell that holds a comma")
    assert "orders.csv:3: column 'item_price': 'free' is not an amount" in second
