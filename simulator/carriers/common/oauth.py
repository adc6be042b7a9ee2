"""What the token operations of several carriers have in common: form and JSON bodies, Basic and Bearer, JSON answers.

Readers here never raise, whatever a client sends: a carrier's refusal is an answer, and choosing a session must not
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
    """The fields of a URL-encoded form; of a repeated one the last counts. The declared type doesn't matter."""
    return dict(parse_qsl(request.body.strip().decode("utf-8", "replace"), keep_blank_values=True))


def parse_form_or_json(request: Request) -> dict[str, str]:
    """The text fields of a body, a JSON object or else a form, for carriers that take both.

    The body decides, not its declared type: clients mislabel both. Broken JSON has no fields.
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
    except ValueError:  # wrong Base64, or bytes that are no UTF-8
        return None
    return (user, password) if colon else None


def bearer_token(request: Request) -> str | None:
    """The token of an `Authorization: Bearer` header (RFC 6750); None where it is missing."""
    return _credential(request.headers.get("authorization", ""), "bearer")


@lru_cache(_HEADERS_REMEMBERED)  # follows from the text alone, and is asked in every call
def token_digest(authorization: str) -> str:
    """A few letters that stand for the token of an `Authorization` header, where the token itself has no business.

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
    """An answer with a JSON body in UTF-8 and its content type, the other headers after it."""
    return Response(status, (("content-type", content_type), *headers), orjson.dumps(document))


def _credential(authorization: str, scheme: str) -> str | None:
    named, _, credential = authorization.strip().partition(" ")
    credential = credential.strip()
    return credential if credential and named.lower() == scheme else None
