"""The bundled validator passes its own audit: in no bundled scenario do its calls give a finding.

Only its asking is run here, not its judging: every scenario is run whole as a test of its own.
"""

from functools import cache
from pathlib import Path

import pytest

from vtr import bundled
from vtr.language import loader, yaml_tree
from vtr.play import doors, explanations, runner
from vtr.reference import protocol
from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile_reader import load_profile
from vtr.story import builder
from vtr.story.story import Story
from vtr.validators import Request, Wait
from vtr.validators.answer import Answer

CASES = bundled.CASES

# Findings that vtr may have, by the file of the scenario, each with its reason.
EXCEPTIONS: dict[str, frozenset[str]] = {}


class AllAskedError(Exception):
    pass


class Asking:
    """vtr, as far as it asks carriers."""

    name = "vtr"

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        with pytest.raises(AllAskedError):
            protocol.validate(request, wait=wait)
        return Answer(())


@cache  # reading a profile takes as long as a scenario
def _spelling(profile: str) -> dict[str, str]:
    return load_profile(profile).spelling


def _stories(path: Path) -> tuple[Story, ...]:
    read = loader.parse_documents(yaml_tree.parse(path.read_text("utf-8"), path.name), path.name)
    return builder.build_stories(path, read, profile="us-2019", spelling=_spelling)


def test_vtr_has_no_findings_in_the_bundled_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    def decide(*_: object, **__: object) -> None:
        raise AllAskedError

    monkeypatch.setattr(Engine, "decide", decide)
    monkeypatch.setattr(explanations, "explanations", lambda *_, **__: {})
    found = {}
    calls = 0
    for path in sorted(CASES.rglob("*.yaml")):
        for story in _stories(path):
            for run in runner.run(story, Asking(), doors.in_process):
                calls += sum(conduct.calls for conduct in run.conduct)
                names = {finding.name for conduct in run.conduct for finding in conduct.findings}
                if names - EXCEPTIONS.get(path.name, frozenset()):
                    found[story.title] = names
    assert found == {}
    assert calls > 100  # the suite was asked about, and this looked on
