"""`--accept`: what is rewritten, byte by byte, and what is left alone."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from vtr.language import loader, yaml_edits, yaml_tree
from vtr.play import doors, runner
from vtr.story import builder
from vtr.suite import accept, results
from vtr.suite.accept import Accepted
from vtr.suite.results import Result
from vtr.validators import PythonCallable
from vtr.validators.answer import Answer

SPELLED = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL", "chinapost": "China Post"}
Judge = Callable[[Mapping[str, Any]], object]


def _spelling(profile: str) -> dict[str, str]:
    return SPELLED


def _run(path: Path, judge: Judge) -> list[Result]:
    stories = builder.build_stories(path, loader.load_file(path, str(path)), profile="us-2019", spelling=_spelling)
    return [
        results.result_of(story, runner.run(story, PythonCallable("python:own", judge), doors.in_process))
        for story in stories
    ]


def _accept(path: Path, judge: Judge) -> Accepted:
    return accept.accept(_run(path, judge), profile="us-2019", spelling=_spelling)


def _answer(**answers: object) -> Judge:
    """Answers by the last part of the carrier named, or one for all."""
    return lambda request: answers


def _row(order_id: str = "1-1", package: int = 1, **cells: object) -> dict[str, object]:
    return {"order_id": order_id, "package": package, "tracking_id": "1Z1", "no_valid_tracking": "", **cells}


STYLES = """\
# The head.
scenario: S   # its name
parcels: {box: {carrier: ups,   number: 1Z1}}
orders: [{id: 1-1}]
expect:
  rows:
    # one row
    - parcel:   box
      no_valid_tracking: 'X'     # single quotes
      reason: "NO_SCAN"          # double ones
      tracking_id: WRONG         # none
      category: Toys
# The tail.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "case.yaml"


def test_only_the_cells_that_differ_are_rewritten_and_keep_their_quotes(file: Path) -> None:
    file.write_text(STYLES)
    accepted = _accept(file, _answer(rows=[_row(reason="it's: VALID", no_valid_tracking="it's", category="Toys")]))
    assert file.read_text() == (
        STYLES.replace("'X'", "'it''s'").replace('"NO_SCAN"', '"it\'s: VALID"').replace("WRONG", "$box")
    )
    assert [str(change).removeprefix(f"{file}:") for change in accepted.changes] == [
        "11: 1-1/1 tracking_id: WRONG -> $box",
        "9: 1-1/1 no_valid_tracking: 'X' -> 'it''s'",
        '10: 1-1/1 reason: "NO_SCAN" -> "it\'s: VALID"',
    ]
    assert accepted.left == ()


def test_accepting_again_changes_nothing(file: Path) -> None:
    file.write_text(STYLES)
    judge = _answer(rows=[_row(reason="VALID", category="Toys")])
    _accept(file, judge)
    once = file.read_bytes()
    assert _accept(file, judge) == Accepted((), ())
    assert file.read_bytes() == once


def test_line_ends_and_byte_order_mark_stay(file: Path) -> None:
    written = b"\xef\xbb\xbf" + STYLES.replace("\n", "\r\n").encode()
    file.write_bytes(written)
    _accept(file, _answer(rows=[_row(tracking_id="WRONG", reason="VALID", category="Toys", no_valid_tracking="X")]))
    assert file.read_bytes() == written.replace(b"NO_SCAN", b"VALID")


HEAD = "scenario: S\nparcels: {box: {carrier: ups, number: 1Z1}, tin: {carrier: ups, number: 1Z2}}\n"
ORDERS = "orders: [{id: 1-1, parcel: box}, {id: 2-2, parcel: tin}]\n"


