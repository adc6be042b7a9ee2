"""Datasets of the simulator judged: by `vtr check`, by a score of faulty reports, and row by row as scenarios.

Which conditions a mistake concerns is computed here in plain Python from the labels, never by a score.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePath
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from simulator.datasets import generate
from simulator.datasets.content.conditions import NAMES
from simulator.datasets.files.write import Compression, FileFormat
from simulator.http_server import running
from simulator.serve.demo_session import demo_sessions
from vtr.cli import app
from vtr.language import loader, yaml_tree
from vtr.play import doors, runner
from vtr.reference.records.dataset import open_dataset
from vtr.reference.rules.profile_reader import profile_text
from vtr.scoring import extract
from vtr.scoring.score import Score, score
from vtr.story import builder
from vtr.story.story import Story
from vtr.suite.collecting import carrier_spelling
from vtr.validators import Bundled

Labels = list[dict[str, Any]]
Mistake = Callable[[Labels], Iterator[dict[str, Any]]]
PLAN = generate.Plan(1200, seed=20, mix=dict.fromkeys(NAMES, 1 / len(NAMES)))


def vtr(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "data"
    generate.generate(folder, PLAN)
    return folder


@pytest.fixture(scope="module")
def labels(folder: Path) -> Labels:
    rows: Labels = pq.read_table(folder / "expected.parquet").to_pylist()
    return rows


def below_one(scored: Score) -> set[str]:
    return {each.condition for each in scored.conditions if each.recall.agreed < each.recall.of}


def test_a_dataset_of_any_format_is_checked_as_its_named_files_are(tmp_path: Path) -> None:
    plan = replace(PLAN, shipments=150)
    reports = []
    for form, compression in (
        (FileFormat.PARQUET, Compression.ZSTD),
        (FileFormat.CSV, Compression.GZIP),
        (FileFormat.JSONL, Compression.ZSTD),
    ):
        generate.generate(tmp_path / form, replace(plan, format=form, compression=compression))
        result = vtr("check", "--dataset", tmp_path / form, "--format", "json")
        assert result.exit_code == 0, result.stderr
        reports.append(result.stdout)
    named = [f"--{name}={tmp_path / 'parquet' / name}.parquet" for name in ("orders", "confirmations", "scans")]
    result = vtr("check", *named, "--as-of", generate.AS_OF, "--format", "json")
    assert [report == result.stdout for report in reports] == [True, True, True]


def test_a_datasets_own_instant_and_profile_give_way_to_those_that_are_named(folder: Path) -> None:
    named = vtr("check", "--dataset", folder, "--as-of", "2026-04-02T12:00:00Z", "--profile", "us-2025")
    assert named.stderr.startswith("us-2025 at 2026-04-02T12:00:00Z")
    assert vtr("check", "--dataset", folder).stderr.startswith("us-2019 at 2026-04-01T12:00:00Z")


def test_named_carriers_are_asked_in_place_of_a_datasets_scans(tmp_path: Path) -> None:
    generate.generate(tmp_path / "data", generate.Plan(4, seed=1, mix=dict.fromkeys(NAMES, 0.0)))
    with running(demo_sessions()) as url:  # which knows none of these numbers
        result = vtr("check", "--dataset", tmp_path / "data", "--carriers", url, "--format", "json")
    assert [row["reason"] for row in json.loads(result.stdout)["rows"]] == ["NUMBER_UNKNOWN"] * 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--orders, --confirmations, --as-of: needed, or --dataset"),
        (("--dataset", "{folder}", "--scans", "x.csv"), "--scans and --dataset exclude each other"),
        (("--dataset", "{folder}/.."), "holds no dataset"),
    ],
)
def test_what_cannot_be_checked_is_one_message(folder: Path, arguments: Sequence[str], words: str) -> None:
    result = vtr("check", *(each.format(folder=folder) for each in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.fixture(params=["tsv", "json"])
def report(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where to write a report: once in Amazon's columns without packages and reasons, once with all of them."""
    return tmp_path / f"report.{request.param}"


def test_the_reference_agrees_with_every_label(folder: Path, labels: Labels, report: Path) -> None:
    assert vtr("check", "--dataset", folder, "--out", report).exit_code == 0
    scored = score(report, open_dataset(folder))
    assert scored.is_good()
    assert (scored.packages, scored.agreed, scored.unknown) == (len(labels), len(labels), 0)


@pytest.mark.parametrize(
    ("reason", "right", "wrong"),
    [
        ("UPLOADED_AFTER_DELIVERY", "submitted_at > delivered_at", "submitted_at > as_of"),
        ("EXEMPT_FREIGHT", "ship_method = 'Freight' AND", "ship_method = 'Sea' AND"),
    ],
)
def test_a_changed_rule_lowers_recall_of_exactly_the_conditions_it_is_about(
    folder: Path, labels: Labels, reason: str, right: str, wrong: str, report: Path
) -> None:
    text, _ = profile_text("us-2019")
    assert text.count(f"when: {right}") == 1
    changed = report.with_name("changed.yaml")
    changed.write_text(text.replace(f"when: {right}", f"when: {wrong}"), encoding="utf-8")
    assert vtr("check", "--dataset", folder, "--profile", changed, "--out", report).exit_code == 0
    scored = score(report, open_dataset(folder))
    assert below_one(scored) == {row["condition"] for row in labels if row["reason"] == reason}
    concerned = sum(row["reason"] == reason for row in labels)
    assert [(each.expected, each.packages) for each in scored.confusions] == [(reason, concerned)]
    counts = Counter(row["no_valid_tracking"] for row in labels if row["in_report"])
    overall = scored.rates[0]
    assert (overall.true.of, overall.true.agreed) == (counts["X"] + counts[""], counts[""])
    gained = concerned if reason == "UPLOADED_AFTER_DELIVERY" else 0
    assert overall.reported.agreed == counts[""] + gained


