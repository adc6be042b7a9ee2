"""DHL: what its answers mean, and how it is asked."""

from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from vtr.reference.clients import dhl
from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.clients.endpoints import DhlEndpoint
from vtr.reference.clients.http import Clocks, Reply, RetryPolicy

NUMBER = "9000000015"
ENDPOINT = DhlEndpoint("https://dhl.example", "key")
SHIPMENTS = "https://dhl.example/track/shipments"
NOT_FOUND = {"title": "No result found", "status": 404, "detail": "No shipment with given tracking number found."}


def at(locality: str, **address: str) -> dict[str, Any]:
    return {"address": {"addressLocality": locality, **address}}


def event(**changes: object) -> dict[str, Any]:
    scan = {
        "timestamp": "2026-03-10T16:05:00",
        "location": at("SHENZHEN-CHINA"),
        "statusCode": "transit",
        "description": "Shipment picked up",
    }
    changed = scan | changes
    return {name: value for name, value in changed.items() if value != "absent"}


def answer(*events: object, **shipment: object) -> dict[str, Any]:
    described = {
        "id": NUMBER,
        "service": "express",
        "origin": at("SHENZHEN-CHINA"),
        "destination": at("DENVER-USA"),
        "events": list(events),
    } | shipment
    return {"shipments": [{name: value for name, value in described.items() if value != "absent"}]}


def one(document: object) -> Answer:
    (found,) = dhl.read(document, [NUMBER])
    return found


def scans(document: object) -> tuple[ScanRow, ...]:
    found = one(document)
    assert found.outcome == "known", found.why
    return found.scans


def test_events_come_oldest_first_in_the_zones_of_their_places() -> None:
    delivered = event(
        timestamp="2026-03-12T14:10:00", location=at("DENVER-USA"), statusCode="delivered", description="Delivered"
    )
    assert scans(answer(delivered, event())) == (
        ScanRow(
            0,
            datetime(2026, 3, 10, 8, 5, tzinfo=UTC),
            "transit",
            description="Shipment picked up",
            location="SHENZHEN-CHINA",
        ),
        ScanRow(
            1,
            datetime(2026, 3, 12, 20, 10, tzinfo=UTC),
            "delivered",
            description="Delivered",
            location="DENVER-USA",
        ),
    )


@pytest.mark.parametrize(
    ("changes", "instant"),
    [
        ({"timestamp": "2026-03-10T16:05:00.331986369+01:00"}, datetime(2026, 3, 10, 15, 5, 0, 331986, tzinfo=UTC)),
        ({"timestamp": "2026-03-10T16:05:00Z"}, datetime(2026, 3, 10, 16, 5, tzinfo=UTC)),
        ({"location": at("SHENZHEN-CHINA, PEOPLES REPUBLIC")}, datetime(2026, 3, 10, 8, 5, tzinfo=UTC)),
        ({"location": at("Germany")}, datetime(2026, 3, 10, 15, 5, tzinfo=UTC)),
        ({"location": at("MILTON KEYNES-UK")}, datetime(2026, 3, 10, 16, 5, tzinfo=UTC)),
        ({"location": at("Bonn", countryCode="DE")}, datetime(2026, 3, 10, 15, 5, tzinfo=UTC)),
        ({"location": at("Tulsa, OK, US")}, datetime(2026, 3, 10, 21, 5, tzinfo=UTC)),
        ({"location": at("Tulsa, OK")}, datetime(2026, 3, 10, 21, 5, tzinfo=UTC)),
        ({"location": at("Fontana, CA")}, datetime(2026, 3, 10, 23, 5, tzinfo=UTC)),
        ({"location": at("Fontana, CA", countryCode="US")}, datetime(2026, 3, 10, 23, 5, tzinfo=UTC)),
        ({"location": at("Somewhere", countryCode="US", postalCode="10001")}, datetime(2026, 3, 10, 20, 5, tzinfo=UTC)),
        # A town that is not in the table takes the zone of the destination, which lies in the same country.
        ({"location": at("SMALLVILLE-USA")}, datetime(2026, 3, 10, 22, 5, tzinfo=UTC)),
        # No place: the older event's, here the origin.
        ({"location": "absent"}, datetime(2026, 3, 10, 8, 5, tzinfo=UTC)),
        ({"location": {"name": "Hub"}}, datetime(2026, 3, 10, 8, 5, tzinfo=UTC)),
        ({"location": at("NOWSOSIBIRSK", countryCode="RU")}, None),
        ({"timestamp": "2026-03-10"}, None),
        ({"timestamp": "absent"}, None),
    ],
)
def test_instant_is_reported_by_offset_or_place(changes: dict[str, Any], instant: datetime | None) -> None:
    assert scans(answer(event(**changes)))[0].at == instant


