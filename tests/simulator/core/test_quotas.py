"""Rate limits: what is counted, what is refused, and when the next call is let through."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
import requests

from simulator import Clock, Kind, MisuseError, Parcel, Request, Response, ScanEvent, Sessions, Simulation, running
from simulator.core.quotas import PUBLISHED, Quota, Quotas, custom_quota
from simulator.places import place

NOW = datetime(2026, 3, 10, tzinfo=UTC)
NUMBERS = [f"1ZA1B2C3YW0042424{digit}" for digit in range(3)]
LOGIN = {"authorization": "Basic " + b64encode(b"demo:demo").decode()}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def simulation_with(*quotas: Quota, now: datetime = NOW) -> Simulation:
    here = place("Tulsa, OK, US")
    scans = (ScanEvent(NOW - timedelta(days=1), Kind.ACCEPTED, here),)
    return Simulation([Parcel("ups", number, scans, here, here) for number in NUMBERS], clock=Clock(now), quotas=quotas)


def token(answer: Response) -> str:
    return str(json.loads(answer.body).get("access_token", ""))


def ups_token(simulation: Simulation) -> str:
    path, body = "/security/v1/oauth/token", b"grant_type=client_credentials"
    return token(simulation.handle(Request("POST", "onlinetools.ups.com", path, (), LOGIN | FORM, body)))


def ups(simulation: Simulation, number: str, bearer: str) -> int:
    headers = {"authorization": f"Bearer {bearer}", "transid": "1", "transactionsrc": "test"}
    path = f"/api/track/v1/details/{number}"
    return simulation.handle(Request("GET", "onlinetools.ups.com", path, (), headers)).status


def post_login(simulation: Simulation, host: str, path: str) -> Response:
    body = b"grant_type=client_credentials&client_id=demo&client_secret=demo"
    return simulation.handle(Request("POST", host, path, (), FORM, body))


def usps(simulation: Simulation, bearer: str) -> int:
    headers = {"authorization": f"Bearer {bearer}", "content-type": "application/json"}
    body = b'[{"trackingNumber": "9400193620709565714259"}]'
    return simulation.handle(Request("POST", "apis.usps.com", "/tracking/v3r2/tracking", (), headers, body)).status


def test_own_quota_ends_when_its_window_does() -> None:
    simulation = simulation_with(custom_quota("ups", 2, 60))
    bearer = ups_token(simulation)
    assert [ups(simulation, number, bearer) for number in NUMBERS] == [200, 200, 429]
    simulation.clock.advance(59)
    assert ups(simulation, NUMBERS[2], bearer) == 429
    simulation.clock.advance(1)
    assert ups(simulation, NUMBERS[2], bearer) == 200
    assert simulation.journal[3].retry_after is None


def test_usps_says_when_its_hour_is_over() -> None:
    simulation = simulation_with(*PUBLISHED)
    bearer = token(post_login(simulation, "apis.usps.com", "/oauth2/v3/token"))
    assert 429 not in [usps(simulation, bearer) for _ in range(60)]
    simulation.clock.advance(600)
    assert usps(simulation, bearer) == 429
    assert simulation.journal[-1].retry_after == 3000
    simulation.clock.advance(3000)
    assert usps(simulation, bearer) != 429


def test_fedex_blocks_the_token_call_for_ten_minutes() -> None:
    simulation = simulation_with(*PUBLISHED)

    def status() -> int:
        return post_login(simulation, "apis.fedex.com", "/oauth/token").status

    assert [status() for _ in range(4)] == [200, 200, 200, 403]
    simulation.clock.advance(599)
    assert status() == 403
    simulation.clock.advance(1)
    assert status() == 200


def test_quota_of_a_day_starts_again_at_midnight_gmt() -> None:
    simulation = simulation_with(custom_quota("ups", 1, 86_400), now=datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC))
    bearer = ups_token(simulation)
    assert [ups(simulation, number, bearer) for number in NUMBERS[:2]] == [200, 429]
    simulation.clock.advance(1)
    assert ups(simulation, NUMBERS[1], bearer) == 200


def test_quotas_count_answers_that_the_server_has_ready() -> None:
    sessions = Sessions()
    simulation = simulation_with(custom_quota("ups", 2, 3600))
    sessions.add("demo", simulation)
    headers = {"authorization": f"Bearer {ups_token(simulation)}", "transId": "1", "transactionSrc": "test"}
    with running(sessions) as url:
        page = f"{url}/ups/api/track/v1/details/{NUMBERS[0]}"
        statuses = [requests.get(page, headers=headers, timeout=10).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_without_quotas_nothing_is_refused() -> None:
    simulation = simulation_with()
    bearer = ups_token(simulation)
    assert {ups(simulation, NUMBERS[0], bearer) for _ in range(200)} == {200}


def test_a_refused_call_is_not_counted() -> None:
    quotas = Quotas([custom_quota("ups", 1, 10)])
    outcomes = [quotas.count_call("ups", "track", NOW + timedelta(seconds=s), None) is None for s in (0, 4, 8, 10)]
    assert outcomes == [True, False, False, True]


def test_a_client_that_really_waits_is_served_while_the_simulated_clock_stands_still() -> None:
    quotas = Quotas([custom_quota("ups", 1, 10)])
    assert [quotas.count_call("ups", "track", NOW, stamp) is None for stamp in (100.0, 109.9, 110.0)] == [
        True,
        False,
        True,
    ]


def test_calls_of_a_future_from_which_the_clock_was_turned_back_do_not_count() -> None:
    quotas = Quotas([custom_quota("ups", 1, 10)])
    assert quotas.count_call("ups", "track", NOW, None) is None
    assert quotas.count_call("ups", "track", NOW - timedelta(seconds=1), None) is None


def test_an_own_quota_counts_calls_about_parcels_of_its_carrier_only() -> None:
    quota = custom_quota("ups", 1, 10)
    assert [quota.counts(*call) for call in (("ups", "track"), ("ups", "token"), ("usps", "track"))] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("numbers", [(0, 60), (1, 0)])
def test_a_quota_without_calls_or_seconds_is_refused(numbers: tuple[int, int]) -> None:
    with pytest.raises(MisuseError, match="give numbers from 1 on"):
        custom_quota("ups", *numbers)
