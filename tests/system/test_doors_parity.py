"""Both doors give the same answers: status, body, headers, the exceptions that deliveries cause, and the journal."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from simulator import Chunk, Delivery, Response, Sessions, Simulation, carriers, intercept, running
from simulator.carriers.chinapost import crypto
from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.faults import Calls, Conditions, catalogue
from simulator.serve.demo_session import NOW, demo_simulation

Ask = Callable[[str, str, str], requests.Response]


@dataclass(frozen=True)
class Asked:
    """A request as a client makes it; `$TOKEN` in a header is replaced by the last token that its carrier issued."""

    label: str
    method: str
    host: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
BEARER = {"authorization": "Bearer $TOKEN"}
GRANT = b"grant_type=client_credentials&client_id=demo&client_secret="
ODD_BODIES = (b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"a=%zz&&=&b", b'{"trackingInfo":7}', b'["x",1,null]')
ODD_NUMBERS = ("UNKNOWN1234", "%20", "%00", "x%2Fy", "1", "9" * 60, "%E4%B8%AD", "%FF", "a;b", "'\"<>")


@cache  # the demonstration has always the same
def number(carrier: str, api: str = "") -> str:
    """The first parcel's: one that was delivered."""
    return next(
        parcel.tracking_number
        for parcel in demo_simulation().parcels()
        if parcel.carrier == carrier and parcel.api == api
    )


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def ups() -> Iterator[Asked]:
    host, token, track = "onlinetools.ups.com", "/security/v1/oauth/token", "/api/track/v1/details/"
    ids = {"transId": "1", "transactionSrc": "test"}
    for label, headers in (("bad secret", basic("demo", "no")), ("nobody", basic("x", "x")), ("no credentials", {})):
        yield Asked(f"ups token, {label}", "POST", host, token, {**FORM, **headers}, b"grant_type=client_credentials")
    for body in ODD_BODIES:
        yield Asked(f"ups token {body!r}", "POST", host, token, basic("demo", "demo"), body)
    yield Asked("ups token", "POST", host, token, {**FORM, **basic("demo", "demo")}, b"grant_type=client_credentials")
    for text in (number("ups"), *ODD_NUMBERS):
        yield Asked(f"ups track {text}", "GET", host, track + text, {**BEARER, **ids})
    yield Asked("ups track, query", "GET", host, f"{track}{number('ups')}?locale=en_US&a=&b", {**BEARER, **ids})
    yield Asked("ups track, no token", "GET", host, track + number("ups"), ids)
    yield Asked("ups track, forged token", "GET", host, track + number("ups"), {"authorization": "Bearer a.b.c", **ids})
    yield Asked("ups track, no transId", "GET", host, track + number("ups"), BEARER)


def usps() -> Iterator[Asked]:
    host, token, track = "apis.usps.com", "/oauth2/v3/token", "/tracking/v3/tracking/"
    yield Asked("usps token, bad secret", "POST", host, token, FORM, GRANT + b"no")
    for body in ODD_BODIES:
        yield Asked(f"usps token {body!r}", "POST", host, token, JSON, body)
    yield Asked("usps token", "POST", host, token, FORM, GRANT + b"demo")
    for text in (number("usps"), *ODD_NUMBERS):
        for query in ("", "?expand=DETAIL", "?expand=nonsense"):
            yield Asked(f"usps track {text}{query}", "GET", host, track + text + query, BEARER)
    yield Asked("usps track, no token", "GET", host, track + number("usps"))
    several = json.dumps([{"trackingNumber": number("usps")}, {"trackingNumber": "UNKNOWN1234"}]).encode()
    for body in (several, *ODD_BODIES):
        yield Asked(f"usps v3r2 {body!r}", "POST", host, "/tracking/v3r2/tracking", {**JSON, **BEARER}, body)
    for text in (number("usps"), "UNKNOWN1234"):
        one = json.dumps([{"trackingNumber": text}]).encode()
        yield Asked(f"usps v3r2, {text} alone", "POST", host, "/tracking/v3r2/tracking", {**JSON, **BEARER}, one)
    yield Asked("usps v3r2, no token", "POST", host, "/tracking/v3r2/tracking", JSON, several)
    yield Asked("usps token, other scope", "POST", host, token, FORM, GRANT + b"demo&scope=addresses")
    yield Asked("usps v3r2, other scope", "POST", host, "/tracking/v3r2/tracking", {**JSON, **BEARER}, several)
    yield Asked("usps track, other scope", "GET", host, track + number("usps"), BEARER)


