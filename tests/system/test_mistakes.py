"""A plausible mistake in each rule, and in the class of a main code of each carrier, is caught by a bundled scenario.

Each line names the mistake, the scenario that must catch it, and one difference that it must show: column (None for a
whole row), what was expected, what came, and the line of the scenario. They are written by hand.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from vtr import bundled, validators
from vtr.language import loader
from vtr.play import doors, explanations, runner
from vtr.reference import checking, scan_codes
from vtr.reference.rules.profile_reader import bundled_profiles, load_profile, profile_text
from vtr.story import builder
from vtr.suite import results
from vtr.suite.results import Result

CASES = bundled.CASES

Difference = tuple[str | int | None, ...]  # column, expected, actual, line


def run(case: str, profile: str, path: Path | None = None) -> Iterator[Result]:
    """Every combination of a bundled scenario, or of a copy of it, judged by the bundled validator under a profile."""
    path = path or CASES / f"{case}.yaml"
    spelling = load_profile(profile).spelling
    stories = builder.build_stories(path, loader.load_file(path, case), profile=profile, spelling=lambda _: spelling)
    bundled = validators.load(validators.BUNDLED)
    return (results.result_of(story, runner.run(story, bundled, doors.in_process)) for story in stories)


@cache  # several mistakes are caught by one scenario
def differences_without_mistake(case: str, profile: str) -> set[Difference]:
    return differences_of(run(case, profile))


def is_caught(difference: Difference, outcomes: Iterable[Result]) -> bool:
    """Whether a combination shows the difference; the later ones are not run."""
    return any(difference in differences_of([outcome]) for outcome in outcomes)


@pytest.fixture(autouse=True)
def _unexplained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Explanations take as long as the rest, and nothing here reads them."""
    monkeypatch.setattr(explanations, "explanations", lambda *_, **__: {})


def differences_of(outcomes: Iterable[Result]) -> set[Difference]:
    """The differences, without the order's id and with minted numbers as `$box`."""
    return {
        (difference["column"], masked(difference["expected"]), masked(difference["actual"]), difference["line"])
        for outcome in outcomes
        for difference in outcome["differences"]
    }


def masked(cell: str | int | None) -> str | int | None:
    """A cell without minted tracking numbers: those of ten characters and more, except an InvalidId."""
    return (
        re.sub(r"(?<![\w-])(?=[A-Z0-9]*[0-9]{8})[A-Z0-9]{10,}(?![\w-])", "$box", cell)
        if isinstance(cell, str)
        else cell
    )


