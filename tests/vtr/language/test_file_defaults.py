"""What holds for all scenarios of a file, and tags of single entries of a matrix."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from vtr.story.story import Story

Problems = Callable[[str], list[str]]
Tell = Callable[..., tuple[Story, ...]]

DEFAULTS = (
    "defaults:\n  profile: uk-2021\n  timezone: Europe/London\n  seed: s\n  tags: [slow]\n  report_at: day 40\n---\n"
)
SCENARIO = "scenario: {name}\nparcels: {{box: {{carrier: ups}}}}\n{more}expect: {{rows: []}}\n"


def _scenario(name: str, more: str = "") -> str:
    return SCENARIO.format(name=name, more=more)


def test_defaults_hold_for_every_scenario_of_the_file(tell: Tell) -> None:
    stories = tell(f"{DEFAULTS}{_scenario('A')}---\n{_scenario('B')}")
    assert [(story.name, story.profile, story.seed, story.tags) for story in stories] == [
        ("A", "uk-2021", "s", ("slow",)),
        ("B", "uk-2021", "s", ("slow",)),
    ]
    # Midnight of day 40, 2026-04-11, in London, where summer time holds.
    assert {story.reports[0].at for story in stories} == {datetime(2026, 4, 10, 23, tzinfo=UTC)}


def test_own_keys_win_and_tags_add_up(tell: Tell) -> None:
    own = "profile: us-2019\ntimezone: UTC\nseed: t\ntags: [quick]\nreport_at: day 50\n"
    (story,) = tell(DEFAULTS + _scenario("A", own))
    assert (story.profile, story.seed, story.tags) == ("us-2019", "t", ("quick", "slow"))
    assert story.reports[0].at == datetime(2026, 4, 21, tzinfo=UTC)


def test_line_of_a_scenario_is_its_own(tell: Tell) -> None:
    assert [story.line for story in tell(DEFAULTS + _scenario("A"))] == [8]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "defaults: {profil: us-2019, tags: slow}\n---\n" + _scenario("A"),
            ["1:12: unknown key 'profil'; did you mean 'profile'?", "1:35: expected a list, found the text 'slow'"],
        ),
        ("defaults: {tags: [a b]}\n---\n" + _scenario("A"),
         ["1:19: 'a b' is not a tag; use letters, digits, '-', '_' and '.' (not and, or, not)"]),
        ("defaults: {profile: xx-1999}\n---\n" + _scenario("A") + "---\n" + _scenario("B"),
         ["1:21: profile 'xx-1999' is unknown; there is us-2019"]),
        ("defaults: {seed: s}\nscenario: A\n",
         ["2:1: 'scenario' stands beside 'defaults'; put '---' before the scenario, or indent it",
          "1:1: no scenario in this file; write one, beginning with 'scenario: '"]),
        (_scenario("A") + "---\ndefaults: {seed: s}\n",
         ["5:1: 'defaults' must be the first document of a file; move it there"]),
        ("defaults: []\n---\n" + _scenario("A"), ["1:11: expected a mapping, found a list"]),
    ],
)  # fmt: skip
def test_wrong_defaults_are_told_once_where_they_stand(problems: Problems, text: str, expected: list[str]) -> None:
    assert problems(text) == sorted(expected)
