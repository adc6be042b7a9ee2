import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vtr.reference.errors import InputError
from vtr.reference.records import (
    AnswerLine,
    Order,
    ScanLine,
    Submission,
    number_key,
    orders_from,
    read_orders,
    read_scans,
    read_submissions,
    submissions_from,
)

ORDER_HEADER = "order_id,placed_at,category,promised_delivery_date,item_price"
ORDER_LINE = "114-1,2026-03-02T10:00:00Z,Kitchen,2026-03-09,25.00"
ORDER = Order(
    order_id="114-1",
    placed_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
    category="Kitchen",
    current_category="Kitchen",
    promised_delivery_date=date(2026, 3, 9),
    item_price=Decimal("25.00"),
)

LINE_HEADER = "order_id,package,confirmed_at,submitted_at,carrier_code,carrier_name,tracking_number,ship_method"
LINE = "114-1,1,2026-03-03T09:00:00Z,2026-03-03T09:00:00Z,UPS,,1Z999AA10390000109,Ground"
SUBMISSION = Submission(
    order_id="114-1",
    package=1,
    confirmed_at=datetime(2026, 3, 3, 9, tzinfo=UTC),
    submitted_at=datetime(2026, 3, 3, 9, tzinfo=UTC),
    seq=1,
    carrier_code="UPS",
    tracking_number="1Z999AA10390000109",
    ship_method="Ground",
)

PROTOCOL_ORDER = {
    "order_id": "114-1",
    "placed_at": "2026-03-02T10:00:00Z",
    "category": "Kitchen",
    "current_category": "Garden",
    "promised_delivery_date": "2026-03-09",
    "item_price": "25.00",
    "shipping_price": "4.99",
    "currency": "USD",
    "ship_from": "CN",
    "ship_to": "US",
    "fulfilled_by": "amazon",
    "cancelled_at": None,
}
PROTOCOL_PACKAGE = {
    "order_id": "114-1",
    "package": 2,
    "confirmed_at": "2026-03-03T09:00:00Z",
    "buy_shipping": True,
    "submissions": [
        {
            "submitted_at": "2026-03-03T09:00:00Z",
            "carrier_code": "UPS",
            "carrier_name": "",
            "tracking_number": "1Z",
            "ship_method": "",
        },
        {"submitted_at": "2026-03-04T09:00:00Z", "carrier_code": "USPS", "tracking_number": None},
    ],
}


_READERS: dict[str, Callable[[Path], object]] = {
    "orders": read_orders,
    "submissions": read_submissions,
    "scans": read_scans,
}