@pytest.mark.parametrize(
    ("before", "rows", "after"),
    [
        # a blank cell, a cell of nothing, a dollar sign, what must stand in quotes
        ("rows: [{parcel: box, reason: X}]", [_row(reason="")], 'rows: [{parcel: box, reason: ""}]'),
        ("rows: [{parcel: box, reason: }]", [_row(reason="Y")], "rows: [{parcel: box, reason: Y}]"),
        ("rows: [{parcel: box, reason: X}]", [_row(reason="$box")], "rows: [{parcel: box, reason: $$box}]"),
        ("rows: [{parcel: box, reason: X}]", [_row(reason="null")], 'rows: [{parcel: box, reason: "null"}]'),
        ("rows: [{parcel: box, reason: X}]", [_row(reason="a, b")], 'rows: [{parcel: box, reason: "a, b"}]'),
        ("rows: [{parcel: box, reason: X}]", [_row(reason="a\nb")], 'rows: [{parcel: box, reason: "a\\nb"}]'),
        ("rows: [{parcel: box, reason: X}]", [_row(reason="a #b")], 'rows: [{parcel: box, reason: "a #b"}]'),
        ("rows: [{parcel: box, reason: {any_of: [X, Y]}}]", [_row(reason="Z")], "rows: [{parcel: box, reason: Z}]"),
        # a tolerance stays
        (
            "rows: [{parcel: box, first_scan_at: {value: day 1 16:00, within: 5m}}]",
            [_row(first_scan_at="2026-03-04T17:30:00Z")],
            "rows: [{parcel: box, first_scan_at: {value: day 2 17:30 Z, within: 5m}}]",
        ),
        (
            "rows: [{parcel: box, first_scan_at: {value: 2026-03-03T16:00:00Z, within: 5m}}]",
            [_row(first_scan_at="2026-03-04T17:30:00")],
            "rows: [{parcel: box, first_scan_at: {value: 2026-03-04T17:30:00Z, within: 5m}}]",
        ),
        # a row that is not reported
        ("rows: [{parcel: box, reason: X}]", [], "rows: [{parcel: box, absent: true}]"),
        (
            "rows:\n    - parcel: box  # c\n      reason: X\n  # d",
            [],
            "rows:\n    - parcel: box\n      absent: true\n  # d",
        ),
        # a row that was to be absent
        (
            "rows: [{parcel: box, absent: true}]",
            [_row(reason="VALID")],
            'rows: [{parcel: box, tracking_id: $box, no_valid_tracking: "", reason: VALID}]',
        ),
        (
            "rows:\n    - parcel: box\n      absent: true  # why",
            [_row()],
            'rows:\n    - parcel: box\n      tracking_id: $box\n      no_valid_tracking: ""  # why',
        ),
        # rows that nobody named
        (
            "rows: []",
            [_row(no_valid_tracking="X")],
            "rows: [{parcel: box, tracking_id: $box, no_valid_tracking: X}]",
        ),
        (
            "rows: [{parcel: box}]",
            [_row(), _row("2-2", tracking_id="2-2-InvalidId")],
            'rows: [{parcel: box}, {parcel: tin, tracking_id: 2-2-InvalidId, no_valid_tracking: ""}]',
        ),
        (
            "rows:\n  - {parcel: box}  # first\n  # after",
            [_row(), _row("2-2", tracking_id="1Z2")],
            'rows:\n  - {parcel: box}  # first\n  - {parcel: tin, tracking_id: $tin, no_valid_tracking: ""}\n  # after',
        ),
        (
            "rows:\n    -   parcel: box",
            [_row(), _row("2-2", tracking_id="1Z2")],
            'rows:\n    -   parcel: box\n    -   parcel: tin\n        tracking_id: $tin\n        no_valid_tracking: ""',
        ),
    ],
)
def test_rows_are_rewritten_in_their_own_form(file: Path, before: str, rows: list[object], after: str) -> None:
    head = HEAD + ORDERS + "expect:\n  "
    file.write_text(f"{head}{before}\n# end\n")
    accepted = _accept(file, _answer(rows=rows))
    assert accepted.left == ()
    assert file.read_text() == f"{head}{after}\n# end\n"
    assert not any(result["differences"] for result in _run(file, _answer(rows=rows)))


@pytest.mark.parametrize(
    ("before", "answer", "after"),
    [
        (
            "rates: [{category: Kitchen, rate: {value: 0.95, within: 0.01}, status: GOOD}]",
            {"rates": [{"category": "Kitchen", "rate": 0.5, "status": "BAD"}]},
            "rates: [{category: Kitchen, rate: {value: 0.5, within: 0.01}, status: BAD}]",
        ),
        (
            "rates:\n    - {category: Toys, rate: 1}  # gone\n    - {category: Kitchen, rate: 1}",
            {"rates": [{"category": "Kitchen", "rate": 1}]},
            "rates:\n    - {category: Kitchen, rate: 1}",
        ),
        ("rates: [{category: Toys, rate: 1}]", {"rates": []}, "rates: []"),
        (
            "rates: [{category: Toys, rate: 1}, {category: Kitchen, rate: 1}]",
            {"rates": [{"category": "Kitchen", "rate": 1}]},
            "rates: [{category: Kitchen, rate: 1}]",
        ),
        (
            "unanswered: []",
            {"unanswered": [{"order_id": "2-2", "package": 1, "why": "429"}]},
            "unanswered: [{parcel: tin, why: 429}]",
        ),
        ("unanswered:\n    - {parcel: box}", {}, "unanswered:\n    []"),
        (
            "excluded: [{parcel: box, why: EXEMPT}]",
            {"excluded": [{"order_id": "1-1", "package": None, "why": "CANCELLED"}]},
            "excluded: [{parcel: box, why: CANCELLED}]",
        ),
    ],
)
def test_rates_and_lists_are_rewritten_in_place(
    file: Path, before: str, answer: Mapping[str, object], after: str
) -> None:
    head = HEAD + ORDERS + "expect:\n  "
    file.write_text(f"{head}{before}\n")
    accepted = _accept(file, _answer(rows=[], **answer))
    assert accepted.left == ()
    assert file.read_text() == f"{head}{after}\n"


MATRIX = """\
scenario: S
matrix: {carrier: [ups, usps]}
parcels: {box: {carrier: $carrier, number: N1}}
orders: [{id: 1-1}]
expect: {rows: [{parcel: box, reason: X}]}
"""


def _by_carrier(**reasons: str) -> Judge:
    def judge(request: Mapping[str, Any]) -> object:
        carrier = request["packages"][0]["submissions"][0]["carrier_code"]
        return [_row(reason=reasons[carrier.lower()])]

    return judge


