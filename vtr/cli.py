"""The one command, `vtr`: `run` stands here, and the commands of the simulator and the reference validator beside it.

`run` is a thin front on pytest. It reads none of the user's pytest options, ini files, conftest files and plugins, so a
suite gives the same result in every repository; and it prints its own output, in one order, whatever ran in parallel.
Rows go to stdout, words to stderr. Everything heavy is imported inside the commands: `vtr --help` must be quick.
"""

import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import simulator.cli
import vtr.commands.fuzz
import vtr.reference.cli
from simulator.errors import MisuseError
from vtr.bundled import CASES
from vtr.commands.compare import compare_command
from vtr.console import DoorName, Format, to_stdout
from vtr.errors import ScenarioError, ValidatorError
from vtr.reference.errors import VtrError

if TYPE_CHECKING:
    from simulator.admin.story_reader import StorySession
    from vtr.suite.coverage import Coverage
    from vtr.suite.pytest_run import SuiteResult
    from vtr.suite.results import Result

AS_EXPECTED, DIFFERENT, MISUSED, COULD_NOT_RUN, UNANSWERED = 0, 1, 2, 3, 4
INTERRUPTED = 130

app = typer.Typer(
    help="Test anything that computes Amazon's Valid Tracking Rate, against five fake carriers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class SchemaName(StrEnum):
    """Of what a JSON Schema is printed."""

    SCENARIO = "scenario"
    REQUEST = "request"
    ANSWER = "answer"


class Codes(StrEnum):
    """Of which scan codes mutants are made."""

    USUAL = "usual"
    ALL = "all"
    NONE = "none"


class Annotations(StrEnum):
    """Who is told of failures beside the lines of the files."""

    GITHUB = "github"
    NONE = "none"


@app.command()
def run(  # noqa: PLR0913 (a command's options)
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Scenario files, or folders with them. Default: the bundled ones."),
    ] = None,
    *,
    validator: Annotated[
        str,
        typer.Option(
            help="'vtr', 'python:package.module:callable', 'cmd:program arguments' (request as JSON on stdin),"
            " 'cmd+lines:program' (a line each), or a URL that is posted to."
        ),
    ] = "vtr",
    door: Annotated[
        DoorName | None,
        typer.Option(help="How it reaches the carriers. Default: in-process for vtr, server for all others."),
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long the validator has for one answer.")] = 60,
    columns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML that says how the validator calls the columns.")
    ] = None,
    session: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="One session for all scenarios in turn ('demo'), for a service that has the carriers' URLs and"
            " credentials in its own configuration.",
        ),
    ] = "",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the fake carriers' server; 0 picks a free one.")
    ] = 0,
    profile: Annotated[str, typer.Option(help="The profile of scenarios that name none.")] = "us-2019",
    keyword: Annotated[
        str,
        typer.Option("-k", metavar="EXPRESSION", help="Only scenarios whose name, tags or rules match, as in pytest."),
    ] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option(
            metavar="EXPRESSION", help="Only scenarios with this tag, or 'a and not b'. Repeated: one must hold."
        ),
    ] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only the scenario of this name.")] = None,
    last_failed: Annotated[
        bool, typer.Option("--last-failed", help="Only scenarios that failed when they were last run from here.")
    ] = False,
    workers: Annotated[
        str, typer.Option("-n", metavar="N", help="Run in N processes, or 'auto' (needs pytest-xdist).")
    ] = "",
    output: Annotated[Format, typer.Option("--format", help="How results are printed.")] = Format.TABLE,
    rows: Annotated[int, typer.Option(min=0, help="Show the report rows of the first N scenarios (table only).")] = 3,
    out: Annotated[
        Path | None, typer.Option(help="Write the results to this file in --format; stdout gets the table.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="Write the results to this file as JUnit's XML too.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the results to this file as a page too, to be opened from disk.")
    ] = None,
    annotate: Annotated[
        Annotations | None,
        typer.Option(help="Annotate the YAML lines of failures. Default: github where GITHUB_ACTIONS is 'true'."),
    ] = None,
    covering: Annotated[
        bool, typer.Option("--coverage", help="Say which rules, comparisons, scan codes, faults… the run exercised.")
    ] = False,
    coverage_min: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[KIND=]PERCENT",
            help="Exit 1 if less is covered: of rules and comparisons, or of that kind (faults=50). May be repeated.",
        ),
    ] = None,
    coverage_out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the coverage to this file as JSON, to compare with.")
    ] = None,
    coverage_against: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Name what an earlier run's --coverage-out has and this run lacks; exit 1."),
    ] = None,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help="Rewrite what failed scenarios expect to what was reported, for review. Still fails."
        ),
    ] = False,
) -> None:
    """Run scenarios against a validator and compare its report with what they expect."""
    from vtr.reference import files  # noqa: PLC0415 (beside the others)
    from vtr.reference.console import progress_bar  # noqa: PLC0415 (keeps --help quick)
    from vtr.suite import ci_output, interrupts, pytest_run, run_text  # noqa: PLC0415 (loads pytest)
    from vtr.suite import last_failed as failures  # noqa: PLC0415 (beside the next)

    if accept:
        _may_accept(paths)
    wanted = _wanted_coverage(asked=covering, least=coverage_min or (), out=coverage_out, against=coverage_against)
    for target in filter(None, (out, junit, html, coverage_out)):
        files.check_target(target)
    if last_failed and not failures.read():
        typer.echo("nothing failed when it was last run from here; running all", err=True)
    asked = pytest_run.RunOptions(
        paths=tuple(paths or (CASES,)),
        validator=validator,
        door=door.value if door is not None else None,
        profile=profile,
        keyword=keyword,
        tags=tuple(tag or ()),
        workers=workers,
        timeout=timeout,
        columns=columns,
        session=session,
        port=port,
        only=tuple(only or ()),
        last_failed=last_failed,
        coverage=wanted is not None,
    )
    with interrupts.by_signal() as stop:
        try:
            with progress_bar(sys.stderr, "running scenarios") as progress:
                finished = pytest_run.run(asked, progress)
        except KeyboardInterrupt:
            typer.echo("vtr: interrupted; what the validator had started was ended, nothing was written", err=True)
            raise typer.Exit(stop.status) from None
    kept = failures.keep(finished.results, whole=not (keyword or tag or only or last_failed))
    covered = None if wanted is None else wanted(finished)
    _write(finished, output, reports=rows, out=out, covered=covered)
    for file, written in ((junit, ci_output.junit), (html, run_text.page_bytes)):
        if file is not None:
            files.write_bytes(file, written(finished))
    if (annotate or _usual_annotations()) is Annotations.GITHUB:
        lines = "".join(f"{line}\n" for line in ci_output.annotations(finished))
        if out is not None or output is Format.TABLE:
            to_stdout(lines)
        else:  # GitHub reads both streams; rows for a program must stay rows
            typer.echo(lines, err=True, nl=False)
    for line in (
        *([kept] if kept else ()),
        *(_accepted(finished) if accept else ()),
        *([] if covered is None else _coverage_words(covered)),
        *run_text.words(finished),
    ):
        typer.echo(line, err=True)
    raise typer.Exit(_status(finished.results, enough=covered is None or covered.enough))


