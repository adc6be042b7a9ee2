"""What faults of the payload change in DHL's and China Post's answers: which keys, by hand, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from simulator import Request
from simulator.carriers.chinapost import crypto
from simulator.faults import catalogue
from simulator.serve.demo_session import demo

# The names under which values change, of one demo parcel that was delivered. Order and nesting are not among them.
DHL = {
    "numbers_as_text": {"totalNumberOfPieces", "value"},
    "texts_as_numbers": {"id"},
    "place_missing": {"addressLocality"},
    "place_empty": {"addressLocality"},
    "nanoseconds": {"timestamp"},
    "label_without_time": {"timestamp"},
    "words_with_blanks": {"description"},
    "words_in_capitals": {"description"},
    "other_number": {"id"},
    "unknown_keys": {"anything"},
    "events_reversed": set(),
    "single_for_list": set(),
    "html_content_type": set(),
    "huge_body": set(),
}
CHINA_POST = {
    "texts_as_numbers": {"opCode", "opOrgCode", "operatorNo"},
    "empty_as_null": {"attemptDeliveryCode", "deliverCode", "opOrgProvName", "operatorName", "operatorNo"},
    "place_missing": {"opOrgCity", "opOrgCode", "opOrgName", "opOrgProvName"},
    "place_empty": {"opOrgCity", "opOrgCode", "opOrgName", "opOrgProvName"},
    "label_without_time": {"opTime"},
    "words_missing": {"opDesc", "opName"},
    "other_language": {"opDesc", "opName"},
    "words_with_blanks": {"opDesc", "opName"},
    "other_number": {"traceNo", "waybillNo"},
    "events_reversed": set(),
    "body_an_object": set(),
}
ROWS = [("dhl", *row) for row in DHL.items()] + [("chinapost", *row) for row in CHINA_POST.items()]


def answer(carrier: str, fault: str = "") -> tuple[tuple[tuple[str, str], ...], bytes]:
    fake = demo()
    if fault:
        fake.put(catalogue.envelope(fault))
    number = next(each.tracking_number for each in fake.parcels() if each.carrier == carrier and not each.api)
    if carrier == "dhl":
        asked = Request("GET", "api-eu.dhl.com", "/track/shipments", (("trackingNumber", number),))
        asked = Request(asked.method, asked.host, asked.path, asked.query, {"dhl-api-key": "demo"})
    else:
        fields = {
            "apiCode": "040001", "senderNo": "demo", "authorization": "demo", "timeStamp": "2026-03-20 20:00:00",
            "logitcsInterface": crypto.seal(json.dumps({"waybillNo": number}), "ZGVtb2RlbW9kZW1vZGVtbw=="),
        }  # fmt: skip
        form = {"content-type": "application/x-www-form-urlencoded"}
        path = "/amp-prod-api/f/amp/api/open"
        asked = Request("POST", "api.ems.com.cn", path, (), form, urlencode(fields).encode())
    told = fake.handle(asked)
    assert told.status == 200
    return told.headers, told.body


def leaves(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            opened = json.loads(inner) if key == "retBody" and isinstance(inner, str) else inner
            yield from leaves(opened, key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, name)
    else:
        yield name, repr(value)


@pytest.mark.parametrize(("carrier", "fault", "names"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS])
def test_a_fault_of_the_payload_changes_these_values_and_no_others(carrier: str, fault: str, names: set[str]) -> None:
    clean, changed = answer(carrier), answer(carrier, fault)
    assert clean != changed
    before, after = (Counter(leaves(json.loads(body))) for _, body in (clean, changed))
    assert {name for name, _ in (before - after) + (after - before)} == names
