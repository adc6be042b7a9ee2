"""What a validator returns, as plain values: rows, rates, and the packages listed apart from them."""

from collections.abc import Mapping
from dataclasses import dataclass

ReportedRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """A validator's answer. Rates and the two lists are None where the validator returned none.

    rows: the report.
    rates: one entry a category.
    unanswered: packages whose carrier gave no usable answer.
    excluded: packages and orders that are not in the report.
    remarks: things to report that are not differences, such as processes left running.
    """

    rows: tuple[ReportedRow, ...]
    rates: tuple[ReportedRow, ...] | None = None
    unanswered: tuple[ReportedRow, ...] | None = None
    excluded: tuple[ReportedRow, ...] | None = None
    remarks: tuple[str, ...] = ()


def cell_text(value: object) -> str:
    """A reported cell as text: empty for null, `true` and `false` as in JSON, else `str` of the value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
