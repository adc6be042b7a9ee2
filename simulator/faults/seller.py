"""Faults of the seller: what is submitted is not what is on the label.

They act on a submission (the ship confirmation, or an edit of it); the parcel and its scans stay as they are. They do
to a text what people, spreadsheets and exports do; where that has been reported, the entry names the report.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from simulator.faults.entry import Entry, Grade, Number, Word
from simulator.parcel import Submission

_ZERO_WIDTH_SPACE = "\u200b"
_SPREADSHEET_DIGITS = 15  # of a number that a spreadsheet keeps; the rest becomes zeros
_SHOWN_IN_FULL = 11  # digits of a number that a spreadsheet shows as they are
_FULL_WIDTH = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_DIGITS = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class NumberChange:
    """Submits another tracking number. change: from the number to what is submitted."""

    change: Callable[[str], str]

    def on_submission(self, submission: Submission) -> Submission:
        """The submission with the changed number."""
        return replace(submission, tracking_number=self.change(submission.tracking_number))


@dataclass(frozen=True, slots=True)
class OtherCarrier:
    """Names another carrier. code: the choice in the drop-down list. typed: the name typed with it."""

    code: str
    typed: str = ""

    def on_submission(self, submission: Submission) -> Submission:
        """The submission with the other carrier."""
        return replace(submission, carrier_code=self.code, carrier_name=self.typed)


@dataclass(frozen=True, slots=True)
class CarrierSpelling:
    """Names the right carrier in another spelling. change: from the code to what is submitted."""

    change: Callable[[str], str]

    def on_submission(self, submission: Submission) -> Submission:
        """The submission with the carrier's code respelled."""
        return replace(submission, carrier_code=self.change(submission.carrier_code))


@dataclass(frozen=True, slots=True)
class CarrierTyped:
    """Chooses *Other*, and types the right carrier's name."""

    def on_submission(self, submission: Submission) -> Submission:
        """The submission with Other as its code and the carrier's name typed."""
        return replace(submission, carrier_code="Other", carrier_name=submission.carrier_code)


@dataclass(frozen=True, slots=True)
class LateUpload:
    """Submits later than intended. hours: by how much."""

    hours: float

    def on_submission(self, submission: Submission) -> Submission:
        """The submission, `hours` later."""
        return replace(submission, submitted_at=submission.submitted_at + timedelta(hours=self.hours))


def _hyphenate(number: str) -> str:
    return "-".join(_quarters(number))


def _quarters(number: str) -> list[str]:
    return [number[start : start + 4] for start in range(0, len(number), 4)]


def _space(number: str) -> str:
    return " ".join(_quarters(number))


def _scientific(number: str) -> str:
    """Write a number as a spreadsheet shows a long one; texts that it doesn't take for numbers stay."""
    if not _DIGITS.fullmatch(number) or len(number) <= _SHOWN_IN_FULL:
        return number
    return f"{Decimal(number):.5E}"


def _fifteen_digits(number: str) -> str:
    if not _DIGITS.fullmatch(number):
        return number
    return number[:_SPREADSHEET_DIGITS].ljust(len(number), "0")


def _without_leading_zeros(number: str) -> str:
    return number.lstrip("0") if _DIGITS.fullmatch(number) else number


def _letters_for_digits(number: str) -> str:
    return number.replace("0", "O").replace("1", "I")


def _transpose(number: str) -> str:
    """Transpose the last two neighbours that differ."""
    for left in range(len(number) - 2, -1, -1):
        if number[left] != number[left + 1]:
            return number[:left] + number[left + 1] + number[left] + number[left + 2 :]
    return number


def _one_digit_wrong(number: str) -> str:
    """Replace the last digit by the next one."""
    for place in range(len(number) - 1, -1, -1):
        if number[place].isdecimal():
            return number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    return number


def _full_width(number: str) -> str:
    return number.upper().translate(_FULL_WIDTH)


