"""What a dataset has beside its tables says the same: the carriers' raw answers, and Amazon's flat file.

`vtr` reads both by its own readers of wire formats and of the feed, which know nothing of how they were written.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import vtr.reference.cli
from simulator.datasets import generate
from simulator.datasets.content.conditions import NAMES
from vtr.reference.clients import chinapost, dhl, fedex, ups, usps
from vtr.reference.clients.answers import Answer

MIX = dict.fromkeys(NAMES, 1 / len(NAMES))
# Readers of the flat file take two packages of an order with the same carrier and text for one.
ALIKE = {"two_parcels_both_blank"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "data"
    generate.generate(folder, generate.Plan(1500, seed=4, mix=MIX, feed=True, wire=True, part=700))
    return folder


@pytest.fixture(scope="module")
def expected(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / "expected.parquet").to_pylist()
    return rows


def reasons(folder: Path, confirmations: str, scans: str) -> dict[tuple[str, int], str]:
    named = (f"--orders={folder}/orders.parquet", f"--confirmations={folder}/{confirmations}", f"--scans={scans}")
    result = CliRunner().invoke(vtr.reference.cli.app, ["check", *named, f"--as-of={generate.AS_OF}", "--format=json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    told = [(row, row["reason"]) for row in report["rows"]] + [(row, row["why"]) for row in report["excluded"]]
    return {(row["order_id"], row["package"]): reason for row, reason in told}


def read(line: dict[str, Any]) -> Iterable[Answer]:
    """The answer of a line, read as `vtr` reads what a carrier sends."""
    document, number = json.loads(line["body"]), line["tracking_number"]
    readers = {"usps": usps.read, "fedex": fedex.read, "dhl": dhl.read, "chinapost": chinapost.read}
    return ups.read(document, (number,)) if line["carrier"] == "ups" else readers[line["carrier"]](document)


def test_raw_answers_lead_to_the_verdicts_that_were_planted(
    folder: Path, expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    scans: list[dict[str, Any]] = []
    lines = [json.loads(line) for line in (folder / "wire.jsonl").read_bytes().splitlines()]
    for line in lines:
        key = {"carrier": line["carrier"], "tracking_number": line["tracking_number"]}
        for answer in read(line):
            assert answer.outcome != "unanswered"
            scans += (
                {**key, "position": scan.position, "at": f"{scan.at:%Y-%m-%dT%H:%M:%SZ}" if scan.at else None,
                 "code": scan.code, "subcode": scan.subcode, "physical": scan.physical}
                for scan in answer.scans
            )  # fmt: skip
            scans += [{**key, "outcome": answer.outcome}] if not answer.scans else []
    (tmp_path / "scans.json").write_text(json.dumps(scans))
    assert len({(line["carrier"], line["tracking_number"]) for line in lines}) == len(lines)
    found = reasons(folder, "confirmations.parquet", str(tmp_path / "scans.json"))
    wanted = {(row["order_id"], row["package"]): row["reason"] for row in expected}
    conditions = {(row["order_id"], row["package"]): row["condition"] for row in expected}
    different = [(conditions[key], wanted[key], found.get(key)) for key in wanted if wanted[key] != found.get(key)]
    assert different == []


def submissions(folder: Path) -> dict[tuple[str, int], list[dict[str, Any]]]:
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in pq.read_table(folder / "confirmations.parquet").to_pylist():
        found.setdefault((row["order_id"], row["package"]), []).append(row)
    return found


def test_the_flat_file_leads_to_the_verdicts_of_what_was_never_edited(
    folder: Path, expected: list[dict[str, Any]]
) -> None:
    once = {key for key, lines in submissions(folder).items() if len(lines) == 1}
    wanted = {
        (row["order_id"], row["package"]): row["reason"]
        for row in expected
        if (row["order_id"], row["package"]) in once and row["condition"] not in ALIKE
    }
    found = reasons(folder, "feed.txt", f"{folder}/scans.parquet")
    assert {key: found.get(key) for key in wanted} == wanted


def test_edits_are_a_flat_file_of_their_own_and_delete_by_null(folder: Path) -> None:
    template, keys, *lines = (folder / "feed-edits.txt").read_text(encoding="utf-8").splitlines()
    assert template.startswith("TemplateType=OrderFulfillment\t")
    told = [dict(zip(keys.split("\t"), line.split("\t"), strict=True)) for line in lines]
    edits = [(key, twice[1]) for key, twice in submissions(folder).items() if len(twice) == 2]
    assert [(each["order-id"], each["tracking-number"], each["ship-date"]) for each in told] == [
        (key[0], edit["tracking_number"] or "NULL", f"{edit['submitted_at']:%Y-%m-%dT%H:%M:%SZ}") for key, edit in edits
    ]
    assert {len(each["order-item-id"]) for each in told} == {14}
    assert "NULL" in {each["tracking-number"] for each in told}
