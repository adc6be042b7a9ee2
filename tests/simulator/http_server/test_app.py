"""The HTTP door, at the socket: addressing, exact bytes, deliveries and limits."""

import io
import os
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from simulator import Chunk, Delivery, Request, Response, Sessions
from simulator.http_server import Limits, running
from simulator.http_server.certificates import Certificates

BODY = b'{"a": 1, "b": 2}'
LONG = 30.0  # far more than any of these tests takes

pytestmark = pytest.mark.usefixtures("trusted")


class Canned(Sessions):
    """Sessions that give every request the same answer, and keep the requests."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Request] = []
        self.stamps: list[float | None] = []
        self.answers(Delivery())

    def answers(self, delivery: Delivery, *headers: tuple[str, str], status: int = 200, body: bytes = BODY) -> None:
        length = len(body) if delivery.declared_length is None else delivery.declared_length
        self.answer = Response(status, (*headers, ("content-length", str(length))), body, delivery)

    def handle(self, request: Request, stamp: float | None = None) -> Response:
        self.asked.append(request)
        self.stamps.append(stamp)
        return self.answer


@pytest.fixture(scope="module")
def server(certificates: Certificates | None) -> Iterator[tuple[Canned, str]]:
    canned = Canned()
    limits = Limits(body_bytes=1000, head_bytes=4000, request_seconds=LONG)
    with running(canned, limits=limits, certificates=certificates) as url:
        yield canned, url


@pytest.fixture(autouse=True)
def canned(server: tuple[Canned, str]) -> Canned:
    server[0].answers(Delivery())
    server[0].asked.clear()
    server[0].stamps.clear()
    return server[0]


@pytest.fixture
def url(server: tuple[Canned, str]) -> str:
    return server[1]


class TlsClient(io.RawIOBase):
    """A client's end of TLS over a plain socket. Unlike sockets of `ssl`, it distinguishes a reset from an end."""

    def __init__(self, plain: socket.socket) -> None:
        self._plain = plain
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"])
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname="localhost")
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._more()
        self._flush()

    def _flush(self) -> None:
        self._plain.sendall(self._outgoing.read())

    def _more(self) -> None:
        self._flush()
        received = self._plain.recv(65536)
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()

    def settimeout(self, seconds: float) -> None:
        self._plain.settimeout(seconds)

    def sendall(self, content: bytes) -> None:
        self._tls.write(content)
        self._flush()

    def recv(self, size: int) -> bytes:
        while True:
            try:
                return self._tls.read(size)
            except ssl.SSLWantReadError:
                self._more()
            except ssl.SSLZeroReturnError:  # the server has closed the connection
                return b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]  # as BufferedReader calls it
        content = self.recv(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)


Client = socket.socket | TlsClient


@contextmanager
def connected(url: str, *sent: bytes) -> Iterator[Client]:
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=LONG) as plain:
        client = TlsClient(plain) if url.startswith("https:") else plain
        for part in sent:
            client.sendall(part)
        yield client


def received(client: Client, until: bytes = b"") -> bytes:
    """What comes, up to the end of the connection or to some bytes."""
    got = b""
    while not (until and got.endswith(until)):
        more = client.recv(65536)
        if not more:
            break
        got += more
    return got


def exchanged(url: str, *sent: bytes) -> bytes:
    with connected(url, *sent) as client:
        return received(client)


def get(target: str, host: str = "localhost", *headers: str) -> bytes:
    return "".join(f"{line}\r\n" for line in (f"GET {target} HTTP/1.1", f"Host: {host}", *headers, "")).encode()


ONCE = "Connection: close"


# -- addressing


@pytest.mark.parametrize(
    ("prefix", "host"),
    [
        ("ups", "onlinetools.ups.com"),
        ("usps", "apis.usps.com"),
        ("fedex", "apis.fedex.com"),
        ("dhl", "api-eu.dhl.com"),
        ("chinapost", "api.ems.com.cn"),
    ],
)
def test_a_carrier_answers_under_its_prefix_with_the_real_path_after_it(
    canned: Canned, url: str, prefix: str, host: str
) -> None:
    requests.get(f"{url}/{prefix}/some/path?q=1", timeout=LONG)
    assert (canned.asked[0].host, canned.asked[0].path, canned.asked[0].query) == (host, "/some/path", (("q", "1"),))


