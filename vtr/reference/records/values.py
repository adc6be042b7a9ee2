"""Orders, submissions and scans collected before, as values. Instants are aware and in UTC, money is Decimal."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from vtr.reference.clients.answers import Outcome

FulfilledBy = Literal["seller", "amazon"]

_ASCII_WHITE_SPACE = " \t\n\r\v\f"


@dataclass(frozen=True, slots=True)
class Order:
    """What the buyer placed.

    category: when the order was placed; current_category: today. Prices are in `currency`, countries ISO 3166 alpha-2.
    promised_delivery_date and promised_ship_date are calendar dates of the marketplace. cancelled_at: None if never.
    """

    order_id: str
    placed_at: datetime
    category: str
    current_category: str
    promised_delivery_date: date
    item_price: Decimal
    promised_ship_date: date | None = None
    shipping_price: Decimal = Decimal(0)
    currency: str = "USD"
    ship_from: str = "US"
    ship_to: str = "US"
    fulfilled_by: FulfilledBy = "seller"
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A carrier and tracking text that the seller submitted for a package: the confirmation (seq 1) or a later edit.

    Texts are exactly as submitted, blanks and all; an empty text is a blank field. carrier_name is what was typed when
    carrier_code is Other. confirmed_at is when the package was confirmed, the same for all of its submissions.
    """

    order_id: str
    package: int
    confirmed_at: datetime
    submitted_at: datetime
    seq: int
    carrier_code: str
    carrier_name: str = ""
    tracking_number: str = ""
    ship_method: str = ""
    buy_shipping: bool = False


@dataclass(frozen=True, slots=True)
class ScanLine:
    """An event of a scan file. tracking_number: as `number_key` writes it. The rest: `ScanRow` of `clients.answers`.

    published_at: when the carrier's interface began to show it, None when that is not known (then: when it happened).
    """

    carrier: str
    tracking_number: str
    position: int
    at: datetime | None
    code: str
    subcode: str = ""
    physical: bool | None = None
    description: str = ""
    location: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What a carrier said about a number of a scan file, without its events."""

    carrier: str
    tracking_number: str
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class CollectedScans:
    """A scan file: an answer for each number in it, and the events. A number that it does not name is unknown."""

    answers: tuple[AnswerLine, ...]
    scans: tuple[ScanLine, ...]


def number_key(tracking_number: str) -> str:
    """A tracking number as answers are looked up by it: ASCII white space around it gone, upper case."""
    return tracking_number.strip(_ASCII_WHITE_SPACE).upper()
