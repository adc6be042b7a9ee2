import re

import pytest

# What a run of pytester's is first to import it forgets again, and DuckDB cannot be loaded twice in a process.
import vtr.reference.engine.explain
import vtr.reference.protocol  # noqa: F401

pytest_plugins = ["pytester"]

# Reports every package as valid, with the text last submitted.
JUDGE = """
def judge(request):
    return {"rows": [
        {"order_id": package["order_id"], "package": package["package"],
         "tracking_id": package["submissions"][-1]["tracking_number"], "no_valid_tracking": ""}
        for package in request["packages"]
    ]}

def crash(request):
    raise RuntimeError("out of paper")
"""

GOOD = """\
scenario: A good number is valid
rules: [R5]
tags: [situation-1, quick]
parcels: {box: {carrier: ups, number: 1Z1}}
orders: [{id: 114-3941689-8772232}]
expect: {rows: [{parcel: box, tracking_id: $box, no_valid_tracking: "", reason: VALID}]}
"""

BAD = """\
scenario: A blank number is invalid
tags: [situation-22]
matrix: {carrier: [ups, usps]}
parcels: {box: {carrier: $carrier}}
orders: [{id: 114-3941689-8772232, confirm: {tracking: ""}}]
expect:
  rows:
    - {parcel: box, no_valid_tracking: X}
"""

OPTIONS = ("-p", "vtr.pytest_plugin", "-p", "no:randomly", "--vtr-validator=python:judge:judge",
           "--vtr-door=in-process")  # fmt: skip


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(judge=JUDGE)
    folder = pytester.mkdir("cases")
    (folder / "good.yaml").write_text(GOOD)
    (folder / "bad.yaml").write_text(BAD)
    pytester.makeini("[pytest]\naddopts = --strict-markers\n")
    return pytester


def test_each_scenario_and_combination_is_an_item(suite: pytest.Pytester) -> None:
    result = suite.runpytest_inprocess(*OPTIONS, "--collect-only", "-q", "cases/good.yaml", "cases/bad.yaml")
    result.stdout.fnmatch_lines(
        [
            "cases/good.yaml::A good number is valid",
            "cases/bad.yaml::A blank number is invalid [[]ups]",
            "cases/bad.yaml::A blank number is invalid [[]usps]",
        ]
    )


def test_folder_on_the_command_line_is_not_collected(suite: pytest.Pytester) -> None:
    result = suite.runpytest_inprocess(*OPTIONS, "cases")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_folder_of_the_ini_option_is_collected(suite: pytest.Pytester) -> None:
    suite.makeini("[pytest]\nvtr_scenarios = cases\n")
    suite.runpytest_inprocess(*OPTIONS).assert_outcomes(passed=1, failed=2)


def test_failure_is_the_difference_and_no_traceback(suite: pytest.Pytester) -> None:
    result = suite.runpytest_inprocess(*OPTIONS, "cases/bad.yaml", "-k", "usps")
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(
        [
            "cases/bad.yaml:1: A blank number is invalid [[]usps]",
            "report of 2026-04-01T00:00:00Z: - expected, + reported",
            "     line  order/package          no_valid_tracking",
            "  -  8     114-3941689-8772232/1  X",
            "  +  8     114-3941689-8772232/1  >(blank)<",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_run_says_what_was_not_compared(suite: pytest.Pytester) -> None:
    result = suite.runpytest_inprocess(*OPTIONS, "cases/good.yaml")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["not compared in 1 scenario: reason (the validator returns none)"])


@pytest.mark.parametrize("select", [("-m", "situation-1"), ("-k", "R5 and situation-1")])
def test_tags_rules_and_names_select(suite: pytest.Pytester, select: tuple[str, str]) -> None:
    result = suite.runpytest_inprocess(*OPTIONS, "cases/good.yaml", "cases/bad.yaml", *select)
    result.assert_outcomes(passed=1, deselected=2)


def test_broken_file_is_one_collection_error_with_all_its_problems(suite: pytest.Pytester) -> None:
    (suite.path / "cases" / "broken.yaml").write_text("scenario: S\nparcel: {}\nexpect: {row: []}\n")
    result = suite.runpytest_inprocess(*OPTIONS, "cases/broken.yaml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "cases/broken.yaml:2:1: unknown key 'parcel'; did you mean 'parcels'?",
            "cases/broken.yaml:3:10: unknown key 'row'; did you mean 'rows'?",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_validator_that_crashes_is_told_in_one_line(suite: pytest.Pytester) -> None:
    result = suite.runpytest_inprocess(*OPTIONS, "--vtr-validator=python:judge:crash", "cases/good.yaml")
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [
            r"cases/good\.yaml:1: A good number is valid",
            r"validator python:judge:crash raised RuntimeError: out of paper at .*judge\.py:\d+",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_server_is_the_default_door_of_other_validators(suite: pytest.Pytester) -> None:
    suite.makepyfile(where="def judge(request):\n    raise RuntimeError(request['carriers']['ups']['base_url'])\n")
    options = [option for option in OPTIONS if "door" not in option]
    result = suite.runpytest_inprocess(*options, "--vtr-validator=python:where:judge", "cases/good.yaml")
    result.stdout.re_match_lines([r".*RuntimeError: http://127\.0\.0\.1:\d+/ups .*"])


def test_runs_in_parallel_and_in_random_order(suite: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    suite.makeini("[pytest]\nvtr_scenarios = cases\n")
    in_random_order = ("-p", "vtr.pytest_plugin", *OPTIONS[4:])
    result = suite.runpytest_subprocess(*in_random_order, "-n", "2")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["not compared in 1 scenario: reason (the validator returns none)"])


def test_junit_names_file_and_scenario(suite: pytest.Pytester) -> None:
    suite.runpytest_inprocess(*OPTIONS, "--junit-xml=junit.xml", "cases/good.yaml")
    written = (suite.path / "junit.xml").read_text()
    assert re.search(r'<testcase classname="cases.good.yaml" name="A good number is valid"', written)
