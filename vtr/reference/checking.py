"""A report from orders and confirmations: who needs to be asked is found, the carriers are asked, and the rules run.

Making an engine takes longer than many reports, so the last few are kept, by the content of the profile and of those
that it stands on: one that is edited between two calls is a new one.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from vtr.reference.clients.collect import collect
from vtr.reference.clients.endpoints import Endpoints
from vtr.reference.engine.arrow_tables import (
    answers_to_arrow,
    collected_scans_to_arrow,
    orders_to_arrow,
    submissions_to_arrow,
)
from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.records import CollectedScans, Order, Submission
from vtr.reference.report.report import Report
from vtr.reference.rules.profile import DEFAULT_PROFILE
from vtr.reference.rules.profile_reader import ProfileText, profile_texts, read_texts

_KEPT = 16  # engines, about 11 MB each: the bundled profiles and the readings of the bundled scenarios fit


def engine_for(profile: str | Path) -> Engine:
    """An engine that is kept for the next call; do not close it. Raises ProfileError."""
    return _engine(profile_texts(profile))


@lru_cache(maxsize=_KEPT)
def _engine(texts: tuple[ProfileText, ...]) -> Engine:
    return Engine(read_texts(texts))


@dataclass(frozen=True, slots=True)
class Asking:
    """How carriers are asked.

    wait: how to let seconds pass between retries. progress: called with the count of answers and of questions so far.
    at_once: all carriers at the same time, where time is real.
    """

    wait: Callable[[float], None] = time.sleep
    progress: Callable[[int, int], None] | None = None
    at_once: bool = False


IN_TURN = Asking()


def check(
    orders: Iterable[Order],
    confirmations: Iterable[Submission],
    endpoints: Endpoints,
    profile: str | Path = DEFAULT_PROFILE,
    *,
    as_of: datetime,
    asking: Asking = IN_TURN,
    explain: bool = False,
) -> Report:
    """The report at an instant (aware) after asking the carriers about the numbers that matter.

    asking: how. explain: fill `Report.explanations` too. Raises VtrError for what cannot be used; a carrier that does
    not answer is no error, its packages are `unanswered`.
    """
    engine = engine_for(profile)
    given = asked(engine, orders, confirmations, endpoints, as_of=as_of, asking=asking)
    return _decided(engine, given, as_of, explain=explain)


def asked(
    engine: Engine,
    orders: Iterable[Order],
    confirmations: Iterable[Submission],
    endpoints: Endpoints,
    *,
    as_of: datetime,
    asking: Asking = IN_TURN,
) -> Evidence:
    """What a report at an instant (aware) is made from, after asking the carriers about the numbers that matter."""
    orders_table, submissions_table = orders_to_arrow(orders), submissions_to_arrow(confirmations)
    pairs = engine.pairs_to_ask(orders_table, submissions_table, as_of)
    told = collect(pairs, endpoints, wait=asking.wait, progress=asking.progress, at_once=asking.at_once)
    answers, scans = answers_to_arrow(told)
    return Evidence(orders_table, submissions_table, answers, scans)


def check_collected(
    orders: Iterable[Order],
    confirmations: Iterable[Submission],
    collected: CollectedScans,
    profile: str | Path = DEFAULT_PROFILE,
    *,
    as_of: datetime,
    explain: bool = False,
) -> Report:
    """The report at an instant (aware) from scans collected before; nobody is asked. Raises VtrError."""
    answers, scans = collected_scans_to_arrow(collected)
    given = Evidence(orders_to_arrow(orders), submissions_to_arrow(confirmations), answers, scans, complete=True)
    return _decided(engine_for(profile), given, as_of, explain=explain)


def _decided(engine: Engine, given: Evidence, as_of: datetime, *, explain: bool) -> Report:
    report = engine.decide(given, as_of)
    if not explain:
        return report
    from vtr.reference.engine import explain as explaining  # noqa: PLC0415 (only for who asks)

    return replace(report, explanations=explaining.explain(engine, given, as_of))
