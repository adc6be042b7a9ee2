"""What `vtr compare` says of two profiles over files, beside the same reckoned in plain Python."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import recomputed
from recomputed import SUPPORTED, Rules
from typer.testing import CliRunner

from vtr.cli import app
from vtr.errors import ScenarioError
from vtr.reference.errors import VtrError
from vtr.reference.rules.profile_reader import profile_text

HOURS = ("  - change: REFLECTED_WITHIN_72_HOURS\n", "    counts_when: submitted_at + INTERVAL 48 HOUR <= as_of\n")
LATE = ("  - change: UPLOADED_AFTER_DELIVERY\n", "    when: submitted_at >= delivered_at\n")
CARRIER = "carriers:\n  add:\n    - {name: Yun Express, asks: ups}\n"
HEAD = "profile: mine\nextends: us-2019\n"


CHANGES = {
    "72 hours to 48": (HEAD + "rules:\n" + "".join(HOURS), Rules(hours=48)),
    "> to >=": (HEAD + "rules:\n" + "".join(LATE), Rules(same_instant_passes=False)),
    "a carrier more": (HEAD + CARRIER, Rules(supported=SUPPORTED | {"Yun Express"})),
    "a code less": (HEAD + "scan_classes: {ups/I/OR: none}\n", Rules(on_paper=frozenset({"UPS"}))),
    "all": (
        HEAD + CARRIER + "rules:\n" + "".join((*HOURS, *LATE)),
        Rules(hours=48, same_instant_passes=False, supported=SUPPORTED | {"Yun Express"}),
    ),
}
Ran = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    recomputed.write(folder)
    for name, (text, _) in CHANGES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def compared(folder: Path) -> Ran:
    """The exit status and stdout of a comparison; equal ones are run once."""

    @cache
    def ran(change: str, *options: str, files: str = "parquet") -> tuple[int, str]:
        given = [f"--{name}={folder / name}.{files}" for name in ("orders", "confirmations", "scans")]
        words = ["compare", "us-2019", str(folder / f"{change}.yaml"), *given, "--as-of=2026-04-01T12:00:00Z", *options]
        result = CliRunner().invoke(app, words)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout

    return ran


@pytest.fixture(scope="module")
def found_of(compared: Ran) -> Callable[[str], dict[str, Any]]:
    def found(change: str) -> dict[str, Any]:
        status, text = compared(change, "--format=json", "--samples=6")
        assert status == 0
        read: dict[str, Any] = json.loads(text)
        return read

    return found


def verdicts(found: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["base"]["reason"], row["head"]["reason"]) for row in found["flipped"]}


def expected_of(change: str) -> dict[str, tuple[str, str]]:
    return recomputed.flips(Rules(), CHANGES[change][1])


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
    (told,) = found["changes"]
    assert (told["name"], told["flips"], told["at"]) == (what, len(expected), f"{folder}/{change}.yaml:5")
    assert (told["base"] and told["base"]["text"], told["head"]["text"]) == (before, after)
    if before:
        assert told["base"]["at"] == f"vtr/profiles/us-2019.yaml:{line_of(profile_text('us-2019')[0], before)}"
    assert all(row["clauses"] == [0] and row["rules"][0] == what for row in found["flipped"])
    for rate in found["rates"]:
        one, other = (recomputed.rate(each, rate["category"]) for each in (Rules(), rules))
        assert (rate["base"], rate["head"]) == (float(one), float(other))
        assert rate["change_points"] == pytest.approx(float((other - one) * 100))
    assert [rate["category"] for rate in found["rates"]] == [None, "Garden", "Kitchen", "Toys"]


def test_of_several_changes_each_row_names_those_that_flip_it(found_of: Callable[[str], dict[str, Any]]) -> None:
    found = found_of("all")
    assert verdicts(found) == expected_of("all")
    names = [change["name"] for change in found["changes"]]
    assert names == ["REFLECTED_WITHIN_72_HOURS", "UPLOADED_AFTER_DELIVERY", "Yun Express"]
    alone = [CHANGES[change][1] for change in ("72 hours to 48", "> to >=", "a carrier more")]
    packages = {f"{package.order_id}/1": package for package in recomputed.packages()}
    together = 0
    for row in found["flipped"]:
        sufficient = [
            place
            for place, rules in enumerate(alone)
            if recomputed.verdict(packages[row["key"]], rules) == row["head"]["reason"]
        ]
        together += not sufficient
        assert row["clauses"] == sufficient or (not sufficient and len(row["clauses"]) > 1), row["key"]
    assert together


def test_profiles_that_read_the_scans_differently_are_each_judged_by_their_own(
    found_of: Callable[[str], dict[str, Any]],
) -> None:
    found = found_of("a code less")
    assert verdicts(found) == expected_of("a code less")
    assert {row["rules"][0] for row in found["flipped"]} == {"scan_classes.ups/I/OR"}


def test_rows_that_a_side_leaves_unanswered_are_no_verdict_and_the_exit_status_says_so(
    folder: Path, compared: Ran
) -> None:
    (folder / "nobody to ask.yaml").write_text(HEAD + CARRIER.replace("ups", "null"), encoding="utf-8")
    status, text = compared("nobody to ask", "--format=json", "--samples=1")
    flipped = json.loads(text)["flipped"]
    unsupported = expected_of("a carrier more")
    assert status == 4
    assert {(row["head"]["state"], row["head"]["no_valid_tracking"]) for row in flipped} == {("unanswered", None)}
    assert {row["key"] for row in flipped} == set(unsupported)


def test_groups_add_up_and_samples_are_of_every_pair_of_reasons(found_of: Callable[[str], dict[str, Any]]) -> None:
    found = found_of("72 hours to 48")
    pairs = Counter(expected_of("72 hours to 48").values())
    assert {(each["base"], each["head"]): each["rows"] for each in found["groups"]["reason"]} == pairs
    for by in ("carrier", "category", "origin"):
        counts = Counter(row[by] for row in found["flipped"])
        assert {each[by]: each["rows"] for each in found["groups"][by]} == counts
    sampled = [row for row in found["flipped"] if "timeline" in row]
    assert len(sampled) == 6
    assert len({(row["base"]["reason"], row["head"]["reason"]) for row in sampled}) == min(6, len(pairs))


def test_a_sample_tells_its_story_by_time_and_what_each_side_makes_of_every_scan(
    found_of: Callable[[str], dict[str, Any]],
) -> None:
    rows = (row for row in found_of("> to >=")["flipped"] if "timeline" in row)
    row = next(row for row in rows if row["key"] == "114-0000002-0000001/1")  # the first that is delivered as submitted
    assert [entry["what"] for entry in row["timeline"]] == [
        *("promised", "placed", "scan", "submitted", "scan", "report"),
    ]
    submitted, delivery = row["timeline"][3:5]
    assert (submitted["at"], submitted["judged_by"]) == ("2026-03-20T00:00:00Z", ["base", "head"])
    assert (delivery["at"], delivery["code"], delivery["tracking_number"]) == ("2026-03-20T00:00:00Z", "D/FS", "1ZA2")
    assert delivery["base"] == delivery["head"] == {"counts": True, "delivers": True, "class": "scan", "why_not": ""}
    assert row["window"]["base"] == row["window"]["head"] == {"start": "2026-02-17", "end": "2026-03-18"}
    assert [row["explanations"][side]["decision"] for side in ("base", "head")] == ["VALID", "UPLOADED_AFTER_DELIVERY"]


def test_markdown_has_what_a_reviewer_reads_and_a_budget_that_is_exceeded_fails(compared: Ran) -> None:
    count = len(expected_of("> to >="))
    options = ("--format=markdown", "--samples=1", f"--max-flips={count - 1}", "--max-rate-change=0.01")
    status, text = compared("> to >=", *options)
    assert status == 1
    assert f"| VALID | UPLOADED\\_AFTER\\_DELIVERY | {count} |" in text
    assert "when: submitted\\_at \\>= delivered\\_at" in text
    assert f"{count} rows flipped, allowed are {count - 1}" in text
    assert "all categories: the rate changes by -" in text


def test_files_that_are_no_parquet_give_the_same_and_csv_has_every_row(folder: Path, compared: Ran) -> None:
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
