"""Conduct: what a client's own calls show about it, read from the journal. A finding has a name that never changes.

Everything here follows from the entries of the journal, and from when a parcel was reported delivered; nothing is
counted while calls are answered. The pause between two calls is the longer one of simulated and real time
(`clock.between`): a client waits in real time, or turns the simulated clock. An answer that a fault changed excuses a
repeated call.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from simulator import conduct_rules as rules
from simulator.clock import between
from simulator.core.journal import NO_ROUTE, Entry
from simulator.core.simulation import Simulation

_TOKEN, _REVOKE = "token", "revoke"  # names of operations
_REFUSALS = frozenset({400, 401, 403, 422})  # of a token call, for its credentials


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding about a client's calls to one carrier.

    name: that of its rule.
    carrier: its name.
    times: how many calls broke the rule.
    first_call: the ordinal of the first of them, counted from 1 over the whole session.
    says: what the client did.
    polite: what would have been polite.
    source: who asks for it.
    grade: how sure that is.
    """

    name: str
    carrier: str
    times: int
    first_call: int
    says: str
    polite: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """A client's calls to one carrier.

    carrier: its name.
    calls: how many were about parcels, including refused and repeated ones.
    tokens: how many were for a token.
    batch_size: the most numbers in one call.
    refused_for_frequency: how many were answered with 429.
    findings: what was impolite about them.
    """

    carrier: str
    calls: int
    tokens: int
    batch_size: int
    refused_for_frequency: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    """An entry and its ordinal in the session."""

    ordinal: int
    entry: Entry

    def before(self, later: "_Call") -> float:
        """The seconds from this call to a later one."""
        return between(self.entry.at, self.entry.stamp, later.entry.at, later.entry.stamp)

    @property
    def question(self) -> tuple[object, ...]:
        """What tries of one question have in common; query and body are left out, because they may contain a time."""
        return self.entry.operation, self.entry.method, self.entry.path, self.entry.numbers

    @property
    def failed(self) -> bool:
        """Whether another try is justified: the carrier was busy or broken, or a fault changed the answer."""
        return self.entry.status == HTTPStatus.TOO_MANY_REQUESTS or self.entry.status >= 500 or self.entry.marred  # noqa: PLR2004 (all of HTTP's server errors)


DeliveredAt = Callable[[str, str], datetime | None]
_Hits = Sequence[_Call]


def assess_conduct(simulation: Simulation, since: int = 0) -> tuple[Conduct, ...]:
    """The conduct at every carrier that was called, as far as the journal reaches back.

    since: how many of the session's calls to ignore, from the first one on.
    """
    first = simulation.call_count - len(simulation.journal) + 1
    entries = list(simulation.journal)
    skipped = max(0, since - first + 1)
    return assess_entries(entries[skipped:], simulation.delivered_at, first + skipped)


def assess_entries(entries: Iterable[Entry], delivered_at: DeliveredAt, first: int = 1) -> tuple[Conduct, ...]:
    """The conduct at every carrier that was called.

    delivered_at: from a carrier and a number to the instant from which the carrier reports it delivered (UTC), or None.
    first: the ordinal of the first entry.
    """
    calls: dict[str, list[_Call]] = {}
    for ordinal, entry in enumerate(entries, start=first):
        calls.setdefault(entry.carrier, []).append(_Call(ordinal, entry))
    return tuple(_assess_carrier(carrier, made, delivered_at) for carrier, made in calls.items())


def _assess_carrier(carrier: str, calls: Sequence[_Call], delivered_at: DeliveredAt) -> Conduct:
    hits_of: dict[str, _Hits] = {
        "retry_after_ignored": _retry_after_ignored(calls),
        "no_pause_after_429": _no_pause(calls),
        **_tokens(calls),
        "calls_after_401": _after_401(calls),
        "credentials_hammered": _hammered(calls),
        "batch_unused": _batch_unused(carrier, calls),
        "batch_limit_exceeded": _too_many_numbers(carrier, calls),
        "polling_after_delivery": _polling(carrier, calls, delivered_at),
        "same_question_again": _same_again(calls),
        "retry_storm": _storm(calls),
        "unknown_path": [call for call in calls if call.entry.operation == NO_ROUTE],
    }
    about_parcels = [call.entry for call in calls if call.entry.operation not in {_TOKEN, _REVOKE, NO_ROUTE}]
    return Conduct(
        carrier,
        len(about_parcels),
        sum(call.entry.operation == _TOKEN for call in calls),
        max((len(entry.numbers) for entry in about_parcels), default=0),
        sum(call.entry.status == HTTPStatus.TOO_MANY_REQUESTS for call in calls),
        tuple(_finding(carrier, name, hits) for name, hits in hits_of.items() if hits),
    )


