"""Events get their positions: 0 for the oldest.

Answers come newest first (UPS, USPS, FedEx, DHL Unified) or oldest first (China Post, MyDHL), and not always in order:
local times sorted as text turn around where zones change. A cancelling event undoes earlier ones by position, so events
are put in order by instant; equal instants keep the answer's order, and an event without an instant stays behind the
older neighbour that the answer gave it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from vtr.reference.clients.answers import ScanRow

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def in_order(oldest_first: Iterable[ScanRow]) -> tuple[ScanRow, ...]:
    """Give the rows, which come in the answer's order (oldest first), in order of time and with their positions."""
    keyed: list[tuple[datetime, ScanRow]] = []
    last = _BEFORE_ALL
    for row in oldest_first:
        last = row.at or last
        keyed.append((last, row))
    keyed.sort(key=lambda pair: pair[0])
    return tuple(replace(row, position=position) for position, (_, row) in enumerate(keyed))
