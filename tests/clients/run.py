"""Clients that others wrote ask the fake carriers, and what they report is held against what was planted.

    python tests/clients/run.py [--only NAME ...] [--registry pypi|npm] [--environment DIR | --here]

Run by hand: it installs the clients, in the versions that `expected.py` pins, from the package registries into an
environment of their own outside this tree (a temporary one, or DIR, which is kept and used again; --here uses this
Python's own packages and installs nothing). Then it starts the server with three parcels at each carrier (delivered,
moving, label only; `planted.py`), and asks about them, and about a number that nobody knows, through each client's own
calls, by a small driver in a process of its own.

The Python clients are left as they come: for their processes the carriers' real names lead to this machine
(`drivers/reaching.py`), to a server with certificates for those names, so that they ask `https://apis.usps.com` and
know no better. (karrio's connectors could not be told another address.) Those for Node are told the address of a
second server, which has the carriers under prefixes. Nothing leaves the machine but what pip and npm fetch.

The table says of each client and parcel what was reported and whether it is as planted: yes, NO, or that the client
errs, with the place in its source. Exit status: 0 all as planted or a known error of the client, 1 something else was
reported (also: a known error that is gone), 2 misuse, 3 something was skipped, because it can't be installed or there
is no Node.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import planted
from expected import CLIENTS, Client
from judging import Judged, judge

from simulator import http_server
from simulator.carriers import HOSTS
from simulator.http_server import certificates

DRIVERS = Path(__file__).parent / "drivers"
INSTALL_SECONDS = 600
ANSWER_SECONDS = 60
AS_PLANTED, NOT_AS_PLANTED, SKIPPED = 0, 1, 3


class SkippedError(Exception):
    """A client can't be tried here; the message says why."""


# -- environments: from a client to the command that runs a driver, with the client at hand


