"""Scenarios that would have noticed a survivor."""

from pathlib import Path

import pytest

from vtr.rule_changes.mutate import propose
from vtr.rule_changes.mutate.all_mutants import mutants_of

LATE = "UPLOADED_AFTER_DELIVERY"


LENIENT = """\
profile: lenient
extends: us-2019
rules:
  - change: UPLOADED_AFTER_DELIVERY
    when: submitted_at > delivered_at + INTERVAL 1 HOUR
"""


@pytest.mark.parametrize(
    ("mutant", "at", "reason"),
    [(f"{LATE}:comparison-1:>=", "day 4 15:00", "VALID"), (f"{LATE}:comparison-1:+1-second", "day 4 15:00:01", LATE)],
)
def test_a_scenario_is_proposed_at_the_length_of_time_that_a_rule_names(
    mutant: str, at: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "lenient.yaml"
    path.write_text(LENIENT, encoding="utf-8")
    (broken,) = (each for each in mutants_of(str(path)) if each.name == mutant)
    text = propose.propose(str(path), broken)
    assert text is not None
    assert f"  - parcel: box\n    confirm: {{at: {at}}}\n" in text
    assert f"reason: {reason}}}" in text
