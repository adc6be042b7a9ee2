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

from scenarios import pytest_plugin, reading, running, telling
from scenarios.errors import ScenarioError
from scenarios.mutating import playing, proposing
from scenarios.mutating.codes import Which
from scenarios.mutating.declaring import declared, names
from scenarios.mutating.equivalent import Equivalents
from scenarios.mutating.judging import Judge
from scenarios.mutating.mutants import Mutant, selected
from scenarios.mutating.playing import Drawn
from scenarios.story import Story
from vtr.engine import Engine
from vtr.profile import load_profile

Progress = Callable[[int, int], None]  # how much is done, of how much


@dataclass(frozen=True, slots=True)
class Asked:
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
class Finished:
    """A run: the outcomes in the order of the mutants, and how many scenarios there were."""

    asked: Asked
    scenarios: int
    outcomes: tuple[Outcome, ...]


def run(asked: Asked, equivalents: Equivalents, progress: Progress | None = None) -> Finished:
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
    return Finished(
        asked,
        len(stories),
        tuple(Outcome(each.mutant, each.noticed, each.reason, proposed.get(each.mutant.name)) for each in outcomes),
    )


def _noticed(story: Story) -> Noticed:
    return Noticed(story.file, story.line, story.title)


@lru_cache(maxsize=2)
def _stories(profile: str, paths: tuple[Path, ...]) -> tuple[Story, ...]:
    """The stories that are judged by the profile: those that name it, and those that name none."""
    spelling = cache(pytest_plugin.spelling_of)
    found = [
        story
        for path in running.scenario_files(paths)
        for story in telling.read(path, reading.read(path, str(path)), profile=profile, spelling=spelling)
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
def _bench(asked: Asked, kept: Path) -> _Bench:
    """What a process needs to judge mutants."""
    with kept.open("rb") as file:
        drawn = pickle.load(file)  # noqa: S301 (written by this run)
    stories = _stories(asked.profile, asked.paths)
    mutants = {mutant.name: mutant for mutant in declared(asked.profile, asked.which)}
    return _Bench(mutants, Judge(load_profile(asked.profile), stories, drawn))


def _played(asked: Asked, count: int, pool: ProcessPoolExecutor | None) -> list[tuple[Drawn, ...]]:
    """What the carriers said in each story."""
    shares = [range(start, count, asked.workers) for start in range(asked.workers)]
    parts = pool.map(_played_share, [asked] * len(shares), shares) if pool else map(_played_share, [asked], shares)
    drawn: dict[int, tuple[Drawn, ...]] = {}
    for share, part in zip(shares, parts, strict=True):
        drawn.update(zip(share, part, strict=True))
    return [drawn[at] for at in range(count)]


def _played_share(asked: Asked, share: Sequence[int]) -> list[tuple[Drawn, ...]]:
    stories = _stories(asked.profile, asked.paths)
    profile = load_profile(asked.profile)
    chosen = [stories[at] for at in share]
    with Engine(profile) as engine:
        return playing.played_all(engine, chosen)


def _judged(
    asked: Asked, kept: Path, mutants: Sequence[Mutant], pool: ProcessPoolExecutor | None, tell: Progress
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


def _killer(asked: Asked, kept: Path, name: str) -> int | None:
    bench = _bench(asked, kept)
    return bench.judge.killer(bench.mutants[name])


def _proposed(
    asked: Asked, kept: Path, survivors: Sequence[Mutant], pool: ProcessPoolExecutor | None
) -> list[str | None]:
    if pool is None:
        return [_proposal(asked, kept, mutant.name) for mutant in survivors]
    count = len(survivors)
    return list(pool.map(_proposal, [asked] * count, [kept] * count, [mutant.name for mutant in survivors]))


def _proposal(asked: Asked, kept: Path, name: str) -> str | None:
    return proposing.proposed(asked.profile, _bench(asked, kept).mutants[name])
