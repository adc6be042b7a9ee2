"""Cached answers: no client can distinguish them from answers that are worked out again.

Most tests say what a stale answer would get wrong. The last compares a simulation that keeps answers with one that
keeps none, over random stories of requests, turns of the clock, parcels, faults and revocations.
"""

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Clock, Credentials, Kind, Parcel, Request, Response, ScanEvent, Sessions, Simulation
from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.core.answer_cache import LIMIT_BYTES, AnswerCache
from simulator.core.journal import Entry
from simulator.places import place

UPS, USPS, FEDEX, DHL = "onlinetools.ups.com", "apis.usps.com", "apis.fedex.com", "api-eu.dhl.com"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TULSA, DENVER = place("Tulsa, OK, US"), place("Denver, CO, US")
NUMBERS = {
    "ups": "1Z999AA10123456784",
    "usps": "9400111899223197428490",
    "fedex": "449044304137821",
    "dhl": "7777777770",
}
STATE = (0,)


@dataclass(frozen=True)
class ServerError:
    """An answer fault that takes the carrier's word."""

    def on_answer(self, _answer: Response, call: Call, carrier: Carrier, world: CarrierView) -> Response:
        return carrier.refusals.server_error(call.request, world)


@dataclass(frozen=True)
class Withheld:
    """A scan fault: nothing of a parcel is published within a day."""

    def on_scans(self, parcel: Parcel) -> Parcel:
        late = timedelta(days=1)
        return replace(
            parcel, events=tuple(replace(event, published=event.visible_from + late) for event in parcel.events)
        )


def parcel(carrier: str = "ups", *, begins: datetime = NOON, hours_late: int = 0) -> Parcel:
    steps = ((Kind.MANIFESTED, 0), (Kind.ACCEPTED, 2), (Kind.OUT_FOR_DELIVERY, 4), (Kind.DELIVERED, 6))
    events = tuple(
        ScanEvent(begins + step * HOUR, kind, TULSA, published=begins + (step + hours_late) * HOUR)
        for kind, step in steps
    )
    return Parcel(carrier, NUMBERS[carrier], events, TULSA, DENVER)


def simulation(*parcels: Parcel, now: datetime = NOON + 3 * HOUR, name: str = "demo", keeps: bool = True) -> Simulation:
    return Simulation(
        parcels, credentials=Credentials.of(name), clock=Clock(now), cache_bytes=LIMIT_BYTES if keeps else 0
    )


def token_request(carrier: str = "ups", name: str = "demo") -> Request:
    form = f"grant_type=client_credentials&client_id={name}&client_secret={name}".encode()
    if carrier == "ups":
        basic = b64encode(f"{name}:{name}".encode()).decode()
        return Request("POST", UPS, "/security/v1/oauth/token", headers={"authorization": f"Basic {basic}"}, body=form)
    if carrier == "usps":
        return Request("POST", USPS, "/oauth2/v3/token", body=form)
    return Request("POST", FEDEX, "/oauth/token", body=form)


def token(fake: Simulation | Sessions, name: str = "demo") -> str:
    return str(json.loads(fake.handle(token_request(name=name)).body)["access_token"])


def lasting_token(fake: Simulation) -> str:
    """A token that holds on all days of these tests: it is issued after them."""
    now = fake.clock.now
    fake.clock.set(NOON + 1000 * HOUR)
    access = token(fake)
    fake.clock.set(now)
    return access


def track_request(access: str, *, number: str = NUMBERS["ups"], **headers: str) -> Request:
    sent = {"authorization": f"Bearer {access}", "transid": "a-1", "transactionsrc": "test", **headers}
    return Request("GET", UPS, f"/api/track/v1/details/{number}", headers=sent)


def activities(answer: Response) -> int:
    [shipment] = json.loads(answer.body)["trackResponse"]["shipment"]
    return sum(len(package.get("activity", ())) for package in shipment.get("package", ()))


def kept(fake: Simulation) -> int:
    return len(fake._cache)


# -- what is kept


