"""Rate limits of the carriers: how many calls in how many seconds. A simulation has none unless it is given some.

A quota counts the calls that it lets through. A refused call is not counted (D: no carrier says so), so a client that
waits until the oldest counted call is out of the window is served again. A window of seconds slides; a quota of a day
starts again at 00:00 UTC. Time passes by the simulated clock, and by a door's stamps where both calls have one
(`clock.between`), so that a client that really waits is served although the simulated clock stands still.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Literal

from simulator.clock import between
from simulator.errors import MisuseError

DAY = 86_400
_TOKEN_OPERATIONS = frozenset({"token", "revoke"})

Scope = Literal["tracking", "token"]


@dataclass(frozen=True, slots=True)
class Quota:
    """A rate limit of one carrier.

    carrier: its name.
    calls: how many are let through in the window.
    seconds: the length of the window, which slides; a day (86,400) starts again at 00:00 UTC instead.
    source: who says so.
    grade: how sure it is (A official, B observed, C third party, D our own guess; I the user's own number).
    scope: whether it counts calls about parcels or calls for tokens.
    operations: the only ones that it counts; empty for all of the scope.
    blocks_seconds: how long everything in the scope is refused once the limit is exceeded.
    sends_retry_after: whether the refusal carries Retry-After.

    Raises MisuseError for numbers below 1.
    """

    carrier: str
    calls: int
    seconds: int
    source: str
    grade: str
    scope: Scope = "tracking"
    operations: frozenset[str] = frozenset()
    blocks_seconds: int = 0
    sends_retry_after: bool = False

    def __post_init__(self) -> None:
        if self.calls < 1 or self.seconds < 1:
            raise MisuseError(
                f"quota of {self.carrier}: {self.calls} calls in {self.seconds} seconds; give numbers from 1 on"
            )

    def counts(self, carrier: str, operation: str) -> bool:
        """Whether the quota counts calls of an operation."""
        if carrier != self.carrier or (operation in _TOKEN_OPERATIONS) is not (self.scope == "token"):
            return False
        return not self.operations or operation in self.operations


NO_QUOTAS: tuple[Quota, ...] = ()

PUBLISHED: tuple[Quota, ...] = (
    Quota(
        "usps",
        60,
        3600,
        "USPS staff in USPS/api-examples#30, #107: 60 calls an hour for each API",
        "B",
        sends_retry_after=True,
    ),
    Quota("fedex", 1400, 10, "FedEx's older page on rates: 1400 calls of a project in 10 seconds", "A"),
    Quota(
        "fedex",
        100_000,
        DAY,
        "FedEx: 100,000 tracking calls of a project a day, until midnight GMT",
        "A",
        operations=frozenset({"track"}),
    ),
    Quota(
        "fedex",
        3,
        1,
        "FedEx's page on thresholds says that there are some and blocks for about ten minutes; "
        "the numbers are third-hand",
        "D",
        scope="token",
        blocks_seconds=600,
    ),
    Quota(
        "dhl",
        250,
        DAY,
        "DHL's start level of the unified interface; begins anew at 00:00 GMT",
        "C",
        operations=frozenset({"track"}),
    ),
    Quota(
        "dhl",
        1,
        1,
        "DHL's start level of the unified interface (an older text says 1 in 5 seconds)",
        "C",
        operations=frozenset({"track"}),
    ),
    Quota("ups", 100, 60, "UPS publishes no number; that there are limits: UPS-API/api-documentation#8", "D"),
    Quota(
        "ups", 10, 60, "UPS publishes no number; of the token call: UPS-API/api-documentation#123", "D", scope="token"
    ),
)
"""The rate limits that the carriers publish, or that others observed. China Post publishes none, so it has none."""


def custom_quota(carrier: str, calls: int, seconds: int) -> Quota:
    """A quota with the user's own numbers for calls about parcels; the refusal is that of the carrier's own quotas.

    Raises MisuseError for numbers below 1.
    """
    sends_retry_after = any(quota.sends_retry_after for quota in PUBLISHED if quota.carrier == carrier)
    return Quota(carrier, calls, seconds, "given for this simulation", "I", sends_retry_after=sends_retry_after)


@dataclass(frozen=True, slots=True)
class Excess:
    """A call that exceeds a quota.

    quota: the first that it exceeds.
    retry_after_seconds: for the refusal's Retry-After; None for a refusal without it.
    """

    quota: Quota
    retry_after_seconds: int | None


_Moment = tuple[datetime, float | None]


class Quotas:
    """The quotas of one simulation, with the calls that they have counted so far."""

    def __init__(self, quotas: Iterable[Quota] = NO_QUOTAS) -> None:
        """quotas: all of them are in force together."""
        self._counters = [_counter(quota) for quota in quotas]

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._counters)

    def count_call(self, carrier: str, operation: str, at: datetime, stamp: float | None) -> Excess | None:
        """Count a call, unless it exceeds a quota: then nothing is counted, and the excess is returned.

        at: the simulated instant (UTC). stamp: the door's monotonic seconds, None where the door has none.
        """
        counters = [counter for counter in self._counters if counter.quota.counts(carrier, operation)]
        now = (at, stamp)
        for counter in counters:
            wait = counter.wait_seconds(now)
            if wait > 0:
                return Excess(counter.quota, max(1, ceil(wait)) if counter.quota.sends_retry_after else None)
        for counter in counters:
            counter.add(now)
        return None


class _SlidingWindow:
    """Counts calls in a window that slides. Calls in the future, after the clock was turned back, drop out."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self._calls: deque[_Moment] = deque()
        self._blocked: _Moment | None = None

    def wait_seconds(self, now: _Moment) -> float:
        """How long until a call is let through; 0 if it is now."""
        if self._blocked is not None:
            passed = between(*self._blocked, *now)
            if 0 <= passed < self.quota.blocks_seconds:
                return self.quota.blocks_seconds - passed
            self._blocked = None
        while self._calls and not 0 <= between(*self._calls[0], *now) < self.quota.seconds:
            self._calls.popleft()
        if len(self._calls) < self.quota.calls:
            return 0
        if self.quota.blocks_seconds:
            self._blocked = now
            return self.quota.blocks_seconds
        return self.quota.seconds - between(*self._calls[0], *now)

    def add(self, now: _Moment) -> None:
        self._calls.append(now)


class _Day:
    """Counts the calls of one day (UTC)."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self._day: date | None = None
        self._calls = 0

    def wait_seconds(self, now: _Moment) -> float:
        """How long until a call is let through; 0 if it is now."""
        at, _ = now
        if at.date() != self._day:
            self._day, self._calls = at.date(), 0
        if self._calls < self.quota.calls:
            return 0
        return DAY - (at - at.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()

    def add(self, _now: _Moment) -> None:
        self._calls += 1


def _counter(quota: Quota) -> _SlidingWindow | _Day:
    return _Day(quota) if quota.seconds == DAY else _SlidingWindow(quota)
