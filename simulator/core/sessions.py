"""Many simulations behind one door; the credential that a client sends chooses which one answers.

A session also knows how it was made, so that it can be reset, and when it was last used, so that it can expire. Nothing
here reads a clock: the door passes monotonic seconds in, and a session's calls are stamped in its journal.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from simulator import carriers
from simulator.carriers.common.credentials import Credentials
from simulator.core.simulation import Simulation
from simulator.errors import MisuseError
from simulator.exchange import Request, Response

DEMO = "demo"
_NAMES_SHOWN = 10
_EXPIRED_REMEMBERED = 1_000


class UnknownSessionError(MisuseError):
    """No session of that name, or no longer."""


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How many sessions a server hosts, how large each may get, and how long one may be idle.

    sessions: created over HTTP, at one time.
    parcels: of each session.
    events: of each parcel.
    faults: in force in each session.
    admin_body_bytes: of one request to the admin API.
    journal: calls that each session's journal keeps.
    idle_seconds: without any request, after which a session created over HTTP expires.
    cache_bytes: of each session's answer cache.
    """

    sessions: int = 1_000
    parcels: int = 100_000
    events: int = 500
    faults: int = 1_000
    admin_body_bytes: int = 20_000_000
    journal: int = 10_000
    idle_seconds: float = 3_600.0
    cache_bytes: int = 8_000_000


DEFAULT_SESSION_LIMITS = SessionLimits()


@dataclass(frozen=True, slots=True)
class HostedSimulation:
    """A simulation, and the requests of the validator protocol, one for each report, if it plays a scenario."""

    simulation: Simulation
    requests: Sequence[Mapping[str, Any]] = ()


@dataclass(slots=True)
class Session:
    """A hosted simulation.

    name: by which the admin API finds it.
    hosted: the simulation, and the requests of its scenario.
    make: makes it again, as it was at first; None where that is unknown.
    touched: when the admin API last used it, in the door's monotonic seconds; None for a session that never expires.
    numbers: draws the tracking numbers that are minted for parcels added later.
    """

    name: str
    hosted: HostedSimulation
    make: Callable[[], HostedSimulation] | None = None
    touched: float | None = None
    numbers: Random = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = Random(f"{self.hosted.simulation.seed}/later numbers")

    @property
    def simulation(self) -> Simulation:
        """The simulation that answers."""
        return self.hosted.simulation

    def last_used(self) -> float | None:
        """When it last got a request, in the door's monotonic seconds; None for a session that never expires."""
        if self.touched is None:
            return None
        journal = self.simulation.journal
        stamp = journal[-1].stamp if journal else None
        return self.touched if stamp is None else max(self.touched, stamp)


class Sessions:
    """Simulations by name. A request whose credential belongs to none of them gets the carrier's own refusal."""

    def __init__(self, limits: SessionLimits = DEFAULT_SESSION_LIMITS) -> None:
        """No sessions yet."""
        self.limits = limits
        self._by_name: dict[str, Session] = {}
        self._by_identity: dict[str, Simulation] = {}  # a client id, API key or other identity of its credentials
        self._expired: deque[str] = deque(maxlen=_EXPIRED_REMEMBERED)
        self._counts: Counter[tuple[str, str, int]] = Counter()  # of sessions that are gone
        # Its credentials hold a control character, which no HTTP client can send in a header.
        self._no_session = Simulation(credentials=Credentials.of("\0nobody"), journal_limit=0)

    def add(
        self,
        name: str,
        simulation: Simulation,
        *,
        make: Callable[[], HostedSimulation] | None = None,
        requests: Sequence[Mapping[str, Any]] = (),
        touched: float | None = None,
    ) -> Session:
        """Host a simulation. make, requests, touched: as in Session.

        Raises MisuseError if the name or one of its credentials is taken.
        """
        taken = [identity for identity in simulation.credentials.identities if identity in self._by_identity]
        if name in self._by_name or taken:
            raise MisuseError(f"session {name!r}: name or credential is taken; choose another, or delete that session")
        session = Session(name, HostedSimulation(simulation, requests), make, touched)
        self._by_name[name] = session
        self._by_identity.update(dict.fromkeys(simulation.credentials.identities, simulation))
        return session

    def check_room(self) -> None:
        """Raise MisuseError if there is no room for one more session."""
        count = sum(session.touched is not None for session in self._by_name.values())
        if count >= self.limits.sessions:
            raise MisuseError(
                f"{count} sessions, and the limit is {self.limits.sessions}; delete some, or wait: "
                f"one goes after {self.limits.idle_seconds:g} seconds without a request"
            )

    def remove(self, name: str) -> None:
        """Stop hosting a simulation. Raises UnknownSessionError if there is none of that name."""
        session = self.session(name)
        del self._by_name[name]
        self._counts.update(session.simulation.counts)
        for identity in session.simulation.credentials.identities:
            del self._by_identity[identity]

    def reset(self, name: str) -> Session:
        """Make a session again as it was at first: parcels, faults, clock, tokens, journal.

        Raises UnknownSessionError if there is none of that name, MisuseError for a session without `make`.
        """
        session = self.session(name)
        if session.make is None:
            raise MisuseError(f"session {name!r} was not made by this server, so it can't be made again; delete it")
        hosted = session.make()
        self.remove(name)
        return self.add(name, hosted.simulation, make=session.make, requests=hosted.requests, touched=session.touched)

    def expire(self, now: float) -> tuple[str, ...]:
        """Remove the sessions that were idle too long, and return their names. now: the door's monotonic seconds."""
        expired = tuple(
            session.name
            for session in self._by_name.values()
            if (used := session.last_used()) is not None and now - used > self.limits.idle_seconds
        )
        for name in expired:
            self.remove(name)
        self._expired.extend(expired)
        return expired

    def session(self, name: str) -> Session:
        """The session of that name. Raises UnknownSessionError if there is none."""
        session = self._by_name.get(name)
        if session is None:
            if name in self._expired:
                raise UnknownSessionError(
                    f"session {name!r} is gone: nothing asked for it for {self.limits.idle_seconds:g} seconds; "
                    "create it again"
                )
            names = list(self._by_name)
            more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
            there = ", ".join(names[:_NAMES_SHOWN]) or "none"
            raise UnknownSessionError(f"session {name!r} is unknown; there are: {there}{more}")
        return session

    def get(self, name: str) -> Simulation:
        """The simulation of that name. Raises UnknownSessionError if there is none."""
        return self.session(name).simulation

    def names(self) -> tuple[str, ...]:
        """The names of all sessions, oldest first."""
        return tuple(self._by_name)

    def counts(self) -> Counter[tuple[str, str, int]]:
        """All calls by carrier, operation and status: of present and past sessions, and of clients without one."""
        counts = self._counts + self._no_session.counts
        for session in self._by_name.values():
            counts.update(session.simulation.counts)
        return counts

    def cached_bytes(self) -> int:
        """Roughly the memory that the sessions' answer caches take."""
        return sum(session.simulation.cached_bytes for session in self._by_name.values())

    def of(self, request: Request) -> Simulation | None:
        """The simulation whose credential the request carries; None if it carries none of a session."""
        carrier = carriers.by_host(request.host)
        client = carrier.client_of(request) if carrier is not None else None
        return None if client is None else self._by_identity.get(client)

    def handle(self, request: Request, stamp: float | None = None) -> Response:
        """The answer of the session whose credential the request carries."""
        return (self.of(request) or self._no_session).handle(request, stamp)
