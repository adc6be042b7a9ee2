"""The EMS open platform: requests, answers byte for byte, refusals."""

import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sample_parcels import SHENZHEN

from simulator import places
from simulator.carriers.chinapost import crypto
from simulator.carriers.chinapost.events import CODES
from simulator.carriers.common.credentials import Credentials
from simulator.clock import Clock
from simulator.core.simulation import Simulation
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

NUMBER = "EV900000019CN"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
DENVER = places.place("Denver, US")
KEY = "MDEyMzQ1Njc4OWFiY2RlZg=="
# Computed with OpenSSL from KEY and {"waybillNo":"EV900000019CN","direction":"0"}.
SEALED = (
    "|$4|dk2hutryyQSq0wUjkM6sjPEtrCCjzYispQWSqaPZ8WjBEAzgMwF29by1oQ0/LbI3/vkPai/Ngto8XCYTZqKy1DJdUB/WoUhfa6ykyLZ7yWA="
)
ACCEPTED = ScanEvent(datetime(2026, 3, 3, 16, 20, 31, tzinfo=UTC), Kind.ACCEPTED, SHENZHEN)
DELIVERED = ScanEvent(datetime(2026, 3, 13, 14, 0, 5, tzinfo=UTC), Kind.DELIVERED, DENVER)


def parcel(*events: ScanEvent, number: str = NUMBER, api: str = "", service: str = "") -> Parcel:
    return Parcel("chinapost", number, events, SHENZHEN, DENVER, service=service, api=api)


def simulation(*parcels: Parcel) -> Simulation:
    return Simulation(parcels, credentials=replace(Credentials.of("demo"), sm4_key=KEY), clock=Clock(NOW))


def ask(simulation: Simulation, path: str = "open", /, **changes: str | None) -> Response:
    form: dict[str, str | None] = {
        "apiCode": "040001",
        "senderNo": "demo",
        "authorization": "demo",
        "timeStamp": "2026-04-01 08:00:00",
        "logitcsInterface": SEALED,
        "msgType": "0",
        "version": "V1.0.0",
        **changes,
    }
    body = urlencode({name: value for name, value in form.items() if value is not None})
    return simulation.handle(
        Request(
            "POST",
            "api.ems.com.cn",
            f"/amp-prod-api/f/amp/api/{path}",
            headers={"content-type": "application/x-www-form-urlencoded; charset=UTF-8"},
            body=body.encode(),
        )
    )


def ask_about(simulation: Simulation, number: str) -> Response:
    return ask(simulation, logitcsInterface=crypto.encrypt_body(json.dumps({"waybillNo": number}), KEY))


def listed(response: Response) -> list[dict[str, str]]:
    items: list[dict[str, str]] = json.loads(json.loads(response.body)["retBody"])["responseItems"]
    return items


def codes(items: Iterable[dict[str, str]]) -> list[str]:
    return [item["opCode"] for item in items]


def test_answer_is_byte_for_byte_as_captured_ones_are_made() -> None:
    response = ask(simulation(parcel(ACCEPTED)))
    inner = (
        '{"responseItems":[{"traceNo":"EV900000019CN","waybillNo":"EV900000019CN","opTime":"2026-03-04 00:20:31",'
        '"opCode":"203","opName":"收寄计费信息","opDesc":"中国邮政 已收取邮件","opOrgProvName":"广东省",'
        '"opOrgCity":"深圳市","opOrgCode":"51800001","opOrgName":"深圳市示例揽投部","operatorNo":"5180000100001",'
        '"operatorName":"示例","deliverCode":"","attemptDeliveryCode":"","productName":"国际特快"}]}'
    )
    serial = json.loads(response.body)["serialNo"]
    assert len(serial) == len("ee60deb4-dfdb-4c98-a8a3-65846bdaf850")
    escaped = inner.replace('"', '\\"')
    expected = (
        f'{{"serialNo":"{serial}","retCode":"00000","retMsg":"查询结果正常返回！","retBody":"{escaped}",'  # noqa: RUF001 (as the platform writes it)
        '"retDate":"2026-04-01 08:00:00","success":true}'
    )
    assert response.body.decode() == expected
    assert response.status == 200
    assert dict(response.headers)["content-type"] == "application/json;charset=UTF-8"


