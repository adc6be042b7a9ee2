"""How two profiles differ, on which lines; and a change applied to the other profile."""

from pathlib import Path

import pytest

from vtr.reference.rules.profile_reader import load_profile, profile_text
from vtr.rule_changes.compare.profile_diff import apply_changes, diff_profiles

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


def test_every_change_has_its_line_and_other_texts_are_no_changes(head: Path) -> None:
    found = diff_profiles(load_profile("us-2019"), load_profile(head), ("us-2019", head))
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


def test_all_changes_applied_turn_one_profile_into_the_other(head: Path) -> None:
    before, after = load_profile("us-2019"), load_profile(head)
    found = diff_profiles(before, after, ("us-2019", head))
    for onto, source in ((before, after), (after, before)):
        made = apply_changes(onto, found, source)
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
    (change,) = diff_profiles(before, after, ("us-2019", head))
    assert (change.kind, change.what) == ("moved", "order of rules")
    assert change.head is not None
    assert change.head.text.startswith("NUMBER_UNKNOWN, CARRIER_MISMATCH, NO_SCAN")
    assert [rule.name for rule in apply_changes(before, [change], after).rules] == [rule.name for rule in after.rules]
