"""Reads a profile: one policy of one marketplace, as data. Carriers, window, target, switches, and the ordered rules.

The file is YAML that a user edits, so every mistake is told with its file, line and column, and an unknown word with
the one that was probably meant. A profile says everything itself, or stands on another one (`extends`) and names only
what it changes; read from the last base up, so that a profile is always read onto a whole one. Conditions are checked
while reading (`conditions.py`): a profile that could be read can be run.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from vtr.reference import scan_codes
from vtr.reference.clients import CLIENTS
from vtr.reference.errors import ProfileError
from vtr.reference.layouts import LAYOUTS
from vtr.reference.messages import did_you_mean
from vtr.reference.rules.columns import STAGES, Stage
from vtr.reference.rules.conditions import Condition, ConditionError, read_condition
from vtr.reference.rules.profile import GRADES, SWITCHES, ChosenClass, Profile, Rule, SupportedCarrier, Switches
from vtr.reference.rules.profile_files import (
    EXTENDS,
    ProfileText,
    bundled_profiles,
    compose,
    placed,
    profile_text,
    with_bases,
)
from vtr.reference.scan_codes import ScanClass

__all__ = [
    "Profile",
    "ProfileText",
    "Rule",
    "SupportedCarrier",
    "Switches",
    "bundled_profiles",
    "load_profile",
    "profile_text",
    "profile_texts",
    "read_profile",
    "read_texts",
]

CLASSES = ("scan", "partner", "foreign", "inferred", "none", "grey")
VALID = "VALID"
_MOST_RULES = 200
_MOST_CARRIERS = 2000

_NEEDED = (
    "profile",
    "title",
    "marketplace",
    "zone",
    "window_days",
    "lag_days",
    "target",
    "layout",
    "carriers",
    "counting_classes",
    "switches",
    "rules",
)
_KEYS = (*_NEEDED, EXTENDS, "inherited_grade", "scan_classes")
_RULE_NEEDED = ("rule", "stage", "source", "grade", "says", "right", "wrong")
_RULE_KEYS = (*_RULE_NEEDED, "exempt", "when", "counts_when")
_CHANGEABLE = ("exempt", "source", "grade", "says", "right", "wrong", "when", "counts_when")
_EDITS = {
    "change": "change",
    "drop": "drop",
    "before": "stand before",
    "after": "stand after",
}  # and what each is called

_Fields = dict[str, tuple[yaml.Node, yaml.Node]]
_Value = TypeVar("_Value")


def load_profile(name: str | Path) -> Profile:
    """Read a bundled profile by its name, or a user's by its path. Raises ProfileError."""
    return read_profile(*profile_text(name))


def profile_texts(name: str | Path) -> tuple[ProfileText, ...]:
    """The text of a profile and of those it stands on, the nearest first: what it depends on. Raises ProfileError."""
    return with_bases(*profile_text(name))


def read_profile(text: str, origin: str) -> Profile:
    """Read a profile's text. origin: its file, for messages and to find what it extends. Raises ProfileError."""
    return read_texts(with_bases(text, origin))


def read_texts(texts: Sequence[ProfileText]) -> Profile:
    """Read a profile from its text and those it stands on, the nearest first. Raises ProfileError."""
    profile: Profile | None = None
    for each in reversed(texts):
        profile = _Reader(each.origin, profile).profile(compose(each.text, each.origin))
    if profile is None:
        raise ProfileError("there is no text to read a profile from")
    _check_patterns(profile.rules)
    return profile


def _check_patterns(rules: Iterable[Rule]) -> None:
    """Each regular expression must be one to DuckDB, which would meet it only in the middle of a report."""
    used = [(pattern, rule) for rule in rules for pattern in rule.condition.patterns]
    refused = _refused(tuple(dict.fromkeys(pattern for pattern, _ in used)))
    for pattern, rule in used:
        if pattern in refused:
            words = refused[pattern]
            raise ProfileError(f"{rule.written_at}: {rule.name}: {pattern!r} is no regular expression: {words}")


@lru_cache(maxsize=100)
def _refused(patterns: tuple[str, ...]) -> Mapping[str, str]:
    """Which of them DuckDB refuses, and why. Kept: asking it takes longer than reading a profile."""
    import duckdb  # noqa: PLC0415 (heavy, and a process that only asks for --help reads no profile)

    refused = {}
    with duckdb.connect() as connection:
        for pattern in patterns:
            try:
                connection.execute("SELECT regexp_matches('', ?)", [pattern])
            except duckdb.Error as error:
                refused[pattern] = str(error).splitlines()[0].rpartition("Error: ")[2]
    return refused