def fedex() -> Iterator[Asked]:
    host, token, track = "apis.fedex.com", "/oauth/token", "/track/v1/trackingnumbers"
    yield Asked("fedex token, bad secret", "POST", host, token, FORM, GRANT + b"no")
    for body in ODD_BODIES:
        yield Asked(f"fedex token {body!r}", "POST", host, token, FORM, body)
    yield Asked("fedex token", "POST", host, token, FORM, GRANT + b"demo")
    asked = [{"trackingNumberInfo": {"trackingNumber": text}} for text in (number("fedex"), "UNKNOWN1234", "")]
    several = json.dumps({"includeDetailedScans": True, "trackingInfo": asked}).encode()
    for body in (several, *ODD_BODIES):
        headers = {**JSON, **BEARER, "x-customer-transaction-id": "abc"}
        yield Asked(f"fedex track {body!r}", "POST", host, track, headers, body)
    yield Asked("fedex track, no token", "POST", host, track, JSON, several)
    letters = "/track/v1/trackingdocuments"
    for text in (number("fedex"), "UNKNOWN1234", ""):
        for form in ("PDF", "PNG", "pdf"):
            detail = {"documentType": "SIGNATURE_PROOF_OF_DELIVERY", "documentFormat": form}
            wanted = [{"trackingNumberInfo": {"trackingNumber": text}}]
            body = json.dumps({"trackDocumentDetail": detail, "trackDocumentSpecification": wanted}).encode()
            yield Asked(f"fedex {form} about {text!r}", "POST", host, letters, {**JSON, **BEARER}, body)
    for body in ODD_BODIES:
        yield Asked(f"fedex documents {body!r}", "POST", host, letters, {**JSON, **BEARER}, body)
    yield Asked("fedex documents, no token", "POST", host, letters, JSON, several)


def dhl() -> Iterator[Asked]:
    host, key = "api-eu.dhl.com", {"DHL-API-Key": "demo"}
    for text in (number("dhl"), *ODD_NUMBERS, ""):
        yield Asked(f"dhl track {text}", "GET", host, f"/track/shipments?trackingNumber={text}", key)
    yield Asked("dhl track, no number", "GET", host, "/track/shipments", key)
    yield Asked("dhl track, no key", "GET", host, f"/track/shipments?trackingNumber={number('dhl')}")
    yield Asked(
        "dhl track, bad key", "GET", host, f"/track/shipments?trackingNumber={number('dhl')}", {"DHL-API-Key": "x"}
    )
    host, user, known = "express.api.dhl.com", basic("demo", "demo"), number("dhl", "mydhl")
    for text in (known, *ODD_NUMBERS):
        yield Asked(f"mydhl {text}", "GET", host, f"/mydhlapi/shipments/{text}/tracking", user)
    two = f"/mydhlapi/tracking?shipmentTrackingNumber={known}&shipmentTrackingNumber=1"
    yield Asked("mydhl, several", "GET", host, two, user)
    yield Asked("mydhl, bad password", "GET", host, f"/mydhlapi/shipments/{known}/tracking", basic("demo", "x"))
    yield Asked("mydhl, no password", "GET", host, f"/mydhlapi/shipments/{known}/tracking")


def chinapost() -> Iterator[Asked]:
    host, path, key = "api.ems.com.cn", "/amp-prod-api/f/amp/api/open", "ZGVtb2RlbW9kZW1vZGVtbw=="

    def asked(label: str, text: str, **other: str) -> Asked:
        fields = {
            "apiCode": "040001",
            "senderNo": "demo",
            "authorization": "demo",
            "timeStamp": "2026-03-20 20:00:00",
            "logitcsInterface": crypto.encrypt_body(json.dumps({"waybillNo": text}), key),
        }
        return Asked(f"chinapost {label}", "POST", host, path, FORM, urlencode({**fields, **other}).encode())

    yield asked("known", number("chinapost"))
    for text in ("UNKNOWN1234", "", "中文", "x" * 200):
        yield asked(f"number {text!r}", text)
    yield asked("bad authorization", number("chinapost"), authorization="no")
    yield asked("nobody", number("chinapost"), senderNo="nobody")
    yield asked("no cipher", number("chinapost"), logitcsInterface="|$4|AAAA")
    yield asked("another service", number("chinapost"), apiCode="020003")
    for body in ODD_BODIES:
        yield Asked(f"chinapost {body!r}", "POST", host, path, FORM, body)
    message = json.dumps({"traceNo": number("chinapost", "jdpt")})
    for label, digest in (("known", crypto.digests(message, "demo")[0]), ("bad digest", "AAAA")):
        fields = {"sendID": "demo", "msgBody": message, "dataDigest": digest}
        trace = "/querypush-twswn/mailTrack/queryMailTrackWn/plus"
        yield Asked(f"jdpt {label}", "POST", "211.156.195.29", trace, FORM, urlencode(fields).encode())


