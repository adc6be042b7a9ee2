"""Random stories, with everything close to the boundaries of the rules.

One teller serves both: `Choices` come from a seeded `random.Random`, for tens of thousands of stories, or from
Hypothesis, which can shrink them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from oracle.carriers import CODES, SUPPORTED
from oracle.days import window
from oracle.story import Answer, Event, Order, Package, Story, Submission, Switches

Value = TypeVar("Value")


class Choices(Protocol):
    """A source of decisions."""

    def pick(self, values: Sequence[Value]) -> Value:
        """One of them; the first is the plainest."""

    def count(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included."""


class ByRandom:
    """Choices of a seeded generator."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def pick(self, values: Sequence[Value]) -> Value:
        return values[self._random.randrange(len(values))]

    def count(self, lowest: int, highest: int) -> int:
        return self._random.randint(lowest, highest)


class ByHypothesis:
    """Choices of Hypothesis, which shrinks them towards the first value."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def pick(self, values: Sequence[Value]) -> Value:
        return self._draw(st.sampled_from(values))

    def count(self, lowest: int, highest: int) -> int:
        return self._draw(st.integers(lowest, highest))


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year to second


REPORTS = (
    _utc(2026, 4, 1),  # 31 March in Los Angeles
    _utc(2026, 4, 1, 6, 59, 59),
    _utc(2026, 4, 1, 7),  # midnight there, in summer time
    _utc(2026, 3, 8, 7, 59, 59),
    _utc(2026, 3, 8, 8),  # midnight there, in standard time, of the day on which clocks go forward
    _utc(2026, 3, 9, 6, 59, 59),
    _utc(2026, 3, 9, 7),  # the next midnight, 23 hours later
    _utc(2026, 3, 11, 10),  # 72 hours after the clocks went forward
    _utc(2026, 3, 22, 12),  # the window ends on the day on which clocks go forward
    _utc(2026, 11, 1, 7),
    _utc(2026, 11, 2, 7, 59, 59),
    _utc(2026, 11, 2, 8),  # midnight there, 25 hours after the one before it
    _utc(2028, 3, 1, 8),  # in a leap year
)
SWITCHES = (
    Switches(),
    Switches(prior_scans="count"),
    Switches(inner_space="strip"),
    Switches(target_met_at="above"),
)
CATEGORIES = ("Kitchen", "Garden", "Toys")
TINY = (
    timedelta(0), timedelta(seconds=1), timedelta(seconds=-1), timedelta(microseconds=1), timedelta(microseconds=-1),
    timedelta(hours=1), timedelta(hours=-1), timedelta(hours=2), timedelta(hours=-2), timedelta(days=1),
)  # fmt: skip
UNSUPPORTED = ("usps", "Fedex", "USPS ", "US Postal Service", "Spee-Dee Delivery", "中国邮政", "")
SPOILT = (
    "", " ", "\t \t", "\u00a0", "NULL", "N/A", "-", "none", "untracked", "9400-1118", "94 00", "'9400",
    "9.40011E+21", "\uff19\uff14\uff10\uff10", "无单号", "94\u200b00", "\ufeff9400", "1LS712345-1", "1LS7-1",
    "1ls712345-1", "#94", "a,b", "📦",
)  # fmt: skip
METHODS = ("", "Freight", "First Class Mail envelope", "Standard Mail envelope", "freight", "Priority Mail")
PRICES = ("25.00", "9.99", "10.00", "10.01", "5.00", "5.01", "4.99", "9.50")


