"""A parcel of each carrier, requested at its main interface, with and without a fault."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from simulator import Clock, Kind, Parcel, Request, Response, ScanEvent, Simulation
from simulator.carriers.chinapost import crypto
from simulator.faults import ALL_CALLS, Calls, Conditions, catalogue
from simulator.faults.catalogue import CATALOGUE
from simulator.places import place

NUMBERS = {
    "ups": "1Z999AA10390000109",
    "usps": "9205590000000100000018",
    "fedex": "900000000016",
    "dhl": "9000000015",
    "chinapost": "EV900000019CN",
}
TULSA, DENVER, SHENZHEN = place("Tulsa, OK, US"), place("Denver, CO, US"), place("Shenzhen, CN")
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DEMO = "Basic " + b64encode(b"demo:demo").decode()


# They need a token call of their own, in test_http.py.
_OF_TOKENS = {"token_throttled", "token_dies_early", "token_life", "token_without_scope", "tokens_revoked"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `entry` and `carrier` on each fault of its module's FAMILY, at each carrier it acts on."""
    if {"entry", "carrier"} <= set(metafunc.fixturenames):
        cases = [
            pytest.param(entry, carrier, id=f"{entry.name}-{carrier}")
            for entry in CATALOGUE
            if entry.family == metafunc.module.FAMILY and entry.name not in _OF_TOKENS
            for carrier in NUMBERS
            if entry.reach is None or carrier in entry.reach
        ]
        metafunc.parametrize(("entry", "carrier"), cases)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, 30, tzinfo=UTC)


def parcel(carrier: str) -> Parcel:
    """Label, four scans in the evening of the places (past midnight in UTC), a delivery."""
    origin = SHENZHEN if carrier == "chinapost" else TULSA
    events = (
        ScanEvent(at(2, 18), Kind.LABEL_CREATED, origin),
        ScanEvent(at(4, 1), Kind.ACCEPTED, origin),
        ScanEvent(at(4, 3), Kind.DEPARTED, origin),
        ScanEvent(at(6, 2), Kind.ARRIVED, DENVER),
        ScanEvent(at(6, 15), Kind.OUT_FOR_DELIVERY, DENVER),
        ScanEvent(at(6, 21), Kind.DELIVERED, DENVER),
    )
    return Parcel(carrier, NUMBERS[carrier], events, origin, DENVER)


TOKEN_CALLS = {
    "ups": ("onlinetools.ups.com", "/security/v1/oauth/token"),
    "usps": ("apis.usps.com", "/oauth2/v3/token"),
    "fedex": ("apis.fedex.com", "/oauth/token"),
}


def token_request(carrier: str) -> Request:
    """A request for a token."""
    host, path = TOKEN_CALLS[carrier]
    form = urlencode({"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"}).encode()
    return Request("POST", host, path, headers={"authorization": DEMO}, body=form)


def _token(simulation: Simulation, carrier: str) -> str:
    return f"Bearer {json.loads(simulation.handle(token_request(carrier)).body)['access_token']}"


def tracking_request(simulation: Simulation, carrier: str) -> Request:
    """A request about the carrier's parcel, with a valid token."""
    number = NUMBERS[carrier]
    if carrier == "ups":
        token = _token(simulation, "ups")
        headers = {"authorization": token, "transid": "1", "transactionsrc": "tests"}
        return Request("GET", "onlinetools.ups.com", f"/api/track/v1/details/{number}", headers=headers)
    if carrier == "usps":
        token = _token(simulation, "usps")
        path = f"/tracking/v3/tracking/{number}"
        return Request("GET", "apis.usps.com", path, (("expand", "DETAIL"),), {"authorization": token})
    if carrier == "fedex":
        token = _token(simulation, "fedex")
        body = {"includeDetailedScans": True, "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": number}}]}
        headers = {"authorization": token, "content-type": "application/json"}
        text = json.dumps(body).encode()
        return Request("POST", "apis.fedex.com", "/track/v1/trackingnumbers", headers=headers, body=text)
    if carrier == "dhl":
        query = (("trackingNumber", number),)
        return Request("GET", "api-eu.dhl.com", "/track/shipments", query, {"dhl-api-key": "demo"})
    key = simulation.credentials.sm4_key
    form = {
        "apiCode": "040001",
        "senderNo": "demo",
        "authorization": "demo",
        "timeStamp": "2026-03-20 20:00:00",
        "logitcsInterface": crypto.encrypt_body(json.dumps({"waybillNo": number, "direction": "0"}), key),
    }
    return Request("POST", "api.ems.com.cn", "/amp-prod-api/f/amp/api/open", body=urlencode(form).encode())


class Client:
    """A simulation with a carrier's parcel, and the requests of one client."""

    def __init__(self, carrier: str) -> None:
        self.carrier = carrier
        self.simulation = Simulation([parcel(carrier)], clock=Clock(NOW), seed=1)

    def put(self, fault: str, calls: Calls = ALL_CALLS, **parameters: object) -> None:
        conditions = Conditions(carrier=self.carrier, calls=calls)
        self.simulation.put(catalogue.envelope(fault, parameters, conditions))

    def token(self) -> Response:
        return self.simulation.handle(token_request(self.carrier))

    def track(self, token: str) -> int:
        request = tracking_request(Simulation([parcel(self.carrier)]), self.carrier)
        headers = {**request.headers, "authorization": f"Bearer {token}"}
        return self.simulation.handle(replace(request, headers=headers)).status


@pytest.fixture
def make_client() -> type[Client]:
    return Client


@pytest.fixture
def answers() -> Callable[..., tuple[Response, Response]]:
    """The clean answer about a carrier's parcel and the one under a fault, both at the same simulated instant."""

    def both(carrier: str, fault: str, **parameters: object) -> tuple[Response, Response]:
        found = []
        for faulty in (False, True):
            simulation = Simulation([parcel(carrier)], clock=Clock(NOW), seed=1)
            request = tracking_request(simulation, carrier)
            if faulty:
                simulation.put(catalogue.envelope(fault, parameters, Conditions(carrier=carrier)))
            found.append(simulation.handle(request))
        return found[0], found[1]

    return both
