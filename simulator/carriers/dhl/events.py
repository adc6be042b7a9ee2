"""DHL's scan codes: the `typeCode` of DHL Express, and how the unified interface shows the same event.

Events have Express codes: all 62 rows of the MyDHL reference list trackingEventCode (A), each with the statusCode and
the description that the unified interface has for it. The unified interface's five status codes are in the table too,
for scenarios that name them, with the type code that MyDHL then shows. A slash marks two special cases: a `transit`
whose text speaks of data only, and a delivery back to the sender.

DHL does not publish which statusCode belongs to which Express event: delivery, label and movement follow samples (B),
the rest DHL's definition of the five (D). DHL hides some events from its customers; a scenario that names one has it
shown. Two kinds of event share DUMMY_PU, PU and OK; of rows with the same code, the last is the meaning of the code
alone. DHL has no event for a cancelled label, for a system's conclusion, or for a parcel that only a consolidator has.
"""

from dataclasses import dataclass
from typing import Literal

from simulator.carriers.common.scan_codes import Grade, Physical, ScanCode, ScanCodes
from simulator.parcel import Kind, ScanEvent

Status = Literal["pre-transit", "transit", "delivered", "failure", "unknown"]


@dataclass(frozen=True, slots=True)
class DhlCode(ScanCode):
    """A DHL scan code.

    type_code: what MyDHL shows.
    status: what the unified interface shows.
    visible: whether DHL shows the event to its customers.
    with_area: whether the text ends with the service area.
    returned: a delivery back to the sender.
    """

    type_code: str
    status: str
    visible: bool = True
    with_area: bool = False
    returned: bool = False


_LIST = "MyDHL API 3.1.1, reference list trackingEventCode"
_HELP = "DHL help page on the status codes of Shipment Tracking - Unified"


def _visible(code: str, kind: Kind | None, text: str, physical: Physical, status: Status = "transit") -> DhlCode:
    return DhlCode(code, kind, text, physical, _LIST, "A", code, status)


def _at(code: str, kind: Kind | None, text: str, physical: Physical = "yes") -> DhlCode:
    """An event whose text ends with the service area."""
    return DhlCode(code, kind, text, physical, _LIST, "A", code, "transit", with_area=True)


def _internal(code: str, text: str, physical: Physical, status: Status = "transit") -> DhlCode:
    """An event that DHL does not show to its customers."""
    return DhlCode(code, None, text, physical, _LIST, "A", code, status, visible=False)


def _unified(
    code: str, type_code: str, text: str, physical: Physical, grade: Grade = "A", *, returned: bool = False
) -> DhlCode:
    return DhlCode(code, None, text, physical, _HELP, grade, type_code, code.partition("/")[0], returned=returned)


_RETURNED = DhlCode(
    "OK", Kind.RETURNED, "Delivered, returned to shipper", "yes", _LIST, "A", "OK", "delivered", returned=True
)

