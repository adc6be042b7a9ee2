"""The rest of UPS's exceptions (type X) and of its delivery table (type D), as families of codes with one meaning.

Codes: the tables "package exceptions" and "delivery codes" of UPS's tracking documentation (A). UPS has many codes for
one sentence and many sentences for one subject; each family has one short text of ours. Classes follow from the
sentences (C): attempts, refusals, handovers to a post office and readings there show that UPS or its partner had the
parcel, as do the listed codes with the same sentences; delays and paperwork may come before that; payments and plans
show nothing of the kind. Where the sentence alone decides nothing, the class stays undecided: addresses, damage,
requests, promises, special goods.

A bare code has the meaning of another table of `events` where there is one.
"""

from collections.abc import Iterable

from simulator.carriers.common.scan_codes import Physical
from simulator.carriers.ups.event_rows import Row, UpsCode, rows
from simulator.parcel import Kind

_EXCEPTIONS, _DELIVERIES = "package exceptions", "delivery codes"


def _family(letters: str, text: str, number: str = "", kind: Kind | None = None) -> tuple[Row, ...]:
    """The rows of codes (separated by blanks) with the same meaning."""
    return tuple(Row(code, text, number, kind) for code in letters.split())


def _class(types: str, source: str, physical: Physical, families: Iterable[tuple[Row, ...]]) -> tuple[UpsCode, ...]:
    return rows(types, physical, "C", source, *(row for family in families for row in family))


_READ = _class("X", _EXCEPTIONS, "yes", (
    _family("OH GB", "Delivery attempted, nobody available", "060"),
    _family("51 KZ", "Payment was not received, another attempt will be made", "062"),
    _family("52", "Funds were not collected at the final attempt", "024"),
    _family("55 G3 L1", "Business was closed, another attempt will be made", "060"),
    _family("AY", "Business was closed at the final attempt", "024"),
    _family("FM", "Adult signature needed, a final attempt will be made", "061"),
    _family("G8", "Adult signature was not secured", "061"),
    _family("8H AM AN AP AQ AS KI KQ KS", "Refused by the receiver", "064"),
    _family("IQ IR PI", "Receiver could not be identified", "060"),
    _family("HQ", "A notice about the package was left"),
    _family("5G I5", "At UPS Access Point™, awaiting the customer", "040"),
    _family("F4", "Delivered", "011", Kind.DELIVERED),
    _family("FT", "Picked up by the receiver", "011", Kind.DELIVERED),
    _family("F7", "Delivered to an agent for final delivery", "143"),
    _family("IP", "Import Scan", "005"),
    _family("RK RL", "Out For Delivery Today", "021"),
    _family("ZS", "Out For Delivery to UPS Access Point™", "057"),
    _family("PP", "Returned to the sender by the return label"),
    _family("4B LX", "Transferred to the post office", "137"),
    _family("ZW", "Moving to the local post office", "073"),
    _family("RC", "Received by the local post office", "074"),
    _family("ZK", "At the local post office", "074"),
    _family("ZN", "Dispatched by the post office's international center", "074"),
    _family("YD ZM", "Delivery attempted by the post office", "066"),
    _family("YE", "Refused at the post office's delivery"),
    _family("YG", "Forwarded by the post office"),
))  # fmt: skip

# Disruptions in the network, and paperwork that is requested or pending.
_NOTICES = _class("X", _EXCEPTIONS, "grey", (
    _family("3 22 2Z 4K 9S", "Transfer or departure missed", "086"),
    _family("8 31 1V 2H 2Y 3A 3B 3C 7Y 8K 8L CC E3 NW UK", "Delay by operating conditions", "086"),
    _family("9M 9N 9O 9P 9Q 9R 9T 9U 9V 9X 9Y 9Z", "Delay by special operating conditions", "086"),
    _family("7G TI 1E", "Disruption in the network", "086"),
    _family("15 16 68 GH GI LE LF 23", "Mechanical failure or derailment", "086"),
    _family("17 19 S8", "Trailer arrived late", "086"),
    _family("1K CK CM FG HG NP OD", "Flight late, rerouted or cancelled", "086"),
    _family("2A 7X 3D 6D PZ", "Delay by weather", "053"),
    _family("7V C5 DF", "Emergency situation or severe weather", "051"),
    _family("9L B1 DG Q0 RY", "Delay by a strike, a demonstration or blocked traffic", "086"),
    _family("DU Q1", "Transit delays", "086"),
    _family("F8", "Location is being verified"),
    _family("5 1U 2N 2T B4 B8 BW BX CE DE E4 E8 E9 L3 OB R4 R5 RE RM RP SF SS VK X2 X3 X7 XJ XK XL XY Y1",
            "Pending release from a government agency", "126"),
    _family("R1 RJ RU SV T9 YA", "Pending release from a broker", "123"),
    _family("B6 BV C3 D5 DB HW S5 SI SY X4 7I", "Being prepared for clearance", "012"),
    _family("40 71 4T 7T AO BA BD BE CX DN FF L2 L5 R6 RA S1 SN X5 X8 XC XE XG XN XO XV XW D0",
            "Sender asked for clearance details", "058"),
    _family("29 1W 2B 7U B5 BG BH BJ BK BP DY EU EV EW FE GF GZ OQ R7 RR RS S2 S3 SJ SL SP X6 XA XB",
            "Receiver or importer asked for clearance details", "058"),
))  # fmt: skip

