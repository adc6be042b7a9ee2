from collections.abc import Callable

import pytest

from vtr.story.story import Story

Problems = Callable[[str], list[str]]
Tell = Callable[..., tuple[Story, ...]]

TAIL = "expect: {rows: []}\n"
MATRIX = "matrix: {carrier: [ups, {value: usps, tags: [slow, us]}], n: [a, {value: b, tags: [bee]}]}\n"
USING = "scenario: S\ntags: [own]\nparcels: {box: {carrier: $carrier, service: $n}}\nexpect: {rows: []}\n"


def test_tags_of_a_matrix_entry_belong_to_its_combinations(tell: Tell) -> None:
    assert [(story.combination, story.tags) for story in tell(MATRIX + USING)] == [
        ("ups-a", ("own",)),
        ("ups-b", ("own", "bee")),
        ("usps-a", ("own", "slow", "us")),
        ("usps-b", ("own", "slow", "us", "bee")),
    ]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{value: ups, tag: [slow]}", "1:33: unknown key 'tag'; did you mean 'tags'?"),
        ("{value: ups, tags: slow}", "1:39: expected a list of tags, found the text 'slow'"),
        ("{value: ups, tags: [a b]}",
         "1:40: 'a b' is not a tag; use letters, digits, '-', '_' and '.' (not and, or, not)"),
        ("{value: upps, tags: [a]}", "1:28: carrier 'upps' is unknown; did you mean 'ups'?"),
    ],
)  # fmt: skip
def test_wrong_matrix_entry_is_told_where_it_stands(problems: Problems, entry: str, problem: str) -> None:
    text = f"matrix: {{carrier: [{entry}]}}\n" + USING.replace(", service: $n", "")
    assert problems(text) == [problem]


def test_tolerance_as_a_matrix_value_is_no_entry_with_tags(tell: Tell) -> None:
    text = "matrix: {r: [{value: 1, within: 0.5}]}\n" + USING.replace("$carrier, service: $n", "ups").replace(
        "rows: []", "rates: [{rate: $r}]"
    )
    (story,) = tell(text)
    assert str((story.reports[0].expected.rates or ())[0].cells["rate"]) == "1 within 0.5"


def test_matrix_value_that_does_not_fit_is_told_where_it_stands(problems: Problems) -> None:
    text = "scenario: S\nmatrix: {carrier: [ups, uspss]}\nparcels: {box: {carrier: $carrier}}\n" + TAIL
    assert problems(text) == ["2:25: carrier 'uspss' is unknown; did you mean 'usps'?"]


def test_matrix_name_that_is_a_parcel_too_is_told(problems: Problems) -> None:
    text = "scenario: S\nmatrix: {box: [ups]}\nparcels: {box: {carrier: $box}}\n" + TAIL
    assert problems(text) == ["2:10: matrix: 'box' is a parcel too, so $box would mean both; rename one"]


def test_matrix_of_too_many_combinations_is_refused(problems: Problems) -> None:
    values = ", ".join(map(str, range(40)))
    text = (
        f"scenario: S\nmatrix: {{a: [{values}], b: [{values}]}}\n"
        f"parcels: {{box: {{carrier: ups, service: $a, number: $b}}}}\n{TAIL}"
    )
    assert problems(text) == ["2:9: matrix: 1600 combinations; at most 1000: split the scenario"]


def test_each_combination_of_a_matrix_is_a_scenario(tell: Tell) -> None:
    text = (
        "scenario: S\nmatrix: {carrier: [ups, usps], tracking: ['', $box]}\n"
        "parcels: {box: {carrier: $carrier}}\norders: [{confirm: {tracking: $tracking}}]\n" + TAIL
    )
    assert [story.title for story in tell(text)] == ["S [ups-blank]", "S [ups-$box]", "S [usps-blank]", "S [usps-$box]"]


def test_combinations_that_print_alike_are_numbered(tell: Tell) -> None:
    text = "scenario: S\nmatrix: {n: ['', ' ']}\nparcels: {box: {carrier: ups, service: $n}}\n" + TAIL
    assert [story.combination for story in tell(text)] == ["blank", "blank-2"]


def test_matrix_value_may_be_a_mapping(tell: Tell) -> None:
    text = (
        "scenario: S\nmatrix: {life: [[], [{at: day 1, kind: accepted}]]}\n"
        "parcels: {box: {carrier: ups, scans: $life}}\n" + TAIL
    )
    assert [len(story.parcels["box"].events) for story in tell(text)] == [0, 1]
