"""Whether any story notices a mutant: its reports are compared with what the stories expect, until one differs.

The carriers' answers to the unchanged profile are known. A story is played again only if the mutant queries other
numbers in it, or to confirm a difference where an earlier call may change a later answer.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from vtr.errors import ScenarioError
from vtr.play import comparison
from vtr.play.reference_evidence import ReportEvidence, ReportInputs, evidence_of, pairs_of
from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile import Profile
from vtr.rule_changes.mutate.batches import Batch, ReportKey, make_batches
from vtr.rule_changes.mutate.mutant import Mutant
from vtr.rule_changes.mutate.reachability import Reachability
from vtr.story.expected import Expected
from vtr.story.story import Story
from vtr.validators.answer import Answer

_STORIES_SHOWN = 3


class Judge:
    """Stories with their evidence, ready to be judged by mutants. Close it."""

    def __init__(
        self, profile: Profile, stories: Sequence[Story], evidence: Sequence[tuple[ReportEvidence, ...]]
    ) -> None:
        """Put the stories into batches. evidence: of each story's reports, collected with the profile."""
        self._stories = stories
        self._evidence = {
            (at, number): each for at, reports in enumerate(evidence) for number, each in enumerate(reports)
        }
        self._reports_by_code: dict[tuple[str, str], list[ReportKey]] = {}
        for key, each in self._evidence.items():
            for code in sorted(each.codes):
                self._reports_by_code.setdefault(code, []).append(key)
        self._batches = batches_of(profile, stories, {key: each.inputs for key, each in self._evidence.items()})
        self._profile = profile
        self._engine = Engine(profile)
        self._reachability: Reachability | None = None  # built when it is first needed

    def close(self) -> None:
        """Give the memory back."""
        if self._reachability is not None:
            self._reachability.close()
        self._engine.close()

    def check(self) -> None:
        """Raise ScenarioError if a story fails under the profile itself: all its mutants would look noticed."""
        failing = [
            self._stories[key[0]]
            for batch in self._batches
            for key, answer in batch.answers(self._engine, self._evidence).items()
            if self._differs(key, answer, self._evidence[key])
        ]
        if failing:
            shown = ", ".join(f"{story.file}:{story.line} ({story.title})" for story in failing[:_STORIES_SHOWN])
            raise ScenarioError(
                f"{len(failing)} of the reports differ under {self._profile.origin} itself, as in {shown}; run vtr run"
                " and mend that first"
            )

    def killer(self, mutant: Mutant) -> int | None:
        """The index of the first story found that notices the mutant; None if none does."""
        with self._engine_of(mutant.profile) as engine:
            same_pairs = self._queries_the_same(mutant)
            for batch in self._batches_for(mutant):
                same = set(batch.reports)
                if not same_pairs:
                    pairs = batch.pairs(engine)
                    same = {key for key in batch.reports if pairs[key] == self._evidence[key].pairs}
                answers = batch.answers(engine, self._evidence) if same else {}
                for key in batch.reports:
                    if key in same and self._notices(key, answers[key], engine):
                        return key[0]
                for story in dict.fromkeys(key[0] for key in batch.reports if key not in same):
                    if self._notices_when_played(story, engine):
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
        """The reports that the mutant can change; no other report can notice it."""
        keys: Collection[ReportKey]
        if mutant.code is not None:
            keys = self._reports_by_code.get(mutant.code, ())
        elif mutant.of_rates:
            keys = [key for key in self._evidence if self._expected(key).rates is not None]
        elif mutant.touches:
            keys = self._reached().reports(mutant.touches)
        else:
            return self._batches
        return batches_of(self._profile, self._stories, {key: self._evidence[key].inputs for key in keys})

    def _reached(self) -> Reachability:
        if self._reachability is None:
            self._reachability = Reachability(self._engine, self._evidence)
        return self._reachability

    def _queries_the_same(self, mutant: Mutant) -> bool:
        """Whether a mutant certainly queries the same numbers: it changes nothing before any carrier has answered."""
        if mutant.code is not None or mutant.of_rates:
            return True
        return bool(mutant.touches) and not self._reached().reports(mutant.touches, unanswered=True)

    def _expected(self, key: ReportKey) -> Expected:
        return self._stories[key[0]].reports[key[1]].expected

    def _notices(self, key: ReportKey, answer: Answer, engine: Engine) -> bool:
        story = self._stories[key[0]]
        if not self._differs(key, answer, self._evidence[key]):
            return False
        depends_on_calls = len(story.reports) > 1 and bool(story.faults or story.quotas)
        return not depends_on_calls or self._notices_when_played(key[0], engine)

    def _notices_when_played(self, at: int, engine: Engine) -> bool:
        evidence = evidence_of(self._stories[at], pairs_of(engine))
        return any(self._differs((at, number), answer_of(engine, each), each) for number, each in enumerate(evidence))

    def _differs(self, key: ReportKey, answer: Answer, evidence: ReportEvidence) -> bool:
        return bool(comparison.compare(self._expected(key), answer, evidence.observed).differences)


def answer_of(engine: Engine, evidence: ReportEvidence) -> Answer:
    """What an engine's rules make of one report."""
    (batch,) = make_batches({(0, 0): evidence.inputs}, ())
    return batch.answers(engine, {(0, 0): evidence})[0, 0]


def batches_of(
    profile: Profile, stories: Sequence[Story], reports: Mapping[ReportKey, ReportInputs]
) -> tuple[Batch, ...]:
    """The reports in batches. With a profile whose conditions use order ids, each report has a batch of its own."""
    if any("order_id" in rule.condition.columns for rule in profile.rules):
        return make_batches(reports, tuple(reports))
    return make_batches(reports, {key for key in reports if stories[key[0]].reports[key[1]].expected.rates is not None})
