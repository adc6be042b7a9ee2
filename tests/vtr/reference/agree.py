"""Compare the verdicts of the oracle and of the reference's engine on many stories.

    python tests/vtr/reference/agree.py --stories 20000 --seed 1

Stories are judged two hundred at a time in one report, so that an effect of one order on another is found, too. A
disagreement is printed with the seed that reproduces it, the reduced story and both verdicts; the exit status is 1.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from oracle import disagreement, tables
from oracle.disagreement import Judge
from oracle.random_stories import REPORTS, SWITCHES, ByRandom, make_story
from oracle.story import Story, Switches
from oracle.verdict import verdicts

from vtr.reference.engine.in_memory import Engine

BATCH = 200


@dataclass
class Outcome:
    """How many stories were judged, how often each reason came, and the disagreements in words."""

    stories: int = 0
    packages: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)


def agree(
    stories: int,
    seed: int,
    *,
    first: int = 0,
    most: int = 3,
    small: bool = True,
    changed: Mapping[str, str] | None = None,
    parquet: bool = False,
) -> Outcome:
    """Judge that many stories of a seed.

    first: the batch to begin with. most: after so many disagreements it stops; the same mistake shows in thousands of
    stories. small: whether to make the story small, which takes a second. changed: texts of the profile to replace.
    parquet: ask the engine for files, to which a number without an answer is always unknown.
    """
    outcome = Outcome()
    judges: dict[Switches, Judge] = {}
    with ExitStack() as open_:
        for number in range(first, first + -(-stories // BATCH)):
            told = batch(seed, number, min(BATCH, stories - outcome.stories))
            if parquet:
                told = [replace(story, complete=True) for story in told]
            switches = told[0].switches
            if switches not in judges:
                profile = tables.profile(switches, changed)
                if parquet:
                    folder = Path(open_.enter_context(TemporaryDirectory()))
                    judges[switches] = partial(tables.judge_files, profile, folder)
                else:
                    judges[switches] = partial(tables.judge, open_.enter_context(Engine(profile)))
            where = f"--seed {seed} --first {number}" + (" --parquet" if parquet else "")
            _judge(judges[switches], told, where, outcome, small=small)
            if len(outcome.disagreements) >= most:
                break
    return outcome


def batch(seed: int, number: int, size: int) -> list[Story]:
    """Stories of one report: all of them share its instant and the switches, and no orders or numbers."""
    settings: tuple[tuple[datetime, Switches, bool], ...] = tuple(product(REPORTS, SWITCHES, (False, True)))
    as_of, switches, complete = Random(f"{seed}/{number}").choice(settings)
    return [
        make_story(
            ByRandom(Random(f"{seed}/{number}/{index}")),
            as_of=as_of,
            complete=complete,
            switches=switches,
            index=index,
        )
        for index in range(size)
    ]


def together(told: list[Story]) -> Story:
    """The stories of a batch as one."""
    one = told[0]
    orders = tuple(order for story in told for order in story.orders)
    answers = tuple(answer for story in told for answer in story.answers)
    return Story(one.as_of, orders, answers, one.complete, one.switches)


def _judge(judge: Judge, told: list[Story], where: str, outcome: Outcome, *, small: bool) -> None:
    whole = together(told)
    outcome.stories += len(told)
    for verdict in verdicts(whole):
        outcome.packages += 1
        outcome.reasons[min(verdict.reasons, default=verdict.state)] += 1
    if not disagreement.differences(judge, whole):
        return
    if not small:
        outcome.disagreements.append(_words(judge, whole, where))
        return

    def differs(story: Story) -> bool:
        return bool(disagreement.differences(judge, story))

    suspects = told
    while len(suspects) > 1:
        half = suspects[: len(suspects) // 2]
        rest = suspects[len(suspects) // 2 :]
        found = next((part for part in (half, rest) if differs(together(part))), None)
        if found is None:  # only together
            break
        suspects = found
    outcome.disagreements.append(_words(judge, disagreement.smallest(together(suspects), differs), where))


def _words(judge: Judge, story: Story, where: str) -> str:
    lines = [f"disagreement ({where} --stories {BATCH})", disagreement.story_text(story, "  ")]
    for key, ours, theirs in disagreement.differences(judge, story):
        lines += [f"  {key or 'rates'}", f"    oracle: {ours}", f"    engine: {theirs}"]
    return "\n".join(lines)


def _lines(outcome: Outcome) -> Iterator[str]:
    yield from outcome.disagreements
    yield f"{outcome.stories} stories, {outcome.packages} packages, {len(outcome.disagreements)} disagreements"
    for reason, count in outcome.reasons.most_common():
        yield f"  {count:7} {reason}"


def main() -> int:
    """The command: 0 when they agree."""
    parser = argparse.ArgumentParser(description="Hold vtr's engine against the oracle.")
    parser.add_argument("--stories", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the batch to begin with, as a disagreement names it")
    parser.add_argument("--parquet", action="store_true", help="ask the engine for Parquet files")
    asked = parser.parse_args()
    outcome = agree(asked.stories, asked.seed, first=asked.first, parquet=asked.parquet)
    sys.stdout.write("\n".join(_lines(outcome)) + "\n")
    return 1 if outcome.disagreements else 0


if __name__ == "__main__":
    raise SystemExit(main())
