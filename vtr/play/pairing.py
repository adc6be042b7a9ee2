"""Which reported row is compared with which expected one.

Rows are identified by order and package number when the validator returns one, else by order and tracking text: the
one that an expected row names, or any that was submitted for its package. Several packages of one order may look alike
there (two blank numbers give two equal texts), so rows of one key are compared as a multiset: as many as possible are
paired without a difference (a maximum matching, not the first that fits), and the others with what is left of the key.

A wrong tracking text would thus be one row missing and another too many. Where an order has just one of each, they are
compared with each other all the same, since that is clearer: this cell, that text expected, this one reported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vtr.story.expected import ExpectedRow
from vtr.validators.answer import ReportedRow, cell_text

Pairs = list[tuple[ExpectedRow | None, ReportedRow | None]]


def changed_columns(row: ExpectedRow, actual: ReportedRow, skipped: Sequence[str]) -> tuple[str, ...]:
    """The columns of an expected row that the reported one doesn't meet. skipped: columns not compared."""
    return tuple(
        column for column, cell in row.cells.items() if column not in skipped and not cell.holds(actual.get(column))
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one key, expected and reported; skipped: the columns that are not compared."""

    wanted: Sequence[ExpectedRow]
    given: Sequence[ReportedRow]
    skipped: Sequence[str]


def pair_rows(rows: Rows) -> Pairs:
    """Rows of one key, each expected one with a reported one: equal ones first, then the most alike, then the rest."""
    wanted, given, skipped = rows.wanted, rows.given, rows.skipped
    partner = _match([[not changed_columns(row, actual, skipped) for actual in given] for row in wanted])
    free_wanted = [index for index in range(len(wanted)) if index not in partner.values()]
    free_given = [index for index in range(len(given)) if index not in partner]

    def unlike(pair: tuple[int, int]) -> int:
        return len(changed_columns(wanted[pair[0]], given[pair[1]], skipped))

    while free_wanted and free_given:
        best = min(((row, actual) for row in free_wanted for actual in free_given), key=unlike)
        partner[best[1]] = best[0]
        free_wanted.remove(best[0])
        free_given.remove(best[1])
    pairs: Pairs = [(wanted[row], given[actual]) for actual, row in sorted(partner.items(), key=lambda entry: entry[1])]
    pairs.extend((wanted[index], None) for index in free_wanted)
    pairs.extend((None, given[index]) for index in free_given)
    return pairs


def pair_by_text(rows: Rows, absent: Sequence[ExpectedRow]) -> Pairs:
    """Rows of one order without package numbers: first by tracking text, then those that no text identifies.

    A row whose tracking text is not expected, or not reported, may be any one of its order, but not one that must be
    absent.
    """
    wanted, given, skipped = rows.wanted, rows.given, rows.skipped
    # As many rows as possible with a partner of their text, and as many of these as possible without a difference.
    by_text = [[has_text(row, actual) for actual in given] for row in wanted]
    partner = _match(
        [
            [fits and not changed_columns(row, actual, skipped) for fits, actual in zip(fitting, given, strict=True)]
            for row, fitting in zip(wanted, by_text, strict=True)
        ]
    )
    partner = _match(by_text, partner)
    pairs: Pairs = [(wanted[row], given[actual]) for actual, row in sorted(partner.items(), key=lambda entry: entry[1])]
    left = [row for index, row in enumerate(wanted) if index not in partner.values()]
    more = [actual for index, actual in enumerate(given) if index not in partner]
    unwanted = [actual for actual in more if any(has_text(row, actual) for row in absent)]
    extra = [actual for actual in more if actual not in unwanted]
    if len(left) == len(extra) == 1:
        return [*pairs, (left[0], extra[0]), *((None, actual) for actual in unwanted)]
    nameless = [row for row in left if "tracking_id" not in row.cells]
    pairs += _take_pairs(left, extra, pair_rows(Rows(nameless, extra, skipped)))
    textless = [actual for actual in extra if not cell_text(actual.get("tracking_id"))]
    pairs += _take_pairs(left, extra, pair_rows(Rows(left, textless, skipped)))
    return [*pairs, *((row, None) for row in left), *((None, actual) for actual in (*extra, *unwanted))]


def _take_pairs(left: list[ExpectedRow], extra: list[ReportedRow], pairs: Pairs) -> Pairs:
    """The pairs of two rows; these rows are taken from what is left."""
    whole = [(row, actual) for row, actual in pairs if row is not None and actual is not None]
    for row, actual in whole:
        left.remove(row)
        extra.remove(actual)
    return [*whole]


def has_text(row: ExpectedRow, actual: ReportedRow) -> bool:
    """Whether a reported row has the tracking text that is expected or, if none is, one that its package may have."""
    reported = actual.get("tracking_id")
    expected = row.cells.get("tracking_id")
    if expected is not None:
        return expected.holds(reported)
    text = cell_text(reported).strip().upper()
    return text in {f"{row.order_id}-InvalidId".upper(), *(submitted.strip().upper() for submitted in row.submitted)}


def _match(fits: Sequence[Sequence[bool]], begun: Mapping[int, int] | None = None) -> dict[int, int]:
    """A maximum matching of rows to columns that fit: from column to row (augmenting paths).

    begun: a matching that fits, to go on from; its rows and columns stay matched.
    """
    row_of = dict(begun or {})

    def place(row: int, tried: set[int]) -> bool:
        for column, fit in enumerate(fits[row]):
            if fit and column not in tried:
                tried.add(column)
                if column not in row_of or place(row_of[column], tried):
                    row_of[column] = row
                    return True
        return False

    for row in set(range(len(fits))) - set(row_of.values()):
        place(row, set())
    return row_of
