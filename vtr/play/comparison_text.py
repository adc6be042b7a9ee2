"""A comparison as text: a table of expected and reported rows, and a line for every other difference."""

from collections.abc import Sequence

from vtr.play.comparison import Comparison, Pair, reported_cell
from vtr.reference.console import aligned

MISSING_LINE = "(no such row)"
LISTS = ("unanswered", "excluded")


def render(comparison: Comparison) -> str:
    """The differences as text for people: `-` expected, `+` reported, changed cells between `>` and `<`."""
    lines: list[str] = []
    if comparison.pairs:
        lines.extend(_table(comparison.pairs))
    paired = {pair.key for pair in comparison.pairs}
    lines.extend(
        f"  {difference.key}: {difference.column or 'row'}: "
        f"expected {_quoted(difference.expected)}, reported {_quoted(difference.actual)} (line {difference.line})"
        for difference in comparison.differences
        if difference.key not in paired or (difference.column or "").startswith(LISTS)
    )
    return "\n".join(lines)


def _quoted(value: str | None) -> str:
    return "nothing" if value is None else repr(value)


def _table(pairs: Sequence[Pair]) -> list[str]:
    columns = list(dict.fromkeys(column for pair in pairs for column in (pair.expected.cells if pair.expected else ())))
    if any(pair.expected is None for pair in pairs):
        columns = list(dict.fromkeys((*columns, "tracking_id", "no_valid_tracking", "reason")))
    rows: list[tuple[str, ...]] = [(" ", "line", "order/package", *columns)]
    for pair in pairs:
        line = str(pair.line)
        if pair.expected is None:
            rows.append(("-", line, pair.key, MISSING_LINE))
        else:
            cells = pair.expected.cells
            rows.append(
                ("-", line, pair.key, *(_cell_text(str(cells[name])) if name in cells else "" for name in columns))
            )
        if pair.actual is None:
            rows.append(("+", line, pair.key, MISSING_LINE))
        else:
            shown = (
                f">{_cell_text(reported_cell(pair.actual, name))}<"
                if name in pair.changed
                else _cell_text(reported_cell(pair.actual, name))
                for name in columns
            )
            rows.append(("+", line, pair.key, *shown))
    return aligned(rows, "  ")


def _cell_text(content: str) -> str:
    return content or "(blank)"
