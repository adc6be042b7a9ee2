"""How orders depart from the perfect order: in what sellers and carriers do, and at the boundaries of a profile.

Every text, price and length of time in a rule's condition is tried, on both sides of the boundary and exactly on it. So
a rule that is added to a profile is covered without anything being added here. `departures_at_boundaries` lists the
departures one by one; `RANDOM_DEPARTURES` change a `DraftOrder` by chance.

Equal seeds must give equal stories, so the order of the random choices, and of what is chosen from, never changes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from simulator import carriers, journeys, tracking_numbers
from simulator.parcel import Kind
from vtr.language.times import instant
from vtr.language.yaml_writer import Document
from vtr.reference.engine.in_memory import window_of
from vtr.reference.rules.profile import Profile
from vtr.rule_changes.profile_boundaries import Boundaries, format_time, since_day_zero
from vtr.story.story import PERFECT

CARRIERS = tuple(carrier.name for carrier in carriers.CARRIERS)
_SECOND, _HOUR, _DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
_AROUND = (-_SECOND, timedelta(0), _SECOND)
_CENT = Decimal("0.01")
_WRONG_NUMBER = "WRONG1"

_CONFIRMED, _DELIVERED, _REPORT = map(since_day_zero, (PERFECT.confirmed, PERFECT.delivered, PERFECT.report))


def _prices_around(prices: Iterable[Decimal]) -> Iterator[Decimal]:
    """Each price, with a cent less and a cent more."""
    return (price + step for price in prices for step in (-_CENT, Decimal(0), _CENT))


def _times_around(time: timedelta) -> Iterator[str]:
    """A time since day 0 as scenarios write it, with a second less and a second more."""
    return (format_time(time + step) for step in _AROUND)


# -- one by one


@dataclass(frozen=True, slots=True)
class Departure:
    """One way to differ from the perfect order.

    subject: what it is about; a story has at most one departure of each subject.
    part: where the key goes: parcel, order or confirm.
    key, value: as in a scenario.
    """

    subject: str
    part: str
    key: str
    value: Any


# Blank, unknown, with what sellers type between digits, letters alone, digits alone, LaserShip's form and near it.
_TRACKING_TEXTS = (
    *("", "\u00a0", "\u00a0\t\u00a0", "ABC", "abc", "123", "1Z-999", "1Z 999"),
    *("\uff11\uff12\uff13", "A" + "\u0661", "-"),
    *("1LS7123-1", "X1LS7123-1", "1LS7123-12", "1LS7-1", "1LS71-2-1", "1LS71 2-1"),
)


def departures_at_boundaries(profile: Profile) -> Iterator[Departure]:
    """All single departures at a profile's boundaries, the plainest first."""
    window = window_of(profile, instant(PERFECT.report, ZoneInfo("UTC")))
    days = (date.fromordinal(day.toordinal() + step) for day in (window.start, window.end) for step in (-1, 0, 1))
    boundaries = Boundaries.of(profile)
    texts = boundaries.texts
    times = (*_times_around(_DELIVERED), *_times_at_lengths(boundaries))
    countries = dict.fromkeys(("CN", *texts.get("ship_from", ())))
    names = [carrier.name for carrier in profile.carriers]
    spellings = dict.fromkeys((*names, *map(str.lower, names), "Regional Haulier", *texts.get("carrier_code", ())))
    for subject, part, key, values in (
        ("journey", "parcel", "journey", ("label_only", "lost_after_first_scan", "in_transit")),
        ("carrier", "parcel", "carrier", tuple(profile.spelling)),
        ("fulfilled", "order", "fulfilled_by", ("amazon",)),
        ("confirmed", "order", "confirm", (None,)),
        ("confirmed", "confirm", "at", (*times, "day 29", "day 30")),
        ("cancelled", "order", "cancelled", ("day 1 08:00", "day 1 09:00", "day 2", "day 30")),
        ("promised", "order", "promised", tuple(day.isoformat() for day in days)),
        ("price", "order", "price", tuple(_price_texts(boundaries.prices))),
        ("origin", "order", "ship_from", tuple(each for each in countries if re.fullmatch("[A-Z]{2}", each))),
        ("method", "confirm", "ship_method", tuple(texts.get("ship_method", ()))),
        ("named", "confirm", "carrier", tuple(spellings)),
        ("tracking", "confirm", "tracking", _TRACKING_TEXTS),
        ("edited", "order", "edits", tuple(_edit_to_wrong_number(at) for at in ("day 3", *times))),
    ):
        for value in values:
            yield Departure(subject, part, key, value)


