"""FedEx's track operation: requests, answers byte for byte, recycled numbers, refusals."""

import json
from pathlib import Path
from typing import Any

import pytest
from fedex_calls import HOST, NUMBER, body, parcel, question, track_request
from sample_parcels import DENVER, ONTARIO, SHENZHEN, MakeView, at

from simulator.carriers.common.carrier import Call, Refusal
from simulator.carriers.fedex import CARRIER
from simulator.carriers.fedex.events import CODES
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

GOLDEN = Path(__file__).parent / "golden"
UNKNOWN = "779900001232"
ASKED = Request("POST", HOST, "/track/v1/trackingnumbers")
LABEL = ScanEvent(at(10, 17, 15, 41), Kind.LABEL_CREATED, ONTARIO)
PICKUP = ScanEvent(at(10, 23, 5), Kind.PICKED_UP, ONTARIO)
DEPARTED = ScanEvent(at(11, 8, 40), Kind.DEPARTED, DENVER)
OUT = ScanEvent(at(12, 14, 31), Kind.OUT_FOR_DELIVERY, DENVER)
DELIVERED = ScanEvent(at(12, 20, 10), Kind.DELIVERED, DENVER)


def ask(view: Any, request_body: object, **headers: str) -> Response:  # noqa: ANN401 (a StubView)
    answer = view.ask(track_request(request_body, view.issue_token(3600), **headers))
    assert isinstance(answer, Response)
    return answer


def results(view: Any, number: str = NUMBER, **narrowing: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a StubView, any JSON)
    found = body(ask(view, question(number, **narrowing)))["output"]["completeTrackResults"][0]["trackResults"]
    assert isinstance(found, list)
    return found


def scans(view: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a StubView)
    found = results(view)[0]["scanEvents"]
    assert isinstance(found, list)
    return found


# ── track ──


def test_a_found_and_an_unknown_number_in_one_call(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(LABEL, PICKUP, DEPARTED, OUT, DELIVERED),))
    answer = ask(made, question(NUMBER, UNKNOWN), x_customer_transaction_id="order-0001")
    assert answer.status == 200
    assert body(answer) == json.loads((GOLDEN / "fedex_track.json").read_text())


def test_a_label_alone(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, (parcel(LABEL),)), question(NUMBER))
    assert body(answer) == json.loads((GOLDEN / "fedex_track_label_only.json").read_text())


def test_without_detailed_scans_there_is_no_scan_list(make_view: MakeView) -> None:
    rendered = results(make_view(CARRIER, (parcel(LABEL, PICKUP),)), detailed=False)[0]
    assert "scanEvents" not in rendered
    assert rendered["latestStatusDetail"]["code"] == "PU"


@pytest.mark.parametrize("detailed", ["true", "True", True])
def test_booleans_are_taken_as_text_too(make_view: MakeView, detailed: object) -> None:
    assert "scanEvents" in results(make_view(CARRIER, (parcel(LABEL),)), detailed=detailed)[0]


def test_a_number_is_found_with_blanks_and_echoed_as_sent(make_view: MakeView) -> None:
    rendered = body(ask(make_view(CARRIER, (parcel(LABEL),)), question("9000 0000 0016")))["output"][
        "completeTrackResults"
    ][0]
    assert rendered["trackingNumber"] == "9000 0000 0016"
    assert rendered["trackResults"][0]["trackingNumberInfo"]["trackingNumber"] == NUMBER


def test_a_number_typed_as_an_integer_is_read(make_view: MakeView) -> None:
    request_body = {
        "includeDetailedScans": True,
        "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": 900000000016}}],
    }
    answer = ask(make_view(CARRIER, (parcel(LABEL),)), request_body)
    assert "error" not in body(answer)["output"]["completeTrackResults"][0]["trackResults"][0]


def test_the_possession_flag_follows_the_first_reading(make_view: MakeView) -> None:
    label = results(make_view(CARRIER, (parcel(LABEL),)))[0]
    picked_up = results(make_view(CARRIER, (parcel(LABEL, PICKUP),)))[0]
    assert label["shipmentDetails"] == {"possessionStatus": False}
    assert picked_up["shipmentDetails"] == {"possessionStatus": True}


