"""The rates of a report as a table of their own: overall and by category, with the window.

The column `scope` marks the row of all categories, because a category may have any name.
"""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from vtr.reference.errors import VtrError
from vtr.reference.report.report import Rate, rates_as_json

SUFFIXES = (".csv", ".tsv", ".json")

_COUNTS = ("confirmed", "exempt", "unanswered", "counted", "valid", "rate", "status")
COLUMNS = ("scope", "category", "window_start", "window_end", *_COUNTS)


def summary_text(path: Path, rates: Sequence[Rate], window: tuple[date, date]) -> str:
    """The text of a file of rates, in the format of its suffix. Raises VtrError for another suffix.

    window: first and last promised delivery date. A rate is a fraction of 1, empty (null) when nothing is counted.
    """
    start, end = (day.isoformat() for day in window)
    rows = [
        {
            "scope": "overall" if rate["category"] is None else "category",
            "category": rate["category"],
            "window_start": start,
            "window_end": end,
            **{name: rate[name] for name in _COUNTS},
        }
        for rate in rates_as_json(rates)
    ]
    suffix = summary_suffix(path)
    if suffix == ".json":
        return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    return _separated(rows, "," if suffix == ".csv" else "\t")


def summary_suffix(path: Path) -> str:
    """The suffix, in lower case. Raises VtrError for one that is not in SUFFIXES."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise VtrError(f"{path}: unsupported file type; rates are written as {', '.join(SUFFIXES)}")
    return suffix


def _separated(rows: Sequence[dict[str, Any]], separator: str) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
