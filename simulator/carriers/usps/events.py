"""USPS's scan codes: `eventCode`, two characters.

Each code has a text, a class, a status category, and two properties that shape its event on the wire: where it happens
(a post office is printed with state and ZIP code, a plant by its name alone, some events without a place) and how much
of its time USPS shows.

One code does not separate a delivery from a return: both are 01, only the text differs. The key `01/sender` is the
return. A code in no table becomes an event with that code and no classification.

Sources: live answers of the Tracking API 3.0 (A for what they show), Publication 199's tables G-4 and G-5 as restated
by an open mapping project (B), lists kept by clients (B, C). Events that exist as text only ("In Transit, Arriving
Late", "Awaiting Delivery Scan") are left out: no source gives their code.
"""

from dataclasses import dataclass
from typing import Literal

from simulator.carriers.common.scan_codes import Grade, Physical, ScanCode, ScanCodes
from simulator.parcel import Kind, ScanEvent

# office: city, state, ZIP code. plant: the plant's name as city. nowhere: no place, even if the event has one.
Where = Literal["office", "plant", "nowhere"]
# full: local time, UTC and offset. local: local time alone. date: the local day at midnight, alone.
When = Literal["full", "local", "date"]

_TRANSIT = "Moving Through Network"


@dataclass(frozen=True, slots=True)
class UspsCode(ScanCode):
    """A USPS scan code.

    event_code: `eventCode`.
    category: `statusCategory` while this is the newest event.
    where, when: how its place and its time are shown.
    """

    event_code: str = ""
    category: str = _TRANSIT
    where: Where = "office"
    when: When = "full"

    @property
    def is_delivery(self) -> bool:
        """Whether this is a final delivery, to the recipient or back to the sender."""
        return self.kind in {Kind.DELIVERED, Kind.RETURNED}


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    text: str
    category: str
    kind: Kind | None = None
    where: Where = "office"
    when: When = "full"


def _rows(physical: Physical, grade: Grade, source: str, *rows: _Row) -> tuple[UspsCode, ...]:
    """The codes of a group of rows with the same class, grade and source."""
    return tuple(
        UspsCode(
            row.code, row.kind, row.text, physical, source, grade,
            row.code.partition("/")[0], row.category, row.where, row.when,
        )
        for row in rows
    )  # fmt: skip


_LIVE = "live answers of the Tracking API"
_PUB_199 = "Publication 199"
_PRE = "Pre-Shipment"
_ACCEPTED = "Accepted"
_DELIVERED = "Delivered"
_AGENT = "Delivered to Agent"
_ATTEMPT = "Delivery Attempt"
_PICKUP = "Available for Pickup"
_ALERT = "Alert"
_IN_TRANSIT = "In Transit"
_ABROAD = "International Transit"
_CUSTOMS = "Customs Transit"

_ELECTRONIC = (
    # A label's event may name a place; that does not make it a scan.
    *_rows("no", "A", _LIVE,
        _Row("GX", "Shipping Label Created, USPS Awaiting Item", _PRE, Kind.LABEL_CREATED),
        _Row("MA", "Pre-Shipment, USPS Awaiting Item", _PRE, Kind.MANIFESTED, "nowhere", "date"),
        _Row("NP", "Origin Post is Preparing Shipment", _PRE, None, "nowhere"),
    ),
    *_rows("no", "B", _PUB_199,
        _Row("89", "Pre-Shipment Info Sent to USPS, USPS Awaiting Item", _PRE, None, "nowhere", "date"),
        _Row("GC", "Return Receipt Associated", _PRE, None, "nowhere", "local"),
        _Row("PE", "Origin Post is Preparing Shipment", _PRE, None, "nowhere"),
        _Row("70", "Delivery Day Verified", _IN_TRANSIT, None, "nowhere"),
        _Row("46", "Duplicate Label ID", _ALERT),
        _Row("74", "Redelivery Scheduled", _ATTEMPT),
    ),
    *_rows("no", "C", _PUB_199, _Row("44", "Customer Recall", _ALERT)),
    *_rows("grey", "C", _PUB_199, _Row("58", "Held at Post Office, At Customer Request", _PICKUP)),
)  # fmt: skip

