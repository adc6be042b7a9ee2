"""The core: parcels, a clock, faults, a journal and one seeded random; `handle` turns a request into an answer.

No sockets, no wall clock, no module state: two simulations live side by side, and the same requests in the same order
get the same answers. Doors carry requests in and answers out; carriers say what an answer looks like.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random
from typing import TypeVar
from uuid import UUID
from zlib import crc32

from simulator import carriers
from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import Call, Carrier, Operation
from simulator.carriers.common.credentials import Credentials
from simulator.carriers.common.number_form import normalise
from simulator.carriers.common.tokens import Tokens, TokenState
from simulator.clock import Clock
from simulator.core import routing
from simulator.core.answer_cache import LIMIT_BYTES, AnswerCache, Answered, RecordingView
from simulator.core.parcel_store import ParcelStore
from simulator.core.quotas import NONE, Quota, Quotas
from simulator.errors import MisuseError
from simulator.exchange import Request, Response
from simulator.faults import ALL_CALLS, AnswerFault, Calls, Conditions, Envelope, Fault, ScanFault, SubmissionFault
from simulator.parcel import Kind, Parcel, ScanEvent, Submission

START = datetime(2026, 3, 2, tzinfo=UTC)
JOURNAL_LIMIT = 10_000
NO_ROUTE = "none"  # the operation of calls that met none
_Changed = TypeVar("_Changed")
_MAY_ASK_TO_WAIT = 400  # statuses from which an answer may carry Retry-After here; looking costs time in every call


@dataclass(frozen=True, slots=True)
class Entry:
    """A call in the journal.

    at: simulated instant (UTC). stamp: the door's monotonic seconds, None where the door has none. hint: what was
    wrong with a call that met no operation. query: as it was sent, decoded. token: a short digest of the access token
    that the call carried, empty without one. body: a checksum of the call's body, to tell equal questions by.
    retry_after: seconds that the answer asked to wait; None where it asked for none. marred: a fault had a hand in the
    answer, so it may not have been one.
    """

    at: datetime
    carrier: str
    operation: str
    method: str
    path: str
    numbers: tuple[str, ...]
    status: int
    stamp: float | None
    hint: str = ""
    query: tuple[tuple[str, str], ...] = ()
    token: str = ""
    body: int = 0
    retry_after: float | None = None
    marred: bool = False


class Simulation:
    """Five carriers, the parcels they carry, and everything that happens to the calls about them."""

    def __init__(
        self,
        parcels: Iterable[Parcel] = (),
        *,
        credentials: Credentials | None = None,
        clock: Clock | None = None,
        seed: int = 0,
        journal_limit: int = JOURNAL_LIMIT,
        cache_bytes: int = LIMIT_BYTES,
        quotas: Iterable[Quota] = NONE,
        stored: ParcelStore | None = None,
    ) -> None:
        """A simulation; by default its credentials are `demo` and its clock stands at 2026-03-02 00:00 UTC.

        journal_limit: calls that the journal keeps. cache_bytes: memory for answers that were given before, 0 for none.
        quotas: how much each carrier bears; `quotas.PUBLISHED` has what the carriers say. By default there are none.
        stored: parcels beside those that are added, read when they are asked for.
        """
        self.credentials = Credentials.of("demo") if credentials is None else credentials
        self.clock = Clock(START) if clock is None else clock
        self.seed = seed
        self.journal: deque[Entry] = deque(maxlen=journal_limit)
        self._quotas = Quotas(quotas)
        self.counts: Counter[tuple[str, str, int]] = Counter()  # calls by carrier, operation and status, ever
        self.tokens = Tokens(f"{seed}/{self.credentials.client_id}")
        self.random = Random(seed)
        self.stored = stored
        self._parcels: dict[tuple[str, str], list[Parcel]] = {}
        self._shipments: dict[tuple[str, str], dict[str, None]] = {}  # the numbers of each, in order
        self._injected: list[_Injected] = []
        self._scan_faults = False
        self._answers = AnswerCache(cache_bytes)
        self._changes = 0  # of parcels and faults
        self._desks = {carrier.name: _SimulationView(self, carrier) for carrier in carriers.CARRIERS}
        self.add(*parcels)

    def add(self, *parcels: Parcel) -> None:
        """Let carriers carry more parcels. Raises MisuseError for an unknown carrier, interface or scan kind."""
        self._changes += 1
        for parcel in parcels:
            carrier = carriers.by_name(parcel.carrier)
            if parcel.api and parcel.api not in carrier.apis:
                raise MisuseError(
                    f"parcel {parcel.tracking_number!r}: {carrier.name} has no interface {parcel.api!r}; "
                    f"it has {', '.join(carrier.apis)}"
                )
            for event in parcel.events:
                if not event.code and event.kind is not None:
                    carrier.codes.of_kind(event.kind)
            ordered = replace(parcel, events=tuple(sorted(parcel.events, key=lambda event: event.happened)))
            number = normalise(parcel.tracking_number)
            self._parcels.setdefault((carrier.name, number), []).append(ordered)
            if parcel.shipment:
                self._shipments.setdefault((carrier.name, parcel.shipment), {})[number] = None

    def parcels(self) -> tuple[Parcel, ...]:
        """Every parcel that was added, with its whole story, in the order in which their numbers were first added.

        Those of `stored` are not among them: there may be millions.
        """
        return tuple(parcel for group in self._parcels.values() for parcel in group)

    def inject(
        self,
        fault: Fault,
        *,
        carrier: str | None = None,
        operation: str | None = None,
        numbers: Iterable[str] = (),
        calls: Calls | Iterable[int] = ALL_CALLS,
        chance: float = 1.0,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Envelope:
        """Put a fault in force, within an envelope; several act in the order in which they were injected."""
        if carrier is not None:
            carriers.by_name(carrier)
        meant = calls if isinstance(calls, Calls) else Calls(frozenset(calls))
        envelope = Envelope(fault, Conditions(carrier, operation, frozenset(numbers), meant, chance, since, until))
        self.put(envelope)
        return envelope

    def put(self, *envelopes: Envelope) -> None:
        """Put the faults of envelopes in force, in their order, after those that are."""
        for envelope in envelopes:
            self._injected.append(_Injected(envelope, Random(f"{self.seed}/fault/{len(self._injected)}")))
            self._scan_faults = self._scan_faults or isinstance(envelope.fault, ScanFault)
        self._changes += 1

    @property
    def entered(self) -> int:
        """Calls ever, those among them that the journal no longer keeps."""
        return self.counts.total()

    @property
    def cached_bytes(self) -> int:
        """Roughly the memory that answers which were given before take."""
        return self._answers.size_bytes

    @property
    def faults(self) -> tuple[Envelope, ...]:
        """The faults in force, in the order in which they act."""
        return tuple(injected.envelope for injected in self._injected)

    @property
    def acted(self) -> tuple[Envelope, ...]:
        """The faults in force that have changed something so far: a submission, a parcel's scans, or an answer."""
        return tuple(injected.envelope for injected in self._injected if injected.acted)

    def clear_faults(self) -> None:
        """Put every fault out of force."""
        self._injected.clear()
        self._scan_faults = False
        self._changes += 1

    def revoke_tokens(self, carrier: str) -> None:
        """Revoke every access token that a carrier issued so far; a new one holds. Raises MisuseError if unknown."""
        self.tokens.revoke_all(carriers.by_name(carrier).name)

    def submit(self, submission: Submission, carrier: str) -> Submission:
        """What reaches Amazon of a seller's submission about a parcel of a carrier, with seller faults applied."""
        for injected in self._injected:
            fault = injected.envelope.fault
            if isinstance(fault, SubmissionFault) and injected.meets(
                carrier, None, (submission.tracking_number,), submission.submitted_at
            ):
                submission = injected.noted(submission, fault.on_submission(submission))
        return submission

    def handle(self, request: Request, stamp: float | None = None) -> Response:
        """The carrier's answer to a request. stamp: the door's monotonic seconds, for the journal.

        Raises MisuseError for a host that is no carrier's: doors pass on only those that are.
        """
        carrier = carriers.by_host(request.host)
        if carrier is None:
            raise MisuseError(f"no carrier answers at {request.host!r}; there are {', '.join(carriers.HOSTS)}")
        answered = None if self._quotas else self._before(request)
        if answered is None:
            route = routing.find(carrier, request)
            if isinstance(route, routing.Missed):
                return self._miss(request, route, carrier, stamp)
            call = Call(request, route.parameters)
            answered = self._over_quota(call, route.operation, carrier, stamp) or self._answered(
                call, route.operation, carrier.name
            )
        answer = self._with_faults(answered, request, carrier) if self._injected else answered.finished
        marred = answer is not answered.finished and answer != answered.finished
        self._enter(request, carrier.name, answered.operation, answered.numbers, answer, stamp=stamp, marred=marred)
        return answer

    def ready(self, request: Request) -> Answered | None:
        """What `handle` would answer, where it was worked out before and no fault can touch it; None otherwise.

        A door that sends it says so by `answered`. This spares a door that can answer at once its detours.
        """
        return None if self._injected or self._quotas else self._before(request)

    def answered(self, request: Request, ready: Answered, stamp: float | None) -> None:
        """Enter in the journal that a request got the answer that was ready for it."""
        self._enter(request, ready.carrier, ready.operation, ready.numbers, ready.finished, stamp=stamp)

    def _before(self, request: Request) -> Answered | None:
        return self._answers.find(request, self.clock.now, (self._changes, self.tokens.revocations, self.credentials))

    def _answered(self, call: Call, operation: Operation, carrier: str) -> Answered:
        """What the carrier says before faults; kept if it may be said again."""
        watch = RecordingView(self._desks[carrier], call)
        numbers = operation.numbers(watch.call, watch)
        answer = operation.answer(watch.call, watch)
        answer = replace(answer, body=bytes(memoryview(answer.body)))  # orjson's own take twice their length
        answered = Answered(carrier, operation.name, numbers, call.parameters, answer, _with_length(answer))
        if not self._scan_faults:  # under one, when records change is for the fault to say
            self._answers.keep(call.request, watch, answered)
        return answered

    def _over_quota(self, call: Call, operation: Operation, carrier: Carrier, stamp: float | None) -> Answered | None:
        """The carrier's refusal of a call that is one too many; None where it bears the call, which then counts."""
        excess = self._quotas.excess(carrier.name, operation.name, self.clock.now, stamp)
        if excess is None:
            return None
        desk = self._desks[carrier.name]
        answer = carrier.refusals.rate_limited(call.request, desk, excess.retry_after_seconds)
        numbers = operation.numbers(call, desk)
        return Answered(carrier.name, operation.name, numbers, call.parameters, answer, _with_length(answer))

    def _miss(self, request: Request, missed: routing.Missed, carrier: Carrier, stamp: float | None) -> Response:
        refusals = carrier.refusals
        refusal = refusals.no_such_method if missed.wrong_method else refusals.no_such_path
        answer = _with_length(refusal(request, self._desks[carrier.name]))
        self._enter(request, carrier.name, NO_ROUTE, (), answer, stamp=stamp, hint=missed.hint)
        return answer

    def _enter(
        self,
        request: Request,
        carrier: str,
        operation: str,
        numbers: tuple[str, ...],
        answer: Response,
        *,
        stamp: float | None,
        hint: str = "",
        marred: bool = False,
    ) -> None:
        """Enter a call in the journal."""
        self.counts[carrier, operation, answer.status] += 1
        self.journal.append(
            Entry(
                self.clock.now,
                carrier,
                operation,
                request.method,
                request.path,
                numbers,
                answer.status,
                stamp,
                hint,
                request.query,
                oauth.token_digest(request.headers.get("authorization", "")),
                crc32(request.body) if request.body else 0,
                None if answer.status < _MAY_ASK_TO_WAIT else _seconds_asked(answer),
                marred,
            )
        )

    def _with_faults(self, answered: Answered, request: Request, carrier: Carrier) -> Response:
        """The answer as it goes out, after the faults that act on it."""
        answer, desk = answered.answer, self._desks[carrier.name]
        call = Call(request, answered.parameters)
        for injected in self._injected:
            fault = injected.envelope.fault
            if isinstance(fault, AnswerFault) and injected.meets(
                carrier.name, answered.operation, answered.numbers, self.clock.now
            ):
                answer = injected.noted(answer, fault.on_answer(answer, call, carrier, desk))
        return _with_length(answer)

    def delivered(self, carrier: str, number: str) -> datetime | None:
        """From when on a carrier tells of every parcel under a number that it was delivered (UTC); None: of not all."""
        codes = carriers.by_name(carrier).codes.by_code

        def is_delivery(event: ScanEvent) -> bool:
            code = codes.get(event.code)
            return (event.kind if code is None else code.kind) is Kind.DELIVERED

        told = [
            min((event.visible_from for event in parcel.events if is_delivery(event)), default=None)
            for parcel in self.recorded(carrier, number)
        ]
        instants = [instant for instant in told if instant is not None]
        return max(instants) if instants and len(instants) == len(told) else None

    def turns(self, carrier: str, number: str) -> Iterator[datetime]:
        """The instants at which the carrier's records under a number change, scan faults left aside."""
        for parcel in self._under(carrier, number):
            if parcel.registered is not None:
                yield parcel.registered
            for event in parcel.events:
                yield event.visible_from

    def shipped(self, carrier: str, shipment: str) -> tuple[str, ...]:
        """The numbers of a carrier's parcels under one shipment, in the order in which they were first recorded."""
        return tuple(self._shipments.get((carrier, shipment), ()))

    def recorded(self, carrier: str, number: str) -> tuple[Parcel, ...]:
        """What the carrier has on record under a number, published or not, with scan faults applied."""
        parcels = self._under(carrier, number)
        for index, injected in enumerate(self._injected):
            envelope = injected.envelope
            # A parcel's scans are decided once, whenever and however often they are asked for.
            if isinstance(envelope.fault, ScanFault) and envelope.covers(carrier, None, (number,), self.clock.now):
                dice = Random(f"{self.seed}/scans/{index}/{carrier}/{normalise(number)}")
                if dice.random() < envelope.conditions.chance:
                    parcels = injected.noted(parcels, tuple(envelope.fault.on_scans(parcel) for parcel in parcels))
        return parcels

    def holds(self, carrier: str, number: str) -> bool:
        """Whether there is a parcel of a carrier under a number, whatever the carrier knows of it by now."""
        return bool(self._under(carrier, number))

    def _under(self, carrier: str, number: str) -> tuple[Parcel, ...]:
        """A carrier's parcels under a number, as they were told: the stored ones, then those that were added."""
        number = normalise(number)
        added = self._parcels.get((carrier, number), ())
        return tuple(added) if self.stored is None else (*self.stored.under(carrier, number), *added)


