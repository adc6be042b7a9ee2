"""A report as values: its rows, its rates, and every package that is not in it, with the reason.

Packages that are left out are part of the report on purpose: if one could vanish, a rate could be wrong unnoticed.
`as_json` is the shape that other programs read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from vtr.reference.instants import instant_text
from vtr.reference.layouts import ReportRow
from vtr.reference.layouts import as_json as row_as_json

if TYPE_CHECKING:
    from vtr.reference.report.explanation import Explanation, PackageKey

Status = Literal["GOOD", "BAD", "NONE"]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A package, or an order without one (package None), that is not in the report.

    why: the rule.
    says: the rule's text.
    """

    order_id: str
    package: int | None
    why: str
    says: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A package that cannot be judged because an answer is missing. why: which answer."""

    order_id: str
    package: int
    category: str
    carrier: str
    tracking_number: str
    why: str


@dataclass(frozen=True, slots=True)
class Rate:
    """The valid tracking rate of a category, or of all.

    category: when the order was placed; None: all categories.
    confirmed: exempt + unanswered + counted.
    rate: valid / counted; None when nothing is counted (status NONE).
    """

    category: str | None
    confirmed: int
    exempt: int
    unanswered: int
    counted: int
    valid: int
    rate: float | None
    status: Status


@dataclass(frozen=True, slots=True)
class Report:
    """A valid tracking report.

    as_of: the instant of the report, aware.
    window_start, window_end: the promised delivery dates it is about, both inclusive.
    explanations: why each package got its decision, by order id and package number (None for an order without one);
        empty unless requested. Their JSON is the key `explanation` of each row, unanswered and excluded package.
    """

    profile: str
    as_of: datetime
    window_start: date
    window_end: date
    rows: tuple[ReportRow, ...]
    rates: tuple[Rate, ...]
    unanswered: tuple[Unanswered, ...]
    excluded: tuple[Excluded, ...]
    explanations: "Mapping[PackageKey, Explanation]" = field(default_factory=dict)

    @property
    def overall(self) -> Rate:
        """The rate over all categories."""
        return self.rates[0]

    def as_json(self) -> dict[str, Any]:
        """The report as JSON values: instants in UTC with Z, dates YYYY-MM-DD."""
        return {
            "profile": self.profile,
            "as_of": instant_text(self.as_of),
            "window": {"start": self.window_start.isoformat(), "end": self.window_end.isoformat()},
            "rows": [self._explained(row_as_json(row)) for row in self.rows],
            "rates": rates_as_json(self.rates),
            "unanswered": [self._explained(unanswered_as_json(package)) for package in self.unanswered],
            "excluded": [self._explained(excluded_as_json(package)) for package in self.excluded],
        }

    def _explained(self, package: dict[str, Any]) -> dict[str, Any]:
        return explained_as_json(package, self.explanations)


def explained_as_json(package: dict[str, Any], explanations: "Mapping[PackageKey, Explanation]") -> dict[str, Any]:
    """A package's JSON values with its explanation, if there is one."""
    explanation = explanations.get((package["order_id"], package["package"]))
    return package if explanation is None else {**package, "explanation": explanation.as_json()}


def rates_as_json(rates: Sequence[Rate]) -> list[dict[str, Any]]:
    """Rates as JSON values, the overall one with category null."""
    return [
        {
            "category": rate.category,
            "confirmed": rate.confirmed,
            "exempt": rate.exempt,
            "unanswered": rate.unanswered,
            "counted": rate.counted,
            "valid": rate.valid,
            "rate": rate.rate,
            "status": rate.status,
        }
        for rate in rates
    ]


def unanswered_as_json(package: Unanswered) -> dict[str, Any]:
    """A package that cannot be judged, as JSON values."""
    return {
        "order_id": package.order_id,
        "package": package.package,
        "category": package.category,
        "carrier": package.carrier,
        "tracking_number": package.tracking_number,
        "why": package.why,
    }


def excluded_as_json(package: Excluded) -> dict[str, Any]:
    """A package that is not in the report, as JSON values."""
    return {"order_id": package.order_id, "package": package.package, "why": package.why, "says": package.says}
