"""What the tests of differential testing share: a validator with a mistake."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Any

import pytest

from vtr.language import loader, yaml_tree
from vtr.language.yaml_writer import Document
from vtr.play import doors, runner
from vtr.reference.protocol import validate
from vtr.rule_changes.fuzz.disagreements import DifferentialTest, ValidatorAtDoor
from vtr.story import builder
from vtr.suite import collecting
from vtr.validators import Bundled, Wait, answer_of
from vtr.validators.answer import Answer

SPELLING = cache(collecting.carrier_spelling)


Change = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class Mistaken:
    """The reference validator with a mistake in what it says."""

    change: Change
    name: str = "mistaken"

    def validate(self, request: Mapping[str, Any], *, wait: Wait) -> Answer:
        return answer_of(self.change(validate(request, wait=wait)), self.name)

    def close(self) -> None:
        pass


@pytest.fixture
def differential_test() -> Callable[[Change], DifferentialTest]:
    """From a mistake to the differential test of the reference validator and one that makes it."""

    def of(change: Change) -> DifferentialTest:
        side = ValidatorAtDoor(Mistaken(change), doors.in_process)
        return DifferentialTest(
            ValidatorAtDoor(Bundled(), doors.in_process), side, "us-2019", SPELLING, PurePath("fuzz.yaml")
        )

    return of


@pytest.fixture
def differences() -> Callable[[str, Change, str], list[str]]:
    """From a scenario's text, a mistake and a file's name: the columns that differ when it is run from that file."""

    def of(text: str, change: Change, place: str) -> list[str]:
        path = PurePath(place)
        found = loader.parse_documents(yaml_tree.parse(text, path.name), path.name)
        (story,) = builder.build_stories(path, found, profile="us-2019", spelling=SPELLING)
        runs = runner.run(story, Mistaken(change), doors.in_process)
        return [f"{difference.column}" for run in runs for difference in run.comparison.differences]

    return of


@pytest.fixture
def blank() -> Document:
    """A scenario with an order whose tracking number is blank, and one from abroad."""
    return {
        "scenario": "B",
        "parcels": {"one": {"carrier": "dhl"}, "two": {"carrier": "usps"}},
        "orders": [
            {"parcel": "one", "category": "Garden", "confirm": {"tracking": "", "at": "day 2 10:30"}},
            {"parcel": "two", "ship_to": "CN"},
        ],
    }
