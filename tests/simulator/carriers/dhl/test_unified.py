"""DHL's unified tracking interface: requests, answers byte for byte, refusals."""

import json
from pathlib import Path
from typing import Any

import pytest
from sample_parcels import BERLIN, DENVER, SHENZHEN, MakeView, at

from simulator.carriers.common.carrier import Call, Refusal
from simulator.carriers.dhl import CARRIER
from simulator.carriers.dhl.events import CODES
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

GOLDEN = Path(__file__).parent / "golden"
NUMBER = "9000000015"
PAKET = "00340434999900000015"
HOST = "api-eu.dhl.com"
KEY = {"dhl-api-key": "demo"}


LABEL = ScanEvent(at(9, 3), Kind.LABEL_CREATED, SHENZHEN)
PICKUP = ScanEvent(at(10, 8, 5), Kind.PICKED_UP, SHENZHEN)
PROCESSED = ScanEvent(at(10, 11, 22), Kind.IN_TRANSIT, SHENZHEN)
OUT = ScanEvent(at(12, 14, 31), Kind.OUT_FOR_DELIVERY, DENVER)
DELIVERED = ScanEvent(at(12, 20, 10), Kind.DELIVERED, DENVER)
BACK = ScanEvent(at(18, 8), Kind.RETURNED, SHENZHEN)


def parcel(*events: ScanEvent, number: str = NUMBER, service: str = "", api: str = "") -> Parcel:
    return Parcel("dhl", number, events, SHENZHEN, DENVER, service, api)


def ask(view: Any, number: str = NUMBER, **query: str) -> Response:  # noqa: ANN401 (a StubView)
    pairs = (("trackingNumber", number), *query.items())
    answer = view.ask(Request("GET", HOST, "/track/shipments", pairs, KEY))
    assert isinstance(answer, Response)
    return answer


def body(answer: Response) -> Any:  # noqa: ANN401 (any JSON)
    return json.loads(answer.body)


def shipment(view: Any, number: str = NUMBER) -> dict[str, Any]:  # noqa: ANN401 (a StubView)
    (found,) = body(ask(view, number))["shipments"]
    assert isinstance(found, dict)
    return found


# ── answers ──


def test_an_express_parcel(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, (parcel(LABEL, PICKUP, PROCESSED, OUT, DELIVERED),)))
    assert answer.status == 200
    assert body(answer) == json.loads((GOLDEN / "dhl_unified_express.json").read_text())


def test_a_parcel_of_the_german_division(make_view: MakeView) -> None:
    events = (ScanEvent(at(9, 3), Kind.LABEL_CREATED), ScanEvent(at(10, 8, 5), Kind.ACCEPTED, BERLIN))
    answer = ask(make_view(CARRIER, (Parcel("dhl", PAKET, events, BERLIN, DENVER),)), PAKET)
    assert body(answer) == json.loads((GOLDEN / "dhl_unified_parcel_de.json").read_text())


