"""A client of the admin API, for tests and `vtr conduct`: sessions, clocks, parcels, faults, journals and conduct.

    with Server("http://127.0.0.1:8080").create(parcels=[{"carrier": "ups"}]) as session:
        session.advance(days=2)

It uses `requests` over real sockets.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import requests
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema

from simulator.errors import MisuseError

_TIMEOUT_SECONDS = 60.0
_JOURNAL_PAGE = 1_000


class Server:
    """A running `vtr serve`. Its methods raise MisuseError with the server's message when it refuses a request.

    url: where it listens, without a slash at the end.
    """

    def __init__(self, url: str, admin_token: str | None = None, *, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        """url: as the server printed it. admin_token: what the server was started with, if it was.

        timeout_seconds: the longest silence of the server that is not an error.
        """
        self.url = url.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy belongs between a test and its server
        if admin_token is not None:
            self._http.headers["authorization"] = f"Bearer {admin_token}"

    def create(
        self,
        *,
        parcels: Iterable[Mapping[str, Any]] = (),
        faults: Iterable[Mapping[str, Any]] = (),
        story: str | None = None,
        now: datetime | str | None = None,
        **more: Any,  # noqa: ANN401 (JSON)
    ) -> "Session":
        """A new session, from parcels and faults in the form of the admin API, or from a scenario's YAML text.

        now: where its clock starts, with an offset; by default 2026-03-02 00:00 UTC. more: `id`, `seed`, `withheld`.
        """
        body: dict[str, Any] = dict(more)
        if story is not None:
            body["story"] = story
        for name, values in (("parcels", list(parcels)), ("faults", list(faults))):
            if values:
                body[name] = [_to_json(value) for value in values]
        if now is not None:
            body["now"] = _to_json(now)
        return Session(self, self.ask("POST", "", body))

    def session(self, name: str) -> "Session":
        """A session that the server has. Raises MisuseError if it has none of that name."""
        return Session(self, self.ask("GET", f"/{quote(name, safe='')}"))

    def sessions(self) -> list[dict[str, Any]]:
        """All sessions, in short."""
        sessions: list[dict[str, Any]] = self.ask("GET", "")["sessions"]
        return sessions

    def conduct(self, name: str) -> dict[str, Any]:
        """What a session's journal shows about its client: `session`, `calls`, `journal`, `carriers`, `findings`.

        Unlike other requests, it doesn't keep the session alive. Raises MisuseError if there is none of that name.
        """
        report = self.ask("GET", f"/{quote(name, safe='')}/conduct")
        if not isinstance(report, dict) or not {"findings", "carriers"} <= report.keys():
            raise MisuseError(f"server {self.url}: its answer is no session's conduct; is it `vtr serve`?")
        return report

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 (JSON)
        """The JSON that the admin API answers to a request. path: below /_admin/sessions. body: JSON.

        Raises MisuseError for a URL that isn't one, a server that doesn't answer or isn't `vtr serve`, and with the
        server's message when it refuses the request.
        """
        try:
            answer = self._http.request(
                method, f"{self.url}/_admin/sessions{path}", json=body, timeout=self._timeout_seconds
            )
        except (InvalidSchema, InvalidURL, MissingSchema) as error:
            raise MisuseError(f"server {self.url!r}: expected a URL such as http://127.0.0.1:8080") from error
        except (requests.RequestException, ValueError) as error:  # ValueError: a token that no header can hold
            raise MisuseError(
                f"server {self.url}: no answer ({type(error).__name__}); is `vtr serve` running there?"
            ) from error
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise MisuseError(_refusal(answer))
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            raise MisuseError(f"server {self.url}: its answer is not JSON; is it `vtr serve`?") from error


def _refusal(answer: requests.Response) -> str:
    """The server's message in an answer with an error, and what to do about a missing token."""
    try:
        message = str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        message = f"status {answer.status_code}; is it `vtr serve`?"
    unauthorized = answer.status_code == HTTPStatus.UNAUTHORIZED
    return f"{message}; give it as --admin-token, VTR_ADMIN_TOKEN or admin_token" if unauthorized else message


class Session:
    """A session of a server. As a context manager, it deletes the session at the end.

    id: its name.
    """

    def __init__(self, server: Server, description: Mapping[str, Any]) -> None:
        """description: the session's JSON."""
        self._server = server
        self._description = description
        self.id: str = description["id"]

    @property
    def carriers(self) -> dict[str, dict[str, str]]:
        """The `carriers` block of the validator protocol: where each carrier answers, with which credentials."""
        block: dict[str, dict[str, str]] = self._description["carriers"]
        return block

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The requests of the validator protocol, one for each report; empty without a story."""
        requests_of_story: list[dict[str, Any]] = self._description.get("request", [])
        return requests_of_story

    @property
    def parcels(self) -> list[dict[str, str]]:
        """The parcels as they are now."""
        parcels: list[dict[str, str]] = self._request("GET", "/parcels")["parcels"]
        return parcels

    @property
    def now(self) -> datetime:
        """The session's instant (UTC)."""
        return datetime.fromisoformat(self._request("GET", "")["now"])

    def advance(self, *, seconds: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Turn the clock forward; gives the new instant (UTC)."""
        duration = timedelta(seconds=seconds, hours=hours, days=days).total_seconds()
        return datetime.fromisoformat(self._request("POST", "/clock", {"advance": duration})["now"])

    def set(self, instant: datetime | str) -> datetime:
        """Turn the clock to an instant (with its offset), earlier or later; gives the new instant (UTC)."""
        return datetime.fromisoformat(self._request("POST", "/clock", {"set": _to_json(instant)})["now"])

    def add(self, carrier: str, **parcel: Any) -> str:  # noqa: ANN401 (JSON)
        """Add a parcel; gives its tracking number. parcel: its other keys, such as journey."""
        added = self._request("POST", "/parcels", {"parcels": [_to_json({"carrier": carrier, **parcel})]})
        return str(added["parcels"][-1]["tracking_number"])

    def inject(self, fault: str, **conditions: Any) -> None:  # noqa: ANN401 (JSON)
        """Put a fault of the catalogue in force. conditions: carrier, operation, numbers, calls, parameters."""
        self._request("POST", "/faults", {"faults": [_to_json({"fault": fault, **conditions})]})

    def clear_faults(self) -> None:
        """Put every fault out of force."""
        self._request("DELETE", "/faults")

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """The calls that the session's journal keeps, oldest first. after: only those with greater numbers."""
        entries: list[dict[str, Any]] = []
        while True:
            page = self._request("GET", f"/journal?after={after}&limit={_JOURNAL_PAGE}")
            entries += page["entries"]
            after = page["last"]
            if len(page["entries"]) < _JOURNAL_PAGE:
                return entries

    def conduct(self) -> dict[str, Any]:
        """What the session's journal shows about its client; see Server.conduct."""
        return self._server.conduct(self.id)

    def reset(self) -> None:
        """Make the session again as it was at first."""
        self._description = self._request("POST", "/reset")

    def delete(self) -> None:
        """End the session."""
        self._request("DELETE", "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.delete()

    def _request(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 (JSON)
        return self._server.ask(method, f"/{self.id}{path}", body)


def _to_json(value: Any) -> Any:  # noqa: ANN401 (JSON, or nearly)
    """A value as JSON can hold it: instants as text, sequences as lists."""
    if isinstance(value, Mapping):
        return {name: _to_json(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_to_json(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
