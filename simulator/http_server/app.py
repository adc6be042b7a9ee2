"""The ASGI application: the carriers, and for all other paths another application.

A request is for a carrier when its Host header (or the host of an absolute request target, as proxies get it) is one of
the carrier's real hosts, and then its path is the real one; or when its path begins with the carrier's name. Paths stay
as they were sent: neither percent signs nor dots nor double slashes mean anything here.
"""

# What uvicorn doesn't document but is used here, each with a test in tests/simulator/http_server/test_protocol.py:
# - the raw_path in its scope is undecoded and without the query
# - its scope["extensions"] is the dict that the protocol put there

import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from http import HTTPStatus
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from simulator import carriers
from simulator.core import delivery_plan
from simulator.core.sessions import Sessions
from simulator.exchange import PROMPT, Request, Response
from simulator.http_server.protocol import EXTENSION, Connection, Limits

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_MAIN_HOSTS = {carrier.name: carrier.hosts[0] for carrier in carriers.CARRIERS}
_HOSTS_CACHED = 256
_HEADS_CACHED = 1024
_LEFT_TO_UVICORN = frozenset((b"connection", b"transfer-encoding"))
_LINE_BREAK = re.compile(rb"[\r\n\0]")
_DRAIN_BYTES = 64_000_000  # what is read and thrown away of a body over the limit, so that the client sees the refusal


class CarrierApp:
    """The carriers of many sessions.

    limits: what a client may send; the protocol reads them too.
    """

    def __init__(self, sessions: Sessions, others: Application, limits: Limits) -> None:
        """others: answers requests that are for no carrier. limits: what a client may send."""
        self.limits = limits
        self._sessions = sessions
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers, head_bytes = _decode_headers(scope["headers"])
        raw_path, raw_query = scope["raw_path"], scope["query_string"]
        if head_bytes + len(raw_path) + len(raw_query) > self.limits.head_bytes:
            await _refuse(send, 431, "request line and headers are too large")
            return
        connection: Connection = scope["extensions"][EXTENSION]
        host_and_path = _find_carrier(connection.target, headers.get("host", ""), raw_path.decode("ascii"))
        if host_and_path is None:
            await self._others(scope, receive, send)
            return
        body = b""
        if "content-length" in headers or "transfer-encoding" in headers:  # else there is none (RFC 9112, 6.3)
            received = await _read_body(receive, send, headers, self.limits.body_bytes)
            if received is None:
                return
            body = received
        request = Request(scope["method"], *host_and_path, _parse_query(raw_query), headers, body)
        answer = self._sessions.handle(request, monotonic())
        await _send(answer, request.method, connection, send)

    def ready_answer(self, target: bytes, pairs: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes] | None:
        """Head and body of the answer to a GET without body, if it is cached and needs no special delivery.

        Otherwise None, and nothing is recorded: `__call__` then answers the request. The head has no empty line.

        target: the request target in the request line, a path. pairs: the headers.
        """
        raw_path, _, raw_query = target.partition(b"?")
        headers, head_bytes = _decode_headers(pairs)
        if head_bytes + len(target) > self.limits.head_bytes or not target.startswith(b"/") or b"#" in target:
            return None
        host_and_path = _find_carrier(target, headers.get("host", ""), raw_path.decode("latin-1"))
        if host_and_path is None:
            return None
        request = Request("GET", *host_and_path, _parse_query(raw_query), headers)
        simulation = self._sessions.of(request)
        ready = None if simulation is None else simulation.ready_answer(request)
        if simulation is None or ready is None:
            return None
        answer = ready.finished
        head = _plain_head(answer) if _is_prompt(answer) else None
        if head is None:
            return None
        simulation.record_ready(request, ready, monotonic())
        return head, answer.body


def _is_prompt(answer: Response) -> bool:
    return answer.delivery is PROMPT or answer.delivery == PROMPT  # identity is the quick test


def _parse_query(raw: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(raw.decode("latin-1"), keep_blank_values=True)) if raw else ()


