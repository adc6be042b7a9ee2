"""A profile that extends another one edits its rules; every mistake is reported with its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vtr.reference.errors import ProfileError
from vtr.reference.rules.profile_reader import Profile, load_profile

Write = Callable[..., Path]


def names(profile: Profile) -> list[str]:
    return [rule.name for rule in profile.rules]


NEW_RULE = """
    rule: TOO_SLOW
    stage: evidence
    source: our contract
    grade: X
    says: The first scan comes more than 5 days after the order.
    right: ordered on the 2nd, first scan on the 7th
    wrong: ordered on the 2nd, first scan on the 8th
    when: first_scan_at > placed_at + INTERVAL 5 DAY
"""


def test_a_changed_rule_keeps_its_place_and_what_is_not_changed(write: Write) -> None:
    mine = load_profile(write("rules:\n  - change: NO_SCAN\n    when: physical_scans < 2\n"))
    base = load_profile("us-2019")
    assert names(mine) == names(base)
    changed = next(rule for rule in mine.rules if rule.name == "NO_SCAN")
    assert (changed.condition.text, changed.source) == ("physical_scans < 2", "R5, R14")
    assert changed.changes == (f"{mine.origin}:4",)


def test_a_condition_of_ones_own_is_no_longer_amazons_word(write: Write) -> None:
    edits = (
        "rules:\n  - change: NO_SCAN\n    when: physical_scans < 2\n  - change: NUMBER_UNKNOWN\n    says: Unknown.\n"
    )
    grades = {rule.name: rule.grade for rule in load_profile(write(edits)).rules}
    assert (grades["NO_SCAN"], grades["NUMBER_UNKNOWN"]) == ("X", "A")


def test_a_grade_that_is_written_is_kept(write: Write) -> None:
    mine = load_profile(write("rules:\n  - change: NO_SCAN\n    when: physical_scans < 2\n    grade: C\n"))
    assert {rule.name: rule.grade for rule in mine.rules}["NO_SCAN"] == "C"


def test_rules_taken_over_can_be_made_less_sure_and_never_surer(write: Write) -> None:
    grades = {rule.name: rule.grade for rule in load_profile(write("inherited_grade: I\n")).rules}
    assert (grades["NO_SCAN"], grades["EDIT_BEFORE_DELIVERY"], grades["NOT_YET_REFLECTED"]) == ("I", "I", "X")


def test_a_dropped_rule_is_gone(write: Write) -> None:
    mine = load_profile(write("rules:\n  - drop: EXEMPT_FREIGHT\n"))
    assert [name for name in names(load_profile("us-2019")) if name not in names(mine)] == ["EXEMPT_FREIGHT"]


@pytest.mark.parametrize(
    ("place", "neighbours"),
    [
        ("before: NO_SCAN", ["NUMBER_UNKNOWN", "TOO_SLOW", "NO_SCAN"]),
        ("after: NO_SCAN", ["NO_SCAN", "TOO_SLOW", "UPLOADED_AFTER_DELIVERY"]),
    ],
)
def test_a_new_rule_is_put_where_it_says(write: Write, place: str, neighbours: list[str]) -> None:
    mine = names(load_profile(write(f"rules:\n  - {place}{NEW_RULE}")))
    around = mine.index("TOO_SLOW")
    assert mine[around - 1 : around + 2] == neighbours


def test_a_new_rule_can_be_put_next_to_a_new_rule(write: Write) -> None:
    second = NEW_RULE.replace("TOO_SLOW", "SLOWER_STILL").replace("5 DAY", "9 DAY")
    mine = names(load_profile(write(f"rules:\n  - after: NO_SCAN{NEW_RULE}  - before: TOO_SLOW{second}")))
    assert mine[mine.index("NO_SCAN") :][:3] == ["NO_SCAN", "SLOWER_STILL", "TOO_SLOW"]


def test_the_mistakes_of_a_profile_and_of_its_base_are_listed_together(write: Write) -> None:
    base_rule = NEW_RULE.replace("first_scan_at", "first_scan")
    write(f"lag_days: ten\nrules:\n  - after: NO_SCAN{base_rule}", "base.yaml")
    edits = "  - change: TOO_SLOW\n    says: Slow.\n  - drop: NO_SCANS\n    when: TRUE\n"
    with pytest.raises(ProfileError) as raised:
        load_profile(write(f"extends: base.yaml\ntarget: 95\nrules:\n{edits}"))
    messages = [message.rpartition("/")[2].partition(";")[0] for message in str(raised.value).splitlines()]
    assert [message.split(",")[0] for message in messages] == [
        "mine.yaml:3:1: 'target' is '95'",
        "mine.yaml:8:5: unknown key 'when'",
        "base.yaml:3:1: 'lag_days' is 'ten'",
        "base.yaml:13:5: TOO_SLOW: unknown column 'first_scan' in the evidence stage",
    ]


def test_a_new_rule_that_cannot_be_read_is_not_missed_by_a_later_edit(write: Write) -> None:
    broken, beside = NEW_RULE.replace("grade: X", "grade: Z"), NEW_RULE.replace("TOO_SLOW", "SLOWER_STILL")
    with pytest.raises(ProfileError) as raised:
        load_profile(write(f"rules:\n  - after: NO_SCAN{broken}  - before: TOO_SLOW{beside}"))
    assert str(raised.value).partition("mine.yaml:")[2] == "8:5: 'grade' is 'Z', but must be one of: A, B, C, D, I, X"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("extends: us-2018\n", "2:10: no profile is called 'us-2018'; did you mean 'us-2019'?"),
        ("extends: us2019.yaml\n", "2:10: "),
        ("extends: [us-2019]\n", "2:10: 'extends' is the name of a profile, one of: jp-2022, "),
        ("extends: /etc/passwd\n", "2:10: '/etc/passwd' is not a .yaml file in the folder of this profile or below"),
        ("extends: ../mine.yaml\n", "2:10: '../mine.yaml' is not a .yaml file in the folder of this profile or below"),
        ("extends: mine.yaml\n", "2:10: a profile cannot extend itself: "),
        ("extends: us-2019\nextends: us-2019\n", "3:1: the key 'extends' is repeated"),
        ("lag_day: 10\n", "3:1: unknown key 'lag_day'; did you mean 'lag_days'?"),
        ("switches: {inner_spac: strip}\n", "3:12: unknown key 'inner_spac'; did you mean 'inner_space'?"),
        ("switches: {inner_space: stripp}\n", "must be one of: reject, strip; did you mean 'strip'?"),
        ("carriers: {}\n", "3:1: 'carriers' is a list, or a mapping with 'add' or 'remove'"),
        ("carriers: {remove: [Ontrac]}\n", "3:21: no carrier 'Ontrac' to remove; did you mean 'OnTrac'?"),
        ("carriers: {add: [{name: UPS, asks: ups}]}\n", "3:18: 'UPS' is repeated among the carriers"),
        ("carriers: {ad: []}\n", "3:12: unknown key 'ad'; did you mean 'add'?"),
        ("inherited_grade: E\n", "3:1: 'inherited_grade' is 'E', but must be one of: A, B, C, D, I, X"),
        ("scan_classes: {usps/A9: scan}\n", "3:16: the table of usps (vtr/scan_codes/usps.yaml) has no code 'A9'"),
        (
            "scan_classes: {usp/A1: scan}\n",
            "3:16: 'usp/A1' is not a code; write carrier/code, as usps/A1; the carriers",
        ),
        ("scan_classes: {A1: scan}\n", "3:16: 'A1' is not a code; write carrier/code"),
        (
            "scan_classes: {usps/A1: scans}\n",
            "3:25: the class of usps/A1 is 'scans', but must be one of: scan, partner",
        ),
        ("scan_classes: {usps/A1: cancels}\n", "3:25: the class of usps/A1 is 'cancels', but must be one of: scan"),
        ("scan_classes: {usps/A1: scan, usps/A1: none}\n", "3:31: the code 'usps/A1' is repeated"),
        ("scan_classes: []\n", "3:1: 'scan_classes' is a mapping of codes to classes"),
        ("rules: []\n", "3:1: 'rules' is a list with at least one entry"),
        ("rules: [NO_SCAN]\n", "3:9: a rule here is one of: change: NAME, drop: NAME, before: NAME, after: NAME"),
        ("rules:\n  - drop: NOSCAN\n", "4:11: no rule 'NOSCAN' to drop; did you mean 'NO_SCAN'?"),
        ("rules:\n  - chnge: NO_SCAN\n", "4:5: unknown key 'chnge'; did you mean 'change'?"),
        ("rules:\n  - change: NO_SCAN\n", "4:5: say what changes of 'NO_SCAN': one of exempt, source, grade"),
        ("rules:\n  - change: NO_SCAN\n    whn: 'true'\n", "5:5: unknown key 'whn'; did you mean 'when'?"),
        ("rules:\n  - change: NO_SCAN\n    rule: X\n", "5:5: unknown key 'rule'"),
        ("rules:\n  - change: NO_SCAN\n    when: physical_scan = 0\n", "5:5: NO_SCAN: unknown column 'physical_scan'"),
        ("rules:\n  - change: NO_SCAN\n    when: seq\n", "5:5: NO_SCAN: the condition gives a number"),
        (
            "rules:\n  - change: NO_SCAN\n    counts_when: 'true'\n",
            "4:5: the condition of a evidence rule is written under",
        ),
        ("rules:\n  - change: NO_SCAN\n    exempt: true\n", "5:5: only a rule of the population stage can be exempt"),
        ("rules:\n  - drop: NO_SCAN\n    when: 'true'\n", "5:5: unknown key 'when'"),
        ("rules:\n  - drop: NO_SCAN\n  - drop: NO_SCAN\n", "5:11: no rule 'NO_SCAN' to drop"),
        (
            "rules:\n  - change: NO_SCAN\n    says: a\n  - change: NO_SCAN\n    says: b\n",
            "6:13: 'NO_SCAN' is changed or dropped a second time; merge the edits",
        ),
        ("rules:\n  - change: NO_SCAN\n    drop: NO_SCAN\n", "4:5: a rule here is one of: change: NAME"),
        (f"rules:\n  -{NEW_RULE[4:]}", "4:5: a rule here is one of: change: NAME, drop: NAME, before: NAME"),
        (
            f"rules:\n  - before: BEFORE_WINDOW{NEW_RULE}",
            "4:13: 'BEFORE_WINDOW' is a rule of the population stage, 'TOO_SLOW' of the evidence stage; name a rule of",
        ),
        (
            f"rules:\n  - before: NO_SCAN{NEW_RULE.replace('TOO_SLOW', 'NUMBER_UNKNOWN')}",
            "5:11: there is a rule 'NUMBER_UNKNOWN'; change it, or choose another name",
        ),
    ],
)
def test_a_mistake_is_reported_with_line_and_column(write: Write, text: str, complaint: str) -> None:
    path = write(text)
    with pytest.raises(ProfileError) as raised:
        load_profile(path)
    assert complaint in str(raised.value)
    assert str(raised.value).startswith(f"{path}:")


def test_a_profile_of_thousands_of_rules_is_refused(write: Write) -> None:
    rules = "".join(f"  - after: NO_SCAN{NEW_RULE.replace('TOO_SLOW', f'RULE_{place}')}" for place in range(200))
    with pytest.raises(ProfileError, match="218 rules; a profile has at most 200"):
        load_profile(write(f"rules:\n{rules}"))
