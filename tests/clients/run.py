"""Let third-party clients query the fake carriers, and compare their reports with the parcels there.

    python tests/clients/run.py [--only NAME ...] [--registry pypi|npm] [--environment DIR | --here]

Run by hand: it installs the clients, in the versions that `expected.py` pins, from the package registries into an
environment of their own outside this tree (a temporary one, or DIR, which is kept and reused; --here uses this
Python's own packages and installs nothing). Then it starts the server with three parcels at each carrier (delivered,
moving, label only; `parcels.py`), and looks them up, and an unknown number, through each client's own calls, by a
small driver in a process of its own.

The Python clients run unchanged: in their processes the carriers' real names are redirected to this machine
(`drivers/redirect_hosts.py`), to a server with certificates for those names, so that they really request
`https://apis.usps.com`. (karrio's connectors accept no other address.) Those for Node get the address of a second
server, which has the carriers under prefixes. Nothing leaves the machine except for the downloads of pip and npm.

The table shows for each client and parcel what was reported and whether it is as planted: yes, NO, or that the client
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

import parcels
from comparison import ReportComparison, compare_reports
from expected import CLIENTS, Client

from simulator import http_server
from simulator.carriers import HOSTS
from simulator.http_server import certificates

DRIVERS = Path(__file__).parent / "drivers"
INSTALL_SECONDS = 600
ANSWER_SECONDS = 60
AS_PLANTED, NOT_AS_PLANTED, SKIPPED = 0, 1, 3


class SkippedError(Exception):
    """A client can't be tried here; the message is the reason."""


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
        errors = [line.strip() for line in (failed.stdout + failed.stderr).splitlines() if "error" in line.lower()]
        raise SkippedError(f"can't be installed: {'; '.join(errors[:2]) or _last_line(failed.stderr)}") from None
    except subprocess.TimeoutExpired:
        raise SkippedError(f"can't be installed within {INSTALL_SECONDS} seconds") from None


@contextmanager
def environment(options: argparse.Namespace) -> Iterator[Environment]:
    """The requested environment, while the block lasts."""
    if options.here:
        yield Environment(None)
    elif options.environment is not None:
        folder = options.environment.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        yield Environment(folder)
    else:
        with TemporaryDirectory(prefix="clients-") as temporary:
            yield Environment(Path(temporary))


# -- querying


@dataclass(frozen=True, slots=True)
class Servers:
    """The two servers.

    url: of the plain one.
    tls_port: of the one for the carriers' real names.
    trusted: the certificate of its authority.
    """

    url: str
    tls_port: int
    trusted: Path


@contextmanager
def run_servers() -> Iterator[Servers]:
    """Two servers that know the parcels, one of them with certificates, while the block lasts."""
    with TemporaryDirectory() as folder:
        made = certificates.ensure_certificates(Path(folder), HOSTS, now=datetime.now(UTC))
        with (
            http_server.running(parcels.build_sessions()) as url,
            http_server.running(parcels.build_sessions(), certificates=made) as tls_url,
        ):
            yield Servers(url, urlsplit(tls_url).port or 443, made.ca)


def ask(client: Client, runner: Sequence[str], folder: Path, server: Servers) -> list[ReportComparison]:
    """Query through a client, and compare its report of each parcel."""
    questions = {
        "url": server.url,
        "tls_port": server.tls_port,
        "name": parcels.NAME,
        "connector": client.connector,
        "numbers": parcels.NUMBERS[client.carrier],
    }
    with TemporaryDirectory() as home:  # what a client writes into the user's home is not left there
        try:
            ended = subprocess.run(
                [*runner, str(DRIVERS / client.driver)],
                input=json.dumps(questions),
                cwd=folder,
                env=_driver_environment(home, server.trusted),
                check=True,
                timeout=ANSWER_SECONDS,
                capture_output=True,
                encoding="utf-8",
            )
            reports = json.loads(ended.stdout.splitlines()[-1])
        except subprocess.TimeoutExpired:
            return [ReportComparison("all", "nothing", "NO", f"it ran longer than {ANSWER_SECONDS} seconds")]
        except subprocess.CalledProcessError as failed:
            return [ReportComparison("all", "nothing", "NO", f"it ended with: {_last_line(failed.stderr)}")]
        except (IndexError, json.JSONDecodeError):
            return [ReportComparison("all", "nothing", "NO", f"no reports from its driver: {_last_line(ended.stdout)}")]
    known = {parcel: (error.report, error.why) for parcel, error in client.errs.items()}
    return list(compare_reports(client.reports, known, reports))


def _driver_environment(home: str, trusted: Path) -> dict[str, str]:
    """A driver's environment variables: no proxy to this machine, and the authority of this run trusted."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    trust = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), str(trusted))
    return kept | trust | {"HOME": home, "USERPROFILE": home}


def _last_line(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines[-1] if lines else "no word"


# -- reporting


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def main() -> int:
    """Query through every chosen client and print the table. Returns the exit status."""
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
    with environment(options) as installed, run_servers() as server:
        for client in chosen:
            try:
                compared = ask(client, *installed.runner(client), server)
            except SkippedError as skipped:
                sys.stderr.write(f"skipped {client.name} {client.version}: {skipped}\n")
                status = status or SKIPPED
                continue
            for row in compared:
                rows.append((client.name, client.version, client.carrier, row.parcel, row.reported, row.as_planted))
                if row.why:
                    whys[f"{client.name}, {row.parcel}: {row.as_planted}: {row.why}"] = None
            if any(row.as_planted == "NO" for row in compared):
                status = NOT_AS_PLANTED
    sys.stdout.write("\n".join((table(rows), *(("", *whys) if whys else ()), "")))
    return status


if __name__ == "__main__":
    sys.exit(main())
