"""The carriers' own flags, colliding codes and cancellations: sent by the fake carriers, classified by the reference.

`test_codes_agree` has every code alone. Here are the cases in which more than the code decides: a flag of the answer,
the type of a code, a text, or an event that cancels another one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator import carriers, in_process, places
from simulator.clock import Clock
from simulator.core.simulation import Simulation
from simulator.parcel import Parcel, ScanEvent
from vtr.reference.checking import engine_for
from vtr.reference.clients import endpoints
from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.clients.collect import collect
from vtr.reference.engine.arrow_tables import ORDERS_SCHEMA, SUBMISSIONS_SCHEMA, answers_to_arrow
from vtr.reference.engine.in_memory import Evidence

NOW = datetime(2026, 4, 1, tzinfo=UTC)
FIRST = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)
TULSA, SHENZHEN, DENVER = places.place("Tulsa, OK, US"), places.place("Shenzhen, CN"), places.place("Denver, CO, US")
NUMBERS = {
    "ups": "1Z999AA10390000109",
    "fedex": "900000000016",
    "dhl": "9000000015",
    "chinapost": "LX900000019CN",
}


def read_scans(carrier: str, *codes: str) -> tuple[ScanRow, ...]:
    """What the validator reads of a parcel with these events, an hour apart, oldest first."""
    home = SHENZHEN if carrier == "chinapost" else TULSA
    events = tuple(ScanEvent(FIRST + timedelta(hours=hour), code=code, place=home) for hour, code in enumerate(codes))
    simulation = Simulation([Parcel(carrier, NUMBERS[carrier], events, home, DENVER)], clock=Clock(NOW))
    block = simulation.credentials.carriers_block(lambda name: f"https://{carriers.by_name(name).hosts[0]}")
    with in_process.intercept(simulation):
        (answer,) = collect([(carrier, NUMBERS[carrier])], endpoints.from_block(block))
    assert answer.outcome == "known", answer
    return answer.scans


def classify(carrier: str, scans: Sequence[ScanRow]) -> list[tuple[str, str, bool]]:
    """Of each event: its code, the class that the engine gives it, and whether it counts as a physical scan."""
    answers, rows = answers_to_arrow([Answer(carrier, NUMBERS[carrier], "known", tuple(scans))])
    given = Evidence(ORDERS_SCHEMA.empty_table(), SUBMISSIONS_SCHEMA.empty_table(), answers, rows)
    found = engine_for("us-2019").rows_of_stage("classified_scans", given, NOW)
    return [(row["code"], row["class"], row["counts"]) for row in sorted(found, key=lambda row: int(row["position"]))]


# -- UPS: the flag of an event


@pytest.mark.parametrize(
    ("code", "flag", "physical", "scan_class"),
    [
        ("M/MP", "logicalScan true", False, "none"),
        ("I/OR", "logicalScan false", True, "scan"),
        ("M/VP", "logicalScan true", False, "cancels"),
        ("X/DJ", "no logicalScan", None, "grey"),
        ("Q/Q9", "no logicalScan", None, "grey"),
    ],
)
def test_upss_flag_is_sent_and_read(code: str, flag: str, *, physical: bool | None, scan_class: str) -> None:
    (scan,) = read_scans("ups", code)
    assert scan.physical is physical, flag
    assert classify("ups", [scan])[0][1] == scan_class


@pytest.mark.parametrize(("physical", "scan_class"), [(True, "scan"), (False, "none"), (None, "scan")])
def test_upss_flag_goes_before_the_table(*, physical: bool | None, scan_class: str) -> None:
    (scan,) = read_scans("ups", "I/OR")
    assert classify("ups", [replace(scan, physical=physical)])[0][1] == scan_class


# -- UPS: the same letters under other types


@pytest.mark.parametrize("with_flag", [True, False])
@pytest.mark.parametrize(
    ("code", "scan_class"),
    [
        ("M/MP", "none"), ("D/MP", "scan"), ("VT/MP", "none"),
        ("M/DP", "none"), ("I/DP", "scan"), ("X/DP", "grey"), ("IC/DP", "none"),
        ("I/OT", "scan"), ("X/OT", "grey"),
        ("I/PL", "none"), ("H6/PL", "scan"),
        ("I/PU", "scan"), ("P/PU", "scan"), ("H6/PU", "scan"),
        ("M/RD", "none"), ("X/RD", "grey"), ("A4/RD", "scan"),
        ("I/XD", "scan"), ("X/XD", "scan"), ("VT/XD", "scan"),
        ("I/UL", "scan"), ("X/UL", "none"),
        ("I/OR", "scan"), ("X/OR", "grey"),
    ],
)  # fmt: skip
def test_letters_mean_what_their_type_makes_them(code: str, scan_class: str, *, with_flag: bool) -> None:
    (scan,) = read_scans("ups", code)
    changed = scan if with_flag else replace(scan, physical=None)
    assert classify("ups", [changed]) == [(code, scan_class, scan_class == "scan")]


# -- FedEx: the flag of a parcel, which has no time and proves nothing


@pytest.mark.parametrize(
    ("codes", "counting"),
    [(("OC",), []), (("OC", "AO"), []), (("OC", "PU"), ["PU"]), (("OC", "PU", "DP"), ["PU", "DP"])],
)
def test_fedexs_scans_decide_and_not_its_possession_flag(codes: tuple[str, ...], counting: list[str]) -> None:
    assert [code for code, _, counts in classify("fedex", read_scans("fedex", *codes)) if counts] == counting


# -- DHL: status, text and flag of a shipment


@pytest.mark.parametrize(
    ("codes", "read_as"),
    [
        (("pre-transit",), [("pre-transit", "none", False)]),
        (("DUMMY_PU",), [("pre-transit", "none", False)]),
        (("transit/data-only",), [("transit/data-only", "none", False)]),
        (("transit",), [("transit", "scan", True)]),
        (("transit", "delivered"), [("transit", "scan", True), ("delivered", "scan", True)]),
        (("transit", "delivered/returned"), [("transit", "scan", True), ("delivered/returned", "scan", True)]),
        (
            ("PU", "RT", "OK"),
            [("transit", "scan", True), ("failure", "grey", False), ("delivered/returned", "scan", True)],
        ),
    ],
)
def test_dhls_status_text_and_flag_are_sent_and_read(
    codes: tuple[str, ...], read_as: list[tuple[str, str, bool]]
) -> None:
    assert classify("dhl", read_scans("dhl", *codes)) == read_as


# -- events that cancel others


@pytest.mark.parametrize(
    ("carrier", "codes", "counting"),
    [
        ("ups", ("M/MP", "M/VP"), []),
        ("ups", ("I/PU", "I/VP"), []),
        ("ups", ("I/AR", "I/CA"), []),
        ("ups", ("I/DP", "I/CD"), []),
        ("ups", ("I/UL", "I/CL"), []),
        ("ups", ("I/OR", "I/AR", "I/CA"), ["I/OR"]),
        ("ups", ("I/OR", "M/VP"), ["I/OR"]),
        ("ups", ("I/AR", "I/CA", "I/AR"), ["I/AR"]),
        ("fedex", ("OC", "CA"), []),
        ("fedex", ("OC", "PU", "CA"), ["PU"]),
        ("chinapost", ("203", "207"), []),
        ("chinapost", ("203", "207", "203"), ["203"]),
        ("chinapost", ("203", "954", "207"), ["954"]),
        ("chinapost", ("203", "704", "743"), ["203"]),
        ("chinapost", ("345", "304"), []),
        ("chinapost", ("423", "424"), []),
    ],
)
def test_a_cancelled_event_does_not_count(carrier: str, codes: tuple[str, ...], counting: list[str]) -> None:
    assert [code for code, _, counts in classify(carrier, read_scans(carrier, *codes)) if counts] == counting
