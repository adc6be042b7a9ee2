"""UPS's scan codes. A letter pair has different meanings under different activity types, so a key has both: `I/DP`.

Keys: `status.type`/`status.code`. A number alone (`#092`) is an event with a `statusCode` and no letters, as seen live
(B). A scenario may add a number to a key (`I/XD#168`), or leave out the type (`DP`): the types are then tried in the
order I, D, X, M, others, since that is what the letters mean for a parcel on its way. Codes of `event_families` come
after all codes of this module and of `mail_innovations_events`. A code in no table becomes an event with that code and
no classification: UPS adds codes.

Sources: UPS's tracking code tables (movement, manifest, delivery, exception, updates, Mail Innovations) for codes,
texts and classes (A); live answers of the Track API for texts and numbers that go with a code (B). Where no source
gives a code's number, it is matched by its text (C). Texts keep the trailing blanks of those answers.
"""

from collections.abc import Mapping
from dataclasses import replace

from simulator.carriers.common.scan_codes import ScanCodes
from simulator.carriers.ups.event_families import FAMILIES
from simulator.carriers.ups.event_rows import Row, UpsCode, rows
from simulator.carriers.ups.mail_innovations_events import MAIL
from simulator.carriers.ups.status_codes import STATUS_TEXTS, activity_type, physical
from simulator.parcel import Kind, ScanEvent

NUMBER_MARK = "#"
# The order in which types are tried for a bare code; other types follow in the order of the tables, then families.
_TYPE_ORDER = ("I", "D", "X", "M")
_NOT_AVAILABLE = "NA"  # UPS's own activity type for events of unknown type

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
    *rows("M", "no", "A", "manifest codes",
        Row("MP", _LABEL, "003", Kind.LABEL_CREATED),
        Row("DP", "Shipment ready for UPS, manifest processed.", "157", Kind.MANIFESTED),
        Row("RD", "Shipper created a label, Roadie has not received the package yet. ", "166"),
    ),
    *rows("M,MV", "cancels", "A", "manifest codes",
        Row("VP", "Manifest cancelled and shipment voided", "007", Kind.VOIDED),
    ),
)  # fmt: skip

