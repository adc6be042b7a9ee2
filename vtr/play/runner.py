"""Run a story: fake carriers, a clock turned to each report, the validator's answer, and what differs.

The request shows what Amazon knows at the report's instant: orders placed by then, submissions sent by then. What comes
later has not happened yet. A validator's waits turn the clock; each report sets it anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

from simulator import conduct
from simulator.carriers.common.credentials import Credentials
from simulator.clock import Clock
from simulator.conduct import Conduct
from simulator.core.simulation import NO_ROUTE, Simulation
from simulator.errors import MisuseError
from simulator.parcel import Submission
from vtr.errors import ScenarioError
from vtr.play import comparison as compare
from vtr.play import explanations as reference
from vtr.play.comparison import Comparison
from vtr.play.conduct import Observed
from vtr.play.doors import Build, Door
from vtr.reference.rules.profile_reader import Profile, ProfileText, profile_texts, read_texts
from vtr.story.story import Order, Story
from vtr.validators import Validator
from vtr.validators.answer import Answer

PROTOCOL = 1

Submitted = Mapping[tuple[str, int], tuple[Submission, ...]]


@dataclass(frozen=True, slots=True)
class ReportRun:
    """One report: when it was drawn, the validator's answer, what differs, and its conduct since the report before.

    explanations: if anything differs, what the reference validator says of each package, in lines, by the key that
    differences have. Empty where it cannot judge the story either. called: carrier and operation of its calls.
    """

    at: datetime
    answer: Answer
    comparison: Comparison
    explanations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conduct: tuple[Conduct, ...] = ()
    called: frozenset[tuple[str, str]] = frozenset()


def run(story: Story, validator: Validator, door: Door) -> tuple[ReportRun, ...]:
    """Every report of a story, in the order of the scenario.

    Raises ValidatorError, and ScenarioError for a story that the simulator cannot play.
    """
    try:
        return _played(story, validator, door)
    except MisuseError as error:
        raise ScenarioError(str(error)) from error


def answers(story: Story, validator: Validator, door: Door) -> tuple[Answer, ...]:
    """What a validator says at each report of a story, held against nothing. Raises as `run` does."""
    try:
        with door(build_of(story)) as (simulation, carriers):
            return tuple(
                _asked(request, report.at, validator, simulation)
                for request, report in zip(requests_of(story, simulation, carriers), story.reports, strict=True)
            )
    except MisuseError as error:
        raise ScenarioError(str(error)) from error


def build_of(story: Story) -> Build:
    """How a door builds the simulation in which a story is played."""
    return partial(simulated, story)


def _asked(request: dict[str, Any], at: datetime, validator: Validator, simulation: Simulation) -> Answer:
    """A validator's answer at an instant; its waits turn the clock."""
    simulation.clock.set(at)
    return validator.validate(request, wait=simulation.clock.advance)


def simulated(story: Story, credentials: Credentials) -> Simulation:
    """The fake carriers of a story, the clock at its first report. Raises MisuseError for what cannot be played."""
    clock = Clock(story.reports[0].at)
    simulation = Simulation(
        story.parcels.values(), credentials=credentials, clock=clock, seed=seed_of(story), quotas=story.quotas
    )
    simulation.put(*story.faults)
    return simulation


def seed_of(story: Story) -> int:
    """The seed of a story's simulation."""
    return int.from_bytes(sha256(story.seed.encode()).digest()[:8])


def requests_of(
    story: Story, simulation: Simulation, carriers: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """The request of each report. simulation: its faults act on what sellers submit."""
    submitted = _submitted(story, simulation)
    return [_request(story, submitted, report.at, carriers) for report in story.reports]


def _played(story: Story, validator: Validator, door: Door) -> tuple[ReportRun, ...]:
    runs = []
    with door(build_of(story)) as (simulation, carriers):
        submitted = _submitted(story, simulation)
        for report in story.reports:
            request = _request(story, submitted, report.at, carriers)
            before, counts = simulation.entered, simulation.counts.copy()
            answer = _asked(request, report.at, validator, simulation)
            called = frozenset((carrier, name) for carrier, name, _ in simulation.counts - counts if name != NO_ROUTE)
            conducts = conduct.of(simulation, since=before)
            observed = observed_of(conducts)
            comparison = compare.compare(report.expected, answer, observed)
            explanations = {}
            if comparison.differences:  # the reference validator's own calls come after those that are judged
                simulation.clock.set(report.at)
                explanations = reference.explanations(request, wait=simulation.clock.advance)
            runs.append(ReportRun(report.at, answer, comparison, explanations, conducts, called))
    return tuple(runs)


def observed_of(conducts: Iterable[Conduct]) -> dict[str, Observed]:
    """Conduct as expectations are compared with it, by carrier."""
    return {each.carrier: _observed(each) for each in conducts}


def _observed(judged: Conduct) -> Observed:
    counts = {"calls": judged.calls, "tokens": judged.tokens, "batch_size": judged.batch_size}
    found = {finding.name: f"{finding.times} times, first at call {finding.first_call}" for finding in judged.findings}
    return Observed(counts, judged.refused_for_frequency, found)


def _submitted(story: Story, simulation: Simulation) -> Submitted:
    """What reaches Amazon of each package's submissions."""
    return {
        (order.order_id, package.number): tuple(
            simulation.submit(submission, package.carrier) for submission in package.submissions
        )
        for order in story.orders
        for package in order.packages
    }


def _request(
    story: Story, submitted: Submitted, as_of: datetime, carriers: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The request of the validator protocol, version 1."""
    orders = [order for order in story.orders if order.placed <= as_of]
    packages = []
    for order in orders:
        for package in order.packages:
            submissions = [
                submission
                for submission in submitted[order.order_id, package.number]
                if submission.submitted_at <= as_of
            ]
            if submissions:
                packages.append(
                    {
                        "order_id": order.order_id,
                        "package": package.number,
                        "confirmed_at": _instant(submissions[0].submitted_at),
                        "buy_shipping": package.buy_shipping,
                        "submissions": [_submission(submission) for submission in submissions],
                    }
                )
    return {
        "protocol": PROTOCOL,
        "as_of": _instant(as_of),
        "profile": story.profile,
        "marketplace": _read(profile_texts(story.profile)).marketplace,
        "orders": [_order(order, as_of) for order in orders],
        "packages": packages,
        "carriers": {name: dict(values) for name, values in carriers.items()},
    }


@lru_cache(maxsize=8)
def _read(texts: tuple[ProfileText, ...]) -> Profile:
    """A profile by its texts: reading one takes longer than many scenarios."""
    return read_texts(texts)


def _order(order: Order, as_of: datetime) -> dict[str, Any]:
    cancelled = order.cancelled if order.cancelled is not None and order.cancelled <= as_of else None
    return {
        "order_id": order.order_id,
        "placed_at": _instant(order.placed),
        "category": order.category,
        "current_category": order.category_at(as_of),
        "promised_delivery_date": order.promised.isoformat(),
        "item_price": order.price.amount,
        "shipping_price": "0.00",
        "currency": order.price.currency,
        "ship_from": order.ship_from,
        "ship_to": order.ship_to,
        "fulfilled_by": order.fulfilled_by,
        "cancelled_at": None if cancelled is None else _instant(cancelled),
    }


def _submission(submission: Submission) -> dict[str, str]:
    return {
        "submitted_at": _instant(submission.submitted_at),
        "carrier_code": submission.carrier_code,
        "carrier_name": submission.carrier_name,
        "tracking_number": submission.tracking_number,
        "ship_method": submission.ship_method,
    }


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
