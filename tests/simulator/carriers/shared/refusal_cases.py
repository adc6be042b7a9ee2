"""The ways in which a request can be refused, and how to drive an interface into each of them.

Each carrier's `test_errors` lists its interfaces and, for every case, the expected answer to the byte: status, headers
and body. Expected answers are written by hand, from what the carriers publish and clients report; where nothing is
known of a case, the texts are the simulator's own, marked D in the carrier's module `errors`. A case that an interface
cannot have is listed with the reason, so no cell is missing.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

from sample_parcels import DENVER

from simulator import Clock, Credentials, Kind, Parcel, Product, Request, Response, ScanEvent, Sessions, Simulation
from simulator.carriers.common.carrier import Call, Carrier, CarrierView

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)

Case = Literal[
    "not found",
    "malformed number",
    "malformed body",
    "no credential",
    "unknown credential",
    "expired token",
    "revoked token",
    "no scope",
    "not owner",
    "too many numbers",
    "rate limit",
    "server error",
    "unavailable",
    "no such path",
    "wrong method",
]
CASES: tuple[Case, ...] = (
    "not found", "malformed number", "malformed body", "no credential", "unknown credential", "expired token",
    "revoked token", "no scope", "not owner", "too many numbers", "rate limit", "server error", "unavailable",
    "no such path", "wrong method",
)  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """An expected answer. document: its body as JSON (or the body itself); ID replaces any identifier."""

    status: int
    document: Any
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


@dataclass(frozen=True)
class NotPossible:
    """A case that an interface does not have."""

    reason: str


Table = Mapping[str, Mapping[Case, Expected | NotPossible]]

NO_NUMBER = NotPossible("a token call asks about no number")
NO_BODY = NotPossible("a GET without a body; one that is sent anyway is not read")
ONE_NUMBER = NotPossible("a call asks about one number")
NO_TOKENS = NotPossible("no tokens are issued that could expire or be revoked")
NO_OWNERS = NotPossible("no source knows of parcels that only their owner may see")
PERMANENT_CREDENTIALS = NotPossible("client ids and secrets neither expire nor are revoked here")
TOKEN_FOR_ALL = NotPossible("a token is issued whatever the application holds; the tracking call refuses it")


@dataclass(frozen=True)
class Interface:
    """An interface under test.

    numbers: a known one, an unknown one, a malformed one, one of another owner (empty: none).
    request: a good request about a number; $TOKEN in its headers stands for a valid token.
    operation: the operation that it reaches.
    wrong_path: a path of the same interface without an operation.
    several: a request about too many numbers.
    withheld: the product without which the interface refuses a client.
    """

    carrier: str
    numbers: tuple[str, str, str, str]
    request: Callable[[str], Request]
    operation: str
    wrong_path: str
    malformed_body: bytes = b"{"
    several: Callable[[str], Request] | None = None
    withheld: Product | None = None


GRANT = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"}
BEARER_TOKEN = "Bearer $TOKEN"


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def posted(host: str, path: str, document: object, **headers: str) -> Request:
    body = urlencode(document) if isinstance(document, dict) and headers.pop("form", "") else json.dumps(document)
    return Request(
        "POST", host, path, (), {name.replace("_", "-"): text for name, text in headers.items()}, body.encode()
    )


@dataclass(frozen=True)
class Refusing:
    """A fault: the carrier refuses every request."""

    refusal: Literal["rate limit", "server error", "unavailable"]

    def on_answer(self, _answer: Response, call: Call, carrier: Carrier, world: CarrierView) -> Response:
        refusals = carrier.refusals
        if self.refusal == "rate limit":
            return refusals.rate_limited(call.request, world, 7 if carrier.name == "usps" else None)
        return (refusals.server_error if self.refusal == "server error" else refusals.unavailable)(call.request, world)


def simulation(interface: Interface, case: Case) -> Simulation:
    """A simulation with the interface's known parcel and that of another owner, at NOW."""
    credentials = Credentials.of("demo")
    if case == "no scope":
        assert interface.withheld is not None
        credentials = replace(credentials, withheld=frozenset((interface.withheld,)))
    accepted = (ScanEvent(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), Kind.ACCEPTED, DENVER),)
    known = Parcel(interface.carrier, interface.numbers[0], accepted, DENVER, DENVER)
    parcels = [known]
    if interface.numbers[3]:
        parcels.append(replace(known, tracking_number=interface.numbers[3], owner="another"))
    return Simulation(parcels, credentials=credentials, clock=Clock(NOW))


WITHOUT_CREDENTIAL = ("authorization", "dhl-api-key")


