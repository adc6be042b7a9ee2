"""Shipment Tracking - Unified: one number a call, newest event first, local times without offset.

Sources: version 1.3.1 of the API's spec (A), captures and clients (B, C). Express events have a description and no
`status`; other divisions repeat a sentence or give a word in capitals there (A: DHL warns that the field differs by
division). An event without a place has no location; its time is then UTC (D). Paging links stand only where the result
has more than one page, or the first isn't asked for: whether live answers send them is unknown (D).

A call is about one division: the one of `service`, else the first that has the number, and the others are named by
`possibleAdditionalShipmentsUrl`. What a division doesn't have isn't found there (D). `originCountryCode` qualifies the
number, and dsc finds nothing without it (A). `language` and `requesterCountryCode` are wishes (A), and change nothing:
texts are English, and Content-Language says so. Nor does `recipientPostalCode`, as it isn't published which data are
withheld without it. That what is no country code is refused is a guess (D).
"""

import re
from collections.abc import Container, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import Call, CarrierView
from simulator.carriers.dhl import errors
from simulator.carriers.dhl.events import DhlCode, code_of
from simulator.carriers.dhl.numbers import piece_id
from simulator.carriers.dhl.render import SERVICES, locality, newest, service_of, unified_parcels
from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import Place

DEFAULT_LIMIT = 5  # spec 1.3.1 (A)
_PAGING = frozenset(("offset", "limit"))
_NEEDS_ORIGIN = "dsc"
_COUNTRY = re.compile(r"[A-Za-z]{2}")

_CONTEXT = (
    '<https://api-eu.dhl.com/track/context>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
)
_PRODUCTS = {
    "express": "EXPRESS WORLDWIDE",
    "parcel-de": "DHL PAKET",
    "ecommerce": "DHL Parcel International",
}  # product names as customers see them (D)


def numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    """The number that a call asks about."""
    number = call.request.parameter("trackingNumber")
    return (number,) if number else ()


def track(call: Call, view: CarrierView) -> Response:
    """GET /track/shipments: the parcels under one number; 404 where there are none."""
    request = call.request
    if request.headers.get("dhl-api-key") != view.credentials.api_key:
        return errors.unauthorized(call.request, view)
    number = request.parameter("trackingNumber").strip()
    if not number:
        return errors.bad_parameter(view, "Parameter trackingNumber is missing or empty.")
    service = request.parameter("service")
    if service and service not in SERVICES:
        return errors.bad_parameter(view, f"Parameter service: {service} is not a service.")
    for name in ("requesterCountryCode", "originCountryCode"):
        country = request.parameter(name)
        if country and _COUNTRY.fullmatch(country) is None:
            return errors.bad_parameter(view, f"Parameter {name}: {country} is no country code (ISO 3166-1 alpha-2).")
    offset = _count(request.parameter("offset", "0"))
    limit = _count(request.parameter("limit", str(DEFAULT_LIMIT)))
    if offset is None or not limit:
        return errors.bad_parameter(view, "Parameters offset and limit must be whole numbers, limit at least 1.")
    parcels = [parcel for parcel in unified_parcels(view, number) if _is_asked_for(parcel, request)]
    return _answer(parcels, request, offset, limit) if parcels else errors.not_found(view)


def _is_asked_for(parcel: Parcel, request: Request) -> bool:
    service, origin = request.parameter("service"), request.parameter("originCountryCode").upper()
    if not origin and service_of(parcel) == _NEEDS_ORIGIN:
        return False
    return service in {"", service_of(parcel)} and origin in {"", parcel.origin.country}


def _count(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _answer(parcels: Sequence[Parcel], request: Request, offset: int, limit: int) -> Response:
    found = service_of(parcels[0])
    elsewhere = dict.fromkeys(service_of(parcel) for parcel in parcels if service_of(parcel) != found)
    here = [parcel for parcel in parcels if service_of(parcel) == found]
    has_pages = offset > 0 or len(here) > limit
    document: dict[str, Any] = _links(request, offset, limit, len(here)) if has_pages else {}
    document["shipments"] = [_shipment(parcel) for parcel in here[offset : offset + limit]]
    if elsewhere:
        base = _address_of(request, {*_PAGING, "service"})
        document["possibleAdditionalShipmentsUrl"] = [f"{base}&service={other}" for other in elsewhere]
    return oauth.json_answer(200, document, ("content-language", "en"), ("link", _CONTEXT))


def _links(request: Request, offset: int, limit: int, total: int) -> dict[str, str]:
    base = _address_of(request, _PAGING)
    starts = {"url": offset, "firstUrl": 0, "lastUrl": (total - 1) // limit * limit}
    if offset > 0:
        starts["prevUrl"] = max(0, offset - limit)
    if offset + limit < total:
        starts["nextUrl"] = offset + limit
    return {name: f"{base}&offset={start}&limit={limit}" for name, start in starts.items()}


def _address_of(request: Request, without: Container[str]) -> str:
    """The question as an address of the interface, less some of its parameters; its form is the spec's (A)."""
    kept = [(name, value) for name, value in request.query if name not in without]
    return f"/shipments?{urlencode(kept, quote_via=quote)}"


def _shipment(parcel: Parcel) -> dict[str, Any]:
    service = service_of(parcel)
    told = [(event, code_of(event)) for event in parcel.events]
    events = [_event(event, code, service) for event, code in reversed(told)]
    shipment: dict[str, Any] = {
        "serviceUrl": f"https://www.dhl.com/us-en/home/tracking.html?tracking-id={parcel.tracking_number}",
        "id": parcel.tracking_number,
        "service": service,
        "origin": {"address": _address(parcel.origin, service)},
        "destination": {"address": _address(parcel.destination, service)},
        "status": _status(told, service),
        "details": _details(parcel, service, told),
        "events": events,
    }
    if told and _came_back(told):
        shipment["returnFlag"] = True  # in no spec; DHL help tells of it (A)
    return shipment


def _status(told: list[tuple[ScanEvent, DhlCode]], service: str) -> dict[str, Any]:
    if not told:
        return _ANNOUNCED
    event, code = newest(told)
    return {"status": code.status} | _event(event, code, service)


_ANNOUNCED = {"statusCode": "pre-transit", "status": "pre-transit", "description": "Shipment information received"}
"""The status of a bare record without events (D)."""


def _came_back(told: list[tuple[ScanEvent, DhlCode]]) -> bool:
    """Whether the final delivery was to the sender."""
    _, last = newest(told)
    return last.status == "delivered" and (last.returned or any(code.type_code == "RT" for _, code in told))


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
    told: dict[str, Any] = {"timestamp": _local(event)}
    if event.place is not None:
        told["location"] = {"address": _address(event.place, service)}
    told["statusCode"] = code.status
    if service == "ecommerce":
        told["status"] = code.status.upper()
    elif service != "express":
        told["status"] = text
    told["description"] = text
    return told


def _details(parcel: Parcel, service: str, told: list[tuple[ScanEvent, DhlCode]]) -> dict[str, Any]:
    product = parcel.service if parcel.service and parcel.service.lower() != service else _PRODUCTS.get(service, "")
    details: dict[str, Any] = {"product": {"productName": product}} if product else {}
    delivery = next((event for event, code in reversed(told) if code.status == "delivered"), None)
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
