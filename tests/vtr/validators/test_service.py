# ruff: noqa: ANN401 (a handler is the library's)
"""A service as a validator: what it answers, what it does not, and what is said of that."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import Event, Thread
from typing import Any

import pytest

from vtr.errors import ValidatorError
from vtr.validators import Limits, load
from vtr.validators.answer import Answer

Answering = Callable[[Any], None]


@contextmanager
def _serving(answering: Answering) -> Iterator[tuple[str, list[int]]]:
    """A service that answers every POST so; its URL, and the client's port of each."""
    ports: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            ports.append(self.client_address[1])
            self.rfile.read(int(self.headers["Content-Length"]))
            answering(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/judge", ports
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _with(status: int, body: bytes, length: int | None = None, *, close: bool = False) -> Answering:
    def answering(handler: Any) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = close or length is not None

    return answering


def _ask(url: str, times: int = 1, **limits: Any) -> Answer:
    validator = load(url, Limits(**limits))
    try:
        for _ in range(times):
            answer = validator.validate({"protocol": 1}, wait=lambda _: None)
    finally:
        validator.close()
    return answer


@pytest.mark.parametrize("body", [b'[{"order_id": "A"}]', b"order_id\nA\n"])
def test_json_and_csv_are_answers(body: bytes) -> None:
    with _serving(_with(200, body)) as (url, _):
        assert _ask(url).rows == ({"order_id": "A"},)


def test_connection_is_kept() -> None:
    with _serving(_with(200, b"[]")) as (url, ports):
        _ask(url, times=3)
    assert len(ports) == 3
    assert len(set(ports)) == 1


def test_connection_closed_after_an_answer_is_made_anew() -> None:
    with _serving(_with(200, b"[]", close=True)) as (url, ports):
        _ask(url, times=3)
    assert len(set(ports)) == 3


@pytest.mark.parametrize(
    ("answering", "said"),
    [
        (_with(500, b"out of paper"), "answered with status 500: out of paper"),
        (_with(302, b""), r"answered with status 302: \(no body\)"),
        (_with(200, b"x" * 2000), "answered with more than 1000 bytes"),
        (_with(200, b'[{"ord', 100), "cut|cannot be asked"),
        (_with(200, b'[{"ord'), "half an answer"),
        (lambda handler: handler.connection.shutdown(SHUT_RDWR), "cannot be asked"),
        (lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"), "cannot be asked"),
    ],
)
def test_what_is_no_answer_is_told(answering: Answering, said: str) -> None:
    with _serving(answering) as (url, _), pytest.raises(ValidatorError, match=said):
        _ask(url, size=1000)


def test_service_that_dribbles_is_cut_off_at_the_limit() -> None:
    over = Event()

    def dribble(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        try:
            while not over.wait(0.05):
                handler.wfile.write(b" ")
        except OSError:
            pass

    with _serving(dribble) as (url, _):
        try:
            with pytest.raises(ValidatorError, match=r"gave no answer within 0\.5 s"):
                _ask(url, seconds=0.5)
        finally:
            over.set()


def test_service_that_is_not_there_is_told() -> None:
    with _serving(_with(200, b"[]")) as (url, _):
        pass
    with pytest.raises(ValidatorError, match="cannot be asked: Connection refused"):
        _ask(url)
