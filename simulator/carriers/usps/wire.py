"""USPS on the wire: OAuth and the Tracking API 3.0, requests read and answers written.

Facts: Package Tracking spec 3.2.6 (A). Where live answers of 3.0 differ from the spec they win, since clients meet
them (A): booleans are text, `mailClass` is marketing text with HTML, `mailType` is `DM`, times of events are local and
without zone, UTC fields are missing for some events, plants have no state and no ZIP, `trackingNumber` comes last.

The 400 for an unknown number is the API's, not a fault; see `errors`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, timedelta
from zlib import crc32

from simulator.carrier import Call, Operation, World, no_numbers
from simulator.carriers.usps import errors
from simulator.carriers.usps.events import CODES, UspsCode, of_text
from simulator.exchange import Request, Response
from simulator.numbers import normalise
from simulator.oauth import bearer, form, json_answer
from simulator.parcel import Parcel, ScanEvent
from simulator.places import COUNTRY_NAMES, Place
from simulator.tokens import holder

TOKEN_LIFETIME_SECONDS = 28_799  # eight hours since 2025; the number live answers show (B)
_TOKEN_PATH = "/oauth2/v3/token"  # noqa: S105 (a path, no secret)
_GRANT = "client_credentials"
_SCOPE = "tracking"
_ZIP = re.compile(r"[0-9]{5}")
_IMPB = re.compile(r"(?:420[0-9]{5}(?:[0-9]{4})?)?9[2-5]([0-9]{3})(?:[0-9]{17}|[0-9]{21})")
# Numbers that are plainly another carrier's: UPS 1Z, FedEx 12 and 15 digits (C).
_ANOTHER_SHIPPER = re.compile(r"1Z[A-Z0-9]{16}|[0-9]{12}|[0-9]{15}")
_USUAL_TRANSIT = timedelta(days=4)

_TRACKING = "USPS Tracking<SUP>&#174;</SUP>"
_INSURED = "Up to $100 insurance included"
_GROUND = ("USPS Ground Advantage<SUP>&#153;</SUP>", (_TRACKING, _INSURED))
# Mail classes as the wire has them (A), and the services that come with them; any other service stands as it is named.
_CLASSES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "": _GROUND,
    "ground": _GROUND,
    "ground advantage": _GROUND,
    "priority": ("Priority Mail<SUP>&reg;</SUP>", (_TRACKING, _INSURED)),
    "priority mail": ("Priority Mail<SUP>&reg;</SUP>", (_TRACKING, _INSURED)),
    "parcel select": ("Parcel Select", (_TRACKING,)),
}

# The newest event as a sentence, by code; what is not here is told by its text (shape: live answers, A).
_SENTENCES: Mapping[str, str] = {
    "01": "Your item was delivered in or at the mailbox at {time} on {date}{in_place}.",
    "01/sender": "Your item was delivered to the original sender at {time} on {date}{in_place}.",
    "03": "USPS is now in possession of your item as of {time} on {date}{in_place}.",
    "07": "Your item arrived at the{place} post office at {time} on {date} and is ready for delivery.",
    "10": "Your item arrived at our USPS facility{in_place} on {date} at {time}."
    " The item is currently in transit to the destination.",
    "OF": "Your item is out for delivery on {date} at {time}{in_place}.",
    "SF": "Your item departed our{place} post office on {date} at {time}.",
    "T1": "Your item departed our USPS facility{in_place} on {date} at {time}.",
    "GX": "A shipping label has been prepared for your item at {time} on {date}{in_place}."
    " This does not indicate receipt by the USPS or the actual mailing date.",
    "MA": "The U.S. Postal Service was electronically notified by the shipper on {date} to expect your package.",
}


def client_of(request: Request) -> str | None:
    """Whose call it is: the client id of a token call, the holder of the token of any other."""
    if request.path == _TOKEN_PATH:
        return form(request).get("client_id")
    token = bearer(request)
    return None if token is None else holder(token)


def _token(call: Call, world: World) -> Response:
    fields = form(call.request)
    grant = fields.get("grant_type")
    if grant is None:
        return errors.token_refusal(400, "invalid_request", "The grant_type is missing.")
    if grant != _GRANT:
        return errors.token_refusal(400, "unsupported_grant_type", f"Use grant_type {_GRANT}.")
    credentials = world.credentials
    if (fields.get("client_id"), fields.get("client_secret")) != (credentials.client_id, credentials.client_secret):
        return errors.token_refusal(401, "invalid_client", "Client authentication failed.")
    return json_answer(
        200,
        {
            "access_token": world.issue_token(TOKEN_LIFETIME_SECONDS),
            "token_type": "Bearer",
            "issued_at": int(world.now.timestamp() * 1000),
            "expires_in": TOKEN_LIFETIME_SECONDS,
            "status": "approved",
            "scope": _SCOPE,
            "issuer": "https://keyc.usps.com/realms/USPS",
            "client_id": credentials.client_id,
            "application_name": "Tracking",
            "api_products": "[Public Access I]",
            "public_key": "",
        },
    )


def _track(call: Call, world: World) -> Response:
    token = bearer(call.request)
    if token is None:
        return errors.bad_token("The request carries no bearer token.")
    if world.token_state(token) != "valid":
        return errors.bad_token("The access token is invalid or has expired.")
    number = normalise(call.parameters["trackingNumber"])
    parcels = world.parcels(number)
    if not parcels:
        return errors.another_shipper() if _ANOTHER_SHIPPER.fullmatch(number) else errors.may_be_incorrect()
    parcel = _the_one_meant(parcels, call.request)
    if parcel is None:
        return errors.may_be_incorrect()
    if not parcel.events:
        return errors.no_status_yet()
    detailed = call.request.parameter("expand").upper() == "DETAIL"
    return json_answer(200, (_details if detailed else _summary)(parcel, number))


def _the_one_meant(parcels: tuple[Parcel, ...], request: Request) -> Parcel | None:
    """Of several pieces under one number, the newest that fits the ZIP code and the mailing date asked for, if any.

    The spec has the two parameters for this; that the newest answers without them is our choice (D).
    """
    if len(parcels) == 1:
        return parcels[0]
    zip_code, mailed = request.parameter("destinationZIPCode"), request.parameter("mailingDate")
    fitting = [
        parcel
        for parcel in parcels
        if (not zip_code or parcel.destination.postal_code == zip_code) and (not mailed or mailed in _mailing(parcel))
    ]
    return max(fitting, key=_first_instant, default=None)


def _first_instant(parcel: Parcel) -> float:
    return parcel.events[0].happened.timestamp() if parcel.events else 0.0


def _mailing(parcel: Parcel) -> set[str]:
    """The days that may count as the mailing date: the label's and the first scan's, local."""
    read = next((event for event in parcel.events if _code(event).physical == "yes"), None)
    return {_local(event, parcel)[:10] for event in (*parcel.events[:1], read) if event is not None}


def _code(event: ScanEvent) -> UspsCode:
    if event.code or event.kind is None:
        return of_text(event.code)
    return CODES.of_kind(event.kind)


def _local(event: ScanEvent, parcel: Parcel) -> str:
    """The event's local time, ISO with offset; an event without a place has the origin's."""
    return (event.place or parcel.origin).local(event.happened).isoformat(timespec="seconds")


def _details(parcel: Parcel, number: str) -> dict[str, object]:
    scans = [(event, _code(event)) for event in reversed(parcel.events)]
    newest, code = scans[0]
    origin, destination = parcel.origin, parcel.destination
    mail_class, services = _CLASSES.get(parcel.service.lower()) or (parcel.service, (_TRACKING,))
    details: dict[str, object] = {
        **_ends("destination", destination),
        "emailEnabled": "true",
        **_expected(parcel, scans),
        "kahalaIndicator": "false",
        "mailClass": mail_class,
    }
    if origin.country == destination.country:  # what the wire has for international mail is not known
        details["mailType"] = "DM"
    details |= {
        **_ends("origin", origin),
        "proofOfDeliveryEnabled": "false",
        "restoreEnabled": "false",
        "RRAMEnabled": "false",
        "RREEnabled": "false",
        "services": services,
    }
    service_type = _IMPB.fullmatch(number)
    if service_type is not None:
        details["serviceTypeCode"] = service_type[1]
    intake = _local(parcel.events[0], parcel)
    return details | {
        "status": code.text,
        "statusCategory": code.category,
        "statusSummary": _sentence(newest, code, parcel),
        "tableCode": "T",
        "uniqueMailPieceID": _piece_id(number, intake),
        "mailPieceIntakeDate": f"{intake[:10]} {intake[11:19]}.000000",
        "trackingEvents": [_event(event, event_code, parcel) for event, event_code in scans],
        "trackingNumber": number,
    }


def _summary(parcel: Parcel, number: str) -> dict[str, object]:
    """One sentence for the newest event, the older ones as text, time and place: no codes, as in the spec's example."""
    newest, *older = reversed(parcel.events)
    summaries = [_sentence(newest, _code(newest), parcel)]
    summaries += [_line(event, _code(event), parcel) for event in older]
    return {"trackingNumber": number, "eventSummaries": summaries}


