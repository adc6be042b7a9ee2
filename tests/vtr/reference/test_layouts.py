import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from vtr.reference.errors import VtrError
from vtr.reference.layouts import (
    LAYOUTS,
    UK_2021,
    US_2019,
    Layout,
    ReportRow,
    as_json,
    csv_lines,
    headers_of,
    invalid_id,
    layout_named,
    report_row,
    tsv_lines,
    write_rows,
)

GOOD = ReportRow(
    order_id="114-3941689-8772232",
    package=1,
    order_date=date(2026, 3, 2),
    category="Kitchen",
    carrier="UPS",
    tracking_id="1Z999AA10390000109",
    ship_method="Ground",
    promised_ship_date=date(2026, 3, 3),
    ship_confirm_date=date(2026, 3, 3),
    promised_delivery_date=date(2026, 3, 9),
    first_scan=datetime(2026, 3, 3, 16, tzinfo=UTC),
    actual_delivery=datetime(2026, 3, 6, 14, 0, 5, tzinfo=UTC),
    reason="VALID",
)
BLANK = ReportRow(
    order_id="001-12345-67890",
    package=2,
    order_date=date(2026, 3, 2),
    category="Kitchen",
    carrier="Other",
    tracking_id="001-12345-67890-InvalidId",
    promised_delivery_date=date(2026, 3, 9),
    no_valid_tracking="X",
    reason="INVALID_ID_BLANK",
)

# Typed from the reconstruction of the report, not from the layout.
HEADER = (
    "Order ID\tOrder Date\tProduct Category\tCarrier\tTracking ID\tShip Method\tPromised Ship Date\tShip Confirm Date\t"
    "Promised Delivery Date\tFirst Scan\tActual Delivery\tShipped Late\tDelivered Late\tNo Valid Tracking\n"
)
GOOD_LINE = (
    "114-3941689-8772232\t2026-03-02\tKitchen\tUPS\t1Z999AA10390000109\tGround\t2026-03-03\t2026-03-03\t2026-03-09\t"
    "2026-03-03T16:00:00Z\t2026-03-06T14:00:05Z\t\t\t\n"
)
BLANK_LINE = "001-12345-67890\t2026-03-02\tKitchen\tOther\t001-12345-67890-InvalidId\t\t\t\t2026-03-09\t\t\t\t\tX\n"


def test_tsv_is_the_reconstruction_to_the_letter() -> None:
    assert "".join(tsv_lines([GOOD, BLANK])) == HEADER + GOOD_LINE + BLANK_LINE


def test_a_report_without_rows_is_its_header() -> None:
    assert list(tsv_lines([])) == [HEADER]


def test_column_e_is_the_tracking_id_and_n_the_mark() -> None:
    letters = dict(zip("ABCDEFGHIJKLMN", headers_of(US_2019), strict=True))
    assert (letters["A"], letters["E"], letters["N"]) == ("Order ID", "Tracking ID", "No Valid Tracking")


def test_the_stand_in_is_the_order_id_and_invalid_id() -> None:
    assert invalid_id("001-12345-67890") == "001-12345-67890-InvalidId"


@pytest.mark.parametrize("breaking", ["\t", "\n", "\r\n", "\x0b", "\x0c", "\x00", "\x85", "\u2028", "\u2029", "\t\n"])
def test_a_tab_or_line_end_in_a_cell_becomes_one_space_in_tsv(breaking: str) -> None:
    (_, line) = tsv_lines([replace(GOOD, ship_method=f"Ground{breaking}Plus")])
    assert line == GOOD_LINE.replace("Ground", "Ground Plus")


def test_every_layout_has_as_many_headers_as_columns() -> None:
    for layout in LAYOUTS.values():
        for headers in layout.headers.values():
            assert len(headers) == len(set(headers)) == len(layout.columns)


@pytest.mark.parametrize("text", ["a,b", 'say "x"', "two\nlines", "tab\there", "=1+1", "+1", "-1", "@x", "'1", "平邮"])
def test_csv_keeps_every_character(text: str) -> None:
    content = "".join(csv_lines([replace(GOOD, ship_method=text)]))
    assert next(csv.DictReader(io.StringIO(content, newline="")))["Ship Method"] == text


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x"])
def test_formula_like_text_is_written_as_submitted_in_tsv(text: str) -> None:
    (_, line) = tsv_lines([replace(GOOD, ship_method=text)])
    assert line.split("\t")[5] == text


def test_csv_lines_end_with_lf() -> None:
    assert "".join(csv_lines([BLANK])) == (HEADER + BLANK_LINE).replace("\t", ",")


