"""Whether any story notices a mutant: the mutant's report is held against what the story expects, until one differs.

What the carriers said is at hand from the profile itself. Only a story in which the mutant asks about other numbers is
played again, and one in which an earlier call may change a later answer is played again before it is believed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from vtr.errors import ScenarioError
from vtr.play import comparison
from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile import Profile
from vtr.rule_changes.mutate import evidence
from vtr.rule_changes.mutate.batches import Batch, Place, batched
from vtr.rule_changes.mutate.evidence import Drawn, Submitted
from vtr.rule_changes.mutate.mutant import Mutant
from vtr.rule_changes.mutate.reachability import Reach
from vtr.story.expected import Expected
from vtr.story.story import Story
from vtr.validators.answer import Answer

_SHOWN = 3


class Judge:
    """Stories with what the carriers said in them, ready to be judged by mutants. Close it, or use it in a `with`."""

    def __init__(self, profile: Profile, stories: Sequence[Story], drawn: Sequence[tuple[Drawn, ...]]) -> None:
        """Put the stories into batches."""
        self._stories = stories
        self._drawn = {(at, number): each for at, reports in enumerate(drawn) for number, each in enumerate(reports)}
        self._codes: dict[tuple[str, str], list[Place]] = {}
        for place, each in self._drawn.items():
            for code in sorted(each.codes):
                self._codes.setdefault(code, []).append(place)
        self._batches = batches_of(profile, stories, {place: each.submitted for place, each in self._drawn.items()})
        self._profile = profile
        self._engine = Engine(profile)
        self._reached: Reach | None = None  # made when it is first asked

    def close(self) -> None:
        """Give the memory back."""
        if self._reached is not None:
            self._reached.close()
        self._engine.close()

    def check(self) -> None:
        """Raise ScenarioError if a story fails under the profile itself: its mutants would all look noticed."""
        failing = [
            self._stories[place[0]]
            for batch in self._batches
            for place, answer in batch.answers(self._engine, self._drawn).items()
            if self._differs(place, answer, self._drawn[place])
        ]
        if failing:
            shown = ", ".join(f"{story.file}:{story.line} ({story.title})" for story in failing[:_SHOWN])
            raise ScenarioError(
                f"{len(failing)} of the reports differ under {self._profile.origin} itself, as in {shown}; run vtr run"
                " and mend that first"
            )

    def killer(self, mutant: Mutant) -> int | None:
        """Which story (its number) notices the mutant, the first found; None if none does."""
        with self._engine_of(mutant.profile) as engine:
            alike = self._asks_alike(mutant)
            for batch in self._batches_for(mutant):
                same = set(batch.places)
                if not alike:
                    asked = batch.pairs(engine)
                    same = {place for place in batch.places if asked[place] == self._drawn[place].pairs}
                answers = batch.answers(engine, self._drawn) if same else {}
                for place in batch.places:
                    if place in same and self._noticed(place, answers[place], engine):
                        return place[0]
                for story in dict.fromkeys(place[0] for place in batch.places if place not in same):
                    if self._noticed_when_played(story, engine):
                        return story
        return None

    @contextmanager
    def _engine_of(self, profile: Profile) -> Iterator[Engine]:
        if self._engine.adopt(profile):
            try:
                yield self._engine
            finally:
                self._engine.adopt(self._profile)
        else:
            with Engine(profile) as engine:
                yield engine

    def _batches_for(self, mutant: Mutant) -> tuple[Batch, ...]:
        """Of the reports that can come out otherwise; no other one can notice the mutant."""
        places: Collection[Place]
        if mutant.code is not None:
            places = self._codes.get(mutant.code, ())
        elif mutant.of_rates:
            places = [place for place in self._drawn if self._expected(place).rates is not None]
        elif mutant.touches:
            places = self._reach().places(mutant.touches)
        else:
            return self._batches
        return batches_of(self._profile, self._stories, {place: self._drawn[place].submitted for place in places})

    def _reach(self) -> Reach:
        if self._reached is None:
            self._reached = Reach(self._engine, self._drawn)
        return self._reached

    def _asks_alike(self, mutant: Mutant) -> bool:
        """Whether a mutant surely asks about the same numbers: nothing changes as long as nobody has answered."""
        if mutant.code is not None or mutant.of_rates:
            return True
        return bool(mutant.touches) and not self._reach().places(mutant.touches, unanswered=True)

    def _expected(self, place: Place) -> Expected:
        return self._stories[place[0]].reports[place[1]].expected

    def _noticed(self, place: Place, answer: Answer, engine: Engine) -> bool:
        story = self._stories[place[0]]
        if not self._differs(place, answer, self._drawn[place]):
            return False
        hangs_on_calls = len(story.reports) > 1 and bool(story.faults or story.quotas)
        return not hangs_on_calls or self._noticed_when_played(place[0], engine)

    def _noticed_when_played(self, at: int, engine: Engine) -> bool:
        story = self._stories[at]
        drawn = evidence.played(story, lambda given: engine.pairs_to_ask(given.orders, given.submissions, given.as_of))
        return any(self._differs((at, number), answer_of(engine, each), each) for number, each in enumerate(drawn))

    def _differs(self, place: Place, answer: Answer, drawn: Drawn) -> bool:
        return bool(comparison.compare(self._expected(place), answer, drawn.observed).differences)


def answer_of(engine: Engine, drawn: Drawn) -> Answer:
    """What an engine's rules say of one report."""
    (batch,) = batched({(0, 0): drawn.submitted}, ())
    return batch.answers(engine, {(0, 0): drawn})[0, 0]


def batches_of(profile: Profile, stories: Sequence[Story], reports: Mapping[Place, Submitted]) -> tuple[Batch, ...]:
    """The reports in batches. A profile that looks at the ids of orders has each report for itself."""
    if any("order_id" in rule.condition.columns for rule in profile.rules):
        return batched(reports, tuple(reports))
    return batched(
        reports, {place for place in reports if stories[place[0]].reports[place[1]].expected.rates is not None}
    )
