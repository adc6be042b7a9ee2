"""Files that spreadsheets, editors and chance have damaged: read faithfully, or refused in words, and quickly."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vtr.reference.errors import InputError
from vtr.reference.records import Confirmations, Upload, read_confirmations, read_orders

HEADER = "order_id,placed_at,category,promised_delivery_date,item_price"
LINE = "114-1,2026-03-02T10:00:00Z,Kitchen,2026-03-09,25.00"
SUBMITTED = "order_id,submitted_at,carrier_code,tracking_number"
KEYS = "order-id\torder-item-id\tquantity\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method"
AT = datetime(2026, 3, 5, 9, tzinfo=UTC)


def saved(folder: Path, content: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_orders(path)
    return str(caught.value)


def outcome(*uploads: Upload) -> Confirmations | str:
    """What is read, or in which words it is refused; anything else that is raised is a defect."""
    try:
        return read_confirmations(uploads)
    except InputError as error:
        return str(error)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{LINE}",
        f"{HEADER}\r\n{LINE}\r\n",
        f"{HEADER}\r{LINE}\r",
        f"{HEADER}\r\n{LINE}\n\r\n\n\r",
        f'"order_id"{HEADER.removeprefix("order_id")}\n"114-1"{LINE.removeprefix("114-1")}',
    ],
    ids=["no last line end", "CRLF", "CR", "mixed and blank", "quoted"],
)
def test_line_ends_and_quoting_change_nothing(tmp_path: Path, content: str) -> None:
    assert [(order.order_id, order.category) for order in read_orders(saved(tmp_path, content))] == [
        ("114-1", "Kitchen")
    ]


def test_a_line_end_in_quotation_marks_belongs_to_its_cell_and_later_lines_keep_their_numbers(tmp_path: Path) -> None:
    quoted = LINE.replace("Kitchen", '"Kit\r\nchen"')
    (order,) = read_orders(saved(tmp_path, f"{HEADER}\r\n{quoted}\r\n"))
    assert order.category == "Kit\r\nchen"
    assert "orders.csv:4: has 1 cell, the first line 5 columns" in refusal(
        saved(tmp_path, f"{HEADER}\r\n{quoted}\r\nx\r\n")
    )


def test_a_nul_byte_is_told_with_its_line(tmp_path: Path) -> None:
    assert "orders.csv:2: holds a NUL byte, so it is not text; save it as UTF-8" in refusal(
        saved(tmp_path, f"{HEADER}\n{LINE}\0\n")
    )


def test_utf_16_without_its_mark_is_told(tmp_path: Path) -> None:
    assert "orders.csv:1: holds a NUL byte" in refusal(saved(tmp_path, HEADER.encode("utf-16-be")))


def test_a_cell_without_end_is_told(tmp_path: Path) -> None:
    message = refusal(saved(tmp_path, f"{HEADER}\n{LINE}\n" + f'"{LINE}\n' * 3000))
    assert "orders.csv:3: cannot be read as CSV from here on" in message


def test_a_cell_beyond_all_limits_is_told(tmp_path: Path) -> None:
    message = refusal(saved(tmp_path, f"{HEADER}\n{LINE.replace('Kitchen', 'K' * 200_000)}\n"))
    assert "orders.csv:2: cannot be read as CSV from here on: field larger than field limit (131072)" in message


def test_a_hundred_thousand_columns_are_answered_at_once_and_shortly(tmp_path: Path) -> None:
    columns = ",".join(f"column{number}" for number in range(100_000))
    message = refusal(saved(tmp_path, f"{HEADER},{columns}\n"))
    assert len(message.splitlines()) == 21
    assert message.splitlines()[0].startswith(f"{tmp_path}/orders.csv:1: unknown column 'column0'; the columns are")


def test_a_column_name_of_a_hundred_thousand_letters_is_cut_in_the_message(tmp_path: Path) -> None:
    assert len(refusal(saved(tmp_path, f"{HEADER},{'x' * 100_000}\n"))) < 1000


def test_a_column_that_stands_twice_among_many_is_found_at_once(tmp_path: Path) -> None:
    columns = ",".join(f"column{number}" for number in range(100_000))
    assert "column 'column7' is duplicated; keep one" in refusal(saved(tmp_path, f"{HEADER},{columns},column7\n"))


@pytest.mark.parametrize("cell", ["46090", "46090.0"])
def test_a_date_as_spreadsheets_count_it_is_told_as_what_it_is(tmp_path: Path, cell: str) -> None:
    message = refusal(saved(tmp_path, f"{HEADER}\n{LINE.replace('2026-03-09', cell)}\n"))
    assert message.endswith("this is how a spreadsheet counts 2026-03-09: format the column as text")


def test_an_apostrophe_before_a_date_is_no_date(tmp_path: Path) -> None:
    message = refusal(saved(tmp_path, f"{HEADER}\n{LINE.replace('2026-03-09', chr(39) + '2026-03-09')}\n"))
    assert """column 'promised_delivery_date': "'2026-03-09" is not a date""" in message


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"orders": ' * 50_000, "[" + "9" * 10_000 + "]"],
    ids=["nested lists", "nested objects", "a long number"],
)
def test_json_beyond_all_limits_is_told(tmp_path: Path, content: str) -> None:
    message = refusal(saved(tmp_path, content, "orders.json"))
    assert message.startswith(f"{tmp_path}/orders.json")
    assert len(message) < 300


@pytest.mark.parametrize(
    "keys",
    ["amazon-order-id\tmerchant-order-id\tpurchase-date\torder-status", "order-id\torder-item-id\tpurchase-date"],
)
@pytest.mark.parametrize("name", ["orders.txt", "orders.tsv", "orders"])
def test_amazons_order_reports_are_told_with_what_they_lack(tmp_path: Path, keys: str, name: str) -> None:
    message = refusal(saved(tmp_path, f"\ufeff{keys}\n", name))
    assert "is an order report of Amazon's, which holds neither the category when ordered nor the promised" in message
    assert message.endswith("order_id, placed_at, category, promised_delivery_date, item_price")


def test_lines_may_stand_in_several_files(tmp_path: Path) -> None:
    uploads = [
        Upload(saved(tmp_path, f"{SUBMITTED}\n114-1,2026-03-0{day}T09:00:00Z,UPS,{day}\n", f"{day}.csv"))
        for day in (4, 3)
    ]
    confirmed = read_confirmations(uploads)
    assert [(each.seq, each.tracking_number) for each in confirmed.submissions] == [(1, "3"), (2, "4")]


_QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_CELL = st.sampled_from(
    ["", "NULL", "A", "B", "UPS", "Other", "114-1", "114-2", "2026-03-05", "9.4E+21", "'1", '"1"', "無", "\x1f", "1"]
)


@_QUICK
@given(rows=st.lists(st.lists(_CELL, min_size=0, max_size=9), max_size=8), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_flat_file_is_read_or_refused_in_words(tmp_path: Path, rows: list[list[str]], end: str) -> None:
    path = saved(tmp_path, end.join([KEYS, *("\t".join(row) for row in rows)]), "feed.txt")
    found = outcome(Upload(path, AT), Upload(path, AT))
    if isinstance(found, str):
        assert str(path) in found
    else:
        assert len(found.submissions) <= 2 * len(rows)


@_QUICK
@given(
    content=st.binary(max_size=60), name=st.sampled_from(["c.txt", "c.tsv", "c.csv", "c.json", "c.jsonl", "c.parquet"])
)
def test_any_bytes_are_refused_in_words(tmp_path: Path, content: bytes, name: str) -> None:
    path = saved(tmp_path, content, name)
    found = outcome(Upload(path))
    assert isinstance(found, Confirmations) or str(path) in found


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["packageDetail", "orderId", "body", "path", "submittedAt", "trackingNumber", "orderItems"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@_QUICK
@given(document=_JSON)
def test_any_json_is_read_as_calls_or_refused_in_words(tmp_path: Path, document: object) -> None:
    path = saved(tmp_path, json.dumps({"orderId": "1", "packageDetail": document}), "c.json")
    with pytest.raises(InputError) as caught:
        read_confirmations([Upload(path)])
    assert str(path) in str(caught.value)