def request_of(interface: Interface, case: Case) -> Request:
    """The request that leads to a case."""
    known, unknown, malformed, owned = interface.numbers
    number = {"not found": unknown, "malformed number": malformed, "not owner": owned}.get(case, known)
    request = interface.request(number)
    if case == "too many numbers":
        assert interface.several is not None
        return interface.several(known)
    if case == "malformed body":
        return replace(request, body=interface.malformed_body)
    if case == "no such path":
        return replace(request, path=interface.wrong_path)
    if case == "wrong method":
        return replace(request, method="DELETE")
    if case == "no credential":
        return without_credential(request)
    return with_unknown_credential(request) if case == "unknown credential" else request


def without_credential(request: Request) -> Request:
    headers = {name: text for name, text in request.headers.items() if name not in WITHOUT_CREDENTIAL}
    body = request.body
    if body.startswith(b'{"grant_type"'):
        body = b'{"grant_type":"client_credentials"}'
    elif body.startswith(b"grant_type"):
        body = b"grant_type=client_credentials"
    elif body.startswith((b"apiCode", b"sendID")):
        body = body.replace(b"senderNo=demo", b"x=").replace(b"sendID=demo", b"x=")
    return replace(request, headers=headers, body=body)


def with_unknown_credential(request: Request) -> Request:
    headers = dict(request.headers)
    if headers.get("authorization") == BEARER_TOKEN:
        headers["authorization"] = "Bearer a.b.c"
    elif "authorization" in headers:
        headers["authorization"] = basic("nobody", "nothing")
    elif "dhl-api-key" in headers:
        headers["dhl-api-key"] = "nobody"
    body = request.body
    for good, bad in (
        (b'"client_id": "demo"', b'"client_id": "nobody"'),
        (b"client_id=demo", b"client_id=nobody"),
        (b"&authorization=demo", b"&authorization=wrong"),
        (b"sendID=demo", b"sendID=nobody"),
    ):
        if not request.path.startswith("/security"):  # UPS's credentials stand in the header
            body = body.replace(good, bad)
    return replace(request, headers=headers, body=body)


def answer_of(interface: Interface, case: Case) -> Response:
    """The interface's answer in a case."""
    simulated = simulation(interface, case)
    if case in {"rate limit", "server error", "unavailable"}:
        simulated.inject(Refusing(case), carrier=interface.carrier, operation=interface.operation)
    token = simulated.tokens.issue(interface.carrier, "demo", NOW, 3600)
    if case == "expired token":
        simulated.clock.advance(3600)
    elif case == "revoked token":
        simulated.tokens.revoke(token)
    request = request_of(interface, case)
    sessions = Sessions()
    sessions.add("demo", simulated)
    return sessions.handle(with_token(request, token))


def with_token(request: Request, token: str) -> Request:
    """A request with a token for $TOKEN."""
    return replace(request, headers={name: text.replace("$TOKEN", token) for name, text in request.headers.items()})


def masked(text: str) -> str:
    """A text with ID for every identifier."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "ID", text)


def possible_cases(table: Table) -> list[tuple[str, Case]]:
    """The interfaces and cases of a table that have an answer."""
    return [(name, case) for name, cells in table.items() for case, cell in cells.items() if isinstance(cell, Expected)]


def assert_complete(table: Table, interfaces: Mapping[str, Interface]) -> None:
    """Assert that a table has a cell for every interface and case."""
    assert {name: set(cells) for name, cells in table.items()} == {name: set(CASES) for name in interfaces}


def assert_refused(interface: Interface, case: Case, expected: Expected | NotPossible) -> None:
    """Assert that an interface's answer in a case is the expected one, to the byte."""
    assert isinstance(expected, Expected)
    answer = answer_of(interface, case)
    text = expected.document
    if not isinstance(text, str):
        text = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
    assert masked(answer.body.decode()) == text
    assert answer.status == expected.status
    headers = [(header, masked(value)) for header, value in answer.headers if header != "content-length"]
    assert headers == list(expected.headers)


def assert_accepted(interface: Interface, *events: ScanEvent) -> None:
    """Assert that the request from which the cases are made is a good one. events: more events of its parcel."""
    simulated = simulation(interface, "not found")
    if events:
        simulated.add(replace(simulated.parcels()[0], events=events))
    token = simulated.tokens.issue(interface.carrier, "demo", NOW, 3600)
    answer = simulated.handle(with_token(interface.request(interface.numbers[0]), token))
    assert answer.status == 200
    assert b"S94" not in answer.body
    assert b'"responseState":false' not in answer.body
