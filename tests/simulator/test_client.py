"""The client of the admin side, against a server of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import requests

from simulator import MisuseError
from simulator.client import Server, Session
from simulator.http_server import running
from simulator.serve.demo_session import demo_sessions


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(demo_sessions()) as url:
        yield Server(url)


@pytest.fixture
def session(server: Server) -> Iterator[Session]:
    with server.create() as own:
        yield own


def dhl(session: Session, number: str) -> int:
    own = session.carriers["dhl"]
    page = f"{own['base_url']}/track/shipments?trackingNumber={number}"
    return requests.get(page, headers={"DHL-API-Key": own["api_key"]}, timeout=60).status_code


def test_a_session_is_deleted_at_the_end_of_its_block(server: Server) -> None:
    with server.create(id="short"):
        assert "short" in [each["id"] for each in server.sessions()]
    with pytest.raises(MisuseError, match="session 'short' is unknown"):
        server.session("short")


def test_a_session_that_is_there_is_found(server: Server) -> None:
    assert server.session("demo").carriers["ups"]["client_id"] == "demo"


def test_the_clock_is_read_turned_and_set(session: Session) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    assert session.now == start
    assert session.advance(days=1, hours=2, seconds=3) == start + timedelta(days=1, hours=2, seconds=3)
    assert session.set(start) == session.now == start


def test_a_parcel_is_added_with_instants_as_python_has_them(session: Session) -> None:
    at = session.now + timedelta(days=1)
    number = session.add("dhl", scans=[{"at": at, "kind": "accepted"}])
    assert dhl(session, number) == 404
    session.set(at)
    assert dhl(session, number) == 200
    assert [each["tracking_number"] for each in session.parcels] == [number]


def test_faults_are_injected_and_cleared(session: Session) -> None:
    number = session.add("dhl")
    session.inject("rate_limited", carrier="dhl", numbers=(number,))
    assert dhl(session, number) == 429
    session.clear_faults()
    assert dhl(session, number) == 200
    assert [(call["number"], call["status"]) for call in session.journal()] == [(1, 429), (2, 200)]
    assert [call["number"] for call in session.journal(after=1)] == [2]


def test_the_journal_is_read_to_its_end(session: Session) -> None:
    own = session.carriers["dhl"]
    with requests.Session() as http:
        http.headers["DHL-API-Key"] = own["api_key"]
        for _ in range(1_001):
            http.get(f"{own['base_url']}/track/shipments?trackingNumber=1", timeout=60)
    assert [call["number"] for call in session.journal()] == list(range(1, 1_002))


def test_a_reset_brings_the_beginning_back(session: Session) -> None:
    start = session.now
    session.add("dhl")
    session.advance(days=1)
    session.reset()
    assert (session.now, session.parcels, session.journal()) == (start, [], [])


def test_errors_are_the_servers_words(session: Session) -> None:
    with pytest.raises(MisuseError, match=r"parcels\[0\]: carrier 'upss' is unknown; did you mean 'ups'\?"):
        session.add("upss")


def test_a_server_that_is_away_is_said_so() -> None:
    with running(demo_sessions()) as url:
        pass
    with pytest.raises(MisuseError, match=r"no answer .*; is `vtr serve` running"):
        Server(url).sessions()


def test_a_server_with_a_token_is_asked_with_it() -> None:
    with running(demo_sessions(), admin_token="abc") as url:
        assert [each["id"] for each in Server(url, "abc").sessions()] == ["demo"]
        with pytest.raises(MisuseError, match="this page needs"):
            Server(url).sessions()


def test_the_missing_token_is_explained(server: Server) -> None:
    with (
        running(demo_sessions(), admin_token="abc") as url,
        pytest.raises(MisuseError, match="give it as --admin-token, VTR_ADMIN_TOKEN or admin_token"),
    ):
        Server(url).conduct("demo")


def test_the_conduct_of_a_session_is_read(server: Server, session: Session) -> None:
    own = session.carriers["dhl"]
    requests.get(f"{own['base_url']}/trak", headers={"DHL-API-Key": own["api_key"]}, timeout=60)
    report = session.conduct()
    assert [finding["finding"] for finding in report["findings"]] == ["unknown_path"]
    assert server.conduct(session.id) == report
    with pytest.raises(MisuseError, match="session 'none' is unknown"):
        server.conduct("none")


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://127.0.0.1", "http://", ""])
def test_a_text_that_is_no_url_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(MisuseError, match=r"expected a URL such as http://127\.0\.0\.1:8080"):
        Server(url).sessions()


@pytest.mark.parametrize(("body", "message"), [(b"<html>", "its answer is not JSON"), (b"[]", "no session's conduct")])
def test_another_server_is_recognised(body: bytes, message: str) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Other) as other:
        thread = Thread(target=other.serve_forever)
        thread.start()
        try:
            with pytest.raises(MisuseError, match=message):
                Server(f"http://127.0.0.1:{other.server_port}").conduct("demo")
        finally:
            other.shutdown()
            thread.join()
