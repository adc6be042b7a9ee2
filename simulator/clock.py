"""The one clock of a simulation. Nothing in the simulator reads the wall clock."""

from datetime import UTC, datetime, timedelta

from simulator.errors import MisuseError


class Clock:
    """A clock that stands still until it is turned. Instants are aware datetimes in UTC."""

    def __init__(self, now: datetime) -> None:
        """Start at `now`. Raises MisuseError for a time without zone."""
        self._now = _in_utc(now)

    @property
    def now(self) -> datetime:
        """The present instant (UTC)."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Turn the clock forward. Raises MisuseError for a negative number: `set` turns it back."""
        if seconds < 0:
            raise MisuseError(f"clock: cannot advance by {seconds} seconds; use set() to turn it back")
        self._now += timedelta(seconds=seconds)

    def set(self, now: datetime) -> None:
        """Turn the clock to an instant, before or after the present one."""
        self._now = _in_utc(now)


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise MisuseError(f"clock: {instant} has no time zone; give an aware datetime, e.g. in UTC")
    return instant.astimezone(UTC)
