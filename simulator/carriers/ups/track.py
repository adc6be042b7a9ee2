"""UPS on the wire: the answers of OAuth and of the Track API (`details`, `shipment/details`); `questions` reads calls.

Facts: UPS OAuth and Tracking API specs (A). Live answers of the Track API for what the spec leaves open or has
otherwise (B): an unknown number is a 200 with a warning, `gmtTime` has colons, `deliveryDate` is an empty list before
delivery, booleans of the query are text, postal codes never appear.

Of a shipment of several packages `details` tells the one that was asked about, with the number of all as its
`packageCount` (B); `shipment/details` tells all of them, page by page (A). Guesses (D): a shipment is asked for by any
of its numbers; its lead package comes first; only packages that UPS has a record of are there, and counted; a page
beyond the last is an empty list.

Mail Innovations parcels, which their numbers tell, have events of their own types, without UTC fields and without the
code of a site (B).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC

from simulator.carriers.common.carrier import Call, CarrierView, Operation, no_numbers
from simulator.carriers.common.number_form import normalise
from simulator.carriers.common.oauth import basic, bearer, form, json_answer
from simulator.carriers.common.tokens import holder
from simulator.carriers.ups import errors, proofs, requests
from simulator.carriers.ups.event_rows import UpsCode
from simulator.carriers.ups.events import of_kind, of_text
from simulator.carriers.ups.mail_innovations_events import TYPES as MAIL_TYPES
from simulator.carriers.ups.numbers import is_mail_innovations
from simulator.carriers.ups.requests import TrackOptions
from simulator.carriers.ups.status_codes import STATUS_TEXTS
from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import Place

TOKEN_LIFETIME_SECONDS = 14399
_SLIC_DIGITS = 4
_STATE_LETTERS = 2

# A story's parcels have no weight; all weigh the same.
_WEIGHT = {"unitOfMeasurement": "LBS", "weight": "2.00"}
# Service numbers: from the spec's example and one live answer; the other services are named without numbers.
_MAIL = "UPS Mail Innovations"
_GROUND = {"code": "518", "levelCode": "011", "description": "UPS Ground"}
_SERVICES: Mapping[str, Mapping[str, str]] = {
    "": _GROUND,
    "ground": _GROUND,
    "ups ground": _GROUND,
    "express": {"code": "554", "levelCode": "007", "description": "UPS Express®"},
}


def client_of(request: Request) -> str | None:
    """Whose call it is: the client id of a token call, the holder of the token of any other."""
    token = bearer(request)
    if token is not None:
        return holder(token)
    credentials = basic(request)
    return None if credentials is None else credentials[0]


def _token(call: Call, view: CarrierView) -> Response:
    credentials = basic(call.request)
    if credentials is None:
        return errors.malformed_authorization()
    if credentials != (view.credentials.client_id, view.credentials.client_secret):
        return errors.invalid_client()
    if form(call.request).get("grant_type") != "client_credentials":
        return errors.invalid_grant_type()
    return json_answer(
        200,
        {
            "token_type": "Bearer",
            "issued_at": str(int(view.now.timestamp() * 1000)),
            "client_id": view.credentials.client_id,
            "access_token": view.issue_token(TOKEN_LIFETIME_SECONDS),
            "scope": "",
            "expires_in": str(TOKEN_LIFETIME_SECONDS),
            "refresh_count": "0",
            "status": "approved",
        },
    )


def _track(call: Call, view: CarrierView) -> Response:
    number = requests.number_of(call, view)
    if isinstance(number, Response):
        return number
    wishes = requests.track_options(call.request)
    parcels = _shown(number, view)
    count = len(_all_packages(parcels, view))
    return _told(number, [_package(parcel, count, wishes) for parcel in parcels], known=bool(parcels))


def _track_shipment(call: Call, view: CarrierView) -> Response:
    number = requests.number_of(call, view)
    if isinstance(number, Response):
        return number
    page = requests.page(call.request)
    if isinstance(page, Response):
        return page
    parcels = _all_packages(_shown(number, view), view)
    shown = parcels[page.offset : page.offset + page.count]
    return _told(number, [_package(parcel, len(parcels), TrackOptions()) for parcel in shown], known=bool(parcels))


def _shown(number: str, view: CarrierView) -> tuple[Parcel, ...]:
    """The records under a number; what the caller has no right to see is unknown to it (B: the website shows it)."""
    return tuple(parcel for parcel in view.parcels(number) if parcel.shown_to(view.credentials.client_id))


def _all_packages(parcels: Sequence[Parcel], view: CarrierView) -> list[Parcel]:
    """Every package of the shipments in which a number travels: of one, or of several where it was used again."""
    alone = [parcel for parcel in parcels if not parcel.shipment]
    shipments = {parcel.shipment: parcel for parcel in parcels if parcel.shipment}
    return [
        *alone,
        *(
            other
            for parcel in shipments.values()
            for other in view.together(parcel)
            if other.shown_to(view.credentials.client_id)
        ),
    ]


def _told(number: str, packages: list[dict[str, object]], *, known: bool) -> Response:
    shipment: dict[str, object] = {"inquiryNumber": number}
    if known:
        shipment["package"] = packages
    else:
        shipment["warnings"] = [{"code": "TW0001", "message": "Tracking Information Not Found"}]
    return json_answer(200, {"trackResponse": {"shipment": [shipment]}})


def _package(parcel: Parcel, count: int, wishes: TrackOptions) -> dict[str, object]:
    """A package. A recycled number has one for each of its uses, in the order in which they were recorded (D)."""
    number = normalise(parcel.tracking_number)
    mail = is_mail_innovations(number)
    scans = [(event, _code(event, mail=mail)) for event in reversed(parcel.events)]
    activities = [
        _activity(event, code, parcel.origin, mail=mail or code.activity_type in MAIL_TYPES) for event, code in scans
    ]
    package: dict[str, object] = {"trackingNumber": number, "deliveryDate": []}
    delivery = next((index for index, (_, code) in enumerate(scans) if code.is_delivery), None)
    if delivery is not None:
        activity, (event, code) = activities[delivery], scans[delivery]
        package["deliveryDate"] = [{"type": "DEL", "date": activity["date"]}]
        package["deliveryTime"] = {"type": "DEL", "endTime": activity["time"]}
        delivered = _delivered(parcel, number, event, code, wishes)
        if delivered:
            package["deliveryInformation"] = delivered
    if activities:  # a number that UPS has only just heard of has no activity at all, not an empty list
        package["activity"] = activities
        package["currentStatus"] = _current_status(scans[0][1])
    package["packageAddress"] = [_address("ORIGIN", parcel.origin), _address("DESTINATION", parcel.destination)]
    package["weight"] = _WEIGHT
    package["service"] = _service(parcel.service or (_MAIL if mail else ""))
    package["packageCount"] = count
    return package


def _delivered(parcel: Parcel, number: str, event: ScanEvent, code: UpsCode, wishes: TrackOptions) -> dict[str, object]:
    told: dict[str, object] = {"location": code.left_at} if code.left_at else {}
    if wishes.signature:
        told["signature"] = {"image": proofs.signature(number, event)}
    if wishes.proof:
        told["pod"] = {"content": proofs.letter(parcel, number, event, code.left_at)}
    return told


def _service(named: str) -> Mapping[str, str]:
    return _SERVICES.get(named.lower()) or {"description": named}


def _code(event: ScanEvent, *, mail: bool) -> UpsCode:
    if event.code or event.kind is None:
        return of_text(event.code)
    return of_kind(event.kind, mail=mail)


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
    """Where an event was. The shipper's own events, and those without a place, have no more than the country.

    That this holds for the shipper's events of Mail Innovations too is D.
    """
    electronic = code.activity_type in {"M", "MV"} or (mail and code.physical == "no")
    if place is None or electronic:
        return {"address": {"countryCode": fallback.country, "country": fallback.country}}
    location: dict[str, object] = {"address": _street_address(place)}
    # The site code (SLIC) isn't published; in samples it begins like the postal code of its place.
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
    Operation("token", "POST", "/security/v1/oauth/token", _token, no_numbers),
    Operation("track", "GET", "/api/track/v1/details/{inquiryNumber}", _track, _inquiry_number),
    Operation(
        "track_shipment",
        "GET",
        "/api/track/v1/shipment/details/{inquiryNumber}",
        _track_shipment,
        _inquiry_number,
    ),
)
