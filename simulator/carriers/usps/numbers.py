"""USPS tracking numbers: how to mint and how to recognise them.

Facts: the IMpb and legacy grammars as kept in the public tracking_number_data project (C, re-verified on its samples),
S10 from the UPU. An IMpb number is the application identifier 92 to 95, a service type code of three digits, the
mailer's id (nine digits that start with 9, or six that don't), a serial number, and a check digit over all of that.
The prefix 420 and the ZIP code route the parcel; the check digit does not cover them.

The same grammar serves consolidators (UPS Mail Innovations, FedEx Ground Economy, DHL eCommerce): a number that fits
here may be of a parcel that another carrier handles too.
"""

import re
from random import Random

from simulator.carriers.common import check_digits, s10
from simulator.carriers.common.number_form import CheckDigit, NumberForm, compare_check_digit, random_digits

# By application identifier: 92 a mailer's id of nine digits, 93 of six, 94 either, 95 retail (device, day, serial).
_IMPB_22 = r"(?:92[0-9]{3}9[0-9]{16}|93[0-9]{3}[0-8][0-9]{16}|94[0-9]{20}|95[0-9]{20})"
_IMPB_26 = r"(?:92[0-9]{3}9[0-9]{20}|93[0-9]{3}[0-8][0-9]{20}|94[0-9]{24})"
_S10_SERVICES = ("CP", "EZ", "LZ", "RE")
# Service type codes seen in published numbers (C).
_SERVICE_TYPES = ("001", "022", "055", "612")


def _mint_impb(random: Random, *, long: bool) -> str:
    identifier = random.choice(("92", "93", "94") if long else ("92", "93", "94", "95"))
    mailer = (
        random.choice("012345678") + random_digits(random, 5) if identifier == "93" else "9" + random_digits(random, 8)
    )
    body = f"{identifier}{random.choice(_SERVICE_TYPES)}{mailer}"
    body += random_digits(random, (25 if long else 21) - len(body))
    return f"{body}{check_digits.mod10(body, 3, 1)}"


def _mint_22(random: Random) -> str:
    return _mint_impb(random, long=False)


def _mint_26(random: Random) -> str:
    return _mint_impb(random, long=True)


def _mint_30(random: Random) -> str:
    return f"420{random_digits(random, 5)}{_mint_impb(random, long=False)}"


def _mint_34(random: Random) -> str:
    return f"420{random_digits(random, 5)}{_mint_impb(random, long=True)}"


def _check(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.mod10(text[:-1], 3, 1))


def _check_30(text: str) -> CheckDigit:
    return _check(text[8:])


def _check_34(text: str) -> CheckDigit:
    """420, then a ZIP of nine digits and 22 digits, or a ZIP of five and 26; either reading may be the right one."""
    readings = [text[at:] for at, shape in ((12, _IMPB_22), (8, _IMPB_26)) if re.fullmatch(shape, text[at:])]
    return "ok" if any(_check(reading) == "ok" for reading in readings) else "wrong"


def _mint_legacy_22(random: Random) -> str:
    body = f"91{random_digits(random, 19)}"
    return f"{body}{check_digits.mod10(body, 3, 1)}"


def _mint_legacy_20(random: Random) -> str:
    return _mint_legacy_22(random)[2:]


def _check_legacy_20(text: str) -> CheckDigit:
    return _check(f"91{text}")


def _mint_legacy_20_own(random: Random) -> str:
    body = random_digits(random, 19)
    return f"{body}{check_digits.mod10(body, 3, 1)}"


def _mint_s10(random: Random) -> str:
    return s10.mint(random, random.choice(_S10_SERVICES), "US")


FORMS = (
    NumberForm("impb-22", "USPS IMpb, 22 digits", re.compile(_IMPB_22), _mint_22, _check),
    NumberForm("impb-26", "USPS IMpb, 26 digits", re.compile(_IMPB_26), _mint_26, _check),
    NumberForm(
        "impb-30", "USPS IMpb with ZIP, 30 digits", re.compile(rf"420[0-9]{{5}}{_IMPB_22}"),
        _mint_30, _check_30,
    ),
    NumberForm(
        "impb-34", "USPS IMpb with ZIP, 34 digits", re.compile(rf"420(?:[0-9]{{9}}{_IMPB_22}|[0-9]{{5}}{_IMPB_26})"),
        _mint_34, _check_34,
    ),
    NumberForm("legacy-22", "USPS before IMpb, 22 digits", re.compile(r"91[0-9]{20}"), _mint_legacy_22, _check),
    # Without its 91 a legacy number has two check-digit rules; the results differ by 2, so one number never meets both.
    NumberForm(
        "legacy-20", "USPS before IMpb, 20 digits, 91 left out", re.compile(r"[0-9]{20}"),
        _mint_legacy_20, _check_legacy_20,
    ),
    NumberForm("legacy-20-own", "USPS before IMpb, 20 digits", re.compile(r"[0-9]{20}"), _mint_legacy_20_own, _check),
    NumberForm("s10", "USPS international (UPU S10)", s10.shape("US"), _mint_s10, s10.check),
)  # fmt: skip
