"""The carriers under schemathesis: requests that their published documents allow, and requests that they forbid.

No answer may be a 5xx, have a status that the document does not list, or another body than it describes there, but for
the departures listed here with their reasons. Answers of 200 are held to the documents, whole histories included, by
`carriers/test_*_spec.py`, which list their own departures.

Skipped where the documents or schemathesis (the extra `fuzz`) are missing. VTR_FUZZ_EXAMPLES asks for another number of
examples; they are the same in every run of the same code.
"""

import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import Sessions, intercept
from simulator.serve.demo_session import demo_simulation

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed; pip install '.[fuzz]'")

SPECS = Path(__file__).parents[3].parent / "shared" / "specs"
EXAMPLES = int(os.environ.get("VTR_FUZZ_EXAMPLES", "25"))
THE_SAME_EXAMPLES = settings(
    derandomize=True, database=None, deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck)
)
BASIC = "Basic " + b64encode(b"demo:demo").decode()


@dataclass(frozen=True)
class Published:
    """An operation of a published document, and what a request to the simulator needs beyond it.

    credential: headers of a client that may ask; $TOKEN stands for a token that holds. carrier: the simulator's name.
    known: puts what is known there into a case, the number of a parcel that was delivered or the client.
    """

    document: str
    method: str
    path: str
    base_url: str
    carrier: str
    credential: dict[str, str]
    known: Callable[[Any, str], object] = lambda _case, _number: None


def in_path(name: str) -> Callable[[Any, str], None]:
    def put(case: Any, number: str) -> None:  # noqa: ANN401 (a schemathesis case, which has no types to import)
        case.path_parameters = {name: number}

    return put


def in_query(name: str) -> Callable[[Any, str], None]:
    def put(case: Any, number: str) -> None:  # noqa: ANN401
        case.query = {name: number}  # alone: texts by chance are no countries, which DHL's other parameters want

    return put


def in_list(name: str, **more: object) -> Callable[[Any, str], None]:
    def put(case: Any, number: str) -> None:  # noqa: ANN401
        if isinstance(case.body, dict):
            case.body = {**case.body, name: [{"trackingNumberInfo": {"trackingNumber": number}}], **more}

    return put


def in_form(case: Any, _number: str) -> None:  # noqa: ANN401
    """For token operations: what is known to them is the client."""
    if isinstance(case.body, dict):
        grant = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"}
        case.body = {**case.body, **grant}


BEARER = {"Authorization": "Bearer $TOKEN"}
FEDEX_SPEC, MYDHL_SPEC = "fedex/track-v1-openapi.json", "dhl/mydhl-express-api-3.1.1_swagger.yaml"
MYDHL = "https://express.api.dhl.com/mydhlapi"
PUBLISHED = {
    "ups token": Published(
        "ups/OAuthClientCredentials.yaml",
        "POST",
        "/security/v1/oauth/token",
        "https://onlinetools.ups.com",
        "ups",
        {"Authorization": BASIC},
        in_form,
    ),
    "ups": Published(
        "ups/Tracking.yaml",
        "GET",
        "/track/v1/details/{inquiryNumber}",
        "https://onlinetools.ups.com/api",
        "ups",
        BEARER,
        in_path("inquiryNumber"),
    ),
    "usps": Published(
        "usps/tracking-3.2.6.yaml",
        "GET",
        "/tracking/{trackingNumber}",
        "https://apis.usps.com/tracking/v3",
        "usps",
        BEARER,
        in_path("trackingNumber"),
    ),
    "fedex token": Published(
        "fedex/api-evangelist-fedex-authorization-openapi.yml",
        "POST",
        "/oauth/token",
        "https://apis.fedex.com",
        "fedex",
        {},
        in_form,
    ),
    "fedex": Published(
        FEDEX_SPEC,
        "POST",
        "/track/v1/trackingnumbers",
        "https://apis.fedex.com",
        "fedex",
        BEARER,
        in_list("trackingInfo"),
    ),
    "fedex documents": Published(
        FEDEX_SPEC,
        "POST",
        "/track/v1/trackingdocuments",
        "https://apis.fedex.com",
        "fedex",
        BEARER,
        in_list("trackDocumentSpecification", trackDocumentDetail={"documentType": "SIGNATURE_PROOF_OF_DELIVERY"}),
    ),
    "dhl": Published(
        "dhl/utapi-1.3.1-openapi.json",
        "GET",
        "/shipments",
        "https://api-eu.dhl.com/track",
        "dhl",
        {"DHL-API-Key": "demo"},
        in_query("trackingNumber"),
    ),
    "mydhl": Published(
        MYDHL_SPEC,
        "GET",
        "/shipments/{shipmentTrackingNumber}/tracking",
        MYDHL,
        "dhl",
        {"Authorization": BASIC},
        in_path("shipmentTrackingNumber"),
    ),
    "mydhl several": Published(
        MYDHL_SPEC, "GET", "/tracking", MYDHL, "dhl", {"Authorization": BASIC}, in_query("shipmentTrackingNumber")
    ),
}