def test_perfect_parcel_to_the_united_states_is_accepted_once_and_delivered_abroad() -> None:
    memphis = places.place("Memphis, US")
    shanghai = places.place("Shanghai, CN")
    kinds = [
        (Kind.LABEL_CREATED, SHENZHEN),
        (Kind.ACCEPTED, SHENZHEN),
        (Kind.DEPARTED, SHENZHEN),
        (Kind.ARRIVED, shanghai),
        (Kind.DEPARTED, shanghai),
        (Kind.CUSTOMS_ENTERED, memphis),
        (Kind.CUSTOMS_RELEASED, memphis),
        (Kind.AT_DELIVERY_OFFICE, DENVER),
        (Kind.OUT_FOR_DELIVERY, DENVER),
        (Kind.DELIVERED, DENVER),
    ]
    start = datetime(2026, 3, 2, tzinfo=UTC)
    events = [ScanEvent(start + timedelta(days=day), kind, place) for day, (kind, place) in enumerate(kinds)]
    items = listed(ask(simulation(parcel(*events))))
    assert codes(items) == ["764", "203", "389", "954", "389", "EDB", "EDC", "461", "EDG", "463"]


def test_events_are_oldest_first_in_beijing_time() -> None:
    items = listed(ask(simulation(parcel(DELIVERED, ACCEPTED))))
    assert [item["opTime"] for item in items] == ["2026-03-04 00:20:31", "2026-03-13 22:00:05"]


def test_event_abroad_names_the_country_and_no_operator() -> None:
    (item,) = listed(ask(simulation(parcel(DELIVERED))))
    shown = {name: item[name] for name in ("opOrgProvName", "opOrgCity", "opOrgCode", "opOrgName", "operatorNo")}
    assert shown == {
        "opOrgProvName": "",
        "opOrgCity": "Denver",
        "opOrgCode": "US",
        "opOrgName": "美国",
        "operatorNo": "",
    }


def test_automatic_event_is_the_systems() -> None:
    (item,) = listed(ask(simulation(parcel(replace(ACCEPTED, kind=Kind.ARRIVED)))))
    assert (item["opCode"], item["operatorNo"], item["operatorName"]) == ("954", "XTZD", "系统自动")
    assert item["opDesc"] == "邮件到达【深圳市示例邮件处理中心】"
    assert item["opOrgCode"] == "51800002"


def test_event_without_place_leaves_province_and_office_out() -> None:
    (item,) = listed(ask(simulation(parcel(ScanEvent(ACCEPTED.happened, code="457")))))
    assert "opOrgProvName" not in item
    assert "opOrgName" not in item
    assert (item["opOrgCity"], item["opOrgCode"], item["opName"]) == ("", "", "航空公司启运")


def test_delivery_in_china_says_how_and_a_failed_attempt_why() -> None:
    attempt = replace(ACCEPTED, kind=Kind.ATTEMPTED)
    delivery = replace(ACCEPTED, kind=Kind.DELIVERED, happened=attempt.happened + timedelta(days=1))
    items = listed(ask(simulation(parcel(attempt, delivery))))
    assert [(item["opCode"], item["deliverCode"], item["attemptDeliveryCode"]) for item in items] == [
        ("705", "", "4"),
        ("704", "10", ""),
    ]


def test_service_of_the_story_is_the_product() -> None:
    (item,) = listed(ask(simulation(parcel(ACCEPTED, service="国际小包"))))
    assert item["productName"] == "国际小包"


def test_event_that_is_not_published_yet_is_not_listed() -> None:
    late = replace(DELIVERED, published=NOW + timedelta(seconds=1))
    view = simulation(parcel(ACCEPTED, late))
    assert codes(listed(ask(view))) == ["203"]
    view.clock.advance(1)
    assert codes(listed(ask(view))) == ["203", "463"]


@pytest.mark.parametrize("code", [entry.code for entry in CODES.all])
def test_every_code_renders_under_its_own_name(code: str) -> None:
    (item,) = listed(ask(simulation(parcel(ScanEvent(ACCEPTED.happened, place=SHENZHEN, code=code)))))
    assert item["opCode"] == code
    assert item["opName"]
    assert item["opDesc"]
    assert "{" not in item["opDesc"]


def test_code_in_no_table_is_rendered_verbatim() -> None:
    (item,) = listed(ask(simulation(parcel(ScanEvent(ACCEPTED.happened, place=SHENZHEN, code="Q77")))))
    assert (item["opCode"], item["opName"], item["opDesc"]) == ("Q77", "", "")


def test_recycled_number_lists_the_older_parcel_first() -> None:
    old = parcel(replace(ACCEPTED, happened=datetime(2025, 3, 1, tzinfo=UTC), kind=Kind.DELIVERED))
    items = listed(ask(simulation(parcel(ACCEPTED), old)))
    assert codes(items) == ["704", "203"]


def test_unknown_number_is_a_success_with_an_empty_list_and_a_text() -> None:
    response = ask(simulation())
    document = json.loads(response.body)
    assert (response.status, document["retCode"], document["retMsg"]) == (200, "00000", "未查询到")
    assert document["retBody"] == '{"responseItems":[]}'


def test_registered_number_without_events_is_found_with_an_empty_list() -> None:
    document = json.loads(ask(simulation(replace(parcel(), registered=NOW))).body)
    assert document["retMsg"] != "未查询到"
    assert document["retBody"] == '{"responseItems":[]}'


