"""A comparison for people: aligned tables for a terminal, Markdown for a pull request's comment.

Texts from users can neither move the cursor in a table nor add markup to Markdown. Both show samples only.
"""

import re
from collections.abc import Iterator

from vtr.reference.console import aligned
from vtr.reference.messages import counted, printable
from vtr.reference.report.report_text import percent_text
from vtr.rule_changes.compare.budget import Budget
from vtr.rule_changes.compare.findings import DIRECTIONS, CompareResult, Counts, Flip
from vtr.rule_changes.compare.profile_diff import Change

_MOST_GROUPS = 12  # of each direction; JSON has all

Rows = list[tuple[str, ...]]


def render_table(found: CompareResult) -> Iterator[str]:
    """A comparison as tables, piece by piece."""
    yield f"{headline(found)}\n"
    for title, rows in (("changes", _change_rows(found)), ("rates", _rate_rows(found))):
        if len(rows) > 1:
            yield f"\n{title}\n"
            yield from _table_lines(rows)
    for by in DIRECTIONS:
        rows = _group_rows(found, by)
        if len(rows) > 1:
            yield f"\nflipped, by {by}\n"
            yield from _table_lines(rows)
    for flip in found.samples:
        yield "\n"
        for line in _sample_lines(found, flip):
            yield f"{printable(line)}\n"
    if found.flipped > len(found.samples):
        yield f"\n… and {found.flipped - len(found.samples)} more flipped; --format csv or json has them all\n"


def headline(found: CompareResult) -> str:
    """A comparison in one line."""
    of_reason = found.flipped - found.of_verdict
    flipped = f"{found.flipped} of {counted(found.compared, 'package')} flipped"
    only = f", {of_reason} of them in the reason alone" if of_reason else ""
    differently = f"; {found.displayed_differently} more shown otherwise" if found.displayed_differently else ""
    return f"{found.base} -> {found.head} over {found.over_text}: {flipped}{only}{differently}"


def _change_rows(found: CompareResult) -> Rows:
    rows: Rows = [("", "rule or setting", "it says", "line", "flips")]
    for index, change in enumerate(found.changes):
        for sign, side in (("-", change.base), ("+", change.head)):
            if side is not None and side.text:
                rows.append((sign, change.title, side.text, found.display_path(side.at), ""))
        rows[-1] = (*rows[-1][:-1], str(found.clauses.get(index, 0)))
    return rows


def _rate_rows(found: CompareResult) -> Rows:
    before, after = (percent_text(target.as_integer_ratio()) for target in found.targets)
    target = before if before == after else f"{before} -> {after}"
    rows: Rows = [("category", "base", "head", "points", f"target {target}")]
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


def _group_rows(found: CompareResult, by: str) -> Rows:
    groups = [group for group in found.groups if group.by == by]
    by_reason = by == "reason"
    rows: Rows = [("base", "head", "rows") if by_reason else (by, "rows")]
    for group in groups[:_MOST_GROUPS]:
        name = (group.base, group.head) if by_reason else (group.name or "(none)",)
        rows.append((*name, str(group.rows)))
    if len(groups) > _MOST_GROUPS:
        rows.append((f"… and {len(groups) - _MOST_GROUPS} more",))
    return rows


def _sample_lines(found: CompareResult, flip: Flip) -> Iterator[str]:
    where = f"  ({flip.scenario.file}:{flip.scenario.line}: {flip.scenario.scenario})" if flip.scenario else ""
    yield f"{flip.key}  {flip.base.word} -> {flip.head.word}{where}"
    for index in flip.clauses:
        yield f"  clause  {_change_text(found, found.changes[index])}"
    for side, explanation in (flip.detail.explanations if flip.detail else {}).items():
        for number, line in enumerate(explanation["text"]):
            yield f"  {side if number == 0 else '':<9}  {line}"


def _change_text(found: CompareResult, change: Change) -> str:
    before, after = (side.text if side is not None and side.text else "nothing" for side in (change.base, change.head))
    return f"{change.title} ({found.display_path(change.at)}): {before} -> {after}"


def _table_lines(rows: Rows) -> Iterator[str]:
    for line in aligned([[printable(cell) for cell in row] for row in rows], "  "):
        yield f"{line}\n"


# -- Markdown


def render_markdown(found: CompareResult, budget: Budget) -> Iterator[str]:
    """A comparison as Markdown, piece by piece; with the lines of an exceeded budget."""
    yield f"**{_escape(headline(found))}**\n"
    for line in budget.exceeded(found):
        yield f"\n:x: {_escape(line)}\n"
    for title, rows in (
        ("Changes", _change_rows(found)),
        ("Rates", _rate_rows(found)),
        ("Flipped, by reason", _group_rows(found, "reason")),
    ):
        if len(rows) > 1:
            yield f"\n{title}\n\n"
            yield from _markdown_table(rows)
    if found.samples:
        yield f"\n<details><summary>{counted(len(found.samples), 'sample')}</summary>\n\n```text\n"
        for flip in found.samples:
            for line in _sample_lines(found, flip):
                yield printable(line).replace("```", "'''") + "\n"
        yield "```\n\n</details>\n"


def _markdown_table(rows: Rows) -> Iterator[str]:
    width = max(map(len, rows))
    for number, row in enumerate(rows):
        yield "| " + " | ".join(_escape(cell) for cell in (*row, *[""] * (width - len(row)))) + " |\n"
        if number == 0:
            yield "|" + " --- |" * width + "\n"


def _escape(text: str) -> str:
    """Text that Markdown shows literally."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@])", r"\\\1", printable(text))
