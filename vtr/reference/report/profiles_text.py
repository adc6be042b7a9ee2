"""The list of profiles as a table, JSON or CSV."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from vtr.reference.console import aligned
from vtr.reference.rules.profile import Profile

_COLUMNS = ("profile", "title", "marketplace", "extends", "target", "lag_days", "window_days")


def profiles_pieces(profiles: Sequence[Profile], form: str) -> Iterator[str]:
    """The profiles in a form (table, json or csv), to be written one piece after the other."""
    rows = [_row(profile) for profile in profiles]
    if form == "json":
        yield json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    elif form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "extends": " ".join(row["extends"])} for row in rows)
        yield text.getvalue()
    else:
        cells = [[" ".join(cell) if isinstance(cell, list) else str(cell) for cell in row.values()] for row in rows]
        yield from (f"{line}\n" for line in aligned([_COLUMNS, *cells]))


def _row(profile: Profile) -> dict[str, Any]:
    return {
        "profile": profile.name,
        "title": profile.title,
        "marketplace": profile.marketplace,
        "extends": [base.rpartition("/")[2].removesuffix(".yaml") for base in profile.extends],
        "target": str(profile.target),
        "lag_days": profile.lag_days,
        "window_days": profile.window_days,
    }
