"""FedEx's Track operation, written byte for byte.

Sources: the Track API spec (A), and captures of real answers where they depart from it (B): `possessionStatus` instead
of `beforePossessionStatus`, `values` instead of `value`, empty strings in enums, `streetLines` of one empty string,
empty containers, an empty `contact`. The label event carries US Central time and no place whatever the origin; so
does, here, every event whose story gives no place (D). The delivery scan names no city (B). Scans are sorted as text,
newest first, so near a change of zone they can stand out of order (B).

A recycled number has several `trackResults`. Which comes first is not documented and captures show the older one first,
so here the oldest ship date comes first: a client that takes the first result reads the wrong parcel.
"""

from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import Call, CarrierView
from simulator.carriers.common.number_form import normalise
from simulator.carriers.fedex import errors, requests
from simulator.carriers.fedex.events import DERIVED_STATUS, EXCEPTIONS, FedExCode, code_of
from simulator.carriers.fedex.numbers import company
from simulator.carriers.fedex.requests import Question
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


def numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    """The tracking numbers that a track call asks about."""
    return requests.numbers(call, "trackingInfo")


def track(call: Call, view: CarrierView) -> Response:
    """POST /track/v1/trackingnumbers: up to 30 numbers, each with all its parcels or an error of its own, in a 200."""
    request = call.request
    document = requests.opened(request, view)
    if isinstance(document, Response):
        return document
    transaction = requests.transaction(request)
    detailed = requests.flag(document.get("includeDetailedScans"))
    if detailed is None:
        return errors.invalid_input(view, 400, "includeDetailedScans is required: true or false.", transaction)
    asked = requests.read(document.get("trackingInfo"), request, view)
    if isinstance(asked, Response):
        return asked
    answer: dict[str, Any] = {"transactionId": view.identifier()}
    if transaction:
        answer["customerTransactionId"] = transaction
    answer["output"] = {"completeTrackResults": [_complete(question, view, detailed=detailed) for question in asked]}
    return oauth.json_answer(200, answer)


def _complete(question: Question, view: CarrierView, *, detailed: bool) -> dict[str, Any]:
    results = [_result(parcel, identity, detailed=detailed) for parcel, identity in requests.meant(question, view)]
    if not results:
        number = {"trackingNumber": question.number, "trackingNumberUniqueId": "", "carrierCode": ""}
        results = [{"trackingNumberInfo": number, "error": errors.NOT_FOUND}]
    return {"trackingNumber": question.number, "trackResults": results}


def _result(parcel: Parcel, identity: str, *, detailed: bool) -> dict[str, Any]:
    told = [(event, code_of(event)) for event in parcel.events]
    possessed = any(code.physical == "yes" for _, code in told)
    shipper, recipient = _address(parcel.origin), _address(parcel.destination)
    result: dict[str, Any] = {
        "trackingNumberInfo": {
            "trackingNumber": parcel.tracking_number,
            "trackingNumberUniqueId": identity,
            "carrierCode": requests.operating_company(parcel),
        },
        "additionalTrackingInfo": {"nickname": "", "packageIdentifiers": [_REFERENCE], "hasAssociatedShipments": False},
        "shipperInformation": {"contact": {}, "address": shipper},
        "recipientInformation": {"contact": {}, "address": recipient},
        "latestStatusDetail": _latest(told),
        "dateAndTimes": _dates(parcel, told),
        "availableImages": [],
        "specialHandlings": [],
        "packageDetails": _PACKAGE,
        # The spec has beforePossessionStatus, the wire this (B). That it is false before pickup, not absent, is D.
        "shipmentDetails": {"possessionStatus": possessed},
    }
    if detailed:
        result["scanEvents"] = _scans(told)
    if told and _newest(told)[1].event_type == "DL":
        attempts = sum(code.event_type == "DE" for _, code in told)
        delivered_to = _newest(told)[0].place or parcel.destination
        result["deliveryDetails"] = {
            "actualDeliveryAddress": _address(delivered_to),
            "deliveryAttempts": str(attempts),
            "receivedByName": "",
        }
    if all(code.derived == "IN" for _, code in told):
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
    named = parcel.service.lower()
    if not named:
        abroad = parcel.origin.country != parcel.destination.country
        company_code = company(normalise(parcel.tracking_number))
        named = "international" if abroad and company_code == "FDXE" else _SERVICE_OF_COMPANY[company_code]
    constant, description, short = _SERVICES.get(named, (named.upper().replace(" ", "_"), parcel.service, ""))
    return {"type": constant, "description": description, "shortDescription": short}


def _address(place: Place) -> dict[str, Any]:
    """An address without streets; what is empty is left out."""
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


def _newest(told: list[tuple[ScanEvent, FedExCode]]) -> tuple[ScanEvent, FedExCode]:
    return max(reversed(told), key=lambda pair: pair[0].happened)


def _scans(told: list[tuple[ScanEvent, FedExCode]]) -> list[dict[str, Any]]:
    scans = [_scan(event, code) for event, code in reversed(told)]
    if all(earlier.happened <= later.happened for (earlier, _), (later, _) in pairwise(told)):
        scans.sort(key=lambda scan: str(scan["date"]), reverse=True)
    return scans  # an order that a fault has made stays as it is


def _has_place(event: ScanEvent, code: FedExCode) -> bool:
    return event.place is not None and code.derived != "IN"


def _local(event: ScanEvent, code: FedExCode) -> str:
    if event.place is None or not _has_place(event, code):
        return event.happened.astimezone(_CENTRAL).isoformat(timespec="seconds")
    return event.place.local(event.happened).isoformat(timespec="seconds")


def _scan(event: ScanEvent, code: FedExCode) -> dict[str, Any]:
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
    """Like FedEx's own: three letters of the place, H for a hub, A for a station (form B)."""
    letters = "".join(letter for letter in place.city.upper() if letter.isalpha())[:3]
    return letters + ("H" if code.event_type in {"AR", "DP", "SF"} else "A")


def _latest(told: list[tuple[ScanEvent, FedExCode]]) -> dict[str, Any]:
    if not told:  # a record without events; that FedEx calls it a label is D
        return {"code": "IN", "derivedCode": "IN", "statusByLocale": "Label created", "description": "Label created"}
    event, code = _newest(told)
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


def _dates(parcel: Parcel, told: list[tuple[ScanEvent, FedExCode]]) -> list[dict[str, str]]:
    dates = [("ACTUAL_DELIVERY", _local(event, code)) for event, code in told if code.event_type == "DL"][-1:]
    dates += [("ACTUAL_PICKUP", _local(event, code)) for event, code in told if code.event_type in _PICKUPS][:1]
    dates += [("ACTUAL_TENDER", _local(event, code)) for event, code in told if code.exception == "A3"][:1]
    ship_day = f"{requests.ship_date(parcel)}T00:00:00-06:00"  # this offset also in summer (B)
    if all(code.derived == "IN" for _, code in told):
        dates.append(("ANTICIPATED_TENDER", ship_day))
    dates.append(("SHIP", ship_day))
    return [{"type": name, "dateTime": instant} for name, instant in dates]
