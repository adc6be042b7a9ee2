"""Inspects a saved answer of a carrier: each event, whether it is a physical scan, and why.

The client of the carrier (`clients/`) parses the answer and the engine's own stage classifies the events, so that an
inspection shows exactly what a report is made from. Only the reasons are worked out here: of a row's evidence (the
carrier's flag, the row of its code, the row of its second code), the first that agrees with the engine is named.

The shape of the answer shows which of the carrier's interfaces sent it. One document can be about several parcels: each
number of the answer is a shipment here.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vtr.reference import scan_codes
from vtr.reference.checking import engine_for
from vtr.reference.clients import CLIENTS, chinapost, dhl, fedex, ups, usps
from vtr.reference.clients.answers import Answer, Outcome, ScanRow
from vtr.reference.clients.shapes import BadShape, as_part
from vtr.reference.engine.arrow_tables import ORDERS_SCHEMA, SUBMISSIONS_SCHEMA, answers_to_arrow
from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.errors import InputError
from vtr.reference.inspection.interfaces import api_of, unrecognised_words
from vtr.reference.inspection.refusals import Refusal, refusal_of
from vtr.reference.instants import instant_text
from vtr.reference.messages import did_you_mean
from vtr.reference.report.explanation import CLASS_WORDS, TITLES
from vtr.reference.rules.profile import DEFAULT_PROFILE, Profile
from vtr.reference.scan_codes import ScanCode

# A saved answer is inspected as a whole; no event is later than this.
_END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)

_READ: Mapping[str, Callable[[object], list[Answer]]] = {
    "ups": lambda document: ups.read(document, _ups_numbers(document)),
    "usps": usps.read,
    "fedex": fedex.read,
    "dhl": dhl.read,
    "chinapost": chinapost.read,
}


@dataclass(frozen=True, slots=True)
class Event:
    """An event and what it counts as.

    physical: whether it counts as a physical scan.
    delivers: whether it says delivered and was not revoked.
    why: the evidence for the class.
    """

    scan: ScanRow
    scan_class: str
    physical: bool
    delivers: bool
    why: str


@dataclass(frozen=True, slots=True)
class Shipment:
    """A number of the answer ("" if it names none), its events from the oldest, and the outcome."""

    tracking_number: str
    outcome: Outcome
    events: tuple[Event, ...]
    error: Refusal | None

    @property
    def physical_scan(self) -> bool:
        """Whether the carrier has read the parcel."""
        return any(event.physical for event in self.events)

    @property
    def delivered(self) -> bool:
        """Whether an event that was not revoked says delivered."""
        return any(event.delivers for event in self.events)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the reference reads in an answer.

    api: the carrier's interface.
    profile: the profile whose classes count as a scan.
    """

    carrier: str
    api: str
    profile: str
    shipments: tuple[Shipment, ...]

    @property
    def decided(self) -> bool:
        """Whether it is known of every number if the carrier has read the parcel."""
        return all(shipment.outcome != "unanswered" for shipment in self.shipments)

    def as_json(self) -> dict[str, Any]:
        """The inspection as JSON values: instants in UTC with Z, null for an event that cannot be placed in time."""
        return {
            "carrier": self.carrier,
            "api": self.api,
            "profile": self.profile,
            "shipments": [_shipment_json(shipment) for shipment in self.shipments],
        }


def inspect(
    carrier: str, document: object, profile: str | Path = DEFAULT_PROFILE, origin: str = "the answer"
) -> Inspection:
    """Inspect an answer (a JSON value) of a carrier. origin: the name of the answer in messages.

    Raises InputError for an unknown carrier and for an answer that is not of its interfaces, and ProfileError.
    """
    if carrier not in CLIENTS:
        raise InputError(
            f"carrier {carrier!r} is unknown; it is one of {', '.join(CLIENTS)}{did_you_mean(carrier.lower(), CLIENTS)}"
        )
    api = api_of(carrier, document)
    if api is None:
        raise InputError(f"{origin}: {unrecognised_words(carrier, document)}")
    engine = engine_for(profile)
    answers = _READ[carrier](document)
    shipments = tuple(
        Shipment(answer.tracking_number, answer.outcome, events, refusal_of(carrier, answer, document))
        for answer, events in zip(answers, _events(engine, answers), strict=True)
    )
    return Inspection(carrier, api, engine.profile.name, shipments)


def read_document(text: bytes, origin: str) -> object:
    """A saved answer as a JSON value. origin: the file's name, for messages. Raises InputError."""
    if not text.strip():
        raise InputError(f"{origin}: is empty; save the body of the carrier's answer there, which is JSON")
    try:
        document: object = json.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(f"{origin}: is not text in UTF-8: {error.reason} at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"{origin}:{error.lineno}: is not JSON: {error.msg} (column {error.colno}); save the body of the carrier's"
            " answer as it came, without headers"
        ) from None
    except (ValueError, RecursionError) as error:  # a number of too many digits; brackets nested too deep
        raise InputError(f"{origin}: is JSON that cannot be read: {error}") from None
    return document