MISTAKES = {
    "fulfilled by Amazon is measured": (
        ("when: fulfilled_by <> 'seller'", "when: fulfilled_by <> fulfilled_by"),
        "excluded/fulfilled-by-amazon",
        (None, None, "tracking_id '$box', no_valid_tracking '', reason 'VALID'", 11),
    ),
    "an order cancelled before its confirmation stays": (
        ("AND (confirmed_at IS NULL OR cancelled_at < confirmed_at)", "AND confirmed_at IS NULL"),
        "excluded/cancelled-before-confirmation",
        (None, None, "tracking_id '$box', no_valid_tracking '', reason 'VALID'", 11),
    ),
    "an order cancelled after its confirmation leaves": (
        ("AND (confirmed_at IS NULL OR cancelled_at < confirmed_at)", ""),
        "excluded/cancelled-after-confirmation",
        (None, "no_valid_tracking 'X', reason 'NO_SCAN'", None, 14),
    ),
    "an order that was never confirmed is another case": (
        ("when: confirmed_at IS NULL OR confirmed_at > as_of", "when: confirmed_at > as_of"),
        "excluded/never-confirmed",
        ("excluded.why", "NOT_CONFIRMED", "NOT_YET_REFLECTED", 11),
    ),
    "the window starts a day late": (
        ("when: promised_delivery_date < window_start", "when: promised_delivery_date <= window_start"),
        "excluded/window-of-promised-dates",
        (None, "no_valid_tracking '', reason 'VALID'", None, 17),
    ),
    "the window ends a day late": (
        ("lag_days: 14", "lag_days: 13"),
        "excluded/window-of-promised-dates",
        (None, None, "tracking_id '$box', no_valid_tracking '', reason 'VALID'", 20),
    ),
    "the last day of the window is out": (
        ("when: promised_delivery_date > window_end", "when: promised_delivery_date >= window_end"),
        "excluded/window-of-promised-dates",
        (None, "no_valid_tracking '', reason 'VALID'", None, 19),
    ),
    "a package that was submitted once is never reflected": (
        ("when: counting_submissions = 0", "when: counting_submissions <= 1"),
        "excluded/submitted-less-than-72-hours-ago",
        (None, "no_valid_tracking '', reason 'VALID'", None, 20),
    ),
    "a carrier that is supported is freight all the same": (
        ("when: ship_method = 'Freight' AND NOT carrier_supported", "when: ship_method = 'Freight'"),
        "excluded/freight-without-supported-carrier",
        (None, "no_valid_tracking 'X', reason 'NO_SCAN'", None, 17),
    ),
    "an envelope of ten dollars is exempt": (
        ("total_price < 10.00", "total_price <= 10.00"),
        "excluded/small-envelope",
        (None, "no_valid_tracking 'X', reason 'INVALID_ID_BLANK'", None, 22),
    ),
    "five dollars from abroad are measured": (
        ("total_price <= 5.00", "total_price < 5.00"),
        "excluded/low-value-from-abroad",
        (None, None, "tracking_id '$box', no_valid_tracking 'X', reason 'NO_SCAN'", 11),
    ),
    "an edit after the delivery counts": (
        (
            "counts_when: seq = 1 OR delivered_so_far IS NULL OR submitted_at < delivered_so_far",
            "counts_when: seq >= 1",
        ),
        "edits/good-number-edited-after-delivery",
        ("tracking_id", "$box", "WRONG1", 13),
    ),
    "72 hours are 73": (
        ("INTERVAL 72 HOUR", "INTERVAL 73 HOUR"),
        "edits/exactly-72-hours",
        ("reason", "VALID", "NUMBER_UNKNOWN", 18),
    ),
    "72 hours are not enough at 72 hours": (
        ("INTERVAL 72 HOUR <= as_of", "INTERVAL 72 HOUR < as_of"),
        "edits/exactly-72-hours",
        ("no_valid_tracking", "", "X", 18),
    ),
    "only a truly empty text is blank": (
        (r"regexp_matches(tracking_text, '^[\s\p{Z}]*$')", "tracking_number = ''"),
        "invalid-id-blank/only-white-space",
        ("reason", "INVALID_ID_BLANK", "INVALID_ID_CHARS", 13),
    ),
    "letters and digits of every script pass": (
        ("'^[A-Za-z0-9]+$'", r"'^[\p{L}\p{N}]+$'"),
        "invalid-id-chars/beyond-ascii",
        ("tracking_id", "114-3941689-8772232-InvalidId", "无单号", 14),
    ),
    "hyphens pass": (
        ("'^[A-Za-z0-9]+$'", "'^[A-Za-z0-9-]+$'"),
        "invalid-id-chars/punctuation",
        ("reason", "INVALID_ID_CHARS", "NUMBER_UNKNOWN", 26),
    ),
    "another spelling of a carrier is supported": (
        ("  - {name: USPS, asks: usps}", "  - {name: USPS, asks: usps}\n  - {name: US Postal Service, asks: usps}"),
        "carrier-unsupported/spelling",
        ("reason", "CARRIER_UNSUPPORTED", "VALID", 12),
    ),
    "a typed name is supported": (
        ("    when: NOT carrier_supported\n", "    when: NOT carrier_supported AND carrier_code <> 'Other'\n"),
        "carrier-unsupported/other-with-typed-name",
        (None, "no_valid_tracking 'X', reason 'CARRIER_UNSUPPORTED', carrier 'USPS'", None, 11),
    ),
    "any carrier that knows the number makes it known": (
        ("when: NOT number_known AND known_elsewhere", "when: NOT number_known AND NOT known_elsewhere"),
        "carrier-mismatch/ups-parcel-confirmed-as-usps",
        ("reason", "CARRIER_MISMATCH", "NUMBER_UNKNOWN", 11),
    ),
    "an unknown number passes": (
        ("    when: NOT number_known\n", "    when: NOT number_known AND number_known\n"),
        "number-unknown/mistyped",
        ("reason", "NUMBER_UNKNOWN", "NO_SCAN", 12),
    ),
    "two scans are needed": (
        ("when: physical_scans = 0", "when: physical_scans < 2"),
        "valid/lost-after-first-scan",
        ("no_valid_tracking", "", "X", 11),
    ),
    "the same instant is late": (
        ("when: submitted_at > delivered_at", "when: submitted_at >= delivered_at"),
        "uploaded-after-delivery/at-the-same-instant",
        ("reason", "VALID", "UPLOADED_AFTER_DELIVERY", 12),
    ),
    "an hour late is in time": (
        ("when: submitted_at > delivered_at", "when: submitted_at > delivered_at + INTERVAL 1 HOUR"),
        "uploaded-after-delivery/one-second-late",
        ("no_valid_tracking", "X", "", 12),
    ),
    "scans from before the order count": (
        ("prior_scans: ignore", "prior_scans: count"),
        "no-scan/scanned-before-the-order",
        ("reason", "NO_SCAN", "UPLOADED_AFTER_DELIVERY", 22),
    ),
    "blanks inside a number are stripped": (
        ("inner_space: reject", "inner_space: strip"),
        "invalid-id-chars/inner-spaces",
        ("tracking_id", "114-3941689-8772232-InvalidId", "9400 1118 9922 0000 0000 00", 12),
    ),
    "full-width digits are read as digits": (
        ("full_width: reject", "full_width: narrow"),
        "invalid-id-chars/beyond-ascii",
        ("reason", "INVALID_ID_CHARS", "NUMBER_UNKNOWN", 14),
    ),
    "a delivery alone is no scan": (
        ("delivery_only: counts", "delivery_only: none"),
        "valid/delivery-is-the-only-scan",
        ("reason", "VALID", "NO_SCAN", 11),
    ),
    "column E shows the order before the number": (
        ("column_e: number", "column_e: order_and_number"),
        "number-unknown/column-e-shows-the-number-alone",
        ("tracking_id", "ABC", "114-3941689-8772232-ABC", 12),
    ),
    "exactly the target is a miss": (
        ("target_met_at: equal", "target_met_at: above"),
        "rates/target-met-exactly",
        ("status", "GOOD", "BAD", 69),
    ),
    "the target is lower": (
        ("target: 0.95", "target: 0.94"),
        "rates/target-missed",
        ("status", "BAD", "GOOD", 66),
    ),
}


