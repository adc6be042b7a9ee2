"""DHL Shipment Tracking Unified: one number a call, an API key, newest event first, pages of shipments.

What is particular about DHL: an unknown number is a 404 problem+json; the schema requires nothing of an event; times
are local to the event and mostly without offset (A and B), so the place decides, written like DENVER-USA, as a country
code with or without ZIP code, or missing. An event without a place, or at one whose zone is unknown, takes the zone of
the older events' places, of the origin or the destination: a guess that is at most as wrong as the journey is wide.

The key of an event is its statusCode. Two are refined: "transit/data-only" when the text shows that only data has
arrived (seen under transit, A), and "delivered/returned" when the shipment's returnFlag is set (A).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from vtr.reference.clients.answers import Answer, ScanRow, sort_scans
from vtr.reference.clients.endpoints import DhlEndpoint
from vtr.reference.clients.http import CarrierHttp, Clocks, Reply, RetryPolicy, ask_in_turn
from vtr.reference.clients.shapes import BadShape, Part, as_part, refusal_words, unreadable
from vtr.reference.clients.times import in_zone, read_offset, read_time, to_utc
from vtr.reference.clients.transport import Call, NoAnswer
from vtr.reference.clients.zones import Place, country_code, is_country, is_us_state, place, zone_by

CARRIER = "dhl"
TITLE = "DHL"
_PAGE = 5  # the interface's own default (A)
_MAX_PAGES = 20
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404
_CODE_LETTERS = 2
_UNKNOWN_WORDS = frozenset(("no result found", "not data found", "no data found"))

# What DHL's divisions write when they have data and no parcel (Express and eCommerce texts, B and C; Parcel DE, C).
_DATA_ONLY = (
    "shipment information received",
    "shipment information has been received",
    "electronic notification",
    "electronically",
    "instruction data",
    "label created",
    "label printed",
    "data received",
    "data has been received",
    "been announced",
    "announced the shipment",
    "awaiting shipment",
    "not yet been handed over",
    "elektronisch",
    "angekündigt",
)


def track(numbers: Iterable[str], endpoint: DhlEndpoint, policy: RetryPolicy, clocks: Clocks) -> Iterator[Answer]:
    """Look up each number at DHL, one call per number (more when an answer has pages); answers in the same order."""
    with closing(CarrierHttp(TITLE, endpoint.base_url, policy, clocks)) as http:
        accepted = False

        def ask(asked: Sequence[str]) -> list[Answer]:
            nonlocal accepted
            replies = []
            for page in range(_MAX_PAGES):
                reply = http.call(_tracking_call(asked[0], page * _PAGE, endpoint.api_key))
                if reply.status in {_UNAUTHORIZED, _FORBIDDEN}:
                    # There is one key: refused at the first call, it will be refused at every call.
                    raise NoAnswer(f"{TITLE} refused the credentials ({reply.summary})", final=not accepted)
                accepted = True
                replies.append(reply)
                if not (reply.is_ok and _has_more(reply.document)):
                    break
            return read_replies(replies, asked)

        yield from ask_in_turn(http, CARRIER, ((number,) for number in numbers), ask)


def read_replies(replies: Sequence[Reply], asked: Sequence[str]) -> list[Answer]:
    """Read the pages of an answer; any of them may be "nothing found"."""
    first, *later = replies
    if first.status == _NOT_FOUND and _is_unknown_number(first.document):
        return [Answer(CARRIER, number, "unknown", why=first.words) for number in asked]
    failed = [reply for reply in (first, *later) if not reply.is_ok]
    if any(reply is first or not _is_unknown_number(reply.document) for reply in failed):
        why = f"{TITLE} answered {failed[0].summary}"
        return [Answer(CARRIER, number, "unanswered", why=why) for number in asked]
    return _read_pages([reply.document for reply in replies if reply.is_ok], asked)


def read(document: object, asked: Sequence[str] = ()) -> list[Answer]:
    """Read a tracking answer of the unified interface or of MyDHL, whose events have a typeCode.

    asked: the number of the call; without it each shipment answers for its own number. DHL's problem body for an
    unknown number is "unknown". Never raises: an unreadable answer is "unanswered".
    """
    if _is_unknown_number(document):
        return [Answer(CARRIER, number, "unknown", why=refusal_words(document)) for number in asked or ("",)]
    return _read_pages([document], asked)


def _tracking_call(number: str, offset: int, api_key: str) -> Call:
    query = {"trackingNumber": number, "language": "en", "limit": str(_PAGE)}
    if offset:
        query["offset"] = str(offset)
    return Call("GET", "/track/shipments", query=query, headers={"DHL-API-Key": api_key})


def _has_more(document: object) -> bool:
    """Whether the answer announces a further page; the host in its link is ignored."""
    try:
        answer = as_part(document)
        return bool(answer.text("nextUrl")) and len(answer.needed_parts("shipments")) >= _PAGE
    except BadShape:
        return False


def _is_unknown_number(document: object) -> bool:
    """Whether it is DHL's 404 about a number, and not one about a path or of a gateway, which look alike.

    Decided by its title ("No result found" of the unified interface, B; "Not data found" of MyDHL, A) or by the detail
    (MyDHL, A).
    """
    try:
        problem = as_part(document)
        words = {problem.text("title").lower(), problem.text("detail").lower()}
        return problem.text("status") == str(_NOT_FOUND) and not words.isdisjoint(_UNKNOWN_WORDS)
    except BadShape:
        return False


def _read_pages(documents: Sequence[object], asked: Sequence[str]) -> list[Answer]:
    try:
        shipments = [part for document in documents for part in as_part(document).needed_parts("shipments")]
        if asked:
            return [_answer(number, _own_shipments(shipments, number)) for number in asked]
        return [_answer(_number(shipment), [shipment]) for shipment in shipments]
    except BadShape as bad:
        why = unreadable(TITLE, bad, documents[0])
        return [Answer(CARRIER, number, "unanswered", why=why) for number in asked or ("",)]


def _number(shipment: Part) -> str:
    return shipment.text("id") or shipment.text("shipmentTrackingNumber")


def _own_shipments(shipments: list[Part], number: str) -> list[Part]:
    """The shipments with the number; when none has it, DHL found them by another of their numbers (A)."""
    return [shipment for shipment in shipments if _number(shipment).upper() == number.upper()] or shipments


def _answer(number: str, shipments: list[Part]) -> Answer:
    if not shipments:
        # Not the form of DHL's "unknown number", so it does not count as one.
        raise BadShape("shipments is empty")
    return Answer(CARRIER, number, "known", sort_scans(row for shipment in shipments for row in _scan_rows(shipment)))


def _scan_rows(shipment: Part) -> list[ScanRow]:
    """Read the events of a shipment, oldest first."""
    if shipment.has("shipmentTrackingNumber"):
        return [_mydhl_scan_row(event) for event in shipment.needed_parts("events")]
    events = list(reversed(shipment.parts("events") or ()))
    newest = _newest_status(shipment, events)
    if newest is not None:
        events.append(newest)
    if not events:
        raise BadShape(f"{shipment.path}.events is missing")
    returned = shipment.flag("returnFlag") or shipment.part("details").flag("returnFlag") or False
    origin, destination = _place(shipment.part("origin")), _place(shipment.part("destination"))
    rows = []
    older: list[Place] = []
    for event in events:
        own = _place(event.part("location"))
        others = (*older, origin, destination)
        if event.text("statusCode").lower() == "delivered":
            others = (destination, *older, origin) if not returned else (origin, *older, destination)
        rows.append(_scan_row(event, zone_by(own, others), returned=returned))
        if own.zone:
            older.insert(0, own)
    return rows


def _newest_status(shipment: Part, events: Sequence[Part]) -> Part | None:
    """The shipment's status as an event, when the list of events lags behind it (seen, B) or is missing."""
    if not shipment.members.get("status"):
        return None
    status = shipment.part("status")
    seen = {(event.text("timestamp"), event.text("statusCode").lower()) for event in events}
    if (status.text("timestamp"), status.text("statusCode").lower()) in seen:
        return None
    return status if not events or (status.text("timestamp") and status.text("statusCode")) else None


