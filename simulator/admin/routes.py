"""The routes of the admin API, each once: the router and the OpenAPI document are both built from this table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from simulator.admin.handlers import (
    JOURNAL_AFTER,
    JOURNAL_LIMIT,
    PARCELS_AFTER,
    PARCELS_LIMIT,
    Handlers,
)
from simulator.admin.requests import (
    AdminRequest,
    ClockRequest,
    FaultsRequest,
    IntegerParameter,
    ParcelsRequest,
    SessionRequest,
)


@dataclass(frozen=True, slots=True)
class AdminRoute:
    """A route.

    method: in capitals.
    path: with `{id}` for a session's name.
    summary: what it does, for the OpenAPI document.
    handle: what answers.
    body: the model of the JSON that it expects, if any.
    status: of the answer when all is well.
    query: the query parameters that it reads.
    guarded: whether it asks for the admin token and refuses pages of other sites.
    """

    method: str
    path: str
    summary: str
    handle: Callable[[Handlers, Request], Awaitable[Response]]
    body: type[AdminRequest] | None = None
    status: int = 200
    query: tuple[IntegerParameter, ...] = ()
    guarded: bool = True


_SESSIONS = "/_admin/sessions"
_SESSION = f"{_SESSIONS}/{{id}}"

ROUTES = (
    AdminRoute(
        "GET", "/healthz", "Whether the server is up, and how many sessions it has.", Handlers.health, guarded=False
    ),
    AdminRoute("GET", "/metrics", "Counts in the text format of Prometheus.", Handlers.metrics),
    AdminRoute("GET", "/_admin/openapi.json", "This document.", Handlers.openapi),
    AdminRoute("GET", _SESSIONS, "All sessions.", Handlers.list_sessions),
    AdminRoute(
        "POST",
        _SESSIONS,
        "Create a session from parcels and faults, or from a story.",
        Handlers.create_session,
        SessionRequest,
        201,
    ),
    AdminRoute(
        "GET",
        _SESSION,
        "A session: its time, its carriers block, its parcels, faults and requests.",
        Handlers.show_session,
    ),
    AdminRoute("DELETE", _SESSION, "End a session.", Handlers.delete_session, status=204),
    AdminRoute(
        "GET",
        f"{_SESSION}/parcels",
        "The parcels: those added, then those of a dataset, in pages.",
        Handlers.list_parcels,
        query=(PARCELS_AFTER, PARCELS_LIMIT),
    ),
    AdminRoute("POST", f"{_SESSION}/parcels", "Add parcels.", Handlers.add_parcels, ParcelsRequest, 201),
    AdminRoute("GET", f"{_SESSION}/faults", "The faults in force.", Handlers.list_faults),
    AdminRoute("POST", f"{_SESSION}/faults", "Put more faults in force.", Handlers.inject_faults, FaultsRequest, 201),
    AdminRoute("DELETE", f"{_SESSION}/faults", "Put every fault out of force.", Handlers.clear_faults),
    AdminRoute("POST", f"{_SESSION}/clock", "Turn the clock.", Handlers.turn_clock, ClockRequest),
    AdminRoute(
        "GET",
        f"{_SESSION}/journal",
        "The calls, numbered from 1: those after a number, at most so many.",
        Handlers.list_journal,
        query=(JOURNAL_AFTER, JOURNAL_LIMIT),
    ),
    AdminRoute(
        "GET",
        f"{_SESSION}/conduct",
        "What the journal shows about the client: findings, and counts for each carrier.",
        Handlers.show_conduct,
    ),
    AdminRoute("POST", f"{_SESSION}/reset", "Make the session again as it was made.", Handlers.reset_session),
)
