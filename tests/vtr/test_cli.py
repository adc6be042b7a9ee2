import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from judged_suite import GOOD, JUDGED, Ran, environment, written_to


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return written_to(tmp_path)


LOCALES = [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "Asia/Tokyo"},
    {"PYTHONIOENCODING": "latin-1"},
]


@pytest.mark.parametrize("locale", LOCALES)
def test_output_depends_on_no_locale_and_no_time_zone(suite: Path, locale: dict[str, str]) -> None:
    text = GOOD.replace("A good number is valid", "Ein gültiges Paket 包裹")
    (suite / "cases" / "good.yaml").write_text(text, encoding="utf-8")
    plain = Ran(suite, *JUDGED, "cases")
    foreign = subprocess.run(
        [sys.executable, "-P", "-c", "from vtr.cli import main; main()", *JUDGED, "cases"],
        cwd=suite, env=environment(**locale), capture_output=True, check=False,
    )  # fmt: skip
    assert "Ein gültiges Paket 包裹" in plain.stdout
    assert (foreign.stdout, foreign.returncode) == (plain.stdout.encode(), plain.status)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", [(*JUDGED, "cases"), ("rules",), ("carriers",)])
def test_output_that_cannot_be_written_is_one_message(suite: Path, command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-P", "-c", "from vtr.cli import main; main()", *command],
            cwd=suite, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (ran.returncode, ran.stderr.splitlines()[-1]) == (
        2, "vtr: output cannot be written: No space left on device",
    )  # fmt: skip
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
def test_streams_that_are_closed_are_written_nowhere(suite: Path) -> None:
    closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    command = [sys.executable, "-P", "-c", "from vtr.cli import main; main()", *JUDGED, "cases/good.yaml"]
    ran = subprocess.run(
        [*closed, *command, "-n", "1", "--junit", "j.xml"],
        cwd=suite,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    assert len(ET.parse(suite / "j.xml").findall(".//testcase")) == 1  # noqa: S314 (our own text)


def test_help_names_the_commands_of_all_three_packages(tmp_path: Path) -> None:
    ran = Ran(tmp_path, "--help", COLUMNS="200")
    assert ran.status == 0
    for command in ("run", "serve", "number", "carriers", "journeys", "check", "rules"):
        assert re.search(rf"\b{command}\b", ran.stdout), command


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, vtr.cli\n"
        "print(sorted({'pytest', 'pydantic', 'duckdb', 'requests', 'yaml', 'responses', 'sqlglot', 'uvicorn', "
        "'pyarrow', 'starlette'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code], env=environment(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_version_is_that_of_the_distribution(tmp_path: Path) -> None:
    ran = Ran(tmp_path, "--version")
    assert (ran.status, ran.stdout, ran.stderr) == (0, f"vtr-harness {version('vtr-harness')}\n", "")


def test_package_is_run_as_a_module_like_the_command(tmp_path: Path) -> None:
    as_module = subprocess.run(
        [sys.executable, "-P", "-m", "vtr", "rules", "--profile", "nowhere.yaml"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    as_command = Ran(tmp_path, "rules", "--profile", "nowhere.yaml")
    assert as_module.returncode == as_command.status == 2
    assert (as_module.stdout, as_module.stderr) == (as_command.stdout, as_command.stderr)