def test_an_estimate_is_not_possession_although_its_family_is_in_transit(make_view: MakeView) -> None:
    estimate = ScanEvent(at(11, 9), Kind.INFERRED_TRANSIT, DENVER)
    rendered = results(make_view(CARRIER, (parcel(LABEL, estimate),)))[0]
    assert rendered["scanEvents"][0]["eventType"] == "AO"
    assert rendered["scanEvents"][0]["derivedStatusCode"] == "IT"
    assert rendered["shipmentDetails"] == {"possessionStatus": False}


def test_the_label_is_stamped_in_us_central_time_and_names_no_place(make_view: MakeView) -> None:
    label = scans(make_view(CARRIER, (parcel(LABEL),)))[0]
    assert label["date"] == "2026-03-10T12:15:41-05:00"
    assert label["scanLocation"] == {"streetLines": [""], "residential": False}


def test_an_event_without_a_place_is_stamped_in_us_central_time(make_view: MakeView) -> None:
    rendered = scans(make_view(CARRIER, (parcel(ScanEvent(at(11, 8, 40), Kind.IN_TRANSIT)),)))[0]
    assert rendered["date"] == "2026-03-11T03:40:00-05:00"
    assert rendered["scanLocation"] == {"streetLines": [""], "residential": False}


def test_the_delivery_scan_names_no_city(make_view: MakeView) -> None:
    assert "city" not in scans(make_view(CARRIER, (parcel(PICKUP, DELIVERED),)))[0]["scanLocation"]


def test_scans_are_sorted_as_text_so_a_change_of_zone_can_turn_them_round(make_view: MakeView) -> None:
    # 08:40 UTC in Denver is 02:40-06:00; 09:30 UTC in Ontario is 02:30-07:00, later and yet smaller as text.
    later = ScanEvent(at(11, 9, 30), Kind.ARRIVED, ONTARIO)
    rendered = scans(make_view(CARRIER, (parcel(DEPARTED, later),)))
    assert [scan["date"] for scan in rendered] == ["2026-03-11T02:40:00-06:00", "2026-03-11T02:30:00-07:00"]


def test_events_at_the_same_instant_are_in_reverse_order(make_view: MakeView) -> None:
    twins = (ScanEvent(at(11, 9), Kind.ARRIVED, DENVER), ScanEvent(at(11, 9), Kind.DEPARTED, DENVER))
    assert [scan["eventType"] for scan in scans(make_view(CARRIER, (parcel(*twins),)))] == ["DP", "AR"]


def test_an_order_that_a_fault_made_is_kept(make_view: MakeView) -> None:
    made = make_view(CARRIER, ())
    made.by_number[NUMBER] = [parcel(DELIVERED, LABEL, PICKUP)]
    rendered = results(made)[0]
    assert [scan["eventType"] for scan in rendered["scanEvents"]] == ["PU", "OC", "DL"]
    assert rendered["latestStatusDetail"]["code"] == "DL"


def test_an_exception_is_in_the_scan_and_in_the_latest_status(make_view: MakeView) -> None:
    rendered = results(make_view(CARRIER, (parcel(PICKUP, ScanEvent(at(12, 18), Kind.ATTEMPTED, DENVER)),)))[0]
    assert (rendered["scanEvents"][0]["eventType"], rendered["scanEvents"][0]["exceptionCode"]) == ("DE", "08")
    assert rendered["latestStatusDetail"]["ancillaryDetails"][0]["reason"] == "08"


def test_a_parcel_returned_ends_with_a_delivery_after_rs(make_view: MakeView) -> None:
    back = (ScanEvent(at(13, 9), Kind.RETURNING, DENVER), ScanEvent(at(16, 20), Kind.RETURNED, ONTARIO))
    rendered = results(make_view(CARRIER, (parcel(PICKUP, *back),)))[0]
    assert [scan["eventType"] for scan in rendered["scanEvents"]] == ["DL", "RS", "PU"]
    assert rendered["deliveryDetails"]["actualDeliveryAddress"]["city"] == "ONTARIO"


