"""Query the carriers about every submitted pair of carrier and number, each pair once.

A number unknown to its named carrier is also looked up at every other carrier whose numbers look like it, so that a
right number under a wrong carrier can be distinguished from a number that no carrier knows. A number without a usable
answer is not looked up elsewhere: its own carrier may know it.

Carriers can be queried at once, each by a thread of its own: five that refuse connections then take as long as one.
That works in real time only. A simulated clock advances with every wait, so two waiting threads advance it twice.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from queue import SimpleQueue
from threading import Thread

from vtr.reference.clients import CLIENTS, chinapost, dhl, fedex, ups, usps
from vtr.reference.clients.answers import Answer
from vtr.reference.clients.endpoints import Endpoints, missing_credentials
from vtr.reference.clients.http import Clocks, RetryPolicy, utc_now
from vtr.reference.clients.number_shapes import carriers_by_shape
from vtr.reference.errors import EndpointError


def collect(
    pairs: Iterable[tuple[str, str]],
    endpoints: Endpoints,
    *,
    wait: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
    clock: Callable[[], datetime] = utc_now,
    policy: RetryPolicy | None = None,
    progress: Callable[[int, int], None] | None = None,
    at_once: bool = False,
) -> tuple[Answer, ...]:
    """Look up pairs of client and number; returns one answer per pair, carrier by carrier in the order of first use.

    Numbers are sent and answered trimmed and in upper case; empty ones are left out. Answers of carriers that were not
    named, about numbers unknown to the named one, come last. Raises EndpointError for an unknown client.

    wait, now, clock: see `clients.http.Clocks`; with at_once they must be safe to call from several threads.
    policy: how often and how long each carrier is asked.
    progress: called with the number of answers and of questions so far, by the caller's thread.
    at_once: query the carriers in parallel; answers and their order stay the same.
    """
    clocks = Clocks(wait, now, clock)
    retries = policy or RetryPolicy()
    named = _group_by_client((client, number.strip().upper()) for client, number in pairs)
    questions = sum(map(len, named.values()))
    done = 0

    def count_answer() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, questions)

    query_all = _query_at_once if at_once else _query_in_turn
    answers = query_all(named, endpoints, retries, clocks, count_answer)
    elsewhere = _group_by_client(
        (client, answer.tracking_number)
        for answer in answers
        if answer.outcome == "unknown"
        for client in carriers_by_shape(answer.tracking_number)
        if endpoints.has(client) and answer.tracking_number not in named.get(client, {})
    )
    questions += sum(map(len, elsewhere.values()))
    return (*answers, *query_all(elsewhere, endpoints, retries, clocks, count_answer))


def _group_by_client(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, None]]:
    """Group distinct numbers by client, in the order of first mention (a dict keeps it, and looks up quickly)."""
    groups: dict[str, dict[str, None]] = {}
    for client, number in pairs:
        if client not in CLIENTS:
            raise EndpointError(f"carrier client {client!r}: expected one of {', '.join(CLIENTS)}")
        if number:
            groups.setdefault(client, {})[number] = None
    return groups


_Groups = dict[str, dict[str, None]]


def _query_in_turn(
    groups: _Groups, endpoints: Endpoints, policy: RetryPolicy, clocks: Clocks, count_answer: Callable[[], None]
) -> list[Answer]:
    answers: list[Answer] = []
    for client, numbers in groups.items():
        for answer in _query(client, tuple(numbers), endpoints, policy, clocks):
            answers.append(answer)
            count_answer()
    return answers


def _query_at_once(
    groups: _Groups, endpoints: Endpoints, policy: RetryPolicy, clocks: Clocks, count_answer: Callable[[], None]
) -> list[Answer]:
    """Query the carriers in parallel; the answers are still returned carrier by carrier.

    Threads are daemons: a user who interrupts must not wait until the last carrier has been given up.
    """
    arrived: SimpleQueue[tuple[str, Answer | BaseException | None]] = SimpleQueue()

    def ask(client: str, numbers: tuple[str, ...]) -> None:
        try:
            for answer in _query(client, numbers, endpoints, policy, clocks):
                arrived.put((client, answer))
        except BaseException as error:  # noqa: BLE001 (raised again by the caller's thread)
            arrived.put((client, error))
        else:
            arrived.put((client, None))

    for client, numbers in groups.items():
        Thread(target=ask, args=(client, tuple(numbers)), name=f"vtr-{client}", daemon=True).start()
    answers: dict[str, list[Answer]] = {client: [] for client in groups}
    unfinished = set(groups)
    while unfinished:
        client, answer = arrived.get()
        if isinstance(answer, BaseException):
            raise answer
        if answer is None:
            unfinished.remove(client)
        else:
            answers[client].append(answer)
            count_answer()
    return [answer for client in groups for answer in answers[client]]


def _query(
    client: str, numbers: Sequence[str], endpoints: Endpoints, policy: RetryPolicy, clocks: Clocks
) -> Iterable[Answer]:
    if client == "ups" and endpoints.ups is not None:
        return ups.track(numbers, endpoints.ups, policy, clocks)
    if client == "usps" and endpoints.usps is not None:
        return usps.track(numbers, endpoints.usps, policy, clocks)
    if client == "fedex" and endpoints.fedex is not None:
        return fedex.track(numbers, endpoints.fedex, policy, clocks)
    if client == "dhl" and endpoints.dhl is not None:
        return dhl.track(numbers, endpoints.dhl, policy, clocks)
    if client == "chinapost" and endpoints.chinapost is not None:
        return chinapost.track(numbers, endpoints.chinapost, policy, clocks)
    return (Answer(client, number, "unanswered", why=missing_credentials(client)) for number in numbers)
