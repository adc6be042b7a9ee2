"""Requests to China Post's interfaces: URL-encoded forms, with JSON inside one of their fields."""

from urllib.parse import parse_qsl, unquote, unquote_plus

import orjson

from simulator.exchange import Request


def form_fields(request: Request) -> dict[str, str]:
    """The form fields of a request. Some clients of JDPT put them into the query (B); the body takes precedence."""
    form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict((*request.query, *form))


def form_field(request: Request, name: str) -> str | None:
    """One form field, without parsing the others; None if it is missing. Never raises, so it can choose a session."""
    wanted = name.encode() + b"="
    for pair in request.body.split(b"&"):
        if pair.startswith(wanted):
            return unquote_plus(pair[len(wanted) :].decode("utf-8", "replace"))
    return request.parameter(name) or None


def json_text(body: str, name: str) -> str:
    """A text member of a JSON object, without blanks around it; empty for any other body or member."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    value = document.get(name) if isinstance(document, dict) else None
    return value.strip() if isinstance(value, str) else ""


def msg_body(form: dict[str, str]) -> str:
    """JDPT's `msgBody`, a JSON text. Some clients URL-encode it once more, and sign the text before that (B)."""
    body = form.get("msgBody", "")
    return unquote(body) if body.startswith("%") else body
