"""The simulator's commands: server, datasets, tracking numbers, and the catalogues of carriers, journeys and faults.

Commands are thin: they read options, call the package and print. Rows go to stdout, words to stderr, and a user's
mistake is one line with exit status 2. Only Typer is loaded with this module; what a command needs, it loads itself.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from simulator.core.simulation import Simulation
    from simulator.datasets.files.manifest import Dataset
    from simulator.http_server.certificates import Certificates

FOUND, MISUSE, INTERRUPTED = 1, 2, 130  # the last as shells count a Ctrl-C
_LOOPBACK = "127.0.0.1"
_PARCELS_SHOWN = 10  # of a dataset
_EVERY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104 (what a certificate can't name)

app = typer.Typer(no_args_is_help=True, help="Fake carriers: a server, tracking numbers, catalogues.")
number_app = typer.Typer(no_args_is_help=True, help="Make and read tracking numbers.")
app.add_typer(number_app, name="number")


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="How rows are printed.")]


@app.command()
def serve(
    context: typer.Context,
    *,
    host: Annotated[
        str,
        typer.Option(help="Address to listen at. Any but this machine's own makes sessions ask for the admin token."),
    ] = _LOOPBACK,
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
    # The context's object is what reads scenarios (a StoryReader), where the harness has mounted this command.
    from simulator import http_server  # noqa: PLC0415 (loaded by the command that needs it)
    from simulator.core.sessions import DEMO  # noqa: PLC0415 (as above)
    from simulator.serve.demo_session import demo_sessions  # noqa: PLC0415 (as above)

    with _misuse_ends(), ExitStack() as stack:
        served = None
        sessions = demo_sessions()
        if dataset is not None:
            from simulator.datasets.served import session as serving  # noqa: PLC0415 (loaded by those who ask for it)

            served, index = stack.enter_context(serving.opened(dataset, _say))
            sessions = demo_sessions(partial(serving.simulation, served, index))
        admin_token = admin_token or None  # an empty one would let everybody in
        own = http_server.is_loopback(host)  # also finds a host that is none, before anything is made for it
        if admin_token is None and not own:
            admin_token = _made_up_token()
            _say(f"Sessions ask for this token: {admin_token} (give your own with --admin-token or VTR_ADMIN_TOKEN)\n")

        certificates = None if tls is None else _certificates(tls, host)

        def announce(url: str) -> None:
            typer.echo(json.dumps({"url": url, "session": DEMO}))
            sys.stdout.flush()
            _say(_welcome(sessions.get(DEMO), url, admin_token, certificates, served))

        with suppress(KeyboardInterrupt):  # one that comes before the server listens for it
            http_server.serve(
                sessions,
                host,
                port,
                announce=announce,
                admin_token=admin_token,
                certificates=certificates,
                stories=context.obj,
            )
        _say("Stopped.")


class GenerateFormat(StrEnum):
    """How the tables of a dataset are written, or the list of conditions is printed."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    TABLE = "table"
    JSON = "json"


_OF_TABLES = (GenerateFormat.PARQUET, GenerateFormat.CSV, GenerateFormat.JSONL)
_OF_CONDITIONS = (GenerateFormat.TABLE, GenerateFormat.JSON, GenerateFormat.CSV)


