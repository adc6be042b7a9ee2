"""What must hold of any report, whatever the rules say: of the same eight hundred stories, a hundred at a time.

All properties are checked on the same stories, which are made and judged once.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import TypeVar

import agree
import pytest
from oracle import tables
from oracle.carriers import CODES
from oracle.random_stories import SWITCHES
from oracle.story import Answer, Event, Order, Package, Story, Submission, Switches
from oracle.verdict import Verdict

from vtr.reference.engine.in_memory import Engine

Key = tuple[str, int | None]
Engines = Callable[[Story], Engine]
Value = TypeVar("Value")

SIZE = 100
SECOND = timedelta(seconds=1)
of_all_seeds = pytest.mark.parametrize("seed", range(100, 108))  # others than those of test_agreement


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    made: dict[Switches, Engine] = {switches: Engine(tables.profile(switches)) for switches in SWITCHES}
    yield lambda story: made[story.switches]
    for engine in made.values():
        engine.close()


def told(seed: int) -> tuple[Story, Random]:
    """The stories of a seed as one, and what else is to be drawn."""
    return _told(seed), Random(seed)


@cache
def _told(seed: int) -> Story:
    return agree.together(agree.batch(seed, 0, SIZE))


@cache
def judged(engines: Engines, story: Story) -> dict[Key, Verdict]:
    verdicts, _ = tables.judge(engines(story), story)
    return {(verdict.order_id, verdict.package): verdict for verdict in verdicts}


def valid(found: dict[Key, Verdict]) -> set[Key]:
    return {key for key, verdict in found.items() if verdict.state == "valid"}


@cache
def uploads(engines: Engines, story: Story) -> dict[Key, tuple[int, datetime]]:
    """Of each package the place and the instant (UTC) of the submission that is judged, as the engine's stage says."""
    rows = engines(story).rows_of_stage("effective", tables.given(story), story.as_of)
    return {
        (row["order_id"], row["package"]): (row["seq"] - 1, row["submitted_at"].replace(tzinfo=story.as_of.tzinfo))
        for row in rows
        if row["seq"] is not None  # else the package is left out, or has no submission yet
    }


def with_packages(story: Story, change: Callable[[Order, Package], Package]) -> Story:
    orders = tuple(
        replace(order, packages=tuple(change(order, package) for package in order.packages)) for order in story.orders
    )
    return replace(story, orders=orders)


@of_all_seeds
def test_everything_given_is_told_once_and_the_counts_are_those_of_the_rows(engines: Engines, seed: int) -> None:
    story, _ = told(seed)
    report = engines(story).decide(tables.given(story), story.as_of)
    keys = [
        *((row.order_id, row.package) for row in report.rows),
        *((left.order_id, left.package) for left in report.excluded),
        *((open_.order_id, open_.package) for open_ in report.unanswered),
    ]
    assert sorted(keys, key=str) == sorted(
        ((order.order_id, package) for order in story.orders for package in _numbers(order)), key=str
    )
    overall, *categories = report.rates
    marked = [row for row in report.rows if row.no_valid_tracking == "X"]
    assert {row.no_valid_tracking for row in report.rows} <= {"X", ""}
    assert overall.counted == len(report.rows) == overall.valid + len(marked)
    assert overall.unanswered == len(report.unanswered)
    for name in ("confirmed", "exempt", "unanswered", "counted", "valid"):
        assert sum(getattr(rate, name) for rate in categories) == getattr(overall, name)
    for rate in report.rates:
        assert rate.confirmed == rate.counted + rate.exempt + rate.unanswered
        assert (rate.status == "NONE") == (rate.counted == 0) == (rate.rate is None)


def _numbers(order: Order) -> list[int | None]:
    return [package.number for package in order.packages] or [None]


@of_all_seeds
def test_invalid_id_in_column_e_has_its_x_its_reason_and_the_order_id_before_it(engines: Engines, seed: int) -> None:
    story, _ = told(seed)
    rows = engines(story).decide(tables.given(story), story.as_of).rows
    for row in rows:
        stand_in = row.tracking_id.endswith("-InvalidId")
        assert stand_in == (row.reason in {"INVALID_ID_BLANK", "INVALID_ID_CHARS"})
        assert not stand_in or (row.tracking_id, row.no_valid_tracking) == (f"{row.order_id}-InvalidId", "X")
        assert (row.reason == "VALID") == (row.no_valid_tracking == "")


@of_all_seeds
def test_one_more_physical_scan_spoils_nothing_unless_it_is_a_delivery_before_the_upload(
    engines: Engines, seed: int
) -> None:
    story, random = told(seed)
    added: dict[tuple[str, str], Event] = {}

    def scanned(answer: Answer) -> Answer:
        if answer.outcome != "known":
            return answer
        codes = [code for code, meaning in CODES[answer.carrier].items() if meaning.physical]
        spread = timedelta(days=random.randint(-30, 0), seconds=random.randint(-3600, 0))
        event = added[answer.carrier, answer.number] = Event(story.as_of + spread, random.choice(codes))
        events = sorted((*answer.events, event), key=lambda each: each.at or story.as_of)
        return replace(answer, events=tuple(events))

    more = replace(story, answers=tuple(scanned(answer) for answer in story.answers))
    after, moments = judged(engines, more), uploads(engines, story)
    deliveries = [
        (number, event.at)
        for (carrier, number), event in added.items()
        if CODES[carrier][event.code].delivered and event.at is not None
    ]
    earliest = {
        key: min((at for number, at in deliveries if number in _named(story, key)), default=None)
        for key in valid(judged(engines, story))
    }
    spoilt = {
        key
        for key, delivered in earliest.items()
        if after[key].state != "valid" and (delivered is None or delivered > moments[key][1])
    }
    assert spoilt == set()


