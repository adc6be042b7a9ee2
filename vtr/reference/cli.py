"""The commands of the reference validator: `check`, `inspect` and `rules`.

Rows go to stdout, words to stderr. Only Typer is imported here; what a command needs is imported inside it, so that
`vtr --help` stays quick. A user's mistake is one message and exit status 2, never a traceback.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vtr.reference.console import ExitStatus
from vtr.reference.errors import InputError, VtrError

if TYPE_CHECKING:
    from datetime import datetime

    from vtr.reference.clients.endpoints import Endpoints
    from vtr.reference.engine.parquet import ParquetFiles
    from vtr.reference.layouts import Layout
    from vtr.reference.records import Upload
    from vtr.reference.records.dataset import Dataset
    from vtr.reference.report.report import Report
    from vtr.reference.report.report_text import ReportView
    from vtr.reference.rules.profile_reader import Profile

app = typer.Typer(
    help="The reference validator of Amazon's Valid Tracking Rate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class ReportFormat(StrEnum):
    """How a report is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"


class ConfirmationsFormat(StrEnum):
    """What files of confirmations hold."""

    LINES = "lines"
    FLAT_FILE = "flat-file"
    CONFIRM_SHIPMENT = "confirm-shipment"


class HeaderLanguage(StrEnum):
    """The language of a report's header line."""

    EN = "en"
    ZH = "zh"


class RulesFormat(StrEnum):
    """How rules, or the events of an answer, are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


_BY_SUFFIX = {".json": ReportFormat.JSON, ".csv": ReportFormat.CSV, ".tsv": ReportFormat.TSV}
_PARQUET = ".parquet"
_USUAL_PROFILE = "us-2019"


@app.command("check")
def check_command(  # noqa: PLR0913 (a command's options)
    *,
    orders: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Orders, one a line: CSV, TSV, JSON, JSON Lines or Parquet.")
    ] = None,
    confirmations: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE[@INSTANT]",
            help="Confirmations and edits: one submission a line in the same formats, Amazon's flat file, or bodies of"
            " confirmShipment. Several files in upload order; Amazon's with the instant of upload behind an @.",
        ),
    ] = None,
    dataset: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A folder of `vtr generate`, in place of --orders, --confirmations and --scans. Nobody is asked,"
            " unless --carriers says whom.",
        ),
    ] = None,
    as_of: Annotated[
        str,
        typer.Option(
            metavar="INSTANT",
            help="When the report is made, with its zone: 2026-04-01T00:00:00Z. Default: a dataset's own instant.",
        ),
    ] = "",
    carriers: Annotated[
        str,
        typer.Option(
            metavar="URL|FILE",
            help="Whom to ask: the URL of `vtr serve`, or a JSON file with a carriers block. Default: the real"
            " carriers, with credentials from the environment (VTR_UPS_CLIENT_ID and so on).",
        ),
    ] = "",
    scans: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Scans collected before; then nobody is asked.")
    ] = None,
    confirmations_format: Annotated[
        ConfirmationsFormat | None, typer.Option(help="What --confirmations hold. Default: as their content says.")
    ] = None,
    profile: Annotated[
        str,
        typer.Option(
            help="The policy: a bundled profile's name, or a YAML file.", show_default="a dataset's own, or us-2019"
        ),
    ] = "",
    layout: Annotated[
        str, typer.Option(help="The columns of CSV and TSV: us-2019 or uk-2021. Default: the profile's.")
    ] = "",
    headers: Annotated[HeaderLanguage, typer.Option(help="The language of their header line.")] = HeaderLanguage.EN,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Say of each package that is not valid why: submission, scans, rule. In JSON of all.",
        ),
    ] = False,
    output: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="How it is printed. Default: as --out ends, or table."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write there, whole or not at all; .parquet makes a Parquet file."),
    ] = None,
    summary: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the rates there, overall and by category: .csv, .tsv or .json."),
    ] = None,
    performance: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write validTrackingRate there, as Amazon's seller performance report has it."
        ),
    ] = None,
) -> None:
    """Make the report: which packages have no valid tracking and why, and the rates.

    Exit status 4 says that some packages could not be judged, because a carrier gave no usable answer.
    """
    with _one_message():
        from vtr.reference.layouts import layout_named  # noqa: PLC0415 (keeps --help quick)
        from vtr.reference.rules.profile_reader import load_profile  # noqa: PLC0415 (the same)

        named = _Named(orders, tuple(confirmations or ()), scans, dataset, as_of)
        found = _dataset(named)
        profile = profile or (found.profile if found else "") or _USUAL_PROFILE
        policy = load_profile(profile)
        columns = layout_named(layout or policy.layout)
        if carriers and scans is not None:
            raise InputError("--carriers and --scans exclude each other: with scans collected before nobody is asked")
        if out is not None and out.suffix.lower() == _PARQUET and output is not None:
            raise InputError(f"--out {out} is a Parquet file; leave --format {output.value} away, or name another file")
        _check_outputs(out, summary, performance)
        form = output or (_BY_SUFFIX.get(out.suffix.lower()) if out else None) or ReportFormat.TABLE
        with (
            _given(named, found, confirmations_format, carriers) as given,
            _shown(policy, profile, given, explain=explain) as shown,
        ):
            _write_rates(shown, policy, summary, performance)
            _write(shown, form, columns, headers.value, out)
            _words(shown, explained=form is not ReportFormat.JSON)
            unanswered = bool(shown.unanswered)
    raise typer.Exit(ExitStatus.UNANSWERED if unanswered else ExitStatus.AS_EXPECTED)


@app.command("rules")
def rules_command(
    *,
    profile: Annotated[str, typer.Option(help="The policy: a bundled profile's name, or a YAML file.")] = "us-2019",
    output: Annotated[RulesFormat, typer.Option("--format", help="How the rules are printed.")] = RulesFormat.TABLE,
) -> None:
    """List a profile's rules in the order of decision, and the columns that their conditions may use."""
    with _one_message():
        from vtr.reference.report.report_text import rules_pieces, rules_words  # noqa: PLC0415 (the same)
        from vtr.reference.rules.profile_reader import load_profile  # noqa: PLC0415 (keeps --help quick)

        loaded = load_profile(profile)
        _to_stdout(rules_pieces(loaded, output.value))
        typer.echo(rules_words(loaded), err=True)


