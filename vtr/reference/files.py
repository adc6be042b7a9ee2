"""Writing a file whole or not at all.

Readers of a report must never meet half of one: what is written goes to a temporary name in the same folder and is
renamed when it is complete. When anything fails, an interruption included, the temporary file is removed and whatever
stood under the final name stays. A target that is no regular file (a pipe, a terminal) cannot be renamed to and is
written through. A link is followed, so that it stays a link.
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
    """A binary file to write to, that becomes `path` when the block ends well.

    Raises VtrError when the folder is missing, is no folder or may not be written to, when `path` is a folder, or when
    the disk refuses. An OSError in the block is taken for one of this file; other exceptions pass through.
    """
    target = _target(path)
    if target.exists() and not target.is_file():
        with _plain_words(path), target.open("wb") as stream:
            yield stream
        return
    with _plain_words(path), replacing_path(target) as temporary, temporary.open("xb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())  # renamed before its bytes are on the disk, a file can be empty after a power cut


@contextmanager
def replacing_path(path: Path) -> Iterator[Path]:
    """A free path in the same folder, for a writer that opens files itself; it becomes `path` when the block ends well.

    Raises VtrError as `replacing` does, and when `path` is no regular file. Nothing happens to `path` when the block
    writes nothing.
    """
    target = _target(path)
    if target.exists() and not target.is_file():
        raise VtrError(f"{path} is no regular file; name a file")
    temporary = target.with_name(f".{token_hex(6)}.part")  # a short name: the final one may be as long as names get
    try:
        with _plain_words(path):
            yield temporary
            if temporary.exists():
                temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def check_target(path: Path) -> None:
    """Raise VtrError when it is plain already that `path` cannot be written: no folder, a folder, a name too long."""
    _target(path)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; raises VtrError as `replacing` does."""
    with replacing(path) as stream:
        stream.write(content)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, line ends as they are, whole or not at all; raises VtrError as `replacing` does."""
    write_bytes(path, text.encode("utf-8"))


def _target(path: Path) -> Path:
    with _plain_words(path):  # even asking about a path is refused when its name is too long
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        if target.is_dir():
            raise VtrError(f"{path} is a folder; name a file in it")
        folder = target.parent
        if not folder.exists():
            raise VtrError(f"{path} cannot be written: there is no folder {folder}; make it first")
        if not folder.is_dir():
            raise VtrError(f"{path} cannot be written: {folder} is no folder")
        return target


@contextmanager
def _plain_words(path: Path) -> Iterator[None]:
    """Say for the user what the system says in an OSError about this file."""
    try:
        yield
    except PermissionError as error:
        raise VtrError(f"{path} cannot be written: no permission in {path.parent}") from error
    except OSError as error:
        raise VtrError(f"{path} cannot be written: {error.strerror or error}") from error
