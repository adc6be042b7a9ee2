"""USPS numbers, published or computed by other programs, each with its source."""

from random import Random

import pytest

from simulator.carriers.common.number_form import NumberForm
from simulator.carriers.usps import CARRIER
from simulator.carriers.usps.numbers import FORMS

BY_NAME = {form.name: form for form in FORMS}
LIVE = "a live answer of the Tracking API"
RULE = "computed with the published rule by another program"

# (form, number, result of the check, source)
NUMBERS = [
    ("impb-22", "9400109104250532908587", "ok", LIVE),
    ("impb-22", "9261290289104185136058", "ok", LIVE),
    ("impb-22", "9202290317456200135409", "ok", LIVE),
    ("impb-22", "9400109104250532908588", "wrong", "the first with another check digit"),
    ("impb-22", "9205590000000100000018", "ok", RULE),
    ("impb-22", "9305512345600000000012", "ok", RULE),
    ("impb-22", "9361200011112345678903", "ok", RULE),
    ("impb-22", "9405591234567876543212", "ok", RULE),
    ("impb-22", "9505511000000000000103", "ok", RULE),
    ("impb-26", "92748900000001000000000019", "ok", RULE),
    ("impb-26", "92612999999999999999999996", "ok", RULE),
    ("impb-26", "92612999999999999999999990", "wrong", "the same with another check digit"),
    ("impb-30", "420202609205590000000100000018", "ok", RULE),
    ("impb-30", "420202609205590000000100000010", "wrong", "the same with another check digit"),
    ("impb-34", "4202026092748900000001000000000019", "ok", RULE),
    ("impb-34", "4202026012349205590000000100000018", "ok", f"{RULE}; the ZIP code has nine digits"),
    ("impb-34", "4202026012349205590000000100000019", "wrong", "the same with another check digit"),
    ("legacy-22", "9103000000001000000013", "ok", RULE),
    ("legacy-22", "9123999999000000000423", "wrong", "a known number with another check digit"),
    ("legacy-20", "03000000001000000013", "ok", f"{RULE}; 91 counts"),
    ("legacy-20", "03000000001000000011", "wrong", "its own rule, not the one with 91"),
    ("legacy-20-own", "03000000001000000011", "ok", f"{RULE}; 91 doesn't count"),
    ("legacy-20-own", "70012345678123456787", "ok", RULE),
    ("s10", "EZ000000014US", "ok", RULE),
    ("s10", "CP987654326US", "ok", RULE),
    ("s10", "CP987654327US", "wrong", "the same with another check digit"),
]


@pytest.mark.parametrize(("form", "number", "verdict", "source"), NUMBERS)
def test_check_digit_of_known_numbers(form: str, number: str, verdict: str, source: str) -> None:
    assert BY_NAME[form].shape.fullmatch(number), source
    assert BY_NAME[form].check(number) == verdict, source


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_minted_number_has_its_form_and_a_right_check_digit(form: NumberForm) -> None:
    random = Random(7)
    for _ in range(200):
        number = form.mint(random)
        assert form.shape.fullmatch(number), number
        assert form.check(number) == "ok", number


def test_the_default_form_is_the_impb_of_22_digits() -> None:
    assert CARRIER.forms[0].name == "impb-22"


def test_the_check_digit_does_not_cover_the_zip_code() -> None:
    verdicts = {BY_NAME["impb-30"].check(f"420{zip_code}9205590000000100000018") for zip_code in ("00501", "98101")}
    assert verdicts == {"ok"}


def test_an_identifier_92_needs_a_mailer_id_that_starts_with_nine() -> None:
    assert BY_NAME["impb-22"].shape.fullmatch("9205510000000100000018") is None


def test_an_identifier_93_needs_a_mailer_id_that_does_not_start_with_nine() -> None:
    assert BY_NAME["impb-22"].shape.fullmatch("9305590000000100000018") is None


def test_no_20_digit_number_meets_both_legacy_rules() -> None:
    random = Random(1)
    for _ in range(300):
        number = BY_NAME["legacy-20"].mint(random)
        assert BY_NAME["legacy-20-own"].check(number) == "wrong", number
