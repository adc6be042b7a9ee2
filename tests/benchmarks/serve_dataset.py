"""A dataset served from its files, compared with the same parcels in memory: start, memory, answers per second.

    python tests/benchmarks/serve_dataset.py [--shipments 1000000] [--rounds 15] [--requests 4000] [--dataset DIR]

Four processes: `vtr serve --dataset`, started twice, first without and then with its index; a server whose session
holds every parcel in memory; and the client, which sends requests to both in turn, round by round, on connections that
are kept, one request at a time on each. Its numbers are of all carriers, evenly spread over the dataset, and others in
each round, so that hardly any answer is in a cache. Both servers must give the same number of answers of each status.

Rates on a busy machine mean little. So rounds are short and alternate, and the ratio is the median of the ratios of the
rounds; the servers' own processor time per answer is printed too. Memory is what the kernel counts as resident: now,
and at the peak, which the first start has while it makes the index. Pages of files that the kernel caches are in
neither: the server reads, and maps nothing. Linux only: processor time and memory are read from /proc.
"""

import argparse
import asyncio
import json
import os
import pickle
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import cast
from urllib.parse import quote, urlencode

import requests
import uvloop

from simulator import Credentials, Sessions, Simulation, http_server
from simulator.carriers.chinapost import crypto
from simulator.clock import Clock
from simulator.core.sessions import DEMO
from simulator.datasets.served import session

HOST = "127.0.0.1"
MEMORY_TARGET_MEGABYTES, RATE_TARGET = 500, 0.5
OWN = Credentials.of(DEMO)
_PAGE = 1_000
_BEGIN = b"HTTP/1.1 "


# -- the servers


def serve_in_memory(folder: Path) -> None:
    """Serve the parcels from memory, as sessions over HTTP are; the first line on stdout is JSON, as of `vtr serve`."""
    with session.open_dataset(folder, lambda _: None) as (dataset, index):
        parcels = (parcel for first in range(0, len(index), _PAGE) for parcel in index.page(first, _PAGE))
        simulation = Simulation(parcels, credentials=OWN, clock=Clock(dataset.as_of))
    sessions = Sessions()
    sessions.add(DEMO, simulation)
    http_server.serve(sessions, HOST, 0, announce=lambda url: say(json.dumps({"url": url})))


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. seconds, cpu: from its command to its first line, by the clock and of its processor."""

    url: str
    pid: int
    seconds: float
    cpu: float

    def cpu_seconds(self) -> float:
        """The processor time that the server has used so far."""
        return _cpu_seconds(self.pid)

    def started(self) -> str:
        """How long it took to start."""
        return f"{self.seconds:9.2f} s ({self.cpu:.2f} s of its processor)"

    def megabytes(self) -> tuple[float, float]:
        """The memory that the server has now, and had at its peak."""
        status = dict(line.split(":", 1) for line in Path(f"/proc/{self.pid}/status").read_text().splitlines())
        now, peak = (int(status[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))
        return now, peak


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(*command: str) -> Iterator[Served]:
    """A server, in a process of its own."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise SystemExit(f"{command} did not start")
            seconds = time.perf_counter() - started
            yield Served(json.loads(line)["url"], process.pid, seconds, _cpu_seconds(process.pid))
        finally:
            process.terminate()


def vtr_serve(folder: Path) -> tuple[str, ...]:
    """The command that users give."""
    begin = "from vtr.cli import main; main()"
    return ("-c", begin, "serve", "--port", "0", "--dataset", str(folder))


# -- the client


def tokens(url: str) -> dict[str, str]:
    """A token of each carrier that has some."""
    paths = {"ups": "security/v1/oauth/token", "usps": "oauth2/v3/token", "fedex": "oauth/token"}
    form = {"grant_type": "client_credentials", "client_id": DEMO, "client_secret": DEMO}
    return {
        carrier: requests.post(
            f"{url}/{carrier}/{path}", data=form, auth=(DEMO, DEMO) if carrier == "ups" else None, timeout=60
        ).json()["access_token"]
        for carrier, path in paths.items()
    }


