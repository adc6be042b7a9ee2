"""The lines of a profile that mutants point to."""

import pytest

from vtr.reference.rules.profile_reader import profile_text
from vtr.rule_changes.mutate.all_mutants import mutants_of
from vtr.rule_changes.mutate.mutant import Mutant

LATE = "UPLOADED_AFTER_DELIVERY"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (f"{LATE}:comparison-1:>=", "    when: submitted_at > delivered_at"),
        ("REFLECTED_WITHIN_72_HOURS:interval-1:+1", "    counts_when: submitted_at + INTERVAL 72 HOUR <= as_of"),
        ("carriers.EMS:removed", "  - {name: EMS, asks: chinapost}"),
        ("switches.full_width:narrow", "  full_width: reject "),
        ("target:-0.01", "target: 0.95"),
    ],
)
def test_a_mutant_names_the_line_that_was_broken(name: str, line: str, mutants: dict[str, Mutant]) -> None:
    file, _, number = mutants[name].where.rpartition(":")
    text, origin = profile_text("us-2019")
    assert file == origin
    assert text.splitlines()[int(number) - 1].startswith(line)


def test_mutants_of_a_profile_that_extends_another_name_the_file_of_each_rule() -> None:
    found = {mutant.name: mutant for mutant in mutants_of("us-2025", "none")}
    assert found["lag_days:+1"].where.startswith("vtr/profiles/us-2025.yaml:")
    assert found["NO_SCAN:dropped"].where.startswith("vtr/profiles/us-2019.yaml:")
