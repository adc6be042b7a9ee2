from pathlib import Path

import pytest
from results_by_hand import RESULT

from vtr.suite import last_failed
from vtr.suite.results import Result


def result(file: str, scenario: str, outcome: str = "failed") -> Result:
    return {**RESULT, "file": file, "scenario": scenario, "outcome": outcome}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_nothing_is_known_at_first_or_from_a_broken_file(tmp_path: Path) -> None:
    assert last_failed.load() == []
    (tmp_path / ".vtr").mkdir()
    (tmp_path / ".vtr" / "last-failed.json").write_text("{")
    assert last_failed.load() == []


def test_what_was_not_run_keeps_its_failure() -> None:
    last_failed.save([result("a.yaml", "A"), result("b.yaml", "B")], whole=True)
    last_failed.save([result("a.yaml", "A", "passed")], whole=False)
    assert last_failed.load() == [("b.yaml", "B")]


def test_scenario_that_is_gone_from_a_file_that_was_run_whole_is_forgotten() -> None:
    last_failed.save([result("a.yaml", "Old")], whole=True)
    last_failed.save([result("a.yaml", "New", "passed")], whole=True)
    assert last_failed.load() == []


def test_broken_file_fails_as_a_whole_until_it_is_mended() -> None:
    last_failed.save([result("a.yaml", "A")], whole=True)
    last_failed.save([result("a.yaml", "", "error")], whole=False)
    assert last_failed.load() == [("a.yaml", "")]
    last_failed.save([result("a.yaml", "A", "passed")], whole=False)
    assert last_failed.load() == []


def test_list_that_cannot_be_written_is_a_message_and_no_error(tmp_path: Path) -> None:
    (tmp_path / ".vtr").write_text("a file in the place of the folder")
    message = last_failed.save([result("a.yaml", "A")], whole=True)
    assert message is not None
    assert message.startswith("what failed could not be kept for --last-failed: ")
