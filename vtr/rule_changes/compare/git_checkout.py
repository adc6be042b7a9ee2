"""Files as they stood at a commit of the user's repository, taken out of git into a folder of their own.

`git archive` writes what a commit holds, and nothing of the working tree is touched. No shell reads the words, git has
a time limit, and what is unpacked is limited in size and kept inside the folder.
"""

import subprocess
import tarfile
from pathlib import Path

from vtr.errors import ScenarioError

SECONDS = 60.0
MOST_BYTES = 500_000_000


def commit_of(ref: str) -> str:
    """The commit that a revision names in the repository around this folder. Raises ScenarioError."""
    if not ref or ref.startswith("-"):
        raise ScenarioError(f"git:{ref}: {ref!r} is no revision; write git:REF, as git:HEAD~1 or git:main")
    # What follows --end-of-options is no option, whatever it looks like.
    return _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", what=f"revision {ref!r}")


def top() -> Path:
    """The repository around this folder. Raises ScenarioError."""
    return Path(_git("rev-parse", "--show-toplevel", what="this folder's repository"))


def take_out(commit: str, into: Path, under: str = ".") -> None:
    """Write what a commit holds under a folder of the repository (`.`: everything). Raises ScenarioError."""
    archive = into.with_name(f"{into.name}.tar")
    where = ("--literal-pathspecs", "-C", str(top()))
    _git(
        *where, "archive", "--format=tar", f"--output={archive}", commit, "--", under, what=f"{under} at {commit[:12]}"
    )
    try:
        with tarfile.open(archive) as stream:
            size = 0
            for member in stream:
                size += member.size
                if size > MOST_BYTES:
                    raise ScenarioError(
                        f"{commit[:12]}: more than {MOST_BYTES} bytes; a comparison takes out at most so many"
                    )
            stream.extractall(into, filter="data")  # nothing outside of the folder, no devices
    except (tarfile.TarError, OSError) as error:
        raise ScenarioError(f"{commit[:12]}: what it holds cannot be unpacked: {error}") from error
    finally:
        archive.unlink(missing_ok=True)


def _git(*words: str, what: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 (no shell, and the user's own repository)
            ["git", *words],  # noqa: S607 (the user's own git)
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
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise ScenarioError(f"git finds no {what}" + (f": {said}" if said else ""))
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
