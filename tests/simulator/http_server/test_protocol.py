"""Cached answers are sent without a task, which clients can't notice; and uvicorn still has what the protocol uses.

The rest of the protocol, deliveries and limits, is tested through the application in test_app.py.
"""

import asyncio
import inspect
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Self
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from simulator import Clock, Credentials, Kind, Parcel, Response, ScanEvent, Sessions, Simulation
from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.core.simulation import START
from simulator.http_server import running
from simulator.http_server.protocol import _AnsweredCycle
from simulator.places import place

TULSA, DENVER = place("Tulsa, OK, US"), place("Denver, CO, US")
NUMBERS = ("9000000015", "1234567891")
LONG = 30.0


@pytest.fixture
def simulation() -> Simulation:
    scans = (
        ScanEvent(START - timedelta(days=1), Kind.ACCEPTED, TULSA),
        ScanEvent(START + timedelta(days=1), Kind.ARRIVED, DENVER),
    )
    parcels = [Parcel("dhl", number, scans, TULSA, DENVER) for number in NUMBERS]
    return Simulation(parcels, clock=Clock(START), credentials=Credentials.of("here"))


@pytest.fixture
def url(simulation: Simulation) -> Iterator[str]:
    sessions = Sessions()
    sessions.add("here", simulation)
    with running(sessions) as url:
        yield url


def question(number: str = NUMBERS[0], *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    lines = (
        f"{method} /dhl/track/shipments?trackingNumber={number} HTTP/{version}",
        "Host: localhost",
        "DHL-API-Key: here",
        *headers,
        "",
        "",
    )
    return "\r\n".join(lines).encode()


class Client:
    """A connection that reads whole answers."""

    def __init__(self, url: str) -> None:
        self.socket = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=LONG)
        self._got = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, *requests: bytes) -> None:
        self.socket.sendall(b"".join(requests))

    def answer(self, *, body: bool = True) -> tuple[bytes, bytes]:
        while b"\r\n\r\n" not in self._got:
            self._more()
        head, _, self._got = self._got.partition(b"\r\n\r\n")
        length = next(int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"content-length: "))
        while body and len(self._got) < length:
            self._more()
        content, self._got = (self._got[:length], self._got[length:]) if body else (b"", self._got)
        return head, content

    def ended(self) -> bool:
        return not self._got and self.socket.recv(1) == b""

    def _more(self) -> None:
        more = self.socket.recv(65536)
        assert more, f"the server closed the connection after {self._got!r}"
        self._got += more


def test_the_second_answer_is_byte_for_byte_the_first(url: str) -> None:
    with Client(url) as client:
        client.send(question())
        first = client.answer()
        client.send(question())
        assert client.answer() == first
    assert first[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert b'"id":"9000000015"' in first[1]


def test_every_answer_is_in_the_journal_with_a_stamp(simulation: Simulation, url: str) -> None:
    with Client(url) as client:
        for _ in range(3):
            client.send(question())
            client.answer()
    entries = list(simulation.journal)
    assert [(entry.operation, entry.numbers, entry.status) for entry in entries] == [("track", NUMBERS[:1], 200)] * 3
    stamps = [entry.stamp for entry in entries]
    assert None not in stamps
    assert stamps == sorted(stamps, key=lambda stamp: stamp or 0.0)


def test_a_turned_clock_is_noticed(simulation: Simulation, url: str) -> None:
    with Client(url) as client:
        for _ in range(2):
            client.send(question())
            assert client.answer()[1].count(b'"timestamp"') == 2  # the status, and the one event that it is
        simulation.clock.advance(172_800)
        client.send(question())
        assert client.answer()[1].count(b'"timestamp"') == 3


def test_a_fault_is_noticed(simulation: Simulation, url: str) -> None:
    class Broken:
        def on_answer(self, answer: Response, call: Call, carrier: Carrier, world: CarrierView) -> Response:
            return carrier.refusals.server_error(call.request, world)

    with Client(url) as client:
        for _ in range(2):
            client.send(question())
            assert client.answer()[0].startswith(b"HTTP/1.1 200")
        simulation.inject(Broken())
        client.send(question())
        assert client.answer()[0].startswith(b"HTTP/1.1 500")


def test_pipelined_requests_are_answered_in_order_ready_or_not(url: str) -> None:
    with Client(url) as client:
        client.send(question(NUMBERS[0]))
        client.answer()
        asked = [NUMBERS[index] for index in (0, 1, 0, 0, 1)]  # the second has no answer ready
        client.send(*(question(number) for number in asked))
        assert [number.encode() in client.answer()[1] for number in asked] == [True] * 5


def test_a_client_that_wants_the_connection_closed_has_it_closed(url: str) -> None:
    for _ in range(2):
        with Client(url) as client:
            client.send(question(NUMBERS[0], "Connection: close"))
            assert b"connection: close" in client.answer()[0]
            assert client.ended()


def test_http_1_0_is_answered_once(url: str) -> None:
    for _ in range(2):
        with Client(url) as client:
            client.send(question(version="1.0"))
            assert client.answer()[1]
            assert client.ended()


def test_head_gets_no_body_also_when_the_answer_to_get_is_ready(url: str) -> None:
    with Client(url) as client:
        for _ in range(2):
            client.send(question())
            client.answer()
        client.send(question(method="HEAD"), question())
        assert client.answer(body=False)[0].startswith(b"HTTP/1.1 405")
        assert b'"id":"9000000015"' in client.answer()[1]


def test_a_get_with_a_body_is_read_to_its_end(url: str) -> None:
    with Client(url) as client:
        for _ in range(2):
            client.send(question(NUMBERS[0], "Content-Length: 3") + b"abc", question())
            assert client.answer()[1] == client.answer()[1]


def test_a_client_that_goes_in_the_middle_leaves_the_server_well(url: str) -> None:
    for _ in range(3):
        with Client(url) as client:
            client.send(question(), question()[:20])
            client.answer()
    with Client(url) as client:
        client.send(question())
        assert client.answer()[1]


# -- what uvicorn and httptools don't document


VERSION = f"uvicorn {uvicorn.__version__}"


@pytest.fixture
def protocol() -> Iterator[HttpToolsProtocol]:
    loop = asyncio.new_event_loop()
    yield HttpToolsProtocol(uvicorn.Config(lambda: None, ws="none"), ServerState(), {}, loop)  # type: ignore[arg-type]
    loop.close()


def test_uvicorns_protocol_is_made_with_these_parameters() -> None:
    parameters = list(inspect.signature(HttpToolsProtocol.__init__).parameters)
    assert parameters == ["self", "config", "server_state", "app_state", "_loop"], (
        f"{VERSION} makes protocols otherwise"
    )


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("connection_made", ["self", "transport"]),
        ("connection_lost", ["self", "exc"]),
        ("shutdown", ["self"]),
        ("data_received", ["self", "data"]),
        ("on_message_begin", ["self"]),
        ("on_headers_complete", ["self"]),
        ("on_message_complete", ["self"]),
        ("on_response_complete", ["self"]),
    ],
)
def test_uvicorns_protocol_still_has_the_method(method: str, parameters: list[str]) -> None:
    found = getattr(HttpToolsProtocol, method, None)
    assert found is not None, f"{VERSION}: HttpToolsProtocol.{method} is gone, which http_server/protocol.py uses"
    assert list(inspect.signature(found).parameters) == parameters, (
        f"{VERSION}: HttpToolsProtocol.{method} takes other parameters than http_server/protocol.py"
    )


