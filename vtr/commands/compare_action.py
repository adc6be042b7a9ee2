"""What `vtr compare` does: compare two sides over scenarios or over files, and write what flips."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from vtr import validators
from vtr.errors import ScenarioError
from vtr.reference import files
from vtr.reference.console import ExitStatus, progress_bar
from vtr.reference.engine.parquet import ParquetFiles
from vtr.reference.instants import instant_text, read_instant
from vtr.reference.records import dataset
from vtr.rule_changes.compare import compare_text, over_files, over_scenarios, sides
from vtr.rule_changes.compare.budget import Budget
from vtr.rule_changes.compare.findings import CompareResult
from vtr.rule_changes.compare.sides import ComparedSide
from vtr.suite.options import check_timeout
from vtr.validators import columns

__all__ = ["Budget", "FileInputs", "Outputs", "ScenarioInputs", "compare_sides"]


@dataclass(frozen=True, slots=True)
class ScenarioInputs:
    """The scenarios to compare over, and how they are run.

    door: how `python:` validators reach the carriers; None for the usual way.
    timeout: of one answer, in seconds.
    columns: a file with the validators' names of the columns.
    are_named: whether the user named the paths.
    """

    paths: tuple[Path, ...]
    profile: str
    door: str | None
    timeout: float
    columns: Path | None
    are_named: bool


@dataclass(frozen=True, slots=True)
class FileInputs:
    """The files to compare over: a dataset, or the user's own. as_of: the instant of the reports, empty for none."""

    dataset: Path | None
    orders: Path | None
    confirmations: tuple[str, ...]
    scans: Path | None
    as_of: str

    @property
    def are_named(self) -> bool:
        """Whether any is named. An instant alone is about files too."""
        return any((self.dataset, self.orders, self.confirmations, self.scans, self.as_of))


@dataclass(frozen=True, slots=True)
class Outputs:
    """How a comparison is printed.

    format: table, json, csv, markdown or html.
    samples: how many flipped rows are printed in full.
    budget: what may flip.
    out: a file in place of stdout.
    """

    format: str
    samples: int
    budget: Budget
    out: Path | None


def compare_sides(base: str, head: str, scenarios: ScenarioInputs, named: FileInputs, outputs: Outputs) -> ExitStatus:
    """Compare two sides, named as on the command line, and write the comparison; the exit status."""
    if outputs.out is not None:
        files.check_target(outputs.out)
    with sides.open_sides(base, head) as pair:
        if not named.are_named:
            return _write(_compare_over_scenarios(*pair, scenarios, outputs.samples), outputs)
        if scenarios.are_named:
            raise ScenarioError("--scenarios and files exclude each other; compare over one of them")
        with _compare_over_files(*pair, named, outputs.samples) as found:
            return _write(found, outputs)


def _compare_over_scenarios(
    base: ComparedSide, head: ComparedSide, inputs: ScenarioInputs, samples: int
) -> CompareResult:
    check_timeout(inputs.timeout)
    given = inputs.columns
    names = validators.Columns() if given is None else columns.load_columns(given, str(given))
    limits = validators.Limits(seconds=inputs.timeout, columns=names)
    over = over_scenarios.ScenarioInputs(inputs.paths, inputs.profile, inputs.door, limits)
    with progress_bar(sys.stderr, "running scenarios") as progress:
        return over_scenarios.compare_scenarios(base, head, over, samples, progress)


@contextmanager
def _compare_over_files(
    base: ComparedSide, head: ComparedSide, named: FileInputs, samples: int
) -> Iterator[CompareResult]:
    with ExitStack() as stack:
        tables: ParquetFiles
        if named.dataset is not None:
            if named.orders or named.confirmations or named.scans:
                raise ScenarioError("--dataset names its files itself; leave --orders, --confirmations and --scans out")
            known = dataset.open_dataset(named.dataset)
            tables = ParquetFiles(**stack.enter_context(dataset.as_parquet(known)))
            instant = named.as_of or instant_text(known.as_of)
            source = {"dataset": str(named.dataset)}
        else:
            if named.orders is None or not named.confirmations or named.scans is None or not named.as_of:
                raise ScenarioError(
                    "files are compared by --orders, --confirmations, --scans and --as-of, all four; or by --dataset"
                )
            tables = stack.enter_context(over_files.as_parquet(named.orders, named.confirmations, named.scans))
            instant = named.as_of
            source = {"orders": str(named.orders)}
        as_of = read_instant(instant, "--as-of")
        (name,) = source.values()
        over = over_files.FileInputs(tables, as_of, {**source, "as_of": instant}, f"{name} at {instant}")
        yield stack.enter_context(over_files.compare_files(base, head, over, samples))


def _write(found: CompareResult, outputs: Outputs) -> ExitStatus:
    """Write a comparison, and words about it to stderr; the exit status."""
    pieces = compare_text.render(found, outputs.budget, outputs.format)
    encoded = (piece.encode("utf-8", "backslashreplace") for piece in pieces)
    if outputs.out is None:
        stream = typer.get_binary_stream("stdout")
        stream.writelines(encoded)
        stream.flush()
    else:
        with files.replacing(outputs.out) as stream:
            stream.writelines(encoded)
    for line in compare_text.summary_lines(found, outputs.budget):
        typer.echo(line, err=True)
    if outputs.budget.exceeded(found):
        return ExitStatus.DIFFERENT
    return ExitStatus.UNANSWERED if found.unanswered else ExitStatus.AS_EXPECTED
