"""FedEx's scan codes: `eventType` in the scan list, `code` in the latest status.

The list is the status-code table of FedEx's API guide (A), with additions from captures and clients (B, C). A code with
a slash is an event type and one of its exception codes (`DE/03`); `EA/regulatory` is the second meaning that the table
gives to EA. The table's possession codes (SH, CU, BR, TP, and a third meaning for CA and RC) are not events, so they
are left out.

Two kinds of event share PU, and two share DL; of rows with the same code, the last is the meaning of the code alone.
FedEx has no event for a parcel that only a consolidator has.
"""

from dataclasses import dataclass, replace

from simulator.carriers.common.scan_codes import Grade, Physical, ScanCode, ScanCodes
from simulator.parcel import Kind, ScanEvent

DERIVED_STATUS = {
    "IN": "Label created",
    "PU": "Picked up",
    "IT": "In transit",
    "DE": "Delivery exception",
    "SE": "Shipment exception",
    "DY": "Delay",
    "CD": "Clearance delay",
    "HL": "Ready for pickup",
    "RS": "Returning to shipper",
    "DL": "Delivered",
    "CA": "Cancelled",
    "": "",
}
"""Texts of the coarser statuses in `derivedStatusCode`. The codes are B; their assignment to events is mostly D."""

EXCEPTIONS = {
    "A3": "Tendered at FedEx facility",
    "A25": "Package available for clearance",
    "A47": "Redirected to a nearby FedEx location",
    "A52": "Package delayed",
    "03": "Incorrect address",
    "07": "Customer not available or business closed",
    "007": "Customer not available or business closed",
    "08": "Customer not available or business closed",
    "083": "Local delivery restriction",
    "099": "Unable to deliver shipment",
    "015A": "Future delivery requested",
    "84": "Delay beyond our control",
    "IN001": "Information needed",
}
"""Texts of exception codes. Codes: B, except 015A, 84 and IN001 (A, examples of the spec); texts of those three: D."""


@dataclass(frozen=True, slots=True)
class FedExCode(ScanCode):
    """A FedEx scan code.

    derived: `derivedStatusCode`, the coarser status.
    location_type: `locationType`, the kind of place where it happens.
    exception: `exceptionCode`, empty for none.
    """

    derived: str = ""
    location_type: str = ""
    exception: str = ""

    @property
    def event_type(self) -> str:
        """`eventType`: the code without its exception."""
        return self.code.partition("/")[0]


_GUIDE = "status-code table of the FedEx API guide"
_SEEN = "captures of the Track API"
_CLIENT = "seen in a client of the API"


def _row(  # noqa: PLR0913, PLR0917 (the columns of the table)
    code: str,
    kind: Kind | None,
    text: str,
    physical: Physical,
    derived: str,
    location_type: str,
    exception: str = "",
    source: str = _GUIDE,
    grade: Grade = "A",
) -> FedExCode:
    return FedExCode(code, kind, text, physical, source, grade, derived, location_type, exception)


