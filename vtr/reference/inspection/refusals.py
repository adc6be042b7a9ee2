"""Refusals in answers: why a carrier shows no events of a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vtr.reference.clients.answers import Answer

_SUMMARY = (
    "a summary: it has sentences and no event codes, so whether USPS read the parcel cannot be decided from it;"
    " ask again with expand=DETAIL"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a number has no events. code: the carrier's own, or UNKNOWN_NUMBER, SUMMARY, UNREADABLE."""

    code: str
    message: str


def refusal_of(carrier: str, answer: Answer, document: object) -> Refusal | None:
    """The refusal of a number in a document; None if the carrier knows the number."""
    if answer.outcome == "known":
        return None
    piece = _part_about(carrier, answer, document)
    if carrier == "usps" and isinstance(piece, dict) and _is_summary(piece):
        return Refusal("SUMMARY", _SUMMARY)
    code, message = _refusal_words(piece) or ("", "")
    if answer.outcome == "unknown":
        return Refusal(code or "UNKNOWN_NUMBER", message or answer.why)
    return Refusal(code or "UNREADABLE", answer.why)


def _is_summary(piece: Mapping[str, Any]) -> bool:
    members = ("eventSummaries", "statusSummary", "status", "statusCategory")
    return "trackingEvents" not in piece and not piece.get("error") and any(name in piece for name in members)


def _part_about(carrier: str, answer: Answer, document: object) -> object:
    """The part of a document about the number of an answer; the whole document if it is about one number."""
    pieces: object = None
    if carrier == "usps":
        pieces = document
    elif carrier == "fedex" and isinstance(document, dict) and isinstance(document.get("output"), dict):
        pieces = document["output"].get("completeTrackResults")
    if not isinstance(pieces, list):
        return document
    for piece in pieces:
        if isinstance(piece, dict) and _key(str(piece.get("trackingNumber", ""))) == _key(answer.tracking_number):
            return piece
    return document


def _key(number: str) -> str:
    return "".join(number.upper().split())


# The members of answers that hold refusals; other members have codes too, which are not refusals.
_MEMBERS_WITH_REFUSALS = (
    *("response", "trackResponse", "shipment", "output", "completeTrackResults", "trackResults"),
    *("error", "errors", "warnings", "alerts"),
)
_SUCCESS = "00000"  # China Post sends this code with "nothing found", too


def _refusal_words(value: object) -> tuple[str, str] | None:
    """The code and the text of the innermost refusal; of the first if there are several."""
    if isinstance(value, list):
        return next((found for each in value if (found := _refusal_words(each)) is not None), None)
    if not isinstance(value, dict):
        return None
    for name in _MEMBERS_WITH_REFUSALS:
        found = _refusal_words(value.get(name))
        if found is not None:
            return found
    code = _first_text(value, "code", "retCode") or (_first_text(value, "status") if "title" in value else "")
    words = _first_text(value, "message", "retMsg", "detail", "title", "description")
    return (code, words) if code not in {"", _SUCCESS} and words else None


def _first_text(value: Mapping[str, Any], *names: str) -> str:
    found = (value.get(name) for name in names)
    return next((str(each).strip() for each in found if isinstance(each, str | int) and str(each).strip()), "")
