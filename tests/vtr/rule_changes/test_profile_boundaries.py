"""The boundaries of a profile."""

from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.profile_boundaries import Boundaries


def test_boundaries_are_where_the_conditions_compare() -> None:
    boundaries = Boundaries.of(load_profile("us-2019"))
    assert {str(price) for price in boundaries.prices} == {"5.00", "10.00"}
    assert [length.total_seconds() / 3600 for length in boundaries.lengths] == [72]
    assert set(boundaries.texts["ship_method"]) == {"Freight", "Standard Mail envelope", "First Class Mail envelope"}
    assert boundaries.window == (-14, 16)
