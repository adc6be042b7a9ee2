"""`vtr serve`: the fake carriers over HTTP."""

from pathlib import Path
from typing import Annotated

import typer

from simulator.console import misuse_exits


def serve(
    context: typer.Context,
    *,
    host: Annotated[
        str,
        typer.Option(help="Address to listen at. Any but this machine's own makes sessions ask for the admin token."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0 picks a free one.")] = 8080,
    admin_token: Annotated[
        str | None,
        typer.Option(
            envvar="VTR_ADMIN_TOKEN",
            help="What /_admin asks for, as `Authorization: Bearer TOKEN`; made up and printed where it is needed.",
        ),
    ] = None,
    tls: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Serve by TLS, with certificates for the carriers' real hosts, kept in this folder (made if missing) "
            "and installed nowhere; clients must be told to trust DIR/ca.pem.",
        ),
    ] = None,
    dataset: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Give the demo session the parcels of a dataset that `vtr generate` made, and its report's instant. "
            "The first start writes DIR/.parcels.index, to find them by.",
        ),
    ] = None,
) -> None:
    """Serve the fake carriers over HTTP, with a demo session whose credentials are all `demo`. Ctrl-C ends it.

    The first line on stdout is JSON: {"url": ..., "session": "demo"}.
    """
    from simulator.serve.foreground import serve_in_foreground  # noqa: PLC0415 (loads the server)

    with misuse_exits():
        # The context's object is a StoryReader where the harness runs this command, for sessions from scenarios.
        serve_in_foreground(host, port, admin_token, tls, dataset, context.obj)