def _finding(carrier: str, name: str, hits: _Hits) -> Finding:
    rule = rules.RULES[name]
    source, grade = rule.source, rule.grade
    if not source:
        batch = rules.BATCHES[carrier, hits[0].entry.operation]
        source, grade = batch.source, batch.grade
    first = min(hit.ordinal for hit in hits)
    return Finding(name, carrier, len(hits), first, rule.says, rule.polite, source, grade)


def _retry_after_ignored(calls: Sequence[_Call]) -> _Hits:
    """Calls to an operation before the wait is over that its last answer with Retry-After asked for."""
    waits: dict[str, _Call] = {}
    hits = []
    for call in calls:
        last = waits.get(call.entry.operation)
        if last is not None and last.entry.retry_after is not None:
            passed = last.before(call)
            in_flight = (
                call.question != last.question and call.entry.stamp is not None and passed < rules.IN_FLIGHT_SECONDS
            )
            if passed < last.entry.retry_after and not in_flight:
                hits.append(call)
        if call.entry.retry_after is not None:
            waits[call.entry.operation] = call
        elif last is not None and last.before(call) >= (last.entry.retry_after or 0):
            del waits[call.entry.operation]
    return hits


def _no_pause(calls: Sequence[_Call]) -> _Hits:
    """Calls repeated at once after a 429 without Retry-After."""
    refused: dict[tuple[object, ...], _Call] = {}
    hits = []
    for call in calls:
        last = refused.pop(call.question, None)
        if last is not None and last.before(call) < rules.MIN_PAUSE_SECONDS:
            hits.append(call)
        if call.entry.status == HTTPStatus.TOO_MANY_REQUESTS and call.entry.retry_after is None:
            refused[call.question] = call
    return hits


def _tokens(calls: Sequence[_Call]) -> dict[str, _Hits]:
    """Tokens fetched while the one before was still valid: for every call, or just too often."""
    last: _Call | None = None
    used = 0
    per_call: list[_Call] = []
    too_often: list[_Call] = []
    for call in calls:
        entry = call.entry
        if entry.status == HTTPStatus.UNAUTHORIZED or entry.operation == _REVOKE:
            last = None  # a new one is justified
        elif entry.operation != _TOKEN:
            used += entry.operation != NO_ROUTE
        elif entry.status == HTTPStatus.OK and not entry.marred:
            if last is not None and last.before(call) < rules.TOKEN_SECONDS:
                (per_call if used <= 1 else too_often).append(call)
            last, used = call, 0
        elif entry.marred:
            last = None  # the fault may have made the token look invalid
    if len(per_call) >= rules.TOKENS_FOR_NOTHING:
        return {"token_per_call": per_call, "token_renewed_too_often": _if_many(too_often, rules.TOKENS_FOR_NOTHING)}
    return {
        "token_renewed_too_often": _if_many(sorted([*per_call, *too_often], key=_ordinal), rules.TOKENS_FOR_NOTHING)
    }


def _after_401(calls: Sequence[_Call]) -> _Hits:
    """Calls with a token that had been refused."""
    refused: set[str] = set()
    again: dict[str, list[_Call]] = {}
    for call in calls:
        entry = call.entry
        if not entry.token or entry.operation in {_TOKEN, _REVOKE}:
            continue
        if entry.token in refused:
            again.setdefault(entry.token, []).append(call)
        if entry.status == HTTPStatus.UNAUTHORIZED:
            refused.add(entry.token)
        elif entry.status == HTTPStatus.OK and not entry.marred:
            refused.discard(entry.token)  # something else was refused, not the token
            again.pop(entry.token, None)
    hits = [call for made in again.values() if len(made) >= rules.CALLS_WITH_REFUSED_TOKEN for call in made]
    return sorted(hits, key=_ordinal)


