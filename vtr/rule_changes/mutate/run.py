"""A whole run: the mutants of a profile, each judged by the scenarios, in as many processes as requested.

The stories are played first, in shares; the carriers' answers go into a file. Then each mutant is judged by any of the
processes, which read that file. The outcomes are in the order of the mutants, whichever process found them.
"""

import pickle
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Self

from vtr.errors import ScenarioError
from vtr.language import loader
from vtr.play.reference_evidence import ReportEvidence
from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.mutate import batches, propose
from vtr.rule_changes.mutate.all_mutants import mutant_names, mutants_of
from vtr.rule_changes.mutate.equivalents import Equivalents
from vtr.rule_changes.mutate.judge import Judge
from vtr.rule_changes.mutate.mutant import Mutant, select
from vtr.rule_changes.mutate.scan_code_mutants import CodeSelection
from vtr.story import builder
from vtr.story.story import Story
from vtr.suite import collecting, pytest_run

Progress = Callable[[int, int], None]  # (done, total)


@dataclass(frozen=True, slots=True)
class MutateOptions:
    """What to break, and the scenarios that must notice it.

    profile: a bundled one's name, or a file.
    paths: scenario files, or folders with them.
    only: rules or settings to break; all if empty.
    which: the scan codes to break.
    workers: the number of processes.
    """

    profile: str
    paths: tuple[Path, ...]
    only: tuple[str, ...] = ()
    which: CodeSelection = "usual"
    workers: int = 1


@dataclass(frozen=True, slots=True)
class NoticedBy:
    """The scenario that noticed a mutant."""

    file: str
    line: int
    scenario: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one mutant: noticed by a scenario, listed as equivalent with a reason, or neither (it survived).

    mutant: the mutant.
    noticed: the scenario that noticed it, None if none did.
    reason: why it is listed as equivalent, None if it isn't.
    proposed: for a survivor, a scenario that would notice it, as YAML; None if none was found.
    """

    mutant: Mutant
    noticed: NoticedBy | None
    reason: str | None
    proposed: str | None = None

    @property
    def word(self) -> str:
        """killed, equivalent or survived."""
        if self.noticed is not None:
            return "killed"
        return "equivalent" if self.reason is not None else "survived"


@dataclass(frozen=True, slots=True)
class MutationResult:
    """A finished run.

    options: what was requested.
    scenarios: how many stories judged the mutants.
    outcomes: in the order of the mutants.
    """

    options: MutateOptions
    scenarios: int
    outcomes: tuple[Outcome, ...]


def run(options: MutateOptions, equivalents: Equivalents, progress: Progress | None = None) -> MutationResult:
    """Break the profile in every way and see which scenario notices.

    Raises ScenarioError if no scenario names that profile, or one fails under the profile itself; ScenarioFileError for
    a stale entry of the equivalent mutants; ProfileError.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="vtr-mutate-"))
        worker = _Worker(options, Path(folder) / "evidence")
        every_mutant = tuple(worker.mutants.values())
        equivalents.check_declared(mutant_names(options.profile, every_mutant))
        mutants = select(every_mutant, options.only)
        stories = worker.stories
        workers = stack.enter_context(_Workers(worker))
        worker.save(workers.collect_evidence())
        stack.callback(worker.judge.close)
        worker.judge.check()
        killers = workers.judge(mutants, progress or (lambda _done, _total: None))
        noticed = {name: _noticed_by(stories[killer]) for name, killer in killers.items() if killer is not None}
        equivalents.check_unnoticed({name: each.scenario for name, each in noticed.items()})
        outcomes = [Outcome(mutant, noticed.get(mutant.name), equivalents.reason(mutant.name)) for mutant in mutants]
        proposals = workers.propose([outcome.mutant for outcome in outcomes if outcome.word == "survived"])
    return MutationResult(
        options,
        len(stories),
        tuple(Outcome(each.mutant, each.noticed, each.reason, proposals.get(each.mutant.name)) for each in outcomes),
    )


def _noticed_by(story: Story) -> NoticedBy:
    return NoticedBy(story.file, story.line, story.title)


