"""What conditions do to shipments, as functions over columns; each says by hand what the report must then show."""

from collections.abc import Callable
from datetime import datetime

import numpy as np

from simulator.datasets.content.number_forms import CARRIERS
from simulator.datasets.content.routes import origin_zones
from simulator.datasets.content.shipments import (
    AS_OF,
    CARRIER_CODES,
    CATEGORIES,
    DAY,
    HAULIER,
    HOUR,
    LOWER_CASE,
    METHODS,
    MINUTE,
    NOBODYS,
    OTHER,
    OWN,
    TYPED_NAMES,
    UNSUPPORTED,
    WITH_BLANK,
    Shipments,
)
from simulator.datasets.content.streams import Whole

Plant = Callable[[Shipments, Whole], None]


def nothing(_shipments: Shipments, _rows: Whole) -> None:
    """All is as it should be."""


def journey(path: str, carrier: str = "", form: str = "") -> Plant:
    """Another journey; of a carrier and form where only some have it."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        if carrier:
            shipments.give(rows, carrier, form)
        shipments.travel(rows, path)

    return plant


def unseen(path: str, carrier: str = "", form: str = "") -> Plant:
    """A journey without a physical scan."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        journey(path, carrier, form)(shipments, rows)
        shipments.expect(rows, "NO_SCAN")

    return plant


def delivered_only(shipments: Shipments, rows: Whole) -> None:
    """Not for China Post: the delivery abroad is another post's reading, and no scan of its own."""
    chinese = rows[shipments.carrier[rows] == CARRIERS.index("chinapost")]
    shipments.give(chinese, "usps", "impb-22")
    shipments.travel(rows, "delivered_without_earlier_scans")


def late_first_scan(shipments: Shipments, rows: Whole) -> None:
    """The carrier first reads it five days late."""
    shipments.first_scan[rows] += 5 * DAY
    shipments.delivery[rows] += 5 * DAY


def never_known(shipments: Shipments, rows: Whole) -> None:
    """A number that no carrier knows, of a parcel that none had."""
    shipments.travel(rows, "unknown")
    shipments.submitted_number[rows] = NOBODYS
    shipments.expect(rows, "NUMBER_UNKNOWN")


def wrong_carrier(shipments: Shipments, rows: Whole) -> None:
    """Another of the five is named."""
    shift = shipments.random("wrong_carrier", rows, 1, len(CARRIERS) - 1)
    shipments.named[rows] = (shipments.carrier[rows] + shift) % len(CARRIERS)
    shipments.expect(rows, "CARRIER_MISMATCH")


def unsupported(shipments: Shipments, rows: Whole) -> None:
    """A carrier of no list is named."""
    shipments.named[rows] = CARRIER_CODES.index(UNSUPPORTED)
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def other_case(shipments: Shipments, rows: Whole) -> None:
    """The right carrier in small letters."""
    shipments.named[rows] = shipments.carrier[rows] + LOWER_CASE
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def typed(shipments: Shipments, rows: Whole) -> None:
    """Other is chosen and the right name typed."""
    shipments.named[rows] = OTHER
    shipments.typed[rows] = shipments.carrier[rows]
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def late_upload(shipments: Shipments, rows: Whole) -> None:
    """Submitted up to forty hours after the delivery."""
    shipments.confirmed[rows] = shipments.delivery[rows] + shipments.random("late", rows, 1, 40 * HOUR)
    shipments.expect(rows, "UPLOADED_AFTER_DELIVERY", evidence=True)


def a_second_late(shipments: Shipments, rows: Whole) -> None:
    """Submitted a second after the delivery."""
    shipments.confirmed[rows] = shipments.delivery[rows] + 1
    shipments.expect(rows, "UPLOADED_AFTER_DELIVERY", evidence=True)


def upload_at_delivery(shipments: Shipments, rows: Whole) -> None:
    """Submitted at the instant of the delivery."""
    shipments.confirmed[rows] = shipments.delivery[rows]


