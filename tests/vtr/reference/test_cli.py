"""The commands: rows on stdout, words on stderr, exit statuses, and mistakes told in one message."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from vtr.reference.cli import app
from vtr.reference.engine.arrow_tables import collected_scans_to_arrow, orders_to_arrow, submissions_to_arrow
from vtr.reference.records import read_orders, read_scans, read_submissions

NUMBER = "1Z999AA10123456784"
ORDERS = """order_id,placed_at,category,promised_delivery_date,item_price,fulfilled_by
114-1,2026-03-02T10:00:00Z,Kitchen,2026-03-09,25.00,seller
114-2,2026-03-02T10:00:00Z,Garden,2026-03-08,25.00,seller
114-3,2026-03-02T10:00:00Z,Garden,2026-03-08,25.00,amazon
114-4,2026-03-02T10:00:00Z,Garden,2026-03-08,25.00,seller
"""
CONFIRMATIONS = f"""order_id,package,submitted_at,carrier_code,tracking_number
114-1,1,2026-03-03T09:00:00Z,UPS,{NUMBER}
114-2,1,2026-03-03T09:00:00Z,UPS,
114-3,1,2026-03-03T09:00:00Z,UPS,{NUMBER}
"""
SCANS = f"""carrier,tracking_number,at,code
ups,{NUMBER},2026-03-03T16:00:00Z,I/OR
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("orders", ORDERS), ("confirmations", CONFIRMATIONS), ("scans", SCANS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def check(folder: Path, *more: str, scans: bool = True, as_of: str = "2026-04-01T00:00:00Z") -> Result:
    given = ["--orders", str(folder / "orders.csv"), "--confirmations", str(folder / "confirmations.csv")]
    if scans:
        given += ["--scans", str(folder / "scans.csv")]
    return CliRunner().invoke(app, ["check", *given, "--as-of", as_of, *more])


def test_the_json_is_the_report(folder: Path) -> None:
    result = check(folder, "--format", "json")
    shown = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [(row["order_id"], row["reason"]) for row in shown["rows"]] == [
        ("114-2", "INVALID_ID_BLANK"),
        ("114-1", "VALID"),
    ]
    assert [(left["order_id"], left["package"], left["why"]) for left in shown["excluded"]] == [
        ("114-3", 1, "NOT_SELLER_FULFILLED"),
        ("114-4", None, "NOT_CONFIRMED"),
    ]
    assert [(rate["category"], rate["counted"], rate["valid"]) for rate in shown["rates"]] == [
        (None, 2, 1),
        ("Garden", 1, 0),
        ("Kitchen", 1, 1),
    ]


def test_the_words_say_what_is_left_out_and_the_rates(folder: Path) -> None:
    result = check(folder, "--format", "csv")
    assert result.stderr.splitlines() == [
        "us-2019 at 2026-04-01T00:00:00Z: packages promised for 2026-02-16 to 2026-03-17, both included",
        "all categories: 1 of 2 valid, 50.00 %, BAD (target 95.00 %)",
        "Garden: 0 of 1 valid, 0.00 %, BAD (target 95.00 %)",
        "Kitchen: 1 of 1 valid, 100.00 %, GOOD (target 95.00 %)",
        "not in the report: 1 NOT_CONFIRMED, 1 NOT_SELLER_FULFILLED (--format json names each)",
    ]


def test_csv_has_the_layouts_columns(folder: Path) -> None:
    header, first, second = csv.reader(io.StringIO(check(folder, "--format", "csv").stdout))
    assert (header[4], header[13]) == ("Tracking ID", "No Valid Tracking")
    assert (first[4], first[13]) == ("114-2-InvalidId", "X")
    assert (second[4], second[13]) == (NUMBER, "")


def test_tsv_is_separated_by_tabs(folder: Path) -> None:
    assert check(folder, "--format", "tsv").stdout.splitlines()[1].split("\t")[4] == "114-2-InvalidId"


def test_the_table_shows_the_columns_that_matter(folder: Path) -> None:
    lines = check(folder).stdout.splitlines()
    assert lines[0].split() == [
        "order_id",
        "package",
        "category",
        "carrier",
        "tracking_id",
        "no_valid_tracking",
        "reason",
    ]
    assert lines[2].split() == ["114-2", "1", "Garden", "UPS", "114-2-InvalidId", "X", "INVALID_ID_BLANK"]


def test_a_users_text_is_no_markup_and_moves_no_cursor(folder: Path) -> None:
    text = ORDERS.replace("Kitchen", "[red]K\x1b[31m[/red]")
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    result = check(folder)
    assert "[red]K\\x1b[31m[/red]" in result.stdout
    assert "\x1b" not in result.stdout + result.stderr


@pytest.mark.parametrize("suffix", ["csv", "tsv", "json"])
def test_out_writes_the_form_that_its_name_says(folder: Path, suffix: str) -> None:
    out = folder / f"report.{suffix}"
    result = check(folder, "--out", str(out))
    assert (result.exit_code, result.stdout) == (0, "")
    assert out.read_text(encoding="utf-8") == check(folder, "--format", suffix).stdout


def test_out_can_be_parquet(folder: Path) -> None:
    out = folder / "report.parquet"
    assert check(folder, "--out", str(out)).exit_code == 0
    assert pq.read_table(out)["tracking_id"].to_pylist() == ["114-2-InvalidId", NUMBER]


def test_unanswered_packages_end_with_status_4(folder: Path) -> None:
    block = folder / "carriers.json"
    block.write_text("{}", encoding="utf-8")
    result = check(folder, "--carriers", str(block), "--format", "json", scans=False)
    assert result.exit_code == 4
    assert [package["order_id"] for package in json.loads(result.stdout)["unanswered"]] == ["114-1"]
    assert "unanswered, neither valid nor not: 1 package" in result.stderr


def test_unanswered_packages_are_told_by_reason(folder: Path) -> None:
    block = folder / "carriers.json"
    block.write_text("{}", encoding="utf-8")
    lines = [f"114-9{number},1,2026-03-03T09:00:00Z,UPS,{NUMBER}\n" for number in range(5)]
    with (folder / "confirmations.csv").open("a", encoding="utf-8") as confirmations:
        confirmations.writelines([*lines, "114-4,1,2026-03-03T09:00:00Z,OnTrac,C11\n"])
    with (folder / "orders.csv").open("a", encoding="utf-8") as orders:
        orders.writelines(
            f"114-9{number},2026-03-02T10:00:00Z,Kitchen,2026-03-09,25.00,seller\n" for number in range(5)
        )
    told = check(folder, "--carriers", str(block), scans=False).stderr.splitlines()
    start = told.index("unanswered, neither valid nor not: 7 packages")
    needed = "no credentials for UPS; set VTR_UPS_CLIENT_ID and VTR_UPS_CLIENT_SECRET"
    assert told[start + 1 :] == [
        f"  {needed}: 114-1/1, 114-90/1, 114-91/1 and 3 more",
        "  no client for OnTrac: 114-4/1",
    ]


def test_files_of_parquet_give_the_same_report(folder: Path) -> None:
    expected = check(folder, "--format", "json").stdout
    pq.write_table(orders_to_arrow(read_orders(folder / "orders.csv")), folder / "orders.parquet")
    submissions = submissions_to_arrow(read_submissions(folder / "confirmations.csv"))
    pq.write_table(submissions, folder / "confirmations.parquet")
    pq.write_table(collected_scans_to_arrow(read_scans(folder / "scans.csv"))[1], folder / "scans.parquet")
    given = ["--orders", "orders", "--confirmations", "confirmations", "--scans", "scans"]
    files = [word if word.startswith("--") else str(folder / f"{word}.parquet") for word in given]
    result = CliRunner().invoke(app, ["check", *files, "--as-of", "2026-04-01T00:00:00Z", "--format", "json"])
    assert (result.exit_code, result.stdout) == (0, expected)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--profile", "us-2018"], "vtr: no profile is called 'us-2018'"),
        (["--layout", "us-2018"], "vtr: no report layout 'us-2018'"),
        (["--carriers", "http://127.0.0.1:1"], "vtr: --carriers and --scans exclude each other"),
        (["--out", "/no/such/folder/report.csv"], "there is no folder /no/such/folder"),
        (["--out", "report.parquet", "--format", "csv"], "report.parquet is a Parquet file"),
    ],
)
def test_a_mistake_is_one_message_and_status_2(folder: Path, more: list[str], complaint: str) -> None:
    result = check(folder, *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_instant_without_a_zone_is_a_mistake(folder: Path) -> None:
    result = check(folder, as_of="2026-04-01T00:00:00")
    assert result.exit_code == 2
    assert "--as-of is '2026-04-01T00:00:00', but must be an instant with its zone" in result.stderr


def test_a_missing_file_is_a_mistake(folder: Path) -> None:
    (folder / "orders.csv").unlink()
    result = check(folder)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "there is no such file" in result.stderr


def rules(*more: str) -> Result:
    return CliRunner().invoke(app, ["rules", *more])


def test_rules_lists_every_rule_with_its_condition() -> None:
    result = rules()
    assert result.exit_code == 0
    assert "UPLOADED_AFTER_DELIVERY  (R9, grade A)" in result.stdout
    assert "submitted_at > delivered_at" in result.stdout
    assert "earliest delivery among this and the earlier submitted numbers" in result.stdout
    assert result.stderr.startswith("us-2019: United States, about 2019; 18 rules; switches: prior_scans: ignore")


def test_rules_as_json_carry_columns_and_switches() -> None:
    shown = json.loads(rules("--format", "json").stdout)
    by_name: dict[str, Any] = {rule["rule"]: rule for rule in shown["rules"]}
    assert by_name["NO_SCAN"]["condition"] == "physical_scans = 0"
    assert by_name["EXEMPT_FREIGHT"]["exempt"] is True
    assert shown["switches"] == {
        "prior_scans": "ignore",
        "inner_space": "reject",
        "full_width": "reject",
        "delivery_only": "counts",
        "column_e": "number",
        "target_met_at": "equal",
    }
    assert {"column", "type", "stages", "says"} <= set(shown["columns"][0])


def test_rules_as_csv_have_one_line_each() -> None:
    rows = list(csv.DictReader(io.StringIO(rules("--format", "csv").stdout)))
    assert [row["rule"] for row in rows][:2] == ["NOT_SELLER_FULFILLED", "CANCELLED_BEFORE_CONFIRMATION"]
    assert len(rows) == 18


def test_rules_say_where_each_line_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "profile: mine\nextends: us-2025\nlag_days: 14\nscan_classes: {usps/A1: scan}\n"
        "rules:\n  - change: NO_SCAN\n    when: physical_scans < 2\n",
        encoding="utf-8",
    )
    shown = json.loads(rules("--profile", str(path), "--format", "json").stdout)
    by_name = {rule["rule"]: rule for rule in shown["rules"]}
    assert by_name["NO_SCAN"]["written_at"].startswith("vtr/profiles/us-2019.yaml:")
    assert by_name["NO_SCAN"]["written_at"].endswith(f", changed {path}:6")
    assert by_name["SECOND_SCAN_MISSING"]["written_at"].startswith("vtr/profiles/us-2025.yaml:")
    assert shown["extends"] == ["vtr/profiles/us-2025.yaml", "vtr/profiles/us-2019.yaml"]
    assert shown["written_at"]["lag_days"] == f"{path}:3"
    assert shown["scan_classes"] == {"usps/A1": "scan"}
    text = rules("--profile", str(path)).stdout
    assert f"lag_days:          14  ({path}:3)" in text
    assert f"usps/A1: scan  ({path}:4)" in text
    assert "blanks inside a number: reject it as InvalidId, or strip them" in text


