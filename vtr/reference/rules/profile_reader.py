"""Reads a profile: one policy of one marketplace, as data. Carriers, window, target, switches, and the ordered rules.

The file is YAML that a user edits, so one error lists all mistakes of a profile and of those it extends, each with its
file, line and column, and an unknown word with the one that was probably meant. A profile says everything itself, or
extends another one (`extends`) and names only what it changes. Bases are read first, so that a file is always read onto
the profile that it extends. Conditions are checked while reading (`conditions.py`): a profile that could be read can be
run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from vtr.reference import scan_codes
from vtr.reference.clients import CLIENTS
from vtr.reference.errors import ProfileError
from vtr.reference.layouts import LAYOUTS
from vtr.reference.messages import did_you_mean
from vtr.reference.rules.profile import (
    DEFAULT_PROFILE,
    SWITCHES,
    ChosenClass,
    Profile,
    Rule,
    SupportedCarrier,
    Switches,
)
from vtr.reference.rules.profile_files import (
    EXTENDS,
    ProfileText,
    bundled_profiles,
    compose,
    profile_text,
    with_bases,
)
from vtr.reference.rules.rule_reader import VALID, RuleReader
from vtr.reference.scan_codes import ScanClass
from vtr.reference.yaml_reader import PROBLEMS_LIMIT, Fields, Problem, messages_of

__all__ = [
    "VALID",
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
_MOST_CARRIERS = 2000
_MOST_DAYS = 3650  # ten years
_KEPT = 32  # profiles: the bundled ones and the readings of the bundled scenarios fit

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

_Value = TypeVar("_Value")


def load_profile(name: str | Path) -> Profile:
    """Read a bundled profile by its name, or a user's by its path. Raises ProfileError."""
    return read_texts(profile_texts(name))


def profile_texts(name: str | Path) -> tuple[ProfileText, ...]:
    """The text of a profile and of those it extends, the nearest first: what it depends on. Raises ProfileError."""
    return with_bases(*profile_text(name))


def read_profile(text: str, origin: str) -> Profile:
    """Read a profile's text. origin: its file, for messages and to find what it extends. Raises ProfileError."""
    return read_texts(with_bases(text, origin))


def read_texts(texts: Sequence[ProfileText]) -> Profile:
    """Read a profile from its text and those it extends, the nearest first.

    The last profiles are kept by their texts, so that reading one again costs nothing. Raises ProfileError with all
    mistakes of all texts, a line each.
    """
    return _read(tuple(texts))


@lru_cache(maxsize=_KEPT)
def _read(texts: tuple[ProfileText, ...]) -> Profile:
    profile: Profile | None = None
    problems: list[Problem] = []
    for each in reversed(texts):
        reader = _Reader(each.origin, profile, base_is_whole=not problems)
        root = compose(each.text, each.origin)
        with reader.limiting(), reader.collecting():
            profile = reader.profile(root)
        problems += reader.problems
        if len(reader.problems) >= PROBLEMS_LIMIT or not isinstance(root, yaml.MappingNode):
            break  # nothing to read the rest onto
    if profile is not None:
        problems += _refused_patterns(profile.rules)
    if problems:
        raise ProfileError(messages_of(problems, [each.origin for each in texts]))
    if profile is None:
        raise ProfileError("there is no text to read a profile from")
    return profile


def _refused_patterns(rules: Iterable[Rule]) -> Iterator[Problem]:
    """The regular expressions that DuckDB would refuse in the middle of a report."""
    used = [(pattern, rule) for rule in rules for pattern in rule.condition.patterns]
    refused = _refused(tuple(dict.fromkeys(pattern for pattern, _ in used)))
    for pattern, rule in used:
        if pattern in refused:
            words = f"{rule.written_at}: {rule.name}: {pattern!r} is not a regular expression: {refused[pattern]}"
            yield Problem(rule.origin, rule.line, 1, words)


@lru_cache(maxsize=100)
def _refused(patterns: tuple[str, ...]) -> Mapping[str, str]:
    """Which of them DuckDB refuses, and why. Kept: asking it takes longer than reading a profile."""
    import duckdb  # noqa: PLC0415 (heavy, and a process that only prints --help reads no profile)

    refused = {}
    with duckdb.connect() as connection:
        for pattern in patterns:
            try:
                connection.execute("SELECT regexp_matches('', ?)", [pattern])
            except duckdb.Error as error:
                refused[pattern] = str(error).splitlines()[0].rpartition("Error: ")[2]
    return refused


