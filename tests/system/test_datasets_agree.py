"""Datasets and the reference validator agree: what was planted is what `vtr check` finds, in every row and column."""

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import vtr.reference.cli
from simulator.datasets import generate
from simulator.datasets.content.conditions import CONDITIONS, NAMES

SHOWN = (
    *("order_date", "category", "carrier", "tracking_id", "promised_delivery_date", "ship_method"),
    *("promised_ship_date", "ship_confirm_date", "first_scan", "actual_delivery", "shipped_late", "delivered_late"),
    *("no_valid_tracking", "reason"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "data"
    generate.generate(folder, generate.Plan(9000, seed=8, mix=dict.fromkeys(NAMES, 1 / len(NAMES))))
    return folder


@pytest.fixture(scope="module")
def expected(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / "expected.parquet").to_pylist()
    return rows


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    named = [f"--{name}={folder / name}.parquet" for name in ("orders", "confirmations", "scans")]
    result = CliRunner().invoke(vtr.reference.cli.app, ["check", *named, f"--as-of={generate.AS_OF}", "--format=json"])
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def as_shown(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat() if isinstance(value, date) else value or ""


def test_every_row_of_the_report_is_as_planted(expected: list[dict[str, Any]], report: dict[str, Any]) -> None:
    wanted = {
        (row["order_id"], row["package"]): (row["condition"], {name: as_shown(row[name]) for name in SHOWN})
        for row in expected
        if row["in_report"]
    }
    found = {(row["order_id"], row["package"]): {name: row[name] or "" for name in SHOWN} for row in report["rows"]}
    assert found.keys() == wanted.keys()
    different = [(*wanted[key], found[key]) for key in wanted if wanted[key][1] != found[key]]
    assert different == []


def test_what_is_not_in_the_report_is_out_for_the_planted_reason(
    expected: list[dict[str, Any]], report: dict[str, Any]
) -> None:
    wanted = {(row["order_id"], row["package"]): row["reason"] for row in expected if not row["in_report"]}
    assert {(row["order_id"], row["package"]): row["why"] for row in report["excluded"]} == wanted
    assert report["unanswered"] == []


def test_every_condition_is_planted_and_has_the_outcome_that_the_list_names(expected: list[dict[str, Any]]) -> None:
    found: dict[str, set[str]] = {name: set() for name in NAMES}
    for row in expected:
        found[row["condition"]].add(row["reason"])
    assert found == {each.name: set(each.outcome.split(", ")) for each in CONDITIONS}


def test_conditions_come_at_their_rates(expected: list[dict[str, Any]]) -> None:
    counts = Counter(row["condition"] for row in expected)
    once = [counts[each.name] for each in CONDITIONS if each.packages == 1]
    assert min(once) > 40
    assert max(once) < 105
