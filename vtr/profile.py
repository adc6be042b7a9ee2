"""A profile: one policy of one marketplace, as data. Carriers, window, target, switches, and the ordered rules.

The file is YAML that a user edits, so every mistake is told with its file and line, and an unknown key with the one
that was probably meant. It is read node by node (PyYAML's C parser, no Python objects from tags), because only nodes
know their lines. Conditions are checked while reading (`conditions.py`): a profile that could be read can be run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from vtr.clients import CLIENTS
from vtr.columns import STAGES, Stage
from vtr.conditions import Condition, ConditionError, read_condition
from vtr.errors import ProfileError
from vtr.suggestions import did_you_mean

CLASSES = ("scan", "partner", "foreign", "inferred", "none", "grey")
GRADES = ("A", "B", "C", "D", "I", "X")
VALID = "VALID"

_SWITCHES: dict[str, tuple[str, ...]] = {
    "prior_scans": ("ignore", "count"),
    "inner_space": ("reject", "strip"),
    "target_met_at": ("equal", "above"),
}
_KEYS = (
    "profile",
    "title",
    "marketplace",
    "zone",
    "window_days",
    "lag_days",
    "target",
    "carriers",
    "counting_classes",
    "switches",
    "rules",
)
_RULE_KEYS = ("rule", "stage", "exempt", "source", "grade", "says", "right", "wrong", "when", "counts_when")


@dataclass(frozen=True, slots=True)
class SupportedCarrier:
    """A carrier that the policy can verify. name: the exact spelling; asks: the client, None if there is none."""

    name: str
    asks: str | None


@dataclass(frozen=True, slots=True)
class Switches:
    """The choices that the sources leave open."""

    prior_scans: Literal["ignore", "count"]
    inner_space: Literal["reject", "strip"]
    target_met_at: Literal["equal", "above"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. exempt: its packages leave both counts of the rate, yet were confirmed; line: where it stands."""

    name: str
    stage: Stage
    exempt: bool
    source: str
    grade: str
    says: str
    right: str
    wrong: str
    condition: Condition
    line: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A policy that was read and checked. target: the rate to reach; origin: the file, for messages."""

    name: str
    title: str
    marketplace: str
    zone: ZoneInfo
    window_days: int
    lag_days: int
    target: Decimal
    carriers: tuple[SupportedCarrier, ...]
    counting_classes: tuple[str, ...]
    switches: Switches
    rules: tuple[Rule, ...]
    origin: str

    def carrier_name(self, client: str) -> str:
        """How a perfect order spells the carrier which that client asks. Raises ProfileError if there is none."""
        for carrier in self.carriers:
            if carrier.asks == client:
                return carrier.name
        asked = sorted({carrier.asks for carrier in self.carriers if carrier.asks is not None})
        raise ProfileError(f"{self.origin}: no carrier asks '{client}'; those asked are: {', '.join(asked)}")

    def rules_of(self, stage: Stage) -> tuple[Rule, ...]:
        """The rules of a stage in their order."""
        return tuple(rule for rule in self.rules if rule.stage == stage)


def bundled_profiles() -> tuple[str, ...]:
    """The names of the profiles that come with the package."""
    found = (entry.name for entry in _bundled().iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


def load_profile(name: str | Path) -> Profile:
    """Read a bundled profile by its name, or a user's by its path. Raises ProfileError."""
    return read_profile(*profile_text(name))


def profile_text(name: str | Path) -> tuple[str, str]:
    """The text of a profile, and the file it stands in as messages name it. Raises ProfileError."""
    if isinstance(name, Path) or name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        return _file_text(Path(name)), str(name)
    known = bundled_profiles()
    if name not in known:
        raise ProfileError(
            f"no profile is called '{name}'{did_you_mean(name, known)}; bundled are: {', '.join(known)}. A profile of"
            f" your own is given as a file that ends in .yaml"
        )
    return _bundled().joinpath(f"{name}.yaml").read_text(encoding="utf-8"), f"vtr/profiles/{name}.yaml"


def _bundled() -> Traversable:
    return files("vtr").joinpath("profiles")


def _file_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path}: a profile is UTF-8 text, byte {error.start} is not") from None
    except OSError as error:
        raise ProfileError(
            f"{path}: cannot be read: {error.strerror or error}; give a profile's file, or one of:"
            f" {', '.join(bundled_profiles())}"
        ) from None


def read_profile(text: str, origin: str) -> Profile:
    """Read a profile's text. origin: its file, for messages. Raises ProfileError with file and line."""
    try:
        # The C parser where PyYAML was built with it: composing only makes nodes, whatever their tags say.
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        column = error.problem_mark.column if error.problem_mark else 0
        tab = "".join(text.split("\n")[line - 1 : line])[column : column + 1] == "\t"
        words = "a tab stands here; indent with blanks" if tab else error.problem or error
        raise ProfileError(f"{origin}:{line}: this is not YAML: {words}") from None
    except yaml.YAMLError as error:
        raise ProfileError(f"{origin}: this is not YAML: {error}") from None
    return _Reader(origin).profile(root)


_Fields = dict[str, tuple[yaml.Node, yaml.Node]]


