"""Runs the server in the foreground with its demo session, and prints where it is and what to do with it."""

import json
import sys
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING

import typer

from simulator import http_server
from simulator.admin.story_reader import StoryReader
from simulator.carriers import HOSTS
from simulator.console import print_message
from simulator.core.sessions import DEMO
from simulator.serve.demo_session import demo_sessions
from simulator.serve.welcome import welcome_text

if TYPE_CHECKING:
    from simulator.http_server.certificates import Certificates

_ADMIN_TOKEN_BYTES = 24
_EVERY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104 (a certificate can't name them)


def serve_in_foreground(
    host: str, port: int, admin_token: str | None, tls: Path | None, dataset: Path | None, stories: StoryReader | None
) -> None:
    """Serve until SIGINT or SIGTERM. The URL goes to stdout as JSON, everything else to stderr.

    port: 0 picks a free one.
    admin_token: what the admin API asks for; None or empty for none, or for one that is made up if others can reach
        the host.
    tls: the folder of the certificates; None for plain HTTP.
    dataset: the folder of the dataset whose parcels the demo session has; None for the usual ones.
    stories: reads scenarios; None where nothing can.

    Raises MisuseError for a host, port or folder that can't be used.
    """
    with ExitStack() as stack:
        served = None
        sessions = demo_sessions()
        if dataset is not None:
            from simulator.datasets.served import session as serving  # noqa: PLC0415 (loads NumPy and PyArrow)

            served, index = stack.enter_context(serving.open_dataset(dataset, print_message))
            sessions = demo_sessions(partial(serving.make_simulation, served, index))
        admin_token = admin_token or None  # an empty one would let every client in
        own = http_server.is_loopback(host)  # raises for an unknown host, before anything is made for it
        if admin_token is None and not own:
            admin_token = token_urlsafe(_ADMIN_TOKEN_BYTES)
            print_message(
                f"Sessions ask for this token: {admin_token} (give your own with --admin-token or VTR_ADMIN_TOKEN)\n"
            )
        certificates = None if tls is None else _prepare_certificates(tls, host)

        def announce(url: str) -> None:
            typer.echo(json.dumps({"url": url, "session": DEMO}))
            sys.stdout.flush()
            folder = None if served is None else served.folder
            print_message(welcome_text(sessions.get(DEMO), url, admin_token, certificates, folder))

        with suppress(KeyboardInterrupt):  # one that comes before the server handles signals
            http_server.serve(
                sessions,
                host,
                port,
                announce=announce,
                admin_token=admin_token,
                certificates=certificates,
                stories=stories,
            )
        print_message("Stopped.")


def _prepare_certificates(folder: Path, host: str) -> "Certificates":
    """The certificates in a folder, and a message if they are new."""
    from simulator.http_server import certificates  # noqa: PLC0415 (loads cryptography, which only TLS needs)

    own = () if host in _EVERY_ADDRESS else (host,)
    kept = certificates.ensure_certificates(folder.absolute(), (*HOSTS, *own), now=datetime.now(UTC))
    if kept.made:
        print_message(
            f"Made a new certificate and its authority in {folder} ({kept.made}); clients must trust {kept.ca}\n"
        )
    return kept
