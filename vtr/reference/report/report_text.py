"""A report as text: JSON, CSV, TSV or a table for stdout or a file, and the words for stderr.

A report is written row by row as it is read, so that one over millions of packages takes no more memory than a small
one. A user's text is never markup and never moves the cursor: what cannot be printed is written as its code.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Literal

from vtr.reference.instants import instant_text
from vtr.reference.layouts import Layout, ReportRow, as_json, csv_lines, tsv_lines
from vtr.reference.messages import counted, printable
from vtr.reference.report.report import (
    Excluded,
    Rate,
    Report,
    Unanswered,
    excluded_as_json,
    explained_as_json,
    rates_as_json,
    unanswered_as_json,
)
from vtr.reference.report.text_table import text_table
from vtr.reference.rules.profile import Profile

if TYPE_CHECKING:
    import pyarrow as pa

    from vtr.reference.report.explanation import Explanation, PackageKey

TABLE_ROWS = 1000
_SHOWN_UNANSWERED = 3  # packages for each reason
_SHOWN_REASONS = 10
_SHOWN_RATES = 20
_SHOWN_EXPLANATIONS = 200
_EXPLAINED = ("invalid", "unanswered", "exempt", "excluded")  # in this order
_TABLE = ("order_id", "package", "category", "carrier", "tracking_id", "no_valid_tracking", "reason")


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report to be written once: what can be long is read only while it is written.

    target: a percentage, as text.
    rows, excluded: give their iterators, in this order and one after the other.
    excluded_counts: packages and orders by reason.
    lines: the rows as TSV or CSV with its header, made without Python's values; None if the engine cannot.
    batches: the rows as Arrow batches; None if the engine cannot.
    """

    profile: str
    target: str
    as_of: datetime
    window_start: date
    window_end: date
    rows: Callable[[], Iterable[ReportRow]]
    rates: tuple[Rate, ...]
    unanswered: tuple[Unanswered, ...]
    excluded: Callable[[], Iterable[Excluded]]
    excluded_counts: Mapping[str, int]
    lines: "Callable[[Literal['tsv', 'csv'], Layout, str], Iterator[str]] | None" = None
    batches: "Callable[[], Iterable[pa.RecordBatch]] | None" = None
    explanations: "Mapping[PackageKey, Explanation]" = field(default_factory=dict)


