"""What the server answers beside the carriers: whether it is up, and its sessions.

These are the harness's own pages, so errors here say what is expected and what to do next, which no carrier does.
"""

from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import carriers
from simulator.errors import MisuseError
from simulator.http_server.conduct_page import conduct_page
from simulator.sessions import Sessions
from simulator.simulation import Simulation

Page = Callable[[Request], Awaitable[Response]]


def pages(sessions: Sessions, admin_token: str | None) -> Starlette:
    """The application for `/healthz` and `/_admin`. admin_token: what `/_admin` asks for; None asks for nothing."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok", "sessions": len(sessions.names())})

    async def session(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            simulation = sessions.get(name)
        except MisuseError as error:
            return JSONResponse({"error": str(error)}, 404)
        return JSONResponse(describe(name, simulation, str(request.base_url).rstrip("/")))

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/_admin/sessions/{name}", _guarded(session, admin_token)),
            Route("/_admin/sessions/{name}/conduct", _guarded(conduct_page(sessions), admin_token)),
        ],
        exception_handlers={404: _no_page, 405: _no_page},
    )


def describe(name: str, simulation: Simulation, url: str) -> dict[str, Any]:
    """A session as JSON: its time (UTC), what a validator needs to reach its carriers, and its parcels."""
    return {
        "id": name,
        "now": simulation.clock.now.isoformat().replace("+00:00", "Z"),
        "carriers": simulation.credentials.carriers_block(lambda carrier: f"{url}/{carrier}"),
        "parcels": [
            {
                "carrier": parcel.carrier,
                "api": parcel.api or carriers.by_name(parcel.carrier).apis[0],
                "tracking_number": parcel.tracking_number,
                "journey": parcel.journey,
            }
            for parcel in simulation.parcels()
        ],
    }


def _guarded(page: Page, token: str | None) -> Page:
    async def guarded(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if token is not None and not compare_digest(given.encode(), f"Bearer {token}".encode()):
            return JSONResponse(
                {"error": "this page needs `Authorization: Bearer TOKEN`, the token that `vtr serve` was started with"},
                401,
                {"www-authenticate": "Bearer"},
            )
        return await page(request)

    return guarded


async def _no_page(request: Request, _: Exception) -> Response:
    prefixes = ", ".join(f"/{carrier.name}" for carrier in carriers.CARRIERS)
    message = (
        f"nothing answers {request.method} {request.url.path}; carriers are under {prefixes} "
        "(the real path after it), sessions under /_admin/sessions/NAME"
    )
    return JSONResponse({"error": message}, 404)
