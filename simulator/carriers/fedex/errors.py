"""FedEx's error answers.

Body (A): transactionId, customerTransactionId where the client sent one, and `errors` of code and message. The codes of
401, 403, 404, 500, 503 and of an empty number are FedEx's (Track API spec, A). 405, more than 30 numbers, a malformed
body and a malformed token request are not documented: the status is the likely one by the reference and by clients,
code and text are ours (D). FedEx documents no Retry-After, so there is none unless a fault adds it.
"""

from dataclasses import replace

from simulator.carriers.common.carrier import CarrierView, Refusals
from simulator.carriers.common.oauth import json_answer
from simulator.exchange import Request, Response

TOKEN_PATH = "/oauth/token"  # noqa: S105 (a path, not a secret)

NOT_FOUND = {
    "code": "TRACKING.TRACKINGNUMBER.NOTFOUND",
    "message": "Tracking number cannot be found. Please correct the tracking number and try again.",
}
"""The error of an unknown number, in its result inside a 200 (B)."""


def refusal(
    view: CarrierView, status: int, code: str, message: str, transaction: str = "", *headers: tuple[str, str]
) -> Response:
    """An error answer. transaction: the client's own transaction id, echoed where it is not empty."""
    document: dict[str, object] = {"transactionId": view.identifier()}
    if transaction:
        document["customerTransactionId"] = transaction
    document["errors"] = [{"code": code, "message": message}]
    return json_answer(status, document, *headers)


def empty_number(view: CarrierView, transaction: str) -> Response:
    """400: no tracking number, or an empty one (A)."""
    return refusal(view, 400, "TRACKING.TRACKINGNUMBER.EMPTY", "Please provide tracking number.", transaction)


def not_found(view: CarrierView, transaction: str) -> Response:
    """400: no document about a number; the track operation has the same error inside a 200 (A)."""
    return refusal(view, 400, NOT_FOUND["code"], NOT_FOUND["message"], transaction)


def invalid_input(view: CarrierView, status: int, message: str, transaction: str = "") -> Response:
    """400 or 422: a malformed request (code C, text D)."""
    return refusal(view, status, "INVALID.INPUT.EXCEPTION", message, transaction)


def bad_request(view: CarrierView, message: str, transaction: str = "") -> Response:
    """400: a body of a type that the operation does not accept (D)."""
    return refusal(view, 400, "BAD.REQUEST.ERROR", message, transaction)


def bad_client(view: CarrierView) -> Response:
    """401 of the token operation: no such client, or a wrong secret (code A, text D)."""
    return refusal(
        view,
        401,
        "NOT.AUTHORIZED.ERROR",
        "The given client credentials were not valid. Please modify your request and try again.",
    )


def unauthorized(_request: Request, view: CarrierView) -> Response:
    """401: no token, an expired one, or one that FedEx did not issue; without customerTransactionId (A)."""
    return refusal(view, 401, "NOT.AUTHORIZED.ERROR", "Access token expired. Please modify your request and try again.")


def forbidden(_request: Request, view: CarrierView) -> Response:
    """403: the application is not entitled to the product (A)."""
    return refusal(
        view,
        403,
        "FORBIDDEN.ERROR",
        "We could not authorize your credentials. Please check your permissions and try again.",
    )


def _rate_limited(request: Request, view: CarrierView, retry_after_seconds: int | None) -> Response:
    headers = () if retry_after_seconds is None else (("retry-after", str(retry_after_seconds)),)
    if request.path == TOKEN_PATH:  # too many token requests block the address for a while, with a 403 (A)
        blocked = forbidden(request, view)
        return replace(blocked, headers=(*blocked.headers, *headers))
    return refusal(
        view,
        429,
        "TOO.MANY.REQUESTS.ERROR",  # D: only the text is documented, as older pages gave it
        "We have received too many requests in a short duration. Please wait a while to try again.",
        "",
        *headers,
    )


def _no_such_path(_request: Request, view: CarrierView) -> Response:
    return refusal(
        view,
        404,
        "NOT.FOUND.ERROR",
        "The resource you requested is no longer available. Please modify your request and try again.",
    )


def _no_such_method(_request: Request, view: CarrierView) -> Response:
    return refusal(
        view, 405, "METHOD.NOT.ALLOWED.ERROR", "The method is not supported. Please modify your request and try again."
    )


_APOLOGY = "We apologize for any inconvenience. Please check back at a later time."


def _server_error(_request: Request, view: CarrierView) -> Response:
    return refusal(
        view,
        500,
        "INTERNAL.SERVER.ERROR",
        f"We encountered an unexpected error and are working to resolve the issue. {_APOLOGY}",
    )


def _unavailable(_request: Request, view: CarrierView) -> Response:
    return refusal(
        view,
        503,
        "SERVICE.UNAVAILABLE.ERROR",
        f"The service is currently unavailable and we are working to resolve the issue. {_APOLOGY}",
    )


REFUSALS = Refusals(
    unauthorized=unauthorized,
    forbidden=forbidden,
    rate_limited=_rate_limited,
    server_error=_server_error,
    unavailable=_unavailable,
    no_such_path=_no_such_path,
    no_such_method=_no_such_method,
)
