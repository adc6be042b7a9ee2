"""Tracking numbers by the million: right for their carrier, and no two alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import tracking_numbers
from simulator.datasets.content import number_forms
from simulator.datasets.content.number_forms import FORMS, LENGTHS, PER_SHIPMENT, Form
from simulator.datasets.content.streams import SHIPMENT_BITS, RandomColumns

STREAMS = RandomColumns(11)
SHIPMENTS = st.integers(0, (1 << 30) - 1)


def made(shipments: np.ndarray, form: int, slot: int = 0) -> list[str]:
    places = STREAMS.permute(shipments)
    forms, slots = np.full(len(shipments), form), np.full(len(shipments), slot)
    characters = number_forms.make_numbers(STREAMS, places, forms, slots)
    return [bytes(row[: LENGTHS[form]]).decode() for row in characters]


def shipments_at(places: np.ndarray) -> np.ndarray:
    """The way back from `permute`, which shows that no two shipments share a place."""
    left = places.astype(np.uint64)
    for turn in reversed(range(3)):
        left ^= left >> np.uint64(SHIPMENT_BITS // 2)  # its own inverse at half the width
        odd = int(STREAMS._key("shipments", f"place {turn}")) | 1
        left -= STREAMS._key("shipments", f"start {turn}")  # modulo 2**64, of which the low bits count
        left = (left * np.uint64(pow(odd, -1, 1 << SHIPMENT_BITS))) & np.uint64((1 << SHIPMENT_BITS) - 1)
    return left.astype(np.int64)


def serial_of(form: Form, number: str) -> int:
    """The serial number that a number was made of, which shows that no two share one."""
    product = 0
    for character, written in zip(form.pattern, number[len(form.start) :], strict=False):
        if character in number_forms._SERIAL:
            base, lowest = number_forms._SERIAL[character]
            alphabet = {"A": "0123456789ABCDEFGHJKLMNPRTVWXY", "Z": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}.get(character)
            product = product * base + (int(written) - lowest if alphabet is None else alphabet.index(written))
    return product * pow(form.multiplier, -1, form.capacity) % form.capacity


@pytest.mark.parametrize("at", range(len(FORMS)), ids=[f"{form.carrier} {form.name} {form.start}" for form in FORMS])
def test_numbers_of_a_form_pass_its_independent_check(at: int) -> None:
    form = FORMS[at]
    candidates = np.arange(200_000)
    # A form without a share of its own is given to any shipment.
    usual = (
        candidates[number_forms.usual_forms(STREAMS.permute(candidates)) == at][:50] if form.share else candidates[:50]
    )
    assert len(usual) > 20
    for number in made(usual, at):
        read = {
            (candidate.carrier, candidate.form): candidate.check_digit
            for candidate in tracking_numbers.identify(number)
        }
        wanted = "none" if form.check is None else "ok"
        assert read[form.carrier, form.name] == wanted, number


def test_every_form_of_a_label_is_made() -> None:
    # Barcodes are not typed, and a door tag or notice is no parcel's number. 34 digits with a ZIP code: a barcode too.
    left_out = {
        *(("fedex", name) for name in ("express-34", "ground-gsn-34", "astra-32", "door-tag")),
        *(("ups", name) for name in ("infonotice", "freight-pro")),
        *(("usps", "impb-34"), ("dhl", "ecommerce-impb-30")),
        ("chinapost", "s10-untracked"),
    }
    known = {(name, form.name) for name in number_forms.CARRIERS for form in tracking_numbers.forms(name)}
    assert known - left_out == {(form.carrier, form.name) for form in FORMS}


@given(SHIPMENTS)
def test_a_shipments_place_leads_back_to_it(shipment: int) -> None:
    places = STREAMS.permute(np.array([shipment]))
    assert 0 <= places[0] < 1 << 30
    assert shipments_at(places)[0] == shipment


@given(SHIPMENTS, st.sampled_from([at for at, form in enumerate(FORMS) if form.wide]), st.integers(0, 3))
def test_a_number_leads_back_to_its_shipment(shipment: int, form: int, slot: int) -> None:
    (number,) = made(np.array([shipment]), form, slot)
    place, found = divmod(serial_of(FORMS[form], number), FORMS[form].each)
    assert (shipments_at(np.array([place]))[0], found) == (shipment, slot % FORMS[form].each)


def test_a_narrow_form_has_a_number_for_each_of_its_shipments() -> None:
    for form, start, end in zip(FORMS, number_forms._STARTS, number_forms._ENDS, strict=True):
        assert form.wide or form.capacity >= PER_SHIPMENT * (end - start), form.name


def test_a_form_goes_to_shipments_whose_serials_fit_it() -> None:
    places = np.array([0, (1 << 30) - 1])
    assert number_forms.usual_forms(places).tolist() == [0, len(FORMS) - 1]


def test_no_number_of_a_million_shipments_is_anothers() -> None:
    shipments = np.arange(1_000_000)
    places = STREAMS.permute(shipments)
    characters = number_forms.make_numbers(STREAMS, places, number_forms.usual_forms(places), shipments * 0)
    assert len(np.unique(characters.view(f"S{characters.shape[1]}"))) == len(shipments)
