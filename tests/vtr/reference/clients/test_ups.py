"""UPS: what its answers mean, and how it is asked."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from vtr.reference.clients import ups
from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.clients.endpoints import OAuthEndpoint
from vtr.reference.clients.http import Clocks, RetryPolicy

NUMBER = "1Z999AA10390000109"
ENDPOINT = OAuthEndpoint("https://ups.example", "me", "secret")
DETAILS = "https://ups.example/api/track/v1/details/"


def activity(**changes: object) -> dict[str, Any]:
    scan = {
        "location": {"address": {"city": "ONTARIO", "stateProvince": "CA", "countryCode": "US"}, "slic": "9179"},
        "status": {"type": "I", "description": "Origin Scan ", "code": "OR", "statusCode": "005"},
        "date": "20260310",
        "time": "203512",
        "gmtDate": "20260311",
        "gmtOffset": "-07:00",
        "gmtTime": "03:35:12",
        "logicalScan": False,
    }
    changed = scan | changes
    return {name: value for name, value in changed.items() if value != "absent"}


LABEL = activity(
    location={"address": {"countryCode": "US", "country": "US"}},
    status={"type": "M", "description": "Shipper created a label. ", "code": "MP", "statusCode": "003"},
    date="20260310",
    time="111522",
    gmtDate="20260310",
    gmtTime="18:15:22",
    logicalScan=True,
)


def answer(*activities: object, **package: object) -> dict[str, Any]:
    described = {"trackingNumber": NUMBER, "activity": list(activities), "packageCount": 1} | package
    return {"trackResponse": {"shipment": [{"inquiryNumber": NUMBER, "package": [described]}]}}


NOT_FOUND = {
    "trackResponse": {
        "shipment": [
            {
                "inquiryNumber": NUMBER,
                "warnings": [{"code": "TW0001", "message": "Tracking Information Not Found"}],
            }
        ]
    }
}


def one(document: object) -> Answer:
    (found,) = ups.read(document, [NUMBER])
    return found


def scans(document: object) -> tuple[ScanRow, ...]:
    found = one(document)
    assert found.outcome == "known", found.why
    return found.scans


def test_events_come_oldest_first_with_both_codes_and_the_carriers_flag() -> None:
    assert scans(answer(activity(), LABEL)) == (
        ScanRow(
            0,
            datetime(2026, 3, 10, 18, 15, 22, tzinfo=UTC),
            "M/MP",
            "#003",
            physical=False,
            description="Shipper created a label.",
            location="US",
        ),
        ScanRow(
            1,
            datetime(2026, 3, 11, 3, 35, 12, tzinfo=UTC),
            "I/OR",
            "#005",
            physical=True,
            description="Origin Scan",
            location="ONTARIO, CA, US",
        ),
    )


@pytest.mark.parametrize(
    ("changes", "instant"),
    [
        ({}, datetime(2026, 3, 11, 3, 35, 12, tzinfo=UTC)),
        ({"gmtTime": "033512"}, datetime(2026, 3, 11, 3, 35, 12, tzinfo=UTC)),  # the spec's form, without colons
        ({"gmtTime": "absent"}, datetime(2026, 3, 11, 3, 35, 12, tzinfo=UTC)),  # local time and gmtOffset
        ({"gmtDate": "absent"}, datetime(2026, 3, 11, 3, 35, 12, tzinfo=UTC)),
        # Only the place is left: California.
        (
            {"gmtDate": "absent", "gmtTime": "absent", "gmtOffset": "absent"},
            datetime(2026, 3, 11, 3, 35, 12, tzinfo=UTC),
        ),
        ({"gmtDate": None, "gmtTime": "", "gmtOffset": None}, datetime(2026, 3, 11, 3, 35, 12, tzinfo=UTC)),
        ({"gmtTime": "absent", "gmtOffset": "absent", "location": {"address": {"countryCode": "US"}}}, None),
        ({"gmtTime": "absent", "time": "absent"}, None),
    ],
)
def test_instant_is_reported_by_the_best_of_what_is_there(changes: dict[str, Any], instant: datetime | None) -> None:
    assert scans(answer(activity(**changes)))[0].at == instant


def test_missing_logical_scan_leaves_the_question_open() -> None:
    assert scans(answer(activity(logicalScan="absent")))[0].physical is None


def test_logical_scan_may_be_text() -> None:
    assert scans(answer(activity(logicalScan="true")))[0].physical is False


def test_unpadded_status_code_is_padded() -> None:
    event = activity(status={"type": "M", "code": "MP", "statusCode": 3})
    assert scans(answer(event))[0].subcode == "#003"


def test_brand_new_number_without_activity_is_known_without_scans() -> None:
    document = answer()
    del document["trackResponse"]["shipment"][0]["package"][0]["activity"]
    assert one(document) == Answer("ups", NUMBER, "known")


def test_warning_without_package_is_an_unknown_number() -> None:
    assert one(NOT_FOUND) == Answer("ups", NUMBER, "unknown", why="TW0001 Tracking Information Not Found")


def test_warning_without_inquiry_number_is_an_unknown_number() -> None:
    warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
    assert one({"trackResponse": {"shipment": [{"warnings": [warning]}]}}).outcome == "unknown"


def test_two_packages_with_the_number_are_both_its_history() -> None:
    document = answer(activity())
    older = activity(gmtDate="20250311", status={"type": "D", "code": "FS", "statusCode": "011"})
    packages = document["trackResponse"]["shipment"][0]["package"]
    packages.append({"trackingNumber": NUMBER, "activity": [older]})
    assert [scan.code for scan in scans(document)] == ["D/FS", "I/OR"]


def test_other_packages_of_the_shipment_are_left_out() -> None:
    document = answer(activity())
    document["trackResponse"]["shipment"][0]["package"].append({"trackingNumber": "1ZOTHER", "activity": [LABEL]})
    assert [scan.code for scan in scans(document)] == ["I/OR"]


LEAD, SECOND, THIRD = "1Z999AA10390000109", "1Z999AA10390000207", "1Z999AA10390000305"


def shipment_of_three(*packages: dict[str, object], inquiry: str = LEAD) -> dict[str, Any]:
    listed = [{"packageCount": 3, **package} for package in packages]
    return {"trackResponse": {"shipment": [{"inquiryNumber": inquiry, "package": listed}]}}


def test_of_a_shipment_each_number_has_its_own_scans_and_one_without_any_has_none() -> None:
    document = shipment_of_three(
        {"trackingNumber": LEAD, "activity": [activity(), LABEL]},
        {"trackingNumber": SECOND, "activity": [LABEL]},
        {"trackingNumber": THIRD},
    )
    answers = ups.read(document, [LEAD, SECOND, THIRD])
    assert [[scan.code for scan in answer.scans] for answer in answers] == [["M/MP", "I/OR"], ["M/MP"], []]
    assert {answer.outcome for answer in answers} == {"known"}


def test_one_package_of_three_is_enough_if_it_is_the_asked_one() -> None:
    (found,) = ups.read(shipment_of_three({"trackingNumber": SECOND, "activity": [LABEL]}), [SECOND])
    assert (found.outcome, [scan.code for scan in found.scans]) == ("known", ["M/MP"])


@pytest.mark.parametrize("packages", [[LEAD], [LEAD, SECOND]])
def test_scans_of_the_other_packages_of_a_shipment_say_nothing_about_the_asked_one(packages: list[str]) -> None:
    document = answer(activity())
    listed = [{"trackingNumber": number, "activity": [activity()], "packageCount": 3} for number in packages]
    document["trackResponse"]["shipment"][0]["package"] = listed
    (found,) = ups.read(document, [THIRD])
    assert (found.outcome, found.scans) == ("unanswered", ())
    assert THIRD in found.why


def test_a_package_without_a_number_beside_the_asked_one_is_not_it() -> None:
    document = answer(LABEL)
    document["trackResponse"]["shipment"][0]["package"].append({"activity": [activity()]})
    assert [scan.code for scan in scans(document)] == ["M/MP"]


def test_the_package_that_has_the_asked_number_as_another_name_is_the_one() -> None:
    postal = {"type": "USPS_PIC", "number": "9202700000000000000428"}
    document = shipment_of_three(
        {"trackingNumber": LEAD, "activity": [LABEL]},
        {"trackingNumber": SECOND, "activity": [activity()], "alternateTrackingNumber": [postal]},
    )
    (found,) = ups.read(document, ["9202700000000000000428"])
    assert [scan.code for scan in found.scans] == ["I/OR"]


def test_package_under_another_number_answers_for_the_one_that_was_asked() -> None:
    document = answer(activity())
    document["trackResponse"]["shipment"][0]["inquiryNumber"] = "9202700000000000000428"
    (found,) = ups.read(document, ["9202700000000000000428"])
    assert (found.outcome, len(found.scans)) == ("known", 1)


def test_answer_to_another_inquiry_is_not_evidence() -> None:
    (found,) = ups.read(answer(activity()), ["1Z999AA10390000208"])
    assert (found.outcome, found.scans) == ("unanswered", ())
    assert NUMBER in found.why


def test_single_objects_stand_for_lists_of_one() -> None:
    package = {"trackingNumber": NUMBER, "activity": activity()}
    assert len(scans({"trackResponse": {"shipment": {"package": package}}})) == 1


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (None, "the answer is null"),
        ([], "the answer is a list"),
        ({}, "trackResponse is missing"),
        ({"trackResponse": None}, "trackResponse is missing"),
        ({"trackResponse": {"shipment": None}}, "shipment is null"),
        ({"trackResponse": {"shipment": []}}, "neither a package nor the warning"),
        ({"trackResponse": {"shipment": [{"inquiryNumber": NUMBER}]}}, "neither a package nor the warning"),
        (answer(activity=None), "activity is null"),
        (answer(activity="gone"), "activity is text"),
        (answer("gone"), r"activity[0] is text"),
        (answer(activity(status=None)), "status is missing"),
        (answer(activity(status={"code": "OR"})), "status.type is missing"),
        (answer(activity(status={"type": "I", "code": ["OR"]})), "status.code is a list"),
        (answer(activity(status={"type": "I", "description": "Origin Scan"})), "status.code is missing"),
        (answer(activity(logicalScan=1)), "logicalScan is a number"),
        (answer(activity(location=["ONTARIO"])), "location is a list"),
        ({"response": {"errors": [{"code": "TV9999", "message": "odd"}]}}, "trackResponse is missing (TV9999 odd)"),
    ],
)
def test_unexpected_shapes_are_unanswered_and_name_the_field(document: object, field: str) -> None:
    found = one(document)
    assert found.outcome == "unanswered"
    assert found.why.startswith("UPS's answer cannot be read: ")
    assert field in found.why


@pytest.mark.parametrize("letters", [{}, {"code": ""}, {"code": None}])
def test_an_event_with_a_number_and_no_letters_keeps_its_type_and_number(letters: dict[str, object]) -> None:
    """Seen live among the exceptions; the other events of the answer are read as ever."""
    event = activity(status={"type": "X", "description": "Customs clearance", "statusCode": "092", **letters})
    read = scans(answer(event, LABEL))
    assert [(scan.code, scan.subcode) for scan in read] == [("M/MP", "#003"), ("X/", "#092")]


def test_saved_answer_tells_its_own_number() -> None:
    assert ups.read(NOT_FOUND)[0].tracking_number == NUMBER


def track(numbers: list[str], clocks: Clocks) -> list[Answer]:
    return list(ups.track(numbers, ENDPOINT, RetryPolicy(), clocks))


@pytest.fixture
def token(web: responses.RequestsMock) -> responses.BaseResponse:
    added: responses.BaseResponse = web.post(
        "https://ups.example/security/v1/oauth/token", json={"access_token": "t", "expires_in": "14399"}
    )
    return added


def test_one_token_serves_calls_of_one_number_each(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    web.get(DETAILS + "1Z1", json=NOT_FOUND)
    web.get(DETAILS + "1Z2", json=answer(activity(), trackingNumber="1Z2"))
    assert [(each.tracking_number, each.outcome) for each in track(["1Z1", "1Z2"], clocks)] == [
        ("1Z1", "unknown"),
        ("1Z2", "known"),
    ]
    assert token.call_count == 1
    login, first, second = (call.request for call in web.calls)
    assert login.headers["Authorization"] == "Basic " + base64.b64encode(b"me:secret").decode()
    assert login.body == "grant_type=client_credentials"
    assert first.headers["Authorization"] == "Bearer t"
    assert first.headers["transactionSrc"] == "vtr"
    assert first.headers["transId"] != second.headers["transId"]


def test_transaction_ids_repeat_in_a_repeated_run(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    web.get(DETAILS + NUMBER, json=NOT_FOUND)
    track([NUMBER], clocks)
    track([NUMBER], clocks)
    assert web.calls[1].request.headers["transId"] == web.calls[3].request.headers["transId"]


def test_odd_characters_of_a_number_stay_inside_its_path_segment(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    errors = {"response": {"errors": [{"code": "TV1002", "message": "Invalid inquiry number"}]}}
    web.get(DETAILS + "1Z%2F..%2F%3FX%20%C3%84", status=400, json=errors)
    (found,) = track(["1Z/../?X Ä"], clocks)
    assert found == Answer("ups", "1Z/../?X Ä", "unknown", why="TV1002 Invalid inquiry number")


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, "TV1002", "unknown"),
        (404, "TV1003", "unknown"),
        (404, "250002", "unanswered"),
        (400, "TV0001", "unanswered"),
        (403, "250005", "unanswered"),
    ],
)
def test_only_tracking_errors_make_a_number_unknown(
    status: int,
    code: str,
    outcome: str,
    web: responses.RequestsMock,
    clocks: Clocks,
    token: responses.BaseResponse,
) -> None:
    web.get(DETAILS + NUMBER, status=status, json={"response": {"errors": [{"code": code, "message": "words"}]}})
    (found,) = track([NUMBER], clocks)
    assert found.outcome == outcome
    assert f"{code} words" in found.why


def test_refused_credentials_leave_every_number_unanswered_after_one_attempt(
    web: responses.RequestsMock, clocks: Clocks
) -> None:
    errors = {"response": {"errors": [{"code": "10401", "message": "ClientId is Invalid"}]}}
    token = web.post("https://ups.example/security/v1/oauth/token", status=401, json=errors)
    found = track([f"1Z{number}" for number in range(20)], clocks)
    assert token.call_count == len(web.calls) == 1
    assert {each.outcome for each in found} == {"unanswered"}
    assert found[0].why == "UPS refused the credentials (401 10401 ClientId is Invalid)"
    assert found[19].why.startswith("UPS refused the credentials (401 10401 ClientId is Invalid)")


def test_token_that_dies_on_the_way_is_renewed(
    web: responses.RequestsMock, clocks: Clocks, token: responses.BaseResponse
) -> None:
    errors = {"response": {"errors": [{"code": "250002", "message": "Invalid Authentication Information"}]}}
    web.get(DETAILS + NUMBER, status=401, json=errors)
    web.get(DETAILS + NUMBER, json=answer(activity()))
    assert track([NUMBER], clocks)[0].outcome == "known"
    assert token.call_count == 2