def _scan_row(event: Part, zone: str | None, *, returned: bool) -> ScanRow:
    texts = [text for name in ("description", "status", "remark") if (text := event.text(name))]
    # No schema requires it, but DHL sends "unknown" for an event without one (A).
    code = event.needed("statusCode").lower()
    if code == "transit" and _is_data_only(texts):
        code = "transit/data-only"
    if code == "delivered" and returned:
        code = "delivered/returned"
    return ScanRow(
        position=0,
        at=_instant(event.text("timestamp"), zone),
        code=code,
        description=texts[0] if texts else "",
        location=_location(event.part("location").part("address")),
    )


def _is_data_only(texts: list[str]) -> bool:
    return any(phrase in text.lower() for text in texts for phrase in _DATA_ONLY)


def _instant(timestamp: str, zone: str | None) -> datetime | None:
    time = read_time(timestamp)
    if time is None or not time.has_clock:
        return None
    if time.instant is not None:
        return time.instant
    return None if zone is None else in_zone(time.local, zone)


def _location(address: Part) -> str:
    locality, country = address.text("addressLocality"), address.text("countryCode")
    return ", ".join(part for part in (locality, country) if part)


def _place(holder: Part) -> Place:
    """The place of a location by its country code, ZIP code and locality."""
    address = holder.part("address")
    locality = _split_locality(address.text("addressLocality"))
    country = address.text("countryCode")
    if country and locality.country and country_code(country) != country_code(locality.country):
        # The end of the locality is a state after all: "Fontana, CA" in US is not in Canada.
        return place(country, locality.country, address.text("postalCode"), locality.city)
    return place(country or locality.country, locality.state, address.text("postalCode"), locality.city)


