"""The carriers whose tracking numbers have the shape of a text.

Used to look up a number at other carriers when the named one does not know it. Check digits are ignored: UPS's own
test numbers fail theirs (computed from its documentation), China Post's domestic numbers have no public rule, and a
number that passes proves nothing (one in ten does by chance). The shape selects the carriers, and their answers decide.

Sources of the shapes: jkeen/tracking_number_data and the carriers' identifier pages (B and C); USPS Publication 199 for
the barcodes of 22 to 34 digits (A by way of that data).
"""

import re

_POSTAL_BARCODE = r"(?:420\d{5}(?:\d{4})?)?"  # ZIP code of the label in front of the number
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (client, re.compile("|".join(shapes)))
    for client, shapes in (
        (
            "ups",
            (
                r"1Z[A-Z0-9]{16}",
                r"[AFHJKMQTVW]\d{10}",  # waybill
                r"\d{9}",  # freight
                r"801184\d{12}|MI\d{6}[A-Z0-9]{1,22}",  # Mail Innovations' own
                r"92\d{20}(?:\d{4})?",  # Mail Innovations and SurePost: the postal barcode
            ),
        ),
        (
            "usps",
            (
                rf"{_POSTAL_BARCODE}9[1-5]\d{{20}}(?:\d{{4}})?",
                r"\d{20}",  # without its first two digits
                r"[A-Z]{2}\d{9}[A-Z]{2}",  # S10: USPS also answers for the numbers of other posts
            ),
        ),
        (
            "fedex",
            (
                r"\d{12}|\d{15}|\d{18}|\d{20}",
                r"96\d{20}|96\d{32}|[0-8]\d{33}|3\d{31}",
                r"92\d{20}",  # Ground Economy: the postal barcode
                r"DT\d{12}",
                r"\d{9,10}",  # freight
            ),
        ),
        (
            "dhl",
            (
                r"\d{10}|\d{11}|\d{12}|\d{14}",
                r"J[A-Z]{1,3}\d{8,20}",  # pieces: JD, JJD, JVGL
                r"00\d{18}",  # Parcel DE
                r"[A-Z]{2}\d{9}DE",
                r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)(?=[A-Z0-9]*\d)[A-Z0-9]{10,39}",  # eCommerce
                r"3S[A-Z0-9]{8,18}",
                r"9[23]\d{20}(?:\d{4})?",  # eCommerce Americas: the postal barcode
            ),
        ),
        ("chinapost", (r"[A-Z]{2}\d{9}CN", r"\d{13}")),
    )
)


def carriers_by_shape(text: str) -> tuple[str, ...]:
    """The clients whose numbers can look like the text, whatever its case and blanks; empty for other text."""
    number = "".join(text.upper().split())
    if not number.isascii():
        return ()
    return tuple(client for client, shape in _SHAPES if shape.fullmatch(number))
