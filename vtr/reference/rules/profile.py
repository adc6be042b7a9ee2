"""A profile as values: the policy of one marketplace, and the switches that a profile sets.

`profile_reader.py` reads it from YAML. Every setting and rule keeps the place where it was written, because a profile
may extend another one and a reader of `vtr rules` must see which file says what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:  # sqlglot and YAML are slow to load, and commands read DEFAULT_PROFILE before they need either
    from vtr.reference.rules.columns import Stage
    from vtr.reference.rules.conditions import Condition
    from vtr.reference.scan_codes import ScanClass

DEFAULT_PROFILE = "us-2019"
"""The bundled profile that is used where none is named."""

GRADES = ("A", "B", "C", "D", "I", "X")
"""How sure a rule is, the surest first. A: Amazon's own text. B: an Amazon employee. C: a third party repeating Amazon.
D: what sellers report. I: concluded from these. X: not known, a choice made here."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A choice that the sources leave open.

    choices: what it may be set to.
    says: what each of them means.
    """

    name: str
    choices: tuple[str, ...]
    says: str


SWITCHES = (
    Switch(
        "prior_scans",
        ("ignore", "count"),
        "scans from before the order was placed (a number used again): ignore them, or count them",
    ),
    Switch("inner_space", ("reject", "strip"), "blanks inside a number: reject it as InvalidId, or strip them"),
    Switch(
        "full_width",
        ("reject", "narrow"),
        "full-width letters and digits in a number: reject it as InvalidId, or narrow them to ASCII",
    ),
    Switch(
        "delivery_only",
        ("counts", "none"),
        "a delivery as the only scan: counts, or is none (older texts refuse services that only confirm the delivery)",
    ),
    Switch(
        "column_e",
        ("number", "order_and_number"),
        "column E of a number that could be processed: the number, or <order-id>-<number> as InvalidId has it",
    ),
    Switch(
        "target_met_at",
        ("equal", "above"),
        "a rate of exactly the target: equal is good, or it must be above",
    ),
)


@dataclass(frozen=True, slots=True)
class Switches:
    """The choice of a profile for each Switch."""

    prior_scans: str
    inner_space: str
    full_width: str
    delivery_only: str
    column_e: str
    target_met_at: str

    def chosen(self) -> dict[str, str]:
        """The choices by the switches' names."""
        return {switch.name: getattr(self, switch.name) for switch in SWITCHES}


@dataclass(frozen=True, slots=True)
class SupportedCarrier:
    """A carrier that the policy can verify.

    name: the exact spelling.
    asks: the client that asks the carrier, None if there is none.
    """

    name: str
    asks: str | None


@dataclass(frozen=True, slots=True)
class ChosenClass:
    """A class that the profile gives a carrier's scan code, instead of the class in the carrier's table."""

    carrier: str
    code: str
    scan_class: "ScanClass"

    @property
    def key(self) -> str:
        """How a profile names the code: usps/A1."""
        return f"{self.carrier}/{self.code}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    exempt: its packages are in neither count of the rate, though they were confirmed.
    origin, line: the place of its first definition.
    changes: the places, as file:line, where profiles that extend that one change it.
    """

    name: str
    stage: "Stage"
    exempt: bool
    source: str
    grade: str
    says: str
    right: str
    wrong: str
    condition: "Condition"
    origin: str
    line: int
    changes: tuple[str, ...] = ()

    @property
    def written_at(self) -> str:
        """Where it is defined, and where it was changed."""
        return ", changed ".join((f"{self.origin}:{self.line}", *self.changes))


@dataclass(frozen=True, slots=True)
class Profile:
    """A policy that was read and checked.

    target: the rate to reach, a fraction of 1.
    layout: the name of its report's layout.
    origin: the file, for messages.
    extends: the origins of the profiles it extends, the nearest first.
    written_at: file:line of each setting, by its key; a switch by `switches.NAME`, a class by `scan_classes.CODE`.
    """

    name: str
    title: str
    marketplace: str
    zone: ZoneInfo
    window_days: int
    lag_days: int
    target: Decimal
    layout: str
    carriers: tuple[SupportedCarrier, ...]
    counting_classes: tuple[str, ...]
    scan_classes: tuple[ChosenClass, ...]
    switches: Switches
    rules: tuple[Rule, ...]
    origin: str
    extends: tuple[str, ...]
    written_at: Mapping[str, str]

    @property
    def spelling(self) -> dict[str, str]:
        """How a perfect order spells the carrier that each client asks: by the first name that asks it."""
        return {carrier.asks: carrier.name for carrier in reversed(self.carriers) if carrier.asks is not None}

    def rules_of(self, stage: "Stage") -> tuple[Rule, ...]:
        """The rules of a stage in their order."""
        return tuple(rule for rule in self.rules if rule.stage == stage)
