"""UPS's scan codes: collisions, the meaning of bare codes, and the rendering of every code."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from sample_parcels import DENVER, MakeView

from simulator.carriers.ups import CARRIER
from simulator.carriers.ups.events import CODES, code_of_text
from simulator.exchange import Request
from simulator.parcel import Kind, Parcel, ScanEvent

AT = datetime(2026, 3, 10, 18, 15, 22, tzinfo=UTC)
NUMBER = "1Z999AA10390000109"


@pytest.mark.parametrize(
    ("key", "physical"),
    [
        ("M/MP", "no"), ("M/DP", "no"), ("M/RD", "no"), ("M/VP", "cancels"), ("MV/VP", "cancels"),
        ("I/PL", "no"), ("I/SP", "no"), ("I/OC", "grey"), ("I/AG", "grey"), ("I/VP", "cancels"), ("I/CA", "cancels"),
        ("I/CD", "cancels"), ("I/CL", "cancels"), ("I/OR", "yes"), ("I/PU", "yes"), ("I/DP", "yes"), ("I/XR", "yes"),
        ("D/FS", "yes"), ("D/ML", "yes"), ("D/MP", "yes"), ("D/MY", "no"), ("D/L6", "no"), ("D/4X", "grey"),
        ("X/48", "yes"), ("X/CD", "yes"), ("X/XD", "yes"), ("X/OR", "grey"), ("X/DP", "grey"), ("X/9J", "grey"),
        ("X/UL", "no"), ("X/UD", "no"), ("X/5D", "no"), ("X/G4", "no"), ("U/UP", "no"),
        ("VT/ML", "no"), ("IC/2N", "no"), ("A4/Q0", "no"), ("H6/PF", "no"), ("VT/ZY", "grey"), ("IC/2O", "yes"),
        ("#003", "no"), ("#044", "no"), ("#079", "no"), ("#088", "no"), ("#095", "no"), ("#122", "no"), ("#166", "no"),
        ("#005", "yes"), ("#011", "yes"), ("#023", "yes"), ("#160", "yes"), ("#165", "yes"), ("#012", "grey"),
        ("#007", "cancels"),
    ],
)  # fmt: skip
def test_the_class_of_a_code_depends_on_its_type(key: str, physical: str) -> None:
    assert CODES.by_code[key].physical == physical


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (Kind.LABEL_CREATED, "M/MP"), (Kind.MANIFESTED, "M/DP"), (Kind.ACCEPTED, "I/OR"), (Kind.PICKED_UP, "I/PU"),
        (Kind.ARRIVED, "I/AR"), (Kind.DEPARTED, "I/DP"), (Kind.AT_DELIVERY_OFFICE, "I/DS"),
        (Kind.OUT_FOR_DELIVERY, "I/OT"), (Kind.ATTEMPTED, "X/48"), (Kind.DELIVERED, "D/FS"), (Kind.VOIDED, "M/VP"),
    ],
)  # fmt: skip
def test_a_journey_uses_these_codes(kind: Kind, key: str) -> None:
    assert CODES.of_kind(kind).code == key


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_event_has_a_code(kind: Kind) -> None:
    assert CODES.of_kind(kind).kind is kind


def test_an_estimated_movement_is_not_called_physical() -> None:
    assert CODES.of_kind(Kind.INFERRED_TRANSIT).logical_scan is not False


@pytest.mark.parametrize(
    ("text", "key"),
    [("DP", "I/DP"), ("ML", "D/ML"), ("48", "X/48"), ("MP", "D/MP"), ("RD", "X/RD"), ("ZS", "VT/ZS"), ("2N", "IC/2N")],
)
def test_a_bare_code_means_movement_before_delivery_before_exception_before_manifest(text: str, key: str) -> None:
    assert code_of_text(text).code == key


def test_a_full_key_is_taken_as_it_is() -> None:
    assert code_of_text("M/DP").text == "Shipment ready for UPS, manifest processed."


def test_a_number_may_be_added_to_a_key() -> None:
    code = code_of_text("I/XD#168")
    assert (code.activity_type, code.letters, code.number) == ("I", "XD", "168")
    assert code.text == "Dropped off at Retail Location by Customer"


@pytest.mark.parametrize(
    ("text", "wire"),
    [("X/Q9Q", ("X", "Q9Q", "")), ("Q9Q", ("NA", "Q9Q", "")), ("I/Q9Q#999", ("I", "Q9Q", "999"))],
)
def test_a_code_in_no_table_is_rendered_as_written(text: str, wire: tuple[str, str, str]) -> None:
    code = code_of_text(text)
    assert (code.activity_type, code.letters, code.number) == wire
    assert code.logical_scan is None


@pytest.mark.parametrize(
    ("text", "key"), [("53", "X/53"), ("EL", "IC/EL"), ("VS", "VT/VS"), ("F4", "D/F4"), ("8H", "X/8H"), ("2K", "D/2K")]
)
def test_a_bare_code_means_one_of_a_family_only_if_nothing_else_has_it(text: str, key: str) -> None:
    assert code_of_text(text).code == key


@pytest.mark.parametrize(
    ("key", "delivered"),
    [
        ("D/3F", True),
        ("D/ZQ", True),
        ("IC/DL", True),
        ("D/F0", False),
        ("D/53", False),
        ("D/12", False),
        ("D/F7", False),
    ],
)
def test_not_every_event_of_type_d_is_a_delivery(key: str, *, delivered: bool) -> None:
    assert CODES.by_code[key].is_delivery is delivered


@pytest.mark.parametrize(
    ("key", "physical"),
    [
        ("IC/ED", "grey"), ("IC/DM", "no"), ("IC/DX", "yes"), ("VT/MZ", "grey"), ("H6/P8", "grey"), ("H6/PA", "yes"),
        ("A4/Q1", "yes"), ("A4/QA", "foreign"), ("A4/S3", "foreign"), ("A4/SC", "yes"), ("A4/R9", "grey"),
        ("X/8H", "yes"), ("X/LX", "yes"), ("X/8", "grey"), ("X/5", "grey"), ("X/AB", "grey"), ("X/7F", "no"),
        ("D/2D", "yes"), ("D/70", "grey"), ("D/VS", "grey"),
    ],
)  # fmt: skip
def test_the_class_of_a_code_follows_from_its_text(key: str, physical: str) -> None:
    assert (CODES.by_code[key].physical, CODES.by_code[key].grade) == (physical, "C")


def test_mail_innovations_has_the_rows_of_its_table() -> None:
    counted = Counter(code.activity_type for code in CODES.all)
    assert {name: counted[name] for name in ("A4", "IC", "H6", "VT")} == {"A4": 98, "IC": 56, "H6": 35, "VT": 25}


def test_keys_are_unique() -> None:
    assert len(CODES.by_code) == len(CODES.all)


@pytest.mark.parametrize("key", list(CODES.by_code))
def test_every_code_can_be_put_on_the_wire(key: str, make_view: MakeView) -> None:
    parcel = Parcel("ups", NUMBER, (ScanEvent(AT, code=key, place=DENVER),), DENVER, DENVER)
    ups = make_view(CARRIER, [parcel])
    headers = {"authorization": f"Bearer {ups.issue_token(60)}", "transid": "1", "transactionsrc": "tests"}
    answer = ups.ask(Request("GET", CARRIER.hosts[0], f"/api/track/v1/details/{NUMBER}", (), headers))
    (activity,) = json.loads(answer.body)["trackResponse"]["shipment"][0]["package"][0]["activity"]
    status = activity["status"]
    wanted_type, _, wanted_letters = key.rpartition("/")
    if key.startswith("#"):
        assert status["statusCode"] == key[1:]
        assert "code" not in status
    else:
        assert (status["type"], status["code"]) == (wanted_type, wanted_letters)
    assert status["description"]
    assert (activity["date"], activity["time"]) == ("20260310", "121522")
    wanted_scan = {"yes": False, "no": True, "cancels": True}.get(CODES.by_code[key].physical)
    assert activity.get("logicalScan") is wanted_scan
