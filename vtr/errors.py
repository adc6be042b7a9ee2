"""The harness's exceptions: for unusable files, for validators that could not run, and for other misuse.

A difference between expected and reported rows is not an error but a result.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class ScenarioError(ValueError):
    """An input of the user cannot be used; the message says which, what is expected, and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a scenario file. line, column: from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ScenarioFileError(ScenarioError):
    """A scenario file cannot be used. problems: every one found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep each problem once, since a matrix has the same one in every combination."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["ScenarioFileError"], tuple[tuple[Problem, ...]]]:
        """Pickle by problems, not by message, so that it can pass between processes."""
        return type(self), (self.problems,)


class ValidatorError(ScenarioError):
    """The validator could not run, or returned something that is not an answer of the protocol."""
