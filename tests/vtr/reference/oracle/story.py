"""A story: orders with their packages and submissions, what the carriers would answer, and the report's instant."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Submission:
    """What the seller sent at one instant."""

    at: datetime
    carrier_code: str
    carrier_name: str
    tracking: str
    ship_method: str


@dataclass(frozen=True, slots=True)
class Package:
    """A confirmed entry of an order; its submissions are in the order in which they were made."""

    number: int
    confirmed_at: datetime
    submissions: tuple[Submission, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order; without packages it was never confirmed."""

    order_id: str
    placed_at: datetime
    category: str
    current_category: str
    promised: date
    item_price: Decimal
    shipping_price: Decimal
    currency: str
    ship_from: str
    fulfilled_by: str
    cancelled_at: datetime | None
    packages: tuple[Package, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a carrier's answer. flag: the carrier's own word on whether the parcel was read, if it has one."""

    at: datetime | None
    code: str
    published: datetime | None = None
    flag: bool | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a carrier says about a number: known (with its events from the oldest), unknown, or no usable answer."""

    carrier: str
    number: str
    outcome: str
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Switches:
    """The readings that the sources leave open."""

    prior_scans: str = "ignore"
    inner_space: str = "reject"
    target_met_at: str = "equal"


@dataclass(frozen=True, slots=True)
class Story:
    """All that a report is made from. complete: a number without an answer is unknown, not unanswered."""

    as_of: datetime
    orders: tuple[Order, ...]
    answers: tuple[Answer, ...]
    complete: bool = False
    switches: Switches = Switches()
