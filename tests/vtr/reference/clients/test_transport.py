"""One call on the wire: authorities, proxies, kept connections, bodies of every packing, and broken ones."""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import responses

from vtr.reference.clients.http import CarrierHttp, Clocks, RetryPolicy
from vtr.reference.clients.transport import Call, NoAnswer

BASE = "https://carrier.example"
ASK = Call("GET", "/ask")


@pytest.fixture
def http(clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> Iterator[CarrierHttp]:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    http = CarrierHttp("Carrier", BASE, RetryPolicy(), clocks)
    yield http
    http.close()


def test_authorities_that_the_environment_names_are_used(
    clocks: Clocks, web: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/some/ca.pem")
    web.get(f"{BASE}/ask", json={})
    http = CarrierHttp("Carrier", BASE, RetryPolicy(), clocks)
    http.call(ASK)
    http.close()
    assert web.calls[0].request.req_kwargs["verify"] == "/some/ca.pem"  # type: ignore[attr-defined]


def test_file_of_authorities_that_is_not_there_is_no_answer(clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    http = CarrierHttp("Carrier", "https://127.0.0.1:1", RetryPolicy(), clocks)
    with pytest.raises(NoAnswer, match=r"Carrier cannot be asked: .*/nowhere/ca\.pem"):
        http.call(ASK)
    http.close()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'\xef\xbb\xbf{"a": "\xc3\xa9"}', {}),
        (gzip.compress('{"a": "é"}'.encode(), mtime=0), {}),
        (gzip.compress('{"a": "é"}'.encode(), mtime=0), {"Content-Encoding": "gzip"}),
        ('{"a": "é"}'.encode(), {"Content-Encoding": "gzip"}),
        ('{"a": "é"}'.encode("latin-1"), {"Content-Type": "application/json; charset=iso-8859-1"}),
        ('{"a": "é"}'.encode("utf-16"), {"Content-Type": 'application/json; charset="UTF-16"'}),
    ],
)
def test_bodies_are_decoded_whatever_their_packing(
    body: bytes, headers: dict[str, str], http: CarrierHttp, web: responses.RequestsMock
) -> None:
    web.get(f"{BASE}/ask", body=body, headers=headers)
    assert http.call(ASK).document == {"a": "é"}


def test_wrong_byte_in_a_text_does_not_hide_the_rest(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.get(f"{BASE}/ask", body=b'{"city": "M\xfcnchen", "code": "PU"}')
    assert http.call(ASK).document == {"city": "M\ufffdnchen", "code": "PU"}


@pytest.mark.parametrize(
    "body",
    [b'["' + b"x" * (10 * 1024 * 1024) + b'"]', gzip.compress(b'["' + b"x" * (11 * 1024 * 1024) + b'"]', mtime=0)],
)
def test_bodies_over_ten_megabytes_are_not_read(body: bytes, http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.get(f"{BASE}/ask", body=body)
    with pytest.raises(NoAnswer, match="longer than 10485760 bytes"):
        http.call(ASK)


def test_cut_off_gzip_is_unreadable(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.get(f"{BASE}/ask", body=gzip.compress(b'{"a": 1}' * 50, mtime=0)[:-9])
    with pytest.raises(NoAnswer, match="cannot be read"):
        http.call(ASK)


def test_proxies_of_the_environment_are_not_used(
    http: CarrierHttp, web: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    web.get(f"{BASE}/ask", json={})
    http.call(ASK)
    assert not web.calls[0].request.req_kwargs["proxies"]  # type: ignore[attr-defined]
    assert web.calls[0].request.req_kwargs["verify"] is True  # type: ignore[attr-defined]


@contextmanager
def _server(*pieces: bytes, gap: threading.Event | None = None) -> Iterator[str]:
    """A loopback server that says the pieces to every caller, waits for the gap between them, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            # A caller that has heard enough hangs up, which is what these tests are about.
            with caller, suppress(OSError):
                caller.recv(65536)
                for piece in pieces:
                    caller.sendall(piece)
                    if gap is not None:
                        gap.wait(5)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        if gap is not None:
            gap.set()
        # Closing alone does not wake the accept of another thread.
        with socket.create_connection(listener.getsockname()):
            listener.close()
        thread.join(5)


@pytest.mark.parametrize(
    "answer",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a": 1}',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{"a": 1}',
        b"",
    ],
)
def test_answer_broken_off_on_the_wire_is_no_answer(answer: bytes, clocks: Clocks) -> None:
    with _server(answer) as url:
        http = CarrierHttp("Carrier", url, RetryPolicy(attempts=2), clocks)
        with pytest.raises(NoAnswer, match=r"Carrier (broke its answer off|cannot be reached)"):
            http.call(ASK)
        http.close()


def test_whole_chunked_answer_is_read(clocks: Clocks) -> None:
    with _server(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n4\r\n: 1}\r\n0\r\n\r\n') as url:
        http = CarrierHttp("Carrier", url, RetryPolicy(), clocks)
        assert http.call(ASK).document == {"a": 1}
        http.close()


def test_connection_is_kept_from_call_to_call(clocks: Clocks) -> None:
    callers = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            callers.append(self.client_address)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        http = CarrierHttp("Carrier", f"http://127.0.0.1:{server.server_port}", RetryPolicy(), clocks)
        for _ in range(3):
            http.call(ASK)
        http.close()
        server.shutdown()
    assert len(callers) == 3
    assert len(set(callers)) == 1


def test_refused_connection_is_reported_in_the_systems_words(clocks: Clocks) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # nobody listens there, and nobody else can
        http = CarrierHttp("Carrier", f"http://127.0.0.1:{bound.getsockname()[1]}", RetryPolicy(attempts=1), clocks)
        with closing(http), pytest.raises(NoAnswer, match=r"^Carrier cannot be reached: Connection refused$"):
            http.call(ASK)


def test_silence_ends_with_the_read_timeout(clocks: Clocks) -> None:
    with _server(b"HTTP/1.1 200 OK\r\n", gap=threading.Event()) as url:
        http = CarrierHttp("Carrier", url, RetryPolicy(attempts=1, read_timeout_seconds=0.05), clocks)
        with pytest.raises(NoAnswer, match="did not answer in time"):
            http.call(ASK)
        http.close()


def test_dribbling_body_ends_with_its_limit() -> None:
    ticks = iter(range(0, 1000, 20))
    clocks = Clocks(lambda _: None, lambda: float(next(ticks)), lambda: datetime(2026, 3, 2, tzinfo=UTC))
    with _server(b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"', b'a": 1}', gap=threading.Event()) as url:
        http = CarrierHttp("Carrier", url, RetryPolicy(attempts=1, body_seconds=10), clocks)
        with pytest.raises(NoAnswer, match="did not finish its answer in time"):
            http.call(ASK)
        http.close()
