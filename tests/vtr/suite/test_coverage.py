import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result as Ran
from typer.testing import CliRunner

from vtr.cli import app
from vtr.errors import ScenarioError
from vtr.reference.errors import VtrError
from vtr.story.story import Story
from vtr.suite import coverage
from vtr.suite.pytest_run import RunOptions, run
from vtr.suite.results import Result

# Three rules and their sides, counted by hand: two of ABROAD's first comparison, three of its second (one boundary),
# two of FIRST, four of LATE (one boundary, one NULL).
PROFILE = """\
profile: tiny
title: A policy of three rules
marketplace: US
zone: UTC
window_days: 30
lag_days: 14
target: 0.95
layout: us-2019
carriers: [{name: UPS, asks: ups}, {name: USPS, asks: usps}]
counting_classes: [scan]
switches: {prior_scans: ignore, inner_space: reject, full_width: reject, delivery_only: counts, column_e: number,
           target_met_at: equal}
rules:
  - {rule: ABROAD, stage: population, exempt: true, source: R18, grade: X, says: Cheap., right: no, wrong: yes,
     when: "ship_from <> 'US' AND total_price <= 5.00"}
  - {rule: FIRST, stage: submission, source: R10, grade: X, says: Only the first counts., right: no, wrong: yes,
     counts_when: seq = 1}
  - {rule: LATE, stage: evidence, source: R9, grade: X, says: Late., right: no, wrong: yes,
     when: submitted_at > delivered_at}
"""
LINES = {"ABROAD": 14, "FIRST": 16, "LATE": 18}

VALID = """\
scenario: Valid
profile: ../tiny.yaml
parcels: {box: {carrier: ups}}
expect: {rows: [{parcel: box, reason: VALID}]}
"""
LATE = """\
scenario: Late
profile: ../tiny.yaml
parcels: {box: {carrier: ups}}
orders: [{confirm: {at: "day 4 14:01"}}]
expect: {rows: [{parcel: box, reason: LATE}]}
"""
ABROAD = """\
scenario: Cheap from abroad
profile: ../tiny.yaml
parcels: {box: {carrier: ups}}
orders: [{price: 5.00 USD, ship_from: CN}]
faults: [{fault: lower_case}, {fault: rate_limited}]
expect: {rows: [{parcel: box, absent: true}]}
"""

# Reports nothing, and breaks down over an order from abroad.
EMPTY_JUDGE = """\
def judge(request):
    if request["orders"][0]["ship_from"] != "US":
        raise RuntimeError("out of paper")
    return []
"""

OF_LATE = {
    (coverage.RULES, "tiny.yaml", "LATE"),
    (coverage.COMPARISONS, "tiny.yaml", "LATE: submitted_at > delivered_at: true"),
}
OF_ABROAD = {
    (coverage.RULES, "tiny.yaml", "ABROAD"),
    (coverage.COMPARISONS, "tiny.yaml", "ABROAD: ship_from <> 'US': true"),
    (coverage.COMPARISONS, "tiny.yaml", "ABROAD: total_price <= 5.00: true"),
    (coverage.COMPARISONS, "tiny.yaml", "ABROAD: total_price <= 5.00: equal"),
    (coverage.FAULTS, "seller", "lower_case"),  # the other fault met no call: nobody is asked about an exempt order
}


def written_to(folder: Path) -> Path:
    (folder / "tiny.yaml").write_text(PROFILE)
    (folder / "cases").mkdir()
    for name, text in (("valid", VALID), ("late", LATE), ("abroad", ABROAD)):
        (folder / "cases" / f"{name}.yaml").write_text(text)
    return folder


def results_in(*, workers: str = "", validator: str = "vtr") -> tuple[Result, ...]:
    return run(RunOptions((Path("cases"),), validator, None, "us-2019", "", (), workers, coverage=True)).results


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_to(tmp_path_factory.mktemp("suite"))