app.command("compare")(compare_command)


@app.command()
def mutate(
    profile: Annotated[str, typer.Argument(help="A bundled profile's name, or a file.")] = "us-2019",
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
    from time import perf_counter  # noqa: PLC0415 (beside the others)

    from vtr.reference.console import progress_bar  # noqa: PLC0415 (keeps --help quick)
    from vtr.rule_changes.mutate import equivalents as listing  # noqa: PLC0415 (loads DuckDB)
    from vtr.rule_changes.mutate import mutate_text, run  # noqa: PLC0415 (loads DuckDB)

    begun = perf_counter()
    asked = run.MutateOptions(
        profile=profile,
        paths=tuple(paths or (CASES,)),
        only=tuple(only or ()),
        which=codes.value,
        workers=workers or os.cpu_count() or 1,
    )
    equivalents = listing.of_profile(profile) if equivalent is None else listing.read(equivalent)
    with progress_bar(sys.stderr, "judging mutants") as progress:
        finished = run.run(asked, equivalents, progress)
    if output is Format.JSON:
        to_stdout(mutate_text.as_json(finished) + "\n")
    else:
        to_stdout(mutate_text.as_csv(finished) if output is Format.CSV else mutate_text.as_table(finished) + "\n")
    typer.echo(mutate_text.words(finished, perf_counter() - begun), err=True)
    if any(outcome.word == "survived" for outcome in finished.outcomes):
        raise typer.Exit(DIFFERENT)


@app.command("schema")
def schema_command(
    which: Annotated[
        SchemaName,
        typer.Argument(help="scenario: of scenario files, for editors. request, answer: of the validator protocol."),
    ] = SchemaName.SCENARIO,
) -> None:
    """Print a JSON Schema: of scenario files, or of what a validator is given and returns."""
    import json  # noqa: PLC0415 (beside the next)

    from vtr.language import json_schema  # noqa: PLC0415 (loads pydantic)

    to_stdout(json.dumps(json_schema.SCHEMAS[which.value](), ensure_ascii=False, indent=2) + "\n")


def _wanted_coverage(
    *, asked: bool, least: Sequence[str], out: Path | None, against: Path | None
) -> "Callable[[SuiteResult], Coverage] | None":
    """What becomes of a run's coverage; None where nobody asks about it. Wrong options are told before the run."""
    if not (asked or least or out or against):
        return None
    from vtr.reference import files  # noqa: PLC0415 (beside the other)
    from vtr.suite import coverage  # noqa: PLC0415 (only for runs that ask for it)

    minimums = [coverage.minimum(text) for text in least]
    if out is not None and against is not None and out.resolve() == against.resolve():
        raise ScenarioError(f"--coverage-out {out} would overwrite what is compared with; give another file")
    earlier = None if against is None else coverage.read_earlier(against)

    def measure(finished: "SuiteResult") -> "Coverage":
        found = coverage.of(finished.results, minimums, earlier)
        if out is not None:
            files.write_text(out, coverage.as_text(found))
        return found

    return measure


def _coverage_words(covered: "Coverage") -> list[str]:
    from vtr.suite import coverage  # noqa: PLC0415 (only for runs that ask for it)

    return coverage.lines(covered)


def _write(
    finished: "SuiteResult", output: Format, *, reports: int, out: Path | None, covered: "Coverage | None" = None
) -> None:
    """The results in the form asked for, to stdout or to a file; beside a file, people get the table."""
    from vtr.reference import files  # noqa: PLC0415 (beside the other)
    from vtr.suite import run_text  # noqa: PLC0415 (loads pytest)

    table = run_text.as_table(finished, reports=reports) + "\n"
    if output is Format.JSON:
        written = run_text.as_json(finished, covered) + "\n"
    else:
        written = run_text.as_csv(finished) if output is Format.CSV else table
    if out is not None:
        files.write_text(out, written)
    to_stdout(written if out is None else table)


def _usual_annotations() -> Annotations:
    return Annotations.GITHUB if os.environ.get("GITHUB_ACTIONS") == "true" else Annotations.NONE


def _may_accept(paths: Sequence[Path] | None) -> None:
    if os.environ.get("CI"):
        raise ScenarioError(
            "--accept is refused in CI (the variable CI is set), where nobody reads the change; run it at your desk"
        )
    if not paths:
        raise ScenarioError("--accept rewrites scenario files; name the files or folders")


def _accepted(finished: "SuiteResult") -> list[str]:
    """Accept what was reported; the words about it."""
    from vtr.suite import accept as accepting  # noqa: PLC0415 (loads pytest)
    from vtr.suite import collecting  # noqa: PLC0415 (loads pytest)

    accepted = accepting.accept(
        finished.results, profile=finished.asked.profile, spelling=cache(collecting.spelling_of)
    )
    return [
        *map(str, accepted.changes),
        *(f"not accepted: {problem}" for problem in accepted.left),
        *(["review the changes and run again; this run fails all the same"] if accepted.changes else []),
    ]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put it; `.` for this folder.")],
) -> None:
    """Begin a suite of your own: scenarios, a small validator with one mistake, a CI file. Overwrites nothing."""
    from vtr import starter  # noqa: PLC0415 (keeps --help quick)

    to_stdout("".join(f"{path}\n" for path in starter.start(folder)))
    for line in starter.next_steps(folder):
        typer.echo(line, err=True)


