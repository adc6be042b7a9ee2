"""UPS's tokens: issue, lifetime, refusals, and the client of a request."""

import json
from datetime import timedelta

import pytest
from sample_parcels import DENVER, ONTARIO, MakeView, at
from ups_calls import HOST, NUMBER, refused, token_call, track

from simulator.carriers.ups import CARRIER
from simulator.exchange import Request
from simulator.parcel import Kind, Parcel, ScanEvent

DELIVERED = Parcel(
    "ups",
    NUMBER,
    (
        ScanEvent(at(10, 18, 15, 22), Kind.LABEL_CREATED, ONTARIO),
        ScanEvent(at(11, 3, 35, 12), Kind.ACCEPTED, ONTARIO),
        ScanEvent(at(12, 7, 30), Kind.ARRIVED, DENVER),
        ScanEvent(at(12, 15, 12, 30), Kind.OUT_FOR_DELIVERY, DENVER),
        ScanEvent(at(12, 20, 10, 5), Kind.DELIVERED, DENVER),
    ),
    ONTARIO,
    DENVER,
)


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x.y.z", "Basic ZGVtbzpkZW1v", "Bearer ü"])
def test_a_track_call_without_a_valid_token_is_refused(authorization: str, make_view: MakeView) -> None:
    assert refused(track(make_view(CARRIER, [DELIVERED]), authorization=authorization)) == (401, "250002")


def test_a_token_is_valid_until_it_expires(make_view: MakeView) -> None:
    ups = make_view(CARRIER, [DELIVERED])
    authorization = f"Bearer {json.loads(ups.ask(token_call()).body)['access_token']}"
    ups.now += timedelta(seconds=14398)
    assert track(ups, authorization=authorization).status == 200
    ups.now += timedelta(seconds=1)
    assert refused(track(ups, authorization=authorization)) == (401, "250002")


def test_a_token_answer_has_text_in_every_field(make_view: MakeView) -> None:
    answer = make_view(CARRIER).ask(token_call())
    document = json.loads(answer.body)
    assert answer.status == 200
    assert document.pop("access_token").count(".") == 2
    assert document == {
        "token_type": "Bearer",
        "issued_at": "1774008000000",  # 2026-03-20 12:00 UTC in milliseconds
        "client_id": "demo",
        "scope": "",
        "expires_in": "14399",
        "refresh_count": "0",
        "status": "approved",
    }


@pytest.mark.parametrize(
    ("authorization", "client"),
    [
        ("Basic ZGVtbzpzZWNyZXQ=", "demo"),
        ("Basic ZGVtbw==", None),
        ("Basic ä", None),
        ("Bearer nonsense", None),
        ("", None),
    ],
)
def test_the_client_of_a_request(authorization: str, client: str | None) -> None:
    assert CARRIER.client_of(Request("GET", HOST, "/", (), {"authorization": authorization})) == client


def test_a_token_names_its_client(make_view: MakeView) -> None:
    headers = {"authorization": f"Bearer {make_view(CARRIER).issue_token(60)}"}
    assert CARRIER.client_of(Request("GET", HOST, "/", (), headers)) == "demo"