_MOVEMENT = (
    *rows("I", "no", "A", "movement scans",
        Row("PL", _LABEL, "003"),
        Row("SP", "Scheduled for Pickup Today", "077"),
    ),
    *rows("I", "grey", "A", "movement scans",
        Row("AG", "Package is in transit to a UPS facility", kind=Kind.INFERRED_TRANSIT),
        # One row of the table says both that the label was made and that a trailer load was scanned.
        Row("OC", _LABEL),
        Row("UA", "Updated Arrival"),
        Row("UD", "Updated Departure"),
    ),
    *rows("I", "cancels", "A", "movement scans",
        Row("VP", "Void Pickup", "043"),
        Row("CA", "Cancelled Arrival"),
        Row("CD", "Cancelled Departure"),
        Row("CL", "Cancel Unload"),
    ),
    *rows("I", "yes", "A", "movement scans",
        Row("OR", "Origin Scan", "005", Kind.ACCEPTED),
        Row("PU", "Pickup Scan ", "038", Kind.PICKED_UP),
        Row("PC", "Pickup by UPS Package Car", "038", Kind.PICKED_UP),
        Row("PT", "Pickup by UPS trailer", "038", Kind.PICKED_UP),
        Row("XD", "Drop-Off", "167"),  # read by an agent at a counter; the number says which kind of counter
        Row("AR", "Arrived at Facility", "005", Kind.ARRIVED),
        Row("AT", "Air Transit Scan", "005", Kind.IN_TRANSIT),
        Row("HU", "Hub Scan", "005", Kind.IN_TRANSIT),
        Row("LC", "Location Scan", "005", Kind.IN_TRANSIT),
        Row("LM", "Location Scan", "005", Kind.IN_TRANSIT),
        Row("UL", "Unload Scan", "005", Kind.IN_TRANSIT),
        Row("WH", "Warehouse Scan", "016", Kind.IN_TRANSIT),
        Row("DP", "Departed from Facility", "005", Kind.DEPARTED),
        Row("DS", "Destination Scan", "005", Kind.AT_DELIVERY_OFFICE),
        Row("EP", "Export Scan", "005"),
        Row("IP", "Import Scan", "005"),
        Row("YP", "Preparing for Delivery", "071"),
        Row("OD", "Loaded on Delivery Vehicle", "072"),
        Row("DL", "Driver Load", "072"),
        Row("OT", "Out For Delivery Today", "021", Kind.OUT_FOR_DELIVERY),
        Row("OF", "Out For Delivery Today", "021", Kind.OUT_FOR_DELIVERY),
        Row("YI", "Out For Delivery to UPS Access Point™", "057"),
        # Steps of the post that delivers for UPS after it had the parcel (SurePost, Mail Innovations).
        Row("XR", "Received by the local post office", "074"),
        Row("YH", "Received by the local post office", "074"),
        Row("XA", "At Local Post Office", "074"),
        Row("YN", "Package received into postal network", "074"),
        Row("YM", "Package moving to local post office", "073"),
        Row("YF", "USPS Out for Delivery", "146", Kind.OUT_FOR_DELIVERY),
    ),
    # Seen in live answers of the Track API, though its table of activity types lacks P.
    *rows("P", "yes", "B", "movement scans; the type seen live", Row("PU", "Pickup Scan ", "038", Kind.PICKED_UP)),
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
    *rows("D", "yes", "B", "delivery codes; seen live",
        Row("FS", _DELIVERED, "011", Kind.DELIVERED),
        Row("KB", _DELIVERED, "011", Kind.DELIVERED),
        Row("F4", _DELIVERED, "011", Kind.DELIVERED),
    ),
    *rows("D", "yes", "A", "delivery codes",
        Row("9E", "Commercial Inside Release", "156", Kind.DELIVERED),
        Row("UC", "Delivery completed.", "011", Kind.DELIVERED),
        Row("OO", "Your UPS Premier Package Was Delivered", "011", Kind.DELIVERED),
        *(Row(letters, _DELIVERED, "011", Kind.DELIVERED, place) for letters, place in _DROP_PLACES),
        Row("YC", "Package Delivered By Local Post Office", "026", Kind.DELIVERED),
    ),
    *rows("X", "yes", "A", "package exceptions",
        Row("KM", "The package was delivered at the receiver's location.", "011", Kind.DELIVERED),
    ),
    # At a counter or in a locker: delivered as UPS sees it, still waiting for the customer. The exception table prints
    # ZP; a report of the API's users has it as a delivery.
    *rows("X,D", "yes", "A", "package exceptions",
        Row("ZP", "Delivered to UPS Access Point™ location and awaiting customer pickup.", "040",
             Kind.AVAILABLE_FOR_PICKUP),
    ),
    *rows("D", "yes", "A", "delivery codes",
        Row("1N", "The package was delivered to a locker and is awaiting customer pickup.", "161",
             Kind.AVAILABLE_FOR_PICKUP),
        Row("2Q", "Delivered To UPS Access Point™", "161", Kind.AVAILABLE_FOR_PICKUP),
    ),
    *rows("D", "no", "A", "delivery codes",
        Row("MY", "Return service shipping label was left with the shipment's receiver.", "133"),
        Row("L6", "The package information does not reside in ISPS.", "163"),
        Row("F1", "Delivery scheduled.", "075"),
    ),
    *rows("D", "grey", "A", "delivery codes", Row("4X", "Delivery To UPS Facility See Alt Track #")),
    *rows("X", "grey", "A", "package exceptions",
        Row("CG", "A new tracking number was assigned to this package. Use the new tracking number for status "
             "updates."),
        Row("IB", "The delivery has been rescheduled and linked to a new tracking number"),
    ),
)  # fmt: skip

