"""`vtr inspect`: what the reference reads in a carrier's saved answer."""

from pathlib import Path
from typing import Annotated

import typer

from vtr.reference.console import ExitStatus, Format, mistakes_as_message, write_stdout
from vtr.reference.rules.profile import DEFAULT_PROFILE


def inspect(
    *,
    carrier: Annotated[str, typer.Argument(metavar="CARRIER", help="ups, usps, fedex, dhl or chinapost.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The saved answer, JSON as it came; - for stdin.")],
    profile: Annotated[
        str, typer.Option(help="Which classes of events count as a scan: a bundled profile's name, or a YAML file.")
    ] = DEFAULT_PROFILE,
    output: Annotated[Format, typer.Option("--format", help="How the events are printed.")] = Format.TABLE,
) -> None:
    """Show what is read in a carrier's answer: which events are physical scans, and why.

    Exit status 4 says that the answer, or a part of it, does not let that be decided.
    """
    with mistakes_as_message():
        from vtr.reference.inspection import inspection, inspection_text  # noqa: PLC0415 (load the engine; --help is quick)

        if str(file) == "-":
            origin = "stdin"
            document = inspection.read_document(typer.get_binary_stream("stdin").read(), origin)
        else:
            origin = str(file)
            document = inspection.read_file(file)
        inspected = inspection.inspect(carrier, document, profile, origin)
        write_stdout(inspection_text.pieces(inspected, output.value))
        for line in inspection_text.words(inspected):
            typer.echo(line, err=True)
    raise typer.Exit(ExitStatus.AS_EXPECTED if inspected.decided else ExitStatus.UNANSWERED)
