"""A service as a validator: the request is posted as JSON, and the body of a 200 is the answer.

It uses the standard library's HTTP client, because the in-process door intercepts `requests`. A watchdog cuts the
connection at the deadline, since a socket's own timeout restarts with every byte that dribbles in. Proxies that the
environment names are ignored.
"""

import json
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
from threading import Event, Timer
from time import monotonic
from urllib.parse import urlsplit

from vtr.errors import ScenarioError, ValidatorError
from vtr.validators.answer import Answer
from vtr.validators.base import Limits, Request, Wait
from vtr.validators.parse_answer import answer_in

_OK = 200
_HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/csv", "User-Agent": "vtr"}


@dataclass(slots=True)
class Service:
    """A service behind a URL, with a connection that stays open between requests."""

    name: str
    limits: Limits = field(default_factory=Limits)
    _connection: HTTPConnection | None = None

    def __post_init__(self) -> None:
        """Check the URL. Raises ScenarioError for one that cannot be used."""
        try:
            parts = urlsplit(self.name)
            usable = bool(parts.hostname) and parts.username is None and parts.port != 0
        except ValueError:
            usable = False
        if not usable or not self.name.isascii() or any(character <= " " for character in self.name):
            message = "is no URL that can be asked; give one like http://127.0.0.1:8000/validate (without a user in it)"
            raise ScenarioError(f"validator {self.name!r} {message}")

    def validate(self, request: Request, *, wait: Wait) -> Answer:  # noqa: ARG002 (a service waits by its own means)
        """The service's answer. Raises ValidatorError if it cannot be reached or gives no valid answer."""
        content = json.dumps(request).encode()
        deadline = monotonic() + self.limits.seconds
        kept = self._connection is not None
        try:
            status, body = self._post(content, deadline)
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            self.close()
            if not kept:
                raise self._failure(error) from error
            try:  # the service may have closed an idle connection in the meantime, which is its right
                status, body = self._post(content, deadline)
            except (OSError, HTTPException) as again:
                raise self._failure(again) from again
        except (OSError, HTTPException) as error:
            raise self._failure(error) from error
        if status != _OK:
            begin = body[:200].decode("utf-8", "replace").strip()
            raise ValidatorError(f"validator {self.name} answered with status {status}: {begin or '(no body)'}")
        return answer_in(body, self.name, self.limits.columns)

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _failure(self, error: Exception) -> ValidatorError:
        self.close()
        why = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
        return ValidatorError(f"validator {self.name} cannot be asked: {why}")

    def _post(self, content: bytes, deadline: float) -> tuple[int, bytes]:
        late = Event()
        connection = self._connection or self._open(deadline)
        self._connection = connection

        def cut() -> None:
            late.set()
            if connection.sock is not None:
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

        watchdog = Timer(max(deadline - monotonic(), 0.001), cut)
        watchdog.daemon = True
        watchdog.start()
        parts = urlsplit(self.name)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body=content, headers=_HEADERS)
            response = connection.getresponse()
            body = response.read(self.limits.size + 1)
            complete = response.isclosed()
        except (OSError, HTTPException, ValueError) as error:
            if late.is_set():
                raise self._too_late() from error
            self.close()
            if isinstance(error, ValueError):  # a chunk whose length is not a number
                raise self._failure(error) from error
            raise
        finally:
            watchdog.cancel()
        if late.is_set():
            raise self._too_late()
        if len(body) > self.limits.size:
            self.close()
            raise ValidatorError(f"validator {self.name} answered with more than {self.limits.size} bytes")
        if not complete:
            self.close()
            raise ValidatorError(f"validator {self.name} cut its answer off after {len(body)} bytes")
        return response.status, body

    def _too_late(self) -> ValidatorError:
        self.close()
        return ValidatorError(f"validator {self.name} gave no answer within {self.limits.seconds:g} s")

    def _open(self, deadline: float) -> HTTPConnection:
        parts = urlsplit(self.name)
        left = max(deadline - monotonic(), 0.001)
        host = parts.hostname or ""
        if parts.scheme == "https":
            return HTTPSConnection(host, parts.port, timeout=left, context=ssl.create_default_context())
        return HTTPConnection(host, parts.port, timeout=left)
