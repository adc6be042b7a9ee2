"""A file of confirmations as named on a command line: its path, and where needed the instant of its upload.

Amazon's own formats do not record when they were sent, so the instant follows the name:
`feed.txt@2026-03-05T09:00:00Z`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vtr.reference.errors import InputError
from vtr.reference.records.cell_parsers import InvalidCell, parse_instant

_LOOKS_LIKE_A_TIME = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

INSTANT_EXAMPLE = "@2026-03-05T09:00:00Z"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, and the instant (aware, UTC) at which it was sent to Amazon; None when unknown."""

    path: Path
    submitted_at: datetime | None = None


def upload_named(text: str) -> Upload:
    """Parse FILE or FILE@INSTANT; an @ that no date follows belongs to the name. Raises InputError."""
    name, at, suffix = text.rpartition("@")
    if not at or not _LOOKS_LIKE_A_TIME.match(suffix):
        return Upload(Path(text))
    if not name:
        raise InputError(f"{text!r} does not name a file; write FILE{INSTANT_EXAMPLE}")
    try:
        return Upload(Path(name), parse_instant(suffix))
    except InvalidCell as error:
        raise InputError(f"{name}: {suffix!r} after the @ {error}") from error