def written(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return path


def refusal(path: Path, kind: str = "orders") -> str:
    with pytest.raises(InputError) as caught:
        _READERS[kind](path)
    return str(caught.value)


# Formats


def test_csv_orders_are_read_with_their_defaults(tmp_path: Path) -> None:
    assert read_orders(written(tmp_path, "orders.csv", ORDER_HEADER, ORDER_LINE)) == (ORDER,)


def test_defaults_of_an_order_are_a_sellers_us_order_in_dollars_without_shipping() -> None:
    assert (ORDER.ship_from, ORDER.ship_to, ORDER.currency, ORDER.fulfilled_by) == ("US", "US", "USD", "seller")
    assert (ORDER.shipping_price, ORDER.cancelled_at, ORDER.promised_ship_date) == (Decimal(0), None, None)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{ORDER_HEADER}\r\n{ORDER_LINE}\r\n\r\n".encode())
    assert read_orders(path) == (ORDER,)


def test_tsv_is_not_quoted(tmp_path: Path) -> None:
    path = written(tmp_path, "c.tsv", LINE_HEADER.replace(",", "\t"), LINE.replace(",", "\t").replace("1Z", '"1Z'))
    assert read_submissions(path)[0].tracking_number == '"1Z999AA10390000109'


def test_csv_cells_may_hold_commas_and_line_ends(tmp_path: Path) -> None:
    path = written(tmp_path, "c.csv", LINE_HEADER, LINE.replace("Ground", '"a,b\nc"'), LINE.replace("T09", "T0x"))
    assert "c.csv:4: column 'confirmed_at'" in refusal(path, "submissions")
    path = written(tmp_path, "c.csv", LINE_HEADER, LINE.replace("Ground", '"a,b\nc"'))
    assert read_submissions(path)[0].ship_method == "a,b\nc"


@pytest.mark.parametrize("content", [[PROTOCOL_ORDER], {"orders": [PROTOCOL_ORDER], "protocol": 1}])
def test_json_orders_stand_in_a_list_or_under_orders(tmp_path: Path, content: object) -> None:
    (order,) = read_orders(written(tmp_path, "orders.json", json.dumps(content)))
    assert (order.current_category, order.ship_from, order.fulfilled_by) == ("Garden", "CN", "amazon")
    assert order.shipping_price == Decimal("4.99")


def test_json_lines_are_one_order_each(tmp_path: Path) -> None:
    path = written(tmp_path, "o.jsonl", json.dumps(PROTOCOL_ORDER), "", json.dumps({**PROTOCOL_ORDER, "order_id": "b"}))
    assert [order.order_id for order in read_orders(path)] == ["114-1", "b"]


def test_json_prices_are_taken_digit_by_digit(tmp_path: Path) -> None:
    path = written(tmp_path, "o.json", json.dumps([PROTOCOL_ORDER]).replace('"25.00"', "25.10"))
    assert str(read_orders(path)[0].item_price) == "25.10"


def test_parquet_gives_typed_values_and_naive_timestamps_are_utc(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    columns = {
        "order_id": ["114-1"],
        "placed_at": pa.array([datetime(2026, 3, 2, 10)], pa.timestamp("us")),  # noqa: DTZ001 (as Parquet holds it)
        "category": ["Kitchen"],
        "promised_delivery_date": [date(2026, 3, 9)],
        "item_price": [Decimal("25.00")],
    }
    pq.write_table(pa.table(columns), path)
    assert read_orders(path) == (ORDER,)


def test_parquet_timestamps_with_a_zone_are_converted(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    instant = pa.array([datetime(2026, 3, 2, 10, tzinfo=UTC)], pa.timestamp("us", tz="America/Chicago"))
    columns = {"order_id": ["a"], "placed_at": instant, "category": ["K"], "item_price": [1]}
    pq.write_table(pa.table({**columns, "promised_delivery_date": [date(2026, 3, 9)]}), path)
    assert read_orders(path)[0].placed_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_a_parquet_row_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    columns = {"order_id": ["a", "b"], "submitted_at": [LINE.split(",")[3]] * 2, "carrier_code": ["UPS"] * 2}
    pq.write_table(pa.table({**columns, "tracking_number": ["x", "y"], "package": [1, 0]}), path)
    assert "c.parquet: row 2: column 'package': 0 is no whole number of at least 1" in refusal(path, "submissions")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("orders.xlsx", b"", "what it holds is told by its suffix, one of .csv .tsv .json .jsonl .parquet"),
        ("orders.csv", b"", "is empty; a line of column names is expected"),
        ("orders.csv", b"order_id\xff\xfe", "orders.csv:1: byte 0xff is not UTF-8"),
        ("orders.csv", b"order_id\na\nb\xe9\n", "orders.csv:3: byte 0xe9 is not UTF-8"),
        ("orders.csv", "order_id\n".encode("utf-16"), "is UTF-16; save it as UTF-8"),
        ("orders.csv", b"order_id;placed_at\n", "orders.csv:1: the columns are separated by semicolons"),
        ("orders.tsv", b"order_id,placed_at\n", "separated by commas, a .tsv file by tabs"),
        ("orders.csv", b"order_id,order_id\n", "orders.csv:1: column 'order_id' stands twice"),
        (
            "orders.csv",
            ORDER_HEADER.encode() + b'\n"a\n',
            "orders.csv:2: is no CSV from here on: unexpected end of data",
        ),
        ("orders.json", b'[\n{"a": }]', "orders.json:2: is not JSON"),
        ("orders.json", b"[NaN]", "NaN is no JSON number"),
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


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").mkdir()
    assert "orders.csv: cannot be read" in refusal(tmp_path / "orders.csv")


# Columns and cells


def test_an_unknown_column_is_told_with_the_one_meant(tmp_path: Path) -> None:
    path = written(tmp_path, "orders.csv", f"{ORDER_HEADER},Cancelled_At", f"{ORDER_LINE},")
    assert refusal(path).endswith("orders.csv:1: unknown column 'Cancelled_At'; did you mean 'cancelled_at'?")


def test_missing_columns_are_told_once_and_not_for_each_row(tmp_path: Path) -> None:
    path = written(tmp_path, "orders.csv", "order_id,category", "a,b", "c,d")
    assert refusal(path).count("is missing") == 3


def test_wrong_columns_are_told_even_without_rows(tmp_path: Path) -> None:
    assert "unknown column 'orderid'" in refusal(written(tmp_path, "orders.csv", "orderid"))


def test_a_row_of_another_width_is_told_with_the_other_problems(tmp_path: Path) -> None:
    path = written(tmp_path, "orders.csv", ORDER_HEADER, f"{ORDER_LINE},x", ORDER_LINE.replace("25.00", "free"))
    first, second = refusal(path).splitlines()
    assert first.endswith("orders.csv:2: has 6 cells, the first line 5 columns; quote a cell that holds a comma")
    assert "orders.csv:3: column 'item_price': 'free' is no amount" in second


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("placed_at", "2026-03-02T10:00:00", "has no zone; add Z for UTC"),
        ("placed_at", "3/2/2026 10:00", "is no instant; an instant is written like 2026-03-02T10:00:00Z"),
        ("placed_at", "2026-02-30T10:00:00Z", "is no instant (day is out of range"),
        ("placed_at", "0001-01-01T00:00:00+10:00", "is no instant"),
        ("placed_at", 1772445600, "is no instant"),
        ("promised_delivery_date", "9.3.2026", "is no date; a date is written like 2026-03-09"),
        ("promised_delivery_date", "2026-03-09T00:00:00Z", "is no date"),
        ("promised_delivery_date", "2026-13-01", "is no date (month must be"),
        ("promised_delivery_date", "", "is blank; a value is needed"),
        ("item_price", "$25.00", "is no amount; an amount is written like 25.00"),
        ("item_price", "25,00", "is no amount"),
        ("item_price", "-1.00", "is no amount"),
        ("item_price", "1.005", "is no amount"),
        ("item_price", 1.005, "is no amount"),
        ("item_price", True, "is no amount"),
        ("item_price", 1e300, "is no amount"),
        ("item_price", "12345678901234567", "is no amount"),
        ("item_price", "\uff11\uff12", "is no amount"),  # full-width digits
        ("fulfilled_by", "Seller", "is none of seller, amazon; did you mean 'seller'?"),
        ("currency", "usd", "is no currency code"),
        ("ship_from", "USA", "is no country code"),
        ("category", "  ", "is blank; a text is needed"),
        ("order_id", 1141, "is a number; write it as text (in quotes)"),
        ("order_id", ["a"], "is no text"),
        ("order_id", "\ud800", "holds half of a character"),
    ],
)
def test_a_cell_that_cannot_be_used_is_told_with_its_column(column: str, value: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        orders_from([{**PROTOCOL_ORDER, column: value}])
    assert str(caught.value).startswith(f"orders: row 1: column {column!r}")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-02T10:00:00Z",
        "2026-03-02T10:00Z",
        "2026-03-02 10:00:00+00:00",
        "2026-03-02T04:00:00-06:00",
        "2026-03-02T18:00:00+0800",
        "2026-03-02T10:00:00.000000999Z",
    ],
)
def test_instants_with_any_offset_are_the_same_instant(value: str) -> None:
    assert orders_from([{**PROTOCOL_ORDER, "placed_at": value}])[0].placed_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_all_problems_are_told_at_once_and_at_most_twenty() -> None:
    with pytest.raises(InputError) as caught:
        orders_from([{**PROTOCOL_ORDER, "order_id": str(n), "item_price": "x"} for n in range(33)])
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 13 more"


