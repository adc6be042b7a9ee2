"""The conditions that are planted: what each does to a shipment, and by hand what the report must then show.

The outcome is a reason of profile us-2019, VALID, or why the package is not in the report. Nothing is computed by a
validator. Sources in words; the grade says how sure: A Amazon's own text, B an Amazon employee, C a third party, D what
sellers report, I concluded from these, X a choice made here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from simulator.datasets.number_forms import CARRIERS
from simulator.datasets.shipments import (
    AS_OF,
    CARRIER_CODES,
    DAY,
    HAULIER,
    HOUR,
    LOWER_CASE,
    METHODS,
    MINUTE,
    NOBODYS,
    OTHER,
    OWN,
    UNSUPPORTED,
    WINDOW_END,
    WINDOW_START,
    Shipments,
)
from simulator.datasets.streams import Whole

Plant = Callable[[Shipments, Whole], None]
Spoil = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition. rate: of all shipments, unless a mix says otherwise. packages, orders: of each shipment.

    spoil: what is submitted in place of the number, made of it.
    """

    name: str
    plants: str
    outcome: str
    source: str
    rate: float
    plant: Plant
    spoil: Spoil | None = None
    packages: int = 1
    orders: int = 1


def _nothing(_shipments: Shipments, _rows: Whole) -> None:
    pass


def _journey(path: str, carrier: str = "", form: str = "") -> Plant:
    def plant(shipments: Shipments, rows: Whole) -> None:
        if carrier:
            shipments.give(rows, carrier, form)
        shipments.travel(rows, path)

    return plant


def _unseen(path: str, carrier: str = "", form: str = "") -> Plant:
    def plant(shipments: Shipments, rows: Whole) -> None:
        _journey(path, carrier, form)(shipments, rows)
        shipments.expect(rows, "NO_SCAN")

    return plant


def _delivered_only(shipments: Shipments, rows: Whole) -> None:
    """Not for China Post: the delivery abroad is another post's reading, and no scan of its own."""
    chinese = rows[shipments.carrier[rows] == CARRIERS.index("chinapost")]
    shipments.give(chinese, "usps", "impb-22")
    shipments.travel(rows, "delivered_without_earlier_scans")


def _late_first_scan(shipments: Shipments, rows: Whole) -> None:
    shipments.first_scan[rows] += 5 * DAY
    shipments.delivery[rows] += 5 * DAY


def _never_known(shipments: Shipments, rows: Whole) -> None:
    shipments.travel(rows, "unknown")
    shipments.submitted_number[rows] = NOBODYS
    shipments.expect(rows, "NUMBER_UNKNOWN")


def _wrong_carrier(shipments: Shipments, rows: Whole) -> None:
    shift = shipments.random("wrong_carrier", rows, 1, len(CARRIERS) - 1)
    shipments.named[rows] = (shipments.carrier[rows] + shift) % len(CARRIERS)
    shipments.expect(rows, "CARRIER_MISMATCH")


def _unsupported(shipments: Shipments, rows: Whole) -> None:
    shipments.named[rows] = CARRIER_CODES.index(UNSUPPORTED)
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def _other_case(shipments: Shipments, rows: Whole) -> None:
    shipments.named[rows] = shipments.carrier[rows] + LOWER_CASE
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def _typed(shipments: Shipments, rows: Whole) -> None:
    shipments.named[rows] = OTHER
    shipments.typed[rows] = shipments.carrier[rows]
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def _late_upload(shipments: Shipments, rows: Whole) -> None:
    shipments.confirmed[rows] = shipments.delivery[rows] + shipments.random("late", rows, 1, 40 * HOUR)
    shipments.expect(rows, "UPLOADED_AFTER_DELIVERY", evidence=True)


def _a_second_late(shipments: Shipments, rows: Whole) -> None:
    shipments.confirmed[rows] = shipments.delivery[rows] + 1
    shipments.expect(rows, "UPLOADED_AFTER_DELIVERY", evidence=True)


def _upload_at_delivery(shipments: Shipments, rows: Whole) -> None:
    shipments.confirmed[rows] = shipments.delivery[rows]