def upload_in_transit(shipments: Shipments, rows: Whole) -> None:
    """Submitted an hour after the first scan."""
    shipments.confirmed[rows] = shipments.first_scan[rows] + HOUR


def upload_after_attempt(shipments: Shipments, rows: Whole) -> None:
    """Submitted between an attempt and the delivery."""
    shipments.travel(rows, "attempted_then_delivered")
    shipments.confirmed[rows] = shipments.delivery[rows] - MINUTE


def edit(shipments: Shipments, rows: Whole, numbers: tuple[int, int], at: Whole) -> None:
    """One edit: which number is submitted first, and which then, at what instants."""
    shipments.submitted_number[rows], shipments.edited_number[rows] = numbers
    shipments.edited_at[rows] = at


def corrected_before(shipments: Shipments, rows: Whole) -> None:
    """A wrong number, corrected before delivery."""
    edit(shipments, rows, (NOBODYS, OWN), shipments.delivery[rows] - shipments.random("edit", rows, 1, 6 * HOUR))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def corrected_after(shipments: Shipments, rows: Whole) -> None:
    """A wrong number, corrected after delivery or at its instant."""
    edit(shipments, rows, (NOBODYS, OWN), shipments.delivery[rows] + shipments.random("edit", rows, 0, DAY))
    shipments.expect(rows, "NUMBER_UNKNOWN")


def overwritten(shipments: Shipments, rows: Whole) -> None:
    """A good number, overwritten before delivery."""
    edit(shipments, rows, (OWN, NOBODYS), shipments.delivery[rows] - shipments.random("edit", rows, 1, 6 * HOUR))
    shipments.expect(rows, "NUMBER_UNKNOWN", shown=2)


def edited_after(shipments: Shipments, rows: Whole) -> None:
    """A good number, edited after delivery: the edit has no effect."""
    edit(shipments, rows, (OWN, NOBODYS), shipments.delivery[rows] + shipments.random("edit", rows, 0, DAY))


def resent_after(shipments: Shipments, rows: Whole) -> None:
    """The same number again after delivery: without effect."""
    edit(shipments, rows, (OWN, OWN), shipments.delivery[rows] + shipments.random("edit", rows, 1, DAY))


def added_in_transit(shipments: Shipments, rows: Whole) -> None:
    """Blank first, and the number by an edit."""
    edit(shipments, rows, (OWN, OWN), shipments.first_scan[rows] + HOUR)
    shipments.texts.update(dict.fromkeys(rows.tolist(), ""))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def young_edit(shipments: Shipments, rows: Whole) -> None:
    """Edited less than 72 hours before the report, so it shows the first number."""
    shipments.travel(rows, "in_transit")
    edit(shipments, rows, (NOBODYS, OWN), AS_OF - 72 * HOUR + shipments.random("edit", rows, 1, 71 * HOUR))
    shipments.expect(rows, "NUMBER_UNKNOWN")


def edit_of_72_hours(shipments: Shipments, rows: Whole) -> None:
    """Edited exactly 72 hours before the report."""
    shipments.travel(rows, "in_transit")
    edit(shipments, rows, (NOBODYS, OWN), np.full(len(rows), AS_OF - 72 * HOUR))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def young_confirmation(shipments: Shipments, rows: Whole) -> None:
    """Confirmed less than 72 hours before the report."""
    shipments.travel(rows, "unknown")
    shipments.confirmed[rows] = AS_OF - 71 * HOUR
    shipments.expect(rows, "NOT_YET_REFLECTED")


def recycled(shipments: Shipments, rows: Whole) -> None:
    """All scans are a stranger's, from before the order."""
    shipments.first_scan[rows] = shipments.placed[rows] - 90 * DAY
    shipments.delivery[rows] = shipments.placed[rows] - 85 * DAY
    shipments.labelled[rows] = shipments.placed[rows] - 91 * DAY
    shipments.expect(rows, "NO_SCAN")


