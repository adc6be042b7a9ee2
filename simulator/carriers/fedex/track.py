"""FedEx's Track operation.

Sources: the Track API spec (A), and captures of real answers where they differ from it (B): `possessionStatus` instead
of `beforePossessionStatus`, `values` instead of `value`, empty strings in enums, `streetLines` of one empty string,
empty containers, an empty `contact`. The label event has US Central time and no place, whatever the origin; so has,
here, every event without a place (D). The delivery scan names no city (B). Scans are sorted as text, newest first, so
near a change of zone they may be out of order (B).

A recycled number has several `trackResults`. Their order is not documented; captures show the older parcel first, so
here the oldest ship date comes first: a client that takes the first result reads the wrong parcel.
"""

from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.common.number_form import normalise
from simulator.carriers.fedex import errors, render, requests
from simulator.carriers.fedex.events import DERIVED_STATUS, EXCEPTIONS, FedExCode, code_of
from simulator.carriers.fedex.numbers import operating_company
from simulator.carriers.fedex.requests import NumberQuery
from simulator.exchange import Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import COUNTRY_NAMES, Place

_CENTRAL = ZoneInfo("America/Chicago")
_NOWHERE = {"streetLines": [""], "residential": False}

# Service names: FedEx's own constants (A for the names; short codes other than ES are D).
_SERVICES = {
    "express": ("FEDEX_2_DAY", "FedEx 2Day", "ES"),
    "2day": ("FEDEX_2_DAY", "FedEx 2Day", "ES"),
    "overnight": ("STANDARD_OVERNIGHT", "FedEx Standard Overnight", "SO"),
    "ground": ("FEDEX_GROUND", "FedEx Ground", "FG"),
    "home": ("GROUND_HOME_DELIVERY", "FedEx Home Delivery", "HD"),
    "economy": ("SMART_POST", "FedEx Ground Economy", "SM"),
    "freight": ("FEDEX_FREIGHT_ECONOMY", "FedEx Freight Economy", "FL"),
    "international": ("FEDEX_INTERNATIONAL_PRIORITY", "FedEx International Priority", "IP"),
}
_SERVICE_OF_COMPANY = {"FDXE": "express", "FDXG": "ground", "FXSP": "economy", "FXFR": "freight"}


def _tracking_numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    return requests.tracking_numbers(call, "trackingInfo")


def _track(call: Call, view: CarrierView) -> Response:
    """POST /track/v1/trackingnumbers: up to 30 numbers, each with all its parcels or an error of its own, in a 200."""
    request = call.request
    document = requests.parse_body(request, view)
    if isinstance(document, Response):
        return document
    transaction = requests.transaction_id(request)
    detailed = requests.as_bool(document.get("includeDetailedScans"))
    if detailed is None:
        return errors.invalid_input(view, 400, "includeDetailedScans is required: true or false.", transaction)
    queries = requests.parse_queries(document.get("trackingInfo"), request, view)
    if isinstance(queries, Response):
        return queries
    answer: dict[str, Any] = {"transactionId": view.identifier()}
    if transaction:
        answer["customerTransactionId"] = transaction
    answer["output"] = {"completeTrackResults": [_complete_result(query, view, detailed=detailed) for query in queries]}
    return oauth.json_answer(200, answer)


def _complete_result(query: NumberQuery, view: CarrierView, *, detailed: bool) -> dict[str, Any]:
    results = [
        _result(parcel, identity, detailed=detailed) for parcel, identity in render.matching_parcels(query, view)
    ]
    if not results:
        number = {"trackingNumber": query.number, "trackingNumberUniqueId": "", "carrierCode": ""}
        results = [{"trackingNumberInfo": number, "error": errors.NOT_FOUND}]
    return {"trackingNumber": query.number, "trackResults": results}