class _Worker:
    """What one process needs to play stories and to judge mutants; each part is made when it is first needed."""

    def __init__(self, options: MutateOptions, evidence_file: Path) -> None:
        self.options = options
        self.evidence_file = evidence_file

    @cached_property
    def mutants(self) -> Mapping[str, Mutant]:
        """All mutants of the profile, by name."""
        return {mutant.name: mutant for mutant in mutants_of(self.options.profile, self.options.which)}

    @cached_property
    def stories(self) -> tuple[Story, ...]:
        """The stories that the profile judges: those that name it, and those that name no profile."""
        profile, spelling = self.options.profile, cache(collecting.carrier_spelling)
        found = [
            story
            for path in pytest_run.find_scenario_files(self.options.paths)
            for story in builder.build_stories(
                path, loader.load_file(path, str(path)), profile=profile, spelling=spelling
            )
            if story.profile == profile
        ]
        if not found:
            raise ScenarioError(f"no scenario is judged by {profile}; give scenarios that name it, or name no profile")
        return tuple(found)

    @cached_property
    def judge(self) -> Judge:
        """The stories with the evidence of the file."""
        with self.evidence_file.open("rb") as file:
            evidence = pickle.load(file)  # noqa: S301 (written by this run)
        return Judge(load_profile(self.options.profile), self.stories, evidence)

    def save(self, evidence: Sequence[tuple[ReportEvidence, ...]]) -> None:
        """Write the evidence of all stories to the file."""
        with self.evidence_file.open("wb") as file:
            pickle.dump(evidence, file)

    def collect_evidence(self, share: Sequence[int]) -> list[tuple[ReportEvidence, ...]]:
        """The evidence of some stories, given by their indexes."""
        with Engine(load_profile(self.options.profile)) as engine:
            return batches.collect_evidence(engine, [self.stories[at] for at in share])

    def killer(self, name: str) -> int | None:
        """The index of a story that notices the mutant of this name; None if none does."""
        return self.judge.killer(self.mutants[name])

    def propose(self, name: str) -> str | None:
        """A scenario that would notice the mutant of this name, as YAML; None if none was found."""
        return propose.propose(self.options.profile, self.mutants[name])


class _Workers:
    """The processes of a run: a pool, or with one worker this process alone. Use it in a `with`."""

    def __init__(self, here: _Worker) -> None:
        """Start the pool. here: the worker of this process."""
        self._here = here
        self._count = here.options.workers
        self._pool = None
        if self._count > 1:
            self._pool = ProcessPoolExecutor(
                self._count,
                mp_context=get_context("spawn"),
                initializer=_start_worker,
                initargs=(here.options, here.evidence_file),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def collect_evidence(self) -> list[tuple[ReportEvidence, ...]]:
        """The evidence of all stories, each process playing its share of them."""
        total = len(self._here.stories)
        shares = [range(start, total, self._count) for start in range(self._count)]
        collect = _collect_evidence_in_worker if self._pool is not None else self._here.collect_evidence
        parts = map(collect, shares) if self._pool is None else self._pool.map(collect, shares)
        found: dict[int, tuple[ReportEvidence, ...]] = {}
        for share, part in zip(shares, parts, strict=True):
            found.update(zip(share, part, strict=True))
        return [found[at] for at in range(total)]

    def judge(self, mutants: Sequence[Mutant], progress: Progress) -> dict[str, int | None]:
        """By mutant's name, in the order given: the index of a story that notices it, None if none does."""
        found: dict[str, int | None] = {}
        if self._pool is None:
            for mutant in mutants:
                found[mutant.name] = self._here.killer(mutant.name)
                progress(len(found), len(mutants))
        else:
            names = {self._pool.submit(_killer_in_worker, mutant.name): mutant.name for mutant in mutants}
            for done in as_completed(names):
                found[names[done]] = done.result()
                progress(len(found), len(mutants))
        return {mutant.name: found[mutant.name] for mutant in mutants}

    def propose(self, survivors: Sequence[Mutant]) -> dict[str, str | None]:
        """By mutant's name: a scenario that would notice it, as YAML; None if none was found."""
        names = [mutant.name for mutant in survivors]
        found = map(self._here.propose, names) if self._pool is None else self._pool.map(_propose_in_worker, names)
        return dict(zip(names, found, strict=True))


# What a process of the pool runs. Its worker is made when it starts, and ends with it.


class _OfProcess:
    """The worker of a process of the pool."""

    worker: _Worker


def _start_worker(options: MutateOptions, evidence_file: Path) -> None:
    _OfProcess.worker = _Worker(options, evidence_file)


def _collect_evidence_in_worker(share: Sequence[int]) -> list[tuple[ReportEvidence, ...]]:
    return _OfProcess.worker.collect_evidence(share)


def _killer_in_worker(name: str) -> int | None:
    return _OfProcess.worker.killer(name)


def _propose_in_worker(name: str) -> str | None:
    return _OfProcess.worker.propose(name)