_EXCEPTION_READ = rows("X", "yes", "A", "package exceptions",
    Row("48", "The receiver was not available for delivery. We'll make a second attempt the next business day.", "022",
         Kind.ATTEMPTED),
    Row("49", "The receiver was not available at the time of the final delivery attempt.", "024", Kind.ATTEMPTED),
    Row("53", "Receiver Refused Package", "064", Kind.ATTEMPTED),
    Row("C4", "The receiver was not available at the time of the delivery attempt.", "060", Kind.ATTEMPTED),
    Row("G7", "We tried to deliver the package, but need an adult signature. A second attempt will be made the next "
         "business day.", "061", Kind.ATTEMPTED),
    Row("KX", "We missed you again. A final attempt will be made the next business day.", "023", Kind.ATTEMPTED),
    Row("KT", "The receiver refused the delivery.", "064", Kind.ATTEMPTED),
    Row("KR", "The receiver does not want the product and refused the delivery.", "064", Kind.ATTEMPTED),
    Row("UA", "UPS has returned your package to the sender.", "034", Kind.RETURNED),
    Row("HF", "Package reported picked up - pickup scan.", "038"),
    Row("Z5", "Pickup Scan", "038"),
    Row("P4", "We Have Your Package", "160"),
    Row("F0", "Arrival Scan", "005"),
    Row("F3", "Departure Scan", "005"),
    Row("GD", "Arrived At Facility", "005"),
    Row("2O", "Departed from Facility", "005"),
    Row("HL", "Your package was processed at our facility.", "005"),
    Row("PG", "Processing at UPS Facility", "005"),
    Row("RB", "Processing At UPS Facility", "005"),
    Row("YT", "Warehouse Scan", "016"),
    Row("YX", "Export Scan", "005"),
    Row("3P", "Package has been received from UPS Access Point™ location. UPS will process as necessary.", "005"),
    Row("XD", "Import Scan", "005"),
    Row("CD", "We've left the package on one of our planes. This may cause a delay.", "046"),
    Row("ED", "We've left the package in one of our containers. This may cause a delay.", "046"),
    Row("6", _MISROUTED, "046"),
    Row("7", _MISROUTED, "046"),
    Row("D1", _MISROUTED, "046"),
    Row("34", "We've incorrectly sorted this package which may cause a delay.", "046"),
    Row("S9", "We've sent the package to UPS lost and found.", "068"),
    Row("TJ", "We sent the package to UPS Lost and Found.", "068"),
)  # fmt: skip

_EXCEPTION_UNDECIDED = (
    # Some delays are notices for a whole network; some clearance starts before the parcel does.
    *rows("X", "grey", "A", "package exceptions",
        Row("DJ", "Severe weather conditions have delayed delivery.", "053", Kind.DELAYED),
        Row("7W", "Severe weather conditions have delayed delivery.", "053", Kind.DELAYED),
        Row("DR", _MECHANICAL, "086", Kind.DELAYED),
        Row("MT", "We've missed the scheduled transfer time. This may cause a delay.", "086", Kind.DELAYED),
        Row("18", "A late flight has caused a delay. We will update the delivery date as soon as possible.", "086",
             Kind.DELAYED),
        Row("1O", _MECHANICAL, "086", Kind.DELAYED),
        Row("CQ", _MECHANICAL, "086", Kind.DELAYED),
        Row("4C", _CLEARANCE, "012", Kind.CUSTOMS_ENTERED),
        Row("7M", _CLEARANCE, "012"),
        Row("B3", _CLEARANCE, "012"),
        Row("ER", _CLEARANCE, "012"),
        Row("S4", _CLEARANCE, "012"),
        Row("RZ", _PENDING, "012", Kind.CUSTOMS_HELD),
        Row("DA", "Your package is on the way", "014", Kind.CUSTOMS_RELEASED),
        Row("RD", _PENDING, "126"),
        Row("BB", _SENDER_CONTACTED, "058"),
        Row("OT", _SENDER_CONTACTED, "058"),
        Row("VP", _SENDER_CONTACTED, "058"),
        Row("UF", "We're in the process of returning this package to the sender.", "035", Kind.RETURNING),
        Row("OM", "Missing shipment data is causing a delay. We are awaiting electronic data upload from the Shipper.",
             "049"),
        Row("9D", "UPS printed and applied the shipping label."),
        Row("9J", "The UPS Store® printed and applied the shipping label."),
        Row("9K", "A UPS retail location printed and applied the shipping label."),
        Row("CH", "The package contains multiple, duplicate tracking numbers."),
        Row("CJ", "The tracking number on this package has been altered/changed."),
        Row("DP", "Your package contains a commodity that cannot be shipped internationally."),
        Row("OR", "Your package is being held because it exceeds the regulatory limit for lithium battery capacity."),
        Row("CA", "Your package exceeds the maximum dimensions we can accept."),
        Row("CL", "We've missed the scheduled transfer time. This may cause a delay.", "086"),
        Row("UP", "We're attempting to verify the package location."),
    ),
)  # fmt: skip

