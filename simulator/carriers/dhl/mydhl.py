"""MyDHL, the interface of DHL Express: HTTP Basic, oldest event first, local date and time in separate fields.

Source: version 3.1.1 of the API's spec (A). `status` "Success" means only that the query worked. The offset of a time
is sent on request, by the single call only. Names, cities and signatures are empty for privacy, as in the spec's
sample. An event without a place has no service area, and its time is in UTC (D). The header x-version, required by the
spec, has a default there and is not required here. The shipper's references are not stored: a search for one finds
nothing.
"""

from typing import Any

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.dhl import auth, errors, requests
from simulator.carriers.dhl.events import DhlCode, code_of
from simulator.carriers.dhl.numbers import piece_id
from simulator.carriers.dhl.render import area, area_code, express_parcels, first_instant, newest
from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import Place

# Remarks as the spec's sample has them, in our words.
_REMARKS = {
    "DF": ("The shipment is on its way to the destination.", "Progress can be followed online."),
    "WC": ("Shipment is taken out for delivery", "Expect delivery today"),
    "CR": ("Shipment has been released by customs.", "It proceeds to the DHL delivery facility."),
}


def _path_number(call: Call, _view: CarrierView) -> tuple[str, ...]:
    return (call.parameters["shipmentTrackingNumber"],)


def _query_numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    return requests.parse_mydhl_numbers(call.request)


def _track(call: Call, view: CarrierView) -> Response:
    """GET /mydhlapi/shipments/{shipmentTrackingNumber}/tracking: one waybill."""
    request = call.request
    refusal = auth.check_mydhl_access(request, view) or requests.check_mydhl_values(request)
    if refusal is not None:
        return refusal
    parcels = express_parcels(view, call.parameters["shipmentTrackingNumber"])
    if not parcels:
        return errors.mydhl_not_found(request)
    return _answer(parcels, request, view, with_offset=request.parameter("requestGMTOffsetPerEvent") == "true")


def _track_several(call: Call, view: CarrierView) -> Response:
    """GET /mydhlapi/tracking: up to 200 waybills and piece ids; unknown ones are left out of the answer (D)."""
    request = call.request
    refusal = (
        auth.check_mydhl_access(request, view)
        or requests.check_mydhl_values(request)
        or requests.check_mydhl_numbers(request)
    )
    if refusal is not None:
        return refusal
    numbers = requests.parse_mydhl_numbers(request)
    parcels = tuple(parcel for number in numbers for parcel in express_parcels(view, number))
    if not parcels:
        return errors.mydhl_not_found(request)
    return _answer(parcels, request, view, with_offset=False)


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
    scans = [(event, code_of(event)) for event in parcel.events]
    if tracking_view == "shipment-details-only":
        scans = []
    elif tracking_view == "last-checkpoint":
        scans = [newest(scans)] if scans else []
    remarks = tracking_view == "all-checkpoints-with-remarks"
    events = [_event(event, code, with_offset=with_offset, remarks=remarks) for event, code in scans]
    shipment: dict[str, Any] = {
        "shipmentTrackingNumber": parcel.tracking_number,
        "status": "Success",
        "shipmentTimestamp": _shipment_timestamp(parcel),
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


def _shipment_timestamp(parcel: Parcel) -> str:
    first = first_instant(parcel)
    return parcel.origin.local(first).strftime("%Y-%m-%dT%H:%M:%S") if first is not None else ""


def _party(place: Place, *, facility: bool = False) -> dict[str, Any]:
    area_fields: dict[str, str] = {"code": area_code(place), "description": area(place)}
    if facility:
        area_fields["facilityCode"] = area_code(place)
    address = {"cityName": "", "postalCode": "", "provinceCode": "", "countryCode": place.country}
    return {"name": "", "postalAddress": address, "serviceArea": [area_fields]}


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
    fields: dict[str, Any] = {"date": local.strftime("%Y-%m-%d"), "time": local.strftime("%H:%M:%S")}
    if with_offset:
        fields["GMTOffset"] = local.isoformat()[-6:]
    fields["typeCode"] = code.type_code
    fields["description"] = (
        f"{code.text}- {area(place)}" if code.with_area and place is not None else code.text.rstrip()
    )
    fields["serviceArea"] = [] if place is None else [{"code": area_code(place), "description": area(place)}]
    if code.status == "delivered":
        fields["signedBy"] = ""
    remark = _REMARKS.get(code.type_code)
    if remarks and remark is not None:
        fields["remarks"] = [{"value": remark[0], "details": remark[1]}]
    return fields


def _operations(base: str) -> tuple[Operation, ...]:
    """MyDHL's operations under a base path."""
    single = f"{base}/shipments/{{shipmentTrackingNumber}}/tracking"
    return (
        Operation("mydhl_track", "GET", single, _track, _path_number),
        Operation("mydhl_track_several", "GET", f"{base}/tracking", _track_several, _query_numbers),
    )


# The test system is a path of the same host (A); karrio and other clients call it in their test mode. The waybills that
# DHL keeps there are not known.
OPERATIONS = (*_operations("/mydhlapi"), *_operations("/mydhlapi/test"))
