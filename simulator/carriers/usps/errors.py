"""USPS's refusals: one body for the products (`apiVersion`, `error`), another for the token call (RFC 6749).

Bodies and headers: USPS Package Tracking spec 3.2.6 (A). Inner codes and texts of the tracking product: the error list
that USPS publishes with its API examples (A), shortened. Where a live answer was reported, its shape goes first (B):
an unknown number is a 400 with its text twice, and an `errors` entry of a 401 has a `source` that is text.
"""

from simulator.carrier import Refusals, World
from simulator.exchange import Request, Response
from simulator.oauth import json_answer

_API_VERSION = "/tracking/v3"
_RETRY_SECONDS = 30  # the spec's own example
_WWW_AUTHENTICATE = ("www-authenticate", 'Bearer realm="https://api.usps.com"')

# The number, the colon, the text and the trailing blank-hyphen-blank are all part of the message on the wire (B).
_NO_STATUS_YET = (
    "12: A status update is not yet available on your package. It will be available when the shipper provides an update"
    " or the package is given to USPS. Check back soon. - "
)
_MAY_BE_INCORRECT = (
    "7: The tracking number may be incorrect or the status update is not yet available. Please verify your tracking"
    " number and try again later. - "
)
_ANOTHER_SHIPPER = (
    "The tracking number may belong to another shipper. Please verify that you have a USPS tracking number for tracking"
    " on this site."
)


def refusal(
    status: int, message: str, errors: tuple[dict[str, object], ...] = (), *headers: tuple[str, str]
) -> Response:
    """The common error body; `errors` may be empty."""
    error = {"code": str(status), "message": message, "errors": errors}
    return json_answer(status, {"apiVersion": _API_VERSION, "error": error}, *headers)


def _tracking(code: str, text: str) -> Response:
    return refusal(400, text, ({"title": text, "detail": "", "code": code},))


def no_status_yet() -> Response:
    """USPS has a record of the number, and nothing to tell about it yet."""
    return _tracking("150001", _NO_STATUS_YET)


def may_be_incorrect() -> Response:
    """USPS knows nothing of the number."""
    return _tracking("150002", _MAY_BE_INCORRECT)


def another_shipper() -> Response:
    """USPS knows nothing of the number, and its form is another carrier's."""
    return _tracking("150010", _ANOTHER_SHIPPER)


def bad_token(detail: str) -> Response:
    """No token, or one that doesn't hold (shape: B; the detail's words are ours)."""
    return refusal(
        401,
        "Missing or malformed access token.",
        ({"title": "invalid_token", "detail": detail, "source": "Access Token"},),
        _WWW_AUTHENTICATE,
    )


def token_refusal(status: int, error: str, description: str) -> Response:
    """The token call's own error body (RFC 6749 section 5.2), whatever the product's bodies look like."""
    uri = "https://datatracker.ietf.org/doc/html/rfc6749#page-45"
    headers = (_WWW_AUTHENTICATE,) if status == 401 else ()  # noqa: PLR2004 (HTTP 401)
    return json_answer(status, {"error": error, "error_description": description, "error_uri": uri}, *headers)


def _rate_limited(_request: Request, _world: World, seconds: int | None) -> Response:
    headers = () if seconds is None else (("retry-after", str(seconds)),)
    return refusal(429, "TOO_MANY_REQUESTS", (), *headers)


REFUSALS = Refusals(
    unauthorized=lambda _request, _world: bad_token("The access token is invalid or has expired."),
    forbidden=lambda _request, _world: refusal(403, "FORBIDDEN"),
    rate_limited=_rate_limited,
    server_error=lambda _request, _world: refusal(500, "INTERNAL_SERVER_ERROR"),
    unavailable=lambda _request, _world: refusal(503, "SERVICE_UNAVAILABLE", (), ("retry-after", str(_RETRY_SECONDS))),
    no_such_path=lambda _request, _world: refusal(404, "NOT_FOUND"),
    no_such_method=lambda _request, _world: refusal(405, "METHOD_NOT_ALLOWED"),
)
