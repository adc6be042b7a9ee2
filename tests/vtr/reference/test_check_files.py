"""`vtr check` with Amazon's own files in, and with the forms out that sellers and programs need."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from vtr.reference.cli import app
from vtr.reference.layouts import LAYOUTS

ORDERS = """order_id,placed_at,category,promised_delivery_date,item_price
114-0000001-0000001,2026-03-02T10:00:00Z,Kitchen,2026-03-09,25.00
114-0000002-0000002,2026-03-02T10:00:00Z,Kitchen,2026-03-09,25.00
"""
SCANS = """carrier,tracking_number,at,code
ups,1Z999AA10123456784,2026-03-04T16:00:00Z,I/OR
ups,1Z999AA10123456784,2026-03-06T16:00:00Z,D/FS
"""
KEYS = "order-id\torder-item-id\tquantity\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method\n"
FIRST = (
    "TemplateType=OrderFulfillment\tVersion=2011.1102\n"
    + KEYS
    + "114-0000001-0000001\t\t1\t2026-03-03\tUPS\t\t1Z999AA10123456785\tGround\n"
    + "114-0000002-0000002\t\t1\t2026-03-03\tUPS\t\t=1+1\tGround\n"
)
EDIT = KEYS + "114-0000001-0000001\t\t1\t2026-03-03\t\t\t1Z999AA10123456784\t\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("orders.csv", ORDERS), ("scans.csv", SCANS), ("first.txt", FIRST), ("edit.txt", EDIT)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def check(folder: Path, *confirmations: str, more: tuple[str, ...] = ()) -> Result:
    given = ["--orders", str(folder / "orders.csv"), "--scans", str(folder / "scans.csv")]
    for name in confirmations:
        given += ["--confirmations", str(folder / name)]
    return CliRunner().invoke(app, ["check", *given, "--as-of", "2026-04-01T00:00:00Z", *more])


def told(result: Result) -> list[tuple[str, str, str]]:
    return [(row["order_id"], row["tracking_id"], row["reason"]) for row in json.loads(result.stdout)["rows"]]


BLANK_ROW = ("114-0000002-0000002", "114-0000002-0000002-InvalidId", "INVALID_ID_CHARS")


def test_flat_files_in_the_order_of_their_upload_are_a_confirmation_and_its_edit(folder: Path) -> None:
    result = check(
        folder,
        "first.txt@2026-03-03T09:00:00Z",
        "edit.txt@2026-03-05T09:00:00Z",
        more=("--format", "json"),
    )
    assert (result.exit_code, told(result)) == (
        0,
        [("114-0000001-0000001", "1Z999AA10123456784", "VALID"), BLANK_ROW],
    )
    assert "note" not in result.stderr


def test_an_edit_after_the_delivery_changes_nothing(folder: Path) -> None:
    result = check(
        folder,
        "first.txt@2026-03-03T09:00:00Z",
        "edit.txt@2026-03-07T09:00:00Z",
        more=("--format", "json"),
    )
    assert told(result) == [("114-0000001-0000001", "1Z999AA10123456785", "NUMBER_UNKNOWN"), BLANK_ROW]


def test_a_flat_file_without_an_instant_is_read_with_a_note(folder: Path) -> None:
    result = check(folder, "first.txt", more=("--format", "csv"))
    assert result.exit_code == 0
    first = result.stderr.splitlines()[0]
    assert first.startswith(f"note: {folder}/first.txt: does not say when it was uploaded")
    assert result.stdout.splitlines()[1].split(",")[7] == "2026-03-03"  # the ship confirm date, in Los Angeles


def test_bodies_of_confirm_shipment_are_read(folder: Path) -> None:
    detail = {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "trackingNumber": "1Z999AA10123456784",
        "shipDate": "2026-03-03T09:00:00Z",
        "orderItems": [{"orderItemId": "1", "quantity": 1}],
    }
    call = {"orderId": "114-0000001-0000001", "body": {"marketplaceId": "ATVPDKIKX0DER", "packageDetail": detail}}
    (folder / "calls.json").write_text(json.dumps([call]), encoding="utf-8")
    result = check(folder, "calls.json@2026-03-03T10:00:00Z", more=("--format", "json"))
    assert told(result) == [("114-0000001-0000001", "1Z999AA10123456784", "VALID")]


def test_a_format_can_be_demanded(folder: Path) -> None:
    result = check(folder, "first.txt", more=("--confirmations-format", "lines"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "unsupported file type" in result.stderr


def test_a_mistake_in_one_file_of_several_makes_no_report(folder: Path) -> None:
    (folder / "edit.txt").write_text(EDIT.replace("2026-03-03", "3.3.2026"), encoding="utf-8")
    out = folder / "report.tsv"
    result = check(folder, "first.txt@2026-03-03T09:00:00Z", "edit.txt@2026-03-05T09:00:00Z", more=("--out", str(out)))
    assert (result.exit_code, result.stdout, out.exists()) == (2, "", False)
    assert f"vtr: {folder}/edit.txt:2: column 'ship-date': '3.3.2026' is not a date" in result.stderr


def test_the_performance_file_has_the_rate_as_amazon_gives_it(folder: Path) -> None:
    path = folder / "performance.json"
    result = check(
        folder,
        "first.txt@2026-03-03T09:00:00Z",
        "edit.txt@2026-03-05T09:00:00Z",
        more=("--performance", str(path), "--format", "csv"),
    )
    assert result.exit_code == 0
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "performanceMetrics": [
            {
                "marketplaceId": "ATVPDKIKX0DER",
                "validTrackingRate": {
                    "reportingDateRange": {
                        "reportingDateFrom": "2026-02-16T00:00Z",
                        "reportingDateTo": "2026-03-17T23:59Z",
                    },
                    "shipmentCount": 2,
                    "validTrackingCount": 1,
                    "status": "BAD",
                    "rate": 0.5,
                    "targetValue": 0.95,
                    "targetCondition": "GREATER_THAN",
                },
            }
        ]
    }


def test_the_summary_has_the_rates(folder: Path) -> None:
    path = folder / "rates.csv"
    result = check(folder, "first.txt@2026-03-03T09:00:00Z", more=("--summary", str(path), "--format", "csv"))
    assert result.exit_code == 0
    assert path.read_text(encoding="utf-8").splitlines()[1:] == [
        "overall,,2026-02-16,2026-03-17,2,0,0,2,0,0.0,BAD",
        "category,Kitchen,2026-02-16,2026-03-17,2,0,0,2,0,0.0,BAD",
    ]


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (("--summary", "rates.xlsx"), "unsupported file type; rates are written as .csv, .tsv, .json"),
        (("--out", "/no/such/folder/r.csv"), "there is no folder /no/such/folder"),
        (("--performance", "/"), "/ is a folder; name a file in it"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_read(
    folder: Path, more: tuple[str, str], complaint: str
) -> None:
    result = check(folder, "none.txt", more=more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


@pytest.mark.parametrize(("one", "other"), [("--out", "--performance"), ("--out", "--summary")])
def test_one_file_is_not_written_twice(folder: Path, one: str, other: str) -> None:
    path = str(folder / "r.json")
    result = check(folder, "first.txt@2026-03-03T09:00:00Z", more=(other, path, one, path))
    assert (result.exit_code, Path(path).exists()) == (2, False)
    assert f"{one} and {other} are both {path}; name two files" in result.stderr


def test_layout_and_language_of_the_headers_are_chosen(folder: Path) -> None:
    more = ("--format", "tsv", "--layout", "uk-2021", "--headers", "zh")
    header, *rows = check(folder, "first.txt@2026-03-03T09:00:00Z", more=more).stdout.splitlines()
    assert header.split("\t")[4:] == [
        "追踪编码",
        "配送方式",
        "承诺发货日期",
        "确认发货日期",
        "承诺送达日期",
        "首次扫描",
        "实际送达",
        "延迟发货",
        "延迟送达",
        "有有效追踪编码",
    ]
    assert [row.split("\t")[-1] for row in rows] == ["No", "No"]


def test_the_help_names_every_layout() -> None:
    said = CliRunner().invoke(app, ["check", "--help"], env={"COLUMNS": "200"}).stdout
    assert [name for name in LAYOUTS if name not in said] == []


@pytest.mark.parametrize(
    ("carriers", "complaint"),
    [
        ("nope", "vtr: nope: cannot be read: No such file or directory; give the URL of `vtr serve`"),
        ("127.0.0.1:8765", "cannot be read: No such file or directory; did you mean http://127.0.0.1:8765?"),
        ("localhost:8765/", "did you mean http://localhost:8765?"),
    ],
)
def test_carriers_that_are_neither_url_nor_file_are_told_the_next_step(
    folder: Path, carriers: str, complaint: str
) -> None:
    given = ["--orders", str(folder / "orders.csv"), "--confirmations", f"{folder}/first.txt@2026-03-03T09:00:00Z"]
    result = CliRunner().invoke(app, ["check", *given, "--carriers", carriers, "--as-of", "2026-04-01T00:00:00Z"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1