CODES = ScanCodes(
    "dhl",
    (
        _visible("DUMMY_PU", Kind.MANIFESTED, "Shipment information received", "no", "pre-transit"),
        _visible("DUMMY_PU", Kind.LABEL_CREATED, "Shipment information received", "no", "pre-transit"),
        _visible("PU", Kind.ACCEPTED, "Shipment picked up", "yes"),
        _visible("PU", Kind.PICKED_UP, "Shipment picked up", "yes"),
        _visible("SA", None, "Shipment accepted", "yes"),
        _at("PL", Kind.IN_TRANSIT, "Processed at"),
        _at("AF", Kind.ARRIVED, "Arrived at DHL Sort Facility "),
        _at("DF", Kind.DEPARTED, "Shipment has departed from a DHL facility"),
        _at("AR", Kind.AT_DELIVERY_OFFICE, "Arrived at DHL Delivery Facility "),
        _at("TR", None, "Transferred through"),
        _visible("WC", Kind.OUT_FOR_DELIVERY, "Shipment is out with courier for delivery", "yes"),
        _RETURNED,
        _visible("OK", Kind.DELIVERED, "Delivered", "yes", "delivered"),
        _visible("PD", None, "Partial delivery", "yes", "delivered"),
        _visible("DD", None, "Delivered - package damaged", "yes", "delivered"),
        _visible("ND", None, "Delivery attempted; shipment not delivered", "yes", "failure"),
        _visible("NH", Kind.ATTEMPTED, "Delivery attempted; consignee not home", "yes", "failure"),
        _visible("BA", None, "Delivery not possible; address is incorrect or incomplete", "yes", "failure"),
        _visible("CA", None, "Delivery attempted; consignee premises closed", "yes", "failure"),
        _visible("CM", None, "Delivery not possible; consignee has moved", "yes", "failure"),
        _visible("RD", None, "Delivery attempted; consignee refused delivery", "yes", "failure"),
        _visible("MD", None, "Delivery not accomplished; scheduled for the next cycle", "yes", "failure"),
        _visible("CC", Kind.AVAILABLE_FOR_PICKUP, "Awaiting collection by the consignee as requested", "yes"),
        _visible("MC", None, "Shipment miscoded; being redirected", "yes"),
        _visible("MS", None, "Shipment missorted; being redirected", "yes"),
        _visible("FD", None, "Forwarded to destination", "yes"),
        _visible("TP", None, "Forwarded to a third party for delivery", "yes"),
        _visible("RT", Kind.RETURNING, "Shipment returned to shipper", "yes", "failure"),
        _visible("DS", None, "Shipment destroyed or disposed of", "yes", "failure"),
        _visible("OH", Kind.DELAYED, "Shipment is on hold", "grey"),
        _visible("SS", None, "Shipment stopped", "grey", "failure"),
        _visible("HP", None, "Shipment held, payment outstanding", "grey"),
        _visible("AD", None, "Delivery agreed with the consignee", "no"),
        _visible("SC", None, "Service changed", "no"),
        _visible("CS", None, "Shipment closed", "no", "unknown"),
        _visible("RR", None, "Customs clearance status updated. Note - The Customs clearance process may start while "
                 "the shipment is in transit to the destination.", "no"),
        _at("CR", Kind.CUSTOMS_RELEASED, "Clearance processing complete at", "grey"),
        _visible("IC", Kind.CUSTOMS_ENTERED, "Processed for clearance", "grey"),
        _visible("CD", Kind.CUSTOMS_HELD, "Clearance delay", "grey", "failure"),
        _visible("UD", None, "Clearance delay beyond our control", "grey", "failure"),
        _visible("BN", None, "Broker notified to arrange for clearance", "grey"),
        _visible("BR", None, "Shipment released by broker", "grey"),
        _internal("CI", "Facility check-in", "yes"),
        _internal("HN", "Handover", "yes"),
        _internal("LV", "Loaded on vehicle", "yes"),
        _internal("UV", "Unloaded from vehicle", "yes"),
        _internal("NA", "Not arrived", "no", "unknown"),
        _internal("IR", "Incorrect route", "yes"),
        _internal("HI", "Lodged into held inventory", "yes"),
        _internal("HO", "Lodged out of held inventory", "yes"),
        _internal("BL", "In bond", "yes"),
        _internal("CU", "Uplift confirmed", "yes"),
        _internal("RW", "Weighed and measured", "yes"),
        _internal("SI", "Shipment inspected", "yes"),
        _internal("DM", "Shipment damaged", "yes", "failure"),
        _internal("SM", "Scheduled movement", "no"),
        _internal("TD", "Transport delay", "no"),
        _internal("ST", "Shipment intercept requested", "no", "unknown"),
        _internal("TI", "Trace initiated", "no", "unknown"),
        _internal("TT", "Trace terminated", "no", "unknown"),
        _internal("DI", "Duty invoice", "no", "unknown"),
        _internal("PY", "Payment", "no", "unknown"),
        _internal("ES", "Entry submitted", "no", "unknown"),
        _internal("DP", "Denied party screening", "no", "unknown"),
        _internal("IA", "Image available", "no", "unknown"),
        _unified("pre-transit", "DUMMY_PU", "Shipment information received", "no"),
        _unified("transit", "PL", "The shipment is on its way", "yes"),
        _unified("transit/data-only", "DUMMY_PU", "The shipment was announced electronically by the sender", "no", "B"),
        _unified("delivered", "OK", "Delivered", "yes"),
        _unified("delivered/returned", "OK", "Delivered, returned to shipper", "yes", returned=True),
        _unified("failure", "ND", "The shipment could not be delivered", "grey"),
        _unified("unknown", "OH", "The status of the shipment is not known", "grey"),
    ),
)  # fmt: skip


def code_of(event: ScanEvent) -> DhlCode:
    """The code that renders an event: the one it names, else the one of its kind.

    A code in no table is taken as it is written, since carriers add codes: in lower case as a new statusCode, otherwise
    as a new typeCode, whose status in the unified interface is `unknown`.
    """
    if not event.code:
        # The core refuses kinds without a code, and an event without a kind has a code.
        return CODES.of_kind(event.kind or Kind.IN_TRANSIT)
    listed = CODES.by_code.get(event.code)
    if listed is not None:
        return listed
    status = event.code if event.code.islower() else "unknown"
    return DhlCode(event.code, None, event.code, "grey", "named in the scenario", "D", event.code, status)