class DatasetCompression(StrEnum):
    """How the files of a dataset are compressed."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


@app.command()
def generate(  # noqa: PLR0913 (the options of a command)
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="A new folder, or one to go on with.")] = None,
    *,
    shipments: Annotated[int, typer.Option(min=1, metavar="N", help="How many shipments.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal bytes.")] = 0,
    mix: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML, `condition: rate` a line; the rest is as it should be.")
    ] = None,
    output: Annotated[
        GenerateFormat | None,
        typer.Option(
            "--format",
            help="How tables are written: parquet, csv, jsonl. With --list-conditions: table, json, csv.",
            show_default="parquet; table",
        ),
    ] = None,
    compression: Annotated[
        DatasetCompression | None,
        typer.Option(help="How files are compressed.", show_default="zstd inside Parquet, none for text"),
    ] = None,
    feed: Annotated[
        bool, typer.Option("--feed", help="Write the confirmations as Amazon's flat file too, and the edits.")
    ] = False,
    wire: Annotated[
        bool, typer.Option("--wire", help="Write the carriers' raw answers too, a JSON line a number.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=256, metavar="W", help="Processes; the bytes stay the same.")] = 1,
    list_conditions: Annotated[
        bool, typer.Option("--list-conditions", help="List what can be planted and what is then expected.")
    ] = False,
) -> None:
    """Write a labelled dataset: orders, confirmations, parcels, scans, and the rows that the report must show.

    A run that was ended is taken up where it was by the same command. `manifest.json` is written last.
    """
    with _misuse_ends():
        if list_conditions:
            _list_conditions(Format(_format(output, _OF_CONDITIONS, "the list of conditions")))
            return
        if folder is None:
            from simulator.errors import MisuseError  # noqa: PLC0415 (loaded by the command that needs it)

            raise MisuseError("name the folder for the dataset, as in `vtr generate data --shipments 100000`")
        from simulator.datasets import generate as generating  # noqa: PLC0415 (loaded by the command that needs it)
        from simulator.datasets.content import mix as mixes  # noqa: PLC0415 (as above)
        from simulator.datasets.files import write  # noqa: PLC0415 (loaded by the command that needs it)

        form = _format(output, _OF_TABLES, "a dataset")
        chosen = compression or (DatasetCompression.ZSTD if form is GenerateFormat.PARQUET else DatasetCompression.NONE)
        plan = generating.Plan(
            shipments,
            seed,
            mixes.USUAL if mix is None else mixes.read(mix),
            write.FileFormat(form),
            write.Compression(chosen),
            feed=feed,
            wire=wire,
            lines_compression=write.Compression(compression or DatasetCompression.NONE),
        )
        with _progress_shown("writing") as progress:
            try:
                manifest = generating.generate(folder, plan, workers, progress)
            except KeyboardInterrupt:
                _say(f"vtr: {folder}: interrupted; what is whole is kept, and the same command goes on from there")
                raise typer.Exit(INTERRUPTED) from None
        for written in manifest["tables"].values():
            _say(f"{folder / written['file']}: {written['rows']:,} rows")
        for written in manifest["beside"].values():
            _say(f"{folder / written['file']}: {written['rows']:,} lines")
        _say(f"\nvtr check --dataset {quote(str(folder))}")


def _format(output: GenerateFormat | None, possible: tuple[GenerateFormat, ...], what: str) -> GenerateFormat:
    """What is asked for, or the usual one. Raises MisuseError for one that it cannot be."""
    if output is None:
        return possible[0]
    if output not in possible:
        from simulator.errors import MisuseError  # noqa: PLC0415 (loaded by the command that needs it)

        raise MisuseError(f"--format {output}: {what} is written as {', '.join(possible[:-1])} or {possible[-1]}")
    return output


def _list_conditions(shown: Format) -> None:
    from simulator.datasets.content.conditions import CONDITIONS  # noqa: PLC0415 (loaded by the command that needs it)
    from simulator.datasets.content.fault_conditions import NOT_PLANTED, STANDS_FOR  # noqa: PLC0415 (as above)

    _print(
        shown,
        [
            {
                "condition": condition.name,
                "rate": f"{condition.rate:g}",
                "expected": condition.outcome,
                "plants": condition.plants,
                "stands for": STANDS_FOR[condition.name],
                "source": condition.source,
            }
            for condition in CONDITIONS
        ],
    )
    _say("\nCannot be planted:")
    for what, why in NOT_PLANTED.items():
        _say(f"{what}: {why}")


@contextmanager
def _progress_shown(words: str) -> Iterator[Callable[[int, int], None] | None]:
    """What to call with the parts done and to do; a bar on stderr, only where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 (only a terminal needs it)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, parts: bar.update(task, completed=done, total=parts)


