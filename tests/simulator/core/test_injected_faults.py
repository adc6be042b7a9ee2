"""Faults in force: on which calls, parcels and submissions they act."""

from dataclasses import dataclass, replace

import pytest
from ups_simulation import (
    ACCEPTED,
    HOUR,
    NOON,
    NUMBER,
    OTHER,
    UPS,
    activities,
    parcel,
    simulation,
    token,
    token_request,
    track,
    track_request,
)

from simulator import Delivery, MisuseError, Parcel, Request, Response, Simulation, Submission
from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.errors import UnknownCarrierError


@dataclass(frozen=True)
class Refused:
    """On the answer: the carrier is down."""

    def on_answer(self, answer: Response, call: Call, carrier: Carrier, world: CarrierView) -> Response:
        return carrier.refusals.unavailable(call.request, world)


@dataclass(frozen=True)
class Longer:
    """On the answer: more is declared than there is."""

    def on_answer(self, answer: Response, call: Call, carrier: Carrier, world: CarrierView) -> Response:
        return replace(answer, delivery=Delivery(declared_length=len(answer.body) + 100))


@dataclass(frozen=True)
class NoScans:
    """On the scans: none was made."""

    def on_scans(self, parcel: Parcel) -> Parcel:
        return replace(parcel, events=())


@dataclass(frozen=True)
class Mistyped:
    """On the submission: one character too many."""

    def on_submission(self, submission: Submission) -> Submission:
        return replace(submission, tracking_number=submission.tracking_number + "X")


def statuses(fake: Simulation, count: int) -> list[int]:
    access = token(fake)
    return [fake.handle(track_request(access)).status for _ in range(count)]


def test_an_answer_fault_changes_the_answer() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(Refused(), operation="track")
    assert statuses(fake, 1) == [503]


def test_the_journal_has_the_status_after_faults() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(Refused(), operation="track")
    track(fake)
    assert fake.journal[-1].status == 503


def test_a_fault_on_one_operation_leaves_the_others() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(Refused(), operation="token")
    assert fake.handle(token_request()).status == 503
    assert fake.handle(Request("GET", UPS, f"/api/track/v1/details/{NUMBER}")).status == 401


def test_a_fault_at_another_carrier_leaves_this_one() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(Refused(), carrier="usps")
    assert statuses(fake, 1) == [200]


def test_a_fault_on_some_numbers_leaves_the_others() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(Refused(), numbers=[OTHER.lower()])
    assert (track(fake).status, track(fake, OTHER).status) == (200, 503)


def test_a_fault_on_some_calls_counts_only_calls_that_meet_its_other_conditions() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(Refused(), operation="track", calls=[1, 3])
    assert statuses(fake, 4) == [503, 200, 503, 200]


def test_a_fault_begins_and_ends_at_its_instants_the_second_exclusive() -> None:
    fake = simulation(parcel(ACCEPTED), now=NOON)
    fake.inject(Refused(), operation="track", since=NOON + HOUR, until=NOON + 2 * HOUR)
    found = []
    for _ in range(3):
        found += statuses(fake, 1)
        fake.clock.advance(3600)
    assert found == [200, 503, 200]


def test_a_fault_by_chance_is_the_same_for_the_same_seed() -> None:
    def story(seed: int) -> list[int]:
        fake = simulation(parcel(ACCEPTED), seed=seed)
        fake.inject(Refused(), operation="track", chance=0.5)
        return statuses(fake, 30)

    assert story(1) == story(1)
    assert story(1) != story(2)
    assert {200, 503} == set(story(1))


def test_a_fault_without_chance_never_acts() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(Refused(), operation="track", chance=0.0)
    assert statuses(fake, 5) == [200] * 5


def test_a_chance_above_one_is_refused() -> None:
    with pytest.raises(MisuseError, match=r"chance 1\.5 is no probability"):
        simulation().inject(Refused(), chance=1.5)


def test_calls_are_counted_from_one() -> None:
    with pytest.raises(MisuseError, match="counted from 1"):
        simulation().inject(Refused(), calls=[0])


def test_a_fault_at_an_unknown_carrier_is_refused() -> None:
    with pytest.raises(UnknownCarrierError):
        simulation().inject(Refused(), carrier="dhl express")


def test_a_declared_length_is_what_the_answer_declares() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(Longer(), operation="track")
    answer = track(fake)
    assert int(dict(answer.headers)["content-length"]) == len(answer.body) + 100


def test_a_scan_fault_changes_what_the_carrier_has_on_record() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(NoScans(), numbers=[NUMBER])
    assert activities(track(fake)) == 0


def test_a_scan_fault_by_chance_decides_once_for_each_parcel() -> None:
    fake = simulation(*(parcel(ACCEPTED, number=f"1Z999AA1{serial:010}") for serial in range(20)))
    fake.inject(NoScans(), chance=0.5)
    first = [activities(track(fake, each.tracking_number)) for each in fake.parcels()]
    again = [activities(track(fake, each.tracking_number)) for each in fake.parcels()]
    assert first == again
    assert set(first) == {0, 1}


def test_a_submission_fault_changes_what_the_seller_submits() -> None:
    fake = simulation()
    fake.inject(Mistyped(), carrier="ups")
    sent = fake.submit(Submission(NOON, "UPS", NUMBER), "ups")
    assert sent.tracking_number == NUMBER + "X"


def test_a_submission_fault_for_another_carrier_changes_nothing() -> None:
    fake = simulation()
    fake.inject(Mistyped(), carrier="usps")
    assert fake.submit(Submission(NOON, "UPS", NUMBER), "ups").tracking_number == NUMBER


def test_cleared_faults_act_no_more() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.inject(Refused())
    fake.inject(Mistyped())
    fake.clear_faults()
    assert track(fake).status == 200
    assert fake.submit(Submission(NOON, "UPS", NUMBER), "ups").tracking_number == NUMBER