@app.command("score")
def score_command(
    report: Annotated[
        Path,
        typer.Argument(
            metavar="REPORT", help="A validator's rows: TSV, CSV, JSON, JSON Lines or Parquet, Amazon's headings too."
        ),
    ],
    *,
    dataset: Annotated[Path, typer.Option(metavar="DIR", help="The folder of `vtr generate` that it judged.")],
    columns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML that says how the validator calls the columns.")
    ] = None,
    min_recall: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="SHARE", help="Good enough is: every condition has at least this recall."),
    ] = None,
    min_precision: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="SHARE", help="Good enough is: every verdict has at least this precision."),
    ] = None,
    rows: Annotated[int, typer.Option(min=0, help="Show the first N rows of each confusion.")] = 3,
    output: Annotated[
        Format, typer.Option("--format", help="How it is printed; CSV has the conditions alone.")
    ] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there, whole or not at all.")] = None,
) -> None:
    """Score a report against the labels of a dataset: precision and recall by condition, rates, confusions.

    Exit status 1 says that something does not agree; with --min-recall or --min-precision, that one is not reached.
    """
    from vtr.reference import files  # noqa: PLC0415 (beside the others)
    from vtr.reference.records.dataset import open_dataset  # noqa: PLC0415 (beside the others)
    from vtr.scoring import score, score_text  # noqa: PLC0415 (loads DuckDB)
    from vtr.validators import columns as names  # noqa: PLC0415 (beside the other)

    if out is not None:
        files.check_target(out)
    mapped = names.Columns() if columns is None else names.read(columns, str(columns))
    scored = score.score(report, open_dataset(dataset), mapped, rows)
    write = {Format.JSON: score_text.as_json, Format.CSV: score_text.as_csv}.get(output, score_text.as_table)
    _to(out, write(scored))
    for line in score_text.words(scored):
        typer.echo(line, err=True)
    raise typer.Exit(AS_EXPECTED if scored.is_good(min_recall, min_precision) else DIFFERENT)


