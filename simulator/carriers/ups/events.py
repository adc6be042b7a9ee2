"""UPS's scan codes. A letter pair means different things under different activity types, so a key has both: `I/DP`.

Keys: `status.type`/`status.code`; a number alone (`#092`) is an event with a `statusCode` and no letters, as seen
live (B). A story may add a number to a key (`I/XD#168`), or leave the type out (`DP`): then I goes before D, X, M and
the others, the meaning that a parcel on its way has. A code in no table is an event with that code and no verdict:
UPS adds codes.

Sources: UPS's tracking code tables (movement, manifest, delivery, exception, updates, Mail Innovations) for codes,
texts and classes (A); live answers of the Track API for texts and numbers that go with a code (B). A number that no
source gives is matched by its text (C); a text as in those answers keeps its trailing blank.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.carriers.ups.statuses import STATUS_TEXTS, activity_type, physical
from simulator.parcel import Kind
from simulator.scan_codes import Grade, Physical, ScanCode, ScanCodes

NUMBER_MARK = "#"
MAIL_INNOVATIONS = frozenset(("VT", "IC", "A4", "H6"))
# Which meaning a bare code has; types that are not listed come last, in the order of the tables.
_TYPE_ORDER = ("I", "D", "X", "M")
_NOT_AVAILABLE = "NA"  # the activity type that UPS itself has for events whose type it doesn't know


@dataclass(frozen=True, slots=True)
class UpsCode(ScanCode):
    """A UPS event. letters and number may be empty, but not both. left_at: where a delivered parcel was left."""

    activity_type: str = ""
    letters: str = ""
    number: str = ""
    left_at: str = ""

    @property
    def logical_scan(self) -> bool | None:
        """`logicalScan`: False for an event that UPS read off the parcel; None where no source tells UPS's value."""
        return {"yes": False, "no": True, "cancels": True}.get(self.physical)

    @property
    def is_delivery(self) -> bool:
        """Whether UPS calls the parcel delivered, to a door, a locker or a counter."""
        return self.kind is Kind.DELIVERED or (self.activity_type == "D" and self.physical == "yes")


@dataclass(frozen=True, slots=True)
class _Row:
    letters: str
    text: str
    number: str = ""
    kind: Kind | None = None
    left_at: str = ""


def _rows(types: str, verdict: Physical, grade: Grade, source: str, *rows: _Row) -> tuple[UpsCode, ...]:
    """The codes of a group: rows of the same types (by comma), class, grade and source."""
    return tuple(
        UpsCode(
            f"{type_}/{row.letters}", row.kind, row.text, verdict, f"UPS tracking code tables, {source}", grade,
            type_, row.letters, row.number, row.left_at,
        )
        for row in rows
        for type_ in types.split(",")
    )  # fmt: skip


_LABEL = "Shipper created a label, UPS has not received the package yet. "
_CLEARANCE = "UPS is preparing your package for clearance. We will notify you if additional information is needed."
_PENDING = (
    "Your package is pending release from a Government Agency. Once they release it, your package will be on its way."
)
_SENDER_CONTACTED = (
    "UPS initiated contact with the sender to obtain clearance information. "
    "Once received, UPS will submit for clearance."
)  # fmt: skip
_INSTRUCTIONS = "Delivery instructions have been provided by the receiver."
_MISROUTED = "We've misrouted the package. This may cause a delay."
_MECHANICAL = "A mechanical failure has caused a delay. We will update the delivery date as soon as possible."
_DELIVERED = "DELIVERED "

_MANIFEST = (
    *_rows("M", "no", "A", "manifest codes",
        _Row("MP", _LABEL, "003", Kind.LABEL_CREATED),
        _Row("DP", "Shipment ready for UPS, manifest processed.", "157", Kind.MANIFESTED),
        _Row("RD", "Shipper created a label, Roadie has not received the package yet. ", "166"),
    ),
    *_rows("M,MV", "cancels", "A", "manifest codes",
        _Row("VP", "Manifest cancelled and shipment voided", "007", Kind.VOIDED),
    ),
)  # fmt: skip

