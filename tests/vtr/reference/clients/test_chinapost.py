"""China Post: what its answers mean, and how it is asked."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
import responses

from vtr.reference.clients import chinapost
from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.clients.endpoints import ChinaPostEndpoint
from vtr.reference.clients.http import Clocks, RetryPolicy

NUMBER = "EV900000019CN"
KEY = "MDEyMzQ1Njc4OWFiY2RlZg=="
ENDPOINT = ChinaPostEndpoint("https://ems.example", "1100000000001", "authorization", KEY)
OPEN = "https://ems.example/amp-prod-api/f/amp/api/open"


def event(**changes: object) -> dict[str, Any]:
    scan = {
        "waybillNo": NUMBER,
        "opTime": "2026-03-01 16:20:31",
        "opCode": "203",
        "opName": "收寄计费信息",
        "opDesc": "【示例营业部】已收寄",
        "opOrgProvName": "上海市",
        "opOrgCity": "上海市",
        "opOrgName": "示例营业部",
        "deliverCode": "",
    }
    return scan | changes


def answer(body: object, code: str = "00000", words: str = "成功") -> dict[str, Any]:
    return {"retCode": code, "retMsg": words, "retBody": body, "retDate": "2026-03-05 10:00:00", "serialNo": "0F"}


def text(*events: object) -> str:
    return json.dumps({"responseItems": list(events)}, ensure_ascii=False)


def one(document: object) -> Answer:
    (found,) = chinapost.read(document, [NUMBER])
    return found


@pytest.mark.parametrize("body", [text(event()), {"responseItems": [event()]}, [event()], {"responseItems": event()}])
def test_body_may_be_text_object_or_list(body: object) -> None:
    assert one(answer(body)).scans == (
        ScanRow(
            0,
            datetime(2026, 3, 1, 8, 20, 31, tzinfo=UTC),  # Beijing time is eight hours ahead
            "203",
            description="收寄计费信息",
            location="上海市 示例营业部",
        ),
    )


def test_events_keep_the_answers_order_and_coarse_and_fine_codes_may_be_mixed() -> None:
    later = event(opTime="2026-03-02 02:11:09", opCode=954)
    undone = event(opTime="2026-03-02 02:11:09", opCode="20")
    assert [(each.position, each.code) for each in one(answer(text(event(), later, undone))).scans] == [
        (0, "203"),
        (1, "954"),
        (2, "20"),
    ]


def test_pushed_form_of_the_number_is_known() -> None:
    pushed = event(traceNo=NUMBER)
    del pushed["waybillNo"]
    assert len(one(answer(text(pushed))).scans) == 1


def test_events_of_other_numbers_are_left_out() -> None:
    assert len(one(answer(text(event(), event(waybillNo="EV900000022CN")))).scans) == 1


def test_answer_about_another_number_only_is_no_answer() -> None:
    found = one(answer(text(event(waybillNo="EV900000022CN"))))
    assert found.outcome == "unanswered"
    assert "it is about EV900000022CN" in found.why


@pytest.mark.parametrize("when", ["", None, "2026-03-01", "gestern"])
def test_event_without_a_time_is_undated(when: object) -> None:
    assert one(answer(text(event(opTime=when)))).scans[0].at is None


@pytest.mark.parametrize("body", [text(), {"responseItems": []}, [], "[]"])
def test_success_with_an_empty_list_is_an_unknown_number(body: object) -> None:
    assert one(answer(body, words="未查询到")) == Answer("chinapost", NUMBER, "unknown", why="00000 未查询到")


@pytest.mark.parametrize("body", ["", None, {}])
@pytest.mark.parametrize("words", ["无客户信息", "无查询信息", "查无此邮件", "未查询到", "无邮件信息"])
def test_success_without_a_body_is_unknown_if_its_words_say_so(body: object, words: str) -> None:
    assert one(answer(body, words=words)).outcome == "unknown"


@pytest.mark.parametrize("body", ["", None, {}])
def test_success_without_a_body_or_words_is_no_answer(body: object) -> None:
    assert one(answer(body)).outcome == "unanswered"


@pytest.mark.parametrize(
    ("words", "outcome"), [("未查询到该邮件", "unknown"), ("系统繁忙", "unanswered"), ("无客户信息", "unanswered")]
)
def test_failure_code_leaves_a_number_unanswered_unless_the_words_are_clear(words: str, outcome: str) -> None:
    found = one(answer(None, code="S00009", words=words))
    assert found.outcome == outcome
    assert f"S00009 {words}" in found.why


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        ({"responseState": True, "responseItems": [{**event(), "traceNo": NUMBER}]}, "known"),
        ({"responseState": True, "responseItems": []}, "unknown"),
        ({"responseState": False, "errorDesc": "refused"}, "unanswered"),
        ({"responseState": True}, "unanswered"),
    ],
)
def test_answers_of_the_older_trace_service(document: object, outcome: str) -> None:
    assert one(document).outcome == outcome


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (None, "the answer is null"),
        ([], "the answer is a list"),
        ({}, "retCode is missing"),
        (answer("{"), "retBody is text that is no JSON"),
        (answer("7"), "retBody is a number"),
        (answer({"items": []}), "retBody.responseItems is missing"),
        (answer({"responseItems": None}), "retBody.responseItems is null"),
        (answer([event(), None]), "retBody[1] is null"),
        (answer([event(opCode="")]), "retBody[0].opCode is missing"),
        (answer([event(opCode=["203"])]), "opCode is a list"),
    ],
)
def test_unexpected_shapes_are_unanswered_and_name_the_field(document: object, field: str) -> None:
    found = one(document)
    assert found.outcome == "unanswered"
    assert found.why.startswith("China Post's answer cannot be read: ")
    assert field in found.why


def track(numbers: list[str], clocks: Clocks) -> list[Answer]:
    return list(chinapost.track(numbers, ENDPOINT, RetryPolicy(), clocks))


def test_sealed_form_is_sent_with_beijing_time(web: responses.RequestsMock, clocks: Clocks) -> None:
    web.post(OPEN, json=answer(text(event())))
    assert track([NUMBER], clocks)[0].outcome == "known"
    form = {name: values[0] for name, values in parse_qs(str(web.calls[0].request.body)).items()}
    assert form == {
        "apiCode": "040001",
        "senderNo": "1100000000001",
        "authorization": "authorization",
        "timeStamp": "2026-03-02 18:00:00",  # the tests' clock stands at 10:00 UTC
        # The vector made with OpenSSL.
        "logitcsInterface": "|$4|dk2hutryyQSq0wUjkM6sjPEtrCCjzYispQWSqaPZ8WjBEAzgMwF29by1oQ0/LbI3"
        "/vkPai/Ngto8XCYTZqKy1DJdUB/WoUhfa6ykyLZ7yWA=",
        "msgType": "0",
        "version": "V1.0.0",
    }


@pytest.mark.parametrize("words", ["授权码错误", "验签失败", "解密失败"])
def test_refused_credentials_are_tried_once(words: str, web: responses.RequestsMock, clocks: Clocks) -> None:
    web.post(OPEN, json=answer(None, code="S00002", words=words))
    found = track(["A", "B", "C"], clocks)
    assert len(web.calls) == 1
    assert {each.outcome for each in found} == {"unanswered"}
    assert found[0].why == f"China Post refused the credentials (S00002 {words})"


def test_each_number_is_one_call(web: responses.RequestsMock, clocks: Clocks) -> None:
    web.post(OPEN, json=answer([]))
    assert [each.outcome for each in track(["A", "B", "C"], clocks)] == ["unknown"] * 3
    assert len(web.calls) == 3


def test_seal_matches_a_vector_made_with_openssl() -> None:
    assert chinapost.seal('{"waybillNo":"EV900000019CN","direction":"0"}', "MDEyMzQ1Njc4OWFiY2RlZg==") == (
        "|$4|dk2hutryyQSq0wUjkM6sjPEtrCCjzYispQWSqaPZ8WjBEAzgMwF29by1oQ0/LbI3/vkPai/Ngto8XCYTZqKy1DJdUB/WoUhfa6ykyLZ7yWA="
    )
