"""USPS's Tracking 3.0: answers byte for byte, times, places, reused numbers, refusals."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from sample_parcels import BOISE, SHENZHEN, TULSA, USPS_MOVING, USPS_NUMBER, MakeView, at
from usps_calls import HOST, track

from simulator.carriers.usps import CARRIER
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

GOLDEN = Path(__file__).parent / "golden"
ASKED = Request("GET", HOST, "/tracking/v3/tracking/9205590000000100000018")
PARTNER = Parcel(
    "usps",
    "9261291234567876543219",
    (
        ScanEvent(at(2, 2, 30), Kind.MANIFESTED, TULSA),
        ScanEvent(at(3, 5, 28, 33), Kind.PARTNER_RECEIVED, TULSA),
        ScanEvent(at(3, 12, 10, 45), code="80", place=TULSA),
    ),
    TULSA,
    BOISE,
    service="Parcel Select",
)


def one(*events: ScanEvent) -> Parcel:
    return Parcel("usps", USPS_NUMBER, events, TULSA, BOISE, registered=at(1, 0))


def details(answer: Response) -> dict[str, Any]:
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.body)
    return found


def events(answer: Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = details(answer)["trackingEvents"]
    return found


def inner_code(answer: Response) -> str:
    document = json.loads(answer.body)
    assert answer.status == 400
    assert document["apiVersion"] == "/tracking/v3"
    assert document["error"]["code"] == "400"
    (error,) = document["error"]["errors"]
    assert list(error) == ["title", "detail", "code"]
    assert error["title"] == document["error"]["message"]
    assert error["detail"] == ""
    return str(error["code"])


@pytest.mark.parametrize(("golden", "parcel"), [("usps-detail", USPS_MOVING), ("usps-partner", PARTNER)])
def test_details_are_byte_for_byte_as_published(golden: str, parcel: Parcel, make_view: MakeView) -> None:
    answer = track(make_view(CARRIER, [parcel]), parcel.tracking_number)
    expected = json.loads((GOLDEN / f"{golden}.json").read_text(encoding="utf-8"))
    piece = details(answer)["uniqueMailPieceID"]
    assert len(piece) == 9
    assert piece.isdigit()
    expected["uniqueMailPieceID"] = piece  # any nine digits
    assert answer.body == orjson.dumps(expected)
    assert answer.headers == (("content-type", "application/json"),)


@pytest.mark.parametrize("expand", ["", "SUMMARY", "summary"])
def test_a_summary_is_sentences_without_codes(expand: str, make_view: MakeView) -> None:
    assert details(track(make_view(CARRIER, [USPS_MOVING]), expand=expand)) == {
        "trackingNumber": USPS_NUMBER,
        "eventSummaries": [
            "Your item departed our TULSA, OK 74103 post office on March 2, 2026 at 5:40 pm.",
            "USPS in possession of item, 03/02/2026, 3:05 pm, TULSA, OK 74103",
            "Shipping Label Created, USPS Awaiting Item, 03/01/2026, 9:14 am",
        ],
    }


def test_a_summary_is_what_comes_without_expand(make_view: MakeView) -> None:
    usps = make_view(CARRIER, [USPS_MOVING])
    headers = {"authorization": f"Bearer {usps.issue_token(60)}"}
    answer = usps.ask(Request("GET", HOST, f"/tracking/v3/tracking/{USPS_NUMBER}", (), headers))
    assert list(details(answer)) == ["trackingNumber", "eventSummaries"]


@pytest.mark.parametrize("expand", ["DETAIL", "detail", "Detail"])
def test_expand_is_read_in_any_case(expand: str, make_view: MakeView) -> None:
    assert len(events(track(make_view(CARRIER, [USPS_MOVING]), expand=expand))) == 3


def test_a_plant_is_a_city_without_state_and_zip(make_view: MakeView) -> None:
    (event,) = events(track(make_view(CARRIER, [one(ScanEvent(at(3, 8), Kind.ARRIVED, TULSA))])))
    place_fields = (event["eventCity"], event["eventState"], event["eventZIP"], event["eventCountry"])
    assert place_fields == ("TULSA OK DISTRIBUTION CENTER", None, None, None)


def test_a_label_may_name_a_place_and_then_has_utc_fields(make_view: MakeView) -> None:
    (event,) = events(track(make_view(CARRIER, [one(ScanEvent(at(1, 15), Kind.LABEL_CREATED, TULSA))])))
    assert (event["eventCode"], event["eventCity"], event["GMTTimestamp"]) == ("GX", "TULSA", "2026-03-01T15:00:00Z")


def test_an_inferred_event_has_its_time_and_no_place(make_view: MakeView) -> None:
    (event,) = events(track(make_view(CARRIER, [one(ScanEvent(at(3, 6, 11, 52), Kind.INFERRED_TRANSIT, TULSA))])))
    assert (event["eventTimestamp"], event["GMTTimestamp"]) == ("2026-03-03T00:11:00", "2026-03-03T06:11:52Z")
    assert (event["eventCity"], event["eventState"], event["eventZIP"]) == (None, None, None)


def test_a_place_abroad_has_a_country_and_no_state(make_view: MakeView) -> None:
    (event,) = events(track(make_view(CARRIER, [one(ScanEvent(at(3, 18), code="A0", place=SHENZHEN))])))
    assert (event["eventCity"], event["eventState"], event["eventCountry"]) == ("SHENZHEN", None, "CHINA")
    assert (event["eventTimestamp"], event["GMTOffset"]) == ("2026-03-04T02:00:00", "+08:00")


def test_events_are_newest_first(make_view: MakeView) -> None:
    assert [event["eventCode"] for event in events(track(make_view(CARRIER, [USPS_MOVING])))] == ["SF", "03", "GX"]


def test_a_delivery_is_expected_only_between_first_scan_and_delivery(make_view: MakeView) -> None:
    usps = make_view(CARRIER, [one(*USPS_MOVING.events, ScanEvent(at(6, 20), Kind.DELIVERED, BOISE))])
    usps.now = at(2, 0)
    assert "expectedDeliveryTimeStamp" not in details(track(usps))
    usps.now = at(3, 0)
    assert details(track(usps))["expectedDeliveryTimeStamp"] == "2026-03-06T00:00:00"
    usps.now = at(7, 0)
    delivered = details(track(usps))
    assert "expectedDeliveryTimeStamp" not in delivered
    assert (delivered["status"], delivered["statusCategory"]) == ("Delivered, In/At Mailbox", "Delivered")
    assert delivered["statusSummary"] == (
        "Your item was delivered in or at the mailbox at 1:00 pm on March 6, 2026 in BOISE, ID 83702."
    )


@pytest.mark.parametrize(
    ("hour", "words"), [(6, "12:00 am"), (7, "1:00 am"), (17, "11:00 am"), (18, "12:00 pm"), (23, "5:00 pm")]
)
def test_clock_times_are_of_twelve_hours(hour: int, words: str, make_view: MakeView) -> None:
    parcel = one(ScanEvent(at(3, hour), Kind.ACCEPTED, TULSA))  # Tulsa is six hours behind UTC
    assert words in details(track(make_view(CARRIER, [parcel])))["statusSummary"]


@pytest.mark.parametrize(
    ("number", "service_type"),
    [
        ("9400109104250532908587", "001"),
        ("420202609205590000000100000018", "055"),
        ("4202026012349205590000000100000018", "055"),
        ("92612999999999999999999996", "612"),
        ("EZ000000014US", None),
    ],
)
def test_the_service_type_code_is_the_number_s_own(number: str, service_type: str | None, make_view: MakeView) -> None:
    parcel = Parcel("usps", number, USPS_MOVING.events, TULSA, BOISE)
    assert details(track(make_view(CARRIER, [parcel]), number)).get("serviceTypeCode") == service_type


def test_a_registered_number_has_no_status_yet(make_view: MakeView) -> None:
    answer = track(make_view(CARRIER, [one()]))
    assert inner_code(answer) == "150001"
    assert json.loads(answer.body)["error"]["message"].startswith("12: ")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("9205590000000100000017", "150002"),
        ("9205", "150002"),
        ("EZ000000014US", "150002"),
        ("1Z999AA10390000109", "150010"),
        ("900000000016", "150010"),
    ],
)
def test_an_unknown_number_is_a_400_that_may_name_another_shipper(number: str, code: str, make_view: MakeView) -> None:
    assert inner_code(track(make_view(CARRIER, [USPS_MOVING]), number)) == code


def test_the_text_of_an_unknown_number_has_its_number_and_its_trailing_hyphen(make_view: MakeView) -> None:
    message = json.loads(track(make_view(CARRIER)).body)["error"]["message"]
    assert message.startswith("7: The tracking number may be incorrect")
    assert message.endswith(" - ")


OLD = Parcel(
    "usps",
    USPS_NUMBER,
    (ScanEvent(at(1, 15), Kind.ACCEPTED, TULSA), ScanEvent(at(4, 15), Kind.DELIVERED, BOISE)),
    TULSA,
    BOISE,
)
NEW = Parcel("usps", USPS_NUMBER, (ScanEvent(at(10, 15), Kind.LABEL_CREATED),), BOISE, TULSA)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({}, ["GX"]),
        ({"destinationZIPCode": "83702"}, ["01", "03"]),
        ({"destinationZIPCode": "74103"}, ["GX"]),
        ({"mailingDate": "2026-03-01"}, ["01", "03"]),
        ({"mailingDate": "2026-03-10"}, ["GX"]),
    ],
)
@pytest.mark.parametrize("parcels", [[OLD, NEW], [NEW, OLD]])
def test_a_reused_number_answers_for_the_requested_or_the_newest_piece(
    parcels: list[Parcel], query: dict[str, str], codes: list[str], make_view: MakeView
) -> None:
    answer = track(make_view(CARRIER, parcels), **query)
    assert [event["eventCode"] for event in events(answer)] == codes


def test_a_reused_number_with_no_fitting_piece_is_unknown(make_view: MakeView) -> None:
    assert inner_code(track(make_view(CARRIER, [OLD, NEW]), destinationZIPCode="00501")) == "150002"


def test_pieces_of_a_reused_number_have_different_ids(make_view: MakeView) -> None:
    usps = make_view(CARRIER, [OLD, NEW])
    old, new = (details(track(usps, destinationZIPCode=code))["uniqueMailPieceID"] for code in ("83702", "74103"))
    assert old != new


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("forbidden", 403, "FORBIDDEN"),
        ("no_such_path", 404, "NOT_FOUND"),
        ("no_such_method", 405, "METHOD_NOT_ALLOWED"),
        ("server_error", 500, "INTERNAL_SERVER_ERROR"),
        ("unavailable", 503, "SERVICE_UNAVAILABLE"),
    ],
)
def test_refusals_have_the_common_body(name: str, status: int, message: str, make_view: MakeView) -> None:
    answer = getattr(CARRIER.refusals, name)(ASKED, make_view(CARRIER))
    assert answer.status == status
    assert json.loads(answer.body) == {
        "apiVersion": "/tracking/v3",
        "error": {"code": str(status), "message": message, "errors": []},
    }


def test_a_rate_limit_and_an_outage_may_have_retry_after(make_view: MakeView) -> None:
    usps, refusals = make_view(CARRIER), CARRIER.refusals
    assert dict(refusals.rate_limited(ASKED, usps, 120).headers)["retry-after"] == "120"
    assert "retry-after" not in dict(refusals.rate_limited(ASKED, usps, None).headers)
    assert dict(refusals.unavailable(ASKED, usps).headers)["retry-after"] == "30"
