"""`vtr conduct`: what a session's journal shows about its client."""

from typing import Annotated

import typer

from simulator.console import ExitStatus, Format, FormatOption, misuse_exits, print_message, print_rows

_TIMEOUT_SECONDS = 10.0


def conduct(
    session: Annotated[str, typer.Argument(help="A session's name; `vtr serve` has `demo`.")],
    *,
    server: Annotated[
        str, typer.Option(metavar="URL", help="Where `vtr serve` listens, as its first line says.")
    ] = "http://127.0.0.1:8080",
    admin_token: Annotated[
        str | None, typer.Option(envvar="VTR_ADMIN_TOKEN", help="The token that the server asks for, if it does.")
    ] = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """What a session's journal shows about its client: ignored Retry-After, a token per call, retry storms and others.

    Exit status 0 without findings, 1 with some.
    """
    from simulator.client import Server  # noqa: PLC0415 (loads requests)

    with misuse_exits():
        report = Server(server, admin_token or None, timeout_seconds=_TIMEOUT_SECONDS).conduct(session)
    print_rows(output, report["findings"], ("finding", "carrier", "times", "first_call", "says", "polite"))
    for carrier in report["carriers"]:
        print_message(
            f"{carrier['carrier']}: {carrier['calls']} calls about parcels (up to {carrier['batch_size']} numbers in "
            f"one), {carrier['tokens']} for tokens, {carrier['refused_for_frequency']} refused with 429"
        )
    if report["findings"]:
        raise typer.Exit(ExitStatus.FINDINGS)
    print_message(
        "No findings." if report["carriers"] else f"Session {session!r} was not called yet, so there are no findings."
    )
