"""USPS's OAuth: the token call, its revocation, and the token that every tracking call needs.

Facts: requests and answers of the token call as USPS publishes and clients report them (A, B). A token is issued
whatever scope was requested; the `scope` of the answer is the part that the application is entitled to, and is empty
where it is entitled to none (B). Only the tracking call then refuses a token without `tracking`.

A token can be revoked: path, body and answer are USPS's (A); the answers to bad requests, and the plain text of the
answer, follow RFC 7009 (D).
"""

from simulator.carriers.common.carrier import Call, CarrierView, Operation, no_numbers
from simulator.carriers.common.credentials import Product
from simulator.carriers.common.oauth import bearer_token, json_answer, parse_form_or_json
from simulator.carriers.common.tokens import holder, scope
from simulator.carriers.usps import errors
from simulator.exchange import Request, Response

TOKEN_LIFETIME_SECONDS = 28_799  # eight hours since 2025; as in live answers (B)
_TOKEN_PATH = "/oauth2/v3/token"  # noqa: S105 (a path, not a secret)
_REVOKE_PATH = "/oauth2/v3/revoke"
_GRANT = "client_credentials"
_SCOPE = "tracking"  # the only scope of the simulated application


def client_of(request: Request) -> str | None:
    """The client that a request comes from: the client id of a token call, the token's holder of any other call."""
    if request.path == _TOKEN_PATH:
        return parse_form_or_json(request).get("client_id")
    token = bearer_token(request)
    return None if token is None else holder(token)


def check_access(request: Request, view: CarrierView) -> Response | None:
    """None for a tracking call whose token is valid and good for tracking; otherwise the refusal."""
    token = bearer_token(request)
    if token is None:
        return errors.bad_token(request, "The request carries no bearer token.")
    if view.token_state(token) != "valid":
        return errors.bad_token(request, "The access token is invalid or has expired.")
    withheld = view.credentials.withheld
    if Product.USPS_APPLICATION in withheld:
        return errors.invalid_application(request)
    if Product.USPS_TRACKING in withheld:
        return errors.not_entitled(request)
    granted = scope(token)
    return None if granted is None or _SCOPE in granted.split() else errors.insufficient_scope(request)


def _issue_token(call: Call, view: CarrierView) -> Response:
    fields = parse_form_or_json(call.request)
    grant = fields.get("grant_type")
    if grant is None:
        return errors.token_refusal(400, "invalid_request", "The grant_type is missing.")
    if grant != _GRANT:
        return errors.token_refusal(400, "unsupported_grant_type", f"Use grant_type {_GRANT}.")
    credentials = view.credentials
    if (fields.get("client_id"), fields.get("client_secret")) != (credentials.client_id, credentials.client_secret):
        return errors.token_refusal(401, "invalid_client", "Client authentication failed.")
    requested = fields.get("scope", "").split()
    entitled = Product.USPS_TRACKING not in credentials.withheld
    granted = _SCOPE if entitled and (not requested or _SCOPE in requested) else ""
    return json_answer(
        200,
        {
            "access_token": view.issue_token(TOKEN_LIFETIME_SECONDS, granted),
            "token_type": "Bearer",
            "issued_at": int(view.now.timestamp() * 1000),
            "expires_in": TOKEN_LIFETIME_SECONDS,
            "status": "approved",
            "scope": granted,
            "issuer": "https://keyc.usps.com/realms/USPS",
            "client_id": credentials.client_id,
            "application_name": "Tracking",
            "api_products": "[Public Access I]",
            "public_key": "",
        },
    )


def _revoke_token(call: Call, view: CarrierView) -> Response:
    """Revoke a token. One that is unknown or already invalid counts as revoked (RFC 7009 section 2.2)."""
    own = bearer_token(call.request)
    if own is None or view.token_state(own) != "valid":
        return errors.token_refusal(401, "invalid_client", "Client authentication failed.")
    token = parse_form_or_json(call.request).get("token")
    if not token:
        return errors.token_refusal(400, "invalid_request", "The token is missing.")
    view.revoke_token(token)
    return Response(200, (("content-type", "text/plain"),), b"200 OK")


OPERATIONS = (
    Operation("token", "POST", _TOKEN_PATH, _issue_token, no_numbers),
    Operation("revoke", "POST", _REVOKE_PATH, _revoke_token, no_numbers),
)
