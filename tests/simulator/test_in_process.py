"""The in-process door: requests in, answers out, and deliveries performed without waiting."""

import inspect
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from threading import Thread

import pytest
import requests
import responses
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.util import Timeout

from simulator import (
    Chunk,
    Clock,
    Credentials,
    Delivery,
    EndlessWaitError,
    MisuseError,
    Request,
    Response,
    Sessions,
    Simulation,
    intercept,
)

UPS = "https://onlinetools.ups.com"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODY = b'{"a": 1, "b": 2}'


class Canned(Simulation):
    """A simulation that gives every request the same answer, and keeps the requests."""

    def __init__(self, delivery: Delivery, *headers: tuple[str, str], status: int = 200) -> None:
        super().__init__(clock=Clock(NOON))
        length = len(BODY) if delivery.declared_length is None else delivery.declared_length
        self.answer = Response(status, (*headers, ("content-length", str(length))), BODY, delivery)
        self.asked: list[Request] = []

    def handle(self, request: Request, stamp: float | None = None) -> Response:
        self.asked.append(request)
        assert stamp is None
        return self.answer

    @property
    def waited(self) -> float:
        return (self.clock.now - NOON) / timedelta(seconds=1)


@pytest.fixture
def prompt() -> Iterator[Canned]:
    fake = Canned(Delivery())
    with intercept(fake):
        yield fake


# -- requests in


def test_the_request_is_what_the_real_host_would_see(prompt: Canned) -> None:
    requests.get(f"{UPS}/api/track/v1/details/1Z%2F7", headers={"transId": "A1"}, timeout=5)
    asked = prompt.asked[0]
    assert (asked.method, asked.host, asked.path) == ("GET", "onlinetools.ups.com", "/api/track/v1/details/1Z%2F7")
    assert (asked.headers["transid"], asked.headers["host"]) == ("A1", "onlinetools.ups.com")


def test_the_query_is_decoded_into_pairs_in_order_and_keeps_blanks(prompt: Canned) -> None:
    requests.get(f"{UPS}/x?b=1&a=&b=%C3%A9+x&c", timeout=5)
    assert prompt.asked[0].query == (("b", "1"), ("a", ""), ("b", "é x"), ("c", ""))


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (None, b""),
        (b"\x00\xff", b"\x00\xff"),
        ("é", "é".encode()),
        ({"a": "b c"}, b"a=b+c"),
        ((part for part in (b"one", b"two")), b"onetwo"),
    ],
    ids=["none", "bytes", "text", "form", "iterator"],
)
def test_the_body_is_the_bytes_that_go_out(prompt: Canned, body: object, sent: bytes) -> None:
    requests.post(f"{UPS}/x", data=body, timeout=5)  # type: ignore[arg-type]  # a table of everything it takes
    assert prompt.asked[0].body == sent


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_every_method_reaches_the_carrier(prompt: Canned, method: str) -> None:
    assert requests.request(method, f"{UPS}/x", timeout=5).content == BODY


def test_an_answer_to_head_has_no_body(prompt: Canned) -> None:
    answer = requests.head(f"{UPS}/x", timeout=5)
    assert (answer.content, answer.headers["content-length"]) == (b"", "16")


@pytest.mark.parametrize(
    "url",
    ["https://onlinetools.ups.com:443/x", "http://ONLINETOOLS.ups.com/x", "https://u:p@onlinetools.ups.com/x"],
)
def test_a_host_is_known_with_port_in_any_case_and_with_a_user(prompt: Canned, url: str) -> None:
    requests.get(url, timeout=5)
    assert (prompt.asked[0].host, prompt.asked[0].path) == ("onlinetools.ups.com", "/x")


@pytest.mark.parametrize(
    "url", ["https://example.com/", "https://onlinetools.ups.com.example/x", "https://example.com/onlinetools.ups.com"]
)
def test_a_call_to_any_other_host_is_refused_aloud(prompt: Canned, url: str) -> None:
    with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
        requests.get(url, timeout=5)
    assert prompt.asked == []


# -- answers out


def test_headers_arrive_as_they_were_and_none_is_added() -> None:
    with intercept(Canned(Delivery(), ("x-one", "1"), ("content-type", "text/html"))):
        answer = requests.get(f"{UPS}/x", timeout=5)
    assert list(answer.headers.items()) == [("x-one", "1"), ("content-type", "text/html"), ("content-length", "16")]


def test_status_and_its_phrase_arrive() -> None:
    with intercept(Canned(Delivery(), status=429)):
        answer = requests.get(f"{UPS}/x", timeout=5)
    assert (answer.status_code, answer.reason, answer.content) == (429, "Too Many Requests", BODY)


