"""Departures from the perfect order: at the boundaries of a profile, and by chance."""

from random import Random

from vtr.language.times import parse
from vtr.reference.rules.profile_reader import load_profile
from vtr.rule_changes.departures import RANDOM_DEPARTURES, DraftOrder, departures_at_boundaries
from vtr.rule_changes.profile_boundaries import Boundaries, since_day_zero
from vtr.story.story import PERFECT


def test_prices_and_days_are_tried_on_both_sides_of_a_boundary_and_on_it() -> None:
    found: dict[str, list[object]] = {}
    for departure in departures_at_boundaries(load_profile("us-2019")):
        found.setdefault(departure.subject, []).append(departure.value)
    assert {"4.99 USD", "5.00 USD", "5.01 USD", "9.99 USD", "10.00 USD", "10.01 USD"} <= set(found["price"])
    assert len(found["promised"]) == 6
    assert {"day 4 13:59:59", "day 4 14:00", "day 4 14:00:01", "day 26 23:59:59"} <= set(found["confirmed"])


def test_edits_never_come_before_the_confirmation() -> None:
    boundaries = Boundaries.of(load_profile("us-2019"))
    edited = 0
    for seed in range(200):
        draft = DraftOrder("box", Random(seed), boundaries)
        for _ in range(3):
            draft.random.choice(RANDOM_DEPARTURES)(draft)
        draft.set_times()
        if "edits" in draft.package:
            edited += 1
            confirmed = draft.package.get("confirm", {}).get("at")
            confirmed_at = since_day_zero(PERFECT.confirmed if confirmed is None else parse(confirmed))
            assert since_day_zero(parse(draft.package["edits"][0]["at"])) >= confirmed_at
    assert edited > 10
