"""Carriers answer whatever a client sends: never with a 5xx or an exception, and in their own format, at both doors.

Requests are made from good ones, damaged in the places where clients damage them, and from random data. The examples
are the same in every run; VTR_FUZZ_EXAMPLES sets another number of them (thousands find more, in minutes).
"""

import json
import os
import socket
from base64 import b64encode
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import Request, Response, Sessions, Simulation, carriers, intercept, running
from simulator.carriers.chinapost import crypto
from simulator.serve.demo_session import demo_simulation

EXAMPLES = int(os.environ.get("VTR_FUZZ_EXAMPLES", "250"))
PARITY_EXAMPLES = max(40, EXAMPLES // 5)
ALWAYS_THE_SAME = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

BASIC = "Basic " + b64encode(b"demo:demo").decode()
SM4_KEY = "ZGVtb2RlbW9kZW1vZGVtbw=="
NUMBERS = tuple(
    next(p.tracking_number for p in demo_simulation().parcels() if p.carrier == name)
    for name in ("ups", "usps", "fedex", "dhl", "chinapost")
)


@dataclass(frozen=True)
class Good:
    """A request that a carrier answers with a 200. document: what its body says, as JSON or as a form."""

    label: str
    carrier: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    document: Any = None
    form: bool = False


GRANT = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"}
TRACE = json.dumps({"traceNo": NUMBERS[4]})
FEDEX = {
    "includeDetailedScans": True,
    "trackingInfo": [
        {
            "shipDateBegin": "2026-01-01",
            "shipDateEnd": "2026-12-31",
            "trackingNumberInfo": {
                "trackingNumber": NUMBERS[2],
                "carrierCode": "FDXE",
                "trackingNumberUniqueId": "",
            },
        }
    ],
}
LETTERS = {
    "trackDocumentDetail": {"documentType": "SIGNATURE_PROOF_OF_DELIVERY", "documentFormat": "PDF"},
    "trackDocumentSpecification": FEDEX["trackingInfo"],
}
EMS = {
    "apiCode": "040001",
    "senderNo": "demo",
    "authorization": "demo",
    "timeStamp": "2026-03-20 20:00:00",
    "logitcsInterface": crypto.encrypt_body(json.dumps({"waybillNo": NUMBERS[4]}), SM4_KEY),
}
JDPT = {"sendID": "demo", "msgBody": TRACE, "dataDigest": crypto.digests(TRACE, "demo")[0]}
UPS_IDS = (("transid", "1"), ("transactionsrc", "tests"))
TOKEN = ("authorization", "Bearer $TOKEN")
EXPRESS = next(p.tracking_number for p in demo_simulation().parcels() if p.api == "mydhl")

GOODS = (
    Good("ups token", "ups", "POST", "/security/v1/oauth/token", (("authorization", BASIC),), (), GRANT, form=True),
    Good("ups", "ups", "GET", f"/api/track/v1/details/{NUMBERS[0]}", (TOKEN, *UPS_IDS), (("locale", "en_US"),)),
    Good("usps token", "usps", "POST", "/oauth2/v3/token", (), (), GRANT),
    Good("usps revoke", "usps", "POST", "/oauth2/v3/revoke", (TOKEN,), (), {"token": "$TOKEN", "token_type_hint": "x"}),
    Good(
        "usps",
        "usps",
        "GET",
        f"/tracking/v3/tracking/{NUMBERS[1]}",
        (TOKEN,),
        (("expand", "DETAIL"), ("destinationZIPCode", ""), ("mailingDate", "")),
    ),
    Good(
        "usps v3r2",
        "usps",
        "POST",
        "/tracking/v3r2/tracking",
        (TOKEN,),
        (),
        [{"trackingNumber": NUMBERS[1], "destinationZIPCode": "", "mailingDate": "", "includeVeriPoint": True}],
    ),
    Good("fedex token", "fedex", "POST", "/oauth/token", (), (), GRANT, form=True),
    Good(
        "fedex",
        "fedex",
        "POST",
        "/track/v1/trackingnumbers",
        (TOKEN, ("x-locale", "en_US"), ("x-customer-transaction-id", "1")),
        (),
        FEDEX,
    ),
    Good("fedex documents", "fedex", "POST", "/track/v1/trackingdocuments", (TOKEN,), (), LETTERS),
    Good(
        "dhl",
        "dhl",
        "GET",
        "/track/shipments",
        (("dhl-api-key", "demo"),),
        (("trackingNumber", NUMBERS[3]), ("service", "express"), ("offset", "0"), ("limit", "5"), ("language", "en")),
    ),
    Good(
        "mydhl",
        "dhl",
        "GET",
        f"/mydhlapi/shipments/{EXPRESS}/tracking",
        (("authorization", BASIC),),
        (("trackingView", "all-checkpoints"), ("levelOfDetail", "all"), ("requestGMTOffsetPerEvent", "true")),
    ),
    Good(
        "mydhl several",
        "dhl",
        "GET",
        "/mydhlapi/tracking",
        (("authorization", BASIC),),
        (("shipmentTrackingNumber", EXPRESS), ("pieceTrackingNumber", EXPRESS), ("trackingView", "last-checkpoint")),
    ),
    Good("ems", "chinapost", "POST", "/amp-prod-api/f/amp/api/open", (), (), EMS, form=True),
    Good("jdpt", "chinapost", "POST", "/querypush-twswn/mailTrack/queryMailTrackWn/plus", (), (), JDPT, form=True),
)
HOSTS = {carrier.name: carrier.hosts[0] for carrier in carriers.CARRIERS}

# Values in a body that readers of JSON and forms trip over.
ODD_JSON = (
    b"null", b"true", b"0", b"-0.0", b"1e400", b"1" * 400, b"18446744073709551616", b"NaN", b"Infinity", b'""', b"[]",
    b"{}", b"[[]]", b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\u0000"', b'"\x00"', b'"\xff"', b'"\xed\xa0\x80"', b"'x'",
    b'{"a":1,"a":2}', b'{"":""}', b"[" * 2000 + b"]" * 2000, b'{"a":' * 900 + b"1" + b"}" * 900, b"[1,]", b"[", b'"',
    b'{"trackingNumber":{}}', b"[null]", b"[[[]],{}]", b'"' + b"9" * 5000 + b'"', '"中文"'.encode(), b'"\\u202e"',
    b'" "', b"-1", b"1.5", b"false", b'"true"', b'"9999-99-99"', b'"%00"', b'"2026-02-30"',
)  # fmt: skip
ODD_TEXTS = (
    "", " ", "\0", "%", "%zz", "%ff", "%00", "%2e%2e%2f", "..", "a" * 4000, "1" * 40, "-1", "0", "1e9", "٣", "中文",
    "\u202e", "'\"<>&;", "$TOKEN", "null", "true", "[]", "{}", "a\r\nb: c", "9999999999", "٣٣", "²", "express,express",
)  # fmt: skip
ODD_HEADERS = (
    ("content-type", "application/json"), ("content-type", "application/x-www-form-urlencoded; charset=utf-16"),
    ("content-type", "text/plain"), ("content-type", ""), ("content-type", "multipart/form-data; boundary=x"),
    ("content-encoding", "gzip"), ("accept", "application/xml"), ("accept", "nonsense"), ("accept-language", "zz"),
    ("authorization", "Bearer"), ("authorization", "Bearer a.b.c"), ("authorization", "Basic !!!!"),
    ("authorization", "Basic " + b64encode(b"demo").decode()), ("dhl-api-key", ""), ("dhl-api-key", "\xff"),
    ("authorization", "Basic " + b64encode(b"\xff:\xff").decode()),
    ("authorization", "Bearer ." + b64encode(b'{"client_id":7}').decode() + "."), ("authorization", "Digest x"),
    ("authorization", "Bearer ." + b64encode(b'{"client_id":"\\ud800"}').decode() + "."),
    ("authorization", "Bearer x." + b64encode(b"[" * 30000).decode() + ".y"),
    ("x-customer-transaction-id", "\xe9\xff"), ("x-locale", "_"), ("x-locale", "\xff" * 50), ("transid", ""),
    ("expect", "nothing"), ("x-http-method-override", "DELETE"), ("range", "bytes=0-1"), ("if-none-match", "*"),
)  # fmt: skip


def _spots(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 (JSON)
    """The path of every value in a document, its root included."""
    found = [path]
    members = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in members:
        found += _spots(value, (*path, key))
    return found


def _written(document: Any, odd: dict[tuple[Any, ...], bytes], path: tuple[Any, ...] = ()) -> bytes:  # noqa: ANN401
    """A document as JSON with raw pieces in some of its spots."""
    if path in odd:
        return odd[path]
    if isinstance(document, dict):
        members = (json.dumps(key).encode() + b":" + _written(v, odd, (*path, key)) for key, v in document.items())
        return b"{" + b",".join(members) + b"}"
    if isinstance(document, list):
        return b"[" + b",".join(_written(value, odd, (*path, i)) for i, value in enumerate(document)) + b"]"
    return json.dumps(document).encode()


odd_texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=12)
odd_bytes = st.sampled_from(ODD_JSON) | st.binary(max_size=40)
wraps = st.sampled_from((b"%s", b"\xef\xbb\xbf%s", b" \r\n%s\n", b"%s%s", b"%s\0", b"\xff%s", b"\x1f\x8b%s"))


@st.composite
def bodies(draw: st.DrawFn, good: Good) -> bytes:
    """The good body, with odd pieces in some of its places; or something else altogether."""
    if good.document is None or draw(st.integers(0, 9)) == 0:
        return draw(odd_bytes)
    if good.form and draw(st.booleans()):
        fields = dict(good.document)
        for name in draw(st.lists(st.sampled_from(sorted(fields)), max_size=3)):
            fields[name] = draw(odd_texts)
        pairs = list(fields.items()) + draw(st.lists(st.sampled_from(sorted(fields.items())), max_size=2))
        body = urlencode(draw(st.permutations(pairs)), errors="surrogatepass").encode()
    else:
        spots = draw(st.lists(st.sampled_from(_spots(good.document)), max_size=3))
        body = _written(good.document, {spot: draw(odd_bytes) for spot in spots})
        if isinstance(good.document, list):  # many elements, and none
            body = draw(st.sampled_from((body, b"[" + b",".join([body[1:-1]] * 40) + b"]")))
    wrap = draw(wraps)
    return wrap % ((body,) * wrap.count(b"%s"))


@st.composite
def paths(draw: st.DrawFn, good: Good) -> str:
    kind = draw(st.sampled_from((0, 0, 0, 0, 0, 0, 1, 1, 2, 3)))
    if kind == 0:
        return good.path
    parts = good.path.split("/")
    spot = draw(st.integers(1, len(parts) - 1))
    if kind == 1:
        parts[spot] = quote(draw(odd_texts), safe="%", errors="surrogatepass")
    elif kind == 2:
        parts[spot:spot] = draw(st.sampled_from(([""], ["."], [".."], ["%2e%2e"], [";a=b"])))
    else:
        return "/" + quote(draw(odd_texts), safe="/%", errors="surrogatepass")
    return "/".join(parts)


@st.composite
def asked(draw: st.DrawFn) -> Request:
    """A request to a carrier, more or less like a good one."""
    good = draw(st.sampled_from(GOODS))
    method = draw(st.sampled_from((good.method,) * 20 + ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")))
    headers = dict(good.headers)
    for name in draw(st.lists(st.sampled_from(sorted(headers)), max_size=1)) if headers else ():
        del headers[name]
    headers.update(draw(st.lists(st.sampled_from(ODD_HEADERS), max_size=2)))
    query = list(good.query)
    for index in draw(st.lists(st.integers(0, len(query) - 1), max_size=2)) if query else ():
        query[index] = (query[index][0], draw(odd_texts))
    query += draw(st.lists(st.tuples(odd_texts, odd_texts), max_size=2))
    query += draw(st.lists(st.sampled_from(query), max_size=2)) if query else []
    # As decoded by a door: what was no UTF-8 has been replaced.
    query = [(_decoded(name), _decoded(value)) for name, value in query]
    body = draw(bodies(good)) if method in {"POST", "PUT", "PATCH"} or draw(st.integers(0, 9)) == 0 else b""
    return Request(method, HOSTS[good.carrier], draw(paths(good)), tuple(query), headers, body)


def _decoded(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def test_good_requests_are_good() -> None:
    # So that what is made from them reaches what it shall damage.
    simulation = demo_simulation()
    for good in GOODS:
        request = with_token(good_request(good), simulation)
        answer = simulation.handle(request)
        assert answer.status == 200, good.label
        assert b"demo" not in answer.body or "token" in good.label or good.label == "jdpt"


def token_of(simulation: Simulation, host: str) -> str:
    carrier = carriers.by_host(host)
    assert carrier is not None
    return simulation.tokens.issue(carrier.name, "demo", simulation.clock.now, 3600)


def with_token(request: Request, simulation: Simulation) -> Request:
    token = token_of(simulation, request.host)
    return replace(request, headers={name: text.replace("$TOKEN", token) for name, text in request.headers.items()})


def misfit(request: Request, answer: Response) -> str:
    """What is wrong with an answer to any request; empty if nothing is."""
    headers = dict(answer.headers)
    if not 200 <= answer.status < 500:
        return f"status {answer.status}"
    if headers.get("content-length") != str(len(answer.body)):
        return "content-length"
    unprintable = [name for name, text in answer.headers if not text.isprintable()]
    if unprintable:
        return f"header {unprintable[0]}"
    return _misfit_of_body(request, answer, headers.get("content-type", "").partition(";")[0])


def _misfit_of_body(request: Request, answer: Response, kind: str) -> str:
    if kind == "text/plain" and request.path == "/oauth2/v3/revoke":
        return "" if answer.body == b"200 OK" else "text"
    if kind == "text/html" and _is_a_page_of_china_post(request, answer):
        return ""
    if kind not in {"application/json", "application/problem+json"}:
        return f"content-type {kind!r}"
    try:
        document = json.loads(answer.body.decode())
    except ValueError:
        return "no JSON"
    return "" if isinstance(document, dict | list) else "a scalar"


def _is_a_page_of_china_post(request: Request, answer: Response) -> bool:
    return request.host == HOSTS["chinapost"] and answer.status in {404, 405}


def good_request(good: Good) -> Request:
    body = b"" if good.document is None else _written(good.document, {})
    if good.form:
        body = urlencode(good.document).encode()
    return Request(good.method, HOSTS[good.carrier], good.path, good.query, dict(good.headers), body)


def odd_bodies(good: Good) -> Iterator[bytes]:
    if good.form:
        yield from (urlencode({**good.document, name: text}).encode() for name in good.document for text in ODD_TEXTS)
    elif good.document is not None:
        yield from (_written(good.document, {spot: odd}) for spot in _spots(good.document) for odd in ODD_JSON)


def every_odd_value(good: Good) -> Iterator[Request]:
    """The good request with each odd piece in each of its places, one at a time."""
    request = good_request(good)
    yield from (replace(request, body=body) for body in odd_bodies(good))
    yield from (replace(request, headers={**request.headers, name: text}) for name, text in ODD_HEADERS)
    for text in ODD_TEXTS:
        for index, (name, _) in enumerate(good.query):
            query = list(good.query)
            query[index] = (name, text)
            yield replace(request, query=tuple(query))
        parts = good.path.split("/")
        for spot in range(1, len(parts)):
            yield replace(request, path="/".join([*parts[:spot], quote(text), *parts[spot + 1 :]]))


@pytest.mark.parametrize("good", GOODS, ids=lambda good: good.label)
def test_no_odd_value_in_any_place_goes_without_an_answer(good: Good) -> None:
    simulation = demo_simulation()
    misfits = [
        (request, misfit(request, simulation.handle(with_token(request, simulation))))
        for request in every_odd_value(good)
    ]
    assert len(misfits) > 50
    assert [(request, why) for request, why in misfits if why] == []


@ALWAYS_THE_SAME
@given(request=asked())
def test_a_carrier_answers_whatever_it_is_asked(request: Request) -> None:
    simulation, sessions = demo_simulation(), Sessions()
    sessions.add("demo", simulation)
    request = with_token(request, simulation)
    assert misfit(request, simulation.handle(request)) == ""
    assert misfit(request, sessions.handle(request)) == ""


def sent(request: Request, simulation: Simulation, url: str | None) -> tuple[Any, ...] | None:
    """What a client gets for a request from the server at a URL, or in process; None if it can't send such a one."""
    request = with_token(request, simulation)
    # By its Host header, for under a prefix clients would resolve dots in the path to something else.
    base = f"https://{request.host}" if url is None else url
    headers = {name: text.encode("latin-1") for name, text in request.headers.items()}
    headers["host"] = request.host.encode()
    with requests.Session() as session:
        session.trust_env = False
        asking = requests.Request(
            request.method, base + request.path, headers, params=list(request.query), data=request.body
        )
        try:
            answer = session.send(session.prepare_request(asking), allow_redirects=False, timeout=30)
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL):
            return None
        return answer.status_code, list(answer.raw.headers.items()), answer.content


def test_both_doors_answer_alike_whatever_is_asked() -> None:
    served, intercepted = Sessions(), Sessions()

    @settings(ALWAYS_THE_SAME, max_examples=PARITY_EXAMPLES)
    @given(request=asked())
    def alike(request: Request) -> None:
        told = []
        for sessions, door in ((served, nullcontext()), (intercepted, intercept(intercepted))):
            sessions.__dict__.update(Sessions().__dict__)  # as new, while the server runs on
            simulation = demo_simulation()
            sessions.add("demo", simulation)
            # One after another: while one is on, an interception answers every call of the process, the server's too.
            with door:
                answer = sent(request, simulation, url if sessions is served else None)
            told.append((answer, [replace(entry, stamp=None) for entry in simulation.journal]))
        assert told[0] == told[1]

    with running(served) as url:
        alike()


NO_HTTP = (
    b"GET /ups/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /ups/x?a=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://[/ups HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT apis.usps.com:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"NONSENSE /ups/x HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /ups/x HTTP/1.1\r\nHost: x\r\nA\xff: b\r\n\r\n",
    b"GET /ups/x HTTP/1.1\r\nHost: x\r\nA: \0b\r\n\r\n",
    b"POST /ups/x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /ups/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST /ups/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /ups/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nab",
)
ODD_HTTP = (
    (b"GET /ups/x HTTP/1.1\r\nHost: [\r\n\r\n", 404),
    (b"GET /ups/x HTTP/1.1\r\n\r\n", 404),
    (b"GET /ups/x HTTP/1.0\r\n\r\n", 404),
    (b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    (b"OPTIONS * HTTP/1.1\r\nHost: apis.usps.com\r\n\r\n", 404),
    (b"GET /_admin/%ff HTTP/1.1\r\nHost: x\r\n\r\n", 404),
)


def test_what_is_no_http_is_refused_and_the_server_goes_on() -> None:
    with running(Sessions()) as url:
        assert [status_of(url, raw) for raw in NO_HTTP] == [400] * len(NO_HTTP)
        assert [status_of(url, raw) for raw, _ in ODD_HTTP] == [status for _, status in ODD_HTTP]


def status_of(url: str, raw: bytes) -> int:
    """The status of the answer to some bytes."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(raw)
        line = connection.makefile("rb").readline()
    return int(line.split(b" ")[1])
