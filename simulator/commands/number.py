"""`vtr number`: makes and reads tracking numbers."""

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from simulator.console import Format, FormatOption, misuse_exits, print_rows

number_app = typer.Typer(no_args_is_help=True, help="Make and read tracking numbers.")


@number_app.command()
def mint(
    carrier: Annotated[str, typer.Argument(help="A carrier's name; `vtr carriers` lists them.")],
    *,
    form: Annotated[str, typer.Option(help="A form of the carrier's; by default its usual one.")] = "",
    count: Annotated[int, typer.Option(min=1, help="How many, all different.")] = 1,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal numbers.")] = 0,
    output: FormatOption = Format.TABLE,
) -> None:
    """Make valid tracking numbers, one a line."""
    from random import Random  # noqa: PLC0415 (only this command needs it)

    from simulator import tracking_numbers  # noqa: PLC0415 (loads all carriers)

    with misuse_exits():
        random = Random(seed)
        form = tracking_numbers.form_of(carrier, form).name
        minted: dict[str, None] = {}  # in order and without repetitions: the same number may be drawn twice
        while len(minted) < count:
            minted[tracking_numbers.mint(carrier, form, random=random)] = None
    if output is Format.TABLE:
        for number in minted:
            typer.echo(number)
    else:
        print_rows(output, [{"carrier": carrier, "form": form, "tracking_number": number} for number in minted])


@number_app.command()
def read(
    numbers: Annotated[list[str], typer.Argument(help="Tracking numbers; `-` reads them from stdin, one a line.")],
    *,
    output: FormatOption = Format.TABLE,
) -> None:
    """Say which carriers and forms a tracking number may belong to, and whether its check digit is right.

    A check digit finds typing errors; it confirms no carrier.
    """
    from simulator import tracking_numbers  # noqa: PLC0415 (loads all carriers)

    candidates_of = [
        (
            number,
            [
                {"carrier": candidate.carrier, "form": candidate.form, "check_digit": candidate.check_digit}
                for candidate in tracking_numbers.identify(number)
            ],
        )
        for number in _read_numbers(numbers)
    ]
    if output is Format.JSON:
        print_rows(output, [{"number": number, "candidates": candidates} for number, candidates in candidates_of])
        return
    without_candidates = [{"carrier": "", "form": "", "check_digit": ""}]
    print_rows(
        output,
        [
            {"number": number, **candidate}
            for number, candidates in candidates_of
            for candidate in candidates or without_candidates
        ],
        ("number", "carrier", "form", "check_digit"),
    )


def _read_numbers(arguments: Sequence[str]) -> Iterator[str]:
    for number in arguments:
        if number == "-":
            lines = sys.stdin.buffer.read().decode("utf-8", "replace").splitlines()
            yield from (line.strip() for line in lines if line.strip())
        else:
            yield number