@app.command("extract")
def extract_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of `vtr generate`.")],
    rows: Annotated[
        list[str],
        typer.Argument(
            metavar="ROW...", help="An order's id, perhaps with / and a package, or a row of `expected`, from 1."
        ),
    ],
    *,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there, whole or not at all.")] = None,
) -> None:
    """Turn rows of a dataset into scenarios: each order's story, and what the report must show of it."""
    from vtr.reference import files  # noqa: PLC0415 (beside the other)
    from vtr.reference.records.dataset import open_dataset  # noqa: PLC0415 (beside the others)
    from vtr.scoring import extract  # noqa: PLC0415 (loads DuckDB)

    if out is not None:
        files.check_target(out)
    _to(out, extract.extract(open_dataset(folder), rows))


def _to(out: Path | None, text: str) -> None:
    """To a file, or to stdout."""
    from vtr.reference import files  # noqa: PLC0415 (keeps --help quick)

    if out is None:
        to_stdout(text)
    else:
        files.write_text(out, text)


def _status(results: "Sequence[Result]", *, enough: bool = True) -> int:
    """The exit status. enough: whether coverage is as it was asked for."""
    if any(result["misused"] for result in results):
        return MISUSED
    if any(result["outcome"] == "error" for result in results):
        return COULD_NOT_RUN
    if not enough or any(result["outcome"] == "failed" for result in results):
        return DIFFERENT
    return UNANSWERED if any(result["unanswered"] for result in results) else AS_EXPECTED


# Without a name their commands stand beside `run`.
app.add_typer(simulator.cli.app)
app.add_typer(vtr.reference.cli.app)
app.add_typer(vtr.commands.fuzz.app)


_CTRL_C_IN_DUCKDB = "Query interrupted"  # which turns a KeyboardInterrupt into a RuntimeError


def main() -> None:
    """Run the command; a user's mistake is one message and an exit status, never a traceback."""
    _open_what_is_closed()
    try:
        app(obj=_stories)
    except ValidatorError as error:
        _give_up(error, COULD_NOT_RUN)
    except (ScenarioError, MisuseError, VtrError) as error:
        _give_up(error, MISUSED)
    except OSError as error:  # such as a full disk behind stdout; files that are read have their own messages
        where = f"{error.filename}: " if error.filename else "output cannot be written: "
        _give_up(OSError(f"{where}{error.strerror or error}"), MISUSED)
    except RuntimeError as error:
        if str(error) != _CTRL_C_IN_DUCKDB:
            raise
        _give_up(KeyboardInterrupt("interrupted"), INTERRUPTED)


def _open_what_is_closed() -> None:
    """Let a stream that our caller has closed (`>&-`) lead nowhere, for the processes that we start too.

    Otherwise the next file to be opened would take its number, and pytest breaks down without stderr.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 (open as long as the process is)
            os.set_inheritable(nowhere.fileno(), True)  # noqa: FBT003 (takes no keyword)
            setattr(sys, name, nowhere)
            setattr(sys, f"__{name}__", nowhere)


def _stories(text: str) -> "StorySession":
    """What `vtr serve` reads scenarios with: the simulator's commands know none of it."""
    from vtr.play import session_reader  # noqa: PLC0415 (loads the reference validator's profiles)

    return session_reader.read_session(text)


def _give_up(error: BaseException, status: int) -> None:
    typer.echo(f"vtr: {error}", err=True)
    sys.exit(status)
