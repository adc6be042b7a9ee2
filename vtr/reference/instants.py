"""Instants as text: how they are read from requests and manifests, and written into reports. All are UTC."""

import re
from datetime import UTC, datetime

from vtr.reference.errors import InputError

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def read_instant(text: str, what: str) -> datetime:
    """An ISO 8601 instant with its zone, in UTC. Raises InputError that names `what`."""
    try:
        if _INSTANT.fullmatch(text.strip()):
            return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the 45th of a month: told like any other text that is no instant
    raise InputError(f"{what} is {text!r}, but must be an instant with its zone, as 2026-04-01T00:00:00Z")


def instant_text(instant: datetime) -> str:
    """An aware instant as ISO 8601 in UTC with Z."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
