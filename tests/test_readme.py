"""Every command block of every README runs, and prints what is printed.

A README is read from top to bottom, as a reader would. A block whose paragraph ends with a file's name is that file. A
`sh` block runs line by line, all blocks in one folder; the `text` and `json` blocks after it are parts of what it
printed, with `…` for what is left out. `# exit status 1` says how a line ends; the default is 0. `vtr serve` goes on in
the background.
"""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from tempfile import TemporaryFile

import commands
import pytest
from typer.main import get_command

from simulator.serve.client_setup import hosts_line
from vtr.cli import app as whole_command
from vtr.reference.rules.profile_reader import profile_text

ROOT = Path(__file__).parents[1]
READMES = sorted(
    path for path in (ROOT / "README.md", *(ROOT / folder / "README.md" for folder in
    ("simulator", "vtr", "vtr/reference", "scenarios", "tests")))
)  # fmt: skip
COMMANDS = {
    *("run", "init", "schema", "serve", "check", "inspect", "rules", "profiles", "carriers", "journeys", "faults"),
    *("conduct", "generate", "score", "extract", "compare", "mutate", "fuzz", "shrink", "number"),
}
# Set up the checkout itself; `.ci/run` runs the second one.
SET_UP = "python3 -m venv .venv"

_STATUS = re.compile(r"#\s*exit status (\d+)\s*$")
_FILE = re.compile(r"`([\w./-]+\.(?:yaml|py|csv))`[^`]*[:,]\s*$")
_SECONDS = re.compile(r"\d+\.\d+ ?s\b")


@dataclass(frozen=True, slots=True)
class Block:
    """A code block: its language, its text, the paragraph before it, and the line in which it begins."""

    language: str
    text: str
    before: str
    line: int

    @property
    def file(self) -> str:
        """The name of the file that the block is, from the end of the paragraph before it; else nothing."""
        found = _FILE.search(self.before)
        return found[1] if found else ""


