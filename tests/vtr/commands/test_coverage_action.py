import json
from pathlib import Path

import pytest
from click.testing import Result as Ran
from covered_suite import LINES, OF_LATE, written_to
from typer.testing import CliRunner

from vtr.cli import app
from vtr.errors import ScenarioError


def command(*arguments: str) -> Ran:
    return CliRunner().invoke(app, ["run", "cases", "--rows", "0", *arguments])


def test_the_command_prints_writes_compares_and_exits_1_when_something_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    enough = command("--coverage-out", "before.json", "--coverage-min", "60")
    assert enough.exit_code == 0
    assert "rules of tiny.yaml          3        4    75.0\n" in enough.stderr
    assert "comparisons of tiny.yaml    6        11   54.5\n" in enough.stderr
    assert f"not covered, rules of tiny.yaml:\n  tiny.yaml:{LINES['FIRST']}: FIRST\n" in enough.stderr
    assert f"  tiny.yaml:{LINES['LATE']}: LATE: submitted_at > delivered_at: NULL, equal\n" in enough.stderr
    (tmp_path / "cases" / "late.yaml").unlink()
    less = command("--coverage-against", "before.json", "--coverage-min", "60", "--format", "json")
    assert less.exit_code == 1
    printed = json.loads(less.stdout)["coverage"]
    assert {(each["kind"], each["of"], each["name"]) for each in printed["lost"]} == OF_LATE
    assert printed["short"] == ["rules and comparisons: 7 of 15 covered, 46.6 %; at least 60 % was asked for"]
    assert (
        f"no longer covered: 2\n  tiny.yaml:{LINES['LATE']}: rules of tiny.yaml: LATE\n"
        "      was covered by cases/late.yaml: Late\n"
    ) in less.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--coverage-min", "many"), "--coverage-min 'many': 'many' is not a percentage; give a number from 0 to 100"),
        (("--coverage-min", "101"), "--coverage-min '101': '101' is not a percentage"),
        (
            ("--coverage-min", "rule=5"),
            "'rule' is not a kind; the kinds are: rules, comparisons, carrier-names, scan-codes",
        ),
        (("--coverage-against", "gone.json"), "gone.json: cannot be read: No such file or directory"),
        (("--coverage-against", "tiny.yaml"), "tiny.yaml: is not JSON"),
        (("--coverage-against", "deep.json"), "deep.json: is not JSON"),
        (("--coverage-against", "a.json"), "a.json: has no coverage in it; give a file that --coverage-out wrote"),
        (("--coverage-against", "a.json", "--coverage-out", "a.json"), "would overwrite what is compared with"),
    ],
)
def test_misuse_is_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    written_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text('{"items": [{}]}')
    (tmp_path / "deep.json").write_text("[" * 100_000)
    ran = command(*arguments)
    assert isinstance(ran.exception, ScenarioError)
    assert words in str(ran.exception)
