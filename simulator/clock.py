"""The one clock of a simulation. Nothing in the simulator reads the wall clock."""

from datetime import UTC, datetime, timedelta

from simulator.errors import MisuseError


class Clock:
    """A clock that moves only when it is turned. Instants are aware datetimes in UTC."""

    def __init__(self, now: datetime) -> None:
        """Start at `now`. Raises MisuseError for a time without zone."""
        self._now = _in_utc(now)

    @property
    def now(self) -> datetime:
        """The present instant (UTC)."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Turn the clock forward. Raises MisuseError for a negative number; `set` turns it back."""
        if seconds < 0:
            raise MisuseError(f"clock: cannot advance by {seconds} seconds; use set() to turn it back")
        self._now += timedelta(seconds=seconds)

    def set(self, now: datetime) -> None:
        """Turn the clock to an instant, earlier or later. Raises MisuseError for a time without zone."""
        self._now = _in_utc(now)


def between(at: datetime, stamp: float | None, later_at: datetime, later_stamp: float | None) -> float:
    """Seconds from one call to a later one: those of the simulated or of the real clock, whichever shows more.

    at, later_at: the calls' simulated instants. stamp, later_stamp: the door's monotonic seconds, None if it has none.

    A client may wait in real time while the simulated clock stands still, or turn the simulated clock. Without both
    stamps only the simulated clock counts, and the result is negative if it was turned back.
    """
    simulated = (later_at - at).total_seconds()
    if stamp is None or later_stamp is None:
        return simulated
    return max(simulated, later_stamp - stamp)


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise MisuseError(f"clock: {instant} has no time zone; give an aware datetime, e.g. in UTC")
    return instant.astimezone(UTC)
