"""JDPT's trace service `queryMailTrackWn`: older, a plain form with a digest, still in customers' code.

It answers in coarse codes where it has one for an event, as in a sample of 2021; its documents and clients show both
code spaces mixed in one answer (B). A record that is missing is an empty list.
"""

from collections.abc import Iterator
from urllib.parse import unquote

from simulator.carrier import Call, Operation, World
from simulator.carriers.chinapost import crypto
from simulator.carriers.chinapost.errors import JDPT_REFUSALS
from simulator.carriers.chinapost.wire import answer, common, field_of, fields, oldest_first, text_in
from simulator.exchange import Request, Response
from simulator.numbers import normalise
from simulator.parcel import Parcel


def client_of(request: Request) -> str | None:
    """The customer that a request names."""
    return field_of(request, "sendID")


def _business_body(form: dict[str, str]) -> str:
    """The JSON of `msgBody`; some clients URL-encode it once more, and take the digest of what it was before (B)."""
    body = form.get("msgBody", "")
    return unquote(body) if body.startswith("%") else body


def _track(call: Call, world: World) -> Response:
    form = fields(call.request)
    sender = form.get("sendID", "")
    if sender != world.credentials.send_id:
        return _refuse(sender, "sender_unknown")
    body = _business_body(form)
    if not crypto.digest_holds(form.get("dataDigest", ""), body, world.credentials.digest_key):
        return _refuse(sender, "digest_wrong")
    number = text_in(body, "traceNo")
    if not number:
        return _refuse(sender, "body_malformed")
    # Parcels of the main interface are known here too, unless their story says that only that one knows them.
    shared = tuple(parcel for parcel in world.parcels(number, "ems") if not parcel.api)
    found = oldest_first((*shared, *world.parcels(number, "jdpt")))
    return _answer(sender, state=True, listed=[shown for parcel in found for shown in _events(parcel)])


def _events(parcel: Parcel) -> Iterator[dict[str, str]]:
    number = normalise(parcel.tracking_number)
    for event in parcel.events:
        _, shown = common(event, coarse=True)
        yield {"traceNo": number, **shown}


def _refuse(sender: str, reason: str) -> Response:
    return _answer(sender, state=False, listed=[], error=JDPT_REFUSALS[reason])


def _answer(sender: str, *, state: bool, listed: list[dict[str, str]], error: str = "") -> Response:
    # The receiver of the answer is who sent the request.
    return answer({"receiveID": sender, "responseState": state, "errorDesc": error, "responseItems": listed})


def _numbers(call: Call) -> tuple[str, ...]:
    number = text_in(_business_body(fields(call.request)), "traceNo")
    return (number,) if number else ()


OPERATIONS = (
    Operation("track", "POST", "/querypush-twswn/mailTrack/queryMailTrackWn/plus", _track, _numbers),
)  # fmt: skip
