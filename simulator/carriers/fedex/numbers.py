"""FedEx tracking numbers: how to mint and how to recognise them, and the operating company of a number.

Rules: the carriers' number grammars of the public tracking_number_data project and of clients (C), re-verified on
their published samples and on FedEx's own sandbox numbers. A random 12-digit number passes one time in ten, and freight
numbers have no rule at all: a form shows what a number may be, not whose it is.
"""

import re
from random import Random

from simulator.carriers.common import check_digits
from simulator.carriers.common.number_form import CheckDigit, NumberForm, compare_check_digit, random_digits

_EXPRESS = (3, 1, 7)
_BARCODE = (1, 7, 3)


def _mint_express(random: Random) -> str:
    serial = random_digits(random, 11)
    return serial + check_digits.fedex_mod11(serial, *_EXPRESS)


def _check_express(text: str) -> CheckDigit:
    return compare_check_digit(text[-12:], check_digits.fedex_mod11(text[-12:-1], *_EXPRESS))


def _mint_ground_15(random: Random) -> str:
    serial = random_digits(random, 14)
    return serial + check_digits.mod10(serial, 1, 3)


def _check_ground_15(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.mod10(text[:14], 1, 3))


def _mint_sscc_18(random: Random) -> str:
    serial = random_digits(random, 15)
    return "00" + serial + check_digits.mod10(serial, 3, 1)


def _check_sscc_18(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.mod10(text[2:17], 3, 1))


def _mint_ground_96(random: Random) -> str:
    serial = random_digits(random, 14)
    return "9611020" + serial + check_digits.mod10(serial, 1, 3)


def _check_ground_96(text: str) -> CheckDigit:
    # A few old ones follow the Express rule over all 21 digits instead (C).
    rules = check_digits.mod10(text[7:21], 1, 3), check_digits.fedex_mod11(text[:21], *_EXPRESS)
    return "ok" if text[-1] in rules else "wrong"


def _mint_economy_20(random: Random) -> str:
    serial = "61" + random_digits(random, 17)
    return serial + check_digits.mod10("92" + serial, 3, 1)


def _check_economy_20(text: str) -> CheckDigit:
    # The check digit is that of the postal number, which has 92 in front, or 91 for some that begin with 02 (C).
    postal = ("92", "91") if text.startswith("02") else ("92",)
    return "ok" if any(text[-1] == check_digits.mod10(prefix + text[:19], 3, 1) for prefix in postal) else "wrong"


def _mint_economy_22(random: Random) -> str:
    serial = "926129" + random_digits(random, 15)
    return serial + check_digits.mod10(serial, 3, 1)


def _check_economy_22(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.mod10(text[:21], 3, 1))


def _mint_express_34(random: Random) -> str:
    # The last twelve digits are the tracking number; two zeros before it let both check digits agree.
    return "1001" + random_digits(random, 11) + random_digits(random, 5) + "00" + _mint_express(random)


def _mint_ground_34(random: Random) -> str:
    return "9622001" + random_digits(random, 13) + "00" + _mint_express(random)


def _check_barcode_34(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.fedex_mod11(text[20:33], *_BARCODE))


def _mint_astra_32(random: Random) -> str:
    return "3" + random_digits(random, 15) + _mint_express(random) + random_digits(random, 4)


def _check_astra_32(text: str) -> CheckDigit:
    return _check_express(text[16:28])


FORMS = (
    NumberForm(
        "express-12", "FedEx Express, and Ground today", re.compile(r"[0-9]{12}"), _mint_express, _check_express
    ),
    NumberForm("ground-15", "FedEx Ground", re.compile(r"[0-9]{15}"), _mint_ground_15, _check_ground_15),
    NumberForm("sscc-18", "FedEx Ground SSCC-18", re.compile(r"[0-9]{18}"), _mint_sscc_18, _check_sscc_18),
    NumberForm("ground-96-22", "FedEx Ground 96", re.compile(r"96[0-9]{20}"), _mint_ground_96, _check_ground_96),
    NumberForm(
        "economy-20",
        "FedEx Ground Economy (SmartPost)",
        re.compile(r"(?:02|61|74)[0-9]{18}"),
        _mint_economy_20,
        _check_economy_20,
    ),
    NumberForm(
        "economy-22", "FedEx Ground Economy, postal", re.compile(r"92[0-9]{20}"), _mint_economy_22, _check_economy_22
    ),
    NumberForm(
        "express-34", "FedEx Express barcode", re.compile(r"[0-8][0-9]{33}"), _mint_express_34, _check_barcode_34
    ),
    NumberForm("ground-gsn-34", "FedEx Ground barcode", re.compile(r"96[0-9]{32}"), _mint_ground_34, _check_barcode_34),
    NumberForm("astra-32", "FedEx ASTRA label", re.compile(r"3[0-9]{31}"), _mint_astra_32, _check_astra_32),
    NumberForm(
        "door-tag",
        "FedEx door tag",
        re.compile(r"DT[0-9]{12}"),
        lambda random: "DT" + _mint_express(random),
        _check_express,
    ),
    NumberForm(
        "freight",
        "FedEx Freight",
        re.compile(r"[0-9]{9,10}"),
        lambda random: random_digits(random, 10),
        lambda _: "none",
    ),
)

_COMPANIES = {
    "ground-15": "FDXG",
    "sscc-18": "FDXG",
    "ground-96-22": "FDXG",
    "ground-gsn-34": "FDXG",
    "economy-20": "FXSP",
    "economy-22": "FXSP",
    "freight": "FXFR",
}


def operating_company(number: str) -> str:
    """The operating company (`carrierCode`) that a number's form belongs to; Express where no form decides."""
    return next((_COMPANIES.get(form.name, "FDXE") for form in FORMS if form.shape.fullmatch(number)), "FDXE")
