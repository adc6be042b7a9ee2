"""FedEx Track v1: up to 30 numbers a call, an OAuth token by form fields, newest event first.

What is particular about FedEx: an unknown number is an error object inside a 200; `includeDetailedScans` must be true,
or a moving parcel looks like one without scans; a reused number gives several track results, all of which are kept as
scans of the number (their instants decide which of them belong to the order). Times carry the offset of the place, but
may lack it; a pickup at midnight without offset is only a date, and stays undated (B). `derivedStatusCode` is not
evidence, as estimates carry "in transit" there (B). Nor is `shipmentDetails`: its flag for possession has another name
and the opposite sense in the spec (A) than on the wire (B), and no time.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime

from vtr.reference.clients.answers import Answer, ScanRow, sort_scans
from vtr.reference.clients.endpoints import OAuthEndpoint
from vtr.reference.clients.http import Bearer, CarrierHttp, Clocks, Reply, RetryPolicy, ask_in_turn
from vtr.reference.clients.shapes import BadShape, Part, as_part, refusal_words, unreadable
from vtr.reference.clients.times import in_zone, read_time
from vtr.reference.clients.transport import Call
from vtr.reference.clients.zones import Place, place, zone_by

CARRIER = "fedex"
TITLE = "FedEx"
NUMBERS_PER_CALL = 30  # a call (A)
_BAD_REQUEST = 400
_UNKNOWN_NUMBER = "TRACKING.TRACKINGNUMBER.NOTFOUND"  # inside the result of a 200 (B)
_UNKNOWN_NUMBERS = "TRACKING.DATA.NOTFOUND"  # as an alert of the whole answer (A)
_RESULTS = "completeTrackResults"
_LABEL_CREATED = "OC"
_LABEL_ZONE = "America/Chicago"  # FedEx stamps label events with US Central time whatever the origin (B)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def track(numbers: Iterable[str], endpoint: OAuthEndpoint, policy: RetryPolicy, clocks: Clocks) -> Iterator[Answer]:
    """Look up the numbers at FedEx, 30 per call; answers come in the same order."""
    with closing(CarrierHttp(TITLE, endpoint.base_url, policy, clocks)) as http:
        bearer = Bearer(http, _token_call(endpoint))

        def ask(asked: Sequence[str]) -> list[Answer]:
            reply = bearer.call(_tracking_call(asked))
            if reply.status == _BAD_REQUEST and len(asked) > 1:
                # One number that FedEx cannot read must not take the other 29 with it.
                return [
                    answer
                    for number in asked
                    for answer in read_reply(bearer.call(_tracking_call((number,))), (number,))
                ]
            return read_reply(reply, asked)

        all_numbers = tuple(numbers)
        batches = (
            all_numbers[start : start + NUMBERS_PER_CALL] for start in range(0, len(all_numbers), NUMBERS_PER_CALL)
        )
        yield from ask_in_turn(http, CARRIER, batches, ask)


def _batches(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    return (numbers[start : start + NUMBERS_PER_CALL] for start in range(0, len(numbers), NUMBERS_PER_CALL))


def read_reply(reply: Reply, asked: Sequence[str]) -> list[Answer]:
    """Read a reply of FedEx."""
    if reply.is_ok:
        return read(reply.document, asked)
    is_unknown = _UNKNOWN_NUMBER in reply.words.split()
    why = reply.words if is_unknown else f"{TITLE} answered {reply.summary}"
    return [Answer(CARRIER, number, "unknown" if is_unknown else "unanswered", why=why) for number in asked]


def read(document: object, asked: Sequence[str] = ()) -> list[Answer]:
    """Read a tracking answer. asked: the numbers of the call; without them, those of the answer.

    Never raises: a number whose part is unreadable is "unanswered", the others of the batch keep their answers.
    """
    try:
        output = as_part(document).needed_part("output")
        alert = _unknown_alert(output)
        by_number = _group_by_number(output.parts(_RESULTS) if alert else output.needed_parts(_RESULTS))
    except BadShape as bad:
        why = unreadable(TITLE, bad, document)
        return [Answer(CARRIER, number, "unanswered", why=why) for number in asked or ("",)]
    return [_answer(number, by_number.get(_key(number), []), alert) for number in asked or by_number]


def _group_by_number(results: tuple[Part, ...] | None) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for result in results or ():
        found.setdefault(_key(result.text("trackingNumber")), []).append(result)
    return found


def _key(number: str) -> str:
    return "".join(number.upper().split())


def _token_call(endpoint: OAuthEndpoint) -> Call:
    login = {
        "grant_type": "client_credentials",
        "client_id": endpoint.client_id,
        "client_secret": endpoint.client_secret,
    }
    return Call("POST", "/oauth/token", form=login)


def _tracking_call(numbers: Sequence[str]) -> Call:
    asked = [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers]
    body = {"includeDetailedScans": True, "trackingInfo": asked}
    return Call("POST", "/track/v1/trackingnumbers", headers={"x-locale": "en_US"}, body=body)


def _unknown_alert(output: Part) -> str:
    """The words of an alert "no such number", else ""; alerts come as objects, as texts or as one text (A, B)."""
    words = refusal_words({"alerts": output.members.get("alerts")})
    alerts = output.members.get("alerts")
    texts = [alerts, *alerts] if isinstance(alerts, list) else [alerts]
    plain = " ".join(text for text in texts if isinstance(text, str))
    return next((text for text in (words, plain) if _UNKNOWN_NUMBERS in text), "")


def _answer(number: str, parts: list[Part], alert: str) -> Answer:
    try:
        results = [result for complete in parts for result in complete.needed_parts("trackResults")]
        if not results:
            if alert:
                return Answer(CARRIER, number, "unknown", why=alert)
            return _unreadable(number, "the number is not in it" if not parts else "trackResults is empty")
        errors = [result.part("error") for result in results if result.part("error").members]
        if len(errors) == len(results):
            return _answer_of_errors(number, errors)
        pieces = [_scan_rows(result) for result in results if not result.part("error").members]
    except BadShape as bad:
        return _unreadable(number, str(bad))
    # A reused number: the older parcel's events first, so that positions follow time even where instants are missing.
    pieces.sort(key=lambda scans: max((scan.at for scan in scans if scan.at), default=_LONG_AGO))
    return Answer(CARRIER, number, "known", sort_scans(scan for scans in pieces for scan in scans))


def _answer_of_errors(number: str, errors: list[Part]) -> Answer:
    words = " ".join(f"{error.text('code')} {error.text('message')}" for error in errors)
    if any(error.text("code") == _UNKNOWN_NUMBER for error in errors):
        return Answer(CARRIER, number, "unknown", why=words)
    return Answer(CARRIER, number, "unanswered", why=f"{TITLE} answered {words}")


def _unreadable(number: str, what: str) -> Answer:
    return Answer(CARRIER, number, "unanswered", why=unreadable(TITLE, BadShape(what)))


def _scan_rows(result: Part) -> list[ScanRow]:
    """The scans of one parcel, oldest first."""
    destination = _place(_address(result, "destinationLocation"))
    places: list[Place] = [_place(_address(result, "originLocation"))]
    rows = []
    for event in reversed(result.needed_parts("scanEvents")):
        where = event.part("scanLocation")
        own = _place(where)
        code = event.needed("eventType")
        rows.append(_scan_row(event, code, _instant(event, code, own, (destination, *places))))
        if own.zone:
            places.insert(0, own)
    return rows


def _scan_row(event: Part, code: str, at: datetime | None) -> ScanRow:
    where = event.part("scanLocation")
    address = (where.text("city"), where.text("stateOrProvinceCode"), where.text("countryCode"))
    reason = event.text("exceptionDescription")
    return ScanRow(
        position=0,
        at=at,
        code=code,
        description=event.text("eventDescription") + (f" ({reason})" if reason else ""),
        location=", ".join(part for part in address if part),
    )


def _instant(event: Part, code: str, own: Place, others: tuple[Place, ...]) -> datetime | None:
    """The instant by the offset in the text, else by the zone of the place, else of the parcel's last known place."""
    time = read_time(event.text("date"))
    if time is None:
        return None
    if time.instant is not None:
        return time.instant
    if time.is_midnight:
        return None
    destination, *places = others
    if code == _LABEL_CREATED:
        return in_zone(time.local, _LABEL_ZONE)
    ordered = (destination, *places) if code == "DL" else (*places, destination)
    zone = zone_by(own, ordered)
    return None if zone is None else in_zone(time.local, zone)


def _address(result: Part, name: str) -> Part:
    return result.part(name).part("locationContactAndAddress").part("address")


def _place(address: Part) -> Place:
    country, state = address.text("countryCode"), address.text("stateOrProvinceCode")
    return place(country, state, address.text("postalCode"), address.text("city"))
