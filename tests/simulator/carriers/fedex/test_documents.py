"""FedEx's proofs of delivery: requests, answers, the files themselves, refusals."""

import json
import zlib
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from struct import unpack
from typing import Any

import jsonschema
import pytest
from pdf_reader import pdf_text
from sample_parcels import DENVER, ONTARIO, MakeView, at

from simulator.carriers.common.carrier import Call
from simulator.carriers.fedex import CARRIER, documents
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

GOLDEN = Path(__file__).parent / "golden"
HOST = "apis.fedex.com"
PATH = "/track/v1/trackingdocuments"
NUMBER = "900000000016"
MOVING = "779900001232"
UNKNOWN = "123456789012"
PICKUP = ScanEvent(at(10, 23, 5), Kind.PICKED_UP, ONTARIO)
DELIVERY = ScanEvent(at(12, 20, 10), Kind.DELIVERED, DENVER)
PARCELS = (
    Parcel("fedex", NUMBER, (PICKUP, DELIVERY), ONTARIO, DENVER),
    Parcel("fedex", MOVING, (PICKUP,), ONTARIO, DENVER),
)


def question(*numbers: str, **detail: str) -> dict[str, Any]:
    return {
        "trackDocumentDetail": {"documentType": "SIGNATURE_PROOF_OF_DELIVERY"} | detail,
        "trackDocumentSpecification": [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers],
    }


def ask(made: Any, request_body: object, **headers: str) -> Response:  # noqa: ANN401 (a StubView)
    sent = {"authorization": f"Bearer {made.issue_token(3600)}", "content-type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    raw = request_body if isinstance(request_body, bytes) else json.dumps(request_body).encode()
    answer: Response = made.ask(Request("POST", HOST, PATH, headers=sent, body=raw))
    return answer


def output(answer: Response) -> dict[str, Any]:
    assert answer.status == 200
    assert answer.headers == (("content-type", "application/json"),)
    found: dict[str, Any] = json.loads(answer.body)["output"]
    return found


def files(answer: Response) -> list[bytes]:
    return [b64decode(text, validate=True) for text in output(answer)["document"]]


def error(answer: Response) -> tuple[int, str]:
    document = json.loads(answer.body)
    assert set(document) <= {"transactionId", "customerTransactionId", "errors"}
    return answer.status, document["errors"][0]["code"]


def png_rows(file: bytes) -> list[bytes]:
    """The rows of a PNG file of one bit a pixel, without their filter bytes."""
    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, rest = [], file[8:]
    while rest:
        (size,) = unpack(">I", rest[:4])
        name, written = rest[4:8], rest[8 : 8 + size]
        assert unpack(">I", rest[8 + size : 12 + size])[0] == zlib.crc32(name + written)
        chunks.append((name, written))
        rest = rest[12 + size :]
    assert [name for name, _ in chunks] == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, colour = unpack(">IIBB", chunks[0][1][:10])
    assert (depth, colour) == (1, 0)
    pixels, row = zlib.decompress(chunks[1][1]), 1 + width // 8
    assert len(pixels) == height * row
    rows = [pixels[start : start + row] for start in range(0, len(pixels), row)]
    assert {row[0] for row in rows} == {0}
    return [row[1:] for row in rows]


# ── answers ──


def test_a_delivered_parcel_has_a_letter(make_view: MakeView) -> None:
    answer = ask(
        make_view(CARRIER, PARCELS), question(NUMBER), x_customer_transaction_id="order-0001", x_locale="en_US"
    )
    expected = json.loads((GOLDEN / "fedex_documents.json").read_text(encoding="utf-8"))
    rendered = json.loads(answer.body)
    (letter,) = rendered["output"].pop("document")
    assert (answer.status, rendered) == (200, expected)
    assert pdf_text(b64decode(letter)).splitlines() == [
        "Signature Proof of Delivery",
        "",
        "Tracking number: 900000000016",
        "Status: Delivered",
        "Delivered: 2026-03-12 14:10 (local time)",
        "Delivered to: DENVER, CO, United States",
        "Ship date: 2026-03-10",
        "Signed for by: signature on file",
    ]


def test_a_png_is_a_drawn_signature(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, PARCELS), question(NUMBER, documentFormat="PNG"))
    assert output(answer)["documentFormat"] == "PNG"
    rows = png_rows(files(answer)[0])
    assert (len(rows), len(rows[0])) == (80, 30)
    black = sum(8 * len(row) - sum(byte.bit_count() for byte in row) for row in rows)
    assert 200 < black < 2000  # a line across 220 pixels, and no blot


