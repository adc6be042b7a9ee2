"""DHL's scan codes: the rows of Express events and of the unified status codes."""

from datetime import UTC, datetime

import pytest

from simulator.carriers.dhl.events import CODES, code_of
from simulator.errors import UnknownKindError
from simulator.parcel import Kind, ScanEvent

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)

# The MyDHL reference list trackingEventCode (A): what customers see, and what DHL keeps to itself.
VISIBLE = [
    "AF", "AR", "CR", "DF", "PL", "TR", "AD", "BA", "BN", "BR", "CA", "CC", "CD", "CM", "CS", "DD", "DS", "FD",
    "HP", "IC", "MC", "MD", "MS", "ND", "NH", "OH", "OK", "PD", "PU", "RD", "RR", "RT", "SA", "SC", "SS", "TP",
    "UD", "WC", "DUMMY_PU",
]  # fmt: skip
INTERNAL = [
    "BL", "CI", "CU", "DI", "DM", "DP", "ES", "HI", "HN", "HO", "IA", "IR", "LV", "NA", "PY", "RW", "SI", "SM",
    "ST", "TD", "TI", "TT", "UV",
]  # fmt: skip
NAMES_AREA = [
    "AF", "AR", "CR", "DF", "PL", "TR",
]  # fmt: skip


def test_all_sixty_two_express_events_are_in_the_table() -> None:
    assert len(VISIBLE) + len(INTERNAL) == 62
    assert {code.code for code in CODES.all if code.code == code.type_code} == {*VISIBLE, *INTERNAL}


def test_visibility_is_that_of_the_reference_list() -> None:
    assert {code.code for code in CODES.all if not code.visible} == set(INTERNAL)


def test_the_six_movement_events_name_their_service_area() -> None:
    assert {code.code for code in CODES.all if code.with_area} == set(NAMES_AREA)


@pytest.mark.parametrize(
    ("kind", "type_code", "status"),
    [
        (Kind.LABEL_CREATED, "DUMMY_PU", "pre-transit"),
        (Kind.MANIFESTED, "DUMMY_PU", "pre-transit"),
        (Kind.PICKED_UP, "PU", "transit"),
        (Kind.ACCEPTED, "PU", "transit"),
        (Kind.ARRIVED, "AF", "transit"),
        (Kind.DEPARTED, "DF", "transit"),
        (Kind.IN_TRANSIT, "PL", "transit"),
        (Kind.CUSTOMS_ENTERED, "IC", "transit"),
        (Kind.CUSTOMS_HELD, "CD", "failure"),
        (Kind.CUSTOMS_RELEASED, "CR", "transit"),
        (Kind.AT_DELIVERY_OFFICE, "AR", "transit"),
        (Kind.OUT_FOR_DELIVERY, "WC", "transit"),
        (Kind.ATTEMPTED, "NH", "failure"),
        (Kind.AVAILABLE_FOR_PICKUP, "CC", "transit"),
        (Kind.DELIVERED, "OK", "delivered"),
        (Kind.RETURNING, "RT", "failure"),
        (Kind.RETURNED, "OK", "delivered"),
        (Kind.DELAYED, "OH", "transit"),
    ],
)
def test_a_kind_of_event_has_its_codes(kind: Kind, type_code: str, status: str) -> None:
    code = code_of(ScanEvent(AT, kind))
    assert (code.type_code, code.status) == (type_code, status)


@pytest.mark.parametrize("kind", [Kind.PARTNER_RECEIVED, Kind.INFERRED_TRANSIT, Kind.VOIDED])
def test_dhl_has_no_event_for_some_kinds(kind: Kind) -> None:
    with pytest.raises(UnknownKindError, match=kind.value):
        CODES.of_kind(kind)


@pytest.mark.parametrize(
    ("code", "physical"),
    [
        ("DUMMY_PU", "no"),  # ends in PU and is none
        ("PU", "yes"),
        ("RR", "no"),  # a customs notice, possibly before arrival
        ("CR", "grey"),
        ("NA", "no"),
        ("transit", "yes"),
        ("transit/data-only", "no"),  # the trap of the unified interface
        ("delivered/returned", "yes"),
        ("pre-transit", "no"),
        ("failure", "grey"),
        ("unknown", "grey"),
    ],
)
def test_the_table_says_whether_the_parcel_was_read(code: str, physical: str) -> None:
    assert CODES.by_code[code].physical == physical


def test_a_new_express_code_is_unknown_to_the_unified_interface() -> None:
    code = code_of(ScanEvent(AT, code="ZQ"))
    assert (code.type_code, code.status, code.text) == ("ZQ", "unknown", "ZQ")


def test_a_new_status_code_reaches_the_unified_interface_as_named() -> None:
    assert code_of(ScanEvent(AT, code="pending")).status == "pending"


def test_the_code_alone_means_delivery_to_the_customer() -> None:
    assert code_of(ScanEvent(AT, code="OK")).kind is Kind.DELIVERED