def _upload_in_transit(shipments: Shipments, rows: Whole) -> None:
    shipments.confirmed[rows] = shipments.first_scan[rows] + HOUR


def _upload_after_attempt(shipments: Shipments, rows: Whole) -> None:
    shipments.travel(rows, "attempted_then_delivered")
    shipments.confirmed[rows] = shipments.delivery[rows] - MINUTE


def _edit(shipments: Shipments, rows: Whole, numbers: tuple[int, int], at: Whole) -> None:
    shipments.submitted_number[rows], shipments.edited_number[rows] = numbers
    shipments.edited_at[rows] = at


def _corrected_before(shipments: Shipments, rows: Whole) -> None:
    _edit(shipments, rows, (NOBODYS, OWN), shipments.delivery[rows] - shipments.random("edit", rows, 1, 6 * HOUR))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def _corrected_after(shipments: Shipments, rows: Whole) -> None:
    _edit(shipments, rows, (NOBODYS, OWN), shipments.delivery[rows] + shipments.random("edit", rows, 0, DAY))
    shipments.expect(rows, "NUMBER_UNKNOWN")


def _overwritten(shipments: Shipments, rows: Whole) -> None:
    _edit(shipments, rows, (OWN, NOBODYS), shipments.delivery[rows] - shipments.random("edit", rows, 1, 6 * HOUR))
    shipments.expect(rows, "NUMBER_UNKNOWN", shown=2)


def _edited_after(shipments: Shipments, rows: Whole) -> None:
    _edit(shipments, rows, (OWN, NOBODYS), shipments.delivery[rows] + shipments.random("edit", rows, 0, DAY))


def _resent_after(shipments: Shipments, rows: Whole) -> None:
    _edit(shipments, rows, (OWN, OWN), shipments.delivery[rows] + shipments.random("edit", rows, 1, DAY))


def _added_in_transit(shipments: Shipments, rows: Whole) -> None:
    _edit(shipments, rows, (OWN, OWN), shipments.first_scan[rows] + HOUR)
    shipments.texts.update(dict.fromkeys(rows.tolist(), ""))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def _young_edit(shipments: Shipments, rows: Whole) -> None:
    shipments.travel(rows, "in_transit")
    _edit(shipments, rows, (NOBODYS, OWN), AS_OF - 72 * HOUR + shipments.random("edit", rows, 1, 71 * HOUR))
    shipments.expect(rows, "NUMBER_UNKNOWN")


def _edit_of_72_hours(shipments: Shipments, rows: Whole) -> None:
    shipments.travel(rows, "in_transit")
    _edit(shipments, rows, (NOBODYS, OWN), np.full(len(rows), AS_OF - 72 * HOUR))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def _young_confirmation(shipments: Shipments, rows: Whole) -> None:
    shipments.travel(rows, "unknown")
    shipments.confirmed[rows] = AS_OF - 71 * HOUR
    shipments.expect(rows, "NOT_YET_REFLECTED")


def _recycled(shipments: Shipments, rows: Whole) -> None:
    shipments.first_scan[rows] = shipments.placed[rows] - 90 * DAY
    shipments.delivery[rows] = shipments.placed[rows] - 85 * DAY
    shipments.labelled[rows] = shipments.placed[rows] - 91 * DAY
    shipments.expect(rows, "NO_SCAN")


def _published_late(shipments: Shipments, rows: Whole) -> None:
    shipments.travel(rows, "lost_after_first_scan")
    shipments.publish_delay[rows] = AS_OF + HOUR - shipments.first_scan[rows]
    shipments.expect(rows, "NO_SCAN")


def _scanned_late(shipments: Shipments, rows: Whole) -> None:
    shipments.first_scan[rows] = AS_OF + HOUR
    shipments.delivery[rows] = AS_OF + 3 * DAY
    shipments.expect(rows, "NO_SCAN")


def _cancelled_before(shipments: Shipments, rows: Whole) -> None:
    shipments.travel(rows, "label_only")
    shipments.cancelled[rows] = shipments.confirmed[rows] - HOUR
    shipments.expect(rows, "CANCELLED_BEFORE_CONFIRMATION")


