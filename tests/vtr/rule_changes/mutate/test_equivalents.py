"""Lists of equivalent mutants, and when an entry is stale."""

from pathlib import Path

import pytest

from vtr.errors import ScenarioFileError
from vtr.rule_changes.mutate import equivalents, run
from vtr.rule_changes.mutate.all_mutants import mutants_of

LATE = "UPLOADED_AFTER_DELIVERY"


def test_an_entry_that_names_no_mutant_is_an_error(cases: Path, tmp_path: Path) -> None:
    listed = tmp_path / "equivalent.yaml"
    listed.write_text(f"# why\n{LATE}:comparison-1:>>: a slip\n", encoding="utf-8")
    with pytest.raises(ScenarioFileError, match=r"equivalent\.yaml:2:1: no mutant is called .*did you mean"):
        run.run(run.MutateOptions("us-2019", (cases,), (LATE,), "none"), equivalents.read(listed))


def test_an_entry_that_a_scenario_notices_is_an_error(cases: Path, tmp_path: Path) -> None:
    listed = tmp_path / "equivalent.yaml"
    listed.write_text(f"{LATE}:comparison-1:<: wrong\n", encoding="utf-8")
    options = run.MutateOptions("us-2019", (cases,), (f"{LATE}:comparison-1:<",), "none")
    with pytest.raises(ScenarioFileError, match=r"equivalent\.yaml:1:1: .* is not an equivalent mutant: the scenario"):
        run.run(options, equivalents.read(listed))


def test_the_bundled_list_names_mutants_only() -> None:
    listed = equivalents.of_profile("us-2019")
    listed.check_declared([mutant.name for mutant in mutants_of("us-2019")])
    assert listed.reason("BEFORE_WINDOW:after-the-next")
