"""Every fault of the catalogue has a bundled scenario of its name, and the scenario puts it in force."""

from pathlib import Path

import pytest
import yaml

from simulator.faults.catalogue import CATALOGUE
from simulator.faults.entry import Entry

CASES = Path(__file__).parents[2] / "scenarios" / "cases" / "faults"


@pytest.mark.parametrize("entry", CATALOGUE, ids=[entry.name for entry in CATALOGUE])
def test_a_fault_has_a_scenario_that_uses_it(entry: Entry) -> None:
    scenarios = list(yaml.safe_load_all((CASES / entry.family / f"{entry.name}.yaml").read_text(encoding="utf-8")))
    for scenario in scenarios:
        assert entry.name in [each["fault"] for each in scenario["faults"]]
        assert "fault" in scenario["tags"]
    assert scenarios


def test_no_scenario_is_about_a_fault_that_is_not_there() -> None:
    known = {(entry.family, entry.name) for entry in CATALOGUE}
    assert {(path.parent.name, path.stem) for path in CASES.rglob("*.yaml")} == known
