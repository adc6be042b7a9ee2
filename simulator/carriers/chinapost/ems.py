"""The EMS open platform for contract customers: service 040001, the trace of one parcel.

Request and answer as three independent clients of the API agree on them (B), the answer's keys as in one captured in
August 2025. `retBody` is JSON inside a JSON text. A number without record is no error there: 00000, an empty list, and
a text.
"""

import re
from collections.abc import Iterator, Mapping

import orjson

from simulator.carriers.chinapost import crypto, numbers
from simulator.carriers.chinapost.errors import SUCCESS, Reason, envelope, refuse
from simulator.carriers.chinapost.render import (
    event_fields,
    form_field,
    form_fields,
    json_response,
    json_text,
    oldest_first,
)
from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.common.credentials import Credentials, Product
from simulator.carriers.common.number_form import normalise
from simulator.exchange import Request, Response
from simulator.parcel import Parcel

TRACE = "040001"
# Services that the platform has and this simulation has not: refused as not subscribed, unlike codes that nobody knows.
OTHER_SERVICES = frozenset(["010004", "020003", "020006", "030005", "040002", "050001", "050005", "060001", "060002"])

_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_FOUND = "查询结果正常返回！"  # noqa: RUF001 (as the platform writes it)
_NOT_FOUND = "未查询到"

# How it was delivered, and why it was not: in person, nobody in. One of the many that exist, each (B).
_DELIVER_CODES = {"704": "10"}
_ATTEMPT_CODES = {"705": "4"}


def client_of(request: Request) -> str | None:
    """The contract customer number that a request carries."""
    return form_field(request, "senderNo")


def _track(call: Call, view: CarrierView) -> Response:
    form = form_fields(call.request)
    reason = _fault_of_form(form, view.credentials)
    if reason is not None:
        return refuse(view, reason)
    number, reason = _unsealed_number(form.get("logitcsInterface", ""), view.credentials.sm4_key)
    if reason is not None:
        return refuse(view, reason)
    parcels = view.parcels(number, "ems")
    listed = [shown for parcel in oldest_first(parcels) for shown in _events(parcel)]
    body = orjson.dumps({"responseItems": listed}).decode()
    return json_response(envelope(view, SUCCESS, _FOUND if parcels else _NOT_FOUND, body))


def _fault_of_form(form: Mapping[str, str], credentials: Credentials) -> Reason | None:
    if form.get("senderNo") != credentials.sender_no:
        return "sender_unknown"
    if form.get("authorization") != credentials.authorization:
        return "authorization_wrong"
    if form.get("apiCode") != TRACE:
        return "service_not_subscribed" if form.get("apiCode") in OTHER_SERVICES else "service_unknown"
    if Product.CHINAPOST_EMS in credentials.withheld:
        return "service_not_subscribed"
    return None if _TIMESTAMP.fullmatch(form.get("timeStamp", "")) else "timestamp_malformed"


def _unsealed_number(sealed: str, key: str) -> tuple[str, Reason | None]:
    plain = crypto.unseal(sealed, key)
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
        code, shown = event_fields(event)
        yield {
            "traceNo": number,
            "waybillNo": number,
            **shown,
            "deliverCode": _DELIVER_CODES.get(code.code, ""),
            "attemptDeliveryCode": _ATTEMPT_CODES.get(code.code, ""),
            "productName": product,
        }


def _numbers(call: Call, view: CarrierView) -> tuple[str, ...]:
    """The number inside the cipher, as far as the session's key opens it."""
    sealed = form_fields(call.request).get("logitcsInterface", "")
    number, _ = _unsealed_number(sealed, view.credentials.sm4_key)
    return (number,) if number else ()


OPERATIONS = tuple(
    Operation("track", "POST", f"/amp-prod-api/f/amp/api/{environment}", _track, _numbers)
    for environment in ("open", "test")
)