@dataclass(frozen=True, slots=True)
class _Locality:
    """The parts of a locality; a missing one is empty."""

    city: str
    state: str = ""
    country: str = ""


def _split_locality(text: str) -> _Locality:
    """Split DENVER-USA, SHENZHEN-CHINA, PEOPLES REPUBLIC, `Tulsa, OK, US`, `Tulsa, OK`, Germany.

    Names of countries hold commas, so the longest end that is a country's name counts. Two letters are a state if they
    stand alone, or after the only comma and are the code of a US state.
    """
    for start in range(len(text)):
        before, end = text[:start].rstrip(), text[start:].strip()
        if (before and before[-1] not in "-,") or not is_country(end):
            continue
        if not before and len(end) == _CODE_LETTERS:
            continue
        if before.endswith(",") and before.count(",") == 1 and is_us_state(end.upper()):
            return _Locality(before.rstrip(", "), end, "US")
        city, _, state = before.rstrip("-, ").partition(",")
        return _Locality(city.strip(), state.strip(), end)
    city, _, state = (part.strip() for part in text.partition(","))
    return _Locality(city, state, "US" if is_us_state(state.upper()) else "")


def _mydhl_scan_row(event: Part) -> ScanRow:
    """Read a MyDHL event: local date and time, an offset only on request, the place as DENVER-US."""
    areas = event.parts("serviceArea") or ()
    where = areas[0].text("description") if areas else ""
    time = read_time(f"{event.text('date')}T{event.text('time')}")
    offset = read_offset(event.text("GMTOffset"))
    locality = _split_locality(where)
    zone = zone_by(place(locality.country, locality.state, "", locality.city))
    at = None
    if time is not None and offset is not None:
        at = to_utc(time.local, offset)
    elif time is not None and zone is not None:
        at = in_zone(time.local, zone)
    return ScanRow(
        position=0, at=at, code=event.needed("typeCode").upper(), description=event.text("description"), location=where
    )
