"""A process of a validator: in a session of its own, talked to against a deadline, ended with all that it started.

Each process gets a mark of its own in its environment (`VTR_CALL`), which its children inherit. So on Linux those are
found too that left the process group; elsewhere the group is ended. One that left the group, cleared its environment
and whose parent has ended is nobody's: it is not found. Time is the system's monotonic clock: it is real
processes that are waited for.
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

STDERR_KEPT_BYTES = 4_000
_CHUNK = 65_536
_LOOK_SECONDS = 0.05  # how often it is asked whether a process has ended whose pipes somebody holds open
_ENDING_SECONDS = 1.0  # how long a killed process is waited for
_ROUNDS = 50  # of ending what goes on starting others


class Process:
    """A running validator. Output beyond `size` bytes ends it."""

    def __init__(self, name: str, words: Sequence[str], size: int, folder: Path | None = None) -> None:
        """Start it, in a folder if one is given. Raises ValidatorError when the system refuses."""
        self._name = name
        self._size = size
        self._mark = f"VTR_CALL={token_hex(16)}"
        key, _, value = self._mark.partition("=")
        environment = {**os.environ, "VTR_PROTOCOL": "1", key: value}
        try:
            self._popen = subprocess.Popen(  # noqa: S603 (the user's own command; no shell reads it)
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
        """Everything it prints when given all of `content`, and its exit status. Raises ValidatorError."""
        self._send(content)
        deadline = time.monotonic() + seconds
        while self._selector.get_map() and self._popen.poll() is None:
            self._step(deadline, seconds, close=True)
        while self._popen.poll() is None:  # it closed its output, and runs on
            self._rest(deadline, seconds)
        self._drain()
        return bytes(self._output), self._popen.returncode

    def line(self, content: bytes, seconds: float) -> bytes:
        """The line that it prints when given one. Raises ValidatorError when it ends, or prints more or none."""
        self._errors.clear()
        self._drain()
        if self._output:
            raise ValidatorError(f"validator {self._name} printed a line that nobody asked for{self.said()}")
        self._send(content)
        deadline = time.monotonic() + seconds
        while b"\n" not in self._output:
            if self._popen.poll() is not None or self._popen.stdout not in self._registered:
                self._drain()
                if b"\n" in self._output:
                    break
                half = " in the middle of a line" if self._output else " before it answered"
                raise ValidatorError(f"validator {self._name} {self._end(deadline)}{half}{self.said()}")
            self._step(deadline, seconds, close=False)
        answer, _, more = bytes(self._output).partition(b"\n")
        if more:
            raise ValidatorError(f"validator {self._name} printed more than one line for one request{self.said()}")
        self._output.clear()
        return answer

    def said(self) -> str:
        """The end of what it wrote to stderr, for a message."""
        text = bytes(self._errors).decode("utf-8", "replace").strip()
        return f"\nstderr:\n{text}" if text else ""

    def finish(self, seconds: float) -> None:
        """Let it end by itself, as its input has ended; then `end` it."""
        with suppress(OSError):
            self._close_input()
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(seconds)
        self.end()

    def end(self) -> int:
        """End it and all that it started; how many others were still there."""
        alone = self._popen.poll() is not None
        others = self._kill()
        self._popen.wait()
        self._selector.close()
        for stream in (self._popen.stdin, self._popen.stdout, self._popen.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        return others if alone else 0

    @property
    def _registered(self) -> set[object]:
        return {key.fileobj for key in self._selector.get_map().values()}

    def _send(self, content: bytes) -> None:
        self._to_write = memoryview(content)
        if self._popen.stdin is not None and self._popen.stdin not in self._registered:
            self._selector.register(self._popen.stdin, selectors.EVENT_WRITE)

    def _step(self, deadline: float, seconds: float, *, close: bool) -> None:
        """Wait for something to read or write, and do it. close: the input, when all is written."""
        left = deadline - time.monotonic()
        if left <= 0:
            begun = f", only the first {len(self._output)} bytes of one" if self._output else ""
            raise ValidatorError(f"validator {self._name} gave no answer within {seconds:g} s{begun}{self.said()}")
        for key, _ in self._selector.select(min(left, _LOOK_SECONDS)):
            if key.fileobj is self._popen.stdin:
                self._write(close=close)
            else:
                self._read(key.fileobj)

    def _rest(self, deadline: float, seconds: float) -> None:
        try:
            self._popen.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired as error:
            message = f"validator {self._name} closed its output and did not end within {seconds:g} s{self.said()}"
            raise ValidatorError(message) from error

    def _end(self, deadline: float) -> str:
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
        except OSError:  # it reads no further: its answer says whether that was right
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
        """Read what is there; false at the end, or when nothing is."""
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
            message = f"validator {self._name} printed more than {self._size} bytes, beginning {begin!r}{self.said()}"
            raise ValidatorError(message)
        return True

    def _drain(self) -> None:
        """Read what is there without waiting: a child of its own may hold the pipe open for ever."""
        for stream in (self._popen.stdout, self._popen.stderr):
            left = self._size + _CHUNK  # a child that prints without end must not keep us here
            while left > 0 and stream in self._registered and self._read(stream):
                left -= _CHUNK

    def _kill(self) -> int:
        others: set[int] = set()
        for _ in range(_ROUNDS):
            found = _started(self._mark, self._popen.pid)  # looked for first: the group's end would hide them
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            if not found:
                break
            others |= found
            for pid in found:
                _end_other(pid)
        return len(others)


def _end_other(pid: int) -> None:
    """End a process that is no child of ours, and see it end: its environment is gone a moment earlier."""
    with suppress(OSError):
        handle = os.pidfd_open(pid)  # a number alone might be another's by now
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


def _started(mark: str, root: int) -> set[int]:
    """The processes that a process started, and their own; empty where the system doesn't show them (not Linux).

    They carry a mark in their environment. One that has only just been started may show none yet: it is known by its
    parent.
    """
    if not sys.platform.startswith("linux"):
        return set()
    wanted = mark.encode()
    found, parents = set(), {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):  # another user's, or one that has just ended
                parents[int(folder.name)] = int((folder / "stat").read_bytes().rpartition(b")")[2].split()[1])
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found.add(int(folder.name))
    grown = {root} | found
    while more := {pid for pid, parent in parents.items() if parent in grown} - grown:
        grown |= more
    return grown - {root}
