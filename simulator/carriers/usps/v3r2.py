"""USPS's Tracking API 3.2: `POST /tracking/v3r2/tracking`, up to 35 numbers in one call.

No public copy of its spec exists. Facts: what several independent clients send and read (B), and two public reports of
its refusals (B). It differs from 3.0 in names (`eventZIPCode`, `destinationZIPCode`, `originZIPCode`), has the expected
day in `deliveryDateExpectation`, always shows the details, and answers with a list in the order of the request: 200
where every number was found, 207 where one was not. `GMTOffset`, and the spelling of mail classes, are taken from 3.0
(D). The parcels are the same as in 3.0.
"""

from collections.abc import Mapping
from typing import Any, Literal

from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.common.number_form import normalise
from simulator.carriers.common.oauth import json_answer
from simulator.carriers.usps import auth, errors, render, requests
from simulator.carriers.usps.requests import NumberQuery
from simulator.exchange import Response
from simulator.parcel import Parcel

MOST_NUMBERS = 35
"""The most numbers in one call. The limit of the earlier XML interface (C); that of 3.2 is not published."""

LONE_FAILURE: Literal["error", "list"] = "error"
"""The answer to a call about one number that has no tracking.

error: the error body alone with status 404, as two public reports show it (B). list: 207 and a list of one failed
element, as expected by some clients that request single numbers (B: from their code, without a capture).
"""


def _track(call: Call, view: CarrierView) -> Response:
    request = call.request
    refusal = auth.check_access(request, view)
    if refusal is not None:
        return refusal
    elements = requests.parse_list(request.body)
    if elements is None:
        return errors.bad_request(request, "The request is not a list of tracking numbers.")
    if not 0 < len(elements) <= MOST_NUMBERS:
        return errors.bad_request(request, f"Between 1 and {MOST_NUMBERS} tracking numbers are required.")
    queries = [query for query in map(requests.parse_query, elements) if query is not None]
    if len(queries) < len(elements):
        return errors.bad_request(request, "A tracking number is required.", "trackingNumber")
    results = [_result(query, view) for query in queries]
    failed = [result["error"] for result in results if "error" in result]
    if failed and len(results) == 1 and LONE_FAILURE == "error":
        return errors.with_error(request, int(failed[0]["code"]), failed[0])
    return json_answer(207 if failed else 200, results)


def _result(query: NumberQuery, view: CarrierView) -> dict[str, Any]:
    number = normalise(query.number)
    parcel = render.select_parcel(view.parcels(number), query.zip_code, query.mailing_date)
    if parcel is None:
        return _failed_element(number, errors.NOT_AVAILABLE)
    if not parcel.shown_to(view.credentials.client_id):
        return _failed_element(number, errors.NOT_OWNER)
    return _details(parcel, number) if parcel.events else _failed_element(number, errors.NO_STATUS_YET)


def _failed_element(number: str, error: Mapping[str, object]) -> dict[str, Any]:
    return {"trackingNumber": number, "statusCode": error["code"], "error": error}


def _details(parcel: Parcel, number: str) -> dict[str, Any]:
    scans = render.newest_first(parcel)
    newest, code = scans[0]
    expected = render.expected_day(parcel, scans)
    return {
        "trackingNumber": number,
        "status": code.text,
        "statusCategory": code.category,
        "statusSummary": render.event_sentence(newest, code, parcel),
        "mailClass": render.class_and_services(parcel)[0],
        **render.address_fields("destination", parcel.destination, "ZIPCode"),
        **render.address_fields("origin", parcel.origin, "ZIPCode"),
        "deliveryDateExpectation": {} if expected is None else {"expectedDeliveryDate": expected.isoformat()},
        "trackingEvents": [_event(scan, parcel) for scan in scans],
    }


def _event(scan: render.Scan, parcel: Parcel) -> dict[str, object]:
    event, code = scan
    place = render.event_place(event, code)
    return {
        "eventType": code.text,
        "eventCode": code.event_code,
        **render.time_fields(event, code, parcel),
        "eventCity": place.city,
        "eventState": place.state,
        "eventZIPCode": place.zip_code,
        "eventCountry": place.country,
    }


def _tracking_numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    queries = map(requests.parse_query, requests.parse_list(call.request.body) or ())
    return tuple(query.number for query in queries if query is not None)


OPERATIONS = (Operation("track_several", "POST", "/tracking/v3r2/tracking", _track, _tracking_numbers),)
