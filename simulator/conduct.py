"""Conduct: what a caller's own calls say about it, read from the journal. A finding has a name that never changes.

Everything here follows from the entries of the journal, and from when a parcel was reported delivered; nothing is
counted while calls are answered. A pause between two calls is what passed on the clock that shows more of it
(`clock.between`): a client waits in real time, or turns the simulated clock.

A client is given the benefit of the doubt: the thresholds lie beyond what a careful client does with bad luck, and an
answer in which a fault had a hand excuses asking again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from simulator.clock import between
from simulator.core.simulation import NO_ROUTE, Entry, Simulation

MIN_PAUSE_SECONDS = 0.5  # after a 429 that says nothing: clients' first back-offs are half a second or more
IN_FLIGHT_SECONDS = 0.25  # by a door's stamps: other questions that a parallel client had sent before it read the 429
TOKENS_FOR_NOTHING = 3  # tokens fetched while the one before was good: a restart or two are nobody's fault
TOKEN_SECONDS = 600  # the shortest life of a token at any carrier is an hour; ten minutes are no reason for another
CALLS_WITH_REFUSED_TOKEN = 2  # one more call tells whether the token or the number was refused; two tell nothing
BATCH_UNUSED_CALLS = 5  # single numbers in a row; fewer may come as they are needed
BATCH_SECONDS = 60  # within which they could have been one call
POLLS_AFTER_DELIVERY = 3  # further questions within a day about a parcel that was told to be delivered
POLLS_SECONDS = 86_400  # a report a day may ask again
SAME_QUESTIONS = 3  # within a minute, all with the same whole answer: two may come from two parts of a program
SAME_SECONDS = 60
STORM_TRIES = 5  # of a question that fails: four with doubling pauses from a second on take seven seconds
STORM_SECONDS = 10
REFUSED_TOKEN_CALLS = 3  # the same credentials, refused: once more may be a typing error being mended
HAMMER_SECONDS = 60

_TOKEN, _REVOKE = "token", "revoke"  # names of operations
_REFUSALS = frozenset({400, 401, 403, 422})  # of a token call, for its credentials


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding's name: what it means, what would be polite, and who asks for it (grade as for all facts)."""

    name: str
    says: str
    polite: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding about a caller at one carrier.

    times: how often it was done. first_call: the ordinal of the first call that did it, counted over the whole session
    from 1. says: what was done. polite: what would have been. source, grade: of the rule.
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
    """What was counted at one carrier.

    calls: those about parcels, refused and repeated ones too. tokens: calls for a token. batch_size: most numbers in
    one call. refused_for_frequency: answers of 429.
    """

    carrier: str
    calls: int
    tokens: int
    batch_size: int
    refused_for_frequency: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """How many numbers an operation takes in one call."""

    most: int
    source: str
    grade: str


# Restated here from the carriers' own modules' sources: what a caller may rely on, not what the fake refuses.
BATCHES: Mapping[tuple[str, str], Batch] = {
    ("fedex", "track"): Batch(30, "FedEx Track API: up to 30 numbers a call", "A"),
    ("fedex", "documents"): Batch(30, "FedEx Track API: up to 30 numbers a call", "A"),
    ("usps", "track_several"): Batch(35, "USPS 3.2 takes a list; 35 was the limit of the interface before it", "C"),
    ("dhl", "mydhl_track_several"): Batch(200, "MyDHL API 3.1.1: up to 200 numbers a call", "A"),
}
_BATCHES_MEANT = frozenset({("fedex", "track"), ("usps", "track_several")})  # where single numbers are a waste

RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "retry_after_ignored",
            "called again before the time that Retry-After asked for was over",
            "wait as many seconds as Retry-After says before the next call to that interface",
            "USPS API specs: 429 and 503 carry Retry-After",
            "A",
        ),
        Rule(
            "no_pause_after_429",
            f"repeated a call within {MIN_PAUSE_SECONDS:g} s of a 429 that said nothing about how long to wait",
            "pause a second or more, and longer each time",
            "UPS-API/api-documentation#8: 429 without Retry-After",
            "B",
        ),
        Rule(
            "token_per_call",
            "fetched a token for every call, though the one before was good",
            "keep a token until it expires or is refused",
            "UPS-API/api-documentation#123 and FedEx's best practices",
            "A",
        ),
        Rule(
            "token_renewed_too_often",
            f"fetched another token within {TOKEN_SECONDS // 60} minutes, though the one before was good",
            "keep a token until it expires or is refused",
            "FedEx's best practices: keep a token until a 401",
            "A",
        ),
        Rule(
            "calls_after_401",
            "went on with an access token that had been refused",
            "fetch a new token after a 401, once",
            "FedEx's best practices: renew after a 401",
            "A",
        ),
        Rule(
            "credentials_hammered",
            "asked for a token again and again with credentials that had been refused",
            "stop, and let somebody look at the credentials",
            "FedEx's page on thresholds: an address is blocked for about ten minutes",
            "A",
        ),
        Rule(
            "batch_unused",
            "asked about single numbers, one after another, where one call takes many",
            "collect numbers and ask about as many as one call takes",
            "",
            "A",
        ),
        Rule(
            "batch_limit_exceeded",
            "asked about more numbers in one call than the carrier takes",
            "split the numbers into calls of at most as many as the carrier takes",
            "",
            "A",
        ),
        Rule(
            "polling_after_delivery",
            "went on asking about parcels that had been told to be delivered",
            "stop asking once a parcel is delivered; its history is over",
            "DHL: fair use is ten calls for a shipment a day",
            "A",
        ),
        Rule(
            "same_question_again",
            f"asked the same question within {SAME_SECONDS} s, though it had been answered",
            "keep an answer for a while; carriers' records change by the hour",
            "our own idea of politeness",
            "D",
        ),
        Rule(
            "retry_storm",
            f"tried a failing question {STORM_TRIES} times or more within {STORM_SECONDS} s",
            "try a few times with pauses that double, then give up for now",
            "UPS-API/api-documentation#8; a client with 60 to 170 refusals an hour (bloodhound#186)",
            "B",
        ),
        Rule(
            "unknown_path",
            "called a path or method that the carrier doesn't have",
            "mend the URL; UPS's token path has no /api before it, its tracking paths do",
            "UPS-API/api-documentation#26",
            "B",
        ),
    )
}


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
        """What tells tries of one question: not the query or the body, which may carry a time."""
        return self.entry.operation, self.entry.method, self.entry.path, self.entry.numbers

    @property
    def failed(self) -> bool:
        """Whether trying again is no wonder: the carrier was busy or broken, or a fault spoilt the answer."""
        return self.entry.status == HTTPStatus.TOO_MANY_REQUESTS or self.entry.status >= 500 or self.entry.marred  # noqa: PLR2004 (HTTP's own bound)


Delivered = Callable[[str, str], datetime | None]
_Hits = Sequence[_Call]


def of(simulation: Simulation, since: int = 0) -> tuple[Conduct, ...]:
    """The conduct at every carrier that was called, as far as the journal reaches back.

    since: calls of the session that are left aside, from the first one on.
    """
    first = simulation.entered - len(simulation.journal) + 1
    entries = list(simulation.journal)
    skipped = max(0, since - first + 1)
    return judge(entries[skipped:], simulation.delivered_at, first + skipped)


def judge(entries: Iterable[Entry], delivered: Delivered, first: int = 1) -> tuple[Conduct, ...]:
    """The conduct at every carrier that was called.

    delivered: from when on a carrier tells of a number that it was delivered (UTC), or None. first: the ordinal of the
    first entry.
    """
    calls: dict[str, list[_Call]] = {}
    for ordinal, entry in enumerate(entries, start=first):
        calls.setdefault(entry.carrier, []).append(_Call(ordinal, entry))
    return tuple(_judged(carrier, made, delivered) for carrier, made in calls.items())


