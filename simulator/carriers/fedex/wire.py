"""FedEx's token and Track operations, read and written byte for byte.

Sources: the Track API spec (A), and captures of real answers where they depart from it (B): `possessionStatus` instead
of `beforePossessionStatus`, `values` instead of `value`, empty strings in enums, `streetLines` of one empty string,
empty containers, an empty `contact`. The label event carries US Central time and no place whatever the origin; so
does, here, every event whose story gives no place (D). The delivery scan names no city (B). Scans are sorted as text,
newest first, so near a change of zone they can stand out of order (B).

A recycled number has several `trackResults`. Which comes first is not documented and captures show the older one first,
so here the oldest ship date comes first: a client that takes the first result reads the wrong parcel.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from simulator import oauth
from simulator.carrier import Call, World
from simulator.carriers.fedex import errors
from simulator.carriers.fedex.events import DERIVED_STATUS, EXCEPTIONS, FedExCode, code_of
from simulator.carriers.fedex.numbers import company
from simulator.exchange import Request, Response
from simulator.numbers import normalise
from simulator.parcel import Parcel, ScanEvent
from simulator.places import COUNTRY_NAMES, Place
from simulator.tokens import holder

TOKEN_SECONDS = 3599  # 3599 and 3600 are both seen (C); an integer, unlike at UPS
MOST_NUMBERS = 30  # Track API spec (A)

_CENTRAL = ZoneInfo("America/Chicago")
_JULIAN_DAY_OF_ORDINAL_ZERO = 1_721_425
_GRANTS = frozenset(("client_credentials", "csp_credentials", "client_pc_credentials"))
_TRUTH = {"true": True, "false": False}
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
_COMPANY_OF_SERVICE = {
    "express": "FDXE", "2day": "FDXE", "overnight": "FDXE", "international": "FDXE", "ground": "FDXG", "home": "FDXG",
    "economy": "FXSP", "freight": "FXFR",
}  # fmt: skip
_SERVICE_OF_COMPANY = {"FDXE": "express", "FDXG": "ground", "FXSP": "economy", "FXFR": "freight"}
# How the unique id ends: FX and FDEG seen (B), the others by analogy (D).
_UNIQUE_ID_ENDING = {"FDXE": "FX", "FDXG": "FDEG", "FXSP": "FXSP", "FXFR": "FDFR"}


# ── token ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def token(call: Call, world: World) -> Response:
    """POST /oauth/token: the credentials stand in the form, not in Basic; the answer's `expires_in` is an integer."""
    request = call.request
    if "json" in request.headers.get("content-type", ""):
        return errors.bad_request(world, "The token request is not a form. Please modify your request and try again.")
    fields = oauth.form(request)
    if fields.get("grant_type") not in _GRANTS:
        return errors.invalid_input(world, 422, "grant_type is missing or not supported.")
    if not fields.get("client_id") or not fields.get("client_secret"):
        return errors.invalid_input(world, 422, "client_id or client_secret is missing.")
    known = world.credentials
    if (fields["client_id"], fields["client_secret"]) != (known.client_id, known.client_secret):
        return errors.bad_client(world)
    return oauth.json_answer(
        200,
        {
            "access_token": world.issue_token(TOKEN_SECONDS),
            "token_type": "bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": "CXS-TP",
        },
    )


def client_of(request: Request) -> str | None:
    """The client id in the form of a token request, or that of the token which any other request carries."""
    presented = oauth.bearer(request)
    if presented is not None:
        return holder(presented)
    return oauth.form(request).get("client_id") if request.path == "/oauth/token" else None


# ── track: the question ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Question:
    """One entry of `trackingInfo`: a number, and what narrows its duplicates (no text: no narrowing)."""

    number: str
    begin: str
    end: str
    unique_id: str


