"""MyDHL, the interface of DHL Express: HTTP Basic, oldest event first, local date and time apart.

Source: version 3.1.1 of the API's spec (A). `status` "Success" says only that the query worked. The offset of a time is
sent where it was asked for, by the single call only. Names, cities and signatures are empty for privacy, as in the
spec's sample. An event without a place has no service area; its time is then UTC (D). The header x-version, which the
spec marks as required, has a default there and is not asked for here. Shipper's references are not known: that search
finds nothing.
"""

from typing import Any

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.dhl import errors
from simulator.carriers.dhl.events import DhlCode, code_of
from simulator.carriers.dhl.numbers import piece_id
from simulator.carriers.dhl.render import area, area_code, express_parcels, first_instant, newest
from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import Place

MOST_NUMBERS = 200  # spec 3.1.1 (A), for waybills and for piece ids

_VIEWS = (
    "last-checkpoint",
    "all-checkpoints",
    "all-checkpoints-with-remarks",
    "bbx-children",
    "advance-shipment",
    "shipment-details-only",
)
_LEVELS = ("shipment", "piece", "all")
_BOOLEANS = ("true", "false")

# Remarks as the spec's sample has them, in our words.
_REMARKS = {
    "DF": ("The shipment is on its way to the destination.", "Progress can be followed online."),
    "WC": ("Shipment is taken out for delivery", "Expect delivery today"),
    "CR": ("Shipment has been released by customs.", "It proceeds to the DHL delivery facility."),
}


def number_of_path(call: Call, _view: CarrierView) -> tuple[str, ...]:
    """The waybill that a single call asks about."""
    return (call.parameters["shipmentTrackingNumber"],)


def numbers_of_query(call: Call, _view: CarrierView) -> tuple[str, ...]:
    """The waybills and piece ids that a call for several asks about."""
    names = ("shipmentTrackingNumber", "pieceTrackingNumber")
    return tuple(number for name, value in call.request.query if name in names for number in _listed(value))


def _listed(value: str) -> list[str]:
    """A repeated parameter; some clients join its values with commas instead."""
    return [number.strip() for number in value.split(",") if number.strip()]


def track(call: Call, view: CarrierView) -> Response:
    """GET /mydhlapi/shipments/{shipmentTrackingNumber}/tracking: one waybill."""
    request = call.request
    refused = _view_error(request, view)
    if refused is not None:
        return refused
    parcels = express_parcels(view, call.parameters["shipmentTrackingNumber"])
    if not parcels:
        return errors.mydhl_not_found(request)
    return _answer(parcels, request, view, with_offset=request.parameter("requestGMTOffsetPerEvent") == "true")


def track_several(call: Call, view: CarrierView) -> Response:
    """GET /mydhlapi/tracking: up to 200 waybills and piece ids; those that are unknown are not in the answer (D)."""
    request = call.request
    refused = _view_error(request, view) or _refused_query(call, view)
    if refused is not None:
        return refused
    found = [parcel for number in numbers_of_query(call, view) for parcel in express_parcels(view, number)]
    if not found:
        return errors.mydhl_not_found(request)
    return _answer(tuple(found), request, view, with_offset=False)


def _view_error(request: Request, view: CarrierView) -> Response | None:
    if oauth.basic_credentials(request) != (view.credentials.username, view.credentials.password):
        return errors.mydhl_unauthorized(request)
    allowed = (
        ("trackingView", _VIEWS),
        ("levelOfDetail", _LEVELS),
        ("requestGMTOffsetPerEvent", _BOOLEANS),
        ("requestControlledAccessDataCodes", _BOOLEANS),
    )
    for name, values in allowed:
        given = request.parameter(name)
        if given and given not in values:
            detail = f"{name} (valid parameters for {name} are [{', '.join(values)}])"
            return errors.mydhl_wrong_format(request, detail)
    return None


def _refused_query(call: Call, view: CarrierView) -> Response | None:
    request = call.request
    asked = numbers_of_query(call, view)
    reference = request.parameter("shipmentReference")
    if not asked and reference:
        if not request.parameter("shipperAccountNumber"):
            return errors.mydhl_missing(request, "shipperAccountNumber")
        return errors.mydhl_not_found(request, f"No Shipments Found for ReferenceID | {reference}")
    if not asked:
        return errors.mydhl_missing(request, "shipmentTrackingNumber")
    for name in ("shipmentTrackingNumber", "pieceTrackingNumber"):
        count = sum(len(_listed(value)) for key, value in request.query if key == name)
        if count > MOST_NUMBERS:
            return errors.mydhl_wrong_format(request, f"{name} (no more than {MOST_NUMBERS} values, {count} given)")
    return None


