"""Run the command `vtr` as a process of its own, a second sooner than by starting Python: see commands_ready.py."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO

from commands_ready import NUMBER, WITHOUT_THREADS

ROOT = Path(__file__).parents[2]
VTR = "vtr.cli:main"


class Started:
    """A command that runs: its process, and how it ended once it has; named as by subprocess.Popen."""

    def __init__(self, status: socket.socket) -> None:
        self._status = status
        self.pid = self._number()
        self.returncode: int | None = None

    def _number(self) -> int:
        text = self._status.recv(NUMBER.size, socket.MSG_WAITALL)
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
            self._status.settimeout(seconds)
            self.returncode = self._number()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it ended this moment
                os.kill(self.pid, number)


@contextmanager
def started(
    *arguments: str,
    folder: Path,
    stdout: IO[bytes],
    stderr: IO[bytes],
    environment: Mapping[str, str] | None = None,
    runs: str = VTR,
) -> Iterator[Started]:
    """Start a command with nothing on stdin; it is killed at the end if it still runs.

    environment: the whole of it; this process' own where there is none. Our packages are found before those that are
    installed.
    """
    whole = dict(os.environ if environment is None else environment)
    whole["PYTHONPATH"] = os.pathsep.join((str(ROOT), whole.get("PYTHONPATH", "")))
    wanted = {"runs": runs, "arguments": arguments, "folder": str(folder), "environment": whole}
    ours, theirs = socket.socketpair()
    with ours:
        with theirs, tempfile.TemporaryFile() as request, Path(os.devnull).open("rb") as nothing:
            request.write(json.dumps(wanted).encode())
            request.seek(0)
            files = (theirs, request, nothing, stdout, stderr)
            socket.send_fds(_ready(), [b"+"], [file.fileno() for file in files])
        command = Started(ours)
        try:
            yield command
        finally:
            command.send_signal(signal.SIGKILL)
            command.wait(60)


def run(
    *arguments: str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    seconds: float = 120,
    runs: str = VTR,
) -> "subprocess.CompletedProcess[str]":
    """What a command gave. Raises TimeoutError when it takes longer than `seconds`."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        streams = {"stdout": out, "stderr": err}
        with started(*arguments, folder=folder, environment=environment, runs=runs, **streams) as command:
            status = command.wait(seconds)
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
            env={**os.environ, **WITHOUT_THREADS, "PYTHONPATH": paths},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        process.wait(60)

    atexit.register(end)
    return ours
