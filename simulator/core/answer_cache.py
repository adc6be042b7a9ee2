"""Answers that were worked out before, each with the span of simulated time in which it holds.

An answer follows from the request and from what its operation reads of the world, and of both only what was read can
matter. So nothing about a carrier stands here: while an answer is worked out, a `Watch` in the world's place notes at
which instants what was read turns into something else (a scan is published, a token expires), and another in the
place of the headers notes which of them were asked for. Between two such instants the same question has the same
answer, whichever way the clock was turned in between. What draws from the seeded random or from the issued tokens is
worked out every time. Whatever else may change an answer is the cache's `state`; a new one empties it.

The cache holds what the carrier says; faults act on that afterwards, call by call.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from sys import intern
from typing import Protocol

from simulator.carriers.common.carrier import Call, CarrierView
from simulator.carriers.common.credentials import Credentials
from simulator.carriers.common.tokens import TokenState
from simulator.exchange import Request, Response
from simulator.parcel import Parcel

LIMIT_BYTES = 64_000_000  # 10,000 parcels of eight scans take about 45 MB
_OVERHEAD_BYTES = 1_500  # of an answer beside its texts, roughly
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

# Headers in which a client names its call, for its own records: they are new in every call, and only whether there is
# one matters. An answer in which the name occurs is held for that name alone.
_NAMES_OF_CALLS = frozenset(("transid",))
_IN_KEY = "authorization"  # clients with different tokens ask the same in turn

State = tuple[object, ...]
_Key = tuple[str, str, str, tuple[tuple[str, str], ...], bytes, str | None]


class Source(CarrierView, Protocol):
    """A world that also tells when what it says turns into something else."""

    def turns(self, number: str) -> Iterable[datetime]:
        """The instants at which the carrier's records under a number change (UTC)."""

    def turns_together(self, parcel: Parcel) -> Iterable[datetime]:
        """The instants at which the carrier's records of a parcel's shipment change (UTC)."""

    def token_turns(self, token: str) -> datetime | None:
        """The instant at which a token expires (UTC); None for one that was never issued here."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer before faults, and what faults and the journal need to know of the call.

    finished: the answer as it goes out when no fault touches it.
    """

    carrier: str
    operation: str
    numbers: tuple[str, ...]
    parameters: Mapping[str, str]
    answer: Response
    finished: Response


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, the span in which it holds, and the headers for which it does: by their text, or by having any."""

    answered: Answered
    since: datetime
    until: datetime
    texts: tuple[tuple[str, str | None], ...]
    presences: tuple[tuple[str, bool], ...]
    size: int

    def holds(self, now: datetime, headers: Mapping[str, str]) -> bool:
        if not self.since <= now < self.until:
            return False
        for name, text in self.texts:
            if headers.get(name) != text:
                return False
        for name, present in self.presences:  # noqa: SIM110 (half the time of all(), and this is in every call)
            if bool(headers.get(name)) is not present:
                return False
        return True


class RecordingView:
    """A world that notes what is read of it, while one call is answered. It is the `World` that the operation gets."""

    def __init__(self, source: Source, call: Call) -> None:
        """source: whom to ask. call: the call as it came."""
        self._source = source
        self._now = source.now
        self._headers = _Headers(call.request.headers)
        self.call = Call(replace(call.request, headers=self._headers), call.parameters)
        self._draws = False
        self.since = _FIRST
        self.until = _LAST

    @property
    def of_this_call_alone(self) -> bool:
        """Whether no other call may get the answer: it drew something, or looked at all headers."""
        return self._draws or self._headers.all_read

    @property
    def headers_read(self) -> dict[str, str | None]:
        """The headers that were asked for, with their texts; None where there was none."""
        return self._headers.read

    @property
    def now(self) -> datetime:
        """As World; the answer may hold at this instant only."""
        self._turns(self._now)
        if self._now < _LAST:
            self._turns(self._now + datetime.resolution)
        return self._now

    @property
    def credentials(self) -> Credentials:
        """As World."""
        return self._source.credentials

    def parcels(self, number: str, api: str = "") -> tuple[Parcel, ...]:
        """As World; the answer may hold until more is published."""
        for instant in self._source.turns(number):
            self._turns(instant)
        return self._source.parcels(number, api)

    def together(self, parcel: Parcel) -> tuple[Parcel, ...]:
        """As World; the answer may hold until more is published about any of them."""
        for instant in self._source.turns_together(parcel):
            self._turns(instant)
        return self._source.together(parcel)

    def issue_token(self, lifetime_seconds: int, scope: str | None = None) -> str:
        """As World."""
        self._draws = True
        return self._source.issue_token(lifetime_seconds, scope)

    def token_state(self, token: str) -> TokenState:
        """As World; the answer may hold until the token expires."""
        expires = self._source.token_turns(token)
        if expires is not None:
            self._turns(expires)
        return self._source.token_state(token)

    def revoke_token(self, token: str) -> None:
        """As World."""
        self._draws = True
        self._source.revoke_token(token)

    def revoke_tokens(self) -> None:
        """As World."""
        self._draws = True
        self._source.revoke_tokens()

    def identifier(self) -> str:
        """As World."""
        self._draws = True
        return self._source.identifier()

    def _turns(self, instant: datetime) -> None:
        if instant <= self._now:
            self.since = max(self.since, instant)
        else:
            self.until = min(self.until, instant)


class AnswerCache:
    """Answers by their questions, the most recently asked ones, up to a limit of bytes."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        """limit_bytes: what the answers may take; 0 keeps none."""
        self._limit = limit_bytes
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._state: State = ()
        self.size_bytes = 0

    def __len__(self) -> int:
        """How many answers it holds."""
        return len(self._kept)

    def find(self, request: Request, now: datetime, state: State) -> Answered | None:
        """The answer to a request, if it holds at that instant. state: what else matters, by equality."""
        if state != self._state:
            self._kept.clear()
            self.size_bytes = 0
            self._state = state
            return None
        key = _key(request)
        kept = self._kept.get(key)
        if kept is None or not kept.holds(now, request.headers):
            return None
        self._kept.move_to_end(key)
        return kept.answered

    def keep(self, request: Request, watch: RecordingView, answered: Answered) -> None:
        """Keep an answer, of the state that `find` was last told of, unless it may hold for this one call only."""
        authorization = request.headers.get(_IN_KEY)
        # One text for all answers: compared in every call, it stays at hand.
        key = (*_key(request)[:-1], authorization and intern(authorization))
        before = self._kept.pop(key, None)
        if before is not None:
            self.size_bytes -= before.size
        if watch.of_this_call_alone:
            return
        presences = tuple(
            (name, bool(text))
            for name, text in watch.headers_read.items()
            if name in _NAMES_OF_CALLS and not (text and _occurs(text, answered.answer))
        )
        elsewhere = {_IN_KEY, *(name for name, _ in presences)}
        texts = tuple(pair for pair in watch.headers_read.items() if pair[0] not in elsewhere)
        size = _size(request, texts, answered.answer)
        self._kept[key] = _Kept(answered, watch.since, watch.until, texts, presences, size)
        self.size_bytes += size
        while self.size_bytes > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self.size_bytes -= oldest.size


class _Headers(Mapping[str, str]):
    """Headers that note which of them are asked for."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self.read: dict[str, str | None] = {}
        self.all_read = False  # somebody looked which there are, so any of them may matter

    def __getitem__(self, name: str) -> str:
        self.read[name] = self._headers.get(name)
        return self._headers[name]

    def __iter__(self) -> Iterator[str]:
        self.all_read = True
        return iter(self._headers)

    def __len__(self) -> int:
        self.all_read = True
        return len(self._headers)


def _key(request: Request) -> _Key:
    return (
        request.method,
        request.host,
        request.path,
        request.query,
        request.body,
        request.headers.get(_IN_KEY),
    )


def _occurs(text: str, answer: Response) -> bool:
    """Whether an answer may hold a text; one that JSON or HTML would write otherwise is taken to be there."""
    if not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
        return True
    return text.encode() in answer.body or any(text in value for _, value in answer.headers)


def _size(request: Request, texts: Iterable[tuple[str, str | None]], answer: Response) -> int:
    asked = len(request.path) + len(request.body) + sum(len(name) + len(value) for name, value in request.query)
    read = sum(len(name) + len(text or "") for name, text in texts)
    told = len(answer.body) + sum(len(name) + len(value) for name, value in answer.headers)
    return _OVERHEAD_BYTES + 2 * asked + read + told  # of the path a parameter and a number are copies
