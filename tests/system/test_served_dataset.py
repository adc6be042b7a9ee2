"""A served dataset, asked through the carriers' wire formats: the report shows what was planted, in every row."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from typer.testing import CliRunner

import vtr.reference.cli
from simulator.datasets import generate
from simulator.datasets.content.conditions import NAMES
from simulator.datasets.served import session
from simulator.http_server import running
from simulator.serve.demo_session import demo_sessions

# Of a delivery's instant a carrier's answer may say less than the dataset does, such as no zone.
SHOWN = ("order_date", "category", "carrier", "tracking_id", "no_valid_tracking", "reason")


def as_shown(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat() if isinstance(value, date) else value or ""


def test_the_carriers_of_a_served_dataset_lead_to_the_expected_report(tmp_path: Path) -> None:
    plan = generate.Plan(250, seed=5, mix=dict.fromkeys(NAMES, 1 / len(NAMES)))
    generate.generate(tmp_path, plan)
    with session.open_dataset(tmp_path, lambda _: None) as (dataset, index):
        sessions = demo_sessions(lambda: session.make_simulation(dataset, index))
        with running(sessions) as url:
            asked = [f"--dataset={tmp_path}", f"--carriers={url}", "--format=json"]
            result = CliRunner().invoke(vtr.reference.cli.app, ["check", *asked])
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    expected = [row for row in pq.read_table(tmp_path / "expected.parquet").to_pylist() if row["in_report"]]
    wanted = {(row["order_id"], row["package"]): {name: as_shown(row[name]) for name in SHOWN} for row in expected}
    found = {(row["order_id"], row["package"]): {name: row[name] or "" for name in SHOWN} for row in report["rows"]}
    assert found == wanted
    assert len(found) > 180
    assert report["unanswered"] == []