class _Reader:
    """Reads the nodes of one file onto the profile that it stands on; that and the file's name are its state."""

    def __init__(self, origin: str, base: Profile | None) -> None:
        self._origin = origin
        self._base = base

    def wrong(self, node: yaml.Node | None, words: str) -> ProfileError:
        return placed(self._origin, node, words)

    def where(self, node: yaml.Node) -> str:
        return f"{self._origin}:{node.start_mark.line + 1}"

    def profile(self, root: yaml.Node | None) -> Profile:
        base = self._base
        if not isinstance(root, yaml.MappingNode):
            raise self.wrong(root, f"a profile is a mapping with the keys {', '.join(_NEEDED)}")
        fields = self.fields(root, _KEYS, required=_NEEDED if base is None else ("profile", EXTENDS))
        if base is None and "inherited_grade" in fields:
            raise self.wrong(fields["inherited_grade"][0], f"'inherited_grade' is for a profile with '{EXTENDS}'")
        return Profile(
            name=self.text(fields, "profile"),
            title=self.own(fields, "title", self.text),
            marketplace=self.own(fields, "marketplace", self.text),
            zone=self.own(fields, "zone", self.zone),
            window_days=self.own(fields, "window_days", lambda of, name: self.count(of, name, lowest=1)),
            lag_days=self.own(fields, "lag_days", lambda of, name: self.count(of, name, lowest=0)),
            target=self.own(fields, "target", self.target),
            layout=self.own(fields, "layout", lambda of, name: self.one_of(of, name, tuple(LAYOUTS))),
            carriers=self.own(fields, "carriers", self.carriers),
            counting_classes=self.own(fields, "counting_classes", self.counting_classes),
            scan_classes=self.scan_classes(fields),
            switches=self.switches(fields),
            rules=self.rules(fields),
            origin=self._origin,
            extends=() if base is None else (base.origin, *base.extends),
            written_at=self.written_at(fields),
        )

    def own(self, fields: _Fields, name: str, read: Callable[[_Fields, str], _Value]) -> _Value:
        """What this file says under a key, or else the profile that it stands on."""
        return read(fields, name) if name in fields else cast("_Value", getattr(self._base, name))

    def written_at(self, fields: _Fields) -> dict[str, str]:
        found = {} if self._base is None else dict(self._base.written_at)
        settings = [name for name in fields if name not in ("profile", EXTENDS, "switches", "rules", "scan_classes")]
        found |= {name: self.where(fields[name][0]) for name in settings}
        for name in ("switches", "scan_classes"):
            if name in fields:
                found |= {f"{name}.{key.value}": self.where(key) for key, _ in fields[name][1].value}
        return found

    def fields(self, node: yaml.Node, known: Sequence[str], required: Sequence[str]) -> _Fields:
        """A mapping's keys and values; unknown, repeated and missing keys are errors."""
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"expected a mapping with the keys {', '.join(known)}")
        fields: _Fields = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name not in known:
                hint = did_you_mean(name, known) or f"; known are: {', '.join(known)}"
                raise self.wrong(key, f"unknown key '{name}'{hint}")
            if name in fields:
                raise self.wrong(key, f"the key '{name}' stands here a second time; remove one")
            fields[name] = (key, value)
        missing = [name for name in required if name not in fields]
        if missing:
            hint = f"; or stand on a profile that says them, as {EXTENDS}: us-2019" if required is _NEEDED else ""
            raise self.wrong(node, f"missing: {', '.join(missing)}{hint}")
        return fields

    def sequence(self, fields: _Fields, name: str) -> list[yaml.Node]:
        key, value = fields[name]
        if not isinstance(value, yaml.SequenceNode) or not value.value:
            raise self.wrong(key, f"'{name}' is a list with at least one entry")
        return list(value.value)

    def scalar(self, fields: _Fields, name: str, kinds: Sequence[str], expectation: str) -> str:
        key, value = fields[name]
        if not isinstance(value, yaml.ScalarNode) or value.tag.removeprefix("tag:yaml.org,2002:") not in kinds:
            shown = value.value if isinstance(value, yaml.ScalarNode) else "a list or mapping"
            raise self.wrong(key, f"'{name}' is {shown!r}, but must be {expectation}")
        return str(value.value)

    def text(self, fields: _Fields, name: str) -> str:
        found = self.scalar(fields, name, ("str",), "text (in quotes if YAML takes it for something else)")
        if not found.strip():
            raise self.wrong(fields[name][0], f"'{name}' is empty; write what it says")
        return found.strip()

    def count(self, fields: _Fields, name: str, lowest: int) -> int:
        expectation = f"a whole number of days, {lowest} to 3650"
        found = self.scalar(fields, name, ("int",), expectation)
        if not (found.isascii() and found.isdigit() and lowest <= int(found) <= 3650):  # noqa: PLR2004 (ten years)
            raise self.wrong(fields[name][0], f"'{name}' is {found!r}, but must be {expectation}")
        return int(found)

    def one_of(self, fields: _Fields, name: str, choices: Sequence[str]) -> str:
        expectation = f"one of: {', '.join(choices)}"
        found = self.scalar(fields, name, ("str",), expectation)
        if found not in choices:
            raise self.wrong(
                fields[name][0], f"'{name}' is '{found}', but must be {expectation}{did_you_mean(found, choices)}"
            )
        return found

    def zone(self, fields: _Fields, name: str) -> ZoneInfo:
        found = self.text(fields, name)
        try:
            return ZoneInfo(found)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.wrong(
                fields[name][0], f"'{found}' is no time zone; write one of the IANA names, as America/Los_Angeles"
            ) from None

    def target(self, fields: _Fields, name: str) -> Decimal:
        expectation = "a fraction above 0 and up to 1 with at most six decimals, as 0.95"
        found = self.scalar(fields, name, ("float", "int"), expectation)
        try:
            target = Decimal(found)
        except InvalidOperation:
            target = Decimal(0)
        if not 0 < target <= 1 or target != round(target, 6):
            raise self.wrong(fields[name][0], f"'target' is {found!r}, but must be {expectation}")
        return target

    def carriers(self, fields: _Fields, name: str) -> tuple[SupportedCarrier, ...]:
        """A list of its own; or, on a base, a mapping of what is added to the base's list and removed from it."""
        key, value = fields[name]
        if self._base is None or not isinstance(value, yaml.MappingNode):
            return self.listed_carriers(fields, name, ())
        edits = self.fields(value, ("add", "remove"), required=())
        if not edits:
            raise self.wrong(key, "'carriers' is a list, or a mapping with 'add' or 'remove'")
        kept = list(self._base.carriers)
        for node in self.sequence(edits, "remove") if "remove" in edits else ():
            names = [carrier.name for carrier in kept]
            gone = node.value if isinstance(node, yaml.ScalarNode) else ""
            if gone not in names:
                hint = did_you_mean(gone, names) or f"; they are: {', '.join(names)}"
                raise self.wrong(node, f"no carrier '{gone}' to remove{hint}")
            del kept[names.index(gone)]
        return self.listed_carriers(edits, "add", kept) if "add" in edits else tuple(kept)

    def listed_carriers(
        self, fields: _Fields, name: str, before: Sequence[SupportedCarrier]
    ) -> tuple[SupportedCarrier, ...]:
        found = list(before)
        names = {carrier.name for carrier in found}
        for node in self.sequence(fields, name):
            carrier = self.carrier(node)
            if carrier.name in names:
                raise self.wrong(node, f"'{carrier.name}' stands twice among the carriers; remove one")
            names.add(carrier.name)
            found.append(carrier)
        if len(found) > _MOST_CARRIERS:
            raise self.wrong(fields[name][0], f"{len(found)} carriers; a profile has at most {_MOST_CARRIERS}")
        return tuple(found)

    def carrier(self, node: yaml.Node) -> SupportedCarrier:
        fields = self.fields(node, ("name", "asks"), required=("name", "asks"))
        asks = self.scalar(fields, "asks", ("str", "null"), "the name of a client, as ups, or null")
        nobody = fields["asks"][1].tag.endswith(":null")
        if not nobody and asks not in CLIENTS:
            hint = did_you_mean(asks, CLIENTS)
            expectation = f"one of: {', '.join(CLIENTS)}, or null{hint}"
            raise self.wrong(fields["asks"][0], f"'asks' is {asks!r}, but must be {expectation}")
        name = self.scalar(fields, "name", ("str",), "text (in quotes if YAML takes it for something else)")
        if not name.strip():
            raise self.wrong(fields["name"][0], "'name' is empty; write the carrier's exact spelling")
        return SupportedCarrier(name=name, asks=None if nobody else asks)

    def counting_classes(self, fields: _Fields, name: str) -> tuple[str, ...]:
        names = []
        for node in self.sequence(fields, name):
            if not isinstance(node, yaml.ScalarNode) or node.value not in CLASSES:
                raise self.wrong(node, f"a counting class is one of: {', '.join(CLASSES)}")
            names.append(str(node.value))
        return tuple(names)

    def scan_classes(self, fields: _Fields) -> tuple[ChosenClass, ...]:
        """The codes whose class this file gives, and those that its base gives."""
        found = {} if self._base is None else {chosen.key: chosen for chosen in self._base.scan_classes}
        if "scan_classes" not in fields:
            return tuple(found.values())
        key, value = fields["scan_classes"]
        if not isinstance(value, yaml.MappingNode) or not value.value:
            raise self.wrong(key, "'scan_classes' is a mapping of codes to classes, as {usps/A1: scan}")
        seen = set()
        for code, scan_class in value.value:
            chosen = self.chosen_class(code, scan_class)
            if chosen.key in seen:
                raise self.wrong(code, f"the code '{chosen.key}' stands here a second time; remove one")
            seen.add(chosen.key)
            found[chosen.key] = chosen
        return tuple(found.values())

    def chosen_class(self, key: yaml.Node, value: yaml.Node) -> ChosenClass:
        carrier, slash, code = (key.value if isinstance(key, yaml.ScalarNode) else "").partition("/")
        tables = scan_codes.load_all()
        if not slash or carrier not in tables:
            raise self.wrong(
                key,
                f"'{carrier}{slash}{code}' is no code; write carrier/code, as usps/A1; the carriers are:"
                f" {', '.join(tables)}{did_you_mean(carrier, tables)}",
            )
        if code not in tables[carrier]:
            hint = did_you_mean(code, tables[carrier])
            raise self.wrong(key, f"the table of {carrier} (vtr/scan_codes/{carrier}.yaml) has no code '{code}'{hint}")
        found = value.value if isinstance(value, yaml.ScalarNode) else "a list or mapping"
        if found not in CLASSES:
            raise self.wrong(
                value, f"the class of {carrier}/{code} is '{found}', but must be one of: {', '.join(CLASSES)}"
            )
        return ChosenClass(carrier, code, cast("ScanClass", found))

    def switches(self, fields: _Fields) -> Switches:
        names = tuple(switch.name for switch in SWITCHES)
        chosen = {} if self._base is None else self._base.switches.chosen()
        if "switches" in fields:
            found = self.fields(fields["switches"][1], names, required=names if self._base is None else ())
            chosen |= {
                switch.name: self.one_of(found, switch.name, switch.choices)
                for switch in SWITCHES
                if switch.name in found
            }
        return Switches(**chosen)

    def rules(self, fields: _Fields) -> tuple[Rule, ...]:
        if self._base is None:
            rules: list[Rule] = []
            for node in self.sequence(fields, "rules"):
                rule = self.rule(self.fields(node, _RULE_KEYS, required=_RULE_NEEDED), node)
                if rule.name in {other.name for other in rules}:
                    raise self.wrong(node, f"'{rule.name}' stands twice among the rules; remove one")
                rules.append(rule)
        else:
            edits = self.sequence(fields, "rules") if "rules" in fields else []
            rules = self.edited(self._base.rules, edits, self.inherited_grade(fields))
        if len(rules) > _MOST_RULES:
            raise self.wrong(fields["rules"][0], f"{len(rules)} rules; a profile has at most {_MOST_RULES}")
        return tuple(rules)

    def inherited_grade(self, fields: _Fields) -> str:
        return self.one_of(fields, "inherited_grade", GRADES) if "inherited_grade" in fields else GRADES[0]

    def edited(self, inherited: Sequence[Rule], edits: Sequence[yaml.Node], surest: str) -> list[Rule]:
        """The base's rules, none surer than `surest`, after the edits in the order in which they are written."""
        rules = [replace(rule, grade=max(rule.grade, surest, key=GRADES.index)) for rule in inherited]
        touched: set[str] = set()
        for node in edits:
            fields, edit = self.edit(node)
            target = self.text(fields, edit)
            names = [rule.name for rule in rules]
            if target not in names:
                hint = did_you_mean(target, names) or f"; they are: {', '.join(names)}"
                raise self.wrong(fields[edit][1], f"no rule '{target}' to {_EDITS[edit]}{hint}")
            place = names.index(target)
            if edit in ("change", "drop"):
                if target in touched:
                    raise self.wrong(fields[edit][1], f"'{target}' is changed or dropped a second time; join them")
                touched.add(target)
            if edit == "drop":
                del rules[place]
            elif edit == "change":
                rules[place] = self.changed(rules[place], fields, node)
            else:
                rule = self.rule(fields, node)
                if rule.name in names:
                    raise self.wrong(
                        fields["rule"][1], f"there is a rule '{rule.name}'; change it, or name it otherwise"
                    )
                if rule.stage != rules[place].stage:
                    raise self.wrong(
                        fields[edit][1],
                        f"'{target}' is a rule of the {rules[place].stage} stage, '{rule.name}' of the {rule.stage}"
                        " stage; name a rule of the same stage",
                    )
                rules.insert(place + (edit == "after"), rule)
        if not rules:
            raise self.wrong(edits[-1], "no rule is left; a profile has at least one")
        return rules

    def edit(self, node: yaml.Node) -> tuple[_Fields, str]:
        """The fields of an edit, and which kind it is."""
        shape = "a rule here is one of: change: NAME, drop: NAME, before: NAME, after: NAME"
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, shape)
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        kinds = [key for key in keys if key in _EDITS]
        if len(kinds) != 1:
            known = (*_EDITS, *_RULE_KEYS)
            for key, _ in node.value:
                name = key.value if isinstance(key, yaml.ScalarNode) else "?"
                if name not in known:
                    raise self.wrong(key, f"unknown key '{name}'{did_you_mean(name, known)}")
            raise self.wrong(node, shape)
        kind = kinds[0]
        if kind == "change":
            return self.fields(node, ("change", *_CHANGEABLE), required=("change",)), kind
        if kind == "drop":
            return self.fields(node, ("drop",), required=("drop",)), kind
        return self.fields(node, (kind, *_RULE_KEYS), required=(kind, *_RULE_NEEDED)), kind

    def changed(self, rule: Rule, fields: _Fields, node: yaml.Node) -> Rule:
        """The base's rule with what the edit says. A condition of its own is not as sure as the base's was."""
        read: Mapping[str, Callable[[_Fields, str], str]] = {
            "source": self.text,
            "says": self.text,
            "right": self.spoken,
            "wrong": self.spoken,
        }
        values: dict[str, Any] = {name: read[name](fields, name) for name in read if name in fields}
        if len(fields) == 1:
            raise self.wrong(node, f"say what changes of '{rule.name}': one of {', '.join(_CHANGEABLE)}")
        if "exempt" in fields:
            values["exempt"] = self.exempt(fields, rule.stage)
        if "when" in fields or "counts_when" in fields:
            values["condition"] = self.condition(fields, node, rule.name, rule.stage)
            values["grade"] = "X"
        if "grade" in fields:
            values["grade"] = self.one_of(fields, "grade", GRADES)
        return replace(rule, **values, changes=(*rule.changes, self.where(node)))

    def rule(self, fields: _Fields, node: yaml.Node) -> Rule:
        name = self.text(fields, "rule")
        if name == VALID or not name.replace("_", "").isalnum() or not name.isascii() or name != name.upper():
            raise self.wrong(
                fields["rule"][0], f"'{name}' cannot be a rule's name; write capitals, as NO_SCAN (not VALID)"
            )
        stage = cast("Stage", self.one_of(fields, "stage", STAGES))
        return Rule(
            name=name,
            stage=stage,
            exempt="exempt" in fields and self.exempt(fields, stage),
            source=self.text(fields, "source"),
            grade=self.one_of(fields, "grade", GRADES),
            says=self.text(fields, "says"),
            right=self.spoken(fields, "right"),
            wrong=self.spoken(fields, "wrong"),
            condition=self.condition(fields, node, name, stage),
            origin=self._origin,
            line=fields["rule"][0].start_mark.line + 1,
        )

    def exempt(self, fields: _Fields, stage: Stage) -> bool:
        exempt = self.scalar(fields, "exempt", ("bool",), "true or false").lower() in ("true", "yes", "on")
        if exempt and stage != "population":
            raise self.wrong(fields["exempt"][0], "only a rule of the population stage can be exempt")
        return exempt

    def spoken(self, fields: _Fields, name: str) -> str:
        """An example: any scalar is text there, a bare number too."""
        return self.scalar(
            fields, name, ("str", "int", "float", "null", "bool", "timestamp"), "a short example"
        ).strip()

    def condition(self, fields: _Fields, node: yaml.Node, name: str, stage: Stage) -> Condition:
        key: Literal["when", "counts_when"] = "counts_when" if stage == "submission" else "when"
        other = "when" if stage == "submission" else "counts_when"
        if other in fields or key not in fields:
            raise self.wrong(node, f"the condition of a {stage} rule stands under '{key}'")
        text = self.scalar(fields, key, ("str", "bool"), "an SQL condition").strip()
        try:
            return read_condition(text, stage)
        except ConditionError as error:
            raise self.wrong(fields[key][0], f"{name}: {error}") from None
