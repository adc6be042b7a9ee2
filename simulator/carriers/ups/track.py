"""UPS's Track API: `details` (one package) and `shipment/details` (all packages of a shipment, page by page).

Facts: UPS Tracking API spec (A). Where the spec leaves a point open or live answers differ from it, the live answers
count (B): an unknown number is a 200 with a warning, `gmtTime` has colons, `deliveryDate` is an empty list before
delivery, booleans of the query are text, postal codes never appear.

For a shipment of several packages, `details` answers with the requested package and the number of all packages as its
`packageCount` (B); `shipment/details` answers with all of them, page by page (A). Guesses (D): a shipment is found by
any of its numbers; its lead package comes first; only packages that UPS has a record of are listed and counted; a page
beyond the last is an empty list.

Mail Innovations parcels, which are recognised by their numbers, have events of their own types, without UTC fields and
without the code of a site (B).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC

from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.common.number_form import normalise
from simulator.carriers.common.oauth import json_answer
from simulator.carriers.ups import proofs, requests
from simulator.carriers.ups.event_rows import UpsCode
from simulator.carriers.ups.events import code_of
from simulator.carriers.ups.mail_innovations_events import TYPES as MAIL_TYPES
from simulator.carriers.ups.numbers import is_mail_innovations
from simulator.carriers.ups.requests import TrackOptions
from simulator.carriers.ups.status_codes import STATUS_TEXTS
from simulator.exchange import Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import Place

_SLIC_DIGITS = 4
_STATE_LETTERS = 2

# Simulated parcels have no weight of their own; all weigh the same.
_WEIGHT = {"unitOfMeasurement": "LBS", "weight": "2.00"}
# Service numbers: from the spec's example and one live answer; the other services have a name and no numbers.
_MAIL = "UPS Mail Innovations"
_GROUND = {"code": "518", "levelCode": "011", "description": "UPS Ground"}
_SERVICES: Mapping[str, Mapping[str, str]] = {
    "": _GROUND,
    "ground": _GROUND,
    "ups ground": _GROUND,
    "express": {"code": "554", "levelCode": "007", "description": "UPS Express®"},
}


def _track(call: Call, view: CarrierView) -> Response:
    number = requests.parse_number(call, view)
    if isinstance(number, Response):
        return number
    options = requests.parse_track_options(call.request)
    parcels = _visible_parcels(number, view)
    count = len(_all_packages(parcels, view))
    return _track_response(number, [_package(parcel, count, options) for parcel in parcels], known=bool(parcels))


def _track_shipment(call: Call, view: CarrierView) -> Response:
    number = requests.parse_number(call, view)
    if isinstance(number, Response):
        return number
    page = requests.parse_page(call.request)
    if isinstance(page, Response):
        return page
    parcels = _all_packages(_visible_parcels(number, view), view)
    packages = [
        _package(parcel, len(parcels), TrackOptions()) for parcel in parcels[page.offset : page.offset + page.count]
    ]
    return _track_response(number, packages, known=bool(parcels))


def _visible_parcels(number: str, view: CarrierView) -> tuple[Parcel, ...]:
    """The records under a number that the caller may see; to the caller, the others are unknown numbers.

    The website shows those as well (B).
    """
    return tuple(parcel for parcel in view.parcels(number) if parcel.shown_to(view.credentials.client_id))


def _all_packages(parcels: Sequence[Parcel], view: CarrierView) -> list[Parcel]:
    """Every package of the shipments that a number belongs to: one shipment, or several where the number was reused."""
    alone = [parcel for parcel in parcels if not parcel.shipment]
    shipments = {parcel.shipment: parcel for parcel in parcels if parcel.shipment}
    return [
        *alone,
        *(
            other
            for parcel in shipments.values()
            for other in view.shipment_parcels(parcel)
            if other.shown_to(view.credentials.client_id)
        ),
    ]


def _track_response(number: str, packages: list[dict[str, object]], *, known: bool) -> Response:
    shipment: dict[str, object] = {"inquiryNumber": number}
    if known:
        shipment["package"] = packages
    else:
        shipment["warnings"] = [{"code": "TW0001", "message": "Tracking Information Not Found"}]
    return json_answer(200, {"trackResponse": {"shipment": [shipment]}})


def _package(parcel: Parcel, count: int, options: TrackOptions) -> dict[str, object]:
    """The `package` of a parcel. A recycled number has one for each use, in the order of their recording (D)."""
    number = normalise(parcel.tracking_number)
    mail = is_mail_innovations(number)
    scans = [(event, code_of(event, mail=mail)) for event in reversed(parcel.events)]
    activities = [
        _activity(event, code, parcel.origin, mail=mail or code.activity_type in MAIL_TYPES) for event, code in scans
    ]
    package: dict[str, object] = {"trackingNumber": number, "deliveryDate": []}
    delivery = next((index for index, (_, code) in enumerate(scans) if code.is_delivery), None)
    if delivery is not None:
        activity, (event, code) = activities[delivery], scans[delivery]
        package["deliveryDate"] = [{"type": "DEL", "date": activity["date"]}]
        package["deliveryTime"] = {"type": "DEL", "endTime": activity["time"]}
        information = _delivery_information(parcel, number, event, code, options)
        if information:
            package["deliveryInformation"] = information
    if activities:  # a number without events has no activity at all, not an empty list
        package["activity"] = activities
        package["currentStatus"] = _current_status(scans[0][1])
    package["packageAddress"] = [_address("ORIGIN", parcel.origin), _address("DESTINATION", parcel.destination)]
    package["weight"] = _WEIGHT
    package["service"] = _service(parcel.service or (_MAIL if mail else ""))
    package["packageCount"] = count
    return package


def _delivery_information(
    parcel: Parcel, number: str, event: ScanEvent, code: UpsCode, options: TrackOptions
) -> dict[str, object]:
    information: dict[str, object] = {"location": code.left_at} if code.left_at else {}
    if options.signature:
        information["signature"] = {"image": proofs.signature_image(number, event)}
    if options.proof:
        information["pod"] = {"content": proofs.proof_letter(parcel, number, event, code.left_at)}
    return information


def _service(named: str) -> Mapping[str, str]:
    return _SERVICES.get(named.lower()) or {"description": named}


def _activity(event: ScanEvent, code: UpsCode, origin: Place, *, mail: bool) -> dict[str, object]:
    place = event.place or origin
    local = place.local(event.happened).isoformat(timespec="seconds")
    activity: dict[str, object] = {
        "location": _location(event.place, code, place, mail=mail),
        "status": _status(code),
        "date": _packed_date(local),
        "time": local[11:19].replace(":", ""),
    }
    if not mail:
        gmt = event.happened.astimezone(UTC).isoformat(timespec="seconds")
        activity["gmtDate"] = _packed_date(gmt)
        activity["gmtOffset"] = local[-6:]
        activity["gmtTime"] = gmt[11:19]
    if code.logical_scan is not None:
        activity["logicalScan"] = code.logical_scan
    return activity


def _packed_date(iso: str) -> str:
    return iso[:4] + iso[5:7] + iso[8:10]


def _status(code: UpsCode) -> dict[str, str]:
    status = {"type": code.activity_type, "description": code.text}
    if code.letters:
        status["code"] = code.letters
    if code.number:
        status["statusCode"] = code.number
    return status


def _current_status(code: UpsCode) -> dict[str, str]:
    """The newest event's status; its `code` is the number that events call `statusCode`."""
    if not code.number:
        return {"description": code.text.strip()}
    return {"description": STATUS_TEXTS.get(code.number, code.text.strip()), "code": code.number}


