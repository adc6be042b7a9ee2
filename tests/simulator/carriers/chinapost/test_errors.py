"""China Post's refusals: every interface against every case."""

import json
from urllib.parse import urlencode

import pytest
from refusal_cases import (
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
    possible_cases,
    posted,
)
from sample_parcels import MakeView

from simulator import Product, Request, Simulation
from simulator.carriers.chinapost import CARRIER, crypto
from simulator.carriers.chinapost.errors import RETURN_CODES

CHINESE = (("content-type", "application/json;charset=UTF-8"),)


def ems(
    ret_code: str, ret_msg: str, ret_body: str = "", status: int = 200, date: str = "2026-03-20 20:00:00"
) -> Expected:
    document = {
        "serialNo": "ID",
        "retCode": ret_code,
        "retMsg": ret_msg,
        "retBody": ret_body,
        "retDate": date,  # Beijing
        "success": ret_code == "00000",
    }
    return Expected(status, document, CHINESE)


def jdpt(error: str, sender: str = "demo", status: int = 200, *, state: bool = False) -> Expected:
    document = {"receiveID": sender, "responseState": state, "errorDesc": error, "responseItems": []}
    return Expected(status, document, CHINESE)


def page(status: int, title: str) -> Expected:
    text = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return Expected(status, text, (("content-type", "text/html"),))


CHINAPOST_COMMON: dict[Case, Expected | NotPossible] = {
    "malformed number": NotPossible("any text is a number that may be unknown: the forms are not published"),
    "expired token": NO_TOKENS,
    "revoked token": NO_TOKENS,
    "not owner": NO_OWNERS,
    "too many numbers": ONE_NUMBER,
    "server error": page(502, "Bad Gateway"),
    "unavailable": page(504, "Gateway Time-out"),
    "no such path": page(404, "Not Found"),
    "wrong method": page(405, "Not Allowed"),
}

EMS_REQUEST = Request("POST", "api.ems.com.cn", "/amp-prod-api/f/amp/api/open")
EXPECTED: Table = {
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

EMS_HOST, JDPT_HOST = "api.ems.com.cn", "211.156.195.29"
NUMBERS = ("EV900000019CN", "EV900000067CN", "", "")
KEY = "ZGVtb2RlbW9kZW1vZGVtbw=="


def jdpt_request(number: str) -> Request:
    body = json.dumps({"traceNo": number})
    fields = {"sendID": "demo", "msgBody": body, "dataDigest": crypto.digests(body, "demo")[0]}
    return posted(JDPT_HOST, "/querypush-twswn/mailTrack/queryMailTrackWn/plus", fields, form="yes")


def ems_request(number: str) -> Request:
    fields = {
        "apiCode": "040001",
        "senderNo": "demo",
        "authorization": "demo",
        "timeStamp": "2026-03-20 20:00:00",
        "logitcsInterface": crypto.encrypt_body(json.dumps({"waybillNo": number}), KEY),
    }
    return posted(EMS_HOST, "/amp-prod-api/f/amp/api/open", fields, form="yes")


INTERFACES = {
    "ems": Interface(
        "chinapost",
        NUMBERS,
        ems_request,
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
        withheld=Product.CHINAPOST_EMS,
    ),
    "jdpt": Interface(
        "chinapost",
        NUMBERS,
        jdpt_request,
        "track",
        "/querypush-twswn/nowhere",
        malformed_body=urlencode(
            {"sendID": "demo", "msgBody": "{", "dataDigest": crypto.digests("{", "demo")[0]}
        ).encode(),
        withheld=Product.CHINAPOST_JDPT,
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


# The answers themselves.


@pytest.mark.parametrize(("refusal", "status"), [("server_error", 502), ("unavailable", 504)])
def test_failing_server_sends_a_page_in_html(make_view: MakeView, refusal: str, status: int) -> None:
    response = getattr(CARRIER.refusals, refusal)(EMS_REQUEST, make_view(CARRIER))
    assert response.status == status
    assert dict(response.headers)["content-type"] == "text/html"
    assert response.body.startswith(b"<html>")
    assert str(status).encode() in response.body


@pytest.mark.parametrize("refusal", ["unauthorized", "forbidden"])
def test_authorization_fails_inside_an_http_200(make_view: MakeView, refusal: str) -> None:
    response = getattr(CARRIER.refusals, refusal)(EMS_REQUEST, make_view(CARRIER))
    parsed = json.loads(response.body)
    assert response.status == 200
    assert parsed["retCode"] != "00000"
    assert "授权" in parsed["retMsg"]


def test_a_rate_limit_is_a_429_whose_body_refuses_too(make_view: MakeView) -> None:
    response = CARRIER.refusals.rate_limited(EMS_REQUEST, make_view(CARRIER), None)
    assert response.status == 429
    assert json.loads(response.body)["retCode"] == "S9429"
    assert "retry-after" not in dict(response.headers)


def test_a_rate_limit_has_retry_after_if_a_fault_adds_it(make_view: MakeView) -> None:
    response = CARRIER.refusals.rate_limited(EMS_REQUEST, make_view(CARRIER), 30)
    assert dict(response.headers)["retry-after"] == "30"


def test_no_invented_code_means_success() -> None:
    assert "00000" not in {refusal.ret_code for refusal in RETURN_CODES.values()}


def test_every_invented_code_is_marked_by_its_first_letters() -> None:
    assert {refusal.ret_code[:2] for refusal in RETURN_CODES.values()} == {"S9"}


def test_codes_of_refusals_differ() -> None:
    assert len({refusal.ret_code for refusal in RETURN_CODES.values()}) == len(RETURN_CODES)


def test_wrong_path_is_a_page_of_the_server() -> None:
    response = Simulation().handle(Request("POST", "api.ems.com.cn", "/amp-prod-api/f/amp/api/opne"))
    assert (response.status, dict(response.headers)["content-type"]) == (404, "text/html")


def test_wrong_method_is_a_page_of_the_server() -> None:
    response = Simulation().handle(Request("GET", "api.ems.com.cn", "/amp-prod-api/f/amp/api/open"))
    assert (response.status, dict(response.headers)["content-type"]) == (405, "text/html")


@pytest.mark.parametrize("host", ["api.ems.com.cn", "211.156.195.29"])
def test_carrier_answers_at_both_hosts(host: str) -> None:
    assert host in CARRIER.hosts


@pytest.mark.parametrize("refusal", ["unauthorized", "forbidden"])
def test_trace_service_refuses_in_its_own_form(make_view: MakeView, refusal: str) -> None:
    request = Request("POST", "211.156.195.29", "/querypush-twswn/mailTrack/queryMailTrackWn/plus", body=b"sendID=demo")
    parsed = json.loads(getattr(CARRIER.refusals, refusal)(request, make_view(CARRIER)).body)
    assert (parsed["responseState"], parsed["receiveID"], parsed["responseItems"]) == (False, "demo", [])
    assert "sendID" in parsed["errorDesc"]