def _edit_to_wrong_number(at: str) -> list[dict[str, str]]:
    return [{"at": at, "tracking": _WRONG_NUMBER}]


def _price_texts(prices: Sequence[Decimal]) -> Iterator[str]:
    yield from (f"{price:.2f} USD" for price in _prices_around(prices))
    yield from (f"{price - _CENT:.2f} EUR" for price in prices)


def _times_at_lengths(boundaries: Boundaries) -> Iterator[str]:
    """The profile's lengths after the delivery, before it, and before the report, each give or take a second."""
    for length in boundaries.lengths:
        for time in (_DELIVERED + length, _DELIVERED - length, _REPORT - length):
            if time < _REPORT:
                yield from _times_around(time)


# -- by chance


_MARKS = tuple(map(since_day_zero, (PERFECT.first_scan, PERFECT.delivered, PERFECT.delivered, PERFECT.placed)))
_CATEGORIES = ("Garden", "Books")
_WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_ARABIC = {ord(digit): 0x0660 + int(digit) for digit in "0123456789"}


class DraftOrder:
    """An order that is being generated: perfect at first, then changed by random departures.

    name: of its parcel.
    random: what all choices are drawn from.
    boundaries: those of the profile.
    carrier: of its parcel, as the simulator names it.
    parcels, order: the parts of the scenario.
    confirmed, edited: since the beginning of day 0; None for the perfect order's times.
    """

    def __init__(self, name: str, random: Random, boundaries: Boundaries) -> None:
        """Start with the perfect order, by a random carrier."""
        self.name = name
        self.random = random
        self.boundaries = boundaries
        self.carrier = random.choice(CARRIERS)
        self.parcel: Document = {"carrier": self.carrier}
        self.parcels: dict[str, Document] = {name: self.parcel}
        self.order: Document = {"parcel": name}
        self.confirmed: timedelta | None = None
        self.edited: timedelta | None = None

    @property
    def package(self) -> Document:
        """The mapping with the keys of the (first) package."""
        first: Document = self.order["packages"][0] if "packages" in self.order else self.order
        return first

    def confirm(self, **values: str) -> None:
        """Set keys of the confirmation, unless there is none."""
        if self.package.get("confirm", {}) is not None:
            self.package.setdefault("confirm", {}).update(values)

    def share(self, other: str) -> None:
        """Ship the parcel of another order."""
        if "packages" not in self.order and f"${self.name}" not in repr(self.order):
            self.order["parcel"] = other
            self.parcels = {}

    def number(self) -> str:
        """The parcel's tracking number; from now on the scenario gives it literally."""
        number = self.parcel.get("number")
        if number is None or number.startswith("$"):
            number = self.parcel["number"] = tracking_numbers.mint(self.carrier, random=self.random)
        return str(number)

    def edit(self, **values: str) -> None:
        """Add an edit of the confirmation at a random time, unless there is one or there is no confirmation."""
        if self.package.get("confirm", {}) is not None and "edits" not in self.package:
            self.package["edits"] = [{"at": "", **values}]
            self.edited = self.random_time()

    def set_times(self) -> None:
        """Put the times of the confirmation and of the edit into the scenario, the earlier one first."""
        package = self.package
        if package.get("confirm", {}) is None:
            return
        first = _CONFIRMED if self.confirmed is None else self.confirmed
        if "edits" in package:
            first, second = sorted((first, _CONFIRMED + _DAY if self.edited is None else self.edited))
            package["edits"][0]["at"] = format_time(second)
        if first != _CONFIRMED:
            package.setdefault("confirm", {})["at"] = format_time(first)

    def random_time(self) -> timedelta:
        """A time since day 0 near one that decides something; for one of the profile's lengths, before the report."""
        marks = [*_MARKS, *(_REPORT - length for length in self.boundaries.lengths)]
        shift = self.random.choice((-8, -5, -1, 0, 0, 1, 5, 8)) * _HOUR
        return self.random.choice(marks) + (shift or self.random.choice(_AROUND))


