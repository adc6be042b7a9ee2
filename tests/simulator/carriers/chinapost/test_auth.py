"""China Post's credentials: the client of a request."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from chinapost_calls import form
from sample_parcels import SHENZHEN

from simulator import places
from simulator.carriers.chinapost import CARRIER, crypto
from simulator.carriers.common.credentials import Credentials
from simulator.clock import Clock
from simulator.core.sessions import Sessions
from simulator.core.simulation import Simulation
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

PATH = "/querypush-twswn/mailTrack/queryMailTrackWn/plus"


def test_customer_of_the_form_is_the_credential() -> None:
    body = urlencode(form(sendID="客户 1")).encode()
    assert CARRIER.client_of(Request("POST", "211.156.195.29", PATH, body=body)) == "客户 1"


def test_customer_in_the_query_is_the_credential() -> None:
    assert CARRIER.client_of(Request("POST", "211.156.195.29", PATH, query=(("sendID", "demo"),))) == "demo"


def test_request_without_customer_has_no_credential() -> None:
    assert CARRIER.client_of(Request("POST", "211.156.195.29", PATH, body=b"msgBody=sendID=demo")) is None


NUMBER = "EV900000019CN"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
DENVER = places.place("Denver, US")
ACCEPTED = ScanEvent(datetime(2026, 3, 3, 16, 20, 31, tzinfo=UTC), Kind.ACCEPTED, SHENZHEN)


def parcel(*events: ScanEvent, number: str = NUMBER, api: str = "", service: str = "") -> Parcel:
    return Parcel("chinapost", number, events, SHENZHEN, DENVER, service=service, api=api)


def listed(response: Response) -> list[dict[str, str]]:
    items: list[dict[str, str]] = json.loads(json.loads(response.body)["retBody"])["responseItems"]
    return items


def codes(items: Iterable[dict[str, str]]) -> list[str]:
    return [item["opCode"] for item in items]


def test_customer_number_of_the_form_chooses_the_session() -> None:
    sessions = Sessions()
    for name, event in (("one", ACCEPTED), ("two", replace(ACCEPTED, kind=Kind.VOIDED))):
        sessions.add(name, Simulation([parcel(event)], credentials=Credentials.of(name), clock=Clock(NOW)))
    answers = []
    for name in ("one", "two", "three"):
        form = {
            "senderNo": name,
            "authorization": name,
            "apiCode": "040001",
            "timeStamp": "2026-04-01 08:00:00",
            "logitcsInterface": crypto.encrypt_body(json.dumps({"waybillNo": NUMBER}), Credentials.of(name).sm4_key),
        }
        request = Request(
            "POST", "api.ems.com.cn", "/amp-prod-api/f/amp/api/open", body=urlencode(form).encode()
        )  # fmt: skip
        answers.append(sessions.handle(request))
    assert codes(listed(answers[0])) == ["203"]
    assert codes(listed(answers[1])) == ["801"]
    assert json.loads(answers[2].body)["retCode"] == "S9401"
