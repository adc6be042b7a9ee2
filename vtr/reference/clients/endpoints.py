"""Each carrier's base URL and credentials, and the certificate authorities that are trusted.

The shapes are those of the `carriers` block of the validator protocol: read from a request or a file, fetched from a
running server of fake carriers, or built from the environment with the carriers' real hosts. A carrier may be missing:
its numbers stay unanswered, with the names of the variables that would help. Secrets are kept out of `repr`.

Sessions ignore the environment (`trust_env`), because reading it takes half of the time of a call; so the one variable
that people set for a company's authority, or for fake carriers behind TLS, is read here.
"""

import base64
import binascii
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from vtr.reference.errors import EndpointError

_Endpoint = TypeVar("_Endpoint")
AUTHORITIES_VARIABLE = "REQUESTS_CA_BUNDLE"
SM4_KEY_BYTES = 16
_SERVER_SECONDS = 10.0
_HOST_AND_PORT = re.compile(r"[\w.-]+:\d+(/|$)")
_NEXT_STEP = (
    "give the URL of `vtr serve`, as http://127.0.0.1:8765, or a JSON file with the carriers block that its"
    " /_admin/sessions/demo shows"
)


@dataclass(frozen=True, slots=True)
class OAuthEndpoint:
    """UPS, USPS or FedEx: base URL without a slash at its end, client id and secret."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DhlEndpoint:
    """DHL: base URL and the key of the unified interface; user and password are for MyDHL and may be empty."""

    base_url: str
    api_key: str = field(repr=False)
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ChinaPostEndpoint:
    """China Post: customer number, authorisation and SM4 key (Base64); send id and digest key may be empty."""

    base_url: str
    sender_no: str
    authorization: str = field(repr=False)
    sm4_key: str = field(repr=False)
    send_id: str = ""
    digest_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoint of each carrier; None where there are no credentials."""

    ups: OAuthEndpoint | None = None
    usps: OAuthEndpoint | None = None
    fedex: OAuthEndpoint | None = None
    dhl: DhlEndpoint | None = None
    chinapost: ChinaPostEndpoint | None = None

    def has(self, client: str) -> bool:
        """Whether there are credentials for a client."""
        return client in _TITLES and getattr(self, client) is not None


_TITLES = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL", "chinapost": "China Post"}
_REAL_HOSTS = {
    "ups": "https://onlinetools.ups.com",
    "usps": "https://apis.usps.com",
    "fedex": "https://apis.fedex.com",
    "dhl": "https://api-eu.dhl.com",
    "chinapost": "https://api.ems.com.cn",
}
_OAUTH = ("client_id", "client_secret")
_NEEDED: dict[str, tuple[str, ...]] = {
    "ups": _OAUTH,
    "usps": _OAUTH,
    "fedex": _OAUTH,
    "dhl": ("api_key",),
    "chinapost": ("sender_no", "authorization", "sm4_key"),
}
_OPTIONAL: dict[str, tuple[str, ...]] = {"dhl": ("username", "password"), "chinapost": ("send_id", "digest_key")}


def missing_credentials(client: str) -> str:
    """One sentence about what a carrier lacks: `no credentials for UPS; set VTR_UPS_CLIENT_ID and …`."""
    names = " and ".join(_variable(client, name) for name in _NEEDED[client])
    return f"no credentials for {_TITLES[client]}; set {names}"


def from_block(block: Mapping[str, object]) -> Endpoints:
    """Read the `carriers` block of the validator protocol. Raises EndpointError for a wrong shape."""
    unknown = sorted(set(block) - set(_TITLES))
    if unknown:
        raise EndpointError(f"carriers: unknown carrier {unknown[0]!r}, expected one of {', '.join(_TITLES)}")
    fields = {client: _fields(client, block[client]) for client in block if block[client] is not None}
    return _endpoints(fields)


