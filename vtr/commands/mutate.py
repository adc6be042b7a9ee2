"""The command `vtr mutate`: its options. What it does is in `mutate_action`, which is imported when it runs."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vtr import defaults
from vtr.bundled import CASES
from vtr.console import Format


class Codes(StrEnum):
    """Of which scan codes mutants are made."""

    USUAL = "usual"
    ALL = "all"
    NONE = "none"


def mutate(
    profile: Annotated[str, typer.Argument(help="A bundled profile's name, or a file.")] = defaults.PROFILE,
    *,
    paths: Annotated[
        list[Path] | None,
        typer.Option("--scenarios", metavar="PATH", help="Scenario files or folders. Default: the bundled ones."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only mutants of this rule or setting, or this one mutant. May be repeated."),
    ] = None,
    codes: Annotated[
        Codes,
        typer.Option(help="Scan codes whose class is changed: those of the kinds of events in scenarios, or all."),
    ] = Codes.USUAL,
    equivalent: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="YAML: mutants that nothing can notice, each with its reason. Default: the bundled list.",
        ),
    ] = None,
    workers: Annotated[int, typer.Option("-n", min=0, metavar="N", help="Processes; 0: one for each core.")] = 0,
    output: Annotated[Format, typer.Option("--format", help="How results are printed.")] = Format.TABLE,
) -> None:
    """Break the rules of a profile one at a time and see whether the scenarios notice."""
    from vtr.commands import mutate_action  # noqa: PLC0415 (loads DuckDB)

    options = mutate_action.MutateOptions(
        profile=profile,
        paths=tuple(paths or (CASES,)),
        only=tuple(only or ()),
        which=codes.value,
        workers=workers or os.cpu_count() or 1,
    )
    raise typer.Exit(mutate_action.mutate_profile(options, equivalent, output))
