"""uvicorn's HTTP protocol with limits of its own, and with access to the transport for faults.

ASGI knows only complete answers: it can't express a reset, a silence or a body shorter than its Content-Length. So each
request gives the application a `Connection` in `scope["extensions"]`, through which it can write raw bytes and end the
connection in any way. Everything else is left to uvicorn.
"""

# What uvicorn doesn't document but is used here, each with a test in tests/simulator/http_server/test_protocol.py:
# - HttpToolsProtocol(config, server_state, app_state, _loop), and its methods connection_made, connection_lost,
#   shutdown, data_received, on_message_begin, on_headers_complete, on_message_complete, on_response_complete
# - its attributes cycle, scope, url, headers, parser, flow, transport, loop, scheme, and config.app, which is ours
# - RequestResponseCycle: response_started, response_complete, disconnected, keep_alive, message_event, flow, transport,
#   on_response
# - FlowControl: read_paused, write_paused, drain, resume_reading
# - httptools' parser: get_method, get_http_version, should_keep_alive, should_upgrade

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from simulator.core.delivery_plan import DeliveryPlan

EXTENSION = "simulator.connection"
_TLS_CLOSE_SECONDS = 0.05  # less than uvicorn waits at its end before it counts the connections
_MORE_TO_COME = frozenset((b"content-length", b"transfer-encoding", b"expect"))
_LINGER_NONE = struct.pack("ii", 1, 0)  # close() then sends RST, not FIN

FindReadyAnswer = Callable[[bytes, list[tuple[bytes, bytes]]], tuple[bytes, bytes] | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may send.

    body_bytes: of a request's body.
    head_bytes: of its request line and headers.
    request_seconds: until it has arrived completely.
    """

    body_bytes: int = 1_000_000
    head_bytes: int = 65_536
    request_seconds: float = 30.0


class _AnsweredCycle:
    """Stands in for uvicorn's state of a request (RequestResponseCycle) after an answer that needed none."""

    def __init__(self) -> None:
        self.response_started = True
        self.response_complete = True
        self.disconnected = False
        self.keep_alive = True
        self.message_event = asyncio.Event()


class CarrierProtocol(HttpToolsProtocol):
    """A connection of the carriers' server.

    The application that uvicorn runs also has `limits` and `ready_answer`. uvicorn itself limits neither headers nor
    the time that a request may take to arrive (20 MB of headers were accepted).
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """The parameters are those that uvicorn passes."""
        super().__init__(config, server_state, app_state, _loop)
        self.left = asyncio.Event()  # set when the client has gone, or the server is about to
        # uvicorn types its application as any ASGI callable.
        self._limits: Limits = config.app.limits  # type: ignore[union-attr]
        self._find_ready_answer: FindReadyAnswer = config.app.ready_answer  # type: ignore[union-attr]
        self._answered_cycle = _AnsweredCycle()
        self._deadline: asyncio.TimerHandle | None = None
        self._incomplete_head = b""
        self._head_open = False
        self._head_bytes = 0
        self._message_open = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn types it so
        """Start the time that the first request may take."""
        super().connection_made(transport)
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whatever waits on this connection."""
        self._stop_deadline()
        self.left.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End the connection when the server ends, even during a silence or a request's body."""
        self.left.set()
        super().shutdown()
        if self._message_open and not self.transport.is_closing():
            self.transport.abort()
        elif self.scheme == "https" and self.transport.is_closing():
            # TLS waits for the client's close_notify, which an idle client sends only when it next reads: too late.
            self.loop.call_later(_TLS_CLOSE_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived, within the limit for headers; a head is passed on only when it is complete."""
        if not self._message_open:
            received = (self._incomplete_head + data if self._incomplete_head else data).lstrip(b"\r\n")
            end = received.find(b"\r\n\r\n")
            if end < 0:
                self._incomplete_head = received
                if self._deadline is None:
                    self._start_deadline()
                if len(received) > self._limits.head_bytes:
                    self._refuse_head()
                return
            data, self._incomplete_head = _without_upgrade(received, end), b""
        elif self._head_open:  # one that began after a pipelined request
            self._head_bytes += len(data)
        super().data_received(data)
        # Most requests are complete at once, and need no timer.
        if self._message_open and self._deadline is None:
            self._start_deadline()
        if self._head_open and self._head_bytes > self._limits.head_bytes and not self.transport.is_closing():
            self._refuse_head()

    def on_message_begin(self) -> None:
        """Record that a request begins."""
        super().on_message_begin()
        self._message_open = True
        self._head_open = True
        self._head_bytes = 0
        if self._deadline is not None:
            self._start_deadline()

    def on_headers_complete(self) -> None:
        """Give the application its access to the connection, before uvicorn's task for it first runs."""
        self._head_open = False
        if self._send_ready_answer():
            return
        super().on_headers_complete()
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"] = {EXTENSION: Connection(self, self.cycle, self.url)}

    def _send_ready_answer(self) -> bool:
        """Send the answer that the application has ready for the request, without a task; whether there was one.

        Making a task, its scope and its cycle takes longer than finding such an answer.
        """
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first, though typed otherwise
        earlier_pending = cycle is not None and not cycle.response_complete  # a pipelined request
        if (
            earlier_pending
            or self.flow.write_paused
            or self.parser.get_method() != b"GET"
            or self.parser.get_http_version() != "1.1"
            or not self.parser.should_keep_alive()
            or self.parser.should_upgrade()
            or any(name in _MORE_TO_COME for name, _ in self.headers)
        ):
            return False
        answer = self._find_ready_answer(self.url, self.headers)
        if answer is None:
            return False
        self.cycle = cast("RequestResponseCycle", self._answered_cycle)  # it has all that uvicorn reads of it
        head, body = answer
        self.transport.writelines((head + b"\r\n", body))
        self.on_response_complete()
        return True

    def on_message_complete(self) -> None:
        """Record that the request is complete."""
        self._message_open = False
        self._stop_deadline()
        super().on_message_complete()

    def _start_deadline(self) -> None:
        self._stop_deadline()
        self._deadline = self.loop.call_later(self._limits.request_seconds, self._too_slow)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        if self.flow.read_paused:  # it is the server that doesn't read: an earlier answer is still on its way
            self._start_deadline()
        elif self._message_open and not self._head_open and self.cycle.response_started:
            self.transport.close()  # its body was refused already
        elif not self.transport.is_closing():
            self._refuse(b"408 Request Timeout", "the request did not arrive in time")

    def _refuse_head(self) -> None:
        self._refuse(b"431 Request Header Fields Too Large", "request line and headers are too large")

    def _refuse(self, status: bytes, reason: str) -> None:
        body = reason.encode()
        self.transport.write(
            b"HTTP/1.1 %b\r\ncontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
            % (status, len(body), body)
        )
        self.transport.close()


def _without_upgrade(data: bytes, end: int) -> bytes:
    """Data that begin with a request's head, up to `end`, without its Upgrade header, which the server doesn't support.

    Java's HTTP client offers h2c with every first request; httptools would then take the body for data of h2c.
    """
    head = data[:end]
    if b"\r\nupgrade:" not in head.lower():
        return data
    return b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"upgrade:")) + data[end:]


