"""UPS's refusals. All have one body: `response.errors`, a list of code and message, both text.

Bodies and statuses: UPS Tracking API and OAuth specs (A). Codes 10401, 10429, 250002 and TW0001: public reports (B);
TV1002: a client's fixture (C). Every other code is invented on the model of these, because none is published (D).
An unknown number is not a refusal: it is an answer with a warning, see `track`.
"""

from simulator.carriers.common.carrier import CarrierView, Refusals
from simulator.carriers.common.oauth import json_answer
from simulator.exchange import Request, Response


def refusal(status: int, code: str, message: str, *headers: tuple[str, str]) -> Response:
    """The common error body."""
    return json_answer(status, {"response": {"errors": [{"code": code, "message": message}]}}, *headers)


def invalid_inquiry_number() -> Response:
    """The number is too short or too long for UPS, or has characters other than letters and digits."""
    return refusal(400, "TV1002", "Invalid inquiry number")


def missing_header(code: str, name: str) -> Response:
    """A required header of the tracking call is missing; the codes are a guess (D), the status is the spec's (A)."""
    return refusal(400, code, f"Missing {name}")


def invalid_parameter(name: str) -> Response:
    """A parameter of the query cannot be parsed. That UPS refuses it at all is a guess, and so is the code (D)."""
    return refusal(400, "TV0003", f"Invalid {name}")


def malformed_authorization() -> Response:
    """The token call has no Basic credentials, or malformed ones (code: D)."""
    return refusal(400, "10400", "Invalid/Missing Authorization Header")


def invalid_grant_type() -> Response:
    """The grant type of the token call is missing or not supported by UPS (code: D)."""
    return refusal(400, "10400", "Invalid or missing grant_type")


def invalid_client() -> Response:
    """The client id or its secret is wrong."""
    return refusal(401, "10401", "ClientId is Invalid")


def unauthorized() -> Response:
    """No token, an invalid or expired one, or an application without the tracking product: one answer for all."""
    return refusal(401, "250002", "Invalid Authentication Information.")


def _rate_limited(_request: Request, _view: CarrierView, seconds: int | None) -> Response:
    # The real UPS sends no Retry-After (B); a fault may add one.
    headers = () if seconds is None else (("retry-after", str(seconds)),)
    return refusal(429, "10429", "Too Many Requests", *headers)


REFUSALS = Refusals(
    unauthorized=lambda _request, _view: unauthorized(),
    forbidden=lambda _request, _view: refusal(403, "10403", "Blocked Merchant"),
    rate_limited=_rate_limited,
    server_error=lambda _request, _view: refusal(500, "10500", "Internal Server Error"),
    unavailable=lambda _request, _view: refusal(503, "10503", "Service Unavailable"),
    no_such_path=lambda _request, _view: refusal(404, "10404", "Not Found"),
    no_such_method=lambda _request, _view: refusal(405, "10405", "Method Not Allowed"),
)