def _result(parcel: Parcel, identity: str, *, detailed: bool) -> dict[str, Any]:
    scans = [(event, code_of(event)) for event in parcel.events]
    possessed = any(code.physical == "yes" for _, code in scans)
    shipper, recipient = _address(parcel.origin), _address(parcel.destination)
    result: dict[str, Any] = {
        "trackingNumberInfo": {
            "trackingNumber": parcel.tracking_number,
            "trackingNumberUniqueId": identity,
            "carrierCode": render.company_of(parcel),
        },
        "additionalTrackingInfo": {"nickname": "", "packageIdentifiers": [_REFERENCE], "hasAssociatedShipments": False},
        "shipperInformation": {"contact": {}, "address": shipper},
        "recipientInformation": {"contact": {}, "address": recipient},
        "latestStatusDetail": _latest_status(scans),
        "dateAndTimes": _dates(parcel, scans),
        "availableImages": [],
        "specialHandlings": [],
        "packageDetails": _PACKAGE,
        # The spec has beforePossessionStatus, live answers this (B). That it is false before pickup, not absent, is D.
        "shipmentDetails": {"possessionStatus": possessed},
    }
    if detailed:
        result["scanEvents"] = _scan_events(scans)
    if scans and _newest(scans)[1].event_type == "DL":
        attempts = sum(code.event_type == "DE" for _, code in scans)
        delivered_to = _newest(scans)[0].place or parcel.destination
        result["deliveryDetails"] = {
            "actualDeliveryAddress": _address(delivered_to),
            "deliveryAttempts": str(attempts),
            "receivedByName": "",
        }
    if all(code.derived == "IN" for _, code in scans):
        result["serviceCommitMessage"] = {
            "type": "SHIPMENT_LABEL_CREATED",
            "message": "Shipping label has been created. The status will be updated when shipment begins to travel.",
        }
    return result | {
        "originLocation": {"locationContactAndAddress": {"address": shipper}},
        "destinationLocation": {"locationContactAndAddress": {"address": recipient}, "locationType": ""},
        "lastUpdatedDestinationAddress": recipient,
        "serviceDetail": _service(parcel),
        "standardTransitTimeWindow": {"window": {}},
        "estimatedDeliveryTimeWindow": {"window": {}},
        "goodsClassificationCode": "",
        "returnDetail": {},
    }


_REFERENCE = {"type": "CUSTOMER_REFERENCE", "values": [""], "trackingNumberUniqueId": "", "carrierCode": ""}
_PACKAGE = {
    "packagingDescription": {"type": "YOUR_PACKAGING", "description": "Your Packaging"},
    "sequenceNumber": "1",
    "count": "1",
    "weightAndDimensions": {
        "weight": [{"unit": "LB", "value": "2.0"}, {"unit": "KG", "value": "0.91"}],
        "dimensions": [],
    },
    "packageContent": [],
}


def _service(parcel: Parcel) -> dict[str, str]:
    name = parcel.service.lower()
    if not name:
        abroad = parcel.origin.country != parcel.destination.country
        company_code = operating_company(normalise(parcel.tracking_number))
        name = "international" if abroad and company_code == "FDXE" else _SERVICE_OF_COMPANY[company_code]
    constant, description, short = _SERVICES.get(name, (name.upper().replace(" ", "_"), parcel.service, ""))
    return {"type": constant, "description": description, "shortDescription": short}


def _address(place: Place) -> dict[str, Any]:
    """An address without streets; empty parts are left out."""
    state = place.state if place.country in {"US", "CA"} else ""
    parts = {
        "city": place.city.upper(),
        "stateOrProvinceCode": state,
        "postalCode": place.postal_code,
        "countryCode": place.country,
    }
    return {name: value for name, value in parts.items() if value} | {
        "residential": False,
        "countryName": COUNTRY_NAMES.get(place.country, ""),
    }


def _newest(scans: list[tuple[ScanEvent, FedExCode]]) -> tuple[ScanEvent, FedExCode]:
    return max(reversed(scans), key=lambda pair: pair[0].happened)


def _scan_events(scans: list[tuple[ScanEvent, FedExCode]]) -> list[dict[str, Any]]:
    rendered = [_scan_event(event, code) for event, code in reversed(scans)]
    if all(earlier.happened <= later.happened for (earlier, _), (later, _) in pairwise(scans)):
        rendered.sort(key=lambda scan: str(scan["date"]), reverse=True)
    return rendered  # an order made by a fault stays as it is


