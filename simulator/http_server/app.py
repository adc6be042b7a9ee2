"""The application: the carriers by a plain ASGI callable, everything else by Starlette.

A request is a carrier's when its Host header (or the host of an absolute request target, as proxies get it) is one of
the carrier's real hosts, and then its path is the real one; or when its path begins with the carrier's name. Paths stay
as they were sent: neither percent signs nor dots nor double slashes mean anything here.
"""

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
_HOSTS_REMEMBERED = 256
_HEADS_REMEMBERED = 1024
_FOR_UVICORN = frozenset((b"connection", b"transfer-encoding"))
_LINE_BREAK = re.compile(rb"[\r\n\0]")
_DRAIN_BYTES = 64_000_000  # what is read and thrown away of a body over the limit, so that the client sees the refusal


class Server:
    """The carriers of many sessions, and `others` for the paths that are no carrier's."""

    def __init__(self, sessions: Sessions, others: Application, limits: Limits) -> None:
        """limits: what a client may send; also read by the protocol."""
        self.limits = limits
        self._sessions = sessions
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers, head_bytes = _headers(scope["headers"])
        raw_path, raw_query = scope["raw_path"], scope["query_string"]
        if head_bytes + len(raw_path) + len(raw_query) > self.limits.head_bytes:
            await _refuse(send, 431, "request line and headers are too large")
            return
        connection: Connection = scope["extensions"][EXTENSION]
        found = _addressed(connection.target, headers.get("host", ""), raw_path.decode("ascii"))
        if found is None:
            await self._others(scope, receive, send)
            return
        body = b""
        if "content-length" in headers or "transfer-encoding" in headers:  # else there is none (RFC 9112, 6.3)
            sent = await _body(receive, send, headers, self.limits.body_bytes)
            if sent is None:
                return
            body = sent
        host, path = found
        request = Request(scope["method"], host, path, _query(raw_query), headers, body)
        answer = self._sessions.handle(request, monotonic())
        await _send(answer, request.method, connection, send)

    def at_once(self, target: bytes, pairs: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes] | None:
        """Head and body of the answer to a GET without body, if it is ready and whole; else None, and nothing is done.

        target: the request target as it stood in the request line; one that is no plain path is left to `__call__`.
        """
        raw_path, _, raw_query = target.partition(b"?")
        headers, head_bytes = _headers(pairs)
        if head_bytes + len(target) > self.limits.head_bytes or not target.startswith(b"/") or b"#" in target:
            return None
        found = _addressed(target, headers.get("host", ""), raw_path.decode("latin-1"))
        if found is None:
            return None
        request = Request("GET", *found, _query(raw_query), headers)
        simulation = self._sessions.of(request)
        ready = None if simulation is None else simulation.ready_answer(request)
        if simulation is None or ready is None:
            return None
        answer = ready.finished
        head = _plain_head(answer) if _prompt(answer) else None
        if head is None:
            return None
        simulation.record_ready(request, ready, monotonic())
        return head, answer.body


def _prompt(answer: Response) -> bool:
    return answer.delivery is PROMPT or answer.delivery == PROMPT  # most are the very one


def _query(raw: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(raw.decode("latin-1"), keep_blank_values=True)) if raw else ()


def _headers(pairs: list[tuple[bytes, bytes]]) -> tuple[dict[str, str], int]:
    """The headers as the core takes them, and how many bytes they were."""
    headers: dict[str, str] = {}
    size = 0
    for raw_name, raw_value in pairs:
        size += len(raw_name) + len(raw_value)
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers, size


def _addressed(target: bytes, host_header: str, path: str) -> tuple[str, str] | None:
    """The carrier's host and the real path that a request means; None when it means no carrier."""
    authority = host_header
    if not target.startswith(b"/") and target.lower().startswith((b"http://", b"https://")):
        authority = target.decode("latin-1").split("/", 3)[2]
    host = _host(authority)
    if carriers.by_host(host) is not None:
        return host, path
    _, _, below = path.partition("/")
    name, slash, rest = below.partition("/")
    # A carrier's operations answer at each of its hosts, so the main one stands for all.
    main_host = _MAIN_HOSTS.get(name)
    return None if main_host is None else (main_host, slash + rest or "/")


@lru_cache(_HOSTS_REMEMBERED)  # follows from the text alone; clients send the same in every call
def _host(authority: str) -> str:
    """The host of what a Host header or a URL says, in lower case; empty where there is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:  # such as an unclosed bracket
        return ""


async def _body(receive: Receive, send: Send, headers: dict[str, str], limit: int) -> bytes | None:
    """The body of a request; None when it is too large (then the refusal is sent), or the client went away."""
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
    prompt = _prompt(answer)
    if prompt and method != "HEAD":
        head = _plain_head(answer)
        if head is not None:
            await connection.answer(head, answer.body)
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
    if not await connection.stays(plan.delay_seconds):
        connection.drop()
        return
    await send(start)
    for piece in plan.pieces:
        if not await connection.stays(piece.pause_seconds):
            connection.drop()
            return
        await send({"type": "http.response.body", "body": piece.content, "more_body": True})
    await send({"type": "http.response.body"})


def _plain_head(answer: Response) -> bytes | None:
    """The head of a 200, without the empty line; None for another status, or where a header says how things go on."""
    return _head_of_200(answer.headers) if answer.status == HTTPStatus.OK else None


@lru_cache(_HEADS_REMEMBERED)  # follows from the headers alone; many answers have the same
def _head_of_200(headers: tuple[tuple[str, str], ...]) -> bytes | None:
    encoded = _encoded(headers)
    if any(name in _FOR_UVICORN or _LINE_BREAK.search(name + value) for name, value in encoded):
        return None
    return b"HTTP/1.1 200 OK\r\n" + b"".join(b"%b: %b\r\n" % pair for pair in encoded)


def _encoded(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
