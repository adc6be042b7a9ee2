"""Proof of delivery inside a tracking answer: the letter and the image of the signature, both in Base64.

The Tracking spec puts both into `deliveryInformation` of a delivered package, in Base64 (A). UPS does not publish the
file types: here the letter is a PDF and the image a PNG (D). Every delivery has a signature, even one left at a door,
and every caller has the rights that UPS requires (D).
"""

from base64 import b64encode

from simulator.carriers.common import proof_documents
from simulator.parcel import Parcel, ScanEvent


def proof_letter(parcel: Parcel, number: str, delivery: ScanEvent, left_at: str) -> str:
    """The proof-of-delivery letter as a PDF in Base64.

    number: the normalised tracking number. left_at: where the parcel was left, empty if unknown.
    """
    place = delivery.place or parcel.destination
    local = place.local(delivery.happened)
    lines = (
        "Proof of Delivery",
        "",
        f"Tracking number: {number}",
        f"Delivered on: {local:%Y-%m-%d %H:%M:%S}",
        f"Delivered to: {', '.join(part for part in (place.city, place.state, place.country) if part)}",
        *((f"Left at: {left_at}",) if left_at else ()),
    )
    return b64encode(proof_documents.pdf(lines)).decode()


def signature_image(number: str, delivery: ScanEvent) -> str:
    """The image of a delivery's signature as a PNG in Base64; each delivery has its own."""
    return b64encode(proof_documents.png(f"{number}/{delivery.happened.isoformat()}")).decode()
