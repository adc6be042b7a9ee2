"""The interface of every validator, and the limits on its answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from vtr import defaults
from vtr.validators.answer import Answer
from vtr.validators.columns import Columns

Request = Mapping[str, Any]
Wait = Callable[[float], None]

DEFAULT_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer is limited to, and how to read its columns.

    seconds: how long it may take.
    size: how big it may be, in bytes.
    columns: the validator's names for the report's columns.
    """

    seconds: float = defaults.ANSWER_SECONDS
    size: int = DEFAULT_BYTES
    columns: Columns = field(default_factory=Columns)


class Validator(Protocol):
    """Reports on orders. The bundled one waits through `wait` (seconds); others wait by their own means."""

    @property
    def name(self) -> str:
        """Its name on the command line."""

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        """Its answer to a request of the protocol. Raises ValidatorError if it cannot run or gives no valid answer."""

    def close(self) -> None:
        """End what it keeps between answers: a process or a connection. `validate` may be called again afterwards."""