def _zero_width(number: str) -> str:
    return number[: len(number) // 2] + _ZERO_WIDTH_SPACE + number[len(number) // 2 :]


def _with_second_number(number: str) -> str:
    return f"{number},{_one_digit_wrong(number)}"


def _number_entry(name: str, effect: str, source: str, grade: Grade, change: Callable[[str], str]) -> Entry:
    return Entry(name, "seller", effect, source, grade, lambda: NumberChange(change))


_HELP = "Amazon's help on valid tracking: blanks and special characters show as InvalidId"
_SPREADSHEET = "Amazon's help: spreadsheets reformat order ids; that they do so to numbers is our conclusion"
_OWN = "our own: a typing error"
_CELLS = "our own: how texts end up in cells"

ENTRIES = (
    _number_entry("blank_number", "nothing is submitted as the number", _HELP, "A", lambda _: ""),
    _number_entry("only_blanks", "the number is a blank and a tab", _CELLS, "D", lambda _: " \t"),
    _number_entry("hyphens", "the number is grouped by hyphens", _HELP, "A", _hyphenate),
    _number_entry(
        "inner_spaces", "the number is grouped by spaces", "Royal Mail codes (a seller's forum)", "C", _space
    ),
    _number_entry("trailing_tab", "a tab stands behind the number", _CELLS, "D", lambda number: f"{number}\t"),
    _number_entry("apostrophe", "a spreadsheet's apostrophe stands before it", _SPREADSHEET, "D", lambda n: f"'{n}"),
    _number_entry("scientific", "a spreadsheet wrote a number like 9.40011E+21", _SPREADSHEET, "D", _scientific),
    _number_entry("fifteen_digits", "a spreadsheet kept 15 digits", "Microsoft, KB 269370", "A", _fifteen_digits),
    _number_entry("leading_zeros_lost", "leading zeros are gone", _SPREADSHEET, "D", _without_leading_zeros),
    _number_entry("letters_for_digits", "O stands for 0 and I for 1", _OWN, "D", _letters_for_digits),
    _number_entry("transposed", "two neighbours have changed places", _OWN, "D", _transpose),
    _number_entry("one_digit_wrong", "the last digit is another", _OWN, "D", _one_digit_wrong),
    _number_entry("last_character_missing", "the last character is missing", _OWN, "D", lambda number: number[:-1]),
    _number_entry("lower_case", "the number is in small letters", _OWN, "D", str.lower),
    _number_entry(
        "full_width", "the characters are full-width ones", "our own: a Chinese input method", "D", _full_width
    ),
    _number_entry(
        "zero_width", "an invisible character is inside", "our own: copied from a web page", "D", _zero_width
    ),
    _number_entry(
        "label_before_number", "`Tracking:` stands before it", _CELLS, "D", lambda number: f"Tracking:{number}"
    ),
    _number_entry("link", "the address of a page is pasted", _CELLS, "D", lambda n: f"https://track.example/?n={n}"),
    _number_entry(
        "two_numbers",
        "two numbers stand in one cell",
        "our own: two parcels confirmed in one line",
        "D",
        _with_second_number,
    ),
    _number_entry("not_available", "N/A is submitted", _HELP, "A", lambda _: "N/A"),
    _number_entry("word_for_number", "`untracked` is submitted", _CELLS, "D", lambda _: "untracked"),
    Entry(
        "wrong_carrier",
        "seller",
        "another carrier is named",
        "Amazon's help on valid tracking: a number under another carrier's name is unconfirmed",
        "A",
        OtherCarrier,
        (Word("code", "USPS", "the carrier that is named, as the list spells it"),),
    ),
    Entry(
        "unsupported_carrier",
        "seller",
        "a carrier is named that is in no list",
        "Amazon's help on valid tracking: only integrated carriers count",
        "A",
        lambda: OtherCarrier("Speedy Parcel Co"),
    ),
    Entry(
        "carrier_lower_case",
        "seller",
        "the carrier's name is in small letters",
        "amzn/selling-partner-api-docs#2530: PUROLATOR was filed under Other",
        "D",
        lambda: CarrierSpelling(str.lower),
    ),
    Entry(
        "carrier_with_blank",
        "seller",
        "a blank stands behind the carrier's name",
        "our own: cells of a spreadsheet",
        "D",
        lambda: CarrierSpelling(lambda code: f"{code} "),
    ),
    Entry(
        "carrier_typed",
        "seller",
        "Other is chosen and the carrier's name typed",
        "Amazon's on-time FAQ: the drop-down list must be used",
        "A",
        CarrierTyped,
    ),
    Entry(
        "late_upload",
        "seller",
        "it is submitted later than meant",
        "Amazon's help on valid tracking: a number uploaded after the delivery is not valid",
        "A",
        LateUpload,
        (Number("hours", "hours", 96, 0, 8760, "by how much"),),
    ),
)
