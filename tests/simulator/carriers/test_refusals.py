"""Every interface against every way to be refused: status, headers and body, to the byte.

The expected answers are written by hand, from what the carriers publish and clients report; where nothing is known of
a case, the words are the simulator's own, marked D in the carrier's module `errors`. A case that an interface cannot
have says so and why, so no cell is missing.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

import pytest

from simulator import Clock, Credentials, Kind, Parcel, Product, Request, Response, ScanEvent, Sessions, Simulation
from simulator.carriers.chinapost import crypto
from simulator.carriers.common.carrier import Call, Carrier, CarrierView
from simulator.places import place

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
DENVER = place("Denver, CO, US")

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
class Told:
    """An expected answer. document: what its body says, as JSON (or the body itself); ID stands for an identifier."""

    status: int
    document: Any
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


@dataclass(frozen=True)
class Never:
    """A case that an interface does not have."""

    reason: str


NO_NUMBER = Never("a token call asks about no number")
NO_BODY = Never("a GET without a body; what is sent all the same is not read")
ONE_NUMBER = Never("a call asks about one number")
NO_TOKENS = Never("nothing is issued that could expire or be given back")
NO_OWNERS = Never("no source knows of parcels that only their owner may see")


def ups(status: int, code: str, message: str) -> Told:
    return Told(status, {"response": {"errors": [{"code": code, "message": message}]}})


UPS_UNAUTHORIZED = ups(401, "250002", "Invalid Authentication Information.")
UPS_UNKNOWN = Told(
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
UPS_COMMON: dict[Case, Told | Never] = {
    "rate limit": ups(429, "10429", "Too Many Requests"),
    "server error": ups(500, "10500", "Internal Server Error"),
    "unavailable": ups(503, "10503", "Service Unavailable"),
    "no such path": ups(404, "10404", "Not Found"),
    "wrong method": ups(405, "10405", "Method Not Allowed"),
}

JSON = ("content-type", "application/json")
BEARER = ("www-authenticate", 'Bearer realm="https://api.usps.com"')


def usps(
    version: str,
    status: int,
    message: str,
    *errors: Mapping[str, object],
    headers: tuple[tuple[str, str], ...] = (),
) -> Told:
    error = {"code": str(status), "message": message, "errors": list(errors)}
    return Told(status, {"apiVersion": version, "error": error}, (JSON, *headers))


def usps_token(version: str, detail: str) -> Told:
    fault = {"title": "invalid_token", "detail": detail, "source": "Access Token"}
    return usps(version, 401, "Missing or malformed access token.", fault, headers=(BEARER,))


def usps_common(version: str) -> dict[Case, Told | Never]:
    return {
        "rate limit": usps(version, 429, "TOO_MANY_REQUESTS", headers=(("retry-after", "7"),)),
        "server error": usps(version, 500, "INTERNAL_SERVER_ERROR"),
        "unavailable": usps(version, 503, "SERVICE_UNAVAILABLE", headers=(("retry-after", "30"),)),
        "no such path": usps(version, 404, "NOT_FOUND"),
        "wrong method": usps(version, 405, "METHOD_NOT_ALLOWED"),
    }


def usps_tracking(version: str) -> dict[Case, Told | Never]:
    return {
        **usps_common(version),
        "no credential": usps_token(version, "The request carries no bearer token."),
        "unknown credential": usps_token(version, "The access token is invalid or has expired."),
        "expired token": usps_token(version, "The access token is invalid or has expired."),
        "revoked token": usps_token(version, "The access token is invalid or has expired."),
        "no scope": usps(version, 401, "", headers=(BEARER,)),
        "not owner": usps(version, 403, "FORBIDDEN"),
    }


def rfc6749(status: int, error: str, description: str) -> Told:
    document = {
        "error": error,
        "error_description": description,
        "error_uri": "https://datatracker.ietf.org/doc/html/rfc6749#page-45",
    }
    return Told(status, document, (JSON, BEARER) if status == 401 else (JSON,))


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


def fedex(status: int, code: str, message: str, *, echoed: bool = False) -> Told:
    document: dict[str, Any] = {"transactionId": "ID"}
    if echoed:
        document["customerTransactionId"] = "mine"
    return Told(status, document | {"errors": [{"code": code, "message": message}]})


FEDEX_APOLOGY = "We apologize for any inconvenience. Please check back at a later time."
FEDEX_NOT_FOUND = "Tracking number cannot be found. Please correct the tracking number and try again."
FEDEX_EXPIRED = fedex(401, "NOT.AUTHORIZED.ERROR", "Access token expired. Please modify your request and try again.")
FEDEX_FORBIDDEN = fedex(
    403,
    "FORBIDDEN.ERROR",
    "We could not authorize your credentials. Please check your permissions and try again.",
)
FEDEX_COMMON: dict[Case, Told | Never] = {
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
FEDEX_TRACKING: dict[Case, Told | Never] = {
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


def fedex_unknown(number: str) -> Told:
    result = {
        "trackingNumberInfo": {"trackingNumber": number, "trackingNumberUniqueId": "", "carrierCode": ""},
        "error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": FEDEX_NOT_FOUND},
    }
    results = [{"trackingNumber": number, "trackResults": [result]}]
    return Told(
        200,
        {"transactionId": "ID", "customerTransactionId": "mine", "output": {"completeTrackResults": results}},
    )


PROBLEM = ("content-type", "application/problem+json")


def problem(status: int, title: str, detail: str) -> Told:
    headers = (PROBLEM, ("correlation-id", "ID"), ("content-language", "en"))
    return Told(status, {"title": title, "status": status, "detail": detail}, headers)


DHL_UNAUTHORIZED = problem(401, "Unauthorized", "Unauthorized for given resource.")
DHL_NOT_FOUND = problem(404, "No result found", "No shipment with given tracking number found.")
TOO_MANY = "Too many requests within defined time period, please try again later."


def mydhl(instance: str, status: int, title: str, message: str, detail: str) -> Told:
    document = {"instance": instance, "detail": detail, "title": title, "message": message, "status": str(status)}
    return Told(status, document, (PROBLEM,))


def mydhl_common(instance: str) -> dict[Case, Told | Never]:
    unauthorized = mydhl(instance, 401, "Unauthorized", "Unauthorized", "Invalid credentials")
    return {
        "malformed body": NO_BODY,
        "no credential": unauthorized,
        "unknown credential": unauthorized,
        "expired token": NO_TOKENS,
        "revoked token": NO_TOKENS,
        "no scope": Never("no source knows of accounts without the tracking calls"),
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


CHINESE = (("content-type", "application/json;charset=UTF-8"),)


def ems(ret_code: str, ret_msg: str, ret_body: str = "", status: int = 200, date: str = "2026-03-20 20:00:00") -> Told:
    document = {
        "serialNo": "ID",
        "retCode": ret_code,
        "retMsg": ret_msg,
        "retBody": ret_body,
        "retDate": date,  # Beijing
        "success": ret_code == "00000",
    }
    return Told(status, document, CHINESE)


def jdpt(error: str, sender: str = "demo", status: int = 200, *, state: bool = False) -> Told:
    document = {"receiveID": sender, "responseState": state, "errorDesc": error, "responseItems": []}
    return Told(status, document, CHINESE)


def page(status: int, title: str) -> Told:
    text = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return Told(status, text, (("content-type", "text/html"),))


CHINAPOST_COMMON: dict[Case, Told | Never] = {
    "malformed number": Never("any text is a number that may be unknown: the forms are not published"),
    "expired token": NO_TOKENS,
    "revoked token": NO_TOKENS,
    "not owner": NO_OWNERS,
    "too many numbers": ONE_NUMBER,
    "server error": page(502, "Bad Gateway"),
    "unavailable": page(504, "Gateway Time-out"),
    "no such path": page(404, "Not Found"),
    "wrong method": page(405, "Not Allowed"),
}
CREDENTIALS_KEEP = Never("client ids and secrets neither expire nor are given back here")
TOKEN_FOR_ALL = Never("a token is issued whatever the application holds; the tracking call refuses it")

EXPECTED: dict[str, dict[Case, Told | Never]] = {
    "ups token": {
        **UPS_COMMON,
        "not found": NO_NUMBER,
        "malformed number": NO_NUMBER,
        "malformed body": ups(400, "10400", "Invalid or missing grant_type"),
        "no credential": ups(400, "10400", "Invalid/Missing Authorization Header"),
        "unknown credential": ups(401, "10401", "ClientId is Invalid"),
        "expired token": CREDENTIALS_KEEP,
        "revoked token": CREDENTIALS_KEEP,
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
    "usps token": {
        **usps_common("/oauth2/v3"),
        "not found": NO_NUMBER,
        "malformed number": NO_NUMBER,
        "malformed body": rfc6749(400, "invalid_request", "The grant_type is missing."),
        "no credential": rfc6749(401, "invalid_client", "Client authentication failed."),
        "unknown credential": rfc6749(401, "invalid_client", "Client authentication failed."),
        "expired token": CREDENTIALS_KEEP,
        "revoked token": CREDENTIALS_KEEP,
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
        "no scope": Never("a token may be given back whatever it is good for"),
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
        "expired token": CREDENTIALS_KEEP,
        "revoked token": CREDENTIALS_KEEP,
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
    "dhl unified": {
        "not found": DHL_NOT_FOUND,
        "malformed number": DHL_NOT_FOUND,
        "malformed body": NO_BODY,
        "no credential": DHL_UNAUTHORIZED,
        "unknown credential": DHL_UNAUTHORIZED,
        "expired token": NO_TOKENS,
        "revoked token": NO_TOKENS,
        "no scope": Never("a key that is good for nothing here is an unknown one"),
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
    "ems": {
        **CHINAPOST_COMMON,
        "not found": ems("00000", "未查询到", '{"responseItems":[]}'),
        "malformed body": ems("S9411", "报文解密失败"),
        # Nobody's call is no session's: its clock is the one that a simulation has by itself.
        "no credential": ems("S9401", "授权失败：协议客户号不存在", date="2026-03-02 08:00:00"),  # noqa: RUF001 (its colon)
        "unknown credential": ems("S9402", "授权失败：授权码错误"),  # noqa: RUF001
        "no scope": ems("S9403", "授权失败：未开通该接口服务"),  # noqa: RUF001
        "rate limit": ems("S9429", "请求过于频繁，请稍后再试", status=429),  # noqa: RUF001
    },
    "jdpt": {
        **CHINAPOST_COMMON,
        "not found": jdpt("", state=True),
        "malformed body": jdpt("msgBody格式错误：缺少traceNo"),  # noqa: RUF001
        "no credential": jdpt("sendID未授权", sender=""),
        "unknown credential": jdpt("sendID未授权", sender="nobody"),
        "no scope": jdpt("sendID未开通该服务"),
        "rate limit": jdpt("请求过于频繁，请稍后再试", status=429),  # noqa: RUF001
    },
}


def test_no_cell_of_the_table_is_missing() -> None:
    assert {name: set(cells) for name, cells in EXPECTED.items()} == {name: set(CASES) for name in EXPECTED}
    assert set(EXPECTED) == set(INTERFACES)


# How each interface is asked. Numbers: the first is known, the second unknown, the third malformed, the fourth of
# another owner.


@dataclass(frozen=True)
class Interface:
    """request: a good one about a number. The rest is what the cases make of it."""

    carrier: str
    numbers: tuple[str, str, str, str]
    request: Callable[[str], Request]
    operation: str
    path_beside: str
    malformed_body: bytes = b"{"
    several: Callable[[str], Request] | None = None


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def posted(host: str, path: str, document: object, **headers: str) -> Request:
    body = urlencode(document) if isinstance(document, dict) and headers.pop("form", "") else json.dumps(document)
    return Request(
        "POST", host, path, (), {name.replace("_", "-"): text for name, text in headers.items()}, body.encode()
    )


GRANT = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo"}
UPS, USPS, FEDEX = "onlinetools.ups.com", "apis.usps.com", "apis.fedex.com"
DHL, EXPRESS, EMS, JDPT = "api-eu.dhl.com", "express.api.dhl.com", "api.ems.com.cn", "211.156.195.29"
OF_UPS = ("1Z999AA10390000109", "1Z999AA10390000117", "1Z-9", "1Z999AA10390000126")
OF_USPS = ("9205590000000100000018", "9205590000000100000025", "no number", "9205590000000100000032")
OF_FEDEX = ("900000000016", "775900000001", "no number", "")
OF_DHL = ("9000000015", "9000000026", "no number", "")
OF_CHINAPOST = ("EV900000019CN", "EV900000067CN", "", "")
KEY = "ZGVtb2RlbW9kZW1vZGVtbw=="
BEARER_TOKEN = "Bearer $TOKEN"


def fedex_asked(path: str, member: str, number: str, count: int = 1) -> Request:
    document = {
        "includeDetailedScans": True,
        "trackDocumentDetail": {"documentType": "SIGNATURE_PROOF_OF_DELIVERY"},
        member: [{"trackingNumberInfo": {"trackingNumber": number}}] * count,
    }
    return posted(FEDEX, path, document, authorization=BEARER_TOKEN, x_customer_transaction_id="mine")


def jdpt_asked(number: str) -> Request:
    body = json.dumps({"traceNo": number})
    fields = {"sendID": "demo", "msgBody": body, "dataDigest": crypto.digests(body, "demo")[0]}
    return posted(JDPT, "/querypush-twswn/mailTrack/queryMailTrackWn/plus", fields, form="yes")


def ems_asked(number: str) -> Request:
    fields = {
        "apiCode": "040001",
        "senderNo": "demo",
        "authorization": "demo",
        "timeStamp": "2026-03-20 20:00:00",
        "logitcsInterface": crypto.seal(json.dumps({"waybillNo": number}), KEY),
    }
    return posted(EMS, "/amp-prod-api/f/amp/api/open", fields, form="yes")


def mydhl_several(number: str, count: int = 1) -> Request:
    query = (("shipmentTrackingNumber", number),) * count
    return Request("GET", EXPRESS, "/mydhlapi/tracking", query, {"authorization": basic("demo", "demo")})


INTERFACES = {
    "ups token": Interface(
        "ups",
        OF_UPS,
        lambda _: posted(UPS, "/security/v1/oauth/token", GRANT, form="yes", authorization=basic("demo", "demo")),
        "token",
        "/security/v1/oauth/nowhere",
    ),
    "ups track": Interface(
        "ups",
        OF_UPS,
        lambda number: Request(
            "GET",
            UPS,
            f"/api/track/v1/details/{number}",
            (),
            {"authorization": BEARER_TOKEN, "transid": "1", "transactionsrc": "tests"},
        ),
        "track",
        "/api/track/v1/nowhere",
    ),
    "usps token": Interface(
        "usps", OF_USPS, lambda _: posted(USPS, "/oauth2/v3/token", GRANT), "token", "/oauth2/v3/nowhere"
    ),
    "usps revoke": Interface(
        "usps",
        OF_USPS,
        lambda _: posted(USPS, "/oauth2/v3/revoke", {"token": "a.b.c"}, authorization=BEARER_TOKEN),
        "revoke",
        "/oauth2/v3/nowhere",
    ),
    "usps v3": Interface(
        "usps",
        OF_USPS,
        lambda number: Request(
            "GET", USPS, "/tracking/v3/tracking/" + number.replace(" ", "%20"), (), {"authorization": BEARER_TOKEN}
        ),
        "track",
        "/tracking/v3/nowhere",
    ),
    "usps v3r2": Interface(
        "usps",
        OF_USPS,
        lambda number: posted(
            USPS, "/tracking/v3r2/tracking", [{"trackingNumber": number}], authorization=BEARER_TOKEN
        ),
        "track_several",
        "/tracking/v3r2/nowhere",
        several=lambda number: posted(
            USPS, "/tracking/v3r2/tracking", [{"trackingNumber": number}] * 36, authorization=BEARER_TOKEN
        ),
    ),
    "fedex token": Interface(
        "fedex", OF_FEDEX, lambda _: posted(FEDEX, "/oauth/token", GRANT, form="yes"), "token", "/oauth/nowhere"
    ),
    "fedex track": Interface(
        "fedex",
        OF_FEDEX,
        lambda number: fedex_asked("/track/v1/trackingnumbers", "trackingInfo", number),
        "track",
        "/track/v1/nowhere",
        several=lambda number: fedex_asked("/track/v1/trackingnumbers", "trackingInfo", number, 31),
    ),
    "fedex documents": Interface(
        "fedex",
        OF_FEDEX,
        lambda number: fedex_asked("/track/v1/trackingdocuments", "trackDocumentSpecification", number),
        "documents",
        "/track/v1/nowhere",
        several=lambda number: fedex_asked("/track/v1/trackingdocuments", "trackDocumentSpecification", number, 31),
    ),
    "dhl unified": Interface(
        "dhl",
        OF_DHL,
        lambda number: Request("GET", DHL, "/track/shipments", (("trackingNumber", number),), {"dhl-api-key": "demo"}),
        "track",
        "/track/nowhere",
    ),
    "mydhl": Interface(
        "dhl",
        OF_DHL,
        lambda number: Request(
            "GET",
            EXPRESS,
            f"/mydhlapi/shipments/{number.replace(' ', '%20')}/tracking",
            (),
            {"authorization": basic("demo", "demo")},
        ),
        "mydhl_track",
        "/mydhlapi/nowhere",
    ),
    "mydhl several": Interface(
        "dhl",
        OF_DHL,
        mydhl_several,
        "mydhl_track_several",
        "/mydhlapi/nowhere",
        several=lambda number: mydhl_several(number, 201),
    ),
    "ems": Interface(
        "chinapost",
        OF_CHINAPOST,
        ems_asked,
        "track",
        "/amp-prod-api/f/amp/api/nowhere",
        malformed_body=urlencode(
            {
                "apiCode": "040001",
                "senderNo": "demo",
                "authorization": "demo",
                "timeStamp": "2026-03-20 20:00:00",
                "logitcsInterface": "|$4|AAAA",
            }
        ).encode(),
    ),
    "jdpt": Interface(
        "chinapost",
        OF_CHINAPOST,
        jdpt_asked,
        "track",
        "/querypush-twswn/nowhere",
        malformed_body=urlencode(
            {"sendID": "demo", "msgBody": "{", "dataDigest": crypto.digests("{", "demo")[0]}
        ).encode(),
    ),
}


@dataclass(frozen=True)
class Refusing:
    """The carrier refuses, whatever was asked."""

    refusal: Literal["rate limit", "server error", "unavailable"]

    def on_answer(self, _answer: Response, call: Call, carrier: Carrier, world: CarrierView) -> Response:
        refusals = carrier.refusals
        if self.refusal == "rate limit":
            return refusals.rate_limited(call.request, world, 7 if carrier.name == "usps" else None)
        return (refusals.server_error if self.refusal == "server error" else refusals.unavailable)(call.request, world)


def simulation(carrier: str, interface: Interface, case: Case) -> Simulation:
    credentials = Credentials.of("demo")
    if case == "no scope":
        withheld = {
            "ups": Product.UPS_TRACKING,
            "usps": Product.USPS_TRACKING,
            "fedex": Product.FEDEX_TRACKING,
            "chinapost": Product.CHINAPOST_JDPT if interface.request is jdpt_asked else Product.CHINAPOST_EMS,
        }
        credentials = replace(credentials, withheld=frozenset((withheld[carrier],)))
    accepted = (ScanEvent(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), Kind.ACCEPTED, DENVER),)
    known = Parcel(carrier, interface.numbers[0], accepted, DENVER, DENVER)
    parcels = [known]
    if interface.numbers[3]:
        parcels.append(replace(known, tracking_number=interface.numbers[3], owner="another"))
    return Simulation(parcels, credentials=credentials, clock=Clock(NOW))


WITHOUT_CREDENTIAL = ("authorization", "dhl-api-key")


def asked(interface: Interface, case: Case) -> Request:
    known, unknown, malformed, owned = interface.numbers
    number = {"not found": unknown, "malformed number": malformed, "not owner": owned}.get(case, known)
    request = interface.request(number)
    if case == "too many numbers":
        assert interface.several is not None
        return interface.several(known)
    if case == "malformed body":
        return replace(request, body=interface.malformed_body)
    if case == "no such path":
        return replace(request, path=interface.path_beside)
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


def answered(interface: Interface, case: Case) -> Response:
    made = simulation(interface.carrier, interface, case)
    if case in {"rate limit", "server error", "unavailable"}:
        made.inject(Refusing(case), carrier=interface.carrier, operation=interface.operation)
    token = made.tokens.issue(interface.carrier, "demo", NOW, 3600)
    if case == "expired token":
        made.clock.advance(3600)
    elif case == "revoked token":
        made.tokens.revoke(token)
    request = asked(interface, case)
    headers = {name: text.replace("$TOKEN", token) for name, text in request.headers.items()}
    sessions = Sessions()
    sessions.add("demo", made)
    return sessions.handle(replace(request, headers=headers))


def masked(text: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "ID", text)


HAVE = [(name, case) for name, cells in EXPECTED.items() for case, cell in cells.items() if isinstance(cell, Told)]


@pytest.mark.parametrize(("name", "case"), HAVE)
def test_a_refusal_is_the_carriers_own(name: str, case: Case) -> None:
    expected = EXPECTED[name][case]
    assert isinstance(expected, Told)
    answer = answered(INTERFACES[name], case)
    text = expected.document
    if not isinstance(text, str):
        text = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
    assert masked(answer.body.decode()) == text
    assert answer.status == expected.status
    headers = [(header, masked(value)) for header, value in answer.headers if header != "content-length"]
    assert headers == list(expected.headers)


@pytest.mark.parametrize("name", INTERFACES)
def test_the_request_that_the_cases_are_made_from_is_a_good_one(name: str) -> None:
    interface = INTERFACES[name]
    made = simulation(interface.carrier, interface, "not found")
    if name == "fedex documents":  # a letter tells of a delivery
        made.add(
            replace(
                made.parcels()[0],
                events=(ScanEvent(datetime(2026, 3, 4, 9, 0, tzinfo=UTC), Kind.DELIVERED, DENVER),),
            )
        )
    request = interface.request(interface.numbers[0])
    token = made.tokens.issue(interface.carrier, "demo", NOW, 3600)
    headers = {header: text.replace("$TOKEN", token) for header, text in request.headers.items()}
    answer = made.handle(replace(request, headers=headers))
    assert answer.status == 200
    assert b"S94" not in answer.body
    assert b'"responseState":false' not in answer.body


def usps_answer(withheld: frozenset[Product], scope: str | None, path: str = "/tracking/v3/tracking/1") -> Response:
    made = Simulation(credentials=replace(Credentials.of("demo"), withheld=withheld), clock=Clock(NOW))
    grant = GRANT if scope is None else {**GRANT, "scope": scope}
    token = json.loads(made.handle(posted(USPS, "/oauth2/v3/token", grant)).body)
    headers = {"authorization": f"Bearer {token['access_token']}"}
    return made.handle(Request("GET", USPS, path, (), headers))


USPS_WITHOUT_RIGHT = [
    (frozenset[Product](), "addresses", "Insufficient OAuth scope."),
    (frozenset((Product.USPS_TRACKING,)), None, ""),
    (frozenset((Product.USPS_TRACKING,)), "tracking", ""),
    (frozenset((Product.USPS_APPLICATION,)), None, "The client application identifier is invalid."),
]


@pytest.mark.parametrize(("withheld", "scope", "message"), USPS_WITHOUT_RIGHT)
def test_usps_gives_a_token_and_then_refuses_the_tracking_call_in_one_of_three_shapes(
    withheld: frozenset[Product], scope: str | None, message: str
) -> None:
    answer = usps_answer(withheld, scope)
    assert answer.status == 401
    assert ("www-authenticate", 'Bearer realm="https://api.usps.com"') in answer.headers
    error = json.loads(answer.body)["error"]
    assert error["message"] == message
    assert [fault["title"] for fault in error["errors"]] == (["invalid_oauth_scope"] if scope == "addresses" else [])


def test_the_token_of_an_application_without_the_tracking_product_has_no_scope() -> None:
    withheld = frozenset((Product.USPS_TRACKING,))
    made = Simulation(credentials=replace(Credentials.of("demo"), withheld=withheld), clock=Clock(NOW))
    token = json.loads(made.handle(posted(USPS, "/oauth2/v3/token", {**GRANT, "scope": "tracking"})).body)
    assert token["scope"] == ""


def test_a_usps_token_that_is_given_back_is_good_no_more() -> None:
    made = Simulation(clock=Clock(NOW))

    def tracked(token: str) -> int:
        return made.handle(
            Request("GET", USPS, "/tracking/v3/tracking/1", (), {"authorization": f"Bearer {token}"})
        ).status

    mine, other = (made.tokens.issue("usps", "demo", NOW, 3600, "tracking") for _ in range(2))
    assert (tracked(mine), tracked(other)) == (400, 400)
    body = {"token": mine, "token_type_hint": "access_token"}
    for headers in ({"authorization": f"Bearer {mine}"}, {"authorization": f"Bearer {other}"}):
        answer = made.handle(posted(USPS, "/oauth2/v3/revoke", body, **headers))
        assert (answer.status, answer.body) == (200, b"200 OK")
        assert dict(answer.headers)["content-type"] == "text/plain"
        assert (tracked(mine), tracked(other)) == (401, 400)


def test_giving_back_what_is_no_token_needs_no_memory() -> None:
    made = Simulation(clock=Clock(NOW))
    mine, ups = made.tokens.issue("usps", "demo", NOW, 3600), made.tokens.issue("ups", "demo", NOW, 3600)
    for text in ("a.b.c", ups, "\0"):
        answer = made.handle(posted(USPS, "/oauth2/v3/revoke", {"token": text}, authorization=f"Bearer {mine}"))
        assert answer.status == 200
    assert made.tokens.revocations == 0
    assert made.tokens.state("ups", ups, NOW) == "valid"


def test_a_parcel_shows_itself_to_its_owner() -> None:
    accepted = (ScanEvent(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), Kind.ACCEPTED, DENVER),)
    for carrier in ("ups", "usps"):
        interface = INTERFACES["ups track" if carrier == "ups" else "usps v3"]
        parcel = Parcel(carrier, interface.numbers[3], accepted, DENVER, DENVER, owner="demo")
        made = Simulation([parcel], clock=Clock(NOW))
        token = made.tokens.issue(carrier, "demo", NOW, 3600)
        request = interface.request(interface.numbers[3])
        headers = {name: text.replace("$TOKEN", token) for name, text in request.headers.items()}
        answer = made.handle(replace(request, headers=headers))
        assert answer.status == 200
        assert b"TW0001" not in answer.body


def test_in_a_usps_list_a_parcel_of_another_owner_is_one_failed_element() -> None:
    made = simulation("usps", INTERFACES["usps v3r2"], "not owner")
    token = made.tokens.issue("usps", "demo", NOW, 3600)
    numbers = [{"trackingNumber": number} for number in (OF_USPS[0], OF_USPS[3])]
    answer = made.handle(posted(USPS, "/tracking/v3r2/tracking", numbers, authorization=f"Bearer {token}"))
    assert answer.status == 207
    found, refused = json.loads(answer.body)
    assert found["status"]
    assert refused == {
        "trackingNumber": OF_USPS[3],
        "statusCode": "403",
        "error": {"code": "403", "message": "FORBIDDEN", "errors": []},
    }
