"""A profile that stands on another one says only what it changes; every mistake in it is told where it stands."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vtr.reference.checking import engine_for
from vtr.reference.errors import ProfileError
from vtr.reference.rules.profile_files import BASES_LIMIT, SIZE_LIMIT_BYTES
from vtr.reference.rules.profile_reader import Profile, load_profile, profile_text, read_profile

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a profile called mine, on us-2019 unless the text says otherwise, and gives its path."""

    def written(text: str, name: str = "mine.yaml") -> Path:
        path = tmp_path / name
        head = "profile: mine\n" + ("" if "extends:" in text else "extends: us-2019\n")
        path.write_text(head + text, encoding="utf-8")
        return path

    return written


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


def test_what_a_profile_does_not_say_is_its_bases(write: Write) -> None:
    mine, base = load_profile(write("lag_days: 10\n")), load_profile("us-2019")
    assert (mine.name, mine.lag_days, mine.window_days, mine.target) == ("mine", 10, 30, Decimal("0.95"))
    assert (mine.rules, mine.carriers, mine.switches) == (base.rules, base.carriers, base.switches)
    assert mine.extends == ("vtr/profiles/us-2019.yaml",)


def test_switches_are_changed_one_by_one(write: Write) -> None:
    mine = load_profile(write("switches: {inner_space: strip}\n"))
    assert mine.switches.chosen() == load_profile("us-2019").switches.chosen() | {"inner_space": "strip"}


def test_carriers_are_added_at_the_end_and_removed_by_name(write: Write) -> None:
    mine = load_profile(write("carriers: {add: [{name: Yanwen, asks: null}], remove: [OnTrac]}\n"))
    before = [carrier.name for carrier in load_profile("us-2019").carriers]
    assert [carrier.name for carrier in mine.carriers] == [*(name for name in before if name != "OnTrac"), "Yanwen"]


def test_a_list_of_carriers_takes_the_place_of_the_bases(write: Write) -> None:
    mine = load_profile(write("carriers: [{name: Yanwen, asks: null}]\n"))
    assert [carrier.name for carrier in mine.carriers] == ["Yanwen"]


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


def test_a_grade_that_is_written_stands(write: Write) -> None:
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
def test_a_new_rule_stands_where_it_says(write: Write, place: str, neighbours: list[str]) -> None:
    mine = names(load_profile(write(f"rules:\n  - {place}{NEW_RULE}")))
    around = mine.index("TOO_SLOW")
    assert mine[around - 1 : around + 2] == neighbours


def test_a_new_rule_can_stand_beside_a_new_rule(write: Write) -> None:
    second = NEW_RULE.replace("TOO_SLOW", "SLOWER_STILL").replace("5 DAY", "9 DAY")
    mine = names(load_profile(write(f"rules:\n  - after: NO_SCAN{NEW_RULE}  - before: TOO_SLOW{second}")))
    assert mine[mine.index("NO_SCAN") :][:3] == ["NO_SCAN", "SLOWER_STILL", "TOO_SLOW"]


def test_classes_of_codes_are_added_to_the_bases_and_replace_them(write: Write) -> None:
    write("scan_classes: {usps/A1: scan, fedex/AE: inferred}\n", "base.yaml")
    mine = load_profile(write("extends: base.yaml\nscan_classes: {usps/A1: none, ups/I/OC: scan}\n"))
    assert {chosen.key: chosen.scan_class for chosen in mine.scan_classes} == {
        "usps/A1": "none",
        "fedex/AE": "inferred",
        "ups/I/OC": "scan",
    }


def test_where_a_setting_was_written_is_known(write: Write) -> None:
    mine = load_profile(write("lag_days: 10\nswitches: {inner_space: strip}\nscan_classes: {usps/A1: scan}\n"))
    assert mine.written_at["lag_days"] == f"{mine.origin}:3"
    assert mine.written_at["switches.inner_space"] == f"{mine.origin}:4"
    assert mine.written_at["scan_classes.usps/A1"] == f"{mine.origin}:5"
    assert mine.written_at["window_days"].startswith("vtr/profiles/us-2019.yaml:")
    assert mine.written_at["switches.prior_scans"].startswith("vtr/profiles/us-2019.yaml:")


def test_profiles_stand_on_each_other(write: Write, tmp_path: Path) -> None:
    write("lag_days: 10\nrules:\n  - change: NO_SCAN\n    says: First.\n", "base.yaml")
    mine = load_profile(write("extends: base.yaml\nrules:\n  - change: NO_SCAN\n    wrong: nothing\n"))
    assert mine.extends == (str(tmp_path / "base.yaml"), "vtr/profiles/us-2019.yaml")
    rule = next(rule for rule in mine.rules if rule.name == "NO_SCAN")
    assert (mine.lag_days, rule.says, rule.wrong) == (10, "First.", "nothing")
    assert rule.changes == (f"{tmp_path / 'base.yaml'}:5", f"{tmp_path / 'mine.yaml'}:4")


