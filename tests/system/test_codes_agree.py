"""The scan codes of the simulator and of the reference validator, written independently, agree.

Every code of the simulator's tables is put into a parcel of its own, rendered in an answer, parsed by the validator's
client, and classified by the validator's SQL. Where the tables differ on purpose, DEPARTURES has the difference and its
reason; a line there that is no longer true fails, too.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from urllib.parse import urlencode

import pytest

from simulator import carriers, in_process, places
from simulator.carriers.chinapost import crypto
from simulator.carriers.common.credentials import Credentials
from simulator.clock import Clock
from simulator.core.simulation import Simulation
from simulator.exchange import Request
from simulator.parcel import Parcel, ScanEvent
from vtr.reference.checking import engine_for
from vtr.reference.clients import chinapost, dhl, endpoints
from vtr.reference.clients.answers import Answer, ScanRow
from vtr.reference.clients.collect import collect
from vtr.reference.engine.arrow_tables import ORDERS_SCHEMA, SUBMISSIONS_SCHEMA, answers_to_arrow
from vtr.reference.engine.in_memory import Evidence

NOW = datetime(2026, 4, 1, tzinfo=UTC)
HAPPENED = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)
TULSA = places.place("Tulsa, OK, US")
SHENZHEN = places.place("Shenzhen, CN")

# The simulator's names of classes, and the validator's.
CLASSES = {
    "yes": "scan",
    "no": "none",
    "partner": "partner",
    "foreign": "foreign",
    "inferred": "inferred",
    "cancels": "cancels",
    "grey": "grey",
}

_EMSEVT = (
    "for mail from abroad the readings from D0 on are USPS's own, else another post's; the code does not say which"
)
_ESTIMATE = (
    "both say that it was not read: an estimate, which one table files under conclusions, the other under no event"
)
_EA = "FedEx's table uses the letters for a movement and for an export licence; the answer shows the letters alone"

DEPARTURES: Mapping[tuple[str, str], tuple[str, str, str]] = {
    ("ups", "#007"): (
        "cancels",
        "none",
        "a number after the letters can veto an event; only letters undo another one",
    ),
    ("usps", "D0"): ("foreign", "grey", _EMSEVT),
    ("usps", "G0"): ("foreign", "grey", _EMSEVT),
    ("usps", "I0"): ("foreign", "grey", _EMSEVT),
    ("usps", "34"): ("partner", "grey", "an agent picked it up: whose agent, and from whom, no source says"),
    ("fedex", "AO"): ("inferred", "none", _ESTIMATE),
    ("fedex", "AE"): ("inferred", "none", _ESTIMATE),
    ("fedex", "EA"): ("scan", "grey", _EA),
    ("fedex", "EA/regulatory"): ("none", "grey", _EA),
}
"""Carrier and code: the simulator's class in the validator's words, the validator's, and why both are kept."""

Found = dict[str, tuple[str, bool]]
"""By code: the class that the validator's engine gives its event, and whether that counts as a physical scan."""


def parcels_with(carrier: str, codes: Iterable[str], api: str = "") -> dict[str, Parcel]:
    """For each code a parcel whose only event it is."""
    random = Random(0)
    mint = carriers.by_name(carrier).forms[0].mint
    home = SHENZHEN if carrier == "chinapost" else TULSA
    parcels: dict[str, Parcel] = {}
    numbers: set[str] = set()
    for code in codes:
        number = mint(random)
        while number in numbers:
            number = mint(random)
        numbers.add(number)
        event = ScanEvent(HAPPENED, place=home, code=code)
        parcels[code] = Parcel(carrier, number, (event,), home, places.place("Denver, CO, US"), api=api)
    return parcels


def read_scans(parcels: Mapping[str, Parcel]) -> dict[str, ScanRow]:
    """By code: the scan that the validator's client reads from the fake carrier."""
    simulation = Simulation(parcels.values(), clock=Clock(NOW))
    block = simulation.credentials.carriers_block(lambda name: f"https://{carriers.by_name(name).hosts[0]}")
    pairs = [(parcel.carrier, parcel.tracking_number) for parcel in parcels.values()]
    with in_process.intercept(simulation):
        answers = collect(pairs, endpoints.from_block(block))
    by_number = {answer.tracking_number: answer for answer in answers}
    return {code: only_scan(by_number[parcel.tracking_number]) for code, parcel in parcels.items()}


def only_scan(answer: Answer) -> ScanRow:
    assert answer.outcome == "known", answer
    (scan,) = answer.scans
    assert scan.at in {HAPPENED, None}  # some events of USPS have no more than a date
    return scan