def published_late(shipments: Shipments, rows: Whole) -> None:
    """Scanned in time, published after the report."""
    shipments.travel(rows, "lost_after_first_scan")
    shipments.publish_delay[rows] = AS_OF + HOUR - shipments.first_scan[rows]
    shipments.expect(rows, "NO_SCAN")


def scanned_late(shipments: Shipments, rows: Whole) -> None:
    """First scanned after the report."""
    shipments.first_scan[rows] = AS_OF + HOUR
    shipments.delivery[rows] = AS_OF + 3 * DAY
    shipments.expect(rows, "NO_SCAN")


def cancelled_before(shipments: Shipments, rows: Whole) -> None:
    """Cancelled an hour before it was confirmed."""
    shipments.travel(rows, "label_only")
    shipments.cancelled[rows] = shipments.confirmed[rows] - HOUR
    shipments.expect(rows, "CANCELLED_BEFORE_CONFIRMATION")


def cancelled_after(shipments: Shipments, rows: Whole) -> None:
    """Cancelled an hour after it was confirmed, and on its way."""
    shipments.cancelled[rows] = shipments.confirmed[rows] + HOUR


def refunded(shipments: Shipments, rows: Whole) -> None:
    """Confirmed, cancelled, never handed over."""
    shipments.travel(rows, "label_only")
    shipments.cancelled[rows] = shipments.confirmed[rows] + DAY
    shipments.expect(rows, "NO_SCAN")


def not_confirmed(shipments: Shipments, rows: Whole) -> None:
    """Never confirmed."""
    shipments.travel(rows, "unknown")
    shipments.confirmed[rows] = AS_OF + DAY  # no line is written for it
    shipments.expect(rows, "NOT_CONFIRMED")


def by_amazon(shipments: Shipments, rows: Whole) -> None:
    """Amazon ships it."""
    shipments.amazon[rows] = True
    shipments.expect(rows, "NOT_SELLER_FULFILLED")


def promised(day: int, outcome: str) -> Plant:
    """Promised for a day, in days since 1970."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.promised[rows] = day
        shipments.expect(rows, outcome, evidence=True)

    return plant


def envelope(price: int, outcome: str, method: str = "First Class Mail envelope") -> Plant:
    """A small article in an envelope, with its price in cents and no number."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.give(rows, "usps", "impb-22")
        shipments.travel(rows, "unknown")
        shipments.method[rows] = METHODS.index(method)
        shipments.price[rows], shipments.shipping[rows] = price - 100, 100
        shipments.texts.update(dict.fromkeys(rows.tolist(), ""))
        shipments.expect(rows, outcome)

    return plant


def freight(shipments: Shipments, rows: Whole) -> None:
    """Freight with a haulier of no list."""
    shipments.named[rows] = CARRIER_CODES.index(HAULIER)
    shipments.method[rows] = METHODS.index("Freight")
    shipments.expect(rows, "EXEMPT_FREIGHT")


def from_abroad(price: int, outcome: str) -> Plant:
    """Sent from China, with its price in cents."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.ship_from[rows] = 1
        shipments.price[rows], shipments.shipping[rows] = price - 100, 100
        shipments.expect(rows, outcome, evidence=True)

    return plant


def second_blank(shipments: Shipments, rows: Whole) -> None:
    """Nothing submitted for an order's second parcel."""
    blank = rows[shipments.package[rows] > 1]
    shipments.texts.update(dict.fromkeys(blank.tolist(), ""))
    shipments.expect(blank, "INVALID_ID_BLANK")


def one_number(shipments: Shipments, rows: Whole) -> None:
    """Two orders in one parcel: the first order's label, scanned after both were placed."""
    key = shipments.key[rows] // 2 * 2
    shipments.number_from[rows] = key
    # All of the second order's own times give way to those of the first.
    for name in ("placed", "promised", "labelled", "confirmed", "first_scan", "delivery"):
        column: Whole = getattr(shipments, name)
        column[rows] = np.repeat(column[rows][::2], 2)


