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
            "profile": finished.options.profile,
            "scenarios": finished.scenarios,
            "mutants": len(finished.outcomes),
            **{word: _count_of(finished, word) for word in _WORDS},
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
    """The run as CSV, one line per mutant."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(
        ("mutant", "about", "where", "before", "after", "outcome", "file", "line", "scenario", "reason", "proposed")
    )
    for each in finished.outcomes:
        noticed = each.noticed
        killer = ("", "", "") if noticed is None else (noticed.file, noticed.line, noticed.scenario)
        mutant = each.mutant
        cells = (mutant.name, mutant.about, mutant.where, mutant.before, mutant.after, each.word)
        writer.writerow((*cells, *killer, each.reason or "", each.proposed or ""))
    return stream.getvalue()


def as_table(finished: MutationResult) -> str:
    """The counts by rule and setting, then each survivor with its line, the change, and the scenario proposed."""
    lines = aligned([("about", "mutants", *_WORDS), *_count_rows(finished)])
    for each in finished.outcomes:
        if each.word == "survived":
            lines += ["", *_survivor_lines(each)]
    return "\n".join(lines)


def summary(finished: MutationResult, seconds: float) -> str:
    """The run in one sentence; seconds: how long it took."""
    counts = ", ".join(f"{_count_of(finished, word)} {word}" for word in _WORDS)
    return (
        f"{counted(len(finished.outcomes), 'mutant')} of {finished.options.profile}: {counts},"
        f" by {counted(finished.scenarios, 'scenario')} in {seconds:.1f} s"
    )


def _count_of(finished: MutationResult, word: str) -> int:
    return sum(each.word == word for each in finished.outcomes)


def _count_rows(finished: MutationResult) -> Iterator[tuple[str, ...]]:
    """One row per rule; all carriers share a row, all switches, and all scan codes of a carrier."""
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


def _survivor_lines(each: Outcome) -> Iterator[str]:
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
