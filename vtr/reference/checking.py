"""Makes a report from orders and confirmations: finds the numbers that matter, asks the carriers, and runs the rules.

Making an engine takes longer than many reports, so the last few are kept, by the content of the profile and of those
that it extends: a profile that is edited between two calls gets a new engine.
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

_ENGINES_KEPT = 16  # engines, about 11 MB each: the bundled profiles and the readings of the bundled scenarios fit


def engine_for(profile: str | Path) -> Engine:
    """The engine of a profile, kept for the next call; do not close it. Raises ProfileError."""
    return _engine(profile_texts(profile))


@lru_cache(maxsize=_ENGINES_KEPT)
def _engine(texts: tuple[ProfileText, ...]) -> Engine:
    return Engine(read_texts(texts))


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """How the carriers are queried.

    wait: lets seconds pass between retries.
    progress: called with the number of answers so far, and of questions.
    at_once: all carriers at the same time, where time is real.
    """

    wait: Callable[[float], None] = time.sleep
    progress: Callable[[int, int], None] | None = None
    at_once: bool = False


IN_TURN = QueryOptions()


def check(
    orders: Iterable[Order],
    confirmations: Iterable[Submission],
    endpoints: Endpoints,
    profile: str | Path = DEFAULT_PROFILE,
    *,
    as_of: datetime,
    asking: QueryOptions = IN_TURN,
    explain: bool = False,
) -> Report:
    """The report at an instant (aware) after asking the carriers about the numbers that matter.

    asking: how the carriers are queried. explain: fill `Report.explanations` too. Raises VtrError for what cannot be
    used. A carrier that does not answer is not an error: its packages are `unanswered`.
    """
    engine = engine_for(profile)
    given = collect_evidence(engine, orders, confirmations, endpoints, as_of=as_of, asking=asking)
    return _make_report(engine, given, as_of, explain=explain)


def collect_evidence(
    engine: Engine,
    orders: Iterable[Order],
    confirmations: Iterable[Submission],
    endpoints: Endpoints,
    *,
    as_of: datetime,
    asking: QueryOptions = IN_TURN,
) -> Evidence:
    """The tables for a report at an instant (aware), with the carriers' answers about the numbers that matter."""
    orders_table, submissions_table = orders_to_arrow(orders), submissions_to_arrow(confirmations)
    pairs = engine.pairs_to_ask(orders_table, submissions_table, as_of)
    collected_answers = collect(pairs, endpoints, wait=asking.wait, progress=asking.progress, at_once=asking.at_once)
    answers, scans = answers_to_arrow(collected_answers)
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
    """The report at an instant (aware) from scans collected before; no carrier is asked. Raises VtrError."""
    answers, scans = collected_scans_to_arrow(collected)
    given = Evidence(orders_to_arrow(orders), submissions_to_arrow(confirmations), answers, scans, complete=True)
    return _make_report(engine_for(profile), given, as_of, explain=explain)


def _make_report(engine: Engine, given: Evidence, as_of: datetime, *, explain: bool) -> Report:
    report = engine.decide(given, as_of)
    if not explain:
        return report
    from vtr.reference.engine.explain import explain as explain_packages  # noqa: PLC0415 (only reports with explanations need it)

    return replace(report, explanations=explain_packages(engine, given, as_of))
