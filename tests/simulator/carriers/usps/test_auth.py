"""USPS's tokens: issue, lifetime, scopes, withheld products, revocation, and the client of a request."""

import json
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from refusal_cases import (
    GRANT,
    NOW,
    posted,
)
from sample_parcels import USPS_MOVING, USPS_NUMBER, MakeView
from usps_calls import track

from simulator import Clock, Credentials, Product, Request, Response, Simulation
from simulator.carriers.usps import CARRIER

HOST = "apis.usps.com"


def tracking_answer(withheld: frozenset[Product], scope: str | None, path: str = "/tracking/v3/tracking/1") -> Response:
    simulated = Simulation(credentials=replace(Credentials.of("demo"), withheld=withheld), clock=Clock(NOW))
    grant = GRANT if scope is None else {**GRANT, "scope": scope}
    token = json.loads(simulated.handle(posted(HOST, "/oauth2/v3/token", grant)).body)
    headers = {"authorization": f"Bearer {token['access_token']}"}
    return simulated.handle(Request("GET", HOST, path, (), headers))


WITHOUT_RIGHT = [
    (frozenset[Product](), "addresses", "Insufficient OAuth scope."),
    (frozenset((Product.USPS_TRACKING,)), None, ""),
    (frozenset((Product.USPS_TRACKING,)), "tracking", ""),
    (frozenset((Product.USPS_APPLICATION,)), None, "The client application identifier is invalid."),
]


@pytest.mark.parametrize(("withheld", "scope", "message"), WITHOUT_RIGHT)
def test_a_token_without_the_right_is_refused_in_one_of_three_shapes(
    withheld: frozenset[Product], scope: str | None, message: str
) -> None:
    answer = tracking_answer(withheld, scope)
    assert answer.status == 401
    assert ("www-authenticate", 'Bearer realm="https://api.usps.com"') in answer.headers
    error = json.loads(answer.body)["error"]
    assert error["message"] == message
    assert [fault["title"] for fault in error["errors"]] == (["invalid_oauth_scope"] if scope == "addresses" else [])


def test_the_token_of_an_application_without_the_tracking_product_has_no_scope() -> None:
    withheld = frozenset((Product.USPS_TRACKING,))
    simulated = Simulation(credentials=replace(Credentials.of("demo"), withheld=withheld), clock=Clock(NOW))
    token = json.loads(simulated.handle(posted(HOST, "/oauth2/v3/token", {**GRANT, "scope": "tracking"})).body)
    assert token["scope"] == ""


def test_a_revoked_token_is_no_longer_valid() -> None:
    simulated = Simulation(clock=Clock(NOW))

    def tracked(token: str) -> int:
        return simulated.handle(
            Request("GET", HOST, "/tracking/v3/tracking/1", (), {"authorization": f"Bearer {token}"})
        ).status

    mine, other = (simulated.tokens.issue("usps", "demo", NOW, 3600, "tracking") for _ in range(2))
    assert (tracked(mine), tracked(other)) == (400, 400)
    body = {"token": mine, "token_type_hint": "access_token"}
    for headers in ({"authorization": f"Bearer {mine}"}, {"authorization": f"Bearer {other}"}):
        answer = simulated.handle(posted(HOST, "/oauth2/v3/revoke", body, **headers))
        assert (answer.status, answer.body) == (200, b"200 OK")
        assert dict(answer.headers)["content-type"] == "text/plain"
        assert (tracked(mine), tracked(other)) == (401, 400)


def test_revoking_an_invalid_token_stores_nothing() -> None:
    simulated = Simulation(clock=Clock(NOW))
    mine, ups = simulated.tokens.issue("usps", "demo", NOW, 3600), simulated.tokens.issue("ups", "demo", NOW, 3600)
    for text in ("a.b.c", ups, "\0"):
        answer = simulated.handle(posted(HOST, "/oauth2/v3/revoke", {"token": text}, authorization=f"Bearer {mine}"))
        assert answer.status == 200
    assert simulated.tokens.revocations == 0
    assert simulated.tokens.state("ups", ups, NOW) == "valid"


