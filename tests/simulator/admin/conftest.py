"""A server with low limits, and a client of its admin API that returns the answers as they are."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.core.sessions import SessionLimits, Sessions
from simulator.http_server import running
from simulator.serve.demo_session import demo_sessions
from vtr.play import session_reader

WAIT = 60.0
LIMITS = SessionLimits(sessions=8, parcels=20, events=500, faults=5, admin_body_bytes=100_000, journal=10)


class Api:
    """The admin API of a server. Paths are those after /_admin/sessions."""

    def __init__(self, sessions: Sessions, server_url: str) -> None:
        self.sessions = sessions
        self.server_url = server_url
        self.url = f"{server_url}/_admin/sessions"

    def get(self, path: str = "") -> Any:  # noqa: ANN401 (JSON)
        return requests.get(self.url + path, timeout=WAIT).json()

    def post(self, path: str = "", body: object = None) -> requests.Response:
        return requests.post(self.url + path, json=body, timeout=WAIT)

    def request(self, method: str, path: str, **arguments: Any) -> requests.Response:  # noqa: ANN401 (those of requests)
        return requests.request(method, self.url + path, timeout=WAIT, **arguments)

    def create(self, **body: object) -> dict[str, Any]:
        answer = self.post("", body)
        assert answer.status_code == 201, answer.text
        session: dict[str, Any] = answer.json()
        return session

    @staticmethod
    def error(answer: requests.Response, status: int) -> str:
        assert answer.status_code == status, answer.text
        return str(answer.json()["error"])

    @staticmethod
    def ups(block: dict[str, dict[str, str]], number: str, http: requests.Session | None = None) -> str:
        """What UPS reports about a number: its current status type, or "unknown". block: the `carriers` block."""
        own = block["ups"]
        client = http or requests
        token = client.post(
            own["base_url"] + "/security/v1/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(own["client_id"], own["client_secret"]),
            timeout=WAIT,
        ).json()["access_token"]
        headers = {"authorization": f"Bearer {token}", "transId": "1", "transactionSrc": "test"}
        answer = client.get(f"{own['base_url']}/api/track/v1/details/{number}", headers=headers, timeout=WAIT)
        shipment = answer.json()["trackResponse"]["shipment"][0]
        if "package" not in shipment:
            return "unknown"
        return str(shipment["package"][0]["activity"][0]["status"]["type"])


@pytest.fixture(scope="session")
def _limited_api() -> Iterator[Api]:
    sessions = demo_sessions()
    sessions.limits = LIMITS
    with running(sessions, stories=session_reader.read_session) as url:
        yield Api(sessions, url)


@pytest.fixture
def api(_limited_api: Api) -> Iterator[Api]:
    yield _limited_api
    for name in _limited_api.sessions.names():
        if name != "demo":
            _limited_api.sessions.remove(name)


@pytest.fixture
def api_at() -> type[Api]:
    """Makes an Api of another server: takes its sessions and its URL."""
    return Api
