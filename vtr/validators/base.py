"""What every validator is to the harness, and the limits that it is held to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from vtr.validators.answer import Answer
from vtr.validators.columns import Columns

Request = Mapping[str, Any]
Wait = Callable[[float], None]

DEFAULT_SECONDS = 60.0
DEFAULT_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one answer may take (seconds), how big it may be (bytes), and how its columns are called."""

    seconds: float = DEFAULT_SECONDS
    size: int = DEFAULT_BYTES
    columns: Columns = field(default_factory=Columns)


class Validator(Protocol):
    """What judges orders. Its own waiting goes through `wait` where it can be told to (seconds)."""

    @property
    def name(self) -> str:
        """How the command line names it."""

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        """Its answer to a request of the protocol. Raises ValidatorError when it could not run, or gave no answer."""

    def close(self) -> None:
        """End what it keeps between answers: a process, a connection. It may be asked again."""
