"""The app that mounts the commands."""

import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner, Result

from simulator.cli import app

LONG = 60.0


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=given)


@pytest.mark.parametrize(
    "arguments",
    [
        ("number", "read"),
        ("number", "mint", "ups", "--count", "0"),
        ("carriers", "--format", "xml"),
        ("serve", "--port", "70000"),
        ("serve", "--tls"),
    ],
)
def test_a_wrong_option_is_status_two(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("serve",),
        ("generate",),
        ("carriers",),
        ("journeys",),
        ("faults",),
        ("conduct",),
        ("number",),
        ("number", "mint"),
        ("number", "read"),
    ],
)
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_the_commands_load_nothing_of_the_simulator_but_themselves_before_one_runs() -> None:
    script = (
        "import sys, simulator.cli; "
        "print(*sorted(m for m in sys.modules if m.startswith(('simulator.', 'uvicorn', 'requests', 'rich.'))))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=LONG)
    others = [
        name for name in found.stdout.split() if not re.fullmatch(r"simulator\.(cli|console|commands(\.\w+)?)", name)
    ]
    assert others == []
