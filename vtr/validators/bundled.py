"""The reference validator, in this process; its waits advance the simulated clock."""

from dataclasses import dataclass

from vtr.errors import ScenarioError, ValidatorError
from vtr.validators.answer import Answer
from vtr.validators.base import Request, Wait
from vtr.validators.parse_answer import answer_of

BUNDLED = "vtr"


@dataclass(frozen=True, slots=True)
class Bundled:
    """The reference validator, which comes with the package."""

    name: str = BUNDLED

    def validate(self, request: Request, *, wait: Wait) -> Answer:
        """The reference validator's answer.

        Raises ValidatorError if it refuses the request, ScenarioError for a profile that cannot be used.
        """
        from vtr.reference.errors import ProfileError, VtrError  # noqa: PLC0415 (loads DuckDB, which collecting does not need)
        from vtr.reference.protocol import validate  # noqa: PLC0415 (loads DuckDB, which collecting does not need)

        try:
            answer = validate(request, wait=wait)
        except ProfileError as error:  # a condition that proves wrong only when it runs: the user's file is at fault
            raise ScenarioError(str(error)) from error
        except VtrError as error:
            raise ValidatorError(f"validator {self.name}: {error}") from error
        return answer_of(answer, self.name)

    def close(self) -> None:
        """Do nothing: it keeps nothing between answers."""
