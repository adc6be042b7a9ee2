"""Which of several changes of a profile made a row flip: each is applied alone, and left out alone.

A change that alone leads to a row's new verdict is responsible for it; there may be several such changes. Where there
are none, several changes act together: those without which the row would not have its new verdict. With one change
nothing needs to be tried. Only the flipped packages are judged again, by the engine that judged them before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Self

from vtr.reference.engine.in_memory import Engine, Evidence
from vtr.reference.rules.profile import Profile
from vtr.rule_changes.compare.profile_diff import Change, apply_changes

Key = tuple[str, int | None]


class ClauseFinder:
    """Finds the responsible changes, with engines for the profiles between base and head. Use it in a `with`."""

    def __init__(self, base: Profile, head: Profile, changes: Sequence[Change]) -> None:
        """Engines are made when the first row needs them. changes: those that lead from base to head."""
        self._base, self._head, self._changes = base, head, changes
        self._candidates = [index for index, change in enumerate(changes) if change.can_flip]
        self._alone: dict[int, Engine] = {}
        self._without: dict[int, Engine] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for engine in (*self._alone.values(), *self._without.values()):
            engine.close()

    @property
    def engines(self) -> tuple[Engine, ...]:
        """The engines in use; none when nothing needs to be tried. Raises ProfileError as an engine does."""
        if self.without_trials is None and not self._alone:
            for index in self._candidates:
                self._alone[index] = Engine(apply_changes(self._base, [self._changes[index]], self._head))
                self._without[index] = Engine(apply_changes(self._head, [self._changes[index]], self._base))
        return (*self._alone.values(), *self._without.values())

    @property
    def without_trials(self) -> tuple[int, ...] | None:
        """The changes responsible for every row, if that is known without judging; else None."""
        return None if len(self._candidates) > 1 else tuple(self._candidates)

    def responsible(
        self, evidence: Evidence, as_of: datetime, flips: Mapping[Key, tuple[str, str]]
    ) -> dict[Key, tuple[int, ...]]:
        """The indexes of the changes that made each package flip. flips: its decisions in the base and in the head."""
        if self.without_trials is not None:
            return dict.fromkeys(flips, self.without_trials)
        _ = self.engines  # makes them
        alone = {index: decisions(engine, evidence, as_of) for index, engine in self._alone.items()}
        without = {index: decisions(engine, evidence, as_of) for index, engine in self._without.items()}
        found = {}
        for key, (before, after) in flips.items():
            sufficient = [index for index, decided in alone.items() if decided.get(key) == after]
            needed = [index for index, decided in without.items() if decided.get(key) != after]
            moving = [index for index, decided in alone.items() if decided.get(key) != before]
            found[key] = tuple(sufficient or needed or moving or self._candidates)
        return found


def decisions(engine: Engine, evidence: Evidence, as_of: datetime) -> dict[Key, str]:
    """The decision on each package: a rule's name, VALID, or unanswered."""
    report = engine.decide(evidence, as_of)
    return dict(
        chain(
            (((row.order_id, row.package), row.reason) for row in report.rows),
            (((left.order_id, left.package), left.why) for left in report.excluded),
            (((open_.order_id, open_.package), "unanswered") for open_ in report.unanswered),
        )
    )
