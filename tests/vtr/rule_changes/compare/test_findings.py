"""Groups and samples of flipped rows."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from recomputed import expected_of


def test_groups_add_up_and_samples_are_of_every_pair_of_reasons(found_of: Callable[[str], dict[str, Any]]) -> None:
    found = found_of("72 hours to 48")
    pairs = Counter(expected_of("72 hours to 48").values())
    assert {(each["base"], each["head"]): each["rows"] for each in found["groups"]["reason"]} == pairs
    for by in ("carrier", "category", "origin"):
        counts = Counter(row[by] for row in found["flipped"])
        assert {each[by]: each["rows"] for each in found["groups"][by]} == counts
    sampled = [row for row in found["flipped"] if "timeline" in row]
    assert len(sampled) == 6
    assert len({(row["base"]["reason"], row["head"]["reason"]) for row in sampled}) == min(6, len(pairs))
