"""The command `vtr compare`. What it needs is imported when it runs: `vtr --help` must be quick."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vtr.bundled import CASES
from vtr.console import DoorName
from vtr.errors import ScenarioError

if TYPE_CHECKING:
    from vtr.rule_changes.compare.budget import Budget
    from vtr.rule_changes.compare.findings import CompareResult
    from vtr.rule_changes.compare.sides import Side

_AS_EXPECTED, _DIFFERENT, _UNANSWERED = 0, 1, 4
_LONGEST_SECONDS = 86_400
_SAMPLES, _SAMPLES_OF_A_PAGE = 10, 1_000


class CompareFormat(StrEnum):
    """How a comparison is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"


def compare_command(  # noqa: PLR0913 (a command's options)
    base: Annotated[
        str,
        typer.Argument(
            metavar="BASE",
            help="A profile's name or file, a validator ('vtr', 'python:…', 'cmd:…', 'cmd+lines:…', a URL), 'git:REF:'"
            " and one of them at a commit, or 'git:REF': the other side at a commit.",
        ),
    ],
    head: Annotated[str, typer.Argument(metavar="HEAD", help="The same, after the change.")],
    *,
    scenarios: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Scenario files, or folders with them; repeated. Default: the bundled ones."),
    ] = None,
    dataset: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A dataset of `vtr generate`, in place of scenarios.")
    ] = None,
    orders: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own files, as `vtr check` reads them: orders,")
    ] = None,
    confirmations: Annotated[
        list[str] | None, typer.Option(metavar="FILE[@INSTANT]", help="confirmations and edits,")
    ] = None,
    scans: Annotated[Path | None, typer.Option(metavar="FILE", help="and scans collected before.")] = None,
    as_of: Annotated[
        str, typer.Option(metavar="INSTANT", help="When the reports over files are made. Default: the dataset's.")
    ] = "",
    samples: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="How many flipped rows are told of in full, with both explanations. Default: 10, or 1,000 for html.",
        ),
    ] = None,
    max_flips: Annotated[int | None, typer.Option(min=0, help="More flipped rows than this: exit status 1.")] = None,
    max_rate_change: Annotated[
        float | None,
        typer.Option(
            metavar="POINTS",
            min=0,
            help="A rate, of a category or of all, that changes by more percentage points: exit status 1.",
        ),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="The profile of scenarios that name none, where both sides are validators.")
    ] = "us-2019",
    door: Annotated[
        DoorName | None, typer.Option(help="How a `python:` validator reaches the carriers. Default: server.")
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long a validator has for one answer.")] = 60,
    columns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML that says how the validators call the columns.")
    ] = None,
    output: Annotated[
        CompareFormat,
        typer.Option(
            "--format",
            help="How it is printed; markdown: for a comment on a pull request; html: a page of its own, with every"
            " row's story, to be opened from disk.",
        ),
    ] = CompareFormat.TABLE,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there, whole or not at all.")] = None,
) -> None:
    """Show what a change of rules flips: which rows, by which clause, and what it does to the rates.

    Without a budget (--max-flips, --max-rate-change) nothing is expected, so flips are no failure: exit status 0.
    """
    from vtr.reference import files  # noqa: PLC0415 (beside the others)
    from vtr.rule_changes.compare import sides  # noqa: PLC0415 (loads sqlglot)
    from vtr.rule_changes.compare.budget import Budget  # noqa: PLC0415 (the same)

    if out is not None:
        files.check_target(out)
    budget = Budget(max_flips, max_rate_change)
    told = samples if samples is not None else _SAMPLES_OF_A_PAGE if output is CompareFormat.HTML else _SAMPLES
    with sides.opened(base, head) as pair:
        given = _Given(dataset, orders, tuple(confirmations or ()), scans, as_of)
        if given.anything:
            if scenarios:
                raise ScenarioError("--scenarios and files exclude each other; compare over one of them")
            with _over_files(*pair, given, told) as found:
                status = _show(found, budget, output, out)
        else:
            playing = _Playing(tuple(scenarios or (CASES,)), profile, door, timeout, columns)
            status = _show(_over_scenarios(*pair, playing, told), budget, output, out)
    raise typer.Exit(status)


