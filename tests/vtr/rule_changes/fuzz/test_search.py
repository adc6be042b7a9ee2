"""Searching for disagreements: what is found, that it fails when it is run, and what the commands print."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path, PurePath
from time import monotonic
from typing import Any

import commands
import pytest
from typer.testing import CliRunner

from simulator.datasets import generate
from simulator.datasets.content.conditions import NAMES
from vtr import bundled
from vtr.cli import app
from vtr.errors import ScenarioError, ValidatorError
from vtr.language import yaml_tree, yaml_writer
from vtr.language.yaml_writer import Document
from vtr.play import doors
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.fuzz import search, shrink
from vtr.rule_changes.fuzz.disagreements import DifferentialTest, ValidatorAtDoor
from vtr.rule_changes.profile_boundaries import Boundaries
from vtr.suite import collecting
from vtr.validators import Bundled, Wait, answer_of
from vtr.validators.answer import Answer

ROOT = bundled.SCENARIOS.parent


FAULTY = ROOT / "tests" / "faulty_validators"


WHOLE = os.environ.get("VTR_WHOLE_SUITE") == "1"


SPELLING = cache(collecting.carrier_spelling)


Change = Callable[[dict[str, Any]], dict[str, Any]]
Differences = Callable[[str, Change, str], list[str]]


def blanks_count(reply: dict[str, Any]) -> dict[str, Any]:
    return {
        **reply,
        "rows": [
            {**row, "no_valid_tracking": "", "reason": "VALID"} if row["reason"] == "INVALID_ID_BLANK" else row
            for row in reply["rows"]
        ],
    }


def right(reply: dict[str, Any]) -> dict[str, Any]:
    return reply


def stories(seed: int = 1) -> Iterator[Document]:
    return search.stories_of_seed(seed, Boundaries.of(load_profile("us-2019")))


def test_smallest_scenario_fails_on_the_mistake_and_passes_on_the_reference(
    differential_test: Callable[[Change], DifferentialTest], differences: Differences, blank: Document
) -> None:
    test = differential_test(blanks_count)
    counterexample = test.run(blank)
    assert counterexample is not None
    assert counterexample.disagreements == {("reason", "INVALID_ID_BLANK", "VALID")}
    assert counterexample.orders == {0}
    small = search.smallest_scenario(test, blank, ("reason", "INVALID_ID_BLANK", "VALID"), counterexample.orders)
    text = yaml_writer.format_document(small)
    assert text.splitlines()[1:8] == [
        "parcels:",
        "  box: {carrier: ups}",
        "orders:",
        f"  - id: {small['orders'][0]['id']}",
        "    parcel: box",
        '    confirm: {tracking: ""}',
        "expect:",
    ]
    for place in ("fuzz.yaml", "mine/other.yaml"):
        assert differences(text, right, place) == []
        assert differences(text, blanks_count, place) == ["no_valid_tracking", "reason"]


def test_validators_that_agree_have_no_findings(differential_test: Callable[[Change], DifferentialTest]) -> None:
    test = differential_test(right)
    found = search.search(test, stories(), go_on=lambda found: found.tried < 3)
    assert (found.tried, found.findings, found.shown) == (3, [], {})


def test_validator_that_cannot_run_is_a_finding(
    differential_test: Callable[[Change], DifferentialTest], differences: Differences, blank: Document
) -> None:
    def crash(_: dict[str, Any]) -> dict[str, Any]:
        raise ValidatorError("out of paper")

    found = search.search(differential_test(crash), iter([blank]), go_on=lambda found: found.tried < 1)
    (finding,) = found.findings
    assert finding.disagreement[0] == "could not run"
    assert finding.document["parcels"] == {"box": {"carrier": "ups"}}
    assert differences(yaml_writer.format_document(finding.document), right, "a.yaml") == []


@pytest.mark.skipif(not WHOLE, reason="takes minutes; set VTR_WHOLE_SUITE=1")
@pytest.mark.parametrize("name", sorted(path.stem for path in (FAULTY / "faulty").glob("[a-z]*.py")))
def test_each_faulty_validator_is_found_in_a_minute(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "base":
        return
    monkeypatch.syspath_prepend(str(FAULTY))
    base, mistake = import_module("faulty.base"), import_module(f"faulty.{name}").MISTAKE

    class Faulty:
        name = "faulty"

        def validate(self, request: Mapping[str, Any], *, wait: Wait) -> Answer:
            return answer_of(base.reply(mistake, request, base.asked(request, wait)), self.name)

        def close(self) -> None:
            pass

    reference = ValidatorAtDoor(Bundled(), doors.in_process)
    test = DifferentialTest(
        reference, ValidatorAtDoor(Faulty(), doors.in_process), "us-2019", SPELLING, PurePath("fuzz.yaml")
    )
    found = search.search(test, stories(), go_on=search.search_limits(60, None, 1, monotonic))
    (finding,) = found.findings[:1]
    departures = [
        key
        for order in finding.document.get("orders", [])
        for package in order.get("packages", [order])
        for key in {*order, *package} - {"id", "parcel", "packages"}
    ]
    assert len(departures) + len(finding.document.get("faults", [])) <= 3
    assert test.disagreements(finding.document)


def vtr(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return commands.run(*arguments, folder=folder)


MINE = """
from vtr import validate

