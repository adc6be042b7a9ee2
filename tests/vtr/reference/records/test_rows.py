"""Files of every format as rows, and files that are not what their suffix says."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from records.samples import (
    LINE,
    LINE_HEADER,
    ORDER,
    ORDER_HEADER,
    ORDER_LINE,
    PROTOCOL_ORDER,
    refusal,
    write_lines,
)

from vtr.reference.records import (
    read_orders,
    read_submissions,
)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{ORDER_HEADER}\r\n{ORDER_LINE}\r\n\r\n".encode())
    assert read_orders(path) == (ORDER,)


def test_tsv_is_not_quoted(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "c.tsv", LINE_HEADER.replace(",", "\t"), LINE.replace(",", "\t").replace("1Z", '"1Z'))
    assert read_submissions(path)[0].tracking_number == '"1Z999AA10390000109'


def test_csv_cells_may_hold_commas_and_line_ends(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "c.csv", LINE_HEADER, LINE.replace("Ground", '"a,b\nc"'), LINE.replace("T09", "T0x"))
    assert "c.csv:4: column 'confirmed_at'" in refusal(path, "submissions")
    path = write_lines(tmp_path, "c.csv", LINE_HEADER, LINE.replace("Ground", '"a,b\nc"'))
    assert read_submissions(path)[0].ship_method == "a,b\nc"


def test_json_prices_are_taken_digit_by_digit(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "o.json", json.dumps([PROTOCOL_ORDER]).replace('"25.00"', "25.10"))
    assert str(read_orders(path)[0].item_price) == "25.10"


def test_a_parquet_row_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    columns = {"order_id": ["a", "b"], "submitted_at": [LINE.split(",")[3]] * 2, "carrier_code": ["UPS"] * 2}
    pq.write_table(pa.table({**columns, "tracking_number": ["x", "y"], "package": [1, 0]}), path)
    assert "c.parquet: row 2: column 'package': 0 is not a whole number of at least 1" in refusal(path, "submissions")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("orders.xlsx", b"", "unsupported file type '.xlsx'; use .csv, .tsv, .json, .jsonl, .parquet"),
        ("orders.csv", b"", "is empty; a line of column names is expected"),
        ("orders.csv", b"order_id\xff\xfe", "orders.csv:1: byte 0xff is not UTF-8"),
        ("orders.csv", b"order_id\na\nb\xe9\n", "orders.csv:3: byte 0xe9 is not UTF-8"),
        ("orders.csv", "order_id\n".encode("utf-16"), "is UTF-16; save it as UTF-8"),
        ("orders.csv", b"order_id;placed_at\n", "orders.csv:1: the columns are separated by semicolons"),
        ("orders.tsv", b"order_id,placed_at\n", "separated by commas, a .tsv file by tabs"),
        ("orders.csv", b"order_id,order_id\n", "orders.csv:1: column 'order_id' is duplicated"),
        (
            "orders.csv",
            ORDER_HEADER.encode() + b'\n"a\n',
            "orders.csv:2: cannot be read as CSV from here on: unexpected end of data",
        ),
        ("orders.json", b'[\n{"a": }]', "orders.json:2: is not JSON"),
        ("orders.json", b"[NaN]", "NaN is not a JSON number"),
        ("orders.json", b'{"order": []}', "an object with 'orders', is expected; it has 'order'"),
        ("orders.json", b'{"orders": {}}', "orders: a list of objects is expected"),
        ("orders.json", b"[1]", "row 1: an object is expected, not 1"),
        ("orders.jsonl", b"{}\n{\n", "orders.jsonl:2: is not JSON"),
        ("orders.parquet", b"no parquet", "cannot be read as Parquet"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert message in refusal(path)


@pytest.mark.parametrize("name", ["none.csv", "none.json", "none.parquet"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    assert f"{name}: there is no such file" in refusal(tmp_path / name)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").mkdir()
    assert "orders.csv: cannot be read" in refusal(tmp_path / "orders.csv")