def test_a_shipment_abroad_is_international(make_view: MakeView) -> None:
    abroad = Parcel("fedex", NUMBER, (PICKUP,), SHENZHEN, DENVER)
    rendered = results(make_view(CARRIER, (abroad,)))[0]
    assert rendered["serviceDetail"]["type"] == "FEDEX_INTERNATIONAL_PRIORITY"
    assert rendered["shipperInformation"]["address"] == {
        "city": "SHENZHEN",
        "postalCode": "518000",
        "countryCode": "CN",
        "residential": False,
        "countryName": "China",
    }


@pytest.mark.parametrize(
    ("number", "service", "carrier_code", "service_type"),
    [
        (NUMBER, "", "FDXE", "FEDEX_2_DAY"),
        (NUMBER, "ground", "FDXG", "FEDEX_GROUND"),
        ("999000000000012", "", "FDXG", "FEDEX_GROUND"),
        ("61299999900000001234", "", "FXSP", "SMART_POST"),
        (NUMBER, "First Overnight", "FDXE", "FIRST_OVERNIGHT"),
    ],
)
def test_operating_company_and_service(
    make_view: MakeView, number: str, service: str, carrier_code: str, service_type: str
) -> None:
    rendered = results(make_view(CARRIER, (parcel(PICKUP, number=number, service=service),)), number)[0]
    assert rendered["trackingNumberInfo"]["carrierCode"] == carrier_code
    assert rendered["serviceDetail"]["type"] == service_type


def test_a_record_without_events_is_a_label(make_view: MakeView) -> None:
    bare = Parcel("fedex", NUMBER, (), ONTARIO, DENVER, registered=at(10, 17))
    rendered = results(make_view(CARRIER, (bare,)))[0]
    assert rendered["scanEvents"] == []
    assert rendered["latestStatusDetail"]["derivedCode"] == "IN"


# ── recycled numbers ──

OLD = (ScanEvent(at(1, 20), Kind.PICKED_UP, ONTARIO), ScanEvent(at(3, 20), Kind.DELIVERED, DENVER))
OLD_ID = "2461101000~900000000016~FX"  # 2026-03-01 is Julian day 2461101
NEW_ID = "2461110001~900000000016~FX"


def recycled(make_view: MakeView) -> Any:  # noqa: ANN401 (a StubView)
    return make_view(CARRIER, (parcel(LABEL, PICKUP), parcel(*OLD)))


def identities(found: list[dict[str, Any]]) -> list[str]:
    return [result["trackingNumberInfo"]["trackingNumberUniqueId"] for result in found]


def test_a_recycled_number_has_several_results_the_oldest_first(make_view: MakeView) -> None:
    assert identities(results(recycled(make_view))) == [OLD_ID, NEW_ID]


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ({"shipDateBegin": "2026-03-02"}, [NEW_ID]),
        ({"shipDateEnd": "2026-03-02"}, [OLD_ID]),
        ({"shipDateBegin": "2026-03-01", "shipDateEnd": "2026-03-10"}, [OLD_ID, NEW_ID]),
        ({"trackingNumberUniqueId": NEW_ID}, [NEW_ID]),
    ],
)
def test_ship_dates_and_unique_id_narrow_duplicates(
    make_view: MakeView, narrowing: dict[str, str], expected: list[str]
) -> None:
    assert identities(results(recycled(make_view), **narrowing)) == expected


def test_where_narrowing_leaves_nothing_the_number_is_not_found(make_view: MakeView) -> None:
    rendered = results(recycled(make_view), shipDateBegin="2026-03-11")
    assert [result["error"]["code"] for result in rendered] == ["TRACKING.TRACKINGNUMBER.NOTFOUND"]


# ── errors ──


def error_of(answer: Response) -> tuple[int, str]:
    return answer.status, body(answer)["errors"][0]["code"]