@pytest.mark.parametrize("host", ["apis.usps.com", "APIS.usps.com:8080"])
def test_a_carrier_answers_at_the_root_by_host_header(canned: Canned, url: str, host: str) -> None:
    requests.get(f"{url}/tracking/v3", headers={"host": host}, timeout=LONG)
    assert (canned.asked[0].host, canned.asked[0].path) == ("apis.usps.com", "/tracking/v3")


def test_a_second_host_of_a_carrier_is_passed_on_as_it_is(canned: Canned, url: str) -> None:
    requests.get(f"{url}/mydhlapi/tracking", headers={"host": "express.api.dhl.com"}, timeout=LONG)
    assert canned.asked[0].host == "express.api.dhl.com"


def test_at_a_real_host_a_prefix_is_part_of_the_path(canned: Canned, url: str) -> None:
    requests.get(f"{url}/ups/x", headers={"host": "apis.usps.com"}, timeout=LONG)
    assert (canned.asked[0].host, canned.asked[0].path) == ("apis.usps.com", "/ups/x")


def test_the_host_of_an_absolute_target_counts(canned: Canned, url: str) -> None:
    exchanged(url, get("http://211.156.195.29/querypush/x?a=1", "localhost", ONCE))
    assert (canned.asked[0].host, canned.asked[0].path) == ("211.156.195.29", "/querypush/x")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//",
        "//api",
        "/../fedex/x",
        "/a/../b",
        "/%2e%2e/x",
        "/a%2Fb",
        "/a%2fb/%C3%A9",
        "/a+b",
        "/a;b",
        "/./x",
        "/x/",
    ],
)
def test_the_path_under_a_prefix_is_passed_on_undecoded(canned: Canned, url: str, path: str) -> None:
    exchanged(url, get(f"/ups{path}", "localhost", ONCE))
    assert [(request.host, request.path) for request in canned.asked] == [("onlinetools.ups.com", path)]


def test_a_prefix_alone_is_the_root_path(canned: Canned, url: str) -> None:
    requests.get(f"{url}/ups", timeout=LONG)
    assert canned.asked[0].path == "/"


@pytest.mark.parametrize(
    "target", ["/", "//ups/x", "/UPS/x", "/upsx/y", "/ups%2Fx", "/%75ps/x", "/./ups/x", "/nowhere"]
)
def test_other_paths_are_no_carriers(canned: Canned, url: str, target: str) -> None:
    answer = exchanged(url, get(target, "localhost", ONCE))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert canned.asked == []


def test_a_path_of_nobody_is_told_where_the_carriers_are(url: str) -> None:
    answer = requests.get(f"{url}/api/track", timeout=LONG)
    assert answer.json()["error"].startswith(
        "nothing answers GET /api/track; carriers are under /ups, /usps, /fedex, /dhl, /chinapost"
    )


@pytest.mark.parametrize("host", ["[", "[::1", "a]b", "", "exam ple"])
def test_an_odd_host_header_breaks_nothing(canned: Canned, url: str, host: str) -> None:
    answer = exchanged(url, get("/ups/x", host, ONCE))
    assert answer.startswith(b"HTTP/1.1 200 ")


# -- requests in


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "DELETE", "PUT", "PATCH"])
def test_every_method_reaches_the_carrier(canned: Canned, url: str, method: str) -> None:
    requests.request(method, f"{url}/ups/x", timeout=LONG)
    assert canned.asked[0].method == method


def test_headers_come_in_lower_case_and_repeated_ones_joined(canned: Canned, url: str) -> None:
    exchanged(url, get("/ups/x", "localhost", "TransId: A1", "X-Two: a", "x-two: b", ONCE))
    headers = canned.asked[0].headers
    assert (headers["transid"], headers["x-two"]) == ("A1", "a, b")


def test_a_body_comes_byte_for_byte(canned: Canned, url: str) -> None:
    requests.post(f"{url}/ups/x", data=b"\x00\xff\r\n", timeout=LONG)
    assert canned.asked[0].body == b"\x00\xff\r\n"


