"""Faults of HTTP: status and type of each refusal, and whether a token holds after each fault of tokens."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from simulator import Response
from simulator.faults import Calls
from simulator.faults.catalogue import CATALOGUE
from simulator.faults.entry import Entry

Both = Callable[..., tuple[Response, Response]]
Make = Callable[[str], Any]
FAMILY = "http"  # of the cases that `entry` and `carrier` stand for
CARRIERS = ("ups", "usps", "fedex")  # those that issue tokens

OWN = "the carrier's own"
HTTP: dict[str, tuple[int, str]] = {  # status and content type; the body is held by tests/simulator/test_errors.py
    "unauthorized": (401, OWN),
    "forbidden": (403, OWN),
    "rate_limited": (429, OWN),
    "rate_limited_until": (429, OWN),
    "server_error": (500, OWN),
    "unavailable": (503, OWN),
    "no_such_path": (404, OWN),
    "bad_gateway": (502, "text/html; charset=utf-8"),
    "gateway_timeout": (504, "text/html; charset=utf-8"),
    "html_unavailable": (503, "text/html; charset=utf-8"),
    "maintenance_page": (200, "text/html; charset=utf-8"),
    "html_unauthorized": (401, "text/html; charset=utf-8"),
    "bot_challenge": (200, "application/json"),
    "plain_text_error": (503, "text/plain"),
    "redirected": (302, "text/html"),
    "no_content": (204, ""),
    "soap_shaped_fault": (401, "application/json"),
    "old_licence": (401, "application/json"),
}
IN_A_200_OR_A_PAGE = {"unauthorized": 200, "forbidden": 200, "server_error": 502, "unavailable": 504}  # China Post (C)
OF_TOKENS = {"token_throttled", "token_dies_early", "token_life", "token_without_scope", "tokens_revoked"}


def test_every_fault_of_http_has_its_claim_here() -> None:
    assert {entry.name for entry in CATALOGUE if entry.family == FAMILY} == {*HTTP, *OF_TOKENS}


def test_a_refusal_has_the_status_and_the_type_that_are_claimed(entry: Entry, carrier: str, answers: Both) -> None:
    clean, faulty = answers(carrier, entry.name)
    status, expected_type = HTTP[entry.name]
    assert faulty.status == (IN_A_200_OR_A_PAGE.get(entry.name, status) if carrier == "chinapost" else status)
    assert faulty.delivery == clean.delivery
    content_type = dict(faulty.headers).get("content-type", "")
    if expected_type != OWN:
        assert content_type == expected_type
    elif carrier != "chinapost":  # whose gateway answers in its own form (C)
        assert "json" in content_type


@pytest.mark.parametrize(("seconds", "header"), [(0, None), (7, "7")])
def test_retry_after_is_there_when_it_is_wanted(seconds: int, header: str | None, answers: Both) -> None:
    _, faulty = answers("ups", "rate_limited", retry_after=seconds)
    assert dict(faulty.headers).get("retry-after") == header


def test_retry_after_can_be_a_date(answers: Both) -> None:
    _, faulty = answers("usps", "rate_limited_until", retry_after=90)
    assert dict(faulty.headers)["retry-after"] == "Fri, 20 Mar 2026 12:01:30 GMT"


# -- tokens


@pytest.mark.parametrize(("carrier", "status"), [("ups", 429), ("usps", 429), ("fedex", 403)])
def test_a_throttled_token_call_is_refused_as_the_carrier_does(carrier: str, status: int, make_client: Make) -> None:
    client = make_client(carrier)
    client.put("token_throttled")
    assert client.token().status == status


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_token_that_dies_early_announces_its_whole_life(carrier: str, make_client: Make) -> None:
    clean, client = make_client(carrier), make_client(carrier)
    client.put("token_dies_early", seconds=60)
    promised, token = (json.loads(each.token().body) for each in (clean, client))
    assert {name for name in token if token[name] != promised[name]} <= {"access_token"}
    assert client.track(token["access_token"]) == 200
    client.simulation.clock.advance(61)
    assert client.track(token["access_token"]) == 401
    clean.simulation.clock.advance(61)
    assert clean.track(promised["access_token"]) == 200


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("kind", ["missing", "zero", "other_type"])
def test_a_token_with_another_announced_life_is_the_same_token(carrier: str, kind: str, make_client: Make) -> None:
    clean, client = make_client(carrier), make_client(carrier)
    client.put("token_life", kind=kind)
    promised, token = (json.loads(each.token().body) for each in (clean, client))
    life, now = promised.pop("expires_in"), token.pop("expires_in", None)
    assert promised == token
    if kind == "missing":
        assert now is None
    elif kind == "zero":
        assert now == type(life)(0)
    else:
        assert (str(now), type(now)) == (str(life), int if isinstance(life, str) else str)


def test_a_token_without_scope_is_given_and_refused_later(make_client: Make) -> None:
    client = make_client("usps")
    client.put("token_without_scope")
    answer = client.token()
    token = json.loads(answer.body)
    assert (answer.status, token["scope"]) == (200, "addresses")
    assert client.track(token["access_token"]) == 401


@pytest.mark.parametrize("carrier", CARRIERS)
def test_revoked_tokens_stay_refused_until_a_new_one_is_fetched(carrier: str, make_client: Make) -> None:
    client = make_client(carrier)
    client.put("tokens_revoked", Calls(frozenset({2})))
    old = json.loads(client.token().body)["access_token"]
    assert [client.track(old) for _ in range(3)] == [200, 401, 401]
    new = json.loads(client.token().body)["access_token"]
    assert client.track(new) == 200