_MOVEMENT = (
    *_rows("I", "no", "A", "movement scans",
        _Row("PL", _LABEL, "003"),
        _Row("SP", "Scheduled for Pickup Today", "077"),
    ),
    *_rows("I", "grey", "A", "movement scans",
        _Row("AG", "Package is in transit to a UPS facility", kind=Kind.INFERRED_TRANSIT),
        # One row of the table says both that the label was made and that a trailer load was scanned.
        _Row("OC", _LABEL),
        _Row("UA", "Updated Arrival"),
        _Row("UD", "Updated Departure"),
    ),
    *_rows("I", "cancels", "A", "movement scans",
        _Row("VP", "Void Pickup", "043"),
        _Row("CA", "Cancelled Arrival"),
        _Row("CD", "Cancelled Departure"),
        _Row("CL", "Cancel Unload"),
    ),
    *_rows("I", "yes", "A", "movement scans",
        _Row("OR", "Origin Scan", "005", Kind.ACCEPTED),
        _Row("PU", "Pickup Scan ", "038", Kind.PICKED_UP),
        _Row("PC", "Pickup by UPS Package Car", "038", Kind.PICKED_UP),
        _Row("PT", "Pickup by UPS trailer", "038", Kind.PICKED_UP),
        _Row("XD", "Drop-Off", "167"),  # read by an agent at a counter; the number says which kind of counter
        _Row("AR", "Arrived at Facility", "005", Kind.ARRIVED),
        _Row("AT", "Air Transit Scan", "005", Kind.IN_TRANSIT),
        _Row("HU", "Hub Scan", "005", Kind.IN_TRANSIT),
        _Row("LC", "Location Scan", "005", Kind.IN_TRANSIT),
        _Row("LM", "Location Scan", "005", Kind.IN_TRANSIT),
        _Row("UL", "Unload Scan", "005", Kind.IN_TRANSIT),
        _Row("WH", "Warehouse Scan", "016", Kind.IN_TRANSIT),
        _Row("DP", "Departed from Facility", "005", Kind.DEPARTED),
        _Row("DS", "Destination Scan", "005", Kind.AT_DELIVERY_OFFICE),
        _Row("EP", "Export Scan", "005"),
        _Row("IP", "Import Scan", "005"),
        _Row("YP", "Preparing for Delivery", "071"),
        _Row("OD", "Loaded on Delivery Vehicle", "072"),
        _Row("DL", "Driver Load", "072"),
        _Row("OT", "Out For Delivery Today", "021", Kind.OUT_FOR_DELIVERY),
        _Row("OF", "Out For Delivery Today", "021", Kind.OUT_FOR_DELIVERY),
        _Row("YI", "Out For Delivery to UPS Access Point™", "057"),
        # Steps of the post that delivers for UPS after it had the parcel (SurePost, Mail Innovations).
        _Row("XR", "Received by the local post office", "074"),
        _Row("YH", "Received by the local post office", "074"),
        _Row("XA", "At Local Post Office", "074"),
        _Row("YN", "Package received into postal network", "074"),
        _Row("YM", "Package moving to local post office", "073"),
        _Row("YF", "USPS Out for Delivery", "146", Kind.OUT_FOR_DELIVERY),
    ),
    # Seen in live answers of the Track API, though its table of activity types lacks P.
    *_rows("P", "yes", "B", "movement scans; the type seen live", _Row("PU", "Pickup Scan ", "038", Kind.PICKED_UP)),
)  # fmt: skip

_DROP_PLACES = (
    ("M1", "Residential"), ("M2", "Commercial"), ("M3", "Front Desk"), ("M4", "Reception"), ("M5", "Mail Room"),
    ("M6", "Office"), ("M7", "Receiver"), ("M8", "Guard"), ("M9", "Door Person"), ("MA", "Hostess"), ("MB", "Janitor"),
    ("MC", "Store"), ("MD", "Warehouse"), ("ME", "Receiving office"), ("MG", "Met Customer"), ("MH", "Met Customer"),
    ("MJ", "Met Customer"), ("MK", "Met Customer"), ("ML", "Front Door"), ("MM", "Rear Door"), ("MN", "Side Door"),
    ("MP", "Garage"), ("MQ", "Porch"), ("MR", "Deck"), ("MS", "Patio"), ("MU", "Mailbox"), ("MW", "Carport"),
    ("MX", "Other - released"), ("NL", "Delivery bag"), ("NT", "Meter box"), ("ZF", "Shed"), ("ZG", "Concierge"),
    ("ZH", "Superintendent"), ("ZI", "UPS Retail Location"), ("P5", "Locker"), ("PF", "Inside Delivery"),
    ("AI", "Dock"),
)  # fmt: skip