def judge(request):
    reply = validate(request, wait=lambda seconds: None)
    for row in reply["rows"]:
        if row["reason"] == "INVALID_ID_BLANK":
            row["reason"] = "NO_SCAN"
    return reply
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    return tmp_path


def test_fuzz_writes_what_it_finds_and_says_how_to_run_it(folder: Path, differences: Differences) -> None:
    asked = ("fuzz", "--validator", "python:mine:judge", "--door", "in-process", "--stories", "3", "--format", "json")
    ran = vtr(folder, *asked)
    reply = json.loads(ran.stdout)
    (finding,) = reply["findings"]
    assert (finding["column"], finding["expected"], finding["reported"]) == ("reason", "INVALID_ID_BLANK", "NO_SCAN")
    assert reply["tried"] == 3
    last = f"seed 1: 3 stories with {reply['orders']} orders, 1 findings; run them:"
    assert ran.stderr == f"{last} vtr run findings --validator 'python:mine:judge'\n"
    assert ran.returncode == 1
    written = (folder / finding["file"]).read_text(encoding="utf-8")
    assert written.startswith("# Found by vtr fuzz --seed 1, story ")
    assert differences(written, right, finding["file"]) == []
    assert [path.name for path in (folder / "findings").iterdir()] == [Path(finding["file"]).name]


def test_shrink_prints_the_smallest_scenario(folder: Path, differences: Differences, blank: Document) -> None:
    (folder / "case.yaml").write_text(yaml_writer.format_document({**blank, "expect": {"rows": []}}), encoding="utf-8")
    ran = vtr(folder, "shrink", "case.yaml", "--validator", "python:mine:judge", "--door", "in-process")
    assert (ran.returncode, ran.stderr) == (0, "reason INVALID_ID_BLANK is expected, NO_SCAN reported\n")
    assert ran.stdout.startswith("# Shrunk from 'B' of case.yaml.\n")
    assert differences(ran.stdout, right, "a.yaml") == []
    (small,) = yaml_tree.parse(ran.stdout, "a.yaml")
    plain = yaml_tree.plain(small)
    assert isinstance(plain, dict)
    assert shrink.measure(plain) < shrink.measure(blank)


def test_shrink_takes_a_row_of_a_dataset(folder: Path) -> None:
    mix = {**dict.fromkeys(NAMES, 0.0), "only_blanks": 1.0}
    generate.generate(folder / "data", generate.Plan(2, seed=3, mix=mix))
    ran = vtr(folder, "shrink", "data", "2", "--validator", "python:mine:judge", "--door", "in-process")
    assert (ran.returncode, ran.stderr) == (0, "reason INVALID_ID_BLANK is expected, NO_SCAN reported\n")
    head, *lines = ran.stdout.splitlines()
    assert head.startswith("# Shrunk from 'only_blanks in order ")
    assert head.endswith("of data.")
    # The order's id is part of the cell that is expected, so it stays.
    assert [lines[1], *lines[5:8]] == ["parcels:", "    parcel: box", '    confirm: {tracking: ""}', "expect:"]
    for arguments, message in (
        (("data",), "data: which row? Give DIR ROW: an order's id, or the number of a row, from 1"),
        (("data", "9"), "no row 9; there are 2"),
        (("mine.py", "1"), "mine.py: a row, '1', is one of a dataset's folder; give DIR ROW, or a scenario FILE"),
    ):
        path, *row = arguments
        result = CliRunner().invoke(app, ["shrink", str(folder / path), *row, "--validator", "vtr"])
        assert isinstance(result.exception, ScenarioError)
        assert str(result.exception).endswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("shrink", "case.yaml", "--validator", "vtr"), "case.yaml: vtr and vtr agree; give a disputed one"),
        (("shrink", "case.yaml", "--validator", "vtr", "--only", "C"), "case.yaml: no scenario 'C'; there are 'B'"),
        (("fuzz", "--validator", "vtr", "--door", "window"), "--door 'window' is unknown; use in-process or server"),
    ],
)  # fmt: skip
def test_misuse_is_one_message(folder: Path, blank: Document, arguments: tuple[str, ...], message: str) -> None:
    (folder / "case.yaml").write_text(yaml_writer.format_document({**blank, "expect": {"rows": []}}), encoding="utf-8")
    ran = vtr(folder, *arguments)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"vtr: {message}\n")
