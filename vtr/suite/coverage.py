"""What the scenarios of a run exercise: rules, comparisons, scan codes, carriers, interfaces, faults, expected conduct.

That follows from the stories and not from the validator that they judge: so each story is played once more, to the
reference validator in this process, and any validator gives the same coverage. Only the interfaces are those that the
validator itself called. What a story exercises goes into the scenario's result as plain values, which come back from
pytest's workers as they are. What there is to exercise is known to whoever counts: the profiles that were used, the
tables of scan codes, the simulator's catalogues.

`vtr run` without coverage imports nothing of this.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from simulator import carriers
from simulator.errors import MisuseError
from simulator.faults import catalogue
from vtr.errors import ScenarioError
from vtr.play import doors, runner
from vtr.play.runner import ReportRun
from vtr.reference import rule_coverage, scan_codes
from vtr.reference.checking import Asking, engine_for
from vtr.reference.console import aligned
from vtr.reference.errors import VtrError
from vtr.reference.messages import counted
from vtr.reference.protocol import read_request
from vtr.reference.rules.profile_reader import VALID, Profile, Rule, bundled_profiles, load_profile
from vtr.story.expected import COUNTS
from vtr.story.story import Story
from vtr.suite.results import Exercised, Result

RULES, COMPARISONS, CARRIER_NAMES = "rules", "comparisons", "carrier-names"
CODES, CARRIERS, INTERFACES, FAULTS, CONDUCT = "scan-codes", "carriers", "interfaces", "faults", "conduct"
KINDS = (RULES, COMPARISONS, CARRIER_NAMES, CODES, CARRIERS, INTERFACES, FAULTS, CONDUCT)
_OF_PROFILES = (RULES, COMPARISONS, CARRIER_NAMES)
_USUAL = (RULES, COMPARISONS)  # what a threshold without a kind is about

_BUNDLED = "vtr/profiles/"  # how their origins begin
_HUNDRED = 100
_CODES_SHOWN = 12  # of a carrier's codes of one class
_SCENARIOS_SHOWN = 3

Key = tuple[str, str, str]
"""Kind, whose it is (a profile, a carrier, a family of faults; or nobody's), and name."""


# -- one scenario, in pytest's process or a worker


def exercised_by(story: Story, runs: Sequence[ReportRun]) -> tuple[Exercised, str]:
    """What a story exercises, and words about what could not be seen of it (empty for nothing).

    runs: of the validator that it judged, for the interfaces which that one called.
    """
    keys: set[Key] = set()
    problem = ""
    try:
        _play(story, keys)
    except (VtrError, MisuseError) as error:
        problem = f"the reference validator cannot judge it, so coverage lacks it ({error})"
    keys.update((INTERFACES, carrier, operation) for run in runs for carrier, operation in run.called)
    keys.update(_of_conduct(story))
    return {"profile": story.profile, "items": [list(key) for key in sorted(keys)]}, problem


def _play(story: Story, keys: set[Key]) -> None:
    """Play a story to the reference validator; what it exercises is added, up to an error that this raises."""
    profile = engine_for(story.profile).profile
    with doors.in_process(runner.build_of(story)) as (simulation, block):
        requests = runner.requests_of(story, simulation, block)
        for report, request in zip(story.reports, requests, strict=True):
            simulation.clock.set(report.at)
            seen = rule_coverage.exercised_by(read_request(request), Asking(simulation.clock.advance))
            keys.update(_of_profile(profile, seen))
            keys.update((CODES, carrier, code) for carrier, code in seen.codes)
            keys.update((CARRIERS, "", carrier) for carrier in seen.known)
        keys.update((FAULTS, catalogue.find(each.name).family, each.name) for each in simulation.acted if each.name)


def _of_profile(profile: Profile, seen: rule_coverage.Exercised) -> Iterator[Key]:
    """What of a profile is exercised. A rule belongs to the file in which it is written, whichever profile takes it."""
    written = {rule.name: _written_in(rule) for rule in profile.rules}
    yield from ((RULES, written.get(name) or _root(profile), name) for name in seen.decisions)
    yield from ((COMPARISONS, written[side.rule], str(side)) for side in seen.sides)
    yield from ((CARRIER_NAMES, _carriers_in(profile), name) for name in seen.carrier_names)


def _of_conduct(story: Story) -> Iterator[Key]:
    for report in story.reports:
        for expected in report.expected.conduct or ():
            yield from ((CONDUCT, "", name) for name in expected.counts)
            if expected.waits_after_429:
                yield CONDUCT, "", "waits_after_429"
            if expected.findings is not None:
                yield CONDUCT, "", "findings"


def _written_in(rule: Rule) -> str:
    """The profile in which a rule got its condition."""
    return _shown(_place(rule)[0])


def _place(rule: Rule) -> tuple[str, str]:
    """File and line where a rule got its condition."""
    origin, _, line = rule.changes[-1].rpartition(":") if rule.changes else (rule.origin, "", str(rule.line))
    return origin, line


def _where(rule: Rule) -> str:
    origin, line = _place(rule)
    return f"{origin if origin in _bundled() else _shown(origin)}:{line}"


def _root(profile: Profile) -> str:
    """The profile that a profile stands on in the end."""
    return _shown(profile.extends[-1] if profile.extends else profile.origin)


def _carriers_in(profile: Profile) -> str:
    """The profile that says which carriers are supported."""
    return _shown(profile.written_at["carriers"].rpartition(":")[0])


def _shown(origin: str) -> str:
    """The file of a profile: a bundled one by its name, others from the working directory where they lie within."""
    if origin in _bundled():
        return origin.removeprefix(_BUNDLED).removesuffix(".yaml")
    path = Path(os.path.normpath(Path.cwd() / origin))
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()


@cache
def _bundled() -> frozenset[str]:
    return frozenset(f"{_BUNDLED}{name}.yaml" for name in bundled_profiles())


# -- the whole run


@dataclass(frozen=True, slots=True)
class Item:
    """Something that scenarios can exercise. says: in a few words; where: file and line; covered_by: which do."""

    key: Key
    says: str
    where: str
    covered_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a kind is covered. of: whose, as in a Key."""

    kind: str
    of: str
    covered: int
    total: int

    @property
    def percent(self) -> float:
        """Rounded down to a tenth, so that 100 means all; of nothing, all is covered."""
        return self.covered * _HUNDRED * 10 // self.total / 10 if self.total else float(_HUNDRED)

    def __str__(self) -> str:
        kind = self.kind.replace("-", " ")
        return f"{kind} of {self.of}" if self.of else kind


@dataclass(frozen=True, slots=True)
class Lost:
    """What an earlier run covered and this one doesn't. was_covered_by: scenarios of then."""

    key: Key
    where: str
    was_covered_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Minimum:
    """How many percent must be covered, and of which kinds together."""

    kinds: tuple[str, ...]
    percent: float

    def __str__(self) -> str:
        return " and ".join(kind.replace("-", " ") for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a run covers. lost: of an earlier run's, None where none was given; short: which minimum is missed, how."""

    items: tuple[Item, ...]
    lost: tuple[Lost, ...] | None = None
    short: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether nothing is lost and every minimum is reached."""
        return not self.lost and not self.short

    def as_json(self) -> dict[str, Any]:
        """The coverage as JSON values."""
        return as_json(self)

    def parts(self) -> list[Part]:
        """How much is covered, kind by kind and profile by profile, carrier by carrier."""
        groups: dict[tuple[str, str], list[bool]] = {}
        for item in self.items:
            kind, of, _ = item.key
            group = (kind, "" if kind in {INTERFACES, FAULTS} else of)
            groups.setdefault(group, []).append(bool(item.covered_by))
        return [Part(kind, of, sum(covered), len(covered)) for (kind, of), covered in groups.items()]

    def part_of(self, kinds: Iterable[str]) -> Part:
        """How much is covered of several kinds together."""
        kinds = tuple(kinds)
        covered = [bool(item.covered_by) for item in self.items if item.key[0] in kinds]
        return Part(" and ".join(kinds), "", sum(covered), len(covered))


def minimum(text: str) -> Minimum:
    """What `--coverage-min` says: a percentage, or `kind=percentage`. Raises ScenarioError."""
    kind, equals, number = text.rpartition("=")
    if equals and kind not in KINDS:
        raise ScenarioError(f"--coverage-min {text!r}: {kind!r} is no kind; the kinds are: {', '.join(KINDS)}")
    try:
        percent = float(number)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= _HUNDRED:
        raise ScenarioError(
            f"--coverage-min {text!r}: {number!r} is no percentage; give a number from 0 to 100, as 90 or faults=50"
        )
    return Minimum((kind,) if equals else _USUAL, percent)


Earlier = Mapping[Key, tuple[str, ...]]
"""What an earlier run covered, and by which scenarios."""


def read_earlier(path: Path) -> Earlier:
    """The coverage that an earlier run wrote, by itself or within its JSON. Raises ScenarioError."""
    try:
        written = json.loads(path.read_bytes())
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"{path}: is not JSON: {error}; give a file that --coverage-out wrote") from error
    try:
        found = written.get("coverage", written)
        scenarios = [str(name) for name in found["scenarios"]]
        return {
            (str(item["kind"]), str(item["of"]), str(item["name"])): tuple(scenarios[at] for at in item["covered_by"])
            for item in found["items"]
            if item["covered_by"]
        }
    except (AttributeError, KeyError, IndexError, TypeError):
        raise ScenarioError(f"{path}: holds no coverage; give a file that --coverage-out wrote") from None


def of(results: Sequence[Result], minimums: Sequence[Minimum] = (), earlier: Earlier | None = None) -> Coverage:
    """The coverage of a run by its results. Raises VtrError when a profile cannot be read any more."""
    by: dict[Key, list[str]] = {}
    profiles: set[str] = set()
    for result in results:
        exercised = result["exercised"]
        if exercised is None:
            continue
        profiles.add(exercised["profile"])
        for kind, of_whom, name in exercised["items"]:
            by.setdefault((kind, of_whom, name), []).append(_named(result))
    told = {key: (says, where) for key, says, where in _everything(sorted(profiles))}
    items = tuple(Item(key, says, where, tuple(dict.fromkeys(by.get(key, ())))) for key, (says, where) in told.items())
    lost = None if earlier is None else tuple(_lost(items, earlier))
    return Coverage(items, lost, tuple(_short(Coverage(items), minimums)))


def _named(result: Result) -> str:
    return f"{result['file']}: {result['scenario']}"


def _everything(profiles: Iterable[str]) -> Iterator[tuple[Key, str, str]]:
    """All there is to cover, each with words about it and where it stands, kind by kind; some more than once."""
    read = [load_profile(profile) for profile in profiles]
    for profile in read:
        yield (RULES, _root(profile), VALID), "no rule takes the number for invalid", ""
        yield from (((RULES, _written_in(rule), rule.name), rule.says, _where(rule)) for rule in profile.rules)
    for profile in read:
        rules = {rule.name: rule for rule in profile.rules}
        for side in rule_coverage.sides(profile):
            rule = rules[side.rule]
            yield (COMPARISONS, _written_in(rule), str(side)), "", _where(rule)
    for profile in read:
        names = _carriers_in(profile)
        yield from (((CARRIER_NAMES, names, carrier.name), "", "") for carrier in profile.carriers)
    for each, codes in scan_codes.load_all().items():
        yield from (((CODES, each, code), f"{row.scan_class}: {row.means}", "") for code, row in codes.items())
    yield from (((CARRIERS, "", carrier.name), carrier.title, "") for carrier in carriers.CARRIERS)
    for carrier in carriers.CARRIERS:
        yield from (((INTERFACES, carrier.name, name), "", "") for name in catalogue.operations(carrier.name))
    yield from (((FAULTS, entry.family, entry.name), entry.effect, "") for entry in catalogue.CATALOGUE)
    yield from (((CONDUCT, "", name), "", "") for name in (*COUNTS, "waits_after_429", "findings"))


def _lost(items: Sequence[Item], earlier: Earlier) -> Iterator[Lost]:
    """What was covered and is not. A rule that is no more can't be covered; a profile that nobody uses could be."""
    now = {item.key: item for item in items}
    profiles = {item.key[1] for item in items if item.key[0] in _OF_PROFILES}
    for key, scenarios in earlier.items():
        item = now.get(key)
        if item is not None:
            if not item.covered_by:
                yield Lost(key, item.where, scenarios)
        elif key[0] in _OF_PROFILES and key[1] not in profiles:
            yield Lost(key, "no scenario uses this profile now", scenarios)


def _short(found: Coverage, minimums: Sequence[Minimum]) -> Iterator[str]:
    for least in minimums:
        part = found.part_of(least.kinds)
        if part.covered * _HUNDRED < least.percent * part.total:
            yield (
                f"{least}: {part.covered} of {part.total} covered, {part.percent:.1f} %; at least {least.percent:g} %"
                " was asked for"
            )


# -- what is shown


def as_text(found: Coverage) -> str:
    """The coverage as a JSON text, for a file that a later run is compared with."""
    return json.dumps(as_json(found), ensure_ascii=False, indent=1) + "\n"


def as_json(found: Coverage) -> dict[str, Any]:
    """The coverage as JSON values; keys are added, never renamed. covered_by: places in `scenarios`, from 0."""
    names = dict.fromkeys(name for item in found.items for name in item.covered_by)
    places = {name: place for place, name in enumerate(sorted(names))}
    told: dict[str, Any] = {
        "kinds": [
            {"kind": part.kind, "of": part.of, "covered": part.covered, "total": part.total, "percent": part.percent}
            for part in found.parts()
        ],
        "scenarios": list(places),
        "items": [
            {
                **_key_json(item.key),
                "says": item.says,
                "where": item.where,
                "covered_by": sorted(places[name] for name in item.covered_by),
            }
            for item in found.items
        ],
        "short": list(found.short),
    }
    if found.lost is not None:
        told["lost"] = [
            {**_key_json(lost.key), "where": lost.where, "was_covered_by": list(lost.was_covered_by)}
            for lost in found.lost
        ]
    return told


def _key_json(key: Key) -> dict[str, str]:
    return dict(zip(("kind", "of", "name"), key, strict=True))


def lines(found: Coverage) -> list[str]:
    """The coverage for people: a table, what is not covered, what is lost, and what is too little."""
    table = [("coverage", "covered", "of", "percent")]
    table += [(str(part), str(part.covered), str(part.total), f"{part.percent:.1f}") for part in found.parts()]
    alone = {item.covered_by[0] for item in found.items if len(item.covered_by) == 1}
    return [
        *aligned(table),
        *_uncovered(found),
        *([f"what no other one does is covered by {counted(len(alone), 'scenario')}"] if alone else []),
        *_lost_lines(found.lost),
        *(f"too little: {words}" for words in found.short),
    ]


def _uncovered(found: Coverage) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in found.items:
        if not item.covered_by:
            groups.setdefault(item.key[:2], []).append(item)
    for (kind, of_whom), items in groups.items():
        yield f"not covered, {Part(kind, of_whom, 0, 0)}:"
        if kind == CODES:
            yield from _codes(items)
        elif kind == COMPARISONS:
            yield from _sides(items)
        elif kind == RULES:
            yield from (f"  {item.where}: {item.key[2]}" if item.where else f"  {item.key[2]}" for item in items)
        else:
            yield f"  {', '.join(item.key[2] for item in items)}"


def _sides(items: Sequence[Item]) -> Iterator[str]:
    """A line for each comparison, with all its sides."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for item in items:
        comparison, _, side = item.key[2].rpartition(": ")
        lacking.setdefault((item.where, comparison), []).append(side)
    yield from (f"  {where}: {comparison}: {', '.join(sides)}" for (where, comparison), sides in lacking.items())


def _codes(items: Sequence[Item]) -> Iterator[str]:
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
        kind, of_whom, name = each.key
        where = f"{each.where}: " if each.where else ""
        shown = "; ".join(each.was_covered_by[:_SCENARIOS_SHOWN])
        more = len(each.was_covered_by) - _SCENARIOS_SHOWN
        yield f"  {where}{Part(kind, of_whom, 0, 0)}: {name}"
        yield f"      was covered by {shown}{f' and {more} more' if more > 0 else ''}"
