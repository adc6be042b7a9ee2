"""What the server answers beside the carriers: whether it is up, how it fares, and the control of its sessions.

These are the harness's own pages, so errors here say what is expected and what to do next, which no carrier does.
Answers are ASCII JSON: a client may have sent a carrier text that UTF-8 can't hold, and the journal shows it.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from simulator import carriers
from simulator.admin import builders, openapi
from simulator.admin.requests import (
    AdminRequest,
    ClockRequest,
    EmptyRequest,
    FaultsRequest,
    ParcelsRequest,
    SessionRequest,
    in_bounds,
    read,
)
from simulator.admin.responses import (
    conduct_json,
    fault_json,
    journal_entry_json,
    metrics,
    parcel_count,
    parcels_json,
    session_json,
    session_summary_json,
)
from simulator.admin.story_reader import StoryReader
from simulator.core.sessions import DEMO, HostedSimulation, Session, Sessions, UnknownSessionError
from simulator.errors import MisuseError

Page = Callable[[Request], Awaitable[Response]]
A = TypeVar("A", bound=AdminRequest)
JOURNAL_PAGE = 1_000
PARCELS_PAGE = 1_000


class _Refusal(Exception):  # noqa: N818 (an answer, no failure)
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def admin_routes(sessions: Sessions, admin_token: str | None, stories: StoryReader | None = None) -> Starlette:
    """The application for `/healthz`, `/metrics` and `/_admin`.

    admin_token: what the last two ask for; None asks for nothing. stories: what reads scenarios, if anything does.
    """
    admin = _Admin(sessions, stories)
    routes: dict[str, dict[str, Page]] = {
        "/metrics": {"GET": admin.metrics},
        "/_admin/openapi.json": {"GET": admin.openapi},
        "/_admin/sessions": {"GET": admin.all, "POST": admin.create},
        "/_admin/sessions/{name}": {"GET": admin.show, "DELETE": admin.delete},
        "/_admin/sessions/{name}/parcels": {"GET": admin.parcels, "POST": admin.add},
        "/_admin/sessions/{name}/faults": {"GET": admin.faults, "POST": admin.inject, "DELETE": admin.clear},
        "/_admin/sessions/{name}/clock": {"POST": admin.turn},
        "/_admin/sessions/{name}/journal": {"GET": admin.journal},
        "/_admin/sessions/{name}/conduct": {"GET": admin.conduct},
        "/_admin/sessions/{name}/reset": {"POST": admin.reset},
    }
    return Starlette(
        routes=[
            Route("/healthz", admin.healthz),
            *(
                Route(path, _guarded(page, admin_token), methods=[method])
                for path, by_method in routes.items()
                for method, page in by_method.items()
            ),
        ],
        exception_handlers={404: _no_page, 405: _no_method},
    )


class _Admin:
    """The pages. Everything that takes long is made in a thread; what is hosted changes in the event loop alone."""

    def __init__(self, sessions: Sessions, stories: StoryReader | None) -> None:
        self._sessions = sessions
        self._stories = stories
        self._serial = 0

    async def healthz(self, _: Request) -> Response:
        self._sessions.expire(monotonic())
        return _json({"status": "ok", "sessions": len(self._sessions.names())})

    async def metrics(self, _: Request) -> Response:
        self._sessions.expire(monotonic())
        return PlainTextResponse(metrics(self._sessions), media_type="text/plain; version=0.0.4")

    async def openapi(self, _: Request) -> Response:
        return _json(openapi.document())

    async def all(self, _: Request) -> Response:
        self._sessions.expire(monotonic())
        told = [session_summary_json(self._sessions.session(name)) for name in self._sessions.names()]
        return _json({"sessions": told})

    async def create(self, request: Request) -> Response:
        asked = await self._asked(request, SessionRequest)
        self._sessions.expire(monotonic())
        self._sessions.check_room()
        name = asked.id or self._new_name()
        if name in self._sessions.names():
            raise _Refusal(409, f"session {name!r} is there already; choose another id, or delete that session")

        def make() -> HostedSimulation:
            return builders.build_simulation(name, asked, self._stories, self._sessions.limits)

        made = await run_in_threadpool(make)
        self._sessions.check_room()  # others may have come meanwhile
        try:
            session = self._sessions.add(name, made.simulation, make=make, requests=made.requests, touched=monotonic())
        except MisuseError as error:
            raise _Refusal(409, str(error)) from error
        return _json(session_json(session, _url(request)), 201)

    async def show(self, request: Request) -> Response:
        return _json(session_json(self._session(request), _url(request)))

    async def delete(self, request: Request) -> Response:
        name = self._session(request).name
        if name == DEMO:
            raise _Refusal(409, "the demo session stays; reset it, or create a session of your own")
        self._sessions.remove(name)
        return Response(status_code=204)

    async def parcels(self, request: Request) -> Response:
        simulation = self._session(request).simulation
        after = _number(request, "after", 0, 0)
        limit = _number(request, "limit", 0, 1) or None
        if limit is not None and limit > PARCELS_PAGE:
            raise MisuseError(f"limit: {limit}, and a page has {PARCELS_PAGE} parcels at most; ask for several")
        shown = parcels_json(simulation, after, limit)
        return _json({"parcels": shown, "count": parcel_count(simulation), "last": after + len(shown)})

    async def add(self, request: Request) -> Response:
        asked = await self._asked(request, ParcelsRequest)
        session = self._session(request)
        before = parcel_count(session.simulation)
        parcels = builders.build_parcels(asked.parcels, session.simulation, session.numbers, self._sessions.limits)
        session.simulation.add(*parcels)
        told = parcels_json(session.simulation, 0, len(session.simulation.parcels()))
        added = {(parcel.carrier, parcel.tracking_number) for parcel in parcels}
        return _json(
            {
                "parcels": [each for each in told if (each["carrier"], each["tracking_number"]) in added],
                "count": before + len(parcels),
            },
            201,
        )

    async def faults(self, request: Request) -> Response:
        return _json({"faults": [fault_json(envelope) for envelope in self._session(request).simulation.faults]})

    async def inject(self, request: Request) -> Response:
        asked = await self._asked(request, FaultsRequest)
        simulation = self._session(request).simulation
        limit = self._sessions.limits.faults
        if len(simulation.faults) + len(asked.faults) > limit:
            raise MisuseError(
                f"faults: {len(simulation.faults)} and {len(asked.faults)} more, and the limit is {limit}; "
                "clear those in force"
            )
        simulation.put(*builders.build_envelopes(asked.faults))
        return _json({"faults": [fault_json(envelope) for envelope in simulation.faults]}, 201)

    async def clear(self, request: Request) -> Response:
        self._session(request).simulation.clear_faults()
        return _json({"faults": []})

    async def turn(self, request: Request) -> Response:
        asked = await self._asked(request, ClockRequest)
        clock = self._session(request).simulation.clock
        if (asked.advance is None) == (asked.set is None):
            raise MisuseError('give either {"advance": seconds} or {"set": instant}')
        if asked.set is not None:
            clock.set(asked.set)
        else:
            before = clock.now
            try:
                clock.advance(asked.advance or 0.0)
                in_bounds(clock.now)
            except (OverflowError, ValueError) as error:
                clock.set(before)
                raise MisuseError(f"advance: {asked.advance:g} seconds: {error}") from error
        return _json({"now": clock.now})

    async def journal(self, request: Request) -> Response:
        session = self._session(request)
        after = _number(request, "after", 0, 0)
        limit = _number(request, "limit", JOURNAL_PAGE, 1)
        kept = session.simulation.journal
        total = session.simulation.entered
        dropped = total - len(kept)  # the entry at position i has the number dropped + i + 1
        begin = max(after - dropped, 0)
        shown = [journal_entry_json(dropped + at + 1, kept[at]) for at in range(begin, min(begin + limit, len(kept)))]
        last = shown[-1]["number"] if shown else max(after, 0)
        return _json({"entries": shown, "last": last, "total": total, "dropped": dropped})

    async def conduct(self, request: Request) -> Response:
        name = request.path_params["name"]
        return _json(conduct_json(name, self._sessions.get(name)))

    async def reset(self, request: Request) -> Response:
        await self._asked(request, EmptyRequest, optional=True)
        name = self._session(request).name
        try:
            session = self._sessions.reset(name)
        except UnknownSessionError:
            raise
        except MisuseError as error:
            raise _Refusal(409, str(error)) from error
        return _json(session_json(session, _url(request)))

    def _session(self, request: Request) -> Session:
        now = monotonic()
        self._sessions.expire(now)
        session = self._sessions.session(request.path_params["name"])
        if session.touched is not None:
            session.touched = now
        return session

    def _new_name(self) -> str:
        """A name that nobody has; it looks random, and is the same at the next start."""
        while True:
            self._serial += 1
            name = "s-" + sha256(f"session/{self._serial}".encode()).hexdigest()[:16]
            if name not in self._sessions.names():
                return name

    async def _asked(self, request: Request, kind: type[A], *, optional: bool = False) -> A:
        body = await self._body(request)
        if optional and not body:
            return read(kind, {})
        try:
            given = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise _Refusal(400, f"the body is no JSON: {error}; send an object") from error
        return await run_in_threadpool(read, kind, given)

    async def _body(self, request: Request) -> bytes:
        limit = self._sessions.limits.admin_body_bytes
        body = bytearray()
        size = 0
        async for part in request.stream():
            size += len(part)
            if size <= limit:  # the rest is read and thrown away, so that the client sees the refusal
                body += part
        if size > limit:
            raise _Refusal(413, f"the body has {size} bytes, and the limit is {limit}; send it in parts")
        return bytes(body)


def _guarded(page: Page, token: str | None) -> Page:
    """The page for those who may see it, with what was asked wrongly as an answer."""

    async def guarded(request: Request) -> Response:  # noqa: PLR0911 (each refusal is one)
        given = request.headers.get("authorization", "")
        if token is not None and not compare_digest(given.encode(), f"Bearer {token}".encode()):
            return _error(
                401,
                "this page needs `Authorization: Bearer TOKEN`, the token that `vtr serve` was started with",
                ("www-authenticate", "Bearer"),
            )
        # A page of somebody's site, open in a browser on this machine, could otherwise ask for anything here.
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
            return _error(403, f"a page of {origin} may not control this server")
        try:
            return await page(request)
        except _Refusal as refusal:
            return _error(refusal.status, str(refusal))
        except UnknownSessionError as error:
            return _error(404, str(error))
        except MisuseError as error:
            return _error(422, str(error))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it

    return guarded


def _number(request: Request, name: str, default: int, least: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 18) or int(text) < least:  # noqa: PLR2004 (64 bits)
        raise MisuseError(f"{name}: {text[:80]!r} is no whole number from {least} on")
    return int(text)


def _url(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _json(told: object, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> Response:
    text = json.dumps(told, default=_plain, separators=(",", ":"))
    return Response(text.encode("ascii"), status, dict(headers), media_type="application/json")


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def _error(status: int, message: str, *headers: tuple[str, str]) -> Response:
    return _json({"error": message}, status, headers)


async def _no_page(request: Request, _: Exception) -> Response:
    prefixes = ", ".join(f"/{carrier.name}" for carrier in carriers.CARRIERS)
    return _error(
        404,
        f"nothing answers {request.method} {request.url.path}; carriers are under {prefixes} "
        "(the real path after it), sessions under /_admin/sessions/NAME",
    )


async def _no_method(request: Request, error: Exception) -> Response:
    allowed = (error.headers or {}).get("Allow", "") if isinstance(error, HTTPException) else ""
    return _error(
        405, f"{request.url.path} does not take {request.method}; see /_admin/openapi.json", ("allow", allowed)
    )
