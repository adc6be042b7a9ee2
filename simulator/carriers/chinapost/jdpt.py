"""JDPT's trace service `queryMailTrackWn`: older, a plain form with a digest, still used by customers.

It answers in coarse codes where an event has one, as in a sample of 2021; its documents and clients show both code
spaces mixed in one answer (B). A number without a record is an empty list.
"""

from collections.abc import Iterator

from simulator.carriers.chinapost import auth
from simulator.carriers.chinapost.errors import refuse_trace
from simulator.carriers.chinapost.render import JDPT_PREFIX, event_fields, oldest_first, trace_response
from simulator.carriers.chinapost.requests import form_fields, json_text, msg_body
from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.common.number_form import normalise
from simulator.exchange import Response
from simulator.parcel import Parcel


def _track(call: Call, view: CarrierView) -> Response:
    form = form_fields(call.request)
    sender = form.get("sendID", "")
    reason = auth.check_jdpt_access(form, view.credentials)
    if reason is not None:
        return refuse_trace(sender, reason)
    number = json_text(msg_body(form), "traceNo")
    if not number:
        return refuse_trace(sender, "body_malformed")
    # Parcels of the main interface are known here too, unless they were registered for that one alone.
    shared = tuple(parcel for parcel in view.parcels(number, "ems") if not parcel.api)
    parcels = oldest_first((*shared, *view.parcels(number, "jdpt")))
    return trace_response(sender, state=True, events=[event for parcel in parcels for event in _events(parcel)])


def _events(parcel: Parcel) -> Iterator[dict[str, str]]:
    number = normalise(parcel.tracking_number)
    for event in parcel.events:
        _, fields = event_fields(event, coarse=True)
        yield {"traceNo": number, **fields}


def _numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    number = json_text(msg_body(form_fields(call.request)), "traceNo")
    return (number,) if number else ()


OPERATIONS = (
    Operation("track", "POST", f"{JDPT_PREFIX}/mailTrack/queryMailTrackWn/plus", _track, _numbers),
)  # fmt: skip
