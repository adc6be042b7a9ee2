"""How `vtr` ends: the exit statuses that scripts rely on."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """The meaning of each status."""

    AS_EXPECTED = 0
    DIFFERENT = 1
    MISUSED = 2  # a bad file, flag or profile, or no scenario
    COULD_NOT_RUN = 3  # the validator
    UNANSWERED = 4  # complete, but some rows have no answer