def report_view(report: Report, profile: Profile) -> ReportView:
    """A report in memory, to be written."""
    counts: dict[str, int] = {}
    for package in report.excluded:
        counts[package.why] = counts.get(package.why, 0) + 1
    return ReportView(
        profile=report.profile,
        target=percent_text(profile.target.as_integer_ratio()),
        as_of=report.as_of,
        window_start=report.window_start,
        window_end=report.window_end,
        rows=lambda: report.rows,
        rates=report.rates,
        unanswered=report.unanswered,
        excluded=lambda: report.excluded,
        explanations=report.explanations,
        excluded_counts=dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def report_pieces(view: ReportView, form: str, layout: Layout, language: str = "en") -> Iterator[str]:
    """The report in a form (table, json, csv, tsv), piece by piece; language: of the headers of CSV and TSV."""
    if form == "json":
        return _report_json(view)
    if form in {"csv", "tsv"} and view.lines is not None:
        return view.lines("csv" if form == "csv" else "tsv", layout, language)
    if form == "csv":
        return csv_lines(view.rows(), layout, language)
    if form == "tsv":
        return tsv_lines(view.rows(), layout, language)
    return _report_table(view)


def report_words(view: ReportView) -> Iterator[str]:
    """What a reader should know besides the rows, a line each: the window, the rates, what is left out and why."""
    yield (
        f"{view.profile} at {instant_text(view.as_of)}: packages promised for {view.window_start} to"
        f" {view.window_end}, both included"
    )
    for rate in view.rates[:_SHOWN_RATES]:
        yield _rate_words(rate, view.target)
    if len(view.rates) > _SHOWN_RATES:
        yield f"… and {len(view.rates) - _SHOWN_RATES} more categories; --format json has them all"
    if view.excluded_counts:
        listed = ", ".join(f"{count} {why}" for why, count in view.excluded_counts.items())
        yield f"not in the report: {listed} (--format json names each)"
    if view.unanswered:
        yield f"unanswered, neither valid nor not: {counted(len(view.unanswered), 'package')}"
        yield from _unanswered_words(view.unanswered)


def explanation_words(view: ReportView) -> Iterator[str]:
    """The explanations of the packages that are not valid, line by line; those with X first."""
    explained = [explanation for explanation in view.explanations.values() if explanation.state != "valid"]
    explained.sort(key=lambda explanation: _EXPLAINED.index(explanation.state))
    for explanation in explained[:_SHOWN_EXPLANATIONS]:
        yield ""
        yield from explanation.lines()
    if len(explained) > _SHOWN_EXPLANATIONS:
        yield f"… and {len(explained) - _SHOWN_EXPLANATIONS} more; --format json explains all, valid ones too"


def _unanswered_words(packages: Sequence[Unanswered]) -> Iterator[str]:
    """Why packages are unanswered, the most frequent reason first: one carrier that is down must not hide another."""
    by_why: dict[str, list[Unanswered]] = {}
    for package in packages:
        by_why.setdefault(package.why, []).append(package)
    by_frequency = sorted(by_why.items(), key=lambda entry: -len(entry[1]))
    for why, affected in by_frequency[:_SHOWN_REASONS]:
        first = ", ".join(
            f"{printable(package.order_id)}/{package.package}" for package in affected[:_SHOWN_UNANSWERED]
        )
        more = f" and {len(affected) - _SHOWN_UNANSWERED} more" if len(affected) > _SHOWN_UNANSWERED else ""
        yield f"  {printable(why)}: {first}{more}"
    if len(by_frequency) > _SHOWN_REASONS:
        yield f"  … and {len(by_frequency) - _SHOWN_REASONS} more reasons; --format json has them all"


def _rate_words(rate: Rate, target: str) -> str:
    name = "all categories" if rate.category is None else printable(rate.category)
    others = [f"{count} {word}" for count, word in ((rate.exempt, "exempt"), (rate.unanswered, "unanswered")) if count]
    aside = f" (beside them {', '.join(others)})" if others else ""
    if rate.rate is None:
        return f"{name}: nothing counted{aside}, {rate.status}"
    return (
        f"{name}: {rate.valid} of {rate.counted} valid{aside}, {percent_text((rate.valid, rate.counted))},"
        f" {rate.status} (target {target})"
    )


def percent_text(fraction: tuple[int, int]) -> str:
    """A fraction as a percentage with two decimals, cut and not rounded: a rate below 95 % never reads 95.00 %."""
    part, whole = fraction
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


def _report_json(view: ReportView) -> Iterator[str]:
    """The JSON of `Report.as_json`, in pieces."""
    head = {
        "profile": view.profile,
        "as_of": instant_text(view.as_of),
        "window": {"start": view.window_start.isoformat(), "end": view.window_end.isoformat()},
    }
    yield _json(head)[:-1]
    yield ',\n"rows": '
    yield from _json_list(explained_as_json(as_json(row), view.explanations) for row in view.rows())
    yield ',\n"rates": '
    yield from _json_list(rates_as_json(view.rates))
    yield ',\n"unanswered": '
    yield from _json_list(
        explained_as_json(unanswered_as_json(package), view.explanations) for package in view.unanswered
    )
    yield ',\n"excluded": '
    yield from _json_list(
        explained_as_json(excluded_as_json(package), view.explanations) for package in view.excluded()
    )
    yield "}\n"


def _json_list(values: Iterable[object]) -> Iterator[str]:
    before = "[\n"
    for value in values:
        yield before + _json(value)
        before = ",\n"
    yield "[]" if before == "[\n" else "\n]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _report_table(view: ReportView) -> Iterator[str]:
    rows = iter(view.rows())
    first = list(islice(rows, TABLE_ROWS))
    yield from text_table(_TABLE, [[str(getattr(row, name)) for name in _TABLE] for row in first])
    more = sum(1 for _ in rows)
    if more:
        yield f"… and {more} more; --format csv or --out FILE has them all\n"
