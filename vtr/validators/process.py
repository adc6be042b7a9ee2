"""A validator's process: it runs in its own session, works against a deadline, and is ended with all its descendants.

Each process has a unique mark in its environment (`VTR_CALL`), which its children inherit. On Linux the mark also finds
those that left the process group; elsewhere only the group is ended. A child that left the group and cleared its
environment is not found once its parent has ended. Deadlines use the system's monotonic clock, since real processes run
in real time.
"""

import os
import select
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from vtr.errors import ValidatorError
from vtr.validators.protocol import VERSION

STDERR_KEPT_BYTES = 4_000
_CHUNK = 65_536
_LOOK_SECONDS = 0.05  # between checks whether a process has ended, while another one holds its pipes open
_ENDING_SECONDS = 1.0  # the longest wait for a killed process
_ROUNDS = 50  # of killing, while the killed go on starting others


class Process:
    """A running program. Output beyond `size` bytes is an error."""

    def __init__(self, name: str, words: Sequence[str], size: int, folder: Path | None = None) -> None:
        """Start it in a folder; None: the working folder. Raises ValidatorError if the system refuses.

        name: the validator's, for messages. words: the program and its arguments. size: in bytes.
        """
        self._name = name
        self._size = size
        self._mark = f"VTR_CALL={token_hex(16)}"
        key, _, value = self._mark.partition("=")
        environment = {**os.environ, "VTR_PROTOCOL": str(VERSION), key: value}
        try:
            self._popen = subprocess.Popen(  # noqa: S603 (the user's own command, without a shell)
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                cwd=folder,
                start_new_session=True,
                bufsize=0,
            )
        except (OSError, ValueError) as error:
            why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
            raise ValidatorError(f"validator {name} could not be started: {why} ({words[0]!r})") from error
        self._selector = selectors.DefaultSelector()
        self._output = bytearray()
        self._errors = bytearray()
        self._to_write = memoryview(b"")
        for stream, event in (
            (self._popen.stdin, selectors.EVENT_WRITE),
            (self._popen.stdout, selectors.EVENT_READ),
            (self._popen.stderr, selectors.EVENT_READ),
        ):
            if stream is not None:
                os.set_blocking(stream.fileno(), False)
                if event == selectors.EVENT_READ:
                    self._selector.register(stream, event)

    def all_output(self, content: bytes, seconds: float) -> tuple[bytes, int]:
        """Everything it prints when given all of `content`, and its exit status.

        Raises ValidatorError if it does not end within `seconds`, or prints too much.
        """
        self._send(content)
        deadline = time.monotonic() + seconds
        while self._selector.get_map() and self._popen.poll() is None:
            self._step(deadline, seconds, close=True)
        while self._popen.poll() is None:  # it has closed its output but is still running
            self._wait_for_end(deadline, seconds)
        self._drain()
        return bytes(self._output), self._popen.returncode

    def line(self, content: bytes, seconds: float) -> bytes:
        """The line that it prints when given one.

        Raises ValidatorError if it ends, prints more than one line, or prints none within `seconds`.
        """
        self._errors.clear()
        self._drain()
        if self._output:
            raise self._error("printed a line that nobody asked for")
        self._send(content)
        deadline = time.monotonic() + seconds
        while b"\n" not in self._output:
            if self._popen.poll() is not None or self._popen.stdout not in self._registered:
                self._drain()
                if b"\n" in self._output:
                    break
                half = " in the middle of a line" if self._output else " before it answered"
                raise self._error(f"{self._describe_end(deadline)}{half}")
            self._step(deadline, seconds, close=False)
        answer, _, more = bytes(self._output).partition(b"\n")
        if more:
            raise self._error("printed more than one line for one request")
        self._output.clear()
        return answer

    def stderr_message(self) -> str:
        """The end of its stderr, as the end of a message; empty if it wrote nothing."""
        text = bytes(self._errors).decode("utf-8", "replace").strip()
        return f"\nstderr:\n{text}" if text else ""

    def finish(self, seconds: float) -> None:
        """Close its input and give it time to end by itself; then `end` it."""
        with suppress(OSError):
            self._close_input()
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(seconds)
        self.end()

    def end(self) -> int:
        """End it and all its descendants. If it had ended by itself: how many of those were still running, else 0."""
        alone = self._popen.poll() is not None
        others = self._kill()
        self._popen.wait()
        self._selector.close()
        for stream in (self._popen.stdin, self._popen.stdout, self._popen.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        return others if alone else 0

    def _error(self, what: str) -> ValidatorError:
        return ValidatorError(f"validator {self._name} {what}{self.stderr_message()}")

    @property
    def _registered(self) -> set[object]:
        return {key.fileobj for key in self._selector.get_map().values()}

    def _send(self, content: bytes) -> None:
        self._to_write = memoryview(content)
        if self._popen.stdin is not None and self._popen.stdin not in self._registered:
            self._selector.register(self._popen.stdin, selectors.EVENT_WRITE)

    def _step(self, deadline: float, seconds: float, *, close: bool) -> None:
        """Wait for something to read or write, and do it. close: close the input once everything is written."""
        left = deadline - time.monotonic()
        if left <= 0:
            begun = f", only the first {len(self._output)} bytes of one" if self._output else ""
            raise self._error(f"gave no answer within {seconds:g} s{begun}")
        for key, _ in self._selector.select(min(left, _LOOK_SECONDS)):
            if key.fileobj is self._popen.stdin:
                self._write(close=close)
            else:
                self._read(key.fileobj)

    def _wait_for_end(self, deadline: float, seconds: float) -> None:
        try:
            self._popen.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired as error:
            message = (
                f"validator {self._name} closed its output and did not end within {seconds:g} s{self.stderr_message()}"
            )
            raise ValidatorError(message) from error

    def _describe_end(self, deadline: float) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(max(min(deadline - time.monotonic(), 1), 0))
        return "closed its output" if self._popen.poll() is None else ending(self._popen.returncode)

    def _write(self, *, close: bool) -> None:
        if self._popen.stdin is None:
            return
        try:
            written = os.write(self._popen.stdin.fileno(), self._to_write[:_CHUNK])
        except BlockingIOError:
            return
        except OSError:  # it has stopped reading; its answer shows whether that was right
            written = len(self._to_write)
        self._to_write = self._to_write[written:]
        if not self._to_write:
            self._selector.unregister(self._popen.stdin)
            if close:
                self._close_input()

    def _close_input(self) -> None:
        if self._popen.stdin is not None:
            if self._popen.stdin in self._registered:
                self._selector.unregister(self._popen.stdin)
            self._popen.stdin.close()

    def _read(self, stream: object) -> bool:
        """Read what is available; false at the end of the stream, or if nothing is."""
        pipe = self._popen.stdout if stream is self._popen.stdout else self._popen.stderr
        if pipe is None:
            return False
        try:
            chunk = os.read(pipe.fileno(), _CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self._selector.unregister(pipe)
            return False
        if pipe is self._popen.stderr:
            self._errors += chunk
            del self._errors[:-STDERR_KEPT_BYTES]
            return True
        self._output += chunk
        if len(self._output) > self._size:
            begin = bytes(self._output[:40])
            raise self._error(f"printed more than {self._size} bytes, beginning {begin!r}")
        return True

    def _drain(self) -> None:
        """Read what is available without waiting, since a child may hold the pipe open for ever."""
        for stream in (self._popen.stdout, self._popen.stderr):
            left = self._size + _CHUNK  # a child that prints without end must not keep this loop running
            while left > 0 and stream in self._registered and self._read(stream):
                left -= _CHUNK

    def _kill(self) -> int:
        others: set[int] = set()
        for _ in range(_ROUNDS):
            found = _descendants(self._mark, self._popen.pid)  # before the group is killed, which would hide them
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            if not found:
                break
            others |= found
            for pid in found:
                _kill_and_wait(pid)
        return len(others)


def _kill_and_wait(pid: int) -> None:
    """Kill a process that is not our child, and wait for its end, since its environment vanishes a moment earlier."""
    with suppress(OSError):
        handle = os.pidfd_open(pid)  # a bare number might belong to another process by now
        try:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            select.select([handle], [], [], _ENDING_SECONDS)
        finally:
            os.close(handle)


def ending(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


def _descendants(mark: str, root: int) -> set[int]:
    """The processes that a process started, and those that they started; empty on systems other than Linux.

    They carry the mark in their environment. A process that has only just started may not show it yet, and is
    recognised by its parent.
    """
    if not sys.platform.startswith("linux"):
        return set()
    wanted = mark.encode()
    found, parents = set(), {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):  # it belongs to another user, or has just ended
                parents[int(folder.name)] = int((folder / "stat").read_bytes().rpartition(b")")[2].split()[1])
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found.add(int(folder.name))
    grown = {root} | found
    while more := {pid for pid, parent in parents.items() if parent in grown} - grown:
        grown |= more
    return grown - {root}
