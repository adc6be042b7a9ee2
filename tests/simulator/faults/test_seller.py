"""Faults of the seller: what is submitted instead, by hand from one submission.

Sample numbers are the carriers' published ones or made for the case.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator import Simulation, Submission
from simulator.faults import catalogue
from simulator.faults.catalogue import CATALOGUE

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SELLER = {
    "blank_number": ("1Z999AA10123456784", ""),
    "only_blanks": ("1Z999AA10123456784", " \t"),
    "hyphens": ("1Z999AA10123456784", "1Z99-9AA1-0123-4567-84"),
    "inner_spaces": ("9400111899560000000018", "9400 1118 9956 0000 0000 18"),
    "trailing_tab": ("9804638712", "9804638712\t"),
    "apostrophe": ("9804638712", "'9804638712"),
    "scientific": ("9400111899560000000018", "9.40011E+21"),
    "fifteen_digits": ("9400111899560000000018", "9400111899560000000000"),
    "leading_zeros_lost": ("000123456789", "123456789"),
    "letters_for_digits": ("1Z999AA10123456784", "IZ999AAIOI23456784"),
    "transposed": ("1Z999AA10123456784", "1Z999AA10123456748"),
    "one_digit_wrong": ("LX900000019CN", "LX900000010CN"),
    "last_character_missing": ("LX900000019CN", "LX900000019C"),
    "lower_case": ("LX900000019CN", "lx900000019cn"),
    "full_width": ("LX9CN", "\uff2c\uff38\uff19\uff23\uff2e"),
    "zero_width": ("9804638712", "98046\u200b38712"),
    "label_before_number": ("9804638712", "Tracking:9804638712"),
    "link": ("9804638712", "https://track.example/?n=9804638712"),
    "two_numbers": ("9804638712", "9804638712,9804638713"),
    "not_available": ("9804638712", "N/A"),
    "word_for_number": ("9804638712", "untracked"),
}
SELLER_OTHERWISE: dict[str, dict[str, object]] = {
    "wrong_carrier": {"carrier_code": "USPS"},
    "unsupported_carrier": {"carrier_code": "Speedy Parcel Co"},
    "carrier_lower_case": {"carrier_code": "ups"},
    "carrier_with_blank": {"carrier_code": "UPS "},
    "carrier_typed": {"carrier_code": "Other", "carrier_name": "UPS"},
    "late_upload": {"submitted_at": NOON + timedelta(hours=96)},
}


def sent(name: str, submission: Submission) -> Submission:
    fake = Simulation()
    fake.put(catalogue.envelope(name))
    return fake.submit(submission, "ups")


@pytest.mark.parametrize(("name", "number", "text"), [(name, *pair) for name, pair in SELLER.items()], ids=SELLER)
def test_a_fault_of_the_seller_changes_the_number_and_nothing_else(name: str, number: str, text: str) -> None:
    clean = Submission(NOON, "UPS", number, ship_method="Ground")
    assert sent(name, clean) == replace(clean, tracking_number=text)


@pytest.mark.parametrize("name", SELLER_OTHERWISE)
def test_a_fault_of_the_seller_leaves_the_number(name: str) -> None:
    clean = Submission(NOON, "UPS", "1Z999AA10123456784", ship_method="Ground")
    changed = {"submitted_at": NOON, "carrier_code": "UPS", "carrier_name": "", **SELLER_OTHERWISE[name]}
    found = sent(name, clean)
    assert {each: getattr(found, each) for each in changed} == changed
    assert (found.tracking_number, found.ship_method) == (clean.tracking_number, "Ground")


def test_every_fault_of_the_seller_has_its_row_here() -> None:
    assert {entry.name for entry in CATALOGUE if entry.family == "seller"} == {*SELLER, *SELLER_OTHERWISE}
