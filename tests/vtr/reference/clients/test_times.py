"""Times as carriers write them, offsets, and zones with summer time."""

from datetime import UTC, datetime, timedelta

import pytest

from vtr.reference.clients.times import in_zone, read_offset, read_time


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-10T16:05:00-07:00", utc(2026, 3, 10, 23, 5)),
        ("2026-03-10T16:05:00Z", utc(2026, 3, 10, 16, 5)),
        ("2026-03-10T16:05:00.331986369+01:00", utc(2026, 3, 10, 15, 5, 0, 331986)),
        ("2026-03-10T16:05+0800", utc(2026, 3, 10, 8, 5)),
        ("20260310T160500-7:00", utc(2026, 3, 10, 23, 5)),
    ],
)
def test_times_with_offset_are_instants(text: str, instant: datetime) -> None:
    written = read_time(text)
    assert written is not None
    assert written.instant == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "T",
        "20260312T",
        "T141005",
        "yesterday",
        "2026-13-01",
        "2026-02-30T10:00:00",
        "2026-03-02T25:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-03-02T10:00:00 EST",
        "10/03/2026",
    ],
)
def test_other_text_is_not_a_time(text: str) -> None:
    assert read_time(text) is None


def test_bare_date_has_no_clock() -> None:
    written = read_time("2026-03-10")
    assert written is not None
    assert not written.has_clock
    assert written.instant is None


@pytest.mark.parametrize(
    ("text", "hours"), [("-07:00", -7.0), ("-7:00", -7.0), ("+0530", 5.5), ("Z", 0.0), ("+15:00", None), ("", None)]
)
def test_offsets(text: str, hours: float | None) -> None:
    assert read_offset(text) == (None if hours is None else timedelta(hours=hours))


def test_summer_time_is_observed() -> None:
    assert in_zone(datetime(2026, 3, 7, 12), "America/New_York") == utc(2026, 3, 7, 17)  # noqa: DTZ001 (local)
    assert in_zone(datetime(2026, 3, 9, 12), "America/New_York") == utc(2026, 3, 9, 16)  # noqa: DTZ001 (local)
