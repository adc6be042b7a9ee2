"""Which submission of a package is judged (R10, R11, R12).

Where a carrier gave no usable answer, a delivery may have happened at any instant or never. Then every possibility is
gone through; if they lead to different submissions, nobody can tell which one is judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product

from oracle.story import Submission

REFLECTED_AFTER = timedelta(hours=72)

Pair = tuple[str, str]  # a carrier's exact name and the number's key


def reflected_submissions(submissions: Sequence[Submission], as_of: datetime) -> list[Submission]:
    """Those that the report shows: made 72 hours before it or earlier."""
    return [one for one in submissions if one.at + REFLECTED_AFTER <= as_of]


def candidates(
    submissions: Sequence[Submission],
    pairs: Sequence[Pair | None],
    delivered: Mapping[Pair, datetime],
    silent: frozenset[Pair],
) -> set[int]:
    """The places of those that may be the one that is judged: one, if it can be told.

    submissions: the reflected ones. pairs: whom each asks about what (None: nobody is asked). delivered: of the pairs
    whose carriers have delivered. silent: the pairs about which there is no answer.
    """
    return {_last_in_time(submissions, pairs, {**delivered, **world}) for world in _worlds(submissions, pairs, silent)}


def _last_in_time(
    submissions: Sequence[Submission], pairs: Sequence[Pair | None], delivered: Mapping[Pair, datetime]
) -> int:
    """The last submission before the delivery; the first one counts whenever it was made.

    The delivery is the parcel's: that of any number that the seller had named for it by then.
    """
    last = 0
    for place in range(1, len(submissions)):
        named = [pair for pair in pairs[: place + 1] if pair in delivered]
        if all(submissions[place].at < delivered[pair] for pair in named if pair is not None):
            last = place
    return last


def _worlds(
    submissions: Sequence[Submission], pairs: Sequence[Pair | None], silent: frozenset[Pair]
) -> Iterator[dict[Pair, datetime]]:
    """Every way in which the silent carriers may have delivered, as far as it matters: never, or by a submission."""
    open_ones = sorted({pair for pair in pairs if pair is not None and pair in silent})
    instants: list[datetime | None] = [None, *{one.at for one in submissions}]
    for chosen in product(instants, repeat=len(open_ones)):
        yield {pair: at for pair, at in zip(open_ones, chosen, strict=True) if at is not None}
