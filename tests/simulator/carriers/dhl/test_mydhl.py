"""MyDHL: requests, answers byte for byte, refusals."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from sample_parcels import DENVER, SHENZHEN, MakeView, at

from simulator import places
from simulator.carriers.common.carrier import Call
from simulator.carriers.dhl import CARRIER
from simulator.carriers.dhl.events import CODES
from simulator.carriers.dhl.mydhl import OPERATIONS
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

GOLDEN = Path(__file__).parent / "golden"
NUMBER = "9000000015"
OTHER = "1234567891"
HOST = "express.api.dhl.com"
BASIC = {"authorization": "Basic " + b64encode(b"demo:demo").decode()}


LABEL = ScanEvent(at(9, 3), Kind.LABEL_CREATED, SHENZHEN)
PICKUP = ScanEvent(at(10, 8, 5), Kind.PICKED_UP, SHENZHEN)
DEPARTED = ScanEvent(at(10, 11, 22), Kind.DEPARTED, SHENZHEN)
DELIVERED = ScanEvent(at(12, 20, 10), Kind.DELIVERED, DENVER)


def parcel(*events: ScanEvent, number: str = NUMBER, service: str = "", api: str = "") -> Parcel:
    return Parcel("dhl", number, events, SHENZHEN, DENVER, service, api)


def ask(view: Any, number: str = NUMBER, **query: str) -> Response:  # noqa: ANN401 (a StubView)
    path = f"/mydhlapi/shipments/{number}/tracking"
    answer = view.ask(Request("GET", HOST, path, tuple(query.items()), BASIC))
    assert isinstance(answer, Response)
    return answer


def ask_several(view: Any, *query: tuple[str, str]) -> Response:  # noqa: ANN401 (a StubView)
    answer = view.ask(Request("GET", HOST, "/mydhlapi/tracking", query, BASIC))
    assert isinstance(answer, Response)
    return answer


def body(answer: Response) -> Any:  # noqa: ANN401 (any JSON)
    return json.loads(answer.body)


def events(answer: Response) -> list[dict[str, Any]]:
    (rendered,) = body(answer)["shipments"]
    assert isinstance(rendered["events"], list)
    return rendered["events"]


def waybills(answer: Response) -> list[str]:
    return [rendered["shipmentTrackingNumber"] for rendered in body(answer)["shipments"]]


# ── answers ──


def test_a_delivered_parcel_with_offsets(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(LABEL, PICKUP, DEPARTED, DELIVERED),))
    answer = ask(made, requestGMTOffsetPerEvent="true")
    assert answer.status == 200
    assert body(answer) == json.loads((GOLDEN / "dhl_mydhl.json").read_text())


def test_events_are_oldest_first_and_without_offset_unless_requested(make_view: MakeView) -> None:
    rendered = events(ask(make_view(CARRIER, (parcel(PICKUP, DELIVERED),))))
    assert [(event["date"], event["time"]) for event in rendered] == [
        ("2026-03-10", "16:05:00"),
        ("2026-03-12", "14:10:00"),
    ]
    assert all("GMTOffset" not in event for event in rendered)


def test_the_call_for_several_has_no_offsets(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(PICKUP),))
    query = (("shipmentTrackingNumber", NUMBER), ("requestGMTOffsetPerEvent", "true"))
    assert "GMTOffset" not in events(ask_several(made, *query))[0]


def test_the_status_is_that_of_the_query(make_view: MakeView) -> None:
    assert body(ask(make_view(CARRIER, (parcel(LABEL),))))["shipments"][0]["status"] == "Success"


def test_a_label_is_rendered_as_dummy_pu(make_view: MakeView) -> None:
    (rendered,) = events(ask(make_view(CARRIER, (parcel(LABEL),))))
    assert (rendered["typeCode"], rendered["description"]) == ("DUMMY_PU", "Shipment information received")


def test_an_event_without_a_place_has_no_service_area_and_is_in_utc(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(ScanEvent(at(10, 9), Kind.ARRIVED)),))
    assert events(ask(made, requestGMTOffsetPerEvent="true")) == [
        {
            "date": "2026-03-10",
            "time": "09:00:00",
            "GMTOffset": "+00:00",
            "typeCode": "AF",
            "description": "Arrived at DHL Sort Facility",
            "serviceArea": [],
        }
    ]


def test_a_place_of_no_known_service_area_has_the_letters_of_its_name(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(ScanEvent(at(10, 9), Kind.ARRIVED, places.place("Des Moines, IA, US"))),))
    assert events(ask(made))[0]["serviceArea"] == [{"code": "DES", "description": "DES MOINES-US"}]


@pytest.mark.parametrize(
    ("tracking_view", "expected"),
    [
        ("all-checkpoints", ["PU", "DF", "OK"]),
        ("all-checkpoints-with-remarks", ["PU", "DF", "OK"]),
        ("last-checkpoint", ["OK"]),
        ("shipment-details-only", []),
        ("bbx-children", ["PU", "DF", "OK"]),
    ],
)
def test_a_view_can_hide_the_history(make_view: MakeView, tracking_view: str, expected: list[str]) -> None:
    rendered = events(ask(make_view(CARRIER, (parcel(PICKUP, DEPARTED, DELIVERED),)), trackingView=tracking_view))
    assert [event["typeCode"] for event in rendered] == expected


def test_remarks_are_only_in_their_view(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(DEPARTED),))
    (remarked,) = events(ask(made, trackingView="all-checkpoints-with-remarks"))
    assert remarked["remarks"][0]["value"] == "The shipment is on its way to the destination."
    assert "remarks" not in events(ask(made))[0]


@pytest.mark.parametrize(("level", "own", "of_pieces"), [("shipment", 1, None), ("piece", 0, 1), ("all", 1, 1)])
def test_the_level_of_detail_says_where_the_events_are(
    make_view: MakeView, level: str, own: int, of_pieces: int | None
) -> None:
    (rendered,) = body(ask(make_view(CARRIER, (parcel(PICKUP),)), levelOfDetail=level))["shipments"]
    pieces = rendered.get("pieces")
    assert len(rendered["events"]) == own
    assert (len(pieces[0]["events"]) if pieces else None) == of_pieces
    assert not pieces or pieces[0]["trackingNumber"] == "JD014600009000000015"


def test_a_bare_record_has_no_events(make_view: MakeView) -> None:
    bare = Parcel("dhl", NUMBER, (), SHENZHEN, DENVER, registered=at(9, 3))
    (rendered,) = body(ask(make_view(CARRIER, (bare,))))["shipments"]
    assert (rendered["shipmentTimestamp"], rendered["events"]) == ("2026-03-09T11:00:00", [])


def test_a_domestic_parcel_has_another_product(make_view: MakeView) -> None:
    domestic = Parcel("dhl", NUMBER, (PICKUP,), DENVER, DENVER)
    assert body(ask(make_view(CARRIER, (domestic,))))["shipments"][0]["productCode"] == "N"


def test_headers_name_the_call_and_echo_the_clients_reference(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(PICKUP),))
    path = f"/mydhlapi/shipments/{NUMBER}/tracking"
    headers = dict(made.ask(Request("GET", HOST, path, (), BASIC | {"message-reference": "mine"})).headers)
    assert (headers["message-reference"], headers["content-language"]) == ("mine", "eng")
    assert headers["invocation-id"]


# ── finding ──


@pytest.mark.parametrize("api", ["", "unified", "mydhl"])
def test_an_express_parcel_is_found_whatever_interface_its_story_names(make_view: MakeView, api: str) -> None:
    assert waybills(ask(make_view(CARRIER, (parcel(PICKUP, api=api),)))) == [NUMBER]


@pytest.mark.parametrize(("number", "service"), [("00340434999900000015", ""), (NUMBER, "parcel-nl")])
def test_parcels_of_other_divisions_are_unknown(make_view: MakeView, number: str, service: str) -> None:
    assert ask(make_view(CARRIER, (parcel(PICKUP, number=number, service=service),)), number).status == 404


def test_several_numbers_in_one_call_leave_out_the_unknown(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(PICKUP), parcel(PICKUP, number=OTHER)))
    query = [("shipmentTrackingNumber", number) for number in (OTHER, "5647382915", NUMBER)]
    assert waybills(ask_several(made, *query)) == [OTHER, NUMBER]


def test_several_numbers_may_be_joined_by_commas(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(PICKUP), parcel(PICKUP, number=OTHER)))
    assert waybills(ask_several(made, ("shipmentTrackingNumber", f"{NUMBER},{OTHER}"))) == [NUMBER, OTHER]


def test_a_parcel_is_found_by_its_piece_id(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(PICKUP),))
    assert waybills(ask_several(made, ("pieceTrackingNumber", "JD014600009000000015"))) == [NUMBER]


# ── errors ──


def test_an_unknown_waybill_has_its_status_as_text(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, ()), levelOfDetail="shipment")
    assert (answer.status, dict(answer.headers)["content-type"]) == (404, "application/problem+json")
    assert body(answer) == {
        "instance": "/expressapi/shipments/9000000015/tracking?levelOfDetail=shipment",
        "detail": "No data found",
        "title": "Not data found",
        "message": "Not data found",
        "status": "404",
    }


def test_a_search_by_reference_finds_nothing(make_view: MakeView) -> None:
    query = (("shipmentReference", "R1"), ("shipperAccountNumber", "300000000"))
    answer = ask_several(make_view(CARRIER, (parcel(PICKUP),)), *query)
    assert (answer.status, body(answer)["detail"]) == (404, "No Shipments Found for ReferenceID | R1")


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ((), "Missing mandatory parameters: shipmentTrackingNumber"),
        ((("shipmentReference", "R1"),), "Missing mandatory parameters: shipperAccountNumber"),
        (
            tuple(("shipmentTrackingNumber", NUMBER) for _ in range(201)),
            "Parameters not having correct format: shipmentTrackingNumber (no more than 200 values, 201 given)",
        ),
    ],
)
def test_calls_that_mydhl_refuses(make_view: MakeView, query: tuple[tuple[str, str], ...], detail: str) -> None:
    answer = ask_several(make_view(CARRIER, (parcel(PICKUP),)), *query)
    assert (answer.status, body(answer)["status"], body(answer)["detail"]) == (400, "400", detail)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        (
            "trackingView",
            (
                "last-checkpoint, all-checkpoints, all-checkpoints-with-remarks, bbx-children, advance-shipment, "
                "shipment-details-only"
            ),
        ),
        ("levelOfDetail", "shipment, piece, all"),
        ("requestGMTOffsetPerEvent", "true, false"),
    ],
)
def test_a_value_that_a_parameter_cannot_have_is_refused_with_those_it_can(
    make_view: MakeView, name: str, allowed: str
) -> None:
    answer = ask(make_view(CARRIER, (parcel(PICKUP),)), **{name: "shipment-details"})
    expected = f"Parameters not having correct format: {name} (valid parameters for {name} are [{allowed}])"
    assert (answer.status, body(answer)["detail"]) == (400, expected)


@pytest.mark.parametrize(
    "headers", [{}, {"dhl-api-key": "demo"}, {"authorization": "Basic " + b64encode(b"demo:other").decode()}]
)
def test_a_call_without_the_right_login_is_refused(make_view: MakeView, headers: dict[str, str]) -> None:
    request = Request("GET", HOST, f"/mydhlapi/shipments/{NUMBER}/tracking", (), headers)
    answer = make_view(CARRIER, (parcel(PICKUP),)).ask(request)
    assert (answer.status, body(answer)["status"]) == (401, "401")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"/mydhlapi/test/shipments/{NUMBER}/tracking", ()),
        ("/mydhlapi/test/tracking", (("shipmentTrackingNumber", NUMBER),)),
    ],
)
def test_the_test_system_answers_as_production_does(
    make_view: MakeView, path: str, query: tuple[tuple[str, str], ...]
) -> None:
    made = make_view(CARRIER, (parcel(LABEL, PICKUP),))
    requests = [Request("GET", HOST, where, query, BASIC) for where in (path, path.replace("/test", ""))]
    test_system, production = (made.ask(request) for request in requests)
    assert test_system.status == 200
    assert test_system.body == production.body


# ── for the core: numbers and clients ──


def test_the_numbers_of_a_call(make_view: MakeView) -> None:
    made = make_view(CARRIER, ())
    single, several = OPERATIONS[:2]
    request = Request("GET", HOST, "/", (("shipmentTrackingNumber", "1,2"), ("pieceTrackingNumber", "JD3"), ("x", "4")))
    assert single.numbers(Call(request, {"shipmentTrackingNumber": NUMBER}), made) == (NUMBER,)
    assert several.numbers(Call(request, {}), made) == ("1", "2", "JD3")


@pytest.mark.parametrize("code", list(CODES.by_code))
def test_every_code_reaches_the_wire(make_view: MakeView, code: str) -> None:
    (rendered,) = events(ask(make_view(CARRIER, (parcel(ScanEvent(at(10, 9), code=code, place=DENVER)),))))
    assert rendered["typeCode"] == CODES.by_code[code].type_code
    assert ("DENVER-US" in rendered["description"]) == CODES.by_code[code].with_area


def test_an_unlisted_code_reaches_the_wire(make_view: MakeView) -> None:
    (rendered,) = events(ask(make_view(CARRIER, (parcel(ScanEvent(at(10, 9), code="ZQ")),))))
    assert (rendered["typeCode"], rendered["description"]) == ("ZQ", "ZQ")


def test_refusals_that_do_not_depend_on_the_question_have_mydhls_form(make_view: MakeView) -> None:
    request = Request("GET", HOST, "/mydhlapi/tracking")
    document = body(CARRIER.refusals.unavailable(request, make_view(CARRIER, ())))
    assert (document["status"], document["instance"]) == ("503", "/expressapi/tracking")