def test_an_order_id_stands_once(tmp_path: Path) -> None:
    path = written(tmp_path, "orders.csv", ORDER_HEADER, ORDER_LINE, ORDER_LINE)
    message = refusal(path)
    assert "orders.csv:3: column 'order_id': '114-1' stands in " in message
    assert message.endswith("orders.csv:2 too; keep one")


# Submissions


def test_csv_confirmations_are_read(tmp_path: Path) -> None:
    assert read_submissions(written(tmp_path, "c.csv", LINE_HEADER, LINE)) == (SUBMISSION,)


@pytest.mark.parametrize("number", ["0012", " 1Z ", "9.40011E+21", "", "'940", "无单号", "1Z\t", "na", "NULL"])
def test_tracking_text_stays_exactly_as_submitted(tmp_path: Path, number: str) -> None:
    path = written(tmp_path, "c.csv", LINE_HEADER, LINE.replace("1Z999AA10390000109", number))
    assert read_submissions(path)[0].tracking_number == number


def test_a_tracking_number_must_not_be_a_json_number(tmp_path: Path) -> None:
    line = {"order_id": "a", "submitted_at": "2026-03-03T09:00:00Z", "carrier_code": "USPS", "tracking_number": 10**21}
    message = refusal(written(tmp_path, "c.json", json.dumps([line])), "submissions")
    assert "column 'tracking_number': 1000000000000000000000 is a number; write it as text" in message


