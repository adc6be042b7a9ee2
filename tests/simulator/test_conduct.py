"""A polite client has no finding, through both doors; a rude one, written for the purpose, has each by its name."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import requests

from simulator import Clock, Kind, Parcel, ScanEvent, Sessions, Simulation, conduct, conduct_rules, intercept, running
from simulator.conduct import Finding
from simulator.faults import catalogue
from simulator.faults.envelope import Calls, Conditions
from simulator.places import place

NOW = datetime(2026, 3, 10, tzinfo=UTC)
DOOR = ["in process", "server"]
UPS_NUMBERS = [f"1ZA1B2C3YW0042424{digit}" for digit in range(8)]
FEDEX_NUMBERS = [f"{serial:012}" for serial in range(100_000_000_000, 100_000_000_040)]


def _parcel(carrier: str, number: str, kind: Kind = Kind.ACCEPTED) -> Parcel:
    here = place("Tulsa, OK, US")
    return Parcel(carrier, number, (ScanEvent(NOW - timedelta(days=1), kind, here),), here, here)


def _simulation(kind: Kind = Kind.ACCEPTED) -> Simulation:
    parcels = [_parcel("ups", number, kind) for number in UPS_NUMBERS]
    parcels += [_parcel("fedex", number, kind) for number in FEDEX_NUMBERS]
    return Simulation(parcels, clock=Clock(NOW))


def _fault(simulation: Simulation, name: str, calls: Calls, operation: str = "track", **parameters: object) -> None:
    simulation.put(catalogue.envelope(name, parameters, Conditions(operation=operation, calls=calls)))


class Client:
    """A client, as polite as the test wants it to be; waiting turns the simulated clock."""

    def __init__(self, simulation: Simulation, base: Callable[[str], str]) -> None:
        self._base = base
        self._serial = count(1)
        self._http = requests.Session()
        self._http.trust_env = False
        self.wait = simulation.clock.advance

    def token(self, carrier: str, secret: str = "demo") -> str:  # noqa: S107 (a fake carrier's)
        if carrier == "ups":
            login = base64.b64encode(f"demo:{secret}".encode()).decode()
            path, form = "/security/v1/oauth/token", {"grant_type": "client_credentials"}
            answer = self._post(carrier, path, data=form, headers={"Authorization": f"Basic {login}"})
        else:
            path = "/oauth/token" if carrier == "fedex" else "/oauth2/v3/token"
            form = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": secret}
            answer = self._post(carrier, path, data=form)
        return str(answer.json().get("access_token", ""))

    def ups(self, number: str, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "transId": str(next(self._serial)), "transactionSrc": "test"}
        url = f"{self._base('ups')}/api/track/v1/details/{number}"
        return self._http.get(url, headers=headers, timeout=10).status_code

    def fedex(self, numbers: list[str], token: str) -> int:
        asked = [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers]
        body = {"includeDetailedScans": True, "trackingInfo": asked}
        headers = {"Authorization": f"Bearer {token}"}
        return self._post("fedex", "/track/v1/trackingnumbers", json=body, headers=headers).status_code

    def usps_list(self, numbers: list[str], token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        asked = [{"trackingNumber": number} for number in numbers]
        return self._post("usps", "/tracking/v3r2/tracking", json=asked, headers=headers).status_code

    def lost(self, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http.get(f"{self._base('ups')}/api/trak/1Z", headers=headers, timeout=10)

    def _post(self, carrier: str, path: str, **sent: Any) -> requests.Response:  # noqa: ANN401 (what requests takes)
        return self._http.post(self._base(carrier) + path, timeout=10, **sent)


HOSTS = {"ups": "onlinetools.ups.com", "fedex": "apis.fedex.com", "usps": "apis.usps.com", "dhl": "api-eu.dhl.com"}


@contextmanager
def _client(simulation: Simulation, door: str) -> Iterator[Client]:
    if door == "in process":
        with intercept(simulation):
            yield Client(simulation, lambda carrier: f"https://{HOSTS[carrier]}")
    else:
        sessions = Sessions()
        sessions.add("demo", simulation)
        with running(sessions) as url:
            yield Client(simulation, lambda carrier: f"{url}/{carrier}")


def _findings(simulation: Simulation) -> dict[str, Finding]:
    return {finding.name: finding for each in conduct.assess_conduct(simulation) for finding in each.findings}


@pytest.mark.parametrize("door", DOOR)
def test_polite_client_has_no_findings(door: str) -> None:
    simulation = _simulation(kind=Kind.DELIVERED)
    _fault(simulation, "rate_limited", Calls(frozenset({2})), retry_after=30)
    _fault(simulation, "rate_limited", Calls(frozenset({5})))
    with _client(simulation, door) as client:
        token = client.token("ups")
        for number in UPS_NUMBERS:
            pause = 30
            while client.ups(number, token) == 429:
                client.wait(pause)
        _fault(simulation, "tokens_revoked", Calls(first=1))
        assert client.ups(UPS_NUMBERS[0], token) == 401
        assert client.ups(UPS_NUMBERS[0], client.token("ups")) == 200
        token = client.token("fedex")
        for numbers in (FEDEX_NUMBERS[:30], FEDEX_NUMBERS[30:]):
            status = client.fedex(numbers, token)
            if status == 401:
                token = client.token("fedex")
                client.fedex(numbers, token)
    assert _findings(simulation) == {}


def _ignores_retry_after(client: Client) -> None:
    token = client.token("ups")
    for _ in range(2):
        client.ups(UPS_NUMBERS[0], token)


def _token_per_call(client: Client) -> None:
    for number in UPS_NUMBERS[:4]:
        client.ups(number, client.token("ups"))


def _renews_often(client: Client) -> None:
    for _ in range(4):
        token = client.token("ups")
        for number in UPS_NUMBERS[:2]:
            client.ups(number, token)
        client.wait(120)


def _goes_on_after_401(client: Client) -> None:
    token = client.token("ups")
    for number in UPS_NUMBERS[:3]:
        client.ups(number, token)


def _hammers(client: Client) -> None:
    for _ in range(3):
        client.token("ups", "wrong")


def _asks_singly(client: Client) -> None:
    token = client.token("fedex")
    for number in FEDEX_NUMBERS[:5]:
        client.fedex([number], token)


def _asks_31(client: Client) -> None:
    client.fedex(FEDEX_NUMBERS[:31], client.token("fedex"))


def _asks_usps_36(client: Client) -> None:
    client.usps_list([f"94001936207095657142{serial}" for serial in range(10, 46)], client.token("usps"))


def _polls(client: Client) -> None:
    token = client.token("ups")
    for _ in range(4):
        client.ups(UPS_NUMBERS[0], token)
        client.wait(300)


def _asks_again(client: Client) -> None:
    token = client.token("ups")
    for _ in range(3):
        client.ups(UPS_NUMBERS[0], token)


def _storms(client: Client) -> None:
    token = client.token("ups")
    for _ in range(5):
        client.ups(UPS_NUMBERS[0], token)


def _calls_nowhere(client: Client) -> None:
    client.lost(client.token("ups"))


# Who does what, under which fault, and the finding with how often and from which call on, counted by hand.
RUDE: dict[str, tuple[Callable[[Client], None], tuple[str, Calls, dict[str, object]] | None, Kind, int, int]] = {
    "retry_after_ignored": (
        _ignores_retry_after, ("rate_limited", Calls(first=1), {"retry_after": 30}), Kind.ACCEPTED, 1, 3),
    "no_pause_after_429": (_ignores_retry_after, ("rate_limited", Calls(first=1), {}), Kind.ACCEPTED, 1, 3),
    "token_per_call": (_token_per_call, None, Kind.ACCEPTED, 3, 3),
    "token_renewed_too_often": (_renews_often, None, Kind.ACCEPTED, 3, 4),
    "calls_after_401": (_goes_on_after_401, ("tokens_revoked", Calls(first=1), {}), Kind.ACCEPTED, 2, 3),
    "credentials_hammered": (_hammers, None, Kind.ACCEPTED, 3, 1),
    "batch_unused": (_asks_singly, None, Kind.ACCEPTED, 5, 2),
    "batch_limit_exceeded": (_asks_31, None, Kind.ACCEPTED, 1, 2),
    "polling_after_delivery": (_polls, None, Kind.DELIVERED, 3, 3),
    "same_question_again": (_asks_again, None, Kind.ACCEPTED, 2, 3),
    "retry_storm": (_storms, ("unavailable", Calls(), {}), Kind.ACCEPTED, 5, 2),
    "unknown_path": (_calls_nowhere, None, Kind.ACCEPTED, 1, 2),
}  # fmt: skip


def test_rude_client_has_every_finding_there_is() -> None:
    assert set(RUDE) == set(conduct_rules.RULES)


@pytest.mark.parametrize("door", DOOR)
@pytest.mark.parametrize("name", RUDE)
def test_rude_client_has_the_finding_by_name(name: str, door: str) -> None:
    act, fault, kind, times, first = RUDE[name]
    simulation = _simulation(kind=kind)
    if fault is not None:
        _fault(simulation, fault[0], fault[1], **fault[2])
    with _client(simulation, door) as client:
        act(client)
    found = _findings(simulation)
    assert list(found) == [name]
    assert (found[name].times, found[name].first_call) == (times, first)


def test_usps_list_beyond_35_is_too_long() -> None:
    simulation = _simulation()
    with _client(simulation, "in process") as client:
        _asks_usps_36(client)
    assert [(found.name, found.grade) for found in _findings(simulation).values()] == [("batch_limit_exceeded", "C")]
