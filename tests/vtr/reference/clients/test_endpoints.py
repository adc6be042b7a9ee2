"""Where carriers are asked: the block, a file, a server, the environment."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from vtr.reference.clients.endpoints import (
    ChinaPostEndpoint,
    DhlEndpoint,
    Endpoints,
    OAuthEndpoint,
    from_block,
    from_environment,
    from_file,
    from_server,
    missing_credentials,
    sm4_key_bytes,
)
from vtr.reference.errors import EndpointError

BLOCK: dict[str, Any] = {
    "ups": {"base_url": "http://127.0.0.1:8080/ups", "client_id": "demo", "client_secret": "demo"},
    "usps": {"base_url": "http://127.0.0.1:8080/usps/", "client_id": "demo", "client_secret": "demo"},
    "fedex": {"base_url": "http://127.0.0.1:8080/fedex", "client_id": "demo", "client_secret": "demo"},
    "dhl": {"base_url": "http://127.0.0.1:8080/dhl", "api_key": "demo", "username": "demo", "password": "demo"},
    "chinapost": {
        "base_url": "http://127.0.0.1:8080/chinapost",
        "sender_no": "demo",
        "authorization": "demo",
        "sm4_key": "ZGVtb2RlbW9kZW1vZGVtbw==",
        "send_id": "demo",
        "digest_key": "demo",
    },
}
READ = Endpoints(
    ups=OAuthEndpoint("http://127.0.0.1:8080/ups", "demo", "demo"),
    usps=OAuthEndpoint("http://127.0.0.1:8080/usps", "demo", "demo"),
    fedex=OAuthEndpoint("http://127.0.0.1:8080/fedex", "demo", "demo"),
    dhl=DhlEndpoint("http://127.0.0.1:8080/dhl", "demo", "demo", "demo"),
    chinapost=ChinaPostEndpoint(
        "http://127.0.0.1:8080/chinapost", "demo", "demo", "ZGVtb2RlbW9kZW1vZGVtbw==", "demo", "demo"
    ),
)


def test_block_of_the_protocol_is_read() -> None:
    assert from_block(BLOCK) == READ


def test_carriers_may_be_missing() -> None:
    endpoints = from_block({"ups": BLOCK["ups"], "dhl": None})
    assert endpoints == Endpoints(ups=READ.ups)
    assert [client for client in BLOCK if endpoints.has(client)] == ["ups"]
    assert not endpoints.has("hermes")


def test_further_keys_of_a_carrier_are_passed_over() -> None:
    assert from_block({"ups": BLOCK["ups"] | {"region": "us"}}).ups == READ.ups


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"hermes": {}}, "carriers: unknown carrier 'hermes', expected one of ups, usps, fedex, dhl, chinapost"),
        ({"ups": "http://127.0.0.1"}, "carriers.ups: expected an object with base_url and client_id, client_secret"),
        ({"ups": {"base_url": "http://h", "client_id": "x"}}, "carriers.ups.client_secret: is missing"),
        ({"ups": BLOCK["ups"] | {"client_id": 7}}, "carriers.ups.client_id: expected text, not int"),
        ({"ups": BLOCK["ups"] | {"base_url": "carrier"}}, "carriers.ups.base_url: 'carrier' is not a URL"),
        ({"ups": BLOCK["ups"] | {"base_url": "ftp://h"}}, "carriers.ups.base_url: 'ftp://h' is not a URL"),
        ({"ups": BLOCK["ups"] | {"base_url": "http://[::1"}}, "is not a URL"),
        ({"dhl": {"base_url": "http://h", "api_key": ""}}, "carriers.dhl.api_key: is missing"),
        ({"chinapost": BLOCK["chinapost"] | {"sm4_key": "demo"}}, "sm4_key: the SM4 key has 3 bytes, expected 16"),
    ],
)
def test_wrong_shapes_are_reported(block: dict[str, Any], words: str) -> None:
    with pytest.raises(EndpointError) as caught:
        from_block(block)
    assert words in str(caught.value)


@pytest.mark.parametrize("document", [BLOCK, {"carriers": BLOCK, "now": "2026-03-02T00:00:00Z"}])
def test_file_holds_the_block_bare_or_under_carriers(document: object, tmp_path: Path) -> None:
    path = tmp_path / "carriers.json"
    path.write_text(json.dumps(document))
    assert from_file(path) == READ


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        pytest.param("[" * 100_000, "is not JSON", id="deep"),
        ("[]", "expected a JSON object"),
        ('{"carriers": 3}', "expected a JSON object"),
        ('{"ups": {}}', "carriers.ups.base_url: is missing"),
    ],
)
def test_wrong_files_are_reported_with_their_name(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "carriers.json"
    path.write_text(content)
    with pytest.raises(EndpointError) as caught:
        from_file(path)
    assert str(caught.value).startswith(str(path))
    assert words in str(caught.value)


def test_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EndpointError, match="cannot be read: No such file"):
        from_file(tmp_path / "none.json")


@responses.activate
def test_server_gives_the_block_of_its_demo_session() -> None:
    responses.get("http://127.0.0.1:8080/_admin/sessions/demo", json={"id": "demo", "carriers": BLOCK, "parcels": []})
    assert from_server("http://127.0.0.1:8080/") == READ


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 404, "json": {}}, "answered 404; is there a session 'demo'?"),
        ({"body": "<html>"}, "answered 200 without JSON"),
        ({"json": []}, "expected a JSON object"),
        ({"body": requests.ConnectionError()}, "no answer (ConnectionError); is `vtr serve` running there?"),
        ({"body": requests.exceptions.SSLError()}, "name the file of its authority in REQUESTS_CA_BUNDLE"),
    ],
)
@responses.activate
def test_another_server_is_reported(answer: dict[str, Any], words: str) -> None:
    responses.get("http://127.0.0.1:8080/_admin/sessions/demo", **answer)
    with pytest.raises(EndpointError) as caught:
        from_server("http://127.0.0.1:8080")
    assert words in str(caught.value)


def test_file_of_authorities_that_is_not_there_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(EndpointError, match=r"REQUESTS_CA_BUNDLE names a file .* that does not exist: .*/nowhere/ca"):
        from_server("https://127.0.0.1:1")


def test_environment_gives_the_real_hosts() -> None:
    oauth = {
        f"VTR_{carrier}_CLIENT_{name}": name.lower()
        for carrier in ("UPS", "USPS", "FEDEX")
        for name in ("ID", "SECRET")
    }
    rest = {
        "VTR_DHL_API_KEY": "key",
        "VTR_DHL_USERNAME": "user",
        "VTR_DHL_PASSWORD": "word",
        "VTR_CHINAPOST_SENDER_NO": "1100",
        "VTR_CHINAPOST_AUTHORIZATION": "auth",
        "VTR_CHINAPOST_SM4_KEY": "ZGVtb2RlbW9kZW1vZGVtbw==",
        "VTR_CHINAPOST_SEND_ID": "sender",
        "VTR_CHINAPOST_DIGEST_KEY": "digest",
    }
    assert from_environment(oauth | rest) == Endpoints(
        ups=OAuthEndpoint("https://onlinetools.ups.com", "id", "secret"),
        usps=OAuthEndpoint("https://apis.usps.com", "id", "secret"),
        fedex=OAuthEndpoint("https://apis.fedex.com", "id", "secret"),
        dhl=DhlEndpoint("https://api-eu.dhl.com", "key", "user", "word"),
        chinapost=ChinaPostEndpoint(
            "https://api.ems.com.cn", "1100", "auth", "ZGVtb2RlbW9kZW1vZGVtbw==", "sender", "digest"
        ),
    )


def test_environment_may_name_another_host() -> None:
    environ = {"VTR_DHL_API_KEY": "key", "VTR_DHL_BASE_URL": "http://127.0.0.1:8080/dhl/"}
    assert from_environment(environ).dhl == DhlEndpoint("http://127.0.0.1:8080/dhl", "key")


def test_empty_environment_gives_no_endpoints() -> None:
    assert from_environment({"VTR_UPS_CLIENT_ID": "", "HOME": "/"}) == Endpoints()


def test_half_set_credentials_are_reported() -> None:
    with pytest.raises(EndpointError, match=r"VTR_UPS_CLIENT_SECRET is not set, although|other credentials of UPS are"):
        from_environment({"VTR_UPS_CLIENT_ID": "me"})


@pytest.mark.parametrize(
    ("client", "words"),
    [
        ("ups", "no credentials for UPS; set VTR_UPS_CLIENT_ID and VTR_UPS_CLIENT_SECRET"),
        ("dhl", "no credentials for DHL; set VTR_DHL_API_KEY"),
        (
            "chinapost",
            (
                "no credentials for China Post; "
                "set VTR_CHINAPOST_SENDER_NO and VTR_CHINAPOST_AUTHORIZATION and VTR_CHINAPOST_SM4_KEY"
            ),
        ),
    ],
)
def test_missing_credentials_name_their_variables(client: str, words: str) -> None:
    assert missing_credentials(client) == words


def test_secrets_are_not_shown() -> None:
    shown = repr(from_block({"ups": BLOCK["ups"] | {"client_secret": "hush-hush"}}))
    assert "hush-hush" not in shown


@pytest.mark.parametrize(("key", "words"), [("short", "not Base64 text"), ("ZGVtbw==", "has 4 bytes, expected 16")])
def test_wrong_sm4_key_is_refused(key: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sm4_key_bytes(key)
