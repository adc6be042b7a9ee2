"""The EMS open platform for contract customers: service 040001, the trace of one parcel.

Requests and answers as three independent clients of the API agree on them (B), the answer's keys as in one captured in
August 2025. `retBody` is JSON in a JSON text. A number without a record is not an error: 00000, an empty list, and a
text.
"""

import re
from collections.abc import Iterator

import orjson

from simulator.carriers.chinapost import auth, crypto, numbers
from simulator.carriers.chinapost.errors import SUCCESS, Reason, envelope, refuse
from simulator.carriers.chinapost.render import event_fields, json_response, oldest_first
from simulator.carriers.chinapost.requests import form_fields, json_text
from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.common.number_form import normalise
from simulator.exchange import Response
from simulator.parcel import Parcel

_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_FOUND = "查询结果正常返回！"  # noqa: RUF001 (as the platform writes it)
_NOT_FOUND = "未查询到"

# How a parcel was delivered (in person) or why it was not (recipient absent): one of many codes each (B).
_DELIVER_CODES = {"704": "10"}
_ATTEMPT_CODES = {"705": "4"}


def _track(call: Call, view: CarrierView) -> Response:
    form = form_fields(call.request)
    reason = auth.check_ems_access(form, view.credentials)
    if reason is not None:
        return refuse(view, reason)
    if _TIMESTAMP.fullmatch(form.get("timeStamp", "")) is None:
        return refuse(view, "timestamp_malformed")
    number, reason = _decrypt_number(form.get("logitcsInterface", ""), view.credentials.sm4_key)
    if reason is not None:
        return refuse(view, reason)
    parcels = view.parcels(number, "ems")
    events = [event for parcel in oldest_first(parcels) for event in _events(parcel)]
    body = orjson.dumps({"responseItems": events}).decode()
    return json_response(envelope(view, SUCCESS, _FOUND if parcels else _NOT_FOUND, body))


def _decrypt_number(encrypted: str, key: str) -> tuple[str, Reason | None]:
    """The number in an encrypted body, or an empty text and the reason why there is none."""
    plain = crypto.decrypt_body(encrypted, key)
    if plain is None:
        return "", "undecipherable"
    if not plain.endswith(key):
        return "", "tail_wrong"
    number = json_text(plain.removesuffix(key), "waybillNo")
    return number, None if number else "body_malformed"


def _events(parcel: Parcel) -> Iterator[dict[str, str]]:
    number = normalise(parcel.tracking_number)
    product = parcel.service or numbers.product(number)
    for event in parcel.events:
        code, fields = event_fields(event)
        yield {
            "traceNo": number,
            "waybillNo": number,
            **fields,
            "deliverCode": _DELIVER_CODES.get(code.code, ""),
            "attemptDeliveryCode": _ATTEMPT_CODES.get(code.code, ""),
            "productName": product,
        }


def _numbers(call: Call, view: CarrierView) -> tuple[str, ...]:
    """The number in the encrypted body, if the session's key decrypts it."""
    encrypted = form_fields(call.request).get("logitcsInterface", "")
    number, _ = _decrypt_number(encrypted, view.credentials.sm4_key)
    return (number,) if number else ()


OPERATIONS = tuple(
    Operation("track", "POST", f"/amp-prod-api/f/amp/api/{environment}", _track, _numbers)
    for environment in ("open", "test")
)