# Of the profiles that stand on us-2019: what is theirs alone. Their scenarios name their profile.
MISTAKES_OF = {
    "us-2025": {
        "five dollars from China are below the limit": (
            ("AND total_price >= 5.00", "AND total_price > 5.00"),
            "from-five-dollars-two-scans",
            ("reason", "SECOND_SCAN_MISSING", "VALID", 40),
        ),
        "fifteen dollars from India are below the limit": (
            ("AND total_price >= 15.00)", "AND total_price > 15.00)"),
            "from-fifteen-dollars-two-scans",
            ("reason", "SECOND_SCAN_MISSING", "VALID", 16),
        ),
        "an attempt is not enough": (
            ("attempt_scans + delivery_scans = 0", "delivery_scans = 0"),
            "from-five-dollars-two-scans",
            ("reason", "VALID", "SECOND_SCAN_MISSING", 42),
        ),
        "any two scans are enough": (
            ("(facility_scans = 0 OR", "(physical_scans < 2 OR"),
            "from-five-dollars-two-scans",
            ("no_valid_tracking", "X", "", 41),
        ),
        "a facility is enough": (
            ("(facility_scans = 0 OR attempt_scans + delivery_scans = 0)", "facility_scans = 0"),
            "delivered-by-another-post",
            ("reason", "SECOND_SCAN_MISSING", "VALID", 22),
        ),
        "China is another origin": (
            ("'IN', 'CN', 'AS', 'UM')\n", "'IN', 'AS', 'UM')\n"),
            "other-origins",
            (None, "no_valid_tracking 'X', reason 'NO_SCAN'", None, 13),
        ),
        "an untracked service of fifteen dollars is exempt": (
            ("AND total_price < 15.00", "AND total_price <= 15.00"),
            "untracked-from-britain-and-india",
            (None, "no_valid_tracking 'X', reason 'NO_SCAN'", None, 19),
        ),
        "an envelope from Canada is exempt": (
            ("ship_from = 'US' AND carrier_code", "carrier_code"),
            "domestic-envelope",
            (None, "no_valid_tracking 'X', reason 'INVALID_ID_BLANK'", None, 19),
        ),
        "freight is still exempt": (
            ("  - drop: EXEMPT_FREIGHT\n", ""),
            "freight-is-measured",
            (None, "no_valid_tracking 'X', reason 'CARRIER_UNSUPPORTED'", None, 10),
        ),
        "low values from abroad are still exempt": (
            ("  - drop: EXEMPT_ABROAD_LOW_VALUE\n", ""),
            "low-value-from-abroad-is-measured",
            (None, "no_valid_tracking 'X', reason 'NO_SCAN'", None, 10),
        ),
        "the lag is two weeks": (
            ("lag_days: 10", "lag_days: 14"),
            "lag-of-ten-days",
            (None, "no_valid_tracking '', reason 'VALID'", None, 12),
        ),
    },
    "uk-2021": {
        "what goes abroad is measured": (
            ("when: ship_from <> 'GB' OR ship_to <> 'GB'", "when: ship_from <> 'GB'"),
            "cross-border",
            (None, None, "tracking_id '$box', no_valid_tracking 'X', reason 'NO_SCAN'", 15),
        ),
        "the case of a ship method does not matter": (
            ("when: ship_method = 'Untracked'", "when: lower(ship_method) = 'untracked'"),
            "untracked-letter-for-letter",
            (None, "no_valid_tracking 'X', reason 'NO_SCAN'", None, 16),
        ),
        "a misspelt carrier is one that is not integrated": (
            ("when: NOT carrier_supported AND NOT carrier_misspelt", "when: NOT carrier_supported"),
            "carrier-not-integrated",
            (None, "no_valid_tracking 'X', reason 'CARRIER_UNSUPPORTED'", None, 28),
        ),
        "the day begins in Los Angeles": (
            ("zone: Europe/London", "zone: America/Los_Angeles"),
            "the-day-begins-in-london",
            (None, "no_valid_tracking '', reason 'VALID'", None, 18),
        ),
    },
    "jp-2022": {
        "the floor falls a day later": (
            (">= DATE '2022-08-23'", "> DATE '2022-08-23'"),
            "low-value",
            (None, "no_valid_tracking '', reason 'VALID'", None, 42),
        ),
        "the floor itself is exempt": (
            ("total_price <\n", "total_price <=\n"),
            "low-value",
            (None, "no_valid_tracking '', reason 'VALID'", None, 44),
        ),
        "China Post counts with any number": (
            ("when: carrier_code = 'China Post' AND NOT ends_with", "when: carrier_code = 'EMS' AND NOT ends_with"),
            "china-post-number",
            ("reason", "CHINA_POST_NUMBER_NOT_CN", "VALID", 16),
        ),
        "the day begins in Los Angeles": (
            ("zone: Asia/Tokyo", "zone: America/Los_Angeles"),
            "the-day-begins-in-tokyo",
            (None, "no_valid_tracking '', reason 'VALID'", None, 18),
        ),
    },
}


