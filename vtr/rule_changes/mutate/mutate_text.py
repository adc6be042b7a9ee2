"""What `vtr mutate` prints: a table by rule and setting and the survivors for people, JSON or CSV for programs."""

import csv
import io
import json
from collections.abc import Iterator

from vtr.reference.console import aligned
from vtr.reference.messages import counted
from vtr.rule_changes.mutate.run import MutationResult, Outcome

_WORDS = ("killed", "equivalent", "survived")


def as_json(finished: MutationResult) -> str:
    """The run as one JSON text; equal runs give equal texts."""
    return json.dumps(
        {
            "profile": finished.asked.profile,
            "scenarios": finished.scenarios,
            "mutants": len(finished.outcomes),
            **{word: _count(finished, word) for word in _WORDS},
            "results": [
                {
                    "mutant": each.mutant.name,
                    "about": each.mutant.about,
                    "where": each.mutant.where,
                    "before": each.mutant.before,
                    "after": each.mutant.after,
                    "outcome": each.word,
                    "killed_by": None
                    if each.noticed is None
                    else {
                        "file": each.noticed.file,
                        "line": each.noticed.line,
                        "scenario": each.noticed.scenario,
                    },
                    "reason": each.reason,
                    "proposed": each.proposed,
                }
                for each in finished.outcomes
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def as_csv(finished: MutationResult) -> str:
    """The run as CSV, one line a mutant."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(
        ("mutant", "about", "where", "before", "after", "outcome", "file", "line", "scenario", "reason", "proposed")
    )
    for each in finished.outcomes:
        by = each.noticed
        killer = ("", "", "") if by is None else (by.file, by.line, by.scenario)
        mutant = each.mutant
        start = (mutant.name, mutant.about, mutant.where, mutant.before, mutant.after, each.word)
        writer.writerow((*start, *killer, each.reason or "", each.proposed or ""))
    return written.getvalue()


def as_table(finished: MutationResult) -> str:
    """The counts by rule and setting, then each survivor with its line, the change, and the scenario proposed."""
    lines = aligned([("about", "mutants", *_WORDS), *_counts(finished)])
    for each in finished.outcomes:
        if each.word == "survived":
            lines += ["", *_survivor(each)]
    return "\n".join(lines)


def words(finished: MutationResult, seconds: float) -> str:
    """The run in a sentence."""
    counts = ", ".join(f"{_count(finished, word)} {word}" for word in _WORDS)
    return (
        f"{counted(len(finished.outcomes), 'mutant')} of {finished.asked.profile}: {counts},"
        f" by {counted(finished.scenarios, 'scenario')} in {seconds:.1f} s"
    )


def _count(finished: MutationResult, word: str) -> int:
    return sum(each.word == word for each in finished.outcomes)


def _counts(finished: MutationResult) -> Iterator[tuple[str, ...]]:
    """One row a rule; the carriers, the switches and the scan codes of a carrier are one row each."""
    grouped: dict[str, list[Outcome]] = {}
    for each in finished.outcomes:
        about = each.mutant.about
        if about.startswith(("carriers.", "switches.")):
            about = about.partition(".")[0]
        elif about.startswith("scan_codes."):
            about = about.partition("/")[0]
        grouped.setdefault(about, []).append(each)
    for about, outcomes in grouped.items():
        counts = (str(sum(each.word == word for each in outcomes)) for word in _WORDS)
        yield about, str(len(outcomes)), *counts


def _survivor(each: Outcome) -> Iterator[str]:
    mutant = each.mutant
    yield f"survived {mutant.name}"
    yield f"  {mutant.where}"
    yield f"  - {mutant.before}"
    yield f"  + {mutant.after}"
    if each.proposed is None:
        yield "  no story of two edits tells them apart: write one, or list it as equivalent with the reason"
    else:
        yield "  a scenario that would notice it (read what it expects before you keep it):"
        yield from (f"    {line}" for line in each.proposed.splitlines())
