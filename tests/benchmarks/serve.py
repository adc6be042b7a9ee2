"""Tracking answers per second of the carriers' server, beside a bare uvicorn application that sends ready-made bytes.

    python tests/benchmarks/serve.py [--rounds 5] [--requests 20000] [--connections 32] [--memory 200000]

Three processes: the carriers (one worker, credentials checked, journal on, 10,000 UPS parcels of eight scans), the bare
application (same uvicorn settings, its stock httptools protocol, one answer of the carriers as ready-made bytes), and
the client that asks both in turn, round by round, on connections that are kept, one request at a time on each. Every
request asks for the next parcel and has a transId of its own, as UPS demands; every answer is checked for its status
and read to its end.

Rates of a busy machine mean little, so the ratio is that of the medians of rounds that alternate. Where client and
servers share cores the client can be what limits both; so the servers' own processor time per answer stands beside.
Linux only for that and for memory: they are read from /proc.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, cast

import requests
import uvicorn
import uvloop

from simulator import Clock, Credentials, Kind, Parcel, ScanEvent, Sessions, Simulation, http_server
from simulator.places import place

HOST = "127.0.0.1"
NAME = "bench"
PARCELS = 10_000
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
KINDS = (
    Kind.MANIFESTED,
    Kind.PICKED_UP,
    Kind.ARRIVED,
    Kind.DEPARTED,
    Kind.ARRIVED,
    Kind.DEPARTED,
    Kind.OUT_FOR_DELIVERY,
    Kind.DELIVERED,
)
PLACES = tuple(place(name) for name in ("Tulsa, OK, US", "Denver, CO, US"))
MEMORY_AT = (0.25, 0.5, 1.0)
TARGET = 0.6


def number(index: int) -> str:
    """A number of UPS's shape; its check digit does not matter to the tracking API."""
    return f"1Z999AA1{index:010d}"


def parcel(index: int) -> Parcel:
    """A parcel that was delivered, its scans some minutes apart from those of the parcel before."""
    first = NOW - timedelta(days=5, minutes=index % 600)
    events = tuple(
        ScanEvent(first + timedelta(hours=11 * step), kind, PLACES[step > 3]) for step, kind in enumerate(KINDS)
    )
    return Parcel("ups", number(index), events, PLACES[0], PLACES[1])


# -- the two servers


def serve_carriers() -> None:
    """The carriers, as `vtr serve` serves them; the first line on stdout is the URL."""
    sessions = Sessions()
    parcels = (parcel(index) for index in range(PARCELS))
    sessions.add(NAME, Simulation(parcels, credentials=Credentials.of(NAME), clock=Clock(NOW)))
    http_server.serve(sessions, HOST, 0, announce=say)


def serve_bare(headers: list[list[str]], body: bytes) -> None:
    """An application that knows one answer; the first line on stdout is the URL."""
    pairs = [(name.encode(), value.encode()) for name, value in headers]

    async def bare(_scope: object, _receive: object, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": pairs})
        await send({"type": "http.response.body", "body": body})

    config = uvicorn.Config(
        bare,
        host=HOST,
        port=0,
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
    )
    listener = config.bind_socket()
    say(f"http://{HOST}:{listener.getsockname()[1]}")
    uvicorn.Server(config).run([listener])


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """The processor time that the server has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_megabytes(self) -> float:
        """The memory that the server has now."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def served(*role: str, given: bytes = b"") -> Iterator[Served]:
    """One of the two servers, in a process of its own."""
    with subprocess.Popen([sys.executable, __file__, *role], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(given)
            process.stdin.close()
            yield Served(process.stdout.readline().decode().strip(), process.pid)
        finally:
            process.terminate()


# -- the client


class Asking(asyncio.Protocol):
    """One connection: asks, reads the answer to its end, asks again."""

    def __init__(self, following: Callable[[], bytes | None], done: asyncio.Future[None]) -> None:
        self._following = following
        self._done = done
        self._missing = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class
        self._ask()

    def data_received(self, data: bytes) -> None:
        if not self._missing:
            head, _, rest = data.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200") or len(head) == len(data):
                self._done.set_exception(RuntimeError(f"an answer begins with {data[:80]!r}"))
                self._transport.close()
                return
            length = head.index(b"content-length: ") + 16
            end = head.find(b"\r", length)
            self._missing = int(head[length : end if end >= 0 else len(head)])
            data = rest
        self._missing -= len(data)
        if not self._missing:
            self._ask()

    def _ask(self) -> None:
        request = self._following()
        if request is not None:
            self._transport.write(request)
            return
        self._transport.close()
        if not self._done.done():
            self._done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))


