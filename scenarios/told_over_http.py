"""Scenarios that come over HTTP: what the server needs to make a session of one, and the requests about it."""

from pathlib import PurePath
from typing import Any

from scenarios import positions, reading, runner, story, telling
from scenarios.errors import ScenarioError
from simulator.simulation import Simulation
from simulator.stories import Told

SHOWN = "story"  # how messages call the text, and what its default seed is made of


def read(text: str) -> Told:
    """The one scenario of a YAML text. Raises ScenarioError with every problem, or when there are several."""
    found = reading.scenarios_of(positions.parse(text, SHOWN), SHOWN)
    stories = telling.read(PurePath(SHOWN), found, profile=story.DEFAULT_PROFILE, spelling=_spelling)
    if len(stories) != 1:
        raise ScenarioError(f"{len(stories)} scenarios (a matrix counts each combination); send one at a time")
    [told] = stories

    def requests(simulation: Simulation) -> list[Any]:
        return runner.requests_of(told, simulation, {})

    return Told(tuple(told.parcels.values()), told.faults, told.reports[0].at, runner.seed_of(told), requests)


def _spelling(profile: str) -> dict[str, str]:
    """How a profile spells each carrier."""
    from vtr.profile import load_profile  # noqa: PLC0415 (loads sqlglot)

    return load_profile(profile).spelling
