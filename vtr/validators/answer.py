"""What a validator returns: rows, rates, and what it lists apart, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

ReportedRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """A validator's answer: its rows, its rates, what is unanswered and what is left out (None: it returns none).

    remarks: what was met while it was got and is no difference, such as processes left behind.
    """

    rows: tuple[ReportedRow, ...]
    rates: tuple[ReportedRow, ...] | None = None
    unanswered: tuple[ReportedRow, ...] | None = None
    excluded: tuple[ReportedRow, ...] | None = None
    remarks: tuple[str, ...] = ()


def cell_text(value: object) -> str:
    """A reported cell as text: nothing for null, `true` and `false` as JSON writes them, else what is printed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
