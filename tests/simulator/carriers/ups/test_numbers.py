"""UPS numbers, published or computed by other programs, each with its source."""

from random import Random

import pytest

from simulator.carriers.common.number_form import NumberForm
from simulator.carriers.ups import CARRIER
from simulator.carriers.ups.numbers import FORMS

BY_NAME = {form.name: form for form in FORMS}

# (form, number, result of the check, source)
NUMBERS = [
    ("1z", "1Z1442YY7229014688", "ok", "UPS's Postman collection"),
    ("1z", "1Z12345E6605272234", "ok", "UPS's test numbers"),
    ("1z", "1Z12345E0205271688", "wrong", "UPS's test numbers, documented as delivered"),
    ("1z", "1Z12345E1505270452", "wrong", "UPS's test numbers, documented as without information"),
    ("1z", "1Z999AA10123456784", "ok", "a sample known everywhere"),
    ("1z", "1Z999AA10123456785", "wrong", "the same with its last digit one higher"),
    ("1z", "1ZA1B2C3YW00424245", "ok", "computed by hand"),
    ("waybill", "K1002003002", "ok", "computed by hand: 1x1 + 2x2 + 3x1 = 8"),
    ("waybill", "K1002003003", "wrong", "the same with another check digit"),
    ("waybill", "H9000000010", "ok", "computed by hand: 9x1 + 1x1 = 10"),
    ("mail-innovations", "9274890000000000000010", "ok", "computed with the published IMpb rule"),
    ("mail-innovations", "9374887654399999999998", "ok", "computed with the published IMpb rule"),
    ("mail-innovations-26", "92748900000001000000000019", "ok", "computed with the published IMpb rule"),
    ("mail-innovations-26", "92748900000001000000000018", "wrong", "the same with another check digit"),
    ("mail-innovations-18", "801184123456789012", "none", "no rule is known"),
    ("infonotice", "123456789012", "none", "no rule is known"),
]


@pytest.mark.parametrize(("form", "number", "verdict", "source"), NUMBERS)
def test_check_digit_of_known_numbers(form: str, number: str, verdict: str, source: str) -> None:
    assert BY_NAME[form].shape.fullmatch(number), source
    assert BY_NAME[form].check(number) == verdict, source


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_minted_number_has_its_form_and_no_wrong_check_digit(form: NumberForm) -> None:
    random = Random(7)
    for _ in range(200):
        number = form.mint(random)
        assert form.shape.fullmatch(number), number
        assert form.check(number) != "wrong", number


@pytest.mark.parametrize(
    "text", ["1Z", "1Z999AA1012345678", "1Z999AA101234567845", "1Z999AA1-123456784", "2Z999AA10123456784"]
)
def test_other_texts_are_no_1z(text: str) -> None:
    assert BY_NAME["1z"].shape.fullmatch(text) is None


def test_the_default_form_is_1z() -> None:
    assert CARRIER.forms[0].name == "1z"


def test_letters_that_differ_by_ten_in_value_pass_the_check_digit() -> None:
    # A and K both count 2: the rule cannot tell them apart.
    assert BY_NAME["1z"].check("1Z999AK10123456784") == BY_NAME["1z"].check("1Z999AA10123456784") == "ok"
