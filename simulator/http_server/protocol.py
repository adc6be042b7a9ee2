"""Connections: uvicorn's HTTP protocol with limits of our own, and with a way to the transport for faults.

ASGI knows whole answers only: it has no word for a reset, a silence or a body shorter than its Content-Length. So each
request hands the application a `Connection` in `scope["extensions"]`, through which it can write raw bytes and end the
connection as it likes. Everything else stays uvicorn's.
"""

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
_GOODBYE_SECONDS = 0.05  # less than uvicorn waits at its end before it counts the connections
_MORE_TO_COME = frozenset((b"content-length", b"transfer-encoding", b"expect"))
_LINGER_NONE = struct.pack("ii", 1, 0)  # close() then sends RST, not FIN

AtOnce = Callable[[bytes, list[tuple[bytes, bytes]]], tuple[bytes, bytes] | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may send: bytes of a body, bytes of request line and headers, seconds for a whole request."""

    body_bytes: int = 1_000_000
    head_bytes: int = 65_536
    request_seconds: float = 30.0


class _Answered:
    """In the place of uvicorn's state of a request: one that was answered before uvicorn had to make any."""

    def __init__(self) -> None:
        self.response_started = True
        self.response_complete = True
        self.disconnected = False
        self.keep_alive = True
        self.message_event = asyncio.Event()


class CarrierProtocol(HttpToolsProtocol):
    """A connection of the carriers' server.

    The application that uvicorn runs also has `limits`, and `at_once`, which knows the answers that are ready. uvicorn
    itself bounds neither headers nor the time that a request may take to arrive (20 MB of headers were accepted).
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """As uvicorn makes its protocols."""
        super().__init__(config, server_state, app_state, _loop)
        self.left = asyncio.Event()  # the client has gone, or the server is about to
        # The application is any ASGI callable, says uvicorn.
        self._limits: Limits = config.app.limits  # type: ignore[union-attr]
        self._at_once: AtOnce = config.app.at_once  # type: ignore[union-attr]
        self._answered = _Answered()
        self._deadline: asyncio.TimerHandle | None = None
        self._held = b""
        self._head_open = False
        self._head_bytes = 0
        self._message_open = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start the time that the first request may take."""
        super().connection_made(transport)
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whatever waits on this connection."""
        self._stop_deadline()
        self.left.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End the connection at the server's end, also in the midst of a silence or of a request's body."""
        self.left.set()
        super().shutdown()
        if self._message_open and not self.transport.is_closing():
            self.transport.abort()
        elif self.scheme == "https" and self.transport.is_closing():
            # TLS says goodbye and then waits for the client's, which an idle client sends when it next looks: too late.
            self.loop.call_later(_GOODBYE_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Read on, within the limit for headers; a head that begins here is held back until it is complete."""
        if not self._message_open:
            held = (self._held + data if self._held else data).lstrip(b"\r\n")
            end = held.find(b"\r\n\r\n")
            if end < 0:
                self._held = held
                if self._deadline is None:
                    self._start_deadline()
                if len(held) > self._limits.head_bytes:
                    self._refuse_head()
                return
            data, self._held = _without_upgrade(held, end), b""
        elif self._head_open:  # one that began behind a pipelined request
            self._head_bytes += len(data)
        super().data_received(data)
        # Most requests are complete at once, and need no timer.
        if self._message_open and self._deadline is None:
            self._start_deadline()
        if self._head_open and self._head_bytes > self._limits.head_bytes and not self.transport.is_closing():
            self._refuse_head()

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        super().on_message_begin()
        self._message_open = True
        self._head_open = True
        self._head_bytes = 0
        if self._deadline is not None:
            self._start_deadline()

    def on_headers_complete(self) -> None:
        """Hand the application its way to the connection, before uvicorn's task for it first runs."""
        self._head_open = False
        if self._answered_at_once():
            return
        super().on_headers_complete()
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"] = {EXTENSION: Connection(self, self.cycle, self.url)}

    def _answered_at_once(self) -> bool:
        """Answer a request for which the application has a whole answer ready, without a task of its own.

        Making a task, its scope and its cycle takes uvicorn longer than finding such an answer takes us.
        """
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first, though typed otherwise
        if (
            (
                cycle is not None and not cycle.response_complete
            )  # an earlier request, pipelined, is still being answered
            or self.flow.write_paused
            or self.parser.get_method() != b"GET"
            or self.parser.get_http_version() != "1.1"
            or not self.parser.should_keep_alive()
            or self.parser.should_upgrade()
            or any(name in _MORE_TO_COME for name, _ in self.headers)
        ):
            return False
        answer = self._at_once(self.url, self.headers)
        if answer is None:
            return False
        self.cycle = cast("RequestResponseCycle", self._answered)  # uvicorn reads no more of it than it has
        head, body = answer
        self.transport.writelines((head + b"\r\n", body))
        self.on_response_complete()
        return True

    def on_message_complete(self) -> None:
        """Note that the request is complete."""
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
        if self.flow.read_paused:  # it is we who don't read: an earlier answer is still on its way
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
    """What begins with a request's head, up to `end`, without its Upgrade header: as a server reads it that knows none.

    Java's HTTP client offers h2c with every first request; httptools would then take the body for that protocol's bytes
    and the request for one without body.
    """
    head = data[:end]
    if b"\r\nupgrade:" not in head.lower():
        return data
    return b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"upgrade:")) + data[end:]