_DELIVERY = (
    # Codes of plain deliveries as seen in live answers; the table has some of them under other texts.
    *_rows("D", "yes", "B", "delivery codes; seen live",
        _Row("FS", _DELIVERED, "011", Kind.DELIVERED),
        _Row("KB", _DELIVERED, "011", Kind.DELIVERED),
        _Row("F4", _DELIVERED, "011", Kind.DELIVERED),
    ),
    *_rows("D", "yes", "A", "delivery codes",
        _Row("9E", "Commercial Inside Release", "156", Kind.DELIVERED),
        _Row("UC", "Delivery completed.", "011", Kind.DELIVERED),
        _Row("OO", "Your UPS Premier Package Was Delivered", "011", Kind.DELIVERED),
        *(_Row(letters, _DELIVERED, "011", Kind.DELIVERED, place) for letters, place in _DROP_PLACES),
        _Row("YC", "Package Delivered By Local Post Office", "026", Kind.DELIVERED),
    ),
    *_rows("X", "yes", "A", "package exceptions",
        _Row("KM", "The package was delivered at the receiver's location.", "011", Kind.DELIVERED),
    ),
    # At a counter or in a locker: delivered as UPS sees it, still waiting for the customer. The exception table prints
    # ZP; a report of the API's users has it as a delivery.
    *_rows("X,D", "yes", "A", "package exceptions",
        _Row("ZP", "Delivered to UPS Access Point™ location and awaiting customer pickup.", "040",
             Kind.AVAILABLE_FOR_PICKUP),
    ),
    *_rows("D", "yes", "A", "delivery codes",
        _Row("1N", "The package was delivered to a locker and is awaiting customer pickup.", "161",
             Kind.AVAILABLE_FOR_PICKUP),
        _Row("2Q", "Delivered To UPS Access Point™", "161", Kind.AVAILABLE_FOR_PICKUP),
    ),
    *_rows("D", "no", "A", "delivery codes",
        _Row("MY", "Return service shipping label was left with the shipment's receiver.", "133"),
        _Row("L6", "The package information does not reside in ISPS.", "163"),
        _Row("F1", "Delivery scheduled.", "075"),
    ),
    *_rows("D", "grey", "A", "delivery codes", _Row("4X", "Delivery To UPS Facility See Alt Track #")),
    *_rows("X", "grey", "A", "package exceptions",
        _Row("CG", "A new tracking number was assigned to this package. Use the new tracking number for status "
             "updates."),
        _Row("IB", "The delivery has been rescheduled and linked to a new tracking number"),
    ),
)  # fmt: skip

_EXCEPTION_READ = _rows("X", "yes", "A", "package exceptions",
    _Row("48", "The receiver was not available for delivery. We'll make a second attempt the next business day.", "022",
         Kind.ATTEMPTED),
    _Row("49", "The receiver was not available at the time of the final delivery attempt.", "024", Kind.ATTEMPTED),
    _Row("53", "Receiver Refused Package", "064", Kind.ATTEMPTED),
    _Row("C4", "The receiver was not available at the time of the delivery attempt.", "060", Kind.ATTEMPTED),
    _Row("G7", "We tried to deliver the package, but need an adult signature. A second attempt will be made the next "
         "business day.", "061", Kind.ATTEMPTED),
    _Row("KX", "We missed you again. A final attempt will be made the next business day.", "023", Kind.ATTEMPTED),
    _Row("KT", "The receiver refused the delivery.", "064", Kind.ATTEMPTED),
    _Row("KR", "The receiver does not want the product and refused the delivery.", "064", Kind.ATTEMPTED),
    _Row("UA", "UPS has returned your package to the sender.", "034", Kind.RETURNED),
    _Row("HF", "Package reported picked up - pickup scan.", "038"),
    _Row("Z5", "Pickup Scan", "038"),
    _Row("P4", "We Have Your Package", "160"),
    _Row("F0", "Arrival Scan", "005"),
    _Row("F3", "Departure Scan", "005"),
    _Row("GD", "Arrived At Facility", "005"),
    _Row("2O", "Departed from Facility", "005"),
    _Row("HL", "Your package was processed at our facility.", "005"),
    _Row("PG", "Processing at UPS Facility", "005"),
    _Row("RB", "Processing At UPS Facility", "005"),
    _Row("YT", "Warehouse Scan", "016"),
    _Row("YX", "Export Scan", "005"),
    _Row("3P", "Package has been received from UPS Access Point™ location. UPS will process as necessary.", "005"),
    _Row("XD", "Import Scan", "005"),
    _Row("CD", "We've left the package on one of our planes. This may cause a delay.", "046"),
    _Row("ED", "We've left the package in one of our containers. This may cause a delay.", "046"),
    _Row("6", _MISROUTED, "046"),
    _Row("7", _MISROUTED, "046"),
    _Row("D1", _MISROUTED, "046"),
    _Row("34", "We've incorrectly sorted this package which may cause a delay.", "046"),
    _Row("S9", "We've sent the package to UPS lost and found.", "068"),
    _Row("TJ", "We sent the package to UPS Lost and Found.", "068"),
)  # fmt: skip

