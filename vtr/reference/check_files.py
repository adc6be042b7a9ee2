"""What `vtr check` does: a report from files, written as rows, rates and words.

Over files of any size if all are Parquet and hold scans collected before; in memory otherwise. Everything that can be
refused is refused before carriers are asked, which takes long.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer

from vtr.reference import checking, records
from vtr.reference.clients import endpoints
from vtr.reference.console import progress_bar, write_stdout
from vtr.reference.engine.in_memory import window_of
from vtr.reference.engine.parquet import ParquetEngine, ParquetFiles
from vtr.reference.errors import InputError
from vtr.reference.files import check_target, replacing, write_text
from vtr.reference.instants import read_instant
from vtr.reference.layouts import Layout, layout_named, write_batches, write_rows
from vtr.reference.records import Upload, upload_named
from vtr.reference.records.dataset import Dataset, as_parquet, open_dataset
from vtr.reference.report.performance import performance_report
from vtr.reference.report.report import Report
from vtr.reference.report.report_text import (
    ReportView,
    explanation_words,
    percent_text,
    report_pieces,
    report_view,
    report_words,
)
from vtr.reference.report.summary import summary_suffix, summary_text
from vtr.reference.rules.profile import DEFAULT_PROFILE, Profile
from vtr.reference.rules.profile_reader import load_profile

_FORM_OF_SUFFIX = {".json": "json", ".csv": "csv", ".tsv": "tsv"}
_PARQUET = ".parquet"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a report is made from, as the command line names it; None, an empty text or an empty tuple: not given.

    confirmations: FILE or FILE@INSTANT.
    confirmations_format: one of `records.FORMATS`, None to find it from the content.
    dataset: a folder, instead of orders, confirmations and scans.
    carriers: the URL of a server, or a JSON file with a carriers block.
    as_of: an instant with its zone, as text.
    """

    orders: Path | None
    confirmations: tuple[str, ...]
    confirmations_format: str | None
    scans: Path | None
    dataset: Path | None
    carriers: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where a report goes, and how it looks there.

    form: table, json, csv or tsv; None: by the suffix of `out`, or table.
    layout: a layout's name; empty: the profile's.
    language: of the header line, en or zh.
    out: the file of the rows; None: stdout.
    summary, performance: files of the rates; None: not written.
    """

    form: str | None
    layout: str
    language: str
    out: Path | None
    summary: Path | None
    performance: Path | None


def check(inputs: Inputs, outputs: Outputs, profile: str, *, explain: bool) -> bool:
    """Make the report and write it. profile: a name or a file; empty: the dataset's own, or the default one.

    Gives whether every package could be judged. Raises VtrError for what cannot be used.
    """
    dataset = _open_dataset(inputs)
    profile = profile or (dataset.profile if dataset else "") or DEFAULT_PROFILE
    policy = load_profile(profile)
    layout = layout_named(outputs.layout or policy.layout)
    out, form = outputs.out, outputs.form
    if inputs.carriers and inputs.scans is not None:
        raise InputError("--carriers and --scans exclude each other: with scans collected before no carrier is asked")
    if out is not None and out.suffix.lower() == _PARQUET and form is not None:
        raise InputError(f"--out {out} is a Parquet file; leave out --format {form}, or name another file")
    _check_targets(outputs)
    form = form or (_FORM_OF_SUFFIX.get(out.suffix.lower()) if out else None) or "table"
    with _sources(inputs, dataset) as sources, _view(policy, profile, sources, explain=explain) as view:
        _write_rates(view, policy, outputs)
        _write_report(view, form, layout, outputs)
        for line in (*report_words(view), *(() if form == "json" else explanation_words(view))):
            typer.echo(line, err=True)
        return not view.unanswered


def _open_dataset(inputs: Inputs) -> Dataset | None:
    """The dataset, if one is named. Raises InputError when the command line names too much or too little."""
    if inputs.dataset is not None:
        files = {"--orders": inputs.orders, "--confirmations": inputs.confirmations, "--scans": inputs.scans}
        for option, value in files.items():
            if value:
                raise InputError(f"{option} and --dataset exclude each other: the dataset names its own files")
        return open_dataset(inputs.dataset)
    needed = {"--orders": inputs.orders, "--confirmations": inputs.confirmations, "--as-of": inputs.as_of}
    missing = [option for option, value in needed.items() if not value]
    if missing:
        raise InputError(f"{', '.join(missing)}: needed, or --dataset with a folder of `vtr generate`")
    return None


def _check_targets(outputs: Outputs) -> None:
    """Refuse what cannot be written."""
    options = {"--out": outputs.out, "--summary": outputs.summary, "--performance": outputs.performance}
    option_of: dict[Path, str] = {}
    for option, path in options.items():
        if path is None:
            continue
        check_target(path)
        if (other := option_of.setdefault(path.absolute(), option)) != option:
            raise InputError(f"{other} and {option} are both {path}; name two files")
    if outputs.summary is not None:
        summary_suffix(outputs.summary)


@dataclass(frozen=True, slots=True)
class _Sources:
    """Files, the instant, and the carriers to ask (carriers) or what they answered before (scans)."""

    orders: Path
    confirmations: tuple[Upload, ...]
    confirmations_format: records.Format | None
    as_of: datetime
    carriers: str
    scans: Path | None

    def parquet(self) -> ParquetFiles | None:
        """The files, if all are Parquet and no carrier is asked."""
        if self.scans is None or len(self.confirmations) != 1 or self.confirmations[0].submitted_at is not None:
            return None
        if self.confirmations_format not in {None, "lines"}:
            return None
        files = ParquetFiles(self.orders, self.confirmations[0].path, self.scans)
        paths = (files.orders, files.confirmations, files.scans)
        return files if all(path.suffix.lower() == _PARQUET for path in paths) else None


@contextmanager
def _sources(inputs: Inputs, dataset: Dataset | None) -> Iterator[_Sources]:
    """What the report is made from, as long as the context lasts."""
    form = next((form for form in records.FORMATS if form == inputs.confirmations_format), None)
    if dataset is None:
        assert inputs.orders is not None  # noqa: S101 (`_open_dataset` has refused that)
        uploads = tuple(upload_named(text) for text in inputs.confirmations)
        instant = read_instant(inputs.as_of, "--as-of")
        yield _Sources(inputs.orders, uploads, form, instant, inputs.carriers, inputs.scans)
        return
    instant = read_instant(inputs.as_of, "--as-of") if inputs.as_of else dataset.as_of
    with as_parquet(dataset) as files:
        uploads = (Upload(files["confirmations"]),)
        scans = None if inputs.carriers else files["scans"]
        yield _Sources(files["orders"], uploads, form, instant, inputs.carriers, scans)


@contextmanager
def _view(policy: Profile, profile: str, sources: _Sources, *, explain: bool) -> Iterator[ReportView]:
    """The report, ready to be written; explained, it is always made in memory."""
    files = None if explain else sources.parquet()
    if files is None:
        yield report_view(_report_in_memory(profile, sources, explain=explain), policy)
        return
    with ParquetEngine(policy, files) as engine:
        engine.decide(sources.as_of)
        window = window_of(policy, sources.as_of)
        yield ReportView(
            profile=policy.name,
            target=percent_text(policy.target.as_integer_ratio()),
            as_of=sources.as_of,
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


def _report_in_memory(profile: str, sources: _Sources, *, explain: bool) -> Report:
    orders = records.read_orders(sources.orders)
    confirmed = records.read_confirmations(sources.confirmations, sources.confirmations_format)
    for note in confirmed.notes:
        typer.echo(f"note: {note}", err=True)
    if sources.scans is not None:
        collected = records.read_scans(sources.scans)
        return checking.check_collected(
            orders, confirmed.submissions, collected, profile, as_of=sources.as_of, explain=explain
        )
    carriers = _endpoints(sources.carriers)
    with progress_bar(sys.stderr, "asking the carriers") as progress:
        asking = checking.QueryOptions(progress=progress, at_once=True)
        return checking.check(
            orders, confirmed.submissions, carriers, profile, as_of=sources.as_of, asking=asking, explain=explain
        )


def _endpoints(carriers: str) -> endpoints.Endpoints:
    if not carriers:
        return endpoints.from_environment(os.environ)
    if carriers.startswith(("http://", "https://")):
        return endpoints.from_server(carriers)
    return endpoints.from_file(Path(carriers))


def _write_rates(view: ReportView, policy: Profile, outputs: Outputs) -> None:
    window = (view.window_start, view.window_end)
    if outputs.summary is not None:
        write_text(outputs.summary, summary_text(outputs.summary, view.rates, window))
    if outputs.performance is not None:
        report = performance_report(view.rates[0], window, float(policy.target), policy.marketplace)
        write_text(outputs.performance, json.dumps(report, indent=2) + "\n")


def _write_report(view: ReportView, form: str, layout: Layout, outputs: Outputs) -> None:
    out = outputs.out
    if out is None:
        write_stdout(report_pieces(view, form, layout, outputs.language))
    elif out.suffix.lower() != _PARQUET:
        with replacing(out) as stream:
            stream.writelines(piece.encode() for piece in report_pieces(view, form, layout, outputs.language))
    elif view.batches is not None:
        write_batches(out, view.batches())
    else:
        write_rows(out, view.rows())
