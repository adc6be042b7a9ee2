"""What `vtr compare` finds between two profiles over files, and the same worked out in plain Python."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import recomputed
from recomputed import CHANGES, Rules, expected_of
from typer.testing import CliRunner

from vtr.cli import app
from vtr.errors import ScenarioError
from vtr.reference.errors import VtrError
from vtr.reference.rules.profile_reader import profile_text

Ran = Callable[..., tuple[int, str]]


def verdicts(found: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["base"]["reason"], row["head"]["reason"]) for row in found["flipped"]}


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


@pytest.mark.parametrize(
    ("change", "what", "before", "after"),
    [
        (
            "72 hours to 48",
            "REFLECTED_WITHIN_72_HOURS",
            "counts_when: submitted_at + INTERVAL 72 HOUR <= as_of",
            "counts_when: submitted_at + INTERVAL 48 HOUR <= as_of",
        ),
        (
            "> to >=",
            "UPLOADED_AFTER_DELIVERY",
            "when: submitted_at > delivered_at",
            "when: submitted_at >= delivered_at",
        ),
        ("a carrier more", "Yun Express", None, "asks ups"),
    ],
)
def test_exactly_the_rows_that_plain_python_finds_flip_by_the_line_that_was_changed(
    folder: Path,
    found_of: Callable[[str], dict[str, Any]],
    change: str,
    what: str,
    before: str | None,
    after: str,
) -> None:
    found, rules = found_of(change), CHANGES[change][1]
    expected = expected_of(change)
    assert len(expected) > 15
    assert verdicts(found) == expected
    assert found["compared"] == len(recomputed.packages())
    assert found["flips"]["rows"] == len(expected)
    (changed,) = found["changes"]
    assert (changed["name"], changed["flips"], changed["at"]) == (what, len(expected), f"{folder}/{change}.yaml:5")
    assert (changed["base"] and changed["base"]["text"], changed["head"]["text"]) == (before, after)
    if before:
        assert changed["base"]["at"] == f"vtr/profiles/us-2019.yaml:{line_of(profile_text('us-2019')[0], before)}"
    assert all(row["clauses"] == [0] and row["rules"][0] == what for row in found["flipped"])
    for rate in found["rates"]:
        one, other = (recomputed.rate(each, rate["category"]) for each in (Rules(), rules))
        assert (rate["base"], rate["head"]) == (float(one), float(other))
        assert rate["change_points"] == pytest.approx(float((other - one) * 100))
    assert [rate["category"] for rate in found["rates"]] == [None, "Garden", "Kitchen", "Toys"]


def test_profiles_that_classify_scans_differently_are_each_judged_by_their_own(
    found_of: Callable[[str], dict[str, Any]],
) -> None:
    found = found_of("a code less")
    assert verdicts(found) == expected_of("a code less")
    assert {row["rules"][0] for row in found["flipped"]} == {"scan_classes.ups/I/OR"}


def test_rows_that_a_side_leaves_unanswered_are_no_verdict_and_the_exit_status_says_so(
    folder: Path, compared: Ran
) -> None:
    (folder / "no client.yaml").write_text(
        recomputed.HEAD + recomputed.CARRIER.replace("ups", "null"), encoding="utf-8"
    )
    status, text = compared("no client", "--format=json", "--samples=1")
    flipped = json.loads(text)["flipped"]
    unsupported = expected_of("a carrier more")
    assert status == 4
    assert {(row["head"]["state"], row["head"]["no_valid_tracking"]) for row in flipped} == {("unanswered", None)}
    assert {row["key"] for row in flipped} == set(unsupported)


def test_files_in_csv_give_the_same_and_csv_has_every_row(folder: Path, compared: Ran) -> None:
    for name in ("orders", "confirmations", "scans"):
        table = pq.read_table(folder / f"{name}.parquet")
        for field in table.schema:
            if pa.types.is_timestamp(field.type):
                cells = [f"{cell:%Y-%m-%dT%H:%M:%SZ}" if cell else None for cell in table[field.name].to_pylist()]
                table = table.set_column(table.schema.get_field_index(field.name), field.name, [cells])
        pa.csv.write_csv(table, folder / f"{name}.csv")
    count = len(expected_of("72 hours to 48"))
    status, text = compared(
        "72 hours to 48", "--format=csv", f"--max-flips={count}", "--max-rate-change=50", files="csv"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert status == 0
    assert {row["key"]: (row["base_reason"], row["head_reason"]) for row in rows} == expected_of("72 hours to 48")
    assert {row["clauses"] for row in rows} == {f"{folder}/72 hours to 48.yaml:5"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["cmd:true", "us-2019", "--dataset=nowhere"], "nowhere: holds no dataset"),
        (["us-2019", "uk-2021", "--orders=orders.csv"], "all four; or by --dataset"),
        (["us-2019", "uk-2021", "--scenarios=x.yaml", "--dataset=d"], "exclude each other"),
        (["us-2091", "us-2019"], "no profile is called 'us-2091'"),
    ],
)
def test_misuse_is_one_message(words: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["compare", *words])
    assert isinstance(result.exception, ScenarioError | VtrError)
    assert message in str(result.exception)
