"""The tracking numbers of a scenario's parcels: written out, borrowed from another parcel, or minted.

Each minted number comes from its own random stream of the scenario's seed, so adding a parcel does not change the
number of another one.
"""

from collections.abc import Mapping
from random import Random

from simulator import tracking_numbers
from simulator.carriers.common.number_form import normalise
from vtr.language import schema

_MINTED = "minted"


def parcel_numbers(
    parcels: Mapping[str, schema.ParcelPart], carriers: Mapping[str, str], seed: str
) -> tuple[dict[str, str], dict[str, str]]:
    """The number of each parcel by name, and the parcels whose `$name` leads back to itself, each with that name.

    carriers: of each parcel, as far as it is known; a parcel without one gets no minted number. Minted numbers differ
    from all others.
    """
    written = {name: part.number for name, part in parcels.items()}
    borrowed = {name: other for name, text in written.items() if (other := schema.name_of(text)) is not None}
    numbers = {name: schema.literal(text) for name, text in written.items() if name not in borrowed and text != _MINTED}
    taken = {normalise(number) for number in numbers.values()}
    for name, carrier in carriers.items():
        if written[name] == _MINTED:
            random = Random(f"{seed}/number/{name}")
            number = tracking_numbers.mint(carrier, random=random)
            while normalise(number) in taken:
                number = tracking_numbers.mint(carrier, random=random)
            taken.add(normalise(number))
            numbers[name] = number
    circular = {}
    for name, other in borrowed.items():
        lender = other
        for _ in borrowed:
            lender = borrowed.get(lender, lender)
        if lender in borrowed:
            circular[name] = other
        elif lender in numbers:
            numbers[name] = numbers[lender]
    return numbers, circular