def test_defaults_of_a_submission_are_package_1_and_confirmed_when_first_submitted() -> None:
    first, second = submissions_from(
        [
            {"order_id": "a", "submitted_at": f"2026-03-0{day}T09:00:00Z", "carrier_code": "", "tracking_number": ""}
            for day in (4, 3)
        ]
    )
    assert (first.package, first.buy_shipping, first.carrier_name, first.ship_method) == (1, False, "", "")
    assert first.confirmed_at == second.confirmed_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_submissions_are_numbered_by_time_then_by_the_files_order(tmp_path: Path) -> None:
    def line(at: str, number: str, package: int = 1) -> str:
        return f"114-1,{package},2026-03-03T09:00:00Z,2026-03-0{at}T09:00:00Z,UPS,,{number},"

    lines = [line("5", "late"), line("4", "other", 2), line("3", "first"), line("4", "same a"), line("4", "same b")]
    submissions = read_submissions(written(tmp_path, "c.csv", LINE_HEADER, *lines))
    assert [(s.package, s.seq, s.tracking_number) for s in submissions] == [
        (1, 1, "first"),
        (1, 2, "same a"),
        (1, 3, "same b"),
        (1, 4, "late"),
        (2, 1, "other"),
    ]


def test_a_given_seq_decides_between_equal_instants_only() -> None:
    base = {"order_id": "a", "carrier_code": "UPS", "submitted_at": "2026-03-03T09:00:00Z"}
    lines = [
        {**base, "tracking_number": "second", "seq": 2},
        {**base, "tracking_number": "first", "seq": 1},
        {**base, "tracking_number": "earliest", "seq": 9, "submitted_at": "2026-03-03T08:00:00Z"},
    ]
    numbered = [(s.seq, s.tracking_number) for s in submissions_from(lines)]
    assert numbered == [(1, "earliest"), (2, "first"), (3, "second")]


def test_confirmed_at_given_once_holds_for_all_submissions_of_the_package(tmp_path: Path) -> None:
    edit = "114-1,1,,2026-03-05T09:00:00Z,UPS,,1Z,"
    submissions = read_submissions(written(tmp_path, "c.csv", LINE_HEADER, edit, LINE))
    assert [s.confirmed_at for s in submissions] == [datetime(2026, 3, 3, 9, tzinfo=UTC)] * 2


def test_a_package_is_not_confirmed_twice(tmp_path: Path) -> None:
    path = written(tmp_path, "c.csv", LINE_HEADER, LINE, LINE.replace("2026-03-03", "2026-03-04"))
    assert "c.csv:3: column 'confirmed_at': '2026-03-04T09:00:00+00:00' contradicts" in refusal(path, "submissions")


