"""The journal: what a simulation records of each call to a carrier."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from simulator.exchange import Response

NO_ROUTE = "none"  # the operation of calls that matched none
_MAY_ASK_TO_WAIT = 400  # the lowest status with which an answer here may carry Retry-After; looking costs time


@dataclass(frozen=True, slots=True)
class Entry:
    """A call in the journal.

    at: simulated instant (UTC).
    carrier: its name.
    operation: its name, NO_ROUTE for a call that matched none.
    method: of HTTP.
    path: undecoded, without the query.
    numbers: the tracking numbers in the call.
    status: of the answer, after faults.
    stamp: the door's monotonic seconds, None where the door has none.
    hint: why a call matched no operation, and the closest one.
    query: decoded pairs in the order sent.
    token: a short digest of the call's access token, empty without one.
    body: a checksum of the call's body, by which equal requests are recognised; 0 without a body.
    retry_after: seconds that the answer asked to wait; None where it asked for none.
    marred: whether a fault changed the answer, so that the client may not have understood it.
    """

    at: datetime
    carrier: str
    operation: str
    method: str
    path: str
    numbers: tuple[str, ...]
    status: int
    stamp: float | None
    hint: str = ""
    query: tuple[tuple[str, str], ...] = ()
    token: str = ""
    body: int = 0
    retry_after: float | None = None
    marred: bool = False


def retry_after_seconds(answer: Response) -> float | None:
    """How long an answer asks to wait: its Retry-After, a date in it counted from the answer's Date; None without."""
    if answer.status < _MAY_ASK_TO_WAIT:
        return None
    headers = dict(answer.headers)
    retry_after = headers.get("retry-after", "")
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        return (parsedate_to_datetime(retry_after) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError):  # no such header, or no date
        return None