def build_request(carrier: str, number: str, token: dict[str, str]) -> bytes:
    """A request about a number, as bytes."""
    bearer = f"Authorization: Bearer {token.get(carrier, '')}"
    if carrier == "ups":
        return _get(f"/ups/api/track/v1/details/{number}", bearer, "transactionSrc: bench", "transId: 1")
    if carrier == "usps":
        return _get(f"/usps/tracking/v3/tracking/{number}?expand=DETAIL", bearer)
    if carrier == "fedex":
        wanted = [{"trackingNumberInfo": {"trackingNumber": number}}]
        body = json.dumps({"includeDetailedScans": True, "trackingInfo": wanted})
        return _post("/fedex/track/v1/trackingnumbers", body, bearer, "Content-Type: application/json")
    if carrier == "dhl":
        return _get(f"/dhl/track/shipments?trackingNumber={quote(number)}", f"DHL-API-Key: {DEMO}")
    fields = {
        "apiCode": "040001",
        "senderNo": OWN.sender_no,
        "authorization": OWN.authorization,
        "timeStamp": "2026-04-01 20:00:00",
        "msgType": "0",
        "version": "V1.0.0",
        "logitcsInterface": crypto.encrypt_body(f'{{"waybillNo":"{number}","direction":"0"}}', OWN.sm4_key),
    }
    kind = "Content-Type: application/x-www-form-urlencoded"
    return _post("/chinapost/amp-prod-api/f/amp/api/open", urlencode(fields), kind)


def _get(path: str, *headers: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", f"Host: {HOST}", *headers, "", "")).encode()


def _post(path: str, body: str, *headers: str) -> bytes:
    length = f"Content-Length: {len(body)}"
    return "\r\n".join((f"POST {path} HTTP/1.1", f"Host: {HOST}", length, *headers, "", body)).encode()


class Connection(asyncio.Protocol):
    """One connection: sends a request, reads the answer to its end, sends the next."""

    def __init__(
        self, following: Callable[[], bytes | None], statuses: Counter[str], done: asyncio.Future[None]
    ) -> None:
        self._following = following
        self._statuses = statuses
        self._done = done
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class
        self._send_next()

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, blank, rest = self._read.partition(b"\r\n\r\n")
        if not blank:
            return
        length = head.index(b"content-length: ") + 16
        end = head.find(b"\r", length)
        if len(rest) >= int(head[length : end if end >= 0 else len(head)]):
            self._statuses[head[len(_BEGIN) : len(_BEGIN) + 3].decode()] += 1
            self._read = b""
            self._send_next()

    def _send_next(self) -> None:
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


async def load(port: int, wanted: list[bytes], connections: int) -> tuple[float, Counter[str]]:
    """Send all requests; the seconds that it took, and the answers by status."""
    left = iter(wanted)
    statuses: Counter[str] = Counter()
    loop = asyncio.get_running_loop()
    answered = [loop.create_future() for _ in range(connections)]
    started = time.perf_counter()
    for done in answered:
        await loop.create_connection(
            lambda done=done: Connection(lambda: next(left, None), statuses, done),  # type: ignore[misc]
            HOST,
            port,
        )
    await asyncio.gather(*answered)
    return time.perf_counter() - started, statuses


@dataclass(frozen=True, slots=True)
class Round:
    """What one round has shown: answers per second, the server's microseconds per answer, answers by status."""

    rate: float
    cpu: float
    statuses: Counter[str]


def run_round(server: Served, numbers: list[tuple[str, str]], token: dict[str, str], connections: int) -> Round:
    """A round, by a client in a process of its own."""
    wanted = pickle.dumps([build_request(carrier, number, token) for carrier, number in numbers])
    before = server.cpu_seconds()
    command = [sys.executable, __file__, "load", server.url.rpartition(":")[2], str(connections)]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, input=wanted).stdout)
    cpu = (server.cpu_seconds() - before) / len(numbers) * 1e6
    return Round(len(numbers) / result["seconds"], cpu, Counter(result["statuses"]))


