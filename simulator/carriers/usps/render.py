"""The parts of answers that both tracking calls of USPS share: choice of the piece, times, places, sentences.

Facts: live answers of the Tracking API 3.0 (A). Event times are local and without zone, UTC fields are missing for some
events, plants have no state and no ZIP code, the mail class is marketing text with HTML.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from simulator.carriers.usps.events import UspsCode, code_of
from simulator.parcel import Parcel, ScanEvent
from simulator.places import COUNTRY_NAMES, Place

Scan = tuple[ScanEvent, UspsCode]

_ZIP = re.compile(r"[0-9]{5}")
_USUAL_TRANSIT = timedelta(days=4)

_TRACKING = "USPS Tracking<SUP>&#174;</SUP>"
_INSURED = "Up to $100 insurance included"
_GROUND = ("USPS Ground Advantage<SUP>&#153;</SUP>", (_TRACKING, _INSURED))
# Mail classes as on the wire (A), and the services that come with them; any other service is shown as it is named.
_CLASSES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "": _GROUND,
    "ground": _GROUND,
    "ground advantage": _GROUND,
    "priority": ("Priority Mail<SUP>&reg;</SUP>", (_TRACKING, _INSURED)),
    "priority mail": ("Priority Mail<SUP>&reg;</SUP>", (_TRACKING, _INSURED)),
    "parcel select": ("Parcel Select", (_TRACKING,)),
}

# The newest event as a sentence, by code; other codes use their text (shape: live answers, A).
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


def select_parcel(parcels: tuple[Parcel, ...], zip_code: str, mailing_date: str) -> Parcel | None:
    """The requested piece of those under one number: the newest with that ZIP code and mailing date, None if none has.

    An empty text does not filter. The spec has the two parameters for this; that the newest piece is chosen without
    them is our choice (D).
    """
    if len(parcels) == 1:
        return parcels[0]
    fitting = [
        parcel
        for parcel in parcels
        if (not zip_code or parcel.destination.postal_code == zip_code)
        and (not mailing_date or mailing_date in _mailing_dates(parcel))
    ]
    return max(fitting, key=_first_instant, default=None)


def _first_instant(parcel: Parcel) -> float:
    return parcel.events[0].happened.timestamp() if parcel.events else 0.0


def _mailing_dates(parcel: Parcel) -> set[str]:
    """The days that count as the mailing date: the first event's and the first physical scan's, local, YYYY-MM-DD."""
    scan = next((event for event in parcel.events if code_of(event).physical == "yes"), None)
    return {local_time(event, parcel)[:10] for event in (*parcel.events[:1], scan) if event is not None}


def newest_first(parcel: Parcel) -> list[Scan]:
    """The events with their codes, newest first, as USPS lists them."""
    return [(event, code_of(event)) for event in reversed(parcel.events)]


def class_and_services(parcel: Parcel) -> tuple[str, tuple[str, ...]]:
    """The mail class, and the services that come with it."""
    return _CLASSES.get(parcel.service.lower()) or (parcel.service, (_TRACKING,))


def address_fields(end: str, place: Place, zip_field: str) -> dict[str, str]:
    """City, state, ZIP code and country of one end, as far as they are known; the country only outside the US.

    end: "origin" or "destination", the start of the fields' names. zip_field: the ZIP code's name after it.
    """
    fields = {f"{end}City": place.city.upper()} if place.city else {}
    if place.country != "US":
        return fields | {"originCountry" if end == "origin" else "destinationCountryCode": place.country}
    if place.state:
        fields[f"{end}State"] = place.state
    if _ZIP.fullmatch(place.postal_code):
        fields[f"{end}{zip_field}"] = place.postal_code
    return fields


def expected_day(parcel: Parcel, scans: list[Scan]) -> date | None:
    """The expected delivery: only between the first scan and the delivery, four days after that scan (ours, D)."""
    if any(code.is_delivery for _, code in scans):
        return None
    first = next((event for event, code in reversed(scans) if code.physical == "yes"), None)
    return None if first is None else parcel.destination.local(first.happened + _USUAL_TRANSIT).date()


def local_time(event: ScanEvent, parcel: Parcel) -> str:
    """The event's local time, ISO with offset; an event without a place has the origin's."""
    return (event.place or parcel.origin).local(event.happened).isoformat(timespec="seconds")


def time_fields(event: ScanEvent, code: UspsCode, parcel: Parcel) -> dict[str, object]:
    """The time fields of an event: local to the minute, and for most events UTC to the second and the offset."""
    at = local_time(event, parcel)
    fields: dict[str, object] = {"eventTimestamp": f"{at[:10]}T00:00:00" if code.when == "date" else f"{at[:16]}:00"}
    if code.when == "full" and (code.where == "nowhere" or event.place is not None):
        fields["GMTTimestamp"] = f"{event.happened.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"
        fields["GMTOffset"] = at[-6:]
    return fields


@dataclass(frozen=True, slots=True)
class EventPlace:
    """The place of an event as USPS shows it; None for what it leaves empty."""

    city: str | None = None
    state: str | None = None
    zip_code: str | None = None
    country: str | None = None


def event_place(event: ScanEvent, code: UspsCode) -> EventPlace:
    """The place of an event: a plant is a city without state and ZIP code; the country is shown only outside the US."""
    place = event.place
    if place is None or code.where == "nowhere":
        return EventPlace()
    if place.country != "US":
        return EventPlace(place.city.upper() or None, country=_country(place))
    if code.where == "plant":
        return EventPlace(_plant(place))
    return EventPlace(place.city.upper() or None, place.state or None, place.postal_code or None)


def _country(place: Place) -> str:
    return COUNTRY_NAMES.get(place.country, place.country).upper()


def _plant(place: Place) -> str:
    return f"{place.city.upper()} {place.state} DISTRIBUTION CENTER".lstrip()


def event_sentence(event: ScanEvent, code: UspsCode, parcel: Parcel) -> str:
    """An event as a full English sentence."""
    place = _place_text(event, code)
    wording = _SENTENCES.get(code.code, code.text + ": {date}, {time}{in_place}.")
    return wording.format(
        place=f" {place}" if place else "",
        in_place=f" in {place}" if place else "",
        date=_long_date(event, parcel),
        time=_clock_time(event, parcel),
    )


def event_line(event: ScanEvent, code: UspsCode, parcel: Parcel) -> str:
    """An event as its text, date, time and place, separated by commas."""
    at = local_time(event, parcel)
    place = _place_text(event, code)
    when = f"{at[5:7]}/{at[8:10]}/{at[:4]}, {_clock_time(event, parcel)}"
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
    at = (event.place or parcel.origin).local(event.happened)
    return f"{_MONTHS[at.month - 1]} {at.day}, {at.year}"


def _clock_time(event: ScanEvent, parcel: Parcel) -> str:
    """`1:05 pm`, in any locale."""
    at = (event.place or parcel.origin).local(event.happened)
    return f"{(at.hour - 1) % 12 + 1}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"  # noqa: PLR2004 (noon)