# The carrier and code, the class that is wrong, and what must catch it.
MISCLASSED = {
    "USPS: a label counts": ("usps", "GX", "scan", "no-scan/label-created-only", ("reason", "NO_SCAN", "VALID", 11)),
    "USPS: bulk acceptance counts": (
        "usps",
        "TM",
        "scan",
        "no-scan/usps-electronic-events",
        ("no_valid_tracking", "X", "", 14),
    ),
    "USPS: acceptance doesn't count": (
        "usps",
        "03",
        "none",
        "valid/lost-after-first-scan",
        ("reason", "VALID", "NO_SCAN", 11),
    ),
    "FedEx: an estimate counts": (
        "fedex",
        "AO",
        "scan",
        "no-scan/fedex-electronic-events",
        ("reason", "NO_SCAN", "VALID", 14),
    ),
    "FedEx: a pickup doesn't count": (
        "fedex",
        "PU",
        "none",
        "valid/lost-after-first-scan",
        ("reason", "VALID", "NO_SCAN", 11),
    ),
    "DHL: data count": ("dhl", "pre-transit", "scan", "no-scan/label-created-only", ("reason", "NO_SCAN", "VALID", 11)),
    "DHL: movement doesn't count": (
        "dhl",
        "transit",
        "none",
        "valid/lost-after-first-scan",
        ("no_valid_tracking", "", "X", 11),
    ),
    "China Post: a message counts": (
        "chinapost",
        "552",
        "scan",
        "no-scan/china-post-electronic-events",
        ("reason", "NO_SCAN", "VALID", 13),
    ),
    "China Post: acceptance doesn't count": (
        "chinapost",
        "203",
        "none",
        "valid/lost-after-first-scan",
        ("reason", "VALID", "NO_SCAN", 11),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_in_a_rule_is_caught(mistake: str, tmp_path: Path) -> None:
    (right, wrong), case, difference = MISTAKES[mistake]
    text, _ = profile_text("us-2019")
    assert text.count(right) == 1
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace(right, wrong), encoding="utf-8")
    assert differences_without_mistake(case, "us-2019") == set()
    assert is_caught(difference, run(case, str(changed)))


@pytest.mark.parametrize(
    ("profile", "mistake"), [(profile, mistake) for profile, mistakes in MISTAKES_OF.items() for mistake in mistakes]
)
def test_mistake_in_a_rule_of_another_profile_is_caught(profile: str, mistake: str, tmp_path: Path) -> None:
    (right, wrong), case, difference = MISTAKES_OF[profile][mistake]
    text, _ = profile_text(profile)
    assert text.count(right) == 1
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace(right, wrong), encoding="utf-8")
    scenario = (CASES / profile / f"{case}.yaml").read_text(encoding="utf-8")
    copy = tmp_path / "scenario.yaml"
    copy.write_text(scenario.replace(f"\nprofile: {profile}\n", f"\nprofile: {changed}\n"), encoding="utf-8")
    assert differences_without_mistake(f"{profile}/{case}", profile) == set()
    assert is_caught(difference, run(case, str(changed), copy))


