"""Rows as aligned text, one line a row: to be read, copied and searched, whatever the width of the terminal."""

from collections.abc import Sequence
from unicodedata import combining, east_asian_width


def aligned(rows: Sequence[Sequence[str]], indent: str = "") -> list[str]:
    """The rows as lines, each column as wide as its widest cell, two blanks between; rows may be of unequal length."""
    widths: list[int] = []
    for row in rows:
        widths.extend([0] * (len(row) - len(widths)))
        for index, cell in enumerate(row):
            widths[index] = max(widths[index], _width(cell))
    return [
        indent + "  ".join(cell + " " * (widths[index] - _width(cell)) for index, cell in enumerate(row)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """The terminal columns that a text takes: Chinese characters take two."""
    return sum(0 if combining(character) else 1 + (east_asian_width(character) in "WF") for character in text)
