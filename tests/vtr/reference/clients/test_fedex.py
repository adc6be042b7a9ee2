"""FedEx: what its answers mean, and how it is asked."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from requests import PreparedRequest

from vtr.reference.clients import fedex
from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.clients.endpoints import OAuthEndpoint
from vtr.reference.clients.http import Clocks, RetryPolicy

NUMBER = "900000000016"
ENDPOINT = OAuthEndpoint("https://fedex.example", "me", "secret")
TRACK = "https://fedex.example/track/v1/trackingnumbers"
ONTARIO = {"streetLines": [""], "city": "ONTARIO", "stateOrProvinceCode": "CA", "countryCode": "US"}
NO_ADDRESS = {"streetLines": [""], "residential": False}


def scan(**changes: object) -> dict[str, Any]:
    event = {
        "date": "2026-03-10T16:05:00-07:00",
        "eventType": "PU",
        "eventDescription": "Picked up",
        "exceptionCode": "",
        "exceptionDescription": "",
        "scanLocation": ONTARIO,
        "locationType": "PICKUP_LOCATION",
        "derivedStatusCode": "PU",
    }
    return event | changes


LABEL = scan(
    date="2026-03-10T12:15:41-05:00", eventType="OC", eventDescription="Information sent", scanLocation=NO_ADDRESS
)


def result(*events: object, **changes: object) -> dict[str, Any]:
    return {"trackingNumberInfo": {"trackingNumber": NUMBER}, "scanEvents": list(events)} | changes


def failed(code: str) -> dict[str, Any]:
    return {"trackingNumberInfo": {"trackingNumber": NUMBER}, "error": {"code": code, "message": "words"}}


def answer(*results: object, number: str = NUMBER) -> dict[str, Any]:
    return {"output": {"completeTrackResults": [{"trackingNumber": number, "trackResults": list(results)}]}}


NOT_FOUND = failed("TRACKING.TRACKINGNUMBER.NOTFOUND")


def one(document: object) -> Answer:
    (found,) = fedex.read(document, [NUMBER])
    return found


def scans(document: object) -> tuple[ScanRow, ...]:
    found = one(document)
    assert found.outcome == "known", found.why
    return found.scans


def test_events_come_oldest_first() -> None:
    assert scans(answer(result(scan(), LABEL))) == (
        ScanRow(0, datetime(2026, 3, 10, 17, 15, 41, tzinfo=UTC), "OC", description="Information sent"),
        ScanRow(1, datetime(2026, 3, 10, 23, 5, tzinfo=UTC), "PU", description="Picked up", location="ONTARIO, CA, US"),
    )


def test_reason_of_an_exception_is_reported() -> None:
    event = scan(eventType="DE", eventDescription="Delivery exception", exceptionDescription="Customer not available")
    assert scans(answer(result(event)))[0].description == "Delivery exception (Customer not available)"


@pytest.mark.parametrize("detail", [{"possessionStatus": True}, {"beforePossessionStatus": False}])
def test_possession_told_of_the_parcel_is_no_scan_of_it(detail: dict[str, bool]) -> None:
    """On the wire and in the spec the flag has other names and opposite senses, and neither has a time."""
    assert [each.code for each in scans(answer(result(LABEL, shipmentDetails=detail)))] == ["OC"]


@pytest.mark.parametrize(
    ("event", "instant"),
    [
        (scan(date="2026-03-10T16:05:00"), datetime(2026, 3, 10, 23, 5, tzinfo=UTC)),  # the place: California
        (scan(date="2026-03-10T00:00:00"), None),  # only a date
        (scan(date="2026-03-10T00:00:00-07:00"), datetime(2026, 3, 10, 7, tzinfo=UTC)),
        (LABEL | {"date": "2026-03-10T12:15:41"}, datetime(2026, 3, 10, 17, 15, 41, tzinfo=UTC)),  # US Central
        (scan(date="2026-03-10T16:05:00", scanLocation=NO_ADDRESS), None),
        (scan(date="2026-03-10T16:05:00", scanLocation=None), None),
        (scan(date=""), None),
        (scan(date=None), None),
    ],
)
def test_time_without_offset_is_placed_only_if_its_place_is_reported(event: object, instant: datetime | None) -> None:
    assert scans(answer(result(event)))[0].at == instant


def test_event_without_place_takes_the_zone_of_the_place_before_it() -> None:
    event = scan(date="2026-03-10T18:00:00", eventType="IT", scanLocation=NO_ADDRESS)
    assert scans(answer(result(event, scan())))[1].at == datetime(2026, 3, 11, 1, tzinfo=UTC)


def test_delivery_without_place_takes_the_zone_of_the_destination() -> None:
    event = scan(date="2026-03-12T14:10:00", eventType="DL", scanLocation=NO_ADDRESS)
    address = {"city": "Denver", "stateOrProvinceCode": "CO", "countryCode": "US"}
    there = {"locationContactAndAddress": {"address": address}}
    found = scans(answer(result(event, scan(), destinationLocation=there)))
    assert found[1].at == datetime(2026, 3, 12, 20, 10, tzinfo=UTC)


def test_naive_and_zoned_times_in_one_answer_are_put_in_order() -> None:
    later = scan(date="2026-03-11T02:40:00", eventType="DP")
    earlier = scan(date="2026-03-11T05:00:00-04:00", eventType="AR")  # 09:00 UTC; the other is 09:40 UTC
    assert [each.code for each in scans(answer(result(earlier, later)))] == ["AR", "DP"]


def test_duplicates_of_a_reused_number_are_all_its_scans() -> None:
    old = result(scan(date="2025-01-05T10:00:00-07:00", eventType="DL"), scan(date="2025-01-03T10:00:00-07:00"))
    new = result(scan(), LABEL)
    for document in (answer(old, new), answer(new, old)):
        assert [(each.position, each.code) for each in scans(document)] == [
            (0, "PU"),
            (1, "DL"),
            (2, "OC"),
            (3, "PU"),
        ]


def test_number_listed_twice_is_merged() -> None:
    document = answer(result(scan()))
    document["output"]["completeTrackResults"].append({"trackingNumber": NUMBER, "trackResults": [result(LABEL)]})
    assert [each.code for each in scans(document)] == ["OC", "PU"]


def test_not_found_beside_a_found_duplicate_is_known() -> None:
    assert len(scans(answer(NOT_FOUND, result(scan())))) == 1


def test_inner_not_found_is_an_unknown_number() -> None:
    assert one(answer(NOT_FOUND)) == Answer("fedex", NUMBER, "unknown", why="TRACKING.TRACKINGNUMBER.NOTFOUND words")


def test_other_inner_error_is_unanswered() -> None:
    found = one(answer(failed("INTERNAL.SERVER.ERROR")))
    assert (found.outcome, found.why) == ("unanswered", "FedEx answered INTERNAL.SERVER.ERROR words")


@pytest.mark.parametrize(
    "alerts",
    [
        [{"code": "TRACKING.DATA.NOTFOUND", "alertType": "NOTE", "message": "none"}],
        {"code": "TRACKING.DATA.NOTFOUND", "message": "none"},
        ["TRACKING.DATA.NOTFOUND -  Tracking data unavailable"],
        "TRACKING.DATA.NOTFOUND -  Tracking data unavailable",
    ],
)
def test_no_data_alert_makes_numbers_without_result_unknown(alerts: object) -> None:
    found = one({"output": {"alerts": alerts}})
    assert found.outcome == "unknown"
    assert "TRACKING.DATA.NOTFOUND" in found.why


def test_one_bad_element_does_not_spoil_the_others() -> None:
    document = answer(result(scan()))
    document["output"]["completeTrackResults"].append({"trackingNumber": "779900001232", "trackResults": None})
    found = fedex.read(document, [NUMBER, "779900001232", "399000004569"])
    assert [each.outcome for each in found] == ["known", "unanswered", "unanswered"]
    assert "trackResults is null" in found[1].why
    assert "the number is not in it" in found[2].why


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (None, "the answer is null"),
        ({"output": []}, "output is missing"),
        ({"output": {"alerts": "hello"}}, "output.completeTrackResults is missing"),
        (answer(), "trackResults is empty"),
        (answer(result(scanEvents=None)), "scanEvents is null"),
        (answer(result(scanEvents="PU")), "scanEvents is text"),
        (answer({"trackingNumberInfo": {}}), "scanEvents is missing"),
        (answer(result(scan(eventType=""))), "scanEvents[0].eventType is missing"),
        (answer(result(scan(eventType=["PU"]))), "eventType is a list"),
        (answer(result(scan(scanLocation="ONTARIO"))), "scanLocation is text"),
        ({"errors": [{"code": "INTERNAL.SERVER.ERROR", "message": "m"}]}, "(INTERNAL.SERVER.ERROR m)"),
    ],
)
def test_unexpected_shapes_are_unanswered_and_name_the_field(document: object, field: str) -> None:
    found = one(document)
    assert found.outcome == "unanswered"
    assert found.why.startswith("FedEx's answer cannot be read: ")
    assert field in found.why


def track(numbers: list[str], clocks: Clocks) -> list[Answer]:
    return list(fedex.track(numbers, ENDPOINT, RetryPolicy(), clocks))


@pytest.fixture
def token(web: responses.RequestsMock) -> responses.BaseResponse:
    body = {"access_token": "t", "token_type": "bearer", "expires_in": 3599}
    added: responses.BaseResponse = web.post("https://fedex.example/oauth/token", json=body)
    return added


def asked_numbers(call: responses.Call) -> list[str]:
    body = json.loads(call.request.body or "")
    assert body["includeDetailedScans"] is True
    return [each["trackingNumberInfo"]["trackingNumber"] for each in body["trackingInfo"]]


def test_numbers_are_asked_thirty_a_call_with_one_token(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    numbers = [f"{number:012}" for number in range(65)]

    def reply(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        asked = [
            each["trackingNumberInfo"]["trackingNumber"] for each in json.loads(request.body or "")["trackingInfo"]
        ]
        found = [{"trackingNumber": number, "trackResults": [NOT_FOUND]} for number in reversed(asked)]
        return 200, {}, json.dumps({"output": {"completeTrackResults": found}})

    web.add_callback("POST", TRACK, callback=reply)
    found = track(numbers, clocks)
    assert [each.tracking_number for each in found] == numbers
    assert {each.outcome for each in found} == {"unknown"}
    assert [len(asked_numbers(call)) for call in list(web.calls)[1:]] == [30, 30, 5]
    assert token.call_count == 1
    assert web.calls[0].request.body == "grant_type=client_credentials&client_id=me&client_secret=secret"


def test_batch_refused_for_one_number_is_asked_singly(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    bad = {"errors": [{"code": "TRACKING.TRACKINGNUMBER.EMPTY", "message": "empty"}]}
    web.post(TRACK, status=400, json=bad)
    web.post(TRACK, json=answer(result(scan())))
    web.post(TRACK, status=400, json=bad)
    found = track([NUMBER, "?"], clocks)
    assert [each.outcome for each in found] == ["known", "unanswered"]
    assert found[1].why == "FedEx answered 400 TRACKING.TRACKINGNUMBER.EMPTY empty"


def test_failed_batch_leaves_its_numbers_unanswered_and_the_next_is_asked(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    for _ in range(4):
        web.post(TRACK, status=503, json={"errors": [{"code": "SERVICE.UNAVAILABLE.ERROR", "message": "m"}]})
    web.post(TRACK, json=answer(NOT_FOUND, number="LAST"))
    found = track([*(f"{number:012}" for number in range(30)), "LAST"], clocks)
    assert [each.outcome for each in found] == ["unanswered"] * 30 + ["unknown"]
    assert found[0].why == "FedEx answered 503 SERVICE.UNAVAILABLE.ERROR m"
