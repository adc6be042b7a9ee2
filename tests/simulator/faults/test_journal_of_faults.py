"""A fault has acted once it changed something; being in force, or being asked, is not enough."""

from datetime import UTC, datetime

from simulator.core.simulation import Simulation
from simulator.exchange import Request
from simulator.faults import Calls, Conditions, catalogue
from simulator.parcel import Kind, Parcel, ScanEvent, Submission
from simulator.places import Place

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


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
