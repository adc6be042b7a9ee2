"""Scans in order of time, and their positions."""

from datetime import UTC, datetime

from vtr.reference.clients.answers import ScanRow, sort_scans


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_events_are_put_in_order_of_time_and_ties_keep_the_answers_order() -> None:
    rows = [
        ScanRow(9, utc(2026, 3, 2), "B"),
        ScanRow(9, utc(2026, 3, 1), "A"),
        ScanRow(9, utc(2026, 3, 2), "C"),
    ]
    assert [(row.position, row.code) for row in sort_scans(rows)] == [(0, "A"), (1, "B"), (2, "C")]


def test_undated_event_stays_after_its_older_neighbour() -> None:
    rows = [
        ScanRow(0, None, "FIRST"),
        ScanRow(0, utc(2026, 3, 1), "A"),
        ScanRow(0, None, "AFTER A"),
        ScanRow(0, utc(2026, 3, 2), "B"),
    ]
    assert [row.code for row in sort_scans(rows)] == ["FIRST", "A", "AFTER A", "B"]
