"""What one scenario exercises.

That follows from its story and not from the validator that it judges: so each story is played once more, to the
reference validator in this process, and any validator gives the same coverage. Only the interfaces are those that the
validator itself called. The outcome goes into the scenario's result as plain values, which come back from pytest's
workers as they are.
"""

from collections.abc import Iterator, Sequence

from simulator.errors import MisuseError
from simulator.faults import catalogue
from vtr.play import doors, requests, runner
from vtr.play.runner import ReportRun
from vtr.reference import rule_coverage
from vtr.reference.checking import QueryOptions, engine_for
from vtr.reference.errors import VtrError
from vtr.reference.protocol import read_request
from vtr.reference.rules.profile_reader import Profile
from vtr.story.story import Story
from vtr.suite.coverage.items import (
    CARRIER_NAMES,
    CARRIERS,
    CODES,
    COMPARISONS,
    CONDUCT,
    FAULTS,
    FINDINGS,
    INTERFACES,
    RULES,
    WAITS_AFTER_429,
    Key,
    profile_of_carriers,
    profile_of_rule,
    root_profile,
)
from vtr.suite.results import Exercised


def exercised_by(story: Story, runs: Sequence[ReportRun]) -> tuple[Exercised, str]:
    """What a story exercises, and a remark about what could not be found out (empty for nothing).

    runs: of the validator that it judged, for the interfaces that this one called.
    """
    keys: set[Key] = set()
    problem = ""
    try:
        _add_exercised(story, keys)
    except (VtrError, MisuseError) as error:
        problem = f"the reference validator cannot judge it, so coverage lacks it ({error})"
    keys.update((INTERFACES, carrier, operation) for run in runs for carrier, operation in run.called)
    keys.update(_conduct_keys(story))
    return {"profile": story.profile, "items": [list(key) for key in sorted(keys)]}, problem


def _add_exercised(story: Story, keys: set[Key]) -> None:
    """Run a story against the reference validator and add what it exercises, up to an error that this raises."""
    profile = engine_for(story.profile).profile
    with doors.in_process.open(runner.simulation_builder(story)) as (simulation, block):
        reports = requests.build_requests(story, simulation, block)
        for report, request in zip(story.reports, reports, strict=True):
            simulation.clock.set(report.at)
            seen = rule_coverage.coverage_of_request(read_request(request), QueryOptions(simulation.clock.advance))
            keys.update(_profile_keys(profile, seen))
            keys.update((CODES, carrier, code) for carrier, code in seen.codes)
            keys.update((CARRIERS, "", carrier) for carrier in seen.known)
        keys.update((FAULTS, catalogue.find(each.name).family, each.name) for each in simulation.acted if each.name)


def _profile_keys(profile: Profile, seen: rule_coverage.RuleCoverage) -> Iterator[Key]:
    """The parts of a profile that are exercised. A rule belongs to the file in which it is written."""
    written = {rule.name: profile_of_rule(rule) for rule in profile.rules}
    yield from ((RULES, written.get(name) or root_profile(profile), name) for name in seen.decisions)
    yield from ((COMPARISONS, written[side.rule], str(side)) for side in seen.sides)
    yield from ((CARRIER_NAMES, profile_of_carriers(profile), name) for name in seen.carrier_names)


def _conduct_keys(story: Story) -> Iterator[Key]:
    for report in story.reports:
        for expected in report.expected.conduct or ():
            yield from ((CONDUCT, "", name) for name in expected.counts)
            if expected.waits_after_429:
                yield CONDUCT, "", WAITS_AFTER_429
            if expected.findings is not None:
                yield CONDUCT, "", FINDINGS
