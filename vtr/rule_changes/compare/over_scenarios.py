"""Two sides over scenarios: every story is played once for each, and what they report is held against each other.

Both sides get the same story: carriers are spelled as the base's profile spells them (or the head's, where the base has
no such carrier), ids and numbers come from the same seed. A scenario that names a profile which is neither side's is
left out: it would say the same twice. What a validator returns is placed on the packages of the story, by their numbers
or, from a validator that returns none, by tracking text.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from vtr import validators
from vtr.errors import ScenarioError, ValidatorError
from vtr.language import loader
from vtr.play import doors, runner
from vtr.play.doors import Door
from vtr.reference.clients.collect import collect
from vtr.reference.clients.endpoints import from_block
from vtr.reference.engine.arrow_tables import answers_to_arrow, orders_to_arrow, submissions_to_arrow
from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.instants import instant_text
from vtr.reference.messages import counted
from vtr.reference.records import orders_from, submissions_from
from vtr.reference.rules.profile import Profile
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.compare import timeline
from vtr.rule_changes.compare.findings import (
    COUNTED,
    CompareResult,
    Counts,
    Flip,
    FlipDetail,
    Judged,
    RatePair,
    Scenario,
    groups_of,
    judged,
    spread,
    with_status,
)
from vtr.rule_changes.compare.profile_diff import changes
from vtr.rule_changes.compare.responsible_clauses import Trials
from vtr.rule_changes.compare.sides import Side
from vtr.story import builder
from vtr.story.story import Order, Package, Story
from vtr.suite import pytest_run
from vtr.suite.collecting import shown_path
from vtr.validators import Limits, Validator
from vtr.validators.answer import Answer, cell_text

Key = tuple[str, int | None]
Progress = Callable[[int, int], None]

_NOT_LISTED = "absent"


@dataclass(frozen=True, slots=True)
class Over:
    """Which scenarios, and how validators are run.

    profile: of scenarios that name none, where both sides are validators. door: None for each validator's usual one.
    """

    paths: tuple[Path, ...]
    profile: str
    door: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class _Gathered:
    """What was met so far: flips with the report they come from, and counts by side and category."""

    played: int = 0
    left_out: int = 0
    compared: int = 0
    otherwise: int = 0
    unanswered: int = 0
    flips: list[Flip] = field(default_factory=list)
    places: list[tuple[Story, int]] = field(default_factory=list)
    counts: dict[tuple[str, str | None], Counts] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=lambda: {"base": 0, "head": 0})

    def count(self, side: str, category: str, state: str) -> None:
        """Add a package to its category's counts and to all."""
        for name in (None, category):
            before = self.counts.get((side, name), Counts())
            self.counts[side, name] = Counts(
                before.confirmed + (state not in {"excluded", _NOT_LISTED}),
                before.exempt + (state == "exempt"),
                before.unanswered + (state == "unanswered"),
                before.counted + (state in COUNTED),
                before.valid + (state == "valid"),
            )


def compared(base: Side, head: Side, over: Over, samples: int, progress: Progress | None = None) -> CompareResult:
    """What two sides say of the same scenarios.

    Raises ScenarioError for scenarios that cannot be used, ValidatorError for a validator that could not run.
    """
    sides = {"base": base, "head": head}
    stories, left_out = _stories(base, head, over)
    if not stories:
        raise ScenarioError(
            f"no scenario to compare: all {left_out} name other profiles than {base.name} and {head.name}; name the"
            " profile that they are about, or other scenarios"
        )
    gathered = _Gathered()
    with ExitStack() as stack:
        asked = {name: _asked(side, over, stack) for name, side in sides.items()}
        for place, story in enumerate(stories):
            _compare_story(story, sides, asked, gathered)
            if progress is not None:
                progress(place + 1, len(stories))
    gathered.played, gathered.left_out = len(stories), left_out
    return _found(base, head, over, gathered, samples)


# -- the stories