_EXCEPTION_UNDECIDED = (
    # Some delays are notices for a whole network; some clearance starts before the parcel does.
    *_rows("X", "grey", "A", "package exceptions",
        _Row("DJ", "Severe weather conditions have delayed delivery.", "053", Kind.DELAYED),
        _Row("7W", "Severe weather conditions have delayed delivery.", "053", Kind.DELAYED),
        _Row("DR", _MECHANICAL, "086", Kind.DELAYED),
        _Row("MT", "We've missed the scheduled transfer time. This may cause a delay.", "086", Kind.DELAYED),
        _Row("18", "A late flight has caused a delay. We will update the delivery date as soon as possible.", "086",
             Kind.DELAYED),
        _Row("1O", _MECHANICAL, "086", Kind.DELAYED),
        _Row("CQ", _MECHANICAL, "086", Kind.DELAYED),
        _Row("4C", _CLEARANCE, "012", Kind.CUSTOMS_ENTERED),
        _Row("7M", _CLEARANCE, "012"),
        _Row("B3", _CLEARANCE, "012"),
        _Row("ER", _CLEARANCE, "012"),
        _Row("S4", _CLEARANCE, "012"),
        _Row("RZ", _PENDING, "012", Kind.CUSTOMS_HELD),
        _Row("DA", "Your package is on the way", "014", Kind.CUSTOMS_RELEASED),
        _Row("RD", _PENDING, "126"),
        _Row("BB", _SENDER_CONTACTED, "058"),
        _Row("OT", _SENDER_CONTACTED, "058"),
        _Row("VP", _SENDER_CONTACTED, "058"),
        _Row("UF", "We're in the process of returning this package to the sender.", "035", Kind.RETURNING),
        _Row("OM", "Missing shipment data is causing a delay. We are awaiting electronic data upload from the Shipper.",
             "049"),
        _Row("9D", "UPS printed and applied the shipping label."),
        _Row("9J", "The UPS Store® printed and applied the shipping label."),
        _Row("9K", "A UPS retail location printed and applied the shipping label."),
        _Row("CH", "The package contains multiple, duplicate tracking numbers."),
        _Row("CJ", "The tracking number on this package has been altered/changed."),
        _Row("DP", "Your package contains a commodity that cannot be shipped internationally."),
        _Row("OR", "Your package is being held because it exceeds the regulatory limit for lithium battery capacity."),
        _Row("CA", "Your package exceeds the maximum dimensions we can accept."),
        _Row("CL", "We've missed the scheduled transfer time. This may cause a delay.", "086"),
        _Row("UP", "We're attempting to verify the package location."),
    ),
)  # fmt: skip

