"""Submissions from flat lines and nested packages, numbered in order of time."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from records.samples import (
    LINE,
    LINE_HEADER,
    ORDER,
    PROTOCOL_ORDER,
    PROTOCOL_PACKAGE,
    SUBMISSION,
    refusal,
    write_lines,
)

from vtr.reference.errors import InputError
from vtr.reference.records import (
    orders_from,
    read_submissions,
    submissions_from,
)


def test_csv_confirmations_are_read(tmp_path: Path) -> None:
    assert read_submissions(write_lines(tmp_path, "c.csv", LINE_HEADER, LINE)) == (SUBMISSION,)


@pytest.mark.parametrize("number", ["0012", " 1Z ", "9.40011E+21", "", "'940", "无单号", "1Z\t", "na", "NULL"])
def test_tracking_text_stays_exactly_as_submitted(tmp_path: Path, number: str) -> None:
    path = write_lines(tmp_path, "c.csv", LINE_HEADER, LINE.replace("1Z999AA10390000109", number))
    assert read_submissions(path)[0].tracking_number == number


def test_defaults_of_a_submission_are_package_1_and_confirmed_when_first_submitted() -> None:
    first, second = submissions_from(
        [
            {"order_id": "a", "submitted_at": f"2026-03-0{day}T09:00:00Z", "carrier_code": "", "tracking_number": ""}
            for day in (4, 3)
        ]
    )
    assert (first.package, first.buy_shipping, first.carrier_name, first.ship_method) == (1, False, "", "")
    assert first.confirmed_at == second.confirmed_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_submissions_are_numbered_by_time_then_by_the_files_order(tmp_path: Path) -> None:
    def line(at: str, number: str, package: int = 1) -> str:
        return f"114-1,{package},2026-03-03T09:00:00Z,2026-03-0{at}T09:00:00Z,UPS,,{number},"

    lines = [line("5", "late"), line("4", "other", 2), line("3", "first"), line("4", "same a"), line("4", "same b")]
    submissions = read_submissions(write_lines(tmp_path, "c.csv", LINE_HEADER, *lines))
    assert [(s.package, s.seq, s.tracking_number) for s in submissions] == [
        (1, 1, "first"),
        (1, 2, "same a"),
        (1, 3, "same b"),
        (1, 4, "late"),
        (2, 1, "other"),
    ]


def test_a_given_seq_decides_between_equal_instants_only() -> None:
    base = {"order_id": "a", "carrier_code": "UPS", "submitted_at": "2026-03-03T09:00:00Z"}
    lines = [
        {**base, "tracking_number": "second", "seq": 2},
        {**base, "tracking_number": "first", "seq": 1},
        {**base, "tracking_number": "earliest", "seq": 9, "submitted_at": "2026-03-03T08:00:00Z"},
    ]
    numbered = [(s.seq, s.tracking_number) for s in submissions_from(lines)]
    assert numbered == [(1, "earliest"), (2, "first"), (3, "second")]


def test_confirmed_at_given_once_holds_for_all_submissions_of_the_package(tmp_path: Path) -> None:
    edit = "114-1,1,,2026-03-05T09:00:00Z,UPS,,1Z,"
    submissions = read_submissions(write_lines(tmp_path, "c.csv", LINE_HEADER, edit, LINE))
    assert [s.confirmed_at for s in submissions] == [datetime(2026, 3, 3, 9, tzinfo=UTC)] * 2


def test_a_package_is_not_confirmed_twice(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "c.csv", LINE_HEADER, LINE, LINE.replace("2026-03-03", "2026-03-04"))
    assert "c.csv:3: column 'confirmed_at': '2026-03-04T09:00:00+00:00' contradicts" in refusal(path, "submissions")


def test_lines_of_a_package_agree_about_buy_shipping(tmp_path: Path) -> None:
    lines = [f"{LINE},TRUE", f"{LINE.replace(',2026-03-03T09', ',2026-03-03T09')},false", f"{LINE},"]
    path = write_lines(tmp_path, "c.csv", f"{LINE_HEADER},buy_shipping", *lines)
    assert "c.csv:3: column 'buy_shipping': contradicts" in refusal(path, "submissions")
    path = write_lines(tmp_path, "c.csv", f"{LINE_HEADER},buy_shipping", lines[0], lines[2])
    assert [s.buy_shipping for s in read_submissions(path)] == [True, True]


def test_a_confirmation_for_an_unknown_order_is_refused(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "c.csv", LINE_HEADER, LINE, LINE.replace("114-1", "114-2"))
    with pytest.raises(InputError, match=r"c\.csv:3: column 'order_id': there is no order '114-2'; add it or remove"):
        read_submissions(path, [ORDER])


def test_protocol_packages_have_nested_submissions() -> None:
    first, second = submissions_from([PROTOCOL_PACKAGE], orders_from([PROTOCOL_ORDER]))
    assert (first.package, first.seq, first.buy_shipping, first.tracking_number) == (2, 1, True, "1Z")
    assert (second.package, second.seq, second.buy_shipping, second.tracking_number) == (2, 2, True, "")
    assert second.confirmed_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize("content", [[PROTOCOL_PACKAGE], {"orders": [], "packages": [PROTOCOL_PACKAGE]}])
def test_a_json_file_may_hold_packages(tmp_path: Path, content: object) -> None:
    assert len(read_submissions(write_lines(tmp_path, "c.json", json.dumps(content)))) == 2


@pytest.mark.parametrize(
    ("packages", "message"),
    [
        ([PROTOCOL_PACKAGE] * 2, "packages: row 2: package 2 of order '114-1' is already in packages: row 1; keep one"),
        ([{**PROTOCOL_PACKAGE, "submissions": []}], "packages: row 1: column 'submissions' is empty"),
        ([{**PROTOCOL_PACKAGE, "submissions": [{}]}], "packages: row 1, submissions: row 1: column 'submitted_at' is"),
        (
            [{**PROTOCOL_PACKAGE, "submissions": "x"}],
            "packages: row 1, submissions: row: a list of objects is expected",
        ),
        ([{**PROTOCOL_PACKAGE, "buyshipping": True}], "unknown column 'buyshipping'; did you mean 'buy_shipping'?"),
        (
            [{**PROTOCOL_PACKAGE, "package": 0}],
            "packages: row 1: column 'package': 0 is not a whole number of at least 1",
        ),
        ([{**PROTOCOL_PACKAGE, "package": True}], "is not a whole number"),
    ],
)
def test_a_package_that_cannot_be_used_is_refused(packages: list[dict[str, object]], message: str) -> None:
    with pytest.raises(InputError) as caught:
        submissions_from(packages)
    assert message in str(caught.value)
