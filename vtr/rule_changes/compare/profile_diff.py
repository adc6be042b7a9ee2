"""How two profiles differ, change by change: which rule or setting, in what text, on which line of which file.

Profiles are compared as values, so a change means the same in a whole profile as in one that extends another. A single
change can be applied to the other profile: `responsible_clauses` uses that to find which of several changes flips a
row. Texts that decide nothing (a title, a rule's description) are not compared.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from vtr.reference.rules.profile import SWITCHES, Profile, Rule
from vtr.reference.rules.profile_reader import ProfileText, profile_texts

Kind = Literal["added", "removed", "changed", "moved"]

RULE, CARRIER, ORDER = "rule", "carrier", "order of rules"
_SETTINGS = ("zone", "window_days", "lag_days", "target", "counting_classes")
_SHOWS_ONLY = frozenset({"target", "switches.target_met_at", "switches.column_e"})


@dataclass(frozen=True, slots=True)
class ClauseText:
    """The text of a rule or setting on one side, and where it is: file:line, empty if no file gives it."""

    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    kind: of change.
    what: rule, carrier, order of rules, or a setting's key.
    name: of the rule or carrier, else empty.
    base, head: the text on each side, None where it has none.
    """

    kind: Kind
    what: str
    name: str
    base: ClauseText | None
    head: ClauseText | None

    @property
    def can_flip(self) -> bool:
        """Whether a row's verdict can depend on it; a target, for example, only decides the status of a rate."""
        return self.what not in _SHOWS_ONLY

    @property
    def title(self) -> str:
        """The subject, for people."""
        return f"{self.what} {self.name}".strip()

    @property
    def at(self) -> str:
        """The line that differs, as file:line: in the head, or where it was in the base."""
        return next((side.at for side in (self.head, self.base) if side is not None and side.at), "")


def diff_profiles(base: Profile, head: Profile, named: tuple[str | Path, str | Path]) -> tuple[Change, ...]:
    """The differences, rules first, in their order. named: names or files of the profiles. Raises ProfileError."""
    sources = tuple(_SourceLines(profile_texts(name)) for name in named)
    return (
        *_rule_changes(base, head, sources),
        *_carrier_changes(base, head, sources),
        *_setting_changes(base, head),
    )


def apply_changes(profile: Profile, changes: Iterable[Change], source: Profile) -> Profile:
    """A profile in which the subjects of some changes are as in another profile, the source."""
    for change in changes:
        profile = _apply(profile, change, source)
    return profile


# -- finding changes


class _SourceLines:
    """The lines of a profile's files."""

    def __init__(self, texts: Sequence[ProfileText]) -> None:
        self._lines = {each.origin: each.text.splitlines() for each in texts}

    def block(self, rule: Rule) -> tuple[str, int, list[str]]:
        """The last definition of a rule: the file, the number of its first line, its lines."""
        origin, _, number = (rule.changes[-1] if rule.changes else f"{rule.origin}:{rule.line}").rpartition(":")
        start = int(number)
        lines = self._lines.get(origin, [])
        end = next((at for at in range(start, len(lines)) if _starts_another_rule(lines[at])), len(lines))
        return origin, start, lines[start - 1 : end]

    def line_of(self, place: str, pattern: str) -> str:
        """The first line from a place on that matches a pattern, as file:line; the place itself if none does."""
        origin, _, number = place.rpartition(":")
        lines = self._lines.get(origin, [])
        for at in range(int(number) - 1, len(lines)):
            if re.search(pattern, lines[at]):
                return f"{origin}:{at + 1}"
        return place


def _starts_another_rule(line: str) -> bool:
    """Whether a line starts another rule, or another part of the profile."""
    return bool(re.match(r"\s*- |\S", line)) and not line.startswith("#")


def _rule_changes(base: Profile, head: Profile, sources: Sequence[_SourceLines]) -> Iterator[Change]:
    before = {rule.name: rule for rule in base.rules}
    after = {rule.name: rule for rule in head.rules}
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            kind: Kind = "added" if old is None else "removed"
            yield Change(
                kind, RULE, name, *(_clause(rule, side) for rule, side in zip((old, new), sources, strict=True))
            )
        elif _effect(old) != _effect(new):
            lines = sources[0].block(old)[2], sources[1].block(new)[2]
            yield Change("changed", RULE, name, _clause(old, sources[0], lines[1]), _clause(new, sources[1], lines[0]))
    kept = [[rule.name for rule in each.rules if rule.name in before and rule.name in after] for each in (base, head)]
    if kept[0] != kept[1]:
        first = next(
            place for place, (old_name, new_name) in enumerate(zip(*kept, strict=True)) if old_name != new_name
        )
        yield Change(
            "moved",
            ORDER,
            "",
            *(
                ClauseText(", ".join(names[first:]), rules[names[first]].written_at)
                for names, rules in zip(kept, (before, after), strict=True)
            ),
        )


def _effect(rule: Rule) -> tuple[str, bool, str]:
    """What a rule does, whatever its texts are."""
    return rule.condition.sql(), rule.exempt, rule.stage


