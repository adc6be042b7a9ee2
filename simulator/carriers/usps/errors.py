"""USPS's refusals: one body for the products (`apiVersion`, `error`), another for the token call (RFC 6749).

Bodies and headers: USPS Package Tracking spec 3.2.6 (A). Inner codes and texts of the tracking product: the error list
that USPS publishes with its API examples (A), shortened. Where a live answer was reported, its shape counts (B):
an unknown number is a 400 with its text twice, and an `errors` entry of a 401 has a `source` that is text.

Tracking 3.2 (`v3r2`) refuses in the same body, with other codes and texts: two public reports (B). That `apiVersion`
follows its path, as in USPS's other products, and the texts of its 400, are D. So are rate limits
and failures of the token call's own product: in the common body, since RFC 6749 does not define them.
"""

from simulator.carriers.common.carrier import CarrierView, Refusals
from simulator.carriers.common.oauth import json_answer
from simulator.exchange import Request, Response

_API_VERSION = "/tracking/v3"
_OTHER_API_VERSIONS = ("/tracking/v3r2", "/oauth2/v3")
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


# A parcel of another owner's Mailer ID: that it is refused is known since April 2026, the status is expected and the
# body that of every product (C); that 3.2 refuses it among others like a number without tracking is D.
NOT_OWNER: dict[str, object] = {"code": "403", "message": "FORBIDDEN", "errors": ()}

# The error of a number without tracking in 3.2 (B). Unlike in 3.0, an unknown number and another carrier's
# get the same; a number without events gets a code that has another meaning in USPS's published list.
NOT_AVAILABLE: dict[str, object] = {
    "code": "404",
    "message": "Tracking is not available for this item. This may be because the tracking number is invalid; USPS has"
    " not yet received payment; USPS has not yet received the item; the item does not include tracking; or other"
    " reasons.",
    "errors": (),
}
NO_STATUS_YET: dict[str, object] = {
    "code": "404",
    "message": "",
    "errors": ({"title": "", "detail": _NO_STATUS_YET, "status": "404", "code": "150006"},),
}


def with_error(request: Request, status: int, error: dict[str, object], *headers: tuple[str, str]) -> Response:
    """The common error body of the product that the request's path belongs to."""
    path = request.path
    version = next((other for other in _OTHER_API_VERSIONS if path.startswith(f"{other}/")), _API_VERSION)
    return json_answer(status, {"apiVersion": version, "error": error}, *headers)


def refusal(
    request: Request,
    status: int,
    message: str,
    errors: tuple[dict[str, object], ...] = (),
    *headers: tuple[str, str],
) -> Response:
    """The common error body, its code the status; `errors` may be empty."""
    return with_error(request, status, {"code": str(status), "message": message, "errors": errors}, *headers)


def _tracking_error(request: Request, code: str, text: str) -> Response:
    return refusal(request, 400, text, ({"title": text, "detail": "", "code": code},))


def no_status_yet(request: Request) -> Response:
    """USPS has a record of the number, but no event yet (3.0)."""
    return _tracking_error(request, "150001", _NO_STATUS_YET)


def may_be_incorrect(request: Request) -> Response:
    """USPS has no record of the number (3.0)."""
    return _tracking_error(request, "150002", _MAY_BE_INCORRECT)


def another_shipper(request: Request) -> Response:
    """USPS has no record of the number, and its form is another carrier's (3.0)."""
    return _tracking_error(request, "150010", _ANOTHER_SHIPPER)


def not_owner(request: Request) -> Response:
    """A parcel whose Mailer ID is not the client's, nor shared with it (C)."""
    return with_error(request, 403, NOT_OWNER)


def bad_request(request: Request, detail: str, parameter: str = "") -> Response:
    """A malformed list of numbers (3.2; texts D). parameter: the member at fault."""
    fault: dict[str, object] = {"status": "400", "title": "Bad Request", "detail": detail}
    if parameter:
        fault["source"] = {"parameter": parameter}
    return refusal(request, 400, detail, (fault,))


def bad_token(request: Request, detail: str) -> Response:
    """No token, or an invalid one (shape: B; the words of the detail are ours)."""
    return _unauthorized(request, "Missing or malformed access token.", "invalid_token", detail)


def insufficient_scope(request: Request) -> Response:
    """A valid token without the scope `tracking` (B)."""
    detail = "The OAuth scope is invalid, missing or insufficient to access resource."
    return _unauthorized(request, "Insufficient OAuth scope.", "invalid_oauth_scope", detail)


def not_entitled(request: Request) -> Response:
    """A valid token of an application without the tracking product: a 401 without a text (B)."""
    return refusal(request, 401, "", (), _WWW_AUTHENTICATE)


def invalid_application(request: Request) -> Response:
    """A valid token of an application unknown to the product (message B; that nothing else is in the body, D)."""
    return refusal(request, 401, "The client application identifier is invalid.", (), _WWW_AUTHENTICATE)


def _unauthorized(request: Request, message: str, title: str, detail: str) -> Response:
    fault: dict[str, object] = {"title": title, "detail": detail, "source": "Access Token"}
    return refusal(request, 401, message, (fault,), _WWW_AUTHENTICATE)


def token_refusal(status: int, error: str, description: str) -> Response:
    """The token call's own error body (RFC 6749 section 5.2), unlike the common body of the products."""
    uri = "https://datatracker.ietf.org/doc/html/rfc6749#page-45"
    headers = (_WWW_AUTHENTICATE,) if status == 401 else ()  # noqa: PLR2004 (HTTP 401)
    return json_answer(status, {"error": error, "error_description": description, "error_uri": uri}, *headers)


def _rate_limited(request: Request, _view: CarrierView, seconds: int | None) -> Response:
    headers = () if seconds is None else (("retry-after", str(seconds)),)
    return refusal(request, 429, "TOO_MANY_REQUESTS", (), *headers)


def _unavailable(request: Request, _view: CarrierView) -> Response:
    return refusal(request, 503, "SERVICE_UNAVAILABLE", (), ("retry-after", str(_RETRY_SECONDS)))


REFUSALS = Refusals(
    unauthorized=lambda request, _view: bad_token(request, "The access token is invalid or has expired."),
    forbidden=lambda request, _view: not_owner(request),
    rate_limited=_rate_limited,
    server_error=lambda request, _view: refusal(request, 500, "INTERNAL_SERVER_ERROR"),
    unavailable=_unavailable,
    no_such_path=lambda request, _view: refusal(request, 404, "NOT_FOUND"),
    no_such_method=lambda request, _view: refusal(request, 405, "METHOD_NOT_ALLOWED"),
)
