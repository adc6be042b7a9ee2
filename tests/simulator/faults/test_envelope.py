"""The envelope of a fault: on which calls, with what chance it acts, and whether it has acted.

A fault has acted once it changed something; being in force, or being called, is not enough.
"""

from datetime import UTC, datetime

import pytest

from simulator import Kind, MisuseError, Parcel, Request, ScanEvent, Simulation, Submission
from simulator.faults import Calls, Conditions, catalogue
from simulator.places import Place

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("calls", "met"),
    [
        (Calls(), [1, 2, 3, 4, 5, 6]),
        (Calls(frozenset({2, 5})), [2, 5]),
        (Calls(first=2), [1, 2]),
        (Calls(every=3), [3, 6]),
        (Calls(frozenset({5}), first=1, every=4), [1, 4, 5]),
    ],
)
def test_calls_are_listed_or_first_or_each_nth(calls: Calls, met: list[int]) -> None:
    assert [ordinal for ordinal in range(1, 7) if ordinal in calls] == met


@pytest.mark.parametrize("wrong", [{"listed": frozenset({0})}, {"first": -1}, {"every": -2}])
def test_calls_are_counted_from_one(wrong: dict[str, object]) -> None:
    with pytest.raises(MisuseError):
        Calls(**wrong)  # type: ignore[arg-type]


def refusals(calls: Calls, count: int, chance: float = 1.0, seed: int = 0) -> list[int]:
    fake = Simulation(seed=seed)
    fake.put(catalogue.envelope("unavailable", conditions=Conditions("dhl", calls=calls, chance=chance)))
    request = Request("GET", "api-eu.dhl.com", "/track/shipments", (("trackingNumber", "9"),), {"dhl-api-key": "demo"})
    return [call for call in range(1, count + 1) if fake.handle(request).status == 503]


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
    request = Request("GET", "api-eu.dhl.com", "/track/shipments", (("trackingNumber", "9"),), {"dhl-api-key": "demo"})
    statuses = []
    for names in (("unavailable", "bad_gateway"), ("bad_gateway", "unavailable")):
        fake = Simulation()
        for name in names:
            fake.put(catalogue.envelope(name))
        statuses.append(fake.handle(request).status)
    assert statuses == [502, 503]


# -- whether it has acted


def submission(number: str) -> Submission:
    return Submission(submitted_at=NOON, carrier_code="UPS", tracking_number=number)


def acted(simulation: Simulation) -> set[str]:
    return {envelope.name for envelope in simulation.acted}


def test_a_seller_fault_that_changes_nothing_has_not_acted() -> None:
    simulation = Simulation()
    simulation.put(catalogue.envelope("lower_case"))
    simulation.submit(submission("123456"), "ups")  # no letter in it
    assert acted(simulation) == set()
    simulation.submit(submission("1ZA"), "ups")
    assert acted(simulation) == {"lower_case"}


def test_a_fault_of_answers_has_acted_from_its_call_on() -> None:
    simulation = Simulation()
    simulation.put(catalogue.envelope("server_error", {}, Conditions("ups", "track", calls=Calls(frozenset({2})))))
    request = Request("GET", "onlinetools.ups.com", "/api/track/v1/details/1Z1")
    simulation.handle(request)
    assert acted(simulation) == set()
    simulation.handle(request)
    assert acted(simulation) == {"server_error"}


def test_a_fault_of_scans_has_acted_once_a_parcel_it_changes_is_looked_up() -> None:
    here = Place("Tulsa", "OK", "74103", "US", "America/Chicago")
    seen = Parcel("ups", "1Z1", (ScanEvent(NOON, Kind.ACCEPTED),), here, here)
    simulation = Simulation([seen, Parcel("ups", "1Z2", (), here, here)])
    simulation.put(catalogue.envelope("record_without_events"))
    simulation.recorded("ups", "1Z2")
    assert acted(simulation) == set()
    simulation.recorded("ups", "1Z1")
    assert acted(simulation) == {"record_without_events"}