def test_delivery_without_place_takes_the_zone_of_the_destination() -> None:
    delivered = event(timestamp="2026-03-12T14:10:00", location="absent", statusCode="delivered")
    assert scans(answer(delivered, event()))[1].at == datetime(2026, 3, 12, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"statusCode": "pre-transit", "description": "Shipment information received"}, "pre-transit"),
        ({"statusCode": "pre-transit", "status": "DELIVERED"}, "pre-transit"),
        ({"description": "Shipment information received"}, "transit/data-only"),
        ({"description": "absent", "status": "Electronic notification received"}, "transit/data-only"),
        (
            {"description": "", "remark": "The instruction data for this shipment have been provided"},
            "transit/data-only",
        ),
        ({"statusCode": "Delivered"}, "delivered"),
        ({"statusCode": "failure"}, "failure"),
        ({"statusCode": "unknown"}, "unknown"),
        ({"statusCode": "brand-new-word"}, "brand-new-word"),
    ],
)
def test_code_is_the_status_code_made_finer_by_the_text(changes: dict[str, Any], code: str) -> None:
    assert scans(answer(event(**changes)))[0].code == code


def test_delivery_of_a_returned_parcel_is_distinguished() -> None:
    delivered = event(timestamp="2026-03-12T14:10:00", statusCode="delivered")
    assert [each.code for each in scans(answer(delivered, event(), returnFlag=True))] == [
        "transit",
        "delivered/returned",
    ]


def test_newer_status_of_the_shipment_is_an_event() -> None:
    status = event(timestamp="2026-03-12T14:10:00", location=at("DENVER-USA"), statusCode="delivered")
    assert [each.code for each in scans(answer(event(), status=status))] == ["transit", "delivered"]


def test_status_that_repeats_the_newest_event_is_not_counted_twice() -> None:
    assert len(scans(answer(event(), status=event()))) == 1


def test_shipment_with_a_status_and_no_events_has_that_one() -> None:
    assert [each.code for each in scans(answer(events="absent", status=event(statusCode="pre-transit")))] == [
        "pre-transit"
    ]


def test_shipment_under_another_divisions_number_answers_for_the_one_asked() -> None:
    assert len(scans(answer(event(), id="00340434999900000015"))) == 1


def test_number_may_be_a_number() -> None:
    document = answer(event(), id=9000000015)
    document["shipments"].append({"id": "7777777777", "events": [event(), event()]})
    assert len(scans(document)) == 1


def test_express_answer_is_read_by_its_type_codes() -> None:
    pick_up = {
        "date": "2026-03-10",
        "time": "16:05:00",
        "GMTOffset": "+08:00",
        "typeCode": "PU",
        "description": "Shipment picked up",
        "serviceArea": [{"code": "SZX", "description": "SHENZHEN-CN"}],
    }
    delivered = {
        "date": "2026-03-12",
        "time": "14:10:00",
        "typeCode": "OK",
        "serviceArea": [{"description": "DENVER-US"}],
    }
    document = {"shipments": [{"shipmentTrackingNumber": NUMBER, "status": "Success", "events": [pick_up, delivered]}]}
    assert [(each.code, each.at) for each in scans(document)] == [
        ("PU", datetime(2026, 3, 10, 8, 5, tzinfo=UTC)),
        ("OK", datetime(2026, 3, 12, 20, 10, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    "problem", [NOT_FOUND, {"title": "No result found", "status": "404", "detail": "No data found"}]
)
def test_problem_of_nothing_found_is_an_unknown_number(problem: object) -> None:
    assert one(problem).outcome == "unknown"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (None, "the answer is null"),
        ({}, "shipments is missing"),
        ({"shipments": None}, "shipments is null"),
        ({"shipments": []}, "shipments is empty"),
        ({"shipments": ["9000000015"]}, "shipments[0] is text"),
        (answer(events="absent"), "shipments[0].events is missing"),
        (answer(events=[]), "shipments[0].events is missing"),
        (answer(events=None), "events is null"),
        (answer(event(statusCode=["transit"])), "statusCode is a list"),
        (answer(event(statusCode=None)), "events[0].statusCode is missing"),
        (answer(event(statusCode="absent")), "events[0].statusCode is missing"),
        (answer(event(location="DENVER")), "location is text"),
        ({"title": "Unauthorized", "status": 401}, "shipments is missing (Unauthorized)"),
    ],
)
def test_unexpected_shapes_are_unanswered_and_name_the_field(document: object, field: str) -> None:
    found = one(document)
    assert found.outcome == "unanswered"
    assert found.why.startswith("DHL's answer cannot be read: ")
    assert field in found.why


