"""Tracking texts: which of them cannot be processed (InvalidId), and under which key a carrier is asked (R16)."""

import string

ASCII_BLANKS = " \t\n\v\f\r"
PLAIN = frozenset(string.ascii_letters + string.digits)
NO_BREAK_SPACE = "\u00a0"


def trim(text: str) -> str:
    """Without ASCII white space at both ends."""
    return text.strip(ASCII_BLANKS)


def processed_text(text: str, inner_space: str) -> str:
    """The text that is judged."""
    kept = trim(text)
    return "".join(letter for letter in kept if letter not in ASCII_BLANKS) if inner_space == "strip" else kept


def lookup_key(text: str) -> str:
    """The key of a number: carriers ignore case."""
    return text.upper()


def invalid_reason(text: str, carrier_code: str) -> str | None:
    """Why a text (as `processed_text` gives it) cannot be processed, or None."""
    if all(letter in ASCII_BLANKS or letter == NO_BREAK_SPACE for letter in text):
        return "INVALID_ID_BLANK"
    if all(letter in PLAIN for letter in text):
        return None
    if carrier_code == "LaserShip" and _lasership_with_hyphen(text):
        return None
    return "INVALID_ID_CHARS"


def _lasership_with_hyphen(text: str) -> bool:
    """The one real form of a number with a hyphen: 1LS7, digits, and -1 at the end."""
    middle = text.removeprefix("1LS7").removesuffix("-1")
    framed = text.startswith("1LS7") and text.endswith("-1")
    return framed and middle != "" and all(letter in string.digits for letter in middle)
