"""Conditions against the catalogue of faults and the situations of the bundled scenarios: nothing is left out."""

import re
from pathlib import Path

from simulator.datasets.content.conditions import NAMES
from simulator.datasets.content.fault_conditions import NOT_PLANTED, REPRESENTED
from simulator.faults import catalogue

SCENARIOS = Path(__file__).parents[4] / "scenarios" / "cases"
NAMED = {what for words in REPRESENTED.values() for what in words.split(", ")}


def of(kind: str) -> set[str]:
    return {what.removeprefix(f"{kind} ") for what in NAMED if what.startswith(f"{kind} ")}


def test_every_condition_says_what_it_stands_for() -> None:
    assert list(REPRESENTED) == list(NAMES)
    assert all(re.fullmatch(r"fault \w+|situation \d+|rule R\d+", what) for what in NAMED)


def test_every_fault_of_sellers_and_of_tracking_can_be_planted() -> None:
    assert of("fault") == {entry.name for entry in catalogue.CATALOGUE if entry.family in {"seller", "tracking"}}


def test_every_situation_is_planted_or_left_out_for_a_reason() -> None:
    tagged = {
        number
        for path in SCENARIOS.rglob("*.yaml")
        for number in re.findall(r"\bsituation-(\d+)\b", path.read_text(encoding="utf-8"))
    }
    left_out = {name.removeprefix("situation ") for name in NOT_PLANTED}
    assert len(tagged) == 65
    assert of("situation") | left_out == tagged
    assert not of("situation") & left_out
    assert all(NOT_PLANTED.values())
