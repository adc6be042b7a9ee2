"""Faults of the payload: the answer arrives whole, but is not what the documentation promises.

They are shapes that carriers were seen sending, and what a proxy or an old server makes of the bytes. Each changes one
thing in an answer that has events (or the bytes of any answer); refusals and token answers stay as they are.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.exchange import Response
from simulator.faults import reach as reaches
from simulator.faults.base import Fault
from simulator.faults.entry import Entry, Grade, Number, Word
from simulator.faults.envelope import Reach
from simulator.faults.json_answers import (
    Document,
    DocumentChange,
    EventsChange,
    change_document,
    change_events,
    event_lists,
    objects,
)

_OK = 200
_SAFE_DIGITS = 15  # of a number that JavaScript and spreadsheets keep


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """Sends a successful answer otherwise. change: from the answer to the one that is sent."""

    change: Callable[[Response], Response]

    def on_answer(self, answer: Response, _call: Call, _carrier: Carrier, _view: CarrierView) -> Response:
        """The changed answer, if its status is 200; any other one as it is."""
        return self.change(answer) if answer.status == _OK else answer


def _body(change: Callable[[bytes], bytes]) -> AnswerChange:
    return AnswerChange(lambda answer: replace(answer, body=change(answer.body)))


def _with_header(answer: Response, name: str, value: str) -> Response:
    return replace(answer, headers=(*(pair for pair in answer.headers if pair[0] != name), (name, value)))


def _gzipped(declared: str) -> AnswerChange:
    def change(answer: Response) -> Response:
        packed = replace(answer, body=gzip.compress(answer.body, mtime=0))
        return _with_header(packed, "content-encoding", "gzip") if declared == "yes" else packed

    return AnswerChange(change)


def _latin_1(answer: Response) -> Response:
    """A note with an é, in ISO 8859-1; the header still declares what it did."""

    def noted(document: Document) -> Document:
        for part in list(objects(document))[:1]:
            part["note"] = "café"
        return document

    body = change_document(answer, noted).body
    return replace(answer, body=body.replace("é".encode(), "é".encode("latin-1")))


def _key_twice(body: bytes) -> bytes:
    """The first key of the document is there twice, first with null."""
    document = orjson.loads(body)
    if not isinstance(document, dict) or not document:
        return body
    return b"{" + orjson.dumps(next(iter(document))) + b":null," + body[1:]


def _deep(levels: int) -> AnswerChange:
    return _body(lambda _: b"[" * levels + b"]" * levels)


def _huge(megabytes: int) -> AnswerChange:
    def change(body: bytes) -> bytes:
        return body + b" " * max(megabytes * 1_000_000 - len(body), 0)

    return _body(change)


def _without_lists(document: Document) -> Document:
    for holder, name in list(event_lists(document)):
        del holder[name]
    return document


def _single_for_list(document: Document) -> Document:
    """Every list of one object becomes that object; so does a list of one event."""

    def opened(value: Document) -> Document:
        if isinstance(value, dict):
            return {name: opened(inner) for name, inner in value.items()}
        if isinstance(value, list):
            inner = [opened(each) for each in value]
            return inner[0] if len(inner) == 1 and isinstance(inner[0], dict) else inner
        return value

    return {name: opened(inner) for name, inner in document.items()} if isinstance(document, dict) else document


def _map_values(change: Callable[[Document], Document]) -> DocumentChange:
    """Every value that is neither object nor list is changed."""

    def changed(value: Document) -> Document:
        if isinstance(value, dict):
            return {name: changed(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [changed(inner) for inner in value]
        return change(value)

    return DocumentChange(changed)


def _as_text(value: Document) -> Document:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _as_number(value: Document) -> Document:
    plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _SAFE_DIGITS
    return int(value) if plain and str(int(value)) == value else value


def _with_unknown_keys(document: Document) -> Document:
    for part in list(objects(document)):
        part["xNewIn2027"] = {"anything": [1, None, "?"]}
    return document


# -- the members of an event, by the names that carriers give them

_PLACES = ("location", "scanLocation", "serviceArea")
_PLACE_TEXTS = ("eventCity", "eventState", "eventZIP", "eventZIPCode", "eventCountry", "opOrgProvName", "opOrgCity",
                "opOrgName", "opOrgCode")  # fmt: skip
_ZONES = ("gmtDate", "gmtTime", "gmtOffset", "GMTTimestamp", "GMTOffset")
_TIMES = (*_ZONES, "date", "time", "eventTimestamp", "timestamp", "opTime")
_ISO_TIMES = ("date", "timestamp")  # those of FedEx and DHL, which can carry an offset themselves
_WORDS = ("description", "eventDescription", "eventType", "opName", "opDesc")
_CODES = ("eventCode", "typeCode", "opCode", "statusCode")
_DATE_LENGTH = 10


def _without(*names: str) -> Callable[[dict[str, Any]], None]:
    def change(event: dict[str, Any]) -> None:
        for name in names:
            event.pop(name, None)

    return change


def _place_emptied(event: dict[str, Any]) -> None:
    for name in _PLACES:
        if isinstance(event.get(name), dict):
            event[name] = {}
        elif name in event:
            event[name] = []
    for name in _PLACE_TEXTS:
        if name in event:
            event[name] = ""


def _zone_removed(event: dict[str, Any]) -> None:
    _without(*_ZONES)(event)
    for name in _ISO_TIMES:
        if isinstance(event.get(name), str) and "T" in event[name]:
            event[name] = _local_part(event[name])


def _local_part(text: str) -> str:
    """A time in ISO 8601, up to its seconds."""
    clock = text[_DATE_LENGTH:]
    for mark in ("+", "-", "Z"):
        clock = clock.partition(mark)[0]
    return text[:_DATE_LENGTH] + clock


def _zone_removed_from_every_second(events: list[dict[str, Any]]) -> Document:
    for event in events[::2]:
        _zone_removed(event)
    return events


def _nanoseconds(event: dict[str, Any]) -> None:
    for name in (*_ISO_TIMES, "eventTimestamp"):
        value = event.get(name)
        if isinstance(value, str) and "T" in value and "." not in value:
            local = _local_part(value)
            event[name] = f"{local}.123456789{value[len(local) :]}"


def _oldest_without_time(events: list[dict[str, Any]]) -> Document:
    """The oldest event, a label mostly, has no time at all."""
    oldest = min(events, key=_time_text)
    _without(*_TIMES)(oldest)
    return events


def _time_text(event: dict[str, Any]) -> str:
    return "".join(str(event.get(name, "")) for name in ("date", "time", "eventTimestamp", "timestamp", "opTime"))


def _is_fedex(event: dict[str, Any]) -> bool:
    """Whether it is an event of FedEx, whose eventType is a code, not a description."""
    return "derivedStatus" in event or "eventDescription" in event


def _reword(change: Callable[[str], str]) -> EventsChange:
    def changed(event: dict[str, Any]) -> None:
        for name in ("eventDescription",) if _is_fedex(event) else _WORDS:
            if isinstance(event.get(name), str):
                event[name] = change(event[name])
        status = event.get("status")
        if isinstance(status, dict) and isinstance(status.get("description"), str):
            status["description"] = change(status["description"])

    return change_events(changed)


def _with_unknown_event(events: list[dict[str, Any]]) -> Document:
    """Add a copy of the newest event before it, with an unknown code."""
    newest = max(events, key=_time_text)
    fresh: dict[str, Any] = orjson.loads(orjson.dumps(newest))
    status = fresh.get("status")
    if isinstance(status, dict) and "code" in status:
        status.update(type="I", code="Q9")
        status.pop("statusCode", None)
        fresh.pop("logicalScan", None)
    elif _is_fedex(fresh):
        fresh.update(eventType="Q9", derivedStatus="", derivedStatusCode="")
    else:
        for name in _CODES:
            if name in fresh:
                fresh[name] = "Q9"
    place = events.index(newest)
    return [*events[:place], fresh, *events[place:]]


def _other_number(document: Document) -> Document:
    """Replace the number of the request by another one of equal length, wherever it is a whole text."""
    texts = (part[name] for part in objects(document) for name in _NUMBERS if isinstance(part.get(name), str))
    number = next(texts, "")
    if not number:
        return document
    other = number[:-1] + ("0" if number[-1] != "0" else "1")

    def changed(value: Document) -> Document:
        return other if value == number else value

    return _map_values(changed).change(document)


_NUMBERS = ("inquiryNumber", "trackingNumber", "id", "shipmentTrackingNumber", "waybillNo", "traceNo")


def _more_packages(count: int) -> DocumentChange:
    def change(document: Document) -> Document:
        for part in objects(document):
            if "packageCount" in part:
                part["packageCount"] += count
        return document

    return DocumentChange(change)


def _gmt_date_stays(event: dict[str, Any]) -> None:
    """Give the GMT time the local date, also past midnight."""
    local, gmt = event.get("eventTimestamp"), event.get("GMTTimestamp")
    if isinstance(local, str) and isinstance(gmt, str):
        event["GMTTimestamp"] = local[:_DATE_LENGTH] + gmt[_DATE_LENGTH:]


def _false_z(event: dict[str, Any]) -> None:
    if isinstance(event.get("eventTimestamp"), str):
        event["eventTimestamp"] += "Z"


def _short_offset(event: dict[str, Any]) -> None:
    offset = event.get("GMTOffset")
    if isinstance(offset, str) and offset[1:2] == "0":
        event["GMTOffset"] = offset[0] + offset[2:]


def _first_result_failed(document: Document) -> Document:
    """Replace the results of the first number in a FedEx call by a system error."""
    for part in objects(document):
        listed = part.get("completeTrackResults")
        if isinstance(listed, list) and listed:
            number = listed[0].get("trackingNumber", "")
            error = {"code": "SYSTEM.UNAVAILABLE.EXCEPTION", "message": "The service is currently unavailable."}
            known = {"trackingNumber": number, "trackingNumberUniqueId": "", "carrierCode": ""}
            listed[0]["trackResults"] = [{"trackingNumberInfo": known, "error": error}]
    return document


def _ret_body(change: Callable[[Document], Document]) -> AnswerChange:
    """Send China Post's inner document as JSON of another form, not as a text."""

    def changed(answer: Response) -> Response:
        document = orjson.loads(answer.body)
        inner = document.get("retBody")
        if not isinstance(inner, str) or not inner:
            return answer
        document["retBody"] = change(orjson.loads(inner))
        return replace(answer, body=orjson.dumps(document))

    return AnswerChange(changed)


