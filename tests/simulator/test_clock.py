"""The simulated clock, and the time between two calls."""

from datetime import UTC, datetime, timedelta

import pytest

from simulator import Clock, MisuseError
from simulator.clock import between

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_the_clock_cannot_be_advanced_backwards() -> None:
    with pytest.raises(MisuseError, match=r"cannot advance by -1 seconds; use set\(\)"):
        Clock(NOON).advance(-1)


def test_a_clock_without_zone_is_refused() -> None:
    with pytest.raises(MisuseError, match="has no time zone"):
        Clock(datetime(2026, 3, 2))  # noqa: DTZ001 (the mistake in question)


def test_a_clock_set_in_another_zone_is_read_in_utc() -> None:
    assert Clock(datetime.fromisoformat("2026-03-02T06:00:00-06:00")).now == NOON


def test_a_clock_may_be_set_back() -> None:
    clock = Clock(NOON)
    clock.set(NOON - timedelta(days=1))
    assert clock.now == NOON - timedelta(days=1)


@pytest.mark.parametrize(
    ("simulated", "stamps", "seconds"),
    [
        (30, (1.0, 2.0), 30),  # the clock was turned
        (0, (1.0, 31.0), 30),  # the client really waited
        (30, (None, 2.0), 30),
        (0, (None, None), 0),
        (-30, (None, None), -30),  # the clock was turned back
        (-30, (1.0, 2.0), 1),
    ],
)
def test_the_time_between_two_calls_is_that_of_the_clock_that_shows_more(
    simulated: int, stamps: tuple[float | None, float | None], seconds: float
) -> None:
    first, later = stamps
    assert between(NOON, first, NOON + timedelta(seconds=simulated), later) == seconds