CODES = ScanCodes(
    "fedex",
    (
        _row("OC", Kind.LABEL_CREATED, "Shipment information sent to FedEx", "no", "IN", "CUSTOMER"),
        _row("IN", None, "Label created", "no", "IN", "CUSTOMER", "", _SEEN, "B"),
        _row("OX", None, "Shipment information sent to U.S. Postal Service", "no", "IN", "CUSTOMER"),
        _row("MD", Kind.MANIFESTED, "Manifest data received", "no", "IN", "CUSTOMER", "", _CLIENT, "C"),
        _row("AO", Kind.INFERRED_TRANSIT, "Shipment arriving on-time", "inferred", "IT", "FEDEX_FACILITY"),
        _row("AE", None, "Shipment arriving early", "inferred", "IT", "FEDEX_FACILITY", "", _SEEN, "B"),
        _row("EP", None, "En route to pickup", "no", "IN", "ENROUTE"),
        _row("AP", None, "At pickup", "grey", "IN", "PICKUP_LOCATION"),
        _row("PD", None, "Pickup delay", "no", "IN", "PICKUP_LOCATION"),
        _row("DS", None, "Vehicle dispatched", "no", "IN", "VEHICLE"),
        _row("DR", None, "Vehicle furnished but not used", "no", "IN", "VEHICLE"),
        _row("CA", Kind.VOIDED, "Shipment cancelled by sender", "cancels", "CA", "CUSTOMER"),
        _row("CH", None, "Location changed", "no", "", ""),
        _row("RR", None, "Delivery option requested", "no", "", "CUSTOMER"),
        _row("RM", None, "Delivery option updated", "no", "", "CUSTOMER"),
        _row("RC", None, "Delivery option cancelled", "no", "", "CUSTOMER"),
        _row("RP", None, "Return label link emailed to return sender", "no", "IN", "CUSTOMER"),
        _row("LP", None, "Return label link cancelled by shipment originator", "no", "IN", "CUSTOMER"),
        _row("RG", None, "Return label link expiring soon", "no", "IN", "CUSTOMER"),
        _row("RD", None, "Return label link expired", "no", "IN", "CUSTOMER"),
        _row("HA", None, "Hold at location request accepted", "no", "", "CUSTOMER", "", _CLIENT, "C"),
        _row("PU", Kind.ACCEPTED, "Picked up", "yes", "PU", "PICKUP_LOCATION"),
        _row("PU", Kind.PICKED_UP, "Picked up", "yes", "PU", "PICKUP_LOCATION"),
        _row("PX", None, "Picked up (see details)", "yes", "PU", "PICKUP_LOCATION"),
        _row("OF", None, "At FedEx origin facility", "yes", "IT", "ORIGIN_FEDEX_FACILITY"),
        _row("LO", None, "Left FedEx origin facility", "yes", "IT", "ORIGIN_FEDEX_FACILITY"),
        _row("EO", None, "En route to origin airport", "yes", "IT", "ENROUTE"),
        _row("EA", None, "En route to airport", "yes", "IT", "ENROUTE"),
        _row("AA", None, "At airport", "yes", "IT", "AIRPORT"),
        _row("PF", None, "Plane in flight", "yes", "IT", "PLANE"),
        _row("PL", None, "Plane landed", "yes", "IT", "AIRPORT"),
        _row("AR", Kind.ARRIVED, "Arrived at FedEx location", "yes", "IT", "FEDEX_FACILITY"),
        _row("DP", Kind.DEPARTED, "Departed FedEx location", "yes", "IT", "FEDEX_FACILITY"),
        _row("SF", None, "At sort facility", "yes", "IT", "SORT_FACILITY"),
        _row("IT", Kind.IN_TRANSIT, "On the way", "yes", "IT", "FEDEX_FACILITY"),
        _row("IX", None, "In transit (see details)", "yes", "IT", "FEDEX_FACILITY"),
        _row("Ow", None, "On the way", "yes", "IT", "FEDEX_FACILITY"),
        _row("PM", None, "In progress", "grey", "IT", ""),
        _row("FD", None, "At FedEx destination", "yes", "IT", "DESTINATION_FEDEX_FACILITY"),
        _row("AF", Kind.AT_DELIVERY_OFFICE, "At local FedEx facility", "yes", "IT", "DESTINATION_FEDEX_FACILITY"),
        _row("AF/A3", None, "In FedEx possession", "yes", "PU", "FEDEX_OFFICE_LOCATION", "A3", _SEEN, "B"),
        _row("ED", None, "En route to delivery", "yes", "IT", "VEHICLE"),
        _row("AD", None, "At delivery", "yes", "IT", "DELIVERY_LOCATION"),
        _row("OD", Kind.OUT_FOR_DELIVERY, "On FedEx vehicle for delivery", "yes", "IT", "VEHICLE"),
        _row("DL", Kind.RETURNED, "Delivered, package returned to shipper", "yes", "DL", "DELIVERY_LOCATION"),
        _row("DL", Kind.DELIVERED, "Delivered", "yes", "DL", "DELIVERY_LOCATION"),
        _row("DE", Kind.ATTEMPTED, "Delivery exception", "yes", "DE", "DELIVERY_LOCATION", "08"),
        _row("SE", None, "Shipment exception", "grey", "SE", "FEDEX_FACILITY"),
        _row("DY", Kind.DELAYED, "Delay", "grey", "DY", "FEDEX_FACILITY", "A52"),
        _row("DD", None, "Delivery delay", "grey", "DY", "FEDEX_FACILITY"),
        _row("HL", Kind.AVAILABLE_FOR_PICKUP, "Ready for recipient pickup", "yes", "HL", "FEDEX_OFFICE_LOCATION"),
        _row("HP", None, "Ready for recipient pickup", "yes", "HL", "FEDEX_OFFICE_LOCATION"),
        _row("RS", Kind.RETURNING, "Returning package to shipper", "yes", "RS", "FEDEX_FACILITY"),
        _row("TR", None, "Transfer", "yes", "IT", "INTERLINE_CARRIER"),
        _row("AX", None, "At U.S. Postal Service facility", "yes", "IT", "NON_FEDEX_FACILITY"),
        _row("AC", None, "At Canada Post facility", "yes", "IT", "NON_FEDEX_FACILITY"),
        _row("CC", Kind.CUSTOMS_RELEASED, "International shipment release - Import", "grey", "IT", "PORT_OF_ENTRY"),
        _row("CP", Kind.CUSTOMS_ENTERED, "Clearance in progress", "grey", "IT", "PORT_OF_ENTRY"),
        _row("CD", Kind.CUSTOMS_HELD, "Clearance delay - Import", "grey", "CD", "PORT_OF_ENTRY"),
        _row("EA/regulatory", None, "Export approved", "no", "IT", "CUSTOMS_BROKER"),
        _row("SP", None, "Split status", "grey", "IT", ""),
    ),
)


def code_of(event: ScanEvent) -> FedExCode:
    """The code that renders an event: the one it names, else the one of its kind.

    A code in no table is taken as it is written: carriers add codes.
    """
    if not event.code:
        # The core refuses kinds without a code, and an event without a kind has a code.
        return CODES.of_kind(event.kind or Kind.IN_TRANSIT)
    listed = CODES.by_code.get(event.code)
    if listed is not None:
        return listed
    event_type, _, exception = event.code.partition("/")
    family = CODES.by_code.get(event_type)
    if family is not None:
        return replace(family, exception=exception)
    return FedExCode(event.code, None, event_type, "grey", "named in the scenario", "D", exception=exception)
