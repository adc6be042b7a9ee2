"""Who may use the admin API, and paths and methods that it does not have."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from simulator.http_server import running
from simulator.serve.demo_session import demo_sessions

Api = Any  # the one of conftest


WAIT = 60.0


@pytest.mark.parametrize(
    "path",
    ["/..", "/%2e%2e", "/../../etc/passwd", "/%2e%2e%2fhealthz", "/a%00b", "//demo", "/demo/", "/demo/../demo", "/%ff"],
)
def test_odd_paths_are_not_found(api: Api, path: str) -> None:
    parts = urlsplit(api.server_url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=WAIT) as client:
        client.sendall(f"GET /_admin/sessions{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = client.makefile("rb").read()
    assert answer.split(b" ")[1] in {b"404", b"307"}


@pytest.mark.parametrize(
    ("method", "page"), [("PUT", "/demo"), ("PATCH", ""), ("GET", "/demo/clock"), ("POST", "/demo")]
)
def test_another_method_is_not_allowed(api: Api, method: str, page: str) -> None:
    assert f"does not take {method}" in api.error(api.request(method, page), 405)


def test_pages_of_other_sites_may_not_control_the_server(api: Api) -> None:
    answer = api.request("POST", "/demo/reset", headers={"origin": "https://evil.example"})
    assert "may not control" in api.error(answer, 403)


PAGES = [
    ("GET", "/metrics"),
    ("GET", "/_admin/openapi.json"),
    ("GET", "/_admin/sessions"),
    ("POST", "/_admin/sessions"),
    ("DELETE", "/_admin/sessions/demo"),
    ("POST", "/_admin/sessions/demo/reset"),
    ("POST", "/_admin/sessions/demo/clock"),
    ("GET", "/_admin/sessions/demo/journal"),
]


def test_with_a_token_every_page_but_healthz_asks_for_it() -> None:
    with running(demo_sessions(), admin_token="abc") as guarded:
        for method, page in PAGES:
            for given in ({}, {"authorization": "Bearer abd"}, {"authorization": "abc"}, {"authorization": "Bearer "}):
                answer = requests.request(method, guarded + page, headers=given, timeout=WAIT)
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        answer = requests.get(f"{guarded}/metrics", headers={"authorization": "Bearer abc"}, timeout=WAIT)
        assert answer.status_code == 200
