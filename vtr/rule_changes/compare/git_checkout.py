"""The files of a commit of the user's repository, exported into a folder of their own.

`git archive` exports a commit without touching the working tree. No shell parses the arguments, git has a time limit,
and unpacked files are limited in size and stay inside the folder.
"""

import subprocess
import tarfile
from pathlib import Path

from vtr.errors import ScenarioError

SECONDS = 60.0
MOST_BYTES = 500_000_000


def commit_of(ref: str) -> str:
    """The commit of a revision, in the repository around the current folder. Raises ScenarioError."""
    if not ref or ref.startswith("-"):
        raise ScenarioError(f"git:{ref}: {ref!r} is not a revision; write git:REF, for example git:HEAD~1 or git:main")
    # Arguments after --end-of-options are never options, whatever they look like.
    return _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", what=f"revision {ref!r}")


def repository_root() -> Path:
    """The root of the repository around the current folder. Raises ScenarioError."""
    return Path(_git("rev-parse", "--show-toplevel", what="this folder's repository"))


def export(commit: str, into: Path, under: str = ".") -> None:
    """Write the files of a commit below a folder of the repository (`.`: all) into a folder. Raises ScenarioError."""
    archive = into.with_name(f"{into.name}.tar")
    options = ("--literal-pathspecs", "-C", str(repository_root()))
    _git(
        *options,
        "archive",
        "--format=tar",
        f"--output={archive}",
        commit,
        "--",
        under,
        what=f"{under} at {commit[:12]}",
    )
    try:
        with tarfile.open(archive) as stream:
            size = 0
            for member in stream:
                size += member.size
                if size > MOST_BYTES:
                    raise ScenarioError(
                        f"{commit[:12]}: more than {MOST_BYTES} bytes, the most that a comparison exports"
                    )
            stream.extractall(into, filter="data")  # nothing outside of the folder, no devices
    except (tarfile.TarError, OSError) as error:
        raise ScenarioError(f"{commit[:12]}: its files cannot be unpacked: {error}") from error
    finally:
        archive.unlink(missing_ok=True)


def _git(*arguments: str, what: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 (no shell, and the user's own repository)
            ["git", *arguments],  # noqa: S607 (the user's own git)
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise ScenarioError("git: sides need the program git, which is not in PATH; install it") from error
    except subprocess.TimeoutExpired as error:
        raise ScenarioError(f"git did not find {what} within {SECONDS:g} s") from error
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise ScenarioError(f"git finds no {what}" + (f": {message}" if message else ""))
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
