"""UPU S10 numbers."""

from random import Random

import pytest

from simulator.carriers.common import check_digits, s10


@pytest.mark.parametrize(
    "number",
    [
        "EZ000000014US",
        "LZ123456785US",
        "CP987654326US",
        "EV900000019CN",
        "RA123456785CN",
        "LZ876543216CN",
        "LX900000019DE",
        "CY555000423DE",
        # Seen in an answer of China Post's API.
        "LZ290346175CN",
        "LZ292346788CN",
        # The example number of the UPU's S10 standard.
        "RB123456785GB",
    ],
)
def test_check_digit_of_a_published_number_is_right(number: str) -> None:
    assert s10.check(number) == "ok"
    assert check_digits.s10(number[2:10]) == number[10]


def test_s10_sum_is_restated_by_hand() -> None:
    # 1*8 + 2*6 + 3*4 + 4*2 + 5*3 + 6*5 + 7*9 + 8*7 = 204 = 18 * 11 + 6; 11 - 6 = 5.
    assert check_digits.s10("12345678") == "5"


def test_s10_remainder_eleven_gives_five() -> None:
    # A sum of 0 leaves 11 - 0 = 11.
    assert check_digits.s10("00000000") == "5"


def test_s10_remainder_ten_gives_zero() -> None:
    # 2*6 = 12 leaves 1, so 11 - 1 = 10.
    assert check_digits.s10("02000000") == "0"


@pytest.mark.parametrize("wrong", "012346789")
def test_every_other_check_digit_is_wrong(wrong: str) -> None:
    assert s10.check(f"RA12345678{wrong}CN") == "wrong"


def test_every_single_wrong_digit_is_noticed_but_in_the_sums_that_share_a_check_digit() -> None:
    # Weights are prime to 11, so a wrong digit moves the remainder; 0 and 6 both end in 5, and 1 and 0 do not collide.
    def remainder(serial: str) -> int:
        return sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11

    right = "12345678"
    for place in range(8):
        for digit in "0123456789":
            text = right[:place] + digit + right[place + 1 :]
            if digit != right[place]:
                same = check_digits.s10(text) == check_digits.s10(right)
                assert same == ({remainder(text), remainder(right)} == {0, 6})


def test_shape_includes_the_country_and_the_service() -> None:
    shape = s10.shape("CN", "E")
    assert shape.fullmatch("EV900000019CN")
    assert not shape.fullmatch("EV900000019US")
    assert not shape.fullmatch("RA123456785CN")
    assert not shape.fullmatch("EV90000001CN")


def test_shape_without_service_takes_any_letter() -> None:
    assert s10.shape("US").fullmatch("QA000000005US")


def test_minted_number_has_service_country_and_a_right_check_digit() -> None:
    for seed in range(100):
        number = s10.mint(Random(seed), "EV", "CN")
        assert number[:2] + number[-2:] == "EVCN"
        assert s10.check(number) == "ok"


def test_equal_seeds_mint_equal_numbers() -> None:
    assert s10.mint(Random(7), "EV", "CN") == s10.mint(Random(7), "EV", "CN")
