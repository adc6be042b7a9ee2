"""UPU S10 numbers, shared by the posts: two letters, eight digits, a check digit, the country of the post."""

import re
from random import Random

from simulator.carriers.common import check_digits
from simulator.carriers.common.number_form import CheckDigit, compare_check_digit, random_digits


def shape(country: str, services: str = "A-Z") -> re.Pattern[str]:
    """The shape of a country's S10 numbers; services: the allowed first letters, as a character class."""
    return re.compile(rf"[{services}][A-Z][0-9]{{9}}{country}")


def mint(random: Random, service: str, country: str) -> str:
    """A valid number; service: the two letters."""
    serial = random_digits(random, 8)
    return f"{service}{serial}{check_digits.s10(serial)}{country}"


def check(text: str) -> CheckDigit:
    """Whether the check digit of a text of S10 shape is right."""
    return compare_check_digit(text[:11], check_digits.s10(text[2:10]))
