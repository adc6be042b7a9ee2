"""Requests to FedEx's tracking operations.

Both operations take a JSON object with a list of numbers, each with filters for its duplicates. Values are parsed as
leniently as FedEx parses them: numbers as text or digits, booleans also as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from simulator.carriers.common.carrier import Call, CarrierView
from simulator.carriers.fedex import auth, errors
from simulator.exchange import Request, Response

MOST_NUMBERS = 30  # Track API spec (A)

_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class NumberQuery:
    """One number of a request, and filters for its duplicates (an empty text does not filter).

    begin, end: first and last ship date, YYYY-MM-DD.
    unique_id: FedEx's id of one parcel, as an earlier answer gave it.
    """

    number: str
    begin: str
    end: str
    unique_id: str


def _parse_object(body: bytes) -> dict[str, Any] | None:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def tracking_numbers(call: Call, member: str) -> tuple[str, ...]:
    """The tracking numbers in a member of the request, for the journal; empty for a malformed request. Never raises."""
    document = _parse_object(call.request.body)
    entries = document.get(member) if document else None
    return tuple(filter(None, map(_number, entries))) if isinstance(entries, list) else ()


def transaction_id(request: Request) -> str:
    """The client's own transaction id, to be echoed; empty where it sent none."""
    return request.headers.get("x-customer-transaction-id", "")


def as_bool(value: object) -> bool | None:
    """A boolean, or the boolean that a text names, since FedEx accepts both; None for any other value."""
    if isinstance(value, str):
        return _TRUTH.get(value.lower())
    return value if isinstance(value, bool) else None


def as_text(value: object) -> str:
    """A text without blanks around it, or the digits of a whole number; empty for any other value."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def json_object(entry: object, name: str) -> Mapping[str, Any]:
    """The JSON object in a member of an entry; empty where there is none."""
    value = entry.get(name) if isinstance(entry, dict) else None
    return value if isinstance(value, dict) else {}


def parse_body(request: Request, view: CarrierView) -> dict[str, Any] | Response:
    """The JSON object of a request; or the refusal of a bad token, of a malformed body or of another type of JSON."""
    refusal = auth.check_access(request, view)
    if refusal is not None:
        return refusal
    transaction = transaction_id(request)
    document = _parse_object(request.body)
    if document is None:
        if not request.body.strip():
            return errors.empty_number(view, transaction)
        return errors.invalid_input(view, 400, "The request is not a JSON object.", transaction)
    declared = request.headers.get("content-type", "")
    if declared and "json" not in declared.lower():
        return errors.bad_request(view, f"content-type {declared} is not application/json.", transaction)
    return document


def parse_queries(entries: object, request: Request, view: CarrierView) -> tuple[NumberQuery, ...] | Response:
    """The queries in a request's list; or the refusal of a malformed, empty or too long list."""
    transaction = transaction_id(request)
    if not isinstance(entries, list) or not entries or not all(_number(entry) for entry in entries):
        return errors.empty_number(view, transaction)
    if len(entries) > MOST_NUMBERS:
        return errors.invalid_input(
            view, 400, f"Please limit your inquiry to {MOST_NUMBERS} tracking numbers.", transaction
        )
    queries = tuple(map(_parse_query, entries))
    days = (day for query in queries for day in (query.begin, query.end))
    malformed = next((day for day in days if day and not _is_date(day)), None)
    if malformed is not None:
        return errors.invalid_input(view, 400, f"Ship date {malformed} is not of the form YYYY-MM-DD.", transaction)
    return queries


def _number(entry: object) -> str:
    return as_text(json_object(entry, "trackingNumberInfo").get("trackingNumber"))


def _parse_query(entry: Mapping[str, Any]) -> NumberQuery:
    identity = as_text(json_object(entry, "trackingNumberInfo").get("trackingNumberUniqueId"))
    return NumberQuery(_number(entry), as_text(entry.get("shipDateBegin")), as_text(entry.get("shipDateEnd")), identity)


def _is_date(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False
