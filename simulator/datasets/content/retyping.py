"""What people, spreadsheets and exports make of a tracking number before it is submitted.

Each is a function from the number on the label, or returns one. Where the result is clean text, the docstring says why
no carrier has that number.
"""

from collections.abc import Callable
from decimal import Decimal

Retype = Callable[[str], str]

WORDS = ("untracked", "handdelivered", "WH07A0004412")
"""Clean texts that many sellers submit instead of a number; the last one is a warehouse's own code."""


def group(separator: str) -> Retype:
    """Split a number into groups of four."""
    return lambda number: separator.join(number[at : at + 4] for at in range(0, len(number), 4))


def to_scientific(number: str) -> str:
    """Write a number as a spreadsheet shows a long one, with a point and a plus."""
    return f"{Decimal(number):.5E}"


def keep_fifteen_digits(number: str) -> str:
    """Keep fifteen digits, as a spreadsheet does; an IMpb never ends in zeros before its check digit."""
    return number[:15].ljust(len(number), "0")


def change_check_digit(number: str) -> str:
    """Replace the check digit by the next digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def to_full_width(number: str) -> str:
    """Write a number in full-width characters."""
    return "".join(chr(ord(character) + 0xFEE0) for character in number)


def transpose_last_pair(number: str) -> str:
    """Transpose two neighbours of a UPS number: the last two that differ before the check digit.

    The weights 1 and 2 find every such pair, so the text is not a UPS number, and no other carrier's numbers have its
    form. The digit after the 0 of the service is never 0, so there is always a pair.
    """
    left = next(at for at in range(len(number) - 3, -1, -1) if number[at] != number[at + 1])
    return number[:left] + number[left + 1] + number[left] + number[left + 2 :]


def prepend(text: str) -> Retype:
    """Put a text before the number."""
    return lambda number: f"{text}{number}"


def append(text: str) -> Retype:
    """Put a text after the number."""
    return lambda number: f"{number}{text}"


def repeat(separator: str) -> Retype:
    """Write the number twice in one cell, with a text in between."""
    return lambda number: f"{number}{separator}{number}"


def replace_with(text: str) -> Retype:
    """Replace the number by a text."""
    return lambda _: text


def insert_zero_width_space(number: str) -> str:
    """Insert an invisible character after the sixth one."""
    return f"{number[:6]}\u200b{number[6:]}"


def strip_leading_zeros(number: str) -> str:
    """Remove leading zeros."""
    return number.lstrip("0")


def turn_digits_into_letters(number: str) -> str:
    """Write I for 1 and O for 0; UPS numbers have neither letter."""
    return number.replace("1", "I").replace("0", "O")


def drop_last_character(number: str) -> str:
    """Remove the last character; no UPS number is that short."""
    return number[:-1]