def _hammered(calls: Sequence[_Call]) -> _Hits:
    """Calls for a token that were refused, and repeated nevertheless."""
    refused = [call for call in calls if call.entry.operation == _TOKEN and call.entry.status in _REFUSALS]
    return _runs(refused, rules.REFUSED_TOKEN_CALLS, rules.HAMMER_SECONDS)


def _batch_unused(carrier: str, calls: Sequence[_Call]) -> _Hits:
    """Calls for one number after another where one call takes many; the numbers of a refused batch are excused."""
    hits: list[_Call] = []
    for operation in {
        call.entry.operation for call in calls if (carrier, call.entry.operation) in rules.BATCHES_EXPECTED
    }:
        excused: set[str] = set()
        seen: set[str] = set()
        single = []
        for call in calls:
            numbers = call.entry.numbers
            if call.entry.operation != operation:
                continue
            if len(numbers) > 1 and call.entry.status != HTTPStatus.OK:
                excused.update(numbers)
            elif len(numbers) == 1 and numbers[0] not in seen | excused:
                seen.add(numbers[0])
                single.append(call)
        hits.extend(_runs(single, rules.BATCH_UNUSED_CALLS, rules.BATCH_SECONDS))
    return hits


def _too_many_numbers(carrier: str, calls: Sequence[_Call]) -> _Hits:
    hits = []
    for call in calls:
        batch = rules.BATCHES.get((carrier, call.entry.operation))
        if batch is not None and len(call.entry.numbers) > batch.most:
            hits.append(call)
    return hits


def _polling(carrier: str, calls: Sequence[_Call], delivered_at: DeliveredAt) -> _Hits:
    """Calls about a number after one whose answer reported its delivery."""
    after_delivery: dict[str, list[_Call]] = {}
    for call in calls:
        entry = call.entry
        if entry.operation in {_TOKEN, _REVOKE, NO_ROUTE} or call.failed or entry.status >= 400:  # noqa: PLR2004 (all of HTTP's errors)
            continue
        for number in entry.numbers:
            since = delivered_at(carrier, number)
            if since is not None and since <= entry.at:
                after_delivery.setdefault(number, []).append(call)
    hits: dict[int, _Call] = {}
    for made in after_delivery.values():
        run = _runs(made, rules.POLLS_AFTER_DELIVERY + 1, rules.POLLS_SECONDS)
        hits.update((call.ordinal, call) for call in run[1:])
    return sorted(hits.values(), key=_ordinal)


def _same_again(calls: Sequence[_Call]) -> _Hits:
    """Calls equal to the letter, although the answer had come complete, and unchanged by a fault."""
    equal: dict[tuple[object, ...], list[_Call]] = {}
    for call in calls:
        entry = call.entry
        if entry.operation in {_TOKEN, _REVOKE, NO_ROUTE} or call.failed or entry.status >= 400:  # noqa: PLR2004 (all of HTTP's errors)
            continue
        equal.setdefault((*call.question, entry.query, entry.body), []).append(call)
    hits = [call for made in equal.values() for call in _runs(made, rules.SAME_QUESTIONS, rules.SAME_SECONDS)[1:]]
    return sorted(hits, key=_ordinal)


def _storm(calls: Sequence[_Call]) -> _Hits:
    """Failing tries of one question in quick succession."""
    tries: dict[tuple[object, ...], list[_Call]] = {}
    hits: list[_Call] = []
    for call in calls:
        made = tries.setdefault(call.question, [])
        made.append(call)
        if not call.failed:
            hits.extend(_runs(tries.pop(call.question), rules.STORM_TRIES, rules.STORM_SECONDS))
    hits.extend(call for made in tries.values() for call in _runs(made, rules.STORM_TRIES, rules.STORM_SECONDS))
    return sorted(hits, key=_ordinal)


def _runs(calls: Sequence[_Call], least: int, seconds: float) -> list[_Call]:
    """The calls that are among at least `least` within some seconds."""
    hits: dict[int, _Call] = {}
    for start in range(len(calls) - least + 1):
        together = calls[start : start + least]
        if 0 <= together[0].before(together[-1]) <= seconds:
            hits.update((call.ordinal, call) for call in together)
    return list(hits.values())


def _if_many(hits: _Hits, least: int) -> _Hits:
    return hits if len(hits) >= least else ()


def _ordinal(call: _Call) -> int:
    return call.ordinal
