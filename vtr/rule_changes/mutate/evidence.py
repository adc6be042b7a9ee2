"""What the fake carriers say in each story, collected once: a mutant is then judged without asking anybody.

Which numbers a validator asks about depends on its rules, and what a carrier answers may depend on the calls before. So
the pairs asked about are kept, and a mutant that asks about others has the story played anew for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from simulator import conduct
from simulator.carriers.common.credentials import Credentials
from simulator.errors import MisuseError
from vtr.errors import ScenarioError
from vtr.play import doors, runner
from vtr.play.conduct import Observed
from vtr.reference.clients.collect import collect
from vtr.reference.clients.endpoints import from_block
from vtr.reference.engine.arrow_tables import answers_to_arrow, orders_to_arrow, submissions_to_arrow
from vtr.reference.engine.in_memory import Pair
from vtr.reference.records import orders_from, submissions_from
from vtr.story.story import Story

Asks = Callable[["Submitted"], Sequence[Pair]]
"""From what was submitted until a report, whom to ask about which numbers."""

_NO_CREDENTIALS = "demo"


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a report is asked for with: the engine's tables of orders and submissions, and the instant."""

    as_of: datetime
    orders: pa.Table
    submissions: pa.Table


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is known when a report is drawn. pairs: those asked about. observed: the conduct that asking them was."""

    submitted: Submitted
    pairs: tuple[Pair, ...]
    answers: pa.Table
    scans: pa.Table
    observed: Mapping[str, Observed]

    @property
    def codes(self) -> set[tuple[str, str]]:
        """Carrier and code of every event that the carriers told, second codes among them."""
        carriers = self.scans["carrier"].to_pylist()
        return {
            (carrier, code)
            for column in ("code", "subcode")
            for carrier, code in zip(carriers, self.scans[column].to_pylist(), strict=True)
            if code
        }


def submitted(story: Story) -> tuple[Submitted, ...]:
    """What each report of a story is asked for with. Raises ScenarioError for a story that cannot be played."""
    try:
        simulation = runner.simulated(story, Credentials.of(_NO_CREDENTIALS))
        return tuple(
            _submitted(request, story, at) for at, request in enumerate(runner.requests_of(story, simulation, {}))
        )
    except MisuseError as error:
        raise ScenarioError(str(error)) from error


def played(story: Story, asks: Asks) -> tuple[Drawn, ...]:
    """Each report of a story, the carriers asked as `asks` says. Raises ScenarioError."""
    drawn = []
    try:
        with doors.in_process(runner.build_of(story)) as (simulation, block):
            for at, request in enumerate(runner.requests_of(story, simulation, block)):
                given = _submitted(request, story, at)
                simulation.clock.set(given.as_of)
                before = simulation.entered
                pairs = asks(given)
                told = collect(pairs, from_block(block), wait=simulation.clock.advance)
                answers, scans = answers_to_arrow(told)
                observed = runner.observed_of(conduct.of(simulation, since=before))
                drawn.append(Drawn(given, tuple(pairs), answers, scans, observed))
    except MisuseError as error:
        raise ScenarioError(str(error)) from error
    return tuple(drawn)


def _submitted(request: Mapping[str, Any], story: Story, at: int) -> Submitted:
    return Submitted(
        story.reports[at].at,
        orders_to_arrow(orders_from(request["orders"])),
        submissions_to_arrow(submissions_from(request["packages"])),
    )