def blocks(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        before = text[: found.start()].rstrip().rpartition("\n\n")[2].replace("\n", " ")
        yield Block(found[1], found[2], before, text.count("\n", 0, found.start()) + 1)


@dataclass(slots=True)
class Reader:
    """Does what a README says, in a folder."""

    folder: Path
    stack: ExitStack
    ports: dict[str, str] = field(default_factory=dict)
    printed: str = ""

    def read(self, block: Block) -> None:
        if block.language == "sh":
            self.printed = "".join(self._run(line) for line in block.text.splitlines() if line)
        elif block.language in {"text", "json"} and self.printed:
            assert is_part(block.text, self.printed), f"line {block.line} is not what was printed:\n{self.printed}"
        elif block.language == "diff":
            self._change(block)
        elif block.file:
            (self.folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / block.file).write_text(block.text, encoding="utf-8")

    def _change(self, block: Block) -> None:
        (name,) = re.findall(r"`([\w./-]+\.py)`", block.before)
        before, after = (line[1:] for line in block.text.splitlines())
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(f"\n{before}\n") == 1
        (self.folder / name).write_text(text.replace(f"\n{before}\n", f"\n{after}\n"), encoding="utf-8")

    def _run(self, line: str) -> str:
        status = int(found[1]) if (found := _STATUS.search(line)) else 0
        for port, other in self.ports.items():
            line = line.replace(f":{port}", f":{other}")
        words = shlex.split(line, comments=True)
        if words[:2] == ["vtr", "serve"]:
            return self._serve(words[2:])
        if words[0] == "vtr":
            arguments = [word.replace("cmd:python3 ", f"cmd:{shlex.quote(sys.executable)} ") for word in words[1:]]
            ran = commands.run(*arguments, folder=self.folder, environment=environment())
        else:
            ran = subprocess.run(
                ["sh", "-c", line], cwd=self.folder, capture_output=True, text=True, check=False, timeout=60,
                env=environment(),
            )  # fmt: skip
        assert ran.returncode == status, f"{line}\n{ran.stdout}{ran.stderr}"
        return f"{ran.stdout}\n{ran.stderr}"

    def _serve(self, arguments: list[str]) -> str:
        """Start a server on a free port; what it prints first, as if it had the port that is asked for."""
        port = arguments[arguments.index("--port") + 1]
        arguments[arguments.index("--port") + 1] = "0"
        out = self.stack.enter_context(TemporaryFile())  # noqa: SIM115 (the stack closes it)
        err = self.stack.enter_context(TemporaryFile())  # noqa: SIM115 (the same)
        command = self.stack.enter_context(
            commands.started("serve", *arguments, folder=self.folder, stdout=out, stderr=err, environment=environment())
        )
        first = b""
        while b"\n" not in first:
            assert command.poll() is None, os.pread(err.fileno(), 10_000, 0).decode()
            time.sleep(0.02)
            first = os.pread(out.fileno(), 10_000, 0)
        found = re.search(r"://[^:]+:(\d+)", first.decode())
        assert found is not None, first
        self.ports[port] = found[1]
        return first.decode().partition("\n")[0].replace(found[1], port) + "\n"


def environment() -> dict[str, str]:
    """This process' own, with our commands first on the path, and nothing that changes what pytest and `vtr` do."""
    kept = {name: text for name, text in os.environ.items() if name not in {"PYTEST_ADDOPTS", "CI", "GITHUB_ACTIONS"}}
    packages = os.pathsep.join((str(ROOT), kept.get("PYTHONPATH", "")))
    return {**kept, "PYTHONPATH": packages, "PATH": os.pathsep.join((str(Path(sys.executable).parent), kept["PATH"]))}


def normalised(text: str) -> str:
    """A text in which durations are alike, and no line ends with blanks."""
    lines = (_SECONDS.sub("<seconds>", line).rstrip() for line in text.splitlines())
    return "\n".join(("", *lines, ""))


def is_part(printed: str, whole: str) -> bool:
    """Whether a text, between its ellipses, is within another one: in that order, in whole lines."""
    pattern = ".*?".join(re.escape(piece) for piece in normalised(printed).split("…"))
    return re.search(pattern, normalised(whole), re.DOTALL) is not None


@pytest.mark.skipif(which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_block_runs_and_prints_what_is_printed(path: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        reader = Reader(tmp_path, stack)
        for block in blocks(path):
            if not block.text.startswith(SET_UP):
                reader.read(block)


def test_first_two_commands_are_one_line_each_and_ci_runs_both() -> None:
    first, second = [block.text for block in blocks(ROOT / "README.md") if block.language == "sh"][:2]
    assert first.count("\n") == second.count("\n") == 1
    assert first.startswith(SET_UP)
    assert first.endswith("vtr run\n")
    assert second.startswith(SET_UP)
    assert "pytest" in second
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for number, command in ((1, first), (2, second)):
        awk = f"awk '/^```sh$/ {{ block++; next }} block == {number} && !/^```/ {{ print; exit }}' README.md"
        assert awk in script
        assert subprocess.run(["sh", "-c", awk], cwd=ROOT, capture_output=True, text=True, check=True).stdout == command


@pytest.mark.skipif(os.environ.get("VTR_WHOLE_SUITE") != "1", reason="takes half a minute; set VTR_WHOLE_SUITE=1")
def test_first_command_prints_what_is_printed() -> None:
    printed = next(block.text for block in blocks(ROOT / "README.md") if block.language == "text")
    ran = commands.run("run", folder=ROOT, environment=environment())
    assert ran.returncode == 0
    assert is_part(printed, f"{ran.stdout}{ran.stderr}")


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 200


def test_links_between_the_readmes_lead_somewhere() -> None:
    for path in READMES:
        for target, _, anchor in (
            link.partition("#") for link in re.findall(r"\]\((?!https?:)([^)]+)\)", path.read_text(encoding="utf-8"))
        ):
            page = (path.parent / target).resolve() if target else path
            assert page.exists(), f"{path}: {target}"
            headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
            anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert not anchor or anchor in anchors, f"{path}: {target}#{anchor}"


def test_hosts_line_is_the_one_that_serve_prints() -> None:
    (printed,) = (block.text for block in blocks(ROOT / "simulator" / "README.md") if block.language == "hosts")
    assert printed.strip() == hosts_line("https://127.0.0.1:8443")


def test_rule_is_the_profiles() -> None:
    text, _ = profile_text("us-2019")
    assert next(
        block.text for block in blocks(ROOT / "vtr" / "reference" / "README.md") if block.text.startswith("  - rule")
    ) in text  # fmt: skip


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_mentioned_and_has_help(command: str, tmp_path: Path) -> None:
    assert f"`vtr {command}" in (ROOT / "README.md").read_text(encoding="utf-8")
    shown = commands.run(command, "--help", folder=tmp_path, environment=environment())
    assert shown.returncode == 0
    assert "Usage" in shown.stdout


def test_no_other_command_is_there() -> None:
    assert set(get_command(whole_command).list_commands(None)) == COMMANDS
