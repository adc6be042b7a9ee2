"""Scans collected earlier, for a check that queries no carrier.

A line is an event: carrier (ups, usps, …), tracking_number, at, code, and where known position, subcode (with "#"
before it: UPS statusCode), physical, description, location, published_at. `code` is the key of the carrier's table of
scan codes. A number that is not in the file is unknown to its carrier. A line may instead give the carrier's answer
about the number: outcome known (without scans yet), unknown or unanswered, and why; its code and at are blank.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from vtr.reference.clients.answers import Outcome
from vtr.reference.records.cell_parsers import (
    choice_parser,
    parse_instant,
    parse_nonblank_text,
    parse_text,
    parse_truth,
    whole_number_parser,
)
from vtr.reference.records.columns import Column, parse_rows, required_column
from vtr.reference.records.issues import Problems
from vtr.reference.records.model import AnswerLine, CollectedScans, ScanLine, number_key
from vtr.reference.records.rows import Row, read_rows
from vtr.reference.scan_codes import CARRIERS

_COLUMNS = (
    required_column("carrier", choice_parser(*CARRIERS)),
    required_column("tracking_number", parse_nonblank_text),
    Column("position", whole_number_parser(0)),
    Column("at", parse_instant),
    Column("code", parse_text, ""),
    Column("subcode", parse_text, ""),
    Column("physical", parse_truth),
    Column("description", parse_text, ""),
    Column("location", parse_text, ""),
    Column("published_at", parse_instant),
    Column("outcome", choice_parser("known", "unknown", "unanswered"), ""),
    Column("why", parse_text, ""),
)


@dataclass(slots=True)
class _Number:
    """One number according to the lines so far; a position of -1 is not known yet."""

    where: str
    outcome: Outcome | None = None
    why: str = ""
    scans: list[ScanLine] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


def read_scans(path: Path) -> CollectedScans:
    """Read the scans of a CSV, TSV, JSON, JSON Lines or Parquet file.

    JSON is a list of lines, or an object with `scans`, `answers` or both. Positions count from 0, the oldest event of a
    number; without them events are sorted by time, or keep the file's order when one of the number has no time. Raises
    InputError with the first twenty problems, each with file, line and column.
    """
    problems = Problems()
    numbers: dict[tuple[str, str], _Number] = {}
    for row, cells in parse_rows(read_rows(path, ("scans", "answers"), problems), _COLUMNS, problems):
        key = (str(cells["carrier"]), number_key(str(cells["tracking_number"])))
        _add_line(numbers.setdefault(key, _Number(row.where)), row, key, cells, problems)
    answers = []
    scans: list[ScanLine] = []
    for (carrier, tracking_number), number in numbers.items():
        if number.outcome not in (None, "known") and number.scans:
            problems.add(
                number.places[0],
                f"{tracking_number!r} has scans, and the outcome {number.outcome} elsewhere in the file",
            )
        answers.append(AnswerLine(carrier, tracking_number, number.outcome or "known", number.why))
        scans.extend(_position_scans(number, problems))
    problems.raise_any()
    return CollectedScans(tuple(answers), tuple(scans))


def _add_line(number: _Number, row: Row, key: tuple[str, str], cells: dict[str, Any], problems: Problems) -> None:
    if cells["outcome"]:
        if number.outcome not in (None, cells["outcome"]):
            problems.add(row.where, f"column 'outcome': {cells['outcome']!r} contradicts {number.where}")
        number.outcome, number.why, number.where = cells["outcome"], cells["why"], row.where
    if not cells["code"]:
        if not cells["outcome"]:
            problems.add(row.where, "column 'code' is blank; a line gives the code of an event, or an outcome")
        return
    if "at" not in row.cells:
        problems.add(row.where, "column 'at' is missing; an event without a time has a blank one")
    number.places.append(row.where)
    number.scans.append(
        ScanLine(
            carrier=key[0],
            tracking_number=key[1],
            position=-1 if cells["position"] is None else cells["position"],
            at=cells["at"],
            code=cells["code"],
            subcode=cells["subcode"],
            physical=cells["physical"],
            description=cells["description"],
            location=cells["location"],
            published_at=cells["published_at"],
        )
    )


def _position_scans(number: _Number, problems: Problems) -> Iterable[ScanLine]:
    given = {scan.position for scan in number.scans} - {-1}
    if not given:
        times: list[datetime] = [scan.at for scan in number.scans if scan.at is not None]
        in_order = number.scans
        if len(times) == len(number.scans):
            in_order = sorted(number.scans, key=lambda scan: scan.at or times[0])
        return [replace(scan, position=position) for position, scan in enumerate(in_order)]
    if len(given) != len(number.scans):
        problems.add(
            number.places[-1], "column 'position': the events of a number have one position each, or none of them has"
        )
    return sorted(number.scans, key=lambda scan: scan.position)