def test_an_answer_that_was_given_is_given_again() -> None:
    fake = simulation(parcel())
    request = track_request(token(fake))
    assert fake.handle(request) is fake.handle(request)


def test_another_name_of_the_call_gets_the_same_answer() -> None:
    fake = simulation(parcel())
    access = token(fake)
    first = fake.handle(track_request(access, transid="a-1"))
    assert fake.handle(track_request(access, transid="b-2")) is first


def test_a_header_that_the_carrier_does_not_read_changes_nothing() -> None:
    fake = simulation(parcel())
    access = token(fake)
    first = fake.handle(track_request(access))
    assert fake.handle(track_request(access, traceparent="00-4bf9")) is first


def test_a_token_is_never_given_twice() -> None:
    fake = simulation()
    assert token(fake) != token(fake)


def test_an_identifier_is_never_given_twice() -> None:
    fake = simulation()
    request = Request("POST", FEDEX, "/track/v1/trackingnumbers", body=b"{}")
    first, second = (json.loads(fake.handle(request).body)["transactionId"] for _ in range(2))
    assert first != second


def test_a_simulation_may_keep_nothing() -> None:
    fake = simulation(parcel(), keeps=False)
    fake.handle(track_request(token(fake)))
    assert kept(fake) == 0


def test_answers_beyond_the_limit_push_the_oldest_out() -> None:
    fake = Simulation([parcel()], clock=Clock(NOON + 3 * HOUR), cache_bytes=20_000)
    access = token(fake)
    sizes = []
    for index in range(100):
        fake.handle(track_request(access, number=f"1Z999AA1{index:010d}"))
        sizes.append(fake._cache.size_bytes)
    assert max(sizes) <= 20_000
    assert 1 < kept(fake) < 20


def test_an_empty_cache_has_no_size() -> None:
    assert (len(AnswerCache()), AnswerCache().size_bytes) == (0, 0)


def test_a_new_state_empties_the_cache() -> None:
    fake = simulation(parcel())
    request = track_request(token(fake))
    fake.handle(request)
    fake._cache.find(request, NOON, STATE)
    assert (kept(fake), fake._cache.size_bytes) == (0, 0)


# -- what must not show


@pytest.mark.parametrize(("hours", "shown"), [(0, 1), (1.99, 1), (2, 2), (6, 4), (100, 4), (-0.01, 0)])
def test_a_kept_answer_ends_with_the_next_scan_and_begins_with_the_last(hours: float, shown: int) -> None:
    fake = simulation(parcel(), now=NOON + HOUR)
    access = lasting_token(fake)
    assert activities(fake.handle(track_request(access))) == 1
    fake.clock.set(NOON + hours * HOUR)
    assert activities(fake.handle(track_request(access))) == shown


def test_turning_the_clock_back_and_forth_shows_each_time_what_is_then_known() -> None:
    fake = simulation(parcel())
    access = lasting_token(fake)
    seen = []
    for hours in (0, 6, 2, 4, 0, 6):
        fake.clock.set(NOON + hours * HOUR)
        seen.append(activities(fake.handle(track_request(access))))
    assert seen == [1, 4, 2, 3, 1, 4]


def test_a_scan_published_late_is_shown_only_then() -> None:
    fake = simulation(parcel(hours_late=5), now=NOON + 6 * HOUR)
    access = token(fake)
    seen = [activities(fake.handle(track_request(access)))]
    fake.clock.advance(3600)
    seen.append(activities(fake.handle(track_request(access))))
    assert seen == [1, 2]


def test_a_record_without_events_appears_when_it_is_registered() -> None:
    bare = Parcel("ups", NUMBERS["ups"], (), TULSA, DENVER, registered=NOON)
    fake = simulation(bare, now=NOON - HOUR)
    access = token(fake)
    before = fake.handle(track_request(access)).body
    fake.clock.advance(3600)
    assert (b"TW0001" in before, b"TW0001" in fake.handle(track_request(access)).body) == (True, False)


def test_a_parcel_added_later_is_known() -> None:
    fake = simulation()
    access = token(fake)
    before = activities(fake.handle(track_request(access)))
    fake.add(parcel())
    assert (before, activities(fake.handle(track_request(access)))) == (0, 2)