def _judged(carrier: str, calls: Sequence[_Call], delivered: Delivered) -> Conduct:
    found: dict[str, _Hits] = {
        "retry_after_ignored": _retry_after_ignored(calls),
        "no_pause_after_429": _no_pause(calls),
        **_tokens(calls),
        "calls_after_401": _after_401(calls),
        "credentials_hammered": _hammered(calls),
        "batch_unused": _batch_unused(carrier, calls),
        "batch_limit_exceeded": _too_many_numbers(carrier, calls),
        "polling_after_delivery": _polling(carrier, calls, delivered),
        "same_question_again": _same_again(calls),
        "retry_storm": _storm(calls),
        "unknown_path": [call for call in calls if call.entry.operation == NO_ROUTE],
    }
    asked = [call.entry for call in calls if call.entry.operation not in {_TOKEN, _REVOKE, NO_ROUTE}]
    return Conduct(
        carrier,
        len(asked),
        sum(call.entry.operation == _TOKEN for call in calls),
        max((len(entry.numbers) for entry in asked), default=0),
        sum(call.entry.status == HTTPStatus.TOO_MANY_REQUESTS for call in calls),
        tuple(_finding(carrier, name, hits) for name, hits in found.items() if hits),
    )


def _finding(carrier: str, name: str, hits: _Hits) -> Finding:
    rule = RULES[name]
    source, grade = rule.source, rule.grade
    if not source:
        batch = BATCHES[carrier, hits[0].entry.operation]
        source, grade = batch.source, batch.grade
    first = min(hit.ordinal for hit in hits)
    return Finding(name, carrier, len(hits), first, rule.says, rule.polite, source, grade)


def _retry_after_ignored(calls: Sequence[_Call]) -> _Hits:
    """Calls to an interface before the time is up that its last answer with Retry-After asked for."""
    asking: dict[str, _Call] = {}
    hits = []
    for call in calls:
        last = asking.get(call.entry.operation)
        if last is not None and last.entry.retry_after is not None:
            passed = last.before(call)
            in_flight = call.question != last.question and call.entry.stamp is not None and passed < IN_FLIGHT_SECONDS
            if passed < last.entry.retry_after and not in_flight:
                hits.append(call)
        if call.entry.retry_after is not None:
            asking[call.entry.operation] = call
        elif last is not None and last.before(call) >= (last.entry.retry_after or 0):
            del asking[call.entry.operation]
    return hits


def _no_pause(calls: Sequence[_Call]) -> _Hits:
    """Repetitions at once of a call that was refused for its frequency, with no word on how long to wait."""
    refused: dict[tuple[object, ...], _Call] = {}
    hits = []
    for call in calls:
        last = refused.pop(call.question, None)
        if last is not None and last.before(call) < MIN_PAUSE_SECONDS:
            hits.append(call)
        if call.entry.status == HTTPStatus.TOO_MANY_REQUESTS and call.entry.retry_after is None:
            refused[call.question] = call
    return hits


def _tokens(calls: Sequence[_Call]) -> dict[str, _Hits]:
    """Tokens fetched while the one before was still good: for every call, or merely too often."""
    last: _Call | None = None
    used = 0
    per_call: list[_Call] = []
    too_often: list[_Call] = []
    for call in calls:
        entry = call.entry
        if entry.status == HTTPStatus.UNAUTHORIZED or entry.operation == _REVOKE:
            last = None  # a reason for a new one
        elif entry.operation != _TOKEN:
            used += entry.operation != NO_ROUTE
        elif entry.status == HTTPStatus.OK and not entry.marred:
            if last is not None and last.before(call) < TOKEN_SECONDS:
                (per_call if used <= 1 else too_often).append(call)
            last, used = call, 0
        elif entry.marred:
            last = None  # what the fault said of the token may be a reason for another
    if len(per_call) >= TOKENS_FOR_NOTHING:
        return {"token_per_call": per_call, "token_renewed_too_often": _if_many(too_often, TOKENS_FOR_NOTHING)}
    return {"token_renewed_too_often": _if_many(sorted([*per_call, *too_often], key=_ordinal), TOKENS_FOR_NOTHING)}


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
            refused.discard(entry.token)  # it was another thing that was refused
            again.pop(entry.token, None)
    hits = [call for made in again.values() if len(made) >= CALLS_WITH_REFUSED_TOKEN for call in made]
    return sorted(hits, key=_ordinal)


