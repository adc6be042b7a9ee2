"""Search for stories on which the validator under test and the expected one differ, and shrink each.

The seed alone determines which stories are tried, and in which order. The time only limits the search, so a longer
search first finds everything that a shorter one found.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path, PurePath

from vtr.errors import ScenarioError
from vtr.language.yaml_writer import Document, format_document
from vtr.reference import files
from vtr.rule_changes.fuzz import disagreements, generate_stories, shrink
from vtr.rule_changes.fuzz.disagreements import DifferentialTest, Disagreement
from vtr.rule_changes.profile_boundaries import Boundaries


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search found.

    disagreement: of the two validators.
    story: the number, from 1, of the first story that showed it.
    document: the smallest scenario found that shows it.
    """

    disagreement: Disagreement
    story: int
    document: Document


@dataclass(slots=True)
class SearchState:
    """The state of a search.

    tried: stories so far.
    orders: in these stories.
    shown: by disagreement, the number of stories that showed it.
    findings: in the order in which they were found.
    """

    tried: int = 0
    orders: int = 0
    shown: dict[Disagreement, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def search(test: DifferentialTest, stories: Iterator[Document], *, go_on: Callable[[SearchState], bool]) -> SearchState:
    """Try stories while `go_on` returns true, and collect the findings.

    Raises ScenarioError for a story that cannot be played, and ValidatorError, which is one, if the expected validator
    has no answer.
    """
    found = SearchState()
    while go_on(found):
        document = next(stories)
        found.tried += 1
        found.orders += len(document["orders"])
        counterexample = test.run(document)
        if counterexample is None:
            continue
        for disagreement in sorted(counterexample.disagreements):
            found.shown[disagreement] = found.shown.get(disagreement, 0) + 1
            if found.shown[disagreement] == 1:
                small = smallest_scenario(test, document, disagreement, counterexample.orders)
                found.findings.append(Finding(disagreement, found.tried, small))
    return found


def smallest_scenario(
    test: DifferentialTest, document: Document, disagreement: Disagreement, orders: frozenset[int]
) -> Document:
    """The smallest scenario found that shows a disagreement. orders: indexes of those that show it in `document`."""

    def shows(candidate: Document) -> bool:
        return disagreement in test.disagreements(candidate)

    start = document
    for index in sorted(orders):
        one = shrink.only(document, frozenset({index}))
        if shows(one):
            start = one
            break
    small = {**shrink.smallest(start, shows), "scenario": disagreements.describe(disagreement)}
    # Numbers are minted from the file and the name. If the disagreement depends on them, the scenario needs a seed.
    elsewhere = replace(test, place=_ELSEWHERE)
    seeded = {**small, "seed": test.seed(start)}
    for candidate in (small, seeded):
        counterexample = test.run(candidate)
        if counterexample is None or disagreement not in counterexample.disagreements:
            continue
        if disagreement in elsewhere.disagreements(candidate):
            return counterexample.document
    return start


_ELSEWHERE = PurePath("another/place.yaml")


def write_findings(
    findings: Sequence[Finding], folder: Path, remark: Callable[[Finding], Sequence[str]]
) -> list[tuple[Finding, Path]]:
    """Write each finding to a scenario file in a folder, which is created if it is missing; nothing is overwritten.

    remark: the lines of comment at the top of a finding's file.
    Gives the findings with their files, in order.
    Raises ScenarioError if the folder cannot be created, VtrError if a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScenarioError(f"{folder}: {error.strerror}; name a folder that can be created") from error
    files_written = []
    for finding in findings:
        path = _unused_path(folder, _file_name(finding.disagreement))
        files.write_text(path, format_document(finding.document, remarks=remark(finding)))
        files_written.append((finding, path))
    return files_written


def _file_name(disagreement: Disagreement) -> str:
    return re.sub(r"[^a-z0-9]+", "-", disagreements.describe(disagreement).lower()).strip("-")


def _unused_path(folder: Path, name: str) -> Path:
    candidates = (folder / (f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml") for number in count(1))
    return next(path for path in candidates if not path.exists())


def search_limits(
    seconds: float | None, stories: int | None, most: int, clock: Callable[[], float]
) -> Callable[[SearchState], bool]:
    """The condition for going on: less than `seconds` from now, fewer than `stories` tried, fewer than `most` findings.

    seconds, stories: None for no limit. clock: gives seconds.
    """
    end = None if seconds is None else clock() + seconds

    def go_on(found: SearchState) -> bool:
        return (
            (end is None or clock() < end) and (stories is None or found.tried < stories) and len(found.findings) < most
        )

    return go_on


def stories_of_seed(seed: int, boundaries: Boundaries) -> Iterator[Document]:
    """The stories of a seed, endlessly. boundaries: of the profile that will judge them."""
    return generate_stories.generate_stories(str(seed), boundaries)
