"""What the faulty validators share: a right validator that queries every carrier for every number, and its mistakes.

A mistake changes the request, the carriers' answers, or the reply, and nothing else. The carriers' answers don't depend
on the mistake, so they are collected once and judged by all twelve.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from vtr.reference.checking import engine_for
from vtr.reference.clients import CLIENTS, endpoints
from vtr.reference.clients.answers import Answer
from vtr.reference.clients.collect import collect
from vtr.reference.engine.arrow_tables import answers_to_arrow, orders_to_arrow, submissions_to_arrow
from vtr.reference.engine.in_memory import Evidence
from vtr.reference.records import orders_from, submissions_from

Request = Mapping[str, Any]
Answers = tuple[Answer, ...]
Reply = dict[str, Any]
Scope = Literal["named", "all"]


def _request_as_it_is(request: Request, _answers: Answers) -> Request:
    return request


def _answers_as_they_are(answers: Answers) -> Answers:
    return answers


def _reply_as_it_is(reply: Reply) -> Reply:
    return reply


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. says: what is wrong. The other three are where it can be made; only one of them differs."""

    says: str
    in_request: Callable[[Request, Answers], Request] = _request_as_it_is
    in_answers: Callable[[Answers], Answers] = _answers_as_they_are
    in_reply: Callable[[Reply], Reply] = _reply_as_it_is


NONE = Mistake("nothing is wrong")

Judging = Callable[[Request, Answers], Reply]


def collect_answers(request: Request, wait: Callable[[float], None], *, scope: Scope = "all") -> Answers:
    """The carriers' answers about every number of a request: first of the carriers that are named, then of all others.

    scope: only `ignores_the_carrier` uses more than the answers of those that are named.
    """
    orders, submissions = orders_from(request["orders"]), submissions_from(request["packages"])
    engine, as_of = engine_for(request["profile"]), datetime.fromisoformat(request["as_of"])
    named = engine.pairs_to_ask(orders_to_arrow(orders), submissions_to_arrow(submissions), as_of)
    reached = endpoints.from_block(request["carriers"])
    answers = tuple(collect(named, reached, wait=wait))
    if scope == "named":
        return answers
    texts = (submission.tracking_number for submission in submissions)
    numbers = dict.fromkeys((*(number for _, number in named), *(text for text in texts if text.isalnum())))
    done = {_about(answer) for answer in answers}
    rest = [
        (client, number)
        for client in CLIENTS
        for number in numbers
        if (client, number.strip().upper()) not in done and reached.has(client)
    ]
    # `collect` queries all carriers for a number that one of them doesn't know; the first answer counts.
    first: dict[tuple[str, str], Answer] = {}
    for answer in collect(rest, reached, wait=wait):
        first.setdefault(_about(answer), answer)
    return (*answers, *(answer for about, answer in first.items() if about not in done))


asked = collect_answers  # the name by which the tests of `vtr fuzz` know it


def _about(answer: Answer) -> tuple[str, str]:
    return answer.carrier, answer.tracking_number


def judge(request: Request, answers: Answers) -> Reply:
    """The right reply to a request after these answers."""
    orders, submissions = orders_from(request["orders"]), submissions_from(request["packages"])
    given = Evidence(orders_to_arrow(orders), submissions_to_arrow(submissions), *answers_to_arrow(answers))
    return engine_for(request["profile"]).decide(given, datetime.fromisoformat(request["as_of"])).as_json()


def reply(mistake: Mistake, request: Request, answers: Answers, judging: Judging = judge) -> Reply:
    """The reply of a validator with this mistake."""
    return mistake.in_reply(judging(mistake.in_request(request, answers), mistake.in_answers(answers)))


def validator(mistake: Mistake) -> Callable[[Request], Reply]:
    """The mistake as a validator of its own, in real time: `--validator python:faulty.NAME:judge`."""
    from time import sleep  # noqa: PLC0415 (only where it runs by itself)

    return lambda request: reply(mistake, request, collect_answers(request, sleep))


# -- for mistakes


def with_submissions(request: Request, change: Callable[[Sequence[Mapping[str, Any]]], list[Any]]) -> Request:
    """The request with the submissions of each package changed."""
    packages = [{**package, "submissions": change(package["submissions"])} for package in request["packages"]]
    return {**request, "packages": packages}


def with_orders(request: Request, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Request:
    """The request with each order changed."""
    return {**request, "orders": [{**order, **change(order)} for order in request["orders"]]}
