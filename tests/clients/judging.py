"""What a client reported, held against what was planted. Knows neither clients nor carriers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["yes", "client errs", "NO"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One report, judged. why: of everything but a `yes`."""

    parcel: str
    reported: str
    as_planted: Verdict
    why: str = ""


def judge(
    right: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, tuple[Mapping[str, Any], str]],
    reported: Mapping[str, Mapping[str, Any]],
) -> Iterator[Judged]:
    """Every parcel that was planted, is known to be misreported, or was reported.

    right: what must be reported of each. known: what a known error reports instead, and why. An error that is gone is
    no success: the list of known errors must be mended.
    """
    for parcel in dict.fromkeys((*right, *known, *reported)):
        said = reported.get(parcel)
        told = "nothing" if said is None else words(said)
        if parcel in known:
            error, why = known[parcel]
            if said == error:
                yield Judged(parcel, told, "client errs", why)
            else:
                yield Judged(parcel, told, "NO", f"known to report {words(error)}: {why}; mend the list")
        elif parcel not in right:
            yield Judged(parcel, told, "NO", "nothing is known of this report")
        elif said == right[parcel]:
            yield Judged(parcel, told, "yes")
        else:
            yield Judged(parcel, told, "NO", f"planted: {words(right[parcel])}")


def words(report: Mapping[str, Any]) -> str:
    """A report in one line."""
    return ", ".join(f"{name} {value}" for name, value in report.items())