def rejected(shipments: Shipments, rows: Whole) -> None:
    """The text that is submitted cannot be processed."""
    shipments.expect(rows, "INVALID_ID_CHARS")


def blanked(shipments: Shipments, rows: Whole) -> None:
    """Nothing is submitted."""
    shipments.expect(rows, "INVALID_ID_BLANK")


def unknown_text(carrier: str = "", form: str = "") -> Plant:
    """The text that is submitted is clean, and nobody has that number."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        if carrier:
            shipments.give(rows, carrier, form)
        shipments.expect(rows, "NUMBER_UNKNOWN")

    return plant


def with_number(carrier: str, form: str, then: Plant) -> Plant:
    """On numbers of one form only."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.give(rows, carrier, form)
        then(shipments, rows)

    return plant


def within(*plants: Plant) -> Plant:
    """Several, one after the other."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        for each in plants:
            each(shipments, rows)

    return plant


def not_known(shipments: Shipments, rows: Whole) -> None:
    """The right number, of which the carrier knows nothing."""
    shipments.travel(rows, "unknown")
    shipments.expect(rows, "NUMBER_UNKNOWN")


def published_two_days_later(shipments: Shipments, rows: Whole) -> None:
    """Every scan is published 48 hours later, and long before the report."""
    shipments.publish_delay[rows] = 48 * HOUR


def delivery_published_later(shipments: Shipments, rows: Whole) -> None:
    """The delivery is published 72 hours later, and long before the report."""
    shipments.delivery_delay[rows] = 72 * HOUR


def clock_behind(shipments: Shipments, rows: Whole) -> None:
    """The scanners' clocks are an hour behind; what is published is published when it happened."""
    for column in (shipments.labelled, shipments.first_scan, shipments.delivery):
        column[rows] -= HOUR
    shipments.publish_delay[rows] = HOUR


def at_midnight(shipments: Shipments, rows: Whole) -> None:
    """The first scan is stamped midnight of its day, hours before the label; the order is older all the same."""
    for row, zone in zip(rows.tolist(), origin_zones(shipments, rows), strict=True):
        read = datetime.fromtimestamp(int(shipments.first_scan[row]) + DAY, zone)
        shipments.first_scan[row] = int(read.replace(hour=0, minute=0, second=0).timestamp())
    shipments.delivery[rows] += DAY
    shipments.labelled[rows] = shipments.first_scan[rows] + shipments.random("midnight", rows, 6 * HOUR, 12 * HOUR)
    shipments.confirmed[rows] = shipments.labelled[rows] + 10 * MINUTE


def without_places(shipments: Shipments, rows: Whole) -> None:
    """No event says where it was. Only where an answer's times do not need that: not at USPS or DHL."""
    others = np.isin(shipments.carrier[rows], [CARRIERS.index("usps"), CARRIERS.index("dhl")])
    shipments.give(rows[others], "ups", "1z")
    shipments.placeless[rows] = True


def with_blank(shipments: Shipments, rows: Whole) -> None:
    """A blank behind the right carrier's name."""
    shipments.named[rows] = shipments.carrier[rows] + WITH_BLANK
    shipments.expect(rows, "CARRIER_UNSUPPORTED")


def typed_as(carrier: str, form: str, name: str) -> Plant:
    """Other is chosen, and a name typed that is in no list."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.give(rows, carrier, form)
        shipments.named[rows] = OTHER
        shipments.typed[rows] = TYPED_NAMES.index(name)
        shipments.expect(rows, "CARRIER_UNSUPPORTED")

    return plant


def named_as(carrier: str, form: str, code: str) -> Plant:
    """Another of the carrier's own names in the list."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.give(rows, carrier, form)
        shipments.named[rows] = CARRIER_CODES.index(code)

    return plant