_EXCEPTION_NOT_READ = _rows("X", "no", "A", "package exceptions",
    _Row("G4", "We tried to pickup the package, but it was not ready for pickup. A second attempt will be made the "
         "next business day.", "065"),
    _Row("KY", "We tried to pick up the package again, but it was not ready. A final attempt will be made the next "
         "business day.", "135"),
    _Row("G5", "The package was not ready for pickup at the time of the final attempt.", "131"),
    _Row("K1", "We've missed the scheduled pickup time. This may cause a delay."),
    _Row("TR", "Pickup is scheduled for the next business day."),
    _Row("5D", "The customer cancelled the package dropoff; UPS does not have this package."),
    _Row("9C", "A UPS Mobile shipment was created and is linked to this tracking number."),
    _Row("1T", "The receiver requested/created a pre-authorized return label."),
    _Row("TS", "Rs Label Has Been Discarded"),
    # Changes that the sender or the receiver asks for; none of them needs the parcel.
    _Row("UD", "The receiver requested an alternate delivery address.", "027"),
    _Row("TB", "The receiver requested a temporary change to the delivery address.", "027"),
    _Row("6G", "Modification of the receiver's address", "028"),
    _Row("H6", "We received a request to change delivery.", "054"),
    _Row("O1", "A delivery change for this package is in progress.", "054"),
    _Row("O2", "We've modified the requested change of delivery for your package.", "054"),
    _Row("O3", "We received an additional request to change the delivery of this package.", "054"),
    _Row("O4", "The package will be returned to the sender.", "118"),
    _Row("O5", "The receiver will pick up the package at a UPS facility.", "106"),
    _Row("O6", "We've rescheduled this delivery.", "115"),
    _Row("O7", "Your package will be delivered to an alternate address.", "096"),
    _Row("O8", "The receiver arranged to pick up this package at a UPS facility.", "106"),
    _Row("O9", "A Same-day Will Call was arranged for this package.", "108"),
    _Row("ZA", "A UPS My Choice® delivery change was requested for this package.", "054"),
    _Row("ZB", "At the receiver's request, the UPS My Choice® delivery change option was modified.", "054"),
    _Row("ZC", "As requested, the UPS My Choice® delivery change was completed."),
    _Row("ZD", "Deliver to a UPS Access Point™ location.", "100"),
    _Row("L0", _INSTRUCTIONS, "082"),
    _Row("L8", _INSTRUCTIONS, "082"),
    _Row("R3", _INSTRUCTIONS, "082"),
    _Row("R8", _INSTRUCTIONS, "082"),
    _Row("S0", _INSTRUCTIONS, "082"),
    _Row("SO", _INSTRUCTIONS, "082"),
    _Row("SU", _INSTRUCTIONS, "082"),
    _Row("UT", "Delivery instructions have been provided by the receiver with an updated delivery date", "082"),
    _Row("RF", "Saturday delivery has been requested.", "121"),
    _Row("RO", "Delivery will be rescheduled for Saturday.", "120"),
    _Row("RW", "A second delivery attempt has been requested.", "095"),
    _Row("T3", "The sender requested that we hold this package.", "054"),
    _Row("T4", "The sender requested a change to the service features.", "054"),
    _Row("T5", "The customer has requested a change to the C.O.D. amount.", "054"),
    _Row("T6", "The customer has requested that a signature no longer be required.", "054"),
    # Where an Access Point delivery is planned to go.
    _Row("6H", "The package will be delivered to the recipient's preferred UPS Access Point™ location."),
    _Row("6I", "The package will be delivered to the original receiver's address."),
    _Row("6J", "Delivery to a UPS Access Point™ location is pending."),
    _Row("RI", "As requested, the package will be delivered to the customer's preferred UPS Access Point™ location."),
    _Row("ZL", "Delivery to UPS Access Point™ location is pending."),
    # Money and claims.
    _Row("1C", "Import charges are due for this package. Select Pay Now (where available) or pay at delivery."),
    _Row("D9", "Value of Goods charges are due for this package."),
    _Row("EY", "Import C.O.D. (ICOD) charges are due for this shipment. Online payment required at UPS.com."),
    _Row("1D", "Import C.O.D. (ICOD) charges have been paid or billed."),
    _Row("E7", "Value of Goods charges have been paid."),
    _Row("UL", "Claim issued.", "130"),
    _Row("5A", "This claim has been processed. Please reach out to the sender for details.", "140"),
    _Row("5B", "This claim requires additional documentation to complete the process.", "130"),
    _Row("6W", "This claim request has been voided. Please reach out to the sender for details.", "142"),
    _Row("6X", "The claim documentation is currently under review.", "130"),
    _Row("GN", "Your investigation has been closed with a proof of delivery.", "127"),
    _Row("GO", "The investigation requires additional merchandise description.", "129"),
    _Row("GQ", "The investigation has been closed. We were unable to contact the receiver.", "127"),
    _Row("GR", "This investigation has been closed and the claim was canceled.", "128"),
    _Row("I9", "There are instructions on your account that resulted in closing the claim.", "127"),
    _Row("LN", "The damage inspection request has been changed.", "129"),
    _Row("LO", "The damage inspection request has been reissued.", "129"),
    _Row("LQ", "We've scheduled an inspection of the damaged contents and packaging.", "129"),
    _Row("UO", "Lost package investigation", "129"),
    _Row("UW", "Unpaid Cod Investigation", "129"),
    _Row("UX", "Investigation Only", "129"),
    _Row("2G", "The package is not claim eligible because the liability period has passed."),
    _Row("3Z", "The package is not claim eligible because there is a contract or account restriction."),
    _Row("K5", "A guaranteed service refund has been requested for this package."),
    _Row("K6", "A guaranteed service refund has been voided for this package."),
    # Plans and predictions.
    _Row("4F", "Package In Transit; Delivery Scheduled", "075"),
    _Row("76", "Scheduled for delivery today.", "075"),
    _Row("75", "Scheduled for Delivery", "075"),
)  # fmt: skip

