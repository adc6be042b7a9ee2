"""UPS Mail Innovations: parcels with its numbers have events of their own, without UTC fields and site codes."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from sample_parcels import DENVER, ONTARIO, MakeView, at

from simulator.carriers.ups import CARRIER
from simulator.carriers.ups.events import CODES, code_of_kind
from simulator.exchange import Request, Response
from simulator.parcel import Kind, Parcel, ScanEvent

GOLDEN = Path(__file__).parent / "golden"
NUMBER = "9274890000000000000010"
STORY = (
    ScanEvent(at(10, 18, 15, 22), Kind.LABEL_CREATED, ONTARIO),
    ScanEvent(at(11, 3, 35, 12), Kind.ACCEPTED, ONTARIO),
    ScanEvent(at(16, 20, 10, 5), Kind.DELIVERED, DENVER),
)


def track(make_view: MakeView, number: str, *events: ScanEvent) -> Response:
    ups = make_view(CARRIER, [Parcel("ups", number, events, ONTARIO, DENVER)])
    headers = {"authorization": f"Bearer {ups.issue_token(60)}", "transid": "1", "transactionsrc": "tests"}
    answer: Response = ups.ask(Request("GET", CARRIER.hosts[0], f"/api/track/v1/details/{number}", (), headers))
    assert answer.status == 200
    return answer


def activities(answer: Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer.body)["trackResponse"]["shipment"][0]["package"][0]["activity"]
    return found


def test_a_parcel_of_mail_innovations_byte_for_byte(make_view: MakeView) -> None:
    expected = json.loads((GOLDEN / "ups-mail-innovations.json").read_text(encoding="utf-8"))
    assert track(make_view, NUMBER, *STORY).body == orjson.dumps(expected)


@pytest.mark.parametrize(
    "number",
    [
        "9274890000000000000010",
        "9374887654399999999998",
        "92748900000001000000000019",
        "801184123456789012",
        "MI123456A1",
    ],
)
def test_the_number_alone_makes_it_mail_innovations(number: str, make_view: MakeView) -> None:
    for activity in activities(track(make_view, number, *STORY)):
        assert activity["status"]["type"] in {"VT", "IC"}
        assert not {"gmtDate", "gmtTime", "gmtOffset"} & set(activity)
        assert "slic" not in activity["location"]


@pytest.mark.parametrize("number", ["1Z999AA10390000109", "H9000000010"])
def test_other_numbers_keep_ups_s_own_events(number: str, make_view: MakeView) -> None:
    rendered = activities(track(make_view, number, *STORY))
    assert [activity["status"]["type"] for activity in rendered] == ["D", "I", "M"]
    assert all("gmtTime" in activity for activity in rendered)
    assert rendered[0]["location"]["slic"] == "8020"


def test_an_event_named_by_its_code_keeps_it_and_has_no_utc_fields(make_view: MakeView) -> None:
    (activity,) = activities(track(make_view, NUMBER, ScanEvent(at(11, 3), code="I/OR", place=ONTARIO)))
    assert activity["status"]["type"] == "I"
    assert "gmtTime" not in activity
    assert "slic" not in activity["location"]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (Kind.LABEL_CREATED, "VT/ML"), (Kind.MANIFESTED, "VT/MP"), (Kind.PARTNER_RECEIVED, "IC/MU"),
        (Kind.PICKED_UP, "VT/VS"), (Kind.ACCEPTED, "VT/ZS"), (Kind.ARRIVED, "VT/ZV"), (Kind.DEPARTED, "VT/ZU"),
        (Kind.IN_TRANSIT, "VT/ZT"), (Kind.INFERRED_TRANSIT, "VT/MY"), (Kind.CUSTOMS_ENTERED, "H6/P4"),
        (Kind.CUSTOMS_HELD, "H6/PK"), (Kind.CUSTOMS_RELEASED, "H6/P5"), (Kind.AT_DELIVERY_OFFICE, "IC/YH"),
        (Kind.OUT_FOR_DELIVERY, "IC/EL"), (Kind.ATTEMPTED, "IC/EM"), (Kind.AVAILABLE_FOR_PICKUP, "IC/1C"),
        (Kind.DELIVERED, "IC/YC"), (Kind.RETURNING, "IC/EJ"), (Kind.RETURNED, "VT/XO"), (Kind.DELAYED, "IC/EA"),
        (Kind.VOIDED, "M/VP"),
    ],
)  # fmt: skip
def test_kinds_use_mail_innovations_codes_where_there_are_any(kind: Kind, key: str) -> None:
    assert code_of_kind(kind, mail=True).code == key
    assert code_of_kind(kind, mail=False) == CODES.of_kind(kind)


@pytest.mark.parametrize("kind", [kind for kind in Kind if CODES.of_kind(kind).physical in {"yes", "no", "cancels"}])
def test_a_step_of_a_journey_has_the_same_class_in_both_code_spaces(kind: Kind) -> None:
    assert code_of_kind(kind, mail=True).physical == CODES.of_kind(kind).physical