def test_parcel_of_jdpt_alone_is_not_found() -> None:
    assert listed(ask(simulation(parcel(ACCEPTED, api="jdpt")))) == []


def test_parcel_of_ems_alone_is_found() -> None:
    assert codes(listed(ask(simulation(parcel(ACCEPTED, api="ems"))))) == ["203"]


def test_test_environment_answers_like_the_real_one() -> None:
    assert codes(listed(ask(simulation(parcel(ACCEPTED)), "test"))) == ["203"]


def test_prefix_of_the_cipher_may_be_missing() -> None:
    view = simulation(parcel(ACCEPTED))
    assert codes(listed(ask(view, logitcsInterface=SEALED.removeprefix("|$4|")))) == ["203"]


@pytest.mark.parametrize("field", ["msgType", "version"])
def test_field_that_clients_leave_out_may_be_missing(field: str) -> None:
    assert codes(listed(ask(simulation(parcel(ACCEPTED)), **{field: None}))) == ["203"]


def test_number_is_read_without_blanks_and_in_any_case() -> None:
    assert codes(listed(ask_about(simulation(parcel(ACCEPTED)), " ev 9000 00019 cn "))) == ["203"]


# The codes are this project's inventions; what a client can rely on is that they are not 00000.
REFUSED: list[tuple[dict[str, str | None], str]] = [
    ({"senderNo": "other"}, "授权"),
    ({"senderNo": None}, "授权"),
    ({"authorization": "other"}, "授权"),
    ({"apiCode": "020003"}, "未开通"),
    ({"apiCode": "999999"}, "不存在"),
    ({"apiCode": None}, "不存在"),
    ({"timeStamp": "20260401080000"}, "时间"),
    ({"timeStamp": None}, "时间"),
    ({"logitcsInterface": None}, "解密"),
    ({"logitcsInterface": "|$4|AAAA"}, "解密"),
    ({"logitcsInterface": crypto.encrypt_body('{"waybillNo":"1"}', "ZGVtb2RlbW9kZW1vZGVtbw==")}, "解密"),
    ({"logitcsInterface": crypto.encrypt_body('{"traceNo":"EV900000019CN"}', KEY)}, "邮件号"),
    ({"logitcsInterface": crypto.encrypt_body("[]", KEY)}, "邮件号"),
    ({"logitcsInterface": crypto.encrypt_body("not json", KEY)}, "邮件号"),
    ({"logitcsInterface": crypto.encrypt_body('{"waybillNo":17}', KEY)}, "邮件号"),
]


@pytest.mark.parametrize(("changes", "text"), REFUSED)
def test_refusal_is_inside_an_http_200(changes: dict[str, str | None], text: str) -> None:
    response = ask(simulation(parcel(ACCEPTED)), **changes)
    document: dict[str, Any] = json.loads(response.body)
    assert response.status == 200
    assert document["retCode"] != "00000"
    assert text in document["retMsg"]
    assert (document["retBody"], document["success"]) == ("", False)


def test_missing_tail_key_is_refused_as_a_wrong_signature() -> None:
    # The plain text alone, enciphered with the right key: what a client sends that forgets the tail.
    encryptor = crypto._cipher(KEY).encryptor()
    plain = b'{"waybillNo":"EV900000019CN"}' + bytes([3]) * 3
    sealed = b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
    document = json.loads(ask(simulation(parcel(ACCEPTED)), logitcsInterface=sealed).body)
    assert (document["retCode"], document["retMsg"]) == ("S9412", "报文验签失败")


def test_blanks_for_plus_signs_break_the_cipher() -> None:
    # Base64 holds + signs; a client that does not URL-encode them sends blanks.
    sealed = next(
        text
        for serial in range(100)
        if "+" in (text := crypto.encrypt_body(f'{{"waybillNo":"EV9{serial:08}CN"}}', KEY))
    )
    document = json.loads(ask(simulation(), logitcsInterface=sealed.replace("+", " ")).body)
    assert "解密" in document["retMsg"]


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{}", b"senderNo", b"=&=&", b"senderNo=%ff%fe"])
def test_any_body_gets_a_refusal(body: bytes) -> None:
    request = Request("POST", "api.ems.com.cn", "/amp-prod-api/f/amp/api/open", body=body)
    response = simulation().handle(request)
    assert response.status == 200
    assert json.loads(response.body)["retCode"] == "S9401"


def test_journal_names_the_number_inside_the_cipher() -> None:
    view = Simulation([parcel(ACCEPTED)], clock=Clock(NOW))
    sealed = crypto.encrypt_body(json.dumps({"waybillNo": NUMBER}), Credentials.of("demo").sm4_key)
    ask(view, logitcsInterface=sealed)
    assert [(entry.operation, entry.numbers) for entry in view.journal] == [("track", (NUMBER,))]
