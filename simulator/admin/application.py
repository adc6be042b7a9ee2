"""The application behind `/healthz`, `/metrics` and `/_admin`: router, admin token, and errors as JSON."""

from collections.abc import Awaitable, Callable
from functools import partial
from hmac import compare_digest
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from simulator import carriers
from simulator.admin.handlers import Handlers, RefusedError, json_response
from simulator.admin.openapi import openapi_document
from simulator.admin.routes import ROUTES
from simulator.admin.story_reader import StoryReader
from simulator.core.sessions import Sessions, UnknownSessionError
from simulator.errors import MisuseError

_Endpoint = Callable[[Request], Awaitable[Response]]


def admin_application(sessions: Sessions, admin_token: str | None, stories: StoryReader | None = None) -> Starlette:
    """The application.

    admin_token: what `/metrics` and `/_admin` ask for; None for no token.
    stories: reads scenarios; None where the server can't.
    """
    handlers = Handlers(sessions, stories, openapi_document(ROUTES))
    routes = []
    for route in ROUTES:
        # Starlette recognises an `async def` behind a partial, which a lambda around it would hide.
        endpoint: _Endpoint = partial(route.handle, handlers)
        if route.guarded:
            endpoint = _guard(endpoint, admin_token)
        routes.append(Route(route.path, endpoint, methods=[route.method]))
    return Starlette(routes=routes, exception_handlers={404: _no_such_path, 405: _no_such_method})


def _guard(endpoint: _Endpoint, admin_token: str | None) -> _Endpoint:
    """The endpoint for clients that may use it; its errors become answers."""

    async def guarded(request: Request) -> Response:  # noqa: PLR0911 (each refusal is one)
        authorization = request.headers.get("authorization", "")
        if admin_token is not None and not compare_digest(authorization.encode(), f"Bearer {admin_token}".encode()):
            return _error(
                401,
                "this page needs `Authorization: Bearer TOKEN`, the token that `vtr serve` was started with",
                ("www-authenticate", "Bearer"),
            )
        # A page of any site, open in a browser on this machine, could otherwise control the server.
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
            return _error(403, f"a page of {origin} may not control this server")
        try:
            return await endpoint(request)
        except RefusedError as refusal:
            return _error(refusal.status, str(refusal))
        except UnknownSessionError as error:
            return _error(404, str(error))
        except MisuseError as error:
            return _error(422, str(error))
        except ClientDisconnect:
            return Response(status_code=400)  # it reaches no client

    return guarded


def _error(status: int, message: str, *headers: tuple[str, str]) -> Response:
    return json_response({"error": message}, status, headers)


async def _no_such_path(request: Request, _: Exception) -> Response:
    prefixes = ", ".join(f"/{carrier.name}" for carrier in carriers.CARRIERS)
    return _error(
        404,
        f"nothing answers {request.method} {request.url.path}; carriers are under {prefixes} "
        "(the real path after it), sessions under /_admin/sessions/NAME",
    )


async def _no_such_method(request: Request, error: Exception) -> Response:
    allowed = (error.headers or {}).get("Allow", "") if isinstance(error, HTTPException) else ""
    return _error(
        405, f"{request.url.path} does not take {request.method}; see /_admin/openapi.json", ("allow", allowed)
    )