@app.command("inspect")
def inspect_command(
    *,
    carrier: Annotated[str, typer.Argument(metavar="CARRIER", help="ups, usps, fedex, dhl or chinapost.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The saved answer, JSON as it came; - for stdin.")],
    profile: Annotated[
        str, typer.Option(help="Which classes of events count as a scan: a bundled profile's name, or a YAML file.")
    ] = "us-2019",
    output: Annotated[RulesFormat, typer.Option("--format", help="How the events are printed.")] = RulesFormat.TABLE,
) -> None:
    """Show what is read in a carrier's answer: which events are physical scans, and why.

    Exit status 4 says that the answer, or a part of it, does not let that be decided.
    """
    with _one_message():
        from vtr.reference import inspection  # noqa: PLC0415 (keeps --help quick)

        piped = str(file) == "-"
        origin = "stdin" if piped else str(file)
        document = (
            inspection.read_document(typer.get_binary_stream("stdin").read(), origin)
            if piped
            else inspection.read_file(file)
        )
        shown = inspection.inspect(carrier, document, profile, origin)
        _to_stdout(inspection.pieces(shown, output.value))
        for line in inspection.words(shown):
            typer.echo(line, err=True)
        undecided = any(shipment.outcome == "unanswered" for shipment in shown.shipments)
    raise typer.Exit(ExitStatus.UNANSWERED if undecided else ExitStatus.AS_EXPECTED)


@contextmanager
def _one_message() -> Iterator[None]:
    """A user's mistake as one message and its exit status."""
    try:
        yield
    except VtrError as error:
        typer.echo(f"vtr: {error}", err=True)
        raise typer.Exit(ExitStatus.MISUSED) from None


@dataclass(frozen=True, slots=True)
class _Named:
    """What the command line names to make a report from; None, an empty text or an empty tuple: not given."""

    orders: Path | None
    confirmations: tuple[str, ...]
    scans: Path | None
    dataset: Path | None
    as_of: str


