"""What is changed in the settings of a profile: a mutant of each kind."""

import pytest

from vtr.rule_changes.mutate.mutant import Mutant


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("window_days:+1", "31"),
        ("lag_days:-1", "13"),
        ("target:+0.01", "0.96"),
        ("zone:UTC", "UTC"),
        ("counting_classes:with-partner", "scan, partner"),
        ("switches.column_e:order_and_number", "order_and_number"),
        ("carriers.OnTrac:removed", "(not supported)"),
        ("carriers.UPS:asks-nobody", "asks: null"),
        ("carriers.FedEx:lower-case-too", "FedEx, fedex"),
    ],
)
def test_each_kind_of_setting_mutant_is_made(name: str, after: str, mutants: dict[str, Mutant]) -> None:
    assert mutants[name].after == after
