"""The details of sampled rows."""

from collections.abc import Callable
from typing import Any


def test_a_sample_has_its_events_by_time_and_how_each_side_classifies_every_scan(
    found_of: Callable[[str], dict[str, Any]],
) -> None:
    rows = (row for row in found_of("> to >=")["flipped"] if "timeline" in row)
    row = next(row for row in rows if row["key"] == "114-0000002-0000001/1")  # the first that is delivered as submitted
    assert [entry["what"] for entry in row["timeline"]] == [
        *("promised", "placed", "scan", "submitted", "scan", "report"),
    ]
    submitted, delivery = row["timeline"][3:5]
    assert (submitted["at"], submitted["judged_by"]) == ("2026-03-20T00:00:00Z", ["base", "head"])
    assert (delivery["at"], delivery["code"], delivery["tracking_number"]) == ("2026-03-20T00:00:00Z", "D/FS", "1ZA2")
    assert delivery["base"] == delivery["head"] == {"counts": True, "delivers": True, "class": "scan", "why_not": ""}
    assert row["window"]["base"] == row["window"]["head"] == {"start": "2026-02-17", "end": "2026-03-18"}
    assert [row["explanations"][side]["decision"] for side in ("base", "head")] == ["VALID", "UPLOADED_AFTER_DELIVERY"]
