"""Which of several changes made a row flip."""

from collections.abc import Callable
from typing import Any

import recomputed
from recomputed import CHANGES, expected_of


def verdicts(found: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["base"]["reason"], row["head"]["reason"]) for row in found["flipped"]}


def test_of_several_changes_each_row_names_those_that_flip_it(found_of: Callable[[str], dict[str, Any]]) -> None:
    found = found_of("all")
    assert verdicts(found) == expected_of("all")
    names = [change["name"] for change in found["changes"]]
    assert names == ["REFLECTED_WITHIN_72_HOURS", "UPLOADED_AFTER_DELIVERY", "Yun Express"]
    alone = [CHANGES[change][1] for change in ("72 hours to 48", "> to >=", "a carrier more")]
    packages = {f"{package.order_id}/1": package for package in recomputed.packages()}
    together = 0
    for row in found["flipped"]:
        sufficient = [
            place
            for place, rules in enumerate(alone)
            if recomputed.verdict(packages[row["key"]], rules) == row["head"]["reason"]
        ]
        together += not sufficient
        assert row["clauses"] == sufficient or (not sufficient and len(row["clauses"]) > 1), row["key"]
    assert together
