"""DHL's refusals: every interface against every case."""

import pytest
from refusal_cases import (
    NO_BODY,
    NO_OWNERS,
    NO_TOKENS,
    ONE_NUMBER,
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
)

from simulator import Request

PROBLEM = ("content-type", "application/problem+json")


def problem(status: int, title: str, detail: str) -> Expected:
    headers = (PROBLEM, ("correlation-id", "ID"), ("content-language", "en"))
    return Expected(status, {"title": title, "status": status, "detail": detail}, headers)


DHL_UNAUTHORIZED = problem(401, "Unauthorized", "Unauthorized for given resource.")
DHL_NOT_FOUND = problem(404, "No result found", "No shipment with given tracking number found.")
TOO_MANY = "Too many requests within defined time period, please try again later."


def mydhl(instance: str, status: int, title: str, message: str, detail: str) -> Expected:
    document = {"instance": instance, "detail": detail, "title": title, "message": message, "status": str(status)}
    return Expected(status, document, (PROBLEM,))


def mydhl_common(instance: str) -> dict[Case, Expected | NotPossible]:
    unauthorized = mydhl(instance, 401, "Unauthorized", "Unauthorized", "Invalid credentials")
    return {
        "malformed body": NO_BODY,
        "no credential": unauthorized,
        "unknown credential": unauthorized,
        "expired token": NO_TOKENS,
        "revoked token": NO_TOKENS,
        "no scope": NotPossible("no source knows of accounts without the tracking calls"),
        "not owner": NO_OWNERS,
        "rate limit": mydhl(instance, 429, "Too Many Requests", "Too Many Requests", TOO_MANY),
        "server error": mydhl(
            instance, 500, "Internal Server Error", "Internal Server Error", "An internal error occurred."
        ),
        "unavailable": mydhl(
            instance, 503, "Service Unavailable", "Service Unavailable", "The service is temporarily unavailable."
        ),
        "no such path": mydhl(
            "/expressapi/nowhere", 404, "Not Found", "Not Found", "The requested resource does not exist."
        ),
        "wrong method": mydhl(
            instance,
            405,
            "Method Not Allowed",
            "Method Not Allowed",
            "The method is not allowed for this resource.",
        ),
    }


EXPECTED: Table = {
    "dhl unified": {
        "not found": DHL_NOT_FOUND,
        "malformed number": DHL_NOT_FOUND,
        "malformed body": NO_BODY,
        "no credential": DHL_UNAUTHORIZED,
        "unknown credential": DHL_UNAUTHORIZED,
        "expired token": NO_TOKENS,
        "revoked token": NO_TOKENS,
        "no scope": NotPossible("a key that is good for nothing here is an unknown one"),
        "not owner": NO_OWNERS,
        "too many numbers": ONE_NUMBER,
        "rate limit": problem(429, "Too Many Requests", TOO_MANY),
        "server error": problem(500, "Internal Server Error", "An internal error occurred."),
        "unavailable": problem(503, "Service Unavailable", "The service is temporarily unavailable."),
        "no such path": problem(404, "Not Found", "The requested resource does not exist."),
        "wrong method": problem(405, "Method Not Allowed", "The method is not allowed for this resource."),
    },
    "mydhl": {
        **mydhl_common("/expressapi/shipments/9000000015/tracking"),
        "not found": mydhl(
            "/expressapi/shipments/9000000026/tracking", 404, "Not data found", "Not data found", "No data found"
        ),
        "malformed number": mydhl(
            "/expressapi/shipments/no%20number/tracking", 404, "Not data found", "Not data found", "No data found"
        ),
        "too many numbers": ONE_NUMBER,
    },
    "mydhl several": {
        **mydhl_common("/expressapi/tracking?shipmentTrackingNumber=9000000015"),
        "not found": mydhl(
            "/expressapi/tracking?shipmentTrackingNumber=9000000026",
            404,
            "Not data found",
            "Not data found",
            "No data found",
        ),
        "malformed number": mydhl(
            "/expressapi/tracking?shipmentTrackingNumber=no number",
            404,
            "Not data found",
            "Not data found",
            "No data found",
        ),
        "no such path": mydhl(
            "/expressapi/nowhere?shipmentTrackingNumber=9000000015",
            404,
            "Not Found",
            "Not Found",
            "The requested resource does not exist.",
        ),
        "too many numbers": mydhl(
            "/expressapi/tracking?" + "&".join(["shipmentTrackingNumber=9000000015"] * 201),
            400,
            "Wrong format",
            "Bad request",
            "Parameters not having correct format: shipmentTrackingNumber (no more than 200 values, 201 given)",
        ),
    },
}

HOST, EXPRESS_HOST = "api-eu.dhl.com", "express.api.dhl.com"
NUMBERS = ("9000000015", "9000000026", "no number", "")


def mydhl_several(number: str, count: int = 1) -> Request:
    query = (("shipmentTrackingNumber", number),) * count
    return Request("GET", EXPRESS_HOST, "/mydhlapi/tracking", query, {"authorization": basic("demo", "demo")})


INTERFACES = {
    "dhl unified": Interface(
        "dhl",
        NUMBERS,
        lambda number: Request("GET", HOST, "/track/shipments", (("trackingNumber", number),), {"dhl-api-key": "demo"}),
        "track",
        "/track/nowhere",
    ),
    "mydhl": Interface(
        "dhl",
        NUMBERS,
        lambda number: Request(
            "GET",
            EXPRESS_HOST,
            f"/mydhlapi/shipments/{number.replace(' ', '%20')}/tracking",
            (),
            {"authorization": basic("demo", "demo")},
        ),
        "mydhl_track",
        "/mydhlapi/nowhere",
    ),
    "mydhl several": Interface(
        "dhl",
        NUMBERS,
        mydhl_several,
        "mydhl_track_several",
        "/mydhlapi/nowhere",
        several=lambda number: mydhl_several(number, 201),
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
