"""Writing a file whole or not at all.

Readers of a report must never see half of one. The content goes to a temporary file in the same folder, which is
renamed when it is complete. When anything fails, an interruption included, the temporary file is removed and the file
under the final name stays as it was. A target that is not a regular file (a pipe, a terminal) cannot be replaced and is
written directly. A link is followed, so that it stays a link.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from vtr.reference.errors import VtrError


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary file to write to; it becomes `path` when the block ends without an exception.

    Raises VtrError when the folder is missing, is not a folder or may not be written to, when `path` is a folder, or
    when the disk refuses. An OSError in the block is taken as one of this file; other exceptions pass through.
    """
    target = _target(path)
    if target.exists() and not target.is_file():
        with _os_errors_of(path), target.open("wb") as stream:
            yield stream
        return
    with _os_errors_of(path), replacing_path(target) as temporary, temporary.open("xb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())  # a file renamed before its bytes are on the disk can be empty after a power cut


@contextmanager
def replacing_path(path: Path) -> Iterator[Path]:
    """A free path in the same folder, for a writer that opens files itself; at the end of the block it becomes `path`.

    Raises VtrError as `replacing` does, and when `path` is not a regular file. Nothing happens to `path` when the block
    writes nothing.
    """
    target = _target(path)
    if target.exists() and not target.is_file():
        raise VtrError(f"{path} is not a regular file; name a file")
    temporary = target.with_name(f".{token_hex(6)}.part")  # a short name: the final one may be as long as names get
    try:
        with _os_errors_of(path):
            yield temporary
            if temporary.exists():
                temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def check_target(path: Path) -> None:
    """Raise VtrError if `path` cannot be written: its folder is missing, it is a folder, or its name is too long."""
    _target(path)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; raises VtrError as `replacing` does."""
    with replacing(path) as stream:
        stream.write(content)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, line ends as they are, whole or not at all; raises VtrError as `replacing` does."""
    write_bytes(path, text.encode("utf-8"))


def _target(path: Path) -> Path:
    with _os_errors_of(path):  # the system refuses even to look at a path whose name is too long
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        if target.is_dir():
            raise VtrError(f"{path} is a folder; name a file in it")
        folder = target.parent
        if not folder.exists():
            raise VtrError(f"{path} cannot be written: there is no folder {folder}; make it first")
        if not folder.is_dir():
            raise VtrError(f"{path} cannot be written: {folder} is not a folder")
        return target


@contextmanager
def _os_errors_of(path: Path) -> Iterator[None]:
    """Turn an OSError about this file into a VtrError with a message for the user."""
    try:
        yield
    except PermissionError as error:
        raise VtrError(f"{path} cannot be written: no permission in {path.parent}") from error
    except OSError as error:
        raise VtrError(f"{path} cannot be written: {error.strerror or error}") from error