@dataclass(frozen=True, slots=True)
class _Playing:
    """How scenarios are played."""

    paths: tuple[Path, ...]
    profile: str
    door: DoorName | None
    timeout: float
    columns: Path | None


@dataclass(frozen=True, slots=True)
class _Given:
    """The files that were named."""

    dataset: Path | None
    orders: Path | None
    confirmations: tuple[str, ...]
    scans: Path | None
    as_of: str

    @property
    def anything(self) -> bool:
        """Whether files were named at all. An instant alone is about files too."""
        return any((self.dataset, self.orders, self.confirmations, self.scans, self.as_of))


def _over_scenarios(base: "Side", head: "Side", playing: _Playing, samples: int) -> "CompareResult":
    from vtr import validators  # noqa: PLC0415 (loads pytest)
    from vtr.reference.console import progress_bar  # noqa: PLC0415 (beside the others)
    from vtr.rule_changes.compare import over_scenarios  # noqa: PLC0415 (the same)
    from vtr.validators import columns  # noqa: PLC0415 (the same)

    if not 0 < playing.timeout <= _LONGEST_SECONDS:
        raise ScenarioError(
            f"--timeout {playing.timeout:g}: expected seconds, more than 0 and at most {_LONGEST_SECONDS}"
        )
    given = playing.columns
    names = validators.Columns() if given is None else columns.read(given, str(given))
    over = over_scenarios.Over(
        playing.paths,
        playing.profile,
        playing.door.value if playing.door is not None else None,
        validators.Limits(seconds=playing.timeout, columns=names),
    )
    with progress_bar(sys.stderr, "running scenarios") as progress:
        return over_scenarios.compared(base, head, over, samples, progress)


@contextmanager
def _over_files(base: "Side", head: "Side", given: _Given, samples: int) -> "Iterator[CompareResult]":
    from vtr.reference.engine.parquet import ParquetFiles  # noqa: PLC0415 (the same)
    from vtr.reference.instants import instant_text, read_instant  # noqa: PLC0415 (beside the others)
    from vtr.reference.records import dataset  # noqa: PLC0415 (beside the others)
    from vtr.rule_changes.compare import over_files  # noqa: PLC0415 (loads DuckDB)

    with ExitStack() as stack:
        files: ParquetFiles
        if given.dataset is not None:
            if given.orders or given.confirmations or given.scans:
                raise ScenarioError("--dataset names its files itself; leave --orders, --confirmations and --scans out")
            known = dataset.open_dataset(given.dataset)
            files = ParquetFiles(**stack.enter_context(dataset.as_parquet(known)))
            instant = given.as_of or instant_text(known.as_of)
            told, words = {"dataset": str(given.dataset)}, str(given.dataset)
        else:
            if given.orders is None or not given.confirmations or given.scans is None or not given.as_of:
                raise ScenarioError(
                    "files are compared by --orders, --confirmations, --scans and --as-of, all four; or by --dataset"
                )
            files = stack.enter_context(over_files.as_parquet(given.orders, given.confirmations, given.scans))
            instant = given.as_of
            told, words = {"orders": str(given.orders)}, str(given.orders)
        as_of = read_instant(instant, "--as-of")
        over = over_files.Over(files, as_of, {**told, "as_of": instant}, f"{words} at {instant}")
        yield stack.enter_context(over_files.compared(base, head, over, samples))


def _show(found: "CompareResult", budget: "Budget", output: CompareFormat, out: Path | None) -> int:
    """Write a comparison and the words beside it; gives the exit status."""
    from vtr.reference.files import replacing  # noqa: PLC0415 (keeps --help quick)
    from vtr.rule_changes.compare import compare_text  # noqa: PLC0415 (beside the next)

    written = (piece.encode("utf-8", "backslashreplace") for piece in compare_text.pieces(found, budget, output.value))
    if out is None:
        stream = typer.get_binary_stream("stdout")
        stream.writelines(written)
        stream.flush()
    else:
        with replacing(out) as stream:
            stream.writelines(written)
    for line in compare_text.words(found, budget):
        typer.echo(line, err=True)
    if budget.exceeded(found):
        return _DIFFERENT
    return _UNANSWERED if found.unanswered else _AS_EXPECTED
