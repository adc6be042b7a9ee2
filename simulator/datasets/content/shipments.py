"""Shipments as columns, before and after something is planted in them.

`make_perfect` makes shipments as they should be: ordered, confirmed with the right carrier and number before the first
scan, delivered. A condition (`conditions.py`) then changes what it is about. Instants are whole seconds since 1970 in
UTC, days are whole days since then; NEVER means that there is none. The report is drawn at AS_OF under profile us-2019.
Its window is the 30 days of promised delivery that end two weeks before, by days in Los Angeles (both Amazon's own
words).
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from simulator.datasets.content import number_forms
from simulator.datasets.content.journey_paths import PATHS
from simulator.datasets.content.number_forms import CARRIERS
from simulator.datasets.content.streams import Integers, RandomColumns

NEVER = -(1 << 62)
MINUTE, HOUR, DAY = 60, 3600, 86400
AS_OF = int(datetime(2026, 4, 1, 12, tzinfo=UTC).timestamp())
_EPOCH = date(1970, 1, 1)
WINDOW_START = (date(2026, 2, 17) - _EPOCH).days
WINDOW_END = (date(2026, 3, 18) - _EPOCH).days

CARRIER_NAMES = ("UPS", "USPS", "FedEx", "DHL", "China Post")  # as Amazon's list spells them, in the order of CARRIERS
UNSUPPORTED = "Speedy Parcel Co"
HAULIER = "Regional Freight Lines"
CARRIER_CODES = (
    *CARRIER_NAMES, *(name.lower() for name in CARRIER_NAMES), UNSUPPORTED, HAULIER, "Other",
    *(f"{name} " for name in CARRIER_NAMES), "FedEx SmartPost", "UPSMI",
)  # fmt: skip
LOWER_CASE, OTHER = len(CARRIER_NAMES), CARRIER_CODES.index("Other")
WITH_BLANK = OTHER + 1
TYPED_NAMES = (*CARRIER_NAMES, "US Postal Service", "中国邮政")  # with Other as the carrier code
# Shares are ours: a seller of household goods, most of whose parcels go by the cheapest service.
_CATEGORY_SHARES = {
    "Kitchen": 0.24, "Toys & Games": 0.16, "Beauty": 0.14, "Electronics": 0.13, "Apparel": 0.12, "Garden": 0.09,
    "Pet Supplies": 0.07, "Books": 0.05,
}  # fmt: skip
CATEGORIES = tuple(_CATEGORY_SHARES)
_SERVICE_SHARES = {
    "ups": {"Ground": 0.84, "2nd Day Air": 0.12, "Next Day Air": 0.04},
    "usps": {"Priority Mail": 0.45, "First Class Package": 0.40, "Parcel Select": 0.15},
    "fedex": {"Home Delivery": 0.70, "2Day": 0.22, "Standard Overnight": 0.08},
    "dhl": {"Express Worldwide": 0.60, "Parcel International": 0.40},
    "chinapost": {"ePacket": 0.75, "EMS": 0.25},
}
_SERVICES = tuple(service for shares in _SERVICE_SHARES.values() for service in shares)
METHODS = (*_SERVICES, "First Class Mail envelope", "Standard Mail envelope", "Freight")
COUNTRIES = ("US", "CN")
_CATEGORY_ENDS = np.cumsum(list(_CATEGORY_SHARES.values()))[:-1]
# Carrier c's services end at c + the sum of their shares, so that one search finds the service of any carrier.
_SERVICE_ENDS = np.concatenate([
    [at + sum(list(shares.values())[: end + 1]) for end in range(len(shares) - 1)] + [at + 1]
    for at, shares in enumerate(_SERVICE_SHARES.values())
])  # fmt: skip
# Days on the way, least and most, in the order of CARRIERS; first scan to delivery.
_TRANSIT_DAYS = np.array([[2, 5], [2, 6], [1, 5], [2, 6], [7, 13]])

OWN, UNKNOWN = 0, 1  # the number that is submitted: the package's own, or one that no carrier knows
Booleans = NDArray[np.bool_]


@dataclass
class Shipments:
    """Packages as columns, one row each; an order may have two."""

    streams: RandomColumns
    shipment: Integers
    key: Integers  # of the package: twice the shipment's number, and one more for a second package
    order_key: Integers
    package: Integers
    condition: Integers
    carrier: Integers
    form: Integers
    number_from: Integers  # the key whose number is on the label
    placed: Integers
    promised: Integers
    labelled: Integers
    confirmed: Integers
    first_scan: Integers
    delivery: Integers
    path: Integers
    publish_delay: Integers
    delivery_delay: Integers  # of the delivery's publication, on top of publish_delay
    placeless: Booleans
    category: Integers
    current_category: Integers
    price: Integers
    shipping: Integers
    ship_from: Integers
    amazon: Booleans
    cancelled: Integers
    named: Integers
    typed: Integers  # index of the name typed with Other, or -1
    method: Integers
    buy_shipping: Booleans
    submitted_number: Integers  # OWN or UNKNOWN
    edited_at: Integers
    edited_number: Integers
    edited_named: Integers  # the carrier that the edit names, or -1 for the same
    # What the report must show, as the condition says.
    outcome: NDArray[np.object_]
    shown: Integers  # 1 the first submission, 2 the edit
    evidence: Booleans  # whether the scans of the number shown are this order's
    texts: dict[int, str] = field(default_factory=dict)  # by row: what is submitted in the number's place
    edited_texts: dict[int, str] = field(default_factory=dict)

    def random(self, column: str, rows: Integers, low: int, high: int) -> Integers:
        """Whole numbers from low to high for some rows, from a random column that only conditions use."""
        return self.streams.integers("conditions", column, self.key[rows], low, high)

    def relabel(self, rows: Integers, carrier: str, form: str) -> None:
        """Give parcels a number of another form, and the carrier and service that go with it; the form must be wide."""
        at = number_forms.form_index(carrier, form)
        self.form[rows] = at
        self.carrier[rows] = CARRIERS.index(carrier)
        self.named[rows] = self.carrier[rows]
        self.method[rows] = _draw_services(self.streams, self.key[rows], self.carrier[rows])
        self.ship_from[rows] = int(carrier == "chinapost")

    def send_on(self, rows: Integers, path: str) -> None:
        """Send parcels on another path of PATHS."""
        self.path[rows] = PATHS.index(path)

    def expect(self, rows: Integers, outcome: str, *, shown: int = 1, evidence: bool = False) -> None:
        """Set what the report must show.

        outcome: a reason, or why the package is not in the report.
        shown: the submission in the report, 1 the first, 2 the edit.
        evidence: whether the scans of that number are this order's.
        """
        self.outcome[rows] = outcome
        self.shown[rows] = shown
        self.evidence[rows] = evidence


def _draw_services(streams: RandomColumns, keys: Integers, carriers: Integers) -> Integers:
    """The service of each package, as an index into METHODS."""
    drawn = carriers + streams.fractions("confirmations", "ship_method", keys)
    return np.minimum(np.searchsorted(_SERVICE_ENDS, drawn, side="right"), len(_SERVICES) - 1)


def make_perfect(
    streams: RandomColumns, shipment: Integers, second: Integers, condition: Integers, own_order: Booleans
) -> Shipments:
    """Shipments with nothing planted.

    second: 1 for a shipment's second package, else 0. own_order: whether that package has an order of its own.
    """
    key = shipment * 2 + second
    order_key = shipment * 2 + np.where(own_order, second, 0)
    places = streams.permute(shipment)
    form = number_forms.usual_forms(places)
    carrier = number_forms.CARRIER_OF_FORM[form].astype(np.int64)
    chinese = carrier == CARRIERS.index("chinapost")

    def drawn(column: str, low: int, high: int, keys: Integers = order_key) -> Integers:
        return streams.integers("orders", column, keys, low, high)

    promised = drawn("promised_delivery_date", WINDOW_START + 2, WINDOW_END - 2)
    lead = np.where(chinese, drawn("lead", 16, 22), drawn("lead", 5, 9))
    placed = (promised - lead) * DAY + drawn("placed_at", 0, DAY - 1)
    confirmed = placed + streams.integers("confirmations", "confirmed_at", key, 4 * HOUR, 30 * HOUR)
    first_scan = confirmed + streams.integers("parcels", "first_scan_at", key, HOUR, 20 * HOUR)
    low, high = _TRANSIT_DAYS[carrier].T * DAY
    transit = low + (streams.fractions("parcels", "transit", key) * (high - low)).astype(np.int64)
    rows = len(shipment)
    category = np.searchsorted(_CATEGORY_ENDS, streams.fractions("orders", "category", order_key), side="right")
    # From 6 to 250 dollars, most of them cheap: half cost less than 37.
    price = 600 + (streams.fractions("orders", "item_price", order_key) ** 3 * 24_400).astype(np.int64)
    return Shipments(
        streams=streams, shipment=shipment, key=key, order_key=order_key,
        package=np.where(own_order, 1, second + 1), condition=condition, carrier=carrier, form=form,
        number_from=key.copy(), placed=placed, promised=promised,
        labelled=confirmed - streams.integers("parcels", "labelled_at", key, MINUTE, 3 * HOUR), confirmed=confirmed,
        first_scan=first_scan, delivery=first_scan + transit, path=np.zeros(rows, np.int64),
        publish_delay=np.zeros(rows, np.int64), delivery_delay=np.zeros(rows, np.int64),
        placeless=np.zeros(rows, np.bool_), category=category, current_category=category.copy(),
        price=price, shipping=drawn("shipping_price", 0, 3) * 250,
        ship_from=chinese.astype(np.int64), amazon=np.zeros(rows, np.bool_), cancelled=np.full(rows, NEVER),
        named=carrier.copy(), typed=np.full(rows, -1), method=_draw_services(streams, key, carrier),
        buy_shipping=np.zeros(rows, np.bool_), edited_named=np.full(rows, -1),
        submitted_number=np.full(rows, OWN), edited_at=np.full(rows, NEVER), edited_number=np.full(rows, OWN),
        outcome=np.full(rows, "VALID", dtype=object), shown=np.ones(rows, np.int64), evidence=np.ones(rows, np.bool_),
    )  # fmt: skip