def test_lines_of_a_package_agree_about_buy_shipping(tmp_path: Path) -> None:
    lines = [f"{LINE},TRUE", f"{LINE.replace(',2026-03-03T09', ',2026-03-03T09')},false", f"{LINE},"]
    path = written(tmp_path, "c.csv", f"{LINE_HEADER},buy_shipping", *lines)
    assert "c.csv:3: column 'buy_shipping': contradicts" in refusal(path, "submissions")
    path = written(tmp_path, "c.csv", f"{LINE_HEADER},buy_shipping", lines[0], lines[2])
    assert [s.buy_shipping for s in read_submissions(path)] == [True, True]


def test_buy_shipping_is_true_or_false(tmp_path: Path) -> None:
    path = written(tmp_path, "c.csv", f"{LINE_HEADER},buy_shipping", f"{LINE},yes")
    assert "column 'buy_shipping': 'yes' is neither true nor false" in refusal(path, "submissions")


def test_a_confirmation_for_an_unknown_order_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "c.csv", LINE_HEADER, LINE, LINE.replace("114-1", "114-2"))
    with pytest.raises(InputError, match=r"c\.csv:3: column 'order_id': there is no order '114-2'; add it or remove"):
        read_submissions(path, [ORDER])


def test_protocol_packages_have_nested_submissions() -> None:
    first, second = submissions_from([PROTOCOL_PACKAGE], orders_from([PROTOCOL_ORDER]))
    assert (first.package, first.seq, first.buy_shipping, first.tracking_number) == (2, 1, True, "1Z")
    assert (second.package, second.seq, second.buy_shipping, second.tracking_number) == (2, 2, True, "")
    assert second.confirmed_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize("content", [[PROTOCOL_PACKAGE], {"orders": [], "packages": [PROTOCOL_PACKAGE]}])
def test_a_json_file_may_hold_packages(tmp_path: Path, content: object) -> None:
    assert len(read_submissions(written(tmp_path, "c.json", json.dumps(content)))) == 2


@pytest.mark.parametrize(
    ("packages", "message"),
    [
        ([PROTOCOL_PACKAGE] * 2, "packages: row 2: package 2 of order '114-1' stands in packages: row 1 too"),
        ([{**PROTOCOL_PACKAGE, "submissions": []}], "packages: row 1: column 'submissions' is empty"),
        ([{**PROTOCOL_PACKAGE, "submissions": [{}]}], "packages: row 1, submissions: row 1: column 'submitted_at' is"),
        (
            [{**PROTOCOL_PACKAGE, "submissions": "x"}],
            "packages: row 1, submissions: row: a list of objects is expected",
        ),
        ([{**PROTOCOL_PACKAGE, "buyshipping": True}], "unknown column 'buyshipping'; did you mean 'buy_shipping'?"),
        ([{**PROTOCOL_PACKAGE, "package": 0}], "packages: row 1: column 'package': 0 is no whole number of at least 1"),
        ([{**PROTOCOL_PACKAGE, "package": True}], "is no whole number"),
    ],
)
def test_a_package_that_cannot_be_used_is_refused(packages: list[dict[str, object]], message: str) -> None:
    with pytest.raises(InputError) as caught:
        submissions_from(packages)
    assert message in str(caught.value)


# Scans


def test_scans_without_positions_are_ordered_by_time_within_their_number(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "scans.csv",
        "carrier,tracking_number,at,code,subcode,physical,published_at",
        "ups, 1zabc ,2026-03-06T14:00:00Z,D/FS,#011,true,2026-03-06T15:00:00Z",
        "usps,940,2026-03-05T14:00:00Z,03,,,",
        "ups,1ZABC,2026-03-03T16:00:00Z,I/OR,#005,false,",
    )
    collected = read_scans(path)
    assert collected.answers == (AnswerLine("ups", "1ZABC", "known"), AnswerLine("usps", "940", "known"))
    assert collected.scans == (
        ScanLine("ups", "1ZABC", 0, datetime(2026, 3, 3, 16, tzinfo=UTC), "I/OR", "#005", physical=False),
        ScanLine(
            "ups",
            "1ZABC",
            1,
            datetime(2026, 3, 6, 14, tzinfo=UTC),
            "D/FS",
            "#011",
            physical=True,
            published_at=datetime(2026, 3, 6, 15, tzinfo=UTC),
        ),
        ScanLine("usps", "940", 0, datetime(2026, 3, 5, 14, tzinfo=UTC), "03"),
    )


