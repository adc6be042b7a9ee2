"""Days in the marketplace's zone, reckoned by hand, and the window of promised delivery dates.

US Pacific time is eight hours behind UTC, seven from the second Sunday of March, 2 o'clock standard time, to the first
Sunday of November, 2 o'clock daylight time (Energy Policy Act of 2005).
"""

from datetime import UTC, date, datetime, timedelta

WINDOW_DAYS = 30
LAG_DAYS = 14


def _sunday(year: int, month: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (which - 1))


def clocks_go_forward(year: int) -> datetime:
    """The instant at which Pacific clocks go from 2 to 3 o'clock."""
    return datetime.combine(_sunday(year, 3, 2), datetime.min.time(), UTC) + timedelta(hours=10)


def clocks_go_back(year: int) -> datetime:
    """The instant at which Pacific clocks go from 2 back to 1 o'clock."""
    return datetime.combine(_sunday(year, 11, 1), datetime.min.time(), UTC) + timedelta(hours=9)


def pacific_day(instant: datetime) -> date:
    """The day that a calendar in Los Angeles shows at an instant."""
    summer = clocks_go_forward(instant.year) <= instant < clocks_go_back(instant.year)
    return (instant - timedelta(hours=7 if summer else 8)).date()


def window(as_of: datetime) -> tuple[date, date]:
    """First and last promised delivery date of a report, both inclusive (1.2: 30 days, two weeks behind)."""
    last = pacific_day(as_of) - timedelta(days=LAG_DAYS)
    return last - timedelta(days=WINDOW_DAYS - 1), last
