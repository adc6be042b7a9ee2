"""USPS's Tracking API 3.2 on the wire: `POST /tracking/v3r2/tracking`, up to 35 numbers in one call.

No public copy of its spec exists. Facts: what several independent clients send and read (B), and two public reports of
its refusals (B). It differs from 3.0 in names (`eventZIPCode`, `destinationZIPCode`, `originZIPCode`), keeps the
expected day in `deliveryDateExpectation`, always tells the details, and answers with a list in the order of the
question: 200 where every number was found, 207 where one was not. `GMTOffset`, and that mail classes are spelt as in
3.0, are carried over from there (D). The parcels are those that 3.0 knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.common.number_form import normalise
from simulator.carriers.common.oauth import json_answer
from simulator.carriers.usps import auth, errors, render
from simulator.exchange import Response
from simulator.parcel import Parcel

MOST_NUMBERS = 35
"""How many numbers a call may ask about. The limit of the XML interface before it (C); that of 3.2 isn't published."""

LONE_FAILURE: Literal["error", "list"] = "error"
"""What comes of a call about one number that has no tracking.

error: the error body alone with status 404, as two public reports show it (B). list: 207 and a list of one failed
element, as some clients, which ask about single numbers, expect it (B, what they read and no capture).
"""


@dataclass(frozen=True, slots=True)
class _Question:
    """An element of the call's list: a number, and what narrows its duplicates (no text: no narrowing)."""

    number: str
    zip_code: str
    mailed: str


def _track(call: Call, view: CarrierView) -> Response:
    request = call.request
    refused = auth.refused(request, view)
    if refused is not None:
        return refused
    asked = _list(request.body)
    if asked is None:
        return errors.bad_request(request, "The request is not a list of tracking numbers.")
    if not 0 < len(asked) <= MOST_NUMBERS:
        return errors.bad_request(request, f"Between 1 and {MOST_NUMBERS} tracking numbers are required.")
    questions = [question for question in map(_question, asked) if question is not None]
    if len(questions) < len(asked):
        return errors.bad_request(request, "A tracking number is required.", "trackingNumber")
    found = [_answer(question, view) for question in questions]
    failed = [element["error"] for element in found if "error" in element]
    if failed and len(found) == 1 and LONE_FAILURE == "error":
        return errors.with_error(request, int(failed[0]["code"]), failed[0])
    return json_answer(207 if failed else 200, found)


def _list(body: bytes) -> list[Any] | None:
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return asked if isinstance(asked, list) else None


def _question(element: object) -> _Question | None:
    """What an element asks; None where it has no tracking number. Members that are no text, and others, don't count."""
    if not isinstance(element, dict):
        return None
    number = _text(element, "trackingNumber")
    return _Question(number, _text(element, "destinationZIPCode"), _text(element, "mailingDate")) if number else None


def _text(element: Mapping[str, object], name: str) -> str:
    value = element.get(name)
    return value.strip() if isinstance(value, str) else ""


def _answer(question: _Question, view: CarrierView) -> dict[str, Any]:
    number = normalise(question.number)
    parcel = render.the_one_meant(view.parcels(number), question.zip_code, question.mailed)
    if parcel is None:
        return _failed(number, errors.NOT_AVAILABLE)
    if not parcel.shown_to(view.credentials.client_id):
        return _failed(number, errors.NOT_OWNER)
    return _details(parcel, number) if parcel.events else _failed(number, errors.NO_STATUS_YET)


def _failed(number: str, error: Mapping[str, object]) -> dict[str, Any]:
    return {"trackingNumber": number, "statusCode": error["code"], "error": error}


def _details(parcel: Parcel, number: str) -> dict[str, Any]:
    scans = render.newest_first(parcel)
    newest, code = scans[0]
    expected = render.expected_day(parcel, scans)
    return {
        "trackingNumber": number,
        "status": code.text,
        "statusCategory": code.category,
        "statusSummary": render.sentence(newest, code, parcel),
        "mailClass": render.class_and_services(parcel)[0],
        **render.ends("destination", parcel.destination, "ZIPCode"),
        **render.ends("origin", parcel.origin, "ZIPCode"),
        "deliveryDateExpectation": {} if expected is None else {"expectedDeliveryDate": expected.isoformat()},
        "trackingEvents": [_event(scan, parcel) for scan in scans],
    }


def _event(scan: render.Scan, parcel: Parcel) -> dict[str, object]:
    event, code = scan
    spot = render.spot(event, code)
    return {
        "eventType": code.text,
        "eventCode": code.event_code,
        **render.times(event, code, parcel),
        "eventCity": spot.city,
        "eventState": spot.state,
        "eventZIPCode": spot.zip_code,
        "eventCountry": spot.country,
    }


def _tracking_numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    asked = map(_question, _list(call.request.body) or ())
    return tuple(question.number for question in asked if question is not None)


OPERATIONS = (Operation("track_several", "POST", "/tracking/v3r2/tracking", _track, _tracking_numbers),)