def _stories(base: Side, head: Side, over: Over) -> tuple[list[Story], int]:
    """The stories to compare, and how many name other profiles."""
    own = [side for side in (base, head) if side.profile is not None]
    usual = own[0].what if own else over.profile

    @cache
    def spelling(name: str) -> Mapping[str, str]:
        spelled = [profile.spelling for side in reversed(own) if (profile := side.profile) is not None]
        return {**load_profile(name).spelling, **{key: value for each in spelled for key, value in each.items()}}

    @cache
    def named(name: str) -> str:
        return load_profile(name).name

    names = {side.profile.name for side in own if side.profile is not None}
    kept: list[Story] = []
    left_out = 0
    for file in pytest_run.scenario_files(over.paths):
        read = loader.read(file, shown_path(file, Path.cwd()))
        for story in builder.build_stories(file, read, profile=usual, spelling=spelling):
            if not own or story.profile == usual or named(story.profile) in names:
                kept.append(story)
            else:
                left_out += 1
    return kept, left_out


# -- playing them


def _asked(side: Side, over: Over, stack: ExitStack) -> tuple[Validator, Door]:
    """A side's validator, and the door by which it reaches the carriers; both closed with the stack."""
    validator = side.validator(over.limits)
    stack.callback(validator.close)
    here = isinstance(validator, validators.Bundled | validators.PythonCallable)
    usual = doors.IN_PROCESS if isinstance(validator, validators.Bundled) else doors.SERVER
    if (over.door if here and over.door else usual) == doors.IN_PROCESS:
        return validator, doors.in_process
    server = doors.ServerDoor()
    stack.callback(server.close)
    return validator, server.open


def _compare_story(
    story: Story, sides: Mapping[str, Side], asked: Mapping[str, tuple[Validator, Door]], gathered: _Gathered
) -> None:
    reports = {}
    for name, side in sides.items():
        told = story if side.profile is None else replace(story, profile=side.what)
        try:
            with _unheard():
                reports[name] = runner.run(told, *asked[name])
        except ValidatorError as error:
            raise ValidatorError(f"{story.file}:{story.line}: {story.title}\n{side.name}: {error}") from error
        except ScenarioError as error:
            raise ScenarioError(f"{story.file}:{story.line}: {story.title}\n{side.name}: {error}") from error
        gathered.failed[name] += any(run.comparison.differences for run in reports[name])
    for place, (before, after) in enumerate(zip(reports["base"], reports["head"], strict=True)):
        rows = {
            name: _judged(run.answer, story, before.at, sides[name].profile)
            for name, run in (("base", before), ("head", after))
        }
        expected = story.reports[place].expected.unanswered is not None
        for order, package in _packages(story, before.at):
            key = (order.order_id, None if package is None else package.number)
            pair = _alike(*(rows[name].get(key, Judged(_NOT_LISTED, "")) for name in ("base", "head")))
            gathered.compared += 1
            for name, each in zip(("base", "head"), pair, strict=True):
                gathered.count(name, order.category, each.state)
            # Left without an answer on both sides is what a scenario of a silent carrier is about.
            silent = [each.state == "unanswered" for each in pair]
            gathered.unanswered += silent[0] != silent[1] and not expected
            if (pair[0].state, pair[0].reason) == (pair[1].state, pair[1].reason):
                shown = [(each.carrier, each.tracking_id) for each in pair]
                gathered.otherwise += pair[0].state in COUNTED and shown[0] != shown[1]
                continue
            where = Scenario(story.file, story.line, story.title, instant_text(before.at))
            carrier = next((each.carrier for each in reversed(pair) if each.carrier), _submitted(package, before.at))
            gathered.flips.append(Flip(*key, carrier, order.category, order.ship_from, *pair, scenario=where))
            gathered.places.append((story, place))


