"""China Post's scan codes, and the code that renders each kind of event."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from sample_parcels import SHENZHEN

from simulator import places
from simulator.carriers.chinapost.events import CODES, code_of
from simulator.parcel import Kind, ScanEvent

AT = datetime(2026, 3, 3, 16, tzinfo=UTC)
DENVER = places.place("Denver, US")

# The codes of the published tables, group by group, written out apart from the table under test.
PUBLISHED = (
    "203 207 208 212 303 304 305 306 336 345 356 358 360 364 365 368 370 371 374 375 376 379 394 389 V_398 954 V_954 "
    "713 702 704 705 742 743 744 708 711 741 312 326 447 747 748 749 750 723 423 424 404 472 499 500 538 950 "
    "457 458 505 911 912 516 520 521 459 460 461 488 489 494 495 496 498 464 462 463 542 490 491 "
    "466 467 468 470 486 487 493 562 563 564 565 456 552 553 554 555 556 557 558 013 993 651 991 756 802 803 764 801 "
    "987 988 973 O_001 O_003 O_004 O_005 O_006 O_007 O_008 O_009 O_022 O_029 O_032 O_033 O_034 O_035 O_036 O_037 "
    "O_047 O_048 O_049 O_050 O_051 O_010 O_016 O_013 O_014 O_017 O_002 O_031 "
    "O_038 O_039 O_040 O_041 O_042 O_043 O_044 O_045 O_046 "
    "C_001 C_002 C_003 C_004 C_005 C_006 C_007 C_008 C_009 C_010 C_011 C_012 C_032 C_033 "
    "EXA EXB EXC EXD EXAD EXBD EXCD EXDD EDA EDB EDC EME EDAD EDBD EDCD EMED "
    "EMA EMB EXX EMC EMJ EMK EMD EMF EDD EDE EMG EDF EDG EDH EMH EMI EDX EMX"
)


@pytest.mark.parametrize("code", PUBLISHED.split())
def test_code_of_the_published_tables_is_known(code: str) -> None:
    assert code in CODES.by_code


def test_codes_are_unique() -> None:
    assert [code for code, count in Counter(entry.code for entry in CODES.all).items() if count > 1] == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.LABEL_CREATED, "764"),
        (Kind.MANIFESTED, "552"),
        (Kind.PARTNER_RECEIVED, "O_003"),
        (Kind.PICKED_UP, "345"),
        (Kind.ACCEPTED, "203"),
        (Kind.ARRIVED, "954"),
        (Kind.DEPARTED, "389"),
        (Kind.IN_TRANSIT, "356"),
        (Kind.INFERRED_TRANSIT, "457"),
        (Kind.CUSTOMS_ENTERED, "EXA"),
        (Kind.CUSTOMS_HELD, "EXB"),
        (Kind.CUSTOMS_RELEASED, "EXC"),
        (Kind.AT_DELIVERY_OFFICE, "713"),
        (Kind.OUT_FOR_DELIVERY, "702"),
        (Kind.ATTEMPTED, "705"),
        (Kind.AVAILABLE_FOR_PICKUP, "723"),
        (Kind.DELIVERED, "704"),
        (Kind.RETURNING, "708"),
        (Kind.RETURNED, "711"),
        (Kind.DELAYED, "991"),
        (Kind.VOIDED, "801"),
    ],
)
def test_what_happens_in_china_has_a_domestic_code(kind: Kind, code: str) -> None:
    assert code_of(ScanEvent(AT, kind, SHENZHEN)).code == code
    assert code_of(ScanEvent(AT, kind)).code == code


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.ACCEPTED, "464"),
        (Kind.PICKED_UP, "464"),
        (Kind.ARRIVED, "459"),
        (Kind.DEPARTED, "460"),
        (Kind.IN_TRANSIT, "EDD"),
        (Kind.INFERRED_TRANSIT, "505"),
        (Kind.CUSTOMS_ENTERED, "EDB"),
        (Kind.CUSTOMS_HELD, "EME"),
        (Kind.CUSTOMS_RELEASED, "EDC"),
        (Kind.AT_DELIVERY_OFFICE, "461"),
        (Kind.OUT_FOR_DELIVERY, "EDG"),
        (Kind.ATTEMPTED, "462"),
        (Kind.AVAILABLE_FOR_PICKUP, "491"),
        (Kind.DELIVERED, "463"),
        (Kind.RETURNING, "542"),
        (Kind.LABEL_CREATED, "764"),
    ],
)
def test_what_happens_abroad_has_the_code_of_another_posts_report(kind: Kind, code: str) -> None:
    assert code_of(ScanEvent(AT, kind, DENVER)).code == code


def test_every_kind_has_a_code() -> None:
    assert {kind for kind in Kind if kind not in CODES.by_kind} == set()


@pytest.mark.parametrize("kind", [Kind.PICKED_UP, Kind.ACCEPTED, Kind.ARRIVED, Kind.DELIVERED, Kind.ATTEMPTED])
def test_domestic_handling_is_a_physical_scan(kind: Kind) -> None:
    assert CODES.of_kind(kind).physical == "yes"


@pytest.mark.parametrize("kind", [Kind.LABEL_CREATED, Kind.MANIFESTED, Kind.VOIDED, Kind.DELAYED])
def test_electronic_kinds_are_no_physical_scan(kind: Kind) -> None:
    assert CODES.of_kind(kind).physical == "no"


@pytest.mark.parametrize(
    ("codes", "physical"),
    [
        ("463 461 EDB EDC EDG EMI 500", "foreign"),
        ("207 304 424 472 742 743 744 EDCD", "cancels"),
        ("389 305 457 505 912 516", "inferred"),
        ("552 554 764 499 801 EXX", "no"),
        ("O_003 O_010", "partner"),
        ("208 EMX", "grey"),
        ("306 404 423 954 EXD EMB EMC", "yes"),
    ],
)
def test_class_is_the_one_of_the_published_tables(codes: str, physical: str) -> None:
    assert {CODES.by_code[code].physical for code in codes.split()} == {physical}


@pytest.mark.parametrize(
    ("fine", "coarse"), [("203", "10"), ("954", "20"), ("702", "70"), ("705", "70"), ("704", "80")]
)
def test_fine_code_has_the_coarse_code_of_its_stage(fine: str, coarse: str) -> None:
    assert CODES.by_code[fine].coarse == coarse


def test_only_a_physical_scan_has_a_coarse_code() -> None:
    assert [entry.code for entry in CODES.all if entry.coarse and entry.physical != "yes"] == []


@pytest.mark.parametrize("code", ["708", "711", "741"])
def test_return_keeps_its_fine_code(code: str) -> None:
    assert CODES.by_code[code].coarse == ""


def test_code_in_no_table_is_taken_as_written() -> None:
    code = code_of(ScanEvent(AT, Kind.DELIVERED, SHENZHEN, code="X99"))
    assert (code.code, code.text, code.kind) == ("X99", "", None)


def test_named_code_wins_over_kind_and_place() -> None:
    assert code_of(ScanEvent(AT, Kind.DELIVERED, DENVER, code="704")).code == "704"