def shipment_request(access: str, path: str = "shipment/details") -> Request:
    return replace(track_request(access), path=f"/api/track/v1/{path}/{NUMBERS['ups']}")


def sibling(*, hours: int = 0) -> Parcel:
    return replace(parcel(begins=NOON + hours * HOUR), tracking_number="1Z999AA10390000109", shipment="S1")


def test_an_answer_ends_when_another_parcel_of_the_shipment_gets_a_scan() -> None:
    fake = simulation(replace(parcel(), events=parcel().events[:1], shipment="S1"), sibling(hours=1))
    access = token(fake)
    seen = []
    for hours in (3, 4.5, 5.5, 4.5, 0.5):
        fake.clock.set(NOON + hours * HOUR)
        seen.append(activities(fake.handle(shipment_request(access))))
    # One event of the first parcel, and of the other those after 1, 3, 5 and 7 hours.
    assert seen == [3, 3, 4, 3, 1]


def test_the_count_of_packages_grows_when_another_one_is_recorded_or_added() -> None:
    fake = simulation(replace(parcel(), shipment="S1"), sibling(hours=6))
    access = token(fake)

    def count() -> int:
        [shipment] = json.loads(fake.handle(shipment_request(access, "details")).body)["trackResponse"]["shipment"]
        return int(shipment["package"][0]["packageCount"])

    assert count() == 1
    fake.clock.set(NOON + 6 * HOUR)
    assert (count(), kept(fake)) == (2, 1)
    fake.add(replace(sibling(), tracking_number="1Z999AA10390000207"))
    assert count() == 3


def test_an_answer_fault_acts_from_its_injection_to_its_end() -> None:
    fake = simulation(parcel())
    access = token(fake)
    statuses = [fake.handle(track_request(access)).status]
    fake.inject(ServerError(), carrier="ups", operation="track")
    statuses.append(fake.handle(track_request(access)).status)
    fake.clear_faults()
    statuses.append(fake.handle(track_request(access)).status)
    assert statuses == [200, 500, 200]


def test_an_answer_fault_counts_every_call() -> None:
    fake = simulation(parcel())
    access = token(fake)
    fake.inject(ServerError(), operation="track", numbers=[NUMBERS["ups"]], calls=[2, 4])
    assert [fake.handle(track_request(access)).status for _ in range(5)] == [200, 500, 200, 500, 200]


def test_a_scan_fault_acts_from_its_injection_to_its_end() -> None:
    fake = simulation(parcel())
    access = token(fake)
    seen = [activities(fake.handle(track_request(access)))]
    fake.inject(Withheld())
    seen.append(activities(fake.handle(track_request(access))))
    fake.clear_faults()
    seen.append(activities(fake.handle(track_request(access))))
    assert seen == [2, 0, 2]


def test_a_scan_fault_begins_and_ends_in_time() -> None:
    fake = simulation(parcel(), now=NOON)
    access = token(fake)
    fake.inject(Withheld(), since=NOON + 2.5 * HOUR, until=NOON + 3.5 * HOUR)
    seen = []
    for hours in (2, 3, 3.75):
        fake.clock.set(NOON + hours * HOUR)
        seen.append(activities(fake.handle(track_request(access))))
    assert seen == [2, 0, 2]


def test_a_revoked_token_is_refused_at_once() -> None:
    fake = simulation(parcel())
    access = token(fake)
    before = fake.handle(track_request(access)).status
    fake.tokens.revoke(access)
    assert (before, fake.handle(track_request(access)).status) == (200, 401)


@pytest.mark.parametrize(("seconds", "status"), [(14_398, 200), (14_399, 401)])
def test_a_token_is_refused_when_its_lifetime_has_ended(seconds: int, status: int) -> None:
    fake = simulation(now=NOON)
    access = token(fake)
    fake.handle(track_request(access))
    fake.clock.advance(seconds)
    assert fake.handle(track_request(access)).status == status