def read_file(path: Path) -> object:
    """A saved answer in a file as a JSON value. Raises InputError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    return read_document(text, str(path))


def _ups_numbers(document: object) -> tuple[str, ...]:
    """The numbers of a UPS answer: the number asked for, then those of the shipment's other packages.

    Empty if no package has the number asked for (Mail Innovations): then it stands for all packages.
    """
    try:
        shipments = as_part(document).part("trackResponse").parts("shipment") or ()
        inquiries = [shipment.text("inquiryNumber") for shipment in shipments]
        packages = [
            package.text("trackingNumber") for shipment in shipments for package in shipment.parts("package") or ()
        ]
    except BadShape:
        return ()
    inquiry = inquiries[0] if inquiries else ""
    return tuple(dict.fromkeys((inquiry, *filter(None, packages)))) if inquiry in packages else ()


def _events(engine: Engine, answers: list[Answer]) -> Iterator[tuple[Event, ...]]:
    """The events of each answer, classified by the engine.

    Each answer is a number of its own to the engine: an answer may name one number twice, or none.
    """
    numbered = [
        Answer(answer.carrier, str(place), answer.outcome, tuple(map(_without_texts, answer.scans)))
        for place, answer in enumerate(answers)
    ]
    answer_rows, scan_rows = answers_to_arrow(numbered)
    given = Evidence(ORDERS_SCHEMA.empty_table(), SUBMISSIONS_SCHEMA.empty_table(), answer_rows, scan_rows)
    rows = engine.rows_of_stage("classified_scans", given, _END_OF_TIME)
    decided = {(row["tracking_number"], row["position"]): row for row in rows}
    profile = engine.profile
    for place, answer in enumerate(answers):
        of_answer = [(scan, decided[str(place), scan.position]) for scan in answer.scans]
        yield tuple(
            Event(scan, row["class"], row["counts"], row["delivers"], _why(answer.carrier, row, of_answer, profile))
            for scan, row in of_answer
        )


def _without_texts(scan: ScanRow) -> ScanRow:
    """The scan without texts that decide nothing. Damaged answers have text that Arrow refuses: half a character."""
    code, subcode = (text.encode("utf-8", "replace").decode() for text in (scan.code, scan.subcode))
    return replace(scan, code=code, subcode=subcode, description="", location="")


def _why(
    carrier: str,
    row: Mapping[str, Any],
    events: Iterable[tuple[ScanRow, Mapping[str, Any]]],
    profile: Profile,
) -> str:
    table = scan_codes.load(carrier)
    counting = profile.counting_classes
    chosen = {code.code: code.scan_class for code in profile.scan_classes if code.carrier == carrier}
    scan = next(scan for scan, other in events if other is row)
    main = table.get(scan.code)
    sub = table.get(scan.subcode)
    delivery = main.delivers if main else sub is not None and sub.delivers
    if (row["class"] in counting and not row["counts"]) or (delivery and not row["delivers"]):
        return _revocation_words(row, events, table)
    # The second code decides only where neither the carrier's flag nor the first one says so.
    sub_decides = scan.physical is None and (main is None or main.scan_class != row["class"])
    for code in (main, sub if sub_decides else None):
        if code is not None and chosen.get(code.code) == row["class"]:
            return f"{code.code}: {code.means}; class {row['class']} by the profile {profile.name}"
    return _decisive_words(carrier, scan, row["class"], main, sub)


def _revocation_words(
    row: Mapping[str, Any], events: Iterable[tuple[ScanRow, Mapping[str, Any]]], table: Mapping[str, ScanCode]
) -> str:
    cancelling = next(
        other["code"]
        for _, other in events
        if other["class"] == "cancels" and other["position"] > row["position"]
        if row["code"] in table[other["code"]].revokes
    )
    return f"revoked by {_row_words(table[cancelling])}"


def _decisive_words(carrier: str, scan: ScanRow, scan_class: str, main: ScanCode | None, sub: ScanCode | None) -> str:
    """The first evidence that agrees with the engine."""
    if scan.physical is not None and scan_class == ("scan" if scan.physical else "none"):
        flag = "physical (logicalScan false)" if scan.physical else "logical (logicalScan true)"
        return f"{TITLES[carrier]} says the event is {flag}"
    for row in (main, sub):
        if row is not None and row.scan_class == scan_class:
            return _row_words(row)
    listed = " and ".join(code for code in (scan.code, scan.subcode) if code)
    return f"{listed}: in no table, decides nothing"


def _row_words(row: ScanCode) -> str:
    notes = [CLASS_WORDS[row.scan_class]] if row.scan_class in CLASS_WORDS else []
    if row.revokes:
        notes.append(f"undoes {', '.join(row.revokes)}")
    if row.disputed:
        notes.append(f"disputed: {row.disputed}")
    return "; ".join((f"{row.code}: {row.means} ({row.source}, {row.grade})", *notes))


def _shipment_json(shipment: Shipment) -> dict[str, Any]:
    error = shipment.error
    return {
        "tracking_number": shipment.tracking_number,
        "outcome": shipment.outcome,
        "delivered": shipment.delivered,
        "physical_scan": shipment.physical_scan,
        "events": [_event_json(event) for event in shipment.events],
        "error": None if error is None else {"code": error.code, "message": error.message},
    }


def _event_json(event: Event) -> dict[str, Any]:
    scan = event.scan
    return {
        "at": None if scan.at is None else instant_text(scan.at),
        "code": scan.code,
        "subcode": scan.subcode,
        "description": scan.description,
        "location": scan.location,
        "class": event.scan_class,
        "physical": event.physical,
        "delivers": event.delivers,
        "why": event.why,
    }