class _Reader(RuleReader):
    """Reads one file onto the profile that it extends."""

    def __init__(self, origin: str, base: Profile | None, *, base_is_whole: bool) -> None:
        super().__init__(origin, base_is_whole=base_is_whole)
        self._base = base

    def profile(self, root: yaml.Node | None) -> Profile:
        """The profile as far as it can be read: where a mistake was noted, a value is missing or None."""
        base = self._base
        if not isinstance(root, yaml.MappingNode):
            raise self.wrong(root, f"a profile is a mapping with the keys {', '.join(_NEEDED)}")
        if base is None:
            advice = f"; or extend a profile that has them, as {EXTENDS}: {DEFAULT_PROFILE}"
            fields = self.fields(root, _KEYS, required=_NEEDED, advice=advice)
        else:
            fields = self.fields(root, _KEYS, required=("profile", EXTENDS))
        if base is None and "inherited_grade" in fields:
            self.note(fields["inherited_grade"][0], f"'inherited_grade' is for a profile with '{EXTENDS}'")
        values: dict[str, Any] = {
            "name": self.attempt(self.text, fields, "profile"),
            "title": self.own(fields, "title", self.text),
            "marketplace": self.own(fields, "marketplace", self.text),
            "zone": self.own(fields, "zone", self.zone),
            "window_days": self.own(fields, "window_days", self.days_from_one),
            "lag_days": self.own(fields, "lag_days", self.days_from_zero),
            "target": self.own(fields, "target", self.target),
            "layout": self.own(fields, "layout", self.layout),
            "carriers": self.own(fields, "carriers", self.carriers) or (),
            "counting_classes": self.own(fields, "counting_classes", self.counting_classes),
        }
        return Profile(
            **values,
            scan_classes=self.scan_classes(fields),
            switches=self.switches(fields),
            rules=self.rules(fields),
            origin=self.origin,
            extends=() if base is None else (base.origin, *base.extends),
            written_at=self.written_at(fields),
        )

    def own(self, fields: Fields, name: str, read: Callable[[Fields, str], _Value]) -> _Value | None:
        """What this file says under a key, or else the profile that it extends."""
        return self.attempt(read, fields, name) if name in fields else getattr(self._base, name, None)

    def written_at(self, fields: Fields) -> dict[str, str]:
        found = {} if self._base is None else dict(self._base.written_at)
        settings = [name for name in fields if name not in ("profile", EXTENDS, "switches", "rules", "scan_classes")]
        found |= {name: self.where(fields[name][0]) for name in settings}
        for name in ("switches", "scan_classes"):
            if name in fields and isinstance(fields[name][1], yaml.MappingNode):
                found |= {f"{name}.{key.value}": self.where(key) for key, _ in fields[name][1].value}
        return found

    def days_from_one(self, fields: Fields, name: str) -> int:
        return self.days(fields, name, lowest=1)

    def days_from_zero(self, fields: Fields, name: str) -> int:
        return self.days(fields, name, lowest=0)

    def days(self, fields: Fields, name: str, lowest: int) -> int:
        expectation = f"a whole number of days, {lowest} to {_MOST_DAYS}"
        found = self.scalar(fields, name, ("int",), expectation)
        if not (found.isascii() and found.isdigit() and lowest <= int(found) <= _MOST_DAYS):
            raise self.wrong(fields[name][0], f"'{name}' is {found!r}, but must be {expectation}")
        return int(found)

    def layout(self, fields: Fields, name: str) -> str:
        return self.one_of(fields, name, tuple(LAYOUTS))

    def zone(self, fields: Fields, name: str) -> ZoneInfo:
        found = self.text(fields, name)
        try:
            return ZoneInfo(found)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.wrong(
                fields[name][0], f"'{found}' is not a time zone; write one of the IANA names, as America/Los_Angeles"
            ) from None

    def target(self, fields: Fields, name: str) -> Decimal:
        expectation = "a fraction above 0 and up to 1 with at most six decimals, as 0.95"
        found = self.scalar(fields, name, ("float", "int"), expectation)
        try:
            target = Decimal(found)
        except InvalidOperation:
            target = Decimal(0)
        if not 0 < target <= 1 or target != round(target, 6):
            raise self.wrong(fields[name][0], f"'target' is {found!r}, but must be {expectation}")
        return target

    def carriers(self, fields: Fields, name: str) -> tuple[SupportedCarrier, ...]:
        """A list of its own; or, on a base, a mapping of what is added to the base's list and removed from it."""
        key, value = fields[name]
        if self._base is None or not isinstance(value, yaml.MappingNode):
            return self.listed_carriers(fields, name, ())
        edits = self.fields(value, ("add", "remove"), required=())
        if not value.value:
            raise self.wrong(key, "'carriers' is a list, or a mapping with 'add' or 'remove'")
        kept = list(self._base.carriers)
        for node in (self.attempt(self.sequence, edits, "remove") or ()) if "remove" in edits else ():
            names = [carrier.name for carrier in kept]
            gone = node.value if isinstance(node, yaml.ScalarNode) else ""
            if gone in names:
                del kept[names.index(gone)]
            elif self.base_is_whole:
                hint = did_you_mean(gone, names) or f"; they are: {', '.join(names)}"
                self.note(node, f"no carrier '{gone}' to remove{hint}")
        return self.listed_carriers(edits, "add", kept) if "add" in edits else tuple(kept)

    def listed_carriers(
        self, fields: Fields, name: str, before: Sequence[SupportedCarrier]
    ) -> tuple[SupportedCarrier, ...]:
        found = list(before)
        names = {carrier.name for carrier in found}
        for node in self.sequence(fields, name):
            with self.collecting():
                carrier = self.carrier(node)
                if carrier is None:
                    continue
                if carrier.name in names:
                    raise self.wrong(node, f"'{carrier.name}' is repeated among the carriers; remove one")
                names.add(carrier.name)
                found.append(carrier)
        if len(found) > _MOST_CARRIERS:
            raise self.wrong(fields[name][0], f"{len(found)} carriers; a profile has at most {_MOST_CARRIERS}")
        return tuple(found)

    def carrier(self, node: yaml.Node) -> SupportedCarrier | None:
        """A carrier; None with its mistakes noted."""
        before = len(self.problems)
        fields = self.fields(node, ("name", "asks"), required=("name", "asks"))
        asks = self.attempt(self.client, fields, "asks")
        name = self.attempt(self.carrier_name, fields, "name")
        return SupportedCarrier(name=name, asks=asks) if name is not None and len(self.problems) == before else None

    def client(self, fields: Fields, name: str) -> str | None:
        """The client that is asked, None for `null`."""
        asks = self.scalar(fields, name, ("str", "null"), "the name of a client, as ups, or null")
        if fields[name][1].tag.endswith(":null"):
            return None
        if asks not in CLIENTS:
            expectation = f"one of: {', '.join(CLIENTS)}, or null{did_you_mean(asks, CLIENTS)}"
            raise self.wrong(fields[name][0], f"'{name}' is {asks!r}, but must be {expectation}")
        return asks

    def carrier_name(self, fields: Fields, name: str) -> str:
        """The exact spelling, blanks around it included: rules compare letter for letter."""
        found = self.scalar(fields, name, ("str",), "text (in quotes if YAML takes it for something else)")
        if not found.strip():
            raise self.wrong(fields[name][0], f"'{name}' is empty; write the carrier's exact spelling")
        return found

    def counting_classes(self, fields: Fields, name: str) -> tuple[str, ...]:
        names = []
        for node in self.sequence(fields, name):
            if isinstance(node, yaml.ScalarNode) and node.value in CLASSES:
                names.append(str(node.value))
            else:
                self.note(node, f"a counting class is one of: {', '.join(CLASSES)}")
        return tuple(names)

    def scan_classes(self, fields: Fields) -> tuple[ChosenClass, ...]:
        """The codes whose class this file gives, and those that its base gives."""
        found = {} if self._base is None else {chosen.key: chosen for chosen in self._base.scan_classes}
        chosen = self.attempt(self.own_scan_classes, fields, "scan_classes") or ()
        return tuple((found | {each.key: each for each in chosen}).values())

    def own_scan_classes(self, fields: Fields, name: str) -> list[ChosenClass]:
        key, value = fields[name]
        if not isinstance(value, yaml.MappingNode) or not value.value:
            raise self.wrong(key, f"'{name}' is a mapping of codes to classes, as {{usps/A1: scan}}")
        found: dict[str, ChosenClass] = {}
        for code, scan_class in value.value:
            with self.collecting():
                chosen = self.chosen_class(code, scan_class)
                if chosen.key in found:
                    raise self.wrong(code, f"the code '{chosen.key}' is repeated; remove one")
                found[chosen.key] = chosen
        return list(found.values())

    def chosen_class(self, key: yaml.Node, value: yaml.Node) -> ChosenClass:
        carrier, slash, code = (key.value if isinstance(key, yaml.ScalarNode) else "").partition("/")
        tables = scan_codes.load_all()
        if not slash or carrier not in tables:
            raise self.wrong(
                key,
                f"'{carrier}{slash}{code}' is not a code; write carrier/code, as usps/A1; the carriers are:"
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

    def switches(self, fields: Fields) -> Switches:
        names = tuple(switch.name for switch in SWITCHES)
        chosen = dict.fromkeys(names, "") if self._base is None else self._base.switches.chosen()
        with self.collecting():
            if "switches" in fields:
                own = self.fields(fields["switches"][1], names, required=names if self._base is None else ())
                read = {switch.name: self.attempt(self.one_of, own, switch.name, switch.choices) for switch in SWITCHES}
                chosen |= {name: choice for name, choice in read.items() if choice is not None}
        return Switches(**chosen)

    def rules(self, fields: Fields) -> tuple[Rule, ...]:
        if self._base is None:
            return tuple(self.attempt(self.whole_rules, fields, "rules") or ())
        return self.edited_rules(fields, self._base.rules)