def test_a_token_that_had_expired_holds_again_when_the_clock_is_turned_back() -> None:
    fake = simulation(now=NOON)
    access = token(fake)
    statuses = []
    for seconds in (14_399, 0):
        fake.clock.set(NOON + timedelta(seconds=seconds))
        statuses.append(fake.handle(track_request(access)).status)
    assert statuses == [401, 200]


@pytest.mark.parametrize("near", ["", "x", "Bearer", "Bearer a.b.c"])
def test_another_authorization_does_not_get_the_answer(near: str) -> None:
    fake = simulation(parcel())
    fake.handle(track_request(token(fake)))
    assert fake.handle(track_request("", authorization=near)).status == 401


@pytest.mark.parametrize("missing", ["transid", "transactionsrc"])
def test_a_call_without_a_header_that_is_demanded_does_not_get_the_answer(missing: str) -> None:
    fake = simulation(parcel())
    access = token(fake)
    statuses = [fake.handle(track_request(access, **change)).status for change in ({}, {missing: ""}, {})]
    assert statuses == [200, 400, 200]


def test_two_sessions_keep_their_own_answers() -> None:
    sessions = Sessions()
    sessions.add("alice", simulation(parcel(), name="alice"))
    sessions.add("bob", simulation(name="bob"))
    seen = [
        activities(sessions.handle(track_request(access)))
        for access in (token(sessions, "alice"), token(sessions, "bob"), token(sessions, "alice"))
    ]
    assert seen == [2, 0, 2]


def test_new_credentials_end_what_was_kept() -> None:
    fake = simulation(parcel("dhl"))
    request = Request("GET", DHL, "/track/shipments", (("trackingNumber", NUMBERS["dhl"]),), {"dhl-api-key": "demo"})
    before = fake.handle(request).status
    fake.credentials = Credentials.of("other")
    assert (before, fake.handle(request).status) == (200, 401)


def test_a_query_parameter_makes_another_question() -> None:
    fake = simulation(parcel("usps"))
    access = json.loads(fake.handle(token_request("usps")).body)["access_token"]
    headers = {"authorization": f"Bearer {access}"}
    path = f"/tracking/v3/tracking/{NUMBERS['usps']}"
    summary, detail = (
        fake.handle(Request("GET", USPS, path, query, headers)).body for query in ((), (("expand", "DETAIL"),))
    )
    assert summary != detail


def test_each_call_is_entered_in_the_journal_with_its_own_time_and_path() -> None:
    fake = simulation(parcel(), now=NOON + 6 * HOUR)
    access = token(fake)
    fake.handle(track_request(access), 1.0)
    fake.clock.advance(60)
    fake.handle(track_request(access), 2.0)
    assert [(entry.at, entry.numbers, entry.status, entry.stamp) for entry in list(fake.journal)[1:]] == [
        (NOON + 6 * HOUR, (NUMBERS["ups"],), 200, 1.0),
        (NOON + 6 * HOUR + timedelta(seconds=60), (NUMBERS["ups"],), 200, 2.0),
    ]


def test_the_last_instant_of_all_can_be_asked_for() -> None:
    fake = simulation(parcel(), now=datetime.max.replace(tzinfo=UTC))
    access = token(fake)
    assert activities(fake.handle(track_request(access))) == 4


# -- no difference at all


