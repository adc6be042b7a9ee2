"""Collected scans: positions, outcomes, and lines that cannot be used."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from records.samples import (
    refusal,
    write_lines,
)

from vtr.reference.records import (
    AnswerLine,
    ScanLine,
    read_scans,
)


def test_scans_without_positions_are_ordered_by_time_within_their_number(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path,
        "scans.csv",
        "carrier,tracking_number,at,code,subcode,physical,published_at",
        "ups, 1zabc ,2026-03-06T14:00:00Z,D/FS,#011,true,2026-03-06T15:00:00Z",
        "usps,940,2026-03-05T14:00:00Z,03,,,",
        "ups,1ZABC,2026-03-03T16:00:00Z,I/OR,#005,false,",
    )
    collected = read_scans(path)
    assert collected.answers == (AnswerLine("ups", "1ZABC", "known"), AnswerLine("usps", "940", "known"))
    assert collected.scans == (
        ScanLine("ups", "1ZABC", 0, datetime(2026, 3, 3, 16, tzinfo=UTC), "I/OR", "#005", physical=False),
        ScanLine(
            "ups",
            "1ZABC",
            1,
            datetime(2026, 3, 6, 14, tzinfo=UTC),
            "D/FS",
            "#011",
            physical=True,
            published_at=datetime(2026, 3, 6, 15, tzinfo=UTC),
        ),
        ScanLine("usps", "940", 0, datetime(2026, 3, 5, 14, tzinfo=UTC), "03"),
    )


def test_events_of_a_number_without_all_times_stay_in_the_files_order(tmp_path: Path) -> None:
    lines = ["usps,1,2026-03-06T14:00:00Z,10", "usps,1,,MA", "usps,1,2026-03-05T14:00:00Z,03"]
    collected = read_scans(write_lines(tmp_path, "s.csv", "carrier,tracking_number,at,code", *lines))
    assert [(scan.position, scan.code) for scan in collected.scans] == [(0, "10"), (1, "MA"), (2, "03")]


def test_given_positions_order_the_events(tmp_path: Path) -> None:
    lines = ["usps,1,7,2026-03-05T14:00:00Z,10", "usps,1,3,2026-03-06T14:00:00Z,03"]
    collected = read_scans(write_lines(tmp_path, "s.csv", "carrier,tracking_number,position,at,code", *lines))
    assert [(scan.position, scan.code) for scan in collected.scans] == [(3, "03"), (7, "10")]


@pytest.mark.parametrize("positions", [("0", ""), ("1", "1")])
def test_positions_are_given_for_each_event_once(tmp_path: Path, positions: tuple[str, str]) -> None:
    lines = [f"usps,1,{position},,03" for position in positions]
    path = write_lines(tmp_path, "s.csv", "carrier,tracking_number,position,at,code", *lines)
    assert "s.csv:3: column 'position': the events of a number have one position each" in refusal(path, "scans")


def test_a_line_may_give_an_outcome_in_place_of_an_event(tmp_path: Path) -> None:
    content = {
        "scans": [{"carrier": "dhl", "tracking_number": "9000000015", "at": None, "code": "PU"}],
        "answers": [
            {"carrier": "fedex", "tracking_number": "900000000016", "outcome": "unanswered", "why": "429"},
            {"carrier": "ups", "tracking_number": "1Z", "outcome": "known"},
        ],
    }
    collected = read_scans(write_lines(tmp_path, "s.json", json.dumps(content)))
    assert collected.answers == (
        AnswerLine("dhl", "9000000015", "known"),
        AnswerLine("fedex", "900000000016", "unanswered", "429"),
        AnswerLine("ups", "1Z", "known"),
    )
    assert [scan.code for scan in collected.scans] == ["PU"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ["UPS,1,,I/OR,"],
            "column 'carrier': 'UPS' is not one of ups, usps, fedex, dhl, chinapost; did you mean 'ups'?",
        ),
        (["ups,1,,,"], "s.csv:2: column 'code' is blank; a line gives the code of an event, or an outcome"),
        (["ups,1,,I/OR,", "ups,1,,,unknown"], "'1' has scans, and the outcome unknown elsewhere in the file"),
        (["ups,1,,,known", "ups,1,,,unknown"], "s.csv:3: column 'outcome': 'unknown' contradicts"),
        (["ups,,,I/OR,"], "column 'tracking_number' is blank"),
        (["ups,1,2026-03-05,I/OR,"], "column 'at': '2026-03-05' is not an instant"),
    ],
)
def test_a_scan_line_that_cannot_be_used_is_refused(tmp_path: Path, lines: list[str], message: str) -> None:
    path = write_lines(tmp_path, "s.csv", "carrier,tracking_number,at,code,outcome", *lines)
    assert message in refusal(path, "scans")


def test_a_scan_file_needs_times(tmp_path: Path) -> None:
    path = write_lines(tmp_path, "s.csv", "carrier,tracking_number,code", "ups,1,I/OR")
    assert "column 'at' is missing" in refusal(path, "scans")
