"""The core: parcels and time, routing, journal, tokens. UPS represents all carriers where one is enough."""

from datetime import UTC, datetime, timedelta

import pytest
from ups_simulation import (
    ACCEPTED,
    HOUR,
    NOON,
    NUMBER,
    OTHER,
    UPS,
    activities,
    packages,
    parcel,
    scan,
    simulation,
    token,
    token_request,
    track,
    track_request,
)

from simulator import Kind, MisuseError, Request, Response, Simulation
from simulator.core.simulation import START
from simulator.errors import UnknownCarrierError, UnknownKindError

# -- parcels and time


def test_the_clock_stands_at_the_start_unless_told_otherwise() -> None:
    assert Simulation().clock.now == START == datetime(2026, 3, 2, tzinfo=UTC)


def test_a_scan_is_shown_from_the_instant_at_which_it_happens() -> None:
    assert activities(track(simulation(parcel(ACCEPTED), now=NOON))) == 1


def test_a_scan_is_not_shown_a_second_earlier() -> None:
    assert activities(track(simulation(parcel(ACCEPTED), now=NOON - timedelta(seconds=1)))) == 0


def test_a_scan_published_late_is_shown_only_then() -> None:
    fake = simulation(parcel(scan(Kind.ACCEPTED, NOON, published=NOON + 5 * HOUR)))
    before = activities(track(fake))
    fake.clock.advance(4 * 3600)
    assert (before, activities(track(fake))) == (0, 1)


def test_turning_the_clock_back_hides_what_is_to_come() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.clock.set(NOON - HOUR)
    assert activities(track(fake)) == 0


def test_scans_are_kept_in_the_order_in_which_they_happened() -> None:
    fake = simulation(parcel(scan(Kind.DEPARTED, NOON + HOUR), ACCEPTED))
    assert [event.kind for event in fake.parcels()[0].events] == [Kind.ACCEPTED, Kind.DEPARTED]


def test_a_recycled_number_has_both_parcels() -> None:
    old = parcel(scan(Kind.DELIVERED, NOON - 200 * 24 * HOUR))
    assert len(packages(track(simulation(old, parcel(ACCEPTED))))) == 2


def test_a_recycled_number_has_only_the_old_parcel_before_the_new_one_is_known() -> None:
    old = parcel(scan(Kind.DELIVERED, NOON - 200 * 24 * HOUR))
    assert len(packages(track(simulation(old, parcel(ACCEPTED), now=NOON - HOUR)))) == 1


def test_case_and_blanks_of_a_number_do_not_matter() -> None:
    assert activities(track(simulation(parcel(ACCEPTED)), "1z999aa10123456784")) == 1


def test_a_parcel_of_another_carrier_under_the_same_number_stays_there() -> None:
    assert packages(track(simulation(parcel(ACCEPTED, carrier="fedex")))) == []


def test_a_parcel_added_later_is_known() -> None:
    fake = simulation()
    fake.add(parcel(ACCEPTED))
    assert activities(track(fake)) == 1


def test_a_parcel_of_an_unknown_carrier_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownCarrierError, match="did you mean 'usps'"):
        simulation(parcel(carrier="usp"))


def test_a_parcel_of_an_interface_that_the_carrier_has_not_is_refused() -> None:
    with pytest.raises(MisuseError, match="ups has no interface 'mydhl'; it has"):
        simulation(parcel(api="mydhl"))


def test_a_scan_that_the_carrier_has_no_code_for_is_refused_when_the_parcel_is_added() -> None:
    with pytest.raises(UnknownKindError, match="name one of its codes instead"):
        simulation(parcel(scan(Kind.PARTNER_RECEIVED, NOON), carrier="fedex"))


def test_two_simulations_live_side_by_side() -> None:
    first, second = simulation(parcel(ACCEPTED)), simulation()
    assert (activities(track(first)), activities(track(second))) == (1, 0)


def test_the_same_requests_get_the_same_answers() -> None:
    def story() -> list[Response]:
        fake = simulation(parcel(ACCEPTED), seed=7)
        return [fake.handle(token_request()), track(fake), track(fake, OTHER)]

    assert story() == story()


# -- routing and journal


def test_a_path_that_no_operation_has_gets_the_carriers_own_answer() -> None:
    answer = simulation().handle(Request("GET", UPS, "/api/trak/v1/details/1Z"))
    assert answer.status == 404


def test_a_path_that_no_operation_has_is_explained_in_the_journal() -> None:
    fake = simulation()
    fake.handle(Request("GET", UPS, "/api/trak/v1/details/1Z"))
    asked, closest = fake.journal[0].hint.split("; ")
    assert asked == "no ups route for GET /api/trak/v1/details/1Z"
    assert closest == "closest: GET /api/track/v1/details/{inquiryNumber} (path differs)"


def test_a_method_that_no_operation_has_is_explained_in_the_journal() -> None:
    fake = simulation()
    answer = fake.handle(Request("DELETE", UPS, "/security/v1/oauth/token"))
    assert answer.status == 405
    assert fake.journal[0].hint.endswith("closest: POST /security/v1/oauth/token (method differs)")


@pytest.mark.parametrize(
    "path", ["", "/", "//", "/..", "/api/track/v1/details/", "/%2e%2e/api", "/api%2Ftrack/v1/details/1Z"]
)
def test_odd_paths_are_paths_that_no_operation_has(path: str) -> None:
    fake = simulation()
    fake.handle(Request("GET", UPS, path))
    assert fake.journal[0].operation == "none"


def test_a_call_is_entered_in_the_journal() -> None:
    fake = simulation(parcel(ACCEPTED))
    fake.handle(track_request(token(fake)), 12.5)
    entry = fake.journal[-1]
    assert (entry.at, entry.carrier, entry.operation, entry.numbers, entry.status, entry.stamp) == (
        NOON + HOUR, "ups", "track", (NUMBER,), 200, 12.5,
    )  # fmt: skip


def test_the_journal_keeps_the_latest_calls_up_to_its_limit() -> None:
    fake = Simulation(journal_limit=2)
    for path in ("/a", "/b", "/c"):
        fake.handle(Request("GET", UPS, path))
    assert [entry.path for entry in fake.journal] == ["/b", "/c"]


def test_a_host_of_no_carrier_is_misuse() -> None:
    with pytest.raises(MisuseError, match=r"no carrier answers at 'example\.com'"):
        simulation().handle(Request("GET", "example.com", "/"))


def test_the_core_sets_the_content_length() -> None:
    answer = track(simulation(parcel(ACCEPTED)))
    assert dict(answer.headers)["content-length"] == str(len(answer.body))


# -- tokens


def test_a_token_expires_by_the_simulated_clock() -> None:
    fake = simulation(parcel(ACCEPTED))
    access = token(fake)
    fake.clock.advance(14399)
    assert fake.handle(track_request(access)).status == 401


def test_revoked_tokens_stay_refused_until_a_new_one() -> None:
    fake = simulation(parcel(ACCEPTED))
    access = token(fake)
    assert fake.handle(track_request(access)).status == 200
    fake.revoke_tokens("ups")
    assert [fake.handle(track_request(access)).status for _ in range(2)] == [401, 401]
    assert track(fake).status == 200


def test_tokens_of_other_carriers_are_not_revoked() -> None:
    fake = simulation(parcel(ACCEPTED))
    access = token(fake)
    fake.revoke_tokens("fedex")
    assert fake.handle(track_request(access)).status == 200