@pytest.fixture(scope="module")
def results(folder: Path) -> tuple[Result, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return results_in()


@pytest.fixture
def suite(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory with the scenarios, to be left as it is."""
    monkeypatch.chdir(folder)
    return folder


def met(found: coverage.Coverage) -> set[coverage.Key]:
    return {item.key for item in found.items if item.covered_by}


def command(*arguments: str) -> Ran:
    return CliRunner().invoke(app, ["run", "cases", "--rows", "0", *arguments])


def test_rules_and_both_sides_are_covered_where_they_mattered(suite: Path, results: tuple[Result, ...]) -> None:
    found = coverage.of(results)
    profile = {key for key in met(found) if key[1] == "tiny.yaml"}
    assert profile == OF_LATE | {key for key in OF_ABROAD if key[1] == "tiny.yaml"} | {
        (coverage.RULES, "tiny.yaml", "VALID"),
        (coverage.COMPARISONS, "tiny.yaml", "FIRST: seq = 1: true"),
        (coverage.COMPARISONS, "tiny.yaml", "LATE: submitted_at > delivered_at: false"),
        (coverage.CARRIER_NAMES, "tiny.yaml", "UPS"),
    }
    # A domestic order of 25 dollars shows nothing of ABROAD: each of its comparisons hides behind the other.
    uncovered = {item.key[2]: item.where for item in found.items if item.key[1] == "tiny.yaml" and not item.covered_by}
    assert uncovered == {
        "FIRST": f"tiny.yaml:{LINES['FIRST']}",
        "ABROAD: ship_from <> 'US': false": f"tiny.yaml:{LINES['ABROAD']}",
        "ABROAD: total_price <= 5.00: false": f"tiny.yaml:{LINES['ABROAD']}",
        "FIRST: seq = 1: false": f"tiny.yaml:{LINES['FIRST']}",
        "LATE: submitted_at > delivered_at: NULL": f"tiny.yaml:{LINES['LATE']}",
        "LATE: submitted_at > delivered_at: equal": f"tiny.yaml:{LINES['LATE']}",
        "USPS": "",
    }
    assert (coverage.CARRIERS, "", "ups") in met(found)
    assert (coverage.INTERFACES, "ups", "track") in met(found)
    assert (coverage.FAULTS, "http", "rate_limited") not in met(found)
    codes = {key[1:] for key in met(found) if key[0] == coverage.CODES}
    assert ("ups", "M/MP") in codes  # a label is made
    assert {carrier for carrier, _ in codes} == {"ups"}
    by = {item.key: item.covered_by for item in found.items}
    assert by[coverage.RULES, "tiny.yaml", "LATE"] == ("cases/late.yaml: Late",)
    assert by[coverage.CARRIERS, "", "ups"] == ("cases/late.yaml: Late", "cases/valid.yaml: Valid")


def test_another_validator_and_two_workers_cover_the_same(suite: Path, results: tuple[Result, ...]) -> None:
    (suite / "empty_judge.py").write_text(EMPTY_JUDGE)
    others = results_in(workers="2", validator="python:empty_judge:judge")
    assert [result["outcome"] for result in others] == ["error", "failed", "failed"]
    # But for the interfaces: this one called none.
    called = {(coverage.INTERFACES, "ups", "token"), (coverage.INTERFACES, "ups", "track")}
    assert met(coverage.of(others)) == met(coverage.of(results)) - called
    by_story = [item for item in coverage.of(results).items if item.key[0] != coverage.INTERFACES]
    assert [item for item in coverage.of(others).items if item.key[0] != coverage.INTERFACES] == by_story


@pytest.mark.parametrize(("deleted", "items"), [("Late", OF_LATE), ("Cheap from abroad", OF_ABROAD)])
def test_a_scenario_that_is_gone_names_exactly_what_it_leaves_uncovered(
    suite: Path, results: tuple[Result, ...], deleted: str, items: set[coverage.Key]
) -> None:
    (suite / "before.json").write_text(coverage.as_text(coverage.of(results)))
    earlier = coverage.read_earlier(suite / "before.json")
    left = [result for result in results if result["scenario"] != deleted]
    found = coverage.of(left, earlier=earlier)
    assert found.lost is not None
    assert {each.key for each in found.lost} == items
    assert {name.partition(": ")[2] for each in found.lost for name in each.was_covered_by} == {deleted}
    assert not found.enough
    assert coverage.of(results, earlier=earlier).enough


def test_a_profile_that_no_scenario_uses_any_more_is_lost_and_a_rule_that_is_no_more_is_not(
    suite: Path, results: tuple[Result, ...]
) -> None:
    gone = (coverage.RULES, "tiny.yaml", "DROPPED")
    other = (coverage.RULES, "other.yaml", "LATE")
    found = coverage.of(results, earlier={gone: ("a: A",), other: ("b: B",)})
    assert [(each.key, each.where) for each in found.lost or ()] == [(other, "no scenario uses this profile now")]


def test_the_minimum_is_of_rules_and_comparisons_or_of_one_kind(suite: Path, results: tuple[Result, ...]) -> None:
    # Rules: 3 of 4. Comparisons: 6 of 11. Together 9 of 15, which is 60 %.
    short = {
        text: coverage.of(results, [coverage.minimum(text)]).short
        for text in ("60", "60.1", "rules=75", "comparisons=55", "carrier-names=50", "carriers=21")
    }
    assert short == {
        "60": (),
        "60.1": ("rules and comparisons: 9 of 15 covered, 60.0 %; at least 60.1 % was asked for",),
        "rules=75": (),
        "comparisons=55": ("comparisons: 6 of 11 covered, 54.5 %; at least 55 % was asked for",),
        "carrier-names=50": (),
        "carriers=21": ("carriers: 1 of 5 covered, 20.0 %; at least 21 % was asked for",),
    }


def test_the_command_prints_writes_compares_and_exits_1_when_something_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    enough = command("--coverage-out", "before.json", "--coverage-min", "60")
    assert enough.exit_code == 0
    assert "rules of tiny.yaml          3        4    75.0\n" in enough.stderr
    assert "comparisons of tiny.yaml    6        11   54.5\n" in enough.stderr
    assert f"not covered, rules of tiny.yaml:\n  tiny.yaml:{LINES['FIRST']}: FIRST\n" in enough.stderr
    assert f"  tiny.yaml:{LINES['LATE']}: LATE: submitted_at > delivered_at: NULL, equal\n" in enough.stderr
    (tmp_path / "cases" / "late.yaml").unlink()
    less = command("--coverage-against", "before.json", "--coverage-min", "60", "--format", "json")
    assert less.exit_code == 1
    told = json.loads(less.stdout)["coverage"]
    assert {(each["kind"], each["of"], each["name"]) for each in told["lost"]} == OF_LATE
    assert told["short"] == ["rules and comparisons: 7 of 15 covered, 46.6 %; at least 60 % was asked for"]
    assert (
        f"no longer covered: 2\n  tiny.yaml:{LINES['LATE']}: rules of tiny.yaml: LATE\n"
        "      was covered by cases/late.yaml: Late\n"
    ) in less.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--coverage-min", "many"), "--coverage-min 'many': 'many' is no percentage; give a number from 0 to 100"),
        (("--coverage-min", "101"), "--coverage-min '101': '101' is no percentage"),
        (
            ("--coverage-min", "rule=5"),
            "'rule' is no kind; the kinds are: rules, comparisons, carrier-names, scan-codes",
        ),
        (("--coverage-against", "gone.json"), "gone.json: cannot be read: No such file or directory"),
        (("--coverage-against", "tiny.yaml"), "tiny.yaml: is not JSON"),
        (("--coverage-against", "deep.json"), "deep.json: is not JSON"),
        (("--coverage-against", "a.json"), "a.json: holds no coverage; give a file that --coverage-out wrote"),
        (("--coverage-against", "a.json", "--coverage-out", "a.json"), "would overwrite what is compared with"),
    ],
)
def test_misuse_is_told_before_anything_runs(suite: Path, arguments: tuple[str, ...], words: str) -> None:
    (suite / "a.json").write_text('{"items": [{}]}')
    (suite / "deep.json").write_text("[" * 100_000)
    ran = command(*arguments)
    assert isinstance(ran.exception, ScenarioError)
    assert words in str(ran.exception)


def test_what_the_reference_refuses_is_said_and_expected_conduct_is_covered_all_the_same(
    tell: Callable[..., tuple[Story, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise VtrError("no such thing")

    monkeypatch.setattr(coverage.rule_coverage, "exercised_by", refuse)
    expected = "{ups: {calls: {at_most: 4}, findings: []}}"
    (story,) = tell(f"scenario: S\nparcels: {{box: {{carrier: ups}}}}\nexpect: {{conduct: {expected}}}\n")
    exercised, problem = coverage.exercised_by(story, ())
    assert exercised == {"profile": "us-2019", "items": [["conduct", "", "calls"], ["conduct", "", "findings"]]}
    assert problem == "the reference validator cannot judge it, so coverage lacks it (no such thing)"
