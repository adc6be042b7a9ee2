"""Requests as real clients send them, careful and careless ones, through both doors: which of them carriers accept.

Accepted are the forms in the carriers' documents and of their known clients. A form without any source is refused, as a
strict server would do (D), because a client had better learn it here. Those rows are marked D.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from simulator import Clock, Kind, Parcel, ScanEvent, Sessions, Simulation, carriers, intercept, running
from simulator.places import place

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
DENVER = place("Denver, CO, US")
UPS, USPS, FEDEX, DHL = "onlinetools.ups.com", "apis.usps.com", "apis.fedex.com", "api-eu.dhl.com"
EXPRESS, EMS = "express.api.dhl.com", "api.ems.com.cn"
NUMBERS = {"ups": "1Z999AA10390000109", "usps": "9205590000000100000018", "fedex": "900000000016", "dhl": "9000000015"}


def simulation() -> Simulation:
    events = (
        ScanEvent(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), Kind.ACCEPTED, DENVER),
        ScanEvent(datetime(2026, 3, 4, 9, 0, tzinfo=UTC), Kind.DELIVERED, DENVER),
    )
    parcels = [Parcel(carrier, number, events, DENVER, DENVER) for carrier, number in NUMBERS.items()]
    return Simulation(parcels, clock=Clock(NOW))


@dataclass(frozen=True)
class Sent:
    """A request. $TOKEN in a header is replaced by a valid token."""

    label: str
    method: str
    host: str
    target: str
    status: int
    has: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


GRANT = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"}
AS_FORM, AS_JSON = urlencode(GRANT).encode(), json.dumps(GRANT).encode()
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BASIC = {"Authorization": "Basic " + b64encode(b"demo:demo").decode()}
BEARER = {"Authorization": "Bearer $TOKEN"}
UPS_IDS = {**BEARER, "transId": "1", "transactionSrc": "tests"}
BOM = b"\xef\xbb\xbf"


def typed(content_type: str, **headers: str) -> dict[str, str]:
    return {"Content-Type": content_type, **headers}


def fedex(**changed: object) -> bytes:
    entry = {"trackingNumberInfo": {"trackingNumber": NUMBERS["fedex"]}}
    return json.dumps({"includeDetailedScans": True, "trackingInfo": [entry], **changed}).encode()


def tokens() -> Iterator[Sent]:
    ups, usps, fedex_path = "/security/v1/oauth/token", "/oauth2/v3/token", "/oauth/token"
    good, ups_good = "access_token", b"grant_type=client_credentials"
    yield Sent("ups, form", "POST", UPS, ups, 200, good, {**BASIC, **typed(FORM)}, ups_good)
    yield Sent("ups, charset", "POST", UPS, ups, 200, good, {**BASIC, **typed(f"{FORM}; charset=UTF-8")}, ups_good)
    yield Sent("ups, no content type", "POST", UPS, ups, 200, good, BASIC, ups_good)
    yield Sent("ups, credentials also in the form", "POST", UPS, ups, 200, good, {**BASIC, **typed(FORM)}, AS_FORM)
    yield Sent("ups, credentials in the form alone", "POST", UPS, ups, 400, "10400", typed(FORM), AS_FORM)
    yield Sent("ups, JSON (D)", "POST", UPS, ups, 400, "10400", {**BASIC, **typed(JSON)}, AS_JSON)
    basic = {"AUTHORIZATION": BASIC["Authorization"].replace("Basic", "basic")}
    yield Sent("ups, scheme in lower case", "POST", UPS, ups, 200, good, {**basic, **typed(FORM)}, ups_good)
    yield Sent("usps, form", "POST", USPS, usps, 200, good, typed(FORM), AS_FORM)
    yield Sent("usps, JSON", "POST", USPS, usps, 200, good, typed(JSON), AS_JSON)
    yield Sent("usps, JSON and charset", "POST", USPS, usps, 200, good, typed(f"{JSON};charset=utf-8"), AS_JSON)
    yield Sent("usps, JSON with blanks around", "POST", USPS, usps, 200, good, typed(JSON), b"\r\n " + AS_JSON + b"\n")
    more = json.dumps({**GRANT, "scope": "tracking", "more": [1]}).encode()
    yield Sent("usps, more keys", "POST", USPS, usps, 200, good, typed(JSON), more)
    yield Sent("usps, JSON called a form", "POST", USPS, usps, 200, good, typed(FORM), AS_JSON)
    yield Sent("usps, BOM (D)", "POST", USPS, usps, 400, "invalid_request", typed(JSON), BOM + AS_JSON)
    zipped = typed(JSON, **{"Content-Encoding": "gzip"})
    yield Sent("usps, gzip (D)", "POST", USPS, usps, 400, "invalid_request", zipped, gzip.compress(AS_JSON))
    yield Sent("fedex, form", "POST", FEDEX, fedex_path, 200, good, typed(FORM), AS_FORM)
    yield Sent("fedex, form in another order", "POST", FEDEX, fedex_path, 200, good, typed(FORM), reordered())
    yield Sent("fedex, JSON", "POST", FEDEX, fedex_path, 400, "BAD.REQUEST.ERROR", typed(JSON), AS_JSON)
    yield Sent("fedex, JSON called a form", "POST", FEDEX, fedex_path, 422, "INVALID.INPUT", typed(FORM), AS_JSON)
    basic_only = {**BASIC, **typed(FORM)}
    yield Sent("fedex, Basic", "POST", FEDEX, fedex_path, 422, "client_id or", basic_only, ups_good)


def reordered() -> bytes:
    return urlencode(dict(reversed(GRANT.items()))).encode()


def ups_and_usps() -> Iterator[Sent]:
    ups, usps = "/api/track/v1/details/", "/tracking/v3/tracking/"
    one, other = NUMBERS["ups"], NUMBERS["usps"]
    known, nowhere = f'"trackingNumber":"{one}"', "Not Found"
    yield Sent("ups", "GET", UPS, ups + one, 200, known, UPS_IDS)
    yield Sent(
        "ups, header names in capitals", "GET", UPS, ups + one, 200, known, {k.upper(): v for k, v in UPS_IDS.items()}
    )
    booleans = "?locale=en_US&returnSignature=true&returnMilestones=False&returnPOD=0"
    yield Sent("ups, booleans as text", "GET", UPS, ups + one + booleans, 200, known, UPS_IDS)
    yield Sent(
        "ups, unknown and repeated keys", "GET", UPS, f"{ups}{one}?a=1&a=2&locale=x&locale=y", 200, known, UPS_IDS
    )
    yield Sent("ups, number in lower case", "GET", UPS, ups + one.lower(), 200, known, UPS_IDS)
    yield Sent("ups, number with blanks", "GET", UPS, f"{ups}%20{one[:4]}%20{one[4:]}%20", 200, known, UPS_IDS)
    yield Sent("ups, number percent-encoded", "GET", UPS, f"{ups}%31{one[1:]}", 200, known, UPS_IDS)
    yield Sent("ups, trailing slash (D)", "GET", UPS, f"{ups}{one}/", 404, nowhere, UPS_IDS)
    yield Sent("ups, double slash (D)", "GET", UPS, f"/api//track/v1/details/{one}", 404, nowhere, UPS_IDS)
    yield Sent("ups, path in capitals (D)", "GET", UPS, f"/API/track/v1/details/{one}", 404, nowhere, UPS_IDS)
    yield Sent("ups, path encoded twice (D)", "GET", UPS, f"/api/track/v1/%2564etails/{one}", 404, nowhere, UPS_IDS)
    yield Sent("ups, HEAD", "HEAD", UPS, ups + one, 405, "", UPS_IDS)
    yield Sent("ups, OPTIONS", "OPTIONS", UPS, ups + one, 405, "Method Not Allowed", UPS_IDS)
    yield Sent("ups, a body where none belongs", "GET", UPS, ups + one, 200, known, {**UPS_IDS, **typed(JSON)}, b"{")
    details, summary = "trackingEvents", "eventSummaries"
    for query, has in (
        ("", summary),
        ("?expand=DETAIL", details),
        ("?expand=detail", details),
        ("?expand=Summary", summary),
        ("?expand=", summary),
        ("?EXPAND=DETAIL", summary),  # keys are what they are
        ("?expand=DETAIL&expand=SUMMARY", details),  # the first counts (D)
        ("?x=1&expand=DETAIL&y", details),
    ):
        yield Sent(f"usps {query}", "GET", USPS, usps + other + query, 200, has, BEARER)
    for accept, has in (
        ("application/json", details),
        ("*/*", details),
        ("application/vnd.usps.TrackFields+json", details),
        ("application/vnd.usps.TrackSummary+json", summary),
        ("APPLICATION/VND.USPS.TRACKSUMMARY+JSON;q=0.9, */*", summary),
        ("text/html, application/json;q=0.5, application/vnd.usps.TrackSummary+json", details),
        ("application/xml", details),  # in JSON (D)
    ):
        headers = {**BEARER, "Accept": accept}
        yield Sent(f"usps, Accept {accept}", "GET", USPS, f"{usps}{other}?expand=DETAIL", 200, has, headers)
    found = f'"trackingNumber":"{other}"'
    yield Sent("usps, number with blanks", "GET", USPS, f"{usps}{other[:4]}%20{other[4:]}", 200, found, BEARER)
    yield Sent("usps, number with plus signs (D)", "GET", USPS, f"{usps}{other[:4]}+{other[4:]}", 400, "150002", BEARER)
    yield Sent("usps, trailing slash (D)", "GET", USPS, f"{usps}{other}/", 404, "NOT_FOUND", BEARER)
    yield Sent("usps, bearer in lower case", "GET", USPS, usps + other, 200, found, {"authorization": "bearer $TOKEN"})
    several = json.dumps([{"trackingNumber": f" {other} ", "includeVeriPoint": "true", "x": {}}]).encode()
    for label, body, headers, status in (
        ("more keys, text for a boolean, blanks", several, typed(JSON), 200),
        ("charset", several, typed(f"{JSON}; charset=UTF-8"), 200),
        ("no content type", several, {}, 200),
        ("BOM (D)", BOM + several, typed(JSON), 400),
        ("an object for a list", several[1:-1], typed(JSON), 400),
        ("a list of texts", json.dumps([other]).encode(), typed(JSON), 400),
        ("a number for a text", b'[{"trackingNumber":9205590000000100000018}]', typed(JSON), 400),
    ):
        has = found if status == 200 else '"code":"400"'
        yield Sent(
            f"usps v3r2, {label}", "POST", USPS, "/tracking/v3r2/tracking", status, has, {**BEARER, **headers}, body
        )


def fedex_and_dhl() -> Iterator[Sent]:
    path, with_scans = "/track/v1/trackingnumbers", "scanEvents"
    info = {"trackingNumberInfo": {"trackingNumber": NUMBERS["fedex"]}}
    odd = {**info, "more": 1}
    digits = {"trackingNumberInfo": {"trackingNumber": int(NUMBERS["fedex"])}}
    blanks = {"trackingNumberInfo": {"trackingNumber": " 9000 0000 0016 "}}
    for label, body, status, has in (
        ("a boolean", fedex(), 200, with_scans),
        ("true as text", fedex(includeDetailedScans="true"), 200, with_scans),
        ("True as text", fedex(includeDetailedScans="True"), 200, with_scans),
        ("false as text", fedex(includeDetailedScans="false"), 200, "latestStatusDetail"),
        ("yes as text (D)", fedex(includeDetailedScans="yes"), 400, "includeDetailedScans"),
        ("1 for a boolean (D)", fedex(includeDetailedScans=1), 400, "includeDetailedScans"),
        ("null for a boolean", fedex(includeDetailedScans=None), 400, "includeDetailedScans"),
        ("more keys", fedex(trackingInfo=[odd], more=[]), 200, with_scans),
        ("digits for a text", fedex(trackingInfo=[digits]), 200, with_scans),
        ("blanks in the number", fedex(trackingInfo=[blanks]), 200, with_scans),
        ("an object for a list (D)", fedex(trackingInfo=info), 400, "TRACKING.TRACKINGNUMBER.EMPTY"),
        ("no body", b"", 400, "TRACKING.TRACKINGNUMBER.EMPTY"),
        ("BOM (D)", BOM + fedex(), 400, "INVALID.INPUT.EXCEPTION"),
        ("UTF-16 (D)", fedex().decode().encode("utf-16"), 400, "INVALID.INPUT.EXCEPTION"),
        ("keys twice: the last counts (D)", b'{"includeDetailedScans":7,' + fedex()[1:], 200, with_scans),
    ):
        yield Sent(f"fedex, {label}", "POST", FEDEX, path, status, has, {**BEARER, **typed(JSON)}, body)
    for content_type, status in (
        ("application/json; charset=UTF-8", 200),
        ("APPLICATION/JSON", 200),
        ("application/vnd.fedex+json", 200),
        ("text/plain", 400),
        (FORM, 400),
    ):
        has = with_scans if status == 200 else "BAD.REQUEST.ERROR"
        headers = {**BEARER, **typed(content_type)}
        yield Sent(f"fedex, content type {content_type}", "POST", FEDEX, path, status, has, headers, fedex())
    zipped = {**BEARER, **typed(JSON), "Content-Encoding": "gzip"}
    yield Sent("fedex, gzip (D)", "POST", FEDEX, path, 400, "INVALID.INPUT", zipped, gzip.compress(fedex(), mtime=0))
    yield Sent("fedex, GET", "GET", FEDEX, path, 405, "METHOD.NOT.ALLOWED", BEARER)
    number, key = NUMBERS["dhl"], {"DHL-API-Key": "demo"}
    unified, found = "/track/shipments?trackingNumber=", f'"id":"{number}"'
    yield Sent("dhl", "GET", DHL, unified + number, 200, found, key)
    yield Sent("dhl, header name in lower case", "GET", DHL, unified + number, 200, found, {"dhl-api-key": "demo"})
    yield Sent("dhl, blanks", "GET", DHL, f"{unified}+9000+000015%20", 200, found, key)
    yield Sent(
        "dhl, number twice: the first counts (D)", "GET", DHL, f"{unified}{number}&trackingNumber=1", 200, found, key
    )
    yield Sent("dhl, more keys", "GET", DHL, f"{unified}{number}&x=1&language=de", 200, found, key)
    yield Sent(
        "dhl, key in lower case (D)", "GET", DHL, f"/track/shipments?trackingnumber={number}", 400, "missing", key
    )
    yield Sent("dhl, service in capitals (D)", "GET", DHL, f"{unified}{number}&service=EXPRESS", 400, "service", key)
    yield Sent(
        "dhl, trailing slash (D)", "GET", DHL, f"/track/shipments/?trackingNumber={number}", 404, "resource", key
    )
    mydhl, express = f"/mydhlapi/shipments/{number}/tracking", f'"shipmentTrackingNumber":"{number}"'
    yield Sent("mydhl", "GET", EXPRESS, mydhl, 200, express, BASIC)
    yield Sent("mydhl, no x-version", "GET", EXPRESS, f"{mydhl}?x=1", 200, express, BASIC)
    yield Sent(
        "mydhl, boolean of Python (D)", "GET", EXPRESS, f"{mydhl}?requestGMTOffsetPerEvent=True", 400, "Wrong", BASIC
    )
    joined = f"/mydhlapi/tracking?shipmentTrackingNumber={number},{number}"
    yield Sent("mydhl, numbers in one value", "GET", EXPRESS, joined, 200, express, BASIC)
    brackets = f"/mydhlapi/tracking?shipmentTrackingNumber[]={number}"
    yield Sent("mydhl, keys with brackets (D)", "GET", EXPRESS, brackets, 400, "Missing", BASIC)


SENT = (*tokens(), *ups_and_usps(), *fedex_and_dhl())


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    sessions = Sessions()
    sessions.add("demo", simulation())
    with running(sessions) as base:
        yield base


def headers_of(sent: Sent) -> dict[str, str]:
    carrier = carriers.by_host(sent.host)
    assert carrier is not None
    token = simulation().tokens.issue(carrier.name, "demo", NOW, 3600)
    return {name: text.replace("$TOKEN", token) for name, text in sent.headers.items()}


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent.label)
def test_over_http_it_is_taken_or_refused_as_the_table_says(sent: Sent, url: str) -> None:
    # As plain bytes, with nothing that a client library would add or mend.
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    headers = {"Host": sent.host, **headers_of(sent)}
    connection.request(sent.method, sent.target, sent.body or None, headers)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    assert told[0] == sent.status, told
    assert sent.has in told[1]


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent.label)
def test_in_process_it_is_taken_or_refused_as_the_table_says(sent: Sent) -> None:
    sessions = Sessions()
    sessions.add("demo", simulation())
    with intercept(sessions):
        answer = requests.request(
            sent.method, f"https://{sent.host}{sent.target}", headers=headers_of(sent), data=sent.body, timeout=30
        )
    assert answer.status_code == sent.status, answer.text
    assert sent.has in answer.text


def test_usps_answers_in_the_type_that_was_asked_for() -> None:
    made = simulation()
    sessions = Sessions()
    sessions.add("demo", made)
    headers = {"authorization": f"Bearer {made.tokens.issue('usps', 'demo', NOW, 3600)}"}
    with intercept(sessions):
        types = [
            requests.get(
                f"https://{USPS}/tracking/v3/tracking/{NUMBERS['usps']}",
                headers={**headers, "accept": accept},
                timeout=30,
            ).headers["content-type"]
            for accept in ("application/vnd.usps.TrackFields+json", "application/xml", "*/*")
        ]
    assert types == ["application/vnd.usps.TrackFields+json", "application/json", "application/json"]
