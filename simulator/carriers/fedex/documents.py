"""FedEx's operation for documents about parcels: the signature proof of delivery.

Sources: the Track API spec for request, answer and limits, for `PDF` and `PNG` being case-sensitive and PDF the
default, and for freight documents, which are not available as PNG and need an account number (A); the 400 for a number
without a document (A). No capture of an answer was found, so these are ours (D): one document for each number, in the
order of the request; for a recycled number, the document of its newest delivered parcel; an alert where only some of
the numbers have a document; the codes and texts for malformed requests. Parcels here have no freight documents.
"""

from base64 import b64encode
from typing import Any

from simulator.carriers.common import oauth, proof_documents
from simulator.carriers.common.carrier import Call, CarrierView, Operation
from simulator.carriers.fedex import errors, render, requests
from simulator.carriers.fedex.events import code_of
from simulator.carriers.fedex.requests import NumberQuery
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


def _tracking_numbers(call: Call, _view: CarrierView) -> tuple[str, ...]:
    return requests.tracking_numbers(call, "trackDocumentSpecification")


def _documents(call: Call, view: CarrierView) -> Response:
    """POST /track/v1/trackingdocuments: proofs of delivery for up to 30 numbers, PDF or PNG files in Base64."""
    request = call.request
    document = requests.parse_body(request, view)
    if isinstance(document, Response):
        return document
    queries = requests.parse_queries(document.get("trackDocumentSpecification"), request, view)
    if isinstance(queries, Response):
        return queries
    detail = requests.json_object(document, "trackDocumentDetail")
    kind = requests.as_text(detail.get("documentType"))
    file_format = requests.as_text(detail.get("documentFormat")) or "PDF"
    transaction = requests.transaction_id(request)
    error = _parameter_error(kind, file_format, document["trackDocumentSpecification"])
    if error:
        return errors.invalid_input(view, 400, error, transaction)
    files = [_proof(query, file_format, view) for query in queries] if kind == _PROOF else []
    proofs = [file for file in files if file is not None]
    if not proofs:
        return errors.not_found(view, transaction)
    output: dict[str, Any] = {
        "localization": _localization(request),
        "documentType": kind,
        "documentFormat": file_format,
        "document": [b64encode(proof).decode() for proof in proofs],
    }
    if len(proofs) < len(queries):
        output["alerts"] = [_UNAVAILABLE]
    answer: dict[str, Any] = {"transactionId": view.identifier()}
    if transaction:
        answer["customerTransactionId"] = transaction
    return oauth.json_answer(200, answer | {"output": output})


def _parameter_error(kind: str, file_format: str, entries: list[dict[str, Any]]) -> str:
    """The text of the refusal for the requested type and format of document; empty where they are valid."""
    if kind != _PROOF and kind not in _FREIGHT:
        return f"documentType is required: {', '.join((_PROOF, *sorted(_FREIGHT)))}."
    if file_format not in _FORMATS:
        return f"documentFormat {file_format} is not supported: PDF or PNG."
    if kind in _FREIGHT and file_format == "PNG":
        return f"documentType {kind} does not support documentFormat PNG."
    if kind in _FREIGHT and not all(requests.as_text(entry.get("accountNumber")) for entry in entries):
        return f"accountNumber is required for documentType {kind}."
    return ""


def _localization(request: Request) -> dict[str, str]:
    """The language and country of the `x-locale` header, as `en_US`; English of the US where there is none."""
    language, _, country = request.headers.get("x-locale", "en_US").replace("-", "_").partition("_")
    return {"languageCode": language or "en"} | ({"localeCode": country} if country else {})


def _proof(query: NumberQuery, file_format: str, view: CarrierView) -> bytes | None:
    """The file that proves the delivery of the newest delivered parcel of a query; None where none was delivered."""
    delivered = [
        (parcel, identity, delivery)
        for parcel, identity in render.matching_parcels(query, view)
        for delivery in (_delivery(parcel),)
        if delivery is not None
    ]
    if not delivered:
        return None
    parcel, identity, delivery = delivered[-1]
    return (
        proof_documents.png(identity) if file_format == "PNG" else proof_documents.pdf(_letter_lines(parcel, delivery))
    )


def _delivery(parcel: Parcel) -> ScanEvent | None:
    deliveries = (event for event in parcel.events if code_of(event).event_type == "DL")
    return max(deliveries, key=lambda event: event.happened, default=None)


def _letter_lines(parcel: Parcel, delivery: ScanEvent) -> tuple[str, ...]:
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
        f"Ship date: {render.ship_date(parcel)}",
        "Signed for by: signature on file",
    )


OPERATIONS = (Operation("documents", "POST", "/track/v1/trackingdocuments", _documents, _tracking_numbers),)
