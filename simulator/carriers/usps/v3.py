"""USPS's Tracking API 3.0: `GET /tracking/v3/tracking/{trackingNumber}`, details and summaries.

Facts: Package Tracking spec 3.2.6 (A). Where live answers differ from the spec they count, since clients meet them (A):
booleans are text, `mailType` is `DM`, `trackingNumber` comes last.

`Accept` may name one of the spec's own JSON types, which then chooses between details and a summary, whatever `expand`
says (that it takes precedence is D). The spec also has XML; its form on the wire is unknown, so a request for XML gets
JSON (D).

The 400 for an unknown number is the API's own answer; see `errors`.
"""

import re
from zlib import crc32

from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.common.number_form import normalise
from simulator.carriers.common.oauth import JSON, json_answer
from simulator.carriers.usps import auth, errors, render, requests
from simulator.exchange import Response
from simulator.parcel import Parcel

_IMPB = re.compile(r"(?:420[0-9]{5}(?:[0-9]{4})?)?9[2-5]([0-9]{3})(?:[0-9]{17}|[0-9]{21})")
# Numbers that are clearly another carrier's: UPS 1Z, FedEx 12 and 15 digits (C).
_ANOTHER_SHIPPER = re.compile(r"1Z[A-Z0-9]{16}|[0-9]{12}|[0-9]{15}")


def _track(call: Call, view: CarrierView) -> Response:
    request = call.request
    refusal = auth.check_access(request, view)
    if refusal is not None:
        return refusal
    number = normalise(call.parameters["trackingNumber"])
    parcels = view.parcels(number)
    if not parcels:
        return (errors.another_shipper if _ANOTHER_SHIPPER.fullmatch(number) else errors.may_be_incorrect)(request)
    parcel = render.select_parcel(parcels, request.parameter("destinationZIPCode"), request.parameter("mailingDate"))
    if parcel is None:
        return errors.may_be_incorrect(request)
    if not parcel.shown_to(view.credentials.client_id):
        return errors.not_owner(request)
    if not parcel.events:
        return errors.no_status_yet(request)
    media_type = requests.media_type(request)
    detailed = media_type == requests.FIELDS if media_type != JSON else request.parameter("expand").upper() == "DETAIL"
    return json_answer(200, (_details if detailed else _summary)(parcel, number), content_type=media_type)


def _details(parcel: Parcel, number: str) -> dict[str, object]:
    scans = render.newest_first(parcel)
    newest, code = scans[0]
    origin, destination = parcel.origin, parcel.destination
    mail_class, services = render.class_and_services(parcel)
    details: dict[str, object] = {**render.address_fields("destination", destination, "ZIP"), "emailEnabled": "true"}
    expected = render.expected_day(parcel, scans)
    if expected is not None:
        details["expectedDeliveryTimeStamp"] = f"{expected}T00:00:00"
    details |= {"kahalaIndicator": "false", "mailClass": mail_class}
    if origin.country == destination.country:  # the value for international mail is unknown
        details["mailType"] = "DM"
    details |= {
        **render.address_fields("origin", origin, "ZIP"),
        "proofOfDeliveryEnabled": "false",
        "restoreEnabled": "false",
        "RRAMEnabled": "false",
        "RREEnabled": "false",
        "services": services,
    }
    service_type = _IMPB.fullmatch(number)
    if service_type is not None:
        details["serviceTypeCode"] = service_type[1]
    intake = render.local_time(parcel.events[0], parcel)
    return details | {
        "status": code.text,
        "statusCategory": code.category,
        "statusSummary": render.event_sentence(newest, code, parcel),
        "tableCode": "T",
        "uniqueMailPieceID": _piece_id(number, intake),
        "mailPieceIntakeDate": f"{intake[:10]} {intake[11:19]}.000000",
        "trackingEvents": [_event(scan, parcel) for scan in scans],
        "trackingNumber": number,
    }


def _piece_id(number: str, intake: str) -> str:
    """Nine digits that differ between the pieces with this number (ours; the real ones are serial numbers)."""
    return f"{100_000_000 + crc32(f'{number}/{intake}'.encode()) % 900_000_000}"


def _event(scan: render.Scan, parcel: Parcel) -> dict[str, object]:
    event, code = scan
    place = render.event_place(event, code)
    return {
        "eventType": code.text,
        **render.time_fields(event, code, parcel),
        "eventCountry": place.country,
        "eventCity": place.city,
        "eventState": place.state,
        "eventZIP": place.zip_code,
        "firm": None,
        "name": None,
        "authorizedAgent": "false",
        "eventCode": code.event_code,
        "additionalProp": None,
    }


def _summary(parcel: Parcel, number: str) -> dict[str, object]:
    """One sentence for the newest event, the older ones as text, time and place: no codes, as in the spec's example."""
    newest, *older = render.newest_first(parcel)
    summaries = [render.event_sentence(*newest, parcel), *(render.event_line(*scan, parcel) for scan in older)]
    return {"trackingNumber": number, "eventSummaries": summaries}


def _tracking_number(call: Call, _view: CarrierView) -> tuple[str, ...]:
    return (call.parameters["trackingNumber"],)


OPERATIONS = (Operation("track", "GET", "/tracking/v3/tracking/{trackingNumber}", _track, _tracking_number),)