class _Reader:
    """Reads nodes into values; its one state is the name of the file, for messages."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def wrong(self, node: yaml.Node | None, words: str) -> ProfileError:
        line = node.start_mark.line + 1 if node is not None else 1
        return ProfileError(f"{self._origin}:{line}: {words}")

    def profile(self, root: yaml.Node | None) -> Profile:
        if not isinstance(root, yaml.MappingNode):
            raise self.wrong(root, f"a profile is a mapping with the keys {', '.join(_KEYS)}")
        fields = self.fields(root, _KEYS, required=_KEYS)
        carriers = tuple(self.carrier(node) for node in self.sequence(fields, "carriers"))
        self.unique(fields, "carriers", [carrier.name for carrier in carriers])
        rules = tuple(self.rule(node) for node in self.sequence(fields, "rules"))
        self.unique(fields, "rules", [rule.name for rule in rules])
        self.patterns(rules)
        return Profile(
            name=self.text(fields, "profile"),
            title=self.text(fields, "title"),
            marketplace=self.text(fields, "marketplace"),
            zone=self.zone(fields),
            window_days=self.count(fields, "window_days", lowest=1),
            lag_days=self.count(fields, "lag_days", lowest=0),
            target=self.target(fields),
            carriers=carriers,
            counting_classes=self.counting_classes(fields),
            switches=self.switches(fields),
            rules=rules,
            origin=self._origin,
        )

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
            raise self.wrong(node, f"missing: {', '.join(missing)}")
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
            raise self.wrong(fields[name][0], f"'{name}' is '{found}', but must be {expectation}")
        return found

    def unique(self, fields: _Fields, name: str, names: list[str]) -> None:
        seen: set[str] = set()
        for node, found in zip(fields[name][1].value, names, strict=True):
            if found in seen:
                raise self.wrong(node, f"'{found}' stands twice among the {name}; remove one")
            seen.add(found)

    def zone(self, fields: _Fields) -> ZoneInfo:
        found = self.text(fields, "zone")
        try:
            return ZoneInfo(found)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.wrong(
                fields["zone"][0], f"'{found}' is no time zone; write one of the IANA names, as America/Los_Angeles"
            ) from None

    def target(self, fields: _Fields) -> Decimal:
        expectation = "a fraction above 0 and up to 1 with at most six decimals, as 0.95"
        found = self.scalar(fields, "target", ("float", "int"), expectation)
        try:
            target = Decimal(found)
        except InvalidOperation:
            target = Decimal(0)
        if not 0 < target <= 1 or target != round(target, 6):
            raise self.wrong(fields["target"][0], f"'target' is {found!r}, but must be {expectation}")
        return target

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

    def counting_classes(self, fields: _Fields) -> tuple[str, ...]:
        names = []
        for node in self.sequence(fields, "counting_classes"):
            if not isinstance(node, yaml.ScalarNode) or node.value not in CLASSES:
                raise self.wrong(node, f"a counting class is one of: {', '.join(CLASSES)}")
            names.append(str(node.value))
        return tuple(names)

    def switches(self, fields: _Fields) -> Switches:
        found = self.fields(fields["switches"][1], tuple(_SWITCHES), required=tuple(_SWITCHES))
        chosen = {name: self.one_of(found, name, choices) for name, choices in _SWITCHES.items()}
        return Switches(
            prior_scans=cast("Literal['ignore', 'count']", chosen["prior_scans"]),
            inner_space=cast("Literal['reject', 'strip']", chosen["inner_space"]),
            target_met_at=cast("Literal['equal', 'above']", chosen["target_met_at"]),
        )

    def rule(self, node: yaml.Node) -> Rule:
        fields = self.fields(node, _RULE_KEYS, required=("rule", "stage", "source", "grade", "says", "right", "wrong"))
        name = self.text(fields, "rule")
        if name == VALID or not name.replace("_", "").isalnum() or not name.isascii() or name != name.upper():
            raise self.wrong(
                fields["rule"][0], f"'{name}' cannot be a rule's name; write capitals, as NO_SCAN (not VALID)"
            )
        stage = cast("Stage", self.one_of(fields, "stage", STAGES))
        exempt = "exempt" in fields and self.flag(fields, "exempt")
        if exempt and stage != "population":
            raise self.wrong(fields["exempt"][0], "only a rule of the population stage can be exempt")
        key = "counts_when" if stage == "submission" else "when"
        other = "when" if stage == "submission" else "counts_when"
        if other in fields or key not in fields:
            raise self.wrong(node, f"the condition of a {stage} rule stands under '{key}'")
        return Rule(
            name=name,
            stage=stage,
            exempt=exempt,
            source=self.text(fields, "source"),
            grade=self.one_of(fields, "grade", GRADES),
            says=self.text(fields, "says"),
            right=self.spoken(fields, "right"),
            wrong=self.spoken(fields, "wrong"),
            condition=self.condition(fields, key, name, stage),
            line=fields["rule"][0].start_mark.line + 1,
        )

    def patterns(self, rules: Sequence[Rule]) -> None:
        """Each regular expression must be one to DuckDB, which would meet it only in the middle of a report."""
        import duckdb  # noqa: PLC0415 (heavy, and a process that only asks for --help reads no profile)

        with duckdb.connect() as connection:
            for rule in rules:
                for pattern in rule.condition.patterns:
                    try:
                        connection.execute("SELECT regexp_matches('', ?)", [pattern])
                    except duckdb.Error as error:
                        words = str(error).splitlines()[0].rpartition("Error: ")[2]
                        raise ProfileError(
                            f"{self._origin}:{rule.line}: {rule.name}: {pattern!r} is no regular expression: {words}"
                        ) from None

    def spoken(self, fields: _Fields, name: str) -> str:
        """An example: any scalar is text there, a bare number too."""
        return self.scalar(
            fields, name, ("str", "int", "float", "null", "bool", "timestamp"), "a short example"
        ).strip()

    def flag(self, fields: _Fields, name: str) -> bool:
        return self.scalar(fields, name, ("bool",), "true or false").lower() in ("true", "yes", "on")

    def condition(self, fields: _Fields, key: str, name: str, stage: Stage) -> Condition:
        text = self.scalar(fields, key, ("str", "bool"), "an SQL condition").strip()
        try:
            return read_condition(text, stage)
        except ConditionError as error:
            raise self.wrong(fields[key][0], f"{name}: {error}") from None
