"""Look for stories on which a validator and the one that is believed differ, for a while, and make each one small.

Which stories are tried, and in which order, follows from the seed alone. The time only says when to stop, so a longer
search finds what a shorter one found, first.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path, PurePath

from vtr.errors import ScenarioError
from vtr.language.yaml_writer import Document, text_of
from vtr.reference import files
from vtr.rule_changes.fuzz import disagreements, generate_stories, shrink
from vtr.rule_changes.fuzz.disagreements import Court, Disagreement
from vtr.rule_changes.profile_boundaries import Boundaries


@dataclass(frozen=True, slots=True)
class Finding:
    """A disagreement, the number (from 1) of the story that showed it first, and the smallest scenario found for it."""

    disagreement: Disagreement
    story: int
    document: Document


@dataclass(slots=True)
class Search:
    """What a search has met: stories tried, those that showed each disagreement, and the findings, in this order."""

    tried: int = 0
    orders: int = 0
    shown: dict[Disagreement, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def search(court: Court, stories: Iterator[Document], *, go_on: Callable[[Search], bool]) -> Search:
    """Try stories while `go_on` says so, and keep what they show.

    Raises ScenarioError for a validator that cannot be asked, or where the side that is believed has no answer.
    """
    found = Search()
    while go_on(found):
        document = next(stories)
        found.tried += 1
        found.orders += len(document["orders"])
        dispute = court.heard(document)
        if dispute is None:
            continue
        for disagreement in sorted(dispute.disagreements):
            found.shown[disagreement] = found.shown.get(disagreement, 0) + 1
            if found.shown[disagreement] == 1:
                small = smallest(court, document, disagreement, dispute.orders)
                found.findings.append(Finding(disagreement, found.tried, small))
    return found


def smallest(court: Court, document: Document, disagreement: Disagreement, orders: frozenset[int]) -> Document:
    """The smallest scenario found that shows a disagreement. orders: those that showed it in the document."""

    def shows(candidate: Document) -> bool:
        return disagreement in court.disagreements(candidate)

    start = document
    for index in sorted(orders):
        one = shrink.only(document, frozenset({index}))
        if shows(one):
            start = one
            break
    small = {**shrink.smallest(start, shows), "scenario": disagreements.words(disagreement)}
    # Numbers are minted from the file and the name, too; where the disagreement needs its numbers, they get a seed.
    elsewhere = replace(court, place=_ELSEWHERE)
    seeded = {**small, "seed": court.seed(start)}
    for candidate in (small, seeded):
        dispute = court.heard(candidate)
        if dispute is not None and disagreement in dispute.disagreements & elsewhere.disagreements(candidate):
            return dispute.document
    return start


_ELSEWHERE = PurePath("another/place.yaml")


def written(
    findings: Sequence[Finding], folder: Path, remark: Callable[[Finding], Sequence[str]]
) -> list[tuple[Finding, Path]]:
    """Each finding as a scenario file of the folder, which is made if need be; nothing is overwritten.

    Raises ScenarioError when the folder cannot be made, VtrError when a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScenarioError(f"{folder}: {error.strerror}; name a folder that can be made") from error
    placed = []
    for finding in findings:
        path = _free(folder, _file_name(finding.disagreement))
        files.write_text(path, text_of(finding.document, remarks=remark(finding)))
        placed.append((finding, path))
    return placed


def _file_name(disagreement: Disagreement) -> str:
    return re.sub(r"[^a-z0-9]+", "-", disagreements.words(disagreement).lower()).strip("-")


def _free(folder: Path, name: str) -> Path:
    candidates = (folder / (f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml") for number in count(1))
    return next(path for path in candidates if not path.exists())


def until(
    seconds: float | None, stories: int | None, most: int, clock: Callable[[], float]
) -> Callable[[Search], bool]:
    """When to go on: for so many seconds of `clock` from now, so many stories, and until there are `most` findings."""
    end = None if seconds is None else clock() + seconds

    def go_on(found: Search) -> bool:
        return (
            (end is None or clock() < end) and (stories is None or found.tried < stories) and len(found.findings) < most
        )

    return go_on


def invented(seed: int, profile_lines: Boundaries) -> Iterator[Document]:
    """The stories of a seed."""
    return generate_stories.many(str(seed), profile_lines)
