"""What `vtr mutate` does: judge the mutants of a profile, and print which of them survived."""

import sys
from pathlib import Path
from time import perf_counter

import typer

from vtr.console import Format, to_stdout
from vtr.reference.console import ExitStatus, progress_bar
from vtr.rule_changes.mutate import equivalents, mutate_text
from vtr.rule_changes.mutate import run as mutate_run
from vtr.rule_changes.mutate.run import MutateOptions

__all__ = ["MutateOptions", "mutate_profile"]


def mutate_profile(options: MutateOptions, equivalent: Path | None, output: Format) -> ExitStatus:
    """Judge the mutants and print them; the exit status. equivalent: a list in place of the bundled one."""
    begun = perf_counter()
    listed = equivalents.of_profile(options.profile) if equivalent is None else equivalents.read(equivalent)
    with progress_bar(sys.stderr, "judging mutants") as progress:
        finished = mutate_run.run(options, listed, progress)
    if output is Format.JSON:
        to_stdout(mutate_text.as_json(finished) + "\n")
    else:
        to_stdout(mutate_text.as_csv(finished) if output is Format.CSV else mutate_text.as_table(finished) + "\n")
    typer.echo(mutate_text.summary(finished, perf_counter() - begun), err=True)
    survived = any(outcome.word == "survived" for outcome in finished.outcomes)
    return ExitStatus.DIFFERENT if survived else ExitStatus.AS_EXPECTED
