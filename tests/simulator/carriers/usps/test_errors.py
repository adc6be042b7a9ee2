"""USPS's refusals: every interface against every case."""

import json
from collections.abc import Mapping
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
    possible_cases,
    posted,
    simulation,
    with_token,
)

from simulator import Clock, Kind, Parcel, Product, Request, ScanEvent, Simulation

JSON = ("content-type", "application/json")
BEARER = ("www-authenticate", 'Bearer realm="https://api.usps.com"')


def usps(
    version: str,
    status: int,
    message: str,
    *errors: Mapping[str, object],
    headers: tuple[tuple[str, str], ...] = (),
) -> Expected:
    error = {"code": str(status), "message": message, "errors": list(errors)}
    return Expected(status, {"apiVersion": version, "error": error}, (JSON, *headers))


def usps_token(version: str, detail: str) -> Expected:
    fault = {"title": "invalid_token", "detail": detail, "source": "Access Token"}
    return usps(version, 401, "Missing or malformed access token.", fault, headers=(BEARER,))


def usps_common(version: str) -> dict[Case, Expected | NotPossible]:
    return {
        "rate limit": usps(version, 429, "TOO_MANY_REQUESTS", headers=(("retry-after", "7"),)),
        "server error": usps(version, 500, "INTERNAL_SERVER_ERROR"),
        "unavailable": usps(version, 503, "SERVICE_UNAVAILABLE", headers=(("retry-after", "30"),)),
        "no such path": usps(version, 404, "NOT_FOUND"),
        "wrong method": usps(version, 405, "METHOD_NOT_ALLOWED"),
    }


def usps_tracking(version: str) -> dict[Case, Expected | NotPossible]:
    return {
        **usps_common(version),
        "no credential": usps_token(version, "The request carries no bearer token."),
        "unknown credential": usps_token(version, "The access token is invalid or has expired."),
        "expired token": usps_token(version, "The access token is invalid or has expired."),
        "revoked token": usps_token(version, "The access token is invalid or has expired."),
        "no scope": usps(version, 401, "", headers=(BEARER,)),
        "not owner": usps(version, 403, "FORBIDDEN"),
    }


def rfc6749(status: int, error: str, description: str) -> Expected:
    document = {
        "error": error,
        "error_description": description,
        "error_uri": "https://datatracker.ietf.org/doc/html/rfc6749#page-45",
    }
    return Expected(status, document, (JSON, BEARER) if status == 401 else (JSON,))


USPS_INCORRECT = (
    "7: The tracking number may be incorrect or the status update is not yet available. Please verify your tracking"
    " number and try again later. - "
)
USPS_UNKNOWN = usps("/tracking/v3", 400, USPS_INCORRECT, {"title": USPS_INCORRECT, "detail": "", "code": "150002"})
USPS_NOT_AVAILABLE = usps(
    "/tracking/v3r2",
    404,
    "Tracking is not available for this item. This may be because the tracking number is invalid; USPS has not yet"
    " received payment; USPS has not yet received the item; the item does not include tracking; or other reasons.",
)
USPS_NO_LIST = "The request is not a list of tracking numbers."
USPS_TOO_MANY = "Between 1 and 35 tracking numbers are required."

