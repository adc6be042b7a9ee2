"""A cache of answers, each with the span of simulated time in which it is valid.

An answer follows from the request and from what its operation reads of the simulation, and of both only what was read
can matter. So this module knows nothing about carriers: while an answer is worked out, a `RecordingView` in place of
the carrier's view records at which instants the things that were read change (a scan is published, a token expires),
and another mapping in place of the headers records which of them were read. Between two such instants the same request
gets the same answer, however the clock was turned in between. An answer that draws from the seeded random or issues a
token is worked out every time. Whatever else may change an answer is the cache's `state`; a new state empties it.

The cache holds what the carrier answers; faults act on that afterwards, call by call.
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
_OVERHEAD_BYTES = 1_500  # of an answer besides its texts, roughly
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

# Headers in which a client names its call, for its own records: they are new in every call, and only their presence
# matters. An answer that contains the name is valid for that name alone.
_CALL_ID_HEADERS = frozenset(("transid",))
_KEY_HEADER = "authorization"  # clients with different tokens may send the same request in turn

State = tuple[object, ...]
_Key = tuple[str, str, str, tuple[tuple[str, str], ...], bytes, str | None]


class TimedView(CarrierView, Protocol):
    """A carrier's view that also knows when the things in it change."""

    def changes_at(self, number: str) -> Iterable[datetime]:
        """The instants at which the carrier's records under a number change (UTC)."""

    def shipment_changes_at(self, parcel: Parcel) -> Iterable[datetime]:
        """The instants at which the carrier's records of a parcel's shipment change (UTC)."""

    def token_expires_at(self, token: str) -> datetime | None:
        """The instant at which a token expires (UTC); None for one that was not issued here."""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """An answer, and what faults and the journal need to know of the call.

    carrier: its name.
    operation: its name.
    numbers: the tracking numbers in the call.
    parameters: of the path.
    answer: before faults.
    finished: as it goes out when no fault changes it.
    """

    carrier: str
    operation: str
    numbers: tuple[str, ...]
    parameters: Mapping[str, str]
    answer: Response
    finished: Response


@dataclass(frozen=True, slots=True)
class _CacheEntry:
    """An answer, the span in which it is valid, and the headers that it depends on.

    since, until: the span; `until` is outside of it.
    texts: headers by name, with the text that they must have.
    presences: headers by name, with whether they must be present.
    size: roughly the memory that the entry takes, in bytes.
    """

    cached: CachedAnswer
    since: datetime
    until: datetime
    texts: tuple[tuple[str, str | None], ...]
    presences: tuple[tuple[str, bool], ...]
    size: int

    def is_valid(self, now: datetime, headers: Mapping[str, str]) -> bool:
        """Whether the answer is that to a request with these headers at an instant."""
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
    """The CarrierView that an operation gets: it passes everything on, and records what was read of it for one call.

    call: the call, for the operation; its headers record which of them are read.
    since, until: the span in which all that was read so far stays the same; `until` is outside of it.
    """

    def __init__(self, source: TimedView, call: Call) -> None:
        """source: the view that is read. call: as it came in."""
        self._source = source
        self._now = source.now
        self._headers = _RecordingHeaders(call.request.headers)
        self._draws = False
        self.call = Call(replace(call.request, headers=self._headers), call.parameters)
        self.since = _FIRST
        self.until = _LAST

    @property
    def is_single_use(self) -> bool:
        """Whether no other call may get the answer: the operation drew something, or looked at all headers."""
        return self._draws or self._headers.all_read

    @property
    def headers_read(self) -> dict[str, str | None]:
        """The headers that were read, with their texts; None where there was none."""
        return self._headers.read

    @property
    def now(self) -> datetime:
        """The simulated instant (UTC); the answer is then valid at this instant only."""
        self._limit_span(self._now)
        if self._now < _LAST:
            self._limit_span(self._now + datetime.resolution)
        return self._now

    @property
    def credentials(self) -> Credentials:
        """The accepted credentials; they belong to the cache's state."""
        return self._source.credentials

    def parcels(self, number: str, api: str = "") -> tuple[Parcel, ...]:
        """The records under a number; the answer is valid until one of them changes."""
        for instant in self._source.changes_at(number):
            self._limit_span(instant)
        return self._source.parcels(number, api)

    def shipment_parcels(self, parcel: Parcel) -> tuple[Parcel, ...]:
        """The parcels of a shipment; the answer is valid until one of them changes."""
        for instant in self._source.shipment_changes_at(parcel):
            self._limit_span(instant)
        return self._source.shipment_parcels(parcel)

    def issue_token(self, lifetime_seconds: int, scope: str | None = None) -> str:
        """A new access token, for this call alone."""
        self._draws = True
        return self._source.issue_token(lifetime_seconds, scope)

    def token_state(self, token: str) -> TokenState:
        """Whether a token is valid; the answer is valid until the token expires."""
        expires_at = self._source.token_expires_at(token)
        if expires_at is not None:
            self._limit_span(expires_at)
        return self._source.token_state(token)

    def revoke_token(self, token: str) -> None:
        """Revoke a token; the next call must do it again."""
        self._draws = True
        self._source.revoke_token(token)

    def revoke_tokens(self) -> None:
        """Revoke all tokens; the next call must do it again."""
        self._draws = True
        self._source.revoke_tokens()

    def identifier(self) -> str:
        """A new identifier, for this call alone."""
        self._draws = True
        return self._source.identifier()

    def _limit_span(self, instant: datetime) -> None:
        """Something that was read changes at an instant: the answer is valid on this side of it only."""
        if instant <= self._now:
            self.since = max(self.since, instant)
        else:
            self.until = min(self.until, instant)