_PARTNER = (
    *_rows("partner", "A", _LIVE,
        _Row("81", "Arrived Shipping Partner Facility, USPS Awaiting Item", _PRE, Kind.PARTNER_RECEIVED),
        _Row("82", "Departed Shipping Partner Facility, USPS Awaiting Item", _PRE),
        _Row("80", "Picked Up By Shipping Partner, USPS Awaiting Item", _PRE, None, "nowhere", "local"),
    ),
    # Sent by the partner, though it names a USPS plant.
    *_rows("partner", "C", _PUB_199, _Row("83", "Arrived at USPS Sort Facility", _IN_TRANSIT, None, "plant")),
    *_rows("partner", "B", f"{_PUB_199}, Parcel Return Service and agents",
        _Row("60", "Tendered to Agent for Final Delivery", _IN_TRANSIT),
        _Row("61", "Received by Agent", _IN_TRANSIT),
        _Row("62", "Recipient Notified by Agent", _PICKUP),
        _Row("63", "Delivered to Recipient by Agent", _AGENT),
        _Row("64", "Undelivered to Recipient by Agent", _ALERT),
        _Row("84", "Acceptance at Destination", _IN_TRANSIT),
        _Row("85", "At Parcel Return Facility", _IN_TRANSIT),
        _Row("86", "At Parcel Return Merchant", _AGENT),
        _Row("87", "Picked Up by Agent", _IN_TRANSIT),
        _Row("34", "Picked Up by Agent", _AGENT),
    ),
)  # fmt: skip

_UNREAD = (
    *_rows("inferred", "A", _LIVE,
        _Row("TL", "In Transit to Next Facility", _TRANSIT, Kind.INFERRED_TRANSIT, "nowhere"),
    ),
    *_rows("inferred", "B", "lists kept by clients",
        _Row("NT", "In Transit to Next Facility", _TRANSIT, None, "nowhere"),
        # One receipt for a sack or a trailer: no piece in it was read.
        _Row("TM", "Shipment Received, Package Acceptance Pending", _ACCEPTED),
    ),
    # A departure from a post office: read there, or with its container.
    *_rows("yes", "C", f"{_LIVE}; class by inference", _Row("SF", "Departed Post Office", _TRANSIT)),
    # Read with a container, or for one that may be in it; may even precede acceptance. Not evidence alone.
    *_rows("grey", "C", f"{_LIVE}; class by inference",
        _Row("T1", "Departed USPS Regional Facility", _TRANSIT, Kind.DEPARTED, "plant"),
        _Row("A1", "Arrived at USPS Regional Facility", _TRANSIT, None, "plant"),
        _Row("EF", "Departed USPS Facility", _TRANSIT, None, "plant"),
        _Row("L1", "Departed USPS Regional Facility", _TRANSIT, None, "plant"),
        _Row("U1", "Arrived at USPS Regional Facility", _TRANSIT, None, "plant"),
    ),
    *_rows("grey", "C", _PUB_199,
        _Row("57", "Delivery Exception, Local Weather Delay", _ALERT, Kind.DELAYED),
        _Row("71", "Rescheduled to Next Delivery Day", _ALERT, Kind.DELAYED),
        _Row("72", "Delivery Exception, Animal Interference", _ALERT, Kind.DELAYED),
    ),
)  # fmt: skip