def test_answers_name_their_language_and_context(make_view: MakeView) -> None:
    headers = dict(ask(make_view(CARRIER, (parcel(LABEL),)), language="de").headers)
    assert headers["content-type"] == "application/json"
    assert headers["content-language"] == "en"
    assert headers["link"] == (
        '<https://api-eu.dhl.com/track/context>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    )


def test_events_are_newest_first_by_instant_and_local_without_offset(make_view: MakeView) -> None:
    # Shenzhen is eight hours ahead: the pickup reads later than the scan in Denver that follows it.
    soon = ScanEvent(at(10, 9), Kind.ARRIVED, DENVER)
    rendered = shipment(make_view(CARRIER, (parcel(PICKUP, soon),)))
    assert [event["timestamp"] for event in rendered["events"]] == ["2026-03-10T03:00:00", "2026-03-10T16:05:00"]


def test_an_event_without_a_place_has_no_location_and_is_in_utc(make_view: MakeView) -> None:
    (rendered,) = shipment(make_view(CARRIER, (parcel(ScanEvent(at(10, 9), Kind.IN_TRANSIT)),)))["events"]
    assert rendered == {"timestamp": "2026-03-10T09:00:00", "statusCode": "transit", "description": "Processed at"}


def test_a_label_is_pre_transit(make_view: MakeView) -> None:
    rendered = shipment(make_view(CARRIER, (parcel(LABEL),)))
    assert rendered["status"]["statusCode"] == rendered["events"][0]["statusCode"] == "pre-transit"
    assert rendered["events"][0]["description"] == "Shipment information received"


def test_a_bare_record_is_pre_transit_without_events(make_view: MakeView) -> None:
    rendered = shipment(make_view(CARRIER, (Parcel("dhl", NUMBER, (), SHENZHEN, DENVER, registered=at(9, 3)),)))
    assert (rendered["status"]["statusCode"], rendered["events"]) == ("pre-transit", [])


def test_express_events_have_a_description_and_no_status(make_view: MakeView) -> None:
    rendered = shipment(make_view(CARRIER, (parcel(PICKUP, DELIVERED),)))
    assert all("status" not in event and event["description"] for event in rendered["events"])


@pytest.mark.parametrize(
    ("number", "service", "status"),
    [(PAKET, "parcel-de", "Delivered"), ("GM2951173225174494", "ecommerce", "DELIVERED")],
)
def test_other_divisions_fill_the_status_in_their_own_ways(
    make_view: MakeView, number: str, service: str, status: str
) -> None:
    rendered = shipment(make_view(CARRIER, (parcel(DELIVERED, number=number),)), number)
    assert (rendered["service"], rendered["events"][0]["status"], rendered["status"]["status"]) == (
        service,
        status,
        status,
    )


def test_the_service_of_a_parcel_wins_over_the_form_of_its_number(make_view: MakeView) -> None:
    assert shipment(make_view(CARRIER, (parcel(PICKUP, service="parcel-uk"),)))["service"] == "parcel-uk"


def test_a_product_name_is_that_of_the_parcel(make_view: MakeView) -> None:
    rendered = shipment(make_view(CARRIER, (parcel(PICKUP, service="Express 12:00"),)))
    assert (rendered["service"], rendered["details"]["product"]) == ("express", {"productName": "Express 12:00"})


@pytest.mark.parametrize(
    ("events", "flagged"),
    [
        ((PICKUP, DELIVERED), False),
        ((PICKUP, BACK), True),
        ((PICKUP, ScanEvent(at(13, 8), code="RT"), ScanEvent(at(18, 8), code="OK")), True),
        ((PICKUP, ScanEvent(at(13, 8), Kind.RETURNING)), False),
        ((PICKUP, ScanEvent(at(18, 8), code="delivered/returned")), True),
    ],
)
def test_a_delivery_back_to_the_sender_is_flagged(
    make_view: MakeView, events: tuple[ScanEvent, ...], *, flagged: bool
) -> None:
    rendered = shipment(make_view(CARRIER, (parcel(*events),)))
    assert rendered.get("returnFlag") == (True if flagged else None)
    assert (rendered["status"]["statusCode"] == "delivered") == (events[-1].kind is not Kind.RETURNING)


def test_an_order_that_a_fault_made_is_kept_and_the_status_stays_the_newest(make_view: MakeView) -> None:
    made = make_view(CARRIER, ())
    made.by_number[NUMBER] = [parcel(DELIVERED, LABEL)]
    rendered = shipment(made)
    assert [event["statusCode"] for event in rendered["events"]] == ["pre-transit", "delivered"]
    assert rendered["status"]["statusCode"] == "delivered"


# ── finding ──


@pytest.mark.parametrize("api", ["", "unified", "mydhl"])
def test_an_express_parcel_is_found_whatever_interface_its_story_names(make_view: MakeView, api: str) -> None:
    assert shipment(make_view(CARRIER, (parcel(PICKUP, api=api),)))["id"] == NUMBER


@pytest.mark.parametrize("number", ["90 0000 0015", "JD014600009000000015", "jd014600009000000015"])
def test_a_parcel_is_found_by_waybill_with_blanks_and_by_piece_id(make_view: MakeView, number: str) -> None:
    assert shipment(make_view(CARRIER, (parcel(PICKUP),)), number)["id"] == NUMBER


def test_a_parcel_whose_own_number_is_a_piece_id_is_found(make_view: MakeView) -> None:
    number = "JD014600009000000015"
    assert shipment(make_view(CARRIER, (parcel(PICKUP, number=number),)), number)["details"]["pieceIds"] == [number]


def test_the_service_hint_chooses_the_division(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(PICKUP), parcel(DELIVERED, service="parcel-nl")))
    unasked = body(ask(made))
    assert [rendered["service"] for rendered in unasked["shipments"]] == ["express"]
    assert unasked["possibleAdditionalShipmentsUrl"] == [f"/shipments?trackingNumber={NUMBER}&service=parcel-nl"]
    assert [rendered["service"] for rendered in body(ask(made, service="parcel-nl"))["shipments"]] == ["parcel-nl"]
    assert ask(made, service="freight").status == 404


