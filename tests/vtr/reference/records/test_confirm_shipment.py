"""Bodies of confirmShipment: in which shapes they come, whose order they are about, and what replaces what."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vtr.reference.errors import InputError
from vtr.reference.records import Confirmations, Submission, Upload, read_confirmations

ORDER = "114-3941689-8772232"
MARCH_5 = datetime(2026, 3, 5, 9, tzinfo=UTC)
MARCH_6 = datetime(2026, 3, 6, 9, tzinfo=UTC)

# Typed from Amazon's model of the call.
DETAIL: dict[str, Any] = {
    "packageReferenceId": "1",
    "carrierCode": "UPS",
    "carrierName": "",
    "shippingMethod": "Ground",
    "trackingNumber": "1Z999AA10123456784",
    "shipDate": "2026-03-05T08:00:00.000Z",
    "shipFromSupplySourceId": "057d3fcc-b750-419f-bbcd-4d340c60c430",
    "orderItems": [{"orderItemId": "79039765272157", "quantity": 1, "transparencyCodes": ["09876543211234567890"]}],
}
SUBMISSION = Submission(
    order_id=ORDER,
    package=1,
    confirmed_at=MARCH_5,
    submitted_at=MARCH_5,
    seq=1,
    carrier_code="UPS",
    tracking_number="1Z999AA10123456784",
    ship_method="Ground",
)


def body(**detail: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON values)
    return {"marketplaceId": "ATVPDKIKX0DER", "packageDetail": {**DETAIL, **detail}}


def call(order_id: str = ORDER, at: str = "2026-03-05T09:00:00Z", **detail: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"orderId": order_id, "submittedAt": at, **body(**detail)}


def written(folder: Path, content: object, name: str = "calls.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def read(folder: Path, content: object, name: str = "calls.json", at: datetime | None = None) -> Confirmations:
    return read_confirmations([Upload(written(folder, content, name), at)])


def refusal(folder: Path, content: object, name: str = "calls.json") -> str:
    with pytest.raises(InputError) as caught:
        read(folder, content, name)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        call(),
        [call()],
        {"order_id": ORDER, "submitted_at": "2026-03-05T09:00:00Z", "body": body()},
        {"orderId": ORDER, "submittedAt": "2026-03-05T03:00:00-06:00", "payload": body()},
        {"orderId": ORDER, "submittedAt": "2026-03-05T09:00:00Z", "confirmShipmentRequest": body()},
        {
            "path": f"https://sellingpartnerapi-na.amazon.com/orders/v0/orders/{ORDER}/shipmentConfirmation",
            "submittedAt": "2026-03-05T09:00:00Z",
            "body": json.dumps(body()),
        },
    ],
)
def test_a_call_is_alone_or_in_a_list_and_its_order_is_next_to_the_body(tmp_path: Path, content: object) -> None:
    assert read(tmp_path, content) == Confirmations((SUBMISSION,), ())


def test_json_lines_are_one_call_each(tmp_path: Path) -> None:
    second = call(packageReferenceId="2", trackingNumber="2")
    lines = "\n".join((json.dumps(call()), "", json.dumps(second))) + "\n"
    confirmed = read(tmp_path, lines, "calls.jsonl")
    assert [(each.package, each.tracking_number) for each in confirmed.submissions] == [
        (1, "1Z999AA10123456784"),
        (2, "2"),
    ]


def test_a_file_may_be_named_after_its_order(tmp_path: Path) -> None:
    assert read(tmp_path, body(), f"{ORDER}.json", MARCH_5).submissions == (SUBMISSION,)


def test_the_same_package_again_is_an_edit_that_replaces_everything(tmp_path: Path) -> None:
    edit = call(at="2026-03-06T09:00:00Z", carrierCode="Other", carrierName="Hermes", trackingNumber="2")
    del edit["packageDetail"]["shippingMethod"]
    first, second = read(tmp_path, [call(), edit]).submissions
    assert (first.confirmed_at, second.confirmed_at, second.submitted_at) == (MARCH_5, MARCH_5, MARCH_6)
    assert (second.package, second.seq, second.carrier_code, second.carrier_name) == (1, 2, "Other", "Hermes")
    assert (second.tracking_number, second.ship_method) == ("2", "")


def test_an_edit_may_come_in_a_later_file(tmp_path: Path) -> None:
    uploads = [
        Upload(written(tmp_path, {"orderId": ORDER, **body(trackingNumber=str(at.day))}, f"{at.day}.json"), at)
        for at in (MARCH_5, MARCH_6)
    ]
    assert [(each.seq, each.tracking_number) for each in read_confirmations(uploads).submissions] == [
        (1, "5"),
        (2, "6"),
    ]


def test_without_an_instant_a_first_confirmation_counts_as_its_ship_date_with_a_note(tmp_path: Path) -> None:
    confirmed = read(tmp_path, {"orderId": ORDER, **body()})
    assert [each.submitted_at for each in confirmed.submissions] == [datetime(2026, 3, 5, 8, tzinfo=UTC)]
    (note,) = confirmed.notes
    assert "does not say when it was sent; each shipDate is assumed" in note
    assert note.endswith("give submittedAt next to the body, or calls.json@2026-03-05T09:00:00Z")


def test_an_edit_without_an_instant_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, [call(), {"orderId": ORDER, **body(trackingNumber="2")}])
    assert f"calls.json: row 2: order '{ORDER}' was confirmed in {tmp_path}/calls.json: row 1; an edit needs" in message


def test_a_call_that_amazon_refused_confirms_nothing(tmp_path: Path) -> None:
    refused = {**call(trackingNumber="2"), "status": 400}
    confirmed = read(tmp_path, [{**call(), "status": 204}, refused])
    assert confirmed.submissions == (SUBMISSION,)
    assert confirmed.notes == (f"{tmp_path}/calls.json: row 2: a call that Amazon refused (400) is skipped",)


def test_a_key_that_is_not_known_is_noted(tmp_path: Path) -> None:
    (note,) = read(tmp_path, call(carriername="x")).notes
    assert note.endswith("key 'carriername' is not read")


@pytest.mark.parametrize("number", ["", "9.4E+21", "=1+1", " 1Z ", "NULL"])
def test_tracking_text_stays_exactly_as_submitted(tmp_path: Path, number: str) -> None:
    assert read(tmp_path, call(trackingNumber=number)).submissions[0].tracking_number == number


def without(key: str) -> dict[str, Any]:
    wanting = call()
    del wanting["packageDetail"][key]
    return wanting


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (body(), "calls.json: has no order; write 'orderId' next to the body, or name the file after"),
        ([call(), {"orderId": ORDER}], "calls.json: row 2: has no 'packageDetail'; it has 'orderId'"),
        ([call(), 1], "calls.json: row 2: a body of confirmShipment is expected, not 1"),
        ({**call(), "packageDetail": []}, "packageDetail: an object is expected, not '[]'"),
        (call(order_id=" "), "'orderId': ' ' is blank"),
        (call(at="2026-03-05"), "'submittedAt': '2026-03-05' is not an instant"),
        (without("trackingNumber"), "packageDetail: 'trackingNumber' is missing; Amazon refuses a call without it"),
        (without("shipDate"), "packageDetail: column 'shipDate' is blank; a value is needed"),
        (
            call(packageReferenceId="pkg-1"),
            "'pkg-1' is not a whole number of at least 1; Amazon's packages of an order",
        ),
        (call(packageReferenceId=0), "column 'packageReferenceId': 0 is not a whole number of at least 1"),
        (call(trackingNumber=940), "column 'trackingNumber': 940 is a number; write it as text"),
        (call(shipDate="2026-03-05"), "column 'shipDate': '2026-03-05' is not an instant"),
        (call(orderItems=[]), "column 'orderItems': '[]' is not a list of the package's items"),
        (call(orderItems=[{"quantity": 1}]), "has an entry without orderItemId or quantity"),
        (call(orderItems=[{"orderItemId": "1", "quantity": 0}]), "is not a whole number of at least 1"),
    ],
)
def test_a_mistake_is_reported_with_its_place(tmp_path: Path, content: object, message: str) -> None:
    assert message in refusal(tmp_path, content)


def test_a_key_that_is_misspelt_is_named_where_one_is_missing(tmp_path: Path) -> None:
    misspelt = without("trackingNumber")
    misspelt["packageDetail"]["trackingnumber"] = "1Z"
    assert refusal(tmp_path, misspelt).endswith("without it; it has 'trackingnumber', which is not read")


def test_a_broken_line_is_reported_with_its_number(tmp_path: Path) -> None:
    lines = json.dumps(call()) + "\n{\n"
    assert "calls.jsonl:2: is not JSON" in refusal(tmp_path, lines, "calls.jsonl")


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, [call(trackingNumber=1), call(carrierCode=2)]).splitlines()) == 2


def test_a_format_that_is_demanded_is_not_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, {"packages": []})
    with pytest.raises(InputError, match="has no 'packageDetail'; it has 'packages'"):
        read_confirmations([Upload(path)], "confirm-shipment")