def test_an_engine_is_made_anew_when_a_base_was_edited(write: Write) -> None:
    write("lag_days: 10\n", "base.yaml")
    mine = write("extends: base.yaml\n")
    assert engine_for(mine) is engine_for(mine)
    write("lag_days: 11\n", "base.yaml")
    assert engine_for(mine).profile.lag_days == 11


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
def test_a_mistake_is_told_with_line_and_column(write: Write, text: str, complaint: str) -> None:
    path = write(text)
    with pytest.raises(ProfileError) as told:
        load_profile(path)
    assert complaint in str(told.value)
    assert str(told.value).startswith(f"{path}:")


def test_a_mistake_in_a_base_is_told_in_the_base(write: Write, tmp_path: Path) -> None:
    write("lag_days: ten\n", "base.yaml")
    with pytest.raises(ProfileError, match=r"base\.yaml:3:1: 'lag_days' is 'ten'"):
        load_profile(write("extends: base.yaml\n"))


def test_a_circle_is_told_with_its_files(write: Write, tmp_path: Path) -> None:
    write("extends: second.yaml\n", "first.yaml")
    write("extends: first.yaml\n", "second.yaml")
    with pytest.raises(ProfileError, match=r"second\.yaml:2:10: a profile cannot extend itself: .*first\.yaml -> "):
        load_profile(tmp_path / "first.yaml")


def test_a_link_out_of_the_folder_is_no_base(write: Write, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    write("lag_days: 10\n", "outside.yaml")
    (tmp_path / "inside" / "base.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(ProfileError, match=r"'base\.yaml' is not a \.yaml file in the folder of this profile"):
        load_profile(write("extends: base.yaml\n", "inside/mine.yaml"))


def test_a_long_chain_is_refused(write: Write, tmp_path: Path) -> None:
    for place in range(BASES_LIMIT + 2):
        write(f"extends: p{place + 1}.yaml\n", f"p{place}.yaml")
    with pytest.raises(ProfileError, match=f"more than {BASES_LIMIT} profiles extend each other"):
        load_profile(tmp_path / "p0.yaml")


def test_inherited_grade_needs_a_base(changed_profile: Callable[..., Profile]) -> None:
    with pytest.raises(ProfileError, match="'inherited_grade' is for a profile with 'extends'"):
        changed_profile({"lag_days: 14": "inherited_grade: I\nlag_days: 14"})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title: &a x\n", "3:8: anchors and aliases are not available"),
        ("title: !x y\n", "3:8: the tag !x is not available"),
        ("title: " + "[" * 40 + "]" * 40 + "\n", "3:17: nested more than 10 deep; no profile needs that"),
        ("title: " + "[" * 40_000 + "\n", "nested more than 10 deep; no profile needs that"),
        ("title:\n  " + "- " * 40_000 + "\n", "nested more than 10 deep; no profile needs that"),
        ("---\nprofile: other\n", "3:1: a second document begins here; a profile is one"),
    ],
)
def test_what_a_profile_has_no_use_for_is_refused(write: Write, text: str, complaint: str) -> None:
    with pytest.raises(ProfileError) as told:
        load_profile(write(text))
    assert complaint in str(told.value)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"# " + b"x" * SIZE_LIMIT_BYTES)
    with pytest.raises(ProfileError, match=f"mine.yaml: more than {SIZE_LIMIT_BYTES} bytes"):
        load_profile(path)


DAMAGE = (
    *("{", "}", "[", "]", ": ", "- ", "\n", "  ", "'", '"', "&a ", "*a ", "!!x ", "null", "1", "~", "|", "#", "---\n"),
    *("\x00", "\ud800", "\u2028", "\t", "\ufeff", "extends: us-2019\n", "change: ", "drop: ", "before: ", "when: "),
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(["us-2019", "us-2025", "jp-2022"]),
    places=st.lists(
        st.tuples(st.integers(0, 12_000), st.integers(0, 40), st.sampled_from(DAMAGE)), min_size=1, max_size=3
    ),
)
def test_whatever_is_damaged_in_a_profile_is_no_more_than_a_message(
    name: str, places: list[tuple[int, int, str]]
) -> None:
    text, _ = profile_text(name)
    for place, length, put in places:
        at = place % len(text)
        text = text[:at] + put + text[at + length :]
    try:
        assert read_profile(text, "p.yaml").rules
    except ProfileError as told:
        assert "p.yaml" in str(told) or "no profile is called" in str(told)  # noqa: PT017 (either way is right)


def test_a_profile_of_thousands_of_rules_is_refused(write: Write) -> None:
    rules = "".join(f"  - after: NO_SCAN{NEW_RULE.replace('TOO_SLOW', f'RULE_{place}')}" for place in range(200))
    with pytest.raises(ProfileError, match="218 rules; a profile has at most 200"):
        load_profile(write(f"rules:\n{rules}"))
