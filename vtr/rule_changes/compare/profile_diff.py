"""How two profiles differ, change by change: which rule or setting, in which words, in which line of which file.

Profiles are compared as they were read, so a change means the same whether it stands in a whole profile or in one that
stands on another. A change can be carried from one profile to the other alone: that is how it is found out which of
several changes flips a row (`clauses`). Words that decide nothing (a title, what a rule says) are no changes.
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
class Written:
    """What one side says, and where: file:line, empty where a line of nobody's says it."""

    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. what: rule, carrier, order of rules, or a setting's key; name: of the rule or carrier.

    base, head: what each side says, None where it says nothing of it.
    """

    kind: Kind
    what: str
    name: str
    base: Written | None
    head: Written | None

    @property
    def can_flip(self) -> bool:
        """Whether a row's verdict can hang on it; a target, for one, decides what a rate is called."""
        return self.what not in _SHOWS_ONLY

    @property
    def title(self) -> str:
        """What it is about, for people."""
        return f"{self.what} {self.name}".strip()

    @property
    def at(self) -> str:
        """The line that differs: where it stands in the head, or stood in the base."""
        return next((side.at for side in (self.head, self.base) if side is not None and side.at), "")


def changes(base: Profile, head: Profile, named: tuple[str | Path, str | Path]) -> tuple[Change, ...]:
    """What differs, rules first, in their order. named: what the profiles were read from. Raises ProfileError."""
    texts = tuple(_Texts(profile_texts(name)) for name in named)
    return (
        *_rule_changes(base, head, texts),
        *_carrier_changes(base, head, texts),
        *_setting_changes(base, head),
    )


def carried(onto: Profile, taken: Iterable[Change], source: Profile) -> Profile:
    """A profile with what some changes are about as it is in another profile."""
    for change in taken:
        onto = _with(onto, change, source)
    return onto


# -- finding them


class _Texts:
    """The lines of a profile's files."""

    def __init__(self, texts: Sequence[ProfileText]) -> None:
        self._lines = {each.origin: each.text.splitlines() for each in texts}

    def block(self, rule: Rule) -> tuple[str, int, list[str]]:
        """Where a rule was written last: the file, the number of its first line, its lines."""
        origin, _, number = (rule.changes[-1] if rule.changes else f"{rule.origin}:{rule.line}").rpartition(":")
        start = int(number)
        lines = self._lines.get(origin, [])
        end = next((at for at in range(start, len(lines)) if _begins_another(lines[at])), len(lines))
        return origin, start, lines[start - 1 : end]

    def line_of(self, place: str, pattern: str) -> str:
        """The first line from a place on that a pattern is found in, as file:line; the place itself if none."""
        origin, _, number = place.rpartition(":")
        lines = self._lines.get(origin, [])
        for at in range(int(number) - 1, len(lines)):
            if re.search(pattern, lines[at]):
                return f"{origin}:{at + 1}"
        return place


def _begins_another(line: str) -> bool:
    """Whether a rule's lines end before this one."""
    return bool(re.match(r"\s*- |\S", line)) and not line.startswith("#")


def _rule_changes(base: Profile, head: Profile, texts: Sequence[_Texts]) -> Iterator[Change]:
    before = {rule.name: rule for rule in base.rules}
    after = {rule.name: rule for rule in head.rules}
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            kind: Kind = "added" if old is None else "removed"
            yield Change(kind, RULE, name, *(_clause(rule, side) for rule, side in zip((old, new), texts, strict=True)))
        elif _decides(old) != _decides(new):
            other = texts[0].block(old)[2], texts[1].block(new)[2]
            yield Change("changed", RULE, name, _clause(old, texts[0], other[1]), _clause(new, texts[1], other[0]))
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
                Written(", ".join(names[first:]), rules[names[first]].written_at)
                for names, rules in zip(kept, (before, after), strict=True)
            ),
        )


def _decides(rule: Rule) -> tuple[str, bool, str]:
    """What of a rule decides; its words may differ."""
    return rule.condition.sql(), rule.exempt, rule.stage


def _clause(rule: Rule | None, texts: _Texts, other: Sequence[str] = ()) -> Written | None:
    """A rule's condition and its line: of several lines the first that the other side doesn't have."""
    if rule is None:
        return None
    key = "counts_when" if rule.stage == "submission" else "when"
    origin, start, lines = texts.block(rule)
    # Where `exempt` alone is changed there is no condition, or none that differs.
    others = {line.strip() for line in other}
    wanted = rf"\s*(- )?({key}|exempt):"
    written = [at for at, line in enumerate(lines) if re.match(wanted, line)]
    begin = next((at for at in written if lines[at].strip() not in others), written[0] if written else 0)
    at = next((at for at in range(begin, len(lines)) if lines[at].strip() not in others), begin)
    return Written(f"{key}: {rule.condition.text}" + (" (exempt)" if rule.exempt else ""), f"{origin}:{start + at}")


