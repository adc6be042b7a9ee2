"""UPS tracking numbers: how to mint and how to recognise them.

Facts: the grammar of UPS numbers as kept in the public tracking_number_data project (C, re-verified on its samples);
lengths of inquiry numbers from the UPS Tracking API spec (A). Two numbers that UPS itself documents for testing
(1Z12345E0205271688 and 1Z12345E1505270452) fail the check-digit rule, so the rule finds typing
errors and proves nothing else.
"""

import re
from random import Random

from simulator.carriers.common import check_digits
from simulator.carriers.common.number_form import CheckDigit, NumberForm, compare_check_digit, random_digits

_ACCOUNT = "0123456789ABCDEFGHJKLMNPRTVWXY"
# Next day, second day, ground, three day, worldwide express, SurePost (C).
_SERVICES = ("01", "02", "03", "12", "66", "YW")
_WAYBILL_LETTERS = "AHJKTV"
_MAIL_SERVICE = "748"  # the IMpb service type code in the published Mail Innovations numbers


def _mint_1z(random: Random) -> str:
    account = "".join(random.choice(_ACCOUNT) for _ in range(6))
    body = f"{account}{random.choice(_SERVICES)}{random_digits(random, 7)}"
    return f"1Z{body}{check_digits.ups_1z(body)}"


def _check_1z(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.ups_1z(text[2:-1]))


def _mint_waybill(random: Random) -> str:
    body = random_digits(random, 9)
    return f"{random.choice(_WAYBILL_LETTERS)}{body}{check_digits.mod10(body, 1, 2)}"


def _check_waybill(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.mod10(text[1:-1], 1, 2))


def _mint_mail(random: Random, serial: int) -> str:
    body = f"92{_MAIL_SERVICE}9{random_digits(random, 8)}{random_digits(random, serial)}"
    return f"{body}{check_digits.mod10(body, 3, 1)}"


def _mint_mail_22(random: Random) -> str:
    return _mint_mail(random, 7)


def _mint_mail_26(random: Random) -> str:
    return _mint_mail(random, 11)


def _check_mail(text: str) -> CheckDigit:
    return compare_check_digit(text, check_digits.mod10(text[:-1], 3, 1))


def _mint_mail_18(random: Random) -> str:
    return f"801184{random_digits(random, 12)}"


def _mint_mail_mi(random: Random) -> str:
    return f"MI{random_digits(random, 14)}"


def _mint_infonotice(random: Random) -> str:
    return random_digits(random, 12)


def _mint_freight(random: Random) -> str:
    return random_digits(random, 9)


def _no_rule(_: str) -> CheckDigit:
    return "none"


FORMS = (
    NumberForm("1z", "UPS 1Z", re.compile(r"1Z[A-Z0-9]{15}[0-9]"), _mint_1z, _check_1z),
    # F, M, Q and W are known from clients only (C); they are recognised, not minted.
    NumberForm("waybill", "UPS waybill", re.compile(r"[AFHJKMQTVW][0-9]{10}"), _mint_waybill, _check_waybill),
    # Mail Innovations and SurePost numbers are IMpb numbers; only the Mailer ID sets them apart from others' (C).
    NumberForm(
        "mail-innovations", "UPS Mail Innovations, 22 digits", re.compile(r"92[0-9]{20}|93748[0-9]{17}"),
        _mint_mail_22, _check_mail,
    ),
    NumberForm(
        "mail-innovations-26", "UPS Mail Innovations, 26 digits", re.compile(r"92[0-9]{24}|93748[0-9]{21}"),
        _mint_mail_26, _check_mail,
    ),
    NumberForm(
        "mail-innovations-18", "UPS Mail Innovations, 18 digits (older)", re.compile(r"801184[0-9]{12}"),
        _mint_mail_18, _no_rule,
    ),
    NumberForm(
        "mail-innovations-mi", "UPS Mail Innovations, MI and six digits (older)",
        re.compile(r"MI[0-9]{6}[A-Z0-9]{1,22}"),
        _mint_mail_mi, _no_rule,
    ),
    NumberForm("infonotice", "UPS InfoNotice", re.compile(r"[0-9]{12}"), _mint_infonotice, _no_rule),
    NumberForm("freight-pro", "UPS Freight PRO", re.compile(r"[0-9]{9}"), _mint_freight, _no_rule),
)  # fmt: skip


_MAIL_INNOVATIONS = tuple(form.shape for form in FORMS if form.name.startswith("mail-innovations"))


def is_mail_innovations(number: str) -> bool:
    """Whether a UPS parcel's number, normalised, is one of Mail Innovations; nothing else marks such a parcel."""
    return any(shape.fullmatch(number) for shape in _MAIL_INNOVATIONS)
