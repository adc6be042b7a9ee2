from pathlib import Path

import pytest
from covered_suite import OF_ABROAD, OF_LATE

from vtr.suite.coverage import items, report, text
from vtr.suite.results import Result


@pytest.mark.parametrize(("deleted", "lost"), [("Late", OF_LATE), ("Cheap from abroad", OF_ABROAD)])
def test_a_scenario_that_is_gone_names_exactly_what_it_leaves_uncovered(
    suite: Path, results: tuple[Result, ...], deleted: str, lost: set[items.Key]
) -> None:
    (suite / "before.json").write_text(text.as_text(report.measure(results)))
    earlier = text.read_earlier(suite / "before.json")
    left = [result for result in results if result["scenario"] != deleted]
    found = report.measure(left, earlier=earlier)
    assert found.lost is not None
    assert {each.key for each in found.lost} == lost
    assert {name.partition(": ")[2] for each in found.lost for name in each.was_covered_by} == {deleted}
    assert not found.is_enough
    assert report.measure(results, earlier=earlier).is_enough


def test_a_profile_that_no_scenario_uses_any_more_is_lost_and_a_rule_that_is_no_more_is_not(
    suite: Path, results: tuple[Result, ...]
) -> None:
    gone = (items.RULES, "tiny.yaml", "DROPPED")
    other = (items.RULES, "other.yaml", "LATE")
    found = report.measure(results, earlier={gone: ("a: A",), other: ("b: B",)})
    assert [(each.key, each.where) for each in found.lost or ()] == [(other, "no scenario uses this profile now")]


def test_the_minimum_is_of_rules_and_comparisons_or_of_one_kind(suite: Path, results: tuple[Result, ...]) -> None:
    # Rules: 3 of 4. Comparisons: 6 of 11. Together 9 of 15, which is 60 %.
    short = {
        minimum: report.measure(results, [report.parse_minimum(minimum)]).short
        for minimum in ("60", "60.1", "rules=75", "comparisons=55", "carrier-names=50", "carriers=21")
    }
    assert short == {
        "60": (),
        "60.1": ("rules and comparisons: 9 of 15 covered, 60.0 %; at least 60.1 % was asked for",),
        "rules=75": (),
        "comparisons=55": ("comparisons: 6 of 11 covered, 54.5 %; at least 55 % was asked for",),
        "carrier-names=50": (),
        "carriers=21": ("carriers: 1 of 5 covered, 20.0 %; at least 21 % was asked for",),
    }
