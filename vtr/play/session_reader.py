"""Scenarios that come over HTTP: what the server needs to make a session of one, and its requests."""

from pathlib import PurePath
from typing import Any

from simulator.admin.story_reader import StorySession
from simulator.core.simulation import Simulation
from vtr.errors import ScenarioError
from vtr.language import loader, yaml_tree
from vtr.play import requests, runner
from vtr.reference.rules.profile import DEFAULT_PROFILE
from vtr.story import builder

SHOWN = "story"  # the name of the text in messages, and the base of its default seed


def read_session(text: str) -> StorySession:
    """Parse the only scenario of a YAML text. Raises ScenarioError with every problem, or when there are several."""
    found = loader.parse_documents(yaml_tree.parse(text, SHOWN), SHOWN)
    stories = builder.build_stories(PurePath(SHOWN), found, profile=DEFAULT_PROFILE)
    if len(stories) != 1:
        raise ScenarioError(f"{len(stories)} scenarios (a matrix counts each combination); send one at a time")
    [only] = stories

    def session_requests(simulation: Simulation) -> list[Any]:
        return requests.build_requests(only, simulation, {})

    return StorySession(
        tuple(only.parcels.values()), only.faults, only.reports[0].at, runner.story_seed(only), session_requests
    )