def test_a_chunked_body_comes_whole(canned: Canned, url: str) -> None:
    requests.post(f"{url}/ups/x", data=iter((b"one", b"two")), timeout=LONG)
    assert canned.asked[0].body == b"onetwo"


def test_blank_query_values_are_kept(canned: Canned, url: str) -> None:
    requests.get(f"{url}/ups/x?a=&b", timeout=LONG)
    assert canned.asked[0].query == (("a", ""), ("b", ""))


def test_a_call_is_stamped_with_monotonic_time(canned: Canned, url: str) -> None:
    before = time.monotonic()
    requests.get(f"{url}/ups/x", timeout=LONG)
    [stamp] = canned.stamps
    assert stamp is not None
    assert before <= stamp <= time.monotonic()


def test_an_offer_of_another_protocol_costs_no_body(canned: Canned, url: str) -> None:
    # As Java's HTTP client sends its first request.
    offer = (
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEA\r\nContent-Length: 5\r\n\r\nhello"
    )
    request = b"POST /ups/x HTTP/1.1\r\nHost: localhost\r\n" + offer
    with connected(url, request) as client:
        received(client, BODY)
        client.sendall(request)
        received(client, BODY)
    assert [asked.body for asked in canned.asked] == [b"hello", b"hello"]


def test_a_request_in_single_bytes_is_a_request(canned: Canned, url: str) -> None:
    request = b"POST /ups/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
    exchanged(url, *(request[at : at + 1] for at in range(len(request))))
    assert canned.asked[0].body == b"hi"


# -- answers out


def test_the_answer_has_these_bytes_and_no_others(canned: Canned, url: str) -> None:
    canned.answers(Delivery(), ("content-type", "application/json;charset=UTF-8"), ("x-odd", "1"), status=404)
    with connected(url, get("/ups/x")) as client:
        answer = received(client, BODY)
    assert answer == (
        b"HTTP/1.1 404 Not Found\r\ncontent-type: application/json;charset=UTF-8\r\nx-odd: 1\r\n"
        b"content-length: 16\r\n\r\n" + BODY
    )


def test_a_connection_is_kept_for_further_requests(canned: Canned, url: str) -> None:
    with connected(url) as client:
        for _ in range(3):
            client.sendall(get("/ups/x"))
            received(client, BODY)
    assert len(canned.asked) == 3


def test_pipelined_requests_are_answered_in_order(canned: Canned, url: str) -> None:
    answers = exchanged(url, get("/ups/a") + get("/ups/b") + get("/ups/c", "localhost", ONCE))
    assert answers.count(b"HTTP/1.1 200") == 3
    assert [asked.path for asked in canned.asked] == ["/a", "/b", "/c"]


