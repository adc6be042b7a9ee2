"""What `vtr compare` finds between profiles, validators and commits over scenarios."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from vtr.cli import app
from vtr.errors import ValidatorError


def compared(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["compare", *words, "--scenarios=cases", "--format=json"])
    assert result.exit_code == 0, result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_profile_is_compared_with_itself_at_a_commit_and_with_what_it_extends_there(repository: Path) -> None:
    found = compared("git:HEAD", "rules/mine.yaml")
    (row,) = found["flipped"]
    assert (row["base"]["reason"], row["head"]["reason"]) == ("VALID", "UPLOADED_AFTER_DELIVERY")
    assert row["scenario"]["scenario"] == "Submitted at the instant of delivery"
    assert row["scenario"]["line"] == 2
    (change,) = found["changes"]
    assert (change["base"]["at"], change["head"]["at"]) == ("HEAD:rules/base.yaml:6", "rules/base.yaml:6")
    assert found["over"] == {"scenarios": 2, "left_out": 1, "failed": {"base": 0, "head": 1}}
    assert [(rate["category"], rate["base"], rate["head"]) for rate in found["rates"]] == [
        (None, 1.0, 0.5),
        ("Kitchen", 1.0, 0.5),
    ]
    assert [entry["what"] for entry in row["timeline"]][-4:] == ["submitted", "scan", "promised", "report"]


def test_a_validator_is_compared_with_itself_at_a_commit(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    found = compared("git:HEAD", "python:judging_of_a_test:validate")
    sys.modules.pop("judging_of_a_test")
    assert [(row["base"]["state"], row["head"]["state"]) for row in found["flipped"]] == [("valid", "invalid")] * 3
    assert {row["clauses"] == [] and list(row["explanations"]) == ["reference"] for row in found["flipped"]} == {True}


def test_a_program_of_a_commit_is_compared_with_the_reference(repository: Path) -> None:
    (repository / "judging_of_a_test.py").unlink()
    program = "import json, sys, judging_of_a_test as j; rows = j.validate(json.load(sys.stdin))"
    words = f'cmd:{sys.executable} -c "{program.replace("rows =", "sys.stdout = sys.stderr; rows =")}'
    words += '; sys.__stdout__.write(json.dumps(rows))"'
    found = compared("us-2019", f"git:HEAD:{words}")
    assert (found["compared"], found["flipped"]) == (2, [])


def test_a_validator_that_cannot_run_names_side_and_scenario(repository: Path) -> None:
    result = CliRunner().invoke(app, ["compare", "us-2019", "cmd:false", "--scenarios=cases"])
    assert isinstance(result.exception, ValidatorError)
    assert str(result.exception).startswith("cases/all.yaml:2: Submitted at the instant of delivery\ncmd:false: ")
