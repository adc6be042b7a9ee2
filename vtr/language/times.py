"""Times as scenarios write them, and the instants that they mean.

- `day 3 14:00`, `day 3 14:00:30`, `day 3` (its midnight); day 0 is 2026-03-02, and days before it are negative;
- `day 1 16:00 -06:00`, `day 1 16:00 Z`: with an offset of its own;
- `2026-03-04T14:00:00Z`, `2026-03-04 14:00`, `2026-03-04`: a calendar date, with or without a time;
- `+2h`, `-30m`, `+1d 2h`: relative to an instant before it. A scan counts from the scan above it (the first one from
  the label of the perfect order); its publication from the scan; a confirmation, a cancellation, a new category and the
  promised day from the order; an edit from the submission above it; a report from the report above it.

A time without an offset is in the scenario's time zone, UTC unless it names one. A local time that daylight saving
skips or repeats is refused, since a scenario must mean one instant.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

DAY_ZERO = date(2026, 3, 2)  # a Monday
EXAMPLES = "write e.g. 'day 3 14:00', 'day 1 16:00 -06:00', '2026-03-05T14:00:00Z' or '+2h'"

_CLOCK = r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<offset>Z|[+-]\d{2}:\d{2})?)"
_DAY = re.compile(rf"day\s+(?P<day>-?\d{{1,5}})(?:\s+{_CLOCK})?", re.ASCII)
_CALENDAR = re.compile(rf"(?P<date>\d{{4}}-\d{{2}}-\d{{2}})(?:(?:T|\s+){_CLOCK})?", re.ASCII)
_DURATION = r"(?=\d)(?:(?P<days>\d+)d)?\s*(?:(?P<hours>\d+)h)?\s*(?:(?P<minutes>\d+)m)?\s*(?:(?P<seconds>\d+)s)?"
_SHIFT = re.compile(rf"(?P<sign>[+-])\s*{_DURATION}", re.ASCII)
_LENGTH = re.compile(_DURATION, re.ASCII)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date, perhaps with a time of day (None: the date alone), perhaps with an offset of its own."""

    on: date
    at: time | None = None
    offset: timezone | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A time relative to the instant before it. by: negative for an earlier one."""

    by: timedelta


When = Stamp | Shift


def parse(text: str) -> When:
    """Parse a time as scenarios write it. Raises ValueError for any other text."""
    words = text.strip()
    shift = _SHIFT.fullmatch(words)
    if shift is not None:
        length = _timedelta(shift, text)
        return Shift(-length if shift["sign"] == "-" else length)
    try:
        match = _DAY.fullmatch(words)
        if match is not None:
            return _stamp(DAY_ZERO + timedelta(days=int(match["day"])), match)
        match = _CALENDAR.fullmatch(words)
        if match is not None:
            return _stamp(date.fromisoformat(match["date"]), match)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"time {text!r} is not in the calendar ({error}); correct it") from error
    raise ValueError(f"{text!r} is no time; {EXAMPLES}")


def duration(text: str) -> timedelta:
    """A length of time such as `1h 30m`. Raises ValueError."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no length of time; write e.g. '90s', '30m', '2h' or '1d'")
    return _timedelta(match, text)


def instant(when: When, zone: ZoneInfo, before: datetime | None = None) -> datetime:
    """The instant (UTC) that a time means. before: the instant that a relative time counts from, if there is one.

    Raises ValueError for a relative time with nothing before it, and for a local time that happens never or twice.
    """
    try:
        if isinstance(when, Shift):
            if before is None:
                raise ValueError("nothing stands before this relative time; write it out, e.g. 'day 3 14:00'")
            return before + when.by
        local = datetime.combine(when.on, when.at or time.min)
        if when.offset is not None:
            return local.replace(tzinfo=when.offset).astimezone(UTC)
        return _in_zone(local, zone)
    except OverflowError as error:
        raise ValueError("this time is outside the calendar; choose a nearer one") from error


def day_of(when: When, zone: ZoneInfo, before: datetime) -> date:
    """The day that a time means in the scenario's time zone. Raises ValueError as `instant`."""
    if isinstance(when, Stamp):
        return when.on
    return instant(when, zone, before).astimezone(zone).date()


def _in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    first = local.replace(tzinfo=zone)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(f"{local} does not exist in {zone.key}: clocks were set forward; add an offset")
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise ValueError(f"{local} happens twice in {zone.key}: clocks were set back; add an offset")
    return first.astimezone(UTC)


def _stamp(on: date, match: re.Match[str]) -> Stamp:
    if match["hour"] is None:
        return Stamp(on)
    clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    return Stamp(on, clock, _offset(match["offset"]))


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    length = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-length if text[0] == "-" else length)


def _timedelta(match: re.Match[str], text: str) -> timedelta:
    try:
        return timedelta(**{unit: int(match[unit] or 0) for unit in ("days", "hours", "minutes", "seconds")})
    except OverflowError as error:
        raise ValueError(f"{text!r} is longer than any calendar; choose a shorter time") from error
