"""UPS's refusals: every interface against every case."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from refusal_cases import (
    BEARER_TOKEN,
    DENVER,
    GRANT,
    NO_BODY,
    NO_NUMBER,
    NOW,
    ONE_NUMBER,
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
    basic,
    possible_cases,
    posted,
    with_token,
)

from simulator import Clock, Kind, Parcel, Product, Request, ScanEvent, Simulation


def ups(status: int, code: str, message: str) -> Expected:
    return Expected(status, {"response": {"errors": [{"code": code, "message": message}]}})


UPS_UNAUTHORIZED = ups(401, "250002", "Invalid Authentication Information.")
UPS_UNKNOWN = Expected(
    200,
    {
        "trackResponse": {
            "shipment": [
                {
                    "inquiryNumber": "1Z999AA10390000117",
                    "warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}],
                }
            ]
        }
    },
)
UPS_COMMON: dict[Case, Expected | NotPossible] = {
    "rate limit": ups(429, "10429", "Too Many Requests"),
    "server error": ups(500, "10500", "Internal Server Error"),
    "unavailable": ups(503, "10503", "Service Unavailable"),
    "no such path": ups(404, "10404", "Not Found"),
    "wrong method": ups(405, "10405", "Method Not Allowed"),
}

EXPECTED: Table = {
    "ups token": {
        **UPS_COMMON,
        "not found": NO_NUMBER,
        "malformed number": NO_NUMBER,
        "malformed body": ups(400, "10400", "Invalid or missing grant_type"),
        "no credential": ups(400, "10400", "Invalid/Missing Authorization Header"),
        "unknown credential": ups(401, "10401", "ClientId is Invalid"),
        "expired token": PERMANENT_CREDENTIALS,
        "revoked token": PERMANENT_CREDENTIALS,
        "no scope": TOKEN_FOR_ALL,
        "not owner": NO_NUMBER,
        "too many numbers": NO_NUMBER,
    },
    "ups track": {
        **UPS_COMMON,
        "not found": UPS_UNKNOWN,
        "malformed number": ups(400, "TV1002", "Invalid inquiry number"),
        "malformed body": NO_BODY,
        "no credential": UPS_UNAUTHORIZED,
        "unknown credential": UPS_UNAUTHORIZED,
        "expired token": UPS_UNAUTHORIZED,
        "revoked token": UPS_UNAUTHORIZED,
        "no scope": UPS_UNAUTHORIZED,
        "not owner": replace(
            UPS_UNKNOWN, document=json.loads(json.dumps(UPS_UNKNOWN.document).replace("0000117", "0000126"))
        ),
        "too many numbers": ONE_NUMBER,
    },
}

HOST = "onlinetools.ups.com"
NUMBERS = ("1Z999AA10390000109", "1Z999AA10390000117", "1Z-9", "1Z999AA10390000126")

INTERFACES = {
    "ups token": Interface(
        "ups",
        NUMBERS,
        lambda _: posted(HOST, "/security/v1/oauth/token", GRANT, form="yes", authorization=basic("demo", "demo")),
        "token",
        "/security/v1/oauth/nowhere",
    ),
    "ups track": Interface(
        "ups",
        NUMBERS,
        lambda number: Request(
            "GET",
            HOST,
            f"/api/track/v1/details/{number}",
            (),
            {"authorization": BEARER_TOKEN, "transid": "1", "transactionsrc": "tests"},
        ),
        "track",
        "/api/track/v1/nowhere",
        withheld=Product.UPS_TRACKING,
    ),
}


def test_no_cell_of_the_table_is_missing() -> None:
    assert_complete(EXPECTED, INTERFACES)


@pytest.mark.parametrize(("name", "case"), possible_cases(EXPECTED))
def test_a_refusal_is_the_carriers_own(name: str, case: Case) -> None:
    assert_refused(INTERFACES[name], case, EXPECTED[name][case])


@pytest.mark.parametrize("name", INTERFACES)
def test_the_request_that_the_cases_are_made_from_is_a_good_one(name: str) -> None:
    assert_accepted(INTERFACES[name])


def test_a_parcel_is_shown_to_its_owner() -> None:
    accepted = (ScanEvent(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), Kind.ACCEPTED, DENVER),)
    interface = INTERFACES["ups track"]
    simulated = Simulation(
        [Parcel("ups", interface.numbers[3], accepted, DENVER, DENVER, owner="demo")], clock=Clock(NOW)
    )
    token = simulated.tokens.issue("ups", "demo", NOW, 3600)
    answer = simulated.handle(with_token(interface.request(interface.numbers[3]), token))
    assert answer.status == 200
    assert b"TW0001" not in answer.body
