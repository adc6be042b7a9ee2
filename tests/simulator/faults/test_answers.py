"""Faults of transport, HTTP and payload: the answer differs from the clean one as the fault claims, in nothing else.

What each may change stands here by hand. A claim fails as well when the fault changes nothing at a carrier that it
says to act on.
"""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from simulator import Chunk, Delivery, Response
from simulator.faults import AnswerFault
from simulator.faults.catalogue import CATALOGUE
from simulator.faults.entry import Entry

Both = Callable[..., tuple[Response, Response]]
CARRIERS = ("ups", "usps", "fedex", "dhl", "chinapost")


def document(body: bytes) -> Any:  # noqa: ANN401 (what JSON holds)
    """The JSON of an answer; China Post's inner document is opened too."""
    found = json.loads(body)
    if isinstance(found, dict) and isinstance(found.get("retBody"), str) and found["retBody"]:
        found["retBody"] = json.loads(found["retBody"])
    return found


def changed(clean: Any, faulty: Any, name: str = "") -> set[str]:  # noqa: ANN401
    """The names of the members in which two documents differ: missing, added, of another type or value."""
    if isinstance(clean, dict) and isinstance(faulty, dict):
        names = {each for each in {*clean, *faulty} if (each in clean) != (each in faulty)}
        both = [each for each in clean if each in faulty]
        return names.union(*(changed(clean[each], faulty[each], each) for each in both))
    if isinstance(clean, list) and isinstance(faulty, list) and len(clean) == len(faulty):
        return set().union(*(changed(one, other, name) for one, other in zip(clean, faulty, strict=True)))
    return set() if type(clean) is type(faulty) and clean == faulty else {name}


def names(*allowed: str) -> Callable[[Response, Response], None]:
    """Only members of these names differ, and some do."""

    def claim(clean: Response, faulty: Response) -> None:
        found = changed(document(clean.body), document(faulty.body))
        assert found
        assert found <= set(allowed)

    return claim