def test_a_recycled_number_has_several_shipments(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(PICKUP), parcel(DELIVERED)))
    assert [len(rendered["events"]) for rendered in body(ask(made))["shipments"]] == [1, 1]
    assert "nextUrl" not in body(ask(made))


def test_a_long_result_has_pages(make_view: MakeView) -> None:
    made = make_view(CARRIER, [parcel(PICKUP) for _ in range(7)])
    first, second = body(ask(made)), body(ask(made, offset="5", limit="5"))
    base = f"/shipments?trackingNumber={NUMBER}"
    assert (len(first["shipments"]), len(second["shipments"])) == (5, 2)
    assert first["nextUrl"] == first["lastUrl"] == second["url"] == f"{base}&offset=5&limit=5"
    assert second["prevUrl"] == first["url"] == first["firstUrl"] == f"{base}&offset=0&limit=5"
    assert ("prevUrl" in first, "nextUrl" in second) == (False, False)


def test_a_page_between_others_links_to_all_of_them(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(DELIVERED), parcel(PICKUP), parcel(LABEL)))
    answer = ask(made, service="express", offset="1", limit="1")
    assert body(answer) == json.loads((GOLDEN / "dhl_unified_page_of_three.json").read_text())


def test_one_shipment_that_is_not_the_first_links_back(make_view: MakeView) -> None:
    rendered = body(ask(make_view(CARRIER, (parcel(PICKUP), parcel(DELIVERED))), offset="1"))
    assert (len(rendered["shipments"]), "nextUrl" in rendered) == (1, False)
    assert rendered["prevUrl"] == f"/shipments?trackingNumber={NUMBER}&offset=0&limit=5"


def test_a_page_beyond_the_last_is_empty(make_view: MakeView) -> None:
    assert body(ask(make_view(CARRIER, (parcel(PICKUP),)), offset="5"))["shipments"] == []


def test_links_repeat_the_question(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(PICKUP), parcel(DELIVERED), parcel(PICKUP, service="parcel-nl")))
    rendered = body(ask(made, "90 00000015", language="de", originCountryCode="CN", limit="1"))
    url = "/shipments?trackingNumber=90%2000000015&language=de&originCountryCode=CN"
    assert rendered["nextUrl"] == f"{url}&offset=1&limit=1"
    assert rendered["possibleAdditionalShipmentsUrl"] == [f"{url}&service=parcel-nl"]


def test_the_origin_qualifies_a_number(make_view: MakeView) -> None:
    elsewhere = Parcel("dhl", NUMBER, (DELIVERED,), BERLIN, DENVER)
    made = make_view(CARRIER, (parcel(PICKUP), elsewhere))
    assert [len(body(ask(made, originCountryCode=code))["shipments"]) for code in ("CN", "de")] == [1, 1]
    assert body(ask(made, originCountryCode="de"))["shipments"][0]["status"]["statusCode"] == "delivered"
    assert ask(made, originCountryCode="FR").status == 404


def test_dsc_finds_nothing_without_the_origin(make_view: MakeView) -> None:
    made = make_view(CARRIER, (parcel(PICKUP, service="dsc"),))
    assert ask(made).status == ask(made, service="dsc").status == 404
    assert body(ask(made, service="dsc", originCountryCode="CN"))["shipments"][0]["service"] == "dsc"
    assert body(ask(made, originCountryCode="CN"))["shipments"][0]["service"] == "dsc"


@pytest.mark.parametrize(
    "wish", [{"language": "de"}, {"language": "tlh"}, {"requesterCountryCode": "FR"}, {"recipientPostalCode": "80202"}]
)
def test_preferences_have_no_effect(make_view: MakeView, wish: dict[str, str]) -> None:
    made = make_view(CARRIER, (parcel(PICKUP),))
    assert ask(made, **wish).body == ask(made).body


