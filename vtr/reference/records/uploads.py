"""A file of confirmations as it is named on a command line: its path, and where needed the instant of its upload.

Amazon's own formats do not hold when they were sent, so the instant is written behind the name:
`feed.txt@2026-03-05T09:00:00Z`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vtr.reference.errors import InputError
from vtr.reference.records.cells import NotUsable, instant

_LOOKS_LIKE_A_TIME = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

EXAMPLE = "@2026-03-05T09:00:00Z"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, and the instant (aware, UTC) at which it was sent to Amazon; None when that is not given."""

    path: Path
    submitted_at: datetime | None = None


def upload_named(text: str) -> Upload:
    """Read FILE or FILE@INSTANT; an @ with anything but a date behind it belongs to the name. Raises InputError."""
    name, at, behind = text.rpartition("@")
    if not at or not _LOOKS_LIKE_A_TIME.match(behind):
        return Upload(Path(text))
    if not name:
        raise InputError(f"{text!r} names no file; write FILE{EXAMPLE}")
    try:
        return Upload(Path(name), instant(behind))
    except NotUsable as error:
        raise InputError(f"{name}: {behind!r} behind the @ {error}") from error
