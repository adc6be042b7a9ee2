"""`vtr check`: the report of orders and confirmations in files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vtr.reference.console import ExitStatus, mistakes_as_message
from vtr.reference.rules.profile import DEFAULT_PROFILE


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


def check(  # noqa: PLR0913 (a command's options)
    *,
    orders: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Orders, one a line: CSV, TSV, JSON, JSON Lines or Parquet.")
    ] = None,
    confirmations: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE[@INSTANT]",
            help="Confirmations and edits: one submission a line in the same formats, Amazon's flat file, or bodies of"
            " confirmShipment. Several files in upload order; Amazon's followed by @ and the instant of upload.",
        ),
    ] = None,
    dataset: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A folder of `vtr generate`, instead of --orders, --confirmations and --scans. No carrier is asked,"
            " unless --carriers is given.",
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
            help="The carriers to ask: the URL of `vtr serve`, or a JSON file with a carriers block. Default: the real"
            " carriers, with credentials from the environment (VTR_UPS_CLIENT_ID and so on).",
        ),
    ] = "",
    scans: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Scans collected before; then no carrier is asked.")
    ] = None,
    confirmations_format: Annotated[
        ConfirmationsFormat | None,
        typer.Option(help="The format of --confirmations. Default: found from their content."),
    ] = None,
    profile: Annotated[
        str,
        typer.Option(
            help="The policy: a bundled profile's name, or a YAML file.",
            show_default=f"a dataset's own, or {DEFAULT_PROFILE}",
        ),
    ] = "",
    layout: Annotated[
        str, typer.Option(help="The columns of CSV and TSV: us-2019 or uk-2021. Default: the profile's.")
    ] = "",
    headers: Annotated[
        HeaderLanguage, typer.Option(help="The language of the header line of CSV and TSV.")
    ] = HeaderLanguage.EN,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Explain each package that is not valid: submission, scans, rule. JSON explains all.",
        ),
    ] = False,
    output: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="How the report is printed. Default: by the suffix of --out, or table."),
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
            metavar="FILE", help="Write validTrackingRate there, in the format of Amazon's seller performance report."
        ),
    ] = None,
) -> None:
    """Make the report: which packages have no valid tracking and why, and the rates.

    Exit status 4 says that some packages could not be judged, because a carrier gave no usable answer.
    """
    with mistakes_as_message():
        from vtr.reference import check_files  # noqa: PLC0415 (loads readers and engines; --help is quick)

        inputs = check_files.Inputs(
            orders=orders,
            confirmations=tuple(confirmations or ()),
            confirmations_format=confirmations_format.value if confirmations_format else None,
            scans=scans,
            dataset=dataset,
            carriers=carriers,
            as_of=as_of,
        )
        outputs = check_files.Outputs(
            form=output.value if output else None,
            layout=layout,
            language=headers.value,
            out=out,
            summary=summary,
            performance=performance,
        )
        answered = check_files.check(inputs, outputs, profile, explain=explain)
    raise typer.Exit(ExitStatus.AS_EXPECTED if answered else ExitStatus.UNANSWERED)
