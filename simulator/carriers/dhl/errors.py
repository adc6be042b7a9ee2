"""DHL's error answers: problem documents of the unified interface, and MyDHL's, whose status is a string.

Unified: title, status (a number) and detail as `application/problem+json`; the spec's `instance` is absent live (B).
404 and 429 follow live answers (B); 401, 400 and 500 have the spec's shape (A) and texts of ours (D). MyDHL: instance,
detail, title, message and status, as in the samples of its spec (A), where `instance` names the inner path /expressapi;
there is no sample of a bad login, so it has the same keys (D).

MyDHL's other refusals have its keys and the unified interface's texts (D). No Retry-After is documented, so there is
none unless a fault adds it.
"""

from dataclasses import replace

from simulator.carriers.common.carrier import CarrierView, Refusal, Refusals
from simulator.carriers.common.oauth import json_answer
from simulator.exchange import Request, Response

MYDHL_PREFIX = "/mydhlapi"
PROBLEM = "application/problem+json"


def problem(view: CarrierView, status: int, title: str, detail: str, *headers: tuple[str, str]) -> Response:
    """A problem document of the unified interface, with the headers that live answers carry."""
    return json_answer(
        status,
        {"title": title, "status": status, "detail": detail},
        ("correlation-id", view.identifier()),
        ("content-language", "en"),
        *headers,
        content_type=PROBLEM,
    )


def not_found(view: CarrierView) -> Response:
    """404 of the unified interface: also for numbers with a very recent label (A)."""
    return problem(view, 404, "No result found", "No shipment with given tracking number found.")


def bad_parameter(view: CarrierView, detail: str) -> Response:
    """400 of the unified interface (shape C, text D)."""
    return problem(view, 400, "Bad Request", detail)


def unauthorized(_request: Request, view: CarrierView) -> Response:
    """401 of the unified interface: no API key, or an unknown one (shape A, text D)."""
    return problem(view, 401, "Unauthorized", "Unauthorized for given resource.")


def mydhl(request: Request, status: int, title: str, message: str, detail: str) -> Response:
    """An error answer of MyDHL."""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    path = request.path.replace("/mydhlapi", "/expressapi", 1)
    document = {
        "instance": f"{path}?{query}" if query else path,
        "detail": detail,
        "title": title,
        "message": message,
        "status": str(status),
    }
    return json_answer(status, document, content_type=PROBLEM)


def mydhl_not_found(request: Request, detail: str = "No data found") -> Response:
    """404 of MyDHL (A)."""
    return mydhl(request, 404, "Not data found", "Not data found", detail)


def mydhl_missing(request: Request, parameter: str) -> Response:
    """400 of MyDHL: a required parameter is missing (A)."""
    return mydhl(request, 400, "Missing parameters", "Bad request", f"Missing mandatory parameters: {parameter}")


def mydhl_wrong_format(request: Request, detail: str) -> Response:
    """400 of MyDHL: a parameter has an invalid value (A)."""
    return mydhl(request, 400, "Wrong format", "Bad request", f"Parameters not having correct format: {detail}")


def mydhl_unauthorized(request: Request) -> Response:
    """401 of MyDHL: no login, or a wrong one (D)."""
    return mydhl(request, 401, "Unauthorized", "Unauthorized", "Invalid credentials")


def _refusal(status: int, title: str, detail: str) -> Refusal:
    """A refusal in the form of the interface that the request is for."""

    def refuse(request: Request, view: CarrierView) -> Response:
        if request.path.startswith(MYDHL_PREFIX):
            return mydhl(request, status, title, title, detail)
        return problem(view, status, title, detail)

    return refuse


_too_many = _refusal(429, "Too Many Requests", "Too many requests within defined time period, please try again later.")


def _rate_limited(request: Request, view: CarrierView, retry_after_seconds: int | None) -> Response:
    answer = _too_many(request, view)
    if retry_after_seconds is None:
        return answer
    return replace(answer, headers=(*answer.headers, ("retry-after", str(retry_after_seconds))))


REFUSALS = Refusals(
    unauthorized=_refusal(401, "Unauthorized", "Unauthorized for given resource."),
    forbidden=_refusal(403, "Forbidden", "The credentials do not give access to this resource."),
    rate_limited=_rate_limited,
    server_error=_refusal(500, "Internal Server Error", "An internal error occurred."),
    unavailable=_refusal(503, "Service Unavailable", "The service is temporarily unavailable."),
    no_such_path=_refusal(404, "Not Found", "The requested resource does not exist."),
    no_such_method=_refusal(405, "Method Not Allowed", "The method is not allowed for this resource."),
)
