"""Who may ask FedEx: the token operation, and whether a request's token holds.

Facts: requests and answers of `/oauth/token` as FedEx documents them (A for path, fields and grants) and clients meet
them (C).
"""

from simulator.carriers.common import oauth
from simulator.carriers.common.carrier import Call, CarrierView
from simulator.carriers.common.tokens import holder
from simulator.carriers.fedex import errors
from simulator.exchange import Request, Response

TOKEN_SECONDS = 3599  # 3599 and 3600 are both seen (C); an integer, unlike at UPS
_GRANTS = frozenset(("client_credentials", "csp_credentials", "client_pc_credentials"))


def token(call: Call, view: CarrierView) -> Response:
    """POST /oauth/token: the credentials stand in the form, not in Basic; the answer's `expires_in` is an integer."""
    request = call.request
    if "json" in request.headers.get("content-type", ""):
        return errors.bad_request(view, "The token request is not a form. Please modify your request and try again.")
    fields = oauth.form(request)
    if fields.get("grant_type") not in _GRANTS:
        return errors.invalid_input(view, 422, "grant_type is missing or not supported.")
    if not fields.get("client_id") or not fields.get("client_secret"):
        return errors.invalid_input(view, 422, "client_id or client_secret is missing.")
    known = view.credentials
    if (fields["client_id"], fields["client_secret"]) != (known.client_id, known.client_secret):
        return errors.bad_client(view)
    return oauth.json_answer(
        200,
        {
            "access_token": view.issue_token(TOKEN_SECONDS),
            "token_type": "bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": "CXS-TP",
        },
    )


def client_of(request: Request) -> str | None:
    """The client id in the form of a token request, or that of the token which any other request carries."""
    presented = oauth.bearer(request)
    if presented is not None:
        return holder(presented)
    return oauth.form(request).get("client_id") if request.path == errors.TOKEN_PATH else None


def holds(request: Request, view: CarrierView) -> bool:
    """Whether the request carries a token that FedEx issued and that hasn't expired."""
    presented = oauth.bearer(request)
    return presented is not None and view.token_state(presented) == "valid"
