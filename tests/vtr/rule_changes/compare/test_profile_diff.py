"""How two profiles differ, in which lines; and a change carried from one to the other."""

from pathlib import Path

import pytest

from vtr.reference.rules.profile_reader import load_profile, profile_text
from vtr.rule_changes.compare.budget import Budget
from vtr.rule_changes.compare.findings import CompareResult, Counts, RatePair
from vtr.rule_changes.compare.profile_diff import carried, changes

HEAD = """\
profile: mine
extends: us-2019
window_days: 7
target: 0.99
carriers:
  remove: [OnTrac]
  add:
    - {name: Yun Express, asks: null}
switches:
  delivery_only: none
scan_classes: {usps/A1: scan}
rules:
  - change: EXEMPT_FREIGHT
    exempt: false
  - change: INVALID_ID_CHARS
    when: >-
      NOT regexp_matches(tracking_text, '^[A-Za-z0-9]+$')
      AND NOT (carrier_code = 'LaserShip' AND regexp_matches(tracking_text, '^1LS9[0-9]+-1$'))
  - change: NO_SCAN
    says: Other words.
  - drop: NUMBER_UNKNOWN
  - before: NO_SCAN
    rule: TWO_SCANS
    stage: evidence
    source: R5
    grade: X
    says: s
    right: r
    wrong: w
    when: physical_scans < 2
"""
FOUND = [
    ("changed", "rule", "EXEMPT_FREIGHT", 14),
    ("changed", "rule", "INVALID_ID_CHARS", 18),
    ("removed", "rule", "NUMBER_UNKNOWN", None),
    ("added", "rule", "TWO_SCANS", 30),
    ("removed", "carrier", "OnTrac", None),
    ("added", "carrier", "Yun Express", 8),
    ("changed", "window_days", "", 3),
    ("changed", "target", "", 4),
    ("changed", "switches.delivery_only", "", 10),
    ("added", "scan_classes.usps/A1", "", 11),
]


@pytest.fixture
def head(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD, encoding="utf-8")
    return path


def test_every_change_is_told_with_its_line_and_words_are_none(head: Path) -> None:
    found = changes(load_profile("us-2019"), load_profile(head), ("us-2019", head))
    assert [
        (
            each.kind,
            each.what,
            each.name,
            int(each.head.at.rpartition(":")[2]) if each.head and each.head.text else None,
        )
        for each in found
    ] == FOUND
    lines = profile_text("us-2019")[0].splitlines()
    for name, text in (("OnTrac", "{name: OnTrac, asks: null}"), ("NUMBER_UNKNOWN", "when: NOT number_known")):
        (change,) = (each for each in found if each.name == name)
        assert change.base is not None
        assert lines[int(change.base.at.rpartition(":")[2]) - 1].strip().removeprefix("- ") == text
    assert not any(each.can_flip for each in found if each.what == "target")


def test_all_changes_carried_make_the_one_profile_of_the_other(head: Path) -> None:
    before, after = load_profile("us-2019"), load_profile(head)
    found = changes(before, after, ("us-2019", head))
    for onto, source in ((before, after), (after, before)):
        made = carried(onto, found, source)
        assert [(rule.name, rule.condition.sql(), rule.exempt) for rule in made.rules] == [
            (rule.name, rule.condition.sql(), rule.exempt) for rule in source.rules
        ]
        assert sorted(made.carriers, key=str) == sorted(source.carriers, key=str)
        for name in ("switches", "scan_classes", "window_days", "target"):
            assert getattr(made, name) == getattr(source, name)


def test_another_order_of_rules_is_a_change(tmp_path: Path) -> None:
    text, _ = profile_text("us-2019")
    first, second = text.index("  - rule: CARRIER_MISMATCH"), text.index("  - rule: NUMBER_UNKNOWN")
    third = text.index("  - rule: NO_SCAN")
    head = tmp_path / "moved.yaml"
    head.write_text(text[:first] + text[second:third] + text[first:second] + text[third:], encoding="utf-8")
    before, after = load_profile("us-2019"), load_profile(head)
    (change,) = changes(before, after, ("us-2019", head))
    assert (change.kind, change.what) == ("moved", "order of rules")
    assert change.head is not None
    assert change.head.text.startswith("NUMBER_UNKNOWN, CARRIER_MISMATCH, NO_SCAN")
    assert [rule.name for rule in carried(before, [change], after).rules] == [rule.name for rule in after.rules]


@pytest.mark.parametrize(
    ("budget", "rates", "words"),
    [
        (Budget(), [(100, 0)], []),
        (Budget(max_flips=3), [(95, 90)], []),
        (Budget(max_flips=2), [(95, 90)], ["3 rows flipped, allowed are 2"]),
        (Budget(max_rate_change=5), [(95, 90)], []),
        (Budget(max_rate_change=5), [(90, 95)], []),
        (Budget(max_rate_change=4.9), [(95, 90)], ["the rate changes by -5.00 points, allowed are 4.9"]),
        (Budget(max_rate_change=99), [(95, None)], ["only one side has a rate, allowed is a change of 99 points"]),
        (Budget(max_rate_change=0), [(None, None)], []),
    ],
)
def test_budget(budget: Budget, rates: list[tuple[int | None, int | None]], words: list[str]) -> None:
    pairs = tuple(
        RatePair(None, *(Counts(100, 0, 0, 100 * (one is not None), one or 0) for one in two)) for two in rates
    )
    found = CompareResult(
        "a", "b", {}, "", 9, (), 3, 3, 0, (), pairs, (load_profile("us-2019").target,) * 2, 0, {}, tuple
    )  # fmt: skip
    assert [each.removeprefix("all categories: ") for each in budget.exceeded(found)] == words
