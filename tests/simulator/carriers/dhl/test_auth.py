"""DHL's credentials: the API key of the unified interface, and the client of a request."""

import json
from typing import Any

import pytest
from sample_parcels import DENVER, SHENZHEN, MakeView, at

from simulator.carriers.dhl import CARRIER
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

NUMBER = "9000000015"
HOST = "api-eu.dhl.com"
PICKUP = ScanEvent(at(10, 8, 5), Kind.PICKED_UP, SHENZHEN)


def parcel(*events: ScanEvent, number: str = NUMBER, service: str = "", api: str = "") -> Parcel:
    return Parcel("dhl", number, events, SHENZHEN, DENVER, service, api)


def body(answer: Response) -> Any:  # noqa: ANN401 (any JSON)
    return json.loads(answer.body)


@pytest.mark.parametrize("headers", [{}, {"dhl-api-key": "other"}, {"authorization": "Basic ZGVtbzpkZW1v"}])
def test_a_call_without_the_right_api_key_is_refused(make_view: MakeView, headers: dict[str, str]) -> None:
    made = make_view(CARRIER, (parcel(PICKUP),))
    answer = made.ask(Request("GET", HOST, "/track/shipments", (("trackingNumber", NUMBER),), headers))
    assert (answer.status, body(answer)["title"], body(answer)["status"]) == (401, "Unauthorized", 401)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"dhl-api-key": "shop-7"}, "shop-7"),
        ({"authorization": "Basic ZGVtbzpkZW1v"}, "demo"),
        ({"authorization": "Basic ?"}, None),
        ({"authorization": "Bearer x"}, None),
        ({}, None),
    ],
)
def test_the_client_of_a_request(headers: dict[str, str], expected: str | None) -> None:
    assert CARRIER.client_of(Request("GET", HOST, "/track/shipments", (), headers)) == expected
