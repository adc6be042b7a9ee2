"""`vtr carriers`, `vtr journeys` and `vtr faults`: what the simulator has to offer."""

from typing import Annotated

import typer

from simulator.console import Format, FormatOption, misuse_exits, print_rows


def carriers(
    name: Annotated[
        str, typer.Argument(help="A carrier's name, to have its operations listed.", show_default=False)
    ] = "",
    *,
    output: FormatOption = Format.TABLE,
) -> None:
    """The carriers: names, hosts, interfaces, operations and forms of tracking numbers."""
    from simulator.carriers import CARRIERS, by_name  # noqa: PLC0415 (loads all carriers)

    if name:
        with misuse_exits():
            carrier = by_name(name)
        print_rows(
            output,
            [
                {
                    "operation": operation.name,
                    "method": operation.method,
                    "path": f"/{carrier.name}{operation.path}",
                }
                for operation in carrier.operations
            ],
        )
        return
    print_rows(
        output,
        [
            {
                "carrier": carrier.name,
                "title": carrier.title,
                "transit_days": carrier.transit_days,
                "apis": list(carrier.apis),
                "forms": [form.name for form in carrier.forms],
                "hosts": list(carrier.hosts),
                "operations": [
                    f"{operation.name}: {operation.method} {operation.path}" for operation in carrier.operations
                ],
            }
            for carrier in CARRIERS
        ],
        ("carrier", "title", "transit_days", "apis", "hosts", "forms"),
    )


def journeys(*, output: FormatOption = Format.TABLE) -> None:
    """The journeys that a parcel can be given by name, and the scans that each consists of."""
    from simulator.journeys import JOURNEYS  # noqa: PLC0415 (`vtr --help` loads nothing of the simulator)

    print_rows(
        output,
        [
            {"journey": journey.name, "says": journey.says, "scans": [step.kind.value for step in journey.steps]}
            for journey in JOURNEYS
        ],
        ("journey", "says"),
    )


def faults(
    name: Annotated[str, typer.Argument(help="A fault's name, to have it explained.", show_default=False)] = "",
    *,
    family: Annotated[str, typer.Option(help="Only those of a family.", show_default="all")] = "",
    output: FormatOption = Format.TABLE,
) -> None:
    """The faults that can be put in force: what each does, where it means anything, and who has seen it.

    Grades: A the carrier's own word, B observed, C a client of others, D an idea of ours.
    """
    from simulator.faults import listing  # noqa: PLC0415 (loads all faults and carriers)

    with misuse_exits():
        listed = listing.fault_rows(name, family)
    if name and output is Format.TABLE:
        typer.echo(listing.explain(listed[0]))
        return
    if output is Format.CSV:
        listed = [
            {**fault, "parameters": [listing.describe_parameter(each) for each in fault["parameters"]]}
            for fault in listed
        ]
    print_rows(output, listed, ("fault", "family", "effect"))
