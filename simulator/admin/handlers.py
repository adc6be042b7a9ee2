"""What each route of the admin API does with a request.

Errors here say what is expected and what to do next, which no carrier does. Answers are ASCII JSON: a client may have
sent a carrier text that UTF-8 can't encode, and the journal shows that text.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic
from typing import Any, TypeVar

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from simulator.admin import builders
from simulator.admin.requests import (
    AdminRequest,
    ClockRequest,
    EmptyRequest,
    FaultsRequest,
    IntegerParameter,
    ParcelsRequest,
    SessionRequest,
    checked_instant,
    parse_request,
)
from simulator.admin.responses import (
    conduct_json,
    fault_json,
    journal_entry_json,
    parcel_count,
    parcels_json,
    prometheus_text,
    session_json,
    session_summary_json,
)
from simulator.admin.story_reader import StoryReader
from simulator.core.sessions import DEMO, HostedSimulation, Session, Sessions, UnknownSessionError
from simulator.errors import MisuseError

A = TypeVar("A", bound=AdminRequest)
PARCELS_PAGE = 1_000  # the longest page of parcels

PARCELS_AFTER = IntegerParameter("after", "Without the first so many.", default=0, minimum=0)
PARCELS_LIMIT = IntegerParameter(
    "limit",
    "So many at most; by default all that were added, and the first 100 of a dataset.",
    default=None,
    minimum=1,
)
JOURNAL_AFTER = IntegerParameter("after", "Entries with greater numbers only.", default=0, minimum=0)
JOURNAL_LIMIT = IntegerParameter("limit", "So many entries at most.", default=1_000, minimum=1)


class RefusedError(Exception):
    """A request that the admin API answers with an error of its own status."""

    def __init__(self, status: int, message: str) -> None:
        """message: what is wrong, what is expected, and what to do next."""
        super().__init__(message)
        self.status = status


class Handlers:
    """The handlers of one server, by the names that the route table uses.

    What takes long runs in a thread; sessions themselves change in the event loop alone.
    """

    def __init__(self, sessions: Sessions, stories: StoryReader | None, document: Mapping[str, Any]) -> None:
        """stories: reads scenarios; None where the server can't. document: the OpenAPI document."""
        self._sessions = sessions
        self._stories = stories
        self._document = document
        self._serial = 0

    async def health(self, _: Request) -> Response:
        """Whether the server is up, and its number of sessions."""
        self._sessions.expire(monotonic())
        return json_response({"status": "ok", "sessions": len(self._sessions.names())})

    async def metrics(self, _: Request) -> Response:
        """Counts for Prometheus."""
        self._sessions.expire(monotonic())
        return PlainTextResponse(prometheus_text(self._sessions), media_type="text/plain; version=0.0.4")

    async def openapi(self, _: Request) -> Response:
        """The OpenAPI document."""
        return json_response(self._document)

    async def list_sessions(self, _: Request) -> Response:
        """All sessions, in short."""
        self._sessions.expire(monotonic())
        summaries = [session_summary_json(self._sessions.session(name)) for name in self._sessions.names()]
        return json_response({"sessions": summaries})

    async def create_session(self, request: Request) -> Response:
        """Create a session."""
        payload = await self._parse_body(request, SessionRequest)
        self._sessions.expire(monotonic())
        self._sessions.check_room()
        name = payload.id or self._new_name()
        if name in self._sessions.names():
            raise RefusedError(409, f"session {name!r} is there already; choose another id, or delete that session")

        def make() -> HostedSimulation:
            return builders.build_simulation(name, payload, self._stories, self._sessions.limits)

        hosted = await run_in_threadpool(make)
        self._sessions.check_room()  # other requests may have created some meanwhile
        try:
            session = self._sessions.add(
                name, hosted.simulation, make=make, requests=hosted.requests, touched=monotonic()
            )
        except MisuseError as error:
            raise RefusedError(409, str(error)) from error
        return json_response(session_json(session, _base_url(request)), 201)

    async def show_session(self, request: Request) -> Response:
        """Show a session."""
        return json_response(session_json(self._session(request), _base_url(request)))

    async def delete_session(self, request: Request) -> Response:
        """Delete a session; the demo session stays."""
        name = self._session(request).name
        if name == DEMO:
            raise RefusedError(409, "the demo session stays; reset it, or create a session of your own")
        self._sessions.remove(name)
        return Response(status_code=204)

    async def list_parcels(self, request: Request) -> Response:
        """A page of a session's parcels."""
        simulation = self._session(request).simulation
        after = PARCELS_AFTER.read(request.query_params) or 0
        limit = PARCELS_LIMIT.read(request.query_params)
        if limit is not None and limit > PARCELS_PAGE:
            raise MisuseError(f"limit: {limit}, and a page has {PARCELS_PAGE} parcels at most; ask for several")
        page = parcels_json(simulation, after, limit)
        return json_response({"parcels": page, "count": parcel_count(simulation), "last": after + len(page)})

    async def add_parcels(self, request: Request) -> Response:
        """Add parcels to a session."""
        payload = await self._parse_body(request, ParcelsRequest)
        session = self._session(request)
        before = parcel_count(session.simulation)
        parcels = builders.build_parcels(payload.parcels, session.simulation, session.numbers, self._sessions.limits)
        session.simulation.add(*parcels)
        listed = parcels_json(session.simulation, 0, len(session.simulation.parcels()))
        added = {(parcel.carrier, parcel.tracking_number) for parcel in parcels}
        return json_response(
            {
                "parcels": [each for each in listed if (each["carrier"], each["tracking_number"]) in added],
                "count": before + len(parcels),
            },
            201,
        )

    async def list_faults(self, request: Request) -> Response:
        """The faults in force in a session."""
        return json_response(
            {"faults": [fault_json(envelope) for envelope in self._session(request).simulation.faults]}
        )

    async def inject_faults(self, request: Request) -> Response:
        """Put more faults in force in a session."""
        payload = await self._parse_body(request, FaultsRequest)
        simulation = self._session(request).simulation
        limit = self._sessions.limits.faults
        if len(simulation.faults) + len(payload.faults) > limit:
            raise MisuseError(
                f"faults: {len(simulation.faults)} and {len(payload.faults)} more, and the limit is {limit}; "
                "clear those in force"
            )
        simulation.put(*builders.build_envelopes(payload.faults))
        return json_response({"faults": [fault_json(envelope) for envelope in simulation.faults]}, 201)

    async def clear_faults(self, request: Request) -> Response:
        """Put every fault of a session out of force."""
        self._session(request).simulation.clear_faults()
        return json_response({"faults": []})

    async def turn_clock(self, request: Request) -> Response:
        """Advance or set a session's clock; it stays as it was when the new instant is out of bounds."""
        payload = await self._parse_body(request, ClockRequest)
        clock = self._session(request).simulation.clock
        if (payload.advance is None) == (payload.set is None):
            raise MisuseError('give either {"advance": seconds} or {"set": instant}')
        if payload.set is not None:
            clock.set(payload.set)
        else:
            before = clock.now
            try:
                clock.advance(payload.advance or 0.0)
                checked_instant(clock.now)
            except (OverflowError, ValueError) as error:
                clock.set(before)
                raise MisuseError(f"advance: {payload.advance:g} seconds: {error}") from error
        return json_response({"now": clock.now})

    async def list_journal(self, request: Request) -> Response:
        """A page of a session's journal."""
        session = self._session(request)
        after = JOURNAL_AFTER.read(request.query_params) or 0
        limit = JOURNAL_LIMIT.read(request.query_params) or 0
        journal = session.simulation.journal
        total = session.simulation.call_count
        dropped = total - len(journal)  # the entry at position i has the number dropped + i + 1
        begin = max(after - dropped, 0)
        page = [
            journal_entry_json(dropped + at + 1, journal[at]) for at in range(begin, min(begin + limit, len(journal)))
        ]
        last = page[-1]["number"] if page else max(after, 0)
        return json_response({"entries": page, "last": last, "total": total, "dropped": dropped})

    async def show_conduct(self, request: Request) -> Response:
        """What a session's journal shows about its client; a look at it keeps no session alive."""
        name = request.path_params["id"]
        return json_response(conduct_json(name, self._sessions.get(name)))

    async def reset_session(self, request: Request) -> Response:
        """Make a session again as it was made."""
        await self._parse_body(request, EmptyRequest, optional=True)
        name = self._session(request).name
        try:
            session = self._sessions.reset(name)
        except UnknownSessionError:
            raise
        except MisuseError as error:
            raise RefusedError(409, str(error)) from error
        return json_response(session_json(session, _base_url(request)))

    def _session(self, request: Request) -> Session:
        """The session in the path, marked as used now."""
        now = monotonic()
        self._sessions.expire(now)
        session = self._sessions.session(request.path_params["id"])
        if session.touched is not None:
            session.touched = now
        return session

    def _new_name(self) -> str:
        """A free session name; it looks random, and is the same at the next start."""
        while True:
            self._serial += 1
            name = "s-" + sha256(f"session/{self._serial}".encode()).hexdigest()[:16]
            if name not in self._sessions.names():
                return name

    async def _parse_body(self, request: Request, kind: type[A], *, optional: bool = False) -> A:
        """The body of a request. optional: an empty body is an object without keys."""
        body = await self._read_body(request)
        if optional and not body:
            return parse_request(kind, {})
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise RefusedError(400, f"the body is no JSON: {error}; send an object") from error
        return await run_in_threadpool(parse_request, kind, payload)

    async def _read_body(self, request: Request) -> bytes:
        limit = self._sessions.limits.admin_body_bytes
        body = bytearray()
        size = 0
        async for part in request.stream():
            size += len(part)
            if size <= limit:  # the rest is read and thrown away, so that the client sees the refusal
                body += part
        if size > limit:
            raise RefusedError(413, f"the body has {size} bytes, and the limit is {limit}; send it in parts")
        return bytes(body)


def json_response(content: object, status: int = 200, headers: Sequence[tuple[str, str]] = ()) -> Response:
    """A response with JSON in ASCII; instants become ISO 8601 in UTC."""
    text = json.dumps(content, default=_json_default, separators=(",", ":"))
    return Response(text.encode("ascii"), status, dict(headers), media_type="application/json")


def _json_default(value: object) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def _base_url(request: Request) -> str:
    return str(request.base_url).rstrip("/")