@dataclass(frozen=True, slots=True)
class Environment:
    """Where clients are installed. folder: None for this Python's own packages."""

    folder: Path | None

    def runner(self, client: Client) -> tuple[list[str], Path]:
        """The interpreter that can run a client's driver, and its working folder. Raises SkippedError."""
        if client.registry == "npm":
            return self._node(client)
        if self.folder is None:
            return self._here(client)
        python = self.folder / "python" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if not python.exists():
            _install([sys.executable, "-m", "venv", str(python.parent.parent)], self.folder)
        pins = [f"{name}=={pin}" for name, pin in client.packages.items()]
        _install([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pins], self.folder)
        return [str(python)], self.folder

    def _here(self, client: Client) -> tuple[list[str], Path]:
        for name, pin in client.packages.items():
            try:
                found = version(name)
            except PackageNotFoundError:
                raise SkippedError(f"{name} is not installed in this Python") from None
            if found != pin:
                raise SkippedError(f"{name} {found} is installed in this Python, {pin} was tried")
        return [sys.executable], Path.cwd()

    def _node(self, client: Client) -> tuple[list[str], Path]:
        node, npm = which("node"), which("npm")
        if node is None or npm is None:
            raise SkippedError("node and npm are not on the PATH")
        if self.folder is None:
            raise SkippedError("nothing is installed with --here")
        folder = self.folder / "node" / client.driver.removesuffix(".js")
        folder.mkdir(parents=True, exist_ok=True)
        name, pin = next(iter(client.packages.items()))
        others = {other: other_pin for other, other_pin in client.packages.items() if other != name}
        manifest = {"private": True, "dependencies": {name: pin}, "overrides": others}
        (folder / "package.json").write_text(json.dumps(manifest))
        _install([npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)
        return [node], folder


def _install(command: Sequence[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, timeout=INSTALL_SECONDS, capture_output=True, encoding="utf-8")
    except subprocess.CalledProcessError as failed:
        said = [line.strip() for line in (failed.stdout + failed.stderr).splitlines() if "error" in line.lower()]
        raise SkippedError(f"can't be installed: {'; '.join(said[:2]) or _last_line(failed.stderr)}") from None
    except subprocess.TimeoutExpired:
        raise SkippedError(f"can't be installed within {INSTALL_SECONDS} seconds") from None


@contextmanager
def environment(options: argparse.Namespace) -> Iterator[Environment]:
    """The environment that was asked for, while the block lasts."""
    if options.here:
        yield Environment(None)
    elif options.environment is not None:
        folder = options.environment.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        yield Environment(folder)
    else:
        with TemporaryDirectory(prefix="clients-") as temporary:
            yield Environment(Path(temporary))


# -- asking


@dataclass(frozen=True, slots=True)
class Served:
    """Where the server is, by its own URL and, by TLS, for the carriers' real names; and the authority to trust."""

    url: str
    tls_port: int
    trusted: Path


@contextmanager
def served() -> Iterator[Served]:
    """Two servers that know the planted parcels, one of them with certificates, while the block lasts."""
    with TemporaryDirectory() as folder:
        made = certificates.kept_in(Path(folder), HOSTS, now=datetime.now(UTC))
        with (
            http_server.running(planted.sessions()) as url,
            http_server.running(planted.sessions(), certificates=made) as tls_url,
        ):
            yield Served(url, urlsplit(tls_url).port or 443, made.ca)


def ask(client: Client, runner: Sequence[str], folder: Path, server: Served) -> list[Judged]:
    """What the client reports of each parcel, judged."""
    questions = {
        "url": server.url,
        "tls_port": server.tls_port,
        "name": planted.NAME,
        "connector": client.connector,
        "numbers": planted.NUMBERS[client.carrier],
    }
    with TemporaryDirectory() as home:  # what a client writes into the user's home is not left there
        try:
            ended = subprocess.run(
                [*runner, str(DRIVERS / client.driver)],
                input=json.dumps(questions),
                cwd=folder,
                env=_surroundings(home, server.trusted),
                check=True,
                timeout=ANSWER_SECONDS,
                capture_output=True,
                encoding="utf-8",
            )
            reports = json.loads(ended.stdout.splitlines()[-1])
        except subprocess.TimeoutExpired:
            return [Judged("all", "nothing", "NO", f"it ran longer than {ANSWER_SECONDS} seconds")]
        except subprocess.CalledProcessError as failed:
            return [Judged("all", "nothing", "NO", f"it ended with: {_last_line(failed.stderr)}")]
        except (IndexError, json.JSONDecodeError):
            return [Judged("all", "nothing", "NO", f"its driver wrote no reports: {_last_line(ended.stdout)}")]
    known = {parcel: (error.report, error.why) for parcel, error in client.errs.items()}
    return list(judge(client.reports, known, reports))


def _surroundings(home: str, trusted: Path) -> dict[str, str]:
    """The environment of a driver: no proxy between it and this machine, and the authority of this run trusted."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    trust = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), str(trusted))
    return kept | trust | {"HOME": home, "USERPROFILE": home}


def _last_line(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines[-1] if lines else "no word"


# -- telling


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def main() -> int:
    """Ask through every client that was chosen; print the table. Gives the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    names = [client.name for client in CLIENTS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=f"one of: {', '.join(names)}")
    parser.add_argument("--registry", choices=("pypi", "npm"), help="only the clients of one registry")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--environment", type=Path, metavar="DIR", help="install there, and keep it")
    place.add_argument("--here", action="store_true", help="install nothing: the clients that this Python has")
    options = parser.parse_args()

    chosen = [
        client
        for client in CLIENTS
        if client.name in (options.only or names) and client.registry == (options.registry or client.registry)
    ]
    rows = [("client", "version", "carrier", "parcel", "reported", "as planted")]
    whys: dict[str, None] = {}
    status = AS_PLANTED
    with environment(options) as installed, served() as server:
        for client in chosen:
            try:
                judged = ask(client, *installed.runner(client), server)
            except SkippedError as skipped:
                sys.stderr.write(f"skipped {client.name} {client.version}: {skipped}\n")
                status = status or SKIPPED
                continue
            for row in judged:
                rows.append((client.name, client.version, client.carrier, row.parcel, row.reported, row.as_planted))
                if row.why:
                    whys[f"{client.name}, {row.parcel}: {row.as_planted}: {row.why}"] = None
            if any(row.as_planted == "NO" for row in judged):
                status = NOT_AS_PLANTED
    sys.stdout.write("\n".join((table(rows), *(("", *whys) if whys else ()), "")))
    return status


if __name__ == "__main__":
    sys.exit(main())
