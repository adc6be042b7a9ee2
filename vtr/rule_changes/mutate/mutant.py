"""What a mutant is: a profile with one thing broken, under a name that stays the same from run to run.

The name says what was broken and how, as `UPLOADED_AFTER_DELIVERY:comparison-1:>=`. It is made of the profile alone, so
that a list of equivalent mutants can hold on to it whatever the scenarios are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vtr.errors import ScenarioError
from vtr.language.schema import suggestion
from vtr.reference.rules.profile import Profile, Rule
from vtr.reference.rules.profile_files import ProfileText


@dataclass(frozen=True, slots=True)
class Mutant:
    """A profile with one thing broken.

    name: unique among a profile's mutants. about: the rule, or the setting (`carriers.UPS`). where: file:line of what
    was broken. before, after: what stood there, and what stands there now. code: carrier and code of a scan code whose
    class was changed. touches: an SQL condition over the columns of conditions; a report without a row for which it
    holds comes out as before (empty: any may change). of_rates: only rates can change.
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


class Places:
    """Where things stand in the files of a profile."""

    def __init__(self, texts: Sequence[ProfileText]) -> None:
        """Keep the lines of each file."""
        self._lines = {each.origin: each.text.splitlines() for each in texts}

    def condition(self, rule: Rule) -> str:
        """File and line of a rule's condition."""
        place = rule.changes[-1] if rule.changes else f"{rule.origin}:{rule.line}"
        return self._from(place, "when:", "counts_when:")

    def carrier(self, profile: Profile, name: str) -> str:
        """File and line of a supported carrier."""
        return self._from(profile.written_at["carriers"], f"- {{name: {name},")

    def _from(self, place: str, *begins: str) -> str:
        """The first line at or behind a place that begins so; the place itself if there is none."""
        origin, _, number = place.rpartition(":")
        lines = self._lines.get(origin, [])
        found = (
            at for at, line in enumerate(lines[int(number) - 1 :], start=int(number)) if line.strip().startswith(begins)
        )
        return f"{origin}:{next(found, int(number))}"


def selected(mutants: Sequence[Mutant], only: Sequence[str]) -> tuple[Mutant, ...]:
    """Those about these rules or settings; `carriers` means all of them, a whole name that mutant alone.

    Raises ScenarioError for what nothing is about.
    """
    if not only:
        return tuple(mutants)
    for wanted in only:
        if not any(_is(mutant, wanted) for mutant in mutants):
            names = list(
                dict.fromkeys(mutant.about for mutant in mutants if not mutant.about.startswith("scan_codes."))
            )
            raise ScenarioError(f"--only {wanted!r}: no mutant is about it; {suggestion(wanted, names)}")
    return tuple(mutant for mutant in mutants if any(_is(mutant, wanted) for wanted in only))


def _is(mutant: Mutant, wanted: str) -> bool:
    return wanted in (mutant.about, mutant.name) or mutant.about.startswith(f"{wanted}.")


def without_twins(mutants: Iterator[Mutant]) -> tuple[Mutant, ...]:
    """Each once: of those that break the same thing in the same way, the first."""
    kept: dict[tuple[str, str], Mutant] = {}
    for mutant in mutants:
        kept.setdefault((mutant.about, mutant.after), mutant)
    return tuple(kept.values())
