"""The core: parcels, a clock, faults, a journal and one seeded random; `handle` turns a request into an answer.

No sockets, no wall clock, no module state: two simulations live side by side, and the same requests in the same order
get the same answers. Doors carry requests in and answers out; carriers say what an answer looks like.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
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
from simulator.core.answer_cache import LIMIT_BYTES, AnswerCache, CachedAnswer, RecordingView
from simulator.core.injected_faults import InjectedFaults
from simulator.core.journal import NO_ROUTE, Entry, retry_after_seconds
from simulator.core.parcel_store import ParcelStore
from simulator.core.quotas import NO_QUOTAS, Quota, Quotas
from simulator.errors import MisuseError
from simulator.exchange import Request, Response
from simulator.faults import ALL_CALLS, Calls, Conditions, Envelope, Fault
from simulator.parcel import Kind, Parcel, ScanEvent, Submission

START = datetime(2026, 3, 2, tzinfo=UTC)
JOURNAL_LIMIT = 10_000


class Simulation:
    """Five carriers, the parcels they carry, and everything that happens to the calls about them.

    credentials: those that the carriers accept.
    clock: the simulated clock.
    seed: what everything random follows from.
    journal: the latest calls, oldest first.
    counts: all calls ever, by carrier, operation and status.
    tokens: issues the carriers' access tokens.
    random: draws identifiers.
    stored: parcels kept outside of memory, if any.
    """

    def __init__(
        self,
        parcels: Iterable[Parcel] = (),
        *,
        credentials: Credentials | None = None,
        clock: Clock | None = None,
        seed: int = 0,
        journal_limit: int = JOURNAL_LIMIT,
        cache_bytes: int = LIMIT_BYTES,
        quotas: Iterable[Quota] = NO_QUOTAS,
        stored: ParcelStore | None = None,
    ) -> None:
        """A simulation; by default its credentials are `demo` and its clock stands at 2026-03-02 00:00 UTC.

        journal_limit: calls that the journal keeps.
        cache_bytes: memory for answers that were given before, 0 for none.
        quotas: the carriers' rate limits; `quotas.PUBLISHED` has those that they publish. By default there are none.
        stored: parcels besides those that are added, read when a carrier is asked about them.
        """
        self.credentials = Credentials.of("demo") if credentials is None else credentials
        self.clock = Clock(START) if clock is None else clock
        self.seed = seed
        self.journal: deque[Entry] = deque(maxlen=journal_limit)
        self.counts: Counter[tuple[str, str, int]] = Counter()
        self.tokens = Tokens(f"{seed}/{self.credentials.client_id}")
        self.random = Random(seed)
        self.stored = stored
        self._quotas = Quotas(quotas)
        self._parcels: dict[tuple[str, str], list[Parcel]] = {}
        self._shipments: dict[tuple[str, str], dict[str, None]] = {}  # the numbers of each, in order
        self._injected = InjectedFaults(seed)
        self._cache = AnswerCache(cache_bytes)
        self._changes = 0  # of parcels and faults
        self._views = {carrier.name: _SimulationView(self, carrier) for carrier in carriers.CARRIERS}
        self.add(*parcels)

    # -- parcels

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

        Those of `stored` are not included: there may be millions.
        """
        return tuple(parcel for group in self._parcels.values() for parcel in group)

    def holds(self, carrier: str, number: str) -> bool:
        """Whether there is a parcel of a carrier under a number, whether or not the carrier knows of it yet."""
        return bool(self._find_parcels(carrier, number))

    def recorded(self, carrier: str, number: str) -> tuple[Parcel, ...]:
        """What the carrier has on record under a number, published or not, with scan faults applied."""
        return self._injected.change_parcels(self._find_parcels(carrier, number), carrier, number, self.clock.now)

    def delivered_at(self, carrier: str, number: str) -> datetime | None:
        """When the carrier first reports every parcel under a number as delivered (UTC); None if it never does."""
        codes = carriers.by_name(carrier).codes.by_code

        def is_delivery(event: ScanEvent) -> bool:
            code = codes.get(event.code)
            return (event.kind if code is None else code.kind) is Kind.DELIVERED

        first_deliveries = [
            min((event.visible_from for event in parcel.events if is_delivery(event)), default=None)
            for parcel in self.recorded(carrier, number)
        ]
        instants = [instant for instant in first_deliveries if instant is not None]
        return max(instants) if instants and len(instants) == len(first_deliveries) else None

    def change_instants(self, carrier: str, number: str) -> list[datetime]:
        """The instants at which the carrier's records under a number change (UTC), without scan faults."""
        instants = []
        for parcel in self._find_parcels(carrier, number):
            if parcel.registered is not None:
                instants.append(parcel.registered)
            instants += [event.visible_from for event in parcel.events]
        return instants

    def shipment_numbers(self, carrier: str, shipment: str) -> tuple[str, ...]:
        """The numbers of a carrier's parcels under one shipment, in the order in which they were first added."""
        return tuple(self._shipments.get((carrier, shipment), ()))

    def _find_parcels(self, carrier: str, number: str) -> tuple[Parcel, ...]:
        """A carrier's parcels under a number, as they were given: the stored ones, then those that were added."""
        number = normalise(number)
        added = self._parcels.get((carrier, number), ())
        return tuple(added) if self.stored is None else (*self.stored.under(carrier, number), *added)

    # -- faults and tokens

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
        matching = calls if isinstance(calls, Calls) else Calls(frozenset(calls))
        envelope = Envelope(fault, Conditions(carrier, operation, frozenset(numbers), matching, chance, since, until))
        self.put(envelope)
        return envelope

    def put(self, *envelopes: Envelope) -> None:
        """Put the faults of envelopes in force, in their order, after those that are."""
        for envelope in envelopes:
            self._injected.add(envelope)
        self._changes += 1

    def clear_faults(self) -> None:
        """Put every fault out of force."""
        self._injected.clear()
        self._changes += 1

    @property
    def faults(self) -> tuple[Envelope, ...]:
        """The faults in force, in the order in which they act."""
        return self._injected.envelopes

    @property
    def acted(self) -> tuple[Envelope, ...]:
        """The faults in force that have changed something so far: a submission, a parcel's scans, or an answer."""
        return self._injected.acted

    def submit(self, submission: Submission, carrier: str) -> Submission:
        """A seller's submission about a parcel of a carrier as it reaches Amazon, with seller faults applied."""
        return self._injected.change_submission(submission, carrier)

    def revoke_tokens(self, carrier: str) -> None:
        """Revoke every access token that a carrier issued so far; new ones are valid. Raises MisuseError if unknown."""
        self.tokens.revoke_all(carriers.by_name(carrier).name)

    # -- calls

    @property
    def call_count(self) -> int:
        """The number of calls ever, including those that the journal no longer keeps."""
        return self.counts.total()

    @property
    def cached_bytes(self) -> int:
        """Roughly the memory that the answer cache takes."""
        return self._cache.size_bytes

    def handle(self, request: Request, stamp: float | None = None) -> Response:
        """The carrier's answer to a request. stamp: the door's monotonic seconds, for the journal.

        Raises MisuseError for a host of no carrier: doors pass on only requests to carriers' hosts.
        """
        carrier = carriers.by_host(request.host)
        if carrier is None:
            raise MisuseError(f"no carrier answers at {request.host!r}; there are {', '.join(carriers.HOSTS)}")
        found = None if self._quotas else self._find_cached(request)
        if found is None:
            route = routing.find(carrier, request)
            if isinstance(route, routing.Missed):
                return self._refuse_route(request, route, carrier, stamp)
            call = Call(request, route.parameters)
            found = self._refuse_excess(call, route.operation, carrier, stamp) or self._work_out(
                call, route.operation, carrier.name
            )
        answer = self._apply_faults(found, request, carrier) if self._injected else found.finished
        marred = answer is not found.finished and answer != found.finished
        self._record(request, carrier.name, found.operation, found.numbers, answer, stamp=stamp, marred=marred)
        return answer

    def ready_answer(self, request: Request) -> CachedAnswer | None:
        """The answer that `handle` would give, if it is cached and no fault or quota can touch it; else None.

        A door that sends it calls `record_ready` afterwards. It is the short way for a door that needs no more.
        """
        return None if self._injected or self._quotas else self._find_cached(request)

    def record_ready(self, request: Request, ready: CachedAnswer, stamp: float | None) -> None:
        """Record in the journal that a request got the answer that was ready for it."""
        self._record(request, ready.carrier, ready.operation, ready.numbers, ready.finished, stamp=stamp)

    def _find_cached(self, request: Request) -> CachedAnswer | None:
        return self._cache.find(request, self.clock.now, (self._changes, self.tokens.revocations, self.credentials))

    def _work_out(self, call: Call, operation: Operation, carrier: str) -> CachedAnswer:
        """The carrier's answer before faults; cached if another call may get it too."""
        view = RecordingView(self._views[carrier], call)
        numbers = operation.numbers(view.call, view)
        answer = operation.answer(view.call, view)
        answer = replace(answer, body=bytes(memoryview(answer.body)))  # orjson's own take twice their length
        worked_out = CachedAnswer(carrier, operation.name, numbers, call.parameters, answer, _with_length(answer))
        if not self._injected.change_scans:  # a scan fault may change when records change
            self._cache.keep(call.request, view, worked_out)
        return worked_out

    def _refuse_excess(
        self, call: Call, operation: Operation, carrier: Carrier, stamp: float | None
    ) -> CachedAnswer | None:
        """The carrier's refusal of a call that exceeds a quota; None for any other call, which then counts."""
        excess = self._quotas.count_call(carrier.name, operation.name, self.clock.now, stamp)
        if excess is None:
            return None
        view = self._views[carrier.name]
        answer = carrier.refusals.rate_limited(call.request, view, excess.retry_after_seconds)
        numbers = operation.numbers(call, view)
        return CachedAnswer(carrier.name, operation.name, numbers, call.parameters, answer, _with_length(answer))

    def _refuse_route(
        self, request: Request, missed: routing.Missed, carrier: Carrier, stamp: float | None
    ) -> Response:
        refusals = carrier.refusals
        refusal = refusals.no_such_method if missed.wrong_method else refusals.no_such_path
        answer = _with_length(refusal(request, self._views[carrier.name]))
        self._record(request, carrier.name, NO_ROUTE, (), answer, stamp=stamp, hint=missed.hint)
        return answer

    def _apply_faults(self, found: CachedAnswer, request: Request, carrier: Carrier) -> Response:
        """The answer as it goes out, after the faults that act on it."""
        call, view = Call(request, found.parameters), self._views[carrier.name]
        return _with_length(
            self._injected.change_answer(found.answer, call, carrier, view, found.operation, found.numbers)
        )

    def _record(
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
        """Record a call in the journal and the counts."""
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
                retry_after_seconds(answer),
                marred,
            )
        )


class _SimulationView:
    """One carrier's view of the simulation: the CarrierView that its operations get, behind a RecordingView."""

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

    def changes_at(self, number: str) -> list[datetime]:
        return self._simulation.change_instants(self._carrier.name, number)

    def shipment_parcels(self, parcel: Parcel) -> tuple[Parcel, ...]:
        if not parcel.shipment:
            return (parcel,)
        numbers = self._simulation.shipment_numbers(self._carrier.name, parcel.shipment)
        return tuple(
            other
            for number in numbers
            for other in self.parcels(number, parcel.api)
            if other.shipment == parcel.shipment
        )

    def shipment_changes_at(self, parcel: Parcel) -> list[datetime]:
        numbers = self._simulation.shipment_numbers(self._carrier.name, parcel.shipment)
        return [instant for number in numbers for instant in self.changes_at(number)]

    def token_expires_at(self, token: str) -> datetime | None:
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


def _with_length(answer: Response) -> Response:
    """The answer with its Content-Length: the declared one, which may differ from what goes out."""
    declared = answer.delivery.declared_length
    length = len(answer.body) if declared is None else declared
    headers = tuple(pair for pair in answer.headers if pair[0] != "content-length")
    return replace(answer, headers=(*headers, ("content-length", str(length))))
