"""What is asked of FedEx's tracking operations, and which parcels are meant.

They have their question in common: a JSON object with a list of numbers, each with what narrows its duplicates. A
request is read as FedEx's reader takes it: numbers as text or digits, booleans as text too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from simulator.carriers.common.carrier import Call, CarrierView
from simulator.carriers.common.credentials import Product
from simulator.carriers.common.number_form import normalise
from simulator.carriers.fedex import auth, errors
from simulator.carriers.fedex.numbers import company
from simulator.exchange import Request, Response
from simulator.parcel import Parcel

MOST_NUMBERS = 30  # Track API spec (A)

_JULIAN_DAY_OF_ORDINAL_ZERO = 1_721_425
_TRUTH = {"true": True, "false": False}
_COMPANY_OF_SERVICE = {
    "express": "FDXE", "2day": "FDXE", "overnight": "FDXE", "international": "FDXE", "ground": "FDXG", "home": "FDXG",
    "economy": "FXSP", "freight": "FXFR",
}  # fmt: skip
# How the unique id ends: FX and FDEG seen (B), the others by analogy (D).
_UNIQUE_ID_ENDING = {"FDXE": "FX", "FDXG": "FDEG", "FXSP": "FXSP", "FXFR": "FDFR"}


@dataclass(frozen=True, slots=True)
class Question:
    """One number of a request, and what narrows its duplicates (no text: no narrowing)."""

    number: str
    begin: str
    end: str
    unique_id: str


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def numbers(call: Call, member: str) -> tuple[str, ...]:
    """The tracking numbers in the list that a member of the request holds, whatever was sent."""
    asked = _document(call.request.body)
    entries = asked.get(member) if asked else None
    return tuple(filter(None, map(_number, entries))) if isinstance(entries, list) else ()


def transaction(request: Request) -> str:
    """The client's own transaction id, to be echoed; empty where it has none."""
    return request.headers.get("x-customer-transaction-id", "")


def flag(value: object) -> bool | None:
    """A boolean, or its text: FedEx's reader takes both."""
    if isinstance(value, str):
        return _TRUTH.get(value.lower())
    return value if isinstance(value, bool) else None


def text(value: object) -> str:
    """Text as FedEx's reader takes it: a number is as good as its digits."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def part(entry: object, name: str) -> Mapping[str, Any]:
    """The JSON object that a member of an entry is; empty where it is none."""
    value = entry.get(name) if isinstance(entry, dict) else None
    return value if isinstance(value, dict) else {}


def opened(request: Request, view: CarrierView) -> dict[str, Any] | Response:
    """The JSON object of a request that FedEx lets in, or why it doesn't read it: the token, no JSON, another type."""
    if not auth.holds(request, view):
        return errors.unauthorized(request, view)
    if Product.FEDEX_TRACKING in view.credentials.withheld:
        return errors.forbidden(request, view)
    own = transaction(request)
    found = _document(request.body)
    if found is None:
        if not request.body.strip():
            return errors.empty_number(view, own)
        return errors.invalid_input(view, 400, "The request is not a JSON object.", own)
    declared = request.headers.get("content-type", "")
    if declared and "json" not in declared.lower():
        return errors.bad_request(view, f"content-type {declared} is not application/json.", own)
    return found


def read(entries: object, request: Request, view: CarrierView) -> tuple[Question, ...] | Response:
    """The questions in a request's list, or what FedEx says of a list that can't be answered."""
    own = transaction(request)
    if not isinstance(entries, list) or not entries or not all(_number(entry) for entry in entries):
        return errors.empty_number(view, own)
    if len(entries) > MOST_NUMBERS:
        return errors.invalid_input(view, 400, f"Please limit your inquiry to {MOST_NUMBERS} tracking numbers.", own)
    questions = tuple(map(_question, entries))
    days = (day for question in questions for day in (question.begin, question.end))
    wrong = next((day for day in days if day and not _is_date(day)), None)
    if wrong is not None:
        return errors.invalid_input(view, 400, f"Ship date {wrong} is not of the form YYYY-MM-DD.", own)
    return questions


def _number(entry: object) -> str:
    return text(part(entry, "trackingNumberInfo").get("trackingNumber"))


def _question(entry: Mapping[str, Any]) -> Question:
    identity = text(part(entry, "trackingNumberInfo").get("trackingNumberUniqueId"))
    return Question(_number(entry), text(entry.get("shipDateBegin")), text(entry.get("shipDateEnd")), identity)


def _is_date(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def meant(question: Question, view: CarrierView) -> list[tuple[Parcel, str]]:
    """The parcels that a question means, the oldest ship date first, each with its unique id."""
    ordered = sorted(view.parcels(question.number), key=ship_date)
    return [
        (parcel, identity)
        for parcel, identity in ((parcel, unique_id(parcel, index)) for index, parcel in enumerate(ordered))
        if (not question.begin or question.begin <= ship_date(parcel).isoformat())
        and (not question.end or ship_date(parcel).isoformat() <= question.end)
        and question.unique_id in {"", identity}
    ]


def ship_date(parcel: Parcel) -> date:
    """The day of the first event, or of the bare record, at the origin."""
    first = min((event.happened for event in parcel.events), default=parcel.registered)
    return parcel.origin.local(first).date() if first is not None else date.min


def unique_id(parcel: Parcel, index: int) -> str:
    """What tells a parcel from others of its number: Julian day of shipping and a serial, number, company.

    The form is seen (B); that its first part is the Julian day fits every capture (B), the serial is ours (D).
    """
    day = ship_date(parcel).toordinal() + _JULIAN_DAY_OF_ORDINAL_ZERO
    return f"{day}{index:03}~{parcel.tracking_number}~{_UNIQUE_ID_ENDING[operating_company(parcel)]}"


def operating_company(parcel: Parcel) -> str:
    """The `carrierCode` of a parcel: its service's, or that which its number's form belongs to."""
    return _COMPANY_OF_SERVICE.get(parcel.service.lower()) or company(normalise(parcel.tracking_number))
