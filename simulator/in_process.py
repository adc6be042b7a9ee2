"""The door for validators that use `requests` in the same process: calls to the carriers' real hosts are answered here.

The `responses` library replaces `requests.adapters.HTTPAdapter.send` for the whole process while an interception lasts.
One pattern for all hosts is registered (`responses` tries patterns one by one) and dispatches to the core. Python's own
`http.client` and urllib3 then read the answer from a fake socket. So headers, cut-off bodies, resets and time-outs
reach the caller by the same code, and as the same exceptions, as over a real socket, and a body is read only when the
caller reads it. Pauses take no time: they turn the simulated clock.

What follows from the patch being global:

- A call to any other host raises `requests.ConnectionError`; nothing leaves the process unnoticed.
- Interceptions may be nested; the inner one answers. They must end in the opposite order of their beginning, so threads
  must not each open their own: share one over `Sessions`, whose credentials tell the threads apart, or use the server.
- One interception may serve many threads; the core handles one request at a time.
- urllib3 retries that a client has mounted are followed for statuses (without waiting), not for broken connections.
"""

# What `responses` doesn't document but is used here, each with a test in tests/simulator/test_in_process.py:
# - BaseResponse as a base class: __init__(method, url), matches, get_response, calls, url, _url_matches
# - RequestsMock: add() with an instance of such a class, calls.reset
# - PreparedRequest.req_kwargs, which has the call's time-out

import http.client
import io
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import IO, Protocol, cast
from urllib.parse import parse_qsl, urlsplit

import requests
import responses
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError, ReadTimeoutError
from urllib3.util import Timeout

from simulator import carriers
from simulator.clock import Clock
from simulator.core import delivery_plan
from simulator.core.delivery_plan import DeliveryPlan, Piece
from simulator.core.sessions import Sessions
from simulator.core.simulation import Simulation
from simulator.errors import MisuseError
from simulator.exchange import Request, Response


class Handler(Protocol):
    """What answers: a Simulation, or Sessions of them."""

    def handle(self, request: Request, stamp: float | None = None) -> Response:
        """The carrier's answer. stamp: the door's monotonic seconds, if it has any."""


class EndlessWaitError(RuntimeError):
    """The carrier sends nothing more and the call has no time-out, so over a socket it would never return.

    It is neither an exception of `requests` nor a ValueError, so that clients don't take it for a failure to retry.
    """


@contextmanager
def intercept(handler: Handler, *, advance: Callable[[float], None] | None = None) -> Iterator[None]:
    """Answer calls of `requests` to the carriers' real hosts from a simulation or sessions, while the block lasts.

    advance: is given the seconds of each pause in a delivery; by default they turn the clock of the simulation that
    answers. Raises MisuseError when interceptions don't end in the opposite order of their beginning.
    """
    mock = responses.RequestsMock(assert_all_requests_are_fired=False)
    lock = Lock()
    mock.add(_CarrierHosts(handler, advance, lock, mock))
    mock.start()
    our_send = HTTPAdapter.send
    try:
        yield
    finally:
        crossed = HTTPAdapter.send is not our_send
        mock.stop()
        mock.reset()
        if crossed:
            raise MisuseError(
                "interception: another one that began later is still on, and has now lost its effect; "
                "end them in the opposite order, or share one between threads"
            )


_URL = re.compile(
    rf"https?://(?:[^/?#@]*@)?({'|'.join(map(re.escape, carriers.HOSTS))})(?::\d+)?(?:[/?#]|$)", re.IGNORECASE
)


class _CarrierHosts(responses.BaseResponse):
    """Answers every request to the carriers' real hosts, whatever its method, path and port.

    It is one registration, because `responses` tries each of them at each call, and making a dozen takes long.
    """

    def __init__(
        self,
        handler: Handler,
        advance: Callable[[float], None] | None,
        lock: Lock,
        mock: responses.RequestsMock,
    ) -> None:
        super().__init__("ANY", _URL)
        self._handler = handler
        self._advance = advance
        self._lock = lock
        self._mock = mock

    def matches(self, request: requests.PreparedRequest) -> tuple[bool, str]:
        return self._url_matches(self.url, str(request.url)), "URL does not match"

    def get_response(self, request: requests.PreparedRequest) -> HTTPResponse:
        # `responses` keeps every call (11 KB each); the simulation's journal is the record here.
        self._mock.calls.reset()
        self.calls.reset()
        host = _host(str(request.url))
        received = _to_request(request, host)
        with self._lock:
            answer = self._handler.handle(received)
            clock = _clock_of(self._handler, received) if self._advance is None else None
        advance = self._advance if self._advance is not None else _locked_advance(clock, self._lock)
        limit = _read_timeout(getattr(request, "req_kwargs", {}).get("timeout"))
        wire = _Wire(delivery_plan.plan(received.method, answer), limit, advance)
        return _read_answer(wire, request, _pool(host), limit)


def _host(url: str) -> str:
    """The carrier's host that a URL names, as `carriers` spells it."""
    found = _URL.match(url)
    if found is None:
        raise MisuseError(f"{url}: no host of a carrier")
    return found[1].lower()


