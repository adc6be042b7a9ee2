import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml

from vtr import starter
from vtr.errors import ScenarioError
from vtr.reference.errors import VtrError

ROOT = Path(__file__).parents[2]
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
    written = starter.write_suite(folder)
    assert {path.relative_to(folder).as_posix() for path in written} == PLACES
    assert _files(folder) == PLACES


@pytest.mark.parametrize("there", sorted(PLACES))
def test_file_that_is_there_is_named_and_nothing_is_written(there: str, tmp_path: Path) -> None:
    mine = tmp_path / there
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(ScenarioError, match="already there, and nothing is overwritten") as caught:
        starter.write_suite(tmp_path)
    assert str(caught.value).startswith(f"{mine}: ")
    assert _files(tmp_path) == {there}
    assert mine.read_text() == "mine"


def test_link_that_leads_nowhere_is_there_too(tmp_path: Path) -> None:
    (tmp_path / "my_validator.py").symlink_to(tmp_path / "nowhere.py")
    with pytest.raises(ScenarioError, match=r"my_validator\.py: already there"):
        starter.write_suite(tmp_path)
    assert _files(tmp_path) == {"my_validator.py"}


@pytest.mark.parametrize("blocked", ["vtr-cases", ".github", "."])
def test_file_in_the_place_of_a_folder_is_told(blocked: str, tmp_path: Path) -> None:
    folder = tmp_path / "suite"
    place = folder / blocked
    place.parent.mkdir(exist_ok=True)
    place.write_text("mine")
    with pytest.raises(ScenarioError, match="is a file, and a folder is needed there"):
        starter.write_suite(folder)
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
        starter.write_suite(tmp_path / "suite")
    assert list(tmp_path.iterdir()) == []


def test_ci_file_runs_the_command_that_is_printed(tmp_path: Path) -> None:
    starter.write_suite(tmp_path)
    workflow = yaml.safe_load((tmp_path / ".github" / "workflows" / "vtr.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert f"  {job['steps'][-1]['run']}" in starter.next_steps(tmp_path)


def test_ci_file_says_that_nobody_has_filled_in_where_the_harness_is(tmp_path: Path) -> None:
    starter.write_suite(tmp_path)
    workflow = yaml.safe_load((tmp_path / ".github" / "workflows" / "vtr.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    (install,) = (step["run"] for step in job["steps"] if "pip" in step.get("run", ""))
    ran = subprocess.run(
        ["sh", "-c", install], env={**os.environ, **job["env"]}, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode != 0
    assert "fill in VTR_SOURCE in .github/workflows/vtr.yml" in ran.stderr


def test_suite_runs_by_plain_pytest_with_the_configuration_that_is_printed(tmp_path: Path) -> None:
    starter.write_suite(tmp_path)
    lines = starter.next_steps(tmp_path)
    begin = next(number for number, line in enumerate(lines) if line.endswith("in pyproject.toml:"))
    printed = "".join(f"{line.removeprefix('  ')}\n" for line in lines[begin + 1 :])
    assert f"```toml\n{printed}```" in (ROOT / "vtr" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(printed, encoding="utf-8")
    names = {point.name for point in entry_points(group="pytest11")}
    plugin = [] if "vtr.pytest_plugin" in names else ["-p", "vtr.pytest_plugin"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}
    plugin += ["-p", "no:faker", "-p", "no:randomly"]  # others' take a second to load
    command = [sys.executable, "-P", "-m", "pytest", "-q", *plugin]
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.stdout.rstrip().rpartition("\n")[2].startswith("1 failed, 2 passed"), ran.stdout + ran.stderr