_EXCEPTION_NOT_READ = rows("X", "no", "A", "package exceptions",
    Row("G4", "We tried to pickup the package, but it was not ready for pickup. A second attempt will be made the "
         "next business day.", "065"),
    Row("KY", "We tried to pick up the package again, but it was not ready. A final attempt will be made the next "
         "business day.", "135"),
    Row("G5", "The package was not ready for pickup at the time of the final attempt.", "131"),
    Row("K1", "We've missed the scheduled pickup time. This may cause a delay."),
    Row("TR", "Pickup is scheduled for the next business day."),
    Row("5D", "The customer cancelled the package dropoff; UPS does not have this package."),
    Row("9C", "A UPS Mobile shipment was created and is linked to this tracking number."),
    Row("1T", "The receiver requested/created a pre-authorized return label."),
    Row("TS", "Rs Label Has Been Discarded"),
    # Changes that the sender or the receiver asks for; none of them needs the parcel.
    Row("UD", "The receiver requested an alternate delivery address.", "027"),
    Row("TB", "The receiver requested a temporary change to the delivery address.", "027"),
    Row("6G", "Modification of the receiver's address", "028"),
    Row("H6", "We received a request to change delivery.", "054"),
    Row("O1", "A delivery change for this package is in progress.", "054"),
    Row("O2", "We've modified the requested change of delivery for your package.", "054"),
    Row("O3", "We received an additional request to change the delivery of this package.", "054"),
    Row("O4", "The package will be returned to the sender.", "118"),
    Row("O5", "The receiver will pick up the package at a UPS facility.", "106"),
    Row("O6", "We've rescheduled this delivery.", "115"),
    Row("O7", "Your package will be delivered to an alternate address.", "096"),
    Row("O8", "The receiver arranged to pick up this package at a UPS facility.", "106"),
    Row("O9", "A Same-day Will Call was arranged for this package.", "108"),
    Row("ZA", "A UPS My Choice® delivery change was requested for this package.", "054"),
    Row("ZB", "At the receiver's request, the UPS My Choice® delivery change option was modified.", "054"),
    Row("ZC", "As requested, the UPS My Choice® delivery change was completed."),
    Row("ZD", "Deliver to a UPS Access Point™ location.", "100"),
    Row("L0", _INSTRUCTIONS, "082"),
    Row("L8", _INSTRUCTIONS, "082"),
    Row("R3", _INSTRUCTIONS, "082"),
    Row("R8", _INSTRUCTIONS, "082"),
    Row("S0", _INSTRUCTIONS, "082"),
    Row("SO", _INSTRUCTIONS, "082"),
    Row("SU", _INSTRUCTIONS, "082"),
    Row("UT", "Delivery instructions have been provided by the receiver with an updated delivery date", "082"),
    Row("RF", "Saturday delivery has been requested.", "121"),
    Row("RO", "Delivery will be rescheduled for Saturday.", "120"),
    Row("RW", "A second delivery attempt has been requested.", "095"),
    Row("T3", "The sender requested that we hold this package.", "054"),
    Row("T4", "The sender requested a change to the service features.", "054"),
    Row("T5", "The customer has requested a change to the C.O.D. amount.", "054"),
    Row("T6", "The customer has requested that a signature no longer be required.", "054"),
    # Where an Access Point delivery is planned to go.
    Row("6H", "The package will be delivered to the recipient's preferred UPS Access Point™ location."),
    Row("6I", "The package will be delivered to the original receiver's address."),
    Row("6J", "Delivery to a UPS Access Point™ location is pending."),
    Row("RI", "As requested, the package will be delivered to the customer's preferred UPS Access Point™ location."),
    Row("ZL", "Delivery to UPS Access Point™ location is pending."),
    # Money and claims.
    Row("1C", "Import charges are due for this package. Select Pay Now (where available) or pay at delivery."),
    Row("D9", "Value of Goods charges are due for this package."),
    Row("EY", "Import C.O.D. (ICOD) charges are due for this shipment. Online payment required at UPS.com."),
    Row("1D", "Import C.O.D. (ICOD) charges have been paid or billed."),
    Row("E7", "Value of Goods charges have been paid."),
    Row("UL", "Claim issued.", "130"),
    Row("5A", "This claim has been processed. Please reach out to the sender for details.", "140"),
    Row("5B", "This claim requires additional documentation to complete the process.", "130"),
    Row("6W", "This claim request has been voided. Please reach out to the sender for details.", "142"),
    Row("6X", "The claim documentation is currently under review.", "130"),
    Row("GN", "Your investigation has been closed with a proof of delivery.", "127"),
    Row("GO", "The investigation requires additional merchandise description.", "129"),
    Row("GQ", "The investigation has been closed. We were unable to contact the receiver.", "127"),
    Row("GR", "This investigation has been closed and the claim was canceled.", "128"),
    Row("I9", "There are instructions on your account that resulted in closing the claim.", "127"),
    Row("LN", "The damage inspection request has been changed.", "129"),
    Row("LO", "The damage inspection request has been reissued.", "129"),
    Row("LQ", "We've scheduled an inspection of the damaged contents and packaging.", "129"),
    Row("UO", "Lost package investigation", "129"),
    Row("UW", "Unpaid Cod Investigation", "129"),
    Row("UX", "Investigation Only", "129"),
    Row("2G", "The package is not claim eligible because the liability period has passed."),
    Row("3Z", "The package is not claim eligible because there is a contract or account restriction."),
    Row("K5", "A guaranteed service refund has been requested for this package."),
    Row("K6", "A guaranteed service refund has been voided for this package."),
    # Plans and predictions.
    Row("4F", "Package In Transit; Delivery Scheduled", "075"),
    Row("76", "Scheduled for delivery today.", "075"),
    Row("75", "Scheduled for Delivery", "075"),
)  # fmt: skip

