"""A client of the admin side, for tests: sessions, their clocks, parcels and faults, in a few words.

    with Server("http://127.0.0.1:8080").create(parcels=[{"carrier": "ups"}]) as session:
        session.advance(days=2)

It uses `requests`, and asks over real sockets.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import requests

from simulator.errors import MisuseError

_TIMEOUT_SECONDS = 60.0
_REFUSED = 400
_PAGE = 1_000


class Server:
    """A running `vtr serve`."""

    def __init__(self, url: str, admin_token: str | None = None) -> None:
        """url: as the server printed it. admin_token: what it was started with, if it was."""
        self.url = url.rstrip("/")
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy has no business between a test and its server
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
        """A new session, from parcels and faults as the admin side takes them, or from a scenario's YAML text.

        more: `id`, `seed`, `withheld`. Raises MisuseError with the server's words.
        """
        asked: dict[str, Any] = dict(more)
        if story is not None:
            asked["story"] = story
        for name, listed in (("parcels", list(parcels)), ("faults", list(faults))):
            if listed:
                asked[name] = [_plain(each) for each in listed]
        if now is not None:
            asked["now"] = _instant(now)
        return Session(self, self.ask("POST", "", asked))

    def session(self, name: str) -> "Session":
        """A session that is there. Raises MisuseError if it isn't."""
        return Session(self, self.ask("GET", f"/{quote(name, safe='')}"))

    def sessions(self) -> list[dict[str, Any]]:
        """All sessions, in short."""
        found: list[dict[str, Any]] = self.ask("GET", "")["sessions"]
        return found

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 (JSON)
        """Ask the admin side below /_admin/sessions. Raises MisuseError with the server's words, or when it is away."""
        try:
            answer = self._http.request(
                method, f"{self.url}/_admin/sessions{path}", json=body, timeout=_TIMEOUT_SECONDS
            )
        except requests.RequestException as error:
            raise MisuseError(f"server {self.url}: no answer ({type(error).__name__}); is it running?") from error
        if answer.status_code >= _REFUSED:
            try:
                message = str(answer.json()["error"])
            except (ValueError, KeyError, TypeError):
                message = f"status {answer.status_code}"
            raise MisuseError(message)
        return answer.json() if answer.content else None


class Session:
    """A session of a server. As a context manager, it is deleted at the end."""

    def __init__(self, server: Server, told: Mapping[str, Any]) -> None:
        """told: the session as the server shows it."""
        self._server = server
        self._told = told
        self.id: str = told["id"]

    @property
    def carriers(self) -> dict[str, dict[str, str]]:
        """The `carriers` block of the validator protocol: where each carrier answers, with which credentials."""
        block: dict[str, dict[str, str]] = self._told["carriers"]
        return block

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The requests of the validator protocol, one a report; empty without a story."""
        found: list[dict[str, Any]] = self._told.get("request", [])
        return found

    @property
    def parcels(self) -> list[dict[str, str]]:
        """The parcels as they are now."""
        found: list[dict[str, str]] = self._ask("GET", "/parcels")["parcels"]
        return found

    @property
    def now(self) -> datetime:
        """The session's instant (UTC)."""
        return datetime.fromisoformat(self._ask("GET", "")["now"])

    def advance(self, *, seconds: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Turn the clock forward; gives the new instant."""
        turned = timedelta(seconds=seconds, hours=hours, days=days).total_seconds()
        return datetime.fromisoformat(self._ask("POST", "/clock", {"advance": turned})["now"])

    def set(self, instant: datetime | str) -> datetime:
        """Turn the clock to an instant (with its offset), before or after the present one."""
        return datetime.fromisoformat(self._ask("POST", "/clock", {"set": _instant(instant)})["now"])

    def add(self, carrier: str, **parcel: Any) -> str:  # noqa: ANN401 (JSON)
        """Add a parcel; gives its tracking number. parcel: its other keys, such as journey."""
        added = self._ask("POST", "/parcels", {"parcels": [_plain({"carrier": carrier, **parcel})]})
        return str(added["parcels"][-1]["tracking_number"])

    def inject(self, fault: str, **conditions: Any) -> None:  # noqa: ANN401 (JSON)
        """Put a fault of the catalogue in force. conditions: carrier, operation, numbers, calls, parameters."""
        self._ask("POST", "/faults", {"faults": [_plain({"fault": fault, **conditions})]})

    def clear_faults(self) -> None:
        """Put every fault out of force."""
        self._ask("DELETE", "/faults")

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """The calls that the session got and still has on record, oldest first; those after a number."""
        entries: list[dict[str, Any]] = []
        while True:
            page = self._ask("GET", f"/journal?after={after}&limit={_PAGE}")
            entries += page["entries"]
            after = page["last"]
            if len(page["entries"]) < _PAGE:
                return entries

    def reset(self) -> None:
        """Make the session again as it was made."""
        self._told = self._ask("POST", "/reset")

    def delete(self) -> None:
        """End the session."""
        self._ask("DELETE", "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.delete()

    def _ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 (JSON)
        return self._server.ask(method, f"/{self.id}{path}", body)


def _instant(instant: datetime | str) -> str:
    return instant.isoformat() if isinstance(instant, datetime) else instant


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON, or nearly)
    """A value as JSON has it: instants as text, other sequences as lists."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
