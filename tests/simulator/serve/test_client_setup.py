"""Advice for clients that know the carriers' real hosts only."""

from pathlib import Path

import pytest

from simulator.http_server.certificates import Certificates
from simulator.serve.client_setup import hosts_line, tls_advice
from simulator.serve.demo_session import demo_simulation

CERTIFICATES = Certificates(Path("tls/ca.pem"), Path("tls/server.pem"), Path("tls/server.key"), "")


def test_a_hosts_file_maps_names_and_no_addresses() -> None:
    address, *names = hosts_line("https://127.0.0.1:8443").split()
    assert address == "127.0.0.1"
    assert "onlinetools.ups.com" in names
    assert not any(name.replace(".", "").isdigit() for name in names)


@pytest.mark.parametrize(("url", "advised"), [("https://127.0.0.1:8443", True), ("https://127.0.0.1:443", False)])
def test_another_port_than_that_of_https_is_explained(url: str, advised: bool) -> None:  # noqa: FBT001 (a column)
    assert ("--port 443" in tls_advice(demo_simulation(), url, CERTIFICATES)) is advised
