"""Patience with failures, bodies of every kind, tokens kept and renewed."""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
import responses

from vtr.reference.clients.answers import Answer
from vtr.reference.clients.http import Bearer, Call, CarrierHttp, NoAnswer, Patience, Waiting, ask_in_turn

BASE = "https://carrier.example"
ASK = Call("GET", "/ask")
TOKEN = Call("POST", "/token", form={"grant_type": "client_credentials"})


@pytest.fixture
def http(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> Iterator[CarrierHttp]:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    http = CarrierHttp("Carrier", BASE, Patience(), waiting)
    yield http
    http.close()


def test_pauses_double_when_the_carrier_names_none(
    http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    for _ in range(3):
        web.get(f"{BASE}/ask", status=429, json={})
    web.get(f"{BASE}/ask", json={"a": 1})
    assert http.call(ASK).document == {"a": 1}
    assert pauses == [1.0, 2.0, 4.0]


def test_authorities_that_the_environment_names_are_used(
    waiting: Waiting, web: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/some/ca.pem")
    web.get(f"{BASE}/ask", json={})
    http = CarrierHttp("Carrier", BASE, Patience(), waiting)
    http.call(ASK)
    http.close()
    assert web.calls[0].request.req_kwargs["verify"] == "/some/ca.pem"  # type: ignore[attr-defined]


def test_file_of_authorities_that_is_not_there_is_no_answer(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    http = CarrierHttp("Carrier", "https://127.0.0.1:1", Patience(), waiting)
    with pytest.raises(NoAnswer, match=r"Carrier cannot be asked: .*/nowhere/ca\.pem"):
        http.call(ASK)
    http.close()


def test_retry_after_in_seconds_is_waited(http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]) -> None:
    web.get(f"{BASE}/ask", status=503, headers={"Retry-After": "7"})
    web.get(f"{BASE}/ask", json={})
    http.call(ASK)
    assert pauses == [7.0]


def test_retry_after_date_is_measured_from_the_replys_own_date(
    http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    headers = {"Date": "Mon, 02 Mar 2020 10:00:00 GMT", "Retry-After": "Mon, 02 Mar 2020 10:00:25 GMT"}
    web.get(f"{BASE}/ask", status=429, headers=headers)
    web.get(f"{BASE}/ask", json={})
    http.call(ASK)
    assert pauses == [25.0]


def test_retry_after_date_without_date_is_measured_from_our_clock(
    http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    web.get(f"{BASE}/ask", status=429, headers={"Retry-After": "Mon, 02 Mar 2026 10:00:12 GMT"})
    web.get(f"{BASE}/ask", json={})
    http.call(ASK)
    assert pauses == [12.0]


@pytest.mark.parametrize("text", ["soon", "-5", "1.5", "²"])
def test_retry_after_that_is_neither_seconds_nor_date_is_passed_over(
    text: str, http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    web.get(f"{BASE}/ask", status=429, headers={"Retry-After": text})
    web.get(f"{BASE}/ask", json={})
    http.call(ASK)
    assert pauses == [1.0]


def test_wait_longer_than_patience_is_not_begun(
    http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    web.get(f"{BASE}/ask", status=429, headers={"Retry-After": "3600"})
    with pytest.raises(NoAnswer, match=r"Carrier answered 429; it asks to wait 3600 s"):
        http.call(ASK)
    assert pauses == []


def test_attempts_are_bounded(http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]) -> None:
    answer = web.get(f"{BASE}/ask", status=500, json={"errors": [{"code": "X1", "message": "down"}]})
    with pytest.raises(NoAnswer, match="Carrier answered 500 X1 down"):
        http.call(ASK)
    assert answer.call_count == 4
    assert pauses == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.ConnectTimeout(), "did not answer in time"),
        (requests.ReadTimeout(), "did not answer in time"),
        (requests.ConnectionError(ConnectionResetError(104, "Connection reset by peer")), "Connection reset by peer"),
    ],
)
def test_failures_of_the_connection_are_repeated_and_then_told(
    error: requests.RequestException, words: str, http: CarrierHttp, web: responses.RequestsMock
) -> None:
    answer = web.get(f"{BASE}/ask", body=error)
    with pytest.raises(NoAnswer, match=words):
        http.call(ASK)
    assert answer.call_count == 4


@pytest.mark.parametrize(
    "body", [b"", b"<html>Down for maintenance</html>", b'{"trackResponse": {"ship', b"[" * 100_000]
)
def test_unreadable_success_is_asked_once_more(body: bytes, http: CarrierHttp, web: responses.RequestsMock) -> None:
    answer = web.get(f"{BASE}/ask", body=body)
    with pytest.raises(NoAnswer, match="cannot be read"):
        http.call(ASK)
    assert answer.call_count == 2


def test_unreadable_success_that_becomes_readable_is_an_answer(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.get(f"{BASE}/ask", body=b"<html>")
    web.get(f"{BASE}/ask", json={"a": 1})
    assert http.call(ASK).document == {"a": 1}


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


def test_redirects_are_not_followed(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.get(f"{BASE}/ask", status=302, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(NoAnswer, match=r"redirects \(302\) to https://elsewhere\.example/"):
        http.call(ASK)


def test_client_errors_are_replies_with_their_words(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.get(f"{BASE}/ask", status=404, json={"title": "No result found", "status": 404, "detail": "none"})
    assert http.call(ASK).summary == "404 No result found none"


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
def test_answer_broken_off_on_the_wire_is_no_answer(answer: bytes, waiting: Waiting) -> None:
    with _server(answer) as url:
        http = CarrierHttp("Carrier", url, Patience(attempts=2), waiting)
        with pytest.raises(NoAnswer, match=r"Carrier (broke its answer off|cannot be reached)"):
            http.call(ASK)
        http.close()


def test_whole_chunked_answer_is_read(waiting: Waiting) -> None:
    with _server(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n4\r\n: 1}\r\n0\r\n\r\n') as url:
        http = CarrierHttp("Carrier", url, Patience(), waiting)
        assert http.call(ASK).document == {"a": 1}
        http.close()


def test_connection_is_kept_from_call_to_call(waiting: Waiting) -> None:
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
        http = CarrierHttp("Carrier", f"http://127.0.0.1:{server.server_port}", Patience(), waiting)
        for _ in range(3):
            http.call(ASK)
        http.close()
        server.shutdown()
    assert len(callers) == 3
    assert len(set(callers)) == 1


def test_refused_connection_is_told_in_the_systems_words(waiting: Waiting) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # nobody listens there, and nobody else can
        http = CarrierHttp("Carrier", f"http://127.0.0.1:{bound.getsockname()[1]}", Patience(attempts=1), waiting)
        with closing(http), pytest.raises(NoAnswer, match=r"^Carrier cannot be reached: Connection refused$"):
            http.call(ASK)


def test_silence_ends_with_the_read_timeout(waiting: Waiting) -> None:
    with _server(b"HTTP/1.1 200 OK\r\n", gap=threading.Event()) as url:
        http = CarrierHttp("Carrier", url, Patience(attempts=1, read_timeout_seconds=0.05), waiting)
        with pytest.raises(NoAnswer, match="did not answer in time"):
            http.call(ASK)
        http.close()


def test_dribbling_body_ends_with_its_limit() -> None:
    ticks = iter(range(0, 1000, 20))
    waiting = Waiting(lambda _: None, lambda: float(next(ticks)), lambda: datetime(2026, 3, 2, tzinfo=UTC))
    with _server(b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"', b'a": 1}', gap=threading.Event()) as url:
        http = CarrierHttp("Carrier", url, Patience(attempts=1, body_seconds=10), waiting)
        with pytest.raises(NoAnswer, match="did not finish its answer in time"):
            http.call(ASK)
        http.close()


def test_token_is_asked_for_once(http: CarrierHttp, web: responses.RequestsMock) -> None:
    token = web.post(f"{BASE}/token", json={"access_token": "t1", "expires_in": "14399"})
    web.get(f"{BASE}/ask", json={})
    bearer = Bearer(http, TOKEN)
    for _ in range(5):
        bearer.call(ASK)
    assert token.call_count == 1
    assert web.calls[-1].request.headers["Authorization"] == "Bearer t1"


@pytest.mark.parametrize("life", ["3600", 3600])
def test_token_is_renewed_when_its_life_is_over(
    life: object, http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    token = web.post(f"{BASE}/token", json={"access_token": "t", "expires_in": life})
    web.get(f"{BASE}/ask", json={})
    bearer = Bearer(http, TOKEN)
    bearer.call(ASK)
    pauses.append(3500)
    bearer.call(ASK)
    assert token.call_count == 1
    pauses.append(100)
    bearer.call(ASK)
    assert token.call_count == 2


@pytest.mark.parametrize("life", [0, "0", -1, None, "soon", "nan"])
def test_token_without_a_usable_life_is_kept_until_a_refusal(
    life: object, http: CarrierHttp, web: responses.RequestsMock, pauses: list[float]
) -> None:
    token = web.post(f"{BASE}/token", json={"access_token": "t", "expires_in": life})
    web.get(f"{BASE}/ask", json={})
    bearer = Bearer(http, TOKEN)
    bearer.call(ASK)
    pauses.append(100_000)
    bearer.call(ASK)
    assert token.call_count == 1


def test_refused_token_is_renewed_once_and_the_call_repeated(http: CarrierHttp, web: responses.RequestsMock) -> None:
    web.post(f"{BASE}/token", json={"access_token": "t1"})
    web.post(f"{BASE}/token", json={"access_token": "t2"})
    web.get(f"{BASE}/ask", status=401, json={})
    web.get(f"{BASE}/ask", json={"a": 1})
    assert Bearer(http, TOKEN).call(ASK).document == {"a": 1}
    assert web.calls[-1].request.headers["Authorization"] == "Bearer t2"


def test_fresh_token_that_is_refused_is_not_renewed_for_every_call(
    http: CarrierHttp, web: responses.RequestsMock
) -> None:
    token = web.post(f"{BASE}/token", json={"access_token": "t"})
    body = {"response": {"errors": [{"code": "250002", "message": "Invalid Authentication Information"}]}}
    web.get(f"{BASE}/ask", status=401, json=body)
    bearer = Bearer(http, TOKEN)
    for _ in range(4):
        words = r"Carrier refused the credentials \(401 250002 Invalid Authentication Information\)"
        with pytest.raises(NoAnswer, match=words):
            bearer.call(ASK)
    assert token.call_count == 2


def test_token_refused_in_vain_once_is_renewed_again_after_it_worked(
    http: CarrierHttp, web: responses.RequestsMock
) -> None:
    web.post(f"{BASE}/token", json={"access_token": "t"})
    for status in (401, 401, 200, 401, 200):
        web.get(f"{BASE}/ask", status=status, json={})
    bearer = Bearer(http, TOKEN)
    with pytest.raises(NoAnswer):
        bearer.call(ASK)
    assert bearer.call(ASK).is_ok
    assert bearer.call(ASK).is_ok


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            401,
            '{"error": "invalid_client", "error_description": "no such client"}',
            "401 invalid_client no such client",
        ),
        (401, "<html>Unauthorized</html>", "401 <html>Unauthorized</html>"),
        (200, '{"token": "t"}', "gave no token: access_token is missing"),
        (200, '{"access_token": ["t"]}', "gave no token: access_token is a list"),
        (200, "[]", "gave no token: the answer is a list"),
    ],
)
def test_refusal_by_the_token_endpoint_is_final(
    status: int, body: str, words: str, http: CarrierHttp, web: responses.RequestsMock
) -> None:
    token = web.post(f"{BASE}/token", status=status, body=body)
    bearer = Bearer(http, TOKEN)
    for _ in range(3):
        with pytest.raises(NoAnswer) as told:
            bearer.call(ASK)
        assert words in told.value.why
        assert told.value.final
    assert token.call_count == 1


def test_carrier_is_given_up_after_questions_in_a_row_without_answer(http: CarrierHttp) -> None:
    asked = []

    def ask(numbers: tuple[str, ...]) -> list[Answer]:
        asked.append(numbers[0])
        raise NoAnswer("Carrier answered 503")

    answers = list(ask_in_turn(http, "ups", [(str(number),) for number in range(8)], ask))  # type: ignore[arg-type]
    assert asked == ["0", "1", "2", "3", "4"]
    assert [answer.outcome for answer in answers] == ["unanswered"] * 8
    assert answers[4].why == "Carrier answered 503"
    assert answers[5].why == "Carrier answered 503; not asked any more"


def test_answer_between_failures_keeps_a_carrier_asked(http: CarrierHttp) -> None:
    asked = []

    def ask(numbers: tuple[str, ...]) -> list[Answer]:
        asked.append(numbers[0])
        if len(asked) % 3:
            raise NoAnswer("Carrier answered 503")
        return [Answer("ups", numbers[0], "unknown")]

    list(ask_in_turn(http, "ups", [(str(number),) for number in range(12)], ask))  # type: ignore[arg-type]
    assert len(asked) == 12
