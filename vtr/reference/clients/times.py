"""Parse the carriers' forms of an instant, and convert them to UTC.

Five carriers write time in nine ways: with offset, without, compact, with nanoseconds, with a Z that is true and one
that is not. Here text becomes a local time and perhaps an offset; each carrier's client decides which zone applies
when there is no offset (`zones.py` knows the zones of places). Other text gives None: the event is then undated.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_TIME = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"(?:[T ]+(?:(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r"|(?P<hour_>\d\d)(?P<minute_>\d\d)(?P<second_>\d\d)?))?"
    r"\s*(?P<offset>Z|z|[+-]\d{1,2}:?\d\d)?"
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)")
_LARGEST_OFFSET = timedelta(hours=14)
# Before the carriers' APIs and long after any question there are no parcels, and arithmetic could overflow.
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


@dataclass(frozen=True, slots=True)
class CarrierTime:
    """A time as a carrier writes it.

    local: without zone, in the place's own time.
    offset: from UTC, None if the text has none.
    has_clock: whether there is a time of day, not only a date.
    """

    local: datetime
    offset: timedelta | None
    has_clock: bool

    @property
    def instant(self) -> datetime | None:
        """The instant in UTC, None without an offset."""
        return None if self.offset is None else to_utc(self.local, self.offset)

    @property
    def is_midnight(self) -> bool:
        """Whether the clock shows 00:00:00, which mostly means "some time that day"."""
        return not (self.local.hour or self.local.minute or self.local.second or self.local.microsecond)


def read_time(text: str) -> CarrierTime | None:
    """Read `2026-03-10T16:05:00.331986369+01:00`, `20260312T141005`, `2026-03-01 16:20:31`, a bare date and the like.

    Digits beyond microseconds are cut off (DHL sends nanoseconds, karrio#439, B). Other text gives None.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    found = match.groupdict()
    hour = found["hour"] or found["hour_"]
    try:
        local = datetime(  # noqa: DTZ001 (local to a place that is looked up later)
            int(found["year"]),
            int(found["month"]),
            int(found["day"]),
            int(hour or 0),
            int(found["minute"] or found["minute_"] or 0),
            int(found["second"] or found["second_"] or 0),
            int((found["fraction"] or "0")[:6].ljust(6, "0")),
        )
    except ValueError:
        return None
    if not _FIRST_YEAR <= local.year <= _LAST_YEAR:
        return None
    return CarrierTime(local, read_offset(found["offset"] or ""), hour is not None)


def read_offset(text: str) -> timedelta | None:
    """Read an offset from UTC: `-07:00`, `-7:00`, `+0800`, `Z`. Other text gives None."""
    if text.strip() in {"Z", "z"}:
        return timedelta(0)
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    size = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    if size > _LARGEST_OFFSET:
        return None
    return -size if match["sign"] == "-" else size


def to_utc(local: datetime, offset: timedelta) -> datetime:
    """The instant in UTC of a local time at an offset."""
    return (local - offset).replace(tzinfo=UTC)


def in_zone(local: datetime, zone: str) -> datetime:
    """The instant in UTC of a local time in a named zone; of an hour that occurs twice, the first."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
