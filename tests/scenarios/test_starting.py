import os
from pathlib import Path

import pytest
import yaml

from scenarios import starting
from scenarios.errors import ScenarioError
from vtr.errors import VtrError

PLACES = {
    "vtr-cases/delivered.yaml",
    "vtr-cases/label-only.yaml",
    "vtr-cases/blank-number.yaml",
    "my_validator.py",
    ".github/workflows/vtr.yml",
}


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_folder_that_is_missing_is_made_with_all_files(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "suite"
    written = starting.start(folder)
    assert {path.relative_to(folder).as_posix() for path in written} == PLACES
    assert _files(folder) == PLACES


@pytest.mark.parametrize("there", sorted(PLACES))
def test_file_that_is_there_is_named_and_nothing_is_written(there: str, tmp_path: Path) -> None:
    mine = tmp_path / there
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(ScenarioError, match="already there, and nothing is overwritten") as caught:
        starting.start(tmp_path)
    assert str(caught.value).startswith(f"{mine}: ")
    assert _files(tmp_path) == {there}
    assert mine.read_text() == "mine"


def test_link_that_leads_nowhere_is_there_too(tmp_path: Path) -> None:
    (tmp_path / "my_validator.py").symlink_to(tmp_path / "nowhere.py")
    with pytest.raises(ScenarioError, match=r"my_validator\.py: already there"):
        starting.start(tmp_path)
    assert _files(tmp_path) == {"my_validator.py"}


@pytest.mark.parametrize("blocked", ["vtr-cases", ".github", "."])
def test_file_in_the_place_of_a_folder_is_told(blocked: str, tmp_path: Path) -> None:
    folder = tmp_path / "suite"
    place = folder / blocked
    place.parent.mkdir(exist_ok=True)
    place.write_text("mine")
    with pytest.raises(ScenarioError, match="is a file, and a folder is needed there"):
        starting.start(folder)
    assert place.read_text() == "mine"


def test_what_cannot_be_finished_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VtrError, match="No space left on device"):
        starting.start(tmp_path / "suite")
    assert list(tmp_path.iterdir()) == []


def test_ci_file_runs_the_command_that_is_printed(tmp_path: Path) -> None:
    starting.start(tmp_path)
    workflow = yaml.safe_load((tmp_path / ".github" / "workflows" / "vtr.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert f"  {job['steps'][-1]['run']}" in starting.next_steps(tmp_path)