def _dataset(named: _Named) -> "Dataset | None":
    """The dataset, if one is named. Raises InputError when that, and what else is named, is too much or too little."""
    files = {"--orders": named.orders, "--confirmations": named.confirmations, "--scans": named.scans}
    if named.dataset is not None:
        from vtr.reference.records.dataset import open_dataset  # noqa: PLC0415 (keeps --help quick)

        for option, value in files.items():
            if value:
                raise InputError(f"{option} and --dataset exclude each other: the dataset names its own files")
        return open_dataset(named.dataset)
    needed = {"--orders": named.orders, "--confirmations": named.confirmations, "--as-of": named.as_of}
    missing = [option for option, value in needed.items() if not value]
    if missing:
        raise InputError(f"{', '.join(missing)}: needed, or --dataset with a folder of `vtr generate`")
    return None


@contextmanager
def _given(
    named: _Named, dataset: "Dataset | None", form: ConfirmationsFormat | None, carriers: str
) -> "Iterator[_Given]":
    """What a report is made from, as long as the context lasts."""
    from vtr.reference.instants import read_instant  # noqa: PLC0415 (keeps --help quick)
    from vtr.reference.records import Upload, upload_named  # noqa: PLC0415 (the same)

    if dataset is None:
        assert named.orders is not None  # noqa: S101 (`_dataset` has refused that)
        uploads = tuple(upload_named(text) for text in named.confirmations)
        yield _Given(named.orders, uploads, form, read_instant(named.as_of, "--as-of"), carriers, named.scans)
        return
    from vtr.reference.records.dataset import as_parquet  # noqa: PLC0415 (the same)

    instant = read_instant(named.as_of, "--as-of") if named.as_of else dataset.as_of
    with as_parquet(dataset) as files:
        uploads = (Upload(files["confirmations"]),)
        yield _Given(files["orders"], uploads, form, instant, carriers, None if carriers else files["scans"])


@dataclass(frozen=True, slots=True)
class _Given:
    """What a report is made from: files, the instant, and whom to ask (carriers) or what they said before (scans)."""

    orders: Path
    confirmations: "tuple[Upload, ...]"
    confirmations_format: ConfirmationsFormat | None
    as_of: "datetime"
    carriers: str
    scans: Path | None

    def parquet(self) -> "ParquetFiles | None":
        """The files, if all are Parquet of any size and nobody is asked."""
        from vtr.reference.engine.parquet import ParquetFiles  # noqa: PLC0415 (keeps --help quick)

        if self.scans is None or len(self.confirmations) != 1 or self.confirmations[0].submitted_at is not None:
            return None
        if self.confirmations_format not in {None, ConfirmationsFormat.LINES}:
            return None
        files = ParquetFiles(self.orders, self.confirmations[0].path, self.scans)
        paths = (files.orders, files.confirmations, files.scans)
        return files if all(path.suffix.lower() == _PARQUET for path in paths) else None


@contextmanager
def _shown(policy: "Profile", profile: str, given: _Given, *, explain: bool) -> "Iterator[ReportView]":
    """The report, ready to be written: over files of any size if all are Parquet; in memory otherwise, or explained."""
    from vtr.reference.report.report_text import ReportView, percent_text, report_view  # noqa: PLC0415 (keeps --help quick)

    files = None if explain else given.parquet()
    if files is None:
        yield report_view(_report(profile, given, explain=explain), policy)
        return
    from vtr.reference.engine.in_memory import window_of  # noqa: PLC0415 (the same)
    from vtr.reference.engine.parquet import ParquetEngine  # noqa: PLC0415 (the same)

    with ParquetEngine(policy, files) as engine:
        engine.decide(given.as_of)
        window = window_of(policy, given.as_of)
        yield ReportView(
            profile=policy.name,
            target=percent_text(policy.target.as_integer_ratio()),
            as_of=given.as_of,
            window_start=window.start,
            window_end=window.end,
            rows=engine.rows,
            rates=engine.rates(),
            unanswered=engine.unanswered(),
            excluded=engine.excluded,
            excluded_counts=engine.excluded_counts(),
            lines=engine.lines,
            batches=engine.batches,
        )


