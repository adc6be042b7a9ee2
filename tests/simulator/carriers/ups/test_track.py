"""UPS's track operation: answers byte for byte, times, places, refusals."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from sample_parcels import DENVER, ONTARIO, SHENZHEN, MakeView, at
from ups_calls import HOST, NUMBER, refused, token_call, track

from simulator.carriers.ups import CARRIER
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

GOLDEN = Path(__file__).parent / "golden"
ASKED = Request("GET", HOST, "/api/track/v1/details/1Z999AA10390000109")
DELIVERED = Parcel(
    "ups",
    NUMBER,
    (
        ScanEvent(at(10, 18, 15, 22), Kind.LABEL_CREATED, ONTARIO),
        ScanEvent(at(11, 3, 35, 12), Kind.ACCEPTED, ONTARIO),
        ScanEvent(at(12, 7, 30), Kind.ARRIVED, DENVER),
        ScanEvent(at(12, 15, 12, 30), Kind.OUT_FOR_DELIVERY, DENVER),
        ScanEvent(at(12, 20, 10, 5), Kind.DELIVERED, DENVER),
    ),
    ONTARIO,
    DENVER,
)


def one(*events: ScanEvent) -> Parcel:
    return Parcel("ups", NUMBER, events, ONTARIO, DENVER, registered=at(1, 0))


def packages(answer: Response) -> list[dict[str, Any]]:
    assert answer.status == 200
    found: list[dict[str, Any]] = json.loads(answer.body)["trackResponse"]["shipment"][0]["package"]
    return found


@pytest.mark.parametrize(
    ("golden", "parcels", "number"),
    [
        ("ups-delivered", [DELIVERED], NUMBER),
        ("ups-unknown", [], "1Z9912350341235622"),
        ("ups-registered", [Parcel("ups", NUMBER, (), SHENZHEN, DENVER, registered=at(1, 0))], NUMBER),
    ],
)
def test_answers_are_byte_for_byte_as_published(
    golden: str, parcels: list[Parcel], number: str, make_view: MakeView
) -> None:
    answer = track(make_view(CARRIER, parcels), number)
    assert answer.status == 200
    assert answer.headers == (("content-type", "application/json"),)
    assert answer.body == orjson.dumps(json.loads((GOLDEN / f"{golden}.json").read_text(encoding="utf-8")))


def test_a_number_with_a_wrong_check_digit_is_an_unknown_number(make_view: MakeView) -> None:
    answer = track(make_view(CARRIER), "1Z999AA10390000108")
    (shipment,) = json.loads(answer.body)["trackResponse"]["shipment"]
    assert answer.status == 200
    assert "package" not in shipment
    assert shipment["warnings"][0]["code"] == "TW0001"


def test_a_number_before_its_record_is_unknown_and_known_afterwards(make_view: MakeView) -> None:
    ups = make_view(CARRIER, [DELIVERED])
    ups.now = at(10, 18)
    assert "package" not in json.loads(track(ups).body)["trackResponse"]["shipment"][0]
    ups.now = at(10, 19)
    assert [a["status"]["code"] for a in packages(track(ups))[0]["activity"]] == ["MP"]


def test_blanks_and_lower_case_in_a_number_do_not_matter(make_view: MakeView) -> None:
    assert packages(track(make_view(CARRIER, [DELIVERED]), "1z%20999aa10%2039000%200109"))


def test_a_recycled_number_has_a_package_for_each_use(make_view: MakeView) -> None:
    again = one(ScanEvent(at(15, 8), Kind.LABEL_CREATED, ONTARIO))
    first, second = packages(track(make_view(CARRIER, [DELIVERED, again])))
    assert (len(first["activity"]), len(second["activity"])) == (5, 1)
    assert first["trackingNumber"] == second["trackingNumber"] == NUMBER
    assert first["packageCount"] == 2


def test_before_delivery_the_delivery_date_is_an_empty_list_and_there_is_no_delivery_time(
    make_view: MakeView,
) -> None:
    (package,) = packages(track(make_view(CARRIER, [one(ScanEvent(at(11, 3), Kind.ACCEPTED, ONTARIO))])))
    assert package["deliveryDate"] == []
    assert "deliveryTime" not in package
    assert package["currentStatus"] == {"description": "On the Way", "code": "005"}


def test_a_late_scan_after_delivery_leaves_the_delivery_date(make_view: MakeView) -> None:
    late = one(*DELIVERED.events, ScanEvent(at(13, 6), Kind.ARRIVED, DENVER))
    (package,) = packages(track(make_view(CARRIER, [late])))
    assert package["deliveryDate"] == [{"type": "DEL", "date": "20260312"}]
    assert package["currentStatus"]["code"] == "005"


def test_the_drop_place_is_separate_from_the_status(make_view: MakeView) -> None:
    (package,) = packages(track(make_view(CARRIER, [one(ScanEvent(at(12, 20), code="D/ML", place=DENVER))])))
    assert package["deliveryInformation"] == {"location": "Front Door"}
    assert package["activity"][0]["status"]["description"] == "DELIVERED "


def test_local_time_follows_the_place_and_daylight_saving(make_view: MakeView) -> None:
    # On 2026-03-08 at 10:00 UTC California's clocks went from 02:00 to 03:00.
    scans = (ScanEvent(at(8, 9, 59), Kind.ACCEPTED, ONTARIO), ScanEvent(at(8, 10, 1), Kind.DEPARTED, ONTARIO))
    (package,) = packages(track(make_view(CARRIER, [one(*scans)])))
    seen = [(a["time"], a["gmtOffset"], a["gmtTime"]) for a in package["activity"]]
    assert seen == [("030100", "-07:00", "10:01:00"), ("015900", "-08:00", "09:59:00")]


def test_an_instant_of_another_zone_is_rendered_in_utc(make_view: MakeView) -> None:
    happened = datetime.fromisoformat("2026-03-10T23:30:00-05:00")
    (package,) = packages(track(make_view(CARRIER, [one(ScanEvent(happened, Kind.ACCEPTED, DENVER))])))
    (activity,) = package["activity"]
    assert (activity["gmtDate"], activity["gmtTime"]) == ("20260311", "04:30:00")
    assert (activity["date"], activity["time"]) == ("20260310", "223000")


def test_a_place_abroad_has_no_state_and_its_own_zone(make_view: MakeView) -> None:
    (package,) = packages(track(make_view(CARRIER, [one(ScanEvent(at(10, 18), Kind.ACCEPTED, SHENZHEN))])))
    (activity,) = package["activity"]
    assert activity["location"]["address"] == {"city": "SHENZHEN", "countryCode": "CN", "country": "CN"}
    assert (activity["date"], activity["time"], activity["gmtOffset"]) == ("20260311", "020000", "+08:00")


def test_an_event_without_a_place_has_the_country_alone(make_view: MakeView) -> None:
    (package,) = packages(track(make_view(CARRIER, [one(ScanEvent(at(10, 18), Kind.ACCEPTED))])))
    assert package["activity"][0]["location"] == {"address": {"countryCode": "US", "country": "US"}}


def test_mail_innovations_events_have_no_utc_fields(make_view: MakeView) -> None:
    (package,) = packages(track(make_view(CARRIER, [one(ScanEvent(at(10, 18), code="VT/ZS", place=DENVER))])))
    (activity,) = package["activity"]
    assert not {"gmtDate", "gmtTime", "gmtOffset"} & set(activity)
    assert activity["logicalScan"] is False


def test_a_service_without_a_published_number_is_named_alone(make_view: MakeView) -> None:
    parcel = Parcel("ups", NUMBER, (), ONTARIO, DENVER, service="UPS 2nd Day Air", registered=at(1, 0))
    assert packages(track(make_view(CARRIER, [parcel])))[0]["service"] == {"description": "UPS 2nd Day Air"}


@pytest.mark.parametrize("number", ["1Z9999", "1" * 35, "1Z999AA1-0390000109", "1Z999AA1%C3%840390000109"])
def test_a_number_of_wrong_length_or_characters_is_refused(number: str, make_view: MakeView) -> None:
    assert refused(track(make_view(CARRIER), number)) == (400, "TV1002")


@pytest.mark.parametrize("number", ["1Z99999", "1" * 34])
def test_seven_and_34_characters_are_taken(number: str, make_view: MakeView) -> None:
    assert track(make_view(CARRIER), number).status == 200


def test_the_two_headers_are_required(make_view: MakeView) -> None:
    ups = make_view(CARRIER, [DELIVERED])
    assert refused(track(ups, transid="")) == (400, "TV0001")
    assert refused(track(ups, transactionsrc="")) == (400, "TV0002")


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (token_call(word="wrong"), (401, "10401")),
        (token_call(user="nobody"), (401, "10401")),
        (token_call(body=b"grant_type=password"), (400, "10400")),
        (token_call(body=b"\xff\xfe"), (400, "10400")),
        (Request("POST", HOST, "/security/v1/oauth/token", (), {}, b"grant_type=client_credentials"), (400, "10400")),
        (Request("POST", HOST, "/security/v1/oauth/token", (), {"authorization": "Basic %%%"}), (400, "10400")),
        (Request("GET", HOST, "/security/v1/oauth/token"), (405, "10405")),
        (Request("GET", HOST, "/track/v1/details/1Z99999"), (404, "10404")),  # the base path has /api
    ],
)
def test_refused_calls(request_: Request, refusal: tuple[int, str], make_view: MakeView) -> None:
    assert refused(make_view(CARRIER).ask(request_)) == refusal


def test_refusals_that_do_not_depend_on_the_call(make_view: MakeView) -> None:
    ups, refusals = make_view(CARRIER), CARRIER.refusals
    assert refused(refusals.unauthorized(ASKED, ups)) == (401, "250002")
    assert refused(refusals.forbidden(ASKED, ups))[0] == 403
    assert refused(refusals.server_error(ASKED, ups))[0] == 500
    assert refused(refusals.unavailable(ASKED, ups))[0] == 503
    assert refused(refusals.rate_limited(ASKED, ups, None)) == (429, "10429")


def test_a_rate_limit_has_no_retry_after_unless_a_fault_adds_it(make_view: MakeView) -> None:
    ups, rate_limited = make_view(CARRIER), CARRIER.refusals.rate_limited
    assert "retry-after" not in dict(rate_limited(ASKED, ups, None).headers)
    assert dict(rate_limited(ASKED, ups, 7).headers)["retry-after"] == "7"
