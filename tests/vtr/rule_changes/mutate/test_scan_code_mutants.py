"""Scan codes whose class is changed."""

import pytest

from vtr.rule_changes.mutate.mutant import Mutant


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("scan_codes.usps/03:none", "none"),
        ("scan_codes.usps/GX:scan", "scan"),
    ],
)
def test_a_physical_scan_becomes_none_and_the_other_way_round(
    name: str, after: str, mutants: dict[str, Mutant]
) -> None:
    assert mutants[name].after == after
