"""Access tokens: holder, scope, validity, revocation."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from simulator.carriers.common.tokens import Tokens, holder, scope

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LIFETIME = 3600


def issued(tokens: Tokens, carrier: str = "ups", client: str = "acme") -> str:
    return tokens.issue(carrier, client, NOW, LIFETIME)


def test_a_token_has_three_parts_like_the_carriers_own() -> None:
    assert issued(Tokens("secret")).count(".") == 2


def test_a_token_names_its_holder() -> None:
    assert holder(issued(Tokens("secret"), client="acme")) == "acme"


@pytest.mark.parametrize("text", ["", "demo", "a.b", "a.b.c", "a.!!!.c", "..", "a.bnVsbA.c", "a.WzFd.c", "a.eyJ9.c"])
def test_other_text_names_no_holder(text: str) -> None:
    assert holder(text) is None


def test_a_token_whose_client_is_not_text_names_no_holder() -> None:
    claims = urlsafe_b64encode(json.dumps({"client_id": 7}).encode()).decode().rstrip("=")
    assert holder(f"a.{claims}.c") is None


def test_a_token_is_valid_at_once() -> None:
    tokens = Tokens("secret")
    assert tokens.state("ups", issued(tokens), NOW) == "valid"


def test_a_token_is_valid_until_a_second_before_its_lifetime_ends() -> None:
    tokens = Tokens("secret")
    assert tokens.state("ups", issued(tokens), NOW + timedelta(seconds=LIFETIME - 1)) == "valid"


def test_a_token_has_expired_when_its_lifetime_ends() -> None:
    tokens = Tokens("secret")
    assert tokens.state("ups", issued(tokens), NOW + timedelta(seconds=LIFETIME)) == "expired"


def test_a_revoked_token_has_expired() -> None:
    tokens = Tokens("secret")
    token = issued(tokens)
    tokens.revoke(token)
    assert tokens.state("ups", token, NOW) == "expired"


def test_revoking_one_token_leaves_the_others() -> None:
    tokens = Tokens("secret")
    first, second = issued(tokens), issued(tokens)
    tokens.revoke(first)
    assert tokens.state("ups", second, NOW) == "valid"


def test_a_token_of_another_carrier_is_unknown() -> None:
    tokens = Tokens("secret")
    assert tokens.state("fedex", issued(tokens, "ups"), NOW) == "unknown"


def test_a_token_of_another_simulation_is_unknown() -> None:
    assert Tokens("secret").state("ups", issued(Tokens("other")), NOW) == "unknown"


def test_a_token_with_a_changed_claim_is_unknown() -> None:
    tokens = Tokens("secret")
    head, _, signature = issued(tokens).split(".")
    claims = {"iss": "ups", "client_id": "acme", "iat": 0, "exp": 4_000_000_000, "jti": 1}
    forged = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert tokens.state("ups", f"{head}.{forged}.{signature}", NOW) == "unknown"


@pytest.mark.parametrize("text", ["", "demo", "a.b.c", "é.ü.ß"])
def test_text_that_is_not_a_token_is_unknown(text: str) -> None:
    assert Tokens("secret").state("ups", text, NOW) == "unknown"


def test_two_tokens_in_one_second_differ() -> None:
    tokens = Tokens("secret")
    assert issued(tokens) != issued(tokens)


def test_equal_secrets_issue_equal_tokens() -> None:
    assert issued(Tokens("secret")) == issued(Tokens("secret"))


def test_the_signature_covers_the_scope() -> None:
    issuer = Tokens("secret")
    now = datetime(2026, 3, 2, tzinfo=UTC)
    narrow, wide = (issuer.issue("usps", "demo", now, 60, wanted_scope) for wanted_scope in ("", "tracking"))
    assert (scope(narrow), scope(wide)) == ("", "tracking")
    swapped = ".".join((*wide.split(".")[:2], narrow.split(".")[2]))
    assert issuer.state("usps", swapped, now) == "unknown"