def _has_place(event: ScanEvent, code: FedExCode) -> bool:
    return event.place is not None and code.derived != "IN"


def _local(event: ScanEvent, code: FedExCode) -> str:
    if event.place is None or not _has_place(event, code):
        return event.happened.astimezone(_CENTRAL).isoformat(timespec="seconds")
    return event.place.local(event.happened).isoformat(timespec="seconds")


def _scan_event(event: ScanEvent, code: FedExCode) -> dict[str, Any]:
    scan: dict[str, Any] = {
        "date": _local(event, code),
        "eventType": code.event_type,
        "eventDescription": code.text,
        "exceptionCode": code.exception,
        "exceptionDescription": EXCEPTIONS.get(code.exception, ""),
        "scanLocation": _NOWHERE,
    }
    place = event.place if _has_place(event, code) else None
    if place is not None and code.event_type != "DL":
        scan["scanLocation"] = {"streetLines": [""]} | _address(place)
    if place is not None and code.event_type != "IT" and place.city:
        scan["locationId"] = _location_id(place, code)
    scan["locationType"] = code.location_type
    scan["derivedStatusCode"] = code.derived
    scan["derivedStatus"] = DERIVED_STATUS[code.derived]
    if code.derived == "DY":
        scan["delayDetail"] = {"type": "GENERAL", "status": "DELAYED"}
    return scan


def _location_id(place: Place, code: FedExCode) -> str:
    """A location id like FedEx's: three letters of the place, then H for a hub or A for a station (form B)."""
    letters = "".join(letter for letter in place.city.upper() if letter.isalpha())[:3]
    return letters + ("H" if code.event_type in {"AR", "DP", "SF"} else "A")


def _latest_status(scans: list[tuple[ScanEvent, FedExCode]]) -> dict[str, Any]:
    if not scans:  # a record without events; that FedEx calls it a label is D
        return {"code": "IN", "derivedCode": "IN", "statusByLocale": "Label created", "description": "Label created"}
    event, code = _newest(scans)
    latest: dict[str, Any] = {
        "code": code.event_type,
        "derivedCode": code.derived,
        "statusByLocale": DERIVED_STATUS[code.derived] or code.text,
        "description": code.text,
    }
    if event.place is not None and _has_place(event, code):
        latest["scanLocation"] = _address(event.place) | {"city": event.place.city}
        latest["scanLocation"].pop("postalCode", None)
    else:
        latest["scanLocation"] = _NOWHERE
    if code.exception:
        latest["ancillaryDetails"] = [
            {
                "reason": code.exception,
                "reasonDescription": EXCEPTIONS.get(code.exception, ""),
                "action": "",
                "actionDescription": "",
            }
        ]
    if code.derived == "DY":
        latest["delayDetail"] = {"type": "GENERAL", "status": "DELAYED"}
    return latest


_PICKUPS = frozenset(("PU", "PX"))


def _dates(parcel: Parcel, scans: list[tuple[ScanEvent, FedExCode]]) -> list[dict[str, str]]:
    dates = [("ACTUAL_DELIVERY", _local(event, code)) for event, code in scans if code.event_type == "DL"][-1:]
    dates += [("ACTUAL_PICKUP", _local(event, code)) for event, code in scans if code.event_type in _PICKUPS][:1]
    dates += [("ACTUAL_TENDER", _local(event, code)) for event, code in scans if code.exception == "A3"][:1]
    ship_day = f"{render.ship_date(parcel)}T00:00:00-06:00"  # this offset also in summer (B)
    if all(code.derived == "IN" for _, code in scans):
        dates.append(("ANTICIPATED_TENDER", ship_day))
    dates.append(("SHIP", ship_day))
    return [{"type": name, "dateTime": instant} for name, instant in dates]


OPERATIONS = (Operation("track", "POST", "/track/v1/trackingnumbers", _track, _tracking_numbers),)