# The push API alone sends these.
_UPDATES = _rows("U", "no", "A", "updates",
    _Row("UP", "Updated Delivery Date", "154"),
    _Row("UT", "Updated Delivery Time", "153"),
    _Row("PX", "Delivery Photo", "155"),
)  # fmt: skip

# Mail Innovations: the type is the source of the event (VT UPS, IC post office, A4 carrier abroad, H6 export site).
# Kinds: which of them stands for a step of a journey is our choice (D).
_MAIL = (
    *_rows("VT", "no", "A", "Mail Innovations",
        _Row("ML", "Order information received", kind=Kind.LABEL_CREATED),
        _Row("MP", "Order information received", kind=Kind.MANIFESTED),
    ),
    *_rows("IC", "no", "A", "Mail Innovations",
        _Row("2N", "Electronic Shipment Information Received for Package by Post Office")),
    *_rows("A4", "no", "A", "Mail Innovations",
        _Row("Q0", "Electronic Shipment Information Received for Package by international carrier")),
    *_rows("H6", "no", "A", "Mail Innovations", _Row("PF", "Export Site has received Package Details from UPS")),
    # On its way to UPS in somebody else's hands: the nearest that UPS has to a consolidator's receipt.
    *_rows("IC", "grey", "A", "Mail Innovations",
        _Row("MU", "In Transit to Mail Innovations", kind=Kind.PARTNER_RECEIVED)),
    *_rows("VT", "grey", "A", "Mail Innovations",
        _Row("MQ", "Order Shipped"),
        _Row("ZW", "Postage Paid/Ready for destination post office entry"),
        _Row("ZY", "Shipment Delivered to USPS, Package Acceptance Pending"),
        _Row("MY", "In Transit", kind=Kind.INFERRED_TRANSIT),  # by whom and where, it doesn't say
    ),
    *_rows("VT", "yes", "A", "Mail Innovations",
        _Row("MV", "Shipment tendered to Mail Innovations"),
        _Row("VS", "Shipment tendered to UPS Mail Innovations", kind=Kind.PICKED_UP),
        _Row("ZS", "Package received for processing", kind=Kind.ACCEPTED),
        _Row("ZT", "Package processed", kind=Kind.IN_TRANSIT),
        _Row("ZU", "Departed UPS Facility", kind=Kind.DEPARTED),
        _Row("ZV", "Arrived at UPS Facility", kind=Kind.ARRIVED),
        _Row("DS", "Sorted at UPS Facility"),
        _Row("ZR", "Departure Scan: Enroute to USPS"),
        _Row("ZX", "Package transferred to post office. No further tracking information will be available"),
    ),
    *_rows("IC", "yes", "A", "Mail Innovations",
        _Row("2O", "Shipment Acceptance at Post Office"),
        _Row("XA", "Accepted by post office"),
        _Row("YH", "Arrived at Post Office", kind=Kind.AT_DELIVERY_OFFICE),
        _Row("YI", "Arrived at USPS Facility"),
        _Row("EL", "Out for Delivery or Out for Redelivery", kind=Kind.OUT_FOR_DELIVERY),
        _Row("YC", "Delivered", kind=Kind.DELIVERED),
    ),
    # Not in the lists of classes that others have drawn from the table: their classes follow from their texts.
    *_rows("IC", "yes", "B", "Mail Innovations",
        _Row("EM", "Notice Left", kind=Kind.ATTEMPTED),
        _Row("1C", "Available for Pickup", kind=Kind.AVAILABLE_FOR_PICKUP),
        _Row("EJ", "Return To Sender", kind=Kind.RETURNING),
    ),
    *_rows("VT", "yes", "B", "Mail Innovations", _Row("XO", "Package Returned to Sender", kind=Kind.RETURNED)),
    *_rows("IC", "grey", "B", "Mail Innovations",
        _Row("EA", "Delivery Exception, Local Weather Delay", kind=Kind.DELAYED)),
    *_rows("H6", "foreign", "B", "Mail Innovations",
        _Row("P4", "Package with Customs for Clearance", kind=Kind.CUSTOMS_ENTERED),
        _Row("PK", "Customs Hold for Inspection", kind=Kind.CUSTOMS_HELD),
        _Row("P5", "Package Cleared by Customs Office", kind=Kind.CUSTOMS_RELEASED),
    ),
    # Pairs that mean something else under I or X; their classes follow from their texts.
    *_rows("IC", "no", "B", "Mail Innovations", _Row("DP", "Reminder to Schedule Redelivery of your item")),
    *_rows("VT", "yes", "B", "Mail Innovations", _Row("XD", "Package Damaged: Returned to Sender")),
    *_rows("IC,H6", "yes", "B", "Mail Innovations", _Row("PX", "Package Damaged")),
    *_rows("H6", "yes", "B", "Mail Innovations",
        _Row("PL", "Package Refused by Receiver"), _Row("PU", "Package Refused")),
    *_rows("A4", "yes", "B", "Mail Innovations", _Row("RD", "Package is out for delivery; Force Majeure")),
)  # fmt: skip

