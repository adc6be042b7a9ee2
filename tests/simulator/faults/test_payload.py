"""Faults of the payload: the answer differs from the clean one as the fault claims, in nothing else.

What each may change is listed here by hand. A claim fails as well when the fault changes nothing at a carrier that it
says it acts on.
"""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from simulator import Response
from simulator.faults.catalogue import CATALOGUE
from simulator.faults.entry import Entry

Both = Callable[..., tuple[Response, Response]]
FAMILY = "payload"  # of the cases that `entry` and `carrier` stand for
LISTS = ("activity", "trackingEvents", "scanEvents", "events", "responseItems")


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
    assert changed(document(clean.body), document(repaired.body)) == {"note"}


def _type_is_html(clean: Response, faulty: Response) -> None:
    assert faulty.body == clean.body
    kept = [pair for pair in clean.headers if pair[0] != "content-type"]
    assert sorted(faulty.headers) == sorted([*kept, ("content-type", "text/html; charset=utf-8")])


def _longer(clean: Response, faulty: Response) -> None:
    assert len(faulty.body) == 12_000_000
    assert faulty.body.rstrip(b" ") == clean.body


def _inner(clean: Response, faulty: Response) -> None:
    inner = json.loads(faulty.body)["retBody"]
    expected = document(clean.body)["retBody"]
    assert inner in (expected, expected["responseItems"])
    assert not isinstance(inner, str)


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


def _one_new_key(clean: Response, faulty: Response) -> None:
    assert changed(document(clean.body), document(faulty.body)) == {"xNewIn2027"}
    found = document(faulty.body)
    part = found[0] if isinstance(found, list) else found
    assert part.get("retBody", part)["xNewIn2027"] == {"anything": [1, None, "?"]}