def routes() -> Iterator[Asked]:
    """What no operation has, at every carrier and host."""
    for carrier in carriers.CARRIERS:
        for host in carrier.hosts:
            for path in ("/", "/nowhere", "//x", "/%2e%2e/x", "/_admin/sessions/demo", f"/{carrier.name}/x"):
                yield Asked(f"{host} GET {path}", "GET", host, path)
        for operation in carrier.operations:
            path = "/".join("1" if part.startswith("{") else part for part in operation.path.split("/"))
            for method in ("HEAD", "OPTIONS", "DELETE", "PUT", "GET", "POST"):
                yield Asked(f"{carrier.name} {method} {path}", method, carrier.hosts[0], path)


ASKED = (*ups(), *usps(), *fedex(), *dhl(), *chinapost(), *routes())


class Client:
    """Makes requests of the table, remembering tokens as a client does."""

    def __init__(self, url: str | None) -> None:
        """url: where the server answers; None asks the real hosts, which are intercepted."""
        self._url = url
        self._tokens: dict[str, str] = {}
        self._session = requests.Session()
        self._session.trust_env = False

    def ask(self, asked: Asked, timeout: float = 30) -> requests.Response:
        token = self._tokens.get(asked.host, "")
        headers = {name: value.replace("$TOKEN", token) for name, value in asked.headers.items()}
        url = f"https://{asked.host}{asked.path}"
        if self._url is not None:
            carrier = carriers.by_host(asked.host)
            assert carrier is not None
            if asked.host == carrier.hosts[0]:
                url = f"{self._url}/{carrier.name}{asked.path}"
            else:  # other hosts are reached by their name
                url, headers["host"] = f"{self._url}{asked.path}", asked.host
        answer = self._session.request(
            asked.method, url, headers=headers, data=asked.body or None, timeout=timeout, allow_redirects=False
        )
        if answer.ok and b"access_token" in answer.content:
            self._tokens[asked.host] = answer.json()["access_token"]
        return answer


def told(answer: requests.Response) -> tuple[Any, ...]:
    return answer.status_code, answer.reason, list(answer.raw.headers.items()), answer.content


def both(prepare: Callable[[Simulation], None], use: Callable[[Client], list[Any]]) -> list[list[Any]]:
    """What comes of the same requests to equal simulations through the server, and in process."""
    found = []
    for over_http in (True, False):
        simulation, sessions = demo_simulation(), Sessions()
        prepare(simulation)
        sessions.add("demo", simulation)
        if over_http:
            with running(sessions) as url:
                found.append(use(Client(url)))
        else:
            with intercept(sessions):
                found.append(use(Client(None)))
        # In process, pauses turn the simulated clock; over HTTP they take real time.
        journal = [replace(entry, stamp=None, at=NOW) for entry in simulation.journal]
        found[-1].append(journal)
    return found


@pytest.fixture(scope="module")
def answers() -> list[list[Any]]:
    """Label and answer of every request of the table, then the journal: through the server, and in process."""
    return both(lambda _: None, lambda client: [(asked.label, *told(client.ask(asked))) for asked in ASKED])


def test_every_request_gets_the_same_answer_through_both_doors(answers: list[list[Any]]) -> None:
    server, in_process = answers
    differing = [(ours, theirs) for ours, theirs in zip(server, in_process, strict=True) if ours != theirs]
    assert differing == []


def test_the_table_meets_answers_of_every_kind(answers: list[list[Any]]) -> None:
    # So that the test above can't hold because everything is refused.
    statuses = {label: status for label, status, *_ in answers[1][:-1]}
    assert {statuses[f"{carrier} track {number(carrier)}"] for carrier in ("ups", "usps", "dhl")} == {200}
    assert statuses[f"mydhl {number('dhl', 'mydhl')}"] == 200
    assert {200, 400, 401, 404, 405} <= set(statuses.values())


@pytest.mark.parametrize("headers", [{"x-locale": "中"}, {"x-locale": "\ud800"}, {"中": "x"}])
def test_a_header_that_no_socket_can_carry_fails_alike_through_both_doors(headers: dict[str, str]) -> None:
    def use(client: Client) -> list[Any]:
        with pytest.raises(UnicodeEncodeError) as raised:
            client.ask(Asked("odd header", "GET", "apis.usps.com", "/", headers))
        return [str(raised.value)]

    server, in_process = both(lambda _: None, use)
    assert server == in_process


