import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from judged_suite import BAD, GOOD, JUDGED, Ran, environment

from vtr.reference.rules.profile_reader import profile_text


def test_run_prints_outcomes_rows_and_differences_and_exits_1(suite: Path) -> None:
    ran = Ran(suite, *JUDGED, "cases", "--rows", "1")
    assert ran.stdout == (
        "outcome  scenario                   file\n"
        "failed   A blank number is invalid  cases/bad.yaml:1\n"
        "passed   A good number is valid     cases/good.yaml:1\n"
        "\n"
        "A blank number is invalid\n"
        "  report of 2026-04-01T00:00:00Z\n"
        "  order_id             package  tracking_id  no_valid_tracking\n"
        "  114-3941689-8772233  1\n"
        "\n"
        "cases/bad.yaml:1: A blank number is invalid\n"
        "report of 2026-04-01T00:00:00Z: - expected, + reported\n"
        "     line  order/package          no_valid_tracking\n"
        "  -  6     114-3941689-8772233/1  X\n"
        "  +  6     114-3941689-8772233/1  >(blank)<\n"
        "  the reference validator says:\n"
        "    114-3941689-8772233/1: X, INVALID_ID_BLANK. The tracking text is blank; white space of any kind is nothing"
        " too.\n"
        "      judged:     the one submission, 2026-03-03T09:00:00Z: UPS, no tracking number\n"
        "      answer:     no carrier was asked; the rule needs none\n"
        "      rule:       regexp_matches(tracking_text, '^[\\s\\p{Z}]*$'); here tracking_text ''\n"
        "                  (source R16, grade A; what would pass: 1Z999AA10123456784)\n"
        "  again: vtr run cases/bad.yaml --only 'A blank number is invalid' --validator python:judge:judge"
        " --door in-process\n"
        "  seed:  cases/bad.yaml/A blank number is invalid\n"
    )
    assert re.fullmatch(
        r"expected rows  ups\n"
        r"\(X\)            0 of 1\n"
        r"VALID          1\n"
        r"not compared in 1 scenario: reason \(the validator returns none\)\n"
        r"2 scenarios: 1 passed, 1 failed, 0 errors in \d+\.\d\d s \(validator python:judge:judge, profile us-2019\)\n",
        ran.stderr,
    )
    assert ran.status == 1


def test_json_has_the_documented_keys(suite: Path) -> None:
    ran = Ran(suite, *JUDGED, "cases", "--format", "json", "-n", "2")
    printed = json.loads(ran.stdout)
    assert list(printed) == [
        "validator", "profile", "scenarios", "passed", "failed", "errors", "seconds", "results",
    ]  # fmt: skip
    assert {key: printed[key] for key in ("validator", "profile", "scenarios", "passed", "failed", "errors")} == {
        "validator": "python:judge:judge", "profile": "us-2019", "scenarios": 2, "passed": 1, "failed": 1, "errors": 0,
    }  # fmt: skip
    assert printed["seconds"] > 0
    bad, good = printed["results"]
    assert {key: bad[key] for key in ("file", "line", "scenario", "outcome")} == {
        "file": "cases/bad.yaml", "line": 1, "scenario": "A blank number is invalid", "outcome": "failed",
    }  # fmt: skip
    (difference,) = bad["differences"]
    assert {key: difference[key] for key in ("key", "column", "expected", "actual", "line")} == {
        "key": "114-3941689-8772233/1", "column": "no_valid_tracking", "expected": "X", "actual": "", "line": 6,
    }  # fmt: skip
    assert (good["outcome"], good["differences"]) == ("passed", [])


def test_passing_scenarios_exit_0(suite: Path) -> None:
    assert Ran(suite, *JUDGED, "cases/good.yaml").status == 0


@pytest.mark.parametrize(
    "select",
    [
        ("--tag", "good"),
        ("-k", "good"),
        ("--tag", "good and not bad"),
        ("--tag", "nothing", "--tag", "(good)"),
        ("--only", "A good number is valid"),
    ],
)
def test_selected_scenarios_alone_are_run(suite: Path, select: tuple[str, str]) -> None:
    ran = Ran(suite, *JUDGED, "cases", "--format", "json", *select)
    assert [result["scenario"] for result in json.loads(ran.stdout)["results"]] == ["A good number is valid"]


