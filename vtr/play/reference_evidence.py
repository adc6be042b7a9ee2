"""What the fake carriers answer in a story, as the tables from which the reference validator judges its reports.

The story is played in this process. Which numbers a carrier is asked about is the caller's choice: one engine's rules,
those of several, or pairs that were worked out before.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from simulator import conduct
from simulator.carriers.common.credentials import Credentials
from simulator.core.sessions import DEMO
from simulator.errors import MisuseError
from vtr.errors import ScenarioError
from vtr.play import doors, runner
from vtr.play.conduct import ObservedConduct
from vtr.play.requests import build_requests
from vtr.reference.clients.collect import collect
from vtr.reference.clients.endpoints import from_block
from vtr.reference.engine.arrow_tables import answers_to_arrow, orders_to_arrow, submissions_to_arrow
from vtr.reference.engine.in_memory import Engine, Evidence, Pair
from vtr.reference.records import orders_from, submissions_from
from vtr.story.story import Story


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """What a report is requested with: the engine's tables of orders and submissions, and the instant (aware)."""

    as_of: datetime
    orders: pa.Table
    submissions: pa.Table


@dataclass(frozen=True, slots=True)
class ReportEvidence:
    """What is known when a report is made.

    inputs: orders, submissions and instant.
    pairs: carriers and numbers that were queried.
    answers, scans: what the carriers answered, as the engine's tables.
    observed: the conduct of these calls, by carrier.
    """

    inputs: ReportInputs
    pairs: tuple[Pair, ...]
    answers: pa.Table
    scans: pa.Table
    observed: Mapping[str, ObservedConduct]

    @property
    def codes(self) -> set[tuple[str, str]]:
        """Carrier and code of every event in the carriers' answers, including second codes."""
        carriers = self.scans["carrier"].to_pylist()
        return {
            (carrier, code)
            for column in ("code", "subcode")
            for carrier, code in zip(carriers, self.scans[column].to_pylist(), strict=True)
            if code
        }

    @property
    def tables(self) -> Evidence:
        """The engine's four tables."""
        return Evidence(self.inputs.orders, self.inputs.submissions, self.answers, self.scans)


PairsOf = Callable[[ReportInputs], Iterable[Pair]]
"""Which carriers to query about which numbers for a report."""


def pairs_of(*engines: Engine) -> PairsOf:
    """The pairs that the rules of any of these engines need, each once."""
    return lambda inputs: dict.fromkeys(
        pair for engine in engines for pair in engine.pairs_to_ask(inputs.orders, inputs.submissions, inputs.as_of)
    )


def inputs_of(story: Story) -> tuple[ReportInputs, ...]:
    """What each report of a story is requested with. Raises ScenarioError for a story that cannot be played."""
    try:
        simulation = runner.build_simulation(story, Credentials.of(DEMO))
        return tuple(
            _inputs(request, story, number) for number, request in enumerate(build_requests(story, simulation, {}))
        )
    except MisuseError as error:
        raise ScenarioError(str(error)) from error


def evidence_of(story: Story, choose_pairs: PairsOf) -> tuple[ReportEvidence, ...]:
    """The evidence of every report of a story, each queried after the one before.

    choose_pairs: called once a report, in order.
    Raises ScenarioError for a story that cannot be played, and what choose_pairs raises.
    """
    return _query(story, choose_pairs, range(len(story.reports)))


def evidence_of_report(story: Story, report: int, choose_pairs: PairsOf) -> ReportEvidence:
    """The evidence of one report (its index), with no carrier queried for the others. Raises as `evidence_of`."""
    (found,) = _query(story, choose_pairs, (report,))
    return found


def _query(story: Story, choose_pairs: PairsOf, reports: Iterable[int]) -> tuple[ReportEvidence, ...]:
    found = []
    try:
        with doors.in_process.open(runner.simulation_builder(story)) as (simulation, block):
            requests = build_requests(story, simulation, block)
            for number in reports:
                inputs = _inputs(requests[number], story, number)
                simulation.clock.set(inputs.as_of)
                before = simulation.call_count
                pairs = tuple(choose_pairs(inputs))
                replies = collect(pairs, from_block(block), wait=simulation.clock.advance)
                answers, scans = answers_to_arrow(replies)
                observed = runner.observe_conduct(conduct.assess_conduct(simulation, since=before))
                found.append(ReportEvidence(inputs, pairs, answers, scans, observed))
    except MisuseError as error:
        raise ScenarioError(str(error)) from error
    return tuple(found)


def _inputs(request: Mapping[str, Any], story: Story, number: int) -> ReportInputs:
    return ReportInputs(
        story.reports[number].at,
        orders_to_arrow(orders_from(request["orders"])),
        submissions_to_arrow(submissions_from(request["packages"])),
    )