def test_an_answer_to_head_is_its_head(canned: Canned, url: str) -> None:
    answer = exchanged(url, b"HEAD /ups/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.endswith(b"content-length: 16\r\nconnection: close\r\n\r\n")


# -- deliveries


def test_a_delay_comes_before_the_first_byte(canned: Canned, url: str) -> None:
    canned.answers(Delivery(delay_seconds=0.1))
    began = time.monotonic()
    with connected(url, get("/ups/x")) as client:
        client.recv(1)
        assert time.monotonic() - began >= 0.09  # timers of the event loop count whole milliseconds


def test_chunks_come_one_by_one_after_their_pauses(canned: Canned, url: str) -> None:
    canned.answers(Delivery(chunks=(Chunk(0.05, 4), Chunk(0.05, 12))))
    began = time.monotonic()
    with connected(url, get("/ups/x")) as client:
        first = received(client, BODY[:4])
        assert first.endswith(b"\r\n\r\n" + BODY[:4])
        assert received(client, BODY[4:]) == BODY[4:]
    assert time.monotonic() - began >= 0.09


def test_a_connection_is_kept_after_a_dribbled_answer(canned: Canned, url: str) -> None:
    canned.answers(Delivery(chunks=(Chunk(0.0, 4), Chunk(0.01, 12))))
    with connected(url) as client:
        for _ in range(2):
            client.sendall(get("/ups/x"))
            received(client, BODY)
    assert len(canned.asked) == 2


def test_a_cut_off_answer_ends_within_its_body(canned: Canned, url: str) -> None:
    canned.answers(Delivery(chunks=(Chunk(0, 5),), ending="close"))
    assert exchanged(url, get("/ups/x")) == (
        b"HTTP/1.1 200 OK\r\ncontent-length: 16\r\nconnection: close\r\n\r\n" + BODY[:5]
    )


def test_an_answer_may_declare_more_than_it_brings(canned: Canned, url: str) -> None:
    canned.answers(Delivery(declared_length=100, ending="close"))
    assert exchanged(url, get("/ups/x")) == (
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\nconnection: close\r\n\r\n" + BODY
    )


def test_an_answer_may_declare_less_than_it_brings(canned: Canned, url: str) -> None:
    canned.answers(Delivery(declared_length=3))
    assert exchanged(url, get("/ups/x")).endswith(b"content-length: 3\r\nconnection: close\r\n\r\n" + BODY)


def test_a_closing_answer_is_whole(canned: Canned, url: str) -> None:
    canned.answers(Delivery(ending="close"))
    assert exchanged(url, get("/ups/x")).endswith(b"connection: close\r\n\r\n" + BODY)


def test_a_reset_comes_in_place_of_the_answer(canned: Canned, url: str) -> None:
    canned.answers(Delivery(ending="reset"))
    with connected(url, get("/ups/x")) as client, pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_reset_after_a_part_of_the_body_lets_that_part_through(canned: Canned, url: str) -> None:
    canned.answers(Delivery(chunks=(Chunk(0, 5), Chunk(0.05, 0)), ending="reset"))
    with connected(url, get("/ups/x")) as client:
        assert received(client, BODY[:5]).endswith(b"\r\n\r\n" + BODY[:5])
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_a_large_body_is_through_before_a_reset(canned: Canned, url: str) -> None:
    large = b"x" * 3_000_000
    canned.answers(Delivery(chunks=(Chunk(0, len(large)), Chunk(0.2, 0)), ending="reset"), body=large)
    with connected(url, get("/ups/x")) as client, client.makefile("rb") as reader:
        while reader.readline() != b"\r\n":
            pass
        assert reader.read(len(large)) == large
        with pytest.raises(ConnectionResetError):
            reader.read(1)


def test_silence_says_nothing_and_keeps_the_connection_open(canned: Canned, url: str) -> None:
    canned.answers(Delivery(ending="silence"))
    with connected(url, get("/ups/x")) as client:
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_silence_after_a_part_of_the_body_says_no_more(canned: Canned, url: str) -> None:
    canned.answers(Delivery(chunks=(Chunk(0, 5),), ending="silence"))
    with connected(url, get("/ups/x")) as client:
        received(client, BODY[:5])
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_a_body_that_falls_short_on_a_kept_connection_is_followed_by_silence(canned: Canned, url: str) -> None:
    canned.answers(Delivery(declared_length=100))
    with connected(url, get("/ups/x")) as client:
        received(client, BODY)
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_deliveries_leave_other_connections_alone(canned: Canned, url: str) -> None:
    canned.answers(Delivery(ending="silence"))
    with connected(url, get("/ups/x")):
        while not canned.asked:
            time.sleep(0.001)
        canned.answers(Delivery())
        assert requests.get(f"{url}/ups/x", timeout=LONG).content == BODY


@pytest.mark.parametrize(
    "delivery",
    [
        Delivery(ending="silence"),
        Delivery(delay_seconds=LONG),
        Delivery(chunks=(Chunk(LONG, 16),)),
        Delivery(chunks=(Chunk(0, 3), Chunk(LONG, 3)), ending="close"),
    ],
    ids=["silence", "delay", "dribble", "cut-off"],
)
def test_the_server_ends_in_the_midst_of_any_delivery(
    delivery: Delivery, certificates: Certificates | None, capfd: pytest.CaptureFixture[str]
) -> None:
    canned = Canned()
    canned.answers(delivery)
    with running(canned, certificates=certificates) as url, connected(url, get("/ups/x")):
        while not canned.asked:
            time.sleep(0.001)
        began = time.monotonic()
    assert time.monotonic() - began < LONG / 3
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("times", [0, 1, 2])
def test_the_server_ends_quietly_beside_idle_clients(
    times: int, certificates: Certificates | None, capfd: pytest.CaptureFixture[str]
) -> None:
    canned = Canned()
    with running(canned, certificates=certificates) as url, connected(url) as client:
        for _ in range(times):
            client.sendall(get("/ups/x"))
            received(client, BODY)
    assert capfd.readouterr().err == ""  # uvicorn waits a second at most, then says that it has given up


def test_clients_that_go_amid_a_delivery_are_no_errors(
    certificates: Certificates | None, capfd: pytest.CaptureFixture[str]
) -> None:
    canned = Canned()
    with running(canned, certificates=certificates) as url:
        for delivery in (
            Delivery(ending="silence"),
            Delivery(delay_seconds=0.05),
            Delivery(chunks=(Chunk(0.05, 16),)),
            Delivery(chunks=(Chunk(0.05, 3),), ending="reset"),
        ):
            canned.answers(delivery)
            with connected(url, get("/ups/x")):
                pass
        canned.answers(Delivery())
        assert requests.get(f"{url}/ups/x", timeout=LONG).status_code == 200
    assert capfd.readouterr().err == ""


# -- limits


def test_a_body_at_the_limit_is_taken(canned: Canned, url: str) -> None:
    assert requests.post(f"{url}/ups/x", data=b"x" * 1000, timeout=LONG).status_code == 200


def test_a_declared_body_over_the_limit_is_refused(canned: Canned, url: str) -> None:
    answer = requests.post(f"{url}/ups/x", data=b"x" * 1001, timeout=LONG)
    assert (answer.status_code, answer.text) == (413, "the body is larger than 1000 bytes")
    assert canned.asked == []


def test_a_chunked_body_over_the_limit_is_refused(canned: Canned, url: str) -> None:
    answer = requests.post(f"{url}/ups/x", data=(b"x" * 600 for _ in range(2)), timeout=LONG)
    assert answer.status_code == 413
    assert canned.asked == []


def test_a_client_that_sends_megabytes_too_many_still_reads_the_refusal(url: str) -> None:
    assert requests.post(f"{url}/ups/x", data=b"x" * 5_000_000, timeout=LONG).status_code == 413


def test_large_headers_are_refused(canned: Canned, url: str) -> None:
    answer = requests.get(f"{url}/ups/x", headers={"x": "y" * 4000}, timeout=LONG)
    assert answer.status_code == 431
    assert canned.asked == []


def test_headers_without_end_are_refused(url: str) -> None:
    with connected(url, b"GET /ups/x HTTP/1.1\r\nHost: a\r\nX: ", b"y" * 4000) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 431 ")


def test_headers_without_end_behind_a_pipelined_request_are_refused(url: str) -> None:
    with connected(url, get("/ups/x") + b"GET /ups/x HTTP/1.1\r\nX: ") as client:
        received(client, BODY)
        client.sendall(b"y" * 5000)
        assert client.recv(100).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /ups/x HTTP/1.1\r\nHo",
        b"POST /ups/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
    ],
    ids=["nothing", "half a head", "half a body"],
)
def test_a_request_that_does_not_arrive_in_time_is_refused(sent: bytes, certificates: Certificates | None) -> None:
    canned = Canned()
    with (
        running(canned, limits=Limits(request_seconds=0.05), certificates=certificates) as url,
        connected(url, sent) as client,
    ):
        assert received(client).startswith(b"HTTP/1.1 408 ")
    assert canned.asked == []


def test_a_slow_answer_is_no_slow_request(certificates: Certificates | None) -> None:
    canned = Canned()
    canned.answers(Delivery(delay_seconds=0.2))
    with running(canned, limits=Limits(request_seconds=0.05), certificates=certificates) as url:
        assert requests.get(f"{url}/ups/x", timeout=LONG).content == BODY


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http:// HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(url: str, sent: bytes) -> None:
    assert exchanged(url, sent).startswith(b"HTTP/1.1 400 ")