class _Injected:
    """A fault in force: its envelope, its dice, how many calls met its conditions so far, whether it acted."""

    def __init__(self, envelope: Envelope, random: Random) -> None:
        self.envelope = envelope
        self.acted = False
        self._random = random
        self._met = 0

    def meets(self, carrier: str, operation: str | None, numbers: tuple[str, ...], now: datetime) -> bool:
        if not self.envelope.covers(carrier, operation, numbers, now):
            return False
        self._met += 1
        if self._met not in self.envelope.conditions.calls:
            return False
        return self.envelope.conditions.chance == 1.0 or self._random.random() < self.envelope.conditions.chance

    def noted(self, before: _Changed, after: _Changed) -> _Changed:
        """What the fault made of something, with a note if that is something else."""
        self.acted = self.acted or before != after
        return after


class _SimulationView:
    """A carrier's view of the simulation: the World that its operations are given, through a Watch."""

    def __init__(self, simulation: Simulation, carrier: Carrier) -> None:
        self._simulation = simulation
        self._carrier = carrier

    @property
    def now(self) -> datetime:
        return self._simulation.clock.now

    @property
    def credentials(self) -> Credentials:
        return self._simulation.credentials

    def parcels(self, number: str, api: str = "") -> tuple[Parcel, ...]:
        main = self._carrier.apis[0]
        known = (parcel.at(self.now) for parcel in self._simulation.recorded(self._carrier.name, number))
        return tuple(parcel for parcel in known if parcel is not None and (parcel.api or main) == (api or main))

    def turns(self, number: str) -> Iterator[datetime]:
        return self._simulation.turns(self._carrier.name, number)

    def together(self, parcel: Parcel) -> tuple[Parcel, ...]:
        if not parcel.shipment:
            return (parcel,)
        numbers = self._simulation.shipped(self._carrier.name, parcel.shipment)
        return tuple(
            other
            for number in numbers
            for other in self.parcels(number, parcel.api)
            if other.shipment == parcel.shipment
        )

    def turns_together(self, parcel: Parcel) -> Iterator[datetime]:
        for number in self._simulation.shipped(self._carrier.name, parcel.shipment):
            yield from self.turns(number)

    def token_turns(self, token: str) -> datetime | None:
        return self._simulation.tokens.expires(self._carrier.name, token)

    def issue_token(self, lifetime_seconds: int, scope: str | None = None) -> str:
        return self._simulation.tokens.issue(
            self._carrier.name, self.credentials.client_id, self.now, lifetime_seconds, scope
        )

    def token_state(self, token: str) -> TokenState:
        return self._simulation.tokens.state(self._carrier.name, token, self.now)

    def revoke_token(self, token: str) -> None:
        if self.token_state(token) == "valid":  # others need no memory
            self._simulation.tokens.revoke(token)

    def revoke_tokens(self) -> None:
        self._simulation.revoke_tokens(self._carrier.name)

    def identifier(self) -> str:
        return str(UUID(int=self._simulation.random.getrandbits(128), version=4))


def _seconds_asked(answer: Response) -> float | None:
    """How long an answer asks to wait: its Retry-After, in seconds or as a date, measured from the answer's Date."""
    headers = dict(answer.headers)
    asked = headers.get("retry-after", "")
    if asked.isdecimal():
        return float(asked)
    try:
        return (parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError):  # no such header, or no date
        return None


def _with_length(answer: Response) -> Response:
    """The answer with its Content-Length; an answer says what it declares, not the server that carries it."""
    declared = answer.delivery.declared_length
    length = len(answer.body) if declared is None else declared
    headers = tuple(pair for pair in answer.headers if pair[0] != "content-length")
    return replace(answer, headers=(*headers, ("content-length", str(length))))