def test_json_has_the_names_of_the_fields_with_package_and_reason() -> None:
    first, second = as_json(GOOD), as_json(BLANK)
    assert (first["package"], first["first_scan"], first["order_date"]) == (1, "2026-03-03T16:00:00Z", "2026-03-02")
    assert (first["no_valid_tracking"], first["reason"]) == ("", "VALID")
    assert (second["no_valid_tracking"], second["first_scan"], second["tracking_id"]) == (
        "X",
        None,
        "001-12345-67890-InvalidId",
    )


def test_as_json_can_be_dumped() -> None:
    assert json.loads(json.dumps(as_json(GOOD)))["actual_delivery"] == "2026-03-06T14:00:05Z"


def test_parquet_is_typed(tmp_path: Path) -> None:
    write_rows(tmp_path / "r.parquet", [GOOD, BLANK])
    first, second = pq.read_table(tmp_path / "r.parquet").to_pylist()
    assert first["first_scan"] == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert (second["first_scan"], second["promised_delivery_date"], second["package"]) == (None, date(2026, 3, 9), 2)


def test_parquet_without_rows_can_be_read(tmp_path: Path) -> None:
    write_rows(tmp_path / "r.parquet", [])
    assert pq.read_table(tmp_path / "r.parquet").num_rows == 0


CHINESE = (
    "订单编号\t下单日期\t商品分类\t承运人\t追踪编码\t配送方式\t承诺发货日期\t确认发货日期\t承诺送达日期\t首次扫描\t实际送达\t"
    "延迟发货\t延迟送达\t无有效追踪\n"
)


def test_headers_may_be_chinese_and_the_cells_stay() -> None:
    assert "".join(tsv_lines([GOOD, BLANK], language="zh")) == CHINESE + GOOD_LINE + BLANK_LINE


def test_the_uk_layout_says_no_where_the_us_one_has_an_x() -> None:
    header, good, blank = tsv_lines([GOOD, BLANK], UK_2021)
    assert header == HEADER.replace("No Valid Tracking", "Has Valid Tracking Number")
    assert good == GOOD_LINE.replace("\n", "Yes\n")
    assert blank == BLANK_LINE.replace("\tX\n", "\tNo\n")


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_layout_has_every_language_and_the_tracking_id_in_column_e(layout: Layout, language: str) -> None:
    headers = headers_of(layout, language)
    assert len(set(headers)) == len(layout.columns)
    assert headers[4] == {"en": "Tracking ID", "zh": "追踪编码"}[language]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_what_a_spreadsheet_takes_for_a_formula_is_written_as_it_is(text: str) -> None:
    row = replace(GOOD, ship_method=text)
    assert next(csv.reader(list(csv_lines([row]))[1:]))[5] == text
    assert list(tsv_lines([row]))[1].split("\t")[5] == text


def test_a_failure_midway_leaves_no_report(tmp_path: Path) -> None:
    def rows() -> Iterator[ReportRow]:
        yield GOOD
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_rows(tmp_path / "r", rows())
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VtrError, match="make it first"):
        write_rows(tmp_path / "none" / "r", [GOOD])


def test_a_row_from_the_engine_has_zones_and_marks() -> None:
    cells = {
        "order_id": "a",
        "package": 1,
        "order_date": datetime(2026, 3, 2, 3),  # noqa: DTZ001 (as the engine gives instants)
        "category": "Kitchen",
        "carrier": "UPS",
        "tracking_id": "1Z",
        "ship_method": None,
        "promised_delivery_date": date(2026, 3, 9),
        "first_scan": datetime(2026, 3, 3, 16),  # noqa: DTZ001 (as the engine gives instants)
        "no_valid_tracking": True,
        "delivered_late": None,
        "shipped_late": False,
        "something_else": 1,
    }
    row = report_row(cells, ZoneInfo("America/Los_Angeles"))
    assert row.order_date == date(2026, 3, 1)  # 03:00 UTC is the evening before in California
    assert row.first_scan == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert (row.no_valid_tracking, row.delivered_late, row.shipped_late, row.ship_method) == ("X", "", "", "")


def test_fractions_of_a_second_are_written_only_where_there_are_some() -> None:
    (_, line) = tsv_lines([replace(GOOD, first_scan=datetime(2026, 3, 3, 16, 0, 0, 500000, tzinfo=UTC))])
    assert "2026-03-03T16:00:00.500000Z" in line


def test_an_unknown_layout_or_language_is_refused() -> None:
    with pytest.raises(VtrError, match=r"no report layout 'us2019'; there are us-2019.*did you mean 'us-2019'\?"):
        layout_named("us2019")
    with pytest.raises(VtrError, match="has no headers in 'fr'; it has en, zh"):
        headers_of(US_2019, "fr")
