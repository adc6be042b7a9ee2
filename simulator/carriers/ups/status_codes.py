"""UPS's numeric status codes (`status.statusCode`): three digits, with or without the letters of an event.

Texts: UPS's table of status and description codes (A). The class of each follows from its text (A for yes and no; the
undecided ones may come before UPS has the parcel, B).
"""

from collections.abc import Mapping
from typing import Literal

# "On the way to UPS" (044, 045) and "order processed" (079, 080) look like movement but are not; 088 is a test.
_STATUS_NO = (
    ("003", "Shipment Ready for UPS"), ("007", "Shipment Information Voided"),
    ("018", "Delivery Change Requested: Hold for Pickup"), ("020", "Held for Future Delivery Requested"),
    ("027", "Delivery Address Change Requested"), ("033", "Return to Sender Requested"),
    ("041", "Service Upgrade Requested"), ("043", "Voided Pickup"), ("044", "On the Way to UPS"),
    ("045", "On the Way to UPS"), ("054", "Delivery Change Requested"), ("065", "Pickup Attempted"),
    ("075", "Scheduled for Delivery"), ("077", "Scheduled for Pickup Today"),
    ("079", "Order Processed: In Transit to UPS"), ("080", "Order Processed: Ready for UPS"),
    ("082", "Delivery Instructions Received"), ("088", "Test"), ("095", "Additional Attempt Requested"),
    ("096", "Address Change Confirmed"), ("097", "Address Change Requested"),
    ("098", "Deliver to Original Address Requested"), ("099", "Deliver to Original Address Confirmed"),
    ("100", "Hold at UPS Access Point™ Confirmed"), ("101", "Hold at UPS Access Point™ Requested"),
    ("102", "Hold for Courier Requested"), ("103", "Hold for Courier Confirmed"),
    ("104", "Hold for Instructions Confirmed"), ("105", "Hold for Instructions Requested"),
    ("106", "Hold for Pickup Confirmed"), ("107", "Hold for Pickup Requested"),
    ("108", "Hold for Pickup Today Confirmed"), ("109", "Hold for Pickup Today Requested"),
    ("110", "Refrigeration Confirmed"), ("111", "Refrigeration Requested"), ("112", "Re-Ice Confirmed"),
    ("113", "Re-Ice Requested"), ("114", "Request Canceled"), ("115", "Reschedule Delivery Confirmed"),
    ("116", "Reschedule Delivery Requested"), ("117", "Return by Saturday Confirmed"),
    ("118", "Return to Sender Confirmed"), ("119", "Return to Sender Requested"),
    ("120", "Saturday Delivery Confirmed"), ("121", "Saturday Delivery Requested"), ("122", "Upgrade Confirmed"),
    ("127", "Investigation Closed"), ("128", "Investigation Canceled"), ("129", "Investigation Opened"),
    ("130", "Claim in Progress"), ("131", "Final Pickup Attempted"), ("133", "Return Label Left With Customer"),
    ("135", "Second Pickup Attempted"), ("140", "Claim Paid - Claim Payment Has Been Processed"),
    ("142", "Claim Voided"), ("148", "Package Information Unavailable"), ("153", "Updated Delivery Time"),
    ("154", "Updated Delivery Date"), ("155", "Delivery Photo"), ("157", "Shipment Ready for UPS"),
    ("163", "Package Information Unavailable"), ("166", "Shipment Ready for Roadie"),
)  # fmt: skip
_STATUS_YES = (
    ("005", "On the Way"), ("006", "Out for Delivery"), ("010", "On the Way"), ("011", "Delivered"),
    ("021", "Out for Delivery"), ("022", "First Attempt Made"), ("023", "Second Delivery Attempted"),
    ("024", "Final Attempt Made"), ("025", "On the Way"), ("026", "Delivered by Local Post Office"),
    ("034", "Returned to Sender"), ("036", "Returning to Sender: In Transit"), ("037", "Out for Delivery"),
    ("038", "Picked Up by UPS"), ("040", "Ready for Customer Pickup"), ("047", "On the Way"),
    ("057", "On the Way to a Local UPS Access Point™"), ("060", "Delivery Attempted"),
    ("061", "Delivery Attempted: Adult Signature Required"), ("062", "Delivery Attempted: Funds Required"),
    ("064", "Delivery Refused"), ("071", "Preparing for Delivery"), ("072", "Loaded on Delivery Vehicle"),
    ("073", "In Transit to UPS Delivery Partner"), ("074", "UPS Delivery Partner has Shipment"),
    ("087", "On the Way"), ("089", "Out for Delivery"), ("091", "Out for Delivery"), ("143", "Delivered to Agent"),
    ("144", "Delivered to Post Office for Pickup"), ("145", "Delivery Attempted"), ("146", "Out for Delivery"),
    ("158", "On the Way"), ("159", "On the Way"), ("160", "We Have Your Package"),
    ("161", "Delivered to UPS Access Point"), ("162", "Out for Delivery"), ("164", "On the Way"),
    ("165", "On the Way"),
)  # fmt: skip
_STATUS_UNDECIDED = (
    ("000", "Status Not Available"), ("012", "Clearance in Progress"), ("013", "Exception"),
    ("014", "Clearance Completed"), ("016", "In Warehouse"), ("017", "Held for Customer Pickup"),
    ("019", "Held for Future Delivery"), ("028", "Delivery Address Changed"), ("029", "Exception: Action Required"),
    ("030", "Local Post Office Exception"), ("032", "Adverse Weather May Cause Delay"),
    ("035", "Returning to Sender"), ("039", "On the Way"), ("042", "Service Upgraded"), ("046", "Delay"),
    ("048", "Delay"), ("049", "Delay: Action Required"), ("050", "Address Information Required"),
    ("051", "Delay: Emergency Situation or Severe Weather"), ("052", "Delay: Severe Weather"),
    ("053", "Delay: Severe Weather"), ("055", "Rescheduled Delivery"), ("056", "Service Upgrade Requested"),
    ("058", "Clearance Information Required"), ("059", "Damage Reported"), ("063", "Delivery Change Completed"),
    ("066", "Post Office Delivery Attempted"), ("067", "Returned to Sender by Post Office"),
    ("068", "Sent to Lost and Found"), ("069", "Unable to Deliver"), ("070", "Package not at UPS Access Point™ yet"),
    ("076", "UPS Delivery Partner Exception"), ("078", "Your Driver is Arriving Soon!"),
    ("081", "Returned - Damage Reported"), ("083", "Held"), ("084", "Cleared"), ("085", "Held for COD Payment"),
    ("086", "Delay"), ("090", "Delay"), ("092", "Customs Clearance in Progress"),
    ("093", "Premier Recovery In Progress"), ("094", "Premier Recovery Completed"),
    ("123", "Pending Release From Non-UPS Broker"), ("124", "Clearance Information Needed"),
    ("125", "Clearance Information Needed"), ("126", "Pending Government Agency Release"),
    ("132", "Airport Security Delay"), ("134", "Cleared Import Customs"),
    ("136", "Delivery Rescheduled for Saturday"), ("137", "Transferred to UPS Delivery Partner"),
    ("138", "Awaiting Scheduled Departure"), ("139", "Security Access Required"),
    ("141", "Incomplete Documentation Received"), ("147", "Seized by Law Enforcement, No Longer in UPS possession"),
    ("149", "Prohibited Contents, Package Destroyed No Longer in UPS possession"),
    ("156", "Commercial Inside Release"), ("167", "Dropped off at UPS Store by Customer"),
    ("168", "Dropped off at Retail Location by Customer"), ("169", "Dropped off at a UPS Access Point by Customer"),
)  # fmt: skip

STATUS_TEXTS: Mapping[str, str] = dict((*_STATUS_NO, *_STATUS_YES, *_STATUS_UNDECIDED))
"""The text of each status code, as in `currentStatus`."""

_NO = frozenset(code for code, _ in _STATUS_NO)
_YES = frozenset(code for code, _ in _STATUS_YES)
_BILLING = frozenset(("003", "157", "166"))
_VOIDED = frozenset(("007",))
_DELIVERED = frozenset(("011", "026", "143", "144", "161"))
_MOVING = _YES - _DELIVERED


def physical(code: str) -> Literal["yes", "no", "cancels", "grey"]:
    """The class of a status code: whether it shows that UPS read the parcel."""
    if code in _VOIDED:
        return "cancels"
    if code in _NO:
        return "no"
    return "yes" if code in _YES else "grey"


def activity_type(code: str) -> str:
    """The activity type of an event with this number and no letters; such events were seen under X (B)."""
    for members, letter in ((_BILLING, "M"), (_VOIDED, "MV"), (_DELIVERED, "D"), (_MOVING, "I")):
        if code in members:
            return letter
    return "X"