def _clause(rule: Rule | None, source: _SourceLines, other: Sequence[str] = ()) -> ClauseText | None:
    """A rule's condition and its line: of several lines, the first that the other side doesn't have."""
    if rule is None:
        return None
    key = "counts_when" if rule.stage == "submission" else "when"
    origin, start, lines = source.block(rule)
    # If only `exempt` is changed there is no condition, or none that differs.
    others = {line.strip() for line in other}
    pattern = rf"\s*(- )?({key}|exempt):"
    starts = [at for at, line in enumerate(lines) if re.match(pattern, line)]
    begin = next((at for at in starts if lines[at].strip() not in others), starts[0] if starts else 0)
    at = next((at for at in range(begin, len(lines)) if lines[at].strip() not in others), begin)
    return ClauseText(f"{key}: {rule.condition.text}" + (" (exempt)" if rule.exempt else ""), f"{origin}:{start + at}")


def _carrier_changes(base: Profile, head: Profile, sources: Sequence[_SourceLines]) -> Iterator[Change]:
    sides = [{carrier.name: carrier.asks for carrier in each.carriers} for each in (base, head)]
    places = [each.written_at["carriers"] for each in (base, head)]

    def clause(side: int, name: str) -> ClauseText | None:
        if name not in sides[side]:
            return None
        asks = sides[side][name]
        quoted = rf"\bname:\s*['\"]?{re.escape(name)}['\"]?\s*[,}}]?\s*(asks|#|$)"
        return ClauseText(f"asks {asks}" if asks else "asks nobody", sources[side].line_of(places[side], quoted))

    for name in dict.fromkeys((*sides[0], *sides[1])):
        if name not in sides[0]:
            yield Change("added", CARRIER, name, None, clause(1, name))
        elif name not in sides[1]:
            yield Change("removed", CARRIER, name, clause(0, name), ClauseText("", places[1]))
        elif sides[0][name] != sides[1][name]:
            yield Change("changed", CARRIER, name, clause(0, name), clause(1, name))


def _setting_changes(base: Profile, head: Profile) -> Iterator[Change]:
    before, after = _settings(base), _settings(head)
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old != new:
            kind: Kind = "added" if old is None else "removed" if new is None else "changed"
            yield Change(kind, key, "", _setting_text(base, key, old), _setting_text(head, key, new))


def _settings(profile: Profile) -> dict[str, str]:
    """A profile's settings other than rules and carriers, as text by key."""
    values: Mapping[str, Any] = {name: getattr(profile, name) for name in _SETTINGS}
    return {
        **{
            name: ", ".join(value) if isinstance(value, tuple) else str(getattr(value, "key", value))
            for name, value in values.items()
        },
        **{f"switches.{name}": chosen for name, chosen in profile.switches.chosen().items()},
        **{f"scan_classes.{code.key}": code.scan_class for code in profile.scan_classes},
    }


def _setting_text(profile: Profile, key: str, value: str | None) -> ClauseText | None:
    return None if value is None else ClauseText(value, profile.written_at.get(key, ""))


# -- applying a change


def _apply(profile: Profile, change: Change, source: Profile) -> Profile:
    if change.what == RULE:
        return replace(profile, rules=_with_rule(profile.rules, change.name, source.rules))
    if change.what == ORDER:
        return replace(profile, rules=_reordered(profile.rules, source.rules))
    if change.what == CARRIER:
        found = [carrier for carrier in source.carriers if carrier.name == change.name]
        kept = [carrier for carrier in profile.carriers if carrier.name != change.name]
        return replace(profile, carriers=(*kept, *found))
    group, _, name = change.what.partition(".")
    if group == "switches":
        assert name in {switch.name for switch in SWITCHES}  # noqa: S101 (a setting's key is made from these names)
        return replace(profile, switches=replace(profile.switches, **{name: getattr(source.switches, name)}))
    if group == "scan_classes":
        codes = [code for code in profile.scan_classes if code.key != name]
        return replace(profile, scan_classes=(*codes, *(code for code in source.scan_classes if code.key == name)))
    value: dict[str, Any] = {change.what: getattr(source, change.what)}
    return replace(profile, **value)


def _with_rule(rules: Sequence[Rule], name: str, source: Sequence[Rule]) -> tuple[Rule, ...]:
    """Rules with one rule as in the source: dropped, replaced, or inserted after the nearest rule before it there."""
    names = [rule.name for rule in source]
    if name not in names:
        return tuple(rule for rule in rules if rule.name != name)
    wanted = source[names.index(name)]
    here = [rule.name for rule in rules]
    if name in here:
        return tuple(wanted if rule.name == name else rule for rule in rules)
    before = [here.index(each) for each in names[: names.index(name)] if each in here]
    index = before[-1] + 1 if before else 0
    return (*rules[:index], wanted, *rules[index:])


def _reordered(rules: Sequence[Rule], source: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules, those that the source has too in the source's order; the others keep their positions."""
    own = {rule.name: rule for rule in rules}
    order = iter([rule.name for rule in source if rule.name in own])
    shared = {rule.name for rule in source}
    return tuple(own[next(order)] if rule.name in shared else rule for rule in rules)
