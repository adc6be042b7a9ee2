"""An inspection of a carrier's answer as text: JSON, CSV or a table of its events, and a line of words per number."""

import csv
import io
import json
from collections.abc import Iterator

from vtr.reference.inspection.inspection import Inspection, Shipment
from vtr.reference.instants import instant_text
from vtr.reference.messages import counted, printable
from vtr.reference.report.explanation import TITLES
from vtr.reference.report.text_table import text_table


def pieces(inspection: Inspection, form: str) -> Iterator[str]:
    """The inspection in a form (table, json, csv), piece by piece: a row per event, and per number without events."""
    if form == "json":
        yield json.dumps(inspection.as_json(), ensure_ascii=False, indent=1) + "\n"
    elif form == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_rows(inspection))
        yield buffer.getvalue()
    else:
        yield from text_table(_COLUMNS, list(_rows(inspection)))


def words(inspection: Inspection) -> Iterator[str]:
    """A line about the answer, then a line with the outcome of each number."""
    yield f"{TITLES[inspection.carrier]} {inspection.api}, physical by {inspection.profile}"
    for shipment in inspection.shipments:
        yield printable(
            f"{shipment.tracking_number or 'a number that the answer does not name'}: {_outcome_words(shipment)}"
        )


_COLUMNS = ("tracking_number", "at", "code", "physical", "delivers", "location", "description", "why")


def _rows(inspection: Inspection) -> Iterator[list[str]]:
    for shipment in inspection.shipments:
        number = shipment.tracking_number
        if not shipment.events:
            yield [number, "", "", "no" if shipment.outcome == "known" else "", "", "", "", _outcome_words(shipment)]
        for event in shipment.events:
            scan = event.scan
            yield [
                number,
                "" if scan.at is None else instant_text(scan.at),
                scan.code,
                "yes" if event.physical else "no",
                "yes" if event.delivers else "no",
                scan.location,
                scan.description,
                event.why,
            ]


def _outcome_words(shipment: Shipment) -> str:
    if shipment.error is not None:
        outcome = "unknown number" if shipment.outcome == "unknown" else "cannot be decided"
        return f"{outcome}: {shipment.error.code} {shipment.error.message}"
    if not shipment.events:
        return "known, no events yet"
    physical = sum(event.physical for event in shipment.events)
    delivered = "delivered" if shipment.delivered else "not delivered"
    return f"{counted(len(shipment.events), 'event')}, {counted(physical, 'physical scan')}, {delivered}"
