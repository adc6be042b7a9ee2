"""The output of `vtr score`: a table for people, JSON with everything for programs, CSV with a line per condition."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from vtr.reference.console import aligned
from vtr.scoring.score import ConfusedRow, RateScore, Score, Share

_MAX_CONFUSIONS = 20


def as_json(score: Score) -> str:
    """The score as one JSON text; keys are documented, and never renamed. Shares of an empty whole are null."""
    document = {
        "report": str(score.report),
        "dataset": str(score.dataset),
        "compared": list(score.compared),
        "packages": score.packages,
        "agreed": score.agreed,
        "missing": score.missing,
        "extra": score.extra,
        "unknown": score.unknown,
        "conditions": [
            {
                "condition": each.condition,
                "expected": list(each.expected),
                "packages": each.recall.of,
                "agreed": each.recall.agreed,
                "recall": each.recall.share,
                "precision": each.precision.share,
            }
            for each in score.conditions
        ],
        "verdicts": [
            {
                "verdict": each.verdict,
                "expected": each.recall.of,
                "reported": each.precision.of,
                "agreed": each.recall.agreed,
                "recall": each.recall.share,
                "precision": each.precision.share,
            }
            for each in score.verdicts
        ],
        "rates": [
            {"by": each.by, "name": each.name, "true": _rate_json(each.true), "reported": _rate_json(each.reported),
             "error": each.error}
            for each in score.rates
        ],
        "confusions": [
            {
                "expected": each.expected,
                "reported": each.reported,
                "packages": each.packages,
                "rows": [_row_json(row) for row in each.rows],
            }
            for each in score.confusions
        ],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_csv(score: Score) -> str:
    """The conditions as CSV; the share of an empty whole is blank."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("condition", "expected", "packages", "agreed", "recall", "precision"))
    for each in score.conditions:
        shares = (each.recall.share, each.precision.share)
        writer.writerow((each.condition, " ".join(each.expected), each.recall.of, each.recall.agreed, *shares))
    return text.getvalue()


def as_table(score: Score) -> str:
    """The score for people: only the conditions, verdicts and rates with errors, the worst first."""
    lines = [
        *_table(
            ("condition", "expected", "packages", "agreed", "recall", "precision"),
            [
                (each.condition, ", ".join(each.expected), *_counts(each.recall), _percent(each.recall.share),
                 _percent(each.precision.share))
                for each in sorted(score.conditions, key=lambda each: (each.recall.share or 0.0, each.condition))
                if each.recall.agreed < each.recall.of
            ],
        ),
        *_table(
            ("verdict", "expected", "reported", "agreed", "recall", "precision"),
            [
                (each.verdict, f"{each.recall.of:,}", f"{each.precision.of:,}", f"{each.recall.agreed:,}",
                 _percent(each.recall.share), _percent(each.precision.share))
                for each in score.verdicts
                if not each.recall.of == each.precision.of == each.recall.agreed
            ],
        ),
        *_table(
            ("rate of", "true", "reported", "error"),
            [
                (_rate_name(each), _percent(each.true.share), _percent(each.reported.share), _points(each.error))
                for each in score.rates
                if each.by == "overall" or each.true != each.reported
            ],
        ),
        *_confusions(score),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def summary_lines(score: Score) -> Iterator[str]:
    """The summary for stderr, line by line."""
    total = f"{score.packages:,} packages: {score.agreed:,} agree, {score.packages - score.agreed:,} do not"
    yield f"{total} (compared by {', '.join(score.compared)})"
    whole = sum(each.recall.agreed == each.recall.of for each in score.conditions)
    yield f"{whole} of {len(score.conditions)} conditions have full recall (--format json or csv names all)"
    counted = {
        "rows that are missing": score.missing,
        "rows that should not be there": score.extra,
        "rows of no package, or of one that has its row": score.unknown,
    }
    for what, count in counted.items():
        if count:
            yield f"{what}: {count:,}"


def _confusions(score: Score) -> Iterator[str]:
    for each in score.confusions[:_MAX_CONFUSIONS]:
        yield f"{each.expected} -> {each.reported}: {each.packages:,}"
        yield from aligned([_cells(row) for row in each.rows], "  ")
    left = len(score.confusions) - _MAX_CONFUSIONS
    if left > 0:
        yield f"… and {left} more kinds; --format json has them all"


def _cells(row: ConfusedRow) -> tuple[str, ...]:
    package = row.order_id if row.package is None else f"{row.order_id}/{row.package}"
    shown = ""
    if row.expected_tracking_id and row.reported_tracking_id and row.expected_tracking_id != row.reported_tracking_id:
        shown = f"{row.expected_tracking_id} reported as {row.reported_tracking_id}"
    return tuple(cell for cell in (package, row.condition or "", shown, row.command or "") if cell)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [*aligned([header, *rows]), ""] if rows else []


def _counts(share: Share) -> tuple[str, str]:
    return f"{share.of:,}", f"{share.agreed:,}"


def _percent(share: float | None) -> str:
    """Truncated, not rounded: only a full share is shown as 100%."""
    return "-" if share is None else f"{int(share * 10_000) / 100:.2f}%"


def _points(error: float | None) -> str:
    return "-" if error is None else f"{error * 100:+.2f}"


def _rate_name(score: RateScore) -> str:
    return "all" if score.name is None else f"{score.by} {score.name or '(blank)'}"


def _rate_json(share: Share) -> dict[str, Any]:
    return {"counted": share.of, "valid": share.agreed, "rate": share.share}


def _row_json(row: ConfusedRow) -> dict[str, Any]:
    return {
        "order_id": row.order_id,
        "package": row.package,
        "condition": row.condition,
        "expected_tracking_id": row.expected_tracking_id,
        "reported_tracking_id": row.reported_tracking_id,
        "extract": row.command,
    }