def _shows_each_number_once(labels: Labels) -> Iterator[dict[str, Any]]:
    seen = set()
    for row in labels:
        if row["in_report"] and row["tracking_id"] not in seen:
            seen.add(row["tracking_id"])
            yield row


def _counts_labels(labels: Labels) -> Iterator[dict[str, Any]]:
    for row in labels:
        if row["in_report"]:
            passes = row["reason"] == "NO_SCAN"
            yield {**row, **({"no_valid_tracking": "", "reason": "VALID"} if passes else {})}


def _knows_no_edits(labels: Labels) -> Iterator[dict[str, Any]]:
    edited = {"overwritten", "corrected_before_delivery", "added_in_transit", "edited_72_hours_ago"}
    for row in labels:
        if row["in_report"]:
            yield {**row, **({"tracking_id": "0"} if row["condition"] in edited else {})}


def _takes_cancelled_orders(labels: Labels) -> Iterator[dict[str, Any]]:
    for row in labels:
        if row["in_report"] or row["reason"] == "CANCELLED_BEFORE_CONFIRMATION":
            yield {**row, "no_valid_tracking": row["no_valid_tracking"] or "", "tracking_id": row["tracking_id"] or "1"}


@pytest.mark.parametrize("mistake", [_shows_each_number_once, _counts_labels, _knows_no_edits, _takes_cancelled_orders])
@pytest.mark.parametrize("named_by", [("order_id", "package"), ("order_id",)])
def test_a_planted_mistake_lowers_recall_of_exactly_the_conditions_concerned(
    folder: Path, tmp_path: Path, labels: Labels, mistake: Mistake, named_by: tuple[str, ...]
) -> None:
    columns = (*named_by, "tracking_id", "no_valid_tracking", "reason")
    told = [{name: row[name] for name in columns} for row in mistake(labels)]
    (tmp_path / "report.json").write_text(json.dumps(told), encoding="utf-8")
    wanted = Counter((row["order_id"], row["tracking_id"], row["reason"]) for row in labels if row["in_report"])
    given = Counter((row["order_id"], row["tracking_id"], row["reason"]) for row in told)
    wrong = {order for order, _, _ in (wanted - given) + (given - wanted)}
    concerned = {row["condition"] for row in labels if row["order_id"] in wrong}
    assert concerned
    assert below_one(score(tmp_path / "report.json", open_dataset(folder))) == concerned


def stories_of(text: str) -> tuple[Story, ...]:
    found = loader.parse_documents(yaml_tree.parse(text, "case.yaml"), "case.yaml")
    return builder.build_stories(PurePath("case.yaml"), found, profile="us-2019", spelling=cache(carrier_spelling))


def differences(story: Story) -> list[tuple[str, str, str]]:
    (report,) = runner.run(story, Bundled(), doors.in_process)
    return [(each.column, each.expected, each.actual) for each in report.comparison.differences]


def together(stories: Sequence[Story]) -> Story:
    """All stories as one, which is judged in one go: asking and judging each alone takes most of a test's time."""
    (report,) = stories[0].reports
    expected = [each.reports[0].expected for each in stories]
    return replace(
        stories[0],
        parcels={f"{at}/{name}": parcel for at, each in enumerate(stories) for name, parcel in each.parcels.items()},
        orders=tuple(order for each in stories for order in each.orders),
        reports=(
            replace(
                report,
                expected=replace(
                    report.expected,
                    rows=tuple(row for each in expected for row in each.rows or ()),
                    excluded=tuple(row for each in expected for row in each.excluded or ()),
                ),
            ),
        ),
    )


def test_an_extracted_row_of_every_condition_gives_the_same_verdict_as_a_scenario(folder: Path, labels: Labels) -> None:
    first = {row["condition"]: row["order_id"] for row in reversed(labels)}
    assert first.keys() == set(NAMES)
    stories = stories_of(extract.extract(open_dataset(folder), first.values()))
    assert {tag for story in stories for tag in story.tags} == set(NAMES)
    apart: list[Story] = []
    at_once: list[Story] = []
    taken: set[str] = set()
    for at, story in enumerate(stories):
        orders = {order.order_id for order in story.orders}
        (apart if at % 30 == 0 or orders & taken else at_once).append(story)
        taken |= orders
    assert {story.name: found for story in apart if (found := differences(story))} == {}
    assert differences(together(at_once)) == []


def test_an_extracted_row_with_a_wrong_label_fails_as_a_scenario(folder: Path, labels: Labels) -> None:
    order_id = next(row["order_id"] for row in labels if row["condition"] == "uploaded_late")
    text = extract.extract(open_dataset(folder), [order_id])
    (story,) = stories_of(text.replace("reason: UPLOADED_AFTER_DELIVERY", "reason: NO_SCAN"))
    assert differences(story) == [("reason", "NO_SCAN", "UPLOADED_AFTER_DELIVERY")]