def _ends(end: str, place: Place) -> dict[str, str]:
    """City, state, ZIP and country of one end, as far as they are known; the country only where it isn't the US."""
    fields = {f"{end}City": place.city.upper()} if place.city else {}
    if place.country != "US":
        return fields | {"originCountry" if end == "origin" else "destinationCountryCode": place.country}
    if place.state:
        fields[f"{end}State"] = place.state
    if _ZIP.fullmatch(place.postal_code):
        fields[f"{end}ZIP"] = place.postal_code
    return fields


def _expected(parcel: Parcel, scans: list[tuple[ScanEvent, UspsCode]]) -> dict[str, str]:
    """The expected delivery: only between the first scan and the delivery, four days after that scan (ours, D)."""
    if any(code.is_delivery for _, code in scans):
        return {}
    first = next((event for event, code in reversed(scans) if code.physical == "yes"), None)
    if first is None:
        return {}
    day = parcel.destination.local(first.happened + _USUAL_TRANSIT).date()
    return {"expectedDeliveryTimeStamp": f"{day.isoformat()}T00:00:00"}


def _piece_id(number: str, intake: str) -> str:
    """Nine digits that tell apart the pieces that ever had this number (ours; the real ones are serial)."""
    return f"{100_000_000 + crc32(f'{number}/{intake}'.encode()) % 900_000_000}"