@pytest.mark.parametrize("form", ["PDF", "PNG"])
def test_the_same_letter_has_the_same_bytes_and_another_parcel_s_has_others(form: str, make_view: MakeView) -> None:
    made = make_view(CARRIER, (*PARCELS, Parcel("fedex", UNKNOWN, (PICKUP, DELIVERY), ONTARIO, DENVER)))
    first, again, other = files(ask(made, question(NUMBER, NUMBER, UNKNOWN, documentFormat=form)))
    assert first == again != other


def test_an_alert_reports_numbers_without_a_document(make_view: MakeView) -> None:
    rendered = output(ask(make_view(CARRIER, PARCELS), question(MOVING, NUMBER, UNKNOWN)))
    assert len(rendered["document"]) == 1
    assert [alert["code"] for alert in rendered["alerts"]] == ["TRACKING.DATA.NOTFOUND"]


def test_a_late_scan_after_the_delivery_leaves_the_letter(make_view: MakeView) -> None:
    late = Parcel("fedex", NUMBER, (PICKUP, DELIVERY, ScanEvent(at(13, 6), Kind.ARRIVED, DENVER)), ONTARIO, DENVER)
    assert "14:10" in pdf_text(files(ask(make_view(CARRIER, (late,)), question(NUMBER)))[0])


def test_of_a_recycled_number_the_newest_delivered_parcel_has_the_letter(make_view: MakeView) -> None:
    old = Parcel("fedex", NUMBER, (ScanEvent(at(3, 20), Kind.DELIVERED, ONTARIO),), ONTARIO, ONTARIO)
    made = make_view(CARRIER, (PARCELS[0], old))
    assert "DENVER" in pdf_text(files(ask(made, question(NUMBER)))[0])
    narrowed = question(NUMBER)
    narrowed["trackDocumentSpecification"][0]["shipDateEnd"] = "2026-03-05"
    assert "ONTARIO" in pdf_text(files(ask(made, narrowed))[0])


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("fr_CA", {"languageCode": "fr", "localeCode": "CA"}),
        ("es", {"languageCode": "es"}),
        ("", {"languageCode": "en"}),
    ],
)
def test_the_answer_names_the_requested_locale(locale: str, expected: dict[str, str], make_view: MakeView) -> None:
    assert output(ask(make_view(CARRIER, PARCELS), question(NUMBER), x_locale=locale))["localization"] == expected


# ── refusals ──

NOT_FOUND = (400, "TRACKING.TRACKINGNUMBER.NOTFOUND")
INVALID = (400, "INVALID.INPUT.EXCEPTION")
EMPTY = (400, "TRACKING.TRACKINGNUMBER.EMPTY")


def freight(form: str = "PDF", account: str = "123456789") -> dict[str, Any]:
    request_body = question(NUMBER, documentType="BILL_OF_LADING", documentFormat=form)
    request_body["trackDocumentSpecification"][0]["accountNumber"] = account
    return request_body


