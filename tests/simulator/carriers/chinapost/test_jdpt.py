"""JDPT's trace service: requests, answers byte for byte, refusals."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from chinapost_calls import BODY, HEX_DIGEST, form
from sample_parcels import SHENZHEN

from simulator import places
from simulator.carriers.common.credentials import Credentials
from simulator.clock import Clock
from simulator.core.simulation import Simulation
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

NUMBER = "EV900000019CN"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
PATH = "/querypush-twswn/mailTrack/queryMailTrackWn/plus"
DENVER = places.place("Denver, US")
ACCEPTED = ScanEvent(datetime(2026, 3, 3, 16, 20, 31, tzinfo=UTC), Kind.ACCEPTED, SHENZHEN)
KEY = "FAKEKEY0123456789"
RAW_DIGEST = "Pm31aPNnLVvM4BIP1mYKWw=="


def parcel(*events: ScanEvent, api: str = "") -> Parcel:
    return Parcel("chinapost", NUMBER, events, SHENZHEN, DENVER, api=api)


def simulation(*parcels: Parcel) -> Simulation:
    return Simulation(parcels, credentials=replace(Credentials.of("demo"), digest_key=KEY), clock=Clock(NOW))


def ask(simulation: Simulation, **changes: str) -> Response:
    request = Request("POST", "211.156.195.29", PATH, body=urlencode(form(**changes)).encode())
    return simulation.handle(request)


def document(response: Response) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(response.body)
    return parsed


def codes(response: Response) -> list[str]:
    return [item["opCode"] for item in document(response)["responseItems"]]


def story(*kinds: Kind, place: places.Place = SHENZHEN) -> Parcel:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    return parcel(*(ScanEvent(start + timedelta(days=day), kind, place) for day, kind in enumerate(kinds)))


def test_answer_is_byte_for_byte_as_documented() -> None:
    response = ask(simulation(parcel(ACCEPTED)))
    assert response.body.decode() == (
        '{"receiveID":"demo","responseState":true,"errorDesc":"","responseItems":[{"traceNo":"EV900000019CN",'
        '"opTime":"2026-03-04 00:20:31","opCode":"10","opName":"收寄","opDesc":"中国邮政 已收取邮件",'
        '"opOrgProvName":"广东省","opOrgCity":"深圳市","opOrgCode":"51800001","opOrgName":"深圳市示例揽投部",'
        '"operatorNo":"5180000100001","operatorName":"示例"}]}'
    )
    assert response.status == 200


def test_domestic_life_reads_in_coarse_codes() -> None:
    view = simulation(story(Kind.ACCEPTED, Kind.ARRIVED, Kind.AT_DELIVERY_OFFICE, Kind.ATTEMPTED, Kind.DELIVERED))
    response = ask(view)
    assert codes(response) == ["10", "20", "20", "70", "80"]
    names = [item["opName"] for item in document(response)["responseItems"]]
    assert names == ["收寄", "运输", "运输", "试投", "妥投"]


def test_events_that_are_not_readings_keep_their_fine_code() -> None:
    assert codes(ask(simulation(story(Kind.LABEL_CREATED, Kind.ACCEPTED, Kind.DEPARTED)))) == ["764", "10", "389"]


def test_delivery_abroad_keeps_its_fine_code() -> None:
    assert codes(ask(simulation(story(Kind.CUSTOMS_RELEASED, Kind.DELIVERED, place=DENVER)))) == ["EDC", "463"]


@pytest.mark.parametrize("digest", [HEX_DIGEST, RAW_DIGEST])
def test_either_form_of_the_digest_is_accepted(digest: str) -> None:
    assert codes(ask(simulation(parcel(ACCEPTED)), dataDigest=digest)) == ["10"]


def test_body_may_be_url_encoded_once_more() -> None:
    assert codes(ask(simulation(parcel(ACCEPTED)), msgBody=quote(BODY, safe=""))) == ["10"]


def test_fields_may_be_in_the_query() -> None:
    request = Request("POST", "211.156.195.29", PATH, query=tuple(form().items()))
    assert codes(simulation(parcel(ACCEPTED)).handle(request)) == ["10"]


def test_unknown_number_is_an_empty_list() -> None:
    parsed = document(ask(simulation()))
    assert (parsed["responseState"], parsed["responseItems"]) == (True, [])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"sendID": "other"}, "sendID"),
        ({"dataDigest": "AAAA"}, "签名"),
        ({"msgBody": '{"traceNo":"EV900000020CN"}'}, "签名"),
    ],
)
def test_refusal_says_so_in_its_state(changes: dict[str, str], text: str) -> None:
    response = ask(simulation(parcel(ACCEPTED)), **changes)
    parsed = document(response)
    assert (response.status, parsed["responseState"], parsed["responseItems"]) == (200, False, [])
    assert text in parsed["errorDesc"]


def test_body_without_number_is_refused() -> None:
    # Base64 of the 16 bytes of md5("{}FAKEKEY0123456789"), by `printf ... | openssl md5 -binary | base64`.
    parsed = document(ask(simulation(parcel(ACCEPTED)), msgBody="{}", dataDigest="KSiJKRVZ3BB8bbGWhNWUig=="))
    assert parsed["responseState"] is False
    assert "traceNo" in parsed["errorDesc"]


@pytest.mark.parametrize(("api", "found"), [("", ["10"]), ("jdpt", ["10"]), ("ems", [])])
def test_parcel_is_known_unless_it_is_the_other_interfaces(api: str, found: list[str]) -> None:
    assert codes(ask(simulation(parcel(ACCEPTED, api=api)))) == found


def test_journal_names_the_number() -> None:
    view = simulation(parcel(ACCEPTED))
    ask(view)
    assert [(entry.operation, entry.numbers) for entry in view.journal] == [("track", (NUMBER,))]


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"sendID", b"msgBody=%7B", b"msgBody=%25", b"sendID=demo&dataDigest=%ff"]
)
def test_any_body_gets_a_refusal(body: bytes) -> None:
    response = simulation().handle(Request("POST", "211.156.195.29", PATH, body=body))
    assert response.status == 200
    assert document(response)["responseState"] is False