def _event(event: ScanEvent, code: UspsCode, parcel: Parcel) -> dict[str, object]:
    local = _local(event, parcel)
    place = None if code.where == "nowhere" else event.place
    rendered: dict[str, object] = {"eventType": code.text}
    if code.when == "date":
        rendered["eventTimestamp"] = f"{local[:10]}T00:00:00"
    else:
        rendered["eventTimestamp"] = f"{local[:16]}:00"
    if code.when == "full" and (place is not None or code.where == "nowhere"):
        rendered["GMTTimestamp"] = f"{event.happened.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"
        rendered["GMTOffset"] = local[-6:]
    return rendered | {
        "eventCountry": _country(place),
        **_event_place(place, code),
        "firm": None,
        "name": None,
        "authorizedAgent": "false",
        "eventCode": code.event_code,
        "additionalProp": None,
    }


def _country(place: Place | None) -> str | None:
    if place is None or place.country == "US":
        return None
    return COUNTRY_NAMES.get(place.country, place.country).upper()


def _event_place(place: Place | None, code: UspsCode) -> dict[str, str | None]:
    if place is None:
        return {"eventCity": None, "eventState": None, "eventZIP": None}
    if place.country != "US":
        return {"eventCity": place.city.upper() or None, "eventState": None, "eventZIP": None}
    if code.where == "plant":
        return {"eventCity": _plant(place), "eventState": None, "eventZIP": None}
    return {
        "eventCity": place.city.upper() or None,
        "eventState": place.state or None,
        "eventZIP": place.postal_code or None,
    }


def _plant(place: Place) -> str:
    return f"{place.city.upper()} {place.state} DISTRIBUTION CENTER".lstrip()


def _sentence(event: ScanEvent, code: UspsCode, parcel: Parcel) -> str:
    place = _place_text(event, code)
    sentence = _SENTENCES.get(code.code, code.text + ": {date}, {time}{in_place}.")
    return sentence.format(
        place=f" {place}" if place else "",
        in_place=f" in {place}" if place else "",
        date=_long_date(event, parcel),
        time=_clock_time(event, parcel),
    )


def _line(event: ScanEvent, code: UspsCode, parcel: Parcel) -> str:
    local = _local(event, parcel)
    place = _place_text(event, code)
    when = f"{local[5:7]}/{local[8:10]}/{local[:4]}, {_clock_time(event, parcel)}"
    return f"{code.text}, {when}, {place}" if place else f"{code.text}, {when}"


def _place_text(event: ScanEvent, code: UspsCode) -> str:
    place = event.place
    if place is None or code.where == "nowhere":
        return ""
    if place.country != "US":
        return ", ".join(part for part in (place.city.upper(), _country(place)) if part)
    if code.where == "plant":
        return _plant(place)
    return f"{place.city.upper()}, {place.state} {place.postal_code}".strip()


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _long_date(event: ScanEvent, parcel: Parcel) -> str:
    local = (event.place or parcel.origin).local(event.happened)
    return f"{_MONTHS[local.month - 1]} {local.day}, {local.year}"


def _clock_time(event: ScanEvent, parcel: Parcel) -> str:
    """`1:05 pm`, whatever the machine's locale."""
    local = (event.place or parcel.origin).local(event.happened)
    return f"{(local.hour - 1) % 12 + 1}:{local.minute:02} {'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004 (noon)


def _tracking_number(call: Call, _world: World) -> tuple[str, ...]:
    return (call.parameters["trackingNumber"],)


OPERATIONS = (
    Operation("token", "POST", _TOKEN_PATH, _token, no_numbers),
    Operation("track", "GET", "/tracking/v3/tracking/{trackingNumber}", _track, _tracking_number),
)
