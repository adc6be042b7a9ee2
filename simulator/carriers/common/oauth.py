"""What the operations of several carriers share: form and JSON bodies, Basic and Bearer credentials, JSON answers.

The parsers never raise, whatever a client sends: a carrier's refusal is an answer, and choosing a session must not
fail.
"""

from base64 import b64decode
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl

import orjson

from simulator.exchange import Request, Response

JSON = "application/json"
_HEADERS_REMEMBERED = 256
_DIGEST_LETTERS = 12  # two tokens of one journal of 10,000 calls share theirs once in millions of journals


def parse_form(request: Request) -> dict[str, str]:
    """The fields of a URL-encoded form, whatever its declared type; the last value of a repeated field counts."""
    return dict(parse_qsl(request.body.strip().decode("utf-8", "replace"), keep_blank_values=True))


def parse_form_or_json(request: Request) -> dict[str, str]:
    """The text fields of a body that is a JSON object or a form, for carriers that accept both.

    The body decides, not its declared type, since clients mislabel both. Malformed JSON has no fields.
    """
    body = request.body.strip()
    if not body.startswith(b"{"):
        return parse_form(request)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return {name: value for name, value in document.items() if isinstance(value, str)}


def basic_credentials(request: Request) -> tuple[str, str] | None:
    """User and password of an `Authorization: Basic` header (RFC 7617); None where it is missing or malformed."""
    encoded = _credential(request.headers.get("authorization", ""), "basic")
    if encoded is None:
        return None
    try:
        user, colon, password = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # bad Base64 or bad UTF-8
        return None
    return (user, password) if colon else None


def bearer_token(request: Request) -> str | None:
    """The token of an `Authorization: Bearer` header (RFC 6750); None where it is missing."""
    return _credential(request.headers.get("authorization", ""), "bearer")


@lru_cache(_HEADERS_REMEMBERED)  # depends on the text alone, and is needed in every call
def token_digest(authorization: str) -> str:
    """A short digest of the token in an `Authorization` header, for places where the token itself must not appear.

    Empty where the header has no Bearer token.
    """
    token = _credential(authorization, "bearer")
    return sha256(token.encode()).hexdigest()[:_DIGEST_LETTERS] if token else ""


def json_answer(
    status: int,
    document: object,
    *headers: tuple[str, str],
    content_type: str = JSON,
) -> Response:
    """An answer with a JSON body in UTF-8; the content type is its first header."""
    return Response(status, (("content-type", content_type), *headers), orjson.dumps(document))


def _credential(authorization: str, scheme: str) -> str | None:
    name, _, credential = authorization.strip().partition(" ")
    credential = credential.strip()
    return credential if credential and name.lower() == scheme else None
