"""What the tests of comparisons share: a repository with scenarios, profiles and a validator, and a folder of files."""

import json
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import recomputed
from typer.testing import CliRunner

from vtr.cli import app

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
    """A commit, and changes after it: in a rule of a profile that another one extends, and in a validator's mark."""
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


Ran = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with orders, confirmations and scans, and the profiles of `recomputed.CHANGES`."""
    folder = tmp_path_factory.mktemp("files")
    recomputed.write(folder)
    for name, (text, _) in recomputed.CHANGES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def compared(folder: Path) -> Ran:
    """The exit status and stdout of a comparison; equal ones are run once."""

    @cache
    def ran(change: str, *options: str, files: str = "parquet") -> tuple[int, str]:
        given = [f"--{name}={folder / name}.{files}" for name in ("orders", "confirmations", "scans")]
        words = ["compare", "us-2019", str(folder / f"{change}.yaml"), *given, "--as-of=2026-04-01T12:00:00Z", *options]
        result = CliRunner().invoke(app, words)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout

    return ran


@pytest.fixture(scope="module")
def found_of(compared: Ran) -> Callable[[str], dict[str, Any]]:
    """From one of `recomputed.CHANGES` to the result of the comparison, as read from JSON."""

    def found(change: str) -> dict[str, Any]:
        status, text = compared(change, "--format=json", "--samples=6")
        assert status == 0
        read: dict[str, Any] = json.loads(text)
        return read

    return found
