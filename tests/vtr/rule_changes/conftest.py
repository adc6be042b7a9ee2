"""What the tests of rule changes share."""

from collections.abc import Callable
from pathlib import PurePath
from textwrap import dedent

import pytest

from vtr.language import loader, yaml_tree
from vtr.reference.rules.profile_reader import load_profile
from vtr.story import builder
from vtr.story.story import Story


@pytest.fixture
def stories_of() -> Callable[[str], tuple[Story, ...]]:
    """From the text of a scenario file to its stories, judged by us-2019 where they name no profile."""

    def of(text: str) -> tuple[Story, ...]:
        found = loader.parse_documents(yaml_tree.parse(dedent(text), "case.yaml"), "case.yaml")
        spelling = load_profile("us-2019").spelling
        return builder.build_stories(PurePath("case.yaml"), found, profile="us-2019", spelling=lambda _: spelling)

    return of
