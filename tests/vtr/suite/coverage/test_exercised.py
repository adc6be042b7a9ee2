from collections.abc import Callable
from pathlib import Path

import pytest
from covered_suite import EMPTY_JUDGE, LINES, OF_ABROAD, OF_LATE, met, results_in

from vtr.reference.errors import VtrError
from vtr.story.story import Story
from vtr.suite.coverage import exercised, items, report
from vtr.suite.results import Result


def test_rules_and_both_sides_are_covered_where_they_mattered(suite: Path, results: tuple[Result, ...]) -> None:
    found = report.measure(results)
    profile = {key for key in met(found) if key[1] == "tiny.yaml"}
    assert profile == OF_LATE | {key for key in OF_ABROAD if key[1] == "tiny.yaml"} | {
        (items.RULES, "tiny.yaml", "VALID"),
        (items.COMPARISONS, "tiny.yaml", "FIRST: seq = 1: true"),
        (items.COMPARISONS, "tiny.yaml", "LATE: submitted_at > delivered_at: false"),
        (items.CARRIER_NAMES, "tiny.yaml", "UPS"),
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
    assert (items.CARRIERS, "", "ups") in met(found)
    assert (items.INTERFACES, "ups", "track") in met(found)
    assert (items.FAULTS, "http", "rate_limited") not in met(found)
    codes = {key[1:] for key in met(found) if key[0] == items.CODES}
    assert ("ups", "M/MP") in codes  # a label is made
    assert {carrier for carrier, _ in codes} == {"ups"}
    by = {item.key: item.covered_by for item in found.items}
    assert by[items.RULES, "tiny.yaml", "LATE"] == ("cases/late.yaml: Late",)
    assert by[items.CARRIERS, "", "ups"] == ("cases/late.yaml: Late", "cases/valid.yaml: Valid")


def test_another_validator_and_two_workers_cover_the_same(suite: Path, results: tuple[Result, ...]) -> None:
    (suite / "empty_judge.py").write_text(EMPTY_JUDGE)
    others = results_in(workers="2", validator="python:empty_judge:judge")
    assert [result["outcome"] for result in others] == ["error", "failed", "failed"]
    # But for the interfaces: this one called none.
    called = {(items.INTERFACES, "ups", "token"), (items.INTERFACES, "ups", "track")}
    assert met(report.measure(others)) == met(report.measure(results)) - called
    by_story = [item for item in report.measure(results).items if item.key[0] != items.INTERFACES]
    assert [item for item in report.measure(others).items if item.key[0] != items.INTERFACES] == by_story


def test_what_the_reference_refuses_is_said_and_expected_conduct_is_covered_all_the_same(
    tell: Callable[..., tuple[Story, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise VtrError("no such thing")

    monkeypatch.setattr(exercised.rule_coverage, "coverage_of_request", refuse)
    expected = "{ups: {calls: {at_most: 4}, findings: []}}"
    (story,) = tell(f"scenario: S\nparcels: {{box: {{carrier: ups}}}}\nexpect: {{conduct: {expected}}}\n")
    found, problem = exercised.exercised_by(story, ())
    assert found == {"profile": "us-2019", "items": [["conduct", "", "calls"], ["conduct", "", "findings"]]}
    assert problem == "the reference validator cannot judge it, so coverage lacks it (no such thing)"