def test_rules_of_a_profile_without_classes_of_its_own_say_so() -> None:
    assert "none, those of the carriers' tables stand (vtr/scan_codes)" in rules("--profile", "jp-2022").stdout


def test_a_mistake_in_a_profile_ends_with_one_message(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("profile: mine\nextends: us-2019\nrules:\n  - drop: NOSCAN\n", encoding="utf-8")
    result = rules("--profile", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"vtr: {path}:4:11: no rule 'NOSCAN' to drop; did you mean 'NO_SCAN'?\n"


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom vtr.reference.cli import app\n"
        "app(['check', '--help'], standalone_mode=False)\n"
        "heavy = {'duckdb', 'sqlglot', 'pyarrow', 'requests', 'yaml', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_report_does_not_depend_on_the_locale(folder: Path) -> None:
    (folder / "orders.csv").write_text(ORDERS.replace("Kitchen", "厨房"), encoding="utf-8")
    program = "from vtr.reference.cli import app\napp()\n"
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    command = ["check", "--as-of", "2026-04-01T00:00:00Z", "--format", "csv"]
    for name in ("orders", "confirmations", "scans"):
        command += [f"--{name}", str(folder / f"{name}.csv")]
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        env={**os.environ, **ascii_only, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert "厨房" in done.stdout.decode("utf-8")
    assert b"leaked" not in done.stderr


def test_explain_says_why_on_stderr_and_leaves_the_rows_alone(folder: Path) -> None:
    plain, explained = check(folder, "--format", "csv"), check(folder, "--format", "csv", "--explain")
    assert explained.stdout == plain.stdout
    said = explained.stderr.removeprefix(plain.stderr).splitlines()
    assert [line.partition(".")[0] for line in said if line and not line.startswith(" ")] == [
        "114-2/1: X, INVALID_ID_BLANK",
        "114-3/1: not in the report, NOT_SELLER_FULFILLED",
        "114-4: not in the report, NOT_CONFIRMED",
    ]


def test_explain_is_a_key_of_each_row_in_json(folder: Path) -> None:
    shown = json.loads(check(folder, "--format", "json", "--explain").stdout)
    told = {row["order_id"]: row["explanation"] for row in (*shown["rows"], *shown["excluded"])}
    assert {order: explanation["decision"] for order, explanation in told.items()} == {
        "114-1": "VALID",
        "114-2": "INVALID_ID_BLANK",
        "114-3": "NOT_SELLER_FULFILLED",
        "114-4": "NOT_CONFIRMED",
    }
    assert [scan["code"] for scan in told["114-1"]["evidence"]["scans"]] == ["I/OR"]
    assert "explanation" not in json.loads(check(folder, "--format", "json").stdout)["rows"][0]