def spread(folder: Path, rounds: int, count: int) -> list[list[tuple[str, str]]]:
    """Numbers for each round, evenly spread over the dataset; no number twice, if there are enough."""
    import pyarrow.parquet as pq  # noqa: PLC0415 (in the process that needs it)

    table = pq.read_table(folder / "parcels.parquet", columns=["carrier", "tracking_number"])
    step = max(1, table.num_rows // (rounds * count))
    rows = [index * step % table.num_rows for index in range(rounds * count)]
    chosen = table.take(rows)
    pairs = list(zip(chosen["carrier"].to_pylist(), chosen["tracking_number"].to_pylist(), strict=True))
    return [pairs[turn::rounds] for turn in range(rounds)]


# -- the measurement


def measure(folder: Path, rounds: int, count: int, connections: int) -> None:
    """Measure both servers and print what was found."""
    (folder / session.INDEX).unlink(missing_ok=True)
    with served(*vtr_serve(folder)) as first:
        now, peak = first.megabytes()
        parcels = requests.get(f"{first.url}/_admin/sessions/demo", timeout=60).json()["parcel_count"]
        say(f"{parcels:,} parcels")
        say(f"first start          {first.started()} {now:9.1f} MB, {peak:.1f} MB at the peak")
    turns = spread(folder, rounds, count)
    with served(*vtr_serve(folder)) as stored, served(__file__, "memory", str(folder)) as memory:
        say(f"start                {stored.started()} {stored.megabytes()[0]:9.1f} MB")
        say(f"start, in memory     {memory.started()} {memory.megabytes()[0]:9.1f} MB")
        tokens_of = {server.pid: tokens(server.url) for server in (stored, memory)}
        ours, theirs = [], []
        for turn, numbers in enumerate(turns, start=1):
            theirs.append(run_round(memory, numbers, tokens_of[memory.pid], connections))
            ours.append(run_round(stored, numbers, tokens_of[stored.pid], connections))
            say(f"round {turn}   in memory {_round_text(theirs[-1])}   dataset {_round_text(ours[-1])}")
            if theirs[-1].statuses != ours[-1].statuses:
                raise SystemExit(f"their answers differ: {theirs[-1].statuses} and {ours[-1].statuses}")
        rate, their_rate = (median(one.rate for one in each) for each in (ours, theirs))
        cpu, their_cpu = (median(one.cpu for one in each) for each in (ours, theirs))
        now, peak = stored.megabytes()
    say(f"statuses             {dict(sorted(sum((one.statuses for one in ours), Counter()).items()))}")
    say(f"dataset              {rate:9,.0f} answers/s {cpu:6.1f} us of its processor each")
    say(f"in memory            {their_rate:9,.0f} answers/s {their_cpu:6.1f} us of its processor each")
    ratio = median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True))
    say(f"ratio of the rates   {ratio:9.2f} (target {RATE_TARGET})")
    say(f"ratio of processor   {their_cpu / cpu:9.2f}")
    say(f"memory in the end    {now:9.1f} MB, {peak:.1f} MB at the peak (target under {MEMORY_TARGET_MEGABYTES} MB)")


def say(line: str) -> None:
    """A line of the result, at once."""
    print(line, flush=True)  # noqa: T201 (a script's result)


def _round_text(one: Round) -> str:
    return f"{one.rate:9,.0f}/s {one.cpu:6.1f} us"


def main() -> None:
    """Measure, or be one of the processes that measuring needs."""
    role = sys.argv[1] if len(sys.argv) > 1 else ""
    if role == "memory":
        serve_in_memory(Path(sys.argv[2]))
    elif role == "load":
        wanted = pickle.load(sys.stdin.buffer)  # noqa: S301 (of this script)
        seconds, statuses = uvloop.run(load(int(sys.argv[2]), wanted, int(sys.argv[3])))
        say(json.dumps({"seconds": seconds, "statuses": statuses}))
    else:
        options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
        options.add_argument("--shipments", type=int, default=1_000_000)
        options.add_argument("--rounds", type=int, default=15)
        options.add_argument("--requests", type=int, default=4_000, help="in each round, of each server")
        options.add_argument("--connections", type=int, default=32)
        options.add_argument("--dataset", type=Path, help="one that is there, in Parquet, instead of a new one")
        chosen = options.parse_args()
        with TemporaryDirectory(prefix="vtr-benchmark-") as name:
            folder = chosen.dataset or Path(name) / "data"
            if chosen.dataset is None:
                command = ["-c", "from vtr.cli import main; main()", "generate", str(folder)]
                command += ["--shipments", str(chosen.shipments), "--workers", "2"]
                subprocess.run([sys.executable, *command], check=True, stderr=subprocess.DEVNULL)
            measure(folder, chosen.rounds, chosen.requests, chosen.connections)


if __name__ == "__main__":
    main()
