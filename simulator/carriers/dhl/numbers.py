"""DHL tracking numbers: how to mint and how to recognise them, and the division of a number.

DHL is several carriers under one name. The mod 7 rule of Express waybills and the 4-9 rule of Identcodes come from the
public tracking_number_data project and from clients (C), re-verified on published samples; the starts of Express piece
ids and eCommerce numbers from DHL's own page on identifiers (A). A random number passes mod 7 one time in ten, and
a 14-digit number always fits: a form shows what a number may be, not whose it is. Leitcodes route parcels and are not
tracking numbers, so they have no form here.
"""

import re
from random import Random

from simulator.carriers.common import check_digits, s10
from simulator.carriers.common.number_form import CheckDigit, NumberForm, compare_check_digit, random_digits

_PIECE = re.compile(r"JD0146([0-9]{14})")
_WAYBILL = re.compile(r"[0-9]{10,11}")


def _mint_express_10(random: Random) -> str:
    serial = random_digits(random, 9)
    return serial + check_digits.mod7(serial)


def _mint_express_11(random: Random) -> str:
    # Without a leading zero: its piece id would be that of the other ten digits.
    serial = random.choice("123456789") + random_digits(random, 9)
    return serial + check_digits.mod7(serial)


def _check_express(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.mod7(text[:-1]))


def _mint_parcel_de_20(random: Random) -> str:
    serial = "340434" + random_digits(random, 11)
    return "00" + serial + check_digits.mod10(serial, 3, 1)


def _check_parcel_de_20(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.mod10(text[2:19], 3, 1))


def _mint_identcode_12(random: Random) -> str:
    serial = random_digits(random, 11)
    return serial + check_digits.mod10(serial, 4, 9)


def _check_identcode_12(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.mod10(text[:11], 4, 9))


def _mint_impb(prefix: str, length: int, random: Random) -> str:
    serial = prefix + random_digits(random, length - len(prefix) - 1)
    return serial + check_digits.mod10(serial, 3, 1)


def _check_impb(text: str) -> CheckDigit:
    """Over the number without a leading postal code; weight 3 at the right end."""
    bare = text[8:] if text.startswith("420") else text
    return compare_check_digit(bare, check_digits.mod10(bare[:-1], 3, 1))


def _no_rule(_: str) -> CheckDigit:
    return "none"


FORMS = (
    NumberForm("express-10", "DHL Express waybill", re.compile(r"[0-9]{10}"), _mint_express_10, _check_express),
    NumberForm(
        "express-11", "DHL Express waybill, 11 digits", re.compile(r"[0-9]{11}"), _mint_express_11, _check_express
    ),
    NumberForm(
        "piece-id",
        "DHL Express piece id",
        re.compile(r"J(?:D|[A-Z]{2,3})[0-9]{9,20}"),
        lambda random: "JD01" + random_digits(random, 16),
        _no_rule,
    ),
    NumberForm(
        "parcel-de-20", "DHL Paket (SSCC)", re.compile(r"0034[0-9]{16}"), _mint_parcel_de_20, _check_parcel_de_20
    ),
    NumberForm(
        "identcode-12", "DHL Paket Identcode", re.compile(r"[0-9]{12}"), _mint_identcode_12, _check_identcode_12
    ),
    NumberForm(
        "s10", "DHL international parcel", s10.shape("DE"), lambda random: s10.mint(random, "LX", "DE"), s10.check
    ),
    NumberForm(
        "ecommerce",
        "DHL eCommerce",
        re.compile(r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)(?=[A-Z0-9]*[0-9])[A-Z0-9]{10,39}"),
        lambda random: "GM" + random_digits(random, 16),
        _no_rule,
    ),
    NumberForm(
        "ecommerce-14",
        "DHL eCommerce, 14 digits",
        re.compile(r"[0-9]{14}"),
        lambda random: "601" + random_digits(random, 11),
        _no_rule,
    ),
    NumberForm(
        "ecommerce-impb-22",
        "DHL eCommerce Americas (IMpb)",
        re.compile(r"93[0-9][0-9]109124[0-9]{12}"),
        lambda random: _mint_impb("9330109124", 22, random),
        _check_impb,
    ),
    NumberForm(
        "ecommerce-impb-26",
        "DHL eCommerce Americas (IMpb, 26 digits)",
        re.compile(r"93612109124[0-9]{15}"),
        lambda random: _mint_impb("93612109124", 26, random),
        _check_impb,
    ),
    NumberForm(
        "ecommerce-impb-30",
        "DHL eCommerce Americas (IMpb with postal code)",
        re.compile(r"420[0-9]{5}9[1-5][0-9]{20}"),
        lambda random: "420" + random_digits(random, 5) + _mint_impb("9330109124", 22, random),
        _check_impb,
    ),
)

# Division (`service` of the unified API) by form. S10 numbers ending in DE clash with letters of Deutsche Post; here
# they are parcels (C).
_DIVISIONS = {
    "express-10": "express",
    "express-11": "express",
    "piece-id": "express",
    "parcel-de-20": "parcel-de",
    "identcode-12": "parcel-de",
    "s10": "parcel-de",
}


def division(number: str) -> str:
    """The division that a number's form belongs to; Express where no form fits."""
    return next((_DIVISIONS.get(form.name, "ecommerce") for form in FORMS if form.shape.fullmatch(number)), "express")


def piece_id(waybill: str) -> str:
    """The piece id of a one-piece Express shipment. That the waybill can be derived from it is ours, not DHL's (D)."""
    return f"JD0146{waybill.zfill(14)}" if _WAYBILL.fullmatch(waybill) else waybill


def waybill_of(piece: str) -> str:
    """The waybill of a piece id made by `piece_id`; any other text is returned unchanged."""
    match = _PIECE.fullmatch(piece)
    return match[1].removeprefix("000").removeprefix("0") if match and match[1].startswith("000") else piece