def _hammered(calls: Sequence[_Call]) -> _Hits:
    """Calls for a token that were refused, and repeated all the same."""
    refused = [call for call in calls if call.entry.operation == _TOKEN and call.entry.status in _REFUSALS]
    return _runs(refused, REFUSED_TOKEN_CALLS, HAMMER_SECONDS)


def _batch_unused(carrier: str, calls: Sequence[_Call]) -> _Hits:
    """Single numbers, each another one, where one call takes many; those of a batch that was refused are excused."""
    hits: list[_Call] = []
    for operation in {call.entry.operation for call in calls if (carrier, call.entry.operation) in _BATCHES_MEANT}:
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
        hits.extend(_runs(single, BATCH_UNUSED_CALLS, BATCH_SECONDS))
    return hits


def _too_many_numbers(carrier: str, calls: Sequence[_Call]) -> _Hits:
    hits = []
    for call in calls:
        batch = BATCHES.get((carrier, call.entry.operation))
        if batch is not None and len(call.entry.numbers) > batch.most:
            hits.append(call)
    return hits


def _polling(carrier: str, calls: Sequence[_Call], delivered: Delivered) -> _Hits:
    """Questions about a number after one that was answered with its delivery."""
    told: dict[str, list[_Call]] = {}
    for call in calls:
        entry = call.entry
        if entry.operation in {_TOKEN, _REVOKE, NO_ROUTE} or call.failed or entry.status >= 400:  # noqa: PLR2004 (HTTP's own bound)
            continue
        for number in entry.numbers:
            since = delivered(carrier, number)
            if since is not None and since <= entry.at:
                told.setdefault(number, []).append(call)
    hits: dict[int, _Call] = {}
    for made in told.values():
        run = _runs(made, POLLS_AFTER_DELIVERY + 1, POLLS_SECONDS)
        hits.update((call.ordinal, call) for call in run[1:])
    return sorted(hits.values(), key=_ordinal)


def _same_again(calls: Sequence[_Call]) -> _Hits:
    """The same question, to the letter, though its answer had come whole, and was the carrier's."""
    asked: dict[tuple[object, ...], list[_Call]] = {}
    for call in calls:
        entry = call.entry
        if entry.operation in {_TOKEN, _REVOKE, NO_ROUTE} or call.failed or entry.status >= 400:  # noqa: PLR2004 (HTTP's own bound)
            continue
        asked.setdefault((*call.question, entry.query, entry.body), []).append(call)
    hits = [call for made in asked.values() for call in _runs(made, SAME_QUESTIONS, SAME_SECONDS)[1:]]
    return sorted(hits, key=_ordinal)


def _storm(calls: Sequence[_Call]) -> _Hits:
    """Tries of one question, one failing after the other, in a short time."""
    tries: dict[tuple[object, ...], list[_Call]] = {}
    hits: list[_Call] = []
    for call in calls:
        made = tries.setdefault(call.question, [])
        made.append(call)
        if not call.failed:
            hits.extend(_runs(tries.pop(call.question), STORM_TRIES, STORM_SECONDS))
    hits.extend(call for made in tries.values() for call in _runs(made, STORM_TRIES, STORM_SECONDS))
    return sorted(hits, key=_ordinal)


def _runs(calls: Sequence[_Call], least: int, seconds: float) -> list[_Call]:
    """The calls that are among `least` within so many seconds."""
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


def findings(conducts: Iterable[Conduct]) -> Iterator[Finding]:
    """All findings, carrier by carrier."""
    for conduct in conducts:
        yield from conduct.findings
