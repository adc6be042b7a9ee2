"""Where a profile draws lines: what its conditions compare columns with, and how scenarios write instants near them.

Stories that are to tell two validators, or two profiles, apart stand at these lines, on both sides of each and on it.
So a rule that is added to a profile is tried without anything added here. Instants are lengths of time since the
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
    """Where a profile draws lines: texts and prices that its conditions compare columns with, and lengths of time.

    window: the first and the last promised day, from day 0, of a report at the time of the perfect order's.
    """

    texts: dict[str, tuple[str, ...]]
    prices: tuple[Decimal, ...]
    lengths: tuple[timedelta, ...]
    carriers: tuple[str, ...]
    window: tuple[int, int]

    @classmethod
    def of(cls, profile: Profile) -> "Boundaries":
        """The lines of a profile."""
        from sqlglot import exp  # noqa: PLC0415 (heavy)

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
    """A time of the perfect order, from the beginning of day 0."""
    if not isinstance(when, Stamp):
        raise TypeError(f"{when} is relative; the perfect order has none such")
    at = when.at
    clock = timedelta(0) if at is None else timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    return datetime.combine(when.on, datetime.min.time()) - datetime.combine(DAY_ZERO, datetime.min.time()) + clock


def format_time(since: timedelta) -> str:
    """An instant as a scenario writes it."""
    clock = since - timedelta(days=since.days)
    hours, rest = divmod(clock.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"day {since.days} {hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
