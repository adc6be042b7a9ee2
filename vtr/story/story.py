"""A story: a scenario with every default of the perfect order filled in.

The perfect order: placed on day 0, confirmed on day 1 with the right carrier and number before the first scan,
delivered on time on day 4, the report drawn on day 30, when two weeks have passed since the promised day and every edit
is older than 72 hours. A scenario states only what differs. These are the values; `builder` builds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from simulator.core.quotas import Quota
from simulator.faults import Envelope
from simulator.parcel import Parcel, Submission
from vtr.language import schema, times
from vtr.story.expected import Expected


@dataclass(frozen=True, slots=True)
class PerfectOrder:
    """The times and the journey of an order for which a scenario gives no others."""

    placed: times.When
    label: times.When
    confirmed: times.When
    first_scan: times.When
    delivered: times.When
    promised: times.When
    report: times.When
    journey: str


PERFECT = PerfectOrder(
    placed=times.parse("day 0 10:00"),
    label=times.parse("day 0 18:00"),
    confirmed=times.parse("day 1 09:00"),
    first_scan=times.parse("day 1 16:00"),
    delivered=times.parse("day 4 14:00"),
    promised=times.parse("day 7"),
    report=times.parse("day 30"),
    journey="delivered",
)


@dataclass(frozen=True, slots=True)
class Package:
    """A package of an order.

    number: in its order, from 1.
    parcel: its parcel's name; None: there is no parcel.
    carrier: of the parcel, for faults that act on submissions; empty without a parcel.
    buy_shipping: whether the label was bought from Amazon.
    submissions: what the seller means to submit; empty: the package is not confirmed.
    """

    number: int
    parcel: str | None
    carrier: str
    buy_shipping: bool
    submissions: tuple[Submission, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the story. Instants are UTC. recategorised: when its product got another category, and which."""

    order_id: str
    placed: datetime
    category: str
    recategorised: tuple[datetime, str] | None
    promised: date
    price: schema.Money
    ship_from: str
    ship_to: str
    fulfilled_by: Literal["seller", "amazon"]
    cancelled: datetime | None
    packages: tuple[Package, ...]

    def category_at(self, instant: datetime) -> str:
        """The product's category at an instant."""
        changed = self.recategorised
        return changed[1] if changed is not None and changed[0] <= instant else self.category


@dataclass(frozen=True, slots=True)
class Report:
    """A report: when it is drawn (UTC), and what it must show."""

    at: datetime
    expected: Expected


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario in one combination of its matrix, ready to run.

    file, line: where it is written.
    name: as written.
    combination: of the matrix, or empty.
    rules, tags: as written.
    profile: the policy that judges it, a name or a file.
    seed: of everything minted.
    parcels: by name.
    orders: in the order of the file.
    faults: in the order in which they act.
    reports: in the order of the expectations.
    quotas: the rate limits of the carriers.
    """

    file: str
    line: int
    name: str
    combination: str
    rules: tuple[str, ...]
    tags: tuple[str, ...]
    profile: str
    seed: str
    parcels: Mapping[str, Parcel]
    orders: tuple[Order, ...]
    faults: tuple[Envelope, ...]
    reports: tuple[Report, ...]
    quotas: tuple[Quota, ...] = ()

    @property
    def title(self) -> str:
        """The name with the combination."""
        return f"{self.name} [{self.combination}]" if self.combination else self.name

    @property
    def tracking_numbers(self) -> dict[str, str]:
        """The number of each parcel, by the parcel's name."""
        return {name: parcel.tracking_number for name, parcel in self.parcels.items()}

    @property
    def packed_parcels(self) -> list[str | None]:
        """The parcel of every package, None for a package without one; a parcel in two packages is there twice."""
        return [package.parcel for order in self.orders for package in order.packages]
