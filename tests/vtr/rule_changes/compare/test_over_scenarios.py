"""What `vtr compare` says of profiles, validators and commits over scenarios."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from typer.testing import CliRunner

from vtr.cli import app
from vtr.errors import ScenarioError, ValidatorError
from vtr.rule_changes.compare import sides

CASES = """
scenario: Submitted at the instant of delivery
parcels: {box: {carrier: ups}}
orders:
  - {parcel: box, confirm: {at: day 4 14:00}}
expect: {rows: [{parcel: box, reason: VALID}]}
---
scenario: Confirmed in time
parcels: {box: {carrier: usps}}
expect: {rows: [{parcel: box, reason: VALID}]}
---
scenario: About another policy
profile: uk-2021
parcels: {box: {carrier: ups}}
expect: {rows: [{parcel: box}]}
"""
BASE = """
profile: base
extends: us-2019
rules:
  - change: UPLOADED_AFTER_DELIVERY
    when: submitted_at > delivered_at
"""
JUDGE = """
def validate(request):
    print("words that are no rows")
    return [
        {"order_id": package["order_id"], "tracking_id": package["submissions"][-1]["tracking_number"],
         "no_valid_tracking": MARK}
        for package in request["packages"]
    ]
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two commits: a rule in a profile that another one stands on, and a validator's mark, are changed."""
    for name, old, new in (
        ("rules/base.yaml", BASE, BASE.replace("> del", ">= del")),
        ("rules/mine.yaml", "profile: mine\nextends: base.yaml\n", None),
        ("cases/all.yaml", CASES, None),
        ("judging_of_a_test.py", f'MARK = ""{JUDGE}', f'MARK = "X"{JUDGE}'),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(old), encoding="utf-8")
        if new is not None:
            path.with_name(f"{path.name}.new").write_text(dedent(new), encoding="utf-8")
    for words in (
        ("init", "-q"),
        ("add", "rules/base.yaml", "rules/mine.yaml", "cases", "judging_of_a_test.py"),
        ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "one"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)
    for path in sorted(tmp_path.rglob("*.new")):
        path.replace(path.with_suffix(""))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def compared(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["compare", *words, "--scenarios=cases", "--format=json"])
    assert result.exit_code == 0, result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_commit_alone_means_the_other_side_and_paths_are_those_of_the_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "rules")
    for base, head in (
        ("git:HEAD", "mine.yaml"),
        ("git:HEAD:mine.yaml", "git:HEAD"),
        ("git:HEAD", "git:HEAD:mine.yaml"),
    ):
        with sides.opened(base, head) as pair:
            assert [side.profile and side.profile.name for side in pair] == ["mine", "mine"]
            (_, old) = (side.profile.rules[-1] for side in reversed(pair) if side.profile)
            assert (old.name, old.condition.text) == ("UPLOADED_AFTER_DELIVERY", "submitted_at > delivered_at")


def test_a_profile_beside_itself_at_a_commit_with_what_it_stands_on(repository: Path) -> None:
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


def test_a_validator_beside_itself_at_a_commit(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    found = compared("git:HEAD", "python:judging_of_a_test:validate")
    sys.modules.pop("judging_of_a_test")
    assert [(row["base"]["state"], row["head"]["state"]) for row in found["flipped"]] == [("valid", "invalid")] * 3
    assert {row["clauses"] == [] and list(row["explanations"]) == ["reference"] for row in found["flipped"]} == {True}


def test_a_program_of_a_commit_beside_the_reference(repository: Path) -> None:
    (repository / "judging_of_a_test.py").unlink()
    program = "import json, sys, judging_of_a_test as j; rows = j.validate(json.load(sys.stdin))"
    words = f'cmd:{sys.executable} -c "{program.replace("rows =", "sys.stdout = sys.stderr; rows =")}'
    words += '; sys.__stdout__.write(json.dumps(rows))"'
    found = compared("us-2019", f"git:HEAD:{words}")
    assert (found["compared"], found["flipped"]) == (2, [])


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("git:nowhere", "git finds no revision 'nowhere'"),
        ("git:--output=x", "'--output=x' is no revision"),
        ("git:HEAD:rules/none.yaml", "rules/none.yaml is not in HEAD"),
        ("git:HEAD:us-2019", "us-2019 is not in your repository"),
        ("git:HEAD:http://localhost", "is not in your repository"),
    ],
)
def test_what_no_commit_has_is_one_message(repository: Path, base: str, message: str) -> None:
    result = CliRunner().invoke(app, ["compare", base, "rules/mine.yaml", "--scenarios=cases"])
    assert isinstance(result.exception, ScenarioError)
    assert message in str(result.exception)


def test_a_validator_that_cannot_run_names_side_and_scenario(repository: Path) -> None:
    result = CliRunner().invoke(app, ["compare", "us-2019", "cmd:false", "--scenarios=cases"])
    assert isinstance(result.exception, ValidatorError)
    assert str(result.exception).startswith("cases/all.yaml:2: Submitted at the instant of delivery\ncmd:false: ")
