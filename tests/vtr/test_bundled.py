"""Our YAML is found wherever the package is, and never takes the name `scenarios` from a user's own package."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from judged_suite import GOOD, Ran, environment

from vtr import bundled

ROOT = bundled.SCENARIOS.parent

# What a user's tests and validator ask: is `scenarios` theirs, and are ours found all the same?
TEST_OF_THEIRS = """\
import scenarios
from vtr import bundled

def test_of_theirs():
    assert scenarios.OWNER == "the user"
    assert sorted(bundled.CASES.rglob("*.yaml"))
"""
VALIDATOR_OF_THEIRS = """\
import scenarios
from vtr import validate

def judge(request):
    assert scenarios.OWNER == "the user"
    return validate(request)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a package `scenarios` of its own, a test, a validator and a scenario."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "__init__.py").write_text('OWNER = "the user"\n')
    (tmp_path / "test_theirs.py").write_text(TEST_OF_THEIRS)
    (tmp_path / "their_validator.py").write_text(VALIDATOR_OF_THEIRS)
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "good.yaml").write_text(GOOD.replace(", number: 1Z1", ""))
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nvtr_scenarios = cases\n"
        "addopts = --vtr-validator=python:their_validator:judge --vtr-door=in-process\n"
    )
    return tmp_path


@pytest.mark.parametrize("how", ["pytest", "python -m pytest"])
def test_project_with_its_own_package_scenarios_is_tested_by_pytest(project: Path, how: str) -> None:
    program = Path(sys.executable).with_name("pytest")
    if how == "pytest" and not program.exists():
        pytest.skip("pytest's script is not beside this Python")
    names = {point.name for point in entry_points(group="pytest11")}
    plugins = [] if "vtr.pytest_plugin" in names else ["-p", "vtr.pytest_plugin"]
    plugins += ["-p", "no:faker", "-p", "no:randomly"]  # others' take a second to load
    command = [str(program)] if how == "pytest" else [sys.executable, "-m", "pytest"]
    ran = subprocess.run(
        [*command, "-q", *plugins], cwd=project, env=environment(), capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    assert ran.stdout.rstrip().rpartition("\n")[2].startswith("2 passed"), ran.stdout + ran.stderr


def test_project_with_its_own_package_scenarios_is_run_by_the_command(project: Path) -> None:
    theirs = ("--validator", "python:their_validator:judge", "--door", "in-process")
    assert Ran(project, "run", "cases", *theirs).status == 0
    ran = Ran(project, "run", "--only", "Blanks around a number are trimmed", *theirs)
    assert ran.status == 0, ran.stderr
    assert "valid/blanks-around-the-number.yaml" in ran.stdout


def test_wheel_carries_the_cases_in_the_package_and_installs_no_scenarios(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--quiet", "--wheel-dir", str(tmp_path)]
    made = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False, timeout=300)
    if made.returncode:
        pytest.skip(f"pip cannot build a wheel here: {made.stderr.strip()[-500:]}")
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    installed = tmp_path / "installed"
    tops = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"simulator", "vtr"}
    cases = {path.relative_to(bundled.CASES) for path in bundled.CASES.rglob("*.yaml")}
    assert {path.relative_to(installed / "vtr/scenarios/cases") for path in installed.rglob("cases/**/*.yaml")} == cases
    command = [sys.executable, "-P", "-c", "from vtr import bundled; print(bundled.CASES)"]
    where = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(installed)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (where.stdout, where.stderr) == (f"{installed}/vtr/scenarios/cases\n", "")