@app.command()
def carriers(*, output: FormatOption = Format.TABLE) -> None:
    """The carriers: names, hosts, interfaces, operations and forms of tracking numbers."""
    from simulator.carriers import CARRIERS  # noqa: PLC0415 (loaded by the command that needs it)

    _print(
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


@app.command()
def journeys(*, output: FormatOption = Format.TABLE) -> None:
    """The journeys that a parcel can be given by name, and the scans that each consists of."""
    from simulator.journeys import JOURNEYS  # noqa: PLC0415 (loaded by the command that needs it)

    _print(
        output,
        [
            {"journey": journey.name, "says": journey.says, "scans": [step.kind.value for step in journey.steps]}
            for journey in JOURNEYS
        ],
        ("journey", "says"),
    )


@app.command()
def faults(
    name: Annotated[str, typer.Argument(help="A fault's name, to have it explained.", show_default=False)] = "",
    *,
    family: Annotated[str, typer.Option(help="Only those of a family.", show_default="all")] = "",
    output: FormatOption = Format.TABLE,
) -> None:
    """The faults that can be put in force: what each does, where it means anything, and who has seen it.

    Grades: A the carrier's own word, B observed, C a client of others, D an idea of ours.
    """
    from simulator.faults import listing  # noqa: PLC0415 (loaded by the command that needs it)

    with _misuse_ends():
        listed = listing.listed(name, family)
    if name and output is Format.TABLE:
        typer.echo(listing.explained(listed[0]))
        return
    if output is Format.CSV:
        listed = [{**fault, "parameters": [listing.in_words(each) for each in fault["parameters"]]} for fault in listed]
    _print(output, listed, ("fault", "family", "effect"))


@app.command()
def conduct(
    session: Annotated[str, typer.Argument(help="A session's name; `vtr serve` has `demo`.")],
    *,
    server: Annotated[
        str, typer.Option(metavar="URL", help="Where `vtr serve` listens, as its first line says.")
    ] = f"http://{_LOOPBACK}:8080",
    admin_token: Annotated[
        str | None, typer.Option(envvar="VTR_ADMIN_TOKEN", help="The token that the server asks for, if it does.")
    ] = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """What a session's journal says about its caller: ignored Retry-After, a token per call, retry storms and others.

    Exit status 0 without findings, 1 with some.
    """
    from simulator.conduct_reading import fetched  # noqa: PLC0415 (loaded by the command that needs it)

    with _misuse_ends():
        told = fetched(server, session, admin_token)
    _print(output, told["findings"], ("finding", "carrier", "times", "first_call", "says", "polite"))
    for carrier in told["carriers"]:
        _say(
            f"{carrier['carrier']}: {carrier['calls']} calls about parcels (up to {carrier['batch_size']} numbers in "
            f"one), {carrier['tokens']} for tokens, {carrier['refused_for_frequency']} refused with 429"
        )
    if told["findings"]:
        raise typer.Exit(FOUND)
    _say("No findings." if told["carriers"] else f"Session {session!r} was not called yet, so there are no findings.")


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
    from random import Random  # noqa: PLC0415 (loaded by the command that needs it)

    from simulator import tracking_numbers  # noqa: PLC0415 (as above)

    with _misuse_ends():
        random = Random(seed)
        form = tracking_numbers.form_of(carrier, form).name
        minted: dict[str, None] = {}  # in order, each once: random numbers meet now and then
        while len(minted) < count:
            minted[tracking_numbers.mint(carrier, form, random=random)] = None
    if output is Format.TABLE:
        for number in minted:
            typer.echo(number)
    else:
        _print(output, [{"carrier": carrier, "form": form, "tracking_number": number} for number in minted])


@number_app.command()
def read(
    numbers: Annotated[list[str], typer.Argument(help="Tracking numbers; `-` reads them from stdin, one a line.")],
    *,
    output: FormatOption = Format.TABLE,
) -> None:
    """Say which carriers and forms a tracking number may belong to, and whether its check digit is right.

    A check digit finds typing errors; it confirms no carrier.
    """
    from simulator import tracking_numbers  # noqa: PLC0415 (loaded by the command that needs it)

    found = [
        (
            number,
            [
                {"carrier": candidate.carrier, "form": candidate.form, "check_digit": candidate.check_digit}
                for candidate in tracking_numbers.read(number)
            ],
        )
        for number in _numbers(numbers)
    ]
    if output is Format.JSON:
        _print(output, [{"number": number, "candidates": candidates} for number, candidates in found])
        return
    nobody = [{"carrier": "", "form": "", "check_digit": ""}]
    _print(
        output,
        [{"number": number, **candidate} for number, candidates in found for candidate in candidates or nobody],
        ("number", "carrier", "form", "check_digit"),
    )


def _numbers(given: Sequence[str]) -> Iterator[str]:
    for number in given:
        if number == "-":
            lines = sys.stdin.buffer.read().decode("utf-8", "replace").splitlines()
            yield from (line.strip() for line in lines if line.strip())
        else:
            yield number


def _certificates(folder: Path, host: str) -> "Certificates":
    """The certificates that `serve --tls` uses, and a line when they were made just now."""
    from simulator.carriers import HOSTS  # noqa: PLC0415 (as above)
    from simulator.http_server import certificates  # noqa: PLC0415 (loaded by the command that needs it)

    named = () if host in _EVERY_ADDRESS else (host,)
    kept = certificates.kept_in(folder.absolute(), (*HOSTS, *named), now=datetime.now(UTC))
    if kept.made:
        _say(f"Made a new certificate and its authority in {folder} ({kept.made}); clients must trust {kept.ca}\n")
    return kept


def _welcome(
    simulation: "Simulation",
    url: str,
    admin_token: str | None,
    certificates: "Certificates | None" = None,
    dataset: "Dataset | None" = None,
) -> str:
    """What `serve` says once it listens: the parcels, how to ask for them, and where to go on."""
    from simulator.serve.curl_examples import CURL, curl_lines  # noqa: PLC0415 (loaded by the command that needs it)
    from simulator.serve.demo_session import standing  # noqa: PLC0415 (as above)

    now = simulation.clock.now
    rows = [
        {
            "carrier": f"{parcel.carrier} {parcel.api}".strip(),
            "tracking number": parcel.tracking_number,
            "journey": parcel.journey,
            "the carrier says": standing(parcel, now),
        }
        for parcel in (simulation.parcels() if simulation.stored is None else simulation.stored.page(0, _PARCELS_SHOWN))
    ]
    which, files = "", "--orders orders.csv --confirmations confirmations.csv"
    if dataset is not None:
        count = 0 if simulation.stored is None else len(simulation.stored)
        which = f"It has the {count:,} parcels of {dataset.folder}, of which these are some.\n\n"
        files = f"--dataset {quote(str(dataset.folder))}"
    curl = CURL if certificates is None else f"{CURL} --cacert {quote(str(certificates.ca))}"
    asks = "\n".join(f"# {what}\n{line}" for what, line in curl_lines(simulation, url, curl))
    header = "" if admin_token is None else f" -H 'Authorization: Bearer {admin_token}'"
    unchanged = trusting = ""
    if certificates is not None:
        from simulator.serve.client_setup import advice  # noqa: PLC0415 (as above)

        unchanged = advice(simulation, url, certificates)
        trusting = f"REQUESTS_CA_BUNDLE={quote(str(certificates.ca))} "
    return (
        f"The demo session stands at {now:%Y-%m-%d %H:%M} UTC; its credentials are `demo` in every field.\n\n"
        f"{which}{_table(rows)}\n\n"
        f"Ask a carrier:\n\n{asks}\n\n"
        f"# the session, with the credentials of every carrier\n{curl}{header} {url}/_admin/sessions/demo\n\n"
        f"{unchanged}"
        "Check orders against these carriers:\n\n"
        f"{trusting}vtr check {files} --carriers {url}\n\n"
        "Ctrl-C ends the server.\n"
    )


def _print(output: Format, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> None:
    """Print rows to stdout. columns: those of the table, which has no room for all of them."""
    if output is Format.JSON:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif output is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows[0] if rows else columns)
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
    else:
        shown = columns or (tuple(rows[0]) if rows else ())
        table = _table([{column: _cell(row[column]) for column in shown} for row in rows])
        if table:
            typer.echo(table)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows in columns, under their names."""
    lines = [tuple(rows[0]), *(tuple(row.values()) for row in rows)] if rows else []
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)


def _made_up_token() -> str:
    from secrets import token_urlsafe  # noqa: PLC0415 (loaded by the command that needs it)

    return token_urlsafe(24)


def _say(words: str) -> None:
    typer.echo(words, err=True)


@contextmanager
def _misuse_ends() -> Iterator[None]:
    """End the command with a user's mistake as one line, without a traceback."""
    from simulator.errors import MisuseError  # noqa: PLC0415 (loaded by the command that needs it)

    try:
        yield
    except MisuseError as error:
        _say(f"vtr: {error}")
        raise typer.Exit(MISUSE) from None
