"""What a mutant is: a profile with one thing broken, under a name that stays the same from run to run.

The name says what was broken and how, for example `UPLOADED_AFTER_DELIVERY:comparison-1:>=`. It depends on the profile
alone, so a list of equivalent mutants stays valid whatever the scenarios are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vtr.errors import ScenarioError
from vtr.language.schema import suggestion
from vtr.reference.rules.profile import Profile, Rule
from vtr.reference.rules.profile_files import ProfileText


@dataclass(frozen=True, slots=True)
class Mutant:
    """A profile with one thing broken.

    name: unique among a profile's mutants.
    about: the rule, or the setting (`carriers.UPS`).
    where: file:line of what was broken.
    before, after: the text there in the profile and in the mutant.
    profile: the broken profile.
    code: carrier and code of a scan code whose class was changed, None for other mutants.
    touches: an SQL condition over the columns of conditions; a report in which it holds for no row is the same as
        before. Empty: any report may change.
    of_rates: whether only rates can change.
    """

    name: str
    about: str
    where: str
    before: str
    after: str
    profile: Profile
    code: tuple[str, str] | None = None
    touches: str = ""
    of_rates: bool = False


class ProfileLines:
    """Finds the lines of a profile's files on which rules and carriers are defined."""

    def __init__(self, texts: Sequence[ProfileText]) -> None:
        """Keep the lines of each file."""
        self._lines = {each.origin: each.text.splitlines() for each in texts}

    def of_condition(self, rule: Rule) -> str:
        """File and line of a rule's condition, as file:line."""
        place = rule.changes[-1] if rule.changes else f"{rule.origin}:{rule.line}"
        return self._first_from(place, "when:", "counts_when:")

    def of_carrier(self, profile: Profile, name: str) -> str:
        """File and line of a supported carrier, as file:line."""
        return self._first_from(profile.written_at["carriers"], f"- {{name: {name},")

    def _first_from(self, place: str, *prefixes: str) -> str:
        """The first line from a place on that starts with one of the prefixes; the place itself if there is none."""
        origin, _, number = place.rpartition(":")
        lines = self._lines.get(origin, [])
        found = (
            at
            for at, line in enumerate(lines[int(number) - 1 :], start=int(number))
            if line.strip().startswith(prefixes)
        )
        return f"{origin}:{next(found, int(number))}"


def select(mutants: Sequence[Mutant], only: Sequence[str]) -> tuple[Mutant, ...]:
    """The mutants of some rules or settings; all of them if `only` is empty.

    only: names of rules or settings (`carriers` means all carriers), or whole names of mutants.
    Raises ScenarioError for a name that matches no mutant.
    """
    if not only:
        return tuple(mutants)
    for name in only:
        if not any(_matches(mutant, name) for mutant in mutants):
            names = list(
                dict.fromkeys(mutant.about for mutant in mutants if not mutant.about.startswith("scan_codes."))
            )
            raise ScenarioError(f"--only {name!r}: no mutant is about it; {suggestion(name, names)}")
    return tuple(mutant for mutant in mutants if any(_matches(mutant, name) for name in only))


def _matches(mutant: Mutant, name: str) -> bool:
    return name in (mutant.about, mutant.name) or mutant.about.startswith(f"{name}.")


def drop_duplicates(mutants: Iterable[Mutant]) -> tuple[Mutant, ...]:
    """Of the mutants that break the same thing in the same way, the first."""
    kept: dict[tuple[str, str], Mutant] = {}
    for mutant in mutants:
        kept.setdefault((mutant.about, mutant.after), mutant)
    return tuple(kept.values())
