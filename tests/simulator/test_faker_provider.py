"""Tracking numbers from Faker."""

import pytest
from faker import Faker

from simulator.errors import UnknownCarrierError, UnknownFormError
from simulator.faker_provider import TrackingNumberProvider
from simulator.tracking_numbers import identify


def fake(seed: int = 1) -> Faker:
    instance = Faker()
    instance.add_provider(TrackingNumberProvider)
    instance.seed_instance(seed)
    return instance


@pytest.mark.parametrize("carrier", ["ups", "usps", "fedex", "dhl", "chinapost"])
def test_each_carriers_method_gives_a_number_that_reads_as_the_carriers(carrier: str) -> None:
    method = getattr(fake(), f"{carrier}_tracking_number")
    for _ in range(20):
        verdicts = {candidate.carrier: candidate.check_digit for candidate in identify(method())}
        assert verdicts[carrier] == "ok"


def test_form_may_be_named() -> None:
    assert fake().chinapost_tracking_number(form="s10-epacket").startswith("L")


def test_carrier_may_be_left_open() -> None:
    open_choice = fake()
    starts = {open_choice.tracking_number()[:2] for _ in range(60)}
    assert "1Z" in starts
    assert len(starts) > 5


def test_fakers_seed_repeats_the_numbers() -> None:
    assert [fake(9).ups_tracking_number() for _ in range(2)] == [fake(9).ups_tracking_number()] * 2


def test_another_seed_gives_other_numbers() -> None:
    assert fake(1).ups_tracking_number() != fake(2).ups_tracking_number()


def test_unknown_form_raises_with_the_nearest_one() -> None:
    with pytest.raises(UnknownFormError, match="did you mean 'ground-15'"):
        fake().fedex_tracking_number("ground15")


def test_unknown_carrier_raises_with_the_nearest_one() -> None:
    with pytest.raises(UnknownCarrierError, match="did you mean 'dhl'"):
        fake().tracking_number("dhll")