@cache
def _pool(host: str) -> HTTPConnectionPool:
    """The pool that urllib3's messages name. It never connects; made once, because that takes longer than an answer."""
    return HTTPConnectionPool(host)


def _to_request(prepared: requests.PreparedRequest, host: str) -> Request:
    parts = urlsplit(str(prepared.url))
    path, _, query = prepared.path_url.partition("?")
    headers = {
        _header_text(name, "ascii").lower(): _header_text(value, "latin-1") for name, value in prepared.headers.items()
    }
    headers.setdefault("host", parts.netloc.rpartition("@")[2])
    return Request(
        method=str(prepared.method),
        host=host,
        path=path,
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        body=_body_bytes(prepared.body),
    )


def _header_text(value: str | bytes, charset: str) -> str:
    """A header's name or value. Raises UnicodeEncodeError, as `http.client` does, for text that it can't send."""
    return (value.encode(charset) if isinstance(value, str) else value).decode("latin-1")


def _body_bytes(body: object) -> bytes:
    """The bytes of a body, which `requests` takes as text, as bytes, or as anything that yields them."""
    if body is None:
        return b""
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    if isinstance(body, str):
        return body.encode()
    return b"".join(part.encode() if isinstance(part, str) else part for part in cast("Iterator[str | bytes]", body))


def _clock_of(handler: Handler, request: Request) -> Clock | None:
    """The clock of the simulation that answers a request; None if none does."""
    if isinstance(handler, Simulation):
        return handler.clock
    simulation = handler.of(request) if isinstance(handler, Sessions) else None
    return None if simulation is None else simulation.clock


def _locked_advance(clock: Clock | None, lock: Lock) -> Callable[[float], None]:
    def advance(seconds: float) -> None:
        if clock is not None:
            with lock:
                clock.advance(seconds)

    return advance


def _read_timeout(timeout: object) -> float | None:
    """The longest silence before a call with this `timeout` fails, in seconds; None if it waits for ever."""
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    if isinstance(timeout, Timeout):
        started = timeout.clone()
        started.start_connect()
        timeout = started.read_timeout
    return float(timeout) if isinstance(timeout, int | float) else None


class _Wire(io.RawIOBase):
    """The bytes that a socket would deliver, with the pauses between them turned into simulated time."""

    def __init__(self, plan: DeliveryPlan, limit: float | None, advance: Callable[[float], None]) -> None:
        super().__init__()
        first = (Piece(plan.delay_seconds, plan.head),) if plan.head else ()
        self._pieces = iter((*first, *plan.pieces))
        self._delay_before_ending = 0.0 if plan.head else plan.delay_seconds
        self._ending = plan.ending
        self._limit = limit
        self._advance = advance
        self._waited = 0.0
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader passes
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return self._end()
            self._pause(piece.pause_seconds)
            if piece.content:
                self._rest, self._waited = piece.content, 0.0
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _pause(self, seconds: float) -> None:
        """Let a pause pass; the client's time-out counts from the last byte."""
        if self._limit is not None and self._waited + seconds > self._limit:
            self._advance(self._limit - self._waited)
            raise TimeoutError("timed out")
        self._advance(seconds)
        self._waited += seconds

    def _end(self) -> int:
        self._pause(self._delay_before_ending)
        self._delay_before_ending = 0.0
        if self._ending == "reset":
            raise ConnectionResetError(104, "Connection reset by peer")
        if self._ending == "silence":
            if self._limit is None:
                raise EndlessWaitError(
                    "the carrier says nothing more and the call has no time-out: over a socket it would never return; "
                    "give the call a timeout, e.g. requests.get(url, timeout=30)"
                )
            self._pause(float("inf"))
        return 0


class _Socket:
    """As much of a socket as `http.client.HTTPResponse` uses."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def makefile(self, _mode: str) -> IO[bytes]:
        return io.BufferedReader(self._wire)


def _read_answer(
    wire: _Wire, request: requests.PreparedRequest, pool: HTTPConnectionPool, limit: float | None
) -> HTTPResponse:
    """The answer as urllib3 passes it to requests, read as far as its headers.

    The exceptions are those of `requests.adapters.HTTPAdapter.send` and, below it, of urllib3's connection pool.
    """
    reply = http.client.HTTPResponse(cast("socket.socket", _Socket(wire)), method=request.method)
    try:
        reply.begin()
    except TimeoutError as error:
        slow = ReadTimeoutError(pool, request.path_url, f"Read timed out. (read timeout={limit})")
        raise requests.ReadTimeout(slow, request=request) from error
    except (OSError, http.client.HTTPException) as error:
        broken = ProtocolError("Connection aborted.", error)
        raise requests.ConnectionError(broken, request=request) from error
    return HTTPResponse(
        body=cast("IO[bytes]", reply),
        headers=HTTPHeaderDict(reply.msg.items()),
        status=reply.status,
        version=reply.version,
        reason=reply.reason,
        preload_content=False,
        decode_content=False,
        original_response=reply,
        pool=pool,
        request_method=request.method,
    )