# The push API alone sends these.
_UPDATES = rows("U", "no", "A", "updates",
    Row("UP", "Updated Delivery Date", "154"),
    Row("UT", "Updated Delivery Time", "153"),
    Row("PX", "Delivery Photo", "155"),
)  # fmt: skip

_NUMBERS = tuple(
    UpsCode(
        f"{NUMBER_MARK}{number}", None, text, physical(number), "UPS status and description codes",
        "B" if physical(number) == "grey" else "A", activity_type(number), "", number,
    )
    for number, text in STATUS_TEXTS.items()
)  # fmt: skip

_NAMED = (
    *_MOVEMENT,
    *_MANIFEST,
    *_DELIVERY,
    *_EXCEPTION_READ,
    *_EXCEPTION_UNDECIDED,
    *_EXCEPTION_NOT_READ,
    *_UPDATES,
    *MAIL,
    *_NUMBERS,
)

CODES = ScanCodes[UpsCode]("ups", (*_NAMED, *FAMILIES))


def _by_letters() -> dict[str, UpsCode]:
    def rank(entry: UpsCode) -> int:
        return _TYPE_ORDER.index(entry.activity_type) if entry.activity_type in _TYPE_ORDER else len(_TYPE_ORDER)

    found: dict[str, UpsCode] = {}
    for entry in (*sorted(_NAMED, key=rank), *sorted(FAMILIES, key=rank)):
        if entry.letters:
            found.setdefault(entry.letters, entry)
    return found


_BY_LETTERS: Mapping[str, UpsCode] = _by_letters()


_MAIL_CODES = ScanCodes[UpsCode]("ups", MAIL)


def code_of_kind(kind: Kind, *, mail: bool) -> UpsCode:
    """The code that renders a kind of event. mail: for a Mail Innovations parcel, which has its own for most kinds.

    Raises UnknownKindError for a kind that UPS has no code for.
    """
    return (mail and _MAIL_CODES.by_kind.get(kind)) or CODES.of_kind(kind)


def code_of_text(text: str) -> UpsCode:
    """The code that a scenario names: `I/DP`, `DP`, `I/XD#168`, `#092`; one in no table is taken as it is written."""
    known = CODES.by_code.get(text) or _BY_LETTERS.get(text)
    if known is not None:
        return known
    key, mark, number = text.partition(NUMBER_MARK)
    if mark and key:
        return replace(code_of_text(key), number=number, text=STATUS_TEXTS.get(number, code_of_text(key).text))
    type_, slash, letters = key.rpartition("/")
    return UpsCode(
        text, None, STATUS_TEXTS.get(number, "Status update"), "grey", "in no table of UPS", "D",
        type_ if slash else _NOT_AVAILABLE, letters, number,
    )  # fmt: skip


def code_of(event: ScanEvent, *, mail: bool) -> UpsCode:
    """The code that renders an event: the one it names, else the one of its kind. mail: as in `code_of_kind`."""
    if event.code or event.kind is None:
        return code_of_text(event.code)
    return code_of_kind(event.kind, mail=mail)