def _answer(parcels: tuple[Parcel, ...], request: Request, view: CarrierView, *, with_offset: bool) -> Response:
    tracking_view = request.parameter("trackingView", "all-checkpoints")
    level = request.parameter("levelOfDetail", "shipment")
    document = {"shipments": [_shipment(parcel, tracking_view, level, with_offset=with_offset) for parcel in parcels]}
    return oauth.json_answer(
        200,
        document,
        ("invocation-id", view.identifier()),
        ("message-reference", request.headers.get("message-reference") or view.identifier()),
        ("content-language", "eng"),
    )


def _shipment(parcel: Parcel, tracking_view: str, level: str, *, with_offset: bool) -> dict[str, Any]:
    told = [(event, code_of(event)) for event in parcel.events]
    if tracking_view == "shipment-details-only":
        told = []
    elif tracking_view == "last-checkpoint":
        told = [newest(told)] if told else []
    remarks = tracking_view == "all-checkpoints-with-remarks"
    events = [_event(event, code, with_offset=with_offset, remarks=remarks) for event, code in told]
    shipment: dict[str, Any] = {
        "shipmentTrackingNumber": parcel.tracking_number,
        "status": "Success",
        "shipmentTimestamp": _shipped(parcel),
        "productCode": "N" if parcel.origin.country == parcel.destination.country else "P",
        "description": "GOODS",
        "shipperDetails": _party(parcel.origin),
        "receiverDetails": _party(parcel.destination, facility=True),
        "totalWeight": 0.9,
        "unitOfMeasurements": "metric",
        "events": [] if level == "piece" else events,
        "numberOfPieces": 1,
    }
    if level != "shipment":
        shipment["pieces"] = [_piece(parcel, events)]
    if tracking_view == "bbx-children":
        shipment["childrenShipmentIdentificationNumbers"] = []
    return shipment


def _shipped(parcel: Parcel) -> str:
    first = first_instant(parcel)
    return parcel.origin.local(first).strftime("%Y-%m-%dT%H:%M:%S") if first is not None else ""


def _party(place: Place, *, facility: bool = False) -> dict[str, Any]:
    served: dict[str, str] = {"code": area_code(place), "description": area(place)}
    if facility:
        served["facilityCode"] = area_code(place)
    address = {"cityName": "", "postalCode": "", "provinceCode": "", "countryCode": place.country}
    return {"name": "", "postalAddress": address, "serviceArea": [served]}


def _piece(parcel: Parcel, events: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "number": 1,
        "typeCode": "SMF",
        "shipmentTrackingNumber": parcel.tracking_number,
        "trackingNumber": piece_id(parcel.tracking_number),
        "weight": 0.9,
        "actualWeight": 0.9,
        "unitOfMeasurements": "metric",
        "events": events,
    }


def _event(event: ScanEvent, code: DhlCode, *, with_offset: bool, remarks: bool) -> dict[str, Any]:
    place = event.place
    local = event.happened if place is None else place.local(event.happened)
    told: dict[str, Any] = {"date": local.strftime("%Y-%m-%d"), "time": local.strftime("%H:%M:%S")}
    if with_offset:
        told["GMTOffset"] = local.isoformat()[-6:]
    told["typeCode"] = code.type_code
    told["description"] = f"{code.text}- {area(place)}" if code.with_area and place is not None else code.text.rstrip()
    told["serviceArea"] = [] if place is None else [{"code": area_code(place), "description": area(place)}]
    if code.status == "delivered":
        told["signedBy"] = ""
    remark = _REMARKS.get(code.type_code)
    if remarks and remark is not None:
        told["remarks"] = [{"value": remark[0], "details": remark[1]}]
    return told


def operations(base: str) -> tuple[Operation, ...]:
    """MyDHL's operations under one of the paths at which DHL has it. The test system's own waybills are not known."""
    single = f"{base}/shipments/{{shipmentTrackingNumber}}/tracking"
    return (
        Operation("mydhl_track", "GET", single, track, number_of_path),
        Operation("mydhl_track_several", "GET", f"{base}/tracking", track_several, numbers_of_query),
    )
