"""Tracking numbers by the million: each form as a pattern, filled column by column.

The serial number of a form is multiplied modulo its capacity by a number that has no divisor in common with it, which
is a bijection, and then written into the pattern's serial places. A form whose capacity holds every serial of a dataset
is wide and may be given to any shipment; a narrow one gets a range of shipments that fits it. Patterns of different
forms differ in length or in a fixed place, across carriers too, so no text is a number of two forms. Barcodes of 32
and 34 digits, door tags and notices are left out: people do not type them as tracking numbers.

In a pattern: s a serial digit, A a serial character of a UPS account, Z a serial letter, B a serial digit from 1 to 7;
r a random digit, n one from 1 to 9, L one from 2 to 9, k one from 1 to 3; c the check digit; digits stand for
themselves. The last digit before an IMpb's check digit is never zero, so that no number is what a spreadsheet makes
of another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import gcd

import numpy as np
from numpy.typing import NDArray

from simulator.carriers.common.check_digits import S10_WEIGHTS
from simulator.datasets.content.streams import SHIPMENT_BITS, Integers, RandomColumns

WIDEST = 30
PER_SHIPMENT = 4  # serial numbers of a shipment: for two parcels, and for each of them a number that is unknown
CARRIERS = ("ups", "usps", "fedex", "dhl", "chinapost")

Characters = NDArray[np.uint8]
_ACCOUNT = np.frombuffer(b"0123456789ABCDEFGHJKLMNPRTVWXY", np.uint8)
_LETTERS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)
_SERIAL = {"s": (10, 0), "A": (30, 0), "Z": (26, 0), "B": (7, 1)}
_RANDOM = {"r": (0, 9), "n": (1, 9), "L": (2, 9), "k": (1, 3)}
_ZERO = np.uint8(48)

CheckRule = Callable[[Integers], Integers]


def _weighted(numbers: Integers, weights: tuple[int, ...]) -> Integers:
    cycled = np.resize(np.array(weights, np.int64), numbers.shape[1])
    total: Integers = numbers @ cycled
    return total


def _mod10(*weights: int, before: int = 0) -> CheckRule:
    return lambda numbers: -(_weighted(numbers, weights) + before) % 10


def _mod11(*weights: int) -> CheckRule:
    return lambda numbers: _weighted(numbers, weights) % 11 % 10


def _mod7(numbers: Integers) -> Integers:
    left = np.zeros(len(numbers), np.int64)
    for column in range(numbers.shape[1]):
        left = (left * 10 + numbers[:, column]) % 7
    return left


def _s10(numbers: Integers) -> Integers:
    check = 11 - _weighted(numbers, S10_WEIGHTS) % 11
    return np.where(check == 10, 0, np.where(check == 11, 5, check))  # noqa: PLR2004 (the rule's own numbers)


@dataclass(frozen=True)
class Form:
    """A form of tracking number.

    start, end: fixed texts before and after the pattern.
    covered_from: the first column that the check digit covers.
    """

    carrier: str
    name: str
    share: float  # of the carrier's shipments
    start: str
    pattern: str
    end: str = ""
    covered_from: int = 0
    check: CheckRule | None = None
    each: int = PER_SHIPMENT  # serial numbers that a shipment has of it

    @property
    def length(self) -> int:
        """Characters of a number."""
        return len(self.start) + len(self.pattern) + len(self.end)

    @cached_property
    def capacity(self) -> int:
        """The number of serial numbers."""
        count = 1
        for character in self.pattern:
            count *= _SERIAL.get(character, (1, 0))[0]
        return count

    @cached_property
    def multiplier(self) -> int:
        """The factor for serial numbers; below 2**32, so that the product fits 64 bits."""
        factor = 2_654_435_769  # the golden ratio's share of 2**32 spreads neighbours best
        while gcd(factor, self.capacity) > 1:
            factor += 1
        return factor

    @property
    def wide(self) -> bool:
        """Whether it has numbers enough for any shipment."""
        return self.capacity >= self.each << SHIPMENT_BITS

    def write(self, into: Characters, serials: Integers, fill: Callable[[int, int, int], Integers]) -> None:
        """Write numbers into rows of characters. fill: makes the random digits of a column, from low to high."""
        into[:, : len(self.start)] = np.frombuffer(self.start.encode(), np.uint8)
        left = serials.astype(np.uint64) * np.uint64(self.multiplier) % np.uint64(self.capacity)
        check_at = -1
        for place in reversed(range(len(self.pattern))):
            character, column = self.pattern[place], len(self.start) + place
            if character in _SERIAL:
                base, lowest = _SERIAL[character]
                digit = (left % np.uint64(base)).astype(np.uint8)
                left //= np.uint64(base)
                if character == "A":
                    into[:, column] = _ACCOUNT[digit]
                elif character == "Z":
                    into[:, column] = _LETTERS[digit]
                else:
                    into[:, column] = digit + np.uint8(lowest) + _ZERO
            elif character in _RANDOM:
                into[:, column] = fill(column, *_RANDOM[character]).astype(np.uint8) + _ZERO
            elif character == "c":
                check_at = column
            else:
                into[:, column] = ord(character)
        if self.check is not None:
            covered = into[:, self.covered_from : check_at].astype(np.int64)
            numbers = np.where(covered >= 65, (covered - 3) % 10, covered - 48)  # noqa: PLR2004 (ASCII of A and 0)
            into[:, check_at] = self.check(numbers).astype(np.uint8) + _ZERO
        if self.end:
            into[:, self.length - len(self.end) : self.length] = np.frombuffer(self.end.encode(), np.uint8)


def _impb(carrier: str, name: str, share: float, start: str, pattern: str, covered_from: int = 0) -> Form:
    return Form(carrier, name, share, start, f"{pattern}c", "", covered_from, _mod10(3, 1))


def _post(carrier: str, name: str, share: float, start: str, pattern: str, country: str) -> Form:
    return Form(carrier, name, share, start, f"{pattern}c", country, 2, _s10)


_S, _R = "s", "r"
FORMS = (
    Form("ups", "1z", 0.90, "1Z", "AAAAAA0k" + _S * 7 + "c", "", 2, _mod10(1, 2)),
    Form("ups", "waybill", 0.02, "H", _S * 9 + "c", "", 1, _mod10(1, 2)),
    _impb("ups", "mail-innovations", 0.04, "927489", _S * 15),
    _impb("ups", "mail-innovations-26", 0.02, "927489", _S * 12 + _R * 7),
    Form("ups", "mail-innovations-18", 0.01, "801184", _S * 12),
    Form("ups", "mail-innovations-mi", 0.01, "MI", _S * 14),
    _impb("usps", "impb-22", 0.45, "940559", _S * 14 + "n"),
    _impb("usps", "impb-22", 0.18, "920019", _S * 14 + "n"),
    _impb("usps", "impb-22", 0.12, "930554", _S * 14 + "n"),
    _impb("usps", "impb-22", 0.05, "95055", _S * 15 + "n"),
    _impb("usps", "impb-26", 0.05, "920559", _S * 15 + _R * 3 + "n"),
    _impb("usps", "impb-30", 0.06, "420", _R * 5 + "920229" + _S * 14 + "n", 8),
    _impb("usps", "legacy-22", 0.02, "91", _S * 15 + _R * 3 + "n"),
    Form("usps", "legacy-20", 0.02, "70", _S * 15 + _R * 2 + "c", "", 0, _mod10(3, 1, before=28)),  # 91 in front
    Form("usps", "legacy-20-own", 0.01, "23", _S * 15 + _R * 2 + "c", "", 0, _mod10(3, 1)),
    _post("usps", "s10", 0.01, "CP", _S * 8, "US"),
    _post("usps", "s10", 0.01, "EZ", _S * 8, "US"),
    _post("usps", "s10", 0.01, "LZ", _S * 8, "US"),
    _post("usps", "s10", 0.01, "RE", _S * 8, "US"),
    Form("fedex", "express-12", 0.70, "", "L" + _S * 10 + "c", "", 0, _mod11(3, 1, 7)),
    Form("fedex", "ground-15", 0.12, "", _S * 14 + "c", "", 0, _mod10(1, 3)),
    Form("fedex", "sscc-18", 0.03, "00", _S * 15 + "c", "", 2, _mod10(3, 1)),
    Form("fedex", "ground-96-22", 0.03, "9611020", _S * 14 + "c", "", 7, _mod10(1, 3)),
    Form("fedex", "economy-20", 0.05, "61", _S * 15 + _R * 2 + "c", "", 0, _mod10(3, 1, before=29)),  # 92 in front
    _impb("fedex", "economy-22", 0.05, "926129", _S * 15),
    Form("fedex", "freight", 0.02, "8", _S * 9),
    Form("dhl", "express-10", 0.40, "", "B" + _S * 8 + "c", "", 0, _mod7),
    Form("dhl", "express-11", 0.05, "", "n" + _S * 9 + "c", "", 0, _mod7),
    Form("dhl", "piece-id", 0.05, "JD01", _S * 15 + _R),
    Form("dhl", "parcel-de-20", 0.15, "00340434", _S * 11 + "c", "", 2, _mod10(3, 1)),
    Form("dhl", "identcode-12", 0.05, "1", _S * 10 + "c", "", 0, _mod10(4, 9)),
    _post("dhl", "s10", 0.05, "LX", _S * 8, "DE"),
    Form("dhl", "ecommerce", 0.10, "GM", _S * 15 + _R),
    Form("dhl", "ecommerce-14", 0.05, "601", _S * 11),
    _impb("dhl", "ecommerce-impb-22", 0.05, "9330109124", _S * 11),
    _impb("dhl", "ecommerce-impb-26", 0.05, "93612109124", _S * 14),
    _post("chinapost", "s10-ems", 0.20, "E", "Z" + _S * 8, "CN"),
    _post("chinapost", "s10-epacket", 0.45, "L", "Z" + _S * 8, "CN"),
    _post("chinapost", "s10-registered", 0.15, "R", "Z" + _S * 8, "CN"),
    _post("chinapost", "s10-parcel", 0.05, "C", "Z" + _S * 8, "CN"),
    _post("chinapost", "s10-insured", 0.05, "V", "Z" + _S * 8, "CN"),
    # Only for parcels that are given it; one number each, so that any shipment may have it.
    Form("chinapost", "s10-other", 0.0, "H", "Z" + _S * 8 + "c", "CN", 2, _s10, each=1),
    Form("chinapost", "domestic-13", 0.10, "98", _S * 11),
)
CARRIER_SHARES = {"ups": 0.28, "usps": 0.36, "fedex": 0.18, "dhl": 0.08, "chinapost": 0.10}
CARRIER_OF_FORM = np.array([CARRIERS.index(form.carrier) for form in FORMS])
LENGTHS = np.array([form.length for form in FORMS])

_SIZE = 1 << SHIPMENT_BITS
_ENDS = np.round(np.cumsum([CARRIER_SHARES[form.carrier] * form.share for form in FORMS]) * _SIZE).astype(np.int64)
_ENDS[-1] = _SIZE
_STARTS = np.concatenate(([0], _ENDS[:-1]))


def form_index(carrier: str, name: str) -> int:
    """The first form of that carrier and name."""
    return next(at for at, form in enumerate(FORMS) if (form.carrier, form.name) == (carrier, name))


def usual_forms(places: Integers) -> Integers:
    """The form of each shipment, by its place among all."""
    return np.searchsorted(_ENDS, places, side="right")


def make_numbers(streams: RandomColumns, places: Integers, forms: Integers, slots: Integers) -> Characters:
    """Tracking numbers as rows of characters; each number's length is that of its form.

    places: of the shipments (`RandomColumns.permute`); slots: which of a shipment's serial numbers, 0 to 3.
    """
    made = np.zeros((len(places), WIDEST), np.uint8)
    for at, form in enumerate(FORMS):
        rows = np.flatnonzero(forms == at)
        if not len(rows):
            continue
        placed = places[rows]
        serials = (placed if form.wide else placed - _STARTS[at]) * form.each + slots[rows] % form.each
        keys = placed * PER_SHIPMENT + slots[rows]

        def fill(column: int, low: int, high: int, keys: Integers = keys) -> Integers:
            return streams.integers("parcels", f"tracking_number {column}", keys, low, high)

        block = made[rows]
        form.write(block, serials, fill)
        made[rows] = block
    return made
