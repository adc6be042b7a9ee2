"""Run the command `vtr` as a process of its own, a second sooner than by starting Python: see commands_ready.py."""

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO

from commands_ready import NUMBER

ROOT = Path(__file__).parents[2]
VTR = "scenarios.cli:main"


class Started:
    """A command that runs: its process, and how it ended once it has."""

    def __init__(self, told: socket.socket) -> None:
        self._told = told
        self.pid = self._number()
        self.returncode: int | None = None

    def _number(self) -> int:
        text = self._told.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(text) != NUMBER.size:
            raise RuntimeError("the process that starts commands for tests has ended")
        (number,) = NUMBER.unpack(text)
        return int(number)

    def poll(self) -> int | None:
        """The exit status, a negative one for a signal; None while it runs."""
        try:
            return self.wait(0)
        except BlockingIOError:
            return None

    def wait(self, seconds: float) -> int:
        """The exit status. Raises TimeoutError while there is none (BlockingIOError at once for 0 seconds)."""
        if self.returncode is None:
            self._told.settimeout(seconds)
            self.returncode = self._number()
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def start(
    *arguments: str,
    folder: Path,
    environment: Mapping[str, str],
    stdin: int | IO[bytes],
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
    runs: str = VTR,
) -> Started:
    """Start a command; the streams are the caller's to close."""
    told, telling = socket.socketpair()
    wanted = {"runs": runs, "arguments": arguments, "folder": str(folder), "environment": dict(environment)}
    with telling, tempfile.TemporaryFile() as asked:
        asked.write(json.dumps(wanted).encode())
        asked.seek(0)
        streams = [stream if isinstance(stream, int) else stream.fileno() for stream in (stdin, stdout, stderr)]
        socket.send_fds(_ready(), [b"+"], [telling.fileno(), asked.fileno(), *streams])
    return Started(told)


def run(
    *arguments: str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    seconds: float = 120,
    runs: str = VTR,
) -> "subprocess.CompletedProcess[str]":
    """What a command gave. environment: the whole of it; this process' own where there is none.

    Our packages are found before those that are installed. Raises TimeoutError when it takes longer than `seconds`.
    """
    whole = dict(os.environ if environment is None else environment)
    whole["PYTHONPATH"] = os.pathsep.join((str(ROOT), whole.get("PYTHONPATH", "")))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
        started = start(
            *arguments, folder=folder, environment=whole, stdin=nothing, stdout=out, stderr=err, runs=runs
        )  # fmt: skip
        try:
            status = started.wait(seconds)
        except BaseException:
            started.send_signal(9)
            raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, status, out.read().decode(), err.read().decode())


@cache
def _ready() -> socket.socket:
    """The socket that asks; one process for each that runs tests, started for the first command and ended with it."""
    ours, theirs = socket.socketpair()
    paths = os.pathsep.join((str(ROOT), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")))
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", f"from commands_ready import answer; answer({theirs.fileno()})"],
            env={**os.environ, "PYTHONPATH": paths}, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def end() -> None:
        ours.close()
        process.wait(60)

    atexit.register(end)
    return ours
