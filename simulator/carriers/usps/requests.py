"""Requests to USPS's tracking calls: the list of numbers of 3.2, the content type that a call of 3.0 accepts.

Members of the list are as clients send them (B); the content types are those of the Package Tracking spec 3.2.6 (A).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from simulator.carriers.common.oauth import JSON
from simulator.exchange import Request

_SUMMARY = "application/vnd.usps.TrackSummary+json"
FIELDS = "application/vnd.usps.TrackFields+json"
_MEDIA_TYPES = {name.lower(): name for name in (JSON, _SUMMARY, FIELDS)}


@dataclass(frozen=True, slots=True)
class NumberQuery:
    """A number, and filters for its duplicates (an empty text does not filter)."""

    number: str
    zip_code: str
    mailing_date: str


def parse_list(body: bytes) -> list[Any] | None:
    """The JSON list of a request body; None for any other body."""
    try:
        elements = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return elements if isinstance(elements, list) else None


def parse_query(element: object) -> NumberQuery | None:
    """The query in an element of the list; None where it has no tracking number. Non-text members are ignored."""
    if not isinstance(element, dict):
        return None
    number = _text(element, "trackingNumber")
    return NumberQuery(number, _text(element, "destinationZIPCode"), _text(element, "mailingDate")) if number else None


def _text(element: Mapping[str, object], name: str) -> str:
    value = element.get(name)
    return value.strip() if isinstance(value, str) else ""


def media_type(request: Request) -> str:
    """The content type of the answer: the first known one in `Accept`, JSON if there is none."""
    for accepted in request.headers.get("accept", "").lower().split(","):
        known = _MEDIA_TYPES.get(accepted.partition(";")[0].strip())
        if known is not None:
            return known
    return JSON
