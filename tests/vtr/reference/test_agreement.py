"""The SQL agrees with the oracle on random stories, and the stories would show a mistake in a rule."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import agree
import pytest
from hypothesis import HealthCheck, given, settings
from oracle import days, disagreement, numbers, tables
from oracle.carriers import CODES
from oracle.random_stories import SWITCHES, stories
from oracle.story import Story, Switches

from vtr.reference.engine.in_memory import Engine

STORIES = 400  # `python tests/vtr/reference/agree.py --stories 20000` is the long run


@pytest.fixture(scope="module")
def engines() -> Iterator[Mapping[Switches, Engine]]:
    made = {switches: Engine(tables.profile(switches)) for switches in SWITCHES}
    yield made
    for engine in made.values():
        engine.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_engine_and_the_oracle_agree_on_many_stories_in_one_report(seed: int) -> None:
    outcome = agree.agree(STORIES, seed)
    assert outcome.disagreements == []
    assert outcome.stories == STORIES


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(story=stories())
def test_the_engine_and_the_oracle_agree_on_a_story_alone(engines: Mapping[Switches, Engine], story: Story) -> None:
    assert disagreement.differences(partial(tables.judge, engines[story.switches]), story) == []


def test_the_engine_for_parquet_and_the_oracle_agree() -> None:
    outcome = agree.agree(3 * agree.BATCH, 4, parquet=True)
    assert outcome.disagreements == []


def test_every_reason_is_met_in_the_stories() -> None:
    met = set(agree.agree(4 * STORIES, 1).reasons)
    assert met == {
        "NOT_SELLER_FULFILLED", "CANCELLED_BEFORE_CONFIRMATION", "NOT_CONFIRMED", "BEFORE_WINDOW", "AFTER_WINDOW",
        "NOT_YET_REFLECTED", "EXEMPT_FREIGHT", "EXEMPT_SMALL_ENVELOPE", "EXEMPT_ABROAD_LOW_VALUE", "unanswered",
        "INVALID_ID_BLANK", "INVALID_ID_CHARS", "CARRIER_UNSUPPORTED", "CARRIER_MISMATCH", "NUMBER_UNKNOWN", "NO_SCAN",
        "UPLOADED_AFTER_DELIVERY", "VALID",
    }  # fmt: skip


MISTAKES = {
    "the report's day is counted without daylight saving": {"zone: America/Los_Angeles": "zone: Etc/GMT+8"},
    "the report's day is the day in UTC": {"zone: America/Los_Angeles": "zone: Etc/UTC"},
    "the window is a day longer": {"window_days: 30": "window_days: 31"},
    "the first day of the window is out": {"delivery_date < window_start": "delivery_date <= window_start"},
    "the last day of the window is out": {"delivery_date > window_end": "delivery_date >= window_end"},
    "cancelled at the confirmation's instant is cancelled": {
        "cancelled_at < confirmed_at": "cancelled_at <= confirmed_at"
    },
    "an envelope of ten dollars is exempt": {"total_price < 10.00": "total_price <= 10.00"},
    "shipping is left out of the envelope's price": {"total_price < 10.00": "item_price < 10.00"},
    "five dollars from abroad are measured": {"total_price <= 5.00": "total_price < 5.00"},
    "five euros are five dollars": {"total_price <= 5.00 AND currency = 'USD'": "total_price <= 5.00"},
    "72 hours are a microsecond more": {"INTERVAL 72 HOUR <= as_of": "INTERVAL 72 HOUR < as_of"},
    "an edit at the delivery's instant counts": {"submitted_at < delivered_so_far": "submitted_at <= delivered_so_far"},
    "a number submitted at the delivery's instant is late": {
        "when: submitted_at > delivered_at": "when: submitted_at >= delivered_at"
    },
    "a number submitted a second late is in time": {
        "when: submitted_at > delivered_at": "when: submitted_at > delivered_at + INTERVAL 1 SECOND"
    },
    "letters of every script pass": {"'^[A-Za-z0-9]+$'": r"'^[\p{L}\p{N}]+$'"},
    "LaserShip's hyphen passes without a number": {"'^1LS7[0-9]+-1$'": "'^1LS7[0-9]*-1$'"},
    "a number that nobody knows is another carrier's": {
        "when: NOT number_known AND known_elsewhere": "when: NOT number_known"
    },
    "a partner's scan counts": {"counting_classes: [scan]": "counting_classes: [scan, partner]"},
    "a system's conclusion counts": {"counting_classes: [scan]": "counting_classes: [scan, inferred]"},
    "an undecided code counts": {"counting_classes: [scan]": "counting_classes: [scan, grey]"},
    "two scans are needed": {"when: physical_scans = 0": "when: physical_scans < 2"},
    "EUB is asked of USPS": {"{name: EUB, asks: chinapost}": "{name: EUB, asks: usps}"},
    "the target is lower": {"target: 0.95": "target: 0.05"},
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_rule_is_found(mistake: str) -> None:
    outcome = agree.agree(20 * agree.BATCH, 1, most=1, small=False, changed=MISTAKES[mistake])
    assert len(outcome.disagreements) == 1


def test_a_disagreement_names_the_seed_the_story_and_both_verdicts() -> None:
    (words,) = agree.agree(
        4_000, 7, most=1, changed={"when: physical_scans = 0": "when: physical_scans < 2"}
    ).disagreements
    first, *rest = words.splitlines()
    assert first.startswith("disagreement (--seed 7 --first ")
    assert sum(line.lstrip().startswith("- Event") for line in rest) == 1  # made small: one scan is the point
    assert rest[-2].startswith("    oracle: Verdict(")
    assert "'NO_SCAN'" not in rest[-2]
    assert rest[-1].startswith("    engine: Verdict(")
    assert "'NO_SCAN'" in rest[-1]


def test_pacific_days_reckoned_by_hand_are_those_of_the_zone_database() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    for year in (2024, 2026, 2027):
        for change in (days.clocks_go_forward(year), days.clocks_go_back(year)):
            for hours in range(-48, 48):
                instant = datetime.fromtimestamp(change.timestamp() + 3600 * hours, UTC)
                assert days.pacific_day(instant) == instant.astimezone(zone).date()


def test_the_window_of_the_reports_around_a_midnight_of_a_short_day() -> None:
    assert days.window(datetime(2026, 3, 9, 6, 59, 59, tzinfo=UTC)) == (date(2026, 1, 24), date(2026, 2, 22))
    assert days.window(datetime(2026, 3, 9, 7, tzinfo=UTC)) == (date(2026, 1, 25), date(2026, 2, 23))


@pytest.mark.parametrize(
    ("text", "carrier", "reason"),
    [
        ("", "UPS", "INVALID_ID_BLANK"),
        ("\u00a0", "UPS", "INVALID_ID_BLANK"),
        ("none", "UPS", None),
        ("94-00", "UPS", "INVALID_ID_CHARS"),
        ("\uff19\uff14\uff10\uff10", "UPS", "INVALID_ID_CHARS"),
        ("1LS7123-1", "LaserShip", None),
        ("1LS7123-1", "UPS", "INVALID_ID_CHARS"),
        ("1LS7-1", "LaserShip", "INVALID_ID_CHARS"),
    ],
)
def test_the_oracles_reading_of_a_text(text: str, carrier: str, reason: str | None) -> None:
    assert numbers.invalid_reason(text, carrier) == reason


def test_every_code_of_the_oracle_takes_back_codes_that_it_knows() -> None:
    for codes in CODES.values():
        assert {taken for meaning in codes.values() for taken in meaning.takes_back} <= set(codes)
