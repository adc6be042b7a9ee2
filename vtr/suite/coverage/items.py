"""What there is to exercise: its kinds, and where the parts of a profile are written."""

import os
from functools import cache
from pathlib import Path

from vtr.reference.rules.profile_reader import Profile, Rule, bundled_profiles

RULES, COMPARISONS, CARRIER_NAMES = "rules", "comparisons", "carrier-names"
CODES, CARRIERS, INTERFACES, FAULTS, CONDUCT = "scan-codes", "carriers", "interfaces", "faults", "conduct"
KINDS = (RULES, COMPARISONS, CARRIER_NAMES, CODES, CARRIERS, INTERFACES, FAULTS, CONDUCT)
KINDS_OF_PROFILES = (RULES, COMPARISONS, CARRIER_NAMES)

WAITS_AFTER_429, FINDINGS = "waits_after_429", "findings"  # the expectations of conduct that are not counts

_BUNDLED = "vtr/profiles/"  # how the origins of bundled profiles begin

Key = tuple[str, str, str]
"""Kind, owner (a profile, a carrier, a family of faults; or none, empty), and name."""


def profile_of_rule(rule: Rule) -> str:
    """The profile in which a rule got its condition."""
    return _profile_name(_condition_place(rule)[0])


def place_of_rule(rule: Rule) -> str:
    """File and line where a rule got its condition."""
    origin, line = _condition_place(rule)
    return f"{origin if origin in _bundled_origins() else _profile_name(origin)}:{line}"


def root_profile(profile: Profile) -> str:
    """The profile that a profile extends in the end; itself if it extends none."""
    return _profile_name(profile.extends[-1] if profile.extends else profile.origin)


def profile_of_carriers(profile: Profile) -> str:
    """The profile that says which carriers are supported."""
    return _profile_name(profile.written_at["carriers"].rpartition(":")[0])


def _condition_place(rule: Rule) -> tuple[str, str]:
    origin, _, line = rule.changes[-1].rpartition(":") if rule.changes else (rule.origin, "", str(rule.line))
    return origin, line


def _profile_name(origin: str) -> str:
    """A bundled profile by its name; others by their file, from the working directory if they are within it."""
    if origin in _bundled_origins():
        return origin.removeprefix(_BUNDLED).removesuffix(".yaml")
    path = Path(os.path.normpath(Path.cwd() / origin))
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()


@cache
def _bundled_origins() -> frozenset[str]:
    return frozenset(f"{_BUNDLED}{name}.yaml" for name in bundled_profiles())
