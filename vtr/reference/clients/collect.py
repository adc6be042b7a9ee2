"""The carriers are asked about every submitted pair of carrier and number, each pair once.

A number that its named carrier does not know is asked of every other carrier whose numbers look like it, so that a
right number under a wrong carrier can be told from a number that nobody knows. A number that got no usable answer is
not asked elsewhere: whether its carrier knows it is open.

Carriers can be asked at once, each by a thread of its own: five that refuse connections then cost the patience for one.
That is for real time only. A simulated clock is turned by whoever waits, so two that wait would turn it twice.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from queue import SimpleQueue
from threading import Thread

from vtr.reference.clients import CLIENTS, chinapost, dhl, fedex, ups, usps
from vtr.reference.clients.answers import Answer
from vtr.reference.clients.endpoints import Endpoints, missing
from vtr.reference.clients.http import Patience, Waiting, utc_now
from vtr.reference.clients.number_shapes import may_belong_to
from vtr.reference.errors import EndpointError


def collect(
    pairs: Iterable[tuple[str, str]],
    endpoints: Endpoints,
    *,
    wait: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
    clock: Callable[[], datetime] = utc_now,
    patience: Patience | None = None,
    progress: Callable[[int, int], None] | None = None,
    at_once: bool = False,
) -> tuple[Answer, ...]:
    """Ask about pairs of client and number and give one answer per pair, carrier by carrier in the order of first use.

    Numbers are asked and answered trimmed and in upper case; empty ones are left out. wait, now, clock: see
    `clients.http.Waiting`; with at_once they must bear calls from several threads, each carrier asked by one. Answers
    are the same in either way, and so is their order. progress: called with the count of answers and of questions so
    far, by the caller's thread. Answers of carriers that nobody named, about numbers unknown to the named one, come
    last. Raises EndpointError for an unknown client.
    """
    waiting = Waiting(wait, now, clock)
    how_long = patience or Patience()
    named = _grouped((client, number.strip().upper()) for client, number in pairs)
    asked = sum(map(len, named.values()))
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, asked)

    ask_all = _ask_at_once if at_once else _ask_in_turn
    answers = ask_all(named, endpoints, how_long, waiting, tell)
    elsewhere = _grouped(
        (client, answer.tracking_number)
        for answer in answers
        if answer.outcome == "unknown"
        for client in may_belong_to(answer.tracking_number)
        if endpoints.has(client) and answer.tracking_number not in named.get(client, {})
    )
    asked += sum(map(len, elsewhere.values()))
    return (*answers, *ask_all(elsewhere, endpoints, how_long, waiting, tell))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, None]]:
    """Group distinct numbers by client, in order of first mention (a dict keeps it, and finds quickly)."""
    groups: dict[str, dict[str, None]] = {}
    for client, number in pairs:
        if client not in CLIENTS:
            raise EndpointError(f"carrier client {client!r}: expected one of {', '.join(CLIENTS)}")
        if number:
            groups.setdefault(client, {})[number] = None
    return groups


_Groups = dict[str, dict[str, None]]


def _ask_in_turn(
    groups: _Groups, endpoints: Endpoints, patience: Patience, waiting: Waiting, tell: Callable[[], None]
) -> list[Answer]:
    answers: list[Answer] = []
    for client, numbers in groups.items():
        for answer in _ask(client, tuple(numbers), endpoints, patience, waiting):
            answers.append(answer)
            tell()
    return answers


def _ask_at_once(
    groups: _Groups, endpoints: Endpoints, patience: Patience, waiting: Waiting, tell: Callable[[], None]
) -> list[Answer]:
    """Ask the carriers at the same time; their answers stand carrier by carrier all the same.

    Threads are daemons: a user who interrupts must not wait until the last carrier has been given up.
    """
    arrived: SimpleQueue[tuple[str, Answer | BaseException | None]] = SimpleQueue()

    def ask(client: str, numbers: tuple[str, ...]) -> None:
        try:
            for answer in _ask(client, numbers, endpoints, patience, waiting):
                arrived.put((client, answer))
        except BaseException as error:  # noqa: BLE001 (raised again by the caller's thread)
            arrived.put((client, error))
        else:
            arrived.put((client, None))

    for client, numbers in groups.items():
        Thread(target=ask, args=(client, tuple(numbers)), name=f"vtr-{client}", daemon=True).start()
    answers: dict[str, list[Answer]] = {client: [] for client in groups}
    asking = set(groups)
    while asking:
        client, answer = arrived.get()
        if isinstance(answer, BaseException):
            raise answer
        if answer is None:
            asking.remove(client)
        else:
            answers[client].append(answer)
            tell()
    return [answer for client in groups for answer in answers[client]]


def _ask(
    client: str, numbers: Sequence[str], endpoints: Endpoints, patience: Patience, waiting: Waiting
) -> Iterable[Answer]:
    if client == "ups" and endpoints.ups is not None:
        return ups.track(numbers, endpoints.ups, patience, waiting)
    if client == "usps" and endpoints.usps is not None:
        return usps.track(numbers, endpoints.usps, patience, waiting)
    if client == "fedex" and endpoints.fedex is not None:
        return fedex.track(numbers, endpoints.fedex, patience, waiting)
    if client == "dhl" and endpoints.dhl is not None:
        return dhl.track(numbers, endpoints.dhl, patience, waiting)
    if client == "chinapost" and endpoints.chinapost is not None:
        return chinapost.track(numbers, endpoints.chinapost, patience, waiting)
    return (Answer(client, number, "unanswered", why=missing(client)) for number in numbers)