RandomDeparture = Callable[[DraftOrder], None]


# What sellers do.


def _confirm_late(draft: DraftOrder) -> None:
    draft.confirmed = draft.random_time()


def _name_other_carrier(draft: DraftOrder) -> None:
    name = draft.random.choice(draft.boundaries.carriers)
    draft.confirm(carrier=draft.random.choice((name, name, name.lower(), name.upper(), f"{name} ", f"{name} Express")))


def _name_unsupported_carrier(draft: DraftOrder) -> None:
    draft.confirm(carrier=draft.random.choice(("Other", "", "Yanwen", "Royal Mail")))
    if draft.random.random() < 0.5:  # noqa: PLR2004 (half of the time)
        draft.confirm(carrier_name=draft.random.choice(draft.boundaries.carriers))


def _choose_ship_method(draft: DraftOrder) -> None:
    draft.confirm(ship_method=draft.random.choice(draft.boundaries.texts.get("ship_method") or ("Ground",)))
    codes = draft.boundaries.texts.get("carrier_code", ())
    if codes and draft.random.random() < 0.5:  # noqa: PLR2004 (half of the time)
        draft.confirm(carrier=draft.random.choice(codes))


def _mistype_number(draft: DraftOrder) -> None:
    number = draft.number()
    middle = len(number) // 2
    draft.confirm(
        tracking=draft.random.choice(
            (
                "", " ", "\N{NO-BREAK SPACE}", _WRONG_NUMBER, number.lower(), f" {number}", f"{number} ", f"'{number}",
                f"{number[:middle]} {number[middle:]}", f"{number[:middle]}-{number[middle:]}", number[:-1],
                number.translate(_WIDE), number.translate(_ARABIC), "9.40011E+21", number + ".",
            )
        )
    )  # fmt: skip


def _correct_number(draft: DraftOrder) -> None:
    draft.confirm(tracking=draft.random.choice((_WRONG_NUMBER, "", "1-2")))
    draft.edit(tracking=f"${draft.name}")


def _spoil_number(draft: DraftOrder) -> None:
    draft.edit(tracking=draft.random.choice((_WRONG_NUMBER, "", "1-2")))


def _edit_carrier(draft: DraftOrder) -> None:
    draft.edit(carrier=draft.random.choice((*draft.boundaries.carriers, "Other")))


def _leave_unconfirmed(draft: DraftOrder) -> None:
    if "edits" not in draft.package:
        draft.package["confirm"] = None


def _buy_shipping(draft: DraftOrder) -> None:
    draft.package["buy_shipping"] = "true"


def _ship_two_packages(draft: DraftOrder) -> None:
    if "packages" in draft.order:
        return
    keys = {"parcel", "confirm", "edits", "buy_shipping"}
    first = {key: value for key, value in draft.order.items() if key in keys}
    second: Document = {"parcel": draft.name}
    if draft.random.random() < 0.7:  # noqa: PLR2004 (mostly a parcel of its own)
        second = {"parcel": f"{draft.name}_2"}
        draft.parcels[f"{draft.name}_2"] = {"carrier": draft.carrier, "journey": _random_journey(draft, draft.carrier)}
    if draft.random.random() < 0.3:  # noqa: PLR2004 (now and then)
        second["confirm"] = {"tracking": draft.random.choice(("", _WRONG_NUMBER))}
    draft.order = {key: value for key, value in draft.order.items() if key not in keys} | {"packages": [first, second]}


