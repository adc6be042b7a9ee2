"""Quotas: how many calls a carrier bears in how long, counted on the clock. Off unless a simulation is given some.

A quota counts the calls that it lets through; a refused call counts nothing and costs nothing (D: no carrier says so),
so a client that waits until the oldest counted call is out of the window is served again. A window of seconds slides; a
quota of a day begins anew at 00:00 UTC. Time passes by the simulated clock, and by a door's stamps where both calls
have one (`clock.between`), so that a client that really waits is heard while the simulated clock stands still.
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
_TOKEN = frozenset({"token", "revoke"})

Scope = Literal["tracking", "token"]


@dataclass(frozen=True, slots=True)
class Quota:
    """So many calls in so many seconds, at one carrier.

    scope: calls about parcels, or calls for tokens. operations: only these; none stand for all of the scope. A quota of
    86,400 seconds begins anew at 00:00 UTC. blocks_seconds: how long everything in the scope is refused once it is
    exceeded. tells_when: whether the refusal carries Retry-After. source, grade: who says so, and how sure it is
    (A official, B observed, C third party, D our own guess; I: the user's own number).
    """

    carrier: str
    calls: int
    seconds: int
    source: str
    grade: str
    scope: Scope = "tracking"
    operations: frozenset[str] = frozenset()
    blocks_seconds: int = 0
    tells_when: bool = False

    def __post_init__(self) -> None:
        if self.calls < 1 or self.seconds < 1:
            raise MisuseError(
                f"quota of {self.carrier}: {self.calls} calls in {self.seconds} seconds; give numbers from 1 on"
            )

    def counts(self, carrier: str, operation: str) -> bool:
        """Whether a call is one of those that this quota is about."""
        if carrier != self.carrier or (operation in _TOKEN) is not (self.scope == "token"):
            return False
        return not self.operations or operation in self.operations


NONE: tuple[Quota, ...] = ()

PUBLISHED: tuple[Quota, ...] = (
    Quota(
        "usps",
        60,
        3600,
        "USPS staff in USPS/api-examples#30, #107: 60 calls an hour for each API",
        "B",
        tells_when=True,
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
"""What the carriers say about their quotas. China Post says nothing, so it has none."""


def own(carrier: str, calls: int, seconds: int) -> Quota:
    """A quota of the user's own for the calls about parcels; the carrier refuses as it does for its own quotas.

    Raises MisuseError for numbers below 1.
    """
    tells = any(quota.tells_when for quota in PUBLISHED if quota.carrier == carrier)
    return Quota(carrier, calls, seconds, "given for this simulation", "I", tells_when=tells)


@dataclass(frozen=True, slots=True)
class Excess:
    """A call is one too many. retry_after_seconds: what the carrier's refusal says of it; None for nothing."""

    quota: Quota
    retry_after_seconds: int | None


_Moment = tuple[datetime, float | None]


class Quotas:
    """The quotas of one simulation, and what was counted so far."""

    def __init__(self, quotas: Iterable[Quota] = NONE) -> None:
        """quotas: all of them are in force together."""
        self._counts = [_count(quota) for quota in quotas]

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._counts)

    def excess(self, carrier: str, operation: str, at: datetime, stamp: float | None) -> Excess | None:
        """Whether a call is one too many; if it isn't, it counts."""
        meant = [count for count in self._counts if count.quota.counts(carrier, operation)]
        now = (at, stamp)
        for count in meant:
            left = count.left_seconds(now)
            if left > 0:
                return Excess(count.quota, max(1, ceil(left)) if count.quota.tells_when else None)
        for count in meant:
            count.add(now)
        return None


class _Window:
    """Calls in a window that slides. Those of a future that the clock was turned back from don't count."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self._calls: deque[_Moment] = deque()
        self._blocked: _Moment | None = None

    def left_seconds(self, now: _Moment) -> float:
        """How long until a call is borne; 0 if it is."""
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


class _OfDay:
    """Calls of one day (UTC)."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self._day: date | None = None
        self._calls = 0

    def left_seconds(self, now: _Moment) -> float:
        """How long until a call is borne; 0 if it is."""
        at, _ = now
        if at.date() != self._day:
            self._day, self._calls = at.date(), 0
        if self._calls < self.quota.calls:
            return 0
        return DAY - (at - at.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()

    def add(self, _now: _Moment) -> None:
        self._calls += 1


def _count(quota: Quota) -> _Window | _OfDay:
    return _OfDay(quota) if quota.seconds == DAY else _Window(quota)
