"""A whole run: the mutants of a profile, each judged by the scenarios, in as many processes as asked for.

The stories are played first, in shares, then the mutants are judged, each by any process; what the carriers said goes
from the first to the second in a file. What comes out is in the order of the mutants, whatever ran where.
"""

import pickle
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, lru_cache
from multiprocessing import get_context
from pathlib import Path

from vtr.errors import ScenarioError
from vtr.language import loader
from vtr.reference.engine.in_memory import Engine
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.mutate import batches, propose
from vtr.rule_changes.mutate.all_mutants import declared, names
from vtr.rule_changes.mutate.equivalents import Equivalents
from vtr.rule_changes.mutate.evidence import Drawn
from vtr.rule_changes.mutate.judge import Judge
from vtr.rule_changes.mutate.mutant import Mutant, selected
from vtr.rule_changes.mutate.scan_code_mutants import Which
from vtr.story import builder
from vtr.story.story import Story
from vtr.suite import collecting, pytest_run

Progress = Callable[[int, int], None]  # how much is done, of how much


@dataclass(frozen=True, slots=True)
class MutateOptions:
    """What to break and by which scenarios it must be noticed.

    profile: a bundled one's name, or a file. only: rules or settings, all if empty. workers: processes.
    """

    profile: str
    paths: tuple[Path, ...]
    only: tuple[str, ...] = ()
    which: Which = "usual"
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Noticed:
    """The scenario that noticed a mutant."""

    file: str
    line: int
    scenario: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: noticed by a scenario, listed as equivalent with a reason, or neither (it survived).

    proposed: of a survivor, a scenario that would notice it, as YAML; None if none was found.
    """

    mutant: Mutant
    noticed: Noticed | None
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
    """A run: the outcomes in the order of the mutants, and how many scenarios there were."""

    asked: MutateOptions
    scenarios: int
    outcomes: tuple[Outcome, ...]


def run(asked: MutateOptions, equivalents: Equivalents, progress: Progress | None = None) -> MutationResult:
    """Break the profile in every way and see which scenario notices.

    Raises ScenarioError: no scenario of that profile, one that fails under the profile itself, an entry of the
    equivalent mutants that is stale; ProfileError.
    """
    _stories.cache_clear()  # files may have changed since the last run of this process
    everything = declared(asked.profile, asked.which)
    equivalents.check_declared(names(asked.profile, everything))
    mutants = selected(everything, asked.only)
    stories = _stories(asked.profile, asked.paths)
    tell = progress or (lambda _done, _total: None)
    with ExitStack() as stack:
        pool = None
        if asked.workers > 1:
            pool = stack.enter_context(ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="vtr-mutate-"))
        kept = Path(folder) / "drawn"
        with kept.open("wb") as file:
            pickle.dump(_played(asked, len(stories), pool), file)
        _bench(asked, kept).judge.check()
        found = _judged(asked, kept, mutants, pool, tell)
        noticed = {
            mutant.name: _noticed(stories[killer])
            for mutant, killer in zip(mutants, found, strict=True)
            if killer is not None
        }
        equivalents.check_unnoticed({name: each.scenario for name, each in noticed.items()})
        outcomes = [Outcome(mutant, noticed.get(mutant.name), equivalents.reason(mutant.name)) for mutant in mutants]
        survivors = [outcome.mutant for outcome in outcomes if outcome.word == "survived"]
        proposed = dict(zip((each.name for each in survivors), _proposed(asked, kept, survivors, pool), strict=True))
        _bench.cache_clear()
    return MutationResult(
        asked,
        len(stories),
        tuple(Outcome(each.mutant, each.noticed, each.reason, proposed.get(each.mutant.name)) for each in outcomes),
    )


def _noticed(story: Story) -> Noticed:
    return Noticed(story.file, story.line, story.title)


@lru_cache(maxsize=2)
def _stories(profile: str, paths: tuple[Path, ...]) -> tuple[Story, ...]:
    """The stories that are judged by the profile: those that name it, and those that name none."""
    spelling = cache(collecting.spelling_of)
    found = [
        story
        for path in pytest_run.scenario_files(paths)
        for story in builder.build_stories(path, loader.read(path, str(path)), profile=profile, spelling=spelling)
        if story.profile == profile
    ]
    if not found:
        raise ScenarioError(f"no scenario is judged by {profile}; give scenarios that name it, or name no profile")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Bench:
    mutants: Mapping[str, Mutant]
    judge: Judge


@lru_cache(maxsize=1)
def _bench(asked: MutateOptions, kept: Path) -> _Bench:
    """What a process needs to judge mutants."""
    with kept.open("rb") as file:
        drawn = pickle.load(file)  # noqa: S301 (written by this run)
    stories = _stories(asked.profile, asked.paths)
    mutants = {mutant.name: mutant for mutant in declared(asked.profile, asked.which)}
    return _Bench(mutants, Judge(load_profile(asked.profile), stories, drawn))


def _played(asked: MutateOptions, count: int, pool: ProcessPoolExecutor | None) -> list[tuple[Drawn, ...]]:
    """What the carriers said in each story."""
    shares = [range(start, count, asked.workers) for start in range(asked.workers)]
    parts = pool.map(_played_share, [asked] * len(shares), shares) if pool else map(_played_share, [asked], shares)
    drawn: dict[int, tuple[Drawn, ...]] = {}
    for share, part in zip(shares, parts, strict=True):
        drawn.update(zip(share, part, strict=True))
    return [drawn[at] for at in range(count)]


def _played_share(asked: MutateOptions, share: Sequence[int]) -> list[tuple[Drawn, ...]]:
    stories = _stories(asked.profile, asked.paths)
    profile = load_profile(asked.profile)
    chosen = [stories[at] for at in share]
    with Engine(profile) as engine:
        return batches.played_all(engine, chosen)


def _judged(
    asked: MutateOptions, kept: Path, mutants: Sequence[Mutant], pool: ProcessPoolExecutor | None, tell: Progress
) -> list[int | None]:
    found: dict[str, int | None] = {}
    if pool is None:
        for mutant in mutants:
            found[mutant.name] = _killer(asked, kept, mutant.name)
            tell(len(found), len(mutants))
    else:
        waiting = {pool.submit(_killer, asked, kept, mutant.name): mutant.name for mutant in mutants}
        for done in as_completed(waiting):
            found[waiting[done]] = done.result()
            tell(len(found), len(mutants))
    return [found[mutant.name] for mutant in mutants]


def _killer(asked: MutateOptions, kept: Path, name: str) -> int | None:
    bench = _bench(asked, kept)
    return bench.judge.killer(bench.mutants[name])


def _proposed(
    asked: MutateOptions, kept: Path, survivors: Sequence[Mutant], pool: ProcessPoolExecutor | None
) -> list[str | None]:
    if pool is None:
        return [_proposal(asked, kept, mutant.name) for mutant in survivors]
    count = len(survivors)
    return list(pool.map(_proposal, [asked] * count, [kept] * count, [mutant.name for mutant in survivors]))


def _proposal(asked: MutateOptions, kept: Path, name: str) -> str | None:
    return propose.proposed(asked.profile, _bench(asked, kept).mutants[name])
