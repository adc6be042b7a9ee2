"""Reads a session's conduct from a server: one GET, and a clear word about whatever else comes than the answer."""

import json
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from simulator.errors import MisuseError

_SECONDS = 10


def fetched(server: str, session: str, admin_token: str | None) -> dict[str, Any]:
    """The conduct of a session, as `/_admin/sessions/NAME/conduct` gives it. server: its URL.

    Raises MisuseError for a URL that is none, a server that cannot be reached or is another one, an unknown session,
    and a token that is missing or wrong.
    """
    if urlsplit(server).scheme not in {"http", "https"}:
        raise MisuseError(f"server {server!r}: expected a URL such as http://127.0.0.1:8080")
    url = f"{server.rstrip('/')}/_admin/sessions/{quote(session, safe='')}/conduct"
    headers = {} if not admin_token else {"Authorization": f"Bearer {admin_token}"}
    try:
        # The environment's proxies have no business between this machine and its own server.
        with build_opener(ProxyHandler({})).open(Request(url, headers=headers), timeout=_SECONDS) as answer:  # noqa: S310 (the scheme is checked above)
            told = json.load(answer)
    except HTTPError as error:
        raise MisuseError(f"server {server}: {_words(error)}") from error
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise MisuseError(f"server {server}: {reason}; is `vtr serve` running there? Give --server") from error
    if not isinstance(told, dict) or not {"findings", "carriers"} <= told.keys():
        raise MisuseError(f"server {server}: its answer is no session's conduct; is it `vtr serve`?")
    return told


def _words(error: HTTPError) -> str:
    """What the server says of its refusal."""
    try:
        said = json.load(error)["error"]
    except (ValueError, KeyError, TypeError, OSError):
        said = f"answered {error.code}; is it `vtr serve`?"
    hint = "; give --admin-token or VTR_ADMIN_TOKEN" if error.code == HTTPStatus.UNAUTHORIZED else ""
    return f"{said}{hint}"
