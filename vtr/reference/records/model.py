"""Orders, submissions and collected scans as values. Instants are aware and in UTC, money is Decimal."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from vtr.reference.clients.answers import Outcome

FulfilledBy = Literal["seller", "amazon"]

_ASCII_WHITE_SPACE = " \t\n\r\v\f"


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the buyer placed it.

    category: when the order was placed.
    current_category: today.
    promised_delivery_date, promised_ship_date: calendar dates of the marketplace.
    item_price, shipping_price: in `currency`.
    ship_from, ship_to: ISO 3166 alpha-2 codes.
    cancelled_at: None if never.
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

    Texts are exactly as submitted, including blanks; an empty text is a blank field.

    confirmed_at: when the package was confirmed, the same for all of its submissions.
    carrier_name: the name typed by the seller when carrier_code is Other.
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
    """An event of a scan file. tracking_number: as `number_key` gives it. The rest: see `ScanRow` of `clients.answers`.

    published_at: when the carrier's interface began to show it; None when unknown, which counts as when it happened.
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
    """A carrier's answer about a number of a scan file, without its events."""

    carrier: str
    tracking_number: str
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class CollectedScans:
    """A scan file: an answer for each number in it, and the events. Other numbers are unknown."""

    answers: tuple[AnswerLine, ...]
    scans: tuple[ScanLine, ...]


def number_key(tracking_number: str) -> str:
    """The key by which answers are looked up: the number in upper case, without ASCII white space around it."""
    return tracking_number.strip(_ASCII_WHITE_SPACE).upper()
