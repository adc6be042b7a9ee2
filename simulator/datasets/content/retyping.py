"""What people, spreadsheets and exports make of a tracking number before it is submitted.

Each is a function from the number on the label. Those that leave clean text say why nobody has that number.
"""

from collections.abc import Callable
from decimal import Decimal

Retype = Callable[[str], str]

WORDS = ("untracked", "handdelivered", "WH07A0004412")
"""Clean texts in the place of a number, which many sellers submit alike; the last one is a warehouse's own code."""


def group(by: str) -> Retype:
    """In groups of four."""
    return lambda number: by.join(number[at : at + 4] for at in range(0, len(number), 4))


def to_scientific(number: str) -> str:
    """As a spreadsheet shows a long number; the text has a point and a plus."""
    return f"{Decimal(number):.5E}"


def keep_fifteen_digits(number: str) -> str:
    """A spreadsheet keeps fifteen digits; an IMpb never ends in zeros before its check digit."""
    return number[:15].ljust(len(number), "0")


def change_check_digit(number: str) -> str:
    """The check digit is another."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def to_full_width(number: str) -> str:
    """Full-width characters."""
    return "".join(chr(ord(character) + 0xFEE0) for character in number)


def transpose_last_pair(number: str) -> str:
    """Two neighbours of a UPS number changed places: the last two that differ before the check digit.

    The weights 1 and 2 find every such pair, so the text is no number of UPS, and no other carrier's has its form. The
    digit behind the 0 of the service is never 0, so there is always a pair.
    """
    left = next(at for at in range(len(number) - 3, -1, -1) if number[at] != number[at + 1])
    return number[:left] + number[left + 1] + number[left] + number[left + 2 :]


def prepend(text: str) -> Retype:
    """A text before the number."""
    return lambda number: f"{text}{number}"


def append(text: str) -> Retype:
    """A text behind the number."""
    return lambda number: f"{number}{text}"


def repeat(between: str) -> Retype:
    """Two numbers in one cell, with a text between them."""
    return lambda number: f"{number}{between}{number}"


def replace_with(text: str) -> Retype:
    """A text in the number's place."""
    return lambda _: text


def insert_zero_width_space(number: str) -> str:
    """An invisible character inside."""
    return f"{number[:6]}\u200b{number[6:]}"


def strip_leading_zeros(number: str) -> str:
    """The zeros in front are gone."""
    return number.lstrip("0")


def turn_digits_into_letters(number: str) -> str:
    """I for 1 and O for 0; UPS numbers have neither letter."""
    return number.replace("1", "I").replace("0", "O")


def drop_last_character(number: str) -> str:
    """The last character is missing, and no UPS number is a character shorter."""
    return number[:-1]
