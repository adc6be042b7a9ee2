"""Who may ask USPS: the token call, and what a tracking call's token must be good for.

Facts: requests and answers of the token call as USPS publishes and clients report them (A, B). A token is issued
whatever it was asked for; its `scope` is what the application holds of it, and nothing at all where it holds none (B).
Only the tracking call then refuses a token without `tracking`.

A token that isn't good for tracking says so in a claim of its own. Tokens know no scopes in the core, which signs the
rest: the claim is put in after signing, and taken out before the signature is looked at.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from simulator.carrier import Call, Operation, World, no_numbers
from simulator.carriers.usps import errors
from simulator.exchange import Request, Response
from simulator.oauth import bearer, form, json_answer
from simulator.tokens import holder

TOKEN_LIFETIME_SECONDS = 28_799  # eight hours since 2025; the number live answers show (B)
_TOKEN_PATH = "/oauth2/v3/token"  # noqa: S105 (a path, no secret)
_GRANT = "client_credentials"
_SCOPE = "tracking"  # all that the simulated application holds


def client_of(request: Request) -> str | None:
    """Whose call it is: the client id of a token call, the holder of the token of any other."""
    if request.path == _TOKEN_PATH:
        return form(request).get("client_id")
    token = bearer(request)
    return None if token is None else holder(token)


def refused(request: Request, world: World) -> Response | None:
    """The answer to a tracking call whose token is missing, doesn't hold, or isn't good for tracking; else None."""
    token = bearer(request)
    if token is None:
        return errors.bad_token(request, "The request carries no bearer token.")
    signed, scoped = _without_scope(token)
    if world.token_state(signed) != "valid":
        return errors.bad_token(request, "The access token is invalid or has expired.")
    return None if scoped is None else errors.insufficient_scope(request)


def _token(call: Call, world: World) -> Response:
    fields = form(call.request)
    grant = fields.get("grant_type")
    if grant is None:
        return errors.token_refusal(400, "invalid_request", "The grant_type is missing.")
    if grant != _GRANT:
        return errors.token_refusal(400, "unsupported_grant_type", f"Use grant_type {_GRANT}.")
    credentials = world.credentials
    if (fields.get("client_id"), fields.get("client_secret")) != (credentials.client_id, credentials.client_secret):
        return errors.token_refusal(401, "invalid_client", "Client authentication failed.")
    asked = fields.get("scope", "").split()
    scope = _SCOPE if not asked or _SCOPE in asked else ""
    token = world.issue_token(TOKEN_LIFETIME_SECONDS)
    return json_answer(
        200,
        {
            "access_token": token if scope else _with_scope(token, scope),
            "token_type": "Bearer",
            "issued_at": int(world.now.timestamp() * 1000),
            "expires_in": TOKEN_LIFETIME_SECONDS,
            "status": "approved",
            "scope": scope,
            "issuer": "https://keyc.usps.com/realms/USPS",
            "client_id": credentials.client_id,
            "application_name": "Tracking",
            "api_products": "[Public Access I]",
            "public_key": "",
        },
    )


def _with_scope(token: str, scope: str) -> str:
    head, claims, signature = token.split(".")
    return f"{head}.{_part(_claims(claims) | {'scope': scope})}.{signature}"


def _without_scope(token: str) -> tuple[str, str | None]:
    """The token as it was signed, and the scope that was put into it; None where none was."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 (header, claims, signature)
        return token, None
    claims = _claims(parts[1])
    scope = claims.pop("scope", None)
    # The core's claims are flat; what is nested is not ours, and may be nested beyond what can be written.
    if not isinstance(scope, str) or any(isinstance(claim, dict | list) for claim in claims.values()):
        return token, None
    return f"{parts[0]}.{_part(claims)}.{parts[2]}", scope


def _claims(part: str) -> dict[str, Any]:
    try:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):  # no Base64, no JSON, or JSON nested beyond what the parser can descend
        return {}
    return claims if isinstance(claims, dict) else {}


def _part(claims: dict[str, Any]) -> str:
    """Claims as the core writes them, so that its signature fits again."""
    return urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode()).rstrip(b"=").decode()


OPERATIONS = (Operation("token", "POST", _TOKEN_PATH, _token, no_numbers),)
