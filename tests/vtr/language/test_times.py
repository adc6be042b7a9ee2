from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from vtr.language import times

UTC_ZONE = ZoneInfo("UTC")
CHICAGO = ZoneInfo("America/Chicago")


def _at(text: str, zone: ZoneInfo = UTC_ZONE, before: datetime | None = None) -> datetime:
    return times.instant(times.parse(text), zone, before)


# Day 0 is Monday, 2 March 2026; Chicago is six hours behind UTC until 8 March, then five.
@pytest.mark.parametrize(
    ("text", "zone", "meant"),
    [
        ("day 0", UTC_ZONE, datetime(2026, 3, 2, tzinfo=UTC)),
        ("day 3 14:00", UTC_ZONE, datetime(2026, 3, 5, 14, 0, tzinfo=UTC)),
        ("day 3 14:00:30", UTC_ZONE, datetime(2026, 3, 5, 14, 0, 30, tzinfo=UTC)),
        ("day 3  9:05", UTC_ZONE, datetime(2026, 3, 5, 9, 5, tzinfo=UTC)),
        ("day 30", UTC_ZONE, datetime(2026, 4, 1, tzinfo=UTC)),
        ("day -1 23:59", UTC_ZONE, datetime(2026, 3, 1, 23, 59, tzinfo=UTC)),
        ("day 1 16:00 -06:00", UTC_ZONE, datetime(2026, 3, 3, 22, 0, tzinfo=UTC)),
        ("day 1 16:00 +08:00", CHICAGO, datetime(2026, 3, 3, 8, 0, tzinfo=UTC)),
        ("day 1 16:00 Z", CHICAGO, datetime(2026, 3, 3, 16, 0, tzinfo=UTC)),
        ("day 0 10:00", CHICAGO, datetime(2026, 3, 2, 16, 0, tzinfo=UTC)),
        ("day 30", CHICAGO, datetime(2026, 4, 1, 5, 0, tzinfo=UTC)),
        ("2026-03-05T14:00:00Z", CHICAGO, datetime(2026, 3, 5, 14, 0, tzinfo=UTC)),
        ("2026-03-05 14:00", CHICAGO, datetime(2026, 3, 5, 20, 0, tzinfo=UTC)),
        ("2026-03-05", UTC_ZONE, datetime(2026, 3, 5, tzinfo=UTC)),
    ],
)
def test_time_means_its_instant(text: str, zone: ZoneInfo, meant: datetime) -> None:
    assert _at(text, zone) == meant


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("+2h", timedelta(hours=2)),
        ("-30m", timedelta(minutes=-30)),
        ("+1d 2h", timedelta(days=1, hours=2)),
        ("+72h", timedelta(days=3)),
        ("+1s", timedelta(seconds=1)),
    ],
)
def test_relative_time_counts_from_the_instant_before(text: str, shift: timedelta) -> None:
    before = datetime(2026, 3, 7, 20, 0, tzinfo=UTC)
    assert _at(text, CHICAGO, before) == before + shift


def test_relative_time_with_nothing_before_it_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing stands before this relative time"):
        _at("+2h")


@pytest.mark.parametrize(
    "text",
    ["tomorrow", "day", "day x", "day 3 14", "14:00", "+", "+2", "2h", "day 3 14:00 CST", "day \uff13", "day 3 -06:00"],
)
def test_text_that_is_no_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no time; write e\.g\. 'day 3 14:00'"):
        times.parse(text)


@pytest.mark.parametrize("text", ["day 1 25:00", "day 1 10:61", "2026-02-30", "day 1 10:00 +25:00"])
def test_time_outside_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not in the calendar"):
        times.parse(text)


@pytest.mark.parametrize("text", ["+99999999999d", "+9999999d"])
def test_time_too_far_away_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"calendar"):
        _at(text, UTC_ZONE, datetime(2026, 3, 2, tzinfo=UTC))


def test_local_time_that_daylight_saving_skips_is_refused() -> None:
    with pytest.raises(ValueError, match=r"02:30:00 does not exist in America/Chicago"):
        _at("day 6 02:30", CHICAGO)


def test_local_time_that_daylight_saving_repeats_is_refused() -> None:
    with pytest.raises(ValueError, match=r"01:30:00 happens twice in America/Chicago"):
        _at("2026-11-01 01:30", CHICAGO)


def test_promised_day_is_the_day_written_whatever_the_zone() -> None:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    assert times.day_of(times.parse("day 7"), CHICAGO, midnight) == date(2026, 3, 9)


def test_relative_day_is_counted_in_the_scenarios_zone() -> None:
    evening_in_chicago = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    assert times.day_of(times.parse("+1d"), CHICAGO, evening_in_chicago) == date(2026, 3, 3)


@pytest.mark.parametrize("text", ["", "1", "+1h", "h", "1 hour"])
def test_text_that_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no length of time"):
        times.duration(text)


def test_length_of_time_adds_its_units() -> None:
    assert times.duration("1h 30m") == timedelta(minutes=90)
