"""What is known while a scenario becomes a story: the draft, its numbers, and every problem met so far.

A problem doesn't end the telling: the user gets all of them at once. So each question here has an answer even where the
scenario gives none, and the story that would come of such answers is never told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

from vtr.errors import Problem
from vtr.language import schema, times
from vtr.language.loader import Draft
from vtr.language.yaml_tree import Path_


@dataclass(slots=True)
class BuildContext:
    """One scenario on its way to a story.

    place: its file; its last two parts and the scenario's name are the default seed. profile: the one it is judged by,
    spelled: how that one spells each carrier. carriers, numbers: of each parcel, as far as they could be told.
    """

    draft: Draft
    place: PurePath
    profile: str
    problems: list[Problem] = field(default_factory=list)
    spelled: Mapping[str, str] = field(default_factory=dict)
    carriers: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def scenario(self) -> schema.Scenario:
        """The scenario as the schema read it."""
        return self.draft.scenario

    @property
    def zone(self) -> ZoneInfo:
        """Where times without an offset are read."""
        return self.scenario.timezone

    @property
    def seed(self) -> str:
        """The seed of everything minted."""
        # Not the whole path: numbers must not change with the folder that the suite lies in.
        return self.scenario.seed or f"{'/'.join(self.place.parts[-2:])}/{self.scenario.scenario}"

    def complain(self, path: Path_, message: object, *, key: bool = False) -> None:
        """Keep a problem. key: at the key that ends the path, not at its value."""
        self.problems.append(self.draft.problem(path, str(message), key=key))

    def instant(self, when: times.When, path: Path_, before: datetime | None) -> datetime:
        """The instant of a time, or a complaint. before: what a relative time counts from."""
        try:
            return times.instant(when, self.zone, before)
        except ValueError as error:
            self.complain(path, error)
            return before or times.instant(times.Stamp(times.DAY_ZERO), ZoneInfo("UTC"))

    def default(self, when: times.When) -> datetime:
        """The instant of a time of the perfect order, in the scenario's time zone."""
        return times.instant(when, self.zone)

    def text(self, written: str) -> str:
        """A tracking text, with `$box` as the parcel's number."""
        name = schema.name_of(written)
        return schema.literal(written) if name is None else self.numbers.get(name, "")