def _cancelled_after(shipments: Shipments, rows: Whole) -> None:
    shipments.cancelled[rows] = shipments.confirmed[rows] + HOUR


def _refunded(shipments: Shipments, rows: Whole) -> None:
    shipments.travel(rows, "label_only")
    shipments.cancelled[rows] = shipments.confirmed[rows] + DAY
    shipments.expect(rows, "NO_SCAN")


def _not_confirmed(shipments: Shipments, rows: Whole) -> None:
    shipments.travel(rows, "unknown")
    shipments.confirmed[rows] = AS_OF + DAY  # no line is written for it
    shipments.expect(rows, "NOT_CONFIRMED")


def _by_amazon(shipments: Shipments, rows: Whole) -> None:
    shipments.amazon[rows] = True
    shipments.expect(rows, "NOT_SELLER_FULFILLED")


def _promised(day: int, outcome: str) -> Plant:
    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.promised[rows] = day
        shipments.expect(rows, outcome, evidence=True)

    return plant


def _envelope(price: int, outcome: str) -> Plant:
    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.give(rows, "usps", "impb-22")
        shipments.travel(rows, "unknown")
        shipments.method[rows] = METHODS.index("First Class Mail envelope")
        shipments.price[rows], shipments.shipping[rows] = price - 100, 100
        shipments.texts.update(dict.fromkeys(rows.tolist(), ""))
        shipments.expect(rows, outcome)

    return plant


def _freight(shipments: Shipments, rows: Whole) -> None:
    shipments.named[rows] = CARRIER_CODES.index(HAULIER)
    shipments.method[rows] = METHODS.index("Freight")
    shipments.expect(rows, "EXEMPT_FREIGHT")


def _from_abroad(price: int, outcome: str) -> Plant:
    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.ship_from[rows] = 1
        shipments.price[rows], shipments.shipping[rows] = price - 100, 100
        shipments.expect(rows, outcome, evidence=True)

    return plant


def _second_blank(shipments: Shipments, rows: Whole) -> None:
    blank = rows[shipments.package[rows] > 1]
    shipments.texts.update(dict.fromkeys(blank.tolist(), ""))
    shipments.expect(blank, "INVALID_ID_BLANK")


def _one_number(shipments: Shipments, rows: Whole) -> None:
    """Two orders in one parcel: the first order's label, scanned after both were placed."""
    key = shipments.key[rows] // 2 * 2
    shipments.number_from[rows] = key
    # All of the second order's own times give way to those of the first.
    for name in ("placed", "promised", "labelled", "confirmed", "first_scan", "delivery"):
        column: Whole = getattr(shipments, name)
        column[rows] = np.repeat(column[rows][::2], 2)


def _rejected(shipments: Shipments, rows: Whole) -> None:
    shipments.expect(rows, "INVALID_ID_CHARS")


def _blanked(shipments: Shipments, rows: Whole) -> None:
    shipments.expect(rows, "INVALID_ID_BLANK")


def _unknown_text(carrier: str = "", form: str = "") -> Plant:
    def plant(shipments: Shipments, rows: Whole) -> None:
        if carrier:
            shipments.give(rows, carrier, form)
        shipments.expect(rows, "NUMBER_UNKNOWN")

    return plant


def _with_number(carrier: str, form: str, then: Plant) -> Plant:
    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.give(rows, carrier, form)
        then(shipments, rows)

    return plant


def _grouped(by: str) -> Spoil:
    return lambda number: by.join(number[at : at + 4] for at in range(0, len(number), 4))


def _scientific(number: str) -> str:
    return f"{Decimal(number):.5E}"


def _fifteen_digits(number: str) -> str:
    return number[:15].ljust(len(number), "0")


