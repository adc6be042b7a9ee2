"""The carriers are asked about every submitted pair of carrier and number, each pair once.

A number that its named carrier does not know is asked of every other carrier whose numbers look like it, so that a
right number under a wrong carrier can be told from a number that nobody knows. A number that got no usable answer is
not asked elsewhere: whether its carrier knows it is open.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from vtr.answers import Answer
from vtr.clients import CLIENTS, chinapost, dhl, fedex, ups, usps
from vtr.clients.http import Patience, Waiting, utc_now
from vtr.endpoints import Endpoints, missing
from vtr.errors import EndpointError
from vtr.tracking_numbers import may_belong_to


def collect(
    pairs: Iterable[tuple[str, str]],
    endpoints: Endpoints,
    *,
    wait: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
    clock: Callable[[], datetime] = utc_now,
    patience: Patience | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Answer, ...]:
    """Ask about pairs of client and number and give one answer per pair, carrier by carrier in the order of first use.

    Numbers are asked and answered trimmed and in upper case; empty ones are left out. wait, now, clock: see
    `clients.http.Waiting`. progress: called with the count of answers and of questions so far. Answers of carriers
    that nobody named, about numbers unknown to the named one, come last. Raises EndpointError for an unknown client.
    """
    waiting = Waiting(wait, now, clock)
    how_long = patience or Patience()
    named = _grouped((client, number.strip().upper()) for client, number in pairs)
    answers: list[Answer] = []
    asked = sum(map(len, named.values()))
    for answer in _ask_all(named, endpoints, how_long, waiting):
        answers.append(answer)
        if progress is not None:
            progress(len(answers), asked)
    elsewhere = _grouped(
        (client, answer.tracking_number)
        for answer in answers
        if answer.outcome == "unknown"
        for client in may_belong_to(answer.tracking_number)
        if endpoints.has(client) and answer.tracking_number not in named.get(client, {})
    )
    asked += sum(map(len, elsewhere.values()))
    for answer in _ask_all(elsewhere, endpoints, how_long, waiting):
        answers.append(answer)
        if progress is not None:
            progress(len(answers), asked)
    return tuple(answers)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, None]]:
    """Group distinct numbers by client, in order of first mention (a dict keeps it, and finds quickly)."""
    groups: dict[str, dict[str, None]] = {}
    for client, number in pairs:
        if client not in CLIENTS:
            raise EndpointError(f"carrier client {client!r}: expected one of {', '.join(CLIENTS)}")
        if number:
            groups.setdefault(client, {})[number] = None
    return groups


def _ask_all(
    groups: dict[str, dict[str, None]], endpoints: Endpoints, patience: Patience, waiting: Waiting
) -> Iterator[Answer]:
    for client, numbers in groups.items():
        yield from _ask(client, tuple(numbers), endpoints, patience, waiting)


def _ask(
    client: str, numbers: Sequence[str], endpoints: Endpoints, patience: Patience, waiting: Waiting
) -> Iterator[Answer]:
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
