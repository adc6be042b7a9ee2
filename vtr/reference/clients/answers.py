"""The result of looking up a number at a carrier: scans, "unknown number", or no usable answer. No verdicts here.

Clients fill these from the wire; the stages (`stages/*.sql`) read them as the tables `answers` and `scans`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

Outcome = Literal["known", "unknown", "unanswered"]

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One event of a carrier's answer.

    position: 0 for the oldest event of the answer.
    at: the instant (UTC, aware), None when the answer does not determine one.
    code: the key in the carrier's table of scan codes (`scan_codes/`).
    subcode: a second key of that table, with "#" before it (UPS statusCode), or empty.
    physical: the carrier's own flag on the event, None when it sends none.
    description, location: for people.
    """

    position: int
    at: datetime | None
    code: str
    subcode: str = ""
    physical: bool | None = None
    description: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A carrier's answer about one number.

    carrier: the client (ups, usps, fedex, dhl, chinapost).
    tracking_number: as it was sent.
    scans: may be empty for a known number.
    why: the carrier's own words about an unknown number; for no usable answer, what went wrong.
    """

    carrier: str
    tracking_number: str
    outcome: Outcome
    scans: tuple[ScanRow, ...] = ()
    why: str = ""


def sort_scans(oldest_first: Iterable[ScanRow]) -> tuple[ScanRow, ...]:
    """Sort rows, given in the answer's order (oldest first), by time, and number their positions from 0.

    Answers come newest first (UPS, USPS, FedEx, DHL Unified) or oldest first (China Post, MyDHL), and not always
    sorted: local times sorted as text change places where zones change. A cancelling event revokes earlier ones by
    position, so events are sorted by instant; equal instants keep the answer's order, and an event without an instant
    stays after its older neighbour in the answer.
    """
    keyed: list[tuple[datetime, ScanRow]] = []
    last = _BEFORE_ALL
    for row in oldest_first:
        last = row.at or last
        keyed.append((last, row))
    keyed.sort(key=lambda pair: pair[0])
    return tuple(replace(row, position=position) for position, (_, row) in enumerate(keyed))
