"""A comparison in any of its formats: tables, JSON, CSV, Markdown, or an HTML page.

JSON and CSV have every flipped row and are written while the rows are read. The page has the first ten thousand rows;
tables and Markdown show the samples.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from vtr.reference.messages import counted
from vtr.rule_changes.compare.budget import Budget
from vtr.rule_changes.compare.compare_json import as_json, flip_json, rules_of
from vtr.rule_changes.compare.compare_tables import headline, render_markdown, render_table
from vtr.rule_changes.compare.findings import CompareResult, Flip
from vtr.suite import pages

_ROWS_OF_A_PAGE = 10_000
_COLUMNS = (
    *("key", "order_id", "package", "carrier", "category", "origin"),
    *("base_state", "base_reason", "base_tracking_id", "head_state", "head_reason", "head_tracking_id"),
    *("rules", "clauses", "file", "line", "scenario", "as_of"),
)


def render(found: CompareResult, budget: Budget, form: str) -> Iterator[str]:
    """A comparison in a format, piece by piece. form: table, json, csv, markdown or html."""
    renderers = {"json": _json, "csv": _csv, "markdown": render_markdown, "html": _html}
    return renderers[form](found, budget) if form in renderers else render_table(found)


def summary_lines(found: CompareResult, budget: Budget) -> Iterator[str]:
    """The summary of a comparison, line by line: what commands print to stderr."""
    yield from found.notes
    if found.unanswered:
        yield f"{counted(found.unanswered, 'row')} unanswered on one side or both, neither valid nor not"
    yield headline(found)
    for line in budget.exceeded(found):
        yield f"over budget: {line}"


def _json(found: CompareResult, budget: Budget) -> Iterator[str]:
    yield _dump(as_json(found, budget))[:-1]
    yield ',\n"flipped": '
    before = "[\n"
    for flip in found.rows():
        yield before + _dump(flip_json(found, flip))
        before = ",\n"
    yield ("[]" if before == "[\n" else "\n]") + "}\n"


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _html(found: CompareResult, budget: Budget) -> Iterator[str]:
    flips = (flip_json(found, flip) for flip in _samples_first(found))
    title = f"{found.base} → {found.head}: {counted(found.flipped, 'row')} flipped"
    return pages.stream_page("compare", title, as_json(found, budget), flips)


def _samples_first(found: CompareResult) -> Iterator[Flip]:
    """The rows of a page: the samples, then others, up to what a browser can handle."""
    yield from found.samples
    sampled = {(flip.key, flip.scenario) for flip in found.samples}
    others = (flip for flip in found.rows() if (flip.key, flip.scenario) not in sampled)
    yield from islice(others, max(0, _ROWS_OF_A_PAGE - len(sampled)))


def _csv(found: CompareResult, _: Budget) -> Iterator[str]:
    yield _csv_line(_COLUMNS)
    for flip in found.rows():
        scenario = flip.scenario
        yield _csv_line(
            (
                flip.key,
                flip.order_id,
                "" if flip.package is None else flip.package,
                flip.carrier,
                flip.category,
                flip.origin,
                *(cell for each in (flip.base, flip.head) for cell in (each.state, each.reason, each.tracking_id)),
                " ".join(rules_of(found, flip)),
                " ".join(found.display_path(found.changes[index].at) for index in flip.clauses),
                *(
                    ("", "", "", "")
                    if scenario is None
                    else (scenario.file, scenario.line, scenario.scenario, scenario.as_of)
                ),
            )
        )


def _csv_line(cells: Iterable[object]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue()