class AnswerCache:
    """The answers given last, by request, up to a limit of bytes.

    size_bytes: roughly the memory that they take.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        """limit_bytes: what the answers may take; with 0 none is kept."""
        self._limit = limit_bytes
        self._entries: OrderedDict[_Key, _CacheEntry] = OrderedDict()
        self._state: State = ()
        self.size_bytes = 0

    def __len__(self) -> int:
        """How many answers it holds."""
        return len(self._entries)

    def find(self, request: Request, now: datetime, state: State) -> CachedAnswer | None:
        """The answer to a request, if one is valid at an instant. state: what else matters, compared by equality."""
        if state != self._state:
            self._entries.clear()
            self.size_bytes = 0
            self._state = state
            return None
        key = _key(request)
        entry = self._entries.get(key)
        if entry is None or not entry.is_valid(now, request.headers):
            return None
        self._entries.move_to_end(key)
        return entry.cached

    def keep(self, request: Request, view: RecordingView, cached: CachedAnswer) -> None:
        """Keep an answer under the state that `find` was given last, unless it is for a single use.

        view: what recorded how the answer was worked out.
        """
        authorization = request.headers.get(_KEY_HEADER)
        # One text for all answers: compared in every call, it stays in the processor's cache.
        key = (*_key(request)[:-1], authorization and intern(authorization))
        previous = self._entries.pop(key, None)
        if previous is not None:
            self.size_bytes -= previous.size
        if view.is_single_use:
            return
        presences = tuple(
            (name, bool(text))
            for name, text in view.headers_read.items()
            if name in _CALL_ID_HEADERS and not (text and _may_contain(cached.answer, text))
        )
        elsewhere = {_KEY_HEADER, *(name for name, _ in presences)}
        texts = tuple(pair for pair in view.headers_read.items() if pair[0] not in elsewhere)
        size = _size(request, texts, cached.answer)
        self._entries[key] = _CacheEntry(cached, view.since, view.until, texts, presences, size)
        self.size_bytes += size
        while self.size_bytes > self._limit:
            _, oldest = self._entries.popitem(last=False)
            self.size_bytes -= oldest.size


class _RecordingHeaders(Mapping[str, str]):
    """Headers that record which of them are read.

    read: those that were, with their texts; None where there was none.
    all_read: whether all of them were listed, so that any of them may matter.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self.read: dict[str, str | None] = {}
        self.all_read = False

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
        request.headers.get(_KEY_HEADER),
    )


def _may_contain(answer: Response, text: str) -> bool:
    """Whether an answer may contain a text; of one that JSON or HTML would escape, it is assumed."""
    if not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
        return True
    return text.encode() in answer.body or any(text in value for _, value in answer.headers)


def _size(request: Request, texts: Iterable[tuple[str, str | None]], answer: Response) -> int:
    key_size = len(request.path) + len(request.body) + sum(len(name) + len(value) for name, value in request.query)
    headers_size = sum(len(name) + len(text or "") for name, text in texts)
    answer_size = len(answer.body) + sum(len(name) + len(value) for name, value in answer.headers)
    return _OVERHEAD_BYTES + 2 * key_size + headers_size + answer_size  # a parameter and a number copy the path
