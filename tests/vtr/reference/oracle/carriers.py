"""Carriers that can verify a number (R2), and what their events say about a parcel (R5).

The list is the one that Amazon gave in 2016, with China Post added by its help of 2019. The codes are a choice of each
carrier's: paper, scans, deliveries, attempts, a partner's and a system's events, and those that take others back.
"""

from dataclasses import dataclass

# The exact spelling, and which of the five carriers can be asked; None: there is no client.
SUPPORTED = {
    "UPS": "ups", "UPSMI": "ups", "USPS": "usps", "DHL": "dhl", "DHL Global Mail": "dhl", "FedEx": "fedex",
    "FedEx SmartPost": "fedex", "OnTrac": None, "Newgistics": None, "Canada Post": None, "LaserShip": None,
    "China Post": "chinapost", "EMS": "chinapost", "EUB": "chinapost",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says. physical: the carrier read the parcel; takes_back: codes of earlier events that it undoes."""

    physical: bool = False
    delivered: bool = False
    takes_back: tuple[str, ...] = ()


_PAPER, _SCAN, _DELIVERY = Meaning(), Meaning(physical=True), Meaning(physical=True, delivered=True)

CODES: dict[str, dict[str, Meaning]] = {
    "ups": {
        "M/MP": _PAPER,  # the shipper made a label
        "I/PL": _PAPER,  # label made, not received, although its type says in transit
        "I/OC": _PAPER,  # undecided: the same row says that a label was made
        "I/OR": _SCAN,
        "I/AR": _SCAN,
        "I/DP": _SCAN,
        "X/48": _SCAN,  # an attempt: the driver had it
        "I/CA": Meaning(takes_back=("I/AR",)),  # cancelled arrival
        "I/CD": Meaning(takes_back=("I/DP",)),  # cancelled departure
        "D/FS": _DELIVERY,
    },
    "usps": {
        "GX": _PAPER,
        "MA": _PAPER,
        "80": _PAPER,  # a partner has it, USPS awaits it
        "TM": _PAPER,  # one receipt for a whole load, this piece was not read
        "A1": _PAPER,  # the truck arrived; counts only beside a reading of the piece
        "03": _SCAN,
        "10": _SCAN,
        "53": _SCAN,  # notice left
        "01": _DELIVERY,
    },
    "fedex": {
        "OC": _PAPER,
        "PM": _PAPER,  # in progress: undecided
        "PU": _SCAN,
        "AR": _SCAN,
        "DE": _SCAN,  # delivery exception: the courier had it
        "RS": _SCAN,  # returning to shipper
        "CA": Meaning(takes_back=("OC",)),
        "DL": _DELIVERY,
    },
    "dhl": {
        "pre-transit": _PAPER,
        "DUMMY_PU": _PAPER,
        "RR": _PAPER,  # an answer of the customs, can be earlier than arrival
        "failure": _PAPER,  # undecided
        "AF": _SCAN,
        "NH": _SCAN,  # nobody home
        "RT": _SCAN,  # returned to the sender: a scan, no delivery to the buyer
        "OK": _DELIVERY,
    },
    "chinapost": {
        "552": _PAPER,
        "499": _PAPER,  # planned hand-over
        "462": _PAPER,  # another post's attempt
        "203": _SCAN,
        "702": _SCAN,
        "705": _SCAN,
        "207": Meaning(takes_back=("203",)),
        "742": Meaning(takes_back=("702",)),
        "743": Meaning(takes_back=("704",)),
        "704": _DELIVERY,
    },
}