def _report(profile: str, given: _Given, *, explain: bool) -> "Report":
    from vtr.reference import checking, records  # noqa: PLC0415 (keeps --help quick)
    from vtr.reference.console import progress_bar  # noqa: PLC0415 (the same)

    orders = records.read_orders(given.orders)
    form = next((form for form in records.FORMATS if form == given.confirmations_format), None)
    confirmed = records.read_confirmations(given.confirmations, form)
    for note in confirmed.notes:
        typer.echo(f"note: {note}", err=True)
    if given.scans is not None:
        collected = records.read_scans(given.scans)
        return checking.check_collected(
            orders, confirmed.submissions, collected, profile, as_of=given.as_of, explain=explain
        )
    endpoints = _endpoints(given.carriers)
    with progress_bar(sys.stderr, "asking the carriers") as progress:
        asking = checking.Asking(progress=progress, at_once=True)
        return checking.check(
            orders, confirmed.submissions, endpoints, profile, as_of=given.as_of, asking=asking, explain=explain
        )


def _endpoints(carriers: str) -> "Endpoints":
    import os  # noqa: PLC0415 (beside the next)

    from vtr.reference.clients import endpoints  # noqa: PLC0415 (keeps --help quick)

    if not carriers:
        return endpoints.from_environment(os.environ)
    if carriers.startswith(("http://", "https://")):
        return endpoints.from_server(carriers)
    return endpoints.from_file(Path(carriers))


def _write(shown: "ReportView", form: ReportFormat, layout: "Layout", language: str, out: Path | None) -> None:
    from vtr.reference.files import replacing  # noqa: PLC0415 (keeps --help quick)
    from vtr.reference.layouts import write_batches, write_report  # noqa: PLC0415 (the same)
    from vtr.reference.report.report_text import report_pieces  # noqa: PLC0415 (the same)

    if out is None:
        _to_stdout(report_pieces(shown, form.value, layout, language))
    elif out.suffix.lower() == _PARQUET:
        if shown.batches is not None:
            write_batches(out, shown.batches())
        else:
            write_report(out, shown.rows(), "parquet", layout)
    else:
        with replacing(out) as stream:
            stream.writelines(piece.encode() for piece in report_pieces(shown, form.value, layout, language))


def _write_rates(shown: "ReportView", policy: "Profile", summary: Path | None, performance: Path | None) -> None:
    import json  # noqa: PLC0415 (beside the next)

    from vtr.reference.files import write_text  # noqa: PLC0415 (keeps --help quick)
    from vtr.reference.report.performance import performance_report  # noqa: PLC0415 (the same)
    from vtr.reference.report.summary import summary_text  # noqa: PLC0415 (the same)

    window = (shown.window_start, shown.window_end)
    if summary is not None:
        write_text(summary, summary_text(summary, shown.rates, window))
    if performance is not None:
        report = performance_report(shown.rates[0], window, float(policy.target), policy.marketplace)
        write_text(performance, json.dumps(report, indent=2) + "\n")


def _check_outputs(out: Path | None, summary: Path | None, performance: Path | None) -> None:
    """Refuse what cannot be written before carriers are asked, which takes long."""
    from vtr.reference.files import check_target  # noqa: PLC0415 (keeps --help quick)
    from vtr.reference.report.summary import summary_suffix  # noqa: PLC0415 (the same)

    named: dict[Path, str] = {}
    for option, path in {"--out": out, "--summary": summary, "--performance": performance}.items():
        if path is None:
            continue
        check_target(path)
        if (other := named.setdefault(path.absolute(), option)) != option:
            raise InputError(f"{other} and {option} are both {path}; name two files")
    if summary is not None:
        summary_suffix(summary)


def _to_stdout(pieces: Iterable[str]) -> None:
    """UTF-8 whatever the locale: a report must not depend on it."""
    stream = typer.get_binary_stream("stdout")
    stream.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)
    stream.flush()


def _words(shown: "ReportView", *, explained: bool) -> None:
    from vtr.reference.report.report_text import explanation_words, report_words  # noqa: PLC0415 (keeps --help quick)

    for line in (*report_words(shown), *(explanation_words(shown) if explained else ())):
        typer.echo(line, err=True)