EXPECTED: Table = {
    "usps token": {
        **usps_common("/oauth2/v3"),
        "not found": NO_NUMBER,
        "malformed number": NO_NUMBER,
        "malformed body": rfc6749(400, "invalid_request", "The grant_type is missing."),
        "no credential": rfc6749(401, "invalid_client", "Client authentication failed."),
        "unknown credential": rfc6749(401, "invalid_client", "Client authentication failed."),
        "expired token": PERMANENT_CREDENTIALS,
        "revoked token": PERMANENT_CREDENTIALS,
        "no scope": TOKEN_FOR_ALL,
        "not owner": NO_NUMBER,
        "too many numbers": NO_NUMBER,
    },
    "usps revoke": {
        **usps_common("/oauth2/v3"),
        "not found": NO_NUMBER,
        "malformed number": NO_NUMBER,
        "malformed body": rfc6749(400, "invalid_request", "The token is missing."),
        "no credential": rfc6749(401, "invalid_client", "Client authentication failed."),
        "unknown credential": rfc6749(401, "invalid_client", "Client authentication failed."),
        "expired token": rfc6749(401, "invalid_client", "Client authentication failed."),
        "revoked token": rfc6749(401, "invalid_client", "Client authentication failed."),
        "no scope": NotPossible("a token may be given back whatever it is good for"),
        "not owner": NO_NUMBER,
        "too many numbers": NO_NUMBER,
    },
    "usps v3": {
        **usps_tracking("/tracking/v3"),
        "not found": USPS_UNKNOWN,
        "malformed number": USPS_UNKNOWN,
        "malformed body": NO_BODY,
        "too many numbers": ONE_NUMBER,
    },
    "usps v3r2": {
        **usps_tracking("/tracking/v3r2"),
        "not found": USPS_NOT_AVAILABLE,
        "malformed number": USPS_NOT_AVAILABLE,
        "malformed body": usps(
            "/tracking/v3r2",
            400,
            USPS_NO_LIST,
            {"status": "400", "title": "Bad Request", "detail": USPS_NO_LIST},
        ),
        "too many numbers": usps(
            "/tracking/v3r2",
            400,
            USPS_TOO_MANY,
            {"status": "400", "title": "Bad Request", "detail": USPS_TOO_MANY},
        ),
    },
}

HOST = "apis.usps.com"
NUMBERS = ("9205590000000100000018", "9205590000000100000025", "no number", "9205590000000100000032")

INTERFACES = {
    "usps token": Interface(
        "usps", NUMBERS, lambda _: posted(HOST, "/oauth2/v3/token", GRANT), "token", "/oauth2/v3/nowhere"
    ),
    "usps revoke": Interface(
        "usps",
        NUMBERS,
        lambda _: posted(HOST, "/oauth2/v3/revoke", {"token": "a.b.c"}, authorization=BEARER_TOKEN),
        "revoke",
        "/oauth2/v3/nowhere",
    ),
    "usps v3": Interface(
        "usps",
        NUMBERS,
        lambda number: Request(
            "GET", HOST, "/tracking/v3/tracking/" + number.replace(" ", "%20"), (), {"authorization": BEARER_TOKEN}
        ),
        "track",
        "/tracking/v3/nowhere",
        withheld=Product.USPS_TRACKING,
    ),
    "usps v3r2": Interface(
        "usps",
        NUMBERS,
        lambda number: posted(
            HOST, "/tracking/v3r2/tracking", [{"trackingNumber": number}], authorization=BEARER_TOKEN
        ),
        "track_several",
        "/tracking/v3r2/nowhere",
        several=lambda number: posted(
            HOST, "/tracking/v3r2/tracking", [{"trackingNumber": number}] * 36, authorization=BEARER_TOKEN
        ),
        withheld=Product.USPS_TRACKING,
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
    interface = INTERFACES["usps v3"]
    simulated = Simulation(
        [Parcel("usps", interface.numbers[3], accepted, DENVER, DENVER, owner="demo")], clock=Clock(NOW)
    )
    token = simulated.tokens.issue("usps", "demo", NOW, 3600)
    answer = simulated.handle(with_token(interface.request(interface.numbers[3]), token))
    assert answer.status == 200
    assert b"TW0001" not in answer.body


def test_in_a_usps_list_a_parcel_of_another_owner_is_one_failed_element() -> None:
    simulated = simulation(INTERFACES["usps v3r2"], "not owner")
    token = simulated.tokens.issue("usps", "demo", NOW, 3600)
    numbers = [{"trackingNumber": number} for number in (NUMBERS[0], NUMBERS[3])]
    answer = simulated.handle(posted(HOST, "/tracking/v3r2/tracking", numbers, authorization=f"Bearer {token}"))
    assert answer.status == 207
    found, refused = json.loads(answer.body)
    assert found["status"]
    assert refused == {
        "trackingNumber": NUMBERS[3],
        "statusCode": "403",
        "error": {"code": "403", "message": "FORBIDDEN", "errors": []},
    }
