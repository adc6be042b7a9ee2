"""Plants in when the seller submits, and in edits."""

import numpy as np

from simulator.datasets.content.number_forms import CARRIERS
from simulator.datasets.content.plants.common import Plant
from simulator.datasets.content.shipments import AS_OF, DAY, HOUR, MINUTE, OWN, UNKNOWN, Shipments
from simulator.datasets.content.streams import Integers


def late_upload(shipments: Shipments, rows: Integers) -> None:
    """Submitted up to forty hours after the delivery."""
    shipments.confirmed[rows] = shipments.delivery[rows] + shipments.random("late", rows, 1, 40 * HOUR)
    shipments.expect(rows, "UPLOADED_AFTER_DELIVERY", evidence=True)


def a_second_late(shipments: Shipments, rows: Integers) -> None:
    """Submitted a second after the delivery."""
    shipments.confirmed[rows] = shipments.delivery[rows] + 1
    shipments.expect(rows, "UPLOADED_AFTER_DELIVERY", evidence=True)


def upload_at_delivery(shipments: Shipments, rows: Integers) -> None:
    """Submitted at the instant of the delivery."""
    shipments.confirmed[rows] = shipments.delivery[rows]


def upload_in_transit(shipments: Shipments, rows: Integers) -> None:
    """Submitted an hour after the first scan."""
    shipments.confirmed[rows] = shipments.first_scan[rows] + HOUR


def upload_after_attempt(shipments: Shipments, rows: Integers) -> None:
    """Submitted between an attempt and the delivery."""
    shipments.send_on(rows, "attempted_then_delivered")
    shipments.confirmed[rows] = shipments.delivery[rows] - MINUTE


def upload_hours_from_delivery(hours: int, outcome: str) -> Plant:
    """Further than a minute from the delivery and nearer than any zone of the US is to UTC."""

    def plant(shipments: Shipments, rows: Integers) -> None:
        shipments.confirmed[rows] = shipments.delivery[rows] + hours * HOUR
        shipments.expect(rows, outcome, evidence=True)

    return plant


def young_confirmation(shipments: Shipments, rows: Integers) -> None:
    """Confirmed less than 72 hours before the report."""
    shipments.send_on(rows, "unknown")
    shipments.confirmed[rows] = AS_OF - 71 * HOUR
    shipments.expect(rows, "NOT_YET_REFLECTED")


def edit(shipments: Shipments, rows: Integers, numbers: tuple[int, int], at: Integers) -> None:
    """One edit: which number is submitted first, and which then, at what instants."""
    shipments.submitted_number[rows], shipments.edited_number[rows] = numbers
    shipments.edited_at[rows] = at


def corrected_before(shipments: Shipments, rows: Integers) -> None:
    """A wrong number, corrected before delivery."""
    edit(shipments, rows, (UNKNOWN, OWN), shipments.delivery[rows] - shipments.random("edit", rows, 1, 6 * HOUR))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def corrected_after(shipments: Shipments, rows: Integers) -> None:
    """A wrong number, corrected after delivery or at its instant."""
    edit(shipments, rows, (UNKNOWN, OWN), shipments.delivery[rows] + shipments.random("edit", rows, 0, DAY))
    shipments.expect(rows, "NUMBER_UNKNOWN")


def overwritten(shipments: Shipments, rows: Integers) -> None:
    """A good number, overwritten before delivery."""
    edit(shipments, rows, (OWN, UNKNOWN), shipments.delivery[rows] - shipments.random("edit", rows, 1, 6 * HOUR))
    shipments.expect(rows, "NUMBER_UNKNOWN", shown=2)


def edited_after(shipments: Shipments, rows: Integers) -> None:
    """A good number, edited after delivery: the edit has no effect."""
    edit(shipments, rows, (OWN, UNKNOWN), shipments.delivery[rows] + shipments.random("edit", rows, 0, DAY))


def resent_before(shipments: Shipments, rows: Integers) -> None:
    """The same number again before delivery: it counts from then on."""
    edit(shipments, rows, (OWN, OWN), shipments.delivery[rows] - shipments.random("edit", rows, 1, 6 * HOUR))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def resent_after(shipments: Shipments, rows: Integers) -> None:
    """The same number again after delivery: without effect."""
    edit(shipments, rows, (OWN, OWN), shipments.delivery[rows] + shipments.random("edit", rows, 1, DAY))


def added_in_transit(shipments: Shipments, rows: Integers) -> None:
    """Blank first, and the number by an edit."""
    edit(shipments, rows, (OWN, OWN), shipments.first_scan[rows] + HOUR)
    shipments.texts.update(dict.fromkeys(rows.tolist(), ""))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def young_edit(shipments: Shipments, rows: Integers) -> None:
    """Edited less than 72 hours before the report, so it shows the first number."""
    shipments.send_on(rows, "in_transit")
    edit(shipments, rows, (UNKNOWN, OWN), AS_OF - 72 * HOUR + shipments.random("edit", rows, 1, 71 * HOUR))
    shipments.expect(rows, "NUMBER_UNKNOWN")


def edit_of_72_hours(shipments: Shipments, rows: Integers) -> None:
    """Edited exactly 72 hours before the report."""
    shipments.send_on(rows, "in_transit")
    edit(shipments, rows, (UNKNOWN, OWN), np.full(len(rows), AS_OF - 72 * HOUR))
    shipments.expect(rows, "VALID", shown=2, evidence=True)


def carrier_corrected(shipments: Shipments, rows: Integers) -> None:
    """The right number under a wrong carrier, which is corrected before delivery."""
    corrected_before(shipments, rows)
    shipments.edited_named[rows] = shipments.carrier[rows]
    shipments.named[rows] = _other_carrier(shipments, rows)
    shipments.submitted_number[rows] = OWN


def carrier_overwritten(shipments: Shipments, rows: Integers) -> None:
    """The right carrier, overwritten by a wrong one before delivery."""
    resent_before(shipments, rows)
    shipments.edited_named[rows] = _other_carrier(shipments, rows)
    shipments.expect(rows, "CARRIER_MISMATCH", shown=2)


def _other_carrier(shipments: Shipments, rows: Integers) -> Integers:
    shift = shipments.random("edited_carrier", rows, 1, len(CARRIERS) - 1)
    return (shipments.carrier[rows] + shift) % len(CARRIERS)


def deleted(shipments: Shipments, rows: Integers) -> None:
    """The number is deleted before delivery."""
    resent_before(shipments, rows)
    shipments.edited_texts.update(dict.fromkeys(rows.tolist(), ""))
    shipments.expect(rows, "INVALID_ID_BLANK", shown=2)