_NUMBERS = tuple(
    UpsCode(
        f"{NUMBER_MARK}{number}", None, text, physical(number), "UPS status and description codes",
        "B" if physical(number) == "grey" else "A", activity_type(number), "", number,
    )
    for number, text in STATUS_TEXTS.items()
)  # fmt: skip

CODES = ScanCodes[UpsCode](
    "ups",
    (
        *_MOVEMENT,
        *_MANIFEST,
        *_DELIVERY,
        *_EXCEPTION_READ,
        *_EXCEPTION_UNDECIDED,
        *_EXCEPTION_NOT_READ,
        *_UPDATES,
        *_MAIL,
        *_NUMBERS,
    ),
)


def _by_letters() -> dict[str, UpsCode]:
    def rank(entry: UpsCode) -> int:
        return _TYPE_ORDER.index(entry.activity_type) if entry.activity_type in _TYPE_ORDER else len(_TYPE_ORDER)

    found: dict[str, UpsCode] = {}
    for entry in sorted(CODES.all, key=rank):
        if entry.letters:
            found.setdefault(entry.letters, entry)
    return found


_BY_LETTERS: Mapping[str, UpsCode] = _by_letters()


_MAIL_CODES = ScanCodes[UpsCode]("ups", _MAIL)


def of_kind(kind: Kind, *, mail: bool) -> UpsCode:
    """The event that a kind is told by. mail: of a Mail Innovations parcel, which has its own codes for most kinds."""
    return (mail and _MAIL_CODES.by_kind.get(kind)) or CODES.of_kind(kind)


def of_text(text: str) -> UpsCode:
    """The event that a story's code means: `I/DP`, `DP`, `I/XD#168`, `#092`; a code in no table as it stands."""
    known = CODES.by_code.get(text) or _BY_LETTERS.get(text)
    if known is not None:
        return known
    key, mark, number = text.partition(NUMBER_MARK)
    if mark and key:
        return replace(of_text(key), number=number, text=STATUS_TEXTS.get(number, of_text(key).text))
    type_, slash, letters = key.rpartition("/")
    return UpsCode(
        text, None, STATUS_TEXTS.get(number, "Status update"), "grey", "in no table of UPS", "D",
        type_ if slash else _NOT_AVAILABLE, letters, number,
    )  # fmt: skip
