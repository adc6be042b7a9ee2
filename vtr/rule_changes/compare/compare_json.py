"""A comparison as JSON values."""

from typing import Any

from vtr.rule_changes.compare.budget import Budget
from vtr.rule_changes.compare.findings import DIRECTIONS, CompareResult, Counts, Flip, Group, PackageVerdict, RatePair
from vtr.rule_changes.compare.profile_diff import ClauseText


def as_json(found: CompareResult, budget: Budget) -> dict[str, Any]:
    """A comparison as JSON values, without the flipped rows."""
    return {
        "base": found.base,
        "head": found.head,
        "over": dict(found.over),
        "compared": found.compared,
        "flips": {
            "rows": found.flipped,
            "of_verdict": found.of_verdict,
            "of_reason": found.flipped - found.of_verdict,
            "shown_otherwise": found.displayed_differently,
        },
        "changes": [_change_json(found, index) for index in range(len(found.changes))],
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
    """A flipped row as JSON values. Only samples have the keys timeline, window and explanations."""
    scenario, detail = flip.scenario, flip.detail
    return {
        "key": flip.key,
        "order_id": flip.order_id,
        "package": flip.package,
        "carrier": flip.carrier,
        "category": flip.category,
        "origin": flip.origin,
        "base": _verdict_json(flip.base),
        "head": _verdict_json(flip.head),
        "rules": rules_of(found, flip),
        "clauses": list(flip.clauses),
        **(
            {}
            if scenario is None
            else {
                "scenario": {
                    "file": scenario.file,
                    "line": scenario.line,
                    "scenario": scenario.scenario,
                    "as_of": scenario.as_of,
                }
            }
        ),
        **(
            {}
            if detail is None
            else {
                "window": dict(detail.window),
                "timeline": [dict(entry) for entry in detail.timeline],
                "explanations": {side: dict(each) for side, each in detail.explanations.items()},
            }
        ),
    }


def _verdict_json(verdict: PackageVerdict) -> dict[str, Any]:
    mark = {"valid": "", "invalid": "X"}.get(verdict.state)
    return {
        "state": verdict.state,
        "reason": verdict.reason,
        "no_valid_tracking": mark,
        "carrier": verdict.carrier,
        "tracking_id": verdict.tracking_id,
        "first_scan": verdict.first_scan or None,
        "actual_delivery": verdict.actual_delivery or None,
    }


def _change_json(found: CompareResult, index: int) -> dict[str, Any]:
    change = found.changes[index]
    return {
        "kind": change.kind,
        "what": change.what,
        "name": change.name,
        "base": _clause_json(found, change.base),
        "head": _clause_json(found, change.head),
        "at": found.display_path(change.at),
        "flips": found.clauses.get(index, 0),
    }


def _clause_json(found: CompareResult, clause: ClauseText | None) -> dict[str, str] | None:
    return None if clause is None else {"text": clause.text, "at": found.display_path(clause.at)}


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


def rules_of(found: CompareResult, flip: Flip) -> list[str]:
    """The rules involved in a flip: those whose clauses made it, then those that decided on each side."""
    changed = [found.changes[index].name or found.changes[index].what for index in flip.clauses]
    decided = [each.reason for each in (flip.base, flip.head) if each.reason not in {"", "VALID", "unanswered"}]
    return list(dict.fromkeys((*changed, *decided)))