def from_file(path: Path) -> Endpoints:
    """Read a JSON file with the block, bare or under the key `carriers`. Raises EndpointError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as broken:
        hint = f"did you mean http://{path}?" if _HOST_AND_PORT.match(str(path)) else _NEXT_STEP
        raise EndpointError(f"{path}: cannot be read: {broken.strerror or broken}; {hint}") from broken
    except (ValueError, RecursionError) as broken:
        raise EndpointError(f"{path}: is not JSON ({broken}); expected an object, one entry per carrier") from broken
    return _from_document(document, str(path))


def from_server(url: str, session: str = "demo") -> Endpoints:
    """Fetch the block of one session of a running server of fake carriers. Raises EndpointError."""
    import requests  # noqa: PLC0415 (slow to import; a block or the environment does without it)

    address = f"{_url(url, 'the server')}/_admin/sessions/{session}"
    try:
        with requests.Session() as web:
            web.trust_env = False
            web.verify = trusted_authorities()
            response = web.get(address, timeout=_SERVER_SECONDS, allow_redirects=False)
        document = response.json()
    except requests.JSONDecodeError as broken:
        raise EndpointError(f"{address}: answered {response.status_code} without JSON; is it `vtr serve`?") from broken
    except requests.exceptions.SSLError as broken:
        raise EndpointError(
            f"{address}: no TLS, or an untrusted certificate; name the file of its authority in "
            f"{AUTHORITIES_VARIABLE} (`vtr serve --tls` says which)"
        ) from broken
    except (requests.RequestException, UnicodeError) as broken:
        why = type(broken).__name__
        raise EndpointError(f"{address}: no answer ({why}); is `vtr serve` running there?") from broken
    except OSError as broken:  # not one of requests' own: the file of authorities does not exist
        raise EndpointError(f"{AUTHORITIES_VARIABLE} names a file or folder that does not exist: {broken}") from broken
    if not response.ok:
        raise EndpointError(f"{address}: answered {response.status_code}; is there a session {session!r}?")
    return _from_document(document, address)


def from_environment(environ: Mapping[str, str]) -> Endpoints:
    """Build endpoints of the real carriers from VTR_<CARRIER>_… variables; a carrier without any of them is left out.

    VTR_<CARRIER>_BASE_URL replaces a carrier's real host. Raises EndpointError when only some credentials are set.
    """
    fields: dict[str, dict[str, str]] = {}
    for client, needed in _NEEDED.items():
        names = (*needed, *_OPTIONAL.get(client, ()))
        given = {name: environ[_variable(client, name)] for name in names if environ.get(_variable(client, name))}
        absent = [_variable(client, name) for name in needed if name not in given]
        if not given:
            continue
        if absent and any(name in given for name in needed):
            raise EndpointError(f"{absent[0]} is not set, but other credentials of {_TITLES[client]} are; set it too")
        if absent:
            continue
        base_url = environ.get(_variable(client, "base_url")) or _REAL_HOSTS[client]
        fields[client] = given | {"base_url": _url(base_url, _variable(client, "base_url"))}
    return _endpoints(fields)


def sm4_key_bytes(key: str) -> bytes:
    """Decode China Post's key from its Base64 text. Raises ValueError if that is not 16 bytes in Base64."""
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise ValueError("the SM4 key is not Base64 text") from broken
    if len(raw) != SM4_KEY_BYTES:
        raise ValueError(f"the SM4 key has {len(raw)} bytes, expected {SM4_KEY_BYTES}")
    return raw


def trusted_authorities() -> str | bool:
    """The file or folder of authorities that REQUESTS_CA_BUNDLE names; without it True, those of `requests`."""
    return os.environ.get(AUTHORITIES_VARIABLE) or True


def _variable(client: str, name: str) -> str:
    return f"VTR_{client}_{name}".upper()


def _from_document(document: object, source: str) -> Endpoints:
    block = document.get("carriers", document) if isinstance(document, dict) else document
    if not isinstance(block, dict):
        raise EndpointError(f"{source}: expected a JSON object with one entry per carrier ({', '.join(_TITLES)})")
    try:
        return from_block(block)
    except EndpointError as wrong:
        raise EndpointError(f"{source}: {wrong}") from wrong


def _fields(client: str, entry: object) -> dict[str, str]:
    where = f"carriers.{client}"
    if not isinstance(entry, Mapping):
        raise EndpointError(f"{where}: expected an object with base_url and {', '.join(_NEEDED[client])}")
    fields: dict[str, str] = {}
    for name in ("base_url", *_NEEDED[client], *_OPTIONAL.get(client, ())):
        value = entry.get(name)
        if value is None and name in _OPTIONAL.get(client, ()):
            continue
        if value is None or value == "":
            raise EndpointError(f"{where}.{name}: is missing; add it as text")
        if not isinstance(value, str):
            raise EndpointError(f"{where}.{name}: expected text, not {type(value).__name__}")
        fields[name] = value
    fields["base_url"] = _url(fields["base_url"], f"{where}.base_url")
    return fields


def _url(text: str, where: str) -> str:
    """Check a base URL; returned without slashes at its end."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        raise EndpointError(f"{where}: {text!r} is not a URL, expected one like http://127.0.0.1:8080")
    return url


def _endpoints(fields: Mapping[str, Mapping[str, str]]) -> Endpoints:
    china = fields.get("chinapost")
    if china is not None:
        try:
            sm4_key_bytes(china["sm4_key"])
        except ValueError as wrong:
            raise EndpointError(f"chinapost sm4_key: {wrong}; expected 16 bytes in Base64 (24 characters)") from wrong

    def build(client: str, endpoint: Callable[..., _Endpoint]) -> _Endpoint | None:
        return endpoint(**fields[client]) if client in fields else None

    return Endpoints(
        ups=build("ups", OAuthEndpoint),
        usps=build("usps", OAuthEndpoint),
        fedex=build("fedex", OAuthEndpoint),
        dhl=build("dhl", DhlEndpoint),
        chinapost=build("chinapost", ChinaPostEndpoint),
    )
