"""FedEx's OAuth: the token operation, and the token that every tracking call needs.

Facts: requests and answers of `/oauth/token` as FedEx documents them (A for path, fields and grants) and clients meet
them (C).
"""

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import Call, CarrierView, Operation, no_numbers
from simulator.carriers.common.credentials import Product
from simulator.carriers.common.tokens import holder
from simulator.carriers.fedex import errors
from simulator.exchange import Request, Response

TOKEN_LIFETIME_SECONDS = 3599  # 3599 and 3600 are both seen (C); an integer, unlike at UPS
_GRANTS = frozenset(("client_credentials", "csp_credentials", "client_pc_credentials"))


def _issue_token(call: Call, view: CarrierView) -> Response:
    """POST /oauth/token: the credentials are in the form, not in Basic; the answer's `expires_in` is an integer."""
    request = call.request
    if "json" in request.headers.get("content-type", ""):
        return errors.bad_request(view, "The token request is not a form. Please modify your request and try again.")
    fields = oauth.parse_form(request)
    if fields.get("grant_type") not in _GRANTS:
        return errors.invalid_input(view, 422, "grant_type is missing or not supported.")
    if not fields.get("client_id") or not fields.get("client_secret"):
        return errors.invalid_input(view, 422, "client_id or client_secret is missing.")
    credentials = view.credentials
    if (fields["client_id"], fields["client_secret"]) != (credentials.client_id, credentials.client_secret):
        return errors.bad_client(view)
    return oauth.json_answer(
        200,
        {
            "access_token": view.issue_token(TOKEN_LIFETIME_SECONDS),
            "token_type": "bearer",
            "expires_in": TOKEN_LIFETIME_SECONDS,
            "scope": "CXS-TP",
        },
    )


def client_of(request: Request) -> str | None:
    """The client that a request comes from: the client id of a token call, the token's holder of any other call."""
    token = oauth.bearer_token(request)
    if token is not None:
        return holder(token)
    return oauth.parse_form(request).get("client_id") if request.path == errors.TOKEN_PATH else None


def check_access(request: Request, view: CarrierView) -> Response | None:
    """None for a tracking call with a valid token and the right to the tracking product; otherwise the refusal."""
    token = oauth.bearer_token(request)
    if token is None or view.token_state(token) != "valid":
        return errors.unauthorized(request, view)
    return errors.forbidden(request, view) if Product.FEDEX_TRACKING in view.credentials.withheld else None


OPERATIONS = (Operation("token", "POST", errors.TOKEN_PATH, _issue_token, no_numbers),)
