"""China Post's tracking numbers."""

from random import Random

import pytest

from simulator.carriers.chinapost.numbers import FORMS, product
from simulator.carriers.common.number_form import NumberForm

BY_NAME = {form.name: form for form in FORMS}


@pytest.mark.parametrize(
    ("number", "form"),
    [
        # S10 samples whose check digits were computed for the reference tables, and re-computed by hand in test_s10.
        ("EV900000019CN", "s10-ems"),
        ("RA123456785CN", "s10-registered"),
        ("LZ876543216CN", "s10-epacket"),
        # Seen in an answer of the API.
        ("LZ290346175CN", "s10-epacket"),
    ],
)
def test_published_number_is_of_its_form_alone(number: str, form: str) -> None:
    assert [entry.name for entry in FORMS if entry.shape.fullmatch(number)] == [form]
    assert BY_NAME[form].check(number) == "ok"


@pytest.mark.parametrize("number", ["EV900000010CN", "EV900000018CN", "EV900000091CN"])
def test_wrong_check_digit_is_seen(number: str) -> None:
    assert BY_NAME["s10-ems"].check(number) == "wrong"


@pytest.mark.parametrize("number", ["1160001630231", "1272448151316", "9883681600967", "9620140653354"])
def test_thirteen_digits_of_public_samples_have_no_check_digit(number: str) -> None:
    assert BY_NAME["domestic-13"].shape.fullmatch(number)
    assert BY_NAME["domestic-13"].check(number) == "none"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_minted_number_fits_its_form_and_no_other(form: NumberForm) -> None:
    for seed in range(50):
        number = form.mint(Random(seed))
        assert [entry.name for entry in FORMS if entry.shape.fullmatch(number)] == [form.name]


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
def test_every_service_letter_has_one_form(letter: str) -> None:
    assert len([form for form in FORMS if form.shape.fullmatch(f"{letter}A900000019CN")]) == 1


def test_usual_form_is_ems() -> None:
    assert FORMS[0].name == "s10-ems"


@pytest.mark.parametrize(
    ("number", "name"),
    [("EV900000019CN", "国际特快"), ("LZ290346175CN", "e邮宝"), ("9858638312956", "快递包裹"), ("MA900000019CN", "")],
)
def test_product_follows_the_first_letter(number: str, name: str) -> None:
    assert product(number) == name