def make_story(choices: Choices, *, as_of: datetime, complete: bool, switches: Switches, index: int = 0) -> Story:
    """A story for a report. index: stories with different ones can be judged together."""
    placed_at = as_of - timedelta(days=choices.pick((30, 20, 17, 45, 4))) + choices.pick(TINY)
    moments = _moments(choices, as_of, placed_at)
    numbers = [f"1Z{index:07}{place}" for place in range(choices.count(1, 3))]
    orders = tuple(
        _order(choices, f"114-{index:07}-{place:07}", as_of, placed_at, moments, numbers)
        for place in range(choices.count(1, 3))
    )
    answers = tuple(
        _answer(choices, carrier, number, as_of, moments)
        for number in numbers
        for carrier in CODES
        if choices.count(0, 5) < (5 if carrier in {"ups", "usps"} else 2)
    )
    return Story(as_of, orders, answers, complete, switches)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Stories with their reports and switches."""
    choices = ByHypothesis(draw)
    return make_story(
        choices,
        as_of=choices.pick(REPORTS),
        complete=choices.pick((False, True)),
        switches=choices.pick(SWITCHES),
    )


def _moments(choices: Choices, as_of: datetime, placed_at: datetime) -> tuple[datetime, ...]:
    """The instants near which everything of a story happens."""
    delivered = placed_at + timedelta(days=choices.count(1, 4), hours=choices.count(0, 23))
    settled = as_of - timedelta(hours=72)
    return (placed_at + timedelta(days=1), delivered, settled, placed_at, as_of, placed_at - timedelta(days=100))


def _near(choices: Choices, moments: Sequence[datetime]) -> datetime:
    return choices.pick(moments) + choices.pick(TINY)


def _order(
    choices: Choices,
    order_id: str,
    as_of: datetime,
    placed_at: datetime,
    moments: Sequence[datetime],
    numbers: Sequence[str],
) -> Order:
    category = choices.pick(CATEGORIES)
    odd = choices.count(0, 5) == 5
    packages = () if choices.count(0, 15) == 15 else tuple(
        _package(choices, place, placed_at, moments, numbers) for place in range(1, choices.count(1, 2) + 1)
    )  # fmt: skip
    return Order(
        order_id,
        placed_at,
        category,
        choices.pick((category, "Books")),
        _promised(choices, as_of),
        Decimal(choices.pick(PRICES)),
        Decimal(choices.pick(("0.00", "0.01", "0.50"))),
        choices.pick(("USD", "USD", "USD", "EUR")),
        choices.pick(("US", "US", "CN")),
        choices.pick(("seller", "amazon")) if odd else "seller",
        _near(choices, moments) if odd and choices.count(0, 1) else None,
        packages,
    )


def _promised(choices: Choices, as_of: datetime) -> date:
    first, last = window(as_of)
    middle = first + timedelta(days=12)
    return choices.pick(
        (middle, middle, middle, first, first, last, last, first - timedelta(days=1), last + timedelta(days=1))
    )


def _package(
    choices: Choices, number: int, placed_at: datetime, moments: Sequence[datetime], numbers: Sequence[str]
) -> Package:
    lines = sorted(
        (_submission(choices, placed_at, moments, numbers) for _ in range(choices.pick((1, 1, 2, 2, 3)))),
        key=lambda line: line.at,
    )
    return Package(number, lines[0].at, tuple(lines))


def _submission(
    choices: Choices, placed_at: datetime, moments: Sequence[datetime], numbers: Sequence[str]
) -> Submission:
    at = max(_near(choices, (*moments[:2], *moments[:-1])), placed_at)
    style = choices.count(0, 9)
    number = choices.pick(numbers)
    code = choices.pick((*("UPS", "USPS") * 8, *SUPPORTED))
    name = ""
    if style == 7:
        code, name = choices.pick((("Other", "USPS"), ("Other", ""), ("", "UPS")))
    elif style == 8:
        code = choices.pick(UNSUPPORTED)
    spoilt = choices.count(0, 11) == 11
    text = choices.pick(SPOILT) if spoilt else choices.pick((*(number,) * 12, *_spellings(number)))
    return Submission(at, code, name, text, choices.pick(METHODS) if choices.count(0, 3) == 3 else "")


def _spellings(number: str) -> tuple[str, ...]:
    return (
        number.lower(), f" {number}\t", f"{number}\r\n", f"{number[:4]} {number[4:]}", f"\u00a0{number}",
        f"{number[:4]}-{number[4:]}",
    )  # fmt: skip


def _answer(choices: Choices, carrier: str, number: str, as_of: datetime, moments: Sequence[datetime]) -> Answer:
    outcome = choices.pick(("known", "known", "known", "known", "unknown", "unanswered"))
    if outcome != "known":
        return Answer(carrier, number, outcome)
    events = [_event(choices, carrier, as_of, moments) for _ in range(choices.pick((2, 1, 3, 4, 0)))]
    return Answer(carrier, number, outcome, tuple(sorted(events, key=lambda event: event.at or as_of)))


def _event(choices: Choices, carrier: str, as_of: datetime, moments: Sequence[datetime]) -> Event:
    at = _near(choices, moments)
    codes = CODES[carrier]
    event = Event(at, choices.pick((*codes, *[code for code in codes if codes[code].delivered] * 2)))
    style = choices.count(0, 11)
    if style == 11:
        return replace(event, at=None)
    if style == 10:
        return replace(event, published=max(at, as_of + choices.pick(TINY)))
    plain = not CODES[carrier][event.code].takes_back and not CODES[carrier][event.code].delivered
    return replace(event, flag=choices.pick((True, False))) if style == 9 and plain else event