@contextmanager
def _unheard() -> Iterator[None]:
    """Keep what validators print from the rows; an error of theirs carries its own words."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield


def _alike(before: Judged, after: Judged) -> tuple[Judged, Judged]:
    """Both sides in the words that both have.

    A validator may give no reasons, and need not list what is not in its report: out of it, for whatever reason, is
    then the same as not named.
    """
    out = {"excluded", "exempt", _NOT_LISTED}
    if {before.state, after.state} <= out and _NOT_LISTED in {before.state, after.state}:
        return replace(before, state=_NOT_LISTED, reason=""), replace(after, state=_NOT_LISTED, reason="")
    if before.state == after.state and not (before.reason and after.reason):
        return replace(before, reason=""), replace(after, reason="")
    return before, after


def _packages(story: Story, at: datetime) -> Iterator[tuple[Order, Package | None]]:
    """What a report at an instant may name: confirmed packages, and orders without any."""
    for order in story.orders:
        if order.placed <= at:
            packages = [package for package in order.packages if _confirmed(package, at)]
            yield from ((order, package) for package in packages or (None,))


def _confirmed(package: Package, at: datetime) -> bool:
    return any(submission.submitted_at <= at for submission in package.submissions)


def _submitted(package: Package | None, at: datetime) -> str:
    """The carrier that was named last."""
    made = [each for each in (package.submissions if package else ()) if each.submitted_at <= at]
    return (made[-1].carrier_code or made[-1].carrier_name) if made else ""


def _judged(answer: Answer, story: Story, at: datetime, profile: Profile | None) -> dict[Key, Judged]:
    """What an answer says of each package."""
    exempt = {rule.name for rule in profile.rules if rule.exempt} if profile is not None else set()
    rows: dict[Key, Judged] = {}
    for key, row in _placed(answer.rows, story, at):
        state = "valid" if not cell_text(row.get("no_valid_tracking")) else "invalid"
        rows[key] = judged(state, cell_text(row.get("reason")), row)
    for key, row in _placed(answer.excluded or (), story, at):
        why = cell_text(row.get("why"))
        rows.setdefault(key, judged("exempt" if why in exempt else "excluded", why, {}))
    for key, row in _placed(answer.unanswered or (), story, at):
        rows.setdefault(key, judged("unanswered", "unanswered", {"carrier": row.get("carrier")}))
    return rows


def _placed(
    reported: Sequence[Mapping[str, object]], story: Story, at: datetime
) -> Iterator[tuple[Key, Mapping[str, object]]]:
    """Each row with the package that it is about. Rows of no package of the story are nobody's."""
    open_: dict[str, dict[int | None, Package | None]] = {}
    for order, package in _packages(story, at):
        open_.setdefault(order.order_id, {})[None if package is None else package.number] = package
    unnumbered = []
    for row in reported:
        order_id, number = cell_text(row.get("order_id")), cell_text(row.get("package"))
        if number.isdecimal() and int(number) in open_.get(order_id, {}):
            yield (order_id, int(number)), row
            del open_[order_id][int(number)]
        elif order_id in open_:
            unnumbered.append((order_id, row))
    for order_id, row in unnumbered:
        left = open_[order_id]
        if not left:
            continue
        text = cell_text(row.get("tracking_id")).strip().upper()
        same = [
            number
            for number, package in left.items()
            if package is not None and text in {each.tracking_number.strip().upper() for each in package.submissions}
        ]
        found = (same or list(left))[0]
        yield (order_id, found), row
        del left[found]


# -- what was found


