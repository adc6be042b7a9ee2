"""Faults of tokens: what the token call says, and whether the token holds."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from simulator.faults import Calls

Make = Callable[[str], Any]
CARRIERS = ("ups", "usps", "fedex")


@pytest.mark.parametrize(("carrier", "status"), [("ups", 429), ("usps", 429), ("fedex", 403)])
def test_a_throttled_token_call_is_refused_as_the_carrier_does(carrier: str, status: int, asking: Make) -> None:
    client = asking(carrier)
    client.put("token_throttled")
    assert client.token().status == status


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_token_that_dies_early_announces_its_whole_life(carrier: str, asking: Make) -> None:
    clean, client = asking(carrier), asking(carrier)
    client.put("token_dies_early", seconds=60)
    promised, told = (json.loads(each.token().body) for each in (clean, client))
    assert {name for name in told if told[name] != promised[name]} <= {"access_token"}
    assert client.track(told["access_token"]) == 200
    client.simulation.clock.advance(61)
    assert client.track(told["access_token"]) == 401
    clean.simulation.clock.advance(61)
    assert clean.track(promised["access_token"]) == 200


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("kind", ["missing", "zero", "other_type"])
def test_a_token_whose_life_is_told_otherwise_is_the_same_token(carrier: str, kind: str, asking: Make) -> None:
    clean, client = asking(carrier), asking(carrier)
    client.put("token_life", kind=kind)
    promised, told = (json.loads(each.token().body) for each in (clean, client))
    life, now = promised.pop("expires_in"), told.pop("expires_in", None)
    assert promised == told
    if kind == "missing":
        assert now is None
    elif kind == "zero":
        assert now == type(life)(0)
    else:
        assert (str(now), type(now)) == (str(life), int if isinstance(life, str) else str)


def test_a_token_without_scope_is_given_and_refused_later(asking: Make) -> None:
    client = asking("usps")
    client.put("token_without_scope")
    answer = client.token()
    told = json.loads(answer.body)
    assert (answer.status, told["scope"]) == (200, "addresses")
    assert client.track(told["access_token"]) == 401


@pytest.mark.parametrize("carrier", CARRIERS)
def test_revoked_tokens_stay_refused_until_a_new_one_is_fetched(carrier: str, asking: Make) -> None:
    client = asking(carrier)
    client.put("tokens_revoked", Calls(frozenset({2})))
    old = json.loads(client.token().body)["access_token"]
    assert [client.track(old) for _ in range(3)] == [200, 401, 401]
    new = json.loads(client.token().body)["access_token"]
    assert client.track(new) == 200