def track(numbers: list[str], clocks: Clocks) -> list[Answer]:
    return list(dhl.track(numbers, ENDPOINT, RetryPolicy(), clocks))


def test_key_and_number_are_sent(web: responses.RequestsMock, clocks: Clocks) -> None:
    web.get(SHIPMENTS, json=answer(event()))
    assert track([NUMBER], clocks)[0].outcome == "known"
    assert web.calls[0].request.headers["DHL-API-Key"] == "key"
    assert web.calls[0].request.params == {"trackingNumber": NUMBER, "language": "en", "limit": "5"}  # type: ignore[attr-defined]


def test_further_pages_are_fetched_from_our_own_host(web: responses.RequestsMock, clocks: Clocks) -> None:
    page = {"shipments": answer(event())["shipments"] * 5, "nextUrl": "https://elsewhere.example/?offset=5"}
    last = answer(event(timestamp="2026-03-11T09:00:00", statusCode="failure"))
    web.get(SHIPMENTS, json=page)
    web.get(SHIPMENTS, json=last)
    (found,) = track([NUMBER], clocks)
    assert len(found.scans) == 6
    assert web.calls[1].request.params["offset"] == "5"  # type: ignore[attr-defined]


def test_failure_of_a_further_page_leaves_the_number_unanswered(web: responses.RequestsMock, clocks: Clocks) -> None:
    page = {"shipments": answer(event())["shipments"] * 5, "nextUrl": "https://dhl.example/?offset=5"}
    web.get(SHIPMENTS, json=page)
    web.get(SHIPMENTS, status=400, json={"title": "Bad request", "status": 400})
    assert track([NUMBER], clocks)[0].outcome == "unanswered"


def test_not_found_is_unknown_with_dhls_words(web: responses.RequestsMock, clocks: Clocks) -> None:
    web.get(SHIPMENTS, status=404, json=NOT_FOUND, content_type="application/problem+json")
    (found,) = track([NUMBER], clocks)
    assert found.outcome == "unknown"
    assert found.why.startswith("No result found")


@pytest.mark.parametrize("body", ["<html>404 Not Found</html>", "", '{"message": "no Route matched"}', "null"])
def test_not_found_of_a_gateway_is_no_answer(body: str, web: responses.RequestsMock, clocks: Clocks) -> None:
    web.get(SHIPMENTS, status=404, body=body)
    (found,) = track([NUMBER], clocks)
    assert found.outcome == "unanswered"
    assert found.why.startswith("DHL answered 404")


def test_refused_key_is_tried_once(web: responses.RequestsMock, clocks: Clocks) -> None:
    web.get(SHIPMENTS, status=401, json={"title": "Unauthorized", "status": 401, "detail": "Unauthorized"})
    found = track(["1", "2", "3"], clocks)
    assert len(web.calls) == 1
    assert {each.outcome for each in found} == {"unanswered"}
    assert found[0].why == "DHL refused the credentials (401 Unauthorized)"


def test_key_refused_in_between_does_not_end_the_asking(web: responses.RequestsMock, clocks: Clocks) -> None:
    web.get(SHIPMENTS, json=answer(event()))
    web.get(SHIPMENTS, status=401, json={"title": "Unauthorized", "status": 401})
    web.get(SHIPMENTS, json=answer(event()))
    assert [each.outcome for each in track(["1", "2", "3"], clocks)] == ["known", "unanswered", "known"]


def test_a_404_about_a_path_says_nothing_about_the_number() -> None:
    problem = {"title": "Not Found", "status": 404, "detail": "The requested resource does not exist."}
    (found,) = dhl.read_replies([Reply(404, problem, "Not Found")], ["9000000015"])
    assert found.outcome == "unanswered"