def read_scans_by_mydhl(parcels: Mapping[str, Parcel]) -> dict[str, ScanRow]:
    headers = {"authorization": "Basic " + b64encode(b"demo:demo").decode()}
    simulation = Simulation(parcels.values(), clock=Clock(NOW))

    def ask(number: str) -> object:
        path = f"/mydhlapi/shipments/{number}/tracking"
        return json.loads(simulation.handle(Request("GET", "express.api.dhl.com", path, headers=headers)).body)

    numbers = {code: parcel.tracking_number for code, parcel in parcels.items()}
    return {code: only_scan(dhl.read(ask(number), [number])[0]) for code, number in numbers.items()}


def read_scans_by_jdpt(parcels: Mapping[str, Parcel]) -> dict[str, ScanRow]:
    simulation = Simulation(parcels.values(), clock=Clock(NOW), credentials=Credentials.of("demo"))

    def ask(number: str) -> object:
        body = json.dumps({"traceNo": number})
        form = {"sendID": "demo", "msgBody": body, "dataDigest": crypto.digests(body, "demo")[0]}
        path = "/querypush-twswn/mailTrack/queryMailTrackWn/plus"
        request = Request("POST", "211.156.195.29", path, body=urlencode(form).encode())
        return json.loads(simulation.handle(request).body)

    numbers = {code: parcel.tracking_number for code, parcel in parcels.items()}
    return {code: only_scan(chinapost.read(ask(number), [number])[0]) for code, number in numbers.items()}


def classify(carrier: str, scans: Mapping[str, ScanRow]) -> Found:
    """The class that the engine gives each event, alone under a number of its own."""
    numbered = {str(place): code for place, code in enumerate(scans)}
    answers = [Answer(carrier, number, "known", (scans[code],)) for number, code in numbered.items()]
    answer_rows, scan_rows = answers_to_arrow(answers)
    given = Evidence(ORDERS_SCHEMA.empty_table(), SUBMISSIONS_SCHEMA.empty_table(), answer_rows, scan_rows)
    rows = engine_for("us-2019").rows_of_stage("classified_scans", given, NOW)
    return {numbered[row["tracking_number"]]: (row["class"], row["counts"]) for row in rows}


def expected_classes(carrier: str, codes: Iterable[str]) -> Found:
    """By code: the class of the simulator's table; a departure's is the validator's own."""
    found: Found = {}
    for code in codes:
        stated = CLASSES[carriers.by_name(carrier).codes.by_code[code].physical]
        if (carrier, code) in DEPARTURES:
            simulators, stated, _ = DEPARTURES[carrier, code]
            assert simulators == CLASSES[carriers.by_name(carrier).codes.by_code[code].physical], code
        found[code] = (stated, stated == "scan")
    return found


def all_codes(carrier: str, wanted: Callable[[str], bool] = lambda _: True) -> list[str]:
    return [code for code in carriers.by_name(carrier).codes.by_code if wanted(code)]


def is_unified(code: str) -> bool:
    return code.islower()


def is_express(code: str) -> bool:
    return not code.islower()


@pytest.mark.parametrize("carrier", ["ups", "usps", "fedex", "chinapost"])
def test_every_code_is_read_to_its_class(carrier: str) -> None:
    codes = all_codes(carrier)
    assert classify(carrier, read_scans(parcels_with(carrier, codes))) == expected_classes(carrier, codes)


def test_every_ups_code_has_its_class_without_the_carriers_flag() -> None:
    """`logicalScan` decides before the table does, and older answers have none: the table must do alone."""
    codes = all_codes("ups")
    bare = {code: replace(scan, physical=None) for code, scan in read_scans(parcels_with("ups", codes)).items()}
    assert classify("ups", bare) == expected_classes("ups", codes)


def test_every_status_of_dhl_unified_is_read_to_its_class() -> None:
    codes = all_codes("dhl", is_unified)
    assert len(codes) == 7
    assert classify("dhl", read_scans(parcels_with("dhl", codes))) == expected_classes("dhl", codes)


def test_every_type_code_of_mydhl_is_read_to_its_class() -> None:
    codes = all_codes("dhl", is_express)
    assert len(codes) == 62
    assert classify("dhl", read_scans_by_mydhl(parcels_with("dhl", codes, "mydhl"))) == expected_classes("dhl", codes)


def test_every_code_of_jdpts_service_is_read_to_its_class() -> None:
    """Also those that it shows as one of its four coarse codes."""
    codes = all_codes("chinapost")
    read = read_scans_by_jdpt(parcels_with("chinapost", codes))
    assert {read[code].code for code in ("203", "954", "702", "704")} == {"10", "20", "70", "80"}
    assert classify("chinapost", read) == expected_classes("chinapost", codes)


def test_departures_name_codes_and_differ() -> None:
    for (carrier, code), (simulators, validators, reason) in DEPARTURES.items():
        assert code in carriers.by_name(carrier).codes.by_code
        assert simulators != validators
        assert reason