# What orders are.


def _set_key(key: str, choices: Callable[[DraftOrder], Sequence[Any]]) -> RandomDeparture:
    """The departure that sets a key of the order to one of the choices."""

    def depart(draft: DraftOrder) -> None:
        draft.order[key] = draft.random.choice(choices(draft))

    return depart


def _prices(draft: DraftOrder) -> list[str]:
    near = set(_prices_around(draft.boundaries.prices))
    return [f"{price:.2f} USD" for price in sorted(near)] or ["1.00 USD"]


def _countries(draft: DraftOrder) -> list[str]:
    return sorted({"US", "CN", "GB", *draft.boundaries.texts.get("ship_from", ())})


def _promised_days(draft: DraftOrder) -> list[str]:
    return [f"day {day + step}" for day in draft.boundaries.window for step in (-1, 0, 1)]


def _make_cheap_and_from_abroad(draft: DraftOrder) -> None:
    draft.order |= {"ship_from": draft.random.choice(_countries(draft)), "price": draft.random.choice(_prices(draft))}


# What carriers do.


def _random_journey(draft: DraftOrder, carrier: str) -> str:
    """A journey for which the carrier has all events."""
    known = carriers.by_name(carrier).codes.by_kind
    return draft.random.choice(
        [journey.name for journey in journeys.JOURNEYS if all(step.kind in known for step in journey.steps)]
    )


def _change_journey(draft: DraftOrder) -> None:
    draft.parcel.pop("scans", None)
    draft.parcel["journey"] = _random_journey(draft, draft.carrier)


def _scan_one_code(draft: DraftOrder) -> None:
    code = draft.random.choice(carriers.by_name(draft.carrier).codes.all)
    scan: Document = {"at": format_time(draft.random.choice(_MARKS)), "code": code.code}
    if draft.random.random() < 0.2:  # noqa: PLR2004 (now and then)
        scan["published"] = f"day {draft.random.randint(20, 31)}"
    draft.parcel.pop("journey", None)
    draft.parcel["scans"] = [{"at": format_time(since_day_zero(PERFECT.label)), "kind": Kind.LABEL_CREATED.value}, scan]


def _reuse_number_at_other_carrier(draft: DraftOrder) -> None:
    """Another carrier has a parcel with this number too."""
    carrier = draft.random.choice(CARRIERS)
    draft.parcels[f"{draft.name}_other"] = {
        "carrier": carrier,
        "number": f"${draft.name}",
        "journey": _random_journey(draft, carrier),
    }


# One that is listed twice is twice as likely.
RANDOM_DEPARTURES: tuple[RandomDeparture, ...] = (
    *(_confirm_late, _confirm_late, _name_other_carrier, _name_other_carrier, _name_unsupported_carrier),
    *(_choose_ship_method, _mistype_number, _mistype_number, _correct_number, _correct_number, _spoil_number),
    *(_edit_carrier, _leave_unconfirmed, _ship_two_packages, _make_cheap_and_from_abroad),
    _set_key(
        "placed", lambda _: [format_time(mark + step) for mark in _MARKS for step in (timedelta(0), _SECOND, _DAY)]
    ),
    _set_key("category", lambda _: _CATEGORIES),
    _set_key("recategorised", lambda _: [{"at": "day 9", "to": name} for name in _CATEGORIES]),
    _set_key("price", _prices),
    _set_key("promised", _promised_days),
    _set_key("ship_from", _countries),
    _set_key("ship_to", _countries),
    _set_key("fulfilled_by", lambda _: ["amazon"]),
    _set_key(
        "cancelled",
        lambda draft: [format_time(draft.random_time()), "day 0 12:00", *_times_around(_CONFIRMED), "day 2"],
    ),
    *(_change_journey, _change_journey, _scan_one_code, _scan_one_code, _reuse_number_at_other_carrier, _buy_shipping),
)
