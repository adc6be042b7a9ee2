"""What both interfaces share on the wire: form fields, Beijing time, JSON answers, and an event's common fields.

Every time is Beijing time, the events abroad included. For those no document says whether local or Beijing time is
meant; one clock for the whole list is our choice (C), and keeps it in order.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import orjson

from simulator.carriers.chinapost.events import COARSE_NAMES, EventCode, code_of
from simulator.carriers.chinapost.offices import event_office
from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent

BEIJING = timezone(timedelta(hours=8))  # no summer time since 1991
JDPT_PREFIX = "/querypush-twswn"
JSON_HEADERS = (("content-type", "application/json;charset=UTF-8"),)


def beijing(instant: datetime) -> str:
    """An instant in Beijing time, as every field writes it: `2026-03-02 08:00:00`."""
    return instant.astimezone(BEIJING).isoformat(" ", "seconds")[:19]


def form_fields(request: Request) -> dict[str, str]:
    """The form fields of a request. Some clients of JDPT put them into the query (B); the body wins."""
    form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict((*request.query, *form))


def form_field(request: Request, name: str) -> str | None:
    """One field without reading the others: cheap, and never raises, for choosing a session."""
    wanted = name.encode() + b"="
    for pair in request.body.split(b"&"):
        if pair.startswith(wanted):
            return unquote_plus(pair[len(wanted) :].decode("utf-8", "replace"))
    return request.parameter(name) or None


def json_text(body: str, name: str) -> str:
    """A text field of a JSON object; empty where body or field is something else."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    value = document.get(name) if isinstance(document, dict) else None
    return value.strip() if isinstance(value, str) else ""


def json_response(document: dict[str, Any], status: int = 200) -> Response:
    """A JSON answer."""
    return Response(status, JSON_HEADERS, orjson.dumps(document))


def trace_response(
    sender: str, *, state: bool, listed: list[dict[str, str]], error: str = "", status: int = 200
) -> Response:
    """An answer of JDPT's trace service; its receiver is who sent the request."""
    return json_response(
        {"receiveID": sender, "responseState": state, "errorDesc": error, "responseItems": listed}, status
    )


def oldest_first(parcels: Iterable[Parcel]) -> list[Parcel]:
    """The records under a number that have events, the oldest first.

    A list on this wire knows no records: that of a recycled number holds the events of both parcels, one after another.
    """
    return sorted((parcel for parcel in parcels if parcel.events), key=lambda parcel: parcel.events[0].happened)


def event_fields(event: ScanEvent, *, coarse: bool = False) -> tuple[EventCode, dict[str, str]]:
    """An event's code, and the fields that both interfaces show of it. coarse: in coarse codes where it has one."""
    code = code_of(event)
    where = event_office(event.place, code.office, automatic=code.automatic)
    shown = {
        "opTime": beijing(event.happened),
        "opCode": code.coarse if coarse and code.coarse else code.code,
        "opName": COARSE_NAMES[code.coarse] if coarse and code.coarse else code.text,
        "opDesc": code.sentence.format(office=where.office),
        "opOrgProvName": where.province,
        "opOrgCity": where.city,
        "opOrgCode": where.code,
        "opOrgName": where.office,
        "operatorNo": where.operator_number,
        "operatorName": where.operator,
    }
    if event.place is None:  # left out, not empty, in an answer (an airline's events)
        del shown["opOrgProvName"], shown["opOrgName"]
    return code, shown
