"""What asking a carrier gives: scan rows, "unknown number", or no usable answer. Nothing is judged here.

Clients fill these from the wire; the stages (`stages/*.sql`) read them as the tables `answers` and `scans`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal["known", "unknown", "unanswered"]


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One event of a carrier's answer.

    at: the instant (UTC, aware), None when the answer gives none that can be placed on the time line. code: the key in
    the carrier's table of scan codes (`scan_codes/`). subcode: a second code that the table knows too, with "#" before
    it (UPS statusCode), or empty. physical: the carrier's own flag on the event, None when it sends none. position:
    0 for the oldest event of the answer. description, location: for people.
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

    carrier: the client that asked (ups, usps, fedex, dhl, chinapost). tracking_number: as it was asked. why: for an
    unknown number the carrier's own words, for no usable answer what went wrong. A known number may have no scans.
    """

    carrier: str
    tracking_number: str
    outcome: Outcome
    scans: tuple[ScanRow, ...] = ()
    why: str = ""
