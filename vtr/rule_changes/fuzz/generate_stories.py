"""Stories by chance: orders that depart from the perfect one in one to three ways.

The ways are those that sellers and carriers have, and those that the profile itself draws a line at: every text, price
and length of time that a rule's condition names is tried, on both sides of the line and on it. So a rule that is added
to a profile is searched without anything added here.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from simulator import carriers, journeys, tracking_numbers
from simulator.parcel import Kind
from vtr.language.yaml_writer import Document
from vtr.rule_changes.profile_boundaries import Boundaries, format_time, since_day_zero
from vtr.story.story import PERFECT

ORDERS = 10
_CARRIERS = tuple(carrier.name for carrier in carriers.CARRIERS)
_FAULTS = ("forbidden", "unauthorized")  # that last: a carrier without a usable answer, and without long waiting
_FAULTY = 0.06  # of the stories
_FAULTY_ORDERS = 2

_WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_ARABIC = {ord(digit): 0x0660 + int(digit) for digit in "0123456789"}
_SECOND, _HOUR, _DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
_WRONG = "WRONG1"


def invented(random: Random, lines: Boundaries) -> Document:
    """A scenario without expectations."""
    faulty = random.random() < _FAULTY
    orders: list[Document] = []
    parcels: dict[str, Document] = {}
    for index in range(_FAULTY_ORDERS if faulty else ORDERS):
        order = _Order(f"box{index}", random, lines)
        for _ in range(random.choices((1, 2, 3), (5, 4, 2))[0]):
            random.choice(_WAYS)(order)
        if orders and random.random() < _SHARED:
            order.share(random.choice(list(parcels)))
        order.settle()
        orders.append(order.order)
        parcels.update(order.parcels)
    document: Document = {"scenario": "Invented", "parcels": parcels, "orders": orders}
    if faulty:
        carrier = random.choice([parcel["carrier"] for parcel in parcels.values()])
        document["faults"] = [{"fault": random.choice(_FAULTS), "carrier": carrier}]
    if random.random() < _EARLIER_REPORT:
        document["report_at"] = [f"day {random.randint(5, 29)}"]
    return document


_SHARED, _EARLIER_REPORT = 0.1, 0.1


class _Order:
    """An order on its way: a perfect one at first."""

    def __init__(self, name: str, random: Random, lines: Boundaries) -> None:
        self.name = name
        self.random = random
        self.lines = lines
        self.carrier = random.choice(_CARRIERS)
        self.parcel: Document = {"carrier": self.carrier}
        self.parcels: dict[str, Document] = {name: self.parcel}
        self.order: Document = {"parcel": name}
        self.confirmed: timedelta | None = None
        self.edited: timedelta | None = None

    @property
    def package(self) -> Document:
        """Where the keys of the (first) package stand."""
        first: Document = self.order["packages"][0] if "packages" in self.order else self.order
        return first

    def confirm(self, **values: str) -> None:
        """Say more about the confirmation, unless there is none."""
        if self.package.get("confirm", {}) is not None:
            self.package.setdefault("confirm", {}).update(values)

    def share(self, other: str) -> None:
        """Carry the parcel of another order."""
        if "packages" not in self.order and f"${self.name}" not in repr(self.order):
            self.order["parcel"] = other
            self.parcels = {}

    def number(self) -> str:
        """The parcel's number, written out."""
        written = self.parcel.get("number")
        if written is None or written.startswith("$"):
            written = self.parcel["number"] = tracking_numbers.mint(self.carrier, random=self.random)
        return str(written)

    def settle(self) -> None:
        """Write down the times of what was submitted, in their order."""
        package = self.package
        if package.get("confirm", {}) is None:
            return
        usual = since_day_zero(PERFECT.confirmed)
        first = usual if self.confirmed is None else self.confirmed
        if "edits" in package:
            first, second = sorted((first, usual + _DAY if self.edited is None else self.edited))
            package["edits"][0]["at"] = format_time(second)
        if first != usual:
            package.setdefault("confirm", {})["at"] = format_time(first)

    def moment(self) -> timedelta:
        """An instant near one that decides something, or a little more or less than the profile's lengths before it."""
        marks = [*_MARKS, *(_REPORT - length for length in self.lines.lengths)]
        shift = self.random.choice((-8, -5, -1, 0, 0, 1, 5, 8)) * _HOUR
        return self.random.choice(marks) + (shift or self.random.choice((-_SECOND, timedelta(0), _SECOND)))