@pytest.mark.parametrize(
    ("request_body", "expected"),
    [
        (b"", (400, "TRACKING.TRACKINGNUMBER.EMPTY")),
        (question(), (400, "TRACKING.TRACKINGNUMBER.EMPTY")),
        (question(NUMBER, " "), (400, "TRACKING.TRACKINGNUMBER.EMPTY")),
        ({"includeDetailedScans": True}, (400, "TRACKING.TRACKINGNUMBER.EMPTY")),
        ({"includeDetailedScans": True, "trackingInfo": [7]}, (400, "TRACKING.TRACKINGNUMBER.EMPTY")),
        (b"not json", (400, "INVALID.INPUT.EXCEPTION")),
        (b"[]", (400, "INVALID.INPUT.EXCEPTION")),
        ({"trackingInfo": question(NUMBER)["trackingInfo"]}, (400, "INVALID.INPUT.EXCEPTION")),
        (question(NUMBER, detailed="yes"), (400, "INVALID.INPUT.EXCEPTION")),
        (question(*[NUMBER] * 31), (400, "INVALID.INPUT.EXCEPTION")),
        (question(NUMBER, shipDateBegin="03/01/2026"), (400, "INVALID.INPUT.EXCEPTION")),
    ],
)
def test_requests_that_fedex_refuses(make_view: MakeView, request_body: object, expected: tuple[int, str]) -> None:
    answer = ask(make_view(CARRIER, (parcel(LABEL),)), request_body, x_customer_transaction_id="mine")
    assert error_of(answer) == expected
    assert body(answer)["customerTransactionId"] == "mine"


def test_thirty_numbers_are_answered_each(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, (parcel(LABEL),)), question(*[NUMBER] * 30))
    assert len(body(answer)["output"]["completeTrackResults"]) == 30


def test_a_body_of_another_type_is_a_bad_request(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, ()), question(NUMBER), content_type="text/plain")
    assert error_of(answer) == (400, "BAD.REQUEST.ERROR")


def test_a_wrong_path_and_a_wrong_method(make_view: MakeView) -> None:
    made = make_view(CARRIER, ())
    assert error_of(made.ask(Request("POST", HOST, "/track/v2/trackingnumbers"))) == (404, "NOT.FOUND.ERROR")
    assert made.ask(Request("GET", HOST, "/track/v1/trackingnumbers")).status == 405


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (CARRIER.refusals.forbidden, (403, "FORBIDDEN.ERROR")),
        (CARRIER.refusals.server_error, (500, "INTERNAL.SERVER.ERROR")),
        (CARRIER.refusals.unavailable, (503, "SERVICE.UNAVAILABLE.ERROR")),
    ],
)
def test_refusals(make_view: MakeView, refusal: Refusal, expected: tuple[int, str]) -> None:
    assert error_of(refusal(ASKED, make_view(CARRIER, ()))) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(None, None), (10, "10")])
def test_a_rate_limit_has_retry_after_only_if_a_fault_adds_it(
    make_view: MakeView, seconds: int | None, expected: str | None
) -> None:
    answer = CARRIER.refusals.rate_limited(ASKED, make_view(CARRIER, ()), seconds)
    assert answer.status == 429
    assert "too many requests" in body(answer)["errors"][0]["message"]
    assert dict(answer.headers).get("retry-after") == expected


# ── for the core: numbers and clients ──


@pytest.mark.parametrize(
    ("request_body", "expected"),
    [
        (question(NUMBER, UNKNOWN), (NUMBER, UNKNOWN)),
        (b"", ()),
        (b"[]", ()),
        ({"trackingInfo": [None, {"trackingNumberInfo": 3}, {"trackingNumberInfo": {"trackingNumber": None}}]}, ()),
    ],
)
def test_the_numbers_of_a_call_are_parsed_whatever_was_sent(
    request_body: object, expected: tuple[str, ...], make_view: MakeView
) -> None:
    operation = next(operation for operation in CARRIER.operations if operation.name == "track")
    assert operation.numbers(Call(track_request(request_body, ""), {}), make_view(CARRIER, ())) == expected


@pytest.mark.parametrize("code", list(CODES.by_code))
def test_every_code_reaches_the_wire(make_view: MakeView, code: str) -> None:
    rendered = results(make_view(CARRIER, (parcel(ScanEvent(at(11, 9), code=code, place=DENVER)),)))[0]
    assert rendered["scanEvents"][0]["eventType"] == code.partition("/")[0]
    assert rendered["scanEvents"][0]["eventDescription"] == CODES.by_code[code].text
    assert rendered["latestStatusDetail"]["code"] == code.partition("/")[0]


def test_an_unlisted_code_reaches_the_wire(make_view: MakeView) -> None:
    assert scans(make_view(CARRIER, (parcel(ScanEvent(at(11, 9), code="ZQ", place=DENVER)),)))[0]["eventType"] == "ZQ"
