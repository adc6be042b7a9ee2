"""Parse one cell of an input into a typed value.

A cell is text (CSV, TSV), a JSON value, or a Python value (Parquet). Text is never stripped or corrected: the user
learns what a spreadsheet did to a number or a date. Each parser raises InvalidCell with what is expected.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from vtr.reference.messages import did_you_mean

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_MONEY = re.compile(r"\d{1,16}(\.\d{1,2})?", re.ASCII)

_SERIAL = re.compile(r"(?P<days>[34]\d{4}|5[0-4]\d{3})(\.\d+)?", re.ASCII)  # the days of 1982 to 2050
_SERIAL_ZERO = date(1899, 12, 30)

_CENTS = 2
_WHOLE_DIGITS = 16
_INT32_MAX = 2**31 - 1


class InvalidCell(Exception):  # noqa: N818 (named for what is wrong; it never leaves the readers)
    """A cell that cannot be parsed; the message says what is expected."""


CellParser = Callable[[object], object]


def is_blank(cell: object) -> bool:
    """Whether the cell gives no value: absent, null, or empty text."""
    return cell is None or cell == ""


def parse_text(cell: object) -> str:
    """Text exactly as in the cell; null is empty."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        kind = "a number" if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) else "not text"
        raise InvalidCell(f"is {kind}; write it as text (in quotes), else leading zeros and long digits are lost")
    if not cell.isascii():
        _check_encodable(cell)
    return cell


def parse_nonblank_text(cell: object) -> str:
    """Text that is not blank."""
    value = parse_text(cell)
    if not value.strip():
        raise InvalidCell("is blank; a text is needed")
    return value


def parse_instant(cell: object) -> datetime:
    """An instant in UTC. Text needs Z or an offset; a Parquet timestamp without a zone is UTC."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=UTC) if cell.tzinfo is None else cell.astimezone(UTC)
    expected = "an instant is written like 2026-03-02T10:00:00Z"
    if not isinstance(cell, str):
        raise InvalidCell(f"is not an instant; {expected}")
    match = _INSTANT.fullmatch(cell)
    if match is None:
        raise InvalidCell(f"is not an instant; {expected}")
    if match["zone"] is None:
        raise InvalidCell("has no zone; add Z for UTC, or an offset such as -08:00")
    try:
        return datetime.fromisoformat(cell).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidCell(f"is not an instant ({error}); {expected}") from error


def parse_date(cell: object) -> date:
    """A calendar date; text is YYYY-MM-DD."""
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    expected = "a date is written like 2026-03-09"
    if not isinstance(cell, str) or not _DATE.fullmatch(cell):
        raise InvalidCell(f"is not a date; {expected}{_spreadsheet_hint(cell)}")
    try:
        return date.fromisoformat(cell)
    except ValueError as error:
        raise InvalidCell(f"is not a date ({error}); {expected}") from error


def _spreadsheet_hint(cell: object) -> str:
    """A hint for a cell that holds a date as spreadsheets count days, else nothing."""
    serial = _SERIAL.fullmatch(cell) if isinstance(cell, str) else None
    if serial is None:
        return ""
    day = _SERIAL_ZERO + timedelta(days=int(serial["days"]))
    return f"; this is how a spreadsheet counts {day}: format the column as text"


def parse_amount(cell: object) -> Decimal:
    """An amount, not negative, with at most two decimals and 16 digits before them."""
    expected = "an amount is written like 25.00, without a currency sign or thousands separators"
    if isinstance(cell, str):
        if not _MONEY.fullmatch(cell):
            raise InvalidCell(f"is not an amount; {expected}")
        return Decimal(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise InvalidCell(f"is not an amount; {expected}")
    try:
        amount = Decimal(str(cell))
        fits = amount.is_finite() and amount >= 0 and amount == round(amount, _CENTS)
    except InvalidOperation:  # too many digits to round: not a price
        fits = False
    if not fits or amount >= Decimal(10) ** _WHOLE_DIGITS:
        raise InvalidCell(f"is not an amount; {expected}")
    return amount


def parse_truth(cell: object) -> bool:
    """True or false; text in either case, because spreadsheets write TRUE."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    raise InvalidCell("is neither true nor false")


def whole_number_parser(smallest: int) -> Callable[[object], int]:
    """A parser of whole numbers of at least `smallest`."""

    def parse(cell: object) -> int:
        value: object = int(cell) if isinstance(cell, str) and _WHOLE.fullmatch(cell) else cell
        if isinstance(value, float) and value.is_integer():  # a Parquet column with gaps, written by pandas
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= _INT32_MAX:
            raise InvalidCell(f"is not a whole number of at least {smallest}")
        return value

    return parse


def parse_country(cell: object) -> str:
    """A country code of two capital letters."""
    if not isinstance(cell, str) or not _COUNTRY.fullmatch(cell):
        raise InvalidCell("is not a country code; two capital letters such as US are expected")
    return cell


def parse_currency(cell: object) -> str:
    """A currency code of three capital letters."""
    if not isinstance(cell, str) or not _CURRENCY.fullmatch(cell):
        raise InvalidCell("is not a currency code; three capital letters such as USD are expected")
    return cell


def choice_parser(*words: str) -> Callable[[object], str]:
    """A parser that accepts only these words, case-sensitively."""

    def parse(cell: object) -> str:
        if not isinstance(cell, str) or cell not in words:
            near = did_you_mean(cell, words) if isinstance(cell, str) else ""
            raise InvalidCell(f"is not one of {', '.join(words)}{near}")
        return cell

    return parse


def display_cell(cell: object) -> str:
    """The cell as messages show it: quoted, and cut off when long."""
    longest = 60
    rendered = repr(str(cell) if isinstance(cell, datetime | date | Decimal | Mapping | list) else cell)
    return rendered if len(rendered) <= longest else f"{rendered[:longest]}…"


def _check_encodable(value: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidCell("holds half of a character (a lone surrogate), which no file can hold") from error