CLAIMS: dict[str, Callable[[Response, Response], None]] = {
    "unknown_keys": _one_new_key,
    "truncated_json": bytes_are(lambda body: body[: len(body) * 60 // 100]),
    "empty_body": bytes_are(lambda _: b""),
    "empty_object": bytes_are(lambda _: b"{}"),
    "null_answer": bytes_are(lambda _: b"null"),
    "text_for_object": bytes_are(lambda _: b'"ok"'),
    "single_for_list": _single,
    "numbers_as_text": like(lambda value: value if isinstance(value, bool) or value is None else str(value)),
    "texts_as_numbers": like(lambda value: value if isinstance(value, bool) or value is None else str(value)),
    "booleans_as_text": like(lambda value: str(value).lower() if isinstance(value, bool) else value),
    "empty_as_null": like(lambda value: None if value == "" else value),
    "null_as_empty": like(lambda value: "" if value is None else value),
    "unknown_event": _one_more,
    "events_reversed": _reversed,
    "events_twice": _twice,
    "wrong_charset": _latin,
    "unasked_gzip": lambda clean, faulty: bytes_are(lambda _: clean.body)(
        clean, Response(200, (), gzip.decompress(faulty.body))
    ),
    "byte_order_mark": bytes_are(lambda body: b"\xef\xbb\xbf" + body),
    "html_content_type": _type_is_html,
    "key_twice": _same_but_written_otherwise,
    "deep_json": bytes_are(lambda _: b"[" * 100_000 + b"]" * 100_000),
    "huge_body": _longer,
    "number_failed_in_batch": _failed_alone,
    "body_an_object": _inner,
    "body_a_list": _inner,
}
CHANGED: dict[str, dict[str, str]] = {
    "events_missing": {
        "usps": "trackingEvents",
        "fedex": "scanEvents",
        "dhl": "events",
        "chinapost": "responseItems",
    },
    "events_null": {
        "ups": "activity",
        "usps": "trackingEvents",
        "fedex": "scanEvents",
        "dhl": "events",
        "chinapost": "responseItems",
    },
    "events_a_text": {
        "ups": "activity",
        "usps": "trackingEvents",
        "fedex": "scanEvents",
        "dhl": "events",
        "chinapost": "responseItems",
    },
    "numbers_as_text": {
        "ups": "packageCount",
        "dhl": "totalNumberOfPieces value",
    },
    "texts_as_numbers": {
        "ups": "code date endTime gmtDate slic time",
        "usps": "destinationZIP eventCode eventZIP originZIP uniqueMailPieceID",
        "fedex": "count deliveryAttempts postalCode sequenceNumber trackingNumber",
        "dhl": "id",
        "chinapost": "opCode opOrgCode operatorNo",
    },
    "booleans_as_text": {
        "ups": "logicalScan",
        "fedex": "hasAssociatedShipments possessionStatus residential",
    },
    "empty_as_null": {
        "fedex": "carrierCode exceptionCode exceptionDescription goodsClassificationCode locationType "
        "nickname receivedByName streetLines trackingNumberUniqueId values",
        "chinapost": "attemptDeliveryCode deliverCode opOrgProvName operatorName operatorNo",
    },
    "null_as_empty": {
        "usps": "additionalProp eventCountry eventState eventZIP firm name",
    },
    "unknown_keys": {
        "ups": "xNewIn2027",
        "usps": "xNewIn2027",
        "fedex": "xNewIn2027",
        "dhl": "xNewIn2027",
        "chinapost": "xNewIn2027",
    },
    "place_missing": {
        "ups": "location",
        "usps": "eventCity eventCountry eventState eventZIP",
        "fedex": "scanLocation",
        "dhl": "location",
        "chinapost": "opOrgCity opOrgCode opOrgName opOrgProvName",
    },
    "place_empty": {
        "ups": "address slic",
        "usps": "eventCity eventCountry eventState eventZIP",
        "fedex": "city countryCode countryName postalCode residential stateOrProvinceCode streetLines",
        "dhl": "address",
        "chinapost": "opOrgCity opOrgCode opOrgName opOrgProvName",
    },
    "zones_missing": {
        "ups": "gmtDate gmtOffset gmtTime",
        "usps": "GMTOffset GMTTimestamp",
        "fedex": "date",
    },
    "zones_mixed": {
        "ups": "gmtDate gmtOffset gmtTime",
        "usps": "GMTOffset GMTTimestamp",
        "fedex": "date",
    },
    "nanoseconds": {
        "usps": "eventTimestamp",
        "fedex": "date",
        "dhl": "timestamp",
    },
    "label_without_time": {
        "ups": "date gmtDate gmtOffset gmtTime time",
        "usps": "GMTOffset GMTTimestamp eventTimestamp",
        "fedex": "date",
        "dhl": "timestamp",
        "chinapost": "opTime",
    },
    "words_with_blanks": {
        "ups": "description",
        "usps": "eventType",
        "fedex": "eventDescription",
        "dhl": "description",
        "chinapost": "opDesc opName",
    },
    "words_in_capitals": {
        "ups": "description",
        "usps": "eventType",
        "fedex": "eventDescription",
        "dhl": "description",
    },
    "words_missing": {
        "ups": "description",
        "usps": "eventType",
        "fedex": "eventDescription",
        "chinapost": "opDesc opName",
    },
    "other_language": {
        "ups": "description",
        "usps": "eventType",
        "fedex": "eventDescription",
        "chinapost": "opDesc opName",
    },
    "other_number": {
        "ups": "inquiryNumber trackingNumber",
        "usps": "trackingNumber",
        "fedex": "trackingNumber",
        "dhl": "id",
        "chinapost": "traceNo waybillNo",
    },
    "more_packages": {
        "ups": "packageCount",
    },
    "gmt_date_not_moved": {
        "usps": "GMTTimestamp",
    },
    "false_z": {
        "usps": "eventTimestamp",
    },
    "short_offset": {
        "usps": "GMTOffset",
    },
}  # fmt: skip
"""By fault and carrier, the members that differ in the answer about the sample parcel, in no order."""


def test_every_fault_of_the_payload_has_its_claim_here() -> None:
    assert {entry.name for entry in CATALOGUE if entry.family == FAMILY} == {*CLAIMS, *CHANGED}


def test_a_payload_is_changed_where_it_is_claimed_and_nowhere_else(entry: Entry, carrier: str, answers: Both) -> None:
    clean, faulty = answers(carrier, entry.name)
    assert (faulty.status, faulty.delivery) == (clean.status, clean.delivery)
    if entry.name != "html_content_type":
        assert [pair for pair in faulty.headers if pair[0] != "content-length"] == [
            pair for pair in clean.headers if pair[0] != "content-length"
        ]
    assert ("content-length", str(len(faulty.body))) in faulty.headers
    if entry.name in CHANGED:
        members = set(CHANGED[entry.name][carrier].split())
        assert changed(document(clean.body), document(faulty.body)) == members
    if entry.name in CLAIMS:
        CLAIMS[entry.name](clean, faulty)


def test_a_declared_gzip_says_so(answers: Both) -> None:
    clean, faulty = answers("dhl", "unasked_gzip", declared="yes")
    assert ("content-encoding", "gzip") in faulty.headers
    assert gzip.decompress(faulty.body) == clean.body
