"""Parsing credentials and bodies: what counts, and that nothing a client sends raises."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.carriers.common import oauth
from simulator.exchange import Request


def sent(authorization: str = "", body: bytes = b"") -> Request:
    return Request("POST", "host", "/", (), {"authorization": authorization} if authorization else {}, body)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b'{"client_id": "demo", "scope": "tracking"}', {"client_id": "demo", "scope": "tracking"}),
        (b' \n{"client_id": "demo"}', {"client_id": "demo"}),
        (b"client_id=demo&client_secret=a%2Bb+c", {"client_id": "demo", "client_secret": "a+b c"}),
        (b"client_id=&client_id=last", {"client_id": "last"}),
        (b"", {}),
        (b"{", {}),
        (b"[1]", {"[1]": ""}),  # a form can say anything
        (b'{"client_id": 7, "scope": null}', {}),
    ],
)
def test_a_body_is_read_as_json_or_as_a_form(body: bytes, fields: dict[str, str]) -> None:
    assert oauth.parse_form_or_json(sent(body=body)) == fields


@given(st.binary())
def test_no_body_raises(body: bytes) -> None:
    oauth.parse_form_or_json(sent(body=body))
    oauth.parse_form_or_json(sent(body=b"{" + body))


@pytest.mark.parametrize(
    ("authorization", "credentials"),
    [
        ("Basic ZGVtbzpzZWNyZXQ=", ("demo", "secret")),
        ("basic ZGVtbzpzZWNyZXQ=", ("demo", "secret")),
        ("Basic " + b64encode(b"demo:a:b").decode(), ("demo", "a:b")),
        ("Basic " + b64encode(b"demo").decode(), None),
        ("Basic " + b64encode(b"\xff:x").decode(), None),
        ("Basic ZGVtbzpzZWNyZXQ", None),
        ("Basic", None),
        ("Bearer ZGVtbzpzZWNyZXQ=", None),
        ("", None),
    ],
)
def test_basic_credentials(authorization: str, credentials: tuple[str, str] | None) -> None:
    assert oauth.basic_credentials(sent(authorization)) == credentials


@pytest.mark.parametrize(
    ("authorization", "token"),
    [("Bearer a.b.c", "a.b.c"), ("bearer  a.b.c ", "a.b.c"), ("Bearer", None), ("Basic a.b.c", None), ("", None)],
)
def test_a_bearer_token(authorization: str, token: str | None) -> None:
    assert oauth.bearer_token(sent(authorization)) == token


@given(st.text())
def test_no_header_raises(text: str) -> None:
    for scheme in ("Basic ", "Bearer ", ""):
        oauth.basic_credentials(sent(scheme + text))
        oauth.bearer_token(sent(scheme + text))


def test_a_json_answer_has_its_content_type_first() -> None:
    answer = oauth.json_answer(404, {"a": "é"}, ("x", "y"), content_type="application/problem+json")
    assert answer.status == 404
    assert answer.headers == (("content-type", "application/problem+json"), ("x", "y"))
    assert answer.body == '{"a":"é"}'.encode()


@given(st.binary())
def test_a_form_is_not_json(body: bytes) -> None:
    assert oauth.parse_form(sent(body=b'{"client_id": "demo"}')) == {'{"client_id": "demo"}': ""}
    oauth.parse_form(sent(body=body))
