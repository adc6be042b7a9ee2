"""The coverage of a run: all there is to exercise, and which scenarios exercise it.

What there is follows from the profiles that were used, the tables of scan codes and the simulator's catalogues.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator import carriers
from simulator.faults import catalogue
from vtr.errors import ScenarioError
from vtr.reference import rule_coverage, scan_codes
from vtr.reference.rules.profile_reader import VALID, load_profile
from vtr.story.expected import COUNTS
from vtr.suite.coverage.items import (
    CARRIER_NAMES,
    CARRIERS,
    CODES,
    COMPARISONS,
    CONDUCT,
    FAULTS,
    FINDINGS,
    INTERFACES,
    KINDS,
    KINDS_OF_PROFILES,
    RULES,
    WAITS_AFTER_429,
    Key,
    place_of_rule,
    profile_of_carriers,
    profile_of_rule,
    root_profile,
)
from vtr.suite.results import Result

_USUAL = (RULES, COMPARISONS)  # what a threshold without a kind is about
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Item:
    """Something that scenarios can exercise.

    key: which.
    says: what it is, in a few words.
    where: file and line, empty for what no file of the user has.
    covered_by: the scenarios that exercise it.
    """

    key: Key
    says: str
    where: str
    covered_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a kind is covered. of: the owner, as in a Key."""

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
    """What an earlier run covered and this one doesn't. was_covered_by: the scenarios of that run."""

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
    """What a run covers.

    items: all there is to exercise.
    lost: what an earlier run covered beyond this one; None where no earlier run was given.
    short: a line for each minimum that is missed.
    """

    items: tuple[Item, ...]
    lost: tuple[Lost, ...] | None = None
    short: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether nothing is lost and every minimum is reached."""
        return not self.lost and not self.short

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


def parse_minimum(text: str) -> Minimum:
    """Parse what `--coverage-min` takes: a percentage, or `kind=percentage`. Raises ScenarioError."""
    kind, equals, number = text.rpartition("=")
    if equals and kind not in KINDS:
        raise ScenarioError(f"--coverage-min {text!r}: {kind!r} is not a kind; the kinds are: {', '.join(KINDS)}")
    try:
        percent = float(number)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= _HUNDRED:
        raise ScenarioError(
            f"--coverage-min {text!r}: {number!r} is not a percentage; give a number from 0 to 100, as 90 or faults=50"
        )
    return Minimum((kind,) if equals else _USUAL, percent)


Earlier = Mapping[Key, tuple[str, ...]]
"""What an earlier run covered, and by which scenarios."""


def measure(results: Sequence[Result], minimums: Sequence[Minimum] = (), earlier: Earlier | None = None) -> Coverage:
    """The coverage of a run by its results. Raises VtrError when a profile can no longer be read."""
    covered_by: dict[Key, list[str]] = {}
    profiles: set[str] = set()
    for result in results:
        exercised = result["exercised"]
        if exercised is None:
            continue
        profiles.add(exercised["profile"])
        for kind, owner, name in exercised["items"]:
            covered_by.setdefault((kind, owner, name), []).append(_scenario_name(result))
    known = {key: (says, where) for key, says, where in _all_keys(sorted(profiles))}
    items = tuple(
        Item(key, says, where, tuple(dict.fromkeys(covered_by.get(key, ())))) for key, (says, where) in known.items()
    )
    lost = None if earlier is None else tuple(_lost_items(items, earlier))
    return Coverage(items, lost, tuple(_missed_minimums(Coverage(items), minimums)))


def _scenario_name(result: Result) -> str:
    return f"{result['file']}: {result['scenario']}"


def _all_keys(profiles: Iterable[str]) -> Iterator[tuple[Key, str, str]]:
    """All there is to cover, kind by kind, each with what it is and where it is written; some more than once."""
    read = [load_profile(profile) for profile in profiles]
    for profile in read:
        yield (RULES, root_profile(profile), VALID), "no rule takes the number for invalid", ""
        yield from (
            ((RULES, profile_of_rule(rule), rule.name), rule.says, place_of_rule(rule)) for rule in profile.rules
        )
    for profile in read:
        rules = {rule.name: rule for rule in profile.rules}
        for side in rule_coverage.sides(profile):
            rule = rules[side.rule]
            yield (COMPARISONS, profile_of_rule(rule), str(side)), "", place_of_rule(rule)
    for profile in read:
        names = profile_of_carriers(profile)
        yield from (((CARRIER_NAMES, names, carrier.name), "", "") for carrier in profile.carriers)
    for each, codes in scan_codes.load_all().items():
        yield from (((CODES, each, code), f"{row.scan_class}: {row.means}", "") for code, row in codes.items())
    yield from (((CARRIERS, "", carrier.name), carrier.title, "") for carrier in carriers.CARRIERS)
    for carrier in carriers.CARRIERS:
        yield from (((INTERFACES, carrier.name, name), "", "") for name in catalogue.operations(carrier.name))
    yield from (((FAULTS, entry.family, entry.name), entry.effect, "") for entry in catalogue.CATALOGUE)
    yield from (((CONDUCT, "", name), "", "") for name in (*COUNTS, WAITS_AFTER_429, FINDINGS))


def _lost_items(items: Sequence[Item], earlier: Earlier) -> Iterator[Lost]:
    """What was covered and is not. A rule that is gone can't be covered; a profile that no scenario uses could be."""
    now = {item.key: item for item in items}
    profiles = {item.key[1] for item in items if item.key[0] in KINDS_OF_PROFILES}
    for key, scenarios in earlier.items():
        item = now.get(key)
        if item is not None:
            if not item.covered_by:
                yield Lost(key, item.where, scenarios)
        elif key[0] in KINDS_OF_PROFILES and key[1] not in profiles:
            yield Lost(key, "no scenario uses this profile now", scenarios)


def _missed_minimums(coverage: Coverage, minimums: Sequence[Minimum]) -> Iterator[str]:
    for least in minimums:
        part = coverage.part_of(least.kinds)
        if part.covered * _HUNDRED < least.percent * part.total:
            yield (
                f"{least}: {part.covered} of {part.total} covered, {part.percent:.1f} %; at least {least.percent:g} %"
                " was asked for"
            )
