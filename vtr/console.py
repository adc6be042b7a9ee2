"""What the commands of this package share: the format of rows, the door, and stdout in UTF-8."""

from enum import StrEnum

from vtr.reference.console import Format, write_stdout

__all__ = ["DoorName", "Format", "to_stdout"]


class DoorName(StrEnum):
    """How a validator reaches the fake carriers."""

    IN_PROCESS = "in-process"
    SERVER = "server"


def to_stdout(text: str) -> None:
    """Write to stdout in UTF-8 whatever the locale: rows must not depend on it."""
    write_stdout((text,))
