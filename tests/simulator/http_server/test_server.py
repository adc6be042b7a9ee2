"""Starting and stopping the server, the pages that it has by itself, and many clients at once."""

import inspect
from collections.abc import Iterator
from threading import Thread
from urllib.parse import urlsplit

import pytest
import requests
import uvicorn

from simulator import Credentials, MisuseError, Request, Response, Sessions, Simulation
from simulator.http_server import is_loopback, running, serve
from simulator.http_server.certificates import Certificates
from simulator.serve.demo_session import demo_sessions

BODY = b'{"a": 1, "b": 2}'
LONG = 30.0  # far more than any of these tests takes

pytestmark = pytest.mark.usefixtures("trusted")


class Canned(Sessions):
    """Sessions that answer every request alike."""

    def handle(self, request: Request, stamp: float | None = None) -> Response:
        return Response(200, (("content-length", str(len(BODY))),), BODY)


@pytest.fixture(scope="module")
def demo_url(certificates: Certificates | None) -> Iterator[str]:
    with running(demo_sessions(), certificates=certificates) as url:
        yield url


def test_healthz_says_that_the_server_is_up(demo_url: str) -> None:
    answer = requests.get(f"{demo_url}/healthz", timeout=LONG)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_a_session_is_shown_with_what_a_validator_needs(demo_url: str) -> None:
    shown = requests.get(f"{demo_url}/_admin/sessions/demo", timeout=LONG).json()
    assert (shown["id"], shown["now"]) == ("demo", "2026-03-20T12:00:00Z")
    assert shown["carriers"]["ups"] == {
        "base_url": f"{demo_url}/ups",
        "client_id": "demo",
        "client_secret": "demo",
    }
    assert set(shown["carriers"]) == {"ups", "usps", "fedex", "dhl", "chinapost"}
    assert set(shown["parcels"][0]) == {"carrier", "api", "tracking_number", "journey"}


def test_an_unknown_session_is_not_found(demo_url: str) -> None:
    answer = requests.get(f"{demo_url}/_admin/sessions/carol", timeout=LONG)
    assert answer.status_code == 404
    assert answer.json() == {"error": "session 'carol' is unknown; there are: demo"}


def test_with_an_admin_token_sessions_ask_for_it(certificates: Certificates | None) -> None:
    with running(demo_sessions(), admin_token="abc", certificates=certificates) as url:
        page = f"{url}/_admin/sessions/demo"
        statuses = [
            requests.get(page, headers=headers, timeout=LONG).status_code
            for headers in ({}, {"authorization": "Bearer abd"}, {"authorization": "Bearer abc"})
        ]
        assert statuses == [401, 401, 200]
        assert requests.get(f"{url}/healthz", timeout=LONG).status_code == 200


def test_the_server_listens_at_the_loopback_address(demo_url: str, certificates: Certificates | None) -> None:
    scheme = "http" if certificates is None else "https"
    assert (urlsplit(demo_url).scheme, urlsplit(demo_url).hostname) == (scheme, "127.0.0.1")


def test_two_servers_run_side_by_side(demo_url: str, certificates: Certificates | None) -> None:
    with running(Canned(), certificates=certificates) as other:
        assert other != demo_url
        assert requests.get(f"{other}/ups/x", timeout=LONG).content == BODY


def test_after_its_block_the_server_is_gone() -> None:
    with running(Canned()) as url:
        pass
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/healthz", timeout=LONG)


def test_a_port_in_use_is_refused_with_a_next_step(demo_url: str) -> None:
    port = urlsplit(demo_url).port or 0
    with pytest.raises(MisuseError, match=rf"cannot listen at 127\.0\.0\.1, port {port}: .*in use; give another port"):
        running(Canned(), port=port).__enter__()


@pytest.mark.parametrize("host", ["a..b", "192.0.2.1", "", "a" * 70])
def test_a_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(MisuseError, match=r"an? (admin token|address of this machine)"):
        serve(Canned(), host, 0, announce=lambda _: None)


def test_an_address_that_others_reach_needs_an_admin_token() -> None:
    with pytest.raises(MisuseError, match=r"host '0\.0\.0\.0' can be reached from other machines; give an admin token"):
        serve(Canned(), "0.0.0.0", 0, announce=lambda _: None)  # noqa: S104 (the case in question)


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("localhost", True), ("127.8.8.8", True), ("0.0.0.0", False)],  # noqa: S104
)
def test_loopback_addresses_are_told_from_others(host: str, own: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert is_loopback(host) is own


def test_many_clients_at_once_are_told_apart() -> None:
    sessions = Sessions()
    for serial in range(8):
        sessions.add(f"s{serial}", Simulation(credentials=Credentials.of(f"s{serial}")))

    with running(sessions) as url:

        def ask(name: str) -> None:
            for _ in range(5):
                requests.post(
                    f"{url}/ups/security/v1/oauth/token",
                    data={"grant_type": "client_credentials"},
                    auth=(name, name),
                    timeout=LONG,
                )

        threads = [Thread(target=ask, args=(name,)) for name in sessions.names()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [[entry.status for entry in sessions.get(name).journal] for name in sessions.names()] == [[200] * 5] * 8


# -- what uvicorn doesn't document


@pytest.mark.parametrize(
    ("name", "parameters"), [("startup", ["self", "sockets"]), ("handle_exit", ["self", "sig", "frame"])]
)
def test_uvicorns_server_still_has_the_methods_that_ours_overrides(name: str, parameters: list[str]) -> None:
    method = getattr(uvicorn.Server, name, None)
    assert method is not None, (
        f"uvicorn {uvicorn.__version__}: Server.{name} is gone, which http_server/server.py overrides"
    )
    assert list(inspect.signature(method).parameters) == parameters, (
        f"uvicorn {uvicorn.__version__}: Server.{name} takes other parameters than http_server/server.py"
    )


@pytest.mark.parametrize("name", ["should_exit", "force_exit"])
def test_uvicorns_server_still_has_the_attributes_that_ours_sets(name: str) -> None:
    server = uvicorn.Server(uvicorn.Config(Canned))  # type: ignore[arg-type]  # never run
    assert getattr(server, name, None) is False, (
        f"uvicorn {uvicorn.__version__}: Server.{name} is gone, which http_server/server.py sets"
    )