def _last_digit_wrong(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _full_width(number: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in number)


_HELP = "Amazon's help on valid tracking (A)"
_OWN = "our own typing error; clean text that nobody knows (A)"
_SHEET = "what spreadsheets do to long numbers (A for the rule, D for the cause)"
_FAQ = "Amazon's answers on editing (A, B)"
_CHOICE = "a limit that the sources leave open, read as profile us-2019 says (X)"
_CELLS = "how texts end up in cells (D); the reading is ours (I)"

CONDITIONS = (
    Condition("delivered", "nothing: all as it should be", "VALID", _HELP, 0.0, _nothing),
    Condition("in_transit", "scans, but no delivery yet", "VALID", _HELP, 0.03, _journey("in_transit")),
    Condition("lost_after_first_scan", "one scan, then nothing", "VALID", _HELP, 0.01,
              _journey("lost_after_first_scan")),
    Condition("attempted_then_delivered", "a first attempt in vain", "VALID", _HELP, 0.03,
              _journey("attempted_then_delivered")),
    Condition("late_first_scan", "the carrier first reads it five days late", "VALID", _HELP, 0.01,
              _late_first_scan),
    Condition("returned", "carried back to the sender", "VALID", "any physical scan counts (A, I)", 0.01,
              _journey("carried_back")),
    Condition("delivered_only_scan", "the delivery is the only scan", "VALID", _CHOICE, 0.01,
              _delivered_only),
    Condition("label_only", "a label, never a parcel", "NO_SCAN", _HELP, 0.02, _unseen("label_only")),
    Condition("voided_label", "a label that was cancelled", "NO_SCAN", _HELP, 0.002, _unseen("voided", "ups", "1z")),
    Condition("scan_taken_back", "the only scan is taken back", "NO_SCAN", "UPS's code tables (A), our reading (I)",
              0.001, _unseen("scan_taken_back", "ups", "1z")),
    Condition("partner_only", "only a consolidator had it", "NO_SCAN", "no scan of the named carrier (I)", 0.004,
              _unseen("partner_only", "usps", "impb-22")),
    Condition("inferred_only", "only a system's conclusion", "NO_SCAN", "nobody read the parcel (I)", 0.003,
              _unseen("inferred_only", "usps", "impb-22")),
    Condition("customs_only", "only customs saw it", "NO_SCAN", "no scan of the named carrier (I)", 0.001,
              _unseen("awaiting_customs", "chinapost", "domestic-13")),
    Condition("published_late", "scanned in time, published after the report", "NO_SCAN", _CHOICE, 0.001,
              _published_late),
    Condition("scanned_after_report", "first scanned after the report", "NO_SCAN", _HELP, 0.001, _scanned_late),
    Condition("recycled_number", "the scans are of a stranger's parcel, before the order", "NO_SCAN",
              "what sellers report of USPS (D), read as profile us-2019 says (X)", 0.002, _recycled),
    Condition("never_known", "a number that no carrier knows", "NUMBER_UNKNOWN", _HELP, 0.01, _never_known),
    Condition("wrong_carrier", "another of the five is named", "CARRIER_MISMATCH", _HELP, 0.01, _wrong_carrier),
    Condition("unsupported_carrier", "a carrier of no list is named", "CARRIER_UNSUPPORTED", _HELP, 0.01,
              _unsupported),
    Condition("carrier_lower_case", "the right carrier in small letters", "CARRIER_UNSUPPORTED",
              "what sellers report (D), exact spellings (A)", 0.003, _other_case),
    Condition("carrier_typed", "Other is chosen, the right name typed", "CARRIER_UNSUPPORTED", _HELP, 0.004, _typed),
    Condition("uploaded_late", "submitted after the delivery", "UPLOADED_AFTER_DELIVERY", _HELP, 0.01, _late_upload),
    Condition("uploaded_second_late", "submitted a second after the delivery", "UPLOADED_AFTER_DELIVERY", _HELP,
              0.001, _a_second_late),
    Condition("uploaded_at_delivery", "submitted at the very instant of delivery", "VALID", _CHOICE, 0.001,
              _upload_at_delivery),
    Condition("uploaded_in_transit", "submitted after the first scan", "VALID", "only delivery is a limit (A)", 0.01,
              _upload_in_transit),
    Condition("uploaded_after_attempt", "submitted after an attempt, before delivery", "VALID",
              "an attempt is no delivery (I)", 0.002, _upload_after_attempt),
    Condition("corrected_before_delivery", "a wrong number, corrected before delivery", "VALID", _FAQ, 0.01,
              _corrected_before),
    Condition("corrected_after_delivery", "a wrong number, corrected too late", "NUMBER_UNKNOWN", _FAQ, 0.004,
              _corrected_after),
    Condition("overwritten", "a good number, overwritten by a wrong one before delivery", "NUMBER_UNKNOWN",
              "the last that counts is judged (I)", 0.002, _overwritten),
    Condition("edited_after_delivery", "a good number, edited after delivery", "VALID", _FAQ, 0.002, _edited_after),
    Condition("resent_after_delivery", "the same number sent again after delivery", "VALID", _FAQ, 0.002,
              _resent_after),
    Condition("added_in_transit", "confirmed without a number, which an edit adds", "VALID", _HELP, 0.004,
              _added_in_transit),
    Condition("edited_within_72_hours", "corrected less than 72 hours before the report", "NUMBER_UNKNOWN",
              "shows within 72 hours (A), not earlier (X)", 0.001, _young_edit),
    Condition("edited_72_hours_ago", "corrected exactly 72 hours before the report", "VALID", _CHOICE, 0.001,
              _edit_of_72_hours),
    Condition("confirmed_within_72_hours", "first submitted less than 72 hours before", "NOT_YET_REFLECTED", _CHOICE,
              0.001, _young_confirmation),
    Condition("cancelled_before_confirmation", "cancelled, then confirmed", "CANCELLED_BEFORE_CONFIRMATION", _HELP,
              0.003, _cancelled_before),
    Condition("cancelled_after_confirmation", "cancelled once it was on its way", "VALID", _HELP, 0.002,
              _cancelled_after),
    Condition("refunded_never_shipped", "confirmed, never handed over, refunded", "NO_SCAN", _HELP, 0.002, _refunded),
    Condition("not_confirmed", "never confirmed as shipped", "NOT_CONFIRMED", _HELP, 0.004, _not_confirmed),
    Condition("fulfilled_by_amazon", "Amazon ships it", "NOT_SELLER_FULFILLED", _HELP, 0.01, _by_amazon),
    Condition("first_day_of_window", "promised for the first day", "VALID", _HELP, 0.002,
              _promised(WINDOW_START, "VALID")),
    Condition("last_day_of_window", "promised for the last day", "VALID", _HELP, 0.002,
              _promised(WINDOW_END, "VALID")),
    Condition("day_before_window", "promised for the day before it", "BEFORE_WINDOW", _HELP, 0.002,
              _promised(WINDOW_START - 1, "BEFORE_WINDOW")),
    Condition("day_after_window", "promised for the day after it", "AFTER_WINDOW", _HELP, 0.002,
              _promised(WINDOW_END + 1, "AFTER_WINDOW")),
    Condition("small_envelope", "9.99 dollars in a First Class Mail envelope, no number", "EXEMPT_SMALL_ENVELOPE",
              _HELP, 0.004, _envelope(999, "EXEMPT_SMALL_ENVELOPE")),
    Condition("dear_envelope", "10.00 dollars in one, no number", "INVALID_ID_BLANK", _HELP, 0.001,
              _envelope(1000, "INVALID_ID_BLANK")),
    Condition("freight", "freight with a haulier of no list", "EXEMPT_FREIGHT", _HELP, 0.002, _freight),
    Condition("abroad_low_value", "5.00 dollars from China", "EXEMPT_ABROAD_LOW_VALUE", _HELP, 0.002,
              _from_abroad(500, "EXEMPT_ABROAD_LOW_VALUE")),
    Condition("abroad_above_low_value", "5.01 dollars from China", "VALID", _HELP, 0.001, _from_abroad(501, "VALID")),
    Condition("two_parcels", "an order in two parcels", "VALID", "a package is the unit (A, I)", 0.02, _nothing,
              packages=2),
    Condition("two_parcels_one_blank", "two parcels, the second without number", "VALID, INVALID_ID_BLANK",
              "a package is the unit (A, I)", 0.002, _second_blank, packages=2),
    Condition("one_number_two_orders", "two orders in one parcel", "VALID", "each order alone (I)", 0.003,
              _one_number, packages=2, orders=2),
    Condition("blank_number", "nothing in the number's place", "INVALID_ID_BLANK", _HELP, 0.01, _blanked,
              lambda _: ""),
    Condition("only_blanks", "a blank and a tab", "INVALID_ID_BLANK", _CELLS, 0.001, _blanked, lambda _: " \t"),
    Condition("non_breaking_space", "a non-breaking space", "INVALID_ID_BLANK", _CELLS, 0.001, _blanked,
              lambda _: "\u00a0"),
    Condition("hyphens", "hyphens inside", "INVALID_ID_CHARS", _HELP, 0.003, _rejected, _grouped("-")),
    Condition("inner_spaces", "blanks inside", "INVALID_ID_CHARS", _CHOICE, 0.003, _rejected, _grouped(" ")),
    Condition("apostrophe", "a spreadsheet's apostrophe in front", "INVALID_ID_CHARS", _HELP, 0.001, _rejected,
              lambda number: f"'{number}"),
    Condition("scientific", "9.40011E+21", "INVALID_ID_CHARS", _SHEET, 0.002,
              _with_number("usps", "impb-22", _rejected), _scientific),
    Condition("fifteen_digits", "a spreadsheet kept fifteen digits", "NUMBER_UNKNOWN", _SHEET, 0.002,
              _unknown_text("usps", "impb-22"), _fifteen_digits),
    Condition("leading_zeros_lost", "the zeros in front are gone", "NUMBER_UNKNOWN", _SHEET, 0.001,
              _unknown_text("dhl", "parcel-de-20"), lambda number: number.lstrip("0")),
    Condition("letters_for_digits", "I for 1 and O for 0", "NUMBER_UNKNOWN", _OWN, 0.001,
              _unknown_text("ups", "1z"), lambda number: number.replace("1", "I").replace("0", "O")),
    Condition("last_digit_wrong", "the check digit is another", "NUMBER_UNKNOWN", _OWN, 0.003,
              _unknown_text("usps", "impb-22"), _last_digit_wrong),
    Condition("last_digit_missing", "the last digit is missing", "NUMBER_UNKNOWN", _OWN, 0.001,
              _unknown_text("ups", "1z"), lambda number: number[:-1]),
    Condition("lower_case", "small letters: carriers do not mind", "VALID", "case does not matter (I)", 0.003,
              _journey("delivered", "ups", "1z"), str.lower),
    Condition("trailing_tab", "a tab behind it", "VALID", _CELLS, 0.001, _nothing, lambda number: f"{number}\t"),
    Condition("full_width", "full-width characters", "INVALID_ID_CHARS", _CELLS, 0.001, _rejected, _full_width),
    Condition("zero_width", "an invisible character inside", "INVALID_ID_CHARS", _CELLS, 0.001, _rejected,
              lambda number: f"{number[:6]}\u200b{number[6:]}"),
    Condition("two_numbers", "two numbers in one cell", "INVALID_ID_CHARS", _HELP, 0.001, _rejected,
              lambda number: f"{number},{number}"),
    Condition("label_in_front", "`Tracking:` in front", "INVALID_ID_CHARS", _HELP, 0.001, _rejected,
              lambda number: f"Tracking:{number}"),
    Condition("link", "the address of a page", "INVALID_ID_CHARS", _CELLS, 0.001, _rejected,
              lambda number: f"https://track.example/?n={number}"),
    Condition("not_available", "N/A", "INVALID_ID_CHARS", _HELP, 0.002, _rejected, lambda _: "N/A"),
    Condition("word", "a word: untracked", "NUMBER_UNKNOWN", _CELLS, 0.002, _unknown_text(), lambda _: "untracked"),
    Condition("chinese_words", "no number, in Chinese", "INVALID_ID_CHARS", _CELLS, 0.001, _rejected,
              lambda _: "无单号"),
)  # fmt: skip
NAMES = tuple(condition.name for condition in CONDITIONS)
