"""Where the oracle and the engine differ, and the smallest story that still shows it."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from oracle.story import Order, Package, Story
from oracle.verdict import Counts, Verdict, rates, verdicts

Key = tuple[str, int | None]
Judge = Callable[[Story], tuple[list[Verdict], list[Counts]]]


def differences(judge: Judge, story: Story) -> list[tuple[Key | None, str, str]]:
    """The differing verdicts: the package (None: the rates), the oracle's words, the judge's."""
    ours = verdicts(story)
    theirs, their_rates = judge(story)
    mine = {(verdict.order_id, verdict.package): verdict for verdict in ours}
    found: list[tuple[Key | None, str, str]] = []
    by_key: dict[Key, list[Verdict]] = {}
    for verdict in theirs:
        by_key.setdefault((verdict.order_id, verdict.package), []).append(verdict)
    for key in sorted({*mine, *by_key}, key=str):
        expected, actual = mine.get(key), by_key.get(key, [])
        if expected is None or len(actual) != 1 or not _same(expected, actual[0]):
            found.append((key, str(expected), "; ".join(map(str, actual)) or "nothing"))
    expected_rates = rates(ours, story.switches.target_met_at)
    if expected_rates != their_rates and not found:
        found.append((None, str(expected_rates), str(their_rates)))
    return found


def _same(expected: Verdict, actual: Verdict) -> bool:
    """Where several reasons are right, any of them will do."""
    right = actual.reasons <= expected.reasons and bool(actual.reasons) == bool(expected.reasons)
    return right and replace(actual, reasons=expected.reasons) == expected


def smallest(story: Story, differs: Callable[[Story], bool]) -> Story:
    """A story from which nothing can be taken without the difference going away."""
    shrunk = True
    while shrunk:
        shrunk = False
        for smaller in _smaller(story):
            if differs(smaller):
                story, shrunk = smaller, True
                break
    return story


def _smaller(story: Story) -> Iterator[Story]:
    """Stories with one thing less."""
    for place in range(len(story.orders)):
        if len(story.orders) > 1:
            yield replace(story, orders=_without(story.orders, place))
        for order in _smaller_orders(story.orders[place]):
            yield replace(story, orders=_with(story.orders, place, order))
    for place, answer in enumerate(story.answers):
        yield replace(story, answers=_without(story.answers, place))
        for event in range(len(answer.events)):
            less = replace(answer, events=_without(answer.events, event))
            yield replace(story, answers=_with(story.answers, place, less))


def _smaller_orders(order: Order) -> Iterator[Order]:
    if order.cancelled_at is not None:
        yield replace(order, cancelled_at=None)
    for place, package in enumerate(order.packages):
        if len(order.packages) > 1:
            yield replace(order, packages=_without(order.packages, place))
        for submission in range(len(package.submissions) if len(package.submissions) > 1 else 0):
            lines = _without(package.submissions, submission)
            yield replace(order, packages=_with(order.packages, place, Package(package.number, lines[0].at, lines)))


def _without(values: tuple[Any, ...], place: int) -> tuple[Any, ...]:
    return values[:place] + values[place + 1 :]


def _with(values: tuple[Any, ...], place: int, value: object) -> tuple[Any, ...]:
    return (*values[:place], value, *values[place + 1 :])


def story_text(value: object, indent: str = "") -> str:
    """A story for people: one line a value, nested by two blanks."""
    lines = []
    for field in fields(value) if is_dataclass(value) else ():
        inner = getattr(value, field.name)
        if isinstance(inner, tuple):
            lines.append(f"{indent}{field.name}:")
            lines += [f"{indent}  - {type(one).__name__}\n{story_text(one, indent + '    ')}" for one in inner]
        else:
            lines.append(
                f"{indent}{field.name}: {inner!s:}"
                if not isinstance(inner, str)
                else f"{indent}{field.name}: {inner!r}"
            )
    return "\n".join(lines)
