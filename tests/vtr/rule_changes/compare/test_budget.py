"""When a comparison exceeds its budget."""

import pytest

from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.compare.budget import Budget
from vtr.rule_changes.compare.findings import CompareResult, Counts, RatePair


@pytest.mark.parametrize(
    ("budget", "rates", "words"),
    [
        (Budget(), [(100, 0)], []),
        (Budget(max_flips=3), [(95, 90)], []),
        (Budget(max_flips=2), [(95, 90)], ["3 rows flipped, allowed are 2"]),
        (Budget(max_rate_change=5), [(95, 90)], []),
        (Budget(max_rate_change=5), [(90, 95)], []),
        (Budget(max_rate_change=4.9), [(95, 90)], ["the rate changes by -5.00 points, allowed are 4.9"]),
        (Budget(max_rate_change=99), [(95, None)], ["only one side has a rate, allowed is a change of 99 points"]),
        (Budget(max_rate_change=0), [(None, None)], []),
    ],
)
def test_a_limit_that_is_exceeded_is_named(
    budget: Budget, rates: list[tuple[int | None, int | None]], words: list[str]
) -> None:
    pairs = tuple(
        RatePair(None, *(Counts(100, 0, 0, 100 * (one is not None), one or 0) for one in two)) for two in rates
    )
    found = CompareResult(
        "a", "b", {}, "", 9, (), 3, 3, 0, (), pairs, (load_profile("us-2019").target,) * 2, 0, {}, tuple
    )  # fmt: skip
    assert [each.removeprefix("all categories: ") for each in budget.exceeded(found)] == words
