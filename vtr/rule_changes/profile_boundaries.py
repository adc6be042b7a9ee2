"""The boundaries of a profile: what its conditions compare columns with, and how scenarios write times near them.

Stories meant to tell two validators, or two profiles, apart lie at these boundaries: on both sides of each and exactly
on it. So a rule that is added to a profile is covered without anything being added here. Times are counted from the
beginning of day 0, as scenarios write them (`day 4 13:59:59`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from vtr.language.times import DAY_ZERO, Stamp, When
from vtr.reference.rules.profile import Profile
from vtr.story.story import PERFECT


@dataclass(frozen=True, slots=True)
class Boundaries:
    """What the conditions of a profile compare columns with, and its other limits.

    texts: by column.
    prices: as conditions write them.
    lengths: of time.
    carriers: the names of those that the profile supports.
    window: around which promised days, counted from day 0, the report of the perfect order begins and ends.
    """

    texts: dict[str, tuple[str, ...]]
    prices: tuple[Decimal, ...]
    lengths: tuple[timedelta, ...]
    carriers: tuple[str, ...]
    window: tuple[int, int]

    @classmethod
    def of(cls, profile: Profile) -> "Boundaries":
        """The boundaries of a profile."""
        from sqlglot import exp  # noqa: PLC0415 (slow to load)

        texts: dict[str, dict[str, None]] = {}
        prices: dict[Decimal, None] = {}
        lengths: dict[timedelta, None] = {}
        for rule in profile.rules:
            for node in rule.condition.tree.find_all(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In):
                column = node.find(exp.Column)
                for literal in node.find_all(exp.Literal):
                    if column is not None and literal.is_string:
                        texts.setdefault(column.name, {})[literal.name] = None
                    elif column is not None and "price" in column.name:
                        prices[Decimal(literal.name)] = None
            for interval in rule.condition.tree.find_all(exp.Interval):
                unit = interval.text("unit").lower().removesuffix("s")
                lengths[timedelta(**{f"{unit}s": int(interval.this.name)})] = None
        last = since_day_zero(PERFECT.report).days - profile.lag_days
        return cls(
            {column: tuple(found) for column, found in texts.items()},
            tuple(prices),
            tuple(lengths),
            tuple(carrier.name for carrier in profile.carriers),
            (last - profile.window_days, last),
        )


def since_day_zero(when: When) -> timedelta:
    """A time of the perfect order, counted from the beginning of day 0. Raises TypeError for a relative time."""
    if not isinstance(when, Stamp):
        raise TypeError(f"{when} is relative; the perfect order has only absolute times")
    at = when.at
    clock = timedelta(0) if at is None else timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    return datetime.combine(when.on, datetime.min.time()) - datetime.combine(DAY_ZERO, datetime.min.time()) + clock


def format_time(since: timedelta) -> str:
    """A time since the beginning of day 0 as a scenario writes it: `day 4 14:00`, with seconds if there are any."""
    clock = since - timedelta(days=since.days)
    hours, rest = divmod(clock.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"day {since.days} {hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
