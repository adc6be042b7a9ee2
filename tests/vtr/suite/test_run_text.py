from results_by_hand import RESULT, finished

from vtr.suite.results import Result
from vtr.suite.run_text import as_csv, as_table, reason_table


def test_csv_has_a_line_for_each_difference() -> None:
    assert as_csv(finished(RESULT)) == (
        "file,line,scenario,outcome,key,column,expected,actual,expected_line,message\n"
        'a.yaml,3,一个包裹,failed,A/1,,"a, b",,7,\n'
    )


def test_several_scenarios_are_summed_up_by_reason_and_carrier() -> None:
    valid: Result = {**RESULT, "judged": [
        {"reason": "VALID", "carrier": "ups", "as_expected": True},
        {"reason": "NO_SCAN", "carrier": "dhl", "as_expected": True},
    ]}  # fmt: skip
    assert reason_table(finished(RESULT)) == []
    assert reason_table(finished(RESULT, valid)) == [
        "expected rows  dhl  ups",
        "NO_SCAN        1",
        "VALID               1 of 2",
    ]


def test_chinese_characters_take_two_columns_of_a_table() -> None:
    assert as_table(finished(RESULT), reports=1).splitlines()[:5] == [
        "outcome  scenario  file",
        "failed   一个包裹  a.yaml:3",
        "",
        "一个包裹",
        "  report of 2026-04-01T00:00:00Z: no rows",
    ]