@pytest.fixture
def _engines_of_their_own() -> Iterator[None]:
    """Engines are kept by profile, with the codes as they were read; here the codes change."""
    checking._engine.cache_clear()
    yield
    checking._engine.cache_clear()


@pytest.mark.usefixtures("_engines_of_their_own")
@pytest.mark.parametrize("mistake", MISCLASSED)
def test_mistake_in_the_class_of_a_code_is_caught(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    carrier, code, wrong, case, difference = MISCLASSED[mistake]
    table = tuple((*row[:2], wrong, *row[3:]) if row[:2] == (carrier, code) else row for row in scan_codes.table())
    assert table != scan_codes.table()
    monkeypatch.setattr(scan_codes, "table", lambda: table)
    assert is_caught(difference, run(case, "us-2019"))


def test_every_rule_of_the_profile_has_a_mistake_that_is_caught() -> None:
    text, _ = profile_text("us-2019")
    blocks = text.split("  - rule: ")[1:]
    changed = [right for (right, _), _, _ in MISTAKES.values()]
    untouched = {block.split()[0] for block in blocks if not any(right in block for right in changed)}
    assert untouched == set()


@pytest.mark.parametrize("profile", [name for name in bundled_profiles() if name != "us-2019"])
def test_every_condition_of_another_profile_has_a_mistake_that_is_caught(profile: str) -> None:
    text, _ = profile_text(profile)
    blocks = [block for block in text.split("\n  - ")[1:] if "\n    when: " in block]
    changed = [right for (right, _), _, _ in MISTAKES_OF[profile].values()]
    assert len(blocks) >= 2
    assert [block.splitlines()[:2] for block in blocks if not any(right in block for right in changed)] == []
