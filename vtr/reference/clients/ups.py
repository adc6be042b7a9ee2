"""UPS Track v1: one number a call, an OAuth token by Basic, newest event first.

What is particular about UPS: an unknown number is HTTP 200 with a warning and no package; a brand-new number is a
package without activity; `logicalScan` says for each event whether it is electronic; gmtDate and gmtTime already are
UTC although an offset accompanies them (bloodhound#166, B), with colons or without, and are sometimes missing. Of a
shipment of several packages the answer may hold one or some (UPS-API#36, #162, B), and only the one with the number of
the call is evidence about it.

The key of an event is `<status.type>/<status.code>`, as the letters alone mean different things by type (UPS code
tables, A), or `<status.type>/` for an event without letters; the numeric statusCode is the second code.
"""

import base64
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import quote

from vtr.reference.clients.answers import Answer, ScanRow, sort_scans
from vtr.reference.clients.endpoints import OAuthEndpoint
from vtr.reference.clients.http import Bearer, CarrierHttp, Clocks, Reply, RetryPolicy, ask_in_turn
from vtr.reference.clients.shapes import BadShape, Part, as_part, refusal_words, unreadable
from vtr.reference.clients.times import in_zone, read_offset, read_time, to_utc
from vtr.reference.clients.transport import Call
from vtr.reference.clients.zones import Place, place, zone_by

CARRIER = "ups"
TITLE = "UPS"
_UNKNOWN_WARNING = "TW0001"  # 200 with this warning: B, api-documentation#102, #198
_UNKNOWN_MALFORMED = "TV1002"  # 400: status A, code C
_NOT_FOUND_STATUS = 404
_ALONE = frozenset(("", "0", "1"))  # counts of packages


def track(numbers: Iterable[str], endpoint: OAuthEndpoint, policy: RetryPolicy, clocks: Clocks) -> Iterator[Answer]:
    """Look up each number at UPS, one call per number; answers come in the same order."""
    with closing(CarrierHttp(TITLE, endpoint.base_url, policy, clocks)) as http:
        bearer = Bearer(http, _token_call(endpoint))
        calls = count(1)

        def ask(asked: Sequence[str]) -> list[Answer]:
            return read_reply(bearer.call(_tracking_call(asked[0], next(calls))), asked)

        yield from ask_in_turn(http, CARRIER, ((number,) for number in numbers), ask)


def read_reply(reply: Reply, asked: Sequence[str]) -> list[Answer]:
    """Read a reply of UPS; the status matters only for errors."""
    if reply.is_ok:
        return read(reply.document, asked)
    codes = _error_codes(reply.document)
    if _UNKNOWN_MALFORMED in codes or (
        reply.status == _NOT_FOUND_STATUS and any(code.startswith("TV") for code in codes)
    ):
        return [Answer(CARRIER, number, "unknown", why=reply.words) for number in asked]
    return [Answer(CARRIER, number, "unanswered", why=f"{TITLE} answered {reply.summary}") for number in asked]


def read(document: object, asked: Sequence[str] = ()) -> list[Answer]:
    """Read a tracking answer. asked: the number of the call; without it, the answer's own inquiry number.

    A body with UPS's errors is read as what they mean. Never raises: an unreadable answer is "unanswered".
    """
    numbers = list(asked)
    try:
        if _UNKNOWN_MALFORMED in _error_codes(document):
            return [Answer(CARRIER, number, "unknown", why=refusal_words(document)) for number in numbers or [""]]
        response = as_part(document).needed_part("trackResponse")
        shipments = response.needed_parts("shipment")
        numbers = numbers or [shipments[0].text("inquiryNumber") if shipments else ""]
        return [_answer(number, shipments) for number in numbers]
    except BadShape as bad:
        why = unreadable(TITLE, bad, document)
        return [Answer(CARRIER, number, "unanswered", why=why) for number in numbers or [""]]


def _token_call(endpoint: OAuthEndpoint) -> Call:
    login = base64.b64encode(f"{endpoint.client_id}:{endpoint.client_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {login}"}
    return Call("POST", "/security/v1/oauth/token", headers=headers, form={"grant_type": "client_credentials"})


def _tracking_call(number: str, call_count: int) -> Call:
    # transId must be unique per request (A); derived from number and count, it is the same in a repeated run.
    transaction = uuid.uuid5(uuid.NAMESPACE_URL, f"vtr:{call_count}:{number}").hex
    return Call(
        "GET",
        f"/api/track/v1/details/{quote(number, safe='')}",
        query={"locale": "en_US", "returnSignature": "false"},
        headers={"transId": transaction, "transactionSrc": "vtr"},
    )


