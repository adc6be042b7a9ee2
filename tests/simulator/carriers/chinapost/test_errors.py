"""China Post's answers that do not depend on the question."""

import json

import pytest

from simulator.carriers.chinapost import CARRIER
from simulator.carriers.chinapost.errors import RETURN_CODES
from simulator.core.simulation import Simulation
from simulator.exchange import Request

ASKED = Request("POST", "api.ems.com.cn", "/amp-prod-api/f/amp/api/open")


def world() -> object:
    return Simulation()._desks["chinapost"]


@pytest.mark.parametrize(("refusal", "status"), [("server_error", 502), ("unavailable", 504)])
def test_failing_server_sends_a_page_in_html(refusal: str, status: int) -> None:
    response = getattr(CARRIER.refusals, refusal)(ASKED, world())
    assert response.status == status
    assert dict(response.headers)["content-type"] == "text/html"
    assert response.body.startswith(b"<html>")
    assert str(status).encode() in response.body


@pytest.mark.parametrize("refusal", ["unauthorized", "forbidden"])
def test_authorization_fails_inside_an_http_200(refusal: str) -> None:
    response = getattr(CARRIER.refusals, refusal)(ASKED, world())
    parsed = json.loads(response.body)
    assert response.status == 200
    assert parsed["retCode"] != "00000"
    assert "授权" in parsed["retMsg"]


def test_throttling_is_a_429_whose_body_refuses_too() -> None:
    response = CARRIER.refusals.rate_limited(ASKED, Simulation()._desks["chinapost"], None)
    assert response.status == 429
    assert json.loads(response.body)["retCode"] == "S9429"
    assert "retry-after" not in dict(response.headers)


def test_throttling_sends_retry_after_when_asked_to() -> None:
    response = CARRIER.refusals.rate_limited(ASKED, Simulation()._desks["chinapost"], 30)
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
def test_trace_service_refuses_in_its_own_form(refusal: str) -> None:
    asked = Request("POST", "211.156.195.29", "/querypush-twswn/mailTrack/queryMailTrackWn/plus", body=b"sendID=demo")
    parsed = json.loads(getattr(CARRIER.refusals, refusal)(asked, world()).body)
    assert (parsed["responseState"], parsed["receiveID"], parsed["responseItems"]) == (False, "demo", [])
    assert "sendID" in parsed["errorDesc"]
