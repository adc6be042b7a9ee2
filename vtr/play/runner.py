"""Run a story: fake carriers, a clock set to each report, the validator's answer, and what differs.

A validator's waits advance the clock; each report sets it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from simulator import conduct
from simulator.carriers.common.credentials import Credentials
from simulator.clock import Clock
from simulator.conduct import Conduct
from simulator.core.journal import NO_ROUTE
from simulator.core.simulation import Simulation
from simulator.errors import MisuseError
from vtr.errors import ScenarioError
from vtr.play import comparison, explanations, requests
from vtr.play.comparison import Comparison
from vtr.play.conduct import ObservedConduct
from vtr.play.doors import Build, Door
from vtr.story.story import Story
from vtr.validators import Validator
from vtr.validators.answer import Answer


@dataclass(frozen=True, slots=True)
class ReportRun:
    """One report of a story as a validator made it.

    at: the report's instant (aware).
    answer: the validator's.
    comparison: what differs from what the scenario expects.
    explanations: if anything differs, the reference validator's explanation of each package, in lines, by the key that
    differences have. Empty where it cannot judge the story either.
    conduct: the validator's conduct towards each carrier since the report before.
    called: carrier and operation of its calls.
    """

    at: datetime
    answer: Answer
    comparison: Comparison
    explanations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conduct: tuple[Conduct, ...] = ()
    called: frozenset[tuple[str, str]] = frozenset()


def run(story: Story, validator: Validator, door: Door) -> tuple[ReportRun, ...]:
    """Run every report of a story, in the order of the scenario.

    Raises ValidatorError, and ScenarioError for a story that the simulator cannot play.
    """
    try:
        return _run_reports(story, validator, door)
    except MisuseError as error:
        raise ScenarioError(str(error)) from error


def collect_answers(story: Story, validator: Validator, door: Door) -> tuple[Answer, ...]:
    """A validator's answer at each report of a story, compared with nothing. Raises as `run` does."""
    try:
        with door.open(simulation_builder(story)) as (simulation, carriers):
            return tuple(
                _answer(request, report.at, validator, simulation)
                for request, report in zip(
                    requests.build_requests(story, simulation, carriers), story.reports, strict=True
                )
            )
    except MisuseError as error:
        raise ScenarioError(str(error)) from error


def simulation_builder(story: Story) -> Build:
    """A function that a door calls with its credentials to get the simulation in which a story is played."""
    return partial(build_simulation, story)


def build_simulation(story: Story, credentials: Credentials) -> Simulation:
    """The fake carriers of a story, the clock at its first report. Raises MisuseError for what cannot be played."""
    clock = Clock(story.reports[0].at)
    simulation = Simulation(
        story.parcels.values(), credentials=credentials, clock=clock, seed=story_seed(story), quotas=story.quotas
    )
    simulation.put(*story.faults)
    return simulation


def story_seed(story: Story) -> int:
    """The seed of a story's simulation."""
    return int.from_bytes(sha256(story.seed.encode()).digest()[:8])


def observe_conduct(conducts: Iterable[Conduct]) -> dict[str, ObservedConduct]:
    """Conduct in the form that expectations are compared with, by carrier."""
    return {each.carrier: _observe(each) for each in conducts}


def _run_reports(story: Story, validator: Validator, door: Door) -> tuple[ReportRun, ...]:
    runs = []
    with door.open(simulation_builder(story)) as (simulation, carriers):
        submissions = requests.submit_packages(story, simulation)
        for report in story.reports:
            request = requests.build_request(story, submissions, report.at, carriers)
            before, counts = simulation.call_count, simulation.counts.copy()
            answer = _answer(request, report.at, validator, simulation)
            called = frozenset((carrier, name) for carrier, name, _ in simulation.counts - counts if name != NO_ROUTE)
            conducts = conduct.assess_conduct(simulation, since=before)
            compared = comparison.compare(report.expected, answer, observe_conduct(conducts))
            explained = {}
            if compared.differences:  # the reference validator's own calls come after those that are judged
                simulation.clock.set(report.at)
                explained = explanations.explanations(request, wait=simulation.clock.advance)
            runs.append(ReportRun(report.at, answer, compared, explained, conducts, called))
    return tuple(runs)


def _answer(request: Mapping[str, Any], at: datetime, validator: Validator, simulation: Simulation) -> Answer:
    """A validator's answer at an instant; its waits advance the clock."""
    simulation.clock.set(at)
    return validator.validate(request, wait=simulation.clock.advance)


def _observe(conduct_: Conduct) -> ObservedConduct:
    counts = {"calls": conduct_.calls, "tokens": conduct_.tokens, "batch_size": conduct_.batch_size}
    findings = {
        finding.name: f"{finding.times} times, first at call {finding.first_call}" for finding in conduct_.findings
    }
    return ObservedConduct(counts, conduct_.refused_for_frequency, findings)
