"""What faults of the catalogue change, against the clean answer or text, and the envelopes that they are put in.

Expected texts are by hand; sample numbers are the carriers' published ones or made for the case.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator import MisuseError, Request, Response, Simulation, Submission
from simulator.carriers import by_name
from simulator.carriers.common.carrier import Call
from simulator.exchange import PROMPT
from simulator.faults import Calls, Conditions, catalogue
from simulator.faults.catalogue import CATALOGUE
from simulator.faults.entry import Entry

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


def of(family: str) -> list[Entry]:
    return [entry for entry in CATALOGUE if entry.family == family]


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


def test_every_fault_of_the_seller_has_a_row() -> None:
    assert {entry.name for entry in of("seller")} == {*SELLER, *SELLER_OTHERWISE}


@pytest.mark.parametrize("entry", of("transport"), ids=[entry.name for entry in of("transport")])
def test_a_fault_of_the_transport_changes_the_delivery_and_nothing_else(entry: Entry) -> None:
    clean = Response(200, (("content-type", "application/json"),), b'{"shipments": [{"id": "9804638712"}]}')
    request = Request("GET", "api-eu.dhl.com", "/track/shipments")
    fake = Simulation()
    fault = entry.fault({})
    told = fault.on_answer(clean, Call(request, {}), by_name("dhl"), fake._desks["dhl"])  # type: ignore[union-attr]
    assert replace(told, delivery=PROMPT) == clean
    assert told.delivery != PROMPT


# -- envelopes


def refusals(calls: Calls, count: int, chance: float = 1.0, seed: int = 0) -> list[int]:
    fake = Simulation(seed=seed)
    fake.put(catalogue.envelope("unavailable", conditions=Conditions("dhl", calls=calls, chance=chance)))
    asked = Request("GET", "api-eu.dhl.com", "/track/shipments", (("trackingNumber", "9"),), {"dhl-api-key": "demo"})
    return [call for call in range(1, count + 1) if fake.handle(asked).status == 503]


def test_the_first_calls_are_meant() -> None:
    assert refusals(Calls(first=2), 5) == [1, 2]


def test_every_third_call_is_meant() -> None:
    assert refusals(Calls(every=3), 7) == [3, 6]


def test_listed_calls_are_meant() -> None:
    assert refusals(Calls(frozenset({1, 4})), 5) == [1, 4]


def test_chance_follows_the_seed() -> None:
    assert refusals(Calls(), 30, 0.5, seed=1) == refusals(Calls(), 30, 0.5, seed=1)
    assert refusals(Calls(), 30, 0.5, seed=1) != refusals(Calls(), 30, 0.5, seed=2)


def test_several_faults_on_one_call_act_in_the_order_in_which_they_were_put_in_force() -> None:
    asked = Request("GET", "api-eu.dhl.com", "/track/shipments", (("trackingNumber", "9"),), {"dhl-api-key": "demo"})
    statuses = []
    for names in (("unavailable", "bad_gateway"), ("bad_gateway", "unavailable")):
        fake = Simulation()
        for name in names:
            fake.put(catalogue.envelope(name))
        statuses.append(fake.handle(asked).status)
    assert statuses == [502, 503]


@pytest.mark.parametrize(
    ("name", "parameters", "conditions", "says"),
    [
        ("slow_anser", {}, Conditions(), "did you mean 'slow_answer'"),
        ("slow_answer", {"secs": "1"}, Conditions(), "parameter 'secs' is unknown"),
        ("slow_answer", {"seconds": "-1"}, Conditions(), "'-1' is not a number of seconds from 0 to 3600"),
        ("old_licence", {}, Conditions("dhl"), "it means nothing at 'dhl'; only at ups"),
        ("token_life", {}, Conditions("ups", "track"), "it means nothing at operation 'track'"),
        ("slow_answer", {}, Conditions("ups", "trak"), "there is no operation 'trak' at ups; did you mean 'track'"),
        ("label_only", {}, Conditions(operation="track"), "it acts on no call"),
        ("label_only", {}, Conditions(calls=Calls(first=1)), "it acts on a parcel's scans, not on calls"),
    ],
)
def test_an_envelope_that_can_never_be_met_is_refused(
    name: str, parameters: dict[str, object], conditions: Conditions, says: str
) -> None:
    with pytest.raises(MisuseError) as raised:
        catalogue.envelope(name, parameters, conditions)
    assert says in str(raised.value)