_REPORT = since_day_zero(PERFECT.report)
_MARKS = tuple(map(since_day_zero, (PERFECT.first_scan, PERFECT.delivered, PERFECT.delivered, PERFECT.placed)))


# -- what sellers do


def _late(order: _Order) -> None:
    order.confirmed = order.moment()


def _other_carrier(order: _Order) -> None:
    name = order.random.choice(order.lines.carriers)
    order.confirm(carrier=order.random.choice((name, name, name.lower(), name.upper(), f"{name} ", f"{name} Express")))


def _unsupported_carrier(order: _Order) -> None:
    order.confirm(carrier=order.random.choice(("Other", "", "Yanwen", "Royal Mail")))
    if order.random.random() < 0.5:  # noqa: PLR2004 (as often as not)
        order.confirm(carrier_name=order.random.choice(order.lines.carriers))


def _ship_method(order: _Order) -> None:
    order.confirm(ship_method=order.random.choice(order.lines.texts.get("ship_method") or ("Ground",)))
    codes = order.lines.texts.get("carrier_code", ())
    if codes and order.random.random() < 0.5:  # noqa: PLR2004 (as often as not)
        order.confirm(carrier=order.random.choice(codes))


def _mistyped(order: _Order) -> None:
    number = order.number()
    middle = len(number) // 2
    order.confirm(
        tracking=order.random.choice(
            (
                "", " ", "\N{NO-BREAK SPACE}", _WRONG, number.lower(), f" {number}", f"{number} ", f"'{number}",
                f"{number[:middle]} {number[middle:]}", f"{number[:middle]}-{number[middle:]}", number[:-1],
                number.translate(_WIDE), number.translate(_ARABIC), "9.40011E+21", number + ".",
            )
        )
    )  # fmt: skip


def _corrected(order: _Order) -> None:
    order.confirm(tracking=order.random.choice((_WRONG, "", "1-2")))
    _edit(order, tracking=f"${order.name}")


def _spoilt(order: _Order) -> None:
    _edit(order, tracking=order.random.choice((_WRONG, "", "1-2")))


def _carrier_edited(order: _Order) -> None:
    _edit(order, carrier=order.random.choice((*order.lines.carriers, "Other")))


def _edit(order: _Order, **values: str) -> None:
    if order.package.get("confirm", {}) is not None and "edits" not in order.package:
        order.package["edits"] = [{"at": "", **values}]
        order.edited = order.moment()


def _not_confirmed(order: _Order) -> None:
    if "edits" not in order.package:
        order.package["confirm"] = None


def _bought_label(order: _Order) -> None:
    order.package["buy_shipping"] = "true"


def _two_packages(order: _Order) -> None:
    if "packages" in order.order:
        return
    keys = {"parcel", "confirm", "edits", "buy_shipping"}
    first = {key: value for key, value in order.order.items() if key in keys}
    second: Document = {"parcel": order.name}
    if order.random.random() < 0.7:  # noqa: PLR2004 (mostly a parcel of its own)
        second = {"parcel": f"{order.name}_2"}
        order.parcels[f"{order.name}_2"] = {"carrier": order.carrier, "journey": _any_journey(order)}
    if order.random.random() < 0.3:  # noqa: PLR2004 (now and then)
        second["confirm"] = {"tracking": order.random.choice(("", _WRONG))}
    order.order = {key: value for key, value in order.order.items() if key not in keys} | {"packages": [first, second]}


# -- what orders are


