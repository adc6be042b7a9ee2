"""FedEx numbers: published samples, and whether their check digits are right."""

from random import Random

import pytest

from simulator.carriers.common.number_form import NumberForm
from simulator.carriers.fedex.numbers import FORMS, operating_company

FORM = {form.name: form for form in FORMS}

# The mock numbers of FedEx's sandbox (A), with the form whose check digit they pass.
SANDBOX = (
    ("ground-15", "449044304137821"),
    ("ground-15", "149331877648230"),
    ("ground-15", "020207021381215"),
    ("ground-15", "403934084723025"),
    ("ground-15", "920241085725456"),
    ("ground-15", "039813852990618"),
    ("ground-15", "231300687629630"),
    ("ground-15", "377101283611590"),
    ("ground-15", "852426136339213"),
    ("express-12", "797615467620"),
    ("ground-15", "957794015041323"),
    ("ground-15", "076288115212522"),
    ("express-12", "581190049992"),
    ("express-12", "797806677146"),
    ("ground-15", "122816215025810"),
    ("ground-15", "843119172384577"),
    ("ground-15", "070358180009382"),
    ("express-12", "568838414941"),
)

# Computed by hand from the public number grammars (C), with a remainder of ten among them.
VALID = (
    ("express-12", "900000000016"),
    ("express-12", "779900001232"),
    ("express-12", "900000000050"),
    ("ground-15", "999000000000012"),
    ("ground-15", "041400000001231"),
    ("sscc-18", "000001234500000003"),
    ("sscc-18", "000987654321098767"),
    ("ground-96-22", "9611020987654300000019"),
    ("ground-96-22", "9612345123456789012343"),
    ("economy-20", "61299999900000001234"),
    ("economy-20", "74899000000000007890"),
    ("economy-22", "9261291234567876543219"),
    ("economy-22", "9200199999999912345675"),
    ("express-34", "1001920000000009810900900000000016"),
    ("express-34", "1001000000000009810100777770000017"),
    ("ground-gsn-34", "9622001900000000000000900000000016"),
    ("ground-gsn-34", "9622001560001234567100123456789012"),
    ("astra-32", "32971514560102449000000000162014"),
    ("astra-32", "39810100000000001234567890122014"),
    ("door-tag", "DT900000000016"),
)

# The same with one digit changed, so that the rule notices.
WRONG = (
    ("express-12", "900000000015"),
    ("express-12", "900000000051"),
    ("ground-15", "999000000000013"),
    ("sscc-18", "000001234500000004"),
    ("ground-96-22", "9611020987654300000012"),
    ("economy-20", "61299999900000001235"),
    ("economy-22", "9261291234567876543210"),
    ("express-34", "1001920000000009810900900000000017"),
    ("ground-gsn-34", "9622001900000000000000900000000017"),
    ("astra-32", "32971514560102449000000000152014"),
    ("door-tag", "DT900000000017"),
)


@pytest.mark.parametrize(("form", "number"), SANDBOX + VALID)
def test_published_numbers_pass_their_check_digit(form: str, number: str) -> None:
    assert FORM[form].shape.fullmatch(number)
    assert FORM[form].check(number) == "ok"


@pytest.mark.parametrize(("form", "number"), WRONG)
def test_a_changed_digit_fails_the_check(form: str, number: str) -> None:
    assert FORM[form].shape.fullmatch(number)
    assert FORM[form].check(number) == "wrong"


def test_a_swap_of_digits_with_equal_weight_goes_unnoticed() -> None:
    # Positions 1 and 4 have the same weight, so swapping them changes nothing: 9000... and 0009... share a check digit.
    assert FORM["express-12"].check("900000000016") == FORM["express-12"].check("000900000016") == "ok"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_minted_numbers_are_of_their_form_and_valid(form: NumberForm) -> None:
    random = Random(7)
    for _ in range(50):
        number = form.mint(random)
        assert form.shape.fullmatch(number)
        assert form.check(number) == ("none" if form.name == "freight" else "ok")


def test_the_default_form_is_the_express_number() -> None:
    assert FORMS[0].name == "express-12"


def test_some_economy_numbers_with_02_have_91_before_them() -> None:
    # 91 + 0290000000000000000: weights 3,1 give 27+1+0+2+27 = 57, so the digit is 3; with 92 it is 58, so 2.
    assert FORM["economy-20"].check("02900000000000000003") == "ok"
    assert FORM["economy-20"].check("02900000000000000002") == "ok"
    assert FORM["economy-20"].check("02900000000000000004") == "wrong"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("900000000016", "FDXE"),
        ("999000000000012", "FDXG"),
        ("61299999900000001234", "FXSP"),
        ("1234567890", "FXFR"),
        ("anything", "FDXE"),
    ],
)
def test_the_operating_company_follows_from_the_form(number: str, expected: str) -> None:
    assert operating_company(number) == expected


def test_old_ground_96_numbers_follow_the_express_rule_over_all_digits() -> None:
    # Weights 3,1,7 over 961102098765430000001 give 206, and 206 mod 11 is 8; the rule of today gives 9.
    assert FORM["ground-96-22"].check("9611020987654300000018") == "ok"