def _error_codes(document: object) -> set[str]:
    try:
        errors = as_part(document).part("response").parts("errors")
        return {error.text("code") for error in errors or ()}
    except BadShape:
        return set()


def _answer(number: str, shipments: tuple[Part, ...]) -> Answer:
    packages = [package for shipment in shipments for package in shipment.parts("package") or ()]
    if packages:
        _check_inquiry(shipments, number)
        events = [event for package in _packages_with(packages, number) for event in reversed(_activities(package))]
        return Answer(CARRIER, number, "known", sort_scans(_scan_row(event) for event in events))
    warnings = [warning for shipment in shipments for warning in shipment.parts("warnings") or ()]
    words = " ".join(f"{warning.text('code')} {warning.text('message')}" for warning in warnings)
    if any(warning.text("code") == _UNKNOWN_WARNING for warning in warnings):
        return Answer(CARRIER, number, "unknown", why=words)
    raise BadShape(f"it has neither a package nor the warning {_UNKNOWN_WARNING}{f', but {words}' if words else ''}")


def _activities(package: Part) -> tuple[Part, ...]:
    """A package's activities; a brand-new label lacks even the key (B), but has its number."""
    found = package.parts("activity")
    if found is None:
        package.needed("trackingNumber")
    return found or ()


def _check_inquiry(shipments: Sequence[Part], number: str) -> None:
    """Raise BadShape for an answer to another inquiry, unless one of its packages has the number anyway."""
    inquiries = {_key(shipment.text("inquiryNumber")) for shipment in shipments} - {""}
    if not inquiries or _key(number) in inquiries:
        return
    packages = [package for shipment in shipments for package in shipment.parts("package") or ()]
    if not any(_key(number) in {_key(each.text("trackingNumber")), *_alternate_numbers(each)} for each in packages):
        raise BadShape(f"it answers an inquiry about {', '.join(sorted(inquiries))}, not {number}")


def _packages_with(packages: Sequence[Part], number: str) -> Sequence[Part]:
    """The packages with the number (several if it was reused), or the one with it as an alternate number.

    A single package under another number, which is not one of several, is assumed to be the right one. Raises BadShape
    when none of several packages has the number: the scans of another package are not evidence.
    """
    key = _key(number)
    own = [package for package in packages if _key(package.text("trackingNumber")) == key]
    if own:
        return own
    own = [package for package in packages if key in _alternate_numbers(package)]
    if own:
        return own
    numbers = {_key(package.text("trackingNumber")) for package in packages}
    if len(numbers) > 1 or any(package.text("packageCount") not in _ALONE for package in packages):
        raise BadShape(f"its packages are a shipment of several, and none of them is {number}")
    return packages


def _alternate_numbers(package: Part) -> set[str]:
    return {_key(name.text("number")) for name in package.parts("alternateTrackingNumber") or ()}


def _key(number: str) -> str:
    return "".join(number.upper().split())


def _scan_row(event: Part) -> ScanRow:
    status = event.needed_part("status")
    address = event.part("location").part("address")
    number = status.text("statusCode")
    logical = event.flag("logicalScan")
    # Events of type X with a number and no letters were seen live (B). With neither, the event has no meaning.
    letters = status.text("code") if number else status.needed("code")
    code = f"{status.needed('type')}/{letters}".upper()
    city, state, country = address.text("city"), address.text("stateProvince"), address.text("countryCode")
    return ScanRow(
        position=0,
        at=_instant(event, place(country, state, address.text("postalCode"), city)),
        code=code,
        subcode=f"#{number.zfill(3)}" if number else "",
        physical=None if logical is None else not logical,
        description=status.text("description"),
        location=", ".join(part for part in (city, state, country) if part),
    )


def _instant(event: Part, own: Place) -> datetime | None:
    """The instant by the UTC fields, else by local time and offset, else by local time and the zone of the place."""
    universal = read_time(f"{event.text('gmtDate')}T{event.text('gmtTime')}")
    if universal is not None:
        return to_utc(universal.local, timedelta(0))
    local = read_time(f"{event.text('date')}T{event.text('time')}")
    if local is None:
        return None
    offset = read_offset(event.text("gmtOffset"))
    if offset is not None:
        return to_utc(local.local, offset)
    zone = zone_by(own)
    return None if zone is None else in_zone(local.local, zone)
