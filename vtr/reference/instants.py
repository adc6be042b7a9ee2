"""Instants as text, in UTC: parsed from requests and manifests, and formatted for reports."""

import re
from datetime import UTC, datetime

from vtr.reference.errors import InputError

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def read_instant(text: str, what: str) -> datetime:
    """Parse an ISO 8601 instant that has a zone; gives it in UTC. Raises an InputError that names `what`."""
    try:
        if _INSTANT.fullmatch(text.strip()):
            return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the 45th of a month: refused like any other text
    raise InputError(f"{what} is {text!r}, but must be an instant with its zone, as 2026-04-01T00:00:00Z")


def instant_text(instant: datetime) -> str:
    """An aware instant as ISO 8601 in UTC with Z."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
