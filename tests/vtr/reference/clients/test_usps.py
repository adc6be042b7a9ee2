"""USPS: what its answers mean, and how it is asked."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from vtr.reference.clients import usps
from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.clients.endpoints import OAuthEndpoint
from vtr.reference.clients.http import Clocks, RetryPolicy

NUMBER = "9205590000000100000018"
ENDPOINT = OAuthEndpoint("https://usps.example", "me", "secret")
TRACKING = "https://usps.example/tracking/v3/tracking/"


def event(**changes: object) -> dict[str, Any]:
    scan = {
        "eventType": "USPS in possession of item",
        "eventTimestamp": "2026-03-02T15:05:00",
        "GMTTimestamp": "2026-03-02T21:05:37Z",
        "GMTOffset": "-06:00",
        "eventCountry": None,
        "eventCity": "TULSA",
        "eventState": "OK",
        "eventZIP": "74103",
        "firm": None,
        "authorizedAgent": "false",
        "eventCode": "03",
        "additionalProp": None,
    }
    changed = scan | changes
    return {name: value for name, value in changed.items() if value != "absent"}


NO_GMT = {"GMTTimestamp": "absent", "GMTOffset": "absent"}
NO_PLACE = {"eventCity": None, "eventState": None, "eventZIP": None}


def answer(*events: object) -> dict[str, Any]:
    return {"mailType": "DM", "statusCategory": "Accepted", "trackingEvents": list(events), "trackingNumber": NUMBER}


def error(*inner: str, outer: str = "400") -> dict[str, Any]:
    errors = [{"code": code, "title": "7: words. - ", "detail": ""} for code in inner]
    return {"apiVersion": "/tracking/v3", "error": {"code": outer, "message": "7: words. - ", "errors": errors}}


def one(document: object) -> Answer:
    (found,) = usps.read(document, [NUMBER])
    return found


def first(**changes: object) -> ScanRow:
    found = one(answer(event(**changes)))
    assert found.outcome == "known", found.why
    return found.scans[0]


def test_events_come_oldest_first_and_carry_no_flag() -> None:
    label = event(eventType="Label", eventCode="GX", eventTimestamp="2026-03-01T09:14:00", **NO_GMT, **NO_PLACE)
    assert one(answer(event(), label)).scans == (
        ScanRow(0, None, "GX", description="Label"),
        ScanRow(
            1,
            datetime(2026, 3, 2, 21, 5, 37, tzinfo=UTC),
            "03",
            description="USPS in possession of item",
            location="TULSA, OK",
        ),
    )


@pytest.mark.parametrize(
    ("changes", "instant"),
    [
        ({}, datetime(2026, 3, 2, 21, 5, 37, tzinfo=UTC)),
        # The GMT date was not moved on past midnight: the local time and the offset tell the day.
        (
            {"eventTimestamp": "2024-11-21T23:28:00", "GMTTimestamp": "2024-11-21T05:28:33Z"},
            datetime(2024, 11, 22, 5, 28, 33, tzinfo=UTC),
        ),
        (
            {"eventTimestamp": "2024-11-21T23:28:00", "GMTTimestamp": "2024-11-22T05:28:33Z"},
            datetime(2024, 11, 22, 5, 28, 33, tzinfo=UTC),
        ),
        # The example of the README marks local time with a Z.
        ({"eventTimestamp": "2026-03-02T15:05:00Z"}, datetime(2026, 3, 2, 21, 5, 37, tzinfo=UTC)),
        ({"GMTOffset": "-6:00"}, datetime(2026, 3, 2, 21, 5, 37, tzinfo=UTC)),
        ({"GMTTimestamp": "absent"}, datetime(2026, 3, 2, 21, 5, tzinfo=UTC)),
        # A GMT time that contradicts the local one by more than seconds is not believed.
        ({"GMTTimestamp": "2026-03-02T15:05:37Z"}, datetime(2026, 3, 2, 21, 5, tzinfo=UTC)),
        ({"GMTOffset": "absent"}, datetime(2026, 3, 2, 21, 5, 37, tzinfo=UTC)),
        # Only the place is left: Tulsa by ZIP, a plant by the state in its name.
        (NO_GMT, datetime(2026, 3, 2, 21, 5, tzinfo=UTC)),
        (
            NO_GMT | NO_PLACE | {"eventCity": "QUEENS NY DISTRIBUTION CENTER"},
            datetime(2026, 3, 2, 20, 5, tzinfo=UTC),
        ),
        (NO_GMT | NO_PLACE | {"eventCountry": "JAPAN"}, datetime(2026, 3, 2, 6, 5, tzinfo=UTC)),
        (NO_GMT | NO_PLACE, None),
        (NO_GMT | {"eventTimestamp": "2026-03-02T00:00:00"}, None),  # only a date
        ({"eventTimestamp": "absent", **NO_GMT}, None),
    ],
)
def test_instant_is_reported_by_the_best_of_what_is_there(changes: dict[str, Any], instant: datetime | None) -> None:
    assert first(**changes).at == instant


@pytest.mark.parametrize("code", ["150001", "150002", "150003", "150004", "150009", "150010", "150011", "150012"])
def test_inner_codes_that_say_nothing_is_there_make_a_number_unknown(code: str) -> None:
    found = one(error(code))
    assert found.outcome == "unknown"
    assert found.why == f"400 7: words. - {code}"


@pytest.mark.parametrize(
    "document",
    [
        error(),
        error("150005"),
        error("150008"),
        error("999999"),
        {"error": {"code": "400", "message": "bad", "errors": "none"}},
        {"error": "invalid_request", "error_description": "words"},
    ],
)
def test_other_bad_requests_are_unanswered(document: object) -> None:
    assert one(document).outcome == "unanswered"


def test_source_given_as_text_does_not_matter() -> None:
    document = error("150002")
    document["error"]["errors"][0]["source"] = "trackingNumber"
    assert one(document).outcome == "unknown"


def test_batch_answer_gives_each_number_its_own_outcome() -> None:
    failed = {"trackingNumber": "B", "statusCode": "404", "error": error("150006", outer="404")["error"]}
    found = usps.read([failed, answer(event()) | {"trackingNumber": "A"}], ["A", "B", "C"])
    assert [(each.tracking_number, each.outcome) for each in found] == [
        ("A", "known"),
        ("B", "unknown"),
        ("C", "unanswered"),
    ]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (None, "the answer is null"),
        ("text", "the answer is text"),
        ({}, "trackingEvents is missing"),
        ({"trackingNumber": NUMBER, "eventSummaries": ["Delivered, 03/05/2026"]}, "trackingEvents is missing"),
        (answer() | {"trackingEvents": None}, "trackingEvents is null"),
        (answer() | {"trackingEvents": "03"}, "trackingEvents is text"),
        (answer(None), "trackingEvents[0] is null"),
        (answer(event(eventCode=None)), "trackingEvents[0].eventCode is missing"),
        (answer(event(eventCode={"code": "03"})), "eventCode is an object"),
        (answer(event(eventTimestamp=["2026"])), "eventTimestamp is a list"),
    ],
)
def test_unexpected_shapes_are_unanswered_and_name_the_field(document: object, field: str) -> None:
    found = one(document)
    assert found.outcome == "unanswered"
    assert found.why.startswith("USPS's answer cannot be read: ")
    assert field in found.why


def test_empty_list_of_events_is_a_known_number_without_scans() -> None:
    assert one(answer()) == Answer("usps", NUMBER, "known")


def track(numbers: list[str], clocks: Clocks) -> list[Answer]:
    return list(usps.track(numbers, ENDPOINT, RetryPolicy(), clocks))


@pytest.fixture
def token(web: responses.RequestsMock) -> responses.BaseResponse:
    added: responses.BaseResponse = web.post(
        "https://usps.example/oauth2/v3/token", json={"access_token": "t", "expires_in": 28799}
    )
    return added


def test_details_are_asked_for_with_one_token(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    for number in ("A1", "A2", "A3"):
        web.get(TRACKING + number, json={**answer(event()), "trackingNumber": number})
    assert [each.outcome for each in track(["A1", "A2", "A3"], clocks)] == ["known"] * 3
    assert token.call_count == 1
    assert json.loads(web.calls[0].request.body or "") == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": "secret",
    }
    assert web.calls[1].request.url == TRACKING + "A1?expand=DETAIL"


def test_number_that_usps_does_not_know_is_unknown_with_its_words(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    web.get(TRACKING + NUMBER, status=400, json=error("150010"))
    (found,) = track([NUMBER], clocks)
    assert found.outcome == "unknown"
    assert "150010" in found.why


@pytest.mark.parametrize("status", [400, 403, 404, 405])
def test_errors_without_an_inner_code_are_unanswered(
    status: int, web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    web.get(TRACKING + NUMBER, status=status, json=error(outer=str(status)))
    (found,) = track([NUMBER], clocks)
    assert found.outcome == "unanswered"
    assert found.why.startswith(f"USPS answered {status}")


def test_token_without_the_tracking_scope_is_reported(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    body = {"error": {"code": "401", "message": "Insufficient OAuth scope.", "errors": []}}
    web.get(TRACKING + NUMBER, status=401, json=body)
    (found,) = track([NUMBER], clocks)
    assert found.outcome == "unanswered"
    assert found.why == "USPS refused the credentials (401 401 Insufficient OAuth scope.)"


def test_quota_with_a_short_retry_after_is_waited_out(
    web: responses.RequestsMock, clocks: Clocks, pauses: list[float], token: responses.BaseResponse
) -> None:
    web.get(TRACKING + NUMBER, status=429, headers={"Retry-After": "30"}, json={})
    web.get(TRACKING + NUMBER, json=answer(event()))
    assert track([NUMBER], clocks)[0].outcome == "known"
    assert pauses == [30.0]


def test_element_of_a_list_that_says_404_is_an_unknown_number() -> None:
    element = {
        "trackingNumber": "9405591234567876543212",
        "statusCode": "404",
        "error": {"code": "404", "message": "Tracking is not available for this item.", "errors": []},
    }
    (answer,) = usps.read([element], ["9405591234567876543212"])
    assert answer.outcome == "unknown"


def test_bare_404_without_an_inner_code_is_no_answer() -> None:
    refused = {"apiVersion": "/tracking/v3", "error": {"code": "404", "message": "NOT_FOUND", "errors": []}}
    (answer,) = usps.read(refused, ["9405591234567876543212"])
    assert answer.outcome == "unanswered"


@pytest.mark.parametrize("answered", [NUMBER, NUMBER.lower(), f"42080202{NUMBER}", f"420802021234{NUMBER}", ""])
def test_an_answer_may_have_the_number_with_or_without_a_zip_code(answered: str) -> None:
    (found,) = usps.read({**answer(event()), "trackingNumber": answered}, [NUMBER])
    assert found.outcome == "known"


@pytest.mark.parametrize("answered", [f"{NUMBER[:-1]}{(int(NUMBER[-1]) + 1) % 10}", f"1{NUMBER}", NUMBER[1:]])
def test_an_answer_about_another_number_is_not_evidence(answered: str) -> None:
    (found,) = usps.read({**answer(event()), "trackingNumber": answered}, [NUMBER])
    assert (found.outcome, found.scans) == ("unanswered", ())