_READ = (
    *_rows("yes", "A", _LIVE,
        _Row("03", "USPS in possession of item", _ACCEPTED, Kind.ACCEPTED),
        _Row("10", "Arrived at USPS Regional Facility", _TRANSIT, Kind.ARRIVED, "plant"),
        _Row("07", "Arrived at Post Office", "Preparing for Delivery", Kind.AT_DELIVERY_OFFICE),
        _Row("PC", "Sorting Complete", "Preparing for Delivery", Kind.IN_TRANSIT),
        _Row("OF", "Out for Delivery", "Out for Delivery", Kind.OUT_FOR_DELIVERY),
        _Row("01", "Delivered, In/At Mailbox", _DELIVERED, Kind.DELIVERED),
        _Row("01/sender", "Delivered, To Original Sender", _DELIVERED, Kind.RETURNED),
        _Row("02", "Notice Left (No Authorized Recipient Available)", _ATTEMPT, Kind.ATTEMPTED),
        _Row("51", "Notice Left (Business Closed)", _ATTEMPT, Kind.ATTEMPTED),
        _Row("52", "Notice Left", _ATTEMPT, Kind.ATTEMPTED),
        _Row("53", "Notice Left (Receptacle Blocked)", _ATTEMPT, Kind.ATTEMPTED),
        _Row("54", "Notice Left (Receptacle Full/Item Oversized)", _ATTEMPT, Kind.ATTEMPTED),
        _Row("55", "Notice Left (No Secure Location Available)", _ATTEMPT, Kind.ATTEMPTED),
        _Row("56", "Notice Left (No Authorized Recipient Available)", _ATTEMPT, Kind.ATTEMPTED),
        _Row("OA", "Accepted at USPS Origin Facility", _ACCEPTED),
        _Row("AD", "Accepted at USPS Regional Destination Facility", _ACCEPTED, None, "plant"),
    ),
    *_rows("yes", "B", _PUB_199,
        _Row("43", "Picked Up", _ACCEPTED, Kind.PICKED_UP),
        _Row("UA", "Accepted at USPS Facility", _ACCEPTED),
        _Row("04", "Refused", _ALERT),
        _Row("05", "Undeliverable as Addressed", _ALERT),
        _Row("06", "Forwarded", _ALERT),
        _Row("08", "Missent", _ALERT),
        _Row("09", "Return to Sender", _ALERT, Kind.RETURNING),
        _Row("11", "Seized by Law Enforcement", _ALERT),
        _Row("12", "Visible Damage", _ALERT),
        _Row("13", "Delivered, Signature Obtained", _DELIVERED, Kind.DELIVERED),
        _Row("14", "Available for Pickup", _PICKUP, Kind.AVAILABLE_FOR_PICKUP),
        _Row("15", "Mis-shipped", _ALERT),
        _Row("16", "Available for Pickup", _PICKUP, Kind.AVAILABLE_FOR_PICKUP),
        _Row("17", "Delivered to Agent", _AGENT, Kind.DELIVERED),
        _Row("21", "No Such Number", _ALERT),
        _Row("22", "No Such Street", _ALERT),
        _Row("23", "No Such Address", _ALERT),
        _Row("24", "Forward Expired", _ALERT),
        _Row("25", "Addressee Unknown", _ALERT),
        _Row("26", "Vacant", _ALERT),
        _Row("27", "Unclaimed/Being Returned to Sender", _ALERT, Kind.RETURNING),
        _Row("28", "Return to Sender", _ALERT, Kind.RETURNING),
        _Row("29", "Return to Sender", _ALERT, Kind.RETURNING),
        _Row("30", "No Access to Delivery Location", _ALERT, Kind.ATTEMPTED),
        _Row("31", "Delivered, Individual Picked Up at Postal Facility", _DELIVERED, Kind.DELIVERED),
        _Row("32", "Arrived at Post Office", _IN_TRANSIT),
        _Row("33", "Processed at USPS Facility", _IN_TRANSIT),
        _Row("35", "Vault Turnover", _TRANSIT),
        _Row("36", "Transfer to Employee", _TRANSIT),
        _Row("38", "Registered Mail Dispatch Signature", _TRANSIT),
        _Row("39", "Registered Mail Dispatch Witness", _TRANSIT),
        _Row("40", "Transfer From Vault", _TRANSIT),
        _Row("41", "Received at Opening Unit", _TRANSIT),
        _Row("42", "USPS Hand Off to Shipping Partner", _IN_TRANSIT),
        _Row("45", "Tendered to Military Agent", _IN_TRANSIT),
        _Row("73", "Available for Redelivery or Pickup", _PICKUP, Kind.AVAILABLE_FOR_PICKUP),
    ),
    *_rows("yes", "C", _PUB_199,
        _Row("PU", "Shipment Picked Up", _ACCEPTED),
        _Row("59", "Picked Up From Parcel Locker", _DELIVERED),
        _Row("OS", "Originating Scan", _TRANSIT),
        _Row("PO", "Processed at Origin", _TRANSIT),
        _Row("AR", "Arrived at USPS International Service Center", _ABROAD, None, "plant"),
    ),
    *_rows("yes", "B", f"{_PUB_199}, international", _Row("DG", "Out for Delivery", "Out for Delivery")),
    # Delivered by another post or its agent.
    *_rows("foreign", "B", f"{_PUB_199}, international",
        _Row("DL", "Delivered", _DELIVERED, Kind.DELIVERED),
        _Row("OK", "Delivered, Signature Obtained", _DELIVERED, Kind.DELIVERED),
        _Row("BR", "Delivered by Broker", _DELIVERED, Kind.DELIVERED),
        _Row("AH", "Delivered to Postal Agent", _AGENT, Kind.DELIVERED),
        _Row("DN", "Delivered, Damaged", _DELIVERED, Kind.DELIVERED),
    ),
    # Copies of foreign posts' events; from the office of exchange on, the parcel is in the country of destination.
    *_rows("foreign", "C", f"{_PUB_199}, international",
        _Row("D0", "Processed Through Facility", _ABROAD),
        _Row("G0", "Arrived at Post Office", _ABROAD),
        _Row("I0", "Delivered", _DELIVERED, Kind.DELIVERED),
    ),
)  # fmt: skip

