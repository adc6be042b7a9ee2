"""`vtr mutate`: what it breaks, what notices it, and what it proposes for what nothing notices.

The whole of us-2019 takes a minute of two quiet cores, so it runs only with VTR_WHOLE_SUITE=1.
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
from vtr.rule_changes.mutate import equivalents, mutate_text, propose, run
from vtr.rule_changes.mutate.all_mutants import mutants_of
from vtr.rule_changes.mutate.mutant import Mutant
from vtr.story import builder

CASES = bundled.CASES
WHOLE = os.environ.get("VTR_WHOLE_SUITE") == "1"
LATE = "UPLOADED_AFTER_DELIVERY"


@pytest.fixture(scope="module")
def mutants() -> dict[str, Mutant]:
    found = mutants_of("us-2019")
    assert len({mutant.name for mutant in found}) == len(found)
    return {mutant.name: mutant for mutant in found}


def test_a_comparison_is_turned_and_its_boundary_moved(mutants: dict[str, Mutant]) -> None:
    assert {name: mutant.after for name, mutant in mutants.items() if mutant.about == LATE} == {
        f"{LATE}:dropped": "(no such rule)",
        f"{LATE}:comparison-1:>=": "submitted_at >= delivered_at",
        f"{LATE}:comparison-1:<": "submitted_at < delivered_at",
        f"{LATE}:comparison-1:+1-second": "submitted_at > delivered_at + INTERVAL '1' SECOND",
        f"{LATE}:comparison-1:-1-second": "submitted_at > delivered_at - INTERVAL '1' SECOND",
        f"{LATE}:comparison-1:+1-hour": "submitted_at > delivered_at + INTERVAL '1' HOUR",
        f"{LATE}:comparison-1:-1-hour": "submitted_at > delivered_at - INTERVAL '1' HOUR",
    }


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("NO_SCAN:after-the-next", f"{LATE}, NO_SCAN"),
        ("NOT_CONFIRMED:exempt", "exempt"),
        ("EXEMPT_FREIGHT:left-out", "left out"),
        ("EXEMPT_FREIGHT:operand-2:dropped", "ship_method = 'Freight'"),
        ("EXEMPT_FREIGHT:junction-1:or", "(ship_method = 'Freight' OR NOT carrier_supported)"),
        ("NOT_CONFIRMED:null-1:not", "NOT confirmed_at IS NULL OR confirmed_at > as_of"),
        ("CARRIER_UNSUPPORTED:not-1:dropped", "carrier_supported"),
        ("BEFORE_WINDOW:comparison-1:+1-day", "promised_delivery_date < CAST(window_start + INTERVAL '1' DAY AS DATE)"),
        ("REFLECTED_WITHIN_72_HOURS:interval-1:-1", "submitted_at + INTERVAL '71' HOUR <= as_of"),
        (
            "EXEMPT_ABROAD_LOW_VALUE:number-1:+1",
            "ship_from <> 'US' AND total_price <= 5.01 AND currency = 'USD'",
        ),
        ("INVALID_ID_BLANK:pattern-1:no-end", r"REGEXP_MATCHES(tracking_text, '^[\s\p{Z}]*')"),
        ("INVALID_ID_BLANK:pattern-1:class-1:without-\\s", r"REGEXP_MATCHES(tracking_text, '^[\p{Z}]*$')"),
        ("window_days:+1", "31"),
        ("lag_days:-1", "13"),
        ("target:+0.01", "0.96"),
        ("zone:UTC", "UTC"),
        ("counting_classes:with-partner", "scan, partner"),
        ("switches.column_e:order_and_number", "order_and_number"),
        ("carriers.OnTrac:removed", "(not supported)"),
        ("carriers.UPS:asks-nobody", "asks: null"),
        ("carriers.FedEx:lower-case-too", "FedEx, fedex"),
        ("scan_codes.usps/03:none", "none"),
        ("scan_codes.usps/GX:scan", "scan"),
    ],
)
def test_each_kind_of_mutant_is_made(name: str, after: str, mutants: dict[str, Mutant]) -> None:
    assert mutants[name].after == after


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (f"{LATE}:comparison-1:>=", "    when: submitted_at > delivered_at"),
        ("REFLECTED_WITHIN_72_HOURS:interval-1:+1", "    counts_when: submitted_at + INTERVAL 72 HOUR <= as_of"),
        ("carriers.EMS:removed", "  - {name: EMS, asks: chinapost}"),
        ("switches.full_width:narrow", "  full_width: reject "),
        ("target:-0.01", "target: 0.95"),
    ],
)
def test_a_mutant_says_which_line_was_broken(name: str, line: str, mutants: dict[str, Mutant]) -> None:
    file, _, number = mutants[name].where.rpartition(":")
    text, origin = profile_text("us-2019")
    assert file == origin
    assert text.splitlines()[int(number) - 1].startswith(line)


def test_a_profile_that_stands_on_another_has_its_own_lines() -> None:
    found = {mutant.name: mutant for mutant in mutants_of("us-2025", "none")}
    assert found["lag_days:+1"].where.startswith("vtr/profiles/us-2025.yaml:")
    assert found["NO_SCAN:dropped"].where.startswith("vtr/profiles/us-2019.yaml:")


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    for name in ("at-the-same-instant", "in-the-night-clocks-go-forward", "instants-decide", "one-second-late"):
        shutil.copy(CASES / LATE.lower().replace("_", "-") / f"{name}.yaml", folder)
    return folder


@pytest.fixture(scope="module")
def without_one(cases: Path) -> Iterator[run.MutationResult]:
    (cases / "at-the-same-instant.yaml").rename(cases / "at-the-same-instant.txt")
    boundary = (
        f"{LATE}:comparison-1:>=",
        f"{LATE}:comparison-1:<",
        f"{LATE}:comparison-1:-1-second",
        f"{LATE}:dropped",
    )
    asked = run.MutateOptions("us-2019", (cases,), boundary, "none")
    yield run.run(asked, equivalents.Equivalents({}, {}, ""))
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
    found = loader.scenarios_of(yaml_tree.parse(text, "proposed.yaml"), "proposed.yaml")
    spelling = load_profile(profile).spelling
    [story] = builder.build_stories(PurePath("proposed.yaml"), found, profile=profile, spelling=lambda _: spelling)
    [report] = runner.run(story, validators.load(validators.BUNDLED), doors.in_process)
    return [(each.column, each.expected, each.actual) for each in report.comparison.differences]


def test_the_command_exits_1_with_a_survivor_and_0_when_it_is_listed(
    cases: Path, without_one: run.MutationResult, tmp_path: Path
) -> None:
    line = ["mutate", "-n", "1", "--scenarios", str(cases), "--codes", "none", "--format", "json"]
    asked = CliRunner().invoke(cli.app, [*line, "--only", f"{LATE}:comparison-1:>="])
    assert asked.exit_code == 1
    told = json.loads(asked.stdout)
    [result] = told["results"]
    assert (told["mutants"], told["survived"], result["outcome"], result["killed_by"]) == (1, 1, "survived", None)
    same = next(each for each in without_one.outcomes if each.mutant.name == result["mutant"])
    assert result["proposed"] == same.proposed  # equal in, equal out
    listed = tmp_path / "equivalent.yaml"
    listed.write_text(f"{LATE}:comparison-1:>=: nobody submits at the very instant\n", encoding="utf-8")
    again = CliRunner().invoke(cli.app, [*line, "--only", f"{LATE}:comparison-1:>=", "--equivalent", str(listed)])
    assert again.exit_code == 0
    [result] = json.loads(again.stdout)["results"]
    assert (result["outcome"], result["reason"]) == ("equivalent", "nobody submits at the very instant")


def test_an_entry_that_names_no_mutant_is_an_error(cases: Path, tmp_path: Path) -> None:
    listed = tmp_path / "equivalent.yaml"
    listed.write_text(f"# why\n{LATE}:comparison-1:>>: a slip\n", encoding="utf-8")
    with pytest.raises(ScenarioFileError, match=r"equivalent\.yaml:2:1: no mutant is called .*did you mean"):
        run.run(run.MutateOptions("us-2019", (cases,), (LATE,), "none"), equivalents.read(listed))


def test_an_entry_that_a_scenario_notices_is_an_error(
    cases: Path, without_one: run.MutationResult, tmp_path: Path
) -> None:
    listed = tmp_path / "equivalent.yaml"
    listed.write_text(f"{LATE}:comparison-1:<: wrong\n", encoding="utf-8")
    asked = run.MutateOptions("us-2019", (cases,), (f"{LATE}:comparison-1:<",), "none")
    with pytest.raises(ScenarioFileError, match=r"equivalent\.yaml:1:1: .* is not an equivalent mutant: the scenario"):
        run.run(asked, equivalents.read(listed))


def test_the_bundled_list_names_mutants_only() -> None:
    listed = equivalents.of_profile("us-2019")
    listed.check_declared([mutant.name for mutant in mutants_of("us-2019")])
    assert listed.reason("BEFORE_WINDOW:after-the-next")


@pytest.mark.skipif(not WHOLE, reason="takes a minute; run with VTR_WHOLE_SUITE=1")
def test_every_mutant_of_us_2019_is_noticed_or_listed(tmp_path: Path) -> None:
    asked = run.MutateOptions("us-2019", (CASES,), workers=2)
    finished = run.run(asked, equivalents.of_profile("us-2019"))
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


LENIENT = """\
profile: lenient
extends: us-2019
rules:
  - change: UPLOADED_AFTER_DELIVERY
    when: submitted_at > delivered_at + INTERVAL 1 HOUR
"""


@pytest.mark.parametrize(
    ("mutant", "at", "reason"),
    [(f"{LATE}:comparison-1:>=", "day 4 15:00", "VALID"), (f"{LATE}:comparison-1:+1-second", "day 4 15:00:01", LATE)],
)
def test_a_scenario_is_proposed_at_the_length_of_time_that_a_rule_names(
    mutant: str, at: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "lenient.yaml"
    path.write_text(LENIENT, encoding="utf-8")
    (broken,) = (each for each in mutants_of(str(path)) if each.name == mutant)
    text = propose.propose(str(path), broken)
    assert text is not None
    assert f"  - parcel: box\n    confirm: {{at: {at}}}\n" in text
    assert f"reason: {reason}}}" in text


def test_a_problem_of_a_file_stays_whole_on_its_way_between_processes() -> None:
    error = ScenarioFileError([Problem("a.yaml", 2, 3, "not so"), Problem("a.yaml", 1, 1, "nor so")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301 (our own)
    assert str(pickle.loads(pickle.dumps(error))) == "a.yaml:1:1: nor so\na.yaml:2:3: not so"  # noqa: S301 (our own)
