"""Compare the conduct that is expected of a validator towards a carrier with what its calls show. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vtr.story.expected import ExpectedConduct

# The findings of `simulator.conduct` about a validator that didn't wait.
_NOT_WAITING = ("retry_after_ignored", "no_pause_after_429")


@dataclass(frozen=True, slots=True)
class ObservedConduct:
    """What a validator's calls show.

    counts: of calls, tokens and the like, by name.
    refused_for_frequency: how many answers were a 429.
    findings: by name, how often it happened, in words.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    refused_for_frequency: int = 0
    findings: Mapping[str, str] = field(default_factory=dict)


def conduct_differences(expected: ExpectedConduct, observed: ObservedConduct) -> Iterator[tuple[str, str, str, int]]:
    """The differences: key, expected, actual, and the line of the expectation."""
    for name, bound in expected.counts.items():
        count = observed.counts.get(name, 0)
        if not bound.holds(count):
            yield name, str(bound), str(count), expected.lines[name]
    if expected.waits_after_429:
        hasty = [name for name in _NOT_WAITING if name in observed.findings]
        line = expected.lines["waits_after_429"]
        if hasty:
            yield "waits_after_429", "true", _finding_texts(hasty, observed), line
        elif not observed.refused_for_frequency:
            yield "waits_after_429", "true", "there was no 429 to wait after", line
    if expected.findings is not None and expected.findings != set(observed.findings):
        wanted = ", ".join(sorted(expected.findings)) or "none"
        yield (
            "findings",
            wanted,
            _finding_texts(list(observed.findings), observed) or "none",
            expected.lines["findings"],
        )


def _finding_texts(names: list[str], observed: ObservedConduct) -> str:
    return "; ".join(f"{name} ({observed.findings[name]})" for name in names)
