"""The check-digit rules on published numbers: each rule must give the check digit of the number."""

import pytest

from simulator.carriers.common import check_digits


@pytest.mark.parametrize(
    "number",
    [
        # Computed by a re-implementation of the tracking_number_data rules that reproduces all of its test numbers.
        "1ZA1B2C30300000012",
        "1Z88X77Y0112345676",
        "1Z000AAAYW76543216",
        "1Z999AA10390000109",
        "1ZA1B2C3YW00424245",
        "1ZTST0016676543218",
        # Documented by UPS for testing.
        "1Z12345E6605272234",
        # From UPS's own Postman collection.
        "1Z1442YY7229014688",
    ],
)
def test_ups_1z_gives_the_last_digit_of_a_published_number(number: str) -> None:
    assert check_digits.ups_1z(number[2:-1]) == number[-1]


@pytest.mark.parametrize("number", ["1Z12345E0205271688", "1Z12345E1505270452"])
def test_two_official_ups_samples_fail_their_own_rule(number: str) -> None:
    assert check_digits.ups_1z(number[2:-1]) != number[-1]


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
def test_ups_letter_counts_as_its_place_in_the_alphabet_plus_two(letter: str) -> None:
    # (ASCII - 3) mod 10 restated: A is 2, B is 3 ... H is 9, I is 0.
    value = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 2) % 10
    assert check_digits.ups_1z(letter + "0" * 14) == str((10 - value) % 10)


@pytest.mark.parametrize(
    "number", ["K1002003002", "J9990001110", "V1231231234", "H9000000010", "K1500000045", "J7770001234"]
)
def test_mod10_with_one_and_two_gives_the_last_digit_of_a_ups_waybill(number: str) -> None:
    assert check_digits.mod10(number[1:-1], 1, 2) == number[-1]


@pytest.mark.parametrize(
    "number",
    [
        "9400190000000100000013",
        "9405591234567876543212",
        "9205590000000100000018",
        "9374887654399999999998",
        "9505511000000000000103",
        "92748912345678123456789017",
        "9101012345678123456789",
    ],
)
def test_mod10_with_three_and_one_gives_the_last_digit_of_an_impb_number(number: str) -> None:
    assert check_digits.mod10(number[:-1], 3, 1) == number[-1]


@pytest.mark.parametrize("number", ["900000000000018", "123456789012343", "000000000000420", "041400000001231"])
def test_mod10_with_one_and_three_gives_the_last_digit_of_a_fedex_ground_number(number: str) -> None:
    assert check_digits.mod10(number[:-1], 1, 3) == number[-1]


@pytest.mark.parametrize("number", ["563102430313", "900000000010", "123456789016"])
def test_mod10_with_four_and_nine_gives_the_last_digit_of_an_identcode(number: str) -> None:
    assert check_digits.mod10(number[:-1], 4, 9) == number[-1]


@pytest.mark.parametrize("number", ["900000000016", "123456789012", "777770000017", "779900001232", "399000004569"])
def test_fedex_mod11_gives_the_last_digit_of_an_express_number(number: str) -> None:
    assert check_digits.fedex_mod11(number[:-1], 3, 1, 7) == number[-1]


def test_fedex_remainder_ten_gives_zero() -> None:
    # 9*3 + 0*1 + ... + 5*1: 27 + 5 = 32 = 2 * 11 + 10.
    assert check_digits.fedex_mod11("90000000005", 3, 1, 7) == "0"


@pytest.mark.parametrize(
    "number",
    [
        "1001000000000009810100900000000016",
        "1001000000000009810100123456789012",
        "9622001560001234567100777770000017",
    ],
)
def test_fedex_mod11_gives_the_last_digit_of_a_34_digit_barcode(number: str) -> None:
    assert check_digits.fedex_mod11(number[20:-1], 1, 7, 3) == number[-1]


@pytest.mark.parametrize("number", ["1234567891", "9000000015", "5647382915", "12345678903"])
def test_mod7_gives_the_last_digit_of_a_dhl_waybill(number: str) -> None:
    assert check_digits.mod7(number[:-1]) == number[-1]


def test_mod7_refutes_a_wrong_dhl_waybill() -> None:
    assert check_digits.mod7("123456789") != "0"


@pytest.mark.parametrize(("serial", "check"), [("0", "0"), ("7", "0"), ("13", "6"), ("700000001", "1")])
def test_mod7_counts_the_whole_number(serial: str, check: str) -> None:
    assert check_digits.mod7(serial) == check


@pytest.mark.parametrize("check", range(7, 10))
def test_mod7_never_gives_more_than_six(check: int) -> None:
    assert str(check) not in {check_digits.mod7(str(serial)) for serial in range(200)}


def test_mod10_misses_a_swap_of_digits_that_differ_by_five() -> None:
    # Weights 3 and 1 differ by 2, and 2 * 5 is a whole ten: the known blind spot of the rule.
    assert check_digits.mod10("16", 3, 1) == check_digits.mod10("61", 3, 1)


def test_mod10_notices_every_single_wrong_digit() -> None:
    right = "940019000000010000001"
    check = check_digits.mod10(right, 3, 1)
    wrong = [
        right[:place] + digit + right[place + 1 :]
        for place in range(len(right))
        for digit in "0123456789"
        if digit != right[place]
    ]
    assert [text for text in wrong if check_digits.mod10(text, 3, 1) == check] == []