def call(kind: int, access: dict[str, str], name_of_call: str) -> Request:
    """One of the questions of the random stories."""
    fedex = json.dumps({"trackingInfo": [{"trackingNumberInfo": {"trackingNumber": NUMBERS["fedex"]}}]}).encode()
    bearer = {carrier: {"authorization": f"Bearer {text}"} for carrier, text in access.items()}
    ups = f"/api/track/v1/details/{NUMBERS['ups']}"
    usps = f"/tracking/v3/tracking/{NUMBERS['usps']}"
    questions = (
        Request("GET", UPS, ups, (), {**bearer["ups"], "transid": name_of_call, "transactionsrc": "t"}),
        Request("GET", UPS, ups, (), {**bearer["ups"], "transid": "1", "transactionsrc": name_of_call}),
        Request("GET", UPS, ups, (("locale", name_of_call),), {**bearer["ups"], "transid": "1", "transactionsrc": "t"}),
        Request(
            "GET", UPS, ups.replace("details", "shipment/details"), (),
            {**bearer["ups"], "transid": name_of_call, "transactionsrc": "t"},
        ),
        Request("GET", UPS, f"{ups}0", (), {**bearer["ups"], "transid": name_of_call, "transactionsrc": "t"}),
        Request("GET", UPS, ups, (), {"transid": name_of_call}),
        Request("GET", USPS, usps, (("expand", "detail"),), bearer["usps"]),
        Request("GET", USPS, usps, (("mailingDate", "2026-03-02"),), bearer["usps"]),
        Request("POST", FEDEX, "/track/v1/trackingnumbers", (), {**bearer["fedex"], "x-locale": name_of_call}, fedex),
        Request(
            "GET", DHL, "/track/shipments", (("trackingNumber", NUMBERS["dhl"]),),
            {"dhl-api-key": "demo", "accept-language": name_of_call},
        ),
        Request("GET", DHL, "/track/shipments", (("trackingNumber", NUMBERS["dhl"]),), {"dhl-api-key": "demo"}),
        Request("GET", DHL, "/nowhere"),
    )  # fmt: skip
    return questions[kind]


calls = st.tuples(st.just("ask"), st.integers(0, 11), st.sampled_from(["", "1", "a-1", "b-2", "DEL", '"', "é"]))
turns = st.tuples(st.just("turn"), st.integers(-1, 8), st.sampled_from([-1, 0, 1]))
others = st.sampled_from(
    [
        ("add", 0, 0),
        ("add", 1, 0),
        ("fault", 0, 0),
        ("fault", 1, 0),
        ("fault", 2, 0),
        ("clear", 0, 0),
        ("revoke", 0, 0),
        ("token", 0, 0),
    ]
)
Step = tuple[str, Any, Any]


def change(fake: Simulation, what: str, number: int) -> None:
    """Something that happens between two requests."""
    if what == "add":
        fake.add(*(parcel(carrier, begins=NOON + number * HOUR, hours_late=number) for carrier in NUMBERS))
        fake.add(sibling(hours=number))
    elif what == "clear":
        fake.clear_faults()
    elif number == 0:
        fake.inject(ServerError(), carrier="ups", chance=0.5)
    elif number == 1:
        fake.inject(Withheld(), chance=0.5, since=NOON + HOUR, until=NOON + 5 * HOUR)
    else:
        fake.inject(ServerError(), numbers=[NUMBERS["usps"]], calls=[1, 3], since=NOON + HOUR)


def told(steps: list[Step], *, keeps: bool) -> tuple[list[Response], list[Entry]]:
    """What a simulation answers in a story, and its journal."""
    fake = simulation(*(replace(parcel(carrier), shipment="S1") for carrier in NUMBERS), now=NOON, keeps=keeps)
    given_out: list[Response] = []

    def ask(request: Request) -> Response:
        given_out.append(fake.handle(request))
        return given_out[-1]

    def tokens() -> dict[str, str]:
        answers = {carrier: json.loads(ask(token_request(carrier)).body) for carrier in ("ups", "usps", "fedex")}
        return {carrier: answer.get("access_token", "refused") for carrier, answer in answers.items()}

    access = tokens()
    for what, one, other in steps:
        if what == "ask":
            ask(call(one, access, other))
        elif what == "turn":
            fake.clock.set(NOON + one * HOUR + timedelta(microseconds=other))
        elif what == "revoke":
            fake.tokens.revoke(access["ups"])
        elif what == "token":
            access = tokens()
        else:
            change(fake, what, one)
    return given_out, list(fake.journal)


@settings(deadline=None)
@given(st.lists(st.one_of(calls, calls, calls, turns, others), max_size=40))
def test_a_simulation_that_keeps_answers_cannot_be_told_from_one_that_keeps_none(steps: list[Step]) -> None:
    assert told(steps, keeps=True) == told(steps, keeps=False)