def token_call(**fields: str) -> Request:
    body = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"} | fields
    return Request("POST", HOST, "/oauth2/v3/token", (), {"content-type": "application/json"}, orjson.dumps(body))


def test_a_token_answer_has_these_fields(make_view: MakeView) -> None:
    answer = make_view(CARRIER).ask(token_call())
    document = json.loads(answer.body)
    assert answer.status == 200
    assert document.pop("access_token").count(".") == 2
    assert document.pop("issued_at") == 1774008000000  # 2026-03-20 12:00 UTC in milliseconds
    assert document.pop("expires_in") == 28799
    assert document == {
        "token_type": "Bearer",
        "status": "approved",
        "scope": "tracking",
        "issuer": "https://keyc.usps.com/realms/USPS",
        "client_id": "demo",
        "application_name": "Tracking",
        "api_products": "[Public Access I]",
        "public_key": "",
    }


def test_a_token_call_may_be_a_form(make_view: MakeView) -> None:
    body = b"grant_type=client_credentials&client_id=demo&client_secret=demo&scope=tracking"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert make_view(CARRIER).ask(Request("POST", HOST, "/oauth2/v3/token", (), headers, body)).status == 200


@pytest.mark.parametrize(
    ("request_", "status", "error"),
    [
        (token_call(client_secret="wrong"), 401, "invalid_client"),
        (token_call(client_id="nobody"), 401, "invalid_client"),
        (token_call(grant_type="password"), 400, "unsupported_grant_type"),
        (Request("POST", HOST, "/oauth2/v3/token", (), {}, b""), 400, "invalid_request"),
        (Request("POST", HOST, "/oauth2/v3/token", (), {}, b"{\xff"), 400, "invalid_request"),
        (Request("POST", HOST, "/oauth2/v3/token", (), {}, b'{"grant_type":1}'), 400, "invalid_request"),
    ],
)
def test_a_token_refusal_is_that_of_oauth(request_: Request, status: int, error: str, make_view: MakeView) -> None:
    answer = make_view(CARRIER).ask(request_)
    document = json.loads(answer.body)
    assert (answer.status, document["error"]) == (status, error)
    assert list(document) == ["error", "error_description", "error_uri"]
    assert ("www-authenticate" in dict(answer.headers)) is (status == 401)


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_a_track_call_without_a_valid_token_is_refused(token: str, make_view: MakeView) -> None:
    answer = track(make_view(CARRIER, [USPS_MOVING]), token=token)
    error = json.loads(answer.body)["error"]
    assert answer.status == 401
    assert dict(answer.headers)["www-authenticate"] == 'Bearer realm="https://api.usps.com"'
    assert (error["code"], error["message"]) == ("401", "Missing or malformed access token.")
    assert error["errors"][0]["title"] == "invalid_token"
    assert error["errors"][0]["source"] == "Access Token"


def test_a_token_is_valid_until_it_expires(make_view: MakeView) -> None:
    usps = make_view(CARRIER, [USPS_MOVING])
    token = json.loads(usps.ask(token_call()).body)["access_token"]
    usps.now += timedelta(seconds=28798)
    assert track(usps, token=token).status == 200
    usps.now += timedelta(seconds=1)
    assert track(usps, token=token).status == 401


@pytest.mark.parametrize(
    ("request_", "client"),
    [
        (token_call(), "demo"),
        (Request("POST", HOST, "/oauth2/v3/token", (), {}, b"client_id=someone"), "someone"),
        (Request("POST", HOST, "/oauth2/v3/token", (), {}, b"[1,2"), None),
        (Request("POST", HOST, "/oauth2/v3/token", (), {}, b'{"client_id":{}}'), None),
        (Request("GET", HOST, f"/tracking/v3/tracking/{USPS_NUMBER}"), None),
        (Request("GET", HOST, "/", (), {"authorization": "Bearer a.b.c"}), None),
    ],
)
def test_the_client_of_a_request(request_: Request, client: str | None) -> None:
    assert CARRIER.client_of(request_) == client


def test_a_token_names_its_client(make_view: MakeView) -> None:
    headers = {"authorization": f"Bearer {make_view(CARRIER).issue_token(60)}"}
    assert CARRIER.client_of(Request("GET", HOST, "/", (), headers)) == "demo"