def carried_by_usps(carrier: str, form: str, path: str) -> Plant:
    """Another carrier's number that USPS reads, as it does with what is handed over to it, and that names USPS."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.give(rows, carrier, form)
        shipments.carrier[rows] = shipments.named[rows] = CARRIERS.index("usps")
        shipments.travel(rows, path)

    return plant


def first_mile(shipments: Shipments, rows: Whole) -> None:
    """China Post's own number under the carrier of the last mile, who has none of it."""
    shipments.give(rows, "chinapost", "domestic-13")
    shipments.named[rows] = CARRIERS.index("usps")
    shipments.expect(rows, "CARRIER_MISMATCH")


def upload_hours_from_delivery(hours: int, outcome: str) -> Plant:
    """Further than a minute from the delivery and nearer than any zone of the US is to UTC."""

    def plant(shipments: Shipments, rows: Whole) -> None:
        shipments.confirmed[rows] = shipments.delivery[rows] + hours * HOUR
        shipments.expect(rows, outcome, evidence=True)

    return plant


def _other_carrier(shipments: Shipments, rows: Whole) -> Whole:
    shift = shipments.random("edited_carrier", rows, 1, len(CARRIERS) - 1)
    return (shipments.carrier[rows] + shift) % len(CARRIERS)


def carrier_corrected(shipments: Shipments, rows: Whole) -> None:
    """The right number under a wrong carrier, which is corrected before delivery."""
    corrected_before(shipments, rows)
    shipments.edited_named[rows] = shipments.carrier[rows]
    shipments.named[rows] = _other_carrier(shipments, rows)
    shipments.submitted_number[rows] = OWN


def carrier_overwritten(shipments: Shipments, rows: Whole) -> None:
    """The right carrier, overwritten by a wrong one before delivery."""
    resent_before(shipments, rows)
    shipments.edited_named[rows] = _other_carrier(shipments, rows)
    shipments.expect(rows, "CARRIER_MISMATCH", shown=2)


def resent_before(shipments: Shipments, rows: Whole) -> None:
    """The same number again before delivery: it counts from then on."""
    edit(shipments, rows, (OWN, OWN), shipments.delivery[rows] - shipments.random("edit", rows, 1, 6 * HOUR))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def deleted(shipments: Shipments, rows: Whole) -> None:
    """The number is deleted before delivery."""
    resent_before(shipments, rows)
    shipments.edited_texts.update(dict.fromkeys(rows.tolist(), ""))
    shipments.expect(rows, "INVALID_ID_BLANK", shown=2)


def recategorised(shipments: Shipments, rows: Whole) -> None:
    """The category is another today than when it was ordered."""
    shift = shipments.random("recategorised", rows, 1, len(CATEGORIES) - 1)
    shipments.current_category[rows] = (shipments.category[rows] + shift) % len(CATEGORIES)


def bought_from_amazon(shipments: Shipments, rows: Whole) -> None:
    """The label was bought from Amazon, which fills in carrier and number."""
    shipments.buy_shipping[rows] = True


def both_blank(shipments: Shipments, rows: Whole) -> None:
    """Nothing submitted for an order's parcels."""
    shipments.texts.update(dict.fromkeys(rows.tolist(), ""))
    shipments.expect(rows, "INVALID_ID_BLANK")


def combined_one_blank(shipments: Shipments, rows: Whole) -> None:
    """Two orders in one parcel, and nothing submitted for the second."""
    one_number(shipments, rows)
    blank = rows[shipments.key[rows] % 2 == 1]
    shipments.texts.update(dict.fromkeys(blank.tolist(), ""))
    shipments.expect(blank, "INVALID_ID_BLANK")


def half_confirmed(shipments: Shipments, rows: Whole) -> None:
    """The second parcel is not confirmed yet, so nobody knows of it and no row is expected."""
    later = rows[shipments.package[rows] > 1]
    shipments.travel(later, "unknown")
    shipments.confirmed[later] = AS_OF + DAY
