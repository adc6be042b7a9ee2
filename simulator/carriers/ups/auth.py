"""UPS's OAuth: the token operation, and the token that every tracking call needs.

Facts: UPS OAuth and Tracking API specs (A).
"""

from simulator.carriers.common.carrier import Call, CarrierView, Operation, no_numbers
from simulator.carriers.common.credentials import Product
from simulator.carriers.common.oauth import basic_credentials, bearer_token, json_answer, parse_form
from simulator.carriers.common.tokens import holder
from simulator.carriers.ups import errors
from simulator.exchange import Request, Response

TOKEN_LIFETIME_SECONDS = 14399


def client_of(request: Request) -> str | None:
    """The client that a request comes from: the client id of a token call, the token's holder of any other call."""
    token = bearer_token(request)
    if token is not None:
        return holder(token)
    credentials = basic_credentials(request)
    return None if credentials is None else credentials[0]


def check_access(request: Request, view: CarrierView) -> Response | None:
    """None for a tracking call with a valid token and the right to the tracking product; otherwise the refusal."""
    token = bearer_token(request)
    withheld = Product.UPS_TRACKING in view.credentials.withheld
    return errors.unauthorized() if withheld or token is None or view.token_state(token) != "valid" else None


def _issue_token(call: Call, view: CarrierView) -> Response:
    credentials = basic_credentials(call.request)
    if credentials is None:
        return errors.malformed_authorization()
    if credentials != (view.credentials.client_id, view.credentials.client_secret):
        return errors.invalid_client()
    if parse_form(call.request).get("grant_type") != "client_credentials":
        return errors.invalid_grant_type()
    return json_answer(
        200,
        {
            "token_type": "Bearer",
            "issued_at": str(int(view.now.timestamp() * 1000)),
            "client_id": view.credentials.client_id,
            "access_token": view.issue_token(TOKEN_LIFETIME_SECONDS),
            "scope": "",
            "expires_in": str(TOKEN_LIFETIME_SECONDS),
            "refresh_count": "0",
            "status": "approved",
        },
    )


OPERATIONS = (Operation("token", "POST", "/security/v1/oauth/token", _issue_token, no_numbers),)
