"""FedEx's refusals: every interface against every case."""

from datetime import UTC, datetime
from typing import Any

import pytest
from refusal_cases import (
    BEARER_TOKEN,
    DENVER,
    GRANT,
    NO_NUMBER,
    NO_OWNERS,
    PERMANENT_CREDENTIALS,
    TOKEN_FOR_ALL,
    Case,
    Expected,
    Interface,
    NotPossible,
    Table,
    assert_accepted,
    assert_complete,
    assert_refused,
    possible_cases,
    posted,
)

from simulator import Kind, Product, Request, ScanEvent


def fedex(status: int, code: str, message: str, *, echoed: bool = False) -> Expected:
    document: dict[str, Any] = {"transactionId": "ID"}
    if echoed:
        document["customerTransactionId"] = "mine"
    return Expected(status, document | {"errors": [{"code": code, "message": message}]})


FEDEX_APOLOGY = "We apologize for any inconvenience. Please check back at a later time."
FEDEX_NOT_FOUND = "Tracking number cannot be found. Please correct the tracking number and try again."
FEDEX_EXPIRED = fedex(401, "NOT.AUTHORIZED.ERROR", "Access token expired. Please modify your request and try again.")
FEDEX_FORBIDDEN = fedex(
    403,
    "FORBIDDEN.ERROR",
    "We could not authorize your credentials. Please check your permissions and try again.",
)
FEDEX_COMMON: dict[Case, Expected | NotPossible] = {
    "rate limit": fedex(
        429,
        "TOO.MANY.REQUESTS.ERROR",
        "We have received too many requests in a short duration. Please wait a while to try again.",
    ),
    "server error": fedex(
        500,
        "INTERNAL.SERVER.ERROR",
        f"We encountered an unexpected error and are working to resolve the issue. {FEDEX_APOLOGY}",
    ),
    "unavailable": fedex(
        503,
        "SERVICE.UNAVAILABLE.ERROR",
        f"The service is currently unavailable and we are working to resolve the issue. {FEDEX_APOLOGY}",
    ),
    "no such path": fedex(
        404,
        "NOT.FOUND.ERROR",
        "The resource you requested is no longer available. Please modify your request and try again.",
    ),
    "wrong method": fedex(
        405,
        "METHOD.NOT.ALLOWED.ERROR",
        "The method is not supported. Please modify your request and try again.",
    ),
}
FEDEX_TRACKING: dict[Case, Expected | NotPossible] = {
    **FEDEX_COMMON,
    "malformed body": fedex(400, "INVALID.INPUT.EXCEPTION", "The request is not a JSON object.", echoed=True),
    "no credential": FEDEX_EXPIRED,
    "unknown credential": FEDEX_EXPIRED,
    "expired token": FEDEX_EXPIRED,
    "revoked token": FEDEX_EXPIRED,
    "no scope": FEDEX_FORBIDDEN,
    "not owner": NO_OWNERS,
    "too many numbers": fedex(
        400, "INVALID.INPUT.EXCEPTION", "Please limit your inquiry to 30 tracking numbers.", echoed=True
    ),
}


def fedex_unknown(number: str) -> Expected:
    result = {
        "trackingNumberInfo": {"trackingNumber": number, "trackingNumberUniqueId": "", "carrierCode": ""},
        "error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": FEDEX_NOT_FOUND},
    }
    results = [{"trackingNumber": number, "trackResults": [result]}]
    return Expected(
        200,
        {"transactionId": "ID", "customerTransactionId": "mine", "output": {"completeTrackResults": results}},
    )


EXPECTED: Table = {
    "fedex token": {
        **FEDEX_COMMON,
        "not found": NO_NUMBER,
        "malformed number": NO_NUMBER,
        "malformed body": fedex(422, "INVALID.INPUT.EXCEPTION", "grant_type is missing or not supported."),
        "no credential": fedex(422, "INVALID.INPUT.EXCEPTION", "client_id or client_secret is missing."),
        "unknown credential": fedex(
            401,
            "NOT.AUTHORIZED.ERROR",
            "The given client credentials were not valid. Please modify your request and try again.",
        ),
        "expired token": PERMANENT_CREDENTIALS,
        "revoked token": PERMANENT_CREDENTIALS,
        "no scope": TOKEN_FOR_ALL,
        "not owner": NO_NUMBER,
        "too many numbers": NO_NUMBER,
        "rate limit": FEDEX_FORBIDDEN,  # the address is blocked for a while
    },
    "fedex track": {
        **FEDEX_TRACKING,
        "not found": fedex_unknown("775900000001"),
        "malformed number": fedex_unknown("no number"),
    },
    "fedex documents": {
        **FEDEX_TRACKING,
        "not found": fedex(400, "TRACKING.TRACKINGNUMBER.NOTFOUND", FEDEX_NOT_FOUND, echoed=True),
        "malformed number": fedex(400, "TRACKING.TRACKINGNUMBER.NOTFOUND", FEDEX_NOT_FOUND, echoed=True),
    },
}

HOST = "apis.fedex.com"
NUMBERS = ("900000000016", "775900000001", "no number", "")


def fedex_request(path: str, member: str, number: str, count: int = 1) -> Request:
    document = {
        "includeDetailedScans": True,
        "trackDocumentDetail": {"documentType": "SIGNATURE_PROOF_OF_DELIVERY"},
        member: [{"trackingNumberInfo": {"trackingNumber": number}}] * count,
    }
    return posted(HOST, path, document, authorization=BEARER_TOKEN, x_customer_transaction_id="mine")


INTERFACES = {
    "fedex token": Interface(
        "fedex", NUMBERS, lambda _: posted(HOST, "/oauth/token", GRANT, form="yes"), "token", "/oauth/nowhere"
    ),
    "fedex track": Interface(
        "fedex",
        NUMBERS,
        lambda number: fedex_request("/track/v1/trackingnumbers", "trackingInfo", number),
        "track",
        "/track/v1/nowhere",
        several=lambda number: fedex_request("/track/v1/trackingnumbers", "trackingInfo", number, 31),
        withheld=Product.FEDEX_TRACKING,
    ),
    "fedex documents": Interface(
        "fedex",
        NUMBERS,
        lambda number: fedex_request("/track/v1/trackingdocuments", "trackDocumentSpecification", number),
        "documents",
        "/track/v1/nowhere",
        several=lambda number: fedex_request("/track/v1/trackingdocuments", "trackDocumentSpecification", number, 31),
        withheld=Product.FEDEX_TRACKING,
    ),
}


def test_no_cell_of_the_table_is_missing() -> None:
    assert_complete(EXPECTED, INTERFACES)


@pytest.mark.parametrize(("name", "case"), possible_cases(EXPECTED))
def test_a_refusal_is_the_carriers_own(name: str, case: Case) -> None:
    assert_refused(INTERFACES[name], case, EXPECTED[name][case])


@pytest.mark.parametrize("name", INTERFACES)
def test_the_request_that_the_cases_are_made_from_is_a_good_one(name: str) -> None:
    delivered = ScanEvent(datetime(2026, 3, 4, 9, 0, tzinfo=UTC), Kind.DELIVERED, DENVER)
    assert_accepted(INTERFACES[name], *((delivered,) if name == "fedex documents" else ()))