def _carrier_changes(base: Profile, head: Profile, texts: Sequence[_Texts]) -> Iterator[Change]:
    sides = [{carrier.name: carrier.asks for carrier in each.carriers} for each in (base, head)]
    places = [each.written_at["carriers"] for each in (base, head)]

    def written(side: int, name: str) -> Written | None:
        if name not in sides[side]:
            return None
        asks = sides[side][name]
        quoted = rf"\bname:\s*['\"]?{re.escape(name)}['\"]?\s*[,}}]?\s*(asks|#|$)"
        return Written(f"asks {asks}" if asks else "asks nobody", texts[side].line_of(places[side], quoted))

    for name in dict.fromkeys((*sides[0], *sides[1])):
        if name not in sides[0]:
            yield Change("added", CARRIER, name, None, written(1, name))
        elif name not in sides[1]:
            yield Change("removed", CARRIER, name, written(0, name), Written("", places[1]))
        elif sides[0][name] != sides[1][name]:
            yield Change("changed", CARRIER, name, written(0, name), written(1, name))


def _setting_changes(base: Profile, head: Profile) -> Iterator[Change]:
    before, after = _settings(base), _settings(head)
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old != new:
            kind: Kind = "added" if old is None else "removed" if new is None else "changed"
            yield Change(kind, key, "", _set(base, key, old), _set(head, key, new))


def _settings(profile: Profile) -> dict[str, str]:
    """What a profile says beside its rules and carriers, as text by key."""
    values: Mapping[str, Any] = {name: getattr(profile, name) for name in _SETTINGS}
    return {
        **{
            name: ", ".join(value) if isinstance(value, tuple) else str(getattr(value, "key", value))
            for name, value in values.items()
        },
        **{f"switches.{name}": chosen for name, chosen in profile.switches.chosen().items()},
        **{f"scan_classes.{code.key}": code.scan_class for code in profile.scan_classes},
    }


def _set(profile: Profile, key: str, value: str | None) -> Written | None:
    return None if value is None else Written(value, profile.written_at.get(key, ""))


# -- carrying one


def _with(onto: Profile, change: Change, source: Profile) -> Profile:
    if change.what == RULE:
        return replace(onto, rules=_with_rule(onto.rules, change.name, source.rules))
    if change.what == ORDER:
        return replace(onto, rules=_reordered(onto.rules, source.rules))
    if change.what == CARRIER:
        found = [carrier for carrier in source.carriers if carrier.name == change.name]
        kept = [carrier for carrier in onto.carriers if carrier.name != change.name]
        return replace(onto, carriers=(*kept, *found))
    group, _, name = change.what.partition(".")
    if group == "switches":
        assert name in {switch.name for switch in SWITCHES}  # noqa: S101 (what else would be there)
        return replace(onto, switches=replace(onto.switches, **{name: getattr(source.switches, name)}))
    if group == "scan_classes":
        codes = [code for code in onto.scan_classes if code.key != name]
        return replace(onto, scan_classes=(*codes, *(code for code in source.scan_classes if code.key == name)))
    given: dict[str, Any] = {change.what: getattr(source, change.what)}
    return replace(onto, **given)


def _with_rule(rules: Sequence[Rule], name: str, source: Sequence[Rule]) -> tuple[Rule, ...]:
    """Rules with one of them as in other rules: dropped, exchanged, or put behind the nearest that stood before it."""
    names = [rule.name for rule in source]
    if name not in names:
        return tuple(rule for rule in rules if rule.name != name)
    wanted = source[names.index(name)]
    here = [rule.name for rule in rules]
    if name in here:
        return tuple(wanted if rule.name == name else rule for rule in rules)
    before = [here.index(each) for each in names[: names.index(name)] if each in here]
    place = before[-1] + 1 if before else 0
    return (*rules[:place], wanted, *rules[place:])


def _reordered(rules: Sequence[Rule], source: Sequence[Rule]) -> tuple[Rule, ...]:
    """Rules in the places of those that both have, those in the other's order."""
    own = {rule.name: rule for rule in rules}
    order = iter([rule.name for rule in source if rule.name in own])
    shared = {rule.name for rule in source}
    return tuple(own[next(order)] if rule.name in shared else rule for rule in rules)
