"""A form of tracking number. The forms themselves are in `carriers/*/numbers.py`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

CheckDigit = Literal["ok", "wrong", "none"]


@dataclass(frozen=True, slots=True)
class NumberForm:
    """A form of tracking number: how to mint one, and how to check whether a text is one.

    name: short, stable, for `--form`.
    title: for people.
    shape: of the number without blanks, in upper case.
    mint: a valid number from the seeded random.
    check: whether the check digit of a text of that shape is right ("none": the form has no known rule).
    """

    name: str
    title: str
    shape: re.Pattern[str]
    mint: Callable[[Random], str]
    check: Callable[[str], CheckDigit]


def normalise(text: str) -> str:
    """A tracking number in the form in which carriers compare it: without blanks, in upper case."""
    return "".join(text.split()).upper()


def random_digits(random: Random, count: int) -> str:
    """`count` random decimal digits."""
    return "".join(random.choice("0123456789") for _ in range(count))


def compare_check_digit(text: str, expected: str) -> CheckDigit:
    """Whether the last character of a number is the expected check digit."""
    return "ok" if text[-1] == expected else "wrong"
