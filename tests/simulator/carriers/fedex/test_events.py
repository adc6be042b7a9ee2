"""FedEx's scan codes: the rows of the table, and codes that a scenario names."""

from datetime import UTC, datetime

import pytest

from simulator.carriers.fedex.events import CODES, DERIVED_STATUS, EXCEPTIONS, FedExCode, code_of
from simulator.errors import UnknownKindError
from simulator.parcel import Kind, ScanEvent

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)

# Every code of FedEx's table of status codes (A): movement, then regulatory.
MOVEMENT = [
    "AA", "AC", "AD", "AF", "AO", "AP", "AR", "AX", "CA", "CH", "DD", "DE", "DL", "DP", "DR", "DS", "DY", "EA",
    "ED", "EO", "EP", "FD", "HL", "HP", "IT", "IX", "LO", "OC", "OD", "OF", "Ow", "OX", "PD", "PF", "PL", "PM",
    "PU", "PX", "RR", "RM", "RC", "RS", "RP", "LP", "RG", "RD", "SE", "SF", "SP", "TR",
]  # fmt: skip
REGULATORY = [
    "CC", "CD", "CP", "SP",
]  # fmt: skip


def test_every_code_of_the_guide_is_in_the_table() -> None:
    assert set(MOVEMENT + REGULATORY) <= set(CODES.by_code)


@pytest.mark.parametrize(
    ("kind", "event_type"),
    [
        (Kind.LABEL_CREATED, "OC"),
        (Kind.MANIFESTED, "MD"),
        (Kind.PICKED_UP, "PU"),
        (Kind.ACCEPTED, "PU"),
        (Kind.ARRIVED, "AR"),
        (Kind.DEPARTED, "DP"),
        (Kind.IN_TRANSIT, "IT"),
        (Kind.INFERRED_TRANSIT, "AO"),
        (Kind.CUSTOMS_ENTERED, "CP"),
        (Kind.CUSTOMS_HELD, "CD"),
        (Kind.CUSTOMS_RELEASED, "CC"),
        (Kind.AT_DELIVERY_OFFICE, "AF"),
        (Kind.OUT_FOR_DELIVERY, "OD"),
        (Kind.ATTEMPTED, "DE"),
        (Kind.AVAILABLE_FOR_PICKUP, "HL"),
        (Kind.DELIVERED, "DL"),
        (Kind.RETURNING, "RS"),
        (Kind.RETURNED, "DL"),
        (Kind.DELAYED, "DY"),
        (Kind.VOIDED, "CA"),
    ],
)
def test_a_kind_of_event_has_its_code(kind: Kind, event_type: str) -> None:
    assert code_of(ScanEvent(AT, kind)).event_type == event_type


def test_fedex_has_no_event_for_a_parcel_that_only_a_consolidator_has() -> None:
    with pytest.raises(UnknownKindError, match="partner_received"):
        CODES.of_kind(Kind.PARTNER_RECEIVED)


@pytest.mark.parametrize(
    ("code", "physical"),
    [
        ("OC", "no"),  # the label
        ("OX", "no"),  # data went to USPS
        ("RR", "no"),  # the customer asked for something
        ("AO", "inferred"),  # an estimate that looks like movement
        ("AE", "inferred"),
        ("PU", "yes"),
        ("AF/A3", "yes"),  # dropped off
        ("AX", "yes"),  # USPS has it, after FedEx had it
        ("AP", "grey"),  # the courier is there, the parcel not read yet
        ("CC", "grey"),  # paper may precede arrival
        ("CA", "cancels"),
        ("EA", "yes"),  # on the way to the airport
        ("EA/regulatory", "no"),  # export approved: the same two letters
    ],
)
def test_the_table_says_whether_the_parcel_was_read(code: str, physical: str) -> None:
    assert CODES.by_code[code].physical == physical


def test_a_failed_attempt_has_the_exception_of_an_absent_customer() -> None:
    assert code_of(ScanEvent(AT, Kind.ATTEMPTED)).exception == "08"


def test_the_code_alone_means_delivery_to_the_customer() -> None:
    assert code_of(ScanEvent(AT, code="DL")).kind is Kind.DELIVERED


def test_an_exception_after_a_slash_replaces_the_usual_one() -> None:
    code = code_of(ScanEvent(AT, code="DE/03"))
    assert (code.event_type, code.exception, code.text) == ("DE", "03", "Delivery exception")


def test_an_unlisted_code_is_rendered_as_it_is_named() -> None:
    code = code_of(ScanEvent(AT, code="ZQ/77"))
    assert (code.event_type, code.text, code.exception) == ("ZQ", "ZQ", "77")


def test_the_code_of_an_event_wins_over_its_kind() -> None:
    assert code_of(ScanEvent(AT, Kind.DELIVERED, code="SE")).event_type == "SE"


@pytest.mark.parametrize("code", CODES.all, ids=lambda code: code.code)
def test_texts_of_families_and_exceptions_are_known(code: FedExCode) -> None:
    assert code.derived in DERIVED_STATUS
    assert not code.exception or code.exception in EXCEPTIONS