@dataclass(frozen=True)
class Delivered:
    """A fault that changes nothing but the delivery."""

    delivery: Delivery
    longer_by: int = 0

    def on_answer(self, answer: Response, call: Call, carrier: Carrier, world: CarrierView) -> Response:
        delivery = self.delivery
        if self.longer_by:
            delivery = replace(delivery, declared_length=len(answer.body) + self.longer_by)
        return replace(answer, delivery=delivery)


@dataclass(frozen=True)
class Unavailable:
    """A fault of HTTP: the carrier's own refusal."""

    def on_answer(self, answer: Response, call: Call, carrier: Carrier, world: CarrierView) -> Response:
        return carrier.refusals.rate_limited(call.request, world, 7)


TIME_OUT = 0.25
TOO_LONG = 30.0  # no test waits for it: clients leave before
WHOLE = 1_000_000
FAULTS = {
    "carrier's refusal": Unavailable(),
    "delay": Delivered(Delivery(delay_seconds=0.05)),
    "delay beyond the time-out": Delivered(Delivery(delay_seconds=TOO_LONG)),
    "dribble": Delivered(Delivery(chunks=(Chunk(0.02, 10), Chunk(0.02, WHOLE)))),
    "dribble beyond the time-out": Delivered(Delivery(chunks=(Chunk(0, 10), Chunk(TOO_LONG, WHOLE)))),
    "cut off": Delivered(Delivery(chunks=(Chunk(0, 10),), ending="close")),
    "cut off before the body": Delivered(Delivery(chunks=(Chunk(0, 0),), ending="close")),
    "cut off by a reset": Delivered(Delivery(chunks=(Chunk(0, 10), Chunk(0.02, 0)), ending="reset")),
    "cut off by silence": Delivered(Delivery(chunks=(Chunk(0, 10),), ending="silence")),
    "left short": Delivered(Delivery(chunks=(Chunk(0, 10),))),
    "declared too long": Delivered(Delivery(), longer_by=50),
    "declared too long and closed": Delivered(Delivery(ending="close"), longer_by=50),
    "declared too long and reset": Delivered(Delivery(chunks=(Chunk(0, WHOLE), Chunk(0.02, 0)), ending="reset"), 50),
    "declared too short": Delivered(Delivery(), longer_by=-5),
    "closed": Delivered(Delivery(ending="close")),
    "reset": Delivered(Delivery(ending="reset")),
    "late reset": Delivered(Delivery(delay_seconds=0.02, ending="reset")),
    "silence": Delivered(Delivery(ending="silence")),
}


def outcome(client: Client, asked: Asked) -> tuple[Any, ...]:
    """What the caller meets: an answer, or an exception with what caused it."""
    try:
        return told(client.ask(asked, TIME_OUT))
    except requests.RequestException as error:
        cause = error.args[0]
        return type(error), type(cause), [type(deeper) for deeper in getattr(cause, "args", ()) if deeper is not None]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_means_the_same_to_a_client_through_both_doors(fault: Delivered | Unavailable) -> None:
    known = next(asked for asked in ASKED if asked.label == f"dhl track {number('dhl')}")

    def prepare(simulation: Simulation) -> None:
        simulation.inject(fault, carrier="dhl", calls=[1])

    def use(client: Client) -> list[Any]:
        # The second call shows that the connection is fit for use again.
        return [outcome(client, known), outcome(client, known)]

    server, in_process = both(prepare, use)
    assert server == in_process
    assert server[1][0] == 200


CATALOGUED = [
    entry.name
    for entry in catalogue.CATALOGUE
    if (entry.family in {"transport", "http"} or entry.name in {"wrong_charset", "unasked_gzip", "huge_body"})
    and (entry.reach is None or "dhl" in entry.reach)
]


@pytest.mark.parametrize("name", CATALOGUED)
def test_a_fault_of_the_catalogue_means_the_same_to_a_client_through_both_doors(name: str) -> None:
    known = next(asked for asked in ASKED if asked.label == f"dhl track {number('dhl')}")
    conditions = Conditions("dhl", calls=Calls(first=1))

    def prepare(simulation: Simulation) -> None:
        simulation.put(catalogue.envelope(name, conditions=conditions))

    def use(client: Client) -> list[Any]:
        return [outcome(client, known), outcome(client, known)]

    server, in_process = both(prepare, use)
    assert server == in_process
    assert server[1][0] == 200


def test_chance_falls_alike_through_both_doors() -> None:
    known = next(asked for asked in ASKED if asked.label == f"dhl track {number('dhl')}")

    def prepare(simulation: Simulation) -> None:
        simulation.put(catalogue.envelope("unavailable", conditions=Conditions("dhl", chance=0.5)))

    server, in_process = both(prepare, lambda client: [client.ask(known).status_code for _ in range(20)])
    assert server == in_process
    assert set(server[:-1]) == {200, 503}