def _named(story: Story, key: Key) -> set[str]:
    """The numbers that were submitted for a package."""
    (package,) = (
        package for order in story.orders for package in order.packages if (order.order_id, package.number) == key
    )
    return {submission.tracking.strip().upper().replace(" ", "") for submission in package.submissions}


@of_all_seeds
def test_an_earlier_upload_of_what_is_judged_spoils_nothing(engines: Engines, seed: int) -> None:
    story, random = told(seed)
    before, moments = valid(judged(engines, story)), uploads(engines, story)

    def earlier(order: Order, package: Package) -> Package:
        key = (order.order_id, package.number)
        if key not in before:
            return package
        place, at = moments[key]
        lines = list(package.submissions)
        earliest = lines[place - 1].at if place else order.placed_at
        moved = earliest + (at - earliest) * random.choice((0, 0.5, 0.99))
        lines[place] = replace(lines[place], at=moved)
        return replace(package, confirmed_at=lines[0].at, submissions=tuple(lines))

    assert before - valid(judged(engines, with_packages(story, earlier))) == set()


@of_all_seeds
def test_a_report_in_which_nothing_is_new_says_the_same_72_hours_later(engines: Engines, seed: int) -> None:
    story, _ = told(seed)
    instants = [story.as_of]
    instants += [line.at for order in story.orders for package in order.packages for line in package.submissions]
    instants += [at for answer in story.answers for event in answer.events for at in (event.at, event.published) if at]
    instants += [order.cancelled_at for order in story.orders if order.cancelled_at]
    settled = max(instants) + timedelta(hours=72)
    first = judged(engines, replace(story, as_of=settled))
    second = judged(engines, replace(story, as_of=settled + timedelta(hours=72)))
    windows = {"BEFORE_WINDOW", "AFTER_WINDOW"}
    in_both = {key for key in first if not (first[key].reasons | second[key].reasons) & windows}
    assert in_both
    assert {key: first[key] for key in in_both} == {key: second[key] for key in in_both}


@of_all_seeds
def test_what_comes_after_the_report_changes_nothing_in_it(engines: Engines, seed: int) -> None:
    story, random = told(seed)
    later = story.as_of + SECOND

    def edited(order: Order, package: Package) -> Package:
        last = package.submissions[-1]
        return replace(package, submissions=(*package.submissions, replace(last, at=max(last.at, later), tracking="")))

    future = replace(
        with_packages(story, edited),
        answers=tuple(
            replace(answer, events=(*answer.events, Event(later, random.choice(tuple(CODES[answer.carrier])))))
            if answer.outcome == "known"
            else answer
            for answer in story.answers
        ),
        orders=tuple(
            replace(order, cancelled_at=order.cancelled_at or later) for order in with_packages(story, edited).orders
        ),
    )
    assert judged(engines, future) == judged(engines, story)


@of_all_seeds
def test_sending_the_same_again_after_the_delivery_changes_nothing(engines: Engines, seed: int) -> None:
    story, _ = told(seed)
    found, moments = judged(engines, story), uploads(engines, story)

    def again(order: Order, package: Package) -> Package:
        verdict = found[order.order_id, package.number]
        if verdict.delivered is None or verdict.state not in {"valid", "invalid"}:
            return package
        same = package.submissions[moments[order.order_id, package.number][0]]
        at = max(package.submissions[-1].at, verdict.delivered) + SECOND
        return replace(package, submissions=(*package.submissions, replace(same, at=at)))

    assert judged(engines, with_packages(story, again)) == found


@of_all_seeds
def test_renaming_the_categories_afterwards_changes_nothing(engines: Engines, seed: int) -> None:
    story, _ = told(seed)
    renamed = replace(story, orders=tuple(replace(order, current_category="Renamed") for order in story.orders))
    assert tables.judge(engines(story), renamed) == tables.judge(engines(story), story)


@of_all_seeds
def test_neither_the_order_of_the_input_nor_other_orders_matter(engines: Engines, seed: int) -> None:
    story, random = told(seed)
    whole = judged(engines, story)
    shuffled = replace(story, orders=_shuffled(story.orders, random), answers=_shuffled(story.answers, random))
    assert judged(engines, shuffled) == whole
    part = judged(engines, replace(story, orders=story.orders[: len(story.orders) // 2]))
    assert part == {key: whole[key] for key in part}


def _shuffled(values: tuple[Value, ...], random: Random) -> tuple[Value, ...]:
    return tuple(random.sample(values, len(values)))


@of_all_seeds
def test_each_package_is_judged_by_one_submission_of_its_own(engines: Engines, seed: int) -> None:
    """Carrier and number of the row are those of one submission, made 72 hours before the report or earlier."""
    story, _ = told(seed)
    submitted: dict[Key, tuple[Submission, ...]] = {
        (order.order_id, package.number): package.submissions for order in story.orders for package in order.packages
    }
    for key, verdict in judged(engines, story).items():
        if verdict.state in {"valid", "invalid"}:
            shown = {
                (
                    line.carrier_name if line.carrier_code in {"", "Other"} else line.carrier_code,
                    line.tracking.strip(" \t\r\n"),
                )
                for line in submitted[key]
                if line.at + timedelta(hours=72) <= story.as_of
            }
            as_shown = {carrier for carrier, _ in shown} if verdict.tracking_id.endswith("-InvalidId") else shown
            assert (verdict.carrier if as_shown is not shown else (verdict.carrier, verdict.tracking_id)) in as_shown