def _location(place: Place | None, code: UpsCode, fallback: Place, *, mail: bool) -> dict[str, object]:
    """The place of an event. The shipper's own events, and those without a place, have only a country.

    That this also holds for the shipper's events of Mail Innovations is D.
    """
    electronic = code.activity_type in {"M", "MV"} or (mail and code.physical == "no")
    if place is None or electronic:
        return {"address": {"countryCode": fallback.country, "country": fallback.country}}
    location: dict[str, object] = {"address": _street_address(place)}
    # The site codes (SLIC) are not published; in samples they begin like the postal code of their place.
    digits = place.postal_code[:_SLIC_DIGITS]
    if digits.isdigit() and not mail:
        location["slic"] = digits
    return location


def _street_address(place: Place) -> dict[str, str]:
    address = {"city": place.city.upper()} if place.city else {}
    if len(place.state) == _STATE_LETTERS:
        address["stateProvince"] = place.state
    address["countryCode"] = address["country"] = place.country
    return address


def _address(role: str, place: Place) -> dict[str, object]:
    return {"type": role, "address": _street_address(place)}


def _inquiry_number(call: Call, _view: CarrierView) -> tuple[str, ...]:
    return (call.parameters["inquiryNumber"],)


OPERATIONS = (
    Operation("track", "GET", "/api/track/v1/details/{inquiryNumber}", _track, _inquiry_number),
    Operation(
        "track_shipment",
        "GET",
        "/api/track/v1/shipment/details/{inquiryNumber}",
        _track_shipment,
        _inquiry_number,
    ),
)