def _order_of(key: str, choices: Callable[[_Order], Sequence[Any]]) -> Callable[[_Order], None]:
    def depart(order: _Order) -> None:
        order.order[key] = order.random.choice(choices(order))

    return depart


def _prices(order: _Order) -> list[str]:
    cent = Decimal("0.01")
    near = {price + step for price in order.lines.prices for step in (-cent, Decimal(0), cent)}
    return [f"{price:.2f} USD" for price in sorted(near)] or ["1.00 USD"]


def _countries(order: _Order) -> list[str]:
    return sorted({"US", "CN", "GB", *order.lines.texts.get("ship_from", ())})


def _promised_days(order: _Order) -> list[str]:
    first, last = order.lines.window
    return [f"day {day + step}" for day in (first, last) for step in (-1, 0, 1)]


def _cheap_from_abroad(order: _Order) -> None:
    order.order |= {"ship_from": order.random.choice(_countries(order)), "price": order.random.choice(_prices(order))}


_CATEGORIES = ("Garden", "Books")
_AROUND_CONFIRMATION = [
    format_time(since_day_zero(PERFECT.confirmed) + step) for step in (-_SECOND, timedelta(0), _SECOND)
]


# -- what carriers do


def _any_journey(order: _Order, carrier: str = "") -> str:
    """A journey that the carrier has events for; its own one unless another is named."""
    told = carriers.by_name(carrier or order.carrier).codes.by_kind
    return order.random.choice(
        [journey.name for journey in journeys.JOURNEYS if all(step.kind in told for step in journey.steps)]
    )


def _journey(order: _Order) -> None:
    order.parcel.pop("scans", None)
    order.parcel["journey"] = _any_journey(order)


def _one_code(order: _Order) -> None:
    code = order.random.choice(carriers.by_name(order.carrier).codes.all)
    scan: Document = {"at": format_time(order.random.choice(_MARKS)), "code": code.code}
    if order.random.random() < 0.2:  # noqa: PLR2004 (now and then)
        scan["published"] = f"day {order.random.randint(20, 31)}"
    order.parcel.pop("journey", None)
    order.parcel["scans"] = [{"at": format_time(since_day_zero(PERFECT.label)), "kind": Kind.LABEL_CREATED.value}, scan]


def _borrowed_number(order: _Order) -> None:
    """Another carrier has a parcel of this number too."""
    carrier = order.random.choice(_CARRIERS)
    order.parcels[f"{order.name}_other"] = {
        "carrier": carrier,
        "number": f"${order.name}",
        "journey": _any_journey(order, carrier),
    }


_WAYS: tuple[Callable[[_Order], None], ...] = (
    *(_late, _late, _other_carrier, _other_carrier, _unsupported_carrier, _ship_method, _mistyped, _mistyped),
    *(_corrected, _corrected, _spoilt, _carrier_edited, _not_confirmed, _two_packages, _cheap_from_abroad),
    _order_of(
        "placed", lambda _: [format_time(mark + step) for mark in _MARKS for step in (timedelta(0), _SECOND, _DAY)]
    ),
    _order_of("category", lambda _: _CATEGORIES),
    _order_of("recategorised", lambda _: [{"at": "day 9", "to": name} for name in _CATEGORIES]),
    _order_of("price", _prices),
    _order_of("promised", _promised_days),
    _order_of("ship_from", _countries),
    _order_of("ship_to", _countries),
    _order_of("fulfilled_by", lambda _: ["amazon"]),
    _order_of("cancelled", lambda order: [format_time(order.moment()), "day 0 12:00", *_AROUND_CONFIRMATION, "day 2"]),
    *(_journey, _journey, _one_code, _one_code, _borrowed_number, _bought_label),
)


def many(seed: str, lines: Boundaries) -> Iterator[Document]:
    """Stories without end; each depends on the seed and its place alone."""
    index = 0
    while True:
        yield invented(Random(f"{seed}/{index}"), lines)
        index += 1
