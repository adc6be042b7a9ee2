"""Random stories: equal for equal seeds, and valid."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from vtr.language.yaml_writer import Document
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.fuzz import search
from vtr.rule_changes.fuzz.disagreements import DifferentialTest
from vtr.rule_changes.profile_boundaries import Boundaries

Change = Callable[[dict[str, Any]], dict[str, Any]]


def stories(seed: int = 1) -> Iterator[Document]:
    return search.stories_of_seed(seed, Boundaries.of(load_profile("us-2019")))


def test_equal_seeds_give_equal_stories_and_other_seeds_others() -> None:
    first, again, other = (list(islice(stories(seed), 20)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_every_generated_story_is_a_valid_scenario(differential_test: Callable[[Change], DifferentialTest]) -> None:
    test = differential_test(dict)
    for document in islice(stories(3), 60):
        assert test.seed(document)
