"""Shapes, times, zones, order, and China Post's seal: what all readers stand on."""

from datetime import UTC, datetime, timedelta

import pytest

from vtr.reference.clients.answers import ScanRow
from vtr.reference.clients.scan_order import in_order
from vtr.reference.clients.shapes import BadShape, as_part, as_parts, refusal_words
from vtr.reference.clients.sm4 import key_bytes, seal
from vtr.reference.clients.times import in_zone, read_offset, read_time


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-10T16:05:00-07:00", utc(2026, 3, 10, 23, 5)),
        ("2026-03-10T16:05:00Z", utc(2026, 3, 10, 16, 5)),
        ("2026-03-10T16:05:00.331986369+01:00", utc(2026, 3, 10, 15, 5, 0, 331986)),
        ("2026-03-10T16:05+0800", utc(2026, 3, 10, 8, 5)),
        ("20260310T160500-7:00", utc(2026, 3, 10, 23, 5)),
    ],
)
def test_times_with_offset_are_instants(text: str, instant: datetime) -> None:
    written = read_time(text)
    assert written is not None
    assert written.instant == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "T",
        "20260312T",
        "T141005",
        "yesterday",
        "2026-13-01",
        "2026-02-30T10:00:00",
        "2026-03-02T25:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-03-02T10:00:00 EST",
        "10/03/2026",
    ],
)
def test_text_that_is_no_time_of_a_parcel_is_none(text: str) -> None:
    assert read_time(text) is None


def test_bare_date_has_no_clock() -> None:
    written = read_time("2026-03-10")
    assert written is not None
    assert not written.has_clock
    assert written.instant is None


@pytest.mark.parametrize(
    ("text", "hours"), [("-07:00", -7.0), ("-7:00", -7.0), ("+0530", 5.5), ("Z", 0.0), ("+15:00", None), ("", None)]
)
def test_offsets(text: str, hours: float | None) -> None:
    assert read_offset(text) == (None if hours is None else timedelta(hours=hours))


def test_summer_time_is_observed() -> None:
    assert in_zone(datetime(2026, 3, 7, 12), "America/New_York") == utc(2026, 3, 7, 17)  # noqa: DTZ001 (local)
    assert in_zone(datetime(2026, 3, 9, 12), "America/New_York") == utc(2026, 3, 9, 16)  # noqa: DTZ001 (local)


def test_events_are_put_in_order_of_time_and_ties_keep_the_answers_order() -> None:
    rows = [
        ScanRow(9, utc(2026, 3, 2), "B"),
        ScanRow(9, utc(2026, 3, 1), "A"),
        ScanRow(9, utc(2026, 3, 2), "C"),
    ]
    assert [(row.position, row.code) for row in in_order(rows)] == [(0, "A"), (1, "B"), (2, "C")]


def test_undated_event_stays_behind_its_older_neighbour() -> None:
    rows = [
        ScanRow(0, None, "FIRST"),
        ScanRow(0, utc(2026, 3, 1), "A"),
        ScanRow(0, None, "AFTER A"),
        ScanRow(0, utc(2026, 3, 2), "B"),
    ]
    assert [row.code for row in in_order(rows)] == ["FIRST", "A", "AFTER A", "B"]


def test_missing_null_and_empty_parts_are_the_same() -> None:
    part = as_part({"a": None, "b": "", "c": [], "d": {}})
    assert [part.part(name).members for name in "abcde"] == [{}, {}, {}, {}, {}]
    assert [part.text(name) for name in "abe"] == ["", "", ""]


def test_single_object_is_a_list_of_one() -> None:
    assert [each.text("a") for each in as_parts({"a": 1})] == ["1"]


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "x.list is null"), ("a", "x.list is text"), (3, "x.list is a number"), ([1], r"x.list\[0\] is a number")],
)
def test_lists_of_another_kind_are_bad_shapes(value: object, words: str) -> None:
    with pytest.raises(BadShape, match=words):
        as_part({"list": value}, "x").parts("list")


def test_flags_are_read_from_text_and_truth_values() -> None:
    part = as_part({"a": True, "b": "False", "c": "", "d": 1})
    assert (part.flag("a"), part.flag("b"), part.flag("c"), part.flag("e")) == (True, False, None, None)
    with pytest.raises(BadShape, match="d is a number"):
        part.flag("d")


def test_words_of_a_soap_like_fault_are_found() -> None:
    error = {"PrimaryErrorCode": {"Code": "250003", "Description": "Invalid Access License number"}}
    document = {"Fault": {"faultcode": "Client", "faultstring": "An exception", "detail": {"Errors": error}}}
    assert refusal_words(document) == "An exception 250003 Invalid Access License number"


def test_seal_matches_a_vector_made_with_openssl() -> None:
    assert seal('{"waybillNo":"EV900000019CN","direction":"0"}', "MDEyMzQ1Njc4OWFiY2RlZg==") == (
        "|$4|dk2hutryyQSq0wUjkM6sjPEtrCCjzYispQWSqaPZ8WjBEAzgMwF29by1oQ0/LbI3/vkPai/Ngto8XCYTZqKy1DJdUB/WoUhfa6ykyLZ7yWA="
    )


@pytest.mark.parametrize(("key", "words"), [("short", "no Base64"), ("ZGVtbw==", "has 4 bytes, expected 16")])
def test_wrong_keys_are_told(key: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        key_bytes(key)