class Connection:
    """The connection of one request, for the application.

    target: the request target in the request line.
    """

    __slots__ = ("_cycle", "_protocol", "target")

    def __init__(self, protocol: CarrierProtocol, cycle: RequestResponseCycle, target: bytes) -> None:
        """cycle: uvicorn's state of the request."""
        self._protocol = protocol
        self._cycle = cycle
        self.target = target

    async def send_answer(self, head: bytes, body: bytes) -> None:
        """Send a complete answer, and let the connection go on to its next request. head: without the empty line.

        It does what uvicorn's `send` does for the two messages of an answer, in one write and without looking at each
        header again, which would be a quarter of the time of a short answer.
        """
        cycle = self._cycle
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        cycle.response_started = True
        ending = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        cycle.transport.writelines((head + ending, body))
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    async def wait(self, seconds: float) -> bool:
        """Wait, and return whether the connection still exists; False early when the client goes or the server ends."""
        if seconds > 0:
            try:
                await asyncio.wait_for(self._protocol.left.wait(), seconds)
            except TimeoutError:
                return True
        return not self._protocol.left.is_set()

    async def perform(self, plan: DeliveryPlan) -> None:
        """Send the bytes of a plan with its pauses, and end the connection as it says."""
        transport = self._protocol.transport
        try:
            if not await self.wait(plan.delay_seconds):
                return
            transport.write(plan.head)
            for piece in plan.pieces:
                if not await self.wait(piece.pause_seconds):
                    return
                transport.write(piece.content)
            await self._protocol.flow.drain()
            await self._end(plan)
        finally:
            self.drop()

    def drop(self) -> None:
        """Give up the answer, and the connection unless it is closing already."""
        # uvicorn then neither completes the answer itself nor reports that the application hasn't.
        self._cycle.disconnected = True
        if not self._protocol.transport.is_closing():
            self._protocol.transport.abort()

    async def _end(self, plan: DeliveryPlan) -> None:
        transport = self._protocol.transport
        if plan.ending == "silence":
            # A client that goes is noticed only while reading; pipelined requests had paused it.
            self._protocol.flow.resume_reading()
            await self._protocol.left.wait()
        elif plan.ending == "reset":
            # A reset discards what the kernel hasn't got yet.
            while transport.get_write_buffer_size() and not self._protocol.left.is_set():  # noqa: ASYNC110 (there is no event for it)
                await asyncio.sleep(0.001)
            connected = transport.get_extra_info("socket")  # under TLS too it is the connection's own
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
            transport.abort()
        else:
            transport.close()
