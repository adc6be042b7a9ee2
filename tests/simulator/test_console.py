"""What the commands print with: tables, rows in each format, messages, and a progress bar."""

import sys

import pytest
import typer

from simulator.console import (
    ExitStatus,
    Format,
    cell_width,
    format_table,
    misuse_exits,
    print_message,
    print_rows,
    progress_bar,
)
from simulator.errors import MisuseError

ROWS = [{"name": "one", "parts": ["a", "b"]}, {"name": "two", "parts": []}]


def test_a_table_has_the_keys_as_its_heading_and_no_blanks_at_the_end_of_a_line() -> None:
    rows = [{"carrier": "ups", "title": "UPS"}, {"carrier": "chinapost", "title": ""}]
    assert format_table(rows) == "carrier    title\nups        UPS\nchinapost"


def test_a_chinese_text_takes_two_columns_a_character() -> None:
    rows = [{"place": "深圳市", "status": "妥投"}, {"place": "Tulsa", "status": "OK"}]
    assert format_table(rows) == "place   status\n深圳市  妥投\nTulsa   OK"


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("深圳", 4), ("Ａ", 2), ("e\u0301", 1), ("é", 1)],  # noqa: RUF001 (a full-width letter)
)
def test_the_width_of_a_cell_is_that_on_a_terminal(text: str, width: int) -> None:
    assert cell_width(text) == width


def test_no_rows_make_an_empty_table() -> None:
    assert format_table([]) == ""


def test_rows_as_a_table_have_the_columns_that_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(Format.TABLE, ROWS, ("parts",))
    assert capsys.readouterr().out == "parts\na, b\n\n"


def test_rows_as_csv_have_all_columns(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(Format.CSV, ROWS, ("parts",))
    assert capsys.readouterr().out == 'name,parts\none,"a, b"\ntwo,\n'


def test_rows_as_json_have_all_values(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(Format.JSON, [{"place": "深圳市", "parts": [1]}], ())
    assert capsys.readouterr().out == '[\n  {\n    "place": "深圳市",\n    "parts": [\n      1\n    ]\n  }\n]\n'


def test_no_rows_as_a_table_print_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(Format.TABLE, [], ("name",))
    assert capsys.readouterr().out == ""


def test_a_message_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_message("hello")
    assert capsys.readouterr() == ("", "hello\n")


def test_misuse_ends_the_command_with_one_line_and_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, misuse_exits():
        raise MisuseError("port 1: taken")
    assert ended.value.exit_code == ExitStatus.MISUSED == 2
    assert capsys.readouterr() == ("", "vtr: port 1: taken\n")


def test_other_errors_pass_through() -> None:
    with pytest.raises(KeyError), misuse_exits():
        raise KeyError("x")


def test_without_a_terminal_there_is_no_progress_bar() -> None:
    assert not sys.stderr.isatty()
    with progress_bar("writing") as progress:
        assert progress is None
