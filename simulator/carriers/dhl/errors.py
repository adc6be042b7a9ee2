"""DHL's error answers: problem documents of the unified interface, and MyDHL's, whose status is a string.

Unified: title, status (a number) and detail as `application/problem+json`; the spec's `instance` is absent live (B).
404 and 429 follow live answers (B), 401, 400 and 500 the spec's shape (A), their texts are ours (D). MyDHL: instance,
detail, title, message and status, as in the samples of its spec (A), where `instance` names the inner path /expressapi;
a bad login has no sample, so it has the same keys (D).

A refusal that does not depend on the question is the unified interface's, whichever interface was asked: at that point
only the world is known, not the call. No Retry-After is documented, so there is none unless a fault asks for it.
"""

from simulator.carrier import Refusals, World
from simulator.exchange import Request, Response
from simulator.oauth import json_answer

PROBLEM = "application/problem+json"


def problem(world: World, status: int, title: str, detail: str, *headers: tuple[str, str]) -> Response:
    """A problem document of the unified interface, with the headers that live answers carry."""
    return json_answer(
        status,
        {"title": title, "status": status, "detail": detail},
        ("correlation-id", world.identifier()),
        ("content-language", "en"),
        *headers,
        content_type=PROBLEM,
    )


def not_found(world: World) -> Response:
    """404 of the unified interface: also for numbers whose label is too new (A)."""
    return problem(world, 404, "No result found", "No shipment with given tracking number found.")


def bad_parameter(world: World, detail: str) -> Response:
    """400 of the unified interface (shape C, text D)."""
    return problem(world, 400, "Bad Request", detail)


def unauthorized(world: World) -> Response:
    """401 of the unified interface: no API key, or an unknown one (shape A, text D)."""
    return problem(world, 401, "Unauthorized", "Unauthorized for given resource.")


def _forbidden(world: World) -> Response:
    return problem(world, 403, "Forbidden", "The API key does not give access to this resource.")


def _rate_limited(world: World, retry_after_seconds: int | None) -> Response:
    headers = () if retry_after_seconds is None else (("retry-after", str(retry_after_seconds)),)
    detail = "Too many requests within defined time period, please try again later."
    return problem(world, 429, "Too Many Requests", detail, *headers)


def _server_error(world: World) -> Response:
    return problem(world, 500, "Internal Server Error", "An internal error occurred.")


def _unavailable(world: World) -> Response:
    return problem(world, 503, "Service Unavailable", "The service is temporarily unavailable.")


def _no_such_path(world: World) -> Response:
    return problem(world, 404, "Not Found", "The requested resource does not exist.")


def _no_such_method(world: World) -> Response:
    return problem(world, 405, "Method Not Allowed", "The method is not allowed for this resource.")


REFUSALS = Refusals(
    unauthorized=unauthorized,
    forbidden=_forbidden,
    rate_limited=_rate_limited,
    server_error=_server_error,
    unavailable=_unavailable,
    no_such_path=_no_such_path,
    no_such_method=_no_such_method,
)


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
    """400 of MyDHL: a parameter that the call needs is not there (A)."""
    return mydhl(request, 400, "Missing parameters", "Bad request", f"Missing mandatory parameters: {parameter}")


def mydhl_wrong_format(request: Request, detail: str) -> Response:
    """400 of MyDHL: a parameter has a value that it cannot have (A)."""
    return mydhl(request, 400, "Wrong format", "Bad request", f"Parameters not having correct format: {detail}")


def mydhl_unauthorized(request: Request) -> Response:
    """401 of MyDHL: no login, or a wrong one (D)."""
    return mydhl(request, 401, "Unauthorized", "Unauthorized", "Invalid credentials")