def test_no_calls_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    mocks: list[responses.RequestsMock] = []

    class Seen(responses.RequestsMock):
        def start(self) -> None:
            mocks.append(self)
            super().start()

    monkeypatch.setattr(responses, "RequestsMock", Seen)
    with intercept(Canned(Delivery())):
        for _ in range(5):
            requests.get(f"{UPS}/x", timeout=5)
        assert [len(mock.calls) for mock in mocks] == [1]


# -- deliveries, each as it is over a socket (tests/system/test_doors_parity.py holds both to the same table)


def test_a_delay_within_the_time_out_turns_the_clock() -> None:
    fake = Canned(Delivery(delay_seconds=4))
    with intercept(fake):
        assert requests.get(f"{UPS}/x", timeout=5).content == BODY
    assert fake.waited == 4


def test_a_delay_beyond_the_time_out_is_a_read_timeout_after_the_time_out() -> None:
    fake = Canned(Delivery(delay_seconds=60))
    with intercept(fake), pytest.raises(requests.ReadTimeout, match=r"onlinetools.*read timeout=5"):
        requests.get(f"{UPS}/x", timeout=5)
    assert fake.waited == 5


@pytest.mark.parametrize("timeout", [(1, 5), Timeout(connect=1, read=5)], ids=["pair", "urllib3"])
def test_the_read_time_out_is_found_in_every_form_that_requests_takes(timeout: tuple[float, float]) -> None:
    fake = Canned(Delivery(delay_seconds=60))
    with intercept(fake), pytest.raises(requests.ReadTimeout):
        requests.get(f"{UPS}/x", timeout=timeout)
    assert fake.waited == 5


def test_without_a_time_out_any_delay_is_borne() -> None:
    fake = Canned(Delivery(delay_seconds=3600))
    with intercept(fake):
        assert requests.get(f"{UPS}/x").content == BODY  # noqa: S113 (the case in question)
    assert fake.waited == 3600


def test_a_dribble_whose_pauses_are_each_borne_arrives() -> None:
    fake = Canned(Delivery(chunks=(Chunk(4, 6), Chunk(4, 6), Chunk(4, 4))))
    with intercept(fake):
        assert requests.get(f"{UPS}/x", timeout=5).content == BODY
    assert fake.waited == 12


def test_empty_chunks_do_not_renew_the_clients_patience() -> None:
    fake = Canned(Delivery(chunks=(Chunk(4, 6), Chunk(4, 0), Chunk(4, 10))))
    with intercept(fake), pytest.raises(requests.ConnectionError, match="Read timed out"):
        requests.get(f"{UPS}/x", timeout=5)
    assert fake.waited == 9


def test_a_body_is_read_when_the_caller_reads_it() -> None:
    fake = Canned(Delivery(chunks=(Chunk(2, 6), Chunk(2, 10))))
    with intercept(fake):
        answer = requests.get(f"{UPS}/x", timeout=5, stream=True)
        before = fake.waited
        assert answer.content == BODY
    assert (before, fake.waited) == (0, 4)


def test_a_cut_off_body_is_a_chunked_encoding_error() -> None:
    with (
        intercept(Canned(Delivery(chunks=(Chunk(0, 6),), ending="close"))),
        pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"),
    ):
        requests.get(f"{UPS}/x", timeout=5)


def test_a_reset_is_a_connection_error() -> None:
    with (
        intercept(Canned(Delivery(ending="reset"))),
        pytest.raises(requests.ConnectionError, match="reset by peer"),
    ):
        requests.get(f"{UPS}/x", timeout=5)


def test_silence_is_a_read_timeout() -> None:
    fake = Canned(Delivery(ending="silence"))
    with intercept(fake), pytest.raises(requests.ReadTimeout):
        requests.get(f"{UPS}/x", timeout=5)
    assert fake.waited == 5


def test_silence_without_a_time_out_is_no_error_that_clients_catch() -> None:
    with (
        intercept(Canned(Delivery(ending="silence"))),
        pytest.raises(EndlessWaitError, match="give the call a timeout"),
    ):
        requests.get(f"{UPS}/x")  # noqa: S113 (the case in question)
    assert not issubclass(EndlessWaitError, requests.RequestException | ValueError | OSError)


def test_pauses_turn_what_the_caller_names() -> None:
    fake, turned = Canned(Delivery(delay_seconds=4)), list[float]()
    with intercept(fake, advance=turned.append):
        requests.get(f"{UPS}/x", timeout=5)
    assert (sum(turned), fake.waited) == (4, 0)


