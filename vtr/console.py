"""What the commands of this package share: the format of rows, the door, and stdout in UTF-8."""

from enum import StrEnum

import typer


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class DoorName(StrEnum):
    """How a validator reaches the fake carriers."""

    IN_PROCESS = "in-process"
    SERVER = "server"


def to_stdout(text: str) -> None:
    """Write to stdout in UTF-8 whatever the locale: rows must not depend on it."""
    stream = typer.get_binary_stream("stdout")
    stream.write(text.encode("utf-8", "backslashreplace"))
    stream.flush()
