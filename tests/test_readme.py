"""What the README prints works as printed."""

import json
import os
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

import commands
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from simulator.carriers import HOSTS
from simulator.faults.listing import as_markdown
from simulator.http_server import running
from simulator.http_server.certificates import ensure_certificates
from simulator.serve.client_setup import hosts_line
from simulator.serve.demo_session import demo_sessions
from vtr.cli import app as whole_command
from vtr.reference.rules.profile_reader import profile_text

ROOT = Path(__file__).parents[1]
COMMANDS = {
    *("run", "init", "schema", "serve", "check", "inspect", "rules", "carriers", "journeys", "faults", "conduct"),
    *("generate", "score", "extract", "compare", "mutate", "fuzz", "shrink", "number"),
}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def vtr(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {name: text for name, text in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return commands.run(*arguments, folder=cwd, environment=environment)


def without_seconds(text: str) -> str:
    """A text in which every duration is the same."""
    return re.sub(r" in \d+\.\d\d s ", " in <seconds> ", text)


def test_first_two_commands_are_one_line_each() -> None:
    first, second = blocks("sh")[:2]
    assert first.count("\n") == second.count("\n") == 1
    assert first.endswith("vtr run\n")
    assert "pytest" in second


def test_ci_runs_the_second_command() -> None:
    script = "awk '/^```sh$/ { block++; next } block == 2 && !/^```/ { print; exit }' README.md"
    assert script in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    found = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == blocks("sh")[1]


def test_scenario_passes(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    ran = vtr("run", "case.yaml", cwd=tmp_path)
    assert (ran.returncode, ran.stderr.split(":")[0]) == (0, "1 scenario")


def test_scenario_with_another_reason_fails_as_printed(tmp_path: Path) -> None:
    changed = blocks("yaml")[0].replace("CARRIER_MISMATCH", "NO_SCAN")
    (tmp_path / "case.yaml").write_text(changed, encoding="utf-8")
    ran = vtr("run", "case.yaml", cwd=tmp_path)
    printed = next(block for block in blocks("text") if block.startswith("case.yaml:1"))

    def without_id(text: str) -> str:
        return re.sub(r"\d{3}-\d{7}-\d{7}", "<order>", text)

    assert ran.returncode == 1
    assert without_id(printed).strip() in without_id(ran.stderr + ran.stdout)


def test_from_nothing_to_red_to_green_as_printed(tmp_path: Path) -> None:
    begun, run = (
        line.split()[1:] for line in next(block for block in blocks("sh") if "vtr init" in block).splitlines()
    )
    assert vtr(*begun, cwd=tmp_path).returncode == 0
    red = vtr(*run, cwd=tmp_path)
    printed = next(block for block in blocks("text") if block.startswith("passed   A blank number shows"))
    summary_of_red, summary_of_green = (block for block in blocks("text") if block.startswith("expected rows     dhl"))
    assert red.returncode == 1
    assert printed in red.stdout
    assert without_seconds(red.stderr) == without_seconds(summary_of_red)
    validator = tmp_path / "my_validator.py"
    before, after = (line[1:] for line in blocks("diff")[0].splitlines())
    text = validator.read_text(encoding="utf-8")
    assert text.count(f"\n{before}\n") == 1
    validator.write_text(text.replace(f"\n{before}\n", f"\n{after}\n"), encoding="utf-8")
    green = vtr(*run, cwd=tmp_path)
    assert green.returncode == 0
    assert without_seconds(green.stderr) == without_seconds(summary_of_green)


def test_python_example_runs(tmp_path: Path) -> None:
    program = tmp_path / "example.py"
    program.write_text(next(block for block in blocks("python") if "intercept(" in block), encoding="utf-8")
    ran = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, timeout=60)
    assert (ran.stdout, ran.stderr) == ("404 200\n", "")


ORDERS = """order_id,placed_at,category,promised_delivery_date,item_price
114-0000001-0000001,2026-02-25T10:00:00Z,Kitchen,2026-03-06,25.00
114-0000002-0000002,2026-02-25T10:00:00Z,Kitchen,2026-03-06,25.00
114-0000003-0000003,2026-02-25T10:00:00Z,Garden,2026-03-06,25.00
114-0000004-0000004,2026-02-25T10:00:00Z,Garden,2026-03-19,25.00
"""
CONFIRMATIONS = """order_id,submitted_at,carrier_code,tracking_number
114-0000001-0000001,2026-02-26T09:00:00Z,UPS,1ZKTK23A6606010207
114-0000002-0000002,2026-02-26T09:00:00Z,USPS,1ZWAVAM5YW78371444
114-0000003-0000003,2026-02-26T09:00:00Z,USPS,9400-1902-0391-9157-4548-83
114-0000004-0000004,2026-02-26T09:00:00Z,UPS,1ZYG88TW0316891125
"""


def test_check_prints_what_is_printed(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "confirmations.csv").write_text(CONFIRMATIONS, encoding="utf-8")
    line = next(block for block in blocks("sh") if block.startswith("vtr check")).split()[1:]
    with running(demo_sessions()) as url:
        ran = vtr(*(url if part.startswith("http:") else part for part in line), cwd=tmp_path)
    rows, words = (block for block in blocks("text") if block.startswith(("order_id  ", "us-2019 at")))
    assert ran.returncode == 0

    def stripped(text: str) -> list[str]:
        return [line.rstrip() for line in text.splitlines()]

    assert stripped(ran.stdout) == stripped(rows)
    assert stripped(ran.stderr) == stripped(words)


def test_curl_line_gets_what_is_printed() -> None:
    import requests  # noqa: PLC0415 (only this test needs it)

    line = next(block for block in blocks("sh") if block.startswith("curl"))
    path = re.search(r"http://127\.0\.0\.1:8765(\S+)'", line)
    assert path is not None
    with running(demo_sessions()) as url:
        answer = requests.get(url + path[1], headers={"DHL-API-Key": "demo"}, timeout=10)
    assert answer.text.startswith(blocks("json")[0].strip())
    assert json.loads(answer.text)["shipments"][0]["status"]["statusCode"] == "delivered"


def test_unchanged_client_gets_what_is_printed_over_tls(tmp_path: Path) -> None:
    if which("curl") is None:
        pytest.skip("curl is not installed")
    certificates = ensure_certificates(tmp_path / "tls", HOSTS, now=datetime.now(UTC))
    line = next(block for block in blocks("sh") if "--connect-to" in block)
    with running(demo_sessions(), certificates=certificates) as url:
        asked = line.replace("127.0.0.1:8443", urlsplit(url).netloc)
        answer = subprocess.run(
            ["sh", "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30
        )
    assert answer.stdout.startswith(blocks("json")[0].strip())


def test_hosts_line_is_the_one_that_serve_prints() -> None:
    printed = next(block for block in blocks("text") if block.startswith("127.0.0.1 onlinetools"))
    assert printed.strip() == hosts_line("https://127.0.0.1:8443")


def test_the_table_of_faults_is_the_catalogues() -> None:
    assert f"<!-- faults -->\n{as_markdown()}\n<!-- /faults -->" in README


def test_sessions_over_http_answer_as_printed(tmp_path: Path) -> None:
    if which("curl") is None:
        pytest.skip("curl is not installed")
    lines = next(block for block in blocks("sh") if "/_admin/sessions -d" in block)
    with running(demo_sessions()) as url:
        made, before, turned, after = (
            json.loads(
                subprocess.run(
                    ["sh", "-c", line.replace("http://127.0.0.1:8765", url)],
                    cwd=tmp_path,
                    capture_output=True,
                    check=True,
                    timeout=30,
                ).stdout
            )
            for line in lines.splitlines()
        )
    assert (made["id"], before["status"], turned["now"]) == ("mine", 404, "2026-03-04T00:00:00Z")
    assert after["shipments"][0]["status"]["statusCode"] == "transit"


def test_pytest_example_passes(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(
        next(block for block in blocks("python") if "carrier_server" in block), encoding="utf-8"
    )
    names = {point.name for point in entry_points(group="pytest11")}
    plugin = [] if "simulator.pytest_plugin" in names else ["-p", "simulator.pytest_plugin"]
    plugin += ["-p", "no:faker", "-p", "no:randomly"]  # others' take a second to load
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(tmp_path), *plugin, str(tmp_path)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert "1 passed" in ran.stdout, ran.stdout


def test_rule_is_the_profiles() -> None:
    text, _ = profile_text("us-2019")
    assert next(block for block in blocks("yaml") if block.startswith("  - rule")) in text


def test_profile_of_ones_own_is_taken_as_printed(tmp_path: Path) -> None:
    own = next(block for block in blocks("yaml") if block.startswith("profile: mine"))
    (tmp_path / "mine.yaml").write_text(own, encoding="utf-8")
    ran = vtr("rules", "--profile", "mine.yaml", "--format", "json", cwd=tmp_path)
    rules = {rule["rule"]: rule for rule in json.loads(ran.stdout)["rules"]}
    assert "EXEMPT_FREIGHT" not in rules
    assert list(rules).index("TOO_SLOW") + 1 == list(rules).index("UPLOADED_AFTER_DELIVERY")


def test_explanation_is_what_is_printed(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "confirmations.csv").write_text(CONFIRMATIONS, encoding="utf-8")
    line = next(block for block in blocks("sh") if block.startswith("vtr check")).split()[1:]
    with running(demo_sessions()) as url:
        ran = vtr(*(url if part.startswith("http:") else part for part in line), "--explain", cwd=tmp_path)
    printed = next(block for block in blocks("text") if block.startswith("114-0000002"))
    assert printed in ran.stderr


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_mentioned_and_has_help(command: str, tmp_path: Path) -> None:
    assert f"`vtr {command}" in README
    shown = vtr(command, "--help", cwd=tmp_path)
    assert shown.returncode == 0
    assert "Usage" in shown.stdout


def test_no_other_command_is_there() -> None:
    commands = get_command(whole_command).list_commands(None)
    assert set(commands) == COMMANDS


def test_validator_of_ones_own_runs_as_printed(tmp_path: Path) -> None:
    program = next(block for block in blocks("python") if "json.load(sys.stdin)" in block)
    (tmp_path / "validator.py").write_text(program, encoding="utf-8")
    (tmp_path / "case.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    line = next(block for block in blocks("sh") if "cmd:python3 validator.py" in block)
    arguments = shlex.split(line.replace("python3", shlex.quote(sys.executable)))[1:]
    ran = vtr(*arguments, cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def shown_in_order(printed: str, whole: str) -> bool:
    """Whether what is printed, between its ellipses, stands in a text in that order, in whole lines."""
    at = 0
    for piece in printed.split("…\n"):
        found = f"\n{whole}".find(f"\n{piece}", at) if piece else at
        if found < 0:
            return False
        at = found + len(piece)
    return True


def put(folder: Path, *, lenient: bool = False) -> None:
    """Write the README's scenario and validator, or its profile of a mistake, into a folder."""
    if lenient:
        profile = next(block for block in blocks("yaml") if block.startswith("profile: lenient"))
        (folder / "lenient.yaml").write_text(profile, encoding="utf-8")
        return
    program = next(block for block in blocks("python") if "json.load(sys.stdin)" in block)
    (folder / "validator.py").write_text(program, encoding="utf-8")
    (folder / "case.yaml").write_text(blocks("yaml")[0], encoding="utf-8")


def arguments_of(line: str) -> list[str]:
    """What stands behind `vtr` in a printed line, with this Python for `python3`."""
    return shlex.split(line.replace("python3", shlex.quote(sys.executable)))[1:]


@pytest.fixture(scope="module")
def with_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's profile and dataset."""
    folder = tmp_path_factory.mktemp("datasets")
    put(folder, lenient=True)
    line = next(block for block in blocks("sh") if block.startswith("vtr generate")).splitlines()[0]
    made = CliRunner().invoke(whole_command, ["generate", str(folder / "data"), *arguments_of(line)[2:]])
    assert made.exit_code == 0, made.output
    return folder


def test_dataset_is_scored_as_printed(with_dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(with_dataset)
    _, check, score = next(block for block in blocks("sh") if block.startswith("vtr generate")).splitlines()
    assert CliRunner().invoke(whole_command, arguments_of(check)).exit_code == 0
    scored = CliRunner().invoke(whole_command, arguments_of(score))
    printed = next(block for block in blocks("text") if block.startswith("condition  "))
    assert scored.exit_code == 1
    assert shown_in_order(printed, scored.stdout), scored.stdout
    extract = CliRunner().invoke(whole_command, arguments_of(printed.split("  ")[-1]))
    assert "uploaded_second_late" in extract.stdout


def test_change_of_a_rule_is_compared_as_printed(with_dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(with_dataset)
    line = next(block for block in blocks("sh") if block.startswith("vtr compare"))
    compared = CliRunner().invoke(whole_command, arguments_of(line))
    assert compared.exit_code == 1
    assert shown_in_order(next(block for block in blocks("text") if block.startswith("us-2019 ->")), compared.stdout)


@pytest.fixture
def owners_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rule owner's commands, in a folder with the profile and the scenario."""
    put(tmp_path, lenient=True)
    (tmp_path / "late").mkdir()
    scenario = next(block for block in blocks("yaml") if "one second after" in block)
    (tmp_path / "late" / "one-second.yaml").write_text(scenario, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return next(block for block in blocks("sh") if "vtr mutate" in block).splitlines()


def test_what_the_rule_owner_accepts_is_as_printed(owners_way: list[str]) -> None:
    compare, accept, _ = owners_way
    assert "1 of 1 package flipped" in CliRunner().invoke(whole_command, arguments_of(compare)).stdout
    accepted = CliRunner().invoke(whole_command, arguments_of(accept))
    assert accepted.exit_code == 1
    assert next(block for block in blocks("text") if block.startswith("late/one-second.yaml")) in accepted.stderr


@pytest.mark.skipif(os.environ.get("VTR_WHOLE_SUITE") != "1", reason="takes ten seconds; set VTR_WHOLE_SUITE=1")
def test_what_survives_at_the_rule_owners_is_as_printed(owners_way: list[str]) -> None:
    _, accept, mutate = owners_way
    assert CliRunner().invoke(whole_command, arguments_of(accept)).exit_code == 1
    mutated = CliRunner().invoke(whole_command, [*arguments_of(mutate), "-n", "1"])
    assert mutated.exit_code == 1
    assert shown_in_order(next(block for block in blocks("text") if block.startswith("about ")), mutated.stdout)


def test_coverage_is_what_is_printed(tmp_path: Path) -> None:
    put(tmp_path)
    line = next(block for block in blocks("sh") if "case.yaml --coverage\n" in block)
    ran = vtr(*arguments_of(line), cwd=tmp_path)
    assert ran.returncode == 0
    assert shown_in_order(next(block for block in blocks("text") if block.startswith("coverage  ")), ran.stderr)


def test_ci_line_writes_its_files(tmp_path: Path) -> None:
    put(tmp_path)
    ran = vtr(*arguments_of(next(block for block in blocks("sh") if "--junit" in block)), cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["passed"] == 1
    assert "<testsuite" in (tmp_path / "results.xml").read_text(encoding="utf-8")
    assert "<html" in (tmp_path / "results.html").read_text(encoding="utf-8")


def test_fuzz_finds_what_is_printed(tmp_path: Path) -> None:
    put(tmp_path)
    ran = vtr(*arguments_of(next(block for block in blocks("sh") if block.startswith("vtr fuzz"))), cwd=tmp_path)
    assert ran.returncode == 1, ran.stderr
    table = next(block for block in blocks("text") if block.startswith("file  "))
    assert [line.rstrip() for line in ran.stdout.splitlines()] == table.splitlines()
    found = tmp_path / table.splitlines()[2].split()[0]
    assert found.read_text(encoding="utf-8") == next(
        block for block in blocks("yaml") if block.startswith("# Found by")
    )
