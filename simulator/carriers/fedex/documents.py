"""FedEx's operation for documents about parcels: the letter that proves a delivery.

Sources: the Track API spec for question, answer and limits, for `PDF` and `PNG` being case-sensitive and PDF the
default, and for the freight documents' coming in no PNG and needing an account number (A); the 400 for a number without
a document (A). No capture of an answer was found, so these are ours (D): one document for each number, in the order of
the question; of a recycled number, that of its newest delivered parcel; beside numbers that have a document those that
have none are told by an alert; the codes and texts of what can't be read. Parcels here have no freight documents.
"""

from base64 import b64encode
from typing import Any

from simulator.carriers.common import oauth, proof_documents
from simulator.carriers.common.carrier import Call, CarrierView
from simulator.carriers.fedex import errors, requests
from simulator.carriers.fedex.events import code_of
from simulator.carriers.fedex.requests import Question
from simulator.exchange import Request, Response
from simulator.parcel import Parcel, ScanEvent
from simulator.places import COUNTRY_NAMES

_PROOF = "SIGNATURE_PROOF_OF_DELIVERY"
_FREIGHT = frozenset(("BILL_OF_LADING", "FREIGHT_BILLING_DOCUMENT"))
_FORMATS = frozenset(("PDF", "PNG"))
_UNAVAILABLE = {
    "code": "TRACKING.DATA.NOTFOUND",
    "alertType": "WARNING",
    "message": "Tracking data unavailable",
}


def numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    """The tracking numbers whose documents a call asks for."""
    return requests.numbers(call, "trackDocumentSpecification")


def documents(call: Call, view: CarrierView) -> Response:
    """POST /track/v1/trackingdocuments: letters of proof for up to 30 numbers, as Base64 of PDF or PNG files."""
    request = call.request
    document = requests.opened(request, view)
    if isinstance(document, Response):
        return document
    asked = requests.read(document.get("trackDocumentSpecification"), request, view)
    if isinstance(asked, Response):
        return asked
    detail = requests.part(document, "trackDocumentDetail")
    kind = requests.text(detail.get("documentType"))
    form = requests.text(detail.get("documentFormat")) or "PDF"
    transaction = requests.transaction(request)
    wrong = _wrong(kind, form, document["trackDocumentSpecification"])
    if wrong:
        return errors.invalid_input(view, 400, wrong, transaction)
    found = [_letter(question, form, view) for question in asked] if kind == _PROOF else []
    proofs = [proof for proof in found if proof is not None]
    if not proofs:
        return errors.not_found(view, transaction)
    output: dict[str, Any] = {
        "localization": _localization(request),
        "documentType": kind,
        "documentFormat": form,
        "document": [b64encode(proof).decode() for proof in proofs],
    }
    if len(proofs) < len(asked):
        output["alerts"] = [_UNAVAILABLE]
    answer: dict[str, Any] = {"transactionId": view.identifier()}
    if transaction:
        answer["customerTransactionId"] = transaction
    return oauth.json_answer(200, answer | {"output": output})


def _wrong(kind: str, form: str, entries: list[dict[str, Any]]) -> str:
    """What is wrong with the kind or the form of document that is asked for; empty where nothing is."""
    if kind != _PROOF and kind not in _FREIGHT:
        return f"documentType is required: {', '.join((_PROOF, *sorted(_FREIGHT)))}."
    if form not in _FORMATS:
        return f"documentFormat {form} is not supported: PDF or PNG."
    if kind in _FREIGHT and form == "PNG":
        return f"documentType {kind} does not support documentFormat PNG."
    if kind in _FREIGHT and not all(requests.text(entry.get("accountNumber")) for entry in entries):
        return f"accountNumber is required for documentType {kind}."
    return ""


def _localization(request: Request) -> dict[str, str]:
    """The language and country of the `x-locale` header, as `en_US`; English of the US where there is none."""
    language, _, country = request.headers.get("x-locale", "en_US").replace("-", "_").partition("_")
    return {"languageCode": language or "en"} | ({"localeCode": country} if country else {})


def _letter(question: Question, form: str, view: CarrierView) -> bytes | None:
    """The letter about the newest delivered parcel that a question means; None where none was delivered."""
    delivered = [
        (parcel, identity, delivery)
        for parcel, identity in requests.meant(question, view)
        for delivery in (_delivery(parcel),)
        if delivery is not None
    ]
    if not delivered:
        return None
    parcel, identity, delivery = delivered[-1]
    return proof_documents.png(identity) if form == "PNG" else proof_documents.pdf(_lines(parcel, delivery))


def _delivery(parcel: Parcel) -> ScanEvent | None:
    deliveries = (event for event in parcel.events if code_of(event).event_type == "DL")
    return max(deliveries, key=lambda event: event.happened, default=None)


def _lines(parcel: Parcel, delivery: ScanEvent) -> tuple[str, ...]:
    place = delivery.place or parcel.destination
    at = place.local(delivery.happened)
    country = COUNTRY_NAMES.get(place.country, place.country)
    return (
        "Signature Proof of Delivery",
        "",
        f"Tracking number: {parcel.tracking_number}",
        f"Status: {code_of(delivery).text}",
        f"Delivered: {at:%Y-%m-%d %H:%M} (local time)",
        f"Delivered to: {', '.join(part for part in (place.city.upper(), place.state, country) if part)}",
        f"Ship date: {requests.ship_date(parcel)}",
        "Signed for by: signature on file",
    )
