"""DHL numbers: published samples, and whether their check digits are right."""

from random import Random

import pytest

from simulator.carriers.common.number_form import NumberForm
from simulator.carriers.dhl.numbers import FORMS, division, piece_id, waybill_of

FORM = {form.name: form for form in FORMS}
NO_RULE = {"piece-id", "ecommerce", "ecommerce-14"}

VALID = (
    # 563102430313 is the well-known sample of Identcodes (C); the rest computed by hand from the public grammars (C).
    ("express-10", "1234567891"),
    ("express-10", "9000000015"),
    ("express-10", "5647382915"),
    ("express-11", "12345678903"),
    ("parcel-de-20", "00340434999900000015"),
    ("parcel-de-20", "00340434555500001229"),
    ("identcode-12", "563102430313"),
    ("identcode-12", "900000000010"),
    ("identcode-12", "123456789016"),
    ("s10", "LX900000019DE"),
    ("s10", "RX123456785DE"),
    ("s10", "CY555000423DE"),
    ("ecommerce-impb-22", "9330109124000000000017"),
    ("ecommerce-impb-26", "93612109124000000123456782"),
    ("ecommerce-impb-30", "420202609205590000000100000018"),
)

# The waybills that the MyDHL test system knows (A); each last digit is the rest of the first nine by seven.
TEST_WAYBILLS = (
    "9356579890", "4818240420", "5584773180", "5786694550", "2449648740", "5980622760", "5980622970", "5980623180",
    "5980770460", "6781059250", "9077880070", "5786694760", "7957673080", "5786696720", "8066924740",
)  # fmt: skip

WRONG = (
    ("express-10", "1234567890"),
    ("express-10", "9000000019"),
    ("express-11", "12345678904"),
    ("parcel-de-20", "00340434999900000016"),
    ("identcode-12", "563102430314"),
    ("s10", "LX900000018DE"),
    ("ecommerce-impb-22", "9330109124000000000018"),
    ("ecommerce-impb-26", "93612109124000000123456783"),
    ("ecommerce-impb-30", "420202609205590000000100000019"),
)

WITHOUT_RULE = (
    ("piece-id", "JD014600009000000015"),
    ("piece-id", "JJD0123456789"),
    ("piece-id", "JVGL0123456789"),
    ("ecommerce", "GM2951173225174494"),
    ("ecommerce", "RX900000000000000017"),
    ("ecommerce-14", "60120172242323"),
)


@pytest.mark.parametrize(("form", "number"), VALID)
def test_published_numbers_pass_their_check_digit(form: str, number: str) -> None:
    assert FORM[form].shape.fullmatch(number)
    assert FORM[form].check(number) == "ok"


@pytest.mark.parametrize("number", TEST_WAYBILLS)
def test_waybills_of_the_test_system_pass(number: str) -> None:
    assert FORM["express-10"].check(number) == "ok"


@pytest.mark.parametrize(("form", "number"), WRONG)
def test_a_changed_digit_fails_the_check(form: str, number: str) -> None:
    assert FORM[form].shape.fullmatch(number)
    assert FORM[form].check(number) == "wrong"


@pytest.mark.parametrize(("form", "number"), WITHOUT_RULE)
def test_forms_without_a_rule_say_so(form: str, number: str) -> None:
    assert FORM[form].shape.fullmatch(number)
    assert FORM[form].check(number) == "none"


def test_a_waybill_never_ends_in_seven_eight_or_nine() -> None:
    assert all(FORM["express-10"].check(f"123456789{digit}") == "wrong" for digit in "789")


def test_a_fedex_number_can_pass_as_a_waybill() -> None:
    # Reported of tracking_number_data (issue 29): mod 7 confirms no carrier.
    assert FORM["express-10"].check("5096672442") == "ok"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_minted_numbers_are_of_their_form_and_valid(form: NumberForm) -> None:
    random = Random(7)
    for _ in range(50):
        number = form.mint(random)
        assert form.shape.fullmatch(number)
        assert form.check(number) == ("none" if form.name in NO_RULE else "ok")


def test_the_default_form_is_the_waybill() -> None:
    assert FORMS[0].name == "express-10"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("9000000015", "express"),
        ("12345678903", "express"),
        ("JD014600009000000015", "express"),
        ("00340434999900000015", "parcel-de"),
        ("563102430313", "parcel-de"),
        ("LX900000019DE", "parcel-de"),
        ("GM2951173225174494", "ecommerce"),
        ("60120172242323", "ecommerce"),
        ("anything", "express"),
    ],
)
def test_the_division_follows_from_the_form(number: str, expected: str) -> None:
    assert division(number) == expected


def test_the_piece_id_contains_the_waybill() -> None:
    assert piece_id("9000000015") == "JD014600009000000015"


@pytest.mark.parametrize("waybill", ["9000000015", "0123456784", "0012345676", "12345678903"])
def test_a_waybill_is_read_back_from_its_piece_id(waybill: str) -> None:
    assert waybill_of(piece_id(waybill)) == waybill


@pytest.mark.parametrize("piece", ["JD014611112222333344", "JJD0123456789", "9000000015"])
def test_other_piece_ids_are_returned_unchanged(piece: str) -> None:
    assert waybill_of(piece) == piece
