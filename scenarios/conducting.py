"""Expected conduct of a validator towards a carrier, against what its calls show: pure, as the comparison of rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

COUNTS = ("calls", "tokens", "batch_size")
# Findings that say that a validator didn't wait, by their names in `simulator.conduct`.
_NOT_WAITING = ("retry_after_ignored", "no_pause_after_429")


@dataclass(frozen=True, slots=True)
class Bound:
    """How many; None where nothing is said."""

    at_least: int | None = None
    at_most: int | None = None
    exactly: int | None = None

    def holds(self, count: int) -> bool:
        """Whether a count is within."""
        return (
            (self.at_least is None or count >= self.at_least)
            and (self.at_most is None or count <= self.at_most)
            and self.exactly in {None, count}
        )

    def problem(self) -> str:
        """What is wrong with the bound itself; empty when it says something that can hold."""
        if self.at_least is None and self.at_most is None and self.exactly is None:
            return "nothing is expected; give at_least, at_most or exactly"
        if self.exactly is not None and (self.at_least is not None or self.at_most is not None):
            return "'exactly' stands alone; remove it, or at_least and at_most"
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            return f"no number is at least {self.at_least} and at most {self.at_most}"
        return ""

    def __str__(self) -> str:
        said = (("at least", self.at_least), ("at most", self.at_most), ("exactly", self.exactly))
        return ", ".join(f"{words} {count}" for words, count in said if count is not None)


@dataclass(frozen=True, slots=True)
class ExpectedConduct:
    """How a validator must behave towards a carrier.

    counts: bounds by name (`COUNTS`). findings: the names of all that there must be; None: not compared. lines: where
    each expectation stands, by its key.
    """

    carrier: str
    counts: Mapping[str, Bound]
    waits_after_429: bool
    findings: frozenset[str] | None
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Observed:
    """What a validator's calls show. refused_for_frequency: answers of 429. findings: by name, how often, in words."""

    counts: Mapping[str, int] = field(default_factory=dict)
    refused_for_frequency: int = 0
    findings: Mapping[str, str] = field(default_factory=dict)


def different(expected: ExpectedConduct, observed: Observed) -> Iterator[tuple[str, str, str, int]]:
    """What differs: the key, what was expected, what was, and the line of the expectation."""
    for name, bound in expected.counts.items():
        count = observed.counts.get(name, 0)
        if not bound.holds(count):
            yield name, str(bound), str(count), expected.lines[name]
    if expected.waits_after_429:
        hasty = [name for name in _NOT_WAITING if name in observed.findings]
        line = expected.lines["waits_after_429"]
        if hasty:
            yield "waits_after_429", "true", _shown(hasty, observed), line
        elif not observed.refused_for_frequency:
            yield "waits_after_429", "true", "there was no 429 to wait after", line
    if expected.findings is not None and expected.findings != set(observed.findings):
        wanted = ", ".join(sorted(expected.findings)) or "none"
        yield "findings", wanted, _shown(list(observed.findings), observed) or "none", expected.lines["findings"]


def _shown(names: list[str], observed: Observed) -> str:
    return "; ".join(f"{name} ({observed.findings[name]})" for name in names)