def like(reading: Callable[[Any], Any]) -> Callable[[Response, Response], None]:
    """Read in this way, both say the same, and as they stand they don't."""

    def read(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            return {name: read(inner) for name, inner in value.items()}
        return [read(inner) for inner in value] if isinstance(value, list) else reading(value)

    def claim(clean: Response, faulty: Response) -> None:
        one, other = document(clean.body), document(faulty.body)
        assert read(one) == read(other)
        assert changed(one, other)

    return claim


def bytes_are(expected: Callable[[bytes], bytes]) -> Callable[[Response, Response], None]:
    """The body is this one made of the clean one."""

    def claim(clean: Response, faulty: Response) -> None:
        assert faulty.body == expected(clean.body)

    return claim


def _without_lists_of_one(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _without_lists_of_one(inner) for name, inner in value.items()}
    if isinstance(value, list):
        inner = [_without_lists_of_one(each) for each in value]
        return inner[0] if len(inner) == 1 and isinstance(inner[0], dict) else inner
    return value


def _single(clean: Response, faulty: Response) -> None:
    one, other = document(clean.body), document(faulty.body)
    assert one != other
    assert _without_lists_of_one(one) == other


def _reversed(clean: Response, faulty: Response) -> None:
    one, other = (_events(document(answer.body)) for answer in (clean, faulty))
    assert one[::-1] == other
    assert one != other


def _twice(clean: Response, faulty: Response) -> None:
    one, other = (_events(document(answer.body)) for answer in (clean, faulty))
    assert other == [event for event in one for _ in range(2)]


def _one_more(clean: Response, faulty: Response) -> None:
    one, other = (_events(document(answer.body)) for answer in (clean, faulty))
    assert len(other) == len(one) + 1
    (fresh,) = (event for event in other if event not in one)
    assert "Q9" in json.dumps(fresh)
    assert [event for event in other if event in one] == one


def _events(found: Any) -> list[Any]:  # noqa: ANN401
    """The list of events, by the carriers' own names for it."""
    if isinstance(found, dict):
        for name, inner in found.items():
            if name in LISTS and isinstance(inner, list):
                return inner
            deeper = _events(inner)
            if deeper:
                return deeper
    if isinstance(found, list):
        return next((deeper for each in found if (deeper := _events(each))), [])
    return []


def _latin(clean: Response, faulty: Response) -> None:
    with pytest.raises(UnicodeDecodeError):
        faulty.body.decode()
    repaired = Response(200, (), faulty.body.replace(b"caf\xe9", "café".encode()))
    names("note")(clean, repaired)


def _type_is_html(clean: Response, faulty: Response) -> None:
    assert faulty.body == clean.body
    kept = [pair for pair in clean.headers if pair[0] != "content-type"]
    assert sorted(faulty.headers) == sorted([*kept, ("content-type", "text/html; charset=utf-8")])


def _longer(clean: Response, faulty: Response) -> None:
    assert len(faulty.body) == 12_000_000
    assert faulty.body.rstrip(b" ") == clean.body


def _inner(clean: Response, faulty: Response) -> None:
    told = json.loads(faulty.body)["retBody"]
    meant = document(clean.body)["retBody"]
    assert told in (meant, meant["responseItems"])
    assert not isinstance(told, str)


def _failed_alone(clean: Response, faulty: Response) -> None:
    one, other = (document(answer.body)["output"]["completeTrackResults"][0] for answer in (clean, faulty))
    (result,) = other.pop("trackResults")
    del one["trackResults"]
    assert one == other
    assert set(result) == {"trackingNumberInfo", "error"}
    assert result["error"]["code"] == "SYSTEM.UNAVAILABLE.EXCEPTION"


def _same_but_written_otherwise(clean: Response, faulty: Response) -> None:
    assert faulty.body != clean.body
    assert json.loads(faulty.body) == json.loads(clean.body)


LISTS = ("activity", "trackingEvents", "scanEvents", "events", "responseItems")
PLACES = (
    *("location", "scanLocation", "eventCity", "eventState", "eventZIP", "eventCountry"),
    *("opOrgProvName", "opOrgCity", "opOrgName", "opOrgCode"),
    *("address", "slic", "city", "stateOrProvinceCode", "countryCode", "countryName", "residential", "postalCode"),
    "streetLines",
)
ZONES = ("gmtDate", "gmtTime", "gmtOffset", "GMTTimestamp", "GMTOffset", "date", "timestamp")
TIMES = (*ZONES, "time", "eventTimestamp", "opTime")
WORDS = ("description", "eventDescription", "eventType", "opName", "opDesc")

PAYLOAD: dict[str, Callable[[Response, Response], None]] = {
    "truncated_json": bytes_are(lambda body: body[: len(body) * 60 // 100]),
    "empty_body": bytes_are(lambda _: b""),
    "empty_object": bytes_are(lambda _: b"{}"),
    "null_answer": bytes_are(lambda _: b"null"),
    "text_for_object": bytes_are(lambda _: b'"ok"'),
    "events_missing": names(*LISTS),
    "events_null": names(*LISTS),
    "events_a_text": names(*LISTS),
    "single_for_list": _single,
    "numbers_as_text": like(lambda value: value if isinstance(value, bool) or value is None else str(value)),
    "texts_as_numbers": like(lambda value: value if isinstance(value, bool) or value is None else str(value)),
    "booleans_as_text": like(lambda value: str(value).lower() if isinstance(value, bool) else value),
    "empty_as_null": like(lambda value: None if value == "" else value),
    "null_as_empty": like(lambda value: "" if value is None else value),
    "unknown_keys": names("xNewIn2027"),
    "unknown_event": _one_more,
    "place_missing": names(*PLACES),
    "place_empty": names(*PLACES),
    "zones_missing": names(*ZONES),
    "zones_mixed": names(*ZONES),
    "nanoseconds": names("date", "timestamp", "eventTimestamp"),
    "label_without_time": names(*TIMES),
    "events_reversed": _reversed,
    "events_twice": _twice,
    "words_with_blanks": names(*WORDS),
    "words_in_capitals": names(*WORDS),
    "words_missing": names(*WORDS),
    "other_language": names(*WORDS),
    "other_number": names("inquiryNumber", "trackingNumber", "id", "traceNo", "waybillNo"),
    "wrong_charset": _latin,
    "unasked_gzip": lambda clean, faulty: bytes_are(lambda _: clean.body)(
        clean, Response(200, (), gzip.decompress(faulty.body))
    ),
    "byte_order_mark": bytes_are(lambda body: b"\xef\xbb\xbf" + body),
    "html_content_type": _type_is_html,
    "key_twice": _same_but_written_otherwise,
    "deep_json": bytes_are(lambda _: b"[" * 100_000 + b"]" * 100_000),
    "huge_body": _longer,
    "more_packages": names("packageCount"),
    "gmt_date_not_moved": names("GMTTimestamp"),
    "false_z": names("eventTimestamp"),
    "short_offset": names("GMTOffset"),
    "number_failed_in_batch": _failed_alone,
    "body_an_object": _inner,
    "body_a_list": _inner,
}

OWN = "the carrier's own"
HTTP: dict[str, tuple[int, str]] = {  # status and content type; the body is held by tests/simulator/test_errors.py
    "unauthorized": (401, OWN),
    "forbidden": (403, OWN),
    "rate_limited": (429, OWN),
    "rate_limited_until": (429, OWN),
    "server_error": (500, OWN),
    "unavailable": (503, OWN),
    "no_such_path": (404, OWN),
    "bad_gateway": (502, "text/html; charset=utf-8"),
    "gateway_timeout": (504, "text/html; charset=utf-8"),
    "html_unavailable": (503, "text/html; charset=utf-8"),
    "maintenance_page": (200, "text/html; charset=utf-8"),
    "html_unauthorized": (401, "text/html; charset=utf-8"),
    "bot_challenge": (200, "application/json"),
    "plain_text_error": (503, "text/plain"),
    "redirected": (302, "text/html"),
    "no_content": (204, ""),
    "soap_shaped_fault": (401, "application/json"),
    "old_licence": (401, "application/json"),
}
IN_A_200_OR_A_PAGE = {"unauthorized": 200, "forbidden": 200, "server_error": 502, "unavailable": 504}  # China Post (C)
OF_TOKENS = {"token_throttled", "token_dies_early", "token_life", "token_without_scope", "tokens_revoked"}

TRANSPORT: dict[str, Callable[[int], Delivery]] = {  # by the length of the body
    "slow_answer": lambda _: Delivery(delay_seconds=10.0),
    "slow_body": lambda length: Delivery(chunks=_in_four(length)),
    "silence": lambda _: Delivery(ending="silence"),
    "connection_reset": lambda _: Delivery(ending="reset"),
    "empty_reply": lambda _: Delivery(ending="hangup"),
    "cut_off_body": lambda length: Delivery(chunks=(Chunk(0.0, length // 2),), declared_length=length, ending="close"),
    "reset_in_body": lambda length: Delivery(chunks=(Chunk(0.0, length // 2),), declared_length=length, ending="reset"),
    "stalled_body": lambda length: Delivery(
        chunks=(Chunk(0.0, length // 2),), declared_length=length, ending="silence"
    ),
    "length_too_long": lambda length: Delivery(declared_length=length + 20),
    "length_too_short": lambda length: Delivery(declared_length=length - 20),
}


def _in_four(length: int) -> tuple[Chunk, ...]:
    size = -(-length // 4)
    return tuple(Chunk(2.0 if part else 0.0, min(size, length - part * size)) for part in range(4))


def _cases(family: str) -> list[Any]:
    return [
        pytest.param(entry, carrier, id=f"{entry.name}-{carrier}")
        for entry in CATALOGUE
        if entry.family == family and entry.name not in OF_TOKENS
        for carrier in CARRIERS
        if entry.reach is None or carrier in entry.reach
    ]


def test_every_fault_of_an_answer_has_its_claim_here() -> None:
    acting = {entry.name for entry in CATALOGUE if isinstance(entry.fault({}), AnswerFault)}
    assert acting == {*PAYLOAD, *HTTP, *TRANSPORT, *OF_TOKENS}


@pytest.mark.parametrize(("entry", "carrier"), _cases("payload"))
def test_a_payload_is_changed_where_it_is_claimed_and_nowhere_else(entry: Entry, carrier: str, answers: Both) -> None:
    clean, faulty = answers(carrier, entry.name)
    assert (faulty.status, faulty.delivery) == (clean.status, clean.delivery)
    if entry.name != "html_content_type":
        assert [pair for pair in faulty.headers if pair[0] != "content-length"] == [
            pair for pair in clean.headers if pair[0] != "content-length"
        ]
    assert ("content-length", str(len(faulty.body))) in faulty.headers
    PAYLOAD[entry.name](clean, faulty)


@pytest.mark.parametrize(("entry", "carrier"), _cases("http"))
def test_a_refusal_has_the_status_and_the_type_that_are_claimed(entry: Entry, carrier: str, answers: Both) -> None:
    clean, faulty = answers(carrier, entry.name)
    status, kind = HTTP[entry.name]
    assert faulty.status == (IN_A_200_OR_A_PAGE.get(entry.name, status) if carrier == "chinapost" else status)
    assert faulty.delivery == clean.delivery
    told = dict(faulty.headers).get("content-type", "")
    if kind != OWN:
        assert told == kind
    elif carrier != "chinapost":  # whose gateway answers in its own form (C)
        assert "json" in told


@pytest.mark.parametrize(("entry", "carrier"), _cases("transport"))
def test_a_delivery_is_the_one_that_is_claimed(entry: Entry, carrier: str, answers: Both) -> None:
    clean, faulty = answers(carrier, entry.name)
    assert (faulty.status, faulty.body) == (clean.status, clean.body)
    assert [pair for pair in faulty.headers if pair[0] != "content-length"] == [
        pair for pair in clean.headers if pair[0] != "content-length"
    ]
    assert faulty.delivery == TRANSPORT[entry.name](len(clean.body))


def test_a_declared_gzip_says_so(answers: Both) -> None:
    clean, faulty = answers("dhl", "unasked_gzip", declared="yes")
    assert ("content-encoding", "gzip") in faulty.headers
    assert gzip.decompress(faulty.body) == clean.body


@pytest.mark.parametrize(("seconds", "header"), [(0, None), (7, "7")])
def test_retry_after_is_there_when_it_is_asked_for(seconds: int, header: str | None, answers: Both) -> None:
    _, faulty = answers("ups", "rate_limited", retry_after=seconds)
    assert dict(faulty.headers).get("retry-after") == header


def test_retry_after_can_be_a_date(answers: Both) -> None:
    _, faulty = answers("usps", "rate_limited_until", retry_after=90)
    assert dict(faulty.headers)["retry-after"] == "Fri, 20 Mar 2026 12:01:30 GMT"
