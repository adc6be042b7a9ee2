"""How a validator reaches the fake carriers: in this process, or over HTTP.

In process, the `responses` library answers calls to the carriers' real hosts. It sees only `requests`, so this is the
default for the bundled validator alone. Over HTTP, one server hosts a session for each scenario, distinguished by
credentials, so scenarios with contradictory stories about one number don't meet.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from typing import Protocol

from simulator import carriers
from simulator.carriers.common.credentials import Credentials
from simulator.carriers.common.tokens import Tokens
from simulator.core.sessions import DEMO, Sessions
from simulator.core.simulation import Simulation

IN_PROCESS, SERVER = "in-process", "server"
NAMES = (IN_PROCESS, SERVER)

CarriersBlock = Mapping[str, Mapping[str, str]]
"""The `carriers` of a request: by carrier, its base URL and the credentials."""

Build = Callable[[Credentials], Simulation]
"""Builds a simulation that accepts the credentials which a door hands out."""

Opened = AbstractContextManager[tuple[Simulation, CarriersBlock]]


class Door(Protocol):
    """A way to the fake carriers."""

    def open(self, build: Build) -> Opened:
        """The simulation that `build` makes, which answers while the context lasts, and where it is reached."""


class InProcessDoor:
    """Calls of `requests` to the carriers' real hosts are answered by the simulation."""

    @contextmanager
    def open(self, build: Build) -> Iterator[tuple[Simulation, CarriersBlock]]:
        """Intercept calls in this process, by which one simulation at a time is reached."""
        from simulator.in_process import intercept  # noqa: PLC0415 (loads requests and responses)

        simulation = build(Credentials.of(DEMO))
        with intercept(simulation):
            yield (
                simulation,
                simulation.credentials.carriers_block(lambda name: f"https://{carriers.by_name(name).hosts[0]}"),
            )


in_process = InProcessDoor()  # it keeps no state, so one is enough


class ServerDoor:
    """One server, started when it is first needed and stopped by `close`.

    session: the one that every scenario gets in turn, for services whose credentials are their own configuration;
    without it, each scenario has its own.
    port: 0 picks a free one.
    """

    def __init__(self, session: str = "", port: int = 0) -> None:
        """Start nothing yet."""
        self._session = session
        self._port = port
        self._tokens: Tokens | None = None
        self._stack = ExitStack()
        self._sessions = Sessions()
        self._numbers = count(1)
        self._url = ""

    @contextmanager
    def open(self, build: Build) -> Iterator[tuple[Simulation, CarriersBlock]]:
        """The simulation answers over HTTP, in a session of its own."""
        from simulator.http_server import running  # noqa: PLC0415 (loads uvicorn)

        if not self._url:
            self._url = self._stack.enter_context(running(self._sessions, port=self._port))
        name = self._session or f"scenario-{next(self._numbers)}"
        simulation = build(Credentials.of(name))
        if self._session:
            # A service keeps its tokens from one scenario to the next; they hold until they expire.
            simulation.tokens = self._tokens = self._tokens or simulation.tokens
        self._sessions.add(name, simulation)
        try:
            yield simulation, simulation.credentials.carriers_block(lambda carrier: f"{self._url}/{carrier}")
        finally:
            self._sessions.remove(name)

    def close(self) -> None:
        """Stop the server."""
        self._stack.close()
