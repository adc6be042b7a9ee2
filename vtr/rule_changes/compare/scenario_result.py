"""The result of a comparison over scenarios: what was counted, story by story, and the flips with their explanations.

To explain a flip, the fake carriers are queried once more about the numbers that matter to any of the profiles.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from vtr.play.reference_evidence import evidence_of_report, pairs_of
from vtr.reference.engine.in_memory import Engine
from vtr.reference.messages import counted
from vtr.reference.rules.profile import Profile
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.compare.findings import (
    COUNTED,
    CompareResult,
    Counts,
    Flip,
    FlipDetail,
    RatePair,
    add_status,
    groups_of,
    pick_samples,
)
from vtr.rule_changes.compare.package_verdicts import ABSENT, Key
from vtr.rule_changes.compare.profile_diff import Change, diff_profiles
from vtr.rule_changes.compare.responsible_clauses import ClauseFinder
from vtr.rule_changes.compare.sides import ComparedSide
from vtr.rule_changes.compare.timeline import flip_details
from vtr.story.story import Story

Report = tuple[Story, int]
"""A story, and the index of one of its reports."""


@dataclass(slots=True)
class Tally:
    """The counts and flips so far.

    played: the number of stories.
    left_out: stories about other profiles.
    compared: packages.
    displayed_differently: packages of the same verdict with another carrier or tracking id.
    unanswered: packages that only one side could judge.
    flips: in the order of the stories.
    reports: of each flip, the report that it comes from.
    counts: by side and category, None for all categories.
    failed: by side, the number of stories that are not as they expect.
    """

    played: int = 0
    left_out: int = 0
    compared: int = 0
    displayed_differently: int = 0
    unanswered: int = 0
    flips: list[Flip] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    counts: dict[tuple[str, str | None], Counts] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=lambda: {"base": 0, "head": 0})

    def count(self, side: str, category: str, state: str) -> None:
        """Add a package to the counts of its category and of all."""
        for name in (None, category):
            before = self.counts.get((side, name), Counts())
            self.counts[side, name] = Counts(
                before.confirmed + (state not in {"excluded", ABSENT}),
                before.exempt + (state == "exempt"),
                before.unanswered + (state == "unanswered"),
                before.counted + (state in COUNTED),
                before.valid + (state == "valid"),
            )

    def add_flip(self, flip: Flip, report: Report) -> None:
        """Add a flip, and the report that it comes from."""
        self.flips.append(flip)
        self.reports.append(report)

    def flips_by_report(self) -> Iterator[tuple[Report, list[int]]]:
        """Each report with flips, and the indexes of its flips."""
        found: dict[tuple[str, int, str, int], list[int]] = {}
        for index, (story, report) in enumerate(self.reports):
            found.setdefault((story.file, story.line, story.title, report), []).append(index)
        return ((self.reports[indexes[0]], indexes) for indexes in found.values())

    @property
    def categories(self) -> list[str | None]:
        """All categories by name, after None for all of them together."""
        return sorted({name for _, name in self.counts}, key=lambda name: (name is not None, name or ""))

    def notes(self) -> tuple[str, ...]:
        """Lines for people about the stories."""
        return (
            *([f"left out: {counted(self.left_out, 'scenario')} about other profiles"] if self.left_out else []),
            f"not as the scenarios expect: {self.failed['base']} with the base, {self.failed['head']} with the head",
        )


@dataclass(frozen=True, slots=True)
class _Profiles:
    """The profiles behind a comparison.

    base, head: of the sides; for a validator, the one that is used in its place.
    both: whether both sides are profiles.
    explaining: by the name of a side, the profiles that explain flips.
    """

    base: Profile
    head: Profile
    both: bool
    explaining: Mapping[str, Profile]


def result_of(base: ComparedSide, head: ComparedSide, default: str, tally: Tally, samples: int) -> CompareResult:
    """The result of a comparison whose stories were all played.

    default: the name or file of the profile to use where both sides are validators.
    samples: how many flips get details.
    Raises ProfileError for a profile that cannot be used.
    """
    profiles = _profiles(base, head, default)
    changes = diff_profiles(profiles.base, profiles.head, (base.what, head.what)) if profiles.both else ()
    sampled = pick_samples(tally.flips, samples)
    flips = _explain(tally, profiles, changes, set(sampled))
    return CompareResult(
        base=base.name,
        head=head.name,
        over={"scenarios": tally.played, "left_out": tally.left_out, "failed": dict(tally.failed)},
        over_text=counted(tally.played, "scenario"),
        compared=tally.compared,
        changes=changes,
        flipped=len(flips),
        of_verdict=sum(flip.of_verdict for flip in flips),
        displayed_differently=tally.displayed_differently,
        groups=groups_of(flips),
        rates=_rates(tally, profiles),
        targets=(profiles.base.target, profiles.head.target),
        unanswered=tally.unanswered,
        clauses={index: sum(index in flip.clauses for flip in flips) for index, _ in enumerate(changes)},
        rows=lambda: flips,
        samples=tuple(flips[index] for index in sampled),
        notes=tally.notes(),
        display_path=lambda text: head.shown(base.shown(text)),
    )


def _profiles(base: ComparedSide, head: ComparedSide, default: str) -> _Profiles:
    own = {name: side.profile for name, side in (("base", base), ("head", head)) if side.profile is not None}
    usual = next(iter(own.values())) if own else load_profile(default)
    both = base.profile is not None and head.profile is not None
    return _Profiles(base.profile or usual, head.profile or usual, both, own or {"reference": usual})


def _rates(tally: Tally, profiles: _Profiles) -> tuple[RatePair, ...]:
    def counts(side: str, profile: Profile, category: str | None) -> Counts:
        return add_status(tally.counts.get((side, category), Counts()), profile.target, profile.switches.target_met_at)

    return tuple(
        RatePair(category, counts("base", profiles.base, category), counts("head", profiles.head, category))
        for category in tally.categories
    )


# -- why rows flip


def _explain(
    tally: Tally, profiles: _Profiles, changes: tuple[Change, ...], sampled: Collection[int]
) -> tuple[Flip, ...]:
    """The flips with their clauses, those of `sampled` (indexes) with details too."""
    clauses: dict[int, tuple[int, ...]] = {}
    details: dict[int, FlipDetail] = {}
    with ExitStack() as stack:
        engines = {name: stack.enter_context(Engine(profile)) for name, profile in profiles.explaining.items()}
        finder = stack.enter_context(ClauseFinder(profiles.base, profiles.head, changes))
        known = finder.without_trials
        for report, indexes in tally.flips_by_report():
            # Flips whose clauses are known need no evidence, unless they are samples.
            needed = [index for index in indexes if known is None or index in sampled]
            if needed:
                flips = {index: tally.flips[index] for index in needed}
                found = _explain_report(report, flips, engines, finder, sampled)
                clauses.update(found[0])
                details.update(found[1])
    return tuple(
        replace(flip, clauses=clauses.get(index, ()) if known is None else known, detail=details.get(index))
        for index, flip in enumerate(tally.flips)
    )


def _explain_report(
    report: Report,
    flips: Mapping[int, Flip],
    engines: Mapping[str, Engine],
    finder: ClauseFinder,
    sampled: Collection[int],
) -> tuple[dict[int, tuple[int, ...]], dict[int, FlipDetail]]:
    """The clauses of a report's flips, and the details of samples, both by the flips' indexes."""
    story, number = report
    at = story.reports[number].at
    evidence = evidence_of_report(story, number, pairs_of(*engines.values(), *finder.engines)).tables
    evidence = replace(evidence, scans=_with_publication(evidence.scans, story))
    keys: dict[int, Key] = {index: (flip.order_id, flip.package) for index, flip in flips.items()}
    reasons = {keys[index]: (flip.base.reason, flip.head.reason) for index, flip in flips.items()}
    responsible = finder.responsible(evidence, at, reasons)
    wanted = [key for index, key in keys.items() if index in sampled]
    details = flip_details(engines, evidence, at, wanted) if wanted else {}
    return (
        {index: responsible.get(key, ()) for index, key in keys.items()},
        {index: details[key] for index, key in keys.items() if index in sampled and key in details},
    )


def _with_publication(scans: pa.Table, story: Story) -> pa.Table:
    """Scans with the instant from which the carrier shows them, where that is later than the event."""
    late = {
        (parcel.carrier, parcel.tracking_number.strip().upper(), _naive(event.happened)): _naive(event.visible_from)
        for parcel in story.parcels.values()
        for event in parcel.events
        if event.visible_from > event.happened
    }
    rows: list[dict[str, Any]] = scans.to_pylist()
    for row in rows:
        row["published_at"] = late.get((row["carrier"], row["tracking_number"], row["at"]))
    return pa.Table.from_pylist(rows, schema=scans.schema)


def _naive(instant: datetime) -> datetime:
    """An instant in UTC without its zone, as tables have it."""
    return instant.astimezone(UTC).replace(tzinfo=None)
