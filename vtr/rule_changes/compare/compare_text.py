"""A comparison as text: tables and a page for people, JSON and CSV for programs, Markdown for a pull request's comment.

JSON and CSV have every flipped row and are written as it is read; the page has the first ten thousand, the others show
the samples. Users' texts move no cursor in a table and make no markup in Markdown.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from vtr.reference.console import aligned
from vtr.reference.messages import counted, printable
from vtr.reference.report.report_text import percent_text
from vtr.rule_changes.compare.budget import Budget
from vtr.rule_changes.compare.findings import DIRECTIONS, CompareResult, Counts, Flip, Group, Judged, RatePair
from vtr.rule_changes.compare.profile_diff import Change, Written
from vtr.suite import pages

FORMATS = ("table", "json", "csv", "markdown", "html")
_ROWS_OF_A_PAGE = 10_000
_SHOWN_GROUPS = 12  # of each direction; JSON has all
_COLUMNS = (
    *("key", "order_id", "package", "carrier", "category", "origin"),
    *("base_state", "base_reason", "base_tracking_id", "head_state", "head_reason", "head_tracking_id"),
    *("rules", "clauses", "file", "line", "scenario", "as_of"),
)


def pieces(found: CompareResult, budget: Budget, form: str) -> Iterator[str]:
    """A comparison in a form, piece by piece."""
    writers = {"json": _json, "csv": _csv, "markdown": _markdown, "html": _html}
    return writers[form](found, budget) if form in writers else _table(found)


def words(found: CompareResult, budget: Budget) -> Iterator[str]:
    """What stands beside the rows, a line each."""
    yield from found.notes
    if found.unanswered:
        yield f"{counted(found.unanswered, 'row')} unanswered on one side or both, neither valid nor not"
    yield _headline(found)
    for line in budget.exceeded(found):
        yield f"over budget: {line}"


def rules_of(found: CompareResult, flip: Flip) -> list[str]:
    """The rules that a flip is about: those whose clause made it, then those that decided."""
    named = [found.changes[place].name or found.changes[place].what for place in flip.clauses]
    decided = [each.reason for each in (flip.base, flip.head) if each.reason not in {"", "VALID", "unanswered"}]
    return list(dict.fromkeys((*named, *decided)))


# -- JSON


def _json(found: CompareResult, budget: Budget) -> Iterator[str]:
    yield _text(as_json(found, budget))[:-1]
    yield ',\n"flipped": '
    before = "[\n"
    for flip in found.rows():
        yield before + _text(flip_json(found, flip))
        before = ",\n"
    yield ("[]" if before == "[\n" else "\n]") + "}\n"


def as_json(found: CompareResult, budget: Budget) -> dict[str, Any]:
    """A comparison as JSON values, but for the flipped rows."""
    return {
        "base": found.base,
        "head": found.head,
        "over": dict(found.over),
        "compared": found.compared,
        "flips": {
            "rows": found.flipped,
            "of_verdict": found.of_verdict,
            "of_reason": found.flipped - found.of_verdict,
            "shown_otherwise": found.shown_otherwise,
        },
        "changes": [_change_json(found, place) for place in range(len(found.changes))],
        "groups": {by: [_group_json(group) for group in found.groups if group.by == by] for by in DIRECTIONS},
        "targets": {"base": float(found.targets[0]), "head": float(found.targets[1])},
        "rates": [_rate_json(pair) for pair in found.rates],
        "unanswered": found.unanswered,
        "budget": {
            "max_flips": budget.max_flips,
            "max_rate_change": budget.max_rate_change,
            "exceeded": list(budget.exceeded(found)),
        },
    }


def flip_json(found: CompareResult, flip: Flip) -> dict[str, Any]:
    """A flipped row as JSON values. The keys timeline, window and explanations are those of samples."""
    where = flip.scenario
    told = flip.told
    return {
        "key": flip.key,
        "order_id": flip.order_id,
        "package": flip.package,
        "carrier": flip.carrier,
        "category": flip.category,
        "origin": flip.origin,
        "base": _judged_json(flip.base),
        "head": _judged_json(flip.head),
        "rules": rules_of(found, flip),
        "clauses": list(flip.clauses),
        **(
            {}
            if where is None
            else {
                "scenario": {
                    "file": where.file,
                    "line": where.line,
                    "scenario": where.scenario,
                    "as_of": where.as_of,
                }
            }
        ),
        **(
            {}
            if told is None
            else {
                "window": dict(told.window),
                "timeline": [dict(entry) for entry in told.timeline],
                "explanations": {side: dict(each) for side, each in told.explanations.items()},
            }
        ),
    }


def _judged_json(each: Judged) -> dict[str, Any]:
    mark = {"valid": "", "invalid": "X"}.get(each.state)
    return {
        "state": each.state,
        "reason": each.reason,
        "no_valid_tracking": mark,
        "carrier": each.carrier,
        "tracking_id": each.tracking_id,
        "first_scan": each.first_scan or None,
        "actual_delivery": each.actual_delivery or None,
    }


def _change_json(found: CompareResult, place: int) -> dict[str, Any]:
    change = found.changes[place]
    return {
        "kind": change.kind,
        "what": change.what,
        "name": change.name,
        "base": _written_json(found, change.base),
        "head": _written_json(found, change.head),
        "at": found.shown(change.at),
        "flips": found.clauses.get(place, 0),
    }


def _written_json(found: CompareResult, written: Written | None) -> dict[str, str] | None:
    return None if written is None else {"text": written.text, "at": found.shown(written.at)}


def _group_json(group: Group) -> dict[str, Any]:
    if group.by == "reason":
        return {"base": group.base, "head": group.head, "rows": group.rows}
    return {group.by: group.name, "rows": group.rows}


def _rate_json(pair: RatePair) -> dict[str, Any]:
    return {
        "category": pair.category,
        "base": pair.base.rate,
        "head": pair.head.rate,
        "change_points": pair.change_points,
        "base_counts": _counts_json(pair.base),
        "head_counts": _counts_json(pair.head),
    }


def _counts_json(counts: Counts) -> dict[str, Any]:
    return {
        "confirmed": counts.confirmed,
        "exempt": counts.exempt,
        "unanswered": counts.unanswered,
        "counted": counts.counted,
        "valid": counts.valid,
        "status": counts.status,
    }


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


# -- a page


def _html(found: CompareResult, budget: Budget) -> Iterator[str]:
    flips = (flip_json(found, flip) for flip in _samples_first(found))
    title = f"{found.base} → {found.head}: {counted(found.flipped, 'row')} flipped"
    return pages.pieces("compare", title, as_json(found, budget), flips)


def _samples_first(found: CompareResult) -> Iterator[Flip]:
    """The rows of a page: those that can be told of in full, then others, as many as a browser bears."""
    yield from found.samples
    told = {(flip.key, flip.scenario) for flip in found.samples}
    others = (flip for flip in found.rows() if (flip.key, flip.scenario) not in told)
    yield from islice(others, max(0, _ROWS_OF_A_PAGE - len(told)))


# -- CSV


def _csv(found: CompareResult, _: Budget) -> Iterator[str]:
    yield _line(_COLUMNS)
    for flip in found.rows():
        where = flip.scenario
        yield _line(
            (
                flip.key,
                flip.order_id,
                "" if flip.package is None else flip.package,
                flip.carrier,
                flip.category,
                flip.origin,
                *(cell for each in (flip.base, flip.head) for cell in (each.state, each.reason, each.tracking_id)),
                " ".join(rules_of(found, flip)),
                " ".join(found.shown(found.changes[place].at) for place in flip.clauses),
                *(("", "", "", "") if where is None else (where.file, where.line, where.scenario, where.as_of)),
            )
        )


def _line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


# -- for people


def _table(found: CompareResult) -> Iterator[str]:
    yield f"{_headline(found)}\n"
    for title, rows in (("changes", _changes_rows(found)), ("rates", _rates_rows(found))):
        if len(rows) > 1:
            yield f"\n{title}\n"
            yield from _aligned(rows)
    for by in DIRECTIONS:
        rows = _group_rows(found, by)
        if len(rows) > 1:
            yield f"\nflipped, by {by}\n"
            yield from _aligned(rows)
    for flip in found.samples:
        yield "\n"
        for line in _sample_lines(found, flip):
            yield f"{printable(line)}\n"
    if found.flipped > len(found.samples):
        yield f"\n… and {found.flipped - len(found.samples)} more flipped; --format csv or json has them all\n"


def _headline(found: CompareResult) -> str:
    beside = found.flipped - found.of_verdict
    flipped = f"{found.flipped} of {counted(found.compared, 'package')} flipped"
    only = f", {beside} of them in the reason alone" if beside else ""
    otherwise = f"; {found.shown_otherwise} more shown otherwise" if found.shown_otherwise else ""
    return f"{found.base} -> {found.head} over {found.over_words}: {flipped}{only}{otherwise}"


def _changes_rows(found: CompareResult) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "rule or setting", "it says", "line", "flips")]
    for place, change in enumerate(found.changes):
        for sign, side in (("-", change.base), ("+", change.head)):
            if side is not None and side.text:
                rows.append((sign, change.title, side.text, found.shown(side.at), ""))
        rows[-1] = (*rows[-1][:-1], str(found.clauses.get(place, 0)))
    return rows


def _rates_rows(found: CompareResult) -> list[tuple[str, ...]]:
    before, after = (percent_text(target.as_integer_ratio()) for target in found.targets)
    target = before if before == after else f"{before} -> {after}"
    rows: list[tuple[str, ...]] = [("category", "base", "head", "points", f"target {target}")]
    for pair in found.rates:
        change = pair.change_points
        crossing = "" if pair.base.status == pair.head.status else f"{pair.base.status} -> {pair.head.status}"
        rows.append(
            (
                "all" if pair.category is None else pair.category,
                _rate_text(pair.base),
                _rate_text(pair.head),
                "" if change is None else f"{change:+.2f}",
                crossing or pair.head.status,
            )
        )
    return rows


def _rate_text(counts: Counts) -> str:
    if not counts.counted:
        return "nothing counted"
    return f"{percent_text((counts.valid, counts.counted))} ({counts.valid} of {counts.counted})"


def _group_rows(found: CompareResult, by: str) -> list[tuple[str, ...]]:
    groups = [group for group in found.groups if group.by == by]
    reasons = by == "reason"
    rows: list[tuple[str, ...]] = [("base", "head", "rows") if reasons else (by, "rows")]
    for group in groups[:_SHOWN_GROUPS]:
        named = (group.base, group.head) if reasons else (group.name or "(none)",)
        rows.append((*named, str(group.rows)))
    if len(groups) > _SHOWN_GROUPS:
        rows.append((f"… and {len(groups) - _SHOWN_GROUPS} more",))
    return rows


def _sample_lines(found: CompareResult, flip: Flip) -> Iterator[str]:
    where = f"  ({flip.scenario.file}:{flip.scenario.line}: {flip.scenario.scenario})" if flip.scenario else ""
    yield f"{flip.key}  {flip.base.word} -> {flip.head.word}{where}"
    for place in flip.clauses:
        yield f"  clause  {_clause_words(found, found.changes[place])}"
    for side, explanation in (flip.told.explanations if flip.told else {}).items():
        for number, line in enumerate(explanation["text"]):
            yield f"  {side if number == 0 else '':<9}  {line}"


def _clause_words(found: CompareResult, change: Change) -> str:
    before, after = (side.text if side is not None and side.text else "nothing" for side in (change.base, change.head))
    return f"{change.title} ({found.shown(change.at)}): {before} -> {after}"


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    for line in aligned([[printable(cell) for cell in row] for row in rows], "  "):
        yield f"{line}\n"


# -- Markdown


def _markdown(found: CompareResult, budget: Budget) -> Iterator[str]:
    yield f"**{_marked(_headline(found))}**\n"
    for line in budget.exceeded(found):
        yield f"\n:x: {_marked(line)}\n"
    for title, rows in (
        ("Changes", _changes_rows(found)),
        ("Rates", _rates_rows(found)),
        ("Flipped, by reason", _group_rows(found, "reason")),
    ):
        if len(rows) > 1:
            yield f"\n{title}\n\n"
            yield from _grid(rows)
    if found.samples:
        yield f"\n<details><summary>{counted(len(found.samples), 'sample')}</summary>\n\n```text\n"
        for flip in found.samples:
            for line in _sample_lines(found, flip):
                yield printable(line).replace("```", "'''") + "\n"
        yield "```\n\n</details>\n"


def _grid(rows: list[tuple[str, ...]]) -> Iterator[str]:
    width = max(map(len, rows))
    for number, row in enumerate(rows):
        yield "| " + " | ".join(_marked(cell) for cell in (*row, *[""] * (width - len(row)))) + " |\n"
        if number == 0:
            yield "|" + " --- |" * width + "\n"


def _marked(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@])", r"\\\1", printable(text))
