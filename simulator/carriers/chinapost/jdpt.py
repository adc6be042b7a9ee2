"""JDPT's trace service `queryMailTrackWn`: older, a plain form with a digest, still in customers' code.

It answers in coarse codes where it has one for an event, as in a sample of 2021; its documents and clients show both
code spaces mixed in one answer (B). A record that is missing is an empty list.
"""

from collections.abc import Iterator
from urllib.parse import unquote

from simulator.carriers.chinapost import crypto
from simulator.carriers.chinapost.errors import refuse_trace
from simulator.carriers.chinapost.render import (
    JDPT_PREFIX,
    event_fields,
    form_field,
    form_fields,
    json_text,
    oldest_first,
    trace_response,
)
from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.common.credentials import Product
from simulator.carriers.common.number_form import normalise
from simulator.exchange import Request, Response
from simulator.parcel import Parcel


def client_of(request: Request) -> str | None:
    """The customer that a request names."""
    return form_field(request, "sendID")


def _business_body(form: dict[str, str]) -> str:
    """The JSON of `msgBody`; some clients URL-encode it once more, and take the digest of what it was before (B)."""
    body = form.get("msgBody", "")
    return unquote(body) if body.startswith("%") else body


def _track(call: Call, view: CarrierView) -> Response:
    form = form_fields(call.request)
    sender = form.get("sendID", "")
    if sender != view.credentials.send_id:
        return refuse_trace(sender, "sender_unknown")
    if Product.CHINAPOST_JDPT in view.credentials.withheld:
        return refuse_trace(sender, "not_subscribed")
    body = _business_body(form)
    if not crypto.digest_holds(form.get("dataDigest", ""), body, view.credentials.digest_key):
        return refuse_trace(sender, "digest_wrong")
    number = json_text(body, "traceNo")
    if not number:
        return refuse_trace(sender, "body_malformed")
    # Parcels of the main interface are known here too, unless their story says that only that one knows them.
    shared = tuple(parcel for parcel in view.parcels(number, "ems") if not parcel.api)
    found = oldest_first((*shared, *view.parcels(number, "jdpt")))
    return trace_response(sender, state=True, listed=[shown for parcel in found for shown in _events(parcel)])


def _events(parcel: Parcel) -> Iterator[dict[str, str]]:
    number = normalise(parcel.tracking_number)
    for event in parcel.events:
        _, shown = event_fields(event, coarse=True)
        yield {"traceNo": number, **shown}


def _numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    number = json_text(_business_body(form_fields(call.request)), "traceNo")
    return (number,) if number else ()


OPERATIONS = (
    Operation("track", "POST", f"{JDPT_PREFIX}/mailTrack/queryMailTrackWn/plus", _track, _numbers),
)  # fmt: skip
