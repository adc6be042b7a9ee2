from collections.abc import Callable
from pathlib import PurePath
from textwrap import dedent

import pytest

from vtr.errors import ScenarioFileError
from vtr.language import loader, yaml_tree
from vtr.story import builder
from vtr.story.story import Story

SPELLED = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL", "chinapost": "China Post"}


def _spelling(profile: str) -> dict[str, str]:
    if profile == "xx-1999":
        raise ValueError("profile 'xx-1999' is unknown; there is us-2019")
    return SPELLED


def _tell(text: str, file: str = "cases/reason/slug.yaml") -> tuple[Story, ...]:
    path = PurePath(file)
    found = loader.parse_documents(yaml_tree.parse(dedent(text), path.name), path.name)
    return builder.build_stories(path, found, profile="us-2019", spelling=_spelling)


@pytest.fixture
def tell() -> Callable[..., tuple[Story, ...]]:
    """From a scenario file's text to its stories; messages call the file `slug.yaml`."""
    return _tell


@pytest.fixture
def told(tell: Callable[..., tuple[Story, ...]]) -> Callable[[str], Story]:
    """The only story of a text that stands between `scenario:` and `expect:`."""

    def only(text: str) -> Story:
        (story,) = tell(f"scenario: S\n{dedent(text)}\nexpect: {{rows: []}}\n")
        return story

    return only


@pytest.fixture
def problems() -> Callable[[str], list[str]]:
    """Every problem of a text, as `line:column: message`."""

    def of(text: str) -> list[str]:
        with pytest.raises(ScenarioFileError) as caught:
            _tell(text)
        return [str(problem).removeprefix("slug.yaml:") for problem in caught.value.problems]

    return of