_UNDECIDED = _class("X", _EXCEPTIONS, "grey", (
    _family("1 11", "Missed, or not arrived, at the destination"),
    _family("2 14 AZ DQ G1 OL S6 TH TN YR 6K 6P AT", "Delivery is set for another time"),
    _family("4 1A 1B 1L 1Q 1X HA HH 3T 7Z C6 8Y 8Z DC EH EN GC H7 7N LY 87 4Y 6E P6 P7 VL",
            "Delayed, reason told in general"),
    _family("1P 8R SX I8 UI", "In transit, plans are being updated"),
    _family("13 24 25 26 27 45 64 65 66 67 A1 A2 A3 A4 AJ HD HE HR TV HN", "Damaged or missing contents"),
    _family("30 33 37 39 78 93 F5 FW JA JC JH JI JJ K8 VM RG RH TL", "Request or intercept of the sender"),
    _family("43 B9 BF BT CF CN CP CT CZ ES 7H 7P MI OI RX TE TG TT VQ VR W8 X0 X9 XS XU XZ Y4 Y5 Z1 Z3",
            "Clearance, other matters"),
    _family("46 D4 47 LH 72 84 4P 4Q C9 CV EX D2", "Beyond what the service or the place can take"),
    _family("54 E2 S7 UE VB VD VE VF VG VH VN VA TO UZ", "Pickup by the customer arranged"),
    _family("56 59 8A K2 8C 8E 8F", "Later than the service promises"),
    _family("60 73 90 1F 1G 1H 1M 9F H9 HK HO I2 O0 OS TX U0 U3 UN UR US", "Restricted or dangerous goods"),
    _family("63 99 2E D7 TA TK KO I3 BQ BR DD DT FA VI VJ Y2 Y3 TF", "Contact with sender or receiver"),
    _family("77 VZ HM VX OA", "Forwarded to another place or partner"),
    _family("79 LU 9I E0 AH IJ JB", "Address corrected or delivery details updated"),
    _family("89 2X 5R 6R 3J 3L 3N 5S 5T 5U 5V 5W 5Z 6B 6C 6L 6T 6Z 7L 8I ZO", "UPS Access Point™, other matters"),
    _family("91 92 C7", "Charges or C.O.D., other matters"),
    _family("95 7R 7S G6 G9", "Security check or access"),
    _family("2R 2S 2U 8M 2V 4H 7C 7D 7E 8G IY J0 Y9 YF YI YJ YK YL YM", "SurePost® and post office, other matters"),
    _family("3Q 3R 3S 3U 3V 3W 4N HJ EO", "Service upgrade or special flight"),
    _family("4I 4J J8 J9 LI MF T7 T8 UG Y7 V9 VU VV VW Z7 Z8 ZU YS", "Stored, held or cooled"),
    _family("4L 4M 7Q 4R 4S LZ", "Special delivery matters"),
    _family("4Z A5 A6 A7 A8 A9 AA AB AC AD AE AF AG AK AL AV AW AX C8 CW CY DS DW E1 H1 H2 H3 H4 H5 OJ PH TU",
            "Address or label cannot be used as it is"),
    _family("8D BZ NI", "Undeliverable, disposed of"),
    _family("CS DL KP H8 I1 RV YU YV YW", "Return to the sender, other matters"),
    _family("FN K7 KN", "Receiver acknowledges or keeps the package"),
    _family("GV LV TC ZV ZX ZY ZZ", "Status update"),
))  # fmt: skip

_CHARGES = _class("X", _EXCEPTIONS, "no", (_family("7F", "Import charges are due"),))

_DELIVERY_TABLE = (
    *_class("D", _DELIVERIES, "yes", (
        _family("3F 3G 3H 8O OZ 2W A0", "DELIVERED ", "011", Kind.DELIVERED),
        _family("B0", "Delivered to the original sender", "034", Kind.RETURNED),
        _family("EP ZQ", "Held for collection", "017", Kind.AVAILABLE_FOR_PICKUP),
        _family("F7", "Delivered to an agent for final delivery", "143"),
        _family("53", "Receiver refused the package", "064", Kind.ATTEMPTED),
        _family("2D", "Arrived at the post office's sort facility", "074"),
        _family("2J", "Departed from the post office's sort facility", "074"),
        _family("2K", "Out for delivery by the post office", "146"),
        _family("F0", "Arrival Scan", "005"),
        _family("F3", "Departure Scan", "005"),
    )),
    *_class("D", _DELIVERIES, "grey", (
        _family("0 9 12 32 41 42 44 CB CR EF EI EJ EK EL EM EQ", "Delay in transit or at the origin"),
        _family("1Z 2C 38 AU GW HI", "Request of the customer"),
        _family("28 GK KU", "Damaged or incomplete"),
        _family("50 BO DZ EG F2 FB MV NS NX OE CU 74", "Address, access or label not complete"),
        _family("57 BS CI CO DI DO EA EB EC EE FC FI FO FZ 7K TW LM", "Not delivered, other reason"),
        _family("5F 7A 7B", "UPS Access Point™, other matters"),
        _family("61 62 BL BM RN", "Restricted goods"),
        _family("70 83 85 86 8Q B2 BN DK ET EZ L4 RQ SB SE SG ST ZE", "Clearance"),
        # The text leaves open whether the shipment was scanned when it was tendered.
        _family("VS", "Shipment tendered to UPS"),
        _family("YH", "Post office delivers in one or two days"),
        _family("8N 98 BI FD FV UJ", "Status update"),
    )),
)  # fmt: skip

FAMILIES = (*_READ, *_NOTICES, *_UNDECIDED, *_CHARGES, *_DELIVERY_TABLE)
"""Every code of the two tables that no other table here has."""
