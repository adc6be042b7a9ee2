"""`vtr number`: whole output and exit status."""

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from simulator.cli import app


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=given)


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_minted_numbers_are_printed_one_a_line() -> None:
    result = run("number", "mint", "ups", "--count", "3")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 3
    assert all(re.fullmatch(r"1Z[A-Z0-9]{15}\d", line) for line in result.stdout.splitlines())


def test_minted_numbers_are_read_back_as_good() -> None:
    minted = run("number", "mint", "chinapost", "--count", "5").stdout
    for row in rows(run("number", "read", "-", "--format", "json", given=minted)):
        assert {"chinapost"} <= {found["carrier"] for found in row["candidates"] if found["check_digit"] == "ok"}


def test_equal_seeds_mint_equal_numbers_and_others_do_not() -> None:
    first, again, other = (run("number", "mint", "dhl", "--seed", seed).stdout for seed in ("1", "1", "2"))
    assert first == again != other


def test_minted_numbers_are_all_different() -> None:
    numbers = run("number", "mint", "dhl", "--count", "3000").stdout.splitlines()
    assert len(set(numbers)) == 3000


def test_minted_numbers_as_json_say_carrier_and_form() -> None:
    [row] = rows(run("number", "mint", "fedex", "--form", "ground-15", "--format", "json"))
    assert (row["carrier"], row["form"]) == ("fedex", "ground-15")
    assert re.fullmatch(r"\d{15}", row["tracking_number"])


def test_without_a_form_the_usual_one_is_named() -> None:
    assert rows(run("number", "mint", "ups", "--format", "json"))[0]["form"] == "1z"


def test_a_number_is_read_as_json() -> None:
    # A sample that UPS publishes.
    assert rows(run("number", "read", "1Z999AA10123456784", "--format", "json")) == [
        {
            "number": "1Z999AA10123456784",
            "candidates": [{"carrier": "ups", "form": "1z", "check_digit": "ok"}],
        }
    ]


def test_a_wrong_check_digit_is_told() -> None:
    [row] = rows(run("number", "read", "1Z999AA10123456785", "--format", "json"))
    assert row["candidates"] == [{"carrier": "ups", "form": "1z", "check_digit": "wrong"}]


def test_text_that_is_no_number_has_no_candidates() -> None:
    assert rows(run("number", "read", "hello", "--format", "json")) == [{"number": "hello", "candidates": []}]


def test_a_table_has_a_line_for_text_that_is_no_number() -> None:
    assert run("number", "read", "hello").stdout.splitlines() == ["number  carrier  form  check_digit", "hello"]


def test_numbers_are_read_from_stdin_one_a_line() -> None:
    result = run("number", "read", "-", "--format", "csv", given="1Z999AA10123456784\r\n\n  hello \n")
    assert result.stdout == "number,carrier,form,check_digit\n1Z999AA10123456784,ups,1z,ok\nhello,,,\n"


def test_stdin_that_is_no_text_breaks_nothing() -> None:
    [row] = rows(run("number", "read", "-", "--format", "json", given=b"\xff\xfe\n"))
    assert row["candidates"] == []


def test_nothing_on_stdin_gives_no_rows() -> None:
    assert rows(run("number", "read", "-", "--format", "json")) == []


def test_nothing_to_show_as_csv_is_a_heading() -> None:
    assert run("number", "read", "-", "--format", "csv").stdout == "number,carrier,form,check_digit\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("number", "mint", "upss"), "vtr: carrier 'upss' is unknown; did you mean 'ups'?"),
        (
            ("number", "mint", "ups", "--form", "1zz"),
            "vtr: ups has no tracking numbers of the form '1zz'; did you mean '1z'?",
        ),
    ],
)
def test_a_users_mistake_is_one_line_and_status_two(arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", says + "\n")
