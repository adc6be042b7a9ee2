"""`vtr mutate`: whole runs, and what they print.

The whole of us-2019 takes a minute on two idle cores, so it runs only with VTR_WHOLE_SUITE=1.
"""

import json
import os
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest
from typer.testing import CliRunner

from vtr import bundled, cli, validators
from vtr.errors import Problem, ScenarioFileError
from vtr.language import loader, yaml_tree
from vtr.play import doors, runner
from vtr.reference.rules.profile_reader import load_profile, profile_text
from vtr.rule_changes.mutate import equivalents, mutate_text, run
from vtr.story import builder

CASES = bundled.CASES


WHOLE = os.environ.get("VTR_WHOLE_SUITE") == "1"


LATE = "UPLOADED_AFTER_DELIVERY"


@pytest.fixture(scope="module")
def without_one(cases: Path) -> Iterator[run.MutationResult]:
    (cases / "at-the-same-instant.yaml").rename(cases / "at-the-same-instant.txt")
    boundary = (
        f"{LATE}:comparison-1:>=",
        f"{LATE}:comparison-1:<",
        f"{LATE}:comparison-1:-1-second",
        f"{LATE}:dropped",
    )
    options = run.MutateOptions("us-2019", (cases,), boundary, "none")
    yield run.run(options, equivalents.Equivalents({}, {}, ""))
    (cases / "at-the-same-instant.txt").rename(cases / "at-the-same-instant.yaml")


def test_without_one_scenario_exactly_its_mutants_survive(without_one: run.MutationResult) -> None:
    survived = {each.mutant.name for each in without_one.outcomes if each.word == "survived"}
    assert survived == {f"{LATE}:comparison-1:>=", f"{LATE}:comparison-1:-1-second"}


def test_a_survivor_is_shown_with_a_scenario_that_notices_it(without_one: run.MutationResult, tmp_path: Path) -> None:
    shown = mutate_text.as_table(without_one)
    assert f"survived {LATE}:comparison-1:>=\n  vtr/profiles/us-2019.yaml:" in shown
    assert "  - submitted_at > delivered_at\n  + submitted_at >= delivered_at\n" in shown
    [proposed] = [each.proposed for each in without_one.outcomes if each.mutant.name == f"{LATE}:comparison-1:>="]
    assert proposed is not None
    text, _ = profile_text("us-2019")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("when: submitted_at > delivered_at", "when: submitted_at >= delivered_at"))
    assert [_differences(proposed, profile) for profile in ("us-2019", str(broken))] == [
        [],
        [("no_valid_tracking", "", "X"), ("reason", "VALID", LATE)],
    ]


def _differences(text: str, profile: str) -> list[tuple[str | None, str | None, str | None]]:
    found = loader.parse_documents(yaml_tree.parse(text, "proposed.yaml"), "proposed.yaml")
    spelling = load_profile(profile).spelling
    [story] = builder.build_stories(PurePath("proposed.yaml"), found, profile=profile, spelling=lambda _: spelling)
    [report] = runner.run(story, validators.load(validators.BUNDLED), doors.in_process)
    return [(each.column, each.expected, each.actual) for each in report.comparison.differences]


def test_the_command_exits_1_with_a_survivor_and_0_when_it_is_listed(
    cases: Path, without_one: run.MutationResult, tmp_path: Path
) -> None:
    line = ["mutate", "-n", "1", "--scenarios", str(cases), "--codes", "none", "--format", "json"]
    ended = CliRunner().invoke(cli.app, [*line, "--only", f"{LATE}:comparison-1:>="])
    assert ended.exit_code == 1
    printed = json.loads(ended.stdout)
    [result] = printed["results"]
    assert (printed["mutants"], printed["survived"], result["outcome"], result["killed_by"]) == (1, 1, "survived", None)
    same = next(each for each in without_one.outcomes if each.mutant.name == result["mutant"])
    assert result["proposed"] == same.proposed  # equal inputs give equal outputs
    listed = tmp_path / "equivalent.yaml"
    listed.write_text(f"{LATE}:comparison-1:>=: nobody submits at the very instant\n", encoding="utf-8")
    again = CliRunner().invoke(cli.app, [*line, "--only", f"{LATE}:comparison-1:>=", "--equivalent", str(listed)])
    assert again.exit_code == 0
    [result] = json.loads(again.stdout)["results"]
    assert (result["outcome"], result["reason"]) == ("equivalent", "nobody submits at the very instant")


@pytest.mark.skipif(not WHOLE, reason="takes a minute; run with VTR_WHOLE_SUITE=1")
def test_every_mutant_of_us_2019_is_noticed_or_listed(tmp_path: Path) -> None:
    options = run.MutateOptions("us-2019", (CASES,), workers=2)
    finished = run.run(options, equivalents.of_profile("us-2019"))
    assert len(finished.outcomes) >= 80
    assert [each.mutant.name for each in finished.outcomes if each.word == "survived"] == []
    # One scenario less, and exactly the mutants that it alone notices survive: the spellings that no other has.
    copy = shutil.copytree(CASES, tmp_path / "cases")
    (copy / "carrier-unsupported" / "small-letters.yaml").unlink()
    fewer = run.run(run.MutateOptions("us-2019", (copy,), ("carriers",), workers=2), equivalents.of_profile("us-2019"))
    assert {each.mutant.name for each in fewer.outcomes if each.word == "survived"} == {
        f"carriers.{name}:lower-case-too"
        for name in (
            *("UPSMI", "DHL", "DHL Global Mail", "FedEx", "FedEx SmartPost", "OnTrac", "Newgistics", "Canada Post"),
            *("LaserShip", "China Post", "EMS", "EUB"),
        )
    }


def test_a_problem_of_a_file_stays_whole_on_its_way_between_processes() -> None:
    error = ScenarioFileError([Problem("a.yaml", 2, 3, "not so"), Problem("a.yaml", 1, 1, "nor so")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301 (our own)
    assert str(pickle.loads(pickle.dumps(error))) == "a.yaml:1:1: nor so\na.yaml:2:3: not so"  # noqa: S301 (our own)