def _decode_headers(pairs: list[tuple[bytes, bytes]]) -> tuple[dict[str, str], int]:
    """The headers, repeated ones joined, and their size in bytes."""
    headers: dict[str, str] = {}
    size = 0
    for raw_name, raw_value in pairs:
        size += len(raw_name) + len(raw_value)
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers, size


def _find_carrier(target: bytes, host_header: str, path: str) -> tuple[str, str] | None:
    """The carrier's host and the real path of a request; None for a request that is for no carrier."""
    authority = host_header
    if not target.startswith(b"/") and target.lower().startswith((b"http://", b"https://")):
        authority = target.decode("latin-1").split("/", 3)[2]
    host = _parse_host(authority)
    if carriers.by_host(host) is not None:
        return host, path
    _, _, below = path.partition("/")
    name, slash, rest = below.partition("/")
    # A carrier's operations answer at each of its hosts, so the main one stands for all.
    main_host = _MAIN_HOSTS.get(name)
    return None if main_host is None else (main_host, slash + rest or "/")


@lru_cache(_HOSTS_CACHED)  # clients send the same text in every call
def _parse_host(authority: str) -> str:
    """The host in a Host header or in the authority of a URL, in lower case; empty where there is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:  # such as an unclosed bracket
        return ""


async def _read_body(receive: Receive, send: Send, headers: dict[str, str], limit: int) -> bytes | None:
    """The body of a request; None if it is too large (then the refusal is sent), or if the client went away."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        await _refuse_body(receive, send, limit)
        return None
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            await _refuse_body(receive, send, limit)
            return None
        more = message.get("more_body", False)
    return bytes(body)


async def _refuse_body(receive: Receive, send: Send, limit: int) -> None:
    """Refuse a body, then read what is still coming: closing at once would reset the client before it has read why."""
    text = f"the body is larger than {limit} bytes"
    await _start(send, 413, text)
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
    read = 0
    more = True
    while more and read < _DRAIN_BYTES:
        message = await receive()
        read += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.body"})


async def _refuse(send: Send, status: int, text: str) -> None:
    await _start(send, status, text)
    await send({"type": "http.response.body", "body": text.encode()})


async def _start(send: Send, status: int, text: str) -> None:
    headers = [
        (b"content-type", b"text/plain"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _send(answer: Response, method: str, connection: Connection, send: Send) -> None:
    prompt = _is_prompt(answer)
    if prompt and method != "HEAD":
        head = _plain_head(answer)
        if head is not None:
            await connection.send_answer(head, answer.body)
            return
    start = {"type": "http.response.start", "status": answer.status, "headers": _encoded(answer.headers)}
    if prompt:
        await send(start)
        await send({"type": "http.response.body", "body": answer.body})
        return
    plan = delivery_plan.plan(method, answer)
    if plan.ending != "keep":
        await connection.perform(plan)
        return
    if not await connection.wait(plan.delay_seconds):
        connection.drop()
        return
    await send(start)
    for piece in plan.pieces:
        if not await connection.wait(piece.pause_seconds):
            connection.drop()
            return
        await send({"type": "http.response.body", "body": piece.content, "more_body": True})
    await send({"type": "http.response.body"})


def _plain_head(answer: Response) -> bytes | None:
    """The head of a 200, without the empty line; None for another status, or with a header that uvicorn must see."""
    return _head_of_200(answer.headers) if answer.status == HTTPStatus.OK else None


@lru_cache(_HEADS_CACHED)  # many answers have the same headers
def _head_of_200(headers: tuple[tuple[str, str], ...]) -> bytes | None:
    encoded = _encoded(headers)
    if any(name in _LEFT_TO_UVICORN or _LINE_BREAK.search(name + value) for name, value in encoded):
        return None
    return b"HTTP/1.1 200 OK\r\n" + b"".join(b"%b: %b\r\n" % pair for pair in encoded)


def _encoded(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
