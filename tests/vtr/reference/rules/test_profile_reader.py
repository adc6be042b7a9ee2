"""Profiles: the bundled one says what the sources say; one that extends another changes only what it names.

All mistakes of a user are reported, each with its place.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vtr.reference.errors import ProfileError
from vtr.reference.rules.profile_reader import Profile, bundled_profiles, load_profile, profile_text, read_profile

Write = Callable[..., Path]


def test_us_2019_has_the_window_of_the_time() -> None:
    profile = load_profile("us-2019")
    assert (profile.window_days, profile.lag_days, profile.target) == (30, 14, Decimal("0.95"))
    assert (profile.marketplace, profile.zone.key) == ("US", "America/Los_Angeles")


def test_the_evidence_rules_are_in_the_order_of_decision() -> None:
    assert [rule.name for rule in load_profile("us-2019").rules_of("evidence")] == [
        "INVALID_ID_BLANK",
        "INVALID_ID_CHARS",
        "CARRIER_UNSUPPORTED",
        "CARRIER_MISMATCH",
        "NUMBER_UNKNOWN",
        "NO_SCAN",
        "UPLOADED_AFTER_DELIVERY",
    ]


def test_the_submission_rules_are_those_of_the_design() -> None:
    assert [(rule.source, rule.condition.text) for rule in load_profile("us-2019").rules_of("submission")] == [
        ("R10", "seq = 1 OR delivered_so_far IS NULL OR submitted_at < delivered_so_far"),
        ("R11", "submitted_at + INTERVAL 72 HOUR <= as_of"),
    ]


@pytest.mark.parametrize(
    ("client", "name"),
    [("ups", "UPS"), ("usps", "USPS"), ("fedex", "FedEx"), ("dhl", "DHL"), ("chinapost", "China Post")],
)
def test_a_perfect_order_spells_the_carrier_so(client: str, name: str) -> None:
    assert load_profile("us-2019").spelling[client] == name


def test_an_unknown_name_is_refused_with_the_bundled_ones() -> None:
    with pytest.raises(
        ProfileError, match=r"no profile is called 'us-2018'; did you mean 'us-2019'\?; bundled are: .*us-2019"
    ):
        load_profile("us-2018")


def test_every_bundled_profile_can_be_read() -> None:
    for name in bundled_profiles():
        assert load_profile(name).name == name


def test_a_users_file_is_read_by_its_path(tmp_path: Path) -> None:
    text, _ = profile_text("us-2019")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("profile: us-2019", "profile: mine"), encoding="utf-8")
    assert load_profile(str(path)).name == "mine"
    assert load_profile(path).origin == str(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"mine\.yaml: cannot be read: No such file"):
        load_profile(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    ("replaced", "complaint"),
    [
        ({"lag_days: 14": "lag_day: 14"}, "unknown key 'lag_day'; did you mean 'lag_days'?"),
        ({"lag_days: 14": "lag_days: two"}, "'lag_days' is 'two', but must be a whole number of days"),
        ({"window_days: 30": "window_days: 0"}, "'window_days' is '0', but must be a whole number of days, 1 to"),
        ({"target: 0.95": "target: 95"}, "'target' is '95', but must be a fraction above 0"),
        ({"target: 0.95": "target: .nan"}, "'target' is '.nan', but must be a fraction"),
        ({"zone: America/Los_Angeles": "zone: Los Angeles"}, "'Los Angeles' is not a time zone"),
        ({"prior_scans: ignore": "prior_scans: drop"}, "'prior_scans' is 'drop', but must be one of: ignore, count"),
        ({"layout: us-2019": "layout: us-2018"}, "'layout' is 'us-2018', but must be one of: us-2019"),
        ({"[scan]": "[scans]"}, "a counting class is one of: scan, partner"),
        ({"{name: UPS, asks: ups}": "{name: NO, asks: ups}"}, "'name' is 'NO', but must be text"),
        ({"{name: UPS, asks: ups}": "{name: UPS, asks: upss}"}, "'asks' is 'upss', but must be one of: ups, usps, "),
        (
            {"when: physical_scans = 0": "when: regexp_matches(carrier, '[')"},
            "NO_SCAN: '[' is not a regular expression: missing ]: [",
        ),
        ({"{name: UPSMI, asks: ups}": "{name: UPS, asks: ups}"}, "'UPS' is repeated among the carriers"),
        ({"rule: NO_SCAN": "rule: NUMBER_UNKNOWN"}, "'NUMBER_UNKNOWN' is repeated among the rules"),
        ({"rule: NO_SCAN": "rule: VALID"}, "'VALID' cannot be a rule's name"),
        ({"rule: NO_SCAN": "rule: no scan"}, "'no scan' cannot be a rule's name"),
        ({"when: physical_scans = 0": "when: physical_scan = 0"}, "NO_SCAN: unknown column 'physical_scan' in the"),
        ({"when: physical_scans = 0": "counts_when: physical_scans = 0"}, "a evidence rule is written under 'when'"),
        ({"when: physical_scans = 0": "when: 0"}, "'when' is '0', but must be an SQL condition"),
        ({"when: physical_scans = 0": "whn: physical_scans = 0"}, "unknown key 'whn'; did you mean 'when'?"),
        ({"switches:": "switches:\n  prior_scans: count"}, "the key 'prior_scans' is repeated"),
        ({"rules:": "rules: {}\nrule:"}, "unknown key 'rule'; did you mean 'rules'?"),
    ],
)
def test_a_mistake_is_reported(
    replaced: Mapping[str, str], complaint: str, changed_profile: Callable[..., Profile]
) -> None:
    with pytest.raises(ProfileError) as raised:
        changed_profile(replaced)
    assert complaint in str(raised.value)
    assert str(raised.value).startswith("vtr/profiles/us-2019.yaml:")


def test_all_mistakes_of_a_profile_are_listed_by_their_place() -> None:
    text, _ = profile_text("us-2019")
    for right, wrong in (
        ("lag_days: 14", "lag_dais: 14"),
        ("target: 0.95", "target: 95"),
        ("{name: UPSMI, asks: ups}", "{name: UPSMI, asks: upss}"),
        ("prior_scans: ignore", "prior_scans: drop"),
        ("when: physical_scans = 0", "when: physical_scan = 0"),
    ):
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    with pytest.raises(ProfileError) as raised:
        read_profile(text, "mine.yaml")
    messages = str(raised.value).splitlines()
    assert [message.partition(": ")[2].partition(";")[0] for message in messages] == [
        "unknown key 'lag_dais'",
        "'target' is '95', but must be a fraction above 0 and up to 1 with at most six decimals, as 0.95",
        "'asks' is 'upss', but must be one of: ups, usps, fedex, dhl, chinapost, or null",
        "'prior_scans' is 'drop', but must be one of: ignore, count",
        "NO_SCAN: unknown column 'physical_scan' in the evidence stage",
    ]
    places = [tuple(map(int, message.split(":")[1:3])) for message in messages]
    assert places == sorted(places)


def test_a_key_that_is_not_text_is_unknown() -> None:
    with pytest.raises(ProfileError) as raised:
        read_profile("? [a]\n: b", "p.yaml")
    assert "p.yaml:1:3: unknown key '?'" in str(raised.value)


def test_a_misspelt_key_is_one_message() -> None:
    text, _ = profile_text("us-2019")
    with pytest.raises(ProfileError) as raised:
        read_profile(text.replace("    source: R5, R14", "    sourc: R5, R14"), "mine.yaml")
    assert str(raised.value).count("\n") == 0
    assert str(raised.value).endswith("unknown key 'sourc'; did you mean 'source'?")


def test_thousands_of_mistakes_are_cut_to_a_hundred() -> None:
    with pytest.raises(ProfileError) as raised:
        read_profile("".join(f"key{number}: x\n" for number in range(5_000)), "mine.yaml")
    messages = str(raised.value).splitlines()
    assert len(messages) == 101
    assert messages[-1] == "mine.yaml: there may be more mistakes; reading ended after 100"


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("profile: mine\nextends: us-2019\nlag_days: 10\n", encoding="utf-8")
    assert load_profile(path) is load_profile(path)
    path.write_text("profile: mine\nextends: us-2019\nlag_days: 11\n", encoding="utf-8")
    assert load_profile(path).lag_days == 11


def test_a_mistake_in_a_condition_is_reported_with_its_line() -> None:
    text, _ = profile_text("us-2019")
    line = text.splitlines().index("    when: physical_scans = 0") + 1
    with pytest.raises(ProfileError) as raised:
        read_profile(text.replace("physical_scans = 0", "getenv('HOME') = 'x'"), "mine.yaml")
    assert str(raised.value).startswith(
        f"mine.yaml:{line}:5: NO_SCAN: 'GETENV('HOME')' is not available in a condition"
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "p.yaml:1:1: a profile is a mapping"),
        ("- a", "p.yaml:1:1: a profile is a mapping"),
        ("profile: [\n", "p.yaml:2:1: this is not YAML"),
        ("profile: x\ttab: y: z", "p.yaml:1:15: this is not YAML"),
        ("profile: x\n\tzone: UTC", "p.yaml:2:1: this is not YAML: there is a tab here; indent with spaces"),
        ("profile: x", "p.yaml:1:1: missing: title, marketplace"),
        (
            "!!python/object/apply:os.system ['true']",
            "p.yaml:1:1: the tag tag:yaml.org,2002:python/object/apply:os.system is not",
        ),
        ("profile: \ud800", "p.yaml: a profile is UTF-8 text, character 9 is not"),
        ('profile: "\\ud800"', "p.yaml:1:"),
        ("profile: \x00", "p.yaml: this is not YAML"),
    ],
)
def test_what_is_not_a_profile_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ProfileError) as raised:
        read_profile(text, "p.yaml")
    assert str(raised.value).startswith(complaint)


def test_four_carriers_of_us_2019_have_no_client() -> None:
    asks = {carrier.name: carrier.asks for carrier in load_profile("us-2019").carriers}
    assert [name for name, client in asks.items() if client is None] == [
        "OnTrac",
        "Newgistics",
        "Canada Post",
        "LaserShip",
    ]


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


def test_a_profile_may_extend_one_that_extends_another(write: Write, tmp_path: Path) -> None:
    write("lag_days: 10\nrules:\n  - change: NO_SCAN\n    says: First.\n", "base.yaml")
    mine = load_profile(write("extends: base.yaml\nrules:\n  - change: NO_SCAN\n    wrong: nothing\n"))
    assert mine.extends == (str(tmp_path / "base.yaml"), "vtr/profiles/us-2019.yaml")
    rule = next(rule for rule in mine.rules if rule.name == "NO_SCAN")
    assert (mine.lag_days, rule.says, rule.wrong) == (10, "First.", "nothing")
    assert rule.changes == (f"{tmp_path / 'base.yaml'}:5", f"{tmp_path / 'mine.yaml'}:4")


def test_a_mistake_in_a_base_is_reported_there(write: Write, tmp_path: Path) -> None:
    write("lag_days: ten\n", "base.yaml")
    with pytest.raises(ProfileError, match=r"base\.yaml:3:1: 'lag_days' is 'ten'"):
        load_profile(write("extends: base.yaml\n"))


def test_inherited_grade_needs_a_base(changed_profile: Callable[..., Profile]) -> None:
    with pytest.raises(ProfileError, match="'inherited_grade' is for a profile with 'extends'"):
        changed_profile({"lag_days: 14": "inherited_grade: I\nlag_days: 14"})


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
    except ProfileError as error:
        assert "p.yaml" in str(error) or "no profile is called" in str(error)  # noqa: PT017 (either way is right)
