"""The coverage of a run as text: for people, and as JSON that a later run is compared with."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from vtr.errors import ScenarioError
from vtr.reference.console import aligned
from vtr.reference.messages import counted
from vtr.suite.coverage.items import CODES, COMPARISONS, RULES, Key
from vtr.suite.coverage.report import Coverage, Earlier, Item, Lost, Part

_CODES_SHOWN = 12  # of a carrier's codes of one class
_SCENARIOS_SHOWN = 3


def as_text(coverage: Coverage) -> str:
    """The coverage as a JSON text, for a file that a later run is compared with."""
    return json.dumps(as_json(coverage), ensure_ascii=False, indent=1) + "\n"


def as_json(coverage: Coverage) -> dict[str, Any]:
    """The coverage as JSON values; keys are added, never renamed. covered_by: places in `scenarios`, from 0."""
    names = dict.fromkeys(name for item in coverage.items for name in item.covered_by)
    places = {name: place for place, name in enumerate(sorted(names))}
    content: dict[str, Any] = {
        "kinds": [
            {"kind": part.kind, "of": part.of, "covered": part.covered, "total": part.total, "percent": part.percent}
            for part in coverage.parts()
        ],
        "scenarios": list(places),
        "items": [
            {
                **_key_fields(item.key),
                "says": item.says,
                "where": item.where,
                "covered_by": sorted(places[name] for name in item.covered_by),
            }
            for item in coverage.items
        ],
        "short": list(coverage.short),
    }
    if coverage.lost is not None:
        content["lost"] = [
            {**_key_fields(lost.key), "where": lost.where, "was_covered_by": list(lost.was_covered_by)}
            for lost in coverage.lost
        ]
    return content


def _key_fields(key: Key) -> dict[str, str]:
    return dict(zip(("kind", "of", "name"), key, strict=True))


def lines(coverage: Coverage) -> list[str]:
    """The coverage for people: a table, what is not covered, what is lost, and what is too little."""
    table = [("coverage", "covered", "of", "percent")]
    table += [(str(part), str(part.covered), str(part.total), f"{part.percent:.1f}") for part in coverage.parts()]
    alone = {item.covered_by[0] for item in coverage.items if len(item.covered_by) == 1}
    return [
        *aligned(table),
        *_uncovered(coverage),
        *([f"what no other one does is covered by {counted(len(alone), 'scenario')}"] if alone else []),
        *_lost_lines(coverage.lost),
        *(f"too little: {line}" for line in coverage.short),
    ]


def _uncovered(coverage: Coverage) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in coverage.items:
        if not item.covered_by:
            groups.setdefault(item.key[:2], []).append(item)
    for (kind, owner), items in groups.items():
        yield f"not covered, {Part(kind, owner, 0, 0)}:"
        if kind == CODES:
            yield from _uncovered_codes(items)
        elif kind == COMPARISONS:
            yield from _uncovered_comparisons(items)
        elif kind == RULES:
            yield from (f"  {item.where}: {item.key[2]}" if item.where else f"  {item.key[2]}" for item in items)
        else:
            yield f"  {', '.join(item.key[2] for item in items)}"


def _uncovered_comparisons(items: Sequence[Item]) -> Iterator[str]:
    """A line for each comparison, with all its sides."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for item in items:
        comparison, _, side = item.key[2].rpartition(": ")
        lacking.setdefault((item.where, comparison), []).append(side)
    yield from (f"  {where}: {comparison}: {', '.join(sides)}" for (where, comparison), sides in lacking.items())


def _uncovered_codes(items: Sequence[Item]) -> Iterator[str]:
    classes: dict[str, list[str]] = {}
    for item in items:
        classes.setdefault(item.says.partition(":")[0], []).append(item.key[2])
    for scan_class, codes in classes.items():
        more = f" … and {len(codes) - _CODES_SHOWN} more" if len(codes) > _CODES_SHOWN else ""
        yield f"  {scan_class}: {', '.join(codes[:_CODES_SHOWN])}{more}"


def _lost_lines(lost: Sequence[Lost] | None) -> Iterator[str]:
    if lost is None:
        return
    yield f"no longer covered: {len(lost)}" if lost else "everything that was covered still is"
    for each in lost:
        kind, owner, name = each.key
        where = f"{each.where}: " if each.where else ""
        shown = "; ".join(each.was_covered_by[:_SCENARIOS_SHOWN])
        more = len(each.was_covered_by) - _SCENARIOS_SHOWN
        yield f"  {where}{Part(kind, owner, 0, 0)}: {name}"
        yield f"      was covered by {shown}{f' and {more} more' if more > 0 else ''}"


def read_earlier(path: Path) -> Earlier:
    """The coverage that an earlier run wrote, by itself or within its JSON. Raises ScenarioError."""
    try:
        written = json.loads(path.read_bytes())
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"{path}: is not JSON: {error}; give a file that --coverage-out wrote") from error
    try:
        coverage = written.get("coverage", written)
        scenarios = [str(name) for name in coverage["scenarios"]]
        return {
            (str(item["kind"]), str(item["of"]), str(item["name"])): tuple(scenarios[at] for at in item["covered_by"])
            for item in coverage["items"]
            if item["covered_by"]
        }
    except (AttributeError, KeyError, IndexError, TypeError):
        raise ScenarioError(f"{path}: has no coverage in it; give a file that --coverage-out wrote") from None
