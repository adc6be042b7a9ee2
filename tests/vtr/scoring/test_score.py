"""`vtr score`: every number by hand, on eight packages whose labels are written here."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from vtr.cli import app
from vtr.errors import ScenarioError
from vtr.reference.errors import InputError
from vtr.reference.records.dataset import open_dataset
from vtr.scoring import report_file
from vtr.scoring.score import Score, Share, score
from vtr.validators import columns as names

EXPECTED = """order_id,package,condition,in_report,reason,category,carrier,tracking_id,no_valid_tracking
A1,1,plain,true,VALID,Kitchen,UPS,N1,""
A2,1,plain,true,VALID,Kitchen,UPS,N2,""
A3,1,late,true,UPLOADED_AFTER_DELIVERY,Toys,USPS,N3,X
A4,1,late,true,UPLOADED_AFTER_DELIVERY,Kitchen,USPS,N4,X
A5,1,two,true,VALID,Toys,UPS,N5,""
A5,2,two,true,INVALID_ID_BLANK,Toys,UPS,A5-InvalidId,X
A6,1,freight,false,EXEMPT_FREIGHT,,,,
A7,,unconfirmed,false,NOT_CONFIRMED,,,,
"""
Row = dict[str, str | None]
Scored = Callable[..., Score]


def right() -> list[Row]:
    """The report as it should be."""
    cells = [
        ("A1", "1", "Kitchen", "UPS", "N1", "", "VALID"),
        ("A2", "1", "Kitchen", "UPS", "N2", "", "VALID"),
        ("A3", "1", "Toys", "USPS", "N3", "X", "UPLOADED_AFTER_DELIVERY"),
        ("A4", "1", "Kitchen", "USPS", "N4", "X", "UPLOADED_AFTER_DELIVERY"),
        ("A5", "1", "Toys", "UPS", "N5", "", "VALID"),
        ("A5", "2", "Toys", "UPS", "A5-InvalidId", "X", "INVALID_ID_BLANK"),
    ]
    keys = ("order_id", "package", "category", "carrier", "tracking_id", "no_valid_tracking", "reason")
    return [dict(zip(keys, row, strict=True)) for row in cells]


def changed(at: int, **cells: str) -> list[Row]:
    rows = right()
    rows[at].update(cells)
    return rows


def without(rows: Sequence[Mapping[str, str | None]], *columns: str) -> list[Row]:
    return [{name: cell for name, cell in row.items() if name not in columns} for row in rows]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my data"
    folder.mkdir()
    (folder / "expected.csv").write_text(EXPECTED, encoding="utf-8")
    tables = {"expected": {"file": "expected.csv", "rows": 8}}
    manifest = {"as_of": "2026-04-01T12:00:00Z", "profile": "us-2019", "tables": tables}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture
def scored(tmp_path: Path, folder: Path) -> Scored:
    def of(rows: object, columns: names.Columns | None = None) -> Score:
        report = tmp_path / "report.json"
        report.write_text(json.dumps(rows), encoding="utf-8")
        return score(report, open_dataset(folder), columns or names.Columns())

    return of


def recalls(scored: Score) -> dict[str, Share]:
    return {each.condition: each.recall for each in scored.conditions if each.recall.share != 1}


def precisions(scored: Score) -> dict[str, Share]:
    return {each.verdict: each.precision for each in scored.verdicts if each.precision.share != 1}


def confusions(scored: Score) -> list[tuple[Any, ...]]:
    return [(each.expected, each.reported, each.packages) for each in scored.confusions]


def test_the_right_report_agrees_in_everything(scored: Scored) -> None:
    found = scored({"profile": "us-2019", "rows": right(), "rates": [], "excluded": [{"order_id": "A6"}]})
    assert (found.packages, found.agreed, found.missing, found.extra, found.unknown) == (8, 8, 0, 0, 0)
    assert recalls(found) == precisions(found) == {}
    assert found.is_good()
    assert [each.error for each in found.rates] == [0.0] * 5


def test_a_late_upload_that_passes_lowers_its_recall_and_the_precision_of_valid(scored: Scored) -> None:
    found = scored(changed(3, no_valid_tracking="", reason="VALID"))
    assert recalls(found) == {"late": Share(2, 1)}
    assert precisions(found) == {"VALID": Share(4, 3)}
    by_condition = {each.condition: each.precision for each in found.conditions}
    assert by_condition == {
        "plain": Share(4, 3),
        "late": Share(1, 1),
        "two": Share(5, 4),
        "freight": Share(2, 2),  # not in the report, as A7
        "unconfirmed": Share(2, 2),
    }
    rates = {(each.by, each.name): (each.true, each.reported) for each in found.rates if each.error}
    assert rates == {
        ("overall", None): (Share(6, 3), Share(6, 4)),
        ("category", "Kitchen"): (Share(3, 2), Share(3, 3)),
        ("carrier", "USPS"): (Share(2, 0), Share(2, 1)),
    }
    (confusion,) = found.confusions
    assert (confusion.expected, confusion.reported) == ("UPLOADED_AFTER_DELIVERY", "VALID")
    (row,) = confusion.rows
    assert (row.order_id, row.package, row.condition) == ("A4", 1, "late")
    assert row.command == f"vtr extract '{found.dataset}' A4"
    assert not found.is_good()


def test_rows_that_are_missing_too_many_repeated_or_of_no_package_are_distinguished(scored: Scored) -> None:
    kept = right()[1:]
    extra = [
        dict(kept[0], order_id="A6", tracking_id="N6"),
        dict(kept[0], order_id="A7", tracking_id="N7"),
        dict(kept[0], order_id="Z9", tracking_id="N9"),
        dict(kept[0]),
    ]
    for rows in ([*kept, *extra], without([*kept, *extra], "package")):
        found = scored(rows)
        assert (found.missing, found.extra, found.unknown) == (1, 2, 2)
        assert recalls(found) == {"plain": Share(2, 1), "freight": Share(1, 0), "unconfirmed": Share(1, 0)}
        assert precisions(found) == {"VALID": Share(6, 2), "not in the report": Share(1, 0)}
        assert confusions(found) == [
            ("no such package", "VALID", 2),
            ("EXEMPT_FREIGHT", "VALID", 1),
            ("NOT_CONFIRMED", "VALID", 1),
            ("VALID", "not in the report", 1),
        ]
        assert [row.command for row in found.confusions[0].rows] == [None, None]


def test_a_wrong_column_e_is_one_wrong_row_whatever_identifies_the_rows(scored: Scored) -> None:
    rows = changed(5, tracking_id="N5")  # both packages of A5 show one number
    for given in (rows, without(rows, "package")):
        found = scored(given)
        assert recalls(found) == {"two": Share(2, 1)}
        assert confusions(found) == [("INVALID_ID_BLANK", "INVALID_ID_BLANK, another tracking id", 1)]
        (row,) = found.confusions[0].rows
        assert (row.package, row.expected_tracking_id, row.reported_tracking_id) == (2, "A5-InvalidId", "N5")


def test_a_report_without_column_e_or_reasons_is_scored_by_its_marks(scored: Scored) -> None:
    assert scored(without(right(), "tracking_id", "package")).is_good()
    found = scored(without(changed(2, no_valid_tracking=""), "reason"))
    assert found.compared == ("no_valid_tracking", "tracking_id")
    assert recalls(found) == {"late": Share(2, 1)}
    assert {each.verdict: (each.recall, each.precision) for each in found.verdicts} == {
        "INVALID": (Share(3, 2), Share(2, 2)),
        "VALID": (Share(3, 3), Share(4, 3)),
        "not in the report": (Share(2, 2), Share(2, 2)),
    }


def test_without_column_e_an_orders_rows_are_paired_by_their_verdicts(folder: Path, scored: Scored) -> None:
    turned = EXPECTED.replace("A5,1,", "A5,3,").replace("A5,2,", "A5,1,").replace("A5,3,", "A5,2,")
    (folder / "expected.csv").write_text(turned, encoding="utf-8")
    assert scored(without(right(), "tracking_id", "package")).is_good()
    assert recalls(scored(without(right(), "tracking_id"))) == {"two": Share(2, 0)}


def test_a_report_of_reasons_alone_needs_no_marks(scored: Scored) -> None:
    assert scored(without(right(), "no_valid_tracking")).is_good()
    assert recalls(scored(without(changed(0, reason="NO_SCAN"), "no_valid_tracking"))) == {"plain": Share(2, 1)}


@pytest.mark.parametrize(
    ("at", "cells", "outcome"),
    [
        (0, {"reason": ""}, None),
        (0, {"no_valid_tracking": "X"}, "VALID with X"),
        (2, {"no_valid_tracking": ""}, "UPLOADED_AFTER_DELIVERY without X"),
        (2, {"reason": ""}, "X without reason"),
        (2, {"reason": "NO_SCAN"}, "NO_SCAN"),
    ],
)
def test_mark_and_reason_must_both_be_right(
    scored: Scored, at: int, cells: dict[str, str], outcome: str | None
) -> None:
    expected = [] if outcome is None else [outcome]
    assert [each.reported for each in scored(changed(at, **cells)).confusions] == expected


def test_thresholds_decide_in_place_of_full_agreement(scored: Scored) -> None:
    found = scored(changed(3, no_valid_tracking="", reason="VALID"))
    assert found.is_good(min_recall=0.5)
    assert not found.is_good(min_recall=0.51)
    assert found.is_good(min_precision=0.75)
    assert not found.is_good(min_precision=0.76)
    assert not found.is_good(0.5, 0.76)


AMAZON = ("Order ID", "Product Category", "Carrier", "Tracking ID", "No Valid Tracking")


def amazon(rows: Sequence[Row], headings: Sequence[str] = AMAZON, separator: str = "\t") -> str:
    keys = ("order_id", "category", "carrier", "tracking_id", "no_valid_tracking")
    lines = [headings, *([row[key] or "" for key in keys] for row in rows)]
    return "".join(separator.join(line) + "\n" for line in lines)


def test_amazons_layouts_are_read_in_both_languages(tmp_path: Path, folder: Path) -> None:
    dataset = open_dataset(folder)
    chinese = ("订单编号", "商品分类", "承运人", "追踪编码", "无有效追踪")
    positive = (*AMAZON[:4], "Has Valid Tracking Number")
    yes = [dict(row, no_valid_tracking="No" if row["no_valid_tracking"] else "Yes") for row in right()]
    for name, text in {
        "report.tsv": amazon(right()),
        "report.txt": "\ufeff" + amazon(right(), chinese),
        "report.csv": amazon(right(), AMAZON, ","),
        "positive.tsv": amazon(yes, positive).replace("\n", "\r\n"),
    }.items():
        report = tmp_path / name
        report.write_text(text, encoding="utf-8")
        found = score(report, dataset)
        assert found.is_good(), name
        assert found.compared == ("no_valid_tracking", "tracking_id")


def test_parquet_and_json_lines_are_read(tmp_path: Path, folder: Path) -> None:
    dataset = open_dataset(folder)
    table = pa.Table.from_pylist(right())
    pq.write_table(table.set_column(1, "package", table["package"].cast(pa.int64())), tmp_path / "report.parquet")
    (tmp_path / "report.jsonl").write_text("".join(json.dumps(row) + "\n" for row in right()), encoding="utf-8")
    assert score(tmp_path / "report.parquet", dataset).is_good()
    assert score(tmp_path / "report.jsonl", dataset).is_good()


def test_json_is_read_the_same_in_pieces_of_any_size(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report.json"
    beside = {"n": 12345, "rows": right(), "rates": [{"rows": [1, {"order_id": "A1"}]}], "t": ']}\\"', "e": []}
    report.write_text(json.dumps(beside, indent=1), encoding="utf-8")
    for size in (1, 2, 7, 64):
        monkeypatch.setattr(report_file, "_PIECE", size)
        assert score(report, open_dataset(folder)).is_good()


@pytest.mark.parametrize(("name", "text"), [("report.json", '{"rows": []}'), ("report.json", "[]"), ("r.jsonl", "\n")])
def test_a_report_without_rows_lacks_every_package(tmp_path: Path, folder: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert score(tmp_path / name, open_dataset(folder)).missing == 6


def test_numbers_in_json_become_the_text_that_other_json_readers_give(tmp_path: Path, folder: Path) -> None:
    report = tmp_path / "report.jsonl"
    number = 9205590000000100000018  # more than 64 bits
    report.write_text(f'\ufeff{{"order_id": "A1", "package": 1, "tracking_id": {number}, "reason": 1.50}}', "utf-8")
    (shown,) = [each for each in score(report, open_dataset(folder)).confusions if each.reported.startswith("1.5")]
    assert (shown.reported, shown.rows[0].reported_tracking_id) == ("1.5, another tracking id", str(number))


def test_a_file_of_columns_names_and_values_is_used(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "columns.yaml").write_text(
        'order_id: order\ntracking_id: number\nno_valid_tracking: {column: valid, values: {"false": X, "true": ""}}\n'
        "reason: {column: why, values: {late: UPLOADED_AFTER_DELIVERY}}\n",
        encoding="utf-8",
    )
    rows = [
        {
            "order": row["order_id"],
            "number": row["tracking_id"],
            "valid": row["no_valid_tracking"] == "",
            "why": "late" if row["reason"] == "UPLOADED_AFTER_DELIVERY" else row["reason"],
        }
        for row in right()
    ]
    (tmp_path / "report.json").write_text(json.dumps(rows), encoding="utf-8")
    mapped = names.load_columns(tmp_path / "columns.yaml", "columns.yaml")
    assert score(tmp_path / "report.json", open_dataset(folder), mapped).is_good()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.csv", None, "there is no such file"),
        ("report.xlsx", "", "unsupported file type '.xlsx'; use .csv, .tsv, .txt, .json"),
        ("report.csv", "order,no_valid_tracking\nA1,X\n", "no column order_id; it has order, no_valid_tracking"),
        (
            "report.csv",
            "order_id;reason\nA1;VALID\n",
            "its columns are separated by ';', not by ',', which a .csv file needs",
        ),
        ("report.csv", "order_id,tracking_id\nA1,N1\n", r"no column no_valid_tracking \(or reason\)"),
        ("report.csv", "order_id,no_valid_tracking\nA1,yes\n", "no_valid_tracking is 'YES' in a row"),
        ("report.csv", "order_id,package,reason\nA1,one,VALID\n", "package is 'one' in a row"),
        ("report.csv", "order_id,reason\nA1,VALID\nA2,VALID,X\n", "cannot be read"),
        ("report.csv", "order_id,reason,reason\nA1,VALID,VALID\n", "column names, each once, is expected"),
        ("report.tsv", "", "a line of column names"),
        ("report.csv", "order_id,reason\nA1,\xe9\n", "cannot be read"),
        ("report.json", '[{"order_id": "A1", "reason": "VALID"}, {"order', "is not a list of rows in JSON"),
        pytest.param("report.json", "[" * 100_000, "it is nested deeper than 100 levels", id="deep list"),
        pytest.param("report.json", '{"rows": [' + '{"a":' * 100_000, "it is nested deeper than 100", id="deep row"),
        pytest.param("report.jsonl", '{"a":' * 100_000, "it is nested deeper than 100", id="deep line"),
        ("report.json", '{"row": []}', "without a list 'rows'"),
        ("report.json", '{"rows": {"item": [1]}}', "without a list 'rows'"),
        ("report.json", '"rows"', "it has no list"),
        ("report.json", "", "is not a list of rows in JSON"),
        ("report.json", '[{"order_id": "A1", "reason": "VALID"}] []', "is not a list of rows in JSON"),
        ("report.json", '[{"order_id": "\xe9"}]', "is not UTF-8; save it as UTF-8"),
        ("report.jsonl", '{"order_id": "A1", "reason": "VALID"}\n{"order', "is not a list of rows in JSON"),
        ("report.json", "[1]", "row 1 is not an object: 1"),
        ("report.parquet", "PAR", "cannot be read"),
    ],
)
def test_a_report_that_cannot_be_used_is_refused(
    tmp_path: Path, folder: Path, name: str, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="latin-1")
    with pytest.raises((ScenarioError, InputError), match=words):
        score(tmp_path / name, open_dataset(folder))


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match=r"holds no dataset \(no manifest.json"):
        open_dataset(tmp_path)
    (folder / "expected.csv").unlink()
    with pytest.raises(InputError, match=r"expected\.csv: there is no such file, but manifest\.json names it"):
        score(_written(tmp_path, right()), open_dataset(folder))
    (folder / "manifest.json").write_text('{"as_of": "2026-04-01T12:00:00Z", "tables": {"expected": {"file": "../x"}}}')
    with pytest.raises(InputError, match="'expected' has no 'file'"):
        open_dataset(folder)
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(InputError, match="is not a dataset's manifest"):
        open_dataset(folder)


def _written(tmp_path: Path, rows: object) -> Path:
    report = tmp_path / "report.json"
    report.write_text(json.dumps(rows), encoding="utf-8")
    return report


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["score", *map(str, arguments)])


def test_the_command_prints_rows_and_words_and_ends_with_its_status(tmp_path: Path, folder: Path) -> None:
    good = command(_written(tmp_path, right()), "--dataset", folder)
    assert (good.exit_code, good.stdout.splitlines()[1].split()) == (0, ["all", "50.00%", "50.00%", "+0.00"])
    report = _written(tmp_path, changed(3, no_valid_tracking="", reason="VALID"))
    table = command(report, "--dataset", folder)
    assert table.exit_code == 1
    assert table.stdout.splitlines()[:2] == [
        "condition  expected                 packages  agreed  recall  precision",
        "late       UPLOADED_AFTER_DELIVERY  2         1       50.00%  100.00%",
    ]
    assert f"  A4/1  late  vtr extract '{folder}' A4" in table.stdout.splitlines()
    assert table.stderr.startswith("8 packages: 7 agree, 1 do not")
    csv = command(report, "--dataset", folder, "--format", "csv", "--min-recall", "0.5")
    assert (csv.exit_code, csv.stdout.splitlines()[2]) == (0, "late,UPLOADED_AFTER_DELIVERY,2,1,0.5,1.0")
    printed = command(report, "--dataset", folder, "--format", "json", "--out", tmp_path / "score.json", "--rows", "0")
    assert (printed.exit_code, printed.stdout) == (1, "")
    assert json.loads((tmp_path / "score.json").read_text(encoding="utf-8"))["confusions"] == [
        {"expected": "UPLOADED_AFTER_DELIVERY", "reported": "VALID", "packages": 1, "rows": []}
    ]
