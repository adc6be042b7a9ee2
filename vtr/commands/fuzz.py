"""The commands `vtr fuzz` and `vtr shrink`: their options. What they do is in `fuzz_action`, imported when one runs."""

from pathlib import Path
from typing import Annotated

import typer

from vtr import defaults
from vtr.console import Format

Tested = Annotated[str, typer.Option("--validator", help="The validator under test, named as for `vtr run`.")]
Believed = Annotated[str, typer.Option("--against", help="The validator whose answer is expected.")]
Door = Annotated[
    str, typer.Option(metavar="[in-process|server]", help="How the tested one reaches the carriers, as for `vtr run`.")
]
Seconds = Annotated[float, typer.Option(metavar="SECONDS", help="How long a validator has for one answer.")]
Columns = Annotated[Path | None, typer.Option(metavar="FILE", help="YAML with the tested one's names of the columns.")]
ProfileName = Annotated[str, typer.Option("--profile", help="The profile of the stories.")]


def fuzz(  # noqa: PLR0913 (a command's options)
    *,
    validator: Tested,
    against: Believed = "vtr",
    seconds: Annotated[float, typer.Option(help="How long to search.")] = 60,
    stories: Annotated[int | None, typer.Option(min=1, help="Stop after this number of stories.")] = None,
    seed: Annotated[int, typer.Option(help="Of the stories: the same ones in the same order.")] = 1,
    most: Annotated[int, typer.Option(min=1, help="Stop after the story that brings this number of findings.")] = 10,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the scenario files are written.")] = Path("findings"),
    profile: ProfileName = defaults.PROFILE,
    door: Door = "",
    timeout: Seconds = defaults.ANSWER_SECONDS,
    columns: Columns = None,
    output: Annotated[Format, typer.Option("--format", help="How the findings are printed.")] = Format.TABLE,
) -> None:
    """Invent stories, and write each disagreement of a validator with the reference as the smallest scenario."""
    from vtr.commands import fuzz_action  # noqa: PLC0415 (loads pydantic and the simulator)

    check = fuzz_action.Check(validator, against, profile, door, timeout, columns)
    search = fuzz_action.SearchOptions(seconds, stories, seed, most, out)
    raise typer.Exit(fuzz_action.fuzz_validator(check, search, output))


def shrink(  # noqa: PLR0913 (a command's options)
    scenario: Annotated[
        Path,
        typer.Argument(metavar="FILE|DIR", help="A scenario file on which they disagree, or a dataset's folder."),
    ],
    row: Annotated[str, typer.Argument(metavar="ROW", help="Of a folder: the row, as for `vtr extract`.")] = "",
    *,
    validator: Tested,
    against: Believed = "vtr",
    only: Annotated[str, typer.Option(metavar="NAME", help="The scenario of this name, where a file has many.")] = "",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there, not to stdout.")] = None,
    profile: ProfileName = defaults.PROFILE,
    door: Door = "",
    timeout: Seconds = defaults.ANSWER_SECONDS,
    columns: Columns = None,
) -> None:
    """Print the smallest scenario on which two validators still disagree as they do on this one."""
    from vtr.commands import fuzz_action  # noqa: PLC0415 (loads pydantic and the simulator)

    check = fuzz_action.Check(validator, against, profile, door, timeout, columns)
    fuzz_action.shrink_scenario(check, scenario, row, only, out)
