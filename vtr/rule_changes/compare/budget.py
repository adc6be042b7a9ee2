"""How much may flip before a comparison fails: a number of rows, and percentage points of any rate."""

from collections.abc import Iterator
from dataclasses import dataclass

from vtr.reference.messages import counted
from vtr.rule_changes.compare.findings import CompareResult


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of a comparison; None means no limit.

    max_flips: rows.
    max_rate_change: percentage points, up or down, of each category and of all.
    """

    max_flips: int | None = None
    max_rate_change: float | None = None

    def exceeded(self, found: CompareResult) -> tuple[str, ...]:
        """A line for each limit that is exceeded. A rate that only one side has exceeds any limit."""
        return tuple(self._exceeded(found))

    def _exceeded(self, found: CompareResult) -> Iterator[str]:
        if self.max_flips is not None and found.flipped > self.max_flips:
            yield f"{counted(found.flipped, 'row')} flipped, allowed are {self.max_flips}"
        if self.max_rate_change is None:
            return
        for pair in found.rates:
            name = "all categories" if pair.category is None else pair.category
            change = pair.change_points
            if pair.one_sided:
                yield f"{name}: only one side has a rate, allowed is a change of {self.max_rate_change:g} points"
            # A rate is a quotient of whole numbers; rounding errors of floating point are not a change.
            elif change is not None and abs(change) > self.max_rate_change + 1e-9:
                yield f"{name}: the rate changes by {change:+.2f} points, allowed are {self.max_rate_change:g}"
