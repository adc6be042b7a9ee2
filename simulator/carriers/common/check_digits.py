"""The check-digit rules of tracking numbers, each computed over the characters before the check digit.

Facts: the carriers' number grammars as kept in the public tracking_number_data project (MIT), re-verified on its
published samples; S10 from the UPU standard of that name. A check digit finds typing errors; it does not confirm a
carrier.
"""

from itertools import cycle

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def _weighted_sum(digits: str, *weights: int) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, cycle(weights), strict=False))


def _complement(total: int) -> str:
    return str(-total % 10)


def mod10(digits: str, odd: int, even: int) -> str:
    """The digit that completes the sum to a multiple of ten, with the weights odd, even, odd ... from the left."""
    return _complement(_weighted_sum(digits, odd, even))


def ups_1z(text: str) -> str:
    """UPS: over the 15 characters after 1Z, weights 1 and 2 from the left; a letter counts (ASCII - 3) mod 10."""
    values = "".join(c if c.isdigit() else str((ord(c) - 3) % 10) for c in text)
    return mod10(values, 1, 2)


def fedex_mod11(digits: str, *weights: int) -> str:
    """FedEx: weights repeated from the left (3, 1, 7 or 1, 7, 3); sum mod 11, a remainder of 10 gives 0."""
    return str(_weighted_sum(digits, *weights) % 11 % 10)


def mod7(digits: str) -> str:
    """DHL Express: the digits as one whole number, mod 7."""
    return str(int(digits) % 7)


def s10(digits: str) -> str:
    """UPU S10: over eight digits; eleven minus the sum mod 11, where 10 gives 0 and 11 gives 5."""
    check = 11 - _weighted_sum(digits, *S10_WEIGHTS) % 11
    return {10: "0", 11: "5"}.get(check, str(check))