@pytest.mark.parametrize("name", ["cycle", "scope", "headers", "parser", "flow", "transport", "loop", "scheme"])
def test_uvicorns_protocol_still_has_the_attribute(protocol: HttpToolsProtocol, name: str) -> None:
    assert hasattr(protocol, name), f"{VERSION}: HttpToolsProtocol.{name} is gone, which http_server/protocol.py uses"


def test_uvicorns_protocol_still_keeps_the_request_target_as_its_url(protocol: HttpToolsProtocol) -> None:
    protocol.on_message_begin()
    protocol.on_url(b"/a%20b?c")
    assert protocol.url == b"/a%20b?c", f"{VERSION}: HttpToolsProtocol.url is not the request target"


@pytest.mark.parametrize(
    "name",
    [
        "response_started",
        "response_complete",
        "disconnected",
        "keep_alive",
        "message_event",
        "flow",
        "transport",
        "on_response",
    ],
)
def test_uvicorns_state_of_a_request_still_has_the_attribute(name: str) -> None:
    source = inspect.getsource(RequestResponseCycle.__init__)
    assert re.search(rf"self\.{name}\b.* = ", source), (
        f"{VERSION}: RequestResponseCycle.{name} is gone, which http_server/protocol.py uses"
    )


def test_uvicorns_protocol_reads_nothing_of_an_answered_request_that_ours_lacks() -> None:
    read = set(re.findall(r"self\.cycle\.(\w+)", inspect.getsource(HttpToolsProtocol)))
    of_open_requests = {"run_asgi", "body", "more_body", "waiting_for_100_continue"}
    lacking = read - of_open_requests - vars(_AnsweredCycle()).keys()
    assert lacking == set(), (
        f"{VERSION} reads more of a request's state than _AnsweredCycle in http_server/protocol.py has"
    )


@pytest.mark.parametrize("name", ["read_paused", "write_paused", "drain", "resume_reading"])
def test_uvicorns_flow_control_still_has_the_attribute(name: str) -> None:
    flow = FlowControl(Mock())
    assert hasattr(flow, name), f"{VERSION}: FlowControl.{name} is gone, which http_server/protocol.py uses"


@pytest.mark.parametrize("name", ["get_method", "get_http_version", "should_keep_alive", "should_upgrade"])
def test_the_parser_still_has_the_method(protocol: HttpToolsProtocol, name: str) -> None:
    assert callable(getattr(protocol.parser, name, None)), f"httptools: HttpRequestParser.{name} is gone"


def test_uvicorn_still_passes_extensions_and_the_undecoded_path_on() -> None:
    source = inspect.getsource(HttpToolsProtocol)
    assert '"raw_path"' in source, f"{VERSION}: raw_path is gone from the scope, which http_server/app.py reads"
    assert "self.scope" in inspect.getsource(HttpToolsProtocol.on_headers_complete), (
        f"{VERSION} makes the scope elsewhere"
    )


def test_uvicorns_configuration_still_keeps_the_application_as_it_is() -> None:
    application = object()
    kept = getattr(uvicorn.Config(application), "app", None)  # type: ignore[arg-type]  # never called
    assert kept is application, (
        f"{VERSION}: Config.app is not the application, whose limits http_server/protocol.py reads"
    )