_FOREIGN = (
    *_rows("foreign", "B", f"{_PUB_199}, international",
        _Row("CI", "Inbound Into Customs", _CUSTOMS, Kind.CUSTOMS_ENTERED),
        _Row("CD", "Held in Customs", _CUSTOMS, Kind.CUSTOMS_HELD),
        _Row("CO", "Inbound Out of Customs", _CUSTOMS, Kind.CUSTOMS_RELEASED),
        _Row("B1", "Customs Clearance", _CUSTOMS),
        _Row("B2", "Into Customs", _CUSTOMS),
        _Row("B3", "Out of Customs", _CUSTOMS),
        _Row("B5", "Outbound Out of Customs", _CUSTOMS),
        _Row("CR", "Released From Customs", _CUSTOMS),
        _Row("IC", "Receipt Into Customs", _CUSTOMS),
        _Row("RE", "Refused Entry by Customs", _CUSTOMS),
        _Row("A0", "Foreign Acceptance", _ABROAD),
        _Row("H0", "Attempted Delivery Abroad", _ATTEMPT),
        _Row("H8", "Foreign Return to Sender", _ALERT),
    ),
    *_rows("foreign", "C", f"{_PUB_199}, international",
        _Row("B0", "Arrived at Outward Office of Exchange", _ABROAD),
        _Row("C0", "International Dispatch", _ABROAD),
        _Row("E0", "Customs Clearance", _CUSTOMS),
        _Row("F0", "Customs Clearance Processing Complete", _CUSTOMS),
        _Row("J0", "Arrived at Transit Office of Exchange", _ABROAD),
        _Row("K0", "Departed Transit Office of Exchange", _ABROAD),
        _Row("AF", "Handed to Airline", _ABROAD),
        _Row("AG", "Received From Airline", _ABROAD),
        _Row("AJ", "Arrived at Transfer Airport", _ABROAD),
        _Row("AP", "Accepted by Airline", _ABROAD),
        _Row("AT", "Departed by Airline", _ABROAD),
        _Row("AS", "Arrived in Destination Country", _ABROAD),
        _Row("TA", "Transit Mail Arrival", _ABROAD),
        _Row("TR", "Transferred Through Service Center", _ABROAD),
        _Row("DT", "Transit Mail Dispatch", _ABROAD),
    ),
)  # fmt: skip

CODES = ScanCodes[UspsCode]("usps", (*_READ, *_ELECTRONIC, *_PARTNER, *_UNREAD, *_FOREIGN))


def code_of_text(text: str) -> UspsCode:
    """The code that a scenario names; one in no table is taken as it is written."""
    return CODES.by_code.get(text) or UspsCode(
        text, None, "Status Update", "grey", "in no table of USPS", "D", text, _IN_TRANSIT
    )


def code_of(event: ScanEvent) -> UspsCode:
    """The code that renders an event: the one it names, else the one of its kind.

    Raises UnknownKindError for a kind that USPS has no code for.
    """
    if event.code or event.kind is None:
        return code_of_text(event.code)
    return CODES.of_kind(event.kind)