# (operation, what departs) -> why.
_SPEC_WITHOUT_401 = "the document lists no 401, which clients meet for a bad token (B)"
_MYDHL_TYPE = (
    "application/problem+json is the default of the content-type that the same answers list among their headers"
)
_MYDHL_401 = "a bad login must be told somehow; the document has no answer for it (D)"
DEPARTURES = {
    ("ups", "status 401"): _SPEC_WITHOUT_401,
    ("usps", '401 Response violates schema: "Access Token" is not of type "object"'): "a reported answer has text (B)",
    (
        "fedex token",
        "status 422",
    ): "the document is a third party's, with one error; the status is what clients know (C)",
    ("dhl", "status 400"): "version 1.3.1 lists 200 and 404 alone; clients know it (C)",
    ("dhl", "status 401"): "version 1.3.1 lists 200 and 404 alone; a later one has it (A)",
    ("mydhl", "status 401"): _MYDHL_401,
    ("mydhl", "400 Undocumented Content-Type: Received: application/problem+json"): _MYDHL_TYPE,
    ("mydhl", "404 Undocumented Content-Type: Received: application/problem+json"): _MYDHL_TYPE,
    ("mydhl several", "status 401"): _MYDHL_401,
    ("mydhl several", "400 Undocumented Content-Type: Received: application/problem+json"): _MYDHL_TYPE,
    ("mydhl several", "404 Undocumented Content-Type: Received: application/problem+json"): _MYDHL_TYPE,
}


def document(name: str, path: str) -> dict[str, Any]:
    """A published document with one of its paths: reading them all takes long."""
    where = SPECS / name
    if not where.exists():
        pytest.skip(f"no published spec at {where}; conformance is checked only where the specs are kept")
    text = where.read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (a safe loader)
    return {**read, "paths": {path: read["paths"][path]}}


def credentials(published: Published) -> Iterator[dict[str, str]]:
    """The good ones, none, and bad ones."""
    yield published.credential
    yield {}
    for name, text in published.credential.items():
        yield {name: "Bearer a.b.c" if text.startswith("Bearer") else "Basic eDp5" if text.startswith("Basic") else "x"}


def met(name: str) -> tuple[set[int], set[str]]:
    """The statuses of answers to an operation, and what they depart in."""
    published = PUBLISHED[name]
    schema = schemathesis.openapi.from_dict(document(published.document, published.path))
    operation = schema[published.path][published.method]
    statuses: set[int] = set()
    departures: set[str] = set()
    number = next(
        parcel.tracking_number for parcel in demo_simulation().parcels() if parcel.carrier == published.carrier
    )

    def ask(case: Any, headers: dict[str, str], *, known: bool) -> None:  # noqa: ANN401
        if known:
            published.known(case, number)
        simulation, sessions = demo_simulation(), Sessions()
        sessions.add("demo", simulation)
        token = simulation.tokens.issue(published.carrier, "demo", simulation.clock.now, 3600)
        sent = {header: text.replace("$TOKEN", token) for header, text in headers.items()}
        with intercept(sessions):
            answer = case.call(base_url=published.base_url, headers=sent)
        statuses.add(answer.status_code)
        departures.update(departures_of(answer, case))

    for mode in schemathesis.GenerationMode:
        run = given(
            case=operation.as_strategy(generation_mode=mode),
            headers=st.sampled_from([*[published.credential] * 6, *credentials(published)]),
            known=st.booleans(),
        )(ask)
        THE_SAME_EXAMPLES(run)()
    return statuses, departures


def departures_of(answer: Any, case: Any) -> Iterator[str]:  # noqa: ANN401
    status = str(answer.status_code)
    if status not in case.operation.definition.raw["responses"]:
        yield f"status {status}"
    elif answer.status_code != HTTPStatus.OK:
        checks = [schemathesis.checks.content_type_conformance, schemathesis.checks.response_schema_conformance]
        try:
            case.validate_response(answer, checks=checks)
        except schemathesis.core.failures.FailureGroup as group:
            for failure in group.exceptions:
                yield f"{status} {failure.title}: {failure.message.splitlines()[0]}"


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_carrier_answers_as_its_document_says_but_for_the_listed_departures(name: str) -> None:
    statuses, departures = met(name)
    assert departures - {what for operation, what in DEPARTURES if operation == name} == set()
    assert max(statuses) < HTTPStatus.INTERNAL_SERVER_ERROR
    assert {HTTPStatus.OK, HTTPStatus.UNAUTHORIZED} <= statuses  # not all was refused, nor nothing
