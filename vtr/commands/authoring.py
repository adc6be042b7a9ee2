"""The commands for those who write scenarios and validators: `init`, and `schema` of the files and of the protocol."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vtr.console import to_stdout


class SchemaName(StrEnum):
    """What a JSON Schema describes."""

    SCENARIO = "scenario"
    REQUEST = "request"
    ANSWER = "answer"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put it; `.` for this folder.")],
) -> None:
    """Begin a suite of your own: scenarios, a small validator with one mistake, a CI file. Overwrites nothing."""
    from vtr import starter  # noqa: PLC0415 (reads and writes files, which `vtr --help` does not)

    to_stdout("".join(f"{path}\n" for path in starter.write_suite(folder)))
    for line in starter.next_steps(folder):
        typer.echo(line, err=True)


def schema(
    which: Annotated[
        SchemaName,
        typer.Argument(help="scenario: of scenario files, for editors. request, answer: of the validator protocol."),
    ] = SchemaName.SCENARIO,
) -> None:
    """Print a JSON Schema: of scenario files, or of what a validator is given and returns."""
    import json  # noqa: PLC0415 (only this command needs it)

    from vtr.language import json_schema  # noqa: PLC0415 (loads pydantic)
    from vtr.validators import protocol  # noqa: PLC0415 (loads pydantic)

    schemas = {"scenario": json_schema.scenario, **protocol.SCHEMAS}
    to_stdout(json.dumps(schemas[which.value](), ensure_ascii=False, indent=2) + "\n")
