"""The rules that only some profiles have, on both sides of each boundary; switches and classes that change them.

Expected words are the reference's, by hand.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vtr.reference.engine.in_memory import Engine
from vtr.reference.engine.parquet import ParquetEngine, ParquetFiles
from vtr.reference.rules.profile_reader import Profile, bundled_profiles, load_profile

if TYPE_CHECKING:
    from conftest import Stories

CN_NUMBER = "RR123456785CN"
IN_2022 = datetime(2022, 9, 15, tzinfo=UTC)  # the window of jp-2022 ends on 1 September
HANDLED = ("I/AR",)  # an arrival at a facility of UPS
PICKED_UP = ("I/PU",)


@pytest.fixture(scope="module")
def under(story: "Stories") -> Iterator[Callable[[str], "Stories"]]:
    """Stories judged by a bundled profile."""
    engines: dict[str, Engine] = {}

    def stories(profile: str) -> "Stories":
        if profile not in engines:
            engines[profile] = Engine(load_profile(profile))
        return type(story)(engines[profile])

    yield stories
    for engine in engines.values():
        engine.close()


@pytest.fixture
def by_own(tmp_path: Path, story: "Stories") -> Iterator[Callable[[str], "Stories"]]:
    """Stories judged by a profile on us-2019 that says this."""
    engines: list[Engine] = []

    def stories(text: str) -> "Stories":
        path = tmp_path / "mine.yaml"
        path.write_text(f"profile: mine\nextends: us-2019\n{text}\n", encoding="utf-8")
        engines.append(Engine(load_profile(path)))
        return type(story)(engines[-1])

    yield stories
    for engine in engines:
        engine.close()


def events(story: "Stories", codes: Sequence[str]) -> list[Any]:
    """Events of UPS, a day between them."""
    return [story.scan(code, story.at(3 + place, "16:00:00")) for place, code in enumerate(codes)]


def order(ship_from: str, price: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (fields of an Order)
    return {"ship_from": ship_from, "item_price": Decimal(price), **more}


@pytest.mark.parametrize("ship_from", ["CN", "CA", "AS", "UM"])
@pytest.mark.parametrize(
    ("price", "codes", "expected"),
    [
        ("4.99", PICKED_UP, "VALID"),
        ("5.00", PICKED_UP, "SECOND_SCAN_MISSING"),
        ("5.00", HANDLED, "SECOND_SCAN_MISSING"),
        ("5.00", ("I/AR", "I/HU"), "SECOND_SCAN_MISSING"),
        ("5.00", ("I/PU", "D/FS"), "SECOND_SCAN_MISSING"),
        ("5.00", ("I/AR", "D/FS"), "VALID"),
        ("5.00", ("I/AR", "X/48"), "VALID"),
    ],
)
def test_from_five_dollars_on_two_scans_are_needed(
    under: Callable[[str], "Stories"], ship_from: str, price: str, codes: Sequence[str], expected: str
) -> None:
    story = under("us-2025")
    assert story.reason(order=order(ship_from, price), scans=events(story, codes)) == expected


@pytest.mark.parametrize("ship_from", ["IN", "GB"])
@pytest.mark.parametrize(
    ("price", "codes", "expected"),
    [
        ("14.99", PICKED_UP, "VALID"),
        ("15.00", HANDLED, "SECOND_SCAN_MISSING"),
        ("15.00", ("I/AR", "X/48"), "VALID"),
    ],
)
def test_from_india_and_britain_two_scans_are_needed_from_fifteen_dollars_on(
    under: Callable[[str], "Stories"], ship_from: str, price: str, codes: Sequence[str], expected: str
) -> None:
    story = under("us-2025")
    assert story.reason(order=order(ship_from, price), scans=events(story, codes)) == expected


# What UPS's codes are to the two scans, by hand: nothing, a scan elsewhere, in a facility, an attempt, a delivery.
WORTH = {
    "M/MP": "nothing",
    "I/PU": "scan",
    "I/AR": "facility",
    "I/HU": "facility",
    "X/48": "attempt",
    "D/FS": "delivery",
}
FLOORS = {"CN": 500, "CA": 500, "AS": 500, "UM": 500, "IN": 1500, "GB": 1500}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    ship_from=st.sampled_from(["US", *FLOORS]),
    cents=st.sampled_from([1, 499, 500, 501, 1499, 1500, 1501, 90000]),
    codes=st.lists(st.sampled_from(sorted(WORTH)), max_size=5),
)
def test_two_scans_are_asked_for_as_a_plain_reading_of_the_table_says(
    under: Callable[[str], "Stories"], ship_from: str, cents: int, codes: list[str]
) -> None:
    worth = {WORTH[code] for code in codes}
    if worth <= {"nothing"}:
        expected = "NO_SCAN"
    elif cents < FLOORS.get(ship_from, cents + 1) or ("facility" in worth and worth & {"attempt", "delivery"}):
        expected = "VALID"
    else:
        expected = "SECOND_SCAN_MISSING"
    story = under("us-2025")
    assert story.reason(order=order(ship_from, f"{cents / 100:.2f}"), scans=events(story, codes)) == expected


def test_within_the_us_one_scan_is_enough_at_any_value(under: Callable[[str], "Stories"]) -> None:
    story = under("us-2025")
    assert story.reason(order=order("US", "500.00"), scans=events(story, PICKED_UP)) == "VALID"


def test_what_shipping_cost_is_part_of_the_value(under: Callable[[str], "Stories"]) -> None:
    story = under("us-2025")
    given = order("CN", "4.00", shipping_price=Decimal("1.00"))
    assert story.reason(order=given, scans=events(story, HANDLED)) == "SECOND_SCAN_MISSING"


def test_the_delivery_may_be_another_posts(under: Callable[[str], "Stories"]) -> None:
    story = under("us-2025")
    line = {"carrier_code": "China Post", "tracking_number": CN_NUMBER}
    abroad = [story.scan("EMB", story.at(5)), story.scan("EMI", story.at(9))]
    one = [story.known("chinapost", CN_NUMBER, abroad[0])]
    both = [story.known("chinapost", CN_NUMBER, *abroad)]
    assert story.reason(order=order("CN", "6.00"), submissions=[line], answers=one) == "SECOND_SCAN_MISSING"
    assert story.reason(order=order("CN", "6.00"), submissions=[line], answers=both) == "VALID"


def test_an_attempt_that_was_revoked_is_none(under: Callable[[str], "Stories"]) -> None:
    story = under("us-2025")
    line = {"carrier_code": "China Post", "tracking_number": CN_NUMBER}
    scans = [story.scan(code, story.at(5 + place)) for place, code in enumerate(("EMB", "705", "744"))]
    answers = [story.known("chinapost", CN_NUMBER, *scans)]
    assert story.reason(order=order("CN", "6.00"), submissions=[line], answers=answers) == "SECOND_SCAN_MISSING"


@pytest.mark.parametrize(
    ("ship_from", "expected"),
    [("DE", "excluded EXEMPT_ORIGIN"), ("JP", "excluded EXEMPT_ORIGIN"), ("UM", "VALID"), ("US", "VALID")],
)
def test_other_origins_are_exempt(under: Callable[[str], "Stories"], ship_from: str, expected: str) -> None:
    story = under("us-2025")
    assert story.reason(order=order(ship_from, "4.00")) == expected


@pytest.mark.parametrize(
    ("ship_from", "price", "method", "expected"),
    [
        ("GB", "14.99", "Untracked", "excluded EXEMPT_UNTRACKED_FROM_GB_IN"),
        ("IN", "14.99", "Untracked", "excluded EXEMPT_UNTRACKED_FROM_GB_IN"),
        ("GB", "15.00", "Untracked", "NO_SCAN"),
        ("GB", "14.99", "Tracked", "NO_SCAN"),
        ("CN", "14.99", "Untracked", "NO_SCAN"),
    ],
)
def test_untracked_services_from_britain_and_india_are_exempt_below_fifteen_dollars(
    under: Callable[[str], "Stories"], ship_from: str, price: str, method: str, expected: str
) -> None:
    story = under("us-2025")
    lines = [{"ship_method": method}]
    assert story.reason(order=order(ship_from, price), submissions=lines, scans=[]) == expected


@pytest.mark.parametrize(
    ("ship_from", "price", "expected"),
    [
        ("US", "9.99", "excluded EXEMPT_SMALL_ENVELOPE"),
        ("US", "10.00", "INVALID_ID_BLANK"),
        ("CA", "9.99", "INVALID_ID_BLANK"),
    ],
)
def test_only_envelopes_within_the_us_are_exempt_since_2025(
    under: Callable[[str], "Stories"], ship_from: str, price: str, expected: str
) -> None:
    line = {"carrier_code": "USPS", "tracking_number": "", "ship_method": "First Class Mail envelope"}
    assert under("us-2025").reason(order=order(ship_from, price), submissions=[line]) == expected


def test_since_2025_freight_with_any_carrier_is_measured(under: Callable[[str], "Stories"]) -> None:
    line = {"carrier_code": "Other", "carrier_name": "Estes", "tracking_number": "123", "ship_method": "Freight"}
    assert under("us-2025").reason(submissions=[line]) == "CARRIER_UNSUPPORTED"


@pytest.mark.parametrize(("day", "expected"), [(21, "VALID"), (22, "excluded AFTER_WINDOW")])
def test_the_window_of_us_2025_ends_ten_days_before_the_report(
    under: Callable[[str], "Stories"], day: int, expected: str
) -> None:
    assert under("us-2025").reason(order={"promised_delivery_date": date(2026, 3, day)}) == expected


BRITISH = {"ship_from": "GB", "ship_to": "GB", "currency": "GBP"}


@pytest.mark.parametrize(
    ("ship_from", "ship_to", "expected"),
    [
        ("GB", "GB", "VALID"),
        ("GB", "FR", "excluded EXEMPT_CROSS_BORDER"),
        ("CN", "GB", "excluded EXEMPT_CROSS_BORDER"),
    ],
)
def test_only_shipments_within_britain_are_measured(
    under: Callable[[str], "Stories"], ship_from: str, ship_to: str, expected: str
) -> None:
    given = BRITISH | {"ship_from": ship_from, "ship_to": ship_to}
    assert under("uk-2021").reason(order=given) == expected


@pytest.mark.parametrize(
    ("code", "name", "method", "expected"),
    [
        ("Royal Mail", "", "Untracked", "excluded EXEMPT_UNTRACKED"),
        ("UPS", "", "untracked", "NO_SCAN"),
        ("ups", "", "Untracked", "CARRIER_UNSUPPORTED"),
    ],
)
def test_untracked_services_are_exempt_letter_for_letter(
    under: Callable[[str], "Stories"], code: str, name: str, method: str, expected: str
) -> None:
    lines = [{"carrier_code": code, "carrier_name": name, "ship_method": method}]
    assert under("uk-2021").reason(order=BRITISH, submissions=lines, scans=[]) == expected


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("UPS", "", "VALID"),
        ("Tuffnells", "", "excluded EXEMPT_CARRIER_NOT_INTEGRATED"),
        ("Other", "Tuffnells", "excluded EXEMPT_CARRIER_NOT_INTEGRATED"),
        ("Ups", "", "CARRIER_UNSUPPORTED"),
        ("UPS ", "", "CARRIER_UNSUPPORTED"),
        ("dpd", "", "CARRIER_UNSUPPORTED"),
        ("Other", "UPS", "CARRIER_UNSUPPORTED"),
        ("", "royal mail", "CARRIER_UNSUPPORTED"),
    ],
)
def test_a_carrier_in_another_spelling_is_not_one_that_is_not_integrated(
    under: Callable[[str], "Stories"], code: str, name: str, expected: str
) -> None:
    lines = [{"carrier_code": code, "carrier_name": name}]
    assert under("uk-2021").reason(order=BRITISH, submissions=lines) == expected


@pytest.mark.parametrize(
    ("promised", "price", "expected"),
    [
        (date(2022, 8, 23), "999", "excluded EXEMPT_LOW_VALUE"),
        (date(2022, 8, 23), "1000", "VALID"),
        (date(2022, 8, 22), "1999", "excluded EXEMPT_LOW_VALUE"),
        (date(2022, 8, 22), "2000", "VALID"),
    ],
)
def test_the_floor_in_yen_fell_for_what_was_promised_from_23_august_2022(
    under: Callable[[str], "Stories"], promised: date, price: str, expected: str
) -> None:
    story = under("jp-2022")
    given = order("JP", price, currency="JPY", promised_delivery_date=promised, placed_at=day_of_2022(10))
    lines = [{"submitted_at": day_of_2022(11), "carrier_code": "DHL"}]
    answers = [story.known("dhl", story.number, story.scan("PU", day_of_2022(12)))]
    assert story.reason(order=given, submissions=lines, answers=answers, as_of=IN_2022) == expected


def day_of_2022(day: int) -> datetime:
    return datetime(2022, 8, day, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        ("China Post", CN_NUMBER, "VALID"),
        ("China Post", CN_NUMBER.lower(), "VALID"),
        ("China Post", "RR123456785JP", "CHINA_POST_NUMBER_NOT_CN"),
        ("DHL", "RR123456785JP", "VALID"),
    ],
)
def test_in_japan_china_post_counts_only_with_numbers_in_cn(
    under: Callable[[str], "Stories"], code: str, number: str, expected: str
) -> None:
    story = under("jp-2022")
    answers = [
        story.known("chinapost", number, story.scan("203", story.at(3, "16:00:00"))),
        story.known("dhl", number, story.scan("PU", story.at(3, "16:00:00"))),
    ]
    lines = [{"carrier_code": code, "tracking_number": number}]
    assert story.reason(order=order("CN", "3000", currency="JPY"), submissions=lines, answers=answers) == expected


def test_the_day_of_a_japanese_report_is_the_day_in_tokyo(under: Callable[[str], "Stories"]) -> None:
    story = under("jp-2022")
    given = order("JP", "3000", currency="JPY", promised_delivery_date=date(2026, 3, 12))
    lines = [{"carrier_code": "DHL"}]
    answers = [story.known("dhl", story.number, story.scan("PU", story.at(3, "16:00:00")))]
    before, after = story.at(25, "14:59:59"), story.at(25, "15:00:00")  # midnight of the 26th in Tokyo
    judged = {"order": given, "submissions": lines, "answers": answers}
    assert story.reason(**judged, as_of=before) == "excluded AFTER_WINDOW"
    assert story.reason(**judged, as_of=after) == "VALID"


FULL_WIDTH = str.maketrans("0123456789AZ", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff21\uff3a")


@pytest.mark.parametrize(("switch", "expected"), [("reject", "INVALID_ID_CHARS"), ("narrow", "VALID")])
def test_full_width_numbers_are_read_as_the_switch_says(
    by_own: Callable[[str], "Stories"], switch: str, expected: str
) -> None:
    story = by_own(f"switches: {{full_width: {switch}}}")
    text = story.number.translate(FULL_WIDTH)
    assert text != story.number
    assert story.reason(submissions=[{"tracking_number": text}]) == expected


def test_full_width_punctuation_is_none_that_a_switch_lets_through(by_own: Callable[[str], "Stories"]) -> None:
    story = by_own("switches: {full_width: narrow}")
    assert story.reason(submissions=[{"tracking_number": "1Z\uff0c999"}]) == "INVALID_ID_CHARS"


@pytest.mark.parametrize(
    ("switch", "codes", "expected"),
    [
        ("counts", ("D/FS",), "VALID"),
        ("none", ("D/FS",), "NO_SCAN"),
        ("none", ("I/OR", "D/FS"), "VALID"),
    ],
)
def test_a_delivery_alone_counts_as_the_switch_says(
    by_own: Callable[[str], "Stories"], switch: str, codes: Sequence[str], expected: str
) -> None:
    story = by_own(f"switches: {{delivery_only: {switch}}}")
    assert story.reason(scans=events(story, codes)) == expected


def test_column_e_shows_the_order_too_if_the_switch_says_so(by_own: Callable[[str], "Stories"]) -> None:
    story = by_own("switches: {column_e: order_and_number}")
    (good,) = story.report().rows
    (blank,) = story.report(submissions=[{"tracking_number": ""}]).rows
    assert good.tracking_id == "114-3941689-8772232-1Z999AA10123456784"
    assert blank.tracking_id == "114-3941689-8772232-InvalidId"


def disputed(story: "Stories", code: str, **more: Any) -> str:  # noqa: ANN401 (fields of a ScanRow)
    answers = [story.known("usps", story.number, story.scan(code, story.at(4), **more))]
    return story.reason(submissions=[{"carrier_code": "USPS"}], answers=answers)


@pytest.mark.parametrize(
    ("code", "own", "expected"),
    [
        ("A1", "{usps/T1: scan}", "NO_SCAN"),
        ("A1", "{usps/A1: scan}", "VALID"),
        ("03", "{usps/03: none}", "NO_SCAN"),
        ("TM", "{usps/TM: scan}", "VALID"),
    ],
)
def test_the_class_of_a_code_is_the_profiles_if_it_gives_one(
    by_own: Callable[[str], "Stories"], code: str, own: str, expected: str
) -> None:
    assert disputed(by_own(f"scan_classes: {own}"), code) == expected


def test_a_class_of_the_profile_stands_before_the_carriers_own_flag(by_own: Callable[[str], "Stories"]) -> None:
    story = by_own("scan_classes: {ups/I/OC: scan}")
    assert story.reason(scans=[story.scan("I/OC", story.at(4), physical=False)]) == "VALID"


def test_a_cancelling_code_that_is_given_a_class_cancels_nothing(by_own: Callable[[str], "Stories"]) -> None:
    scans = ("I/AR", "I/CA")
    story = by_own("lag_days: 14")
    assert story.reason(scans=events(story, scans)) == "NO_SCAN"
    story = by_own("scan_classes: {ups/I/CA: grey}")
    assert story.reason(scans=events(story, scans)) == "VALID"


def test_files_are_judged_by_the_profiles_classes_too(
    tmp_path: Path, story: "Stories", by_own: Callable[[str], "Stories"]
) -> None:
    answers = [story.known("usps", story.number, story.scan("A1", story.at(4)))]
    case = story.case(submissions=[{"carrier_code": "USPS"}], answers=answers)
    given = case.given()
    paths = {name: tmp_path / f"{name}.parquet" for name in ("orders", "confirmations", "scans")}
    for name, table in (("orders", given.orders), ("confirmations", given.submissions), ("scans", given.scans)):
        pq.write_table(table, paths[name])

    def reasons(profile: Profile) -> list[str]:
        with ParquetEngine(profile, ParquetFiles(**paths)) as engine:
            engine.decide(case.as_of)
            return [row.reason for row in engine.rows()]

    assert reasons(story.engine.profile) == ["NO_SCAN"]
    assert reasons(by_own("scan_classes: {usps/A1: scan}").engine.profile) == ["VALID"]


def test_files_are_judged_by_two_scans_too(tmp_path: Path, story: "Stories") -> None:
    case = story.case(order=order("CN", "6.00"), scans=events(story, HANDLED))
    given = case.given()
    paths = {name: tmp_path / f"{name}.parquet" for name in ("orders", "confirmations", "scans")}
    for name, table in (("orders", given.orders), ("confirmations", given.submissions), ("scans", given.scans)):
        pq.write_table(table, paths[name])
    with ParquetEngine(load_profile("us-2025"), ParquetFiles(**paths)) as engine:
        engine.decide(case.as_of)
        assert [row.reason for row in engine.rows()] == ["SECOND_SCAN_MISSING"]


def test_every_rule_of_every_profile_has_a_case_in_these_tests() -> None:
    words = "".join(
        (Path(__file__).parents[1] / name).read_text(encoding="utf-8")
        for name in ("rules/test_bundled_profiles.py", "engine/test_stages_rules.py")
    )
    profiles = [load_profile(name) for name in bundled_profiles()]
    named = {rule.name for profile in profiles for rule in profile.rules if rule.stage != "submission"}
    assert {name for name in named if name not in words} == set()