def test_events_of_a_number_without_all_times_stay_in_the_files_order(tmp_path: Path) -> None:
    lines = ["usps,1,2026-03-06T14:00:00Z,10", "usps,1,,MA", "usps,1,2026-03-05T14:00:00Z,03"]
    collected = read_scans(written(tmp_path, "s.csv", "carrier,tracking_number,at,code", *lines))
    assert [(scan.position, scan.code) for scan in collected.scans] == [(0, "10"), (1, "MA"), (2, "03")]


def test_given_positions_order_the_events(tmp_path: Path) -> None:
    lines = ["usps,1,7,2026-03-05T14:00:00Z,10", "usps,1,3,2026-03-06T14:00:00Z,03"]
    collected = read_scans(written(tmp_path, "s.csv", "carrier,tracking_number,position,at,code", *lines))
    assert [(scan.position, scan.code) for scan in collected.scans] == [(3, "03"), (7, "10")]


@pytest.mark.parametrize("positions", [("0", ""), ("1", "1")])
def test_positions_are_given_for_each_event_once(tmp_path: Path, positions: tuple[str, str]) -> None:
    lines = [f"usps,1,{position},,03" for position in positions]
    path = written(tmp_path, "s.csv", "carrier,tracking_number,position,at,code", *lines)
    assert "s.csv:3: column 'position': the events of a number have one position each" in refusal(path, "scans")


def test_a_line_may_give_an_outcome_in_place_of_an_event(tmp_path: Path) -> None:
    content = {
        "scans": [{"carrier": "dhl", "tracking_number": "9000000015", "at": None, "code": "PU"}],
        "answers": [
            {"carrier": "fedex", "tracking_number": "900000000016", "outcome": "unanswered", "why": "429"},
            {"carrier": "ups", "tracking_number": "1Z", "outcome": "known"},
        ],
    }
    collected = read_scans(written(tmp_path, "s.json", json.dumps(content)))
    assert collected.answers == (
        AnswerLine("dhl", "9000000015", "known"),
        AnswerLine("fedex", "900000000016", "unanswered", "429"),
        AnswerLine("ups", "1Z", "known"),
    )
    assert [scan.code for scan in collected.scans] == ["PU"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["UPS,1,,I/OR,"], "column 'carrier': 'UPS' is none of ups, usps, fedex, dhl, chinapost; did you mean 'ups'?"),
        (["ups,1,,,"], "s.csv:2: column 'code' is blank; a line gives the code of an event, or an outcome"),
        (["ups,1,,I/OR,", "ups,1,,,unknown"], "'1' has scans, and the outcome unknown elsewhere in the file"),
        (["ups,1,,,known", "ups,1,,,unknown"], "s.csv:3: column 'outcome': 'unknown' contradicts"),
        (["ups,,,I/OR,"], "column 'tracking_number' is blank"),
        (["ups,1,2026-03-05,I/OR,"], "column 'at': '2026-03-05' is no instant"),
    ],
)
def test_a_scan_line_that_cannot_be_used_is_refused(tmp_path: Path, lines: list[str], message: str) -> None:
    path = written(tmp_path, "s.csv", "carrier,tracking_number,at,code,outcome", *lines)
    assert message in refusal(path, "scans")


def test_a_scan_file_needs_times(tmp_path: Path) -> None:
    path = written(tmp_path, "s.csv", "carrier,tracking_number,code", "ups,1,I/OR")
    assert "column 'at' is missing" in refusal(path, "scans")


@pytest.mark.parametrize(("text", "key"), [(" 1zAb\t\r\n", "1ZAB"), ("1 z", "1 Z"), ("\u00a01z", "\u00a01Z")])
def test_a_number_key_is_upper_case_without_ascii_blanks_around_it(text: str, key: str) -> None:
    assert number_key(text) == key