def test_broken_file_exits_2_and_the_others_still_run(suite: Path) -> None:
    (suite / "cases" / "broken.yaml").write_text("scenario: S\nparcel: {}\nexpect: {row: []}\n")
    ran = Ran(suite, *JUDGED, "cases", "--rows", "0")
    assert ran.stdout.endswith(
        "\ncases/broken.yaml:2:1: unknown key 'parcel'; did you mean 'parcels'?\n"
        "cases/broken.yaml:3:10: unknown key 'row'; did you mean 'rows'?\n"
    )
    assert "passed   A good number is valid" in ran.stdout
    assert "3 scenarios: 1 passed, 1 failed, 1 error in" in ran.stderr
    assert ran.status == 2


def test_misspelt_fault_is_told_with_its_line_and_what_was_meant(suite: Path) -> None:
    (suite / "cases" / "faulty.yaml").write_text(GOOD + "faults: [{fault: rate_limted}]\n")
    ran = Ran(suite, *JUDGED, "cases/faulty.yaml")
    assert "cases/faulty.yaml:6:18: fault 'rate_limted' is unknown; did you mean 'rate_limited'?" in ran.stdout
    assert ran.status == 2


def test_validator_that_crashes_exits_3(suite: Path) -> None:
    ran = Ran(suite, "run", "--validator", "python:judge:crash", "--door", "in-process", "cases/good.yaml")
    assert "validator python:judge:crash raised RuntimeError: out of paper at" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    assert ran.status == 3


def test_validator_that_leaves_python_exits_3(suite: Path) -> None:
    (suite / "leaving.py").write_text("import sys\ndef judge(request):\n    sys.exit(0)\n")
    ran = Ran(suite, "run", "--validator", "python:leaving:judge", "--door", "in-process", "cases/good.yaml")
    assert "validator python:leaving:judge raised SystemExit: 0 at" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    assert ran.status == 3


