"""The parts of answers that both of China Post's interfaces share: Beijing time, JSON answers, fields of an event.

Every time is Beijing time, even for events abroad. No document says whether those have local or Beijing time; one clock
for the whole list is our choice (C), and keeps it in order.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

import orjson

from simulator.carriers.chinapost.events import COARSE_NAMES, ChinaPostCode, code_of
from simulator.carriers.chinapost.offices import event_office
from simulator.exchange import Response
from simulator.parcel import Parcel, ScanEvent

BEIJING = timezone(timedelta(hours=8))  # no summer time since 1991
JDPT_PREFIX = "/querypush-twswn"
JSON_HEADERS = (("content-type", "application/json;charset=UTF-8"),)


def beijing_time(instant: datetime) -> str:
    """An instant in Beijing time, in the format of every field: `2026-03-02 08:00:00`."""
    return instant.astimezone(BEIJING).isoformat(" ", "seconds")[:19]


def json_response(document: dict[str, Any], status: int = 200) -> Response:
    """A JSON answer."""
    return Response(status, JSON_HEADERS, orjson.dumps(document))


def trace_response(
    sender: str, *, state: bool, events: list[dict[str, str]], error: str = "", status: int = 200
) -> Response:
    """An answer of JDPT's trace service. sender: the request's sendID, which the answer has as its receiver."""
    return json_response(
        {"receiveID": sender, "responseState": state, "errorDesc": error, "responseItems": events}, status
    )


def oldest_first(parcels: Iterable[Parcel]) -> list[Parcel]:
    """The records that have events, the oldest first.

    The answers have no structure for records: the list of a recycled number has the events of both parcels, one parcel
    after the other.
    """
    return sorted((parcel for parcel in parcels if parcel.events), key=lambda parcel: parcel.events[0].happened)


def event_fields(event: ScanEvent, *, coarse: bool = False) -> tuple[ChinaPostCode, dict[str, str]]:
    """An event's code, and the fields that both interfaces show of it. coarse: with the coarse code, if it has one."""
    code = code_of(event)
    office = event_office(event.place, code.office, automatic=code.automatic)
    fields = {
        "opTime": beijing_time(event.happened),
        "opCode": code.coarse if coarse and code.coarse else code.code,
        "opName": COARSE_NAMES[code.coarse] if coarse and code.coarse else code.text,
        "opDesc": code.sentence.format(office=office.name),
        "opOrgProvName": office.province,
        "opOrgCity": office.city,
        "opOrgCode": office.code,
        "opOrgName": office.name,
        "operatorNo": office.operator_number,
        "operatorName": office.operator,
    }
    if event.place is None:  # left out, not empty, in an answer (an airline's events)
        del fields["opOrgProvName"], fields["opOrgName"]
    return code, fields
