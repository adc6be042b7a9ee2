"""pytest fixtures for tests that need fake carriers: in this process, or over HTTP.

pytest loads this module in every run, so each fixture imports what it needs when it is requested. A fixture of the same
name in the user's own tests wins, as everywhere in pytest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simulator.client import Server, Session
    from simulator.core.simulation import Simulation


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    """A fresh simulation that answers calls of `requests` to the carriers' real hosts; its credentials are `demo`."""
    from simulator.core.simulation import Simulation  # noqa: PLC0415 (loads all carriers)
    from simulator.in_process import intercept  # noqa: PLC0415 (loads requests and responses)

    fresh = Simulation()
    with intercept(fresh):
        yield fresh


@pytest.fixture(scope="session")
def vtr_server() -> Iterator[Server]:
    """The server of this run (of each worker, under pytest-xdist), started when it is first needed."""
    from simulator.client import Server  # noqa: PLC0415 (loads requests)
    from simulator.core.sessions import Sessions  # noqa: PLC0415 (loads all carriers)
    from simulator.http_server import running  # noqa: PLC0415 (loads uvicorn)

    with running(Sessions()) as url:
        yield Server(url)


@pytest.fixture
def carrier_server(vtr_server: Server) -> Iterator[Session]:
    """A session of its own on the run's server: empty, at 2026-03-02 00:00 UTC."""
    from simulator.errors import MisuseError  # noqa: PLC0415 (most runs of pytest need nothing of the simulator)

    session = vtr_server.create()
    yield session
    with suppress(MisuseError):  # the test has deleted it
        session.delete()


@pytest.fixture
def carriers(carrier_server: Session) -> dict[str, dict[str, str]]:
    """The `carriers` block of the validator protocol for `carrier_server`, ready for a validator."""
    return carrier_server.carriers