@pytest.mark.parametrize(
    ("request_body", "expected"),
    [
        (question(UNKNOWN), NOT_FOUND),
        (question(MOVING), NOT_FOUND),
        (question(MOVING, UNKNOWN), NOT_FOUND),
        (freight(), NOT_FOUND),
        (freight(form="PNG"), INVALID),
        (freight(account=""), INVALID),
        (question(NUMBER, documentFormat="pdf"), INVALID),
        (question(NUMBER, documentType="LETTER"), INVALID),
        ({"trackDocumentSpecification": question(NUMBER)["trackDocumentSpecification"]}, INVALID),
        (question(*[NUMBER] * 31), INVALID),
        (b"{", INVALID),
        (b"[]", INVALID),
        (b"", EMPTY),
        (question(), EMPTY),
        (question(" "), EMPTY),
        ({"trackDocumentDetail": {"documentType": "SIGNATURE_PROOF_OF_DELIVERY"}}, EMPTY),
    ],
)
def test_what_fedex_refuses_echoes_the_client_s_transaction(
    request_body: object, expected: tuple[int, str], make_view: MakeView
) -> None:
    answer = ask(make_view(CARRIER, PARCELS), request_body, x_customer_transaction_id="mine")
    assert error(answer) == expected
    assert json.loads(answer.body)["customerTransactionId"] == "mine"


def test_the_refusal_of_a_number_without_a_letter_byte_for_byte(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, PARCELS), question(UNKNOWN))
    assert answer.headers == (("content-type", "application/json"),)
    assert answer.body == (
        b'{"transactionId":"00000000-0000-4000-8000-000000000001","errors":[{"code":'
        b'"TRACKING.TRACKINGNUMBER.NOTFOUND","message":"Tracking number cannot be found. Please correct the tracking '
        b'number and try again."}]}'
    )


def test_a_body_of_another_type_is_a_bad_request(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, PARCELS), question(NUMBER), content_type="text/plain")
    assert error(answer) == (400, "BAD.REQUEST.ERROR")


@pytest.mark.parametrize("authorization", ["", "Bearer a.b.c", "Basic ZGVtbzpkZW1v"])
def test_without_a_valid_token_the_answer_is_401(authorization: str, make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, PARCELS), question(NUMBER), authorization=authorization)
    assert error(answer) == (401, "NOT.AUTHORIZED.ERROR")


def test_another_method_is_not_allowed(make_view: MakeView) -> None:
    assert make_view(CARRIER, ()).ask(Request("GET", HOST, PATH)).status == 405


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (json.dumps(question(NUMBER, UNKNOWN)).encode(), (NUMBER, UNKNOWN)),
        (b'{"trackDocumentSpecification": [7, {}, {"trackingNumberInfo": {"trackingNumber": 12}}]}', ("12",)),
        (b"", ()),
    ],
)
def test_the_numbers_of_a_call_are_parsed_whatever_was_sent(
    body: bytes, expected: tuple[str, ...], make_view: MakeView
) -> None:
    assert (
        documents.OPERATIONS[0].numbers(Call(Request("POST", HOST, PATH, body=body), {}), make_view(CARRIER, ()))
        == expected
    )


# ── the published spec ──


def faults(answer: Response, schema: str, document: dict[str, Any]) -> list[str]:
    components = document["components"]
    for entry in components["schemas"].values():
        if "properties" in entry:
            entry.setdefault("additionalProperties", False)
    checker = jsonschema.Draft4Validator({"$ref": f"#/components/schemas/{schema}", "components": components})
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(json.loads(answer.body))]


@pytest.mark.parametrize("form", ["PDF", "PNG"])
def test_answers_keep_to_the_spec(form: str, spec: Callable[[str], Any], make_view: MakeView) -> None:
    document = spec("fedex/track-v1-openapi.json")
    made = make_view(CARRIER, PARCELS)
    answer = ask(made, question(NUMBER, MOVING, documentFormat=form), x_customer_transaction_id="mine")
    assert "alerts" in output(answer)
    assert faults(answer, "TrkcResponseVO_SPOD", document) == []
    assert faults(ask(made, question(UNKNOWN)), "ErrorResponseVO", document) == []


def test_a_question_by_the_spec_is_understood(spec: Callable[[str], Any], make_view: MakeView) -> None:
    properties = spec("fedex/track-v1-openapi.json")["components"]["schemas"]
    detail = properties["TrackDocumentDetail"]["properties"]
    request_body = question(NUMBER, **{name: schema["example"] for name, schema in detail.items()})
    assert output(ask(make_view(CARRIER, PARCELS), request_body))["documentFormat"] == "PNG"