def _found(base: Side, head: Side, over: Over, gathered: _Gathered, samples: int) -> CompareResult:
    own = [side.profile for side in (base, head) if side.profile is not None]
    usual = own[0] if own else load_profile(over.profile)
    judging = (base.profile or usual, head.profile or usual)
    both = base.profile is not None and head.profile is not None
    changed = changes(*judging, (base.what, head.what)) if both else ()
    sampled = spread(gathered.flips, samples)
    told: dict[int, FlipDetail] = {}
    with ExitStack() as stack:
        engines = {
            name: stack.enter_context(Engine(side.profile))
            for name, side in (("base", base), ("head", head))
            if side.profile is not None
        }
        if not engines:
            engines = {"reference": stack.enter_context(Engine(usual))}
        trials = stack.enter_context(Trials(*judging, changed))
        for places in _by_report(gathered, range(len(gathered.flips)) if trials.without_trying is None else sampled):
            story, report = gathered.places[places[0]]
            at = story.reports[report].at
            given = _given(story, report, (*engines.values(), *trials.engines))
            keys = {place: (gathered.flips[place].order_id, gathered.flips[place].package) for place in places}
            words = {
                key: (gathered.flips[place].base.reason, gathered.flips[place].head.reason)
                for place, key in keys.items()
            }
            responsible = trials.responsible(given, at, words) if both else {}
            wanted = [key for place, key in keys.items() if place in sampled]
            explained = timeline.told(engines, given, at, wanted) if wanted else {}
            for place, key in keys.items():
                gathered.flips[place] = replace(gathered.flips[place], clauses=responsible.get(key, ()))
                if key in explained and place in sampled:
                    told[place] = explained[key]
    if trials.without_trying is not None:
        gathered.flips = [replace(flip, clauses=trials.without_trying) for flip in gathered.flips]
    for place, each in told.items():
        gathered.flips[place] = replace(gathered.flips[place], told=each)
    flips = tuple(gathered.flips)
    categories = sorted({name for _, name in gathered.counts}, key=lambda name: (name is not None, name or ""))
    return CompareResult(
        base=base.name,
        head=head.name,
        over={"scenarios": gathered.played, "left_out": gathered.left_out, "failed": dict(gathered.failed)},
        over_words=counted(gathered.played, "scenario"),
        compared=gathered.compared,
        changes=changed,
        flipped=len(flips),
        of_verdict=sum(flip.of_verdict for flip in flips),
        shown_otherwise=gathered.otherwise,
        groups=groups_of(flips),
        rates=tuple(
            RatePair(
                name,
                *(
                    with_status(gathered.counts.get((side, name), Counts()), each.target, each.switches.target_met_at)
                    for side, each in zip(("base", "head"), judging, strict=True)
                ),
            )
            for name in categories
        ),
        targets=_targets(judging),
        unanswered=gathered.unanswered,
        clauses={place: sum(place in flip.clauses for flip in flips) for place, _ in enumerate(changed)},
        rows=lambda: flips,
        samples=tuple(flips[place] for place in sampled),
        notes=_notes(gathered),
        shown=lambda text: head.shown(base.shown(text)),
    )


def _targets(judging: tuple[Profile, Profile]) -> tuple[Decimal, Decimal]:
    return judging[0].target, judging[1].target


def _notes(gathered: _Gathered) -> tuple[str, ...]:
    failed = gathered.failed
    return (
        *([f"left out: {counted(gathered.left_out, 'scenario')} about other profiles"] if gathered.left_out else []),
        f"not as the scenarios expect: {failed['base']} with the base, {failed['head']} with the head",
    )


def _by_report(gathered: _Gathered, places: Sequence[int]) -> list[list[int]]:
    """Places of flips by the report that they come from."""
    found: dict[tuple[str, int, str, int], list[int]] = {}
    for place in places:
        story, report = gathered.places[place]
        found.setdefault((story.file, story.line, story.title, report), []).append(place)
    return list(found.values())


def _given(story: Story, report: int, engines: Sequence[Engine]) -> Evidence:
    """A report's orders and what the carriers say about all numbers that matter to any of these engines."""
    at = story.reports[report].at
    with doors.in_process(runner.build_of(story)) as (simulation, carriers):
        request = runner.requests_of(story, simulation, carriers)[report]
        simulation.clock.set(at)
        orders = orders_to_arrow(orders_from(request["orders"]))
        submissions = submissions_to_arrow(submissions_from(request["packages"]))
        pairs = dict.fromkeys(pair for engine in engines for pair in engine.pairs_to_ask(orders, submissions, at))
        told = collect(pairs, from_block(carriers), wait=simulation.clock.advance)
    answers, scans = answers_to_arrow(told)
    return Evidence(orders, submissions, answers, _published(scans, story))


def _published(scans: pa.Table, story: Story) -> pa.Table:
    """Events with the instant from which their carrier shows them, where that is a later one."""
    late = {
        (parcel.carrier, parcel.tracking_number.strip().upper(), _plain(event.happened)): _plain(event.visible_from)
        for parcel in story.parcels.values()
        for event in parcel.events
        if event.visible_from > event.happened
    }
    rows: list[dict[str, Any]] = scans.to_pylist()
    for row in rows:
        row["published_at"] = late.get((row["carrier"], row["tracking_number"], row["at"]))
    return pa.Table.from_pylist(rows, schema=scans.schema)


def _plain(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
