"""What the harness raises: for a file that cannot be used, for a validator that could not run, and for other misuse.

A difference between expected and reported rows is none of these: it is a result.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class ScenarioError(ValueError):
    """Something the user gave cannot be used; the message says what, what is expected, and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a scenario file. line, column: from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ScenarioFileError(ScenarioError):
    """A scenario file that cannot be used; it carries every problem found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep each problem once: a matrix meets the same one in every combination."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["ScenarioFileError"], tuple[tuple[Problem, ...]]]:
        """How it crosses from one process to another: by its problems, not by its words."""
        return type(self), (self.problems,)


class ValidatorError(ScenarioError):
    """The validator could not run, or what it returned is no answer of the protocol."""
