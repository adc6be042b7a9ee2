"""Verdicts on packages, read from answers of every kind."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.compare.findings import PackageVerdict
from vtr.rule_changes.compare.package_verdicts import ABSENT, NOT_LISTED, comparable, packages_at, verdicts_of
from vtr.story.story import Story
from vtr.validators.answer import Answer

TWO_PACKAGES = """
scenario: Two packages, and an order without a confirmation
parcels: {one: {carrier: ups}, two: {carrier: usps}, three: {carrier: ups}}
orders:
  - {id: A, packages: [{parcel: one}, {parcel: two}]}
  - {id: B, parcel: three, confirm: null}
expect: {rows: []}
"""
VALID = PackageVerdict("valid", "VALID")


@pytest.fixture
def story(stories_of: Callable[[str], tuple[Story, ...]]) -> Story:
    (story,) = stories_of(TWO_PACKAGES)
    return story


def test_a_report_names_confirmed_packages_and_orders_without_any(story: Story) -> None:
    at = story.reports[0].at
    named = [(order.order_id, package and package.number) for order, package in packages_at(story, at)]
    assert named == [("A", 1), ("A", 2), ("B", None)]
    assert list(packages_at(story, story.orders[0].placed.replace(year=2020))) == []


def test_rows_without_a_package_number_are_matched_by_tracking_number(story: Story) -> None:
    at = story.reports[0].at
    second = story.parcels["two"].tracking_number
    answer = Answer(
        (
            {"order_id": "A", "tracking_id": f" {second.lower()} ", "no_valid_tracking": "X", "reason": "NO_SCAN"},
            {"order_id": "A", "tracking_id": "something else", "no_valid_tracking": "", "reason": "VALID"},
            {"order_id": "unknown", "tracking_id": second, "no_valid_tracking": ""},
        )
    )
    verdicts = verdicts_of(answer, story, at, None)
    assert {key: (verdict.state, verdict.reason) for key, verdict in verdicts.items()} == {
        ("A", 2): ("invalid", "NO_SCAN"),
        ("A", 1): ("valid", "VALID"),
    }


def test_an_excluded_package_is_exempt_where_the_profiles_rule_says_so(story: Story) -> None:
    at = story.reports[0].at
    rows = tuple(
        {"order_id": "A", "package": number, "why": why}
        for number, why in ((1, "EXEMPT_FREIGHT"), (2, "BEFORE_WINDOW"))
    )
    verdicts = verdicts_of(Answer((), None, None, rows), story, at, load_profile("us-2019"))
    assert [verdicts["A", number].state for number in (1, 2)] == ["exempt", "excluded"]


@pytest.mark.parametrize(
    ("before", "after", "states"),
    [
        (PackageVerdict("exempt", "EXEMPT_FREIGHT"), NOT_LISTED, (ABSENT, ABSENT)),
        (PackageVerdict("exempt", "EXEMPT_FREIGHT"), PackageVerdict("excluded", "X"), ("exempt", "excluded")),
        (VALID, NOT_LISTED, ("valid", ABSENT)),
    ],
)
def test_a_package_outside_of_a_report_equals_one_that_is_absent(
    before: PackageVerdict, after: PackageVerdict, states: tuple[str, str]
) -> None:
    assert tuple(verdict.state for verdict in comparable(before, after)) == states


def test_reasons_are_compared_only_where_both_sides_give_them() -> None:
    assert comparable(VALID, replace(VALID, reason="")) == (replace(VALID, reason=""),) * 2
    assert comparable(VALID, replace(VALID, reason="OTHER")) == (VALID, replace(VALID, reason="OTHER"))