async def load(port: int, token: str, count: int, connections: int, begin: int) -> float:
    """Ask so often, from the parcel `begin` on; the seconds that it took."""
    head = "".join(
        f"{line}\r\n"
        for line in (
            " HTTP/1.1",
            f"Host: {HOST}:{port}",
            "User-Agent: benchmark",
            "Accept: */*",
            f"Authorization: Bearer {token}",
            "transactionSrc: bench",
            "transId: ",
        )
    ).encode()[:-2]
    paths = [f"GET /ups/api/track/v1/details/{number(index)}".encode() + head for index in range(PARCELS)]
    asked = iter(range(begin, begin + count))

    def following() -> bytes | None:
        index = next(asked, None)
        return None if index is None else b"%btransaction-%d\r\n\r\n" % (paths[index % PARCELS], index)

    loop = asyncio.get_running_loop()
    answered = [loop.create_future() for _ in range(connections)]
    started = time.perf_counter()
    for done in answered:
        await loop.create_connection(lambda done=done: Asking(following, done), HOST, port)  # type: ignore[misc]
    await asyncio.gather(*answered)
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Round:
    """What one round has shown: answers per second, and the server's processor time per answer in microseconds."""

    rate: float
    cpu: float


def ask(server: Served, token: str, count: int, connections: int, begin: int) -> Round:
    """A round, by a client in a process of its own."""
    port = server.url.rpartition(":")[2]
    before = server.cpu_seconds()
    command = [sys.executable, __file__, "load", port, token, str(count), str(connections), str(begin)]
    seconds = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Round(count / seconds, (server.cpu_seconds() - before) / count * 1e6)


# -- the measurement


def measure(rounds: int, count: int, connections: int, memory: int) -> None:
    """Measure both servers and print what was found."""
    with served("carriers") as carriers:
        token = requests.post(
            f"{carriers.url}/ups/security/v1/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(NAME, NAME),
            timeout=30,
        ).json()["access_token"]
        sample = requests.get(
            f"{carriers.url}/ups/api/track/v1/details/{number(0)}",
            headers={"Authorization": f"Bearer {token}", "transId": "0", "transactionSrc": "bench"},
            timeout=30,
        )
        given = json.dumps({"headers": list(sample.headers.items()), "body": sample.text}).encode()
        say(f"{PARCELS} UPS parcels, {len(KINDS)} scans each, answers of {len(sample.content)} bytes")
        with served("bare", given=given) as bare:
            first = ask(carriers, token, PARCELS, connections, 0)
            say(f"first time asked     {_told(first)}")
            ask(bare, token, PARCELS, connections, 0)
            ours, theirs = [], []
            for turn in range(1, rounds + 1):
                theirs.append(ask(bare, token, count, connections, turn * count))
                ours.append(ask(carriers, token, count, connections, turn * count))
                say(f"round {turn}   bare {_told(theirs[-1])}   carriers {_told(ours[-1])}")
            bare_rate, our_rate = (median(one.rate for one in each) for each in (theirs, ours))
            bare_cpu, our_cpu = (median(one.cpu for one in each) for each in (theirs, ours))
        say(f"bare                 {bare_rate:9,.0f} answers/s {bare_cpu:6.1f} us of its processor each")
        say(f"carriers             {our_rate:9,.0f} answers/s {our_cpu:6.1f} us of its processor each")
        say(f"ratio of the rates   {our_rate / bare_rate:9.2f} (target {TARGET})")
        say(f"ratio of processor   {bare_cpu / our_cpu:9.2f}")
    show_memory(memory, connections)


def show_memory(requests_in_all: int, connections: int) -> None:
    """The memory of a new server as requests pass."""
    with served("carriers") as carriers:
        token = requests.post(
            f"{carriers.url}/ups/security/v1/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(NAME, NAME),
            timeout=30,
        ).json()["access_token"]
        say(f"memory at the start  {carriers.resident_megabytes():9.1f} MB")
        asked = 0
        for part in MEMORY_AT:
            upto = int(requests_in_all * part)
            ask(carriers, token, upto - asked, connections, asked)
            asked = upto
            say(f"memory after {asked:7,} {carriers.resident_megabytes():9.1f} MB")


def say(line: str) -> None:
    """A line of the result, at once."""
    print(line, flush=True)  # noqa: T201 (a script's result)


def _told(one: Round) -> str:
    return f"{one.rate:9,.0f}/s {one.cpu:6.1f} us"


def main() -> None:
    """Measure, or be one of the processes that measuring needs."""
    role = sys.argv[1] if len(sys.argv) > 1 else ""
    if role == "carriers":
        serve_carriers()
    elif role == "bare":
        given = json.load(sys.stdin)
        serve_bare(given["headers"], given["body"].encode())
    elif role == "load":
        port, token, count, connections, begin = sys.argv[2:]
        say(str(uvloop.run(load(int(port), token, int(count), int(connections), int(begin)))))
    else:
        options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
        options.add_argument("--rounds", type=int, default=5)
        options.add_argument("--requests", type=int, default=20_000, help="in each round, of each server")
        options.add_argument("--connections", type=int, default=32)
        options.add_argument("--memory", type=int, default=200_000, help="requests while memory is watched")
        chosen = options.parse_args()
        measure(chosen.rounds, chosen.requests, chosen.connections, chosen.memory)


if __name__ == "__main__":
    main()
