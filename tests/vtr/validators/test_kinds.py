"""The same scenarios, through every kind of validator, give the same results."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import commands
import pytest

ROOT = Path(__file__).parents[3]
VALIDATORS = ROOT / "tests" / "validators"
CASES = ROOT / "scenarios" / "cases"
WHOLE = "VTR_WHOLE_SUITE"  # set it to run every bundled scenario through every kind: half an hour
# After a 429 these validators really wait, as a user's do; waits of several scenarios pass at the same time.
PATIENCE = ("--timeout", "400", "-n", "6")
PYTHON = shlex.quote(sys.executable)
KINDS = {
    "python": "python:judge:judge",
    "cmd": f"cmd:{PYTHON} {VALIDATORS / 'judge.py'}",
    "lines": f"cmd+lines:{PYTHON} {VALIDATORS / 'judge.py'} --lines",
    "http": "",
}

WRONG = """\
scenario: A blank number is invalid
parcels: {box: {carrier: ups}}
orders: [{id: 114-3941689-8772233, confirm: {tracking: ""}}]
expect:
  rows:
    - {parcel: box, no_valid_tracking: X, reason: INVALID_ID_BLANK}
"""
UPS = """\
scenario: A UPS parcel that was scanned is valid
parcels: {box: {carrier: ups}}
expect: {rows: [{parcel: box, no_valid_tracking: ""}]}
---
scenario: A UPS label alone is not
parcels: {box: {carrier: ups, journey: label_only}}
expect: {rows: [{parcel: box, no_valid_tracking: X}]}
"""


def _environment(**more: str) -> dict[str, str]:
    paths = os.pathsep.join((str(ROOT), str(VALIDATORS), os.environ.get("PYTHONPATH", "")))
    return {**os.environ, "PYTHONPATH": paths, **more}


def _run(folder: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return commands.run("run", *arguments, folder=folder, environment=_environment(**more), seconds=3600)


@contextmanager
def _serving(**more: str) -> Iterator[str]:
    command = [sys.executable, str(VALIDATORS / "service.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment(**more)) as service:
        assert service.stdout is not None
        try:
            yield service.stdout.readline().strip()
        finally:
            service.kill()


def _results(folder: Path, kind: str, *paths: str, **more: str) -> list[dict[str, Any]]:
    """All results of a run but for the seconds that each took."""

    def results(name: str) -> list[dict[str, Any]]:
        patience = PATIENCE if os.environ.get(WHOLE) and folder == ROOT else ()
        ran = _run(folder, "--validator", name, "--format", "json", *patience, *paths, **more)
        assert ran.stdout, ran.stderr
        found: list[dict[str, Any]] = json.loads(ran.stdout)["results"]
        return [{key: value for key, value in result.items() if key != "seconds"} for result in found]

    if kind == "http":
        with _serving(**more) as url:
            return results(url)
    return results(KINDS.get(kind, kind))


@pytest.fixture(scope="module")
def bundled() -> list[dict[str, Any]]:
    return _results(ROOT, "vtr", *_selection())


def _selection() -> list[str]:
    if os.environ.get(WHOLE):
        return [str(CASES)]
    return [str(CASES / name) for name in ("rates", "packages")]


# A program that is started for each report takes a second of it: in every run the three that stay are compared.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "cmd" or os.environ.get(WHOLE)])
def test_suite_gives_the_same_results_through_every_kind(kind: str, bundled: list[dict[str, Any]]) -> None:
    assert {result["outcome"] for result in bundled} == {"passed"}
    assert _results(ROOT, kind, *_selection()) == bundled


@pytest.mark.parametrize("kind", KINDS)
def test_one_wrong_cell_is_told_as_exactly_that(kind: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(WRONG)
    (result,) = _results(tmp_path, kind, "wrong.yaml", PLANTED="1")
    (found,) = result["differences"]
    assert {name: found[name] for name in ("key", "column", "expected", "actual", "line")} == {
        "key": "114-3941689-8772233/1", "column": "no_valid_tracking", "expected": "X", "actual": "", "line": 6,
    }  # fmt: skip


def test_shell_with_files_is_a_validator(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(WRONG)
    (tmp_path / "vtr").write_text(f"#!/bin/sh\nexec {PYTHON} -c 'from vtr.cli import main; main()' \"$@\"\n")
    (tmp_path / "vtr").chmod(0o755)
    words = "{orders} {confirmations} {carriers} {as_of} {profile} {report}"
    ran = _run(tmp_path, "--validator", f"cmd:sh {VALIDATORS / 'check.sh'} {words}", "case.yaml", VTR="./vtr")
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_program_in_node_is_a_validator(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(UPS)
    ran = _run(tmp_path, "--validator", f"cmd:node {VALIDATORS / 'ups.js'}", "case.yaml")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_columns_of_other_names_are_mapped(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(WRONG)
    (tmp_path / "theirs.py").write_text("print('Order ID,Valid,Why\\n114-3941689-8772233,No,INVALID_ID_BLANK')\n")
    (tmp_path / "columns.yaml").write_text(
        'order_id: Order ID\nno_valid_tracking: {column: Valid, values: {"No": X, "Yes": ""}}\nreason: Why\n'
    )
    name = f"cmd:{PYTHON} theirs.py"
    ran = _run(tmp_path, "--validator", name, "--columns", "columns.yaml", "case.yaml")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_mistakes_in_the_columns_file_are_told_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "columns.yaml").write_text("ordr_id: Order ID\nreason: {colum: Why}\n")
    ran = _run(tmp_path, "--columns", "columns.yaml")
    assert ran.stderr == (
        "vtr: columns.yaml:1:1: unknown column 'ordr_id'; did you mean 'order_id'?\n"
        "columns.yaml:2:10: unknown key 'colum'; did you mean 'column'?\n"
    )
    assert ran.returncode == 2


def test_print_of_a_function_stays_off_the_rows_and_is_shown_with_a_failure(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(WRONG)
    (tmp_path / "chatty.py").write_text("print('imported')\ndef judge(request):\n    print('judging')\n    return []\n")
    ran = _run(tmp_path, "--validator", "python:chatty:judge", "--format", "json", "case.yaml")
    assert json.loads(ran.stdout)["results"][0]["message"].endswith("printed by the validator to stdout:\njudging")
    assert ran.stderr.startswith("imported\n")


def test_function_that_does_not_end_is_interrupted(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(WRONG)
    (tmp_path / "slow.py").write_text("import time\ndef judge(request):\n    time.sleep(600)\n")
    ran = _run(tmp_path, "--validator", "python:slow:judge", "--timeout", "0.5", "case.yaml")
    assert "validator python:slow:judge gave no answer within 0.5 s; it was at" in ran.stdout
    assert ran.returncode == 3


def test_session_is_the_same_for_every_scenario(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(UPS)
    (tmp_path / "own.py").write_text(
        "import requests\n"
        "def judge(request):\n"
        "    ups = request['carriers']['ups']\n"
        "    assert (ups['client_id'], ups['client_secret']) == ('demo', 'demo')\n"
        "    return [{'order_id': p['order_id'], 'no_valid_tracking': 'X'} for p in request['packages']]\n"
    )
    ran = _run(tmp_path, "--validator", "python:own:judge", "--session", "demo", "--format", "json", "case.yaml")
    assert [result["outcome"] for result in json.loads(ran.stdout)["results"]] == ["failed", "passed"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--session", "demo", "-n", "2"), "--session runs one scenario after another; leave -n out"),
        (("--timeout", "0"), "--timeout 0: expected seconds, more than 0"),
        (("--validator", "cmd:sh", "--door", "in-process"), "runs in another process: it needs --door server"),
        (("--session", "demo", "--door", "in-process"), "leave --door in-process out"),
    ],
)
def test_options_that_do_not_go_together_are_misuse(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    (tmp_path / "case.yaml").write_text(UPS)
    ran = _run(tmp_path, *options, "case.yaml")
    assert said in ran.stderr
    assert ran.returncode == 2
