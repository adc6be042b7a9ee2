"""The bundled validator passes its own audit: in no bundled scenario do its calls give a finding."""

from pathlib import Path

import scenarios
from scenarios import doors, positions, reading, runner, telling
from scenarios.validators import Bundled
from vtr.profile import load_profile

CASES = Path(scenarios.__file__).parent / "cases"

# Scenarios in which it may have findings, by file, each with its reason.
EXCEPTIONS: dict[str, frozenset[str]] = {}


def _spelling(profile: str) -> dict[str, str]:
    names = reversed(load_profile(profile).carriers)
    return {entry.asks: entry.name for entry in names if entry.asks is not None}


def test_vtr_has_no_findings_in_the_bundled_suite() -> None:
    found = {}
    for path in sorted(CASES.rglob("*.yaml")):
        read = reading.scenarios_of(positions.parse(path.read_text("utf-8"), path.name), path.name)
        for story in telling.read(path, read, profile="us-2019", spelling=_spelling):
            for run in runner.run(story, Bundled(), doors.in_process):
                names = {finding.name for conduct in run.conduct for finding in conduct.findings}
                if names - EXCEPTIONS.get(path.name, frozenset()):
                    found[story.title] = names
    assert found == {}
