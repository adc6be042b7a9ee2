"""Which of several changes of a profile made a row flip: each is tried alone, and left out alone.

A change that brings a row's new verdict about when it alone is made is responsible for it; several may be, each by
itself. Where none is, it takes several together: those without which the row would not have its new verdict. With one
change nothing needs to be tried. The trials run on the flipped packages only, by the engine that judged them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Self

from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.rules.profile import Profile
from vtr.rule_changes.compare.profile_diff import Change, carried

Key = tuple[str, int | None]


class Trials:
    """Profiles between base and head, made when the first row needs them. Close it, or use it in a `with`."""

    def __init__(self, base: Profile, head: Profile, changes: Sequence[Change]) -> None:
        """Nothing is judged yet."""
        self._base, self._head, self._changes = base, head, changes
        self._concerned = [place for place, change in enumerate(changes) if change.can_flip]
        self._alone: dict[int, Engine] = {}
        self._without: dict[int, Engine] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for engine in (*self._alone.values(), *self._without.values()):
            engine.close()

    @property
    def engines(self) -> tuple[Engine, ...]:
        """Those that judge; none when nothing needs to be tried. Raises ProfileError as an engine does."""
        if self.without_trying is None and not self._alone:
            for place in self._concerned:
                self._alone[place] = Engine(carried(self._base, [self._changes[place]], self._head))
                self._without[place] = Engine(carried(self._head, [self._changes[place]], self._base))
        return (*self._alone.values(), *self._without.values())

    @property
    def without_trying(self) -> tuple[int, ...] | None:
        """The changes that are responsible for every row, if that is known already."""
        return None if len(self._concerned) > 1 else tuple(self._concerned)

    def responsible(
        self, given: Evidence, as_of: datetime, words: Mapping[Key, tuple[str, str]]
    ) -> dict[Key, tuple[int, ...]]:
        """The places of the changes that made each package flip. words: its decision in the base and in the head."""
        if self.without_trying is not None:
            return dict.fromkeys(words, self.without_trying)
        _ = self.engines  # made now, if they are not yet
        alone = {place: decisions(engine, given, as_of) for place, engine in self._alone.items()}
        without = {place: decisions(engine, given, as_of) for place, engine in self._without.items()}
        found = {}
        for key, (before, after) in words.items():
            sufficient = [place for place, decided in alone.items() if decided.get(key) == after]
            needed = [place for place, decided in without.items() if decided.get(key) != after]
            moving = [place for place, decided in alone.items() if decided.get(key) != before]
            found[key] = tuple(sufficient or needed or moving or self._concerned)
        return found


def decisions(engine: Engine, given: Evidence, as_of: datetime) -> dict[Key, str]:
    """The word that decides each package: a rule's name, VALID, or unanswered."""
    report = engine.decide(given, as_of)
    return dict(
        chain(
            (((row.order_id, row.package), row.reason) for row in report.rows),
            (((left.order_id, left.package), left.why) for left in report.excluded),
            (((open_.order_id, open_.package), "unanswered") for open_ in report.unanswered),
        )
    )
