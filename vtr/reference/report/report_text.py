"""Reports and rules as text: JSON, CSV, TSV and tables for stdout or a file, and the words beside them.

A report is written row by row as it is read, so that one over millions of packages takes no more memory than a small
one. A user's text is never markup and never moves the cursor: what cannot be printed is written as its code.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

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
)
from vtr.reference.report.report import unanswered_as_json as unanswered_json
from vtr.reference.rules.columns import COLUMNS, STAGES
from vtr.reference.rules.profile import SWITCHES, Profile, Rule

if TYPE_CHECKING:
    import pyarrow as pa

    from vtr.reference.report.explanation import Explanation, PackageKey

TABLE_ROWS = 1000
_SHOWN_UNANSWERED = 3  # packages for each reason
_SHOWN_WHYS = 10
_SHOWN_RATES = 20
_SHOWN_EXPLANATIONS = 200
_EXPLAINED = ("invalid", "unanswered", "exempt", "excluded")  # in this order
_TABLE = ("order_id", "package", "category", "carrier", "tracking_id", "no_valid_tracking", "reason")


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report to be written, once: what can be long is read only while it is written.

    rows and excluded give their iterators, in this order and one after the other. excluded_counts: by reason. lines
    (TSV or CSV with its header) and batches (Arrow): the rows without Python's values, if they can be had so.
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


def report_pieces(shown: ReportView, form: str, layout: Layout, language: str = "en") -> Iterator[str]:
    """The report in a form (table, json, csv, tsv), piece by piece; language: of the headers of CSV and TSV."""
    if form == "json":
        return _report_json(shown)
    if form in {"csv", "tsv"} and shown.lines is not None:
        return shown.lines("csv" if form == "csv" else "tsv", layout, language)
    if form == "csv":
        return csv_lines(shown.rows(), layout, language)
    if form == "tsv":
        return tsv_lines(shown.rows(), layout, language)
    return _report_table(shown)


def report_words(shown: ReportView) -> Iterator[str]:
    """What a reader should know beside the rows, a line each: the window, the rates, what is left out and why."""
    yield (
        f"{shown.profile} at {instant_text(shown.as_of)}: packages promised for {shown.window_start} to"
        f" {shown.window_end}, both included"
    )
    for rate in shown.rates[:_SHOWN_RATES]:
        yield _rate_words(rate, shown.target)
    if len(shown.rates) > _SHOWN_RATES:
        yield f"… and {len(shown.rates) - _SHOWN_RATES} more categories; --format json has them all"
    if shown.excluded_counts:
        listed = ", ".join(f"{count} {why}" for why, count in shown.excluded_counts.items())
        yield f"not in the report: {listed} (--format json names each)"
    if shown.unanswered:
        yield f"unanswered, neither valid nor not: {counted(len(shown.unanswered), 'package')}"
        yield from _unanswered_words(shown.unanswered)


def explanation_words(shown: ReportView) -> Iterator[str]:
    """Why each package that is not valid got what it got, a line each; those with X first."""
    told = [explanation for explanation in shown.explanations.values() if explanation.state != "valid"]
    told.sort(key=lambda explanation: _EXPLAINED.index(explanation.state))
    for explanation in told[:_SHOWN_EXPLANATIONS]:
        yield ""
        yield from explanation.lines()
    if len(told) > _SHOWN_EXPLANATIONS:
        yield f"… and {len(told) - _SHOWN_EXPLANATIONS} more; --format json explains all, valid ones too"


def _unanswered_words(packages: Sequence[Unanswered]) -> Iterator[str]:
    """Why packages are unanswered, the most frequent first: one carrier that is down must not hide another."""
    by_why: dict[str, list[Unanswered]] = {}
    for package in packages:
        by_why.setdefault(package.why, []).append(package)
    sorted_whys = sorted(by_why.items(), key=lambda entry: -len(entry[1]))
    for why, concerned in sorted_whys[:_SHOWN_WHYS]:
        first = ", ".join(
            f"{printable(package.order_id)}/{package.package}" for package in concerned[:_SHOWN_UNANSWERED]
        )
        more = f" and {len(concerned) - _SHOWN_UNANSWERED} more" if len(concerned) > _SHOWN_UNANSWERED else ""
        yield f"  {printable(why)}: {first}{more}"
    if len(sorted_whys) > _SHOWN_WHYS:
        yield f"  … and {len(sorted_whys) - _SHOWN_WHYS} more reasons; --format json has them all"


def _rate_words(rate: Rate, target: str) -> str:
    name = "all categories" if rate.category is None else printable(rate.category)
    beside = [f"{count} {word}" for count, word in ((rate.exempt, "exempt"), (rate.unanswered, "unanswered")) if count]
    aside = f" (beside them {', '.join(beside)})" if beside else ""
    if rate.rate is None:
        return f"{name}: nothing counted{aside}, {rate.status}"
    return (
        f"{name}: {rate.valid} of {rate.counted} valid{aside}, {percent_text((rate.valid, rate.counted))},"
        f" {rate.status} (target {target})"
    )


def percent_text(fraction: tuple[int, int]) -> str:
    """A fraction as a percentage of two decimals, cut and not rounded: what misses 95 % never reads 95.00 %."""
    part, whole = fraction
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


def _report_json(shown: ReportView) -> Iterator[str]:
    """The JSON of `Report.as_json`, in pieces."""
    head = {
        "profile": shown.profile,
        "as_of": instant_text(shown.as_of),
        "window": {"start": shown.window_start.isoformat(), "end": shown.window_end.isoformat()},
    }
    yield _json(head)[:-1]
    yield ',\n"rows": '
    yield from _json_list(explained_as_json(as_json(row), shown.explanations) for row in shown.rows())
    yield ',\n"rates": '
    yield from _json_list(rates_as_json(shown.rates))
    yield ',\n"unanswered": '
    yield from _json_list(
        explained_as_json(unanswered_json(package), shown.explanations) for package in shown.unanswered
    )
    yield ',\n"excluded": '
    yield from _json_list(
        explained_as_json(excluded_as_json(package), shown.explanations) for package in shown.excluded()
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


def _report_table(shown: ReportView) -> Iterator[str]:
    rows = iter(shown.rows())
    first = list(islice(rows, TABLE_ROWS))
    yield from text_table(_TABLE, [[str(getattr(row, name)) for name in _TABLE] for row in first])
    more = sum(1 for _ in rows)
    if more:
        yield f"… and {more} more; --format csv or --out FILE has them all\n"


def text_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table of text, columns two blanks apart, as wide as their widest cell."""
    from rich.cells import cell_len  # noqa: PLC0415 (only a table needs to know how wide 中 is)

    shown = [[printable(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(cell_len(row[place]) for row in shown) for place in range(len(headers))]
    for row in (shown[0], ["-" * width for width in widths], *shown[1:]):
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip() + "\n"


def rules_pieces(profile: Profile, form: str) -> Iterator[str]:
    """A profile's rules in a form (table, json, csv), piece by piece."""
    rows = [_rule_cells(rule) for rule in profile.rules]
    if form == "json":
        yield json.dumps(_profile_json(profile, rows), ensure_ascii=False, indent=1) + "\n"
    elif form == "csv":
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(_RULE_COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        yield buffer.getvalue()
    else:
        yield from _rules_text(profile)


_RULE_COLUMNS = ("rule", "stage", "exempt", "source", "grade", "says", "right", "wrong", "condition", "written_at")


def _rule_cells(rule: Rule) -> dict[str, Any]:
    values = (rule.name, rule.stage, rule.exempt, rule.source, rule.grade, rule.says, rule.right, rule.wrong)
    return dict(zip(_RULE_COLUMNS, (*values, rule.condition.text, rule.written_at), strict=True))


def _profile_json(profile: Profile, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": profile.name,
        "title": profile.title,
        "marketplace": profile.marketplace,
        "zone": profile.zone.key,
        "window_days": profile.window_days,
        "lag_days": profile.lag_days,
        "target": float(profile.target),
        "layout": profile.layout,
        "extends": list(profile.extends),
        "switches": profile.switches.chosen(),
        "counting_classes": list(profile.counting_classes),
        "scan_classes": {chosen.key: chosen.scan_class for chosen in profile.scan_classes},
        "written_at": dict(profile.written_at),
        "carriers": [{"name": carrier.name, "asks": carrier.asks} for carrier in profile.carriers],
        "rules": rules,
        "columns": [
            {"column": column.name, "type": column.kind, "stages": list(column.stages), "says": column.says}
            for column in COLUMNS
        ],
    }


def _rules_text(profile: Profile) -> Iterator[str]:
    """Rules as paragraphs: their texts are sentences, which a table would break."""
    for stage in STAGES:
        yield f"{stage}\n\n"
        for rule in profile.rules_of(stage):
            exempt = ", exempt" if rule.exempt else ""
            key = "counts when" if stage == "submission" else "when"
            yield f"  {rule.name}  ({printable(rule.source)}, grade {rule.grade}{exempt})\n"
            for name, text in (
                ("says", rule.says),
                ("right", rule.right),
                ("wrong", rule.wrong),
                (key, rule.condition.text),
                ("written", rule.written_at),
            ):
                yield f"    {name + ':':<12} {printable(text)}\n"
            yield "\n"
    yield from _settings_text(profile)
    yield "columns that conditions may use\n\n"
    listed = [[column.name, column.kind, " ".join(column.stages), column.says] for column in COLUMNS]
    for line in text_table(("column", "type", "stages", "says"), listed):
        yield "  " + line


def _settings_text(profile: Profile) -> Iterator[str]:
    """What a profile says beside its rules, and where it says so."""
    where = profile.written_at
    settings = {
        "title": profile.title,
        "marketplace": profile.marketplace,
        "zone": profile.zone.key,
        "window_days": str(profile.window_days),
        "lag_days": str(profile.lag_days),
        "target": str(profile.target),
        "layout": profile.layout,
        "carriers": ", ".join(f"{entry.name} ({entry.asks or 'nobody to ask'})" for entry in profile.carriers),
        "counting_classes": ", ".join(profile.counting_classes),
    }
    yield "settings\n\n"
    for name, value in settings.items():
        yield f"  {name + ':':<18} {printable(value)}  ({where[name]})\n"
    yield "\nswitches: choices that the sources leave open\n\n"
    for switch in SWITCHES:
        chosen = getattr(profile.switches, switch.name)
        yield f"  {switch.name}: {chosen}  (one of {', '.join(switch.choices)}; {where[f'switches.{switch.name}']})\n"
        yield f"    {switch.says}\n"
    yield "\nclasses of scan codes that the profile gives\n\n"
    for code in profile.scan_classes:
        yield f"  {printable(code.key)}: {code.scan_class}  ({where[f'scan_classes.{code.key}']})\n"
    if not profile.scan_classes:
        yield "  none, those of the carriers' tables stand (vtr/scan_codes)\n"
    yield "\n"


def rules_words(profile: Profile) -> str:
    """What a reader should know beside the rules."""
    switches = ", ".join(f"{name}: {chosen}" for name, chosen in profile.switches.chosen().items())
    return f"{profile.name}: {printable(profile.title)}; {len(profile.rules)} rules; switches: {switches}"