def test_validator_that_is_not_there_exits_3(suite: Path) -> None:
    ran = Ran(suite, "run", "--validator", "python:nowhere_at_all:judge", "cases")
    assert (ran.status, ran.stdout) == (3, "")
    assert ran.stderr.startswith("vtr: validator python:nowhere_at_all:judge: no module 'nowhere_at_all'; looked in ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "vtr: nowhere: no such file or folder; give a scenario file, or a folder with some\n"),
        (("judge.py",), "vtr: judge.py: not a scenario file; its name must end in .yaml or .yml\n"),
        (("empty",), "vtr: empty: no scenario in this folder; give one with .yaml files\n"),
        (("cases", "-k", "nothing"), "vtr: no scenario was selected in 2 files; loosen -k\n"),
        (("cases", "-k", "a b"), ("vtr: Wrong expression passed to '-k': a b: at column 3: expected end of input; "
         "got identifier\n")),
        (("cases/good.yaml", "--tag", "bad"), "vtr: no scenario was selected in 1 file; loosen --tag\n"),
        (("cases", "--tag", "a b"), ("vtr: Wrong expression passed to '--tag': a b: at column 3: expected end of "
         "input; got identifier\n")),
        (("cases", "--tag", "a && b"), ("vtr: --tag 'a && b': '&&' is not a tag; write tags with 'and', 'or', 'not' "
         "between\n")),
        (("cases", "--tag", ""), "vtr: --tag '' is empty; write a tag, or leave the option out\n"),
        (("cases", "--only", "A good"), ("vtr: --only 'A good': no scenario in 2 files has it; "
         "-k takes a part of a name\n")),
        (("cases", "--only", "A good number is valid", "--only", "a blank numbre is invalid"), (
         "vtr: --only 'a blank numbre is invalid': no scenario in 2 files has it; "
         "did you mean 'A blank number is invalid'?\n")),
        (("cases", "--only", "A good number is valid", "-k", "blank"), ("vtr: no scenario was selected in 2 files; "
         "loosen -k or --only\n")),
        (("cases", "--out", "gone/x.json"), ("vtr: gone/x.json cannot be written: there is no folder gone; "
         "make it first\n")),
        (("cases", "-n", "many"), "vtr: -n 'many': expected a number of processes, or 'auto'\n"),
    ],
)  # fmt: skip
def test_misuse_is_one_message_and_exits_2(suite: Path, arguments: tuple[str, ...], message: str) -> None:
    (suite / "empty").mkdir()
    ran = Ran(suite, *JUDGED, *arguments)
    assert (ran.status, ran.stdout, ran.stderr) == (2, "", message)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--validator", "ruby:x"), "validator 'ruby:x' has no form that is known"),
        (("--profile", "xx-1999"), "xx-1999"),
        (("--door", "window"), "window"),
    ],
)
def test_wrong_option_exits_2(suite: Path, options: tuple[str, ...], said: str) -> None:
    ran = Ran(suite, *JUDGED, "cases", *options)
    assert (ran.status, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_users_own_pytest_options_are_not_read(suite: Path) -> None:
    (suite / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n")
    (suite / "conftest.py").write_text("raise RuntimeError('a conftest of the user')\n")
    (suite / "cases" / "conftest.py").write_text("raise RuntimeError('a conftest of the user')\n")
    (suite / "cases" / "test_of_theirs.py").write_text("def test_fails():\n    assert False\n")
    ran = Ran(suite, *JUDGED, "cases", "--tag", "good", PYTEST_ADDOPTS="--nonsense", PYTEST_PLUGINS="nonsense")
    assert ran.status == 0, ran.stderr
    assert not (suite / ".pytest_cache").exists()


def test_folders_are_searched_whatever_their_names(suite: Path) -> None:
    folder = suite / "cases" / "build" / "deep"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (folder / "good.yml").write_text(GOOD)
    (folder / "notes.txt").write_text("no scenario")
    ran = Ran(suite, *JUDGED, "cases/build", "cases/good.yaml", "--format", "json")
    assert [result["file"] for result in json.loads(ran.stdout)["results"]] == [
        "cases/build/deep/good.yml", "cases/good.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a [b]", "a::b", "it's"])
def test_folders_may_have_names_that_mean_something_to_pytest(suite: Path, name: str) -> None:
    (suite / name / "deep").mkdir(parents=True)
    (suite / name / "deep" / "good.yaml").write_text(GOOD)
    ran = Ran(suite, *JUDGED, name, "--format", "json")
    assert [result["file"] for result in json.loads(ran.stdout)["results"]] == [f"{name}/deep/good.yaml"]


def test_profile_that_only_running_shows_to_be_wrong_exits_2(suite: Path) -> None:
    text, _ = profile_text("us-2019")
    product = " * ".join(["item_price", *["999999999999"] * 3])
    (suite / "p.yaml").write_text(text.replace("when: counting_submissions = 0", f"when: {product} > 1"))
    ran = Ran(suite, "run", "cases/good.yaml", "--profile", "p.yaml")
    assert "p.yaml: a condition cannot be evaluated: Out of Range Error" in ran.stdout
    assert ran.status == 2


def test_last_failed_runs_what_failed_until_nothing_does(suite: Path) -> None:
    def ran(*more: str) -> tuple[list[str], str]:
        run = Ran(suite, *JUDGED, "cases", "--format", "json", *more)
        return [result["scenario"] for result in json.loads(run.stdout)["results"]], run.stderr

    ran()
    assert ran("--last-failed")[0] == ["A blank number is invalid"]
    assert ran("--only", "A good number is valid")[0] == ["A good number is valid"]
    assert ran("--last-failed", "-n", "1")[0] == ["A blank number is invalid"]
    (suite / "cases" / "bad.yaml").write_text(BAD.replace("no_valid_tracking: X", 'no_valid_tracking: ""'))
    assert ran("--last-failed")[0] == ["A blank number is invalid"]
    found, said = ran("--last-failed")
    assert found == ["A blank number is invalid", "A good number is valid"]
    assert said.startswith("nothing failed when it was last run from here; running all\n")
    assert (suite / ".vtr" / ".gitignore").read_text() == "*\n"


def test_failure_is_annotated_for_github_on_its_line_of_the_file(suite: Path) -> None:
    expected = (
        "::error file=cases/bad.yaml,line=6,title=A blank number is invalid::"
        "114-3941689-8772233/1: no_valid_tracking: expected 'X', reported ''\n"
    )
    by_environment = Ran(suite, *JUDGED, "cases", GITHUB_ACTIONS="true")
    assert by_environment.stdout.endswith(expected)
    for_a_program = Ran(suite, *JUDGED, "cases", "--annotate", "github", "--format", "json")
    assert json.loads(for_a_program.stdout)["failed"] == 1
    assert for_a_program.stderr.startswith(expected)
    assert "::error" not in Ran(suite, *JUDGED, "cases", "--annotate", "none", GITHUB_ACTIONS="true").stdout


def test_broken_file_is_annotated_once_for_each_problem(suite: Path) -> None:
    (suite / "cases" / "broken.yaml").write_text("scenario: S\nparcel: {}\nexpect: {row: []}\n")
    ran = Ran(suite, *JUDGED, "cases/broken.yaml", "--annotate", "github")
    start = "::error file=cases/broken.yaml"
    assert ran.stdout.splitlines()[-2:] == [
        f"{start},line=2,col=1,title=scenario file::unknown key 'parcel'; did you mean 'parcels'?",
        f"{start},line=3,col=10,title=scenario file::unknown key 'row'; did you mean 'rows'?",
    ]


def test_results_go_to_files_beside_the_table(suite: Path) -> None:
    ran = Ran(suite, *JUDGED, "cases", "--format", "json", "--out", "o.json", "--junit", "j.xml")
    assert ran.stdout.startswith("outcome  scenario")
    assert json.loads((suite / "o.json").read_text())["scenarios"] == 2
    suites = ET.fromstring((suite / "j.xml").read_bytes())  # noqa: S314 (our own file)
    (cases,) = suites
    assert (cases.get("tests"), cases.get("failures"), cases.get("errors")) == ("2", "1", "0")
    bad, good = cases
    assert (bad.get("classname"), bad.get("name"), bad.get("line")) == (
        "cases/bad.yaml", "A blank number is invalid", "1",
    )  # fmt: skip
    assert (list(good), [child.tag for child in bad]) == ([], ["failure"])
    assert bad[0].get("message") == "114-3941689-8772233/1: no_valid_tracking: expected 'X', reported ''"


def test_rows_left_unanswered_without_a_word_in_the_scenario_exit_4(suite: Path) -> None:
    (suite / "busy.py").write_text(
        "def judge(request):\n"
        "    return {'rows': [], 'unanswered': [{'order_id': request['orders'][0]['order_id'], 'package': 1}]}\n"
    )
    silent = GOOD.partition("expect:")[0] + "expect: {rows: []}\n"
    (suite / "cases" / "good.yaml").write_text(silent)
    busy = ("run", "--validator", "python:busy:judge", "--door", "in-process", "cases/good.yaml")
    ran = Ran(suite, *busy)
    assert ran.status == 4
    assert "rows unanswered in 1 scenario that say nothing of it\n" in ran.stderr
    (suite / "cases" / "good.yaml").write_text(silent.replace("rows: []", "rows: [], unanswered: [{parcel: box}]"))
    assert Ran(suite, *busy).status == 0


def test_command_that_is_shown_runs_the_scenario_again(suite: Path) -> None:
    first = Ran(suite, *JUDGED, "cases")
    command = next(line for line in first.stdout.splitlines() if line.startswith("  again: "))
    words = shlex.split(command.removeprefix("  again: vtr "))
    second = Ran(suite, *words, "--format", "json")
    (result,) = json.loads(second.stdout)["results"]
    assert (result["scenario"], result["outcome"], second.status) == ("A blank number is invalid", "failed", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_progress_is_shown_on_a_terminal_only(suite: Path) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-P", "-c", "from vtr.cli import main; main()", *JUDGED, "cases", "--rows", "0"],
        cwd=suite, env=environment(TERM="xterm", COLUMNS="100"), stdout=subprocess.PIPE, stderr=theirs,
    ) as ran:  # fmt: skip
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # a terminal that nobody writes to any more
            while chunk := os.read(ours, 65536):
                shown += chunk
        os.close(ours)
        assert b"running scenarios" not in (ran.stdout.read() if ran.stdout else b"")
    assert b"running scenarios" in shown
    assert b"2/2" in shown
    assert ran.returncode == 1


def test_accepting_fails_once_says_what_it_changed_and_then_passes(suite: Path) -> None:
    first, second = (Ran(suite, *JUDGED, "cases", "--accept", CI="") for _ in range(2))
    assert (first.status, second.status) == (1, 0)
    assert first.stderr.startswith(
        'cases/bad.yaml:6: 114-3941689-8772233/1 no_valid_tracking: X -> ""\n'
        "review the changes and run again; this run fails all the same\n"
    )
    assert "->" not in second.stderr
    assert (suite / "cases" / "bad.yaml").read_text() == BAD.replace("no_valid_tracking: X", 'no_valid_tracking: ""')
    assert (suite / "cases" / "good.yaml").read_text() == GOOD


def test_accepting_is_refused_in_ci(suite: Path) -> None:
    ran = Ran(suite, *JUDGED, "cases", "--accept", CI="true")
    assert (ran.status, ran.stdout, ran.stderr) == (
        2,
        "",
        "vtr: --accept is refused in CI (the variable CI is set), where the change is not read; run it locally\n",
    )
    assert (suite / "cases" / "bad.yaml").read_text() == BAD


def test_bundled_scenarios_are_not_rewritten(suite: Path) -> None:
    ran = Ran(suite, "run", "--accept", CI="")
    assert (ran.status, ran.stderr) == (2, "vtr: --accept rewrites scenario files; name the files or folders\n")