class SlowSessions(Sessions):
    """Sessions whose answers take three seconds."""

    def handle(self, request: Request, stamp: float | None = None) -> Response:
        return Response(200, (("content-length", "0"),), b"", Delivery(delay_seconds=3))


def test_of_many_sessions_the_clock_of_the_one_that_answers_is_turned() -> None:
    sessions = SlowSessions()
    for name in ("alice", "bob"):
        sessions.add(name, Simulation(credentials=Credentials.of(name), clock=Clock(NOON)))
    with intercept(sessions):
        requests.post(f"{UPS}/security/v1/oauth/token", auth=("bob", "bob"), timeout=5)
        requests.post(f"{UPS}/security/v1/oauth/token", auth=("nobody", "bob"), timeout=5)
    assert sessions.get("alice").clock.now == NOON
    assert sessions.get("bob").clock.now == NOON + timedelta(seconds=3)


# -- the patch


def test_the_patch_ends_with_the_block() -> None:
    before = HTTPAdapter.send
    with intercept(Canned(Delivery())):
        assert HTTPAdapter.send is not before
    assert HTTPAdapter.send is before


def test_the_patch_ends_when_the_block_raises() -> None:
    before = HTTPAdapter.send
    with pytest.raises(KeyError), intercept(Canned(Delivery())):
        raise KeyError
    assert HTTPAdapter.send is before


def test_of_nested_interceptions_the_inner_one_answers() -> None:
    outer, inner = Canned(Delivery()), Canned(Delivery())
    with intercept(outer):
        with intercept(inner):
            requests.get(f"{UPS}/x", timeout=5)
        requests.get(f"{UPS}/y", timeout=5)
    assert [request.path for request in (*inner.asked, *outer.asked)] == ["/x", "/y"]


def test_interceptions_that_cross_are_refused() -> None:
    before = HTTPAdapter.send
    first, second = intercept(Canned(Delivery())), intercept(Canned(Delivery()))
    first.__enter__()
    second.__enter__()
    try:
        with pytest.raises(MisuseError, match="end them in the opposite order"):
            first.__exit__(None, None, None)
    finally:
        with pytest.raises(MisuseError):
            second.__exit__(None, None, None)
        HTTPAdapter.send = before  # type: ignore[method-assign]  # undo the damage that the test is about


def test_threads_may_share_one_interception(prompt: Canned) -> None:
    def ask(name: int) -> None:
        for _ in range(20):
            requests.get(f"{UPS}/{name}", timeout=5)

    threads = [Thread(target=ask, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(prompt.asked) == 160


# -- what `responses` doesn't document


VERSION = f"responses {version('responses')}"


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("matches", ["self", "request"]),
        ("get_response", ["self", "request"]),
        ("_url_matches", ["self", "url", "other"]),
    ],
)
def test_a_registered_response_still_has_the_method(name: str, parameters: list[str]) -> None:
    method = getattr(responses.BaseResponse, name, None)
    assert method is not None, f"{VERSION}: BaseResponse.{name} is gone, which in_process.py uses"
    assert list(inspect.signature(method).parameters) == parameters, (
        f"{VERSION}: BaseResponse.{name} takes other parameters than in in_process.py"
    )


@pytest.mark.parametrize("name", ["url", "calls"])
def test_a_registered_response_still_has_the_attribute(name: str) -> None:
    registered = responses.BaseResponse("ANY", re.compile("x"))
    assert hasattr(registered, name), f"{VERSION}: BaseResponse.{name} is gone, which in_process.py uses"


def test_calls_are_still_forgotten_by_their_reset() -> None:
    for calls in (responses.BaseResponse("ANY", "http://a").calls, responses.RequestsMock().calls):
        assert callable(getattr(calls, "reset", None)), f"{VERSION}: CallList.reset is gone, which in_process.py uses"


def test_an_instance_is_still_registered_as_it_is() -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        registered = responses.BaseResponse("ANY", re.compile("x"))
        assert mock.add(registered) is registered, f"{VERSION}: RequestsMock.add copies what in_process.py registers"


def test_a_prepared_request_still_brings_the_time_out_of_its_call() -> None:
    passed: list[object] = []

    class Recording(responses.BaseResponse):
        def get_response(self, request: requests.PreparedRequest) -> HTTPResponse:
            passed.append(getattr(request, "req_kwargs", {}).get("timeout"))
            return HTTPResponse(io.BytesIO(), status=200, preload_content=False)

    with responses.RequestsMock() as mock:
        mock.add(Recording("GET", re.compile("http://a")))
        requests.get("http://a", timeout=12.5)
    assert passed == [12.5], f"{VERSION}: PreparedRequest.req_kwargs has no time-out, which in_process.py reads"