class Connection:
    """The connection of one request, as the application may use it."""

    __slots__ = ("_cycle", "_protocol", "target")

    def __init__(self, protocol: CarrierProtocol, cycle: RequestResponseCycle, target: bytes) -> None:
        """cycle: uvicorn's state of the request. target: the request target as it stood in the request line."""
        self._protocol = protocol
        self._cycle = cycle
        self.target = target

    async def answer(self, head: bytes, body: bytes) -> None:
        """Send a whole answer that leaves the connection open, and let the connection go on to its next request.

        As uvicorn's `send` does for the two messages of an answer, in one write and without looking at each header
        again, which takes a quarter of the time that a short answer takes. head: without the empty line that ends it.
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

    async def stays(self, seconds: float) -> bool:
        """Wait; whether the client is still there afterwards (False at once when it goes, or the server does)."""
        if seconds > 0:
            try:
                await asyncio.wait_for(self._protocol.left.wait(), seconds)
            except TimeoutError:
                return True
        return not self._protocol.left.is_set()

    async def perform(self, sending: DeliveryPlan) -> None:
        """Send the bytes, with their pauses, and end the connection as the sending says."""
        transport = self._protocol.transport
        try:
            if not await self.stays(sending.delay_seconds):
                return
            transport.write(sending.head)
            for piece in sending.pieces:
                if not await self.stays(piece.pause_seconds):
                    return
                transport.write(piece.content)
            await self._protocol.flow.drain()
            await self._end(sending)
        finally:
            self.drop()

    def drop(self) -> None:
        """Give up the answer, and the connection unless it is closing already."""
        # So uvicorn neither completes the answer itself nor reports that the application has not.
        self._cycle.disconnected = True
        if not self._protocol.transport.is_closing():
            self._protocol.transport.abort()

    async def _end(self, sending: DeliveryPlan) -> None:
        transport = self._protocol.transport
        if sending.ending == "silence":
            # A client that goes is noticed only while reading; pipelined requests had paused it.
            self._protocol.flow.resume_reading()
            await self._protocol.left.wait()
        elif sending.ending == "reset":
            # A reset throws away what the kernel hasn't got yet.
            while transport.get_write_buffer_size() and not self._protocol.left.is_set():  # noqa: ASYNC110 (no event tells)
                await asyncio.sleep(0.001)
            connected = transport.get_extra_info("socket")  # under TLS too it is the connection's own
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
            transport.abort()
        else:
            transport.close()
