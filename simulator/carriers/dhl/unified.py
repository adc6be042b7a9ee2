"""DHL's Shipment Tracking - Unified: one number per call, newest event first, local times without offset.

Sources: version 1.3.1 of the API's spec (A), captures and clients (B, C). Express events have a description and no
`status`; in the other divisions, `status` repeats the description or is a word in capitals (A: DHL warns that the field
differs by division). An event without a place has no location, and its time is in UTC (D). Paging links are present
only where the result has more than one page, or a later page was requested: whether live answers send them is
unknown (D).

A call is about one division: that of `service`, otherwise the first that has the number; the others are in
`possibleAdditionalShipmentsUrl`. A parcel of another division than the requested one is not found (D).
`originCountryCode` qualifies the number, and dsc finds nothing without it (A). `language` and `requesterCountryCode`
are preferences (A) and have no effect: texts are in English, as Content-Language states. `recipientPostalCode` has no
effect either, since DHL does not publish which data are withheld without it.
"""

from collections.abc import Container, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.dhl import auth, errors, requests
from simulator.carriers.dhl.events import DhlCode, code_of
from simulator.carriers.dhl.numbers import piece_id
from simulator.carriers.dhl.render import locality, newest, service_of, unified_parcels
from simulator.carriers.dhl.requests import UnifiedQuery
from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import Place

_PAGING = frozenset(("offset", "limit"))
_NEEDS_ORIGIN = "dsc"

_CONTEXT = (
    '<https://api-eu.dhl.com/track/context>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
)
_PRODUCTS = {
    "express": "EXPRESS WORLDWIDE",
    "parcel-de": "DHL PAKET",
    "ecommerce": "DHL Parcel International",
}  # product names as customers see them (D)


def _tracking_numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    number = call.request.parameter("trackingNumber")
    return (number,) if number else ()


def _track(call: Call, view: CarrierView) -> Response:
    """GET /track/shipments: the parcels under one number; 404 where there are none."""
    request = call.request
    refusal = auth.check_unified_access(request, view)
    if refusal is not None:
        return refusal
    query = requests.parse_unified_query(request, view)
    if isinstance(query, Response):
        return query
    parcels = [parcel for parcel in unified_parcels(view, query.number) if _matches(parcel, query)]
    return _answer(parcels, request, query) if parcels else errors.not_found(view)


def _matches(parcel: Parcel, query: UnifiedQuery) -> bool:
    service = service_of(parcel)
    if not query.origin and service == _NEEDS_ORIGIN:
        return False
    return query.service in {"", service} and query.origin in {"", parcel.origin.country}


def _answer(parcels: Sequence[Parcel], request: Request, query: UnifiedQuery) -> Response:
    offset, limit = query.offset, query.limit
    service = service_of(parcels[0])
    elsewhere = dict.fromkeys(service_of(parcel) for parcel in parcels if service_of(parcel) != service)
    here = [parcel for parcel in parcels if service_of(parcel) == service]
    has_pages = offset > 0 or len(here) > limit
    document: dict[str, Any] = _links(request, offset, limit, len(here)) if has_pages else {}
    document["shipments"] = [_shipment(parcel) for parcel in here[offset : offset + limit]]
    if elsewhere:
        base = _query_url(request, {*_PAGING, "service"})
        document["possibleAdditionalShipmentsUrl"] = [f"{base}&service={other}" for other in elsewhere]
    return oauth.json_answer(200, document, ("content-language", "en"), ("link", _CONTEXT))


def _links(request: Request, offset: int, limit: int, total: int) -> dict[str, str]:
    base = _query_url(request, _PAGING)
    starts = {"url": offset, "firstUrl": 0, "lastUrl": (total - 1) // limit * limit}
    if offset > 0:
        starts["prevUrl"] = max(0, offset - limit)
    if offset + limit < total:
        starts["nextUrl"] = offset + limit
    return {name: f"{base}&offset={start}&limit={limit}" for name, start in starts.items()}


def _query_url(request: Request, without: Container[str]) -> str:
    """The call as a relative URL of the interface, without some of its parameters; its form is the spec's (A)."""
    kept = [(name, value) for name, value in request.query if name not in without]
    return f"/shipments?{urlencode(kept, quote_via=quote)}"


def _shipment(parcel: Parcel) -> dict[str, Any]:
    service = service_of(parcel)
    scans = [(event, code_of(event)) for event in parcel.events]
    events = [_event(event, code, service) for event, code in reversed(scans)]
    shipment: dict[str, Any] = {
        "serviceUrl": f"https://www.dhl.com/us-en/home/tracking.html?tracking-id={parcel.tracking_number}",
        "id": parcel.tracking_number,
        "service": service,
        "origin": {"address": _address(parcel.origin, service)},
        "destination": {"address": _address(parcel.destination, service)},
        "status": _status(scans, service),
        "details": _details(parcel, service, scans),
        "events": events,
    }
    if scans and _was_returned(scans):
        shipment["returnFlag"] = True  # in no spec; described in DHL's help (A)
    return shipment


def _status(scans: list[tuple[ScanEvent, DhlCode]], service: str) -> dict[str, Any]:
    if not scans:
        return _ANNOUNCED
    event, code = newest(scans)
    return {"status": code.status} | _event(event, code, service)


_ANNOUNCED = {"statusCode": "pre-transit", "status": "pre-transit", "description": "Shipment information received"}
"""The status of a bare record without events (D)."""


def _was_returned(scans: list[tuple[ScanEvent, DhlCode]]) -> bool:
    """Whether the final delivery was back to the sender."""
    _, last = newest(scans)
    return last.status == "delivered" and (last.returned or any(code.type_code == "RT" for _, code in scans))


def _address(place: Place, service: str) -> dict[str, str]:
    if service == "express":
        return {"addressLocality": locality(place)}
    parts = {"countryCode": place.country, "postalCode": place.postal_code, "addressLocality": place.city}
    return {name: value for name, value in parts.items() if value}


def _local(event: ScanEvent) -> str:
    instant = event.place.local(event.happened) if event.place is not None else event.happened
    return instant.strftime("%Y-%m-%dT%H:%M:%S")


def _event(event: ScanEvent, code: DhlCode, service: str) -> dict[str, Any]:
    text = code.text
    if code.with_area:
        text = text.rstrip() + (f" {locality(event.place)}" if event.place is not None else "")
    fields: dict[str, Any] = {"timestamp": _local(event)}
    if event.place is not None:
        fields["location"] = {"address": _address(event.place, service)}
    fields["statusCode"] = code.status
    if service == "ecommerce":
        fields["status"] = code.status.upper()
    elif service != "express":
        fields["status"] = text
    fields["description"] = text
    return fields


def _details(parcel: Parcel, service: str, scans: list[tuple[ScanEvent, DhlCode]]) -> dict[str, Any]:
    product = parcel.service if parcel.service and parcel.service.lower() != service else _PRODUCTS.get(service, "")
    details: dict[str, Any] = {"product": {"productName": product}} if product else {}
    delivery = next((event for event, code in reversed(scans) if code.status == "delivered"), None)
    if delivery is not None:
        details["proofOfDelivery"] = {
            "timestamp": _local(delivery),
            "documentUrl": f"https://webpod.dhl.com/webPOD/DHLePODRequest?hwb={parcel.tracking_number}",
        }
    details["weight"] = {"value": 0.9, "unitText": "kg"}
    if service == "express":
        details["totalNumberOfPieces"] = 1
        details["pieceIds"] = [piece_id(parcel.tracking_number)]
    return details


OPERATIONS = (Operation("track", "GET", "/track/shipments", _track, _tracking_numbers),)
