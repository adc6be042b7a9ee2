"""USPS's scan codes: their classes, and the rendering of every code."""

import json
from datetime import UTC, datetime

import pytest
from sample_parcels import TULSA, MakeView

from simulator.carriers.usps import CARRIER
from simulator.carriers.usps.events import CODES, code_of_text
from simulator.errors import UnknownKindError
from simulator.exchange import Request
from simulator.parcel import Kind, Parcel, ScanEvent

AT = datetime(2026, 3, 2, 21, 5, 37, tzinfo=UTC)
NUMBER = "9205590000000100000018"


@pytest.mark.parametrize(
    ("code", "physical"),
    [
        ("GX", "no"), ("MA", "no"), ("89", "no"), ("GC", "no"), ("NP", "no"), ("70", "no"), ("46", "no"), ("74", "no"),
        ("80", "partner"), ("81", "partner"), ("82", "partner"), ("83", "partner"), ("60", "partner"),
        ("87", "partner"),
        ("TM", "inferred"), ("TL", "inferred"), ("NT", "inferred"), ("A1", "grey"), ("T1", "grey"), ("EF", "grey"),
        ("57", "grey"), ("03", "yes"), ("OA", "yes"), ("AD", "yes"), ("UA", "yes"), ("43", "yes"), ("10", "yes"),
        ("07", "yes"), ("OF", "yes"), ("SF", "yes"), ("01", "yes"), ("02", "yes"), ("56", "yes"), ("09", "yes"),
        ("29", "yes"), ("AR", "yes"), ("A0", "foreign"), ("B0", "foreign"), ("CI", "foreign"), ("H0", "foreign"),
    ],
)  # fmt: skip
def test_the_class_of_a_code(code: str, physical: str) -> None:
    assert CODES.by_code[code].physical == physical


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.LABEL_CREATED, "GX"), (Kind.MANIFESTED, "MA"), (Kind.PARTNER_RECEIVED, "81"), (Kind.PICKED_UP, "43"),
        (Kind.ACCEPTED, "03"), (Kind.ARRIVED, "10"), (Kind.INFERRED_TRANSIT, "TL"), (Kind.AT_DELIVERY_OFFICE, "07"),
        (Kind.OUT_FOR_DELIVERY, "OF"), (Kind.DELIVERED, "01"),
    ],
)  # fmt: skip
def test_a_journey_uses_these_codes(kind: Kind, code: str) -> None:
    assert CODES.of_kind(kind).event_code == code


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.VOIDED])
def test_every_kind_of_event_but_a_void_has_a_code(kind: Kind) -> None:
    assert CODES.of_kind(kind).kind is kind


def test_usps_has_no_event_for_a_voided_label() -> None:
    with pytest.raises(UnknownKindError, match="usps has no event for 'voided'"):
        CODES.of_kind(Kind.VOIDED)


def test_a_return_has_the_code_of_a_delivery_and_another_text() -> None:
    returned = CODES.of_kind(Kind.RETURNED)
    assert (returned.event_code, returned.text) == ("01", "Delivered, To Original Sender")


def test_a_code_in_no_table_is_rendered_as_written() -> None:
    assert code_of_text("Z9").event_code == "Z9"


def test_keys_are_unique() -> None:
    assert len(CODES.by_code) == len(CODES.all)


@pytest.mark.parametrize("key", list(CODES.by_code))
def test_every_code_can_be_put_on_the_wire(key: str, make_view: MakeView) -> None:
    parcel = Parcel("usps", NUMBER, (ScanEvent(AT, code=key, place=TULSA),), TULSA, TULSA)
    usps = make_view(CARRIER, [parcel])
    headers = {"authorization": f"Bearer {usps.issue_token(60)}"}
    query = (("expand", "DETAIL"),)
    answer = usps.ask(Request("GET", CARRIER.hosts[0], f"/tracking/v3/tracking/{NUMBER}", query, headers))
    details = json.loads(answer.body)
    (event,) = details["trackingEvents"]
    assert event["eventCode"] == key[:2]
    assert details["status"] == event["eventType"] != ""
    assert event["eventTimestamp"] in {"2026-03-02T15:05:00", "2026-03-02T00:00:00"}
    assert event.get("GMTTimestamp", "2026-03-02T21:05:37Z") == "2026-03-02T21:05:37Z"
    assert event["eventCity"] in {"TULSA", "TULSA OK DISTRIBUTION CENTER", None}
