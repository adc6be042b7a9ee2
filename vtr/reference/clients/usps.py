"""USPS Tracking 3.0: one number a call with expand=DETAIL, an OAuth token, newest event first.

What is particular about USPS: an unknown number is HTTP 400, distinguished from a bad request only by the inner code;
local times come without zone and are sometimes marked with a false Z; an offset and a GMT time accompany them, whose
date is not advanced past midnight (captures of November 2024, A). The answer without DETAIL holds sentences and no
event codes, so it is never read as a history.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from urllib.parse import quote

from vtr.reference.clients.answers import Answer, ScanRow, sort_scans
from vtr.reference.clients.endpoints import OAuthEndpoint
from vtr.reference.clients.http import Bearer, CarrierHttp, Clocks, Reply, RetryPolicy, ask_in_turn
from vtr.reference.clients.shapes import BadShape, Part, as_part, as_parts, refusal_words, unreadable
from vtr.reference.clients.times import in_zone, read_offset, read_time, to_utc
from vtr.reference.clients.transport import Call
from vtr.reference.clients.zones import is_us_state, place, zone_by

CARRIER = "usps"
TITLE = "USPS"

# Inner codes for a number that USPS has nothing about (USPS error list of 2025-10-30, A): no status
# yet, maybe incorrect, not available here, notice and pick-up numbers, another shipper's number, fraudulent postage.
# Not among them: 150005 (sign-up for notifications) and 150008 (withheld for a foreign country: a history exists).
_UNKNOWN_CODES = frozenset(f"1500{end}" for end in ("01", "02", "03", "04", "06", "07", "09", "10", "11", "12", "13"))
_GMT_SECONDS = 60  # the local time has no seconds; GMT has
_DAY = timedelta(days=1)
_IMPB_LENGTH = 22
_LENGTHS_WITH_ZIP = frozenset((_IMPB_LENGTH + 8, _IMPB_LENGTH + 12))  # 420 with five digits, or with nine


def track(numbers: Iterable[str], endpoint: OAuthEndpoint, policy: RetryPolicy, clocks: Clocks) -> Iterator[Answer]:
    """Look up each number at USPS, one call per number; answers come in the same order."""
    with closing(CarrierHttp(TITLE, endpoint.base_url, policy, clocks)) as http:
        bearer = Bearer(http, _token_call(endpoint))

        def ask(asked: Sequence[str]) -> list[Answer]:
            path = f"/tracking/v3/tracking/{quote(asked[0], safe='')}"
            return read_reply(bearer.call(Call("GET", path, query={"expand": "DETAIL"})), asked)

        yield from ask_in_turn(http, CARRIER, ((number,) for number in numbers), ask)


def read_reply(reply: Reply, asked: Sequence[str]) -> list[Answer]:
    """Read a reply of USPS; the inner code of an error decides whether the number is unknown."""
    if reply.is_ok:
        return read(reply.document, asked)
    return _error_answers(reply.document, asked, f"{TITLE} answered {reply.summary}")


def read(document: object, asked: Sequence[str] = ()) -> list[Answer]:
    """Read a tracking answer, of 3.0 (an object) or 3.2 (a list). asked: the numbers of the call, else the answer's.

    A body with USPS's errors is read as what they mean. Never raises: an unreadable answer is "unanswered".
    """
    try:
        pieces = as_parts(document)
    except BadShape as bad:
        return [_unreadable(number, bad) for number in asked or ("",)]
    if not asked:
        return [_answer(piece, _text_or_empty(piece, "trackingNumber")) for piece in pieces]
    if not isinstance(document, list):
        return [_answer_about(pieces[0], number) for number in asked]
    by_number = {_text_or_empty(piece, "trackingNumber").upper(): piece for piece in pieces}
    return [
        _answer(by_number[number], number)
        if number in by_number
        else _unreadable(number, BadShape("the number is not in it"))
        for number in asked
    ]


def _token_call(endpoint: OAuthEndpoint) -> Call:
    login = {
        "grant_type": "client_credentials",
        "client_id": endpoint.client_id,
        "client_secret": endpoint.client_secret,
    }
    return Call("POST", "/oauth2/v3/token", body=login)


def _answer_about(piece: Part, number: str) -> Answer:
    """Read an answer about one number. It need not repeat the number, but the scans of another are not evidence.

    The ZIP code's prefix (420 and five or nine digits) may stand before either of the two: both are the same barcode.
    """
    answered = _text_or_empty(piece, "trackingNumber")
    if answered and _without_zip(answered) != _without_zip(number):
        return _unreadable(number, BadShape(f"it is about {answered}"))
    return _answer(piece, number)


def _without_zip(number: str) -> str:
    """A number without blanks and without the ZIP code before its 22 digits."""
    plain = "".join(number.upper().split())
    has_zip = plain.startswith("420") and len(plain) in _LENGTHS_WITH_ZIP and plain.isdigit()
    return plain[-_IMPB_LENGTH:] if has_zip else plain


def _answer(piece: Part, number: str) -> Answer:
    if piece.members.get("error"):
        if _is_unknown_in_list(piece):
            return Answer(CARRIER, number, "unknown", why=refusal_words(piece.members))
        return _error_answers(dict(piece.members), (number,), f"{TITLE} answered {refusal_words(piece.members)}")[0]
    try:
        events = piece.needed_parts("trackingEvents")
        return Answer(CARRIER, number, "known", sort_scans(_scan_row(event) for event in reversed(events)))
    except BadShape as bad:
        return _unreadable(number, bad)


def _is_unknown_in_list(piece: Part) -> bool:
    """Whether it is an element of a 3.2 list with 404 for its number, also without an inner code (B).

    A bare 404 is not: it may as well be a path that USPS does not have.
    """
    return bool(_text_or_empty(piece, "trackingNumber")) and _text_or_empty(piece, "statusCode") == "404"


def _error_answers(document: object, numbers: Sequence[str], words: str) -> list[Answer]:
    is_unknown = bool(_inner_codes(document) & _UNKNOWN_CODES)
    why = refusal_words(document) if is_unknown else words
    return [Answer(CARRIER, number, "unknown" if is_unknown else "unanswered", why=why) for number in numbers or ("",)]


def _inner_codes(document: object) -> set[str]:
    try:
        return {error.text("code") for error in as_part(document).part("error").parts("errors") or ()}
    except BadShape:
        return set()


def _unreadable(number: str, bad: BadShape) -> Answer:
    return Answer(CARRIER, number, "unanswered", why=unreadable(TITLE, bad))


def _text_or_empty(piece: Part, name: str) -> str:
    value = piece.members.get(name)
    return value.strip() if isinstance(value, str) else ""


def _scan_row(event: Part) -> ScanRow:
    city, state, country = event.text("eventCity"), event.text("eventState"), event.text("eventCountry")
    return ScanRow(
        position=0,
        at=_instant(event),
        code=event.needed("eventCode").upper(),
        description=event.text("eventType"),
        location=", ".join(part for part in (city, state, country) if part),
    )


def _instant(event: Part) -> datetime | None:
    """The instant by local time and offset, with the seconds of the GMT time; else by GMT; else by the place.

    A date at midnight without offset is only a date (label events, B) and stays undated.
    """
    local = read_time(event.text("eventTimestamp"))
    gmt = read_time(event.text("GMTTimestamp"))
    universal = None if gmt is None else to_utc(gmt.local, timedelta(0))
    offset = read_offset(event.text("GMTOffset"))
    if local is None or not local.has_clock:
        return universal
    if offset is not None:
        at = to_utc(local.local, offset)
        # Only the time of day: the date is unreliable.
        beyond = timedelta(0) if universal is None else (universal - at) % _DAY
        return at + beyond if beyond.total_seconds() < _GMT_SECONDS else at
    if universal is not None:
        return universal
    if local.is_midnight:
        return None
    zone = _zone(event)
    return None if zone is None else in_zone(local.local, zone)


def _zone(event: Part) -> str | None:
    """The zone of the place; at plants only the facility's name holds the state: QUEENS NY DISTRIBUTION CENTER (A)."""
    city = event.text("eventCity").upper()
    country = event.text("eventCountry")
    postal_code = event.text("eventZIP") or event.text("eventZIPCode")
    state = event.text("eventState") or next((word for word in reversed(city.split()) if is_us_state(word)), "")
    return zone_by(place(country or "US", state, postal_code, city if state or country else ""))