# ── errors ──


def test_an_unknown_number_is_a_problem_document(make_view: MakeView) -> None:
    answer = ask(make_view(CARRIER, ()))
    assert (answer.status, dict(answer.headers)["content-type"]) == (404, "application/problem+json")
    assert body(answer) == {
        "title": "No result found",
        "status": 404,
        "detail": "No shipment with given tracking number found.",
    }


@pytest.mark.parametrize(
    ("number", "query"),
    [
        ("", {}),
        (" ", {}),
        (NUMBER, {"service": "snail"}),
        (NUMBER, {"requesterCountryCode": "Germany"}),
        (NUMBER, {"originCountryCode": "D"}),
        (NUMBER, {"offset": "-1"}),
        (NUMBER, {"limit": "0"}),
        (NUMBER, {"limit": "many"}),
        (NUMBER, {"offset": "9" * 5000}),
    ],
)
def test_bad_parameters_are_refused(make_view: MakeView, number: str, query: dict[str, str]) -> None:
    answer = ask(make_view(CARRIER, (parcel(PICKUP),)), number, **query)
    assert (answer.status, dict(answer.headers)["content-type"]) == (400, "application/problem+json")


def test_a_wrong_path_and_a_wrong_method(make_view: MakeView) -> None:
    made = make_view(CARRIER, ())
    assert body(made.ask(Request("GET", HOST, "/track/shipment")))["status"] == 404
    assert body(made.ask(Request("POST", HOST, "/track/shipments")))["status"] == 405


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (CARRIER.refusals.unauthorized, 401),
        (CARRIER.refusals.forbidden, 403),
        (CARRIER.refusals.server_error, 500),
        (CARRIER.refusals.unavailable, 503),
    ],
)
def test_refusals(make_view: MakeView, refusal: Refusal, status: int) -> None:
    answer = refusal(Request("GET", HOST, "/track/shipments"), make_view(CARRIER, ()))
    assert answer.status == body(answer)["status"] == status


@pytest.mark.parametrize(("seconds", "expected"), [(None, None), (10, "10")])
def test_a_rate_limit_has_retry_after_only_if_a_fault_adds_it(
    make_view: MakeView, seconds: int | None, expected: str | None
) -> None:
    answer = CARRIER.refusals.rate_limited(Request("GET", HOST, "/track/shipments"), make_view(CARRIER, ()), seconds)
    assert (answer.status, body(answer)["title"]) == (429, "Too Many Requests")
    assert dict(answer.headers).get("retry-after") == expected


# ── for the core: numbers and clients ──


@pytest.mark.parametrize(("query", "expected"), [((("trackingNumber", NUMBER),), (NUMBER,)), ((), ())])
def test_the_number_of_a_call(
    query: tuple[tuple[str, str], ...], expected: tuple[str, ...], make_view: MakeView
) -> None:
    operation = next(operation for operation in CARRIER.operations if operation.name == "track")
    call = Call(Request("GET", HOST, "/track/shipments", query), {})
    assert operation.numbers(call, make_view(CARRIER, ())) == expected


# ── codes ──


@pytest.mark.parametrize("code", list(CODES.by_code))
def test_every_code_reaches_the_wire(make_view: MakeView, code: str) -> None:
    (rendered,) = shipment(make_view(CARRIER, (parcel(ScanEvent(at(10, 9), code=code, place=DENVER)),)))["events"]
    assert rendered["statusCode"] == CODES.by_code[code].status
    assert rendered["description"].startswith(CODES.by_code[code].text.strip())


def test_transit_can_have_a_text_about_data_only(make_view: MakeView) -> None:
    (rendered,) = shipment(make_view(CARRIER, (parcel(ScanEvent(at(10, 9), code="transit/data-only")),)))["events"]
    assert (rendered["statusCode"], "electronically" in rendered["description"]) == ("transit", True)


@pytest.mark.parametrize(("code", "status"), [("ZQ", "unknown"), ("pending", "pending")])
def test_an_unlisted_code_reaches_the_wire(make_view: MakeView, code: str, status: str) -> None:
    (rendered,) = shipment(make_view(CARRIER, (parcel(ScanEvent(at(10, 9), code=code)),)))["events"]
    assert (rendered["statusCode"], rendered["description"]) == (status, code)
