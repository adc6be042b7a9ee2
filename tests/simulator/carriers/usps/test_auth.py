"""USPS's tokens: scopes, products that are withheld, revocation."""

import json
from dataclasses import replace

import pytest
from refusal_cases import (
    GRANT,
    NOW,
    posted,
)

from simulator import Clock, Credentials, Product, Request, Response, Simulation

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
def test_usps_gives_a_token_and_then_refuses_the_tracking_call_in_one_of_three_shapes(
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


def test_a_usps_token_that_is_given_back_is_good_no_more() -> None:
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


def test_giving_back_what_is_no_token_needs_no_memory() -> None:
    simulated = Simulation(clock=Clock(NOW))
    mine, ups = simulated.tokens.issue("usps", "demo", NOW, 3600), simulated.tokens.issue("ups", "demo", NOW, 3600)
    for text in ("a.b.c", ups, "\0"):
        answer = simulated.handle(posted(HOST, "/oauth2/v3/revoke", {"token": text}, authorization=f"Bearer {mine}"))
        assert answer.status == 200
    assert simulated.tokens.revocations == 0
    assert simulated.tokens.state("ups", ups, NOW) == "valid"