def test_cell_that_all_combinations_want_alike_is_rewritten(file: Path) -> None:
    file.write_text(MATRIX)
    _accept(file, _by_carrier(ups="VALID", usps="VALID"))
    assert file.read_text() == MATRIX.replace("reason: X", "reason: VALID")


@pytest.mark.parametrize(
    ("reasons", "needs"),
    [
        ({"ups": "A", "usps": "B"}, "[ups] A, [usps] B"),
        ({"ups": "X", "usps": "B"}, "[ups] as it is, [usps] B"),
    ],
)
def test_cell_that_combinations_want_different_is_refused(file: Path, reasons: dict[str, str], needs: str) -> None:
    file.write_text(MATRIX)
    accepted = _accept(file, _by_carrier(**reasons))
    assert accepted.changes == ()
    assert [str(problem).removeprefix(f"{file}:") for problem in accepted.left] == [
        (
            f"5:39: 1-1/1 reason: the combinations need different values here ({needs}); "
            "give the matrix a name for it, or split it"
        )
    ]
    assert file.read_text() == MATRIX


def test_cell_that_the_matrix_gives_is_rewritten_in_the_matrix(file: Path) -> None:
    text = MATRIX.replace("[ups, usps]}", "[ups], why: [X]}").replace("reason: X", "reason: $why")
    file.write_text(text)
    _accept(file, _by_carrier(ups="VALID"))
    assert file.read_text() == text.replace("why: [X]", "why: [VALID]")


def test_matrix_value_that_is_used_elsewhere_is_left(file: Path) -> None:
    text = MATRIX.replace("reason: X", "carrier: $carrier").replace("[ups, usps]", "[ups]")
    file.write_text(text)
    accepted = _accept(file, lambda request: [_row(carrier="UPS")])
    assert [problem.message for problem in accepted.left] == [
        "1-1/1 carrier: this value of the matrix is used for something else too; change it by hand"
    ]
    assert file.read_text() == text


def test_combination_that_was_not_run_leaves_the_scenario_alone(file: Path) -> None:
    file.write_text(MATRIX)
    found = _run(file, _by_carrier(ups="VALID", usps="VALID"))[:1]
    accepted = accept.accept(found, profile="us-2019", spelling=_spelling)
    assert [problem.message for problem in accepted.left] == [
        "[usps] was not run, so what it needs is unknown; run all combinations"
    ]
    assert file.read_text() == MATRIX


def test_one_scenario_of_a_file_is_accepted_and_another_left(file: Path) -> None:
    other = "scenario: T\nparcels: {box: {carrier: ups, number: 1Z1}}\norders: [{id: 1-1}]\nexpect: {rows: []}\n"
    text = f"{other}---\n{MATRIX}"
    file.write_text(text)
    accepted = _accept(file, lambda request: [_row(reason=request["packages"][0]["submissions"][0]["carrier_code"])])
    assert [problem.line for problem in accepted.left] == [10]
    row = '{parcel: box, tracking_id: $box, no_valid_tracking: "", reason: UPS}'
    assert file.read_text() == text.replace("rows: []", f"rows: [{row}]")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([_row("9-9")], "not accepted: order '9-9' is reported, which this scenario does not have"),
        (
            [_row(), _row()],
            "not accepted: order '1-1' has a row too many, which could be any of its packages",
        ),
        (
            [{"order_id": "1-1", "package": 1}],
            "not accepted: 1-1/1: the validator returns no tracking_id; take the column out by hand",
        ),
    ],
)
def test_what_a_scenario_cannot_say_is_left(file: Path, rows: list[object], message: str) -> None:
    text = HEAD + ORDERS + "expect: {rows: [{parcel: box, tracking_id: $box}]}\n"
    file.write_text(text)
    accepted = _accept(file, _answer(rows=rows))
    assert [problem.message for problem in accepted.left] == [message]
    assert file.read_text() == text


@pytest.mark.parametrize("text", ["", "$", "a: b", "#x", "- a", "[x]", "null", "~", "\t", "é", "\x85", "\\", '"', "'",
                                  "0094", "x ", "包裹", "a\x7f", "\U0001f4e6", "|", "? a", "%", "@"])  # fmt: skip
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_every_text_can_be_written_and_read_back(text: str, quote: str) -> None:
    (node,) = yaml_tree.parse(f"[{{a: {yaml_edits.scalar(text, quote)}}}]", "x.yaml")
    assert yaml_tree.plain(node) == [{"a": text}]


def test_text_and_answer_cross_as_texts(file: Path) -> None:
    file.write_text(MATRIX.replace("[ups, usps]", "[ups]"))
    answer = {"rows": [_row(reason=None)], "rates": [{"category": None, "rate": 0.5}], "unanswered": []}
    (result,) = _run(file, _answer(**answer))
    assert results.answer_of(result["reports"][0]) == Answer(
        ({"order_id": "1-1", "package": "1", "tracking_id": "1Z1", "no_valid_tracking": "", "reason": ""},),
        ({"category": "", "rate": "0.5"},),
        (),
        None,
    )