def _entry(name: str, effect: str, source: str, grade: Grade, fault: Fault, reach: Reach | None = None) -> Entry:
    return Entry(name, "payload", effect, source, grade, lambda: fault, reach=reach or reaches.TRACKING)


_EVENTS_NEEDED = reaches.tracking_at("usps", "fedex", "dhl", "chinapost")
_USPS = reaches.tracking_at("usps")
_EMS = reaches.tracking_at("chinapost")
_OWN = "our own"
_FEDEX_CAPTURES = "FedEx captures in clients (karrio)"

ENTRIES = (
    Entry(
        "truncated_json",
        "payload",
        "the JSON ends in the middle; the length is right for what is sent",
        "truncated answers reached clients (karrio)",
        "C",
        lambda percent: _body(lambda body: body[: int(len(body) * percent / 100)]),
        (Number("percent", "percent of the body", 60, 1, 99, "how much of it comes"),),
        reaches.TRACKING,
    ),
    _entry("empty_body", "200 without a body", "clients drop empty bodies (karrio)", "C", _body(lambda _: b"")),
    _entry("empty_object", "`{}` is the answer", _FEDEX_CAPTURES, "B", _body(lambda _: b"{}")),
    _entry("null_answer", "`null` is the answer", "JDPT and EUB answers in clients", "B", _body(lambda _: b"null")),
    _entry("text_for_object", "a JSON text is the answer", _OWN, "D", _body(lambda _: b'"ok"')),
    _entry("events_missing", "the list of events is not there", _FEDEX_CAPTURES, "B", DocumentChange(_without_lists),
           _EVENTS_NEEDED),
    _entry("events_null", "the list of events is null", _FEDEX_CAPTURES, "B", EventsChange(lambda _: None)),
    _entry("events_a_text", "the list of events is a text", "UPS samples: a text where the schema has a list", "A",
           EventsChange(lambda _: "")),
    _entry("single_for_list", "a list of one is that one", "DHL and UPS samples", "A", DocumentChange(_single_for_list),
           reaches.tracking_at("ups", "fedex", "dhl")),
    _entry("numbers_as_text", "numbers are texts", "USPS/api-examples#28, #56", "B", _map_values(_as_text),
           reaches.tracking_at("ups", "dhl")),
    _entry("texts_as_numbers", "texts of digits are numbers", "DHL's spec: id is a number", "A",
           _map_values(_as_number)),
    _entry("booleans_as_text", "true and false are texts", "USPS answers", "A",
           _map_values(lambda value: str(value).lower() if isinstance(value, bool) else value),
           reaches.tracking_at("ups", "fedex")),
    _entry("empty_as_null", "empty texts are null", "karrioapi/karrio#174", "B",
           _map_values(lambda value: None if value == "" else value),
           reaches.tracking_at("fedex", "chinapost")),
    _entry("null_as_empty", "null is an empty text", _FEDEX_CAPTURES, "B",
           _map_values(lambda value: "" if value is None else value),
           reaches.tracking_at("usps")),
    _entry("unknown_keys", "every object has a key that nobody knows", "USPS's spec: additional properties", "A",
           DocumentChange(_with_unknown_keys)),
    _entry("unknown_event", "an event has a code that nobody has seen", "DHL announced new values", "A",
           EventsChange(_with_unknown_event)),
    _entry("place_missing", "events have no place", "itsvic-dev/deliveries#211", "B",
           change_events(_without(*_PLACES, *_PLACE_TEXTS))),
    _entry("place_empty", "the places of events are empty", "karrioapi/karrio#83; sailrish/shipit#23", "B",
           change_events(_place_emptied)),
    _entry("zones_missing", "times say nothing of their zone", "mediocre/bloodhound#172; magento/magento2#40394", "B",
           change_events(_zone_removed), reaches.tracking_at("ups", "usps", "fedex")),
    _entry("zones_mixed", "every second time says nothing of its zone", _FEDEX_CAPTURES, "B",
           EventsChange(_zone_removed_from_every_second), reaches.tracking_at("ups", "usps", "fedex")),
    _entry("nanoseconds", "times have nine digits behind the second", "karrioapi/karrio#439", "B",
           change_events(_nanoseconds), reaches.tracking_at("usps", "fedex", "dhl")),
    _entry("label_without_time", "the oldest event has no time", "sauladam/shipment-tracker#31", "B",
           EventsChange(_oldest_without_time)),
    _entry("events_reversed", "events stand in the other order", "DHL Express has the oldest first", "A",
           EventsChange(lambda events: events[::-1])),
    _entry("events_twice", "every event stands twice in the list", _FEDEX_CAPTURES, "B",
           EventsChange(lambda events: [event for event in events for _ in range(2)])),
    _entry("words_with_blanks", "descriptions end in blanks", "UPS samples", "A", _reword(lambda text: f"{text}  ")),
    _entry("words_in_capitals", "descriptions are in capitals", "UPS samples", "A", _reword(str.upper),
           reaches.tracking_at("ups", "usps", "fedex", "dhl")),
    _entry("words_missing", "descriptions are empty", "China Post's opDesc is empty in answers", "B",
           _reword(lambda _: ""), reaches.tracking_at("ups", "usps", "fedex", "chinapost")),
    _entry("other_language", "descriptions are in another language than asked", "DHL's Content-Language", "B",
           _reword(lambda _: "Sendungsstatus geändert"), reaches.tracking_at("ups", "usps", "fedex", "chinapost")),
    _entry("other_number", "the answer is about another number", "DHL's help 47001248615: ids change", "B",
           DocumentChange(_other_number)),
    _entry("wrong_charset", "a byte that is no UTF-8", "karrioapi/karrio#314", "B", AnswerChange(_latin_1)),
    Entry(
        "unasked_gzip",
        "payload",
        "the body is packed, asked for or not",
        "clients unpack FedEx answers by trial (karrio, bloodhound)",
        "C",
        _gzipped,
        (Word("declared", "no", "whether Content-Encoding says so", ("yes", "no")),),
        reaches.TRACKING,
    ),
    _entry("byte_order_mark", "a byte order mark before the JSON", _OWN, "D",
           _body(lambda body: b"\xef\xbb\xbf" + body)),
    _entry("html_content_type", "JSON that is declared to be HTML", _OWN, "D",
           AnswerChange(lambda answer: _with_header(answer, "content-type", "text/html; charset=utf-8"))),
    _entry("key_twice", "a key stands twice in an object, first with null", _OWN, "D", _body(_key_twice)),
    Entry(
        "deep_json",
        "payload",
        "lists in lists, deeper than readers go",
        _OWN,
        "D",
        _deep,
        (Number("levels", "levels", 100_000, 1, 1_000_000, "how deep", whole=True),),
        reaches.TRACKING,
    ),
    Entry(
        "huge_body",
        "payload",
        "the answer is followed by blanks, up to a size",
        _OWN,
        "D",
        _huge,
        (Number("megabytes", "megabytes", 12, 1, 200, "of the whole body", whole=True),),
        reaches.TRACKING,
    ),
    Entry(
        "more_packages",
        "payload",
        "packageCount is above the packages in the answer",
        "UPS-API/api-documentation#36, #162",
        "B",
        _more_packages,
        (Number("count", "packages", 9, 1, 1000, "how many more", whole=True),),
        reaches.tracking_at("ups"),
    ),
    _entry("gmt_date_not_moved", "the GMT time past midnight has the local date", "USPS answers of November 2024", "A",
           change_events(_gmt_date_stays), _USPS),
    _entry("false_z", "local times are marked as UTC", "the README of USPS/api-examples", "A", change_events(_false_z),
           _USPS),
    _entry("short_offset", "offsets have an hour of one digit", "USPS's spec", "A", change_events(_short_offset),
           _USPS),
    _entry("number_failed_in_batch", "one number of a call has an error of the system", _OWN, "D",
           DocumentChange(_first_result_failed), {"fedex": frozenset({"track"})}),
    _entry("body_an_object", "retBody is an object, not a text", "clients of the EMS platform read both", "B",
           _ret_body(lambda inner: inner), _EMS),
    _entry("body_a_list", "retBody is the list of events itself", "clients of the EMS platform read both", "B",
           _ret_body(lambda inner: inner.get("responseItems", [])), _EMS),
)  # fmt: skip
