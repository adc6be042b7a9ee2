"""Who may ask USPS: the token call, and what a tracking call's token must be good for.

Facts: requests and answers of the token call as USPS publishes and clients report them (A, B). A token is issued
whatever it was asked for; its `scope` is what the application holds of it, and nothing at all where it holds none (B).
Only the tracking call then refuses a token without `tracking`.

A token can be given back: the call's path, body and answer are USPS's (A); what it says to a bad request, and that the
answer is plain text, follow RFC 7009 (D).
"""

from simulator.carriers.common.carrier import Call, CarrierView, Operation, no_numbers
from simulator.carriers.common.credentials import Product
from simulator.carriers.common.oauth import bearer, form_or_json, json_answer
from simulator.carriers.common.tokens import holder, scope
from simulator.carriers.usps import errors
from simulator.exchange import Request, Response

TOKEN_LIFETIME_SECONDS = 28_799  # eight hours since 2025; the number live answers show (B)
_TOKEN_PATH = "/oauth2/v3/token"  # noqa: S105 (a path, no secret)
_REVOKE_PATH = "/oauth2/v3/revoke"
_GRANT = "client_credentials"
_SCOPE = "tracking"  # all that the simulated application holds


def client_of(request: Request) -> str | None:
    """Whose call it is: the client id of a token call, the holder of the token of any other."""
    if request.path == _TOKEN_PATH:
        return form_or_json(request).get("client_id")
    token = bearer(request)
    return None if token is None else holder(token)


def refused(request: Request, view: CarrierView) -> Response | None:
    """The answer to a tracking call whose token is missing, doesn't hold, or isn't good for tracking; else None."""
    token = bearer(request)
    if token is None:
        return errors.bad_token(request, "The request carries no bearer token.")
    if view.token_state(token) != "valid":
        return errors.bad_token(request, "The access token is invalid or has expired.")
    withheld = view.credentials.withheld
    if Product.USPS_APPLICATION in withheld:
        return errors.invalid_application(request)
    if Product.USPS_TRACKING in withheld:
        return errors.not_entitled(request)
    said = scope(token)
    return None if said is None or _SCOPE in said.split() else errors.insufficient_scope(request)


def _token(call: Call, view: CarrierView) -> Response:
    fields = form_or_json(call.request)
    grant = fields.get("grant_type")
    if grant is None:
        return errors.token_refusal(400, "invalid_request", "The grant_type is missing.")
    if grant != _GRANT:
        return errors.token_refusal(400, "unsupported_grant_type", f"Use grant_type {_GRANT}.")
    credentials = view.credentials
    if (fields.get("client_id"), fields.get("client_secret")) != (credentials.client_id, credentials.client_secret):
        return errors.token_refusal(401, "invalid_client", "Client authentication failed.")
    asked = fields.get("scope", "").split()
    entitled = Product.USPS_TRACKING not in credentials.withheld
    granted = _SCOPE if entitled and (not asked or _SCOPE in asked) else ""
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


def _revoke(call: Call, view: CarrierView) -> Response:
    """Give a token back. One that is unknown or holds no more is as good as given back (RFC 7009 section 2.2)."""
    own = bearer(call.request)
    if own is None or view.token_state(own) != "valid":
        return errors.token_refusal(401, "invalid_client", "Client authentication failed.")
    token = form_or_json(call.request).get("token")
    if not token:
        return errors.token_refusal(400, "invalid_request", "The token is missing.")
    view.revoke_token(token)
    return Response(200, (("content-type", "text/plain"),), b"200 OK")


OPERATIONS = (
    Operation("token", "POST", _TOKEN_PATH, _token, no_numbers),
    Operation("revoke", "POST", _REVOKE_PATH, _revoke, no_numbers),
)
