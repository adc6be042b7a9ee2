"""A bounded soak on loopback: many connections, faults on, the admin side in use; what must hold is checked at the end.

    python tests/benchmarks/soak.py [seconds, 120] [connections, 200]

Checks: no 5xx but of the faults that were asked for; memory flat after the first quarter; every call that a session
counted is in its journal, up to the journal's bound. The server runs in a process of its own. Exit status 1 if not.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from simulator.client import Server, Session

SESSIONS = 20
GROWTH_LIMIT = 1.10  # of the memory after the first quarter
_PAGE = os.sysconf("SC_PAGE_SIZE")
FAULTS = ("server_error", "connection_reset", "rate_limited")


def memory_mb(pid: int) -> float:
    """The resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6


async def client(session: Session, numbers: list[str], until: float, seen: Counter[tuple[str, int]]) -> None:
    """One connection that asks until the end, and comes again when it is reset."""
    own = session.carriers["dhl"]
    parts = urlsplit(own["base_url"])
    serial = 0
    while time.monotonic() < until:
        try:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        except OSError:
            seen[session.id, -1] += 1
            continue
        try:
            while time.monotonic() < until:
                serial += 1
                path = f"{parts.path}/track/shipments?trackingNumber={numbers[serial % len(numbers)]}"
                head = f"GET {path} HTTP/1.1\r\nHost: x\r\nDHL-API-Key: {own['api_key']}\r\n\r\n"
                writer.write(head.encode())
                answer = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(answer.partition(b"content-length: ")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                seen[session.id, int(answer.split(b" ")[1])] += 1
        except (ConnectionError, asyncio.IncompleteReadError):
            seen[session.id, 0] += 1
        finally:
            writer.close()


def administer(server: Server, sessions: list[Session], serial: int) -> None:
    """What tests do meanwhile: turn clocks, make and end sessions, read journals."""
    sessions[serial % SESSIONS].advance(seconds=1)
    with server.create(parcels=[{"carrier": "ups"}] * 20) as short:
        short.inject("silence", carrier="ups")
        short.journal()
        short.reset()


async def soak(server: Server, pid: int, seconds: float, connections: int) -> list[str]:
    """Run it; what went wrong, in words."""
    sessions = [server.create(parcels=[{"carrier": "dhl"}] * 50) for _ in range(SESSIONS)]
    for session in sessions[:3]:  # so an unasked 5xx elsewhere is seen
        for fault in FAULTS:
            session.inject(fault, carrier="dhl", chance=0.05)
    numbers = [[each["tracking_number"] for each in session.parcels] for session in sessions]
    seen: Counter[tuple[str, int]] = Counter()
    began = time.monotonic()
    until = began + seconds
    asking = [
        asyncio.create_task(client(sessions[at % SESSIONS], numbers[at % SESSIONS], until, seen))
        for at in range(connections)
    ]
    sizes = []
    serial = 0
    while time.monotonic() < until:
        await asyncio.sleep(seconds / 40)
        await asyncio.to_thread(administer, server, sessions, serial)
        sizes.append(memory_mb(pid))
        serial += 1
    await asyncio.gather(*asking)
    wrong = []
    unasked = {
        key: count for key, count in seen.items() if key[1] >= 500 and key[0] not in {s.id for s in sessions[:3]}
    }
    if unasked:
        wrong.append(f"5xx that nobody asked for: {unasked}")
    warm, end = max(sizes[len(sizes) // 4 : len(sizes) // 2]), max(sizes[-len(sizes) // 4 :])
    if end > warm * GROWTH_LIMIT:
        wrong.append(f"memory grew from {warm:.0f} to {end:.0f} MB")
    for session in sessions:
        page = server.ask("GET", f"/{session.id}/journal?limit=1000000")
        answered = sum(count for (name, status), count in seen.items() if name == session.id and status >= 0)
        kept = [entry["number"] for entry in page["entries"]]
        if kept != list(range(page["dropped"] + 1, page["total"] + 1)) or len(kept) < min(page["total"], 10_000):
            wrong.append(f"{session.id}: journal has gaps")
        if page["total"] != answered:
            wrong.append(f"{session.id}: {answered} calls were made, {page['total']} counted")
    statuses: Counter[int] = Counter()
    for (_, status), count in seen.items():
        statuses[status] += count
    told = {
        "seconds": round(time.monotonic() - began, 1),
        "connections": connections,
        "calls": statuses.total(),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},  # 0: reset
        "memory_mb": {"after warm-up": round(warm, 1), "end": round(end, 1)},
        "wrong": wrong,
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return wrong


def main() -> int:
    """Run it; the exit status."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    command = [sys.executable, "-c", "from simulator.cli import app; app()", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            server = Server(json.loads(process.stdout.readline())["url"])
            return 1 if asyncio.run(soak(server, process.pid, seconds, connections)) else 0
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
