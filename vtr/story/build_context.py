"""What the builders of a story share: the scenario, its carriers and numbers, and every problem found so far.

A problem does not end the build, since the user gets all of them at once. So every method returns some value even where
the scenario gives none; a story with problems is never handed out.
"""

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

from simulator import carriers
from simulator.errors import MisuseError
from vtr.errors import Problem
from vtr.language import schema, times
from vtr.language.loader import Draft
from vtr.language.yaml_tree import Path_
from vtr.story.parcel_numbers import parcel_numbers

# From a profile's name, its name for each carrier that it knows. Raises ValueError for a profile that cannot be used.
Spelling = Callable[[str], Mapping[str, str]]


@dataclass(slots=True)
class BuildContext:
    """One scenario on its way to a story. Carriers and numbers are read from the scenario on construction.

    draft: the scenario, with the positions of its parts.
    place: its file; the last two parts of the path and the scenario's name are the default seed.
    profile: the policy that judges it, a name or a file.
    spelling: from a profile to its names for the carriers; a ValueError becomes a problem.
    problems: every problem found so far.
    carriers: of each parcel by name; a parcel of an unknown carrier is a problem and is left out.
    numbers: the tracking number of each parcel by name, as far as it is known.
    carrier_names: the profile's name for each carrier.
    """

    draft: Draft
    place: PurePath
    profile: str
    spelling: InitVar[Spelling]
    problems: list[Problem] = field(default_factory=list)
    carriers: Mapping[str, str] = field(init=False)
    numbers: Mapping[str, str] = field(init=False)
    carrier_names: Mapping[str, str] = field(init=False)

    def __post_init__(self, spelling: Spelling) -> None:
        """Read carriers, numbers and carrier names."""
        self.carriers = self._carriers()
        self.numbers, circular = parcel_numbers(self.scenario.parcels, self.carriers, self.seed)
        for name, other in circular.items():
            message = f"'${other}' leads back to itself; give one of these parcels a number"
            self.add_problem(("parcels", name, "number"), message)
        try:
            self.carrier_names = spelling(self.profile)
        except ValueError as error:
            self.add_problem(("profile",), error)
            self.carrier_names = dict.fromkeys(self.carriers.values(), "")

    @property
    def scenario(self) -> schema.Scenario:
        """The scenario, checked against the schema."""
        return self.draft.scenario

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of times without an offset."""
        return self.scenario.timezone

    @property
    def seed(self) -> str:
        """The seed of everything minted."""
        # Not the whole path, so that numbers do not depend on where the suite lies.
        return self.scenario.seed or f"{'/'.join(self.place.parts[-2:])}/{self.scenario.scenario}"

    def add_problem(self, path: Path_, message: object, *, key: bool = False) -> None:
        """Add a problem at a path of the scenario. key: at the key that ends the path, not at its value."""
        self.problems.append(self.draft.problem(path, str(message), key=key))

    def instant(self, when: times.When, path: Path_, before: datetime | None) -> datetime:
        """The instant of a time (UTC), or else a problem. before: what a relative time counts from."""
        try:
            return times.instant(when, self.zone, before)
        except ValueError as error:
            self.add_problem(path, error)
            return before or times.instant(times.Stamp(times.DAY_ZERO), ZoneInfo("UTC"))

    def default(self, when: times.When) -> datetime:
        """The instant of a time of the perfect order, in the scenario's time zone."""
        return times.instant(when, self.zone)

    def text(self, written: str) -> str:
        """A tracking text as submitted: `$box` is that parcel's number, `$$` a literal dollar sign."""
        name = schema.name_of(written)
        return schema.literal(written) if name is None else self.numbers.get(name, "")

    def _carriers(self) -> dict[str, str]:
        known = {}
        for name, parcel in self.scenario.parcels.items():
            try:
                known[name] = carriers.by_name(parcel.carrier).name
            except MisuseError as error:
                self.add_problem(("parcels", name, "carrier"), error)
        return known
