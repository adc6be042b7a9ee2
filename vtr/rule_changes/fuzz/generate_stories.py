"""Random stories: orders that depart from the perfect one in one to three ways."""

from collections.abc import Iterator
from random import Random

from vtr.language.yaml_writer import Document
from vtr.rule_changes.departures import RANDOM_DEPARTURES, DraftOrder
from vtr.rule_changes.profile_boundaries import Boundaries

ORDERS = 10
_FAULTS = ("forbidden", "unauthorized")  # with these a carrier gives no usable answer, and no validator waits long
_FAULTY_ORDERS = 2
# Of all stories:
_FAULTY, _EARLIER_REPORT = 0.06, 0.1
# Of all orders but a story's first:
_SHARED = 0.1


def generate_stories(seed: str, boundaries: Boundaries) -> Iterator[Document]:
    """Scenarios without expectations, endlessly. Each depends only on the seed and on its index."""
    index = 0
    while True:
        yield generate_story(Random(f"{seed}/{index}"), boundaries)
        index += 1


def generate_story(random: Random, boundaries: Boundaries) -> Document:
    """A scenario without expectations. boundaries: of the profile that will judge it."""
    faulty = random.random() < _FAULTY
    orders: list[Document] = []
    parcels: dict[str, Document] = {}
    for index in range(_FAULTY_ORDERS if faulty else ORDERS):
        draft = DraftOrder(f"box{index}", random, boundaries)
        for _ in range(random.choices((1, 2, 3), (5, 4, 2))[0]):
            random.choice(RANDOM_DEPARTURES)(draft)
        if orders and random.random() < _SHARED:
            draft.share(random.choice(list(parcels)))
        draft.set_times()
        orders.append(draft.order)
        parcels.update(draft.parcels)
    document: Document = {"scenario": "Invented", "parcels": parcels, "orders": orders}
    if faulty:
        carrier = random.choice([parcel["carrier"] for parcel in parcels.values()])
        document["faults"] = [{"fault": random.choice(_FAULTS), "carrier": carrier}]
    if random.random() < _EARLIER_REPORT:
        document["report_at"] = [f"day {random.randint(5, 29)}"]
    return document