def numbers(call: Call, _world: World) -> tuple[str, ...]:
    """The tracking numbers that a track call asks about."""
    document = _document(call.request.body)
    entries = document.get("trackingInfo") if document else None
    return tuple(filter(None, map(_number, entries))) if isinstance(entries, list) else ()


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _part(entry: object, name: str) -> Mapping[str, Any]:
    value = entry.get(name) if isinstance(entry, dict) else None
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """Text as FedEx's reader takes it: a number is as good as its digits."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _number(entry: object) -> str:
    return _text(_part(entry, "trackingNumberInfo").get("trackingNumber"))


def _question(entry: Mapping[str, Any]) -> _Question:
    unique_id = _text(_part(entry, "trackingNumberInfo").get("trackingNumberUniqueId"))
    return _Question(_number(entry), _text(entry.get("shipDateBegin")), _text(entry.get("shipDateEnd")), unique_id)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# ── track: the answer ────────────────────────────────────────────────────────────────────────────────────────────────


def track(call: Call, world: World) -> Response:
    """POST /track/v1/trackingnumbers: up to 30 numbers, each with all its parcels or an error of its own, in a 200."""
    request = call.request
    presented = oauth.bearer(request)
    if presented is None or world.token_state(presented) != "valid":
        return errors.unauthorized(call.request, world)
    transaction = request.headers.get("x-customer-transaction-id", "")
    document = _document(request.body)
    if document is None:
        return _unreadable(request, world, transaction)
    refused = _refused(document, request, world, transaction)
    if refused is not None:
        return refused
    detailed = _flag(document.get("includeDetailedScans")) is True
    answer: dict[str, Any] = {"transactionId": world.identifier()}
    if transaction:
        answer["customerTransactionId"] = transaction
    questions = map(_question, document["trackingInfo"])
    answer["output"] = {
        "completeTrackResults": [_complete(question, world, detailed=detailed) for question in questions]
    }
    return oauth.json_answer(200, answer)


def _unreadable(request: Request, world: World, transaction: str) -> Response:
    if not request.body.strip():
        return errors.empty_number(world, transaction)
    return errors.invalid_input(world, 400, "The request is not a JSON object.", transaction)


def _refused(document: Mapping[str, Any], request: Request, world: World, transaction: str) -> Response | None:
    """What is wrong with a request that is a JSON object; None when it can be answered."""
    declared = request.headers.get("content-type", "")
    if declared and "json" not in declared.lower():
        return errors.bad_request(world, f"content-type {declared} is not application/json.", transaction)
    if _flag(document.get("includeDetailedScans")) is None:
        return errors.invalid_input(world, 400, "includeDetailedScans is required: true or false.", transaction)
    entries = document.get("trackingInfo")
    if not isinstance(entries, list) or not entries or not all(_number(entry) for entry in entries):
        return errors.empty_number(world, transaction)
    if len(entries) > MOST_NUMBERS:
        limit = f"Please limit your inquiry to {MOST_NUMBERS} tracking numbers."
        return errors.invalid_input(world, 400, limit, transaction)
    days = (day for question in map(_question, entries) for day in (question.begin, question.end))
    wrong = next((day for day in days if day and not _is_date(day)), None)
    if wrong is not None:
        return errors.invalid_input(world, 400, f"Ship date {wrong} is not of the form YYYY-MM-DD.", transaction)
    return None


def _flag(value: object) -> bool | None:
    """A boolean, or its text: FedEx's reader takes both."""
    if isinstance(value, str):
        return _TRUTH.get(value.lower())
    return value if isinstance(value, bool) else None


def _complete(question: _Question, world: World, *, detailed: bool) -> dict[str, Any]:
    ordered = sorted(world.parcels(question.number), key=_ship_date)
    records = [(parcel, unique_id(parcel, index)) for index, parcel in enumerate(ordered)]
    results = [
        _result(parcel, identity, detailed=detailed)
        for parcel, identity in records
        if (not question.begin or question.begin <= _ship_date(parcel).isoformat())
        and (not question.end or _ship_date(parcel).isoformat() <= question.end)
        and question.unique_id in {"", identity}
    ]
    if not results:
        number = {"trackingNumber": question.number, "trackingNumberUniqueId": "", "carrierCode": ""}
        results = [{"trackingNumberInfo": number, "error": errors.NOT_FOUND}]
    return {"trackingNumber": question.number, "trackResults": results}


def _ship_date(parcel: Parcel) -> date:
    """The day of the first event, or of the bare record, at the origin."""
    first = min((event.happened for event in parcel.events), default=parcel.registered)
    return parcel.origin.local(first).date() if first is not None else date.min


def unique_id(parcel: Parcel, index: int) -> str:
    """What tells a parcel from others of its number: Julian day of shipping and a serial, number, company.

    The form is seen (B); that its first part is the Julian day fits every capture (B), the serial is ours (D).
    """
    day = _ship_date(parcel).toordinal() + _JULIAN_DAY_OF_ORDINAL_ZERO
    return f"{day}{index:03}~{parcel.tracking_number}~{_UNIQUE_ID_ENDING[_company(parcel)]}"


def _company(parcel: Parcel) -> str:
    return _COMPANY_OF_SERVICE.get(parcel.service.lower()) or company(normalise(parcel.tracking_number))


def _result(parcel: Parcel, identity: str, *, detailed: bool) -> dict[str, Any]:
    told = [(event, code_of(event)) for event in parcel.events]
    possessed = any(code.physical == "yes" for _, code in told)
    shipper, recipient = _address(parcel.origin), _address(parcel.destination)
    result: dict[str, Any] = {
        "trackingNumberInfo": {
            "trackingNumber": parcel.tracking_number,
            "trackingNumberUniqueId": identity,
            "carrierCode": _company(parcel),
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
    ship_day = f"{_ship_date(parcel)}T00:00:00-06:00"  # this offset also in summer (B)
    if all(code.derived == "IN" for _, code in told):
        dates.append(("ANTICIPATED_TENDER", ship_day))
    dates.append(("SHIP", ship_day))
    return [{"type": name, "dateTime": instant} for name, instant in dates]
