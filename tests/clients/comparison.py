"""Compare a client's reports with the parcels at the carriers. Knows neither clients nor carriers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["yes", "client errs", "NO"]


@dataclass(frozen=True, slots=True)
class ReportComparison:
    """One report, compared. why: the reason for every verdict but `yes`."""

    parcel: str
    reported: str
    as_planted: Verdict
    why: str = ""


def compare_reports(
    right: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, tuple[Mapping[str, Any], str]],
    reported: Mapping[str, Mapping[str, Any]],
) -> Iterator[ReportComparison]:
    """Compare every parcel that exists, is known to be misreported, or was reported.

    right: the report that each needs.
    known: what a known error reports instead, and why. An error that is gone is not a success: the list of known
    errors must be updated.
    """
    for parcel in dict.fromkeys((*right, *known, *reported)):
        report = reported.get(parcel)
        shown = "nothing" if report is None else words(report)
        if parcel in known:
            error, why = known[parcel]
            if report == error:
                yield ReportComparison(parcel, shown, "client errs", why)
            else:
                yield ReportComparison(parcel, shown, "NO", f"known to report {words(error)}: {why}; mend the list")
        elif parcel not in right:
            yield ReportComparison(parcel, shown, "NO", "nothing is known of this report")
        elif report == right[parcel]:
            yield ReportComparison(parcel, shown, "yes")
        else:
            yield ReportComparison(parcel, shown, "NO", f"planted: {words(right[parcel])}")


def words(report: Mapping[str, Any]) -> str:
    """A report in one line."""
    return ", ".join(f"{name} {value}" for name, value in report.items())
