"""Proof of delivery inside a tracking answer: the letter, and the picture of the signature, both as Base64.

That they are Base64 and stand in `deliveryInformation` of a delivered package is the Tracking spec's (A). Which kinds
of file UPS sends is published nowhere: here a PDF letter and a PNG picture (D). Every delivery is signed for, also one
to a door, and every caller has the rights that UPS demands (D).
"""

from base64 import b64encode

from simulator.carriers.common import proof_documents
from simulator.parcel import Parcel, ScanEvent


def letter(parcel: Parcel, number: str, delivery: ScanEvent, left_at: str) -> str:
    """The letter that proves a delivery. number: as UPS writes it. left_at: the drop place, if one is known."""
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


def signature(number: str, delivery: ScanEvent) -> str:
    """The picture of the signature that was given at a delivery; each delivery has its own."""
    return b64encode(proof_documents.png(f"{number}/{delivery.happened.isoformat()}")).decode()
