"""A process that has imported what the commands need and run none of them; it forks a child for each command.

Most of a short command is the imports of pytest, pydantic, DuckDB and sqlglot. A child has them already and is in all
else what a started command is: a process of its own with its own folder, environment, arguments and streams. What
is decided when the interpreter starts is not decided again: the encoding of the streams, the hash seed, `-P`, `-W`. A
test of any of these, or of a full disk at the very end, starts Python itself.
"""

import atexit
import gc
import os
import pkgutil
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from json import load
from pathlib import Path

NUMBER = struct.Struct("!q")
# Where a library would start threads when it is imported: a child has its parent's memory, and none of its threads.
WITHOUT_THREADS = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
# The packages whose modules the commands import.
_OURS = ("vtr", "simulator")
_LEFT_OUT = ("vtr.__main__", "simulator.faker_provider")  # runs the command; loads Faker, which no command does
_OF_OTHERS = ("pytest", "rich.console", "sqlglot.generators.duckdb", "typer._adapters", "uvicorn")


def _modules() -> Iterator[str]:
    """The names of all modules to import, so that a child need not."""
    for package in _OURS:
        for found in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            if found.name not in _LEFT_OUT:
                yield found.name
    yield from _OF_OTHERS


def answer(number: int) -> None:
    """Fork a child for each command requested over the socket `number`, until it is closed; run it there."""
    import _pytest.config  # noqa: PLC0415 (the parent, which imports this module for its numbers, needs none)

    for name in (*_modules(), *(f"_pytest.{plugin}" for plugin in _pytest.config.default_plugins)):
        import_module(name)
    threads = Path("/proc/self/task")  # of Linux; the libraries' own threads too
    if threads.is_dir() and len(list(threads.iterdir())) > 1:
        raise RuntimeError("a module that is imported here starts a thread, which no child would have")
    gc.collect()
    gc.freeze()  # or the first collection of each child would copy all of it
    requests = socket.socket(fileno=number)
    while (found := socket.recv_fds(requests, 1, 5))[0]:
        if os.fork() == 0:
            requests.close()
            _run_to_the_end(_fork_child(*found[1]))
            return
        for received in found[1]:
            os.close(received)
        _forget_ended(os.WNOHANG)
    _forget_ended(0)


def _run_to_the_end(run: Callable[[], None]) -> None:
    """Run to an exit status and end, without Python's taking its modules apart: that copies what the parent has too."""
    try:
        run()
    except SystemExit as ended:
        if not isinstance(ended.code, int):
            raise
        # What Python does at its end: it waits for threads, and does what is registered for the end.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code)


def _forget_ended(how: int) -> None:
    with suppress(ChildProcessError):  # there is none any more
        while os.waitpid(-1, how)[0]:
            pass


def _fork_child(status_socket: int, request: int, *streams: int) -> Callable[[], None]:
    """Become the child and return what it is to run; the forking process waits for it and writes how it ended."""
    child = os.fork()
    if child:
        for stream in streams:
            os.close(stream)
        os.write(status_socket, NUMBER.pack(child))
        _, status = os.waitpid(child, 0)
        os.write(status_socket, NUMBER.pack(os.waitstatus_to_exitcode(status)))
        os._exit(0)
    os.close(status_socket)
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    with os.fdopen(request) as file:
        wanted = load(file)
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    time.tzset()
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [path for path in paths if path and path not in sys.path]
    sys.argv = ["-c", *wanted["arguments"]]
    module, _, function = wanted["runs"].partition(":")
    run: Callable[[], None] = getattr(import_module(module), function)
    return run
